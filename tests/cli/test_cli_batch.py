"""Lines of a file of jobs: parameters, or one sentence about what is wrong."""

from pathlib import Path

import pytest

from studio import form
from studio.cli import batch
from studio.errors import UserError

FIELDS = (form.FormField("prompt", "Prompt", "text", "prompt"), form.FormField("image", "Image", "text", "image"))


def test_a_line_goes_over_the_options() -> None:
    params = batch.params(b'{"prompt": "b", "odd": [1, null]}', FIELDS, {"prompt": "a", "steps": 5})
    assert params == {"prompt": "b", "steps": 5, "odd": [1, None]}


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        (b"", "it is empty"),
        (b" \t", "it is empty"),
        (b"{", "at character"),
        (b"[1]", "no object"),
        (b'"a"', "no object"),
        (b"null", "no object"),
        (b'{"seed": 1, "seed": 2}', "a name occurs twice"),
        (b'{"n": NaN}', "NaN is no number"),
        (b'{"n": -Infinity}', "-Infinity is no number"),
        (b'{"n": 1e400}', "n must be a finite number"),
        (b'{"prompt": "\\ud800"}', "prompt holds half of a surrogate pair"),
        (b'{"\\ud800": 1}', "half of a surrogate pair"),
        (b'{"a": {"\\ud800": 1}}', "half of a surrogate pair"),
        (b'{"prompt": "\xff"}', "not UTF-8"),
        (b'{"n": ' + b"1" * 5000 + b"}", "too many digits"),
        (b"[" * 100_000, "nested too deeply"),
        (b'{"a":' * 70 + b"1" + b"}" * 70, "nested too deeply"),
    ],
)
def test_what_is_no_job_is_named(line: bytes, reason: str) -> None:
    with pytest.raises(UserError, match=reason) as refusal:
        batch.params(line, FIELDS, {})
    assert refusal.value.message.count("\n") == 0


def test_lines_of_any_editor(tmp_path: Path) -> None:
    file = tmp_path / "jobs.jsonl"
    file.write_bytes(b'\xef\xbb\xbf{"a": 1}\r\n\n{"b": 2}')
    assert batch.lines(str(file)) == [b'{"a": 1}', b"", b'{"b": 2}']


def test_a_missing_file_is_told(tmp_path: Path) -> None:
    with pytest.raises(UserError, match="cannot be read"):
        batch.lines(str(tmp_path / "no.jsonl"))
