"""Transfer of one file: goes on where an earlier one ended, hashes what it writes, and is there whole or not at all."""

import errno
import os
from collections.abc import Callable
from pathlib import Path
from typing import BinaryIO

import httpx2

from studio.atomic import sync_folder
from studio.downloads._plan import RemoteFile
from studio.downloads._web import TRIES, Web, check_status, html_error, unreachable
from studio.errors import UserError, os_reason

HASHED_BYTES = 2**20
PART = ".part"

Report = Callable[[int], object]
"""Called with how much of the file is there."""


class _Again(Exception):
    """The connection ended early, or the server asks to come back."""


def transfer(web: Web, url: str, file: RemoteFile, target: Path, what: str, report: Report) -> None:
    """Fetch `file` from `url` to `target`. Raises UserError, and Cancelled when `web.stop` is set: the part stays.

    `what` names it in sentences.
    """
    part = target.with_name(target.name + PART)
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        for number in range(2):
            _complete(web, url, file, part, what, report)
            if _digest(part, file, web) == file.etag:
                break
            part.unlink()
            report(0)
            if number:
                raise _wrong_hash(file, what)
        part.replace(target)
        sync_folder(target.parent)
    except OSError as error:
        raise storage_error(target.parent, error) from error


def is_right(path: Path, file: RemoteFile, web: Web) -> bool:
    """Whether a file that lies there already is the one that is wanted: read as a whole."""
    try:
        return path.stat().st_size == file.size_bytes and _digest(path, file, web) == file.etag
    except OSError:
        return False


def storage_error(folder: Path, error: OSError) -> UserError:
    if error.errno in (errno.ENOSPC, errno.EDQUOT):
        return UserError(
            "The disk of {} is full; what was fetched is kept. Free some space and go on.", folder, code="storage"
        )
    return UserError(
        "{} cannot be written ({}); what was fetched is kept. Make the folder writable and go on.", folder,
        os_reason(error), code="storage",
    )  # fmt: skip


def _complete(web: Web, url: str, file: RemoteFile, part: Path, what: str, report: Report) -> None:
    """Append to the part until it has the size that was announced."""
    with part.open("ab", buffering=0) as sink:  # unbuffered: what was received is on the disk's side, whatever ends us
        if sink.tell() > file.size_bytes:
            sink.truncate(0)
        number = 0
        while (start := sink.seek(0, os.SEEK_END)) < file.size_bytes:
            report(start)
            try:
                _receive(web, url, file, sink, what, number, report)
            except (_Again, httpx2.HTTPError) as error:
                web.stop.check()
                number = 0 if sink.seek(0, os.SEEK_END) > start else number + 1
                if number >= TRIES:
                    raise unreachable(url, error) from error
                if not isinstance(error, _Again):
                    web.stop.wait(web.patience * 2**number)
        os.fsync(sink.fileno())
    report(file.size_bytes)


def _receive(web: Web, url: str, file: RemoteFile, sink: BinaryIO, what: str, number: int, report: Report) -> None:
    start = sink.tell()
    with web.stream(url, start) as response:
        if response.status_code == 416:  # the server knows less of it than we have
            sink.truncate(0)
            raise _Again("the file has changed")
        if web.retry_later(response, number, what):
            raise _Again(f"the server says {response.status_code}")
        check_status(response, what, web.hub)
        if "text/html" in response.headers.get("content-type", "") and not file.path.endswith((".html", ".htm")):
            raise html_error(str(response.url))
        if start and not _continues(response, start):
            sink.truncate(0)
            sink.seek(0)
            start = 0
        for block in response.iter_raw():  # as it comes: what were gathered first would be lost with the process
            web.stop.check()
            if start + len(block) > file.size_bytes:
                sink.truncate(0)
                raise UserError(
                    "{} is longer than was announced, so it is another file; nothing of it was kept. Download it "
                    "again.",
                    what, code="wrong_hash",
                )  # fmt: skip
            sink.write(block)
            start += len(block)
            report(start)
    if start < file.size_bytes:
        raise _Again("the connection ended early")


def _continues(response: httpx2.Response, start: int) -> bool:
    """Whether the server begins where it was asked to, and not at the start."""
    where = response.headers.get("content-range", "")
    return response.status_code == 206 and where.replace("bytes ", "").startswith(f"{start}-")


def _digest(path: Path, file: RemoteFile, web: Web) -> str:
    hasher = file.hasher()
    with path.open("rb") as source:
        while block := source.read(HASHED_BYTES):
            web.stop.check()
            hasher.update(block)
    return hasher.hexdigest()


def _wrong_hash(file: RemoteFile, what: str) -> UserError:
    return UserError(
        "{} of {} arrived twice with other contents than its hash says, so it was thrown away; the other files are "
        "kept. Try again later, or another source.", file.path, what, code="wrong_hash",
    )  # fmt: skip
