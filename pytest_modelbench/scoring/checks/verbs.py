"""Whether an English text begins with a verb: by a list of verbs and by endings.

Published checkers ask a trained tagger, which also looks at the words after the first one.
"""

from pytest_modelbench.scoring.checks.spellings import word_set
from pytest_modelbench.scoring.checks.splitting import split_words

__all__ = ["begins_with_verb"]

# A first word is among the first characters.
READ_CHARS = 2_000

VERBS = word_set(
    "accept achieve act add adjust advise allow analyze answer apply approach arrange ask",
    "assess assume attach attend avoid bake balance be beat become begin believe boil book",
    "bring brainstorm build buy calculate call capture carry catch celebrate change check",
    "choose chop clean climb close collect combine come compare complete compose compute",
    "concentrate conduct confirm connect consider construct consult contact continue",
    "contribute convert cook count cover craft create criticize cut decide define delete",
    "deliver demonstrate describe design determine develop did discover discuss divide do",
    "does don't download draft drag draw drink drive drop eat edit eliminate embrace",
    "emphasize empty encourage engage enjoy ensure enter establish estimate evaluate examine",
    "expand expect experience explain explore express extract fetch fill find finish fix",
    "focus fold follow forget forgive format gather generate get give go grab grow guess had",
    "hallucinate happen has have hear help hire hit hold identify ignore illustrate imagine",
    "implement improve include incorporate increase inform insert install integrate introduce",
    "invent invest invite is join keep know lead learn leave lend let listen live locate lose",
    "love maintain make measure meet mention mix modify move navigate need negotiate note",
    "notice obtain offer open order organize outline pack participate pass pay perform pick",
    "place play pour practice predict prepare present pretend prevent proceed produce promote",
    "protect prove provide publish pull push put quit raise reach read realize recall receive",
    "recognize recommend record reduce refer reflect regret relax release remain remake",
    "remember remind remove repair repeat replace reply report request require research",
    "resolve respond rest retrieve return reveal review revise rewrite ride run save say",
    "schedule search see seek seem select sell send separate serve set share show simplify",
    "sing sit sleep slice solve speak spend sprinkle stand start stay stir stop study submit",
    "suggest summarize suppose surround take talk tap taste teach tell test thank think throw",
    "touch translate travel treat try turn understand unlock update upgrade upload use",
    "utilize verify visit visualize wait wake walk want was wash watch welcome went were win",
    "wish work write are been",
)
# What ends like a form of a verb and is none.
NO_VERBS = word_set(
    "anything beijing breastfeeding building ceiling clothing darling during everything",
    "evening king morning nothing ping pudding ring something spring string thing wedding",
    "wing bed bleed breed embed exceed feed greed hundred indeed kindred naked need proceed",
    "red sacred seed shed speed sped sled united weed wicked",
)
SHORTEST_FORM = 5


def begins_with_verb(text: str) -> bool:
    """Tell whether the first word of a text is a verb."""
    words = split_words(text[:READ_CHARS].lstrip())
    word = words[0].lower() if words else ""
    if word in VERBS:
        return True
    is_form = word.endswith(("ing", "ed")) and len(word) >= SHORTEST_FORM
    return word.isalpha() and is_form and word not in NO_VERBS
