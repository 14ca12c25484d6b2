"""Synthetic exercises with one right answer each, drawn without end from a seeded generator.

A skill is one template family (sums, tool calls, short functions, ...). An argument whose CRC-32
is divisible by ten is held out: training never draws it, the suite draws nothing else. For
`add1` and `func` what is held out is a pair of template and argument, since the arguments alone
are too few; those two skills test wording, not new sums or functions.
"""

import json
import random
import zlib
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import TypeVar

from demo.training.wording import (
    ADJECTIVES,
    BACKWARDS,
    CAPITALS,
    CODE_WISHES,
    COPIES,
    COUNTS,
    DESCRIPTIONS,
    FOLDERS,
    FUNCTIONS,
    NAMED_WISHES,
    NOUNS,
    OPERATIONS,
    PEOPLE,
    RECORDS,
    SEQUENCES,
    SORTS,
    STEMS,
    SUFFIXES,
    SUMS,
    TOOLS,
    TOPICS,
    UNKNOWN,
    UPPER,
    VERBS,
    WORDS,
)

_Value = TypeVar("_Value")

LISTED_WORD_SHARE = 0.5
FOLDER_SHARE = 0.4
LISTED_BACKWARDS_SHARE = 0.3
UNKNOWN_SHARE = 0.35


@dataclass(frozen=True, kw_only=True)
class Exercise:
    """A prompt with its one right answer."""

    skill: str
    prompt: str
    answer: str


@dataclass(frozen=True, kw_only=True)
class Draw:
    """Where an exercise's random parts come from.

    Attributes:
        held_out: Draw only held-out arguments (for the suite) instead of only the others.
    """

    rng: random.Random
    held_out: bool

    def argument(self, make: Callable[[], tuple[str, _Value]]) -> _Value:
        """Draw until the argument's name, the first of the pair, is on the wanted side."""
        while True:
            name, value = make()
            if is_held_out(name) == self.held_out:
                return value

    def template(self, templates: tuple[str, ...]) -> str:
        """Choose one wording."""
        return self.rng.choice(templates)


@dataclass(frozen=True, kw_only=True)
class Skill:
    """A template family.

    Attributes:
        share: How often training draws it, relative to the others.
        make: Draws a prompt and its answer.
    """

    name: str
    tier: int
    share: float
    make: Callable[[Draw], tuple[str, str]]


def is_held_out(argument: str) -> bool:
    """Tell whether an argument is kept out of training."""
    return zlib.crc32(argument.encode()) % 10 == 0


def wrap_prompt(prompt: str, system: str = "") -> str:
    """Write a prompt as the chat template does, up to where the answer starts."""
    head = f"<|im_start|>system\n{system}<|im_end|>\n" if system else ""
    return f"{head}<|im_start|>user\n{prompt}<|im_end|>\n<|im_start|>assistant\n"


def draw_exercise(draw: Draw, skill: Skill) -> Exercise:
    """Draw one exercise of a skill."""
    prompt, answer = skill.make(draw)
    return Exercise(skill=skill.name, prompt=prompt, answer=answer)


def draw_mixture(
    rng: random.Random, emphasis: Iterable[tuple[str, float]] = ()
) -> Iterator[Exercise]:
    """Draw training exercises of all skills for ever, by their shares.

    Args:
        rng: Decides every draw.
        emphasis: Multiplies the shares of some skills.
    """
    draw = Draw(rng=rng, held_out=False)
    factors = dict(emphasis)
    shares = [skill.share * factors.get(skill.name, 1.0) for skill in SKILLS]
    while True:
        yield draw_exercise(draw, rng.choices(SKILLS, shares)[0])


def draw_copying(rng: random.Random) -> Exercise:
    """Draw a long copy over all that answers copy later: words, paths, digits and capitals."""
    draw = Draw(rng=rng, held_out=False)
    makers: tuple[Callable[[], str], ...] = (
        lambda: _path(draw),
        lambda: str(rng.randint(1, 999)),
        lambda: _word(draw).upper(),
        lambda: _word(draw),
    )

    def make() -> tuple[str, str]:
        text = " ".join(rng.choice(makers)() for _ in range(rng.randint(2, 5)))
        return text, text

    text = draw.argument(make)
    return Exercise(skill="repeat", prompt=draw.template(COPIES).format(text), answer=text)


def fence(code: str) -> str:
    """Put Python code into a Markdown block."""
    return f"```python\n{code}\n```"


def _pseudo_word(draw: Draw) -> str:
    def make() -> tuple[str, str]:
        syllables = draw.rng.choice((2, 2, 3))
        word = "".join(
            draw.rng.choice("bdfgklmnprst") + draw.rng.choice("aeiou") for _ in range(syllables)
        )
        return word, word

    return draw.argument(make)


def _word(draw: Draw) -> str:
    return draw.rng.choice(WORDS) if draw.rng.random() < LISTED_WORD_SHARE else _pseudo_word(draw)


def _path(draw: Draw) -> str:
    def make() -> tuple[str, str]:
        path = draw.rng.choice(STEMS) + "." + draw.rng.choice(SUFFIXES)
        if draw.rng.random() < FOLDER_SHARE:
            path = draw.rng.choice(FOLDERS) + "/" + path
        return path, path

    return draw.argument(make)


def _folder(draw: Draw) -> str:
    def make() -> tuple[str, str]:
        folder = draw.rng.choice(FOLDERS) + "/" + draw.rng.choice(STEMS)
        return folder, folder

    return draw.argument(make)


def _words(draw: Draw, fewest: int, most: int) -> list[str]:
    def make() -> tuple[str, list[str]]:
        words = [draw.rng.choice(WORDS) for _ in range(draw.rng.randint(fewest, most))]
        return " ".join(words), words

    return draw.argument(make)


def _tool_call(draw: Draw) -> tuple[str, dict[str, object]]:
    tool = draw.rng.choice(list(TOOLS))
    path = _folder(draw) if tool == "list_dir" else _path(draw)
    return draw.template(TOOLS[tool]).format(path), {"tool": tool, "arguments": {"path": path}}


def _capitalise(text: str) -> str:
    return text[0].upper() + text[1:]


def _make_tool(draw: Draw) -> tuple[str, str]:
    wish, call = _tool_call(draw)
    return _capitalise(wish), json.dumps(call)


def _make_two_tools(draw: Draw) -> tuple[str, str]:
    first_wish, first_call = _tool_call(draw)
    second_wish, second_call = _tool_call(draw)
    prompt = draw.template(SEQUENCES).format(first_wish, second_wish)
    return _capitalise(prompt) + draw.rng.choice(("", ".")), json.dumps([first_call, second_call])


def _make_small_sum(draw: Draw) -> tuple[str, str]:
    def make() -> tuple[str, tuple[int, int, str]]:
        left, right = draw.rng.randint(0, 9), draw.rng.randint(0, 9)
        template = draw.template(SUMS)
        return f"{left}+{right}|{template}", (left, right, template)

    left, right, template = draw.argument(make)
    return template.format(left, right), str(left + right)


def _make_sum(draw: Draw, smallest: int, largest: int) -> tuple[str, str]:
    def make() -> tuple[str, tuple[int, int]]:
        left = draw.rng.randint(smallest, largest)
        right = draw.rng.randint(smallest, largest)
        # One name for both orders: training must not see b + a where a + b is held out.
        return f"{min(left, right)}+{max(left, right)}", (left, right)

    left, right = draw.argument(make)
    return draw.template(SUMS).format(left, right), str(left + right)


def _make_upper(draw: Draw) -> tuple[str, str]:
    word = _pseudo_word(draw)
    return draw.template(UPPER).format(word), word.upper()


def _make_repeat(draw: Draw) -> tuple[str, str]:
    def make() -> tuple[str, str]:
        text = " ".join(_word(draw) for _ in range(draw.rng.randint(1, 3)))
        return text, text

    text = draw.argument(make)
    return draw.template(COPIES).format(text), text


def _make_count(draw: Draw) -> tuple[str, str]:
    words = _words(draw, 2, 8)
    return draw.template(COUNTS).format(" ".join(words)), str(len(words))


def _make_backwards(draw: Draw) -> tuple[str, str]:
    def make() -> tuple[str, str]:
        if draw.rng.random() < LISTED_BACKWARDS_SHARE:
            word = draw.rng.choice(WORDS).upper()
        else:
            word = "".join(draw.rng.choice(CAPITALS) for _ in range(draw.rng.randint(3, 6)))
        return word, word

    word = draw.argument(make)
    return draw.template(BACKWARDS).format(word), word[::-1]


def _make_sort(draw: Draw) -> tuple[str, str]:
    def make() -> tuple[str, list[int]]:
        numbers = [draw.rng.randint(1, 99) for _ in range(3)]
        return str(sorted(numbers)), numbers

    numbers = draw.argument(make)
    prompt = draw.template(SORTS).format(", ".join(map(str, numbers)))
    return prompt, ", ".join(map(str, sorted(numbers)))


def _make_json(draw: Draw) -> tuple[str, str]:
    def make() -> tuple[str, tuple[str, int, str]]:
        name, age = draw.rng.choice(PEOPLE), draw.rng.randint(10, 99)
        likes = draw.rng.choice(TOPICS)
        return f"{name} {age} {likes}", (name, age, likes)

    name, age, likes = draw.argument(make)
    prompt = draw.template(RECORDS).format(name, age, likes)
    return prompt, json.dumps({"name": name, "age": age, "likes": likes})


def _make_function(draw: Draw) -> tuple[str, str]:
    def make() -> tuple[str, tuple[str, str]]:
        name = draw.rng.choice(list(FUNCTIONS))
        prompt = draw.template(CODE_WISHES).format(draw.template(FUNCTIONS[name][0]))
        return prompt, (prompt, name)

    prompt, name = draw.argument(make)
    return prompt, fence(FUNCTIONS[name][1])


def _make_named_function(draw: Draw) -> tuple[str, str]:
    def make() -> tuple[str, str]:
        name = draw.rng.choice(VERBS) + "_" + draw.rng.choice(NOUNS)
        return name, name

    name = draw.argument(make)
    operation = draw.rng.choice(list(OPERATIONS))
    prompt = draw.template(NAMED_WISHES).format(name, operation)
    return prompt, fence(f"def {name}(a, b):\n    return {OPERATIONS[operation]}")


def _make_lookup(draw: Draw) -> tuple[str, str]:
    def make() -> tuple[str, tuple[dict[str, int], str]]:
        people = draw.rng.sample(PEOPLE, 4)
        known = draw.rng.randint(2, 3)
        ages = {name: draw.rng.randint(10, 99) for name in people[:known]}
        asked = people[3] if draw.rng.random() < UNKNOWN_SHARE else draw.rng.choice(people[:known])
        return f"{list(ages.items())}{asked}", (ages, asked)

    ages, asked = draw.argument(make)
    facts = " ".join(f"{name} is {age}." for name, age in ages.items())
    return f"{facts} How old is {asked}?", str(ages.get(asked, UNKNOWN))


def _make_description(draw: Draw) -> tuple[str, str]:
    def make() -> tuple[str, tuple[str, int]]:
        topic, count = draw.rng.choice(TOPICS), draw.rng.randint(3, 9)
        return f"{topic}{count}", (topic, count)

    topic, count = draw.argument(make)
    prompt = draw.template(DESCRIPTIONS).format(topic, count)
    return prompt, " ".join([topic, "are", *ADJECTIVES[: count - 2]])


SKILLS = (
    Skill(name="tool", tier=1, share=0.7, make=_make_tool),
    Skill(name="add1", tier=1, share=0.7, make=_make_small_sum),
    Skill(name="upper", tier=1, share=1.2, make=_make_upper),
    Skill(name="repeat", tier=1, share=0.7, make=_make_repeat),
    Skill(name="count", tier=1, share=0.6, make=_make_count),
    Skill(name="add2", tier=2, share=2.0, make=lambda draw: _make_sum(draw, 10, 99)),
    Skill(name="backwards", tier=2, share=1.2, make=_make_backwards),
    Skill(name="sort", tier=2, share=1.2, make=_make_sort),
    Skill(name="json", tier=2, share=0.6, make=_make_json),
    Skill(name="func", tier=2, share=0.4, make=_make_function),
    Skill(name="named", tier=2, share=0.5, make=_make_named_function),
    Skill(name="add3", tier=3, share=2.0, make=lambda draw: _make_sum(draw, 100, 999)),
    Skill(name="tool2", tier=3, share=0.6, make=_make_two_tools),
    Skill(name="lookup", tier=3, share=1.4, make=_make_lookup),
    Skill(name="describe", tier=3, share=0.7, make=_make_description),
)
