"""Tiny text encoders with their tokenizers, and a VAE: what tiny models of several families are put together of."""

from typing import Any

import tiny
from diffusers import AutoencoderKL
from tokenizers.processors import TemplateProcessing
from transformers import (
    GemmaTokenizer,
    PreTrainedTokenizerFast,
    Qwen2_5_VLConfig,
    Qwen2_5_VLForConditionalGeneration,
    Qwen2Tokenizer,
    Qwen3Config,
    T5Config,
    T5EncoderModel,
    T5TokenizerFast,
)

VISION_FROM = 261  # the number of the first of VISION: 256 bytes and five words before it
LETTERS = [chr(code) for code in range(33, 127)]
VISION = ["<|vision_start|>", "<|vision_end|>", "<|vision_pad|>", "<|image_pad|>", "<|video_pad|>"]
CHAT = (
    "{% for m in messages %}<|im_start|>{{ m.role }}\n{{ m.content }}<|im_end|>\n{% endfor %}"
    "{% if add_generation_prompt %}<|im_start|>assistant\n{% endif %}"
)

PARTED_CHAT = (
    "{% for m in messages %}<|im_start|>{{ m.role }}\n{% if m.content is string %}{{ m.content }}{% else %}"
    "{% for c in m.content %}{{ c.text }}{% endfor %}{% endif %}<|im_end|>\n{% endfor %}"
    "{% if add_generation_prompt %}<|im_start|>assistant\n{% endif %}"
)
"""For messages whose content is a list of parts."""


def t5_tokenizer(length: int = 512) -> T5TokenizerFast:
    vocab = [("<pad>", 0.0), ("</s>", 0.0), ("<unk>", 0.0), ("▁", -2.0), *((letter, -3.0) for letter in LETTERS)]
    return T5TokenizerFast(vocab=vocab, extra_ids=0, model_max_length=length)


def t5(width: int = 32) -> T5EncoderModel:
    return T5EncoderModel(
        T5Config(
            vocab_size=98, d_model=width, d_kv=8, d_ff=37, num_layers=2, num_heads=4, feed_forward_proj="gated-gelu",
        )
    )  # fmt: skip


def qwen_tokenizer() -> Qwen2Tokenizer:
    special = ["<|endoftext|>", "<|im_start|>", "<|im_end|>", "<think>", "</think>", *VISION]
    words = [*tiny.byte_letters(), *special]
    tokenizer = Qwen2Tokenizer(vocab={word: number for number, word in enumerate(words)}, merges=[])
    tokenizer.add_special_tokens({"additional_special_tokens": special[1:3] + special[5:]})
    tokenizer.chat_template = CHAT
    return tokenizer


def qwen3(made: Any, layers: int = 2) -> Any:
    return made(
        Qwen3Config(
            vocab_size=300, hidden_size=16, intermediate_size=16, num_hidden_layers=layers, num_attention_heads=2,
            num_key_value_heads=2, head_dim=8, max_position_embeddings=1024,
        )
    )  # fmt: skip


def vae(channels: int, scaling: float, shift: float, *, quantise: bool = False, levels: int = 2) -> AutoencoderKL:
    return AutoencoderKL(
        block_out_channels=(8,) * (levels - 1) + (16,), in_channels=3, out_channels=3, latent_channels=channels,
        down_block_types=("DownEncoderBlock2D",) * levels, up_block_types=("UpDecoderBlock2D",) * levels,
        norm_num_groups=4,
        use_quant_conv=quantise, use_post_quant_conv=quantise, scaling_factor=scaling, shift_factor=shift,
    )  # fmt: skip


def qwen_vl() -> Qwen2_5_VLForConditionalGeneration:
    return Qwen2_5_VLForConditionalGeneration(
        Qwen2_5_VLConfig(
            text_config={
                "vocab_size": 300, "hidden_size": 16, "intermediate_size": 16, "num_hidden_layers": 2,
                "num_attention_heads": 2, "num_key_value_heads": 2,
                "rope_scaling": {"mrope_section": [1, 1, 2], "rope_type": "default", "type": "default"},
                "rope_theta": 1000000.0,
            },
            vision_config={
                "depth": 2, "hidden_size": 16, "intermediate_size": 16, "num_heads": 2, "out_hidden_size": 16,
            },
            hidden_size=16, vocab_size=300, **{f"{name}_token_id": number for number, name in enumerate(
                ("vision_start", "vision_end", "vision", "image", "video"), VISION_FROM)},
        )
    )  # fmt: skip


def gemma_tokenizer() -> GemmaTokenizer:
    words = ["<pad>", "<eos>", "<bos>", "<unk>", "<mask>", "▁", *LETTERS]
    tokenizer = GemmaTokenizer(vocab={word: number for number, word in enumerate(words)}, merges=[])
    start_with(tokenizer.backend_tokenizer, "<bos>")
    return tokenizer


def start_with(backend: Any, start: str) -> None:
    """So that no text is without a token, as in the published tokenizers."""
    backend.post_processor = TemplateProcessing(f"{start} $A", special_tokens=[(start, backend.token_to_id(start))])


def gemma_config(made: Any, width: int = 8) -> Any:
    return made(
        vocab_size=6 + len(LETTERS), head_dim=16, hidden_size=width, intermediate_size=64, num_attention_heads=2,
        num_hidden_layers=2, num_key_value_heads=2, attn_implementation="eager", bos_token_id=2, eos_token_id=1,
        pad_token_id=0,
    )  # fmt: skip


def byte_tokenizer(*special: str) -> PreTrainedTokenizerFast:
    base = qwen_tokenizer()
    base.add_tokens(list(special), special_tokens=True)
    start_with(base.backend_tokenizer, "<|im_start|>")
    return PreTrainedTokenizerFast(tokenizer_object=base.backend_tokenizer, pad_token="<|endoftext|>")
