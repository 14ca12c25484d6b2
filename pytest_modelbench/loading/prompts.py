"""What is sent for a question, and what a model must be able to do to take it."""

from collections.abc import Sequence
from dataclasses import replace

from pytest_modelbench.domain import Message, Needs
from pytest_modelbench.loading.contexts import make_context, read_position
from pytest_modelbench.loading.dialects import NamedQuestion
from pytest_modelbench.loading.suite_shapes import MessageShape, NeedsShape, QuestionShape

__all__ = ["clean_text", "read_messages", "read_needs"]

# What a question of the dialect means that asks for generated context without saying how long.
DEFAULT_CONTEXT_TOKENS = 4000
CONTEXT_SEPARATOR = "\n\n---\n\n"
CONTEXT_KEYS = frozenset({"context_tokens", "context_type", "needle"})


def clean_text(text: str) -> str:
    """Return a text without the line breaks around it that YAML's block form adds."""
    return text.strip("\r\n")


def read_messages(question: NamedQuestion) -> tuple[Message, ...]:
    """Return the prompt of a question, generated context included."""
    shape, spot = question.shape, question.spot
    messages = _read_messages(question)
    if "system" in shape.model_fields_set:
        if not shape.system.strip():
            spot.at("system").report("`system` must not be empty", "leave it out")
        if messages and messages[0].author == "system":
            spot.at("system").report(
                "`system` says the same as the first of `messages`", "keep one of them"
            )
        messages = (Message(author="system", content=clean_text(shape.system)), *messages)
    if "needle_position" in shape.model_fields_set and not shape.needle:
        spot.at("needle_position").report(
            "`needle_position` without `needle`", "add the text to hide as `needle`"
        )
    if shape.model_fields_set & CONTEXT_KEYS:
        return _add_context(messages, question)
    return messages


def _read_messages(question: NamedQuestion) -> tuple[Message, ...]:
    shape, spot = question.shape, question.spot
    written = shape.model_fields_set
    if "prompt" in written and "messages" in written:
        spot.at("prompt").report("`prompt` says the same as `messages`", "keep one of them")
    if "messages" in written:
        return _read_conversation(shape.messages, question)
    if "prompt" not in written:
        spot.report(f"the question {question.id!r} has no `prompt`")
    elif not shape.prompt.strip():
        spot.at("prompt").report("`prompt` must not be empty")
    return (Message(author="user", content=clean_text(shape.prompt)),)


def _read_conversation(
    shapes: Sequence[MessageShape], question: NamedQuestion
) -> tuple[Message, ...]:
    spot = question.spot.at("messages")
    if not shapes or shapes[-1].author != "user":
        got = f"one by the {shapes[-1].author}" if shapes else "none"
        spot.report(f"the last of `messages` must be by the user, got {got}")
    for index, shape in enumerate(shapes):
        if not shape.content.strip():
            spot.at(index, "content").report("`content` must not be empty")
    return tuple(
        Message(author=shape.author, content=clean_text(shape.content)) for shape in shapes
    )


def _add_context(messages: tuple[Message, ...], question: NamedQuestion) -> tuple[Message, ...]:
    shape = question.shape
    position, problem, hint = read_position(shape.needle_position)
    if problem:
        question.spot.at("needle_position").report(problem, hint)
    context = make_context(
        shape.context_type, _count_context(shape), clean_text(shape.needle), position
    )
    first = next(
        (index for index, message in enumerate(messages) if message.author == "user"), None
    )
    if first is None:
        return messages
    content = f"{context}{CONTEXT_SEPARATOR}{messages[first].content}"
    changed = replace(messages[first], content=content)
    return (*messages[:first], changed, *messages[first + 1 :])


def _count_context(shape: QuestionShape) -> int:
    if "context_tokens" in shape.model_fields_set:
        return shape.context_tokens
    return DEFAULT_CONTEXT_TOKENS if shape.model_fields_set & CONTEXT_KEYS else 0


def read_needs(shape: QuestionShape, *, has_image: bool) -> Needs:
    """Return what a question needs, what follows from its image and its context included."""
    capabilities: set[str] = {"vision"} if has_image else set()
    tokens = _count_context(shape)
    if isinstance(shape.needs, NeedsShape):
        capabilities |= {name for name in ("vision", "tools") if getattr(shape.needs, name)}
        tokens = max(tokens, shape.needs.context_tokens)
    else:
        for need in shape.needs:
            if isinstance(need, str):
                capabilities.add(need)
            else:
                tokens = max(tokens, need.context_tokens)
    return Needs(capabilities=frozenset(capabilities), context_tokens=tokens)
