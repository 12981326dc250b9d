"""The file of the server's token: made once for its user alone, and refused where others could read or guess it."""

from pathlib import Path

import pytest

from studio.errors import UserError
from studio.server import access_token


def test_a_token_is_made_once_for_its_user_alone(tmp_path: Path) -> None:
    file = tmp_path / "new/token"
    made = access_token.load(file, make=True)
    assert len(made) > 40
    assert access_token.load(file, make=True) == access_token.load(file, make=False) == made
    assert [path.stat().st_mode & 0o777 for path in (file, file.parent)] == [0o600, 0o700]


def test_without_a_file_nothing_is_made_unasked(tmp_path: Path) -> None:
    with pytest.raises(UserError, match="There is no token file"):
        access_token.load(tmp_path / "token", make=False)
    assert [*tmp_path.iterdir()] == []


@pytest.mark.parametrize("mode", [0o640, 0o604, 0o666, 0o620])
def test_a_file_that_others_may_read_is_refused(tmp_path: Path, mode: int) -> None:
    (tmp_path / "token").write_text("0123456789abcdef\n")
    (tmp_path / "token").chmod(mode)
    with pytest.raises(UserError, match="chmod 600"):
        access_token.load(tmp_path / "token", make=False)


@pytest.mark.parametrize(
    "held", [b"", b"short", b"two words in one line", b"\xff" * 20, b"0123456789\x00abcdef", b"a\nb" * 9]
)
def test_what_is_no_token_is_refused(tmp_path: Path, held: bytes) -> None:
    (tmp_path / "token").touch(0o600)
    (tmp_path / "token").write_bytes(held)
    with pytest.raises(UserError, match="must hold one line of 16 or more"):
        access_token.load(tmp_path / "token", make=True)
    assert (tmp_path / "token").read_bytes() == held


def test_a_file_that_cannot_be_read_or_made_is_a_sentence(tmp_path: Path) -> None:
    with pytest.raises(UserError, match="cannot be read"):
        access_token.load(tmp_path, make=True)
    (tmp_path / "file").touch()
    (tmp_path / "long").touch(0o600)
    (tmp_path / "long").write_bytes(b"a" * 5000)
    with pytest.raises(UserError, match="cannot be read"):
        access_token.load(tmp_path / "long", make=True)
    with pytest.raises(UserError, match="cannot be (kept|read)"):
        access_token.load(tmp_path / "file/token", make=True)
    with pytest.raises(UserError, match="The token cannot be kept"):
        access_token._made(tmp_path / "file/token")
