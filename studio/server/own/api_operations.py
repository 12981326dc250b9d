"""What OpenAPI tells of each route: a table beside the routes, held to them by a test."""

from typing import Any, NamedTuple

from studio.server.openai.parameters import IGNORED
from studio.server.picture_file import FORMATS

JSON, SSE, FORM = "application/json", "text/event-stream", "multipart/form-data"
Schema = dict[str, Any]


EVENTS: Schema = {"description": "Server-sent events"}


def ref(name: str) -> Schema:
    return {"$ref": f"#/components/schemas/{name}"}


def _list(name: str) -> Schema:
    return {
        "type": "object",
        "required": ["object", "data"],
        "properties": {"object": {"const": "list"}, "data": {"type": "array", "items": ref(name)}},
    }


class ApiOperation(NamedTuple):
    """One method of one address."""

    method: str
    path: str
    id: str
    summary: str
    answers: dict[str, Schema]
    bodies: dict[str, Schema] = {}  # noqa: RUF012 - of a tuple, which nobody changes
    parameters: tuple[Schema, ...] = ()
    status: int = 200
    public: bool = False


def _path(name: str, description: str = "") -> Schema:
    return {"name": name, "in": "path", "required": True, "schema": {"type": "string"}, "description": description}


def _query(name: str, schema: Schema, description: str) -> Schema:
    return {"name": name, "in": "query", "schema": schema, "description": description}


_TEXT: Schema = {"type": ["string", "null"]}
_BINARY: Schema = {"type": "string", "contentMediaType": "application/octet-stream"}
_SOURCE: Schema = {
    "anyOf": [
        {"type": "string", "description": "A data URL, or an id"},
        {
            "type": "object",
            "properties": {"image_url": {"type": "string", "pattern": "^data:"}, "file_id": {"type": "string"}},
        },
    ]
}
_IMAGE: dict[str, Schema] = {
    "model": _TEXT,
    "n": {"type": ["integer", "null"], "minimum": 1, "default": 1},
    "size": {"type": ["string", "null"], "pattern": "^(auto|[1-9][0-9]{0,5}x[1-9][0-9]{0,5})$"},
    "response_format": {"enum": ["url", "b64_json", None]},
    "output_format": {"enum": [*FORMATS, None]},
    "output_compression": {"type": ["integer", "null"], "minimum": 0, "maximum": 100},
    "background": {"enum": ["auto", "opaque", None]},
    "stream": {"type": ["boolean", "null"], "default": False},
    "partial_images": {"type": ["integer", "null"], "minimum": 0, "maximum": 3},
    **{name: {"description": "Ignored, and named in x-ignored-params"} for name in IGNORED},
}
_PROMPT: Schema = {"type": "string", "maxLength": 32_000}


def _image_body(required: tuple[str, ...], **more: Schema) -> Schema:
    """Further properties are parameters of the task."""
    return {"type": "object", "required": [*required], "properties": {**more, **_IMAGE}}


_PICTURES = {JSON: ref("Images"), SSE: EVENTS}
_FILES = {"type": "array", "items": _BINARY, "minItems": 1, "maxItems": 16}
_PICTURE_QUERY = (
    _query("format", {"enum": [*FORMATS], "default": "png"}, "What kind of file"),
    _query("quality", {"type": "integer", "minimum": 0, "maximum": 100}, "Of JPEG and WebP"),
)
_FILE_ANSWERS = dict.fromkeys(FORMATS.values(), _BINARY)

OPERATIONS = (
    ApiOperation("GET", "/health", "health", "Whether the server runs", {JSON: {"type": "object"}}, public=True),
    ApiOperation(
        "GET", "/pictures/{name}", "picture", "A picture, at an address that an answer gave", _FILE_ANSWERS,
        parameters=(_path("name"),), public=True,
    ),
    ApiOperation(
        "POST", "/v1/images/generations", "generateImages", "Pictures from words", _PICTURES,
        {JSON: _image_body(("prompt",), prompt=_PROMPT)},
    ),
    ApiOperation(
        "POST", "/v1/images/edits", "editImages", "Pictures from a picture, words, and what a mask lets through",
        _PICTURES,
        {
            FORM: _image_body((), prompt=_PROMPT, **{"image": _BINARY, "image[]": _FILES}, mask=_BINARY),
            JSON: _image_body(
                ("images",), prompt=_PROMPT, images={"type": "array", "items": _SOURCE, "minItems": 1}, mask=_SOURCE
            ),
        },
    ),
    ApiOperation(
        "POST", "/v1/images/variations", "varyImage", "Pictures like a picture", _PICTURES,
        {FORM: _image_body(("image",), image=_BINARY), JSON: _image_body(("image",), image=_SOURCE)},
    ),
    ApiOperation("GET", "/v1/models", "listModels", "The models of the catalogue", {JSON: _list("Model")}),
    ApiOperation(
        "GET", "/v1/models/{id}", "showModel", "One model", {JSON: ref("Model")}, parameters=(_path("id"),)
    ),
    ApiOperation("GET", "/v1/tasks", "listTasks", "What can be asked for", {JSON: _list("Task")}),
    ApiOperation("GET", "/v1/tasks/{id}", "showTask", "One task", {JSON: ref("Task")}, parameters=(_path("id"),)),
    ApiOperation("GET", "/v1/jobs", "listJobs", "The jobs of this server, also ended ones", {JSON: _list("Job")}),
    ApiOperation(
        "POST", "/v1/jobs", "createJob", "Run a task; with `stream` events answer, and hanging up cancels it",
        {JSON: ref("Job"), SSE: EVENTS}, {JSON: ref("NewJob")}, status=202,
    ),
    ApiOperation("GET", "/v1/jobs/{id}", "showJob", "One job", {JSON: ref("Job")}, parameters=(_path("id"),)),
    ApiOperation(
        "POST", "/v1/jobs/{id}/cancel", "cancelJob", "End it at its next step", {JSON: ref("Job")},
        parameters=(_path("id"),), status=202,
    ),
    ApiOperation(
        "GET", "/v1/jobs/{id}/events", "followJob", "What happens to it: job, note, picture, end",
        {SSE: EVENTS}, parameters=(_path("id"),),
    ),
    ApiOperation(
        "GET", "/v1/jobs/{id}/pictures/{index}", "jobPicture", "A picture that it has made", _FILE_ANSWERS,
        parameters=(_path("id"), _path("index"), *_PICTURE_QUERY),
    ),
    ApiOperation(
        "GET", "/v1/library", "findPictures", "Pictures of the library, the newest first", {JSON: _list("Picture")},
        parameters=(
            _query("q", {"type": "string", "maxLength": 1000}, "Words that all occur in what made it"),
            _query("limit", {"type": "integer", "minimum": 1, "maximum": 200, "default": 50}, "Of one page"),
            _query("before", {"type": "integer", "minimum": 0}, "The sequence of the last page's last picture"),
        ),
    ),
    ApiOperation(
        "GET", "/v1/library/{id}", "showPicture", "What made a picture", {JSON: ref("Picture")},
        parameters=(_path("id"),),
    ),
    ApiOperation(
        "GET", "/v1/library/{id}/picture", "fetchPicture", "The picture itself", _FILE_ANSWERS,
        parameters=(_path("id"), *_PICTURE_QUERY),
    ),
    ApiOperation(
        "GET", "/v1/library/{id}/thumbnail", "fetchThumbnail", "A small one", {"image/webp": _BINARY},
        parameters=(_path("id"),),
    ),
    ApiOperation(
        "POST", "/v1/files", "sendFile", "Send a picture once, to name it by its id", {JSON: ref("File")},
        {FORM: {"type": "object", "required": ["file"], "properties": {"file": _BINARY, "purpose": _TEXT}}},
    ),
    ApiOperation(
        "PUT", "/v1/files/{id}", "sendContent", "Send a picture, or a kept embedding, under the SHA-256 of its bytes",
        {JSON: ref("File")}, {"application/octet-stream": _BINARY}, parameters=(_path("id", "file- and the hash"),),
    ),
    ApiOperation("GET", "/v1/embeddings", "listEmbeddings", "Kept embeddings", {JSON: _list("Embedding")}),
    ApiOperation("GET", "/v1/files/{id}", "showFile", "One file", {JSON: ref("File")}, parameters=(_path("id"),)),
    ApiOperation(
        "DELETE", "/v1/files/{id}", "deleteFile", "Forget it", {JSON: {"type": "object"}}, parameters=(_path("id"),)
    ),
    ApiOperation(
        "GET", "/v1/files/{id}/content", "fetchFile", "Its bytes", {"application/octet-stream": _BINARY},
        parameters=(_path("id"),),
    ),
    ApiOperation("GET", "/v1/openapi.json", "openapi", "This document", {JSON: {"type": "object"}}),
)  # fmt: skip


def _object(*required: str, **properties: Schema) -> Schema:
    """More properties may come."""
    return {"type": "object", "required": [*required], "properties": properties}


_STRING, _NUMBER, _WHOLE, _MAP = {"type": "string"}, {"type": "number"}, {"type": "integer"}, {"type": "object"}
_STRINGS = {"type": "array", "items": _STRING}
_STATES = ["waiting", "running", "unsaved", "done", "failed", "cancelled", "interrupted"]

SCHEMAS: dict[str, Schema] = {
    "Error": _object(
        "error",
        error=_object("message", "type", "param", "code", message=_STRING, type=_STRING, param=_TEXT, code=_TEXT),
    ),
    "Images": _object("created", "data", created=_WHOLE, data={"type": "array", "items": _MAP}, job_id=_STRING),
    "Model": _object("id", "object", id=_STRING, object={"const": "model"}, created=_WHOLE, capabilities=_STRINGS),
    "Task": _object("id", "title", "schema", id=_STRING, title=_STRING, schema=_MAP, description=_STRING),
    "Job": _object(
        "id", "task", "state", "params", "pictures", "notes", "error",
        id=_STRING, task=_STRING, state={"enum": _STATES}, params=_MAP, stage=_STRING, done=_NUMBER, total=_NUMBER,
        pictures={"type": "array", "items": _MAP}, notes=_STRINGS, error={"type": ["object", "null"]},
    ),
    "Picture": _object(
        "id", "created", "sequence", "width", "height", "recipe",
        id=_STRING, created=_STRING, sequence=_WHOLE, width=_WHOLE, height=_WHOLE, recipe=_MAP,
    ),
    "Embedding": _object("object", "name", "ref", object={"const": "embedding"}, name=_STRING, ref=_STRING),
    "File": _object("id", "object", "bytes", id=_STRING, object={"const": "file"}, bytes=_WHOLE, filename=_STRING),
}  # fmt: skip
