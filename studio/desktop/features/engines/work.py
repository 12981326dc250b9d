"""What the dialog has done on the worker's thread: the network and the keyring take their time."""

from pathlib import Path
from typing import NamedTuple

from studio.errors import UserError
from studio.settings import Settings

ASK_S = 10.0


class Given(NamedTuple):
    """What its user has written."""

    address: str
    token: str
    certificates: str
    insecure: bool


class Added(NamedTuple):
    """What became of it. `kept`: the file that its token is in; None for the keyring."""

    settings: Settings
    url: str
    kept: Path | None
    has_token: bool
    is_plain: bool
    device: str = ""
    models: int = 0
    problem: str = ""


def add(given: Given) -> Added:
    """Keep it, and ask it what it has. Raises UserError for what cannot be kept."""
    from studio.client.remote import ask_ready, known  # needed from here on only

    settings, kept = known.add(
        given.address, given.token, insecure=given.insecure, ca_file=given.certificates
    )  # fmt: skip
    url = settings.engines[-1].url
    plain = given.insecure and url.startswith("http://")
    added = Added(settings, url, kept, bool(given.token), plain)
    engine = known.engine(settings, url, {})
    assert engine is not None
    try:
        ready = ask_ready(engine, ASK_S)
    except UserError as error:
        return added._replace(problem=error.message)
    device = next((each.title for each in ready.devices if not each.problem), "")
    return added._replace(device=device, models=len(ready.models))


def use(url: str) -> Settings:
    """`url`: '' for the engine of this computer. Raises UserError."""
    from studio.client.remote import known  # needed from here on only

    return known.use(url)


def remove(url: str) -> Settings:
    """Raises UserError."""
    from studio.client.remote import known  # needed from here on only

    return known.remove(url)
