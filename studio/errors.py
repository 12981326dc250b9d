"""The errors that cross rooms.

    StudioError (Exception)
        UserError            the user can mend it: shown as is, no traceback
    Cancelled (BaseException)   a job was told to stop; plugins' `except Exception` cannot swallow it

Anything else is a bug: its traceback goes to the log and behind "details".
"""


class StudioError(Exception):
    """What every error of ours derives from."""


class UserError(StudioError):
    """Something the user can mend: one sentence that says what happened, what was kept and what to do.

    `field` names the parameter at fault, so that a form can show the sentence beside it.
    `code` is stable and meant for programs (`invalid_image`, `empty_prompt`, `out_of_memory` …).
    """

    def __init__(self, message: str, *, field: str | None = None, code: str = "invalid") -> None:
        super().__init__(message)
        self.message = message
        self.field = field
        self.code = code


class Cancelled(BaseException):
    """The job was cancelled; raised at the next progress call, never stored."""
