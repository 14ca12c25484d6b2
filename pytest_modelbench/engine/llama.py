"""Runs in the engine process: the only module that knows llama.cpp.

It wraps the low-level functions of llama-cpp-python: loading, tokens, batches of fixed shape, and
how the next token is chosen. What is decoded when is decided elsewhere.
"""

import ctypes
import os
import sys
from collections import deque
from collections.abc import Callable, Sequence
from importlib.metadata import version
from pathlib import Path
from typing import Any

import llama_cpp.llama_cpp as api
import numpy as np
from numpy.typing import NDArray

from pytest_modelbench.domain import Sampling
from pytest_modelbench.engine.decoder import Row, TokenChooser
from pytest_modelbench.errors import EngineError

__all__ = ["ENGINE", "LlamaContext", "LlamaModel"]

ENGINE = f"llama-cpp-python {version('llama-cpp-python')}"
# ggml_log_level of ggml.h; the Python package has no names for them.
DEBUG, ERROR, CONTINUED = 1, 4, 5
# Prompts are cut at multiples of it, whatever their neighbours are.
PROMPT_PART_TOKENS = 512
ALL_GPU_LAYERS = 0x7FFFFFFF
PENALTY_WINDOW = 64
FTYPE_PREFIXES = ("LLAMA_FTYPE_MOSTLY_", "LLAMA_FTYPE_ALL_")


class _NativeLog:
    """Writes what llama.cpp says to standard error, which is the log, and keeps the errors."""

    def __init__(self) -> None:
        self.errors: deque[str] = deque(maxlen=20)
        self._severity = 0
        # Kept here: native code must not call what Python has collected.
        self._callback = api.llama_log_callback(self._take)
        api.llama_log_set(self._callback, ctypes.c_void_p(0))

    def _take(self, severity: int, text: bytes, _: object) -> None:
        self._severity = self._severity if severity == CONTINUED else severity
        if self._severity == DEBUG:
            return
        line = text.decode("utf-8", "replace")
        sys.stderr.write(line)
        if self._severity == ERROR:
            self.errors.append(line.strip())

    def explain(self) -> str:
        """Return the first error since the last call, without the name of the function."""
        errors, self.errors = list(self.errors), deque(maxlen=20)
        sys.stderr.flush()
        if not errors:
            return "llama.cpp does not say why"
        return errors[0].removeprefix("llama_model_load: ").removeprefix("error loading model: ")


_LOG = _NativeLog()


class LlamaModel:
    """The weights and the vocabulary of one model file.

    Attributes:
        end_tokens: Each of them ends an answer.
        vocabulary: Number of tokens.
    """

    def __init__(
        self,
        path: Path,
        *,
        gpu_layers: int = 0,
        experts: tuple[str, int] | None = None,
        vocabulary_only: bool = False,
        on_step: Callable[[], None] = lambda: None,
    ) -> None:
        """Load a model file.

        Args:
            path: A GGUF file.
            gpu_layers: -1 for all.
            experts: The architecture and how many experts to use instead of the file's number.
            vocabulary_only: Leave the weights out.
            on_step: Called now and then while loading.

        Raises:
            EngineError: llama.cpp cannot load it.
        """
        params = api.llama_model_default_params()
        params.n_gpu_layers = ALL_GPU_LAYERS if gpu_layers < 0 else gpu_layers
        params.vocab_only = vocabulary_only
        overrides = _make_overrides(experts)
        params.kv_overrides = overrides

        def report(_: float, __: object) -> bool:
            on_step()
            return True

        callback = api.llama_progress_callback(report)
        params.progress_callback = callback
        self.pointer: Any = api.llama_model_load_from_file(os.fsencode(path), params)
        if not self.pointer:
            raise EngineError(
                f"`{path}` cannot be loaded: {_LOG.explain()}",
                "the file may be damaged, or newer than the installed llama-cpp-python.",
            )
        self._vocab = api.llama_model_get_vocab(self.pointer)
        self.vocabulary: int = api.llama_vocab_n_tokens(self._vocab)
        is_end = api.llama_vocab_is_eog
        self.end_tokens = frozenset(
            token for token in range(self.vocabulary) if is_end(self._vocab, token)
        )
        self._pieces: dict[int, bytes] = {}

    @property
    def parameters(self) -> int:
        """Return the number of weights."""
        return int(api.llama_model_n_params(self.pointer))

    @property
    def can_answer(self) -> bool:
        """Tell whether the model writes text, rather than embeddings or a translation."""
        return api.llama_model_has_decoder(self.pointer) and not api.llama_model_has_encoder(
            self.pointer
        )

    @property
    def quantisation(self) -> str:
        """Return the name of the file's quantisation, "" where it is not known."""
        number = self.read_metadata("general.file_type")
        for name in dir(api):
            for prefix in FTYPE_PREFIXES:
                if name.startswith(prefix) and str(getattr(api, name)) == number:
                    return name.removeprefix(prefix)
        return ""

    @property
    def template(self) -> str:
        """Return the chat template, "" where there is none."""
        template = api.llama_model_chat_template(self.pointer, None)
        return template.decode("utf-8", "replace") if template else ""

    def read_metadata(self, key: str) -> str:
        """Return a value of the file's metadata as text, "" where there is none."""
        size = 256
        buffer = ctypes.create_string_buffer(size)
        length = api.llama_model_meta_val_str(self.pointer, key.encode(), buffer, size)
        return buffer.value.decode("utf-8", "replace") if length >= 0 else ""

    def read_number(self, key: str) -> int:
        """Return a whole number of the metadata, 0 where there is none."""
        text = self.read_metadata(key)
        return int(text) if text.isdecimal() else 0

    def read_special_text(self, name: str) -> str:
        """Return the text of the `bos` or `eos` token, "" where there is none."""
        token = getattr(api, f"llama_vocab_{name}")(self._vocab)
        return self.piece(token).decode("utf-8", "replace") if token >= 0 else ""

    def tokenise(self, text: str) -> list[int]:
        """Return the tokens of a rendered prompt, begun by one BOS where the model wants it."""
        data = text.encode("utf-8", "replace")
        capacity = len(data) + 16
        buffer = (api.llama_token * capacity)()
        count = api.llama_tokenize(self._vocab, data, len(data), buffer, capacity, False, True)  # noqa: FBT003  # no keywords in C
        if count < 0:
            capacity = -count
            buffer = (api.llama_token * capacity)()
            count = api.llama_tokenize(self._vocab, data, len(data), buffer, capacity, False, True)  # noqa: FBT003  # a C function: by position only
        tokens = list(buffer[:count])
        bos = api.llama_vocab_bos(self._vocab)
        if bos >= 0 and api.llama_vocab_get_add_bos(self._vocab) and tokens[:1] != [bos]:
            return [bos, *tokens]
        return tokens

    def piece(self, token: int) -> bytes:
        """Return the bytes of a token; special tokens have text, too."""
        known = self._pieces.get(token)
        if known is None:
            size = 64
            buffer = ctypes.create_string_buffer(size)
            length = api.llama_token_to_piece(self._vocab, token, buffer, size, 0, True)  # noqa: FBT003  # a C function: by position only
            if length < 0:
                size = -length
                buffer = ctypes.create_string_buffer(size)
                length = api.llama_token_to_piece(self._vocab, token, buffer, size, 0, True)  # noqa: FBT003  # a C function: by position only
            known = self._pieces[token] = buffer.raw[:length]
        return known

    def close(self) -> None:
        """Free the native memory."""
        api.llama_model_free(self.pointer)
        self.pointer = None


class LlamaContext:
    """Slots of one model, each with a context of its own, and batches of fixed shape.

    A prompt is decoded alone, cut at fixed places. A step decodes exactly one row for each slot;
    an idle slot gets a row of no meaning that is removed at once. So the shape of no batch
    depends on the neighbours, and neither do the logits.
    """

    prompt_part_tokens = PROMPT_PART_TOKENS

    def __init__(self, model: LlamaModel, *, slots: int, context_tokens: int, threads: int) -> None:
        """Make room for all slots.

        Raises:
            EngineError: There is not enough memory.
        """
        params = api.llama_context_default_params()
        params.n_ctx = slots * context_tokens
        params.n_batch = params.n_ubatch = max(PROMPT_PART_TOKENS, slots)
        params.n_seq_max = slots
        params.n_outputs_max = slots
        params.n_threads = params.n_threads_batch = threads
        # With one context shared by all, results depend on where the neighbours' tokens lie.
        params.kv_unified = False
        # It computes in another order for other shapes of prompts.
        params.flash_attn_type = api.LLAMA_FLASH_ATTN_TYPE_DISABLED
        params.swa_full = True
        params.no_perf = True
        self._model = model
        self._pointer = api.llama_init_from_model(model.pointer, params)
        if not self._pointer:
            raise EngineError(
                f"no context of {slots} x {context_tokens} tokens: {_LOG.explain()}",
                "lower `slots` or `context_tokens` of the model in modelbench.yaml.",
            )
        self._memory = api.llama_get_memory(self._pointer)
        self._slots = slots
        self._batch = _Batch(max(PROMPT_PART_TOKENS, slots))
        self._logit_rows = 0

    @property
    def end_tokens(self) -> frozenset[int]:
        """Return the tokens that end an answer."""
        return self._model.end_tokens

    def tokenise(self, text: str) -> list[int]:
        """Return the tokens of a rendered prompt."""
        return self._model.tokenise(text)

    def piece(self, token: int) -> bytes:
        """Return the bytes of a token."""
        return self._model.piece(token)

    def decode_prompt(
        self, slot: int, tokens: Sequence[int], *, position: int, is_last: bool
    ) -> None:
        """Decode one part of a prompt, alone.

        Raises:
            EngineError: llama.cpp refuses it.
        """
        batch, count = self._batch, len(tokens)
        batch.tokens[:count] = tokens
        batch.positions[:count] = np.arange(position, position + count)
        batch.sequences[:count] = slot
        batch.wants_logits[:count] = 0
        batch.wants_logits[count - 1] = is_last
        self._logit_rows = 1 if is_last else 0
        self._decode(count)

    def decode_step(self, rows: Sequence[Row | None]) -> None:
        """Decode one token for each slot.

        Args:
            rows: One for each slot, None where it is idle.

        Raises:
            EngineError: llama.cpp refuses it.
        """
        batch, count = self._batch, len(rows)
        batch.tokens[:count] = [row.token if row else 0 for row in rows]
        batch.positions[:count] = [row.position if row else 0 for row in rows]
        batch.sequences[:count] = range(count)
        batch.wants_logits[:count] = 1
        self._logit_rows = count
        self._decode(count)
        for slot, row in enumerate(rows):
            if row is None:
                self.clear(slot)

    def logits(self) -> NDArray[np.float32]:
        """Return the rows of logits of the last batch; valid until the next one."""
        pointer = api.llama_get_logits(self._pointer)
        return np.ctypeslib.as_array(pointer, shape=(self._logit_rows, self._model.vocabulary))

    def greedy_tokens(self) -> list[int]:
        """Return the most likely token of each row of logits, -1 for NaN."""
        logits = self.logits()
        best = logits.argmax(axis=1)
        # Among NaN and numbers, argmax finds the NaN.
        values = logits[np.arange(len(best)), best]
        chosen: list[int] = np.where(np.isnan(values), -1, best).tolist()
        return chosen

    def open_chooser(self, sampling: Sampling, prompt: Sequence[int]) -> TokenChooser | None:
        """Return what draws the tokens of one answer, None where the most likely one is taken."""
        if sampling.temperature <= 0 and sampling.repeat_penalty == 1:
            return None
        return _ChooserChain(self, sampling, prompt)

    def draw(self, chain: Any, row: int) -> int:  # noqa: ANN401  # a ctypes pointer
        """Return the token that a chain draws from one row of logits, -1 for NaN."""
        if np.isnan(self.logits()[row].max()):
            return -1
        # llama.cpp counts the rows of the batch, not of the logits; those of a prompt are its last.
        place = row if self._logit_rows == self._batch.native.n_tokens else -1
        return int(api.llama_sampler_sample(chain, self._pointer, place))

    @property
    def vocabulary(self) -> int:
        """Return the number of tokens."""
        return self._model.vocabulary

    def clear(self, slot: int) -> None:
        """Forget what a slot holds."""
        api.llama_memory_seq_rm(self._memory, slot, -1, -1)

    def close(self) -> None:
        """Free the native memory."""
        api.llama_free(self._pointer)
        self._pointer = None

    def _decode(self, count: int) -> None:
        self._batch.native.n_tokens = count
        code = api.llama_decode(self._pointer, self._batch.native)
        if code:
            raise EngineError(f"llama_decode failed with code {code}: {_LOG.explain()}")


class _Batch:
    """A native batch over numpy arrays: filled by slices, not entry by entry."""

    def __init__(self, capacity: int) -> None:
        self.tokens = np.zeros(capacity, np.int32)
        self.positions = np.zeros(capacity, np.int32)
        self.sequences = np.zeros(capacity, np.int32)
        self.wants_logits = np.zeros(capacity, np.int8)
        self._counts = np.ones(capacity, np.int32)
        step = self.sequences.itemsize
        start = self.sequences.ctypes.data
        self._pointers = (start + step * np.arange(capacity)).astype(np.uintp)
        native = api.llama_batch()
        native.token = _point(self.tokens, api.llama_token)
        native.pos = _point(self.positions, api.llama_pos)
        native.n_seq_id = _point(self._counts, ctypes.c_int32)
        native.seq_id = _point(self._pointers, ctypes.POINTER(api.llama_seq_id))
        native.logits = _point(self.wants_logits, ctypes.c_int8)
        self.native = native


class _ChooserChain:
    """llama.cpp's chain of samplers for one answer, with its own random numbers."""

    def __init__(self, context: LlamaContext, sampling: Sampling, prompt: Sequence[int]) -> None:
        self._context = context
        self._chain: Any = api.llama_sampler_chain_init(api.llama_sampler_chain_default_params())
        for link in _make_links(sampling, context.vocabulary):
            api.llama_sampler_chain_add(self._chain, link)
        for token in prompt[-PENALTY_WINDOW:]:
            api.llama_sampler_accept(self._chain, token)

    def choose(self, row: int) -> int:
        """Return the next token, -1 where the logits are not numbers."""
        return self._context.draw(self._chain, row)

    def close(self) -> None:
        """Free the native memory."""
        api.llama_sampler_free(self._chain)
        self._chain = None


def _make_links(sampling: Sampling, vocabulary: int) -> list[Any]:
    links = []
    if sampling.repeat_penalty != 1:
        links.append(
            api.llama_sampler_init_penalties(
                vocabulary, PENALTY_WINDOW, sampling.repeat_penalty, 0.0, 0.0
            )
        )
    if sampling.temperature <= 0:
        return [*links, api.llama_sampler_init_greedy()]
    return [
        *links,
        api.llama_sampler_init_top_k(sampling.top_k),
        api.llama_sampler_init_top_p(sampling.top_p, 1),
        api.llama_sampler_init_min_p(sampling.min_p, 1),
        api.llama_sampler_init_temp(sampling.temperature),
        api.llama_sampler_init_dist(sampling.seed & 0xFFFFFFFF),
    ]


def _make_overrides(experts: tuple[str, int] | None) -> Any:  # noqa: ANN401  # a ctypes array
    if experts is None:
        return None
    architecture, count = experts
    # An entry with an empty key ends the list.
    overrides: Any = (api.llama_model_kv_override * 2)()
    overrides[0].key = f"{architecture}.expert_used_count".encode()
    overrides[0].tag = api.LLAMA_KV_OVERRIDE_TYPE_INT
    overrides[0].value.val_i64 = count
    return overrides


def _point(array: NDArray[Any], to: Any) -> Any:  # noqa: ANN401  # ctypes types
    return array.ctypes.data_as(ctypes.POINTER(to))
