"""Prompts of any length, and with weights, for families whose text encoders are CLIP's.

CLIP reads 75 tokens at once. A longer prompt is read in chunks, whose embeddings follow each other (as in
AUTOMATIC1111's stable-diffusion-webui, modules/sd_hijack_clip.py); the pooled embedding is the first chunk's; BREAK
begins another chunk. A weight moves a word's embedding away from, or towards, what stands in its place in an empty
prompt: e + w (z - e) (ComfyUI, comfy/sd1_clip.py, encode_token_weights). The norm is not brought back to what it was,
as A1111 does by the mean of all places, where a weight moves the words around it too. A short prompt without notation
goes to diffusers as it is.
"""

import inspect
import re
from collections.abc import Callable, Iterator, Sequence
from typing import Any

import torch

from studio.diffusion._emphasis import Fragment, fragments
from studio.diffusion._weight import weighed

BACKTRACK = 20
"""Tokens from the end of a chunk in which a comma is a better place to part than the end (A1111's default)."""
END_OF_WORD = "</w>"
BREAK = re.compile(r"\s*(?<![A-Za-z0-9_])BREAK(?![A-Za-z0-9_])\s*")
"""Where a writer parts the prompt (A1111's word): what follows it is read in a chunk of its own."""

Weighted = list[tuple[int, float]]
"""Tokens with their weights."""


def reading(pipeline: Any) -> Callable[..., Any]:
    """The pipeline's `encode_prompt`, for prompts of any length and with weights."""
    encode = pipeline.encode_prompt
    signature = inspect.signature(encode)

    def read(*arguments: Any, **named: Any) -> Any:
        asked = dict(signature.bind(*arguments, **named).arguments)
        prompt, negative = asked.get("prompt"), asked.get("negative_prompt")
        if not isinstance(prompt, str) or not isinstance(negative, str | None):
            return encode(**asked)
        readings = [fragments(text) for text in (prompt, negative or "")]
        if all(_is_plain(pipeline, reading) for reading in readings):
            plain = ["".join(fragment.text for fragment in reading) for reading in readings]
            return encode(**asked | {"prompt": plain[0], "negative_prompt": None if negative is None else plain[1]})
        return encode(**asked | {"prompt": None, "negative_prompt": None} | _embeddings(pipeline, asked, *readings))

    return read


def _is_plain(pipeline: Any, reading: list[Fragment]) -> bool:
    text = "".join(fragment.text for fragment in reading)
    tokenizer = pipeline.tokenizer or pipeline.tokenizer_2
    fits = len(tokenizer(text).input_ids) <= tokenizer.model_max_length
    return fits and not BREAK.search(text) and all(fragment.weight == 1 for fragment in reading)


@torch.no_grad()
def _embeddings(
    pipeline: Any, asked: dict[str, Any], positive: list[Fragment], negative: list[Fragment]
) -> dict[str, Any]:
    """`prompt_embeds` and what goes with them, both of as many chunks."""
    towers = _towers(pipeline)
    chunks = [[parted(tokenizer, reading) for tokenizer, _ in towers] for reading in (positive, negative)]
    count = max(len(each) for of_prompt in chunks for each in of_prompt)
    made = {}
    wanted = ("", "negative_") if _needs_negative(pipeline, asked) else ("",)
    for prefix, of_prompt in zip(wanted, chunks, strict=False):
        encoded = [
            _encode(pipeline, tokenizer, encoder, [*own, *[[]] * (count - len(own))])
            for (tokenizer, encoder), own in zip(towers, of_prompt, strict=True)
        ]
        made[f"{prefix}prompt_embeds"] = torch.cat([hidden for hidden, _ in encoded], dim=-1)
        if (pooled := encoded[-1][1]) is not None:
            made[f"{prefix}pooled_prompt_embeds"] = pooled
    return made


def _towers(pipeline: Any) -> list[tuple[Any, Any]]:
    """(tokenizer, text encoder) of each CLIP; SDXL has two, its refiner only the second."""
    suffixes = ("", "_2") if hasattr(pipeline, "text_encoder_2") else ("",)
    pairs = [(getattr(pipeline, f"tokenizer{end}"), getattr(pipeline, f"text_encoder{end}")) for end in suffixes]
    return [(tokenizer, encoder) for tokenizer, encoder in pairs if encoder is not None]


def _needs_negative(pipeline: Any, asked: dict[str, Any]) -> bool:
    """Not without guidance; and SDXL takes zeros for a negative prompt that was not given."""
    zeros = asked.get("negative_prompt") is None and getattr(pipeline.config, "force_zeros_for_empty_prompt", False)
    return bool(asked.get("do_classifier_free_guidance", True)) and not zeros


def parted(tokenizer: Any, reading: Sequence[Fragment]) -> list[Weighted]:
    """The tokens of a prompt, with their weights, in chunks that the encoder can read; one empty chunk for no words."""
    parts: list[Weighted] = [[]]
    for fragment in reading:
        for number, text in enumerate(BREAK.split(fragment.text)):
            if number:
                parts.append([])
            ids = tokenizer(text, add_special_tokens=False).input_ids
            parts[-1] += [(token, fragment.weight) for token in ids]
    found = [chunk for part in parts for chunk in _chunks(tokenizer, part)]
    return found or [[]]


def _chunks(tokenizer: Any, tokens: Weighted) -> Iterator[Weighted]:
    room = tokenizer.model_max_length - 2  # start and end of text
    comma = tokenizer(",", add_special_tokens=False).input_ids[-1]
    while len(tokens) > room:
        cut = _place(tokenizer, [token for token, _ in tokens[:room]], comma)
        yield tokens[:cut]
        tokens = tokens[cut:]
    if tokens:
        yield tokens


def _place(tokenizer: Any, ids: list[int], comma: int) -> int:
    """Where to part: behind a comma near the end, else behind a word, else at the end."""
    for back in range(min(BACKTRACK, len(ids))):
        if ids[len(ids) - 1 - back] == comma:
            return len(ids) - back
    names = tokenizer.convert_ids_to_tokens(ids)
    ends = [number + 1 for number, name in enumerate(names) if name.endswith(END_OF_WORD)]
    return ends[-1] if ends else len(ids)


def _encode(pipeline: Any, tokenizer: Any, encoder: Any, chunks: list[Weighted]) -> tuple[Any, Any]:
    """(hidden states (1, chunks x 77, width), the first chunk's pooled embedding or None)."""
    hidden, pooled = zip(*(_read(pipeline, tokenizer, encoder, chunk) for chunk in chunks), strict=True)
    weights = [[1.0, *(weight for _, weight in chunk)] for chunk in chunks]
    padded = [weight for row in weights for weight in row + [1.0] * (tokenizer.model_max_length - len(row))]
    states = torch.cat(hidden, dim=1)
    if any(weight != 1 for weight in padded):
        empty = _read(pipeline, tokenizer, encoder, [])[0].repeat(1, len(chunks), 1)
        states = weighed(states, empty, padded)
    return states, pooled[0]


def _read(pipeline: Any, tokenizer: Any, encoder: Any, chunk: Weighted) -> tuple[Any, Any]:
    """Of one chunk: what SD takes, the last hidden state; or SDXL, the one before it and the pooled embedding."""
    length = tokenizer.model_max_length
    ids = [tokenizer.bos_token_id, *(token for token, _ in chunk), tokenizer.eos_token_id]
    mask = [1] * len(ids) + [0] * (length - len(ids))
    ids += [tokenizer.pad_token_id] * (length - len(ids))
    given = torch.tensor([ids], device=encoder.device)
    if not hasattr(pipeline, "text_encoder_2"):
        uses_mask = getattr(encoder.config, "use_attention_mask", False)
        return encoder(given, attention_mask=torch.tensor([mask]).to(given) if uses_mask else None)[0], None
    made = encoder(given, output_hidden_states=True)
    return made.hidden_states[-2], made[0] if made[0].ndim == 2 else None
