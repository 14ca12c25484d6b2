"""Code in answers: fenced, indented, after prompts, or bare between prose.

Everything here takes time in proportion to the text: it looks at lines, and parses nothing
long.
"""

import ast
import re
import warnings
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from textwrap import dedent

from pytest_modelbench.scoring.extraction.base import Found, NotFound

__all__ = [
    "LANGUAGES",
    "CodeBlock",
    "choose_code",
    "find_code",
    "find_code_blocks",
    "find_files",
]

LANGUAGES = {
    "python": ("python", "py", "python3", "py3", "pycon", "python-repl", "ipython"),
    "sql": ("sql", "sqlite", "sqlite3", "mysql", "postgres", "postgresql", "psql", "tsql"),
    "shell": ("sh", "bash", "shell", "zsh", "console", "terminal", "shellscript"),
}
NAMES = {"python": "Python", "sql": "SQL", "shell": "shell"}
MARKDOWN = ("markdown", "md", "mdx")
MAX_BLOCKS = 1000
MAX_NESTING = 2
MAX_PATH_CHARS = 300
MAX_PARSED_CHARS = 10_000
MIN_FENCE = 3
INDENT = 4

FENCE = re.compile(r"([ \t]*(?:(?:[-*+]|\d{1,3}[.)])[ \t]+)?)(`{3,}|~{3,})[ \t]*(.*)")
DOCTEST = re.compile(r"[ \t]*(?:>>>|\.\.\.)(?: (.*)|$)")
DEFINITION = re.compile(r"^(?:async[ \t]+def|def|class)[ \t]+(\w+)", re.MULTILINE)
DEFINING = re.compile(r"^(?:async[ \t]+def|def|class|import|from|@)\b|^@", re.MULTILINE)
# How a line begins that is code wherever it stands, and one that goes on with it.
CODE_START = {
    "python": re.compile(
        r"(?:async def|def|class) \w|import \w|from [\w.]+ import |@\w|if __name__\b|print\(|#!"
        r"|(?:for|while|if|with|try|return|raise|assert)\b.*:?$(?<=[:\w)\]'\"])|[A-Za-z_][\w.\[\]]*(?:, ?\w+)* ?[-+*/]?= ?\S"
    ),
    "sql": re.compile(
        r"(?:select|with|insert|update|delete|create|alter|drop|replace|begin)\b", re.IGNORECASE
    ),
    "shell": re.compile(r"(?!)"),
}
GOES_ON = re.compile(r"(?:else|elif|except|finally|case)\b.*:|[)\]}]|#|\"\"\"|'''")
PATH = r"[\w.-]+(?:/[\w.-]+)*\.[A-Za-z]\w{0,9}"
INFO_PATH = re.compile(rf"(?:.*\b(?:title|file|filename|path|name)=)?[\"']?({PATH})[\"']?\s*$")
COMMENT_PATH = re.compile(
    rf"[ \t]*(?:#|//|--|/\*|<!--)[ \t]*(?:[Ff]ile(?:name)?:?[ \t]*|[Pp]ath:?[ \t]*)?`?({PATH})`?"
    r"[ \t]*(?:\*/|-->)?$"
)
QUOTES = re.compile(r'"""|' + "'''")


@dataclass(frozen=True, kw_only=True, slots=True)
class CodeBlock:
    """One block of code in an answer.

    Attributes:
        language: As it is written behind the fence, in small letters, or "".
        text: What is in it; its lines end as in Unix.
        path: The file it is meant for, or "".
        is_closed: Whether its end is there.
    """

    language: str
    text: str
    path: str = ""
    is_closed: bool = True


def find_code_blocks(text: str) -> list[CodeBlock]:
    """Return the fenced blocks of a text in order; the last one may lack its end.

    Of a block of Markdown the blocks inside are returned as well, behind it.
    """
    return _find_blocks(text, MAX_NESTING)


def _find_blocks(text: str, nesting: int) -> list[CodeBlock]:
    lines = _split_lines(text)
    blocks: list[CodeBlock] = []
    at = 0
    while at < len(lines) and len(blocks) < MAX_BLOCKS:
        opened = _read_fence(lines[at])
        if opened is None:
            at += 1
            continue
        end, is_closed = _find_end(lines, at + 1, opened)
        block = _make_block(lines[at + 1 : end], opened, is_closed=is_closed)
        blocks.append(block)
        if block.language in MARKDOWN and nesting:
            blocks += _find_blocks(block.text, nesting - 1)[: MAX_BLOCKS - len(blocks)]
        at = end + 1
    return blocks


def find_code(text: str, language: str, block: str | int = "main") -> Found[str] | NotFound:
    """Return the code of an answer in one language.

    Args:
        text: The answer.
        language: `python`, `sql` or `shell`.
        block: `main`, `first`, `last`, `longest`, `all` or a number from 1 on. `main` is what
            defines something, without what defines the same once more; in SQL and shell scripts
            it is the first block.
    """
    fenced = find_code_blocks(text)
    blocks = _of_language(fenced, language)
    if not fenced:
        bare = _find_bare(text, language)
        blocks = [CodeBlock(language=language, text=bare)] if bare.strip() else []
    blocks = [replace(found, text=_drop_prompts(found.text)) for found in blocks]
    return choose_code([found for found in blocks if found.text.strip()], language, block)


def choose_code(
    blocks: Sequence[CodeBlock], language: str, block: str | int = "main"
) -> Found[str] | NotFound:
    """Return the text of one block of several, or of some of them together."""
    if not blocks:
        return NotFound(reason=f"no code in {NAMES[language]}")
    chosen: Sequence[CodeBlock] = blocks[:1]
    match block:
        case int():
            chosen = blocks[block - 1 : block] if block else []
        case "last":
            chosen = blocks[-1:]
        case "longest":
            chosen = [max(blocks, key=lambda found: len(found.text))]
        case "all":
            chosen = blocks
        case "main" if language == "python":
            chosen = _choose_defining(blocks)
        case _:
            pass
    if not chosen:
        return NotFound(reason=f"no block {block}, only {len(blocks)}")
    return Found(value=_join(chosen))


def find_files(text: str) -> dict[str, str]:
    """Return the files of an answer, whose blocks say what they are called."""
    return {
        block.path: block.text
        for block in find_code_blocks(text)
        if block.path and not block.path.startswith("/") and ".." not in block.path.split("/")
    }


def _split_lines(text: str) -> list[str]:
    return text.replace("\r\n", "\n").replace("\r", "\n").split("\n")


def _read_fence(line: str) -> tuple[str, str, str] | None:
    """Return indentation, fence and what stands behind it, where a line opens a block."""
    if "```" not in line and "~~~" not in line:
        return None
    found = FENCE.match(line)
    # Backticks behind the fence: a piece of code within a line.
    if found is None or (found[2][0] == "`" and "`" in found[3]):
        return None
    return found[1], found[2], found[3].strip()


def _find_end(lines: Sequence[str], start: int, opened: tuple[str, str, str]) -> tuple[int, bool]:
    """Return the line of the closing fence, and whether there is one.

    A fence within a text of three quotes closes nothing, unless that text has no end either.
    """
    _indent, fence, info = opened
    is_markdown = _read_language(info) in MARKDOWN
    depth, first, quote = 0, -1, ""
    for at in range(start, len(lines)):
        line = lines[at]
        stripped = line.strip()
        is_fence = stripped.startswith(fence[0] * MIN_FENCE)
        if is_fence and not stripped.strip(fence[0]) and len(stripped) >= len(fence):
            if not depth and not quote:
                return at, True
            first = at if first < 0 and not depth else first
            depth = max(0, depth - 1)
        elif is_markdown and is_fence:
            depth += 1
        elif not is_markdown:
            quote = _follow_quotes(line, quote)
    return (first, True) if first >= 0 else (len(lines), False)


def _follow_quotes(line: str, quote: str) -> str:
    for mark in QUOTES.findall(line):
        if not quote:
            quote = mark
        elif mark == quote:
            quote = ""
    return quote


def _make_block(
    lines: Sequence[str], opened: tuple[str, str, str], *, is_closed: bool
) -> CodeBlock:
    indent, _fence, info = opened
    width = len(indent)
    # A block in a list is indented as a whole; nothing but that much space is taken away.
    bare = [line[min(width, len(line) - len(line.lstrip(" \t"))) :] for line in lines]
    found = INFO_PATH.match(_drop_language(info)[:MAX_PATH_CHARS])
    if not found and bare:
        found = COMMENT_PATH.match(bare[0][:MAX_PATH_CHARS])
    text = "\n".join(bare)
    return CodeBlock(
        language=_read_language(info),
        text=f"{text}\n" if text else "",
        path=found[1] if found else "",
        is_closed=is_closed,
    )


def _read_language(info: str) -> str:
    found = re.match(r"\{?\.?([\w+#-]*)", info)
    return found[1].lower() if found else ""


def _drop_language(info: str) -> str:
    """Return what stands behind the language: after a space, a colon or a brace."""
    _language, _mark, rest = info.partition(":") if ":" in info else info.partition(" ")
    return rest.strip(" {}")


def _of_language(blocks: Iterable[CodeBlock], language: str) -> list[CodeBlock]:
    """Return the blocks that say that they are of a language; else those that say nothing."""
    found = [block for block in blocks if block.language not in MARKDOWN]
    named = [block for block in found if block.language in LANGUAGES[language]]
    return named or [block for block in found if not block.language]


def _choose_defining(blocks: Sequence[CodeBlock]) -> list[CodeBlock]:
    chosen: list[CodeBlock] = []
    known: set[str] = set()
    for block in blocks:
        names = set(DEFINITION.findall(block.text))
        if DEFINING.search(block.text) and not names & known:
            chosen.append(block)
            known |= names
    return chosen or list(blocks)


def _join(blocks: Iterable[CodeBlock]) -> str:
    return "\n".join(block.text for block in blocks)


def _drop_prompts(text: str) -> str:
    """Return what was typed behind the prompts of an interpreter, without what it answered."""
    if not text.lstrip().startswith(">>>"):
        return text
    found = (DOCTEST.match(line) for line in text.split("\n"))
    return "\n".join(line[1] or "" for line in found if line) + "\n"


def _find_bare(text: str, language: str) -> str:
    """Return code that stands in a text without a fence.

    It is all of the text, if that can be code. Else it goes from the first line that begins like
    code to the last that still does, or is indented below it; where no line does, it is what is
    indented.
    """
    lines = _split_lines(text)
    if any(DOCTEST.match(line) and line.lstrip().startswith(">>>") for line in lines):
        return "\n".join(line for line in lines if DOCTEST.match(line))
    if _may_be_code(lines, text, language):
        return text
    kept = list(_keep_code(lines, CODE_START[language], language))
    if not kept:
        kept = list(_keep_indented(lines))
    if any(line.strip() for line in kept):
        return dedent("\n".join(kept)).strip("\n") + "\n"
    return ""


def _may_be_code(lines: Sequence[str], text: str, language: str) -> bool:
    if language != "python":
        return language == "shell"
    if all(not line.strip() or line[0].isspace() for line in lines):
        # The body of a function whose first line was given.
        return True
    try:
        with warnings.catch_warnings():
            # Of escape sequences in texts, which are none of the user's.
            warnings.simplefilter("ignore")
            return len(text) <= MAX_PARSED_CHARS and bool(ast.parse(text).body)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return False


def _keep_code(lines: Sequence[str], start: "re.Pattern[str]", language: str) -> Iterator[str]:
    is_inside = False
    for line in lines:
        begins = bool(start.match(line))
        if begins:
            is_inside = True
        elif is_inside and line.strip() and not line[0].isspace():
            # Statements of SQL go on in lines that begin with anything.
            is_inside = language == "sql" or bool(GOES_ON.match(line))
        elif language == "sql" and not line.strip():
            is_inside = False
        if is_inside:
            yield line
            if language == "sql" and line.rstrip().endswith(";"):
                is_inside = False


def _keep_indented(lines: Sequence[str]) -> Iterator[str]:
    """Yield the lines of indented blocks, where there is prose around them."""
    if all(not line.strip() or line[0].isspace() for line in lines):
        return
    for line in lines:
        if line.startswith((" " * INDENT, "\t")) or not line.strip():
            yield line
