"""The engines of other machines that the user has added, and the one that is used."""

import os
from collections.abc import Mapping
from functools import partial
from pathlib import Path

from msgspec.structs import replace

from studio import files
from studio import settings as settings_file
from studio.client.remote import access_tokens
from studio.client.remote.address import RemoteEngine, read_address
from studio.errors import UserError
from studio.settings import KnownEngine, Settings

TOKEN = "STUDIO_ENGINE_TOKEN"
"""The environment variable with the token, for programs and where nothing may be kept."""
HERE = "here"
"""How this machine's own engine is called among the others."""


def engine(settings: Settings, url: str = "", environ: Mapping[str, str] = os.environ) -> RemoteEngine | None:
    """The engine at an address, else the one that is used; None for that of this machine. Raises UserError."""
    wanted = url or settings.engine
    if not wanted or wanted == HERE:
        return None
    known = next((each for each in settings.engines if each.url == wanted.rstrip("/")), None)
    address = read_address(wanted, insecure=known is not None and known.insecure)
    known = known or next((each for each in settings.engines if each.url == address), None)
    token = partial(_token, address, settings.home, environ.get(TOKEN, ""))
    return RemoteEngine(address, token, known.ca_file if known else "")


def add(
    url: str, token: str, *, insecure: bool = False, ca_file: str = "", use: bool = False
) -> tuple[Settings, Path | None]:
    """Keep an engine, or change what is kept of it; the settings as they are then, and the file that its token is in:
    None for the keyring of the system, or where none was given. Raises UserError."""
    address = read_address(url, insecure=insecure)
    certificates = str(files.absolute(ca_file)) if ca_file else ""
    if certificates and not Path(certificates).is_file():
        raise UserError("There is no file {} with certificates; nothing was kept.", certificates, code="certificates")
    now = settings_file.load()
    kept = access_tokens.keep(address, token, now.home) if token else None
    others = tuple(each for each in now.engines if each.url != address)
    changed = replace(now, engines=(*others, KnownEngine(address, insecure, certificates)))
    changed = replace(changed, engine=address) if use else changed
    settings_file.save(changed)
    return changed, kept


def use(url: str) -> Settings:
    """Use this one from now on; `here` for that of this machine. Raises UserError."""
    now = settings_file.load()
    chosen = "" if url in ("", HERE) else _known(now, url).url
    changed = replace(now, engine=chosen)
    settings_file.save(changed)
    return changed


def remove(url: str) -> Settings:
    """Forget it and its token; if it was used, that of this machine is. Raises UserError."""
    now = settings_file.load()
    gone = _known(now, url).url
    engines = tuple(each for each in now.engines if each.url != gone)
    changed = replace(now, engines=engines, engine="" if now.engine == gone else now.engine)
    settings_file.save(changed)
    access_tokens.forget(gone, now.home)
    return changed


def _known(settings: Settings, url: str) -> KnownEngine:
    address = url.strip().rstrip("/")
    wanted = {address, f"https://{address}", f"http://{address}"}
    found = next((each for each in settings.engines if each.url in wanted), None)
    if found is None:
        known = ", ".join(each.url for each in settings.engines)
        raise UserError(
            "No engine {} was added; known are: {}.", repr(address), known or HERE, code="unknown_engine"
        )  # fmt: skip
    return found


def _token(url: str, home: Path, given: str) -> str:
    return given or access_tokens.load(url, home)
