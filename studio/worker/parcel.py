"""Pictures on their way between machines: those that a job is given, and those that it has made."""

import hashlib
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any, NamedTuple

from msgspec.structs import replace

from studio import messages
from studio.atomic import writing
from studio.errors import UserError, os_reason
from studio.form import FormField
from studio.library import Library, Recipe, picture_id
from studio.library.recipe import decode, encode

PREFIX = "given:"
"""Of what stands for a picture that travels beside its job."""
_WIDGETS = ("image", "mask")
_LONGEST_PATH = 4096

GivenPictures = dict[str, tuple[str, bytes]]
"""By the hash of its bytes, the suffix of a file's name and what is in it."""


class MadePicture(NamedTuple):
    """A picture that another machine has made."""

    png: bytes
    recipe: bytes
    """As JSON."""

    def own_recipe(self, given: dict[str, str]) -> Recipe:
        """The recipe, with this machine's references for the other one's; `given`: by hash, the reference."""
        recipe = decode(self.recipe)

        def own(value: Any) -> Any:
            if isinstance(value, str):
                return given.get(Path(value).stem, value) if len(value) < _LONGEST_PATH else value
            if isinstance(value, dict):
                return {name: own(each) for name, each in value.items()}
            return [own(each) for each in value] if isinstance(value, list) else value

        return replace(recipe, params=own(recipe.params), parents=own(recipe.parents))


def pack(
    fields: Iterable[FormField], params: dict[str, Any], path_of: Callable[[str], Path]
) -> tuple[dict[str, Any], GivenPictures, dict[str, str]]:
    """The parameters, with marks where pictures stand; the pictures; and by hash what was referred to.

    Raises UserError for a file that cannot be read.
    """
    pictures: GivenPictures = {}
    given: dict[str, str] = {}

    def packed(ref: str) -> str:
        path = path_of(ref)
        try:
            data = path.read_bytes()
        except OSError as error:
            raise UserError(
                "The picture {} cannot be read ({}); nothing was sent.", path, os_reason(error), code="invalid_image"
            ) from None
        digest = hashlib.sha256(data).hexdigest()
        pictures[digest], given[digest] = (path.suffix, data), ref
        return PREFIX + digest

    return _replaced(fields, params, packed), pictures, given


def unpack(
    fields: Iterable[FormField], params: dict[str, Any], pictures: GivenPictures, folder: Path
) -> dict[str, Any]:
    """The parameters, with paths of files in `folder`, which are written where they are not there yet."""

    def unpacked(mark: str) -> str:
        digest = mark.removeprefix(PREFIX)
        if digest not in pictures:
            return mark
        suffix, data = pictures[digest]
        path = folder / f"{digest}{suffix}"
        if not path.exists():
            folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            with writing(path) as file:
                file.write(data)
        return str(path)

    return _replaced(fields, params, unpacked)


def take_made(library: Library, saved: messages.Saved) -> MadePicture:
    """The picture, taken out of the library of the machine that has made it. Raises UserError, OSError."""
    if not picture_id.is_id(saved.id):
        raise UserError("The picture {} is in no library.", saved.path)
    record = library.get(saved.id)
    made = MadePicture(record.path.read_bytes(), encode(record.recipe))
    library.delete([record.id])
    library.empty_trash()
    return made


def _replaced(fields: Iterable[FormField], params: dict[str, Any], change: Callable[[str], str]) -> dict[str, Any]:
    known = {field.name: field for field in fields}
    return {name: _value(known.get(name), value, change) for name, value in params.items()}


def _value(field: FormField | None, value: Any, change: Callable[[str], str]) -> Any:
    if field is None:
        return value
    if field.kind == "list" and isinstance(value, list):
        return [_value(field.item, each, change) for each in value]
    if field.kind == "object" and isinstance(value, dict):
        return _replaced(field.fields, value, change)
    return change(value) if field.widget in _WIDGETS and isinstance(value, str) and value else value
