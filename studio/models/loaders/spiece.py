"""A vocabulary of SentencePiece as files of text encoders hold it: its pieces, read without the package of that name.

The format is a protocol buffer, `ModelProto` of sentencepiece_model.proto: field 1 is a piece, of which field 1 is the
text, 2 the score, 3 the type.
"""

import struct
from collections.abc import Iterator
from typing import Any

CONTROL, USER_DEFINED = 3, 4
Piece = tuple[str, float, int]


def pieces(data: bytes) -> list[Piece]:
    """(text, score, type) of each. Raises ValueError for what is no such vocabulary."""
    found = [_piece(value) for number, value in _fields(data) if number == 1 and isinstance(value, bytes)]
    if not found:
        raise ValueError("it has no pieces")
    return found


def gemma(made: Any, data: bytes, config: dict[str, Any]) -> Any:
    """A tokenizer of Gemma, as transformers converts it (convert_slow_tokenizer.py, GemmaConverter)."""
    from tokenizers import AddedToken, processors
    from transformers.convert_slow_tokenizer import generate_merges

    listed = pieces(data)
    scores = [(text, score) for text, score, _ in listed]
    vocabulary = {text: number for number, (text, _) in enumerate(scores)}
    if "\t" not in vocabulary and "<0x09>" in vocabulary:
        vocabulary["\t"] = vocabulary["<0x09>"]
    found = made(vocab=vocabulary, merges=generate_merges(vocabulary, scores), **config)
    marks = [(text, kind == CONTROL) for text, _, kind in listed if kind in (CONTROL, USER_DEFINED)]
    found.add_tokens([AddedToken(text, normalized=False, special=special) for text, special in marks])
    start = (found.bos_token, found.bos_token_id)
    found.backend_tokenizer.post_processor = processors.TemplateProcessing(f"{start[0]} $A", special_tokens=[start])
    return found


def _piece(data: bytes) -> Piece:
    text, score, kind = "", 0.0, 1
    for number, value in _fields(data):
        if number == 1 and isinstance(value, bytes):
            text = value.decode()
        elif number == 2 and isinstance(value, float):
            score = value
        elif number == 3 and isinstance(value, int):
            kind = value
    return text, score, kind


def _fields(data: bytes) -> Iterator[tuple[int, bytes | int | float]]:
    at = 0
    while at < len(data):
        key, at = _varint(data, at)
        number, wire = key >> 3, key & 7
        if wire == 0:
            value, at = _varint(data, at)
            yield number, value
        elif wire == 2:
            size, at = _varint(data, at)
            if at + size > len(data):
                raise ValueError("it is cut off")
            yield number, data[at : at + size]
            at += size
        elif wire in (1, 5):
            size, form = (8, "<d") if wire == 1 else (4, "<f")
            if at + size > len(data):
                raise ValueError("it is cut off")
            yield number, struct.unpack_from(form, data, at)[0]
            at += size
        else:
            raise ValueError(f"field {number} is of no kind that there is")


def _varint(data: bytes, at: int) -> tuple[int, int]:
    found = shift = 0
    while at < len(data) and shift < 64:
        found |= (data[at] & 127) << shift
        shift, at = shift + 7, at + 1
        if data[at - 1] < 128:
            return found, at
    raise ValueError("it is cut off")
