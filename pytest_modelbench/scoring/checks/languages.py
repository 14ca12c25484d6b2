"""Checks of the language and the script of an answer."""

import re
from functools import lru_cache
from typing import Annotated, ClassVar, Protocol, cast

from pydantic import AfterValidator

from pytest_modelbench.scoring.checks.base import (
    Arguments,
    Check,
    Finding,
    Illustration,
    fulfilled,
    missed,
)
from pytest_modelbench.scoring.checks.spellings import word_set

__all__ = ["LANGUAGE_CHECKS", "SCRIPTS", "find_language"]

# The library reads ten thousand characters; addresses, which it drops, may stand before them.
READ_CHARS = 40_000
# It draws random numbers: the same text has to have the same language each time.
SEED = 0

LANGUAGES = word_set(
    "af ar bg bn ca cs cy da de el en es et fa fi fr gu he hi hr hu id it ja kn ko lt lv mk ml mr ",
    "ne nl no pa pl pt ro ru sk sl so sq sv sw ta te th tl tr uk ur vi zh-cn zh-tw",
)

SCRIPTS = {
    "latin": re.compile(r"[A-Za-z\u00c0-\u00d6\u00d8-\u00f6\u00f8-\u024f\u1e00-\u1eff]"),
    "greek": re.compile(r"[\u0370-\u03ff\u1f00-\u1fff]"),
    "cyrillic": re.compile(r"[\u0400-\u052f]"),
    "hebrew": re.compile(r"[\u0590-\u05ff]"),
    "arabic": re.compile(r"[\u0600-\u06ff\u0750-\u077f]"),
    "devanagari": re.compile(r"[\u0900-\u097f]"),
    "bengali": re.compile(r"[\u0980-\u09ff]"),
    "tamil": re.compile(r"[\u0b80-\u0bff]"),
    "telugu": re.compile(r"[\u0c00-\u0c7f]"),
    "kannada": re.compile(r"[\u0c80-\u0cff]"),
    "thai": re.compile(r"[\u0e00-\u0e7f]"),
    "hiragana": re.compile(r"[\u3040-\u309f]"),
    "katakana": re.compile(r"[\u30a0-\u30ff]"),
    "han": re.compile(r"[\u3400-\u4dbf\u4e00-\u9fff]"),
    "hangul": re.compile(r"[\u1100-\u11ff\uac00-\ud7af]"),
}


def _require_language(code: str) -> str:
    if code not in LANGUAGES:
        known = ", ".join(sorted(LANGUAGES))
        raise ValueError(f"must be a language that can be detected, got {code!r}; known: {known}")
    return code


def _require_script(name: str) -> str:
    if name not in SCRIPTS:
        raise ValueError(f"must be a known script, got {name!r}; known: {', '.join(SCRIPTS)}")
    return name


LanguageCode = Annotated[str, AfterValidator(_require_language)]
ScriptName = Annotated[str, AfterValidator(_require_script)]


class Language(Arguments):
    """The language that an answer has to be in.

    Attributes:
        code: ISO 639-1, such as `en`; Chinese is `zh-cn` or `zh-tw`.
    """

    shorthand: ClassVar[str] = "code"

    code: LanguageCode


class Scripts(Arguments):
    """The writing systems that an answer may use.

    Attributes:
        names: Letters of other known scripts must not occur, and one of each of these has to.
    """

    shorthand: ClassVar[str] = "names"

    names: list[ScriptName]


class _Detector(Protocol):
    def append(self, text: str) -> None: ...

    def detect(self) -> str: ...


class _Detectors(Protocol):
    def create(self) -> _Detector: ...


@lru_cache(maxsize=64)
def find_language(text: str) -> str | None:
    """Return the code of the likeliest language; None where no letter tells one."""
    # Loads a megabyte of profiles, which few runs need.
    from langdetect import (  # type: ignore[import-untyped]  # noqa: PLC0415  has no types; see above
        LangDetectException,
    )

    detector = _load_detectors().create()
    try:
        detector.append(text[:READ_CHARS])
        return detector.detect()
    except LangDetectException:
        return None


@lru_cache(maxsize=1)
def _load_detectors() -> _Detectors:
    # As above.
    from langdetect.detector_factory import (  # type: ignore[import-untyped]  # noqa: PLC0415  as above
        PROFILES_DIRECTORY,
        DetectorFactory,
    )

    detectors = DetectorFactory()
    detectors.load_profile(PROFILES_DIRECTORY)
    detectors.set_seed(SEED)
    return cast("_Detectors", detectors)


def language(text: str, arguments: Language) -> Finding:
    """Detect the language of the answer."""
    found = find_language(text)
    if found == arguments.code:
        return fulfilled(f"the language is {found}")
    return missed(f"expected the language {arguments.code}, got {found or 'none'}")


def scripts(text: str, arguments: Scripts) -> Finding:
    """Look for the scripts of the letters."""
    found = [name for name, letters in SCRIPTS.items() if letters.search(text)]
    expected = ", ".join(sorted(set(arguments.names)))
    if set(found) == set(arguments.names):
        return fulfilled(f"the scripts are {', '.join(sorted(found))}")
    return missed(f"expected the scripts {expected}, got {', '.join(sorted(found)) or 'none'}")


LANGUAGE_CHECKS = (
    Check(
        name="language",
        arguments=Language,
        decide=language,
        illustration=Illustration(
            arguments="de",
            fulfilled="Der Hund schläft heute den ganzen Tag im Garten.",
            missed="The dog sleeps in the garden all day today.",
        ),
    ),
    Check(
        name="scripts",
        arguments=Scripts,
        decide=scripts,
        illustration=Illustration(
            arguments=["cyrillic"], fulfilled="Добрый день!", missed="Добрый day!"
        ),
    ),
)
