"""What an earlier run has left on the canvas, read back. For a worker's thread."""

import contextlib
import secrets
import shutil
import time
from pathlib import Path

from studio.desktop.canvas import document_folder
from studio.desktop.canvas.kept_step import FOLDER, EarlierSession, LayerCache, RestingDocument
from studio.document import project, stored_document
from studio.document.stored_document import FILE, INDEX_FILE, DocumentIndex
from studio.errors import UserError, os_reason

SESSION_FILE = "session.json"
"""The one document of an earlier version."""
KEPT_S = 24 * 3600
"""Files that nothing needs may still be those of another window for so long."""


def read(folder: Path, cache: LayerCache) -> EarlierSession:
    """A document that the list does not name, because the program was killed before it was written, is found too."""
    problem = _convert(folder)
    index = DocumentIndex()
    with contextlib.suppress(OSError, ValueError):
        index = stored_document.decode_index((folder / INDEX_FILE).read_bytes())
    there = {path.parent.name for path in folder.glob(f"{FOLDER}/*/{FILE}")}
    named = {entry.id: entry.name for entry in index.documents if entry.id in there}
    documents = (*named.items(), *((id, "") for id in sorted(there - named.keys())))
    _sweep_projects(folder)
    if not documents:
        return EarlierSession(problem=problem)
    current = index.current if index.current in there else documents[-1][0]
    try:
        return EarlierSession(documents, current, read_document(folder, current, cache), problem)
    except UserError as error:
        _put_away(folder / FOLDER / current / FILE)
        return EarlierSession(tuple(one for one in documents if one[0] != current), "", None, error)


def read_document(folder: Path, id: str, cache: LayerCache) -> RestingDocument:
    """Raises UserError."""
    try:
        kept = document_folder.read(folder / FOLDER / id)
    except OSError as error:
        raise UserError(
            "The document could not be read ({}); what is on the canvas stays. Try again.", os_reason(error)
        ) from error
    return RestingDocument(kept, tuple(kept.steps[kept.at].read(cache)))


def _convert(folder: Path) -> UserError | None:
    """The one document of an earlier version becomes one of several; until it is, its own files stay."""
    former = folder / SESSION_FILE
    try:
        manifest = project.decode(former.read_bytes(), SESSION_FILE)
    except OSError:  # there is none
        return None
    except UserError as error:
        _put_away(former)
        return error
    with contextlib.suppress(OSError):
        if manifest.layers:
            kept = document_folder.of_stored(stored_document.of_manifest(manifest), folder)
            for step in kept.steps:
                if step.marked is not None:
                    step.marked = step.marked if step.marked.read() is not None else None
                if step.marked is not None:
                    step.marked.name = ""  # it is written anew, into the folder of its document
            document_folder.write(folder / FOLDER / secrets.token_hex(6), folder.parent, kept)
        former.unlink()
        project.forget(folder, lambda path: not path.name.startswith(("mask-", "layer-")))
    return None


def _put_away(file: Path) -> None:
    with contextlib.suppress(OSError):
        file.replace(file.with_name(f"{file.name}.damaged"))


def _sweep_projects(folder: Path) -> None:
    """What was unpacked from projects goes when no document needs it any more."""
    try:
        named = [path.read_bytes() for path in folder.glob(f"{FOLDER}/*/{FILE}")]
    except OSError:  # who knows what they name
        return
    for unpacked in (folder.parent / "projects").glob("project-*"):
        with contextlib.suppress(OSError):  # another window may be at it
            unused = not any(unpacked.name.encode() in data for data in named)
            if unused and time.time() - unpacked.stat().st_mtime > KEPT_S:
                shutil.rmtree(unpacked)
