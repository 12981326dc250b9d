"""Which device a job goes to: where its model is already, else where it fits, and of several idle ones the emptiest."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from studio.messages import Submit


@dataclass(frozen=True)
class Standing:
    """How one device stands to a job."""

    here: bool = False
    """Whether all of its model is there."""
    fits: bool = True
    """Whether the model would fit if all others went."""
    used_bytes: int = 0


Standings = Sequence[Standing]
"""Of every device, by its number."""


def best(standings: Standings, busy: Collection[int] = ()) -> int:
    """The device that suits a job best. One that has its model comes first even if it is busy."""
    return min(
        range(len(standings)),
        key=lambda at: (
            not standings[at].here, not standings[at].fits, at in busy, standings[at].used_bytes, at,
        ),
    )  # fmt: skip


def assign(waiting: Sequence[Submit], standings: Mapping[str, Standings], busy: Collection[int]) -> dict[str, int]:
    """Which of the waiting jobs begin now, and where: at most one on each idle device, in their order.

    A job whose model is on a busy device lets later ones pass, which suit an idle device better; but no device is left
    idle while something waits that fits there.
    """
    taken, meant = {*busy}, dict[str, int]()
    known = [order.job for order in waiting if order.job in standings]
    for job in known:
        if (at := best(standings[job], taken)) not in taken:
            meant[job] = at
            taken.add(at)
    for job in known:
        idle = [at for at, standing in enumerate(standings[job]) if at not in taken and standing.fits]
        if job not in meant and idle:
            meant[job] = min(idle, key=lambda at: standings[job][at].used_bytes)
            taken.add(meant[job])
    return meant
