"""`studio models convert`: pickled weights as .safetensors, made in a process of its own that can do nothing else."""

from pathlib import Path

import click

from studio import files
from studio.cli.output import out, print_json, say
from studio.conversion import Converted, convert


@click.command("convert")
@click.argument("path")
@click.option("--to", "folder", help="The folder for the result, if not beside PATH.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
def command(path: str, folder: str | None, as_json: bool) -> None:
    """Make a .safetensors of the pickled weights in PATH (.pth, .pt, .ckpt, .bin), which stay as they are.

    A pickle can run code when it is opened. This one is opened by a process with limits (time, memory, size of the
    result, no network) that takes tensors out of it and refuses all else.
    """
    made = converted(files.absolute(path), files.absolute(folder) if folder else None)
    if as_json:
        print_json(made)
        return
    out(f"{made.target}  ({made.tensors} tensors, SHA-256 {made.target_sha256})")
    out(f"    {made.source} stays as it is; add what was made of it: studio models add {made.target!r}")


def converted(path: Path, folder: Path | None = None) -> Converted:
    """The result; Ctrl-C ends it. Raises UserError."""
    say(f"Converting {path.name} …")
    made = convert(path, folder)
    if made.left_out:
        say(f"{made.left_out} entries of {path.name} are no tensors, such as notes of its training: left out.")
    return made
