"""Weights of words where a pipeline of diffusers makes the embeddings: for Stable Diffusion 3 and Kandinsky's prior.

As in `_prompt`: e + w (z - e), z a word's embedding and e what stands in its place in an empty prompt (ComfyUI,
comfy/sd1_clip.py, encode_token_weights, which comfy/text_encoders/sd3_clip.py asks of CLIP's encoders and of T5). The
norm is not brought back, start and end of the text keep their weight of 1, and so does the pooled embedding.
"""

from collections.abc import Callable, Sequence
from typing import Any

import torch

from studio.diffusion._emphasis import Fragment, fragments, unweighted


def token_weights(tokenizer: Any, reading: Sequence[Fragment], length: int) -> list[float]:
    """For each of `length` places of the encoded text, what its token weighs; 1 for start, end and padding."""
    ends, at = [], 0
    for fragment in reading:
        at += len(fragment.text)
        ends.append((at, fragment.weight))
    read = tokenizer("".join(each.text for each in reading), return_offsets_mapping=True)
    # A token may begin with the space before its word, so its last letter says whose it is.
    found = [next((weight for end, weight in ends if last <= end), 1.0) if last else 1.0
             for _, last in read["offset_mapping"][: length - 1]]  # fmt: skip
    return found + [1.0] * (length - len(found))


def weighed(states: torch.Tensor, empty: torch.Tensor, weights: Sequence[float]) -> torch.Tensor:
    """(B, T, D) with each of T places moved away from `empty`, or towards it."""
    factor = torch.tensor(weights, dtype=states.dtype, device=states.device)[None, :, None]
    return torch.where(factor == 1, states, empty + factor * (states - empty))


def weigh_sd3(pipeline: Any) -> None:
    """Let this pipeline's own readers of prompts follow the weights; prompts without any are read as before."""
    clip, t5 = pipeline._get_clip_prompt_embeds, pipeline._get_t5_prompt_embeds

    def of_clip(prompt: Any, *arguments: Any, clip_model_index: int = 0, **named: Any) -> Any:
        tokenizer = (pipeline.tokenizer, pipeline.tokenizer_2)[clip_model_index]
        pooled = []

        def encode(texts: list[str]) -> torch.Tensor:
            states, pool = clip(texts, *arguments, clip_model_index=clip_model_index, **named)
            pooled.append(pool)
            return torch.as_tensor(states)

        return _encoded(tokenizer, prompt, encode), pooled[0]

    def of_t5(prompt: Any, *arguments: Any, **named: Any) -> Any:
        return _encoded(pipeline.tokenizer_3, prompt, lambda texts: t5(texts, *arguments, **named))

    pipeline._get_clip_prompt_embeds, pipeline._get_t5_prompt_embeds = of_clip, of_t5


def _encoded(tokenizer: Any, prompt: Any, encode: Callable[[list[str]], torch.Tensor]) -> torch.Tensor:
    """One picture's prompt, as a text or a list of one."""
    texts = [prompt] if isinstance(prompt, str) else list(prompt)
    readings = [fragments(text) for text in texts]
    states = encode([unweighted(text) for text in texts])
    if tokenizer is None or all(each.weight == 1 for reading in readings for each in reading):
        return states
    factors = [token_weights(tokenizer, reading, states.shape[1]) for reading in readings]
    empty = encode([""])[:1]
    rows = states.shape[0] // len(texts)  # pictures for each prompt
    return torch.cat([
        weighed(states[number * rows : (number + 1) * rows], empty, factor) for number, factor in enumerate(factors)
    ])  # fmt: skip
