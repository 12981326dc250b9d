"""Incoming: finished pictures, from the other machine into the library of this one, each once."""

import contextlib
import hashlib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import httpx2
from msgspec.structs import replace

from studio import files, images
from studio.client.remote.link import EngineLink, LinkDown, RequestRefused
from studio.client.remote.wire import CONTENT, Item
from studio.errors import UserError, os_reason
from studio.library import Library, Recipe, copy_loose, png
from studio.messages import Saved
from studio.text import Text

MOST_BYTES = 2 * 2**30
"""Of one picture: 150 megapixels with 16 bits that pack badly, and room to spare."""
TRIES = 3
"""For a picture whose bytes are not those that were told."""
_BLOCK = 2**20


class LocalLibrary:
    """The library of this machine, opened when it is first needed, and again after a failure."""

    def __init__(self, root: Path) -> None:
        self._root = root
        self._library: Library | None = None

    def __call__(self) -> Library:
        """Raises UserError."""
        if self._library is None:
            self._library = Library(self._root)
        return self._library

    def path(self, ref: str) -> Path:
        """The file behind an ImageRef. Raises UserError."""
        return self().path(ref)

    def close(self) -> None:
        if self._library:
            self._library.close()


class Incoming:
    """The pictures of one front. They lie in `folder` until they are saved."""

    def __init__(self, link: EngineLink, front: str, folder: Path, library: LocalLibrary) -> None:
        self._link, self._front, self._folder, self._library = link, front, folder, library

    def fetch(self, event: Saved, item: Item) -> Path:
        """The file, whole and verified; begun ones go on. Raises LinkDown, UserError for what is gone."""
        whole = self._folder / f"{event.job}-{event.index}.png"
        if whole.exists():
            return whole
        if not item.sha256 or item.size_bytes > MOST_BYTES:
            raise UserError("A finished picture is gone from the engine's machine, or larger than any can be; run the "
                            "job again.", code="missing_picture")  # fmt: skip
        part = whole.with_suffix(".part")
        for _ in range(TRIES):
            try:
                files.make_private(self._folder)
                self._download(event, part, item.size_bytes)
                if _digest(part) == item.sha256:
                    part.rename(whole)
                    return whole
                part.unlink()
            except OSError as error:
                told = Text(
                    "Finished pictures cannot be fetched into {}: {}. They wait on the engine's machine; free some "
                    "space.",
                    self._folder, os_reason(error),
                )  # fmt: skip
                raise LinkDown(os_reason(error), told=told) from None
        raise LinkDown(Text("pictures come over damaged"))

    def save(self, file: Path, event: Saved, params: Mapping[str, Any], names: Mapping[str, str], folder: str) -> Saved:
        """Into the library, or into `folder`; as the event that an engine of this machine would have told.

        Raises UserError, and the picture stays where it is.
        """
        images.size_of(file)  # no more pixels than there can be
        found = png.read(file)
        if found is None:
            raise UserError("What the engine sent is no picture of the studio; nothing was kept of it.",
                            code="invalid_image")  # fmt: skip
        width, height, embedded = found
        recipe = _local(embedded.recipe, params, names)
        if folder:
            id, path = "", copy_loose(file, recipe, Path(folder), embedded.id)
        else:
            record = self._library().adopt(file, recipe, embedded.id)
            id, path = record.id, record.path
        with contextlib.suppress(OSError):
            file.unlink()
        return replace(event, id=id, path=str(path), width=width, height=height)

    def _download(self, event: Saved, part: Path, size: int) -> None:
        have = part.stat().st_size if part.exists() else 0
        if have >= size:
            return
        address = f"/v1/remote/{self._front}/pictures/{event.job}/{event.index}"
        headers = {"Range": f"bytes={have}-"} if have else {}
        try:
            with self._link.stream("GET", address, headers=headers) as response:
                self._write(response, part, size)
        except RequestRefused as error:
            if error.status == 416:
                part.unlink(missing_ok=True)
                return
            raise UserError("A finished picture is gone from the engine's machine, or larger than any can be; run the "
                            "job again.", code="missing_picture") from None  # fmt: skip

    def _write(self, response: httpx2.Response, part: Path, size: int) -> None:
        with part.open("ab" if response.status_code == 206 else "wb") as file:
            for piece in self._link.pieces(response):
                if file.tell() + len(piece) > size:
                    part.unlink()
                    raise LinkDown(Text("pictures come over damaged"))
                file.write(piece)


def local_values(value: Any, names: Mapping[str, str]) -> Any:
    """With contents called what they are called here, at whatever depth, also within sentences."""
    if isinstance(value, str):
        digest = value.removeprefix(CONTENT).partition(".")[0]
        return names.get(digest, value)
    if isinstance(value, dict):
        return {key: local_values(entry, names) for key, entry in value.items()}
    return [local_values(entry, names) for entry in value] if isinstance(value, list) else value


def local_sentence(text: str, names: Mapping[str, str]) -> str:
    for digest, ref in names.items():
        if digest in text:
            name = Path(ref).name
            for written in (f"{CONTENT}{digest}", f"{digest}.safetensors", digest, f"{digest[:79]}…"):
                text = text.replace(written, name)
    return text


def _local(recipe: Recipe, params: Mapping[str, Any], names: Mapping[str, str]) -> Recipe:
    """What made the picture, as this machine knows it."""
    known = dict(params) or local_values(recipe.params, names)
    return replace(
        recipe,
        params=known,
        parents=local_values(recipe.parents, names),
        values=local_values(recipe.values, names),
        notes=[local_sentence(note, names) for note in recipe.notes],
        cut=[name for name in recipe.cut if name not in known],
    )


def _digest(path: Path) -> str:
    digest = hashlib.sha256()
    with path.open("rb") as file:
        while block := file.read(_BLOCK):
            digest.update(block)
    return digest.hexdigest()
