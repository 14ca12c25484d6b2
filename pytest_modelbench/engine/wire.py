"""Messages between the controller and an engine process: versioned JSON, one per line.

`docs/reference/engine.md` lists the kinds. Only plain data goes over the wire; both ends turn it
into frozen values at once.
"""

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any

from pytest_modelbench.domain import Message, ModelSpec, Prompt, RawAnswer, Sampling
from pytest_modelbench.engine.base import EngineFacts, Progress
from pytest_modelbench.errors import EngineError

__all__ = [
    "PROMPTS_PER_LINE",
    "VERSION",
    "Alive",
    "Answers",
    "Ask",
    "Begin",
    "Failed",
    "Generate",
    "Hurry",
    "Ready",
    "Report",
    "Start",
    "WireMessage",
    "decode",
    "encode",
]

VERSION = 1
# Long enough that a line's fixed cost does not count, short enough that the first prompt is
# on its way before the last one is encoded.
PROMPTS_PER_LINE = 256
EXCERPT_CHARS = 80


@dataclass(frozen=True, slots=True)
class Start:
    """To the engine, once, first: run this model."""

    spec: ModelSpec


@dataclass(frozen=True, slots=True)
class Ask:
    """To the engine: answer these, in this order, after those it already has."""

    prompts: Sequence[Prompt]


@dataclass(frozen=True, slots=True)
class Hurry:
    """To the engine: this one next, if it has not begun."""

    key: str


@dataclass(frozen=True, slots=True)
class Ready:
    """From the engine: the model is loaded."""

    facts: EngineFacts


@dataclass(frozen=True, slots=True)
class Failed:
    """From the engine: the model cannot be run, and trying again would not help."""

    detail: str


@dataclass(frozen=True, slots=True)
class Begin:
    """From the engine: these got slots, and nothing else is being computed."""

    keys: Sequence[str]


@dataclass(frozen=True, slots=True)
class Generate:
    """From the engine: everything that has a slot is now decoded together."""


@dataclass(frozen=True, slots=True)
class Answers:
    """From the engine: these are finished and have given up their slots."""

    answers: Sequence[RawAnswer]


@dataclass(frozen=True, slots=True)
class Report:
    """From the engine: how far the answer in work for longest is."""

    progress: Progress


@dataclass(frozen=True, slots=True)
class Alive:
    """From the engine: a step was made; nothing else to say."""


WireMessage = Start | Ask | Hurry | Ready | Failed | Begin | Generate | Answers | Report | Alive
Plain = dict[str, Any]


def encode(message: WireMessage) -> bytes:
    """Return the message as one line."""
    kind = type(message).__name__.lower()
    return _dump({"v": VERSION, "kind": kind, **_PACK[type(message)](message)})


def decode(line: bytes) -> WireMessage:
    """Return the message of one line.

    Raises:
        EngineError: The line is not a message of this version.
    """
    try:
        plain = json.loads(line)
    except ValueError:
        raise EngineError(f"expected a JSON message, got {_excerpt(line)}") from None
    if not isinstance(plain, dict) or plain.get("v") != VERSION:
        raise EngineError(f"expected a message of version {VERSION}, got {_excerpt(line)}")
    unpack = _UNPACK.get(plain.get("kind", ""))
    if unpack is None:
        raise EngineError(f"expected a known kind of message, got {_excerpt(line)}")
    try:
        return unpack(plain)
    except (KeyError, TypeError, ValueError) as error:
        raise EngineError(
            f"a `{plain['kind']}` message is not complete ({error}): {_excerpt(line)}"
        ) from None


def _dump(plain: Plain) -> bytes:
    # ASCII: also a lone surrogate of a broken template gets through.
    return json.dumps(plain, separators=(",", ":")).encode("ascii") + b"\n"


def _excerpt(line: bytes) -> str:
    text = line.decode("utf-8", "replace").strip()
    return repr(text if len(text) <= EXCERPT_CHARS else f"{text[:EXCERPT_CHARS]}...")


def _flat(value: Any) -> Plain:  # noqa: ANN401  # any dataclass; typeshed has no public name for that
    return {field.name: getattr(value, field.name) for field in fields(value)}


def _pack_spec(spec: ModelSpec) -> Plain:
    plain = _flat(spec)
    # The engine does not merge sampling levels and does not quote the configuration.
    for name in ("sampling", "place", "capabilities"):
        del plain[name]
    plain["gguf"] = str(spec.gguf) if spec.gguf else None
    plain["recorded"] = str(spec.recorded) if spec.recorded else None
    plain["chat_arguments"] = dict(spec.chat_arguments)
    return plain


def _unpack_spec(plain: Plain) -> ModelSpec:
    paths = {name: Path(plain[name]) if plain[name] else None for name in ("gguf", "recorded")}
    return ModelSpec(**{**plain, **paths})


def _pack_prompt(prompt: Prompt) -> Plain:
    return {
        "key": prompt.key,
        "messages": [[message.author, message.content] for message in prompt.messages],
        "sampling": _flat(prompt.sampling),
        "timeout_s": prompt.timeout_s,
        "suite": prompt.suite,
        "question": prompt.question,
        "trial": prompt.trial,
    }


def _unpack_prompt(plain: Plain) -> Prompt:
    messages = tuple(Message(author=author, content=text) for author, text in plain["messages"])
    sampling = dict(plain["sampling"])
    sampling["stop"] = tuple(sampling["stop"])
    return Prompt(**{**plain, "messages": messages, "sampling": Sampling(**sampling)})


_PACK: Mapping[type, Callable[[Any], Plain]] = {
    Start: lambda message: {"spec": _pack_spec(message.spec)},
    Ask: lambda message: {"prompts": [_pack_prompt(prompt) for prompt in message.prompts]},
    Hurry: lambda message: {"key": message.key},
    Ready: lambda message: {"facts": _flat(message.facts)},
    Failed: lambda message: {"detail": message.detail},
    Begin: lambda message: {"keys": list(message.keys)},
    Generate: lambda _: {},
    Answers: lambda message: {"answers": [_flat(answer) for answer in message.answers]},
    Report: lambda message: {"progress": _flat(message.progress)},
    Alive: lambda _: {},
}

_UNPACK: Mapping[str, Callable[[Plain], WireMessage]] = {
    "start": lambda plain: Start(_unpack_spec(plain["spec"])),
    "ask": lambda plain: Ask(tuple(_unpack_prompt(prompt) for prompt in plain["prompts"])),
    "hurry": lambda plain: Hurry(plain["key"]),
    "ready": lambda plain: Ready(EngineFacts(**plain["facts"])),
    "failed": lambda plain: Failed(plain["detail"]),
    "begin": lambda plain: Begin(tuple(plain["keys"])),
    "generate": lambda _: Generate(),
    "answers": lambda plain: Answers(tuple(RawAnswer(**answer) for answer in plain["answers"])),
    "report": lambda plain: Report(Progress(**plain["progress"])),
    "alive": lambda _: Alive(),
}
