"""What the user has chosen, in one file: STUDIO_HOME/settings.json."""

import itertools
import os
import shlex
from collections.abc import Collection, Mapping
from pathlib import Path
from typing import Annotated, Any, Literal

import msgspec

from studio import files
from studio.atomic import writing
from studio.errors import UserError, os_reason

FILE = "settings.json"
CAP_BYTES = 16 * 2**20
"""Of the file: more than any number of models and shortcuts."""


class SaidOfModel(msgspec.Struct, frozen=True, omit_defaults=True):
    """What the user said of one model, which is stronger than its files; what was not said is told by those."""

    family: str = ""
    """The title of one of the things that a model of its parts may be."""
    prediction: str = ""
    """What its network predicts, in the words of `studio.api.Family.predictions`."""
    defaults: dict[str, float] = {}
    """Steps, guidance_scale, width, height …"""
    files: dict[str, str] = {}
    """By part, the path of the file that is wanted for it instead of the one that is found."""


NOTHING_SAID = SaidOfModel()


class KnownEngine(msgspec.Struct, frozen=True, omit_defaults=True):
    """An engine on another machine that the user has added; its token is kept elsewhere."""

    url: str
    insecure: bool = False
    """Whether it was said that the way there need not be encrypted."""
    ca_file: str = ""
    """Certificates to trust beside the system's."""


class Settings(msgspec.Struct, frozen=True):
    """One immutable set of settings; make another with `msgspec.structs.replace`.

    Relative folders are taken from `home`, so that moving the home moves everything.
    """

    home: Path
    library_dir: Path = Path("library")
    plugins_dir: Path = Path("plugins")
    cache_dir: Path = Path("cache")
    models: tuple[str, ...] = ()
    """Paths of models that the user has added."""
    said_of_models: dict[str, SaidOfModel] = {}
    """What the user said of some, by path."""
    device: str = "auto"
    memory_budget_bytes: Annotated[int, msgspec.Meta(ge=0)] = 0
    """For the model manager; 0 = automatic."""
    precision: Literal["model", "half", "8-bit"] = "model"
    """What models are computed in: as their files hold them; in half floats, where the device is quicker with those; or
    with the layers of the network that makes the picture kept in 8 bits."""
    disabled_plugins: tuple[str, ...] = ()
    safe_mode: bool = False
    """Whether plugins of third parties are left out."""
    language: str = "auto"
    theme: str = "auto"
    text_percent: Annotated[int, msgspec.Meta(ge=90, le=200)] = 100
    """Size of the window's text."""
    motion: str = "auto"
    """`full`, `reduced`, or as the system is."""
    notify: bool = True
    """Whether the end of long work is told while another program is in front."""
    keys: dict[str, str] = {}
    """Keyboard shortcuts of the window that the user has chosen, by command; '' for none."""
    engines: tuple[KnownEngine, ...] = ()
    """On other machines."""
    engine: str = ""
    """The address of the one that is used; '' for that of this machine."""

    def __post_init__(self) -> None:
        for name in ("library_dir", "plugins_dir", "cache_dir"):
            msgspec.structs.force_setattr(self, name, self.home / getattr(self, name))


def load(environ: Mapping[str, str] = os.environ) -> Settings:
    """The settings of this user; STUDIO_HOME overrides where they are. Raises UserError for a broken file."""
    home = _home(environ)
    stored = {name: value for name, value in _read(home).items() if name != "home"}
    try:
        return msgspec.convert({**stored, "home": home}, Settings, dec_hook=_path)
    except msgspec.ValidationError as error:
        raise _broken(home / FILE, str(error)) from None


def check_plugins_folder(settings: Settings) -> None:
    """Raises UserError where others may write to it: what they put there would run as this user."""
    folder = settings.plugins_dir
    if not settings.safe_mode and files.others_may_write(folder):
        raise UserError(
            "Others may write to the plugins folder, and what they put there runs as you: {}. Take that right from "
            "them: chmod -R go-w {}",
            folder,
            shlex.quote(str(folder)),
            code="plugins_folder",
        )


def set_aside(environ: Mapping[str, str] = os.environ) -> Path:
    """Give a settings file that cannot be read another name, so that defaults hold; returns it. Raises UserError."""
    path = _home(environ) / FILE
    numbers = (f"-{number}" if number > 1 else "" for number in itertools.count(1))
    kept = next(place for number in numbers if not (place := path.with_stem(f"{path.stem}.damaged{number}")).exists())
    try:
        return path.rename(kept)
    except OSError as error:
        raise UserError(
            "The settings file {} cannot be read, nor renamed ({}); nothing was changed. Make its folder writable, "
            "or choose another STUDIO_HOME.",
            path,
            os_reason(error),
            code="settings",
        ) from error


def add_model(path: Path, environ: Mapping[str, str] = os.environ) -> Settings:
    """Store a model's, or a folder's, place with the settings as they are now; returns those. Raises UserError."""
    now = load(environ)
    if str(path) in now.models:
        raise UserError("{} is in the catalogue already.", path, code="known_model")
    changed = msgspec.structs.replace(now, models=(*now.models, str(path)))
    save(changed)
    return changed


def remove_models(paths: Collection[Path], environ: Mapping[str, str] = os.environ) -> Settings:
    """Take places out of the settings as they are now; returns those. Raises UserError."""
    now, gone = load(environ), {str(path) for path in paths}
    changed = msgspec.structs.replace(now, models=tuple(each for each in now.models if each not in gone))
    save(changed)
    return changed


def say_of_model(path: str, said: SaidOfModel, environ: Mapping[str, str] = os.environ) -> Settings:
    """Store what the user says of the model at a path, NOTHING_SAID to forget it; returns the settings as they are now.

    Raises UserError where they cannot be stored.
    """
    now = load(environ)
    kept = {place: each for place, each in now.said_of_models.items() if place != path}
    changed = msgspec.structs.replace(now, said_of_models=kept | ({} if said == NOTHING_SAID else {path: said}))
    save(changed)
    return changed


def save(settings: Settings) -> None:
    """Store the settings atomically; what a newer version of the studio stored beside them is kept."""
    path = settings.home / FILE
    fields = {name: _stored(getattr(settings, name), settings.home) for name in settings.__struct_fields__}
    del fields["home"]
    content = _read(settings.home) | fields
    try:
        files.make_private(settings.home)
        with writing(path) as file:
            file.write(msgspec.json.format(msgspec.json.encode(content), indent=2) + b"\n")
    except OSError as error:
        raise UserError(
            "The settings could not be saved in {} ({}); the old ones stay. Free some space or make the folder "
            "writable.",
            path,
            os_reason(error),
            code="storage",
        ) from error


def _home(environ: Mapping[str, str]) -> Path:
    chosen = environ.get("STUDIO_HOME", "")
    if chosen:
        return files.absolute(chosen)
    import platformdirs  # 10 ms that most processes, which inherit STUDIO_HOME, need not spend

    try:
        return platformdirs.user_data_path("open-image-studio", appauthor=False)
    except RuntimeError:  # a user that the system does not know, as in some containers
        raise UserError(
            "Your home folder is not known, so there is no place for settings and pictures; name a folder in the "
            "environment variable STUDIO_HOME.",
            code="no_home",
        ) from None


def _read(home: Path) -> dict[str, Any]:
    path = home / FILE
    try:
        return msgspec.json.decode(files.read_bounded(path, CAP_BYTES), type=dict[str, Any])
    except FileNotFoundError:
        return {}
    except OSError as error:
        raise UserError(
            "The settings in {} cannot be read ({}); nothing was changed. Make the file readable, or choose another "
            "STUDIO_HOME.",
            path,
            os_reason(error),
            code="settings",
        ) from error
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise _broken(path, str(error)) from None
    except RecursionError:
        raise _broken(path, "it is nested too deeply") from None


def _broken(path: Path, reason: str) -> UserError:
    return UserError(
        "The settings file {} is damaged ({}); it was left as it is. Fix it, or delete it to use the defaults.",
        path,
        reason,
        code="settings",
    )


def _stored(value: Any, home: Path) -> Any:
    if isinstance(value, Path):
        return value.relative_to(home).as_posix() if value.is_relative_to(home) else str(value)
    return value


def _path(kind: type, value: Any) -> Path:
    if not isinstance(value, str | Path):
        raise ValueError("expected a path")
    return Path(value)
