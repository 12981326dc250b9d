"""What made a picture, as it is stored beside the picture and inside it."""

from typing import Any

import msgspec

from studio.form import joined

EMBEDDED_BYTES = 256 * 1024
"""The most that goes into a PNG: readers, Pillow among them, refuse files with larger texts."""
_DEEPEST = 32


class Recipe(msgspec.Struct, frozen=True, omit_defaults=True):
    """Everything needed to make the picture again, and what was measured while making it."""

    task: str
    params: dict[str, Any] = {}
    seed: int | None = None
    index: int = 0
    """Which picture of its batch this is."""
    model: str = ""
    plugin: str = ""
    plugin_version: str = ""
    values: dict[str, Any] = {}
    parents: list[str] = []
    """ImageRefs of the pictures that this one was made from: library ids or paths."""
    seconds: float = 0.0
    studio_version: str = ""
    batch: int = 1
    cut: list[str] = []
    """Names of the parameters and values that were too long to travel inside the picture."""
    notes: list[str] = []
    """What the user was told by then: what was adapted, cut or left out."""
    roles: dict[str, str] = {}
    """By the names of the parameters, what their task declared them to be (see `studio.role`); {} in recipes that were
    written before tasks declared any."""
    read: dict[str, Any] = {}
    """By parameter, what a text became that has variants or is said in styles, and the LoRAs that stood in it;
    `params` keeps what was written."""

    def names(self, role: str) -> list[str]:
        """The parameters with this role."""
        if not self.roles:  # what the tasks of that time called them
            return [name for name in (role,) if name in self.params]
        return [name for name in self.params if self.roles.get(name) == role]

    @property
    def words(self) -> str:
        """What was written for the picture, on one line; '' for nothing."""
        return joined(self.params.get(name) for name in self.names("prompt"))


class Embedded(msgspec.Struct, frozen=True, omit_defaults=True):
    """What a PNG of ours carries, enough to list it again when the index is lost."""

    id: str
    created: str
    recipe: Recipe
    format: int = 1


_recipes: msgspec.json.Decoder[Recipe] = msgspec.json.Decoder(Recipe)
_embedded: msgspec.json.Decoder[Embedded] = msgspec.json.Decoder(Embedded)


def encode(value: Recipe | Embedded) -> bytes:
    """JSON, whatever a plugin put into the recipe: a finished picture is never lost for its description."""
    try:
        return msgspec.json.encode(value, enc_hook=_plain)
    except (TypeError, ValueError, RecursionError):  # odd keys, half surrogates, circles
        return msgspec.json.encode(_tame(msgspec.structs.asdict(value)))


def decode(data: str | bytes) -> Recipe:
    """The recipe of a row; an unreadable one becomes a Recipe of the task "unknown", so that its picture shows."""
    try:
        return _recipes.decode(data)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return Recipe(task="unknown")


def decode_embedded(data: bytes) -> Embedded | None:
    """None for anything that is not ours."""
    try:
        return _embedded.decode(data)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return None


def encode_embedded(embedded: Embedded, most_bytes: int = EMBEDDED_BYTES) -> bytes:
    """At most so many bytes: the longest parameters and values are left out, and named in `cut`."""
    data = encode(embedded)
    if len(data) <= most_bytes:
        return data
    recipe = embedded.recipe
    room = most_bytes // 2  # the other half is for the names in `cut` and the rest
    params, room, cut = _shortest(recipe.params, room)
    values, room, cut_values = _shortest(recipe.values, room)
    read, room, cut_read = _shortest(recipe.read, room)
    names = [name[:80] for name in [*cut, *cut_values, *cut_read]][:500]
    notes = [note[:500] for note in recipe.notes[:5]]
    short = msgspec.structs.replace(
        recipe, params=params, values=values, read=read, parents=recipe.parents[:100], cut=names, notes=notes
    )
    return encode(msgspec.structs.replace(embedded, recipe=short))


def _shortest(entries: dict[str, Any], room: int) -> tuple[dict[str, Any], int, list[str]]:
    """As many entries as fit, the shortest first, in their own order; the room that is left; the names of the rest."""
    sizes = {name: len(encode(Recipe("", {name: value}))) for name, value in entries.items()}
    kept = set()
    for name in sorted(sizes, key=sizes.__getitem__):
        if sizes[name] > room:
            break
        kept.add(name)
        room -= sizes[name]
    short = {name: value for name, value in entries.items() if name in kept}
    return short, room, [str(name) for name in entries if name not in kept]


def _plain(value: Any) -> Any:
    item = getattr(value, "item", None)  # numpy's and torch's scalars
    return item() if callable(item) and getattr(value, "size", 1) == 1 else str(value)


def _tame(value: Any, depth: int = 0) -> Any:
    if value is None or isinstance(value, bool | int | float):
        return value
    if isinstance(value, str):
        return value.encode("utf-8", "replace").decode()
    if depth > _DEEPEST:
        return "…"
    if isinstance(value, dict):
        return {_tame(str(key)): _tame(entry, depth + 1) for key, entry in value.items()}
    if isinstance(value, list | tuple | set | frozenset):
        return [_tame(entry, depth + 1) for entry in value]
    if isinstance(value, msgspec.Struct):
        return _tame(msgspec.structs.asdict(value), depth + 1)
    return _tame(str(_plain(value)), depth + 1)
