"""ApiError: every refusal in the shape that OpenAI's clients read, with what decides whether they try again."""

import json
from typing import Any

from studio.errors import StudioError

INVALID, PICTURE, LIMIT, SERVER = (
    "invalid_request_error", "image_generation_user_error", "rate_limit_error", "server_error",
)  # fmt: skip
"""The types that those clients know."""


class ApiError(StudioError):
    """A request that gets an answer other than what it asked for.

    `retry_after` (seconds) asks the client to try again; a failure of the server's without it is not to be tried again.
    """

    def __init__(
        self,
        status: int,
        message: str,
        code: str,
        *,
        param: str | None = None,
        type: str = INVALID,
        retry_after: int | None = None,
    ) -> None:
        super().__init__(message)
        self.status, self.message, self.code, self.param, self.type = status, str(message), code, param, type
        self.retry_after = retry_after
        self.text, self.language = message, "en"
        """The message with its template, where it has one."""

    @property
    def data(self) -> dict[str, Any]:
        """The body, as data."""
        return {"error": {"message": self.message, "type": self.type, "param": self.param, "code": self.code}}

    @property
    def headers(self) -> dict[str, str]:
        told = {} if self.language == "en" else {"content-language": self.language}
        if self.retry_after is not None:
            return {**told, "retry-after": str(self.retry_after)}
        return {**told, "x-should-retry": "false"} if self.status >= 500 else told

    @property
    def body(self) -> bytes:
        return json.dumps(self.data, ensure_ascii=False).encode(errors="replace")


def invalid(param: str | None, message: str, code: str = "invalid_value") -> ApiError:
    """A parameter that cannot be what it is."""
    return ApiError(400, message, code, param=param)


def missing(param: str) -> ApiError:
    return invalid(param, f"Missing required parameter: '{param}'.", "missing_required_parameter")


def unknown_path() -> ApiError:
    return ApiError(404, "There is nothing at this address; GET /v1/openapi.json lists what there is.", "not_found")
