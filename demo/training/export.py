"""Write trained weights as GGUF files that llama.cpp loads."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

import gguf
import numpy as np
from gguf import GGMLQuantizationType

from demo.training.fleet import (
    CONTEXT_TOKENS,
    NORM_EPS,
    ROPE_BASE,
    VOCABULARY_SIZE,
    Shape,
)
from demo.training.tokenizer import END, END_OF_TEXT, THINK_TAGS, Tokenizer

Weights = Mapping[str, np.ndarray]

CHAT_TEMPLATE = (
    "{% for message in messages %}"
    "{{ '<|im_start|>' + message['role'] + '\\n' + message['content'] + '<|im_end|>' + '\\n' }}"
    "{% endfor %}"
    "{% if add_generation_prompt %}{{ '<|im_start|>assistant\\n' }}{% endif %}"
)
FILE_TYPES = {
    GGMLQuantizationType.F32: gguf.LlamaFileType.ALL_F32,
    GGMLQuantizationType.Q8_0: gguf.LlamaFileType.MOSTLY_Q8_0,
}
ATTENTION_NAMES = {"q": "attn_q", "k": "attn_k", "v": "attn_v", "o": "attn_output"}


@dataclass(frozen=True, kw_only=True)
class Tensor:
    """One tensor of a GGUF file.

    Attributes:
        is_exact: Keep it in F32 whatever the file's type: norms, and routers, where a small
            error picks another expert.
    """

    name: str
    values: np.ndarray
    is_exact: bool = False


def export_model(
    path: Path,
    weights: Weights,
    *,
    shape: Shape,
    tokenizer: Tokenizer,
    precision: GGMLQuantizationType,
) -> None:
    """Write one GGUF file; the model is called after it."""
    writer = gguf.GGUFWriter(path, shape.arch)
    writer.add_name(path.stem)
    writer.add_description("pytest-modelbench demo model, trained on synthetic exercises")
    writer.add_license("MIT")
    writer.add_file_type(FILE_TYPES[precision])
    _add_shape(writer, shape)
    _add_tokenizer(writer, tokenizer)
    for tensor in _name_tensors(weights, shape):
        values = np.ascontiguousarray(tensor.values, dtype=np.float32)
        if tensor.is_exact or precision is GGMLQuantizationType.F32:
            writer.add_tensor(tensor.name, values)
        else:
            packed = gguf.quants.quantize(values, precision)
            writer.add_tensor(tensor.name, packed, raw_dtype=precision)
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()


def _add_shape(writer: gguf.GGUFWriter, shape: Shape) -> None:
    writer.add_context_length(CONTEXT_TOKENS)
    writer.add_embedding_length(shape.width)
    writer.add_block_count(shape.layers)
    writer.add_feed_forward_length(shape.feed_forward)
    writer.add_head_count(shape.heads)
    writer.add_head_count_kv(shape.kv_heads)
    writer.add_key_length(shape.head_width)
    writer.add_value_length(shape.head_width)
    writer.add_layer_norm_rms_eps(NORM_EPS)
    writer.add_rope_freq_base(ROPE_BASE)
    writer.add_vocab_size(VOCABULARY_SIZE)
    if shape.experts:
        writer.add_expert_count(shape.experts)
        writer.add_expert_used_count(shape.active_experts)
        # Always written: the width must not follow the number of used experts.
        writer.add_expert_feed_forward_length(shape.feed_forward)
    else:
        writer.add_rope_dimension_count(shape.head_width)


def _add_tokenizer(writer: gguf.GGUFWriter, tokenizer: Tokenizer) -> None:
    writer.add_tokenizer_model("gpt2")
    writer.add_tokenizer_pre("gpt-2")
    writer.add_token_list(tokenizer.tokens)
    writer.add_token_types([_type_token(tokenizer, i) for i in range(len(tokenizer.tokens))])
    writer.add_token_merges([f"{left} {right}" for left, right in tokenizer.merges])
    writer.add_bos_token_id(tokenizer.find_id(END_OF_TEXT))
    writer.add_eos_token_id(tokenizer.find_id(END))
    writer.add_pad_token_id(tokenizer.find_id(END_OF_TEXT))
    writer.add_add_bos_token(value=False)
    writer.add_chat_template(CHAT_TEMPLATE)


def _type_token(tokenizer: Tokenizer, place: int) -> gguf.TokenType:
    token = tokenizer.tokens[place]
    if token in THINK_TAGS:
        return gguf.TokenType.USER_DEFINED  # so that they stay visible in the text
    if place >= tokenizer.first_special:
        return gguf.TokenType.CONTROL
    return gguf.TokenType.UNUSED if token.startswith("[PAD") else gguf.TokenType.NORMAL


def _name_tensors(weights: Weights, shape: Shape) -> Iterator[Tensor]:
    """Give each weight its GGUF name and layout."""
    yield Tensor(name="token_embd.weight", values=weights["embedding.weight"])
    yield Tensor(name="output_norm.weight", values=weights["norm.weight"], is_exact=True)
    for layer in range(shape.layers):
        start = f"blocks.{layer}."
        block = {
            name.removeprefix(start).removesuffix(".weight"): values
            for name, values in weights.items()
            if name.startswith(start)
        }
        for tensor in _name_block_tensors(block, shape):
            name = f"blk.{layer}.{tensor.name}.weight"
            yield Tensor(name=name, values=tensor.values, is_exact=tensor.is_exact)


def _name_block_tensors(block: Weights, shape: Shape) -> Iterator[Tensor]:
    yield Tensor(name="attn_norm", values=block["attention_norm"], is_exact=True)
    yield Tensor(name="ffn_norm", values=block["feed_forward_norm"], is_exact=True)
    for ours, theirs in ATTENTION_NAMES.items():
        yield Tensor(name=theirs, values=block[f"attention.{ours}"])
    if not shape.experts:
        for part in ("gate", "up", "down"):
            yield Tensor(name=f"ffn_{part}", values=block[f"feed_forward.{part}"])
        return
    yield Tensor(name="attn_q_norm", values=block["attention.q_norm"], is_exact=True)
    yield Tensor(name="attn_k_norm", values=block["attention.k_norm"], is_exact=True)
    yield Tensor(name="ffn_gate_inp", values=block["feed_forward.router"], is_exact=True)
    by_rows = (shape.experts, shape.feed_forward, shape.width)
    for part in ("gate", "up"):
        values = block[f"feed_forward.{part}"].reshape(by_rows)
        yield Tensor(name=f"ffn_{part}_exps", values=values)
    by_columns = (shape.width, shape.experts, shape.feed_forward)
    down = block["feed_forward.down"].reshape(by_columns).transpose(1, 0, 2)
    yield Tensor(name="ffn_down_exps", values=down)
