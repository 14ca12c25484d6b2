"""Tiny real model files, written in milliseconds: no download, same bytes every time.

- random weights: 115 kB; long, meaningless, reproducible answers.
- known answers: after each character comes a certain other one, with margins so wide that nothing
  but a mistake of ours changes an answer.
"""

from collections.abc import Mapping
from pathlib import Path

import gguf
import numpy as np
import pytest
from numpy.typing import NDArray

__all__ = [
    "JOIN_TEMPLATE",
    "KNOWN_FOLLOWERS",
    "known_answers_gguf",
    "random_gguf",
    "write_known_answers",
    "write_random",
]

UNKNOWN, BOS, EOS, SPACE, TOOL = 0, 1, 2, 259, 260
FIRST_BYTE = 3
VOCABULARY = 261
KNOWN_WIDTH = 288
HEAD = 32
EXPERTS = 4

JOIN_TEMPLATE = "{% for message in messages %}{{ message['content'] }}{% endfor %}"

# The answer to a prompt is what follows its last character, and so on until nothing does:
# ? is answered 42, ! a loop, # an e with an accent in two tokens, % half a character, $ a
# special token, > a text that ends in a long count.
KNOWN_FOLLOWERS: Mapping[int, int] = {
    FIRST_BYTE + ord("?"): FIRST_BYTE + ord("4"),
    FIRST_BYTE + ord("4"): FIRST_BYTE + ord("2"),
    FIRST_BYTE + ord("!"): FIRST_BYTE + ord("l"),
    FIRST_BYTE + ord("l"): FIRST_BYTE + ord("o"),
    FIRST_BYTE + ord("o"): FIRST_BYTE + ord("l"),
    FIRST_BYTE + ord("#"): FIRST_BYTE + 0xC3,
    FIRST_BYTE + 0xC3: FIRST_BYTE + 0xA9,
    FIRST_BYTE + ord("%"): FIRST_BYTE + 0xE2,
    FIRST_BYTE + ord("$"): TOOL,
    FIRST_BYTE + ord(">"): FIRST_BYTE + ord("a"),
    **{FIRST_BYTE + ord("a") + i: FIRST_BYTE + ord("b") + i for i in range(10)},
}


@pytest.fixture(scope="session")
def known_answers_gguf(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a model that answers `42` to every prompt that ends in `?`."""
    path = tmp_path_factory.mktemp("gguf") / "known_answers.gguf"
    write_known_answers(path)
    return path


@pytest.fixture(scope="session")
def random_gguf(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a model that answers with noise, and never stops by itself."""
    path = tmp_path_factory.mktemp("gguf") / "random.gguf"
    write_random(path)
    return path


def write_known_answers(
    path: Path, *, template: str = JOIN_TEMPLATE, experts: int = 0, nan: bool = False
) -> None:
    """Write a model whose next token depends on the last one alone.

    Args:
        path: Of the new file.
        template: Chat template, "" for none.
        experts: Makes it a mixture of this many experts, half of them used.
        nan: Damage the weights.
    """
    width = KNOWN_WIDTH
    embedding = np.zeros((VOCABULARY, width), np.float32)
    embedding[np.arange(VOCABULARY), np.arange(VOCABULARY)] = 1
    following = np.zeros((VOCABULARY, width), np.float32)
    following[EOS] = np.nan if nan else 1
    for token, follower in KNOWN_FOLLOWERS.items():
        following[follower, token] = 9
    writer = _open_writer(path, "qwen3moe" if experts else "llama", width, template)
    writer.add_tensor("token_embd.weight", embedding)
    writer.add_tensor("output.weight", following)
    layer = {name: np.zeros(shape, np.float32) for name, shape in _attention(width).items()}
    if experts:
        writer.add_expert_count(experts)
        writer.add_expert_used_count(experts // 2)
        writer.add_expert_feed_forward_length(HEAD)
        layer |= {name: np.ones(HEAD, np.float32) for name in ("attn_q_norm", "attn_k_norm")}
        layer |= {
            "ffn_gate_inp": np.zeros((experts, width), np.float32),
            "ffn_gate_exps": np.zeros((experts, HEAD, width), np.float32),
            "ffn_up_exps": np.zeros((experts, HEAD, width), np.float32),
            "ffn_down_exps": np.zeros((experts, width, HEAD), np.float32),
        }
    else:
        layer |= {name: np.zeros(shape, np.float32) for name, shape in _feed_forward(width).items()}
    _write(writer, width, layer)


def write_random(path: Path, *, seed: int = 7, template: str = JOIN_TEMPLATE) -> None:
    """Write a model of random weights; its answers never end by themselves."""
    width = HEAD
    random = np.random.default_rng(seed)

    def draw(shape: tuple[int, ...]) -> NDArray[np.float32]:
        return random.standard_normal(shape, dtype=np.float32)

    # One entry is the same for all tokens, and tells that EOS never comes.
    embedding, following = draw((VOCABULARY, width)), draw((VOCABULARY, width)) / 4
    embedding[:, 0], following[:, 0], following[EOS, 0] = 10, 0, -100
    writer = _open_writer(path, "llama", width, template)
    writer.add_tensor("token_embd.weight", embedding)
    writer.add_tensor("output.weight", following)
    shapes = _attention(width) | _feed_forward(width)
    _write(writer, width, {name: draw(shape) / np.float32(6) for name, shape in shapes.items()})


def _attention(width: int) -> dict[str, tuple[int, ...]]:
    return dict.fromkeys(("attn_q", "attn_k", "attn_v", "attn_output"), (width, width))


def _feed_forward(width: int) -> dict[str, tuple[int, ...]]:
    return {
        "ffn_gate": (2 * width, width),
        "ffn_up": (2 * width, width),
        "ffn_down": (width, 2 * width),
    }


def _open_writer(path: Path, architecture: str, width: int, template: str) -> gguf.GGUFWriter:
    writer = gguf.GGUFWriter(path, architecture)
    writer.add_file_type(gguf.LlamaFileType.ALL_F32)
    writer.add_context_length(4096)
    writer.add_embedding_length(width)
    writer.add_block_count(1)
    writer.add_feed_forward_length(2 * width)
    writer.add_head_count(width // HEAD)
    writer.add_head_count_kv(width // HEAD)
    writer.add_key_length(HEAD)
    writer.add_value_length(HEAD)
    writer.add_rope_dimension_count(HEAD)
    writer.add_layer_norm_rms_eps(1e-6)
    writer.add_vocab_size(VOCABULARY)
    writer.add_tokenizer_model("llama")
    kinds = gguf.TokenType
    writer.add_token_list(
        ["<unk>", "<s>", "</s>", *(f"<0x{i:02X}>" for i in range(256)), "\u2581", "<|tool|>"]
    )
    writer.add_token_types(
        [kinds.UNKNOWN, kinds.CONTROL, kinds.CONTROL]
        + [kinds.BYTE] * 256
        + [kinds.NORMAL, kinds.CONTROL]
    )
    writer.add_token_scores([0.0] * VOCABULARY)
    writer.add_unk_token_id(UNKNOWN)
    writer.add_bos_token_id(BOS)
    writer.add_eos_token_id(EOS)
    writer.add_add_bos_token(True)  # noqa: FBT003  # gguf's own signature
    writer.add_add_space_prefix(False)  # noqa: FBT003  # gguf names it so
    if template:
        writer.add_chat_template(template)
    return writer


def _write(writer: gguf.GGUFWriter, width: int, layer: Mapping[str, NDArray[np.float32]]) -> None:
    writer.add_tensor("output_norm.weight", np.ones(width, np.float32))
    for name in ("attn_norm", "ffn_norm"):
        writer.add_tensor(f"blk.0.{name}.weight", np.ones(width, np.float32))
    for name, tensor in layer.items():
        # float64 would make llama.cpp abort the process.
        writer.add_tensor(f"blk.0.{name}.weight", tensor.astype(np.float32))
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()
