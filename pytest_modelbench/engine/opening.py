"""Runs in the engine process: from a model file to a decoder that is ready."""

import os
import sys
from collections.abc import Callable, Sequence
from pathlib import Path

from pytest_modelbench.domain import Message, ModelSpec, fingerprint
from pytest_modelbench.engine.base import EngineFacts
from pytest_modelbench.engine.channel import Outbox
from pytest_modelbench.engine.chat import ChatTemplate, join_messages
from pytest_modelbench.engine.decoder import Decoder
from pytest_modelbench.engine.llama import ENGINE, LlamaContext, LlamaModel
from pytest_modelbench.engine.order import check_order
from pytest_modelbench.errors import EngineError

__all__ = ["check_file", "choose_threads", "open_decoder"]

LFS_POINTER = b"version https://git-lfs"
# Below, threads wait for each other longer than they compute, above all beside a busy pytest.
TINY_PARAMETERS = 10_000_000


def open_decoder(spec: ModelSpec, path: Path, outbox: Outbox) -> Decoder:
    """Load a model file and return the decoder of its answers.

    Raises:
        EngineError: The file cannot be used; its message is for the user.
    """
    check_file(path)
    experts = _find_experts(spec, path)
    model = LlamaModel(path, gpu_layers=spec.gpu_layers, experts=experts, on_step=outbox.keep_alive)
    if not model.can_answer:
        raise EngineError(f"`{path}` is no model that writes text", "pick a decoder-only model.")
    template = spec.chat_template or model.template
    render = _make_render(spec, model, template)
    threads = spec.threads or choose_threads(model.parameters)
    context = LlamaContext(
        model, slots=spec.slots, context_tokens=spec.context_tokens, threads=threads
    )
    finding = check_order(context, slots=spec.slots, context_tokens=spec.context_tokens)
    outbox.keep_alive()
    architecture = model.read_metadata("general.architecture")
    facts = EngineFacts(
        engine=ENGINE,
        architecture=architecture,
        quantisation=model.quantisation,
        parameters=model.parameters,
        context_tokens=spec.context_tokens,
        slots=spec.slots,
        vocabulary=model.vocabulary,
        experts=model.read_number(f"{architecture}.expert_count"),
        experts_used=experts[1]
        if experts
        else model.read_number(f"{architecture}.expert_used_count"),
        threads=threads,
        template=fingerprint(template) if template else "",
        order_independent=finding.is_independent,
        order_note=finding.note,
    )
    return Decoder(context, render=render, facts=facts, outbox=outbox)


def check_file(path: Path) -> None:
    """Report what native code would report badly.

    Raises:
        EngineError: There is no GGUF file at this path.
    """
    where = "check `gguf` of the model in modelbench.yaml."
    try:
        with path.open("rb") as file:
            head = file.read(len(LFS_POINTER))
    except FileNotFoundError:
        raise EngineError(f"`{path}` does not exist", where) from None
    except OSError as error:
        raise EngineError(f"`{path}` cannot be read: {error.strerror}", where) from None
    if head == LFS_POINTER:
        raise EngineError(f"`{path}` is a Git LFS pointer, not the model", "run git lfs pull.")
    if not head.startswith(b"GGUF"):
        raise EngineError(f"`{path}` is not a GGUF file", where)


def choose_threads(parameters: int) -> int:
    """Return the number of physical cores that this process may use, 1 for a tiny model."""
    if parameters < TINY_PARAMETERS:
        return 1
    if sys.platform != "linux":
        return max(1, (os.cpu_count() or 2) // 2)
    processors = os.sched_getaffinity(0)
    cores = {_read_siblings(processor) for processor in processors}
    return max(1, min(len(cores), _read_quota() or len(cores)))


def _read_siblings(processor: int) -> str:
    path = Path(f"/sys/devices/system/cpu/cpu{processor}/topology/thread_siblings_list")
    try:
        return path.read_text("ascii")
    except OSError:
        return str(processor)


def _read_quota() -> int:
    """Return the processors that a container may use, 0 where that is not limited."""
    try:
        quota, period = Path("/sys/fs/cgroup/cpu.max").read_text("ascii").split()
        return max(1, int(quota) // int(period))
    except (OSError, ValueError):
        return 0


def _find_experts(spec: ModelSpec, path: Path) -> tuple[str, int] | None:
    """Return the override of the number of experts; a dense model has none to override.

    More experts than there are would abort the process in native code.
    """
    if not spec.experts:
        return None
    header = LlamaModel(path, vocabulary_only=True)
    architecture = header.read_metadata("general.architecture")
    available = header.read_number(f"{architecture}.expert_count")
    header.close()
    if not available:
        sys.stderr.write(f"`experts: {spec.experts}` changes nothing: {path} has no experts\n")
        return None
    if spec.experts > available:
        raise EngineError(
            f"`experts: {spec.experts}` is more than the {available} experts of `{path}`",
            f"use 1 to {available}.",
        )
    return architecture, spec.experts


def _make_render(
    spec: ModelSpec, model: LlamaModel, template: str
) -> Callable[[Sequence[Message]], str]:
    if spec.chat == "raw":
        return join_messages
    if not template:
        raise EngineError(
            f"`{spec.gguf}` has no chat template",
            "set `chat: raw` or `chat_template` of the model in modelbench.yaml.",
        )
    return ChatTemplate(
        template,
        bos=model.read_special_text("bos"),
        eos=model.read_special_text("eos"),
        arguments=spec.chat_arguments,
    ).render
