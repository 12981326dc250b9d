"""CarriedJob: one job on its way to a replica and back; and where its pictures go."""

import tempfile
from collections.abc import Callable
from pathlib import Path

from msgspec.structs import replace

from studio import messages
from studio.atomic import writing
from studio.errors import UserError, os_reason
from studio.library import Library
from studio.messages import Event, Saved, Submit
from studio.text import Text
from studio.worker import MadePicture

GIVEN_UP = "{} of {} finished pictures could not be saved and were given up."


class CarriedJob:
    """What is known of it here, and the pictures that wait for a place."""

    def __init__(self, order: Submit, library: Callable[[], Library]) -> None:
        self.order, self._library = order, library
        self._given: dict[str, str] = {}
        self.begun = self.withdrawn = self.cancelled = False
        self.seeds: dict[str, int] = {}
        """Those that the replica drew, so that another one makes the same pictures."""
        self.replica = ""
        """That which runs it."""
        self.lost = 0
        """How often it was lost after it had begun."""
        self.given_up: messages.Failed | None = None
        self._seen: set[int] = set()
        self._unsaved: dict[int, tuple[Saved, MadePicture]] = {}

    def know(self, given: dict[str, str]) -> None:
        """`given`: by hash, what the pictures that it was given are called here."""
        self._given = given

    def is_new(self, index: int) -> bool:
        """Whether a picture has not come yet: a job that is run again makes it a second time."""
        new = index not in self._seen
        self._seen.add(index)
        return new

    @property
    def unsaved(self) -> bool:
        return bool(self._unsaved)

    def store(self, saved: Saved, made: MadePicture, folder: str | None = None) -> Event:
        """Keep a picture: in the library, or in `folder`. Unsaved when that does not take it."""
        folder = folder or self.order.folder or None
        try:
            stored = self._stored(saved, made, folder)
        except UserError as error:
            self._unsaved[saved.index] = saved, made
            return messages.Unsaved(saved.job, saved.index, error.message)
        self._unsaved.pop(saved.index, None)
        return stored

    def store_again(self, folder: str | None) -> list[Event]:
        return [self.store(saved, made, folder) for saved, made in [*self._unsaved.values()]]

    def give_up(self) -> None:
        """Of the pictures that wait, nothing is left."""
        self.given_up = messages.Failed(
            self.order.job,
            Text(GIVEN_UP, len(self._unsaved), len(self._seen)),
            "storage", user=True,
        )  # fmt: skip
        self._unsaved = {}

    def _stored(self, saved: Saved, made: MadePicture, folder: str | None) -> Saved:
        with tempfile.NamedTemporaryFile(suffix=".png") as file:
            file.write(made.png)
            file.flush()
            if folder is None:
                record = self._library().adopt(Path(file.name), made.own_recipe(self._given), saved.id)
                return replace(saved, id=record.id, path=str(record.path))
            return replace(saved, id="", path=str(_loose(made, Path(folder), saved)))


def _loose(made: MadePicture, folder: Path, saved: Saved) -> Path:
    path = folder / f"{saved.id}.png"
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with writing(path) as file:
            file.write(made.png)
    except OSError as error:
        raise UserError(
            "The picture could not be saved in {} ({}).", folder, os_reason(error), code="storage"
        ) from None
    return path
