"""Special tokens, turns, thinking blocks and llama.cpp's console lines in what a model wrote."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

__all__ = [
    "Thinking",
    "Turn",
    "drop_console_lines",
    "drop_special_tokens",
    "split_thinking",
    "split_turns",
]

# A token in quotes or backticks is spoken about, not spoken; one behind a fence is spoken.
UNQUOTED = r"(?:(?<![`\"'])|(?<=```))"
UNQUOTED_END = r"(?![`\"'])"
# So is one that ends a line: what stands before it are the quotes of the answer.
LINE_END = r"(?=[ \t]*(?:\n|\Z))"
BARS = r"(?:\||\uff5c)"
AUTHORS = {
    "user": "user",
    "human": "user",
    "system": "user",
    "tool": "user",
    "developer": "user",
    "assistant": "assistant",
    "model": "assistant",
}

# How chat templates begin a turn; the author is the first group that matched.
TURN_START = re.compile(
    rf"""{UNQUOTED}(?:
      <\|im_start\|>[ ]*(\w+)[ ]*(?:\n|(?=<\||$))
    | <\|start_header_id\|>[ ]*(\w+)[ ]*<\|end_header_id\|>[ ]*
    | <\|header_start\|>[ ]*(\w+)[ ]*<\|header_end\|>[ ]*
    | <start_of_turn>[ ]*(\w+)[ ]*(?:\n|$)
    | <{BARS}(User|Assistant){BARS}>
    | <\|(user|assistant|system)\|>
    | <\|start_of_role\|>[ ]*(\w+)[ ]*<\|end_of_role\|>
    ){UNQUOTED_END}""",
    re.VERBOSE,
)
SPECIAL = r"""(?:
      <\|(?:im_start|im_end|im_sep|endoftext|endofprompt|eot_id|eom_id|eot|end|end_of_text
        |begin_of_text|start_header_id|end_header_id|header_start|header_end|python_tag
        |finetune_right_pad_id|fim_(?:prefix|middle|suffix|pad)|file_sep|repo_name
        |eos|bos|pad|assistant|user|system|start_of_role|end_of_role|return|message)\|>
    | <\uff5c(?:begin\u2581of\u2581sentence|end\u2581of\u2581sentence|User|Assistant)\uff5c>
    | <(?:start_of_turn|end_of_turn)>
    )"""
SPECIAL_ANYWHERE = re.compile(
    rf"{UNQUOTED}{SPECIAL}{UNQUOTED_END}|{SPECIAL}+{LINE_END}", re.VERBOSE
)
# Short ones that are also words of HTML or prose: only where an answer begins or ends.
SPECIAL_AT_START = re.compile(r"\s*(?:<s>|<bos>|<eos>|\[/INST\])")
SPECIAL_AT_END = ("</s>", "<eos>", "<bos>", "<pad>", "[INST]", "[end of text]")
STRIKE_OPEN, STRIKE_CLOSE = "<s>", "</s>"

THINK_OPEN = re.compile(rf"{UNQUOTED}<think(?:ing)?>{UNQUOTED_END}|<think(?:ing)?>{LINE_END}")
THINK_CLOSE = re.compile(
    rf"{UNQUOTED}</think(?:ing)?>{UNQUOTED_END}|</think(?:ing)?>{LINE_END}"
    r"|(?<=\n)</think(?:ing)?>"
)

# What llama.cpp's programs print before and after an answer. A block of such lines goes only if
# one of them can be nothing else.
CONSOLE_SURE = re.compile(
    r"build: \d+ \([0-9a-f]{6,}\) with |main: build = \d+|Log start$|llama_model_loader: "
    r"|llama_perf_\w+: |llama_print_timings: |ggml_\w+_init: |common_perf_print: "
    r"|load_backend: loaded |load: (?:printing all EOG tokens|special tokens cache size = \d"
    r"|control-looking token: |missing pre-tokenizer type|special_eos_id is not in)"
    r"|clip_model_loader: |image decoded \(batch \d|== Running in interactive mode\. ==$"
    r"|system_info: n_threads|llama_memory_breakdown_print: |ggml_\w+_free: "
    r"|sampler (?:seed|params|chain): |generate: n_ctx = "
    r"| */clear {2,}clear the chat history$"
    r"|encoded\s+\d+ tokens in\s+[\d.]+ seconds, speed: "
    r"|\[ Prompt: [\d.]+ t/s \| Generation: [\d.]+ t/s \]$|> EOF by user$"
)
CONSOLE_LINE = re.compile(
    rf"{CONSOLE_SURE.pattern}"
    r"|(?:build|main|log_init|Log start|system_info|sampler \w+|generate|load|common_\w+|print_info"
    r"|load_\w+|register_\w+|llama_\w+|ggml_\w+|gguf_\w+|clip_\w+|mtmd_\w+|srv \s*\w+"
    r"|alloc_compute_meta|warmup|validate_override|slot \s*\w+|llm_load_\w+|warning"
    r"|repeat_last_n\b.*|top_k\b.*|mirostat\b.*|\.+)\s*(?:[:=]|$)"
    r"|\t(?:repeat_last_n|dry_multiplier|top_k|mirostat) = "
    r"|\*\*\* User-specified prompt will pre-start conversation"
    r"| - (?:Press (?:Ctrl\+C|Return) to|To return control without|If you want to submit another"
    r"|Not using system message\.)"
    r"|--- (?:vision|audio) hparams ---$|WARN: This is an experimental CLI|\s+For normal use cases, "
    r"|encoding (?:image|audio) slice|(?:image|audio) slice encoded in|decoding (?:image|audio) batch"
    r"|decoded\s+\d+ tokens in\s|(?:n_draft|n_predict|n_drafted|n_accept|accept)\s*= [\d.]+%?$"
    r"|Loading model\.\.\.|[\u2580\u2584\u2588 ]+$|(?:model|modalities)\s*: "
    r"| *(?:Running in chat mode, )?available commands:$"
    r"| */(?:image <|audio <|quit or /exit|exit or Ctrl\+C|regen|read|glob) *.*"
    r"|(?:draft|target):$|Exiting\.\.\.$|>\s*$"
)
# Of these an answer may have some too.
CONSOLE_WORD = re.compile(
    r"(?:build|main|generate|load|warning|warmup|model|modalities|draft|target)\s*[:=]"
)
# The model's chat template is shown, in as many lines as that takes, and the log goes on.
CHAT_TEMPLATE = re.compile(r"\w+: chat template example:")
MAX_TEMPLATE_LINES = 60

CONSOLE_HINT = re.compile(rf"^(?:{CONSOLE_SURE.pattern})", re.MULTILINE)
EDGE_CHARS = 20_000


@dataclass(frozen=True, kw_only=True, slots=True)
class Turn:
    """A piece of a transcript.

    Attributes:
        author: "user" (or system, tool), "assistant", or "" before the first header.
        text: What was said; may hold special tokens still.
    """

    author: str
    text: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Thinking:
    """A text with its thinking taken out.

    Attributes:
        text: What is left.
        thinking: Contents of the blocks.
        is_open: A block has no end; everything after its beginning is thinking.
    """

    text: str
    thinking: str
    is_open: bool


def split_turns(text: str) -> Sequence[Turn]:
    """Split at the headers that chat templates put before each turn."""
    turns = []
    author = ""
    start = 0
    for found in TURN_START.finditer(text):
        name = next(filter(None, found.groups())).lower()
        if name not in AUTHORS:
            continue
        turns.append(Turn(author=author, text=text[start : found.start()]))
        author = AUTHORS[name]
        start = found.end()
    return [*turns, Turn(author=author, text=text[start:])]


def drop_special_tokens(text: str) -> str:
    """Take out tokens that steer a model and were rendered as text."""
    return _drop_special_ends(SPECIAL_ANYWHERE.sub("", _drop_special_ends(text)))


def _drop_special_ends(text: str) -> str:
    # HTML strikes text out with a pair of these; a single one is a token.
    is_pair = text.count(STRIKE_OPEN) == text.count(STRIKE_CLOSE)
    start, end = 0, len(text)
    while found := SPECIAL_AT_START.match(text, start):
        if is_pair and STRIKE_OPEN in found.group():
            break
        start = found.end()
    while True:
        while end > start and text[end - 1].isspace():
            end -= 1
        token = next((token for token in SPECIAL_AT_END if text.endswith(token, start, end)), "")
        if not token or (is_pair and token == STRIKE_CLOSE):
            return text[start:end]
        end -= len(token)


def split_thinking(text: str, *, opened: bool) -> Thinking:
    """Take thinking blocks out of a text.

    Args:
        text: What the model wrote.
        opened: The prompt already ended inside a block.
    """
    thoughts = []
    while True:
        begin, end = THINK_OPEN.search(text), THINK_CLOSE.search(text)
        if end and (begin is None or end.start() < begin.start()):
            # The block began in the prompt, or its beginning got lost.
            thoughts.append(text[: end.start()])
            text = text[end.end() :]
        elif begin and end:
            thoughts.append(text[begin.end() : end.start()])
            text = text[: begin.start()] + text[end.end() :]
        elif begin:
            thoughts.append(text[begin.end() :])
            return Thinking(text=text[: begin.start()], thinking=_join(thoughts), is_open=True)
        elif opened and not thoughts:
            return Thinking(text="", thinking=text.strip(), is_open=True)
        else:
            return Thinking(text=text, thinking=_join(thoughts), is_open=False)


def drop_console_lines(text: str) -> str:
    """Take out the lines that llama.cpp's programs print before and after an answer."""
    if not (CONSOLE_HINT.search(text[:EDGE_CHARS]) or CONSOLE_HINT.search(text[-EDGE_CHARS:])):
        return text
    lines = text.split("\n")
    first = _find_console_end(lines)
    return "\n".join(lines[first : _find_console_start(lines, first)])


def _find_console_end(lines: Sequence[str]) -> int:
    """Return where the answer begins, behind the log that the lines begin with."""
    end = 0
    while end < len(lines) and _is_console(lines[end]):
        is_template = CHAT_TEMPLATE.match(lines[end])
        end += 1
        if is_template:
            block = range(end, min(end + MAX_TEMPLATE_LINES, len(lines)))
            end = next((line for line in block if CONSOLE_SURE.match(lines[line])), end)
    if not any(map(CONSOLE_SURE.match, lines[:end])):
        return 0
    while end < len(lines) and (not lines[end - 1].strip() or _is_word(lines[end - 1])):
        # The answer's own first lines: nothing of llama.cpp's follows them.
        end -= 1
    return end


def _find_console_start(lines: Sequence[str], first: int) -> int:
    """Return where the answer ends, in front of the log that the lines end with."""
    start = len(lines)
    while start > first:
        if _is_console(lines[start - 1]):
            start -= 1
        elif shown := _find_template(lines[first:start]):
            start = first + shown
        else:
            break
    block = range(start, len(lines))
    sure = next((line for line in block if CONSOLE_SURE.match(lines[line])), len(lines))
    # Other lines in front of the first sure one may be the answer's last; not a waiting prompt.
    said = [line for line in range(start, sure) if lines[line].strip() not in {"", ">"}]
    is_log = sure < len(lines)
    return (said[-1] + 1 if said else start) if is_log else len(lines)


def _find_template(lines: Sequence[str]) -> int:
    """Return the number of lines up to the head of the template that they end in, or 0."""
    for end in range(len(lines), max(0, len(lines) - MAX_TEMPLATE_LINES), -1):
        if CONSOLE_SURE.match(lines[end - 1]):
            break
        if CHAT_TEMPLATE.match(lines[end - 1]):
            return end
    return 0


def _is_word(line: str) -> bool:
    return bool(CONSOLE_WORD.match(line)) and not CONSOLE_SURE.match(line)


def _is_console(line: str) -> bool:
    return not line.strip() or bool(CONSOLE_LINE.match(line))


def _join(thoughts: Sequence[str]) -> str:
    return "\n".join(thought.strip() for thought in thoughts).strip()
