"""DownloadOrder: what somebody wants to have, as it is written down; and how what they typed becomes one."""

import re
from collections.abc import Sequence
from urllib.parse import unquote, urlsplit

import msgspec

from studio.downloads._hub import ENDPOINT, Hub, check_id
from studio.downloads._known import KnownModel, PackagedWeights
from studio.downloads._listing import MAIN
from studio.downloads._plan import is_safe
from studio.downloads._web import check_address
from studio.errors import UserError

ENDINGS = (".safetensors", ".sft", ".gguf")
"""Of files that cannot run code."""


class DownloadOrder(msgspec.Struct, frozen=True):
    """Of one model. Either `repositories` of the hub, or a `url`, or `weights` in a package."""

    id: str
    title: str
    repositories: tuple[str, ...] = ()
    beside: tuple[str, ...] = ()
    """What they need and what is no model by itself: fetched too, and not added to the catalogue."""
    revision: str = MAIN
    files: tuple[str, ...] = ()
    precision: str = "fp16"
    sha256: dict[str, str] = {}
    url: str = ""
    name: str = ""
    """What the file of a `url` is to be called; '' for what its server says."""
    weights: PackagedWeights | None = None
    license: str = ""
    """As the list has it; what the hub says of its own counts before."""


def order_for(
    text: str,
    known: Sequence[KnownModel],
    hub: Hub,
    *,
    revision: str = "",
    files: Sequence[str] = (),
    precision: str = "",
    sha256: str = "",
    name: str = "",
) -> DownloadOrder:
    """`text`: an id of the list, of the hub, or an address. Raises UserError."""
    text = text.strip()
    listed = next((model for model in known if model.id == text.casefold()), None)
    if listed is not None:
        return DownloadOrder(
            listed.id, listed.title, listed.repositories, listed.beside, revision or listed.revision,
            tuple(files) or listed.files, precision or listed.precision, listed.sha256, weights=listed.weights,
            license=listed.license,
        )  # fmt: skip
    precision = precision or "fp16"
    if re.match(r"https?://", text, re.IGNORECASE):
        check_address(text)
        if found := _on_hub(text, hub):
            id, there, path = found
            wanted = tuple(files) or ((path,) if path else ())
            return DownloadOrder(id, id, (check_id(id),), (), revision or there, wanted, precision)
        return _address(text, sha256, name)
    if "/" not in text:
        raise UserError(
            "{} is neither in the list of models nor an id of the hub (“name/model”) nor an address; nothing was "
            "downloaded. “studio models search” lists what there is.", repr(text[:200]), code="bad_address",
        )  # fmt: skip
    return DownloadOrder(text, text, (check_id(text),), (), revision or MAIN, tuple(files), precision)


def _on_hub(url: str, hub: Hub) -> tuple[str, str, str] | None:
    """Id, revision and file of a page of the hub."""
    host = urlsplit(url).netloc
    if host not in {urlsplit(each).netloc for each in (hub.endpoint, ENDPOINT)}:
        return None
    parts = [unquote(part) for part in urlsplit(url).path.split("/") if part]
    id = "/".join(parts[:2])
    if len(parts) > 4 and parts[2] in ("blob", "resolve"):
        return id, parts[3], "/".join(parts[4:])
    return id, parts[3] if len(parts) > 3 and parts[2] == "tree" else MAIN, ""


def _address(url: str, sha256: str, name: str) -> DownloadOrder:
    sha256 = sha256.lower().strip()
    if not re.fullmatch(r"[0-9a-f]{64}", sha256):
        raise UserError(
            "A file from an address is fetched only with its SHA-256, so nothing was downloaded; pages of models show "
            "it beside the file (Civitai under “Hashes”): add --sha256.", code="missing_hash",
        )  # fmt: skip
    if name and not is_file_name(name):
        raise UserError(
            "{} is no name for a file of weights; nothing was downloaded. Use one that ends in {}.", repr(name),
            ", ".join(ENDINGS), code="unsafe_name",
        )  # fmt: skip
    parts = urlsplit(url)
    title = name or unquote(parts.path.rpartition("/")[2]) or parts.netloc
    return DownloadOrder(f"{parts.netloc}/{sha256[:12]}", title, sha256={"": sha256}, url=url, name=name)


def is_file_name(name: str) -> bool:
    return is_safe(name) and "/" not in name and name.lower().endswith(ENDINGS)
