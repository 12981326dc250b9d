"""Hub: where models are listed and fetched, where its cache lies, and whose token may be sent where, by the variables
that huggingface_hub reads too."""

import ipaddress
import os
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import quote, urlsplit

from studio import files
from studio.errors import UserError

ENDPOINT = "https://huggingface.co"
TOKEN_CAP_BYTES = 4096
TRUE = {"1", "ON", "YES", "TRUE"}
_ID = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_.-]{0,95}(/[A-Za-z0-9_][A-Za-z0-9_.-]{0,95})?")


@dataclass(frozen=True)
class Hub:
    """Which hub, and the cache that other programs share."""

    endpoint: str = ENDPOINT
    cache: Path = Path()
    offline: bool = False
    token: str = field(default="", repr=False)
    token_host: str = "huggingface.co"
    """The only host that the token is sent to: huggingface_hub's own login is made for this one."""

    @classmethod
    def from_environ(cls, environ: Mapping[str, str] = os.environ) -> "Hub":
        caches = Path(environ.get("XDG_CACHE_HOME") or files.home() / ".cache")
        home = _expanded(environ.get("HF_HOME") or caches / "huggingface")
        cache = _expanded(environ.get("HF_HUB_CACHE") or environ.get("HUGGINGFACE_HUB_CACHE") or home / "hub")
        silent = _is_true(environ, "HF_HUB_DISABLE_IMPLICIT_TOKEN")
        return cls(
            endpoint=(environ.get("HF_ENDPOINT") or ENDPOINT).rstrip("/"),
            cache=cache,
            offline=_is_true(environ, "HF_HUB_OFFLINE") or _is_true(environ, "TRANSFORMERS_OFFLINE"),
            token="" if silent else _token(environ, home),
            token_host=environ.get("STUDIO_HUB_TOKEN_HOST") or cls.token_host,
        )

    def token_for(self, url: str) -> str:
        """'' for any host but the one that it was made for, and for connections that others can read."""
        parts = urlsplit(url)
        return self.token if parts.netloc == self.token_host and _is_private_line(parts.scheme, parts.hostname) else ""

    def is_ours(self, url: str) -> bool:
        return url.startswith(f"{self.endpoint}/")

    def info_url(self, id: str, revision: str) -> str:
        return f"{self.endpoint}/api/models/{id}/revision/{quote(revision, safe='')}"

    def tree_url(self, id: str, commit: str) -> str:
        return f"{self.endpoint}/api/models/{id}/tree/{quote(commit, safe='')}?recursive=true"

    def file_url(self, id: str, commit: str, path: str) -> str:
        return f"{self.endpoint}/{id}/resolve/{quote(commit, safe='')}/{quote(path)}"

    def search_url(self, text: str, limit: int) -> str:
        return f"{self.endpoint}/api/models?search={quote(text, safe='')}&limit={limit}&sort=downloads"

    def page_url(self, id: str) -> str:
        """Where people read about a model, and accept its terms."""
        return f"{self.endpoint}/{id}"


def check_id(id: str) -> str:
    """Raises UserError for what is no id of the hub."""
    if not _ID.fullmatch(id) or ".." in id or "--" in id:
        raise UserError(
            "{} is no id of a model; nothing was downloaded. Ids look like “name/model”.",
            repr(id[:200]),
            code="bad_address",
        )
    return id


def _token(environ: Mapping[str, str], home: Path) -> str:
    """Of the environment, or that of `hf auth login`."""
    given = environ.get("HF_TOKEN") or environ.get("HUGGING_FACE_HUB_TOKEN")
    if given:
        return given.strip()
    file = _expanded(environ.get("HF_TOKEN_PATH") or home / "token")
    try:
        return files.read_bounded(file, TOKEN_CAP_BYTES).decode().strip()
    except (OSError, ValueError):
        return ""


def _expanded(path: str | Path) -> Path:
    """Absolute; as it is written where it begins with the home of somebody whom nobody knows."""
    try:
        return Path(path).expanduser().absolute()
    except RuntimeError:
        return Path(path).absolute()


def _is_true(environ: Mapping[str, str], name: str) -> bool:
    return environ.get(name, "").upper() in TRUE


def _is_private_line(scheme: str, host: str | None) -> bool:
    if scheme == "https":
        return True
    try:
        return ipaddress.ip_address(host or "").is_loopback
    except ValueError:
        return False
