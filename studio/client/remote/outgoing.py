"""Outgoing: what an order names of this machine, as contents that the other one has."""

import hashlib
import os
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

import msgspec

from studio import files, images
from studio.client.remote.link import EngineLink, RequestRefused
from studio.client.remote.wire import CONTENT
from studio.errors import Cancelled, UserError, os_reason
from studio.form import FormField, TaskForm

EMBEDDING = ".safetensors"
_BLOCK = 256 * 1024


class Contents:
    """The pictures, masks and embeddings that orders name. `path`: the file behind an ImageRef; raises UserError."""

    def __init__(self, link: EngineLink, path: Callable[[str], Path]) -> None:
        self._link, self._path = link, path
        self._digests: dict[tuple[str, int, int, int], str] = {}
        self._sent: set[str] = set()

    def translated(self, form: TaskForm, params: Mapping[str, Any]) -> tuple[dict[str, Any], dict[str, str]]:
        """The params for the other machine, and what each content in them is called here. Raises UserError."""
        names: dict[str, str] = {}
        fields = {field.name: field for field in form.fields}
        made = {
            name: self._value(fields[name], value, name, names) if name in fields else value
            for name, value in params.items()
        }
        return made, names

    def are_there(self, names: Mapping[str, str]) -> bool:
        """Whether all of them were sent before, as far as is known."""
        return self._sent >= names.keys()

    def forget(self) -> None:
        """The other machine may have made room."""
        self._sent.clear()

    def send(self, names: Mapping[str, str], stopped: Callable[[], bool]) -> None:
        """Bring over what is not there yet. Raises as the link does, UserError, and Cancelled when it is `stopped`."""
        for digest, ref in names.items():
            if digest in self._sent:
                continue
            if not self._has(digest):
                path = self._path(ref)
                if path.suffix.lower() != EMBEDDING:  # before it is sent: what cannot be read is told by its name here
                    images.size_of(path)
                self._put(digest, path, stopped)
            self._sent.add(digest)

    def _value(self, field: FormField, value: Any, name: str, names: dict[str, str]) -> Any:
        if isinstance(value, list) and field.item is not None:
            return [self._value(field.item, entry, name, names) for entry in value]
        if isinstance(value, dict) and field.kind == "object":
            members = {each.name: each for each in field.fields}
            return {
                key: self._value(members[key], entry, name, names) if key in members else entry
                for key, entry in value.items()
            }
        if isinstance(value, str) and value and field.widget in ("image", "mask"):
            digest = self._digest(value, name)
            names.setdefault(digest, value)
            return f"{CONTENT}{digest}"
        return value

    def _digest(self, ref: str, field: str) -> str:
        path = self._path(ref)
        try:
            with files.open_regular(path) as file:
                status = os.fstat(file.fileno())
                key = str(path), status.st_size, status.st_mtime_ns, status.st_ino
                if key not in self._digests:
                    digest = hashlib.sha256()
                    while block := file.read(_BLOCK):
                        digest.update(block)
                    self._digests[key] = digest.hexdigest()
                return self._digests[key]
        except (OSError, ValueError) as error:
            raise _unreadable(path, error, field) from None

    def _has(self, digest: str) -> bool:
        try:
            self._link.request("HEAD", f"/v1/files/{CONTENT}{digest}")
        except RequestRefused as error:
            if error.status == 404:
                return False
            raise
        return True

    def _put(self, digest: str, path: Path, stopped: Callable[[], bool]) -> None:
        def pieces() -> Iterator[bytes]:
            with files.open_regular(path) as file:
                while block := file.read(_BLOCK):
                    if stopped():
                        raise Cancelled
                    yield block

        try:
            size = path.stat().st_size
            headers = {"Content-Type": "application/octet-stream", "Content-Length": str(size)}
            answer = self._link.request("PUT", f"/v1/files/{CONTENT}{digest}", pieces(), headers=headers)
        except (OSError, ValueError) as error:
            raise _unreadable(path, error, None) from None
        except RequestRefused as error:
            if error.code == "wrong_hash":
                self._digests.clear()
                raise UserError("“{}” was changed while it was sent; run the job again.", path.name,
                                code="changed") from None  # fmt: skip
            raise
        msgspec.json.decode(answer)


def _unreadable(path: Path, error: OSError | ValueError, field: str | None) -> UserError:
    reason = os_reason(error) if isinstance(error, OSError) else str(error)
    return UserError("{} cannot be read ({}); check the file and its permissions.", f"“{path.name}”", reason,
                     field=field, code="invalid_image")  # fmt: skip
