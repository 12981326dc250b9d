"""What a client sends for one parameter of a task: checked before it is queued, and never a path of this machine."""

import io
import json
import time
from typing import Any

from studio.descriptions import ModelInfo
from studio.form import OBJECTS, FormField, is_within
from studio.library import picture_id
from studio.messages import Refresh
from studio.server import add_on_names, embedding
from studio.server.api_error import ApiError, invalid
from studio.server.backend import Backend
from studio.server.body import data_url


def read(field: FormField, value: Any, backend: Backend) -> Any:
    """The value as the engine takes it. Raises ApiError."""
    if value is None:
        if field.nullable:
            return None
        raise invalid(field.name, f"'{field.name}' must not be null.")
    if field.kind == "list" and field.item is not None:
        value = _list(field, value)
        return [read(field.item, entry, backend) for entry in value]
    if field.kind == "object":
        return _object(field, value, backend)
    if field.kind in ("integer", "number"):
        return _number(field, value)
    if field.kind == "choice" and value not in field.choices:
        known = ", ".join(str(choice) for choice in field.choices)
        raise invalid(field.name, f"'{field.name}' must be one of {known}.")
    if field.kind == "text":
        return _text(field, value, backend)
    return value


def model(name: Any, backend: Backend) -> ModelInfo:
    """A model of the catalogue, by its id. Raises ApiError."""
    found = next((each for each in backend.jobs.models if each.id == name and not each.problem), None)
    if found is None:
        backend.jobs.send(Refresh())  # it may have been added since
        raise ApiError(
            404, f"The model '{str(name)[:200]}' is not installed here; GET /v1/models lists those that are.",
            "model_not_found", param="model",
        )  # fmt: skip
    return found


def picture(ref: Any, param: str, backend: Backend) -> str:
    """An ImageRef for a `data:` URL, the id of an upload or of a picture of the library. Raises ApiError."""
    if not isinstance(ref, str):
        raise invalid(param, f"'{param}' must be a data URL or the id of a file.")
    if picture_id.is_id(ref):
        return ref
    if ref[:5].lower() == "data:":
        return str(backend.uploads.keep(io.BytesIO(data_url(ref, param)), "upload", time.time()).path)
    if ref[:8].lower().startswith(("http://", "https://")):
        raise invalid(
            param, "No addresses are fetched; send the picture as a data URL, or upload it to /v1/files first."
        )
    found = backend.uploads.find(ref)
    if found is None:
        raise invalid(param, f"There is no file '{ref[:100]}'; upload it to /v1/files first.", "file_not_found")
    if found.suffix:
        raise invalid(param, f"The file '{ref[:100]}' is no picture.", "invalid_image_file")
    return str(found.path)


def _embedding(ref: str, param: str, backend: Backend) -> str:
    """The file of a kept embedding. Raises ApiError."""
    found = embedding.find(backend.library.root, ref)
    if found is None:
        told = f"There is no kept embedding '{ref[:100]}'; GET /v1/embeddings lists them."
        raise invalid(param, told, "file_not_found")
    return str(found)


def _list(field: FormField, value: Any) -> list[Any]:
    """In a form it is the text of a JSON list."""
    if isinstance(value, str):
        try:
            value = json.loads(value)
        except (ValueError, RecursionError):
            value = None
    if not isinstance(value, list):
        raise invalid(field.name, f"'{field.name}' must be a list.")
    return value


def _object(field: FormField, value: Any, backend: Backend) -> dict[str, Any]:
    known = {each.name: each for each in field.fields}
    if not isinstance(value, dict) or not value.keys() <= known.keys():
        raise invalid(field.name, f"Each of '{field.name}' must be an object of {', '.join(known)}.")
    made = {name: read(known[name], entry, backend) for name, entry in value.items()}
    for each in field.fields:
        if each.required and each.name not in made:
            raise invalid(field.name, f"Each of '{field.name}' must have a '{each.name}'.")
    if field.widget in OBJECTS:
        _require_known(made.get(field.widget), field.name, backend)
    return made


def _require_known(name: Any, param: str, backend: Backend) -> None:
    if name not in add_on_names.known(backend.jobs.models):
        raise ApiError(
            404, f"'{str(name)[:200]}' is not installed here; GET /v1/models lists what is.", "model_not_found",
            param=param,
        )  # fmt: skip


def _number(field: FormField, value: Any) -> int | float:
    given = value
    if isinstance(value, str):  # as forms send it
        try:
            value = int(value) if field.kind == "integer" else float(value)
        except ValueError:
            value = None
    fits = isinstance(value, int | float) and not isinstance(value, bool)
    if not fits or (field.kind == "integer" and value != int(value)) or not is_within(field, value):
        noun = "a whole number" if field.kind == "integer" else "a number"
        bounds = f" from {field.minimum:g}" if field.minimum is not None else ""
        bounds += f" to {field.maximum:g}" if field.maximum is not None else ""
        raise invalid(field.name, f"'{field.name}' must be {noun}{bounds}, not {str(given)[:60]!r}.")
    number: int | float = value
    return number


def _text(field: FormField, value: Any, backend: Backend) -> str:
    if not isinstance(value, str):
        raise invalid(field.name, f"'{field.name}' must be a text.")
    if field.max_length is not None and len(value) > field.max_length:
        raise invalid(field.name, f"'{field.name}' may have {field.max_length} characters at most.")
    if path := add_on_names.path_in(value, add_on_names.known(backend.jobs.models) if "<" in value else ()):
        _require_known(path, field.name, backend)
    if field.embeddings and value.startswith(embedding.REFERENCE):
        return _embedding(value, field.name, backend)
    if field.widget in ("image", "mask"):
        return picture(value, field.name, backend)
    if field.widget == "model":
        return model(value, backend).id
    return value
