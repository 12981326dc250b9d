"""The errors that cross rooms.

    StudioError (Exception)
        UserError            the user can mend it: shown as is, no traceback
    Cancelled (BaseException)   a job was told to stop; plugins' `except Exception` cannot swallow it

Anything else is a bug: its traceback goes to the log and behind "details".
"""

from studio.text import Text


class StudioError(Exception):
    """What every error of ours derives from."""


class UserError(StudioError):
    """Something the user can mend: one sentence that says what happened, what was kept and what to do.

    UserError("The mask is {}x{} pixels.", width, height): the English sentence as a template with its arguments, so
    that it can be shown in other languages (see `studio.text.Text`). `message` is the sentence.
    `field` names the parameter at fault, so that a form can show the sentence beside it.
    `code` is stable and meant for programs (`invalid_image`, `empty_prompt`, `out_of_memory` …).
    """

    def __init__(self, template: str, *args: object, field: str | None = None, code: str = "invalid") -> None:
        self.message = Text(template, *args)
        super().__init__(self.message)
        self.field = field
        self.code = code


class Cancelled(BaseException):
    """The job was cancelled; raised at the next progress call, never stored."""


def message_of(error: Exception) -> Text:
    """What an error says: the sentence of a UserError with its template, of any other its words."""
    return error.message if isinstance(error, UserError) else Text(str(error))


def os_reason(error: OSError) -> Text:
    """What the operating system says ("No space left on device"), as a part of a sentence."""
    return Text(error.strerror or str(error))
