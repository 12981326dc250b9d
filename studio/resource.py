"""Where the files that ship with the studio are: starter weights, icons, themes, translations."""

from pathlib import Path

from studio.errors import UserError


def folder() -> Path:
    """`resources/`, both in a clone (beside the package) and in an installed wheel (inside it)."""
    package = Path(__file__).resolve().parent
    # The wheel's place first: beside an installed package lie the folders of other projects.
    for candidate in (package / "resources", package.parent / "resources"):
        if candidate.is_dir():
            return candidate
    raise UserError(
        "The files that ship with the studio are missing from {}; install it again.",
        package,
        code="installation",
    )
