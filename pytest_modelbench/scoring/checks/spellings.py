"""English words that the splitting of sentences and the counting of words need to know.

Abbreviations are those that the published sentence splitter knows: "e.g." and "etc." are none of
them. Which words are ordinary says whether a capital letter after an abbreviation begins a sentence.
"""

from collections.abc import Iterator

__all__ = [
    "ABBREVIATIONS",
    "CONJUNCTIONS",
    "NEWER_WORDS",
    "NUMBERED_WORDS",
    "ORDINARY_ENDINGS",
    "ORDINARY_WORDS",
    "PRONOUNS",
    "STARTERS",
    "STOP_WORDS",
    "WORDS_IN_NAMES",
    "word_set",
]


def word_set(*lines: str) -> frozenset[str]:
    """Return the words of some lines."""

    def split() -> Iterator[str]:
        for line in lines:
            yield from line.split()

    return frozenset(split())


ABBREVIATIONS = word_set(
    # Titles.
    "dr mr mrs ms messrs prof gen lt adm rep reps sen sr jr st ph.d m.b.a",
    # Companies.
    "bros co col corp cos inc ltd cie",
    # Months and days.
    "jan feb aug sep sept oct nov dec tues wed fri",
    # States and countries.
    "u.s u.k u.n u.s.a u.s.s.r n.y n.j n.c n.d n.h n.m s.c d.c l.a w.va",
    "ala ariz calif colo conn fla ga ill ky mich minn nev okla ore pa tenn va wash wis",
    # The rest.
    "a.m p.m a.d vs v.s ave ft mg yr maj vt",
    # Initials.
    "c d e f g h k l m n p r s t v w",
    "c.v j.b j.c j.j j.k j.p j.r m.j r.a r.h r.j r.k",
)

# Words that begin a sentence wherever they have a capital letter after an abbreviation.
STARTERS = word_set(
    "although but despite even however if in indeed instead it many meanwhile moreover most",
    "nevertheless nonetheless nor similarly since so some the there these they this though thus",
    "under when while yet he i both among according separately",
)

# Both ordinary words and, in the middle of a sentence, parts of names.
WORDS_IN_NAMES = word_set(
    "a access act additional advanced after all an and another answer any are as at attempt attorney",
    "avoid be because bell big black blue board bob brief but buy by can career case church close",
    "code coffee community competition congress constitution could count critical daily dance data",
    "day dead department design despite development digital do dog don dry each ease economic",
    "education end entertainment every executive fair father financial find first focus for form",
    "from future get give good government grace group he head health heat his house how however i",
    "identify if in initiative intelligence introduce introduction is it its job join keep key king",
    "lady lead learning let limit limited long love main make mark market maybe memory mirror modern",
    "monitor more most music my name national natural never new next night no none not now of on",
    "once one open opinion order organization other others our over plan players poor post president",
    "presidential price print professional public purpose push queen read record research return",
    "role save seek set she since small smart social some south space star start stop strategic",
    "strong students summary support supreme take technical tell test that the their then there these",
    "they this time to today total tour travel twice under understanding united universal urban use",
    "value visit watch we what when while why winter with work write you young b c d",
)

ORDINARY_WORDS = WORDS_IN_NAMES | word_set(
    "able adapt add address allow always amount analysis apply arrive ask assign attend attitude",
    "battery become before begin better between bit body both brand briefly bring budget build call",
    "capture celebrate challenge check choose clarity clean clear climate clock cloud collect come",
    "compare compete complete conclude confirm consider construct consult contact content continue",
    "cost create craft cultural dawn debate deep default define deliver deploy depth describe",
    "determine develop discover discuss display document dogs draft draw during early earn edge eat",
    "effort either elephant emotional empire encourage engage enhance enjoy ensure enter establish",
    "evaluate even event evil examine example examples excellent exercise explain explore express",
    "facilitate fact factual fan faster feature few final finally finish fix focus follow form gather",
    "generate given global goal grab great grow happy have having help hence her here high him hold",
    "honesty horse host imagine implement improve include incorporate increase influence initial",
    "input integrate invent invest investigate invite involve its just keep kind know known lack",
    "language large last later launch learn leave less life like limits list listen literature little",
    "live located look made maintain manage many match matter maximum may me mean milestone milk",
    "mind moral much must near need neither normal note nothing number objective offer often only",
    "or original outline overall own pain paint participants passion pay people perform perhaps",
    "personal pinch planet play please plot potential practice prepare present problem process product",
    "propose proven provide quick quickly quite raise rapid rather reach reality reduce reflect remind",
    "remember remote remove review revise right room run sand section see select send sense set shall",
    "share should show simply sincerely sing sit size solar solve someone sometimes soon specify",
    "spend stay step stick still storage story structure style such sure surround task teach team",
    "than thank thanks themes therefore thing think those thoughts through throughout thus title",
    "together too traditional true try turn type understand unique until up us utilize very virtual",
    "vision wait walk want was weight welcome well were where whether which who will within without",
    "word world would yes yet your basil whiskey conference importance performance resilience",
    "adding dividing following including evidence science difference",
)

# Newspapers of the eighties, from which the published splitter learned, did not know these.
NEWER_WORDS = word_set(
    "encoding decoding encryption decryption multithreading communication organization gamification",
    "multiplication visualization",
)

# Words that do not begin a sentence after a number: "6. Review" is part of one.
NUMBERED_WORDS = word_set(
    "business cooper corrections credit dividend financing international leisure letters notable",
    "review who commodities insider",
)

# Words that end so are ordinary ones, except for names that nobody can list.
ORDINARY_ENDINGS = (
    *("tion", "tions", "sion", "ment", "ments", "ness", "ities", "ity", "ship"),
    *("ating", "izing", "sting", "ning", "ring", "wing", "cing", "sing", "ving", "king", "ging"),
    *("ated", "ized", "ected", "ired", "uced", "osed", "ishes", "ical", "ional", "ively"),
    *("able", "ible", "ative", "ful", "less", "ously", "ally", "edly", "ation"),
)

# Those that are one run of letters: "don't" is counted as "don" and "t".
STOP_WORDS = word_set(
    # Pronouns.
    "i me my myself we our ours ourselves you your yours yourself yourselves he him his himself",
    "she her hers herself it its itself they them their theirs themselves",
    "what which who whom this that these those",
    # Verbs.
    "am is are was were be been being have has had having do does did doing can will should",
    # What joins and places.
    "a an the and but if or because as until while of at by for with about against between into",
    "through during before after above below to from up down in out on off over under again further",
    "then once here there when where why how",
    # How many, and how much.
    "all any both each few more most other some such no nor not only own same so than too very just",
    "now",
    # What is left of a short form on either side of its apostrophe.
    "s t don d ll m o re ve y ma shan won ain aren couldn didn doesn hadn hasn haven isn mightn",
    "mustn needn shouldn wasn weren wouldn",
)

PRONOUNS = word_set(
    "i me we us you he him she her it they them",
    "my mine our ours your yours his hers its their theirs",
    "myself ourselves yourself yourselves himself herself itself themselves",
    "this that these those who whom whose which what whoever whomever whatever whichever",
    "anybody anyone anything everybody everyone everything nobody nothing",
    "somebody someone something each either neither both all some any none",
)

CONJUNCTIONS = word_set("and but for nor or so yet")
