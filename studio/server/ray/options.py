"""What its user says of the cluster."""

import re
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

from studio.errors import UserError

AUTO = "auto"
_ADDRESS = re.compile(r"(?:[\w.-]+|\[[0-9a-fA-F:]+\]):[0-9]{1,5}")


class ReplicaCount(NamedTuple):
    """From `least`, while nothing waits, to `most`."""

    least: int
    most: int


@dataclass(frozen=True)
class RayOptions:
    """`replicas`: None for one on each GPU, or on each `cores` cores where there is none."""

    address: str = AUTO
    replicas: ReplicaCount | None = None
    cores: int | None = None
    token_file: Path | None = None
    exposed: bool = False
    """Whether it may start on a machine that the internet reaches."""

    @property
    def starts(self) -> bool:
        """Whether a cluster of this machine's own is started where none is named."""
        return self.address == AUTO


def checked_address(text: str) -> str:
    """`auto`, or HOST:PORT of a head node. Raises UserError."""
    if text == AUTO or _ADDRESS.fullmatch(text):
        return text
    raise UserError(
        "{} is no address of a Ray cluster; write HOST:PORT of its head, such as 10.0.0.5:6379, or auto.", repr(text),
        code="ray_address",
    )  # fmt: skip


def replica_count(text: str) -> ReplicaCount:
    """`4`, or `1:8` for as many as are wanted. Raises UserError."""
    found = re.fullmatch(r"([0-9]{1,5})(?::([0-9]{1,5}))?", text)
    least, most = (int(found[1]), int(found[2] or found[1])) if found else (0, 0)
    if not 1 <= least <= most:
        raise UserError(
            "{} is no number of replicas; write 4, or 1:8 for one to eight as they are wanted.", repr(text),
            code="ray_replicas",
        )  # fmt: skip
    return ReplicaCount(least, most)
