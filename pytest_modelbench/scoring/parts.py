"""The combinator `part`: a check on a part of the answer, such as its last line or its code.

Where the answer lacks the part, it is wrong: that is a finding, no error.
"""

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import regex

from pytest_modelbench.domain import find_nearest
from pytest_modelbench.scoring.checks.base import Decision, Finding, Material, Undecided, quote
from pytest_modelbench.scoring.checks.json_paths import find_path_problem, follow_path
from pytest_modelbench.scoring.checks.patterns import (
    PATTERN_TIMEOUT_S,
    compile_pattern,
    find_pattern_problem,
)
from pytest_modelbench.scoring.combinators import Combinator, Part, Split
from pytest_modelbench.scoring.extraction.base import Found, NotFound
from pytest_modelbench.scoring.extraction.choices import find_choice
from pytest_modelbench.scoring.extraction.code_blocks import (
    LANGUAGES,
    choose_code,
    find_code,
    find_code_blocks,
)
from pytest_modelbench.scoring.extraction.json_values import find_json
from pytest_modelbench.scoring.extraction.numbers import find_number
from pytest_modelbench.scoring.extraction.passages import (
    drop_blocks,
    find_boxed,
    find_final_answer,
    find_line,
    find_paragraph,
    find_section,
    find_sentence,
    find_tagged,
)

__all__ = ["PART_COMBINATORS"]

Options = Mapping[str, Any]
Extract = Callable[[str, Options], Found[str] | NotFound]

ANY = "any"
BLOCKS = ("main", "first", "last", "longest", "all")
LETTERS = "ABCDEFGHIJ"


@dataclass(frozen=True, kw_only=True, slots=True)
class Option:
    """One option of a part.

    Attributes:
        schema: JSON Schema of its value.
        find_problem: Says what is wrong with a value, or "".
        is_needed: The part cannot be found without it.
    """

    schema: Mapping[str, Any]
    find_problem: Callable[[object], str]
    is_needed: bool = False


@dataclass(frozen=True, kw_only=True, slots=True)
class Kind:
    """A part that answers have.

    Attributes:
        extract: Finds it; a `TimeoutError` means that it could not find out.
        options: What may be written beside its name.
    """

    extract: Extract
    options: Mapping[str, Option] = field(default_factory=dict)


def _find_place_problem(value: object) -> str:
    if type(value) is int and value != 0:
        return ""
    return f"needs a whole number from 1, or from the end below 0, got {value!r}"


def _find_text_problem(value: object) -> str:
    return "" if isinstance(value, str) and value.strip() else f"needs a text, got {value!r}"


def _find_name_problem(value: object) -> str:
    if isinstance(value, str) and regex.fullmatch(r"[A-Za-z_][\w.:-]{0,60}", value):
        return ""
    return f"needs the name of a tag such as `answer`, got {value!r}"


def _find_block_problem(value: object) -> str:
    if value in BLOCKS or (type(value) is int and value > 0):
        return ""
    return f"needs a number from 1 or one of {', '.join(BLOCKS)}, got {value!r}"


def _find_language_problem(value: object) -> str:
    if value in (*LANGUAGES, ANY):
        return ""
    return f"needs one of {', '.join((*LANGUAGES, ANY))}, got {value!r}"


def _find_regex_problem(value: object) -> str:
    if not isinstance(value, str) or not value:
        return f"needs a regular expression, got {value!r}"
    return find_pattern_problem(value)


def _find_letters_problem(value: object) -> str:
    if isinstance(value, str) and value.isascii() and value.isalpha():
        return ""
    return f"needs letters such as {LETTERS[:4]!r}, got {value!r}"


TEXT = {"type": "string", "minLength": 1}
PLACE = Option(schema={"type": "integer", "not": {"const": 0}}, find_problem=_find_place_problem)


def _take_code(text: str, options: Options) -> Found[str] | NotFound:
    language = options.get("language", ANY)
    block = options.get("block", "main")
    if language != ANY:
        return find_code(text, language, block)
    blocks = [found for found in find_code_blocks(text) if found.text.strip()]
    if not blocks:
        return NotFound(reason="no fenced block")
    return choose_code(blocks, ANY, "first" if block == "main" else block)


def _take_json(text: str, options: Options) -> Found[str] | NotFound:
    found = find_json(text)
    if isinstance(found, NotFound):
        return found
    matches = follow_path(found.value, options.get("path", "$"))
    if not matches:
        return NotFound(reason=f"nothing at `{options['path']}`")
    value = matches[0]
    return Found(value=value if isinstance(value, str) else json.dumps(value, ensure_ascii=False))


def _take_match(text: str, options: Options) -> Found[str] | NotFound:
    pattern = options["pattern"]
    try:
        found = compile_pattern(pattern, 0).search(text, timeout=PATTERN_TIMEOUT_S)
    except TimeoutError as error:
        seconds = f"{PATTERN_TIMEOUT_S:g} s"
        raise TimeoutError(f"{pattern!r} took longer than {seconds} on this answer") from error
    if found is None:
        return NotFound(reason=f"no match of {pattern!r}")
    return Found(value=(found.group(1) if found.re.groups else found.group()) or "")


def _take_number(text: str, _options: Options) -> Found[str] | NotFound:
    found = find_number(text)
    return found if isinstance(found, NotFound) else Found(value=f"{found.value:.15g}")


KINDS = {
    "answer": Kind(extract=lambda text, _options: find_final_answer(text)),
    "boxed": Kind(extract=lambda text, _options: find_boxed(text)),
    "choice": Kind(
        extract=lambda text, options: find_choice(text, options.get("letters", LETTERS).upper()),
        options={"letters": Option(schema=TEXT, find_problem=_find_letters_problem)},
    ),
    "code": Kind(
        extract=_take_code,
        options={
            "language": Option(
                schema={"enum": [*LANGUAGES, ANY]}, find_problem=_find_language_problem
            ),
            "block": Option(
                schema={"anyOf": [{"enum": list(BLOCKS)}, {"type": "integer", "minimum": 1}]},
                find_problem=_find_block_problem,
            ),
        },
    ),
    "first_line": Kind(extract=lambda text, _options: find_line(text, 1)),
    "json": Kind(
        extract=_take_json,
        options={"path": Option(schema=TEXT, find_problem=find_path_problem)},
    ),
    "last_line": Kind(extract=lambda text, _options: find_line(text, -1)),
    "line": Kind(
        extract=lambda text, options: find_line(text, options.get("number", 1)),
        options={"number": PLACE},
    ),
    "match": Kind(
        extract=_take_match,
        options={
            "pattern": Option(schema=TEXT, find_problem=_find_regex_problem, is_needed=True),
        },
    ),
    "number": Kind(extract=_take_number),
    "paragraph": Kind(
        extract=lambda text, options: find_paragraph(text, options.get("number", 1)),
        options={"number": PLACE},
    ),
    "prose": Kind(extract=lambda text, _options: drop_blocks(text)),
    "section": Kind(
        extract=lambda text, options: find_section(text, options["heading"]),
        options={"heading": Option(schema=TEXT, find_problem=_find_text_problem, is_needed=True)},
    ),
    "sentence": Kind(
        extract=lambda text, options: find_sentence(text, options.get("number", 1)),
        options={"number": PLACE},
    ),
    "tag": Kind(
        extract=lambda text, options: find_tagged(text, options["name"]),
        options={"name": Option(schema=TEXT, find_problem=_find_name_problem, is_needed=True)},
    ),
}


def _split(arguments: object) -> Split:
    if not isinstance(arguments, Mapping):
        problem = f"needs `of`, the part, and `check`, a check of it, got {arguments!r}"
        return Split(options={}, problems=(((), problem),))
    options = {name: value for name, value in arguments.items() if name != "check"}
    checks = (((("check",), arguments["check"], 1.0),)) if "check" in arguments else ()
    return Split(checks=checks, options=options, problems=tuple(_find_problems(arguments)))


def _find_problems(arguments: Options) -> Iterator[tuple[tuple[str | int, ...], str]]:
    if "check" not in arguments:
        yield (), "needs `check`, a check of the part"
    of = arguments.get("of")
    if not isinstance(of, str) or of not in KINDS:
        near = find_nearest(str(of), KINDS)
        hint = f"did you mean `{near}`?" if near else f"known: {', '.join(KINDS)}"
        got = f"got {of!r}; {hint}" if "of" in arguments else hint
        yield ("of",) if "of" in arguments else (), f"needs `of`, a part of the answer; {got}"
        return
    known = KINDS[of].options
    for name, value in arguments.items():
        if name in {"of", "check"}:
            continue
        if name not in known:
            has = ", ".join(f"`{option}`" for option in known) or "none"
            yield (name,), f"has no option {name!r} for `{of}`; it has {has}"
        elif problem := known[name].find_problem(value):
            yield (name,), f"{problem} (`{name}`)"
    for name, option in known.items():
        if option.is_needed and name not in arguments:
            yield (), f"needs `{name}` for `{of}`"


def _decide(parts: Sequence[Part], options: Options, material: Material) -> Decision:
    (part,) = parts
    of = options["of"]
    try:
        extracted = KINDS[of].extract(material.text, options)
    except TimeoutError as error:
        return Undecided(reason=str(error))
    if isinstance(extracted, NotFound):
        reason = f"expected a part to check, got {extracted.reason} in {quote(material.text)}"
        return Finding(unit=0.0, reason=reason)
    found = part.decide(replace(material, text=extracted.value))
    if isinstance(found, Undecided):
        return found
    return Finding(unit=found.unit, reason=f"{of.replace('_', ' ')}: {found.reason}")


def _describe(check: Mapping[str, Any]) -> Mapping[str, Any]:
    kinds = [
        {
            "properties": {
                "of": {"const": name},
                **{option: dict(kind.options[option].schema) for option in kind.options},
                "check": check,
            },
            "required": [
                "of",
                *(option for option in kind.options if kind.options[option].is_needed),
                "check",
            ],
            "additionalProperties": False,
        }
        for name, kind in KINDS.items()
    ]
    return {"type": "object", "oneOf": kinds}


PART_COMBINATORS = (Combinator(name="part", describe=_describe, split=_split, decide=_decide),)
