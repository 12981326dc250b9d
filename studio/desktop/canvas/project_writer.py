"""A document as a project file, written as it is at a moment."""

import tempfile
from collections.abc import Callable
from pathlib import Path

from studio.desktop.canvas.document_state import DocumentState
from studio.desktop.canvas.layer_files import LayerFiles
from studio.desktop.shell import drafts


def project_writer(state: DocumentState) -> Callable[[Path], None]:
    """What writes it; to be called on a worker's thread. Raises UserError there."""
    from studio.desktop.canvas import manifest  # slow, and first needed after the first paint
    from studio.document import project  # slow, and first needed after the first paint

    overlay = state.overlay if state.overlay is not None and not state.overlay.mask.is_empty else None
    snapshot = overlay.mask.snapshot() if overlay else None

    def write(target: Path) -> None:
        from studio.desktop.canvas.mask_overlay import to_grey  # first needed after the first paint

        mask = drafts.as_png(to_grey(snapshot.render())) if snapshot else None
        with tempfile.TemporaryDirectory() as folder:
            files, made = LayerFiles(Path(folder)), manifest.manifest(state)
            for entry, layer in zip(made.layers, state.layers, strict=True):
                entry.file = entry.file or str(files.write(layer))
            project.save(target, made, mask)

    return write
