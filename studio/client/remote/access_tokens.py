"""Tokens of engines: in the keyring of the system where it has one, else in a file that its user alone can read."""

import contextlib
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec

from studio import files
from studio.atomic import writing
from studio.errors import UserError, os_reason

if TYPE_CHECKING:
    from keyring.backend import KeyringBackend

SERVICE = "open-image-studio"
FILE = "engine-tokens.json"
_CAP_BYTES = 2**20


def load(url: str, home: Path) -> str:
    """The token of an engine; '' where none is kept."""
    if ring := _keyring():
        with _tolerated():
            if kept := ring.get_password(SERVICE, url):
                return kept
    return _read(home).get(url, "")


def keep(url: str, token: str, home: Path) -> Path | None:
    """Keep it; the file that it is in, None for the keyring. Raises UserError."""
    if not token.isascii() or not token.isprintable() or " " in token or not token:
        raise UserError("A token is one line of letters, digits and signs without spaces.", code="invalid_token")
    if ring := _keyring():
        with _tolerated():
            ring.set_password(SERVICE, url, token)
            _write(home, {name: kept for name, kept in _read(home).items() if name != url})
            return None
    _write(home, _read(home) | {url: token})
    return home / FILE


def forget(url: str, home: Path) -> None:
    """Raises UserError."""
    if ring := _keyring():
        with _tolerated():
            ring.delete_password(SERVICE, url)
    kept = _read(home)
    if kept.pop(url, None) is not None:
        _write(home, kept)


def _keyring() -> "KeyringBackend | None":
    """None where the system has none, as on most servers."""
    import keyring  # looks through the system, which takes a moment
    from keyring.backends import chainer, fail, null

    with _tolerated():
        ring = keyring.get_keyring()
        empty = isinstance(ring, chainer.ChainerBackend) and not ring.backends
        return None if empty or isinstance(ring, fail.Keyring | null.Keyring) else ring
    return None


@contextlib.contextmanager
def _tolerated() -> Iterator[None]:
    """A keyring that is locked, or whose service is gone, is as none."""
    import keyring.errors

    with contextlib.suppress(keyring.errors.KeyringError, OSError):
        yield


def _read(home: Path) -> dict[str, str]:
    try:
        return msgspec.json.decode(files.read_bounded(home / FILE, _CAP_BYTES), type=dict[str, str])
    except (OSError, msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return {}


def _write(home: Path, kept: dict[str, str]) -> None:
    path = home / FILE
    if not kept and not path.exists():
        return
    try:
        files.make_private(home)
        with writing(path) as file:  # mode 0600
            file.write(msgspec.json.encode(kept))
    except OSError as error:
        raise UserError(
            "The token could not be kept in {} ({}); free some space or make the folder writable.", path,
            os_reason(error), code="storage",
        ) from error  # fmt: skip
