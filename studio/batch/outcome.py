"""What became of one job of a batch, as it is written down beside its pictures."""

from typing import Any

import msgspec

from studio.text import english


class OutcomePicture(msgspec.Struct, frozen=True, omit_defaults=True):
    path: str
    width: int
    height: int
    seed: int | None = None
    values: dict[str, Any] = {}


class JobOutcome(msgspec.Struct, frozen=True, omit_defaults=True):
    """With `error` it did not succeed; pictures that were finished are listed all the same."""

    index: int
    images: list[OutcomePicture] = []
    error: str = ""
    code: str = ""
    field: str = ""
    seconds: float = 0.0


_decoder: msgspec.json.Decoder[JobOutcome] = msgspec.json.Decoder(JobOutcome)
PER_FOLDER = 1000


def record_name(index: int) -> str:
    return f"records/{index // PER_FOLDER:04}/{index:07}.json"


def picture_name(index: int, number: int) -> str:
    return f"pictures/{index // PER_FOLDER:04}/{index:07}-{number + 1}.png"


def encode(outcome: JobOutcome) -> bytes:
    return msgspec.json.encode(outcome, enc_hook=english) + b"\n"


def decode(data: bytes | None) -> JobOutcome | None:
    """None for one that is missing, or was torn by whatever ended its writer."""
    try:
        return _decoder.decode(data or b"")
    except (msgspec.DecodeError, UnicodeDecodeError):
        return None
