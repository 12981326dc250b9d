"""What the hub tells of a model before anything is fetched: its files with sizes and hashes, its licence, its gate."""

from collections.abc import Mapping, Sequence
from typing import Any

import msgspec

from studio.downloads._hub import check_id
from studio.downloads._plan import INDEX, MOST_FILES, DownloadPlan, RemoteFile, check_names, choose
from studio.downloads._web import Web, html_error
from studio.errors import UserError

MAIN = "main"
LONGEST_LICENSE = 500
INDEX_CAP_BYTES = 2**20


class FoundModel(msgspec.Struct, frozen=True):
    """A model of the hub that a search has found."""

    id: str
    downloads: int = 0
    license: str = ""
    gated: bool = False
    kind: str = ""
    """What its page says that it is for."""


def plan(web: Web, id: str, revision: str = MAIN, wanted: Sequence[str] = (), precision: str = "fp16") -> DownloadPlan:
    """Ask the hub what is to be fetched: three requests, no weights. Raises UserError."""
    check_id(id)
    about, _ = web.json(web.hub.info_url(id, revision), id)
    commit = about.get("sha") if isinstance(about, dict) else None
    if not isinstance(commit, str) or not commit.isalnum():
        raise html_error(web.hub.endpoint)
    files = _files(web, id, commit)
    check_names(files)
    index = _index(web, id, commit) if not wanted and any(file.path == INDEX for file in files) else None
    chosen = choose(files, index, wanted, precision)
    card = about.get("cardData")
    return DownloadPlan(id, revision, commit, chosen, _license(card), about.get("gated") not in (None, False))


def search(web: Web, text: str, limit: int = 20) -> list[FoundModel]:
    """Models of the hub whose name or description has these words. Raises UserError."""
    found, _ = web.json(web.hub.search_url(text, limit), text)
    rows = [row for row in found if isinstance(row, dict)] if isinstance(found, list) else []
    return [_found(row) for row in rows]


def _found(row: Mapping[str, Any]) -> FoundModel:
    listed = row.get("tags")
    tags = [tag for tag in listed if isinstance(tag, str)] if isinstance(listed, list) else []
    license = next((tag.removeprefix("license:") for tag in tags if tag.startswith("license:")), "")
    downloads = row.get("downloads")
    return FoundModel(
        str(row.get("id", "")), downloads if isinstance(downloads, int) else 0, license,
        row.get("gated") not in (None, False), str(row.get("pipeline_tag") or ""),
    )  # fmt: skip


def _files(web: Web, id: str, commit: str) -> list[RemoteFile]:
    url, files = web.hub.tree_url(id, commit), list[RemoteFile]()
    while url and len(files) <= MOST_FILES:
        rows, following = web.json(url, id)
        try:
            files += [_file(row) for row in rows if row["type"] == "file"]
        except (TypeError, KeyError, AttributeError, ValueError):
            raise html_error(url) from None
        url = following if web.hub.is_ours(following) else ""
    return files


def _file(row: Mapping[str, Any]) -> RemoteFile:
    lfs = row.get("lfs") or {}
    sha256, sha1 = str(lfs.get("oid") or ""), str(row.get("oid") or "")
    if (sha256 and not _is_hash(sha256, 64)) or (not sha256 and not _is_hash(sha1, 40)):
        raise UserError(
            "The hub names no hash for the file {}, so nothing was downloaded: it cannot be checked. Try again later.",
            repr(row["path"])[:200], code="wrong_hash",
        )  # fmt: skip
    size = row["size"]
    if type(size) is not int or size < 0:
        raise ValueError("it has no size")
    return RemoteFile(str(row["path"]), size, sha256, "" if sha256 else sha1)


def _is_hash(text: str, length: int) -> bool:
    return len(text) == length and set(text) <= set("0123456789abcdef")


def _index(web: Web, id: str, commit: str) -> dict[str, Any]:
    data, _ = web.read(web.hub.file_url(id, commit, INDEX), id, INDEX_CAP_BYTES)
    try:
        return msgspec.json.decode(data, type=dict[str, Any])
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        raise html_error(web.hub.endpoint) from None


def _license(card: Any) -> str:
    """As the card names it; the hub's word for one of its own has a name and an address instead."""
    if not isinstance(card, dict):
        return ""
    name = card.get("license")
    if name in ("other", "unknown", None):
        return " ".join(str(card[key]) for key in ("license_name", "license_link") if card.get(key))[:LONGEST_LICENSE]
    return (", ".join(map(str, name)) if isinstance(name, list) else str(name))[:LONGEST_LICENSE]
