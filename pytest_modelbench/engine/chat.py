"""Runs in the engine process: messages become the text that a model reads."""

import datetime as dt
import json
from collections.abc import Mapping, Sequence
from typing import Any, NoReturn

import jinja2
from jinja2 import nodes
from jinja2.ext import Extension, loopcontrols
from jinja2.parser import Parser
from jinja2.sandbox import ImmutableSandboxedEnvironment

from pytest_modelbench.domain import Message
from pytest_modelbench.errors import EngineError

__all__ = ["TEMPLATE_DATE", "ChatTemplate", "has_open_think", "join_messages"]

# Some templates print the date of today: the same question would be another one tomorrow.
TEMPLATE_DATE = dt.datetime(2026, 1, 1, tzinfo=dt.UTC)
OWN_TEMPLATE_HINT = "set `chat_template` of the model in modelbench.yaml, or `chat: raw`."


class _GenerationBlock(Extension):
    """`{% generation %}` marks answers for training; what is in it is rendered as it is."""

    tags = {"generation"}  # noqa: RUF012  # as jinja2 declares it

    def parse(self, parser: Parser) -> list[nodes.Node]:
        """Return the block's contents."""
        parser.stream.skip(1)
        return parser.parse_statements(("name:endgeneration",), drop_needle=True)


class ChatTemplate:
    """A chat template as model files carry them, rendered like the tools that train with it."""

    def __init__(self, source: str, *, bos: str, eos: str, arguments: Mapping[str, object]) -> None:
        """Compile a template.

        Args:
            source: Jinja text; written by whoever made the model file, so it is sandboxed.
            bos: Text of the token that begins a text.
            eos: Text of the token that ends one.
            arguments: Given to the template beside the messages.

        Raises:
            EngineError: The template does not compile.
        """
        environment = ImmutableSandboxedEnvironment(
            trim_blocks=True, lstrip_blocks=True, extensions=[_GenerationBlock, loopcontrols]
        )
        environment.filters["tojson"] = _to_json
        environment.globals["raise_exception"] = _refuse
        environment.globals["strftime_now"] = TEMPLATE_DATE.strftime
        try:
            self._template = environment.from_string(source)
        except jinja2.TemplateSyntaxError as error:
            raise EngineError(
                f"the chat template does not compile: line {error.lineno}: {error.message}",
                OWN_TEMPLATE_HINT,
            ) from None
        self._arguments = {**arguments, "bos_token": bos, "eos_token": eos}

    def render(self, messages: Sequence[Message]) -> str:
        """Return the text up to where the answer begins.

        Raises:
            EngineError: The template refuses the messages, or fails.
        """
        plain = [{"role": message.author, "content": message.content} for message in messages]
        try:
            return self._template.render(
                **self._arguments, messages=plain, add_generation_prompt=True
            )
        # What a template computes may fail in any of these ways; the code is not ours.
        except (
            jinja2.TemplateError,
            TypeError,
            ValueError,
            LookupError,
            ArithmeticError,
            AttributeError,
            RecursionError,
        ) as error:
            raise EngineError(
                f"the chat template refuses the messages: {error}", _make_hint(error, messages)
            ) from None


def join_messages(messages: Sequence[Message]) -> str:
    """Return what a model reads without a chat template: the contents, one after another."""
    return "\n".join(message.content for message in messages)


def has_open_think(text: str) -> bool:
    """Tell whether an answer to this text begins inside a thinking block."""
    return text.rstrip().endswith("<think>")


def _make_hint(error: Exception, messages: Sequence[Message]) -> str:
    has_system = any(message.author == "system" for message in messages)
    if has_system and "system" in str(error).lower():
        return (
            "this model takes no system message; put its text into the first user message, "
            "or set `chat_template` of the model in modelbench.yaml."
        )
    return OWN_TEMPLATE_HINT


def _refuse(message: str) -> NoReturn:
    raise jinja2.TemplateError(message)


def _to_json(value: object, **options: Any) -> str:  # noqa: ANN401  # those of json.dumps
    # jinja2's own escapes <, > and & for HTML: models were trained on the plain text.
    return json.dumps(value, **{"ensure_ascii": False, **options})
