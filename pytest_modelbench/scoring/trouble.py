"""Texts that are no answer at all: what a shell or llama.cpp said, and refusals.

Every pattern covers a whole line, and every line has to be trouble: an answer that explains such
an error, or quotes it, has other lines too.
"""

import re

__all__ = ["find_error", "find_refusal"]

MAX_ERROR_LINES = 200
MAX_ERROR_CHARS = 40_000
SHOWN_CHARS = 160

ERROR_LINE = re.compile(
    r"""
      (?:\S*/)?(?:ba|z|da|k|a)?sh:\s.+:\s(?:command\snot\sfound|not\sfound|Permission\sdenied
        |No\ssuch\sfile\sor\sdirectory|cannot\sexecute.*|Is\sa\sdirectory|syntax\serror.*)
    | \S+:\sline\s\d+:\s.+:\s(?:command\snot\sfound|No\ssuch\sfile\sor\sdirectory|Permission\sdenied)
    | (?:timeout|numactl|nohup|env|taskset|nice|stdbuf|srun|sudo|xargs|time):\s
        (?:failed\sto\srun|cannot|can't|unknown|unrecognized|invalid|execution\sof|.+:\scommand\snot
        |.+:\sNo\ssuch\sfile).*
    | \S+:\scommand\snot\sfound
    | \S+:\serror\swhile\sloading\sshared\slibraries:\s.+
    | (?:Segmentation\sfault|Aborted|Killed|Bus\serror|Illegal\sinstruction
        |Floating\spoint\sexception|Terminated)(?:\s+\(core\sdumped\))?
    | \S+:\sline\s\d+:\s+\d+\s(?:Segmentation\sfault|Aborted|Killed|Bus\serror
        |Illegal\sinstruction|Terminated)\b.*
    | (?:error|\S*llama-\w+):\s(?:unknown|invalid|unrecogni[sz]ed|unexpected)\s(?:argument|option).*
    | error:\s(?:failed|unable|could\snot|cannot|invalid|expected\svalue\sfor).*
    | (?:(?:main|common_\w+|llama_\w+|llm_\w+|srv\s+\w+|gguf_\w+|ggml_\w+|clip_\w+|load\w*):\s)
        .*(?:error|fail|unable|cannot|could\snot|not\ssupported|out\sof\smemory|abort|invalid).*
    | (?:llama_model_load:\s)?(?:error\sloading\smodel|failed\sto\sload\smodel).*
    | (?:ggml-?\w*|/\S+/ggml\S*):?\s*(?:CUDA\serror|error|abort|fatal).*
    | (?:ggml_cuda\w*:\s)?CUDA\serror(?::|\s\d+|\s*$).*
    | cudaMalloc\sfailed:\s.+
    | (?:\S+:\s)?GGML_ASSERT\(.*\).*
    | ggml_\w*abort\w*.*
    | \[(?:ERROR|error|Error|TIMEOUT|FATAL)\](?:\s.*)?
    | \[[^\[\]]*\btimed\sout\b[^\[\]]*\]
    | (?i:error):?\s(?i:timeout|timed\sout|connection\s(?:refused|reset)|out\sof\smemory
        |server\s(?:error|not\sresponding)|http\s?\d{3}).{0,120}
    | (?:Timeout|Timed\sout|TIMEOUT)(?:\safter\s\d+(?:\.\d+)?\s?(?:s|sec|seconds))?\.?
    | terminate\scalled\safter\sthrowing\san?\sinstance\sof\s.+
    | \s*what\(\):\s.+
    | curl:\s\(\d+\)\s.+
    | (?:requests\.exceptions\.|urllib3?\.\S*|httpx\.|subprocess\.)\w*(?:Error|Expired|Timeout)\b.*
    | \{\s*"error"\s*:\s*(?:\{.*\}|".*")\s*\}
    """,
    re.VERBOSE,
)
# Lines that come with the trouble and would be nothing without it.
COMPANION_LINE = re.compile(
    r"""
      (?:build|main|system_info|print_info|load_tensors|load_backend|llama_\w+|llm_\w+|ggml_\w+
        |gguf_\w+|common_\w+|clip_\w+|sampler\s\w+|srv\s+\w+|load):\s.*
    | (?:usage|Usage):\s.*
    | to\sshow\scomplete\susage,\srun\swith\s-h
    | warning:\s.*
    | (?:\s+current\sdevice|\s{2,}\w+\sat\s/|\s+in\sfunction)\b.*
    | (?:\[New\sLWP|\[Thread\sdebugging|Using\shost\slibthread|\#\d+\s+0x|0x[0-9a-f]{6,}\sin).*
    | (?:/\S*|\.\./\S*)?lib\S+\.so\S*\(.*\)\s*\[0x[0-9a-f]+\]
    """,
    re.VERBOSE,
)
TRACEBACK = "Traceback (most recent call last):"
TRACEBACK_LINE = re.compile(
    r"Traceback \(most recent call last\):|\s+.*|During handling of .*:|The above .*:"
)
TRACEBACK_END = re.compile(r"[A-Za-z_][\w.]*(?:Error|Exception|Expired|Interrupt|Exit|Timeout)\b.*")

MAX_REFUSAL_WORDS = 80
REFUSAL = re.compile(
    r"""
    \W*(?:(?:i['\u2019]?m|i\sam)\s(?:very\s|so\s|really\s)?sorry|sorry|i\sapologi[sz]e|unfortunately
        |as\san?\s(?:ai|language\smodel|assistant)[^.,]{0,60})?
    [\s,.;:!\u2014-]*(?:but\s|however,?\s|for\s(?:the|any)\s[^,.]{0,40},?\s)?
    (?:
      (?:i|we)\s(?:can(?:no|['\u2019])t|can\snot|cannot|will\snot|won['\u2019]t|must\sdecline\sto
        |(?:am|['\u2019]m)\s(?:not\sable|unable|not\sallowed|not\sgoing|not\spermitted)\sto
        |(?:do\snot|don['\u2019]t)\sfeel\scomfortable)
      | i['\u2019]m\s(?:not\sable|unable|not\sallowed|not\sgoing)\sto
    )\s+(?:\w+ly\s)?
    (?:help|assist|provid|answer|fulfil|comply|do\sthat|do\sthis|complet|support|create|generat
      |write|continu|engag|discuss|participat|offer|share|give|satisfy|proceed|produce)
    """,
    re.VERBOSE | re.IGNORECASE,
)


def find_error(text: str) -> str:
    """Return the line that says what went wrong, where a whole text is an error; or ""."""
    if len(text) > MAX_ERROR_CHARS:
        return ""
    lines = [line.rstrip() for line in text.strip().split("\n") if line.strip()]
    if not lines or len(lines) > MAX_ERROR_LINES:
        return ""
    if lines[0].startswith(TRACEBACK):
        is_whole = all(map(TRACEBACK_LINE.fullmatch, lines[:-1])) and TRACEBACK_END.match(lines[-1])
        return lines[-1][:SHOWN_CHARS] if is_whole else ""
    errors = [line for line in lines if ERROR_LINE.fullmatch(line)]
    if not errors or not all(
        ERROR_LINE.fullmatch(line) or COMPANION_LINE.fullmatch(line) for line in lines
    ):
        return ""
    return errors[0].strip()[:SHOWN_CHARS]


def find_refusal(text: str) -> str:
    """Return the first words of a short text that refuses to answer, or ""."""
    begin = text.strip()[:SHOWN_CHARS]
    if not REFUSAL.match(begin) or len(text.split()) > MAX_REFUSAL_WORDS:
        return ""
    return begin.split("\n")[0]
