"""One phrase through MarianMT, as its models were made to be asked (Junczys-Dowmunt et al. 2018; OPUS-MT)."""

from typing import Any

import torch

BEAMS = 4
"""OPUS-MT's own."""
LONGEST = 512
"""Tokens that its positions count."""
SPARE, TIMES = 16, 3
"""Tokens of a translation at most: so many, and so many times as many as the phrase has. Models repeat themselves."""


def english(phrase: str, language: str, model: Any, tokenizer: Any) -> str:
    """What it makes of a phrase."""
    given = tokenizer([_marked(phrase, tokenizer)], return_tensors="pt", truncation=True, max_length=LONGEST)
    most = min(LONGEST, SPARE + TIMES * given["input_ids"].shape[1], int(model.config.max_position_embeddings))
    with torch.inference_mode():
        made = model.generate(
            **{name: tensor.to(model.device) for name, tensor in given.items()}, max_length=most, num_beams=BEAMS,
            do_sample=False, decoder_start_token_id=tokenizer.pad_token_id, forced_eos_token_id=tokenizer.eos_token_id,
            bad_words_ids=[[tokenizer.pad_token_id]],
        )  # fmt: skip
    return str(tokenizer.decode(made[0], skip_special_tokens=True)).strip()


def _marked(phrase: str, tokenizer: Any) -> str:
    """Models with several targets are told which one by a token, `>>eng<<`; those of English alone know none."""
    mark = next((each for each in (">>eng<<", ">>en<<") if each in tokenizer.supported_language_codes), "")
    return f"{mark} {phrase}".strip()
