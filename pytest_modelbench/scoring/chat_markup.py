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

# A token in quotes or backticks is spoken about, not spoken.
UNQUOTED = r"(?<![`\"'])"
UNQUOTED_END = r"(?![`\"'])"
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
SPECIAL_ANYWHERE = re.compile(
    rf"""{UNQUOTED}(?:
      <\|(?:im_start|im_end|im_sep|endoftext|endofprompt|eot_id|eom_id|eot|end|end_of_text
        |begin_of_text|start_header_id|end_header_id|header_start|header_end|python_tag
        |finetune_right_pad_id|fim_(?:prefix|middle|suffix|pad)|file_sep|repo_name
        |eos|bos|pad|assistant|user|system|start_of_role|end_of_role|return|message)\|>
    | <\uff5c(?:begin\u2581of\u2581sentence|end\u2581of\u2581sentence|User|Assistant)\uff5c>
    | <(?:start_of_turn|end_of_turn)>
    ){UNQUOTED_END}""",
    re.VERBOSE,
)
# Short ones that are also words of HTML or prose: only where an answer begins or ends.
SPECIAL_AT_START = re.compile(r"\s*(?:<s>|<bos>|<eos>|\[/INST\])")
SPECIAL_AT_END = ("</s>", "<eos>", "<bos>", "<pad>", "[INST]", "[end of text]")
STRIKE_OPEN, STRIKE_CLOSE = "<s>", "</s>"

THINK_OPEN = re.compile(rf"{UNQUOTED}<(think|thinking)>{UNQUOTED_END}")
THINK_CLOSE = re.compile(rf"{UNQUOTED}</(think|thinking)>{UNQUOTED_END}")

# What llama.cpp's programs print before and after an answer. A block of such lines goes only if
# one of them can be nothing else.
CONSOLE_LINE = re.compile(
    r"(?:build|main|log_init|Log start|system_info|sampler \w+|generate|load|common_\w+|print_info"
    r"|load_tensors|load_backend|register_\w+|llama_\w+|ggml_\w+|gguf_\w+|clip_\w+|srv \s*\w+"
    r"|slot \s*\w+|llm_load_\w+|warning|repeat_last_n\b.*|top_k\b.*|mirostat\b.*|\.+)\s*(?:[:=]|$)"
)
CONSOLE_SURE = re.compile(
    r"build: \d+ \([0-9a-f]{6,}\)|main: build = \d+|Log start$|llama_model_loader: |llama_perf_\w+: "
    r"|llama_print_timings: |ggml_\w+_init: |common_perf_print: |load_backend: loaded "
    r"|system_info: n_threads|llama_memory_breakdown_print: |ggml_\w+_free: "
    r"|sampler (?:seed|params|chain): |generate: n_ctx = "
    r"|\[ Prompt: [\d.]+ t/s \| Generation: [\d.]+ t/s \]$|> EOF by user$"
)
CONSOLE_END = re.compile(
    r"(?:llama_perf_\w+|llama_print_timings|common_perf_print|llama_memory_breakdown_print"
    r"|ggml_\w+_free): "
    r"|\[ Prompt: [\d.]+ t/s \| Generation: [\d.]+ t/s \]$|> EOF by user$|Exiting\.\.\.$|>$"
)

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
    text = SPECIAL_ANYWHERE.sub("", text)
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
    first = 0
    while first < len(lines) and (not lines[first].strip() or CONSOLE_LINE.match(lines[first])):
        first += 1
    if not any(map(CONSOLE_SURE.match, lines[:first])):
        first = 0
    last = len(lines)
    while last > first and (not lines[last - 1].strip() or CONSOLE_END.match(lines[last - 1])):
        last -= 1
    if not any(map(CONSOLE_SURE.match, lines[last:])):
        last = len(lines)
    return "\n".join(lines[first:last])


def _join(thoughts: Sequence[str]) -> str:
    return "\n".join(thought.strip() for thought in thoughts).strip()
