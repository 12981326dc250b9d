"""Drafts are swept: what no form and no picture names any more goes, and only that."""

import os
import time
from pathlib import Path

from PIL import Image
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot
from rig import Rig

from studio.desktop.shell import drafts, ui_state
from studio.desktop.shell.ui_state import FormMemory, UiState
from studio.document import project
from studio.document.project import LayerEntry
from studio.jobs import Job, encode_jobs
from studio.library import Library, Recipe
from studio.settings import load

OLD_S = drafts.KEPT_S + 60


def keep(folder: Path, kind: str, age_s: float) -> Path:
    path = drafts.keep(folder, kind, b"a picture")
    os.utime(path, (time.time() - age_s,) * 2)
    return path


def test_at_start_a_draft_goes_that_nothing_names(qtbot: QtBot, qapp: QApplication, studio_home: Path) -> None:
    folder = studio_home / "drafts"
    forgotten, in_form, in_recipe = (keep(folder, kind, OLD_S) for kind in ("pasted", "pasted", "mask"))
    in_list, in_layer, in_queue = (keep(folder, "pasted", OLD_S) for _ in range(3))
    fresh = keep(folder, "mask", 0)
    foreign = folder / "holiday.png"
    foreign.write_bytes(b"not ours")
    os.utime(foreign, (0, 0))
    session = studio_home / "session"
    session.mkdir()
    entry = LayerEntry("a", str(in_layer))
    (session / "session.json").write_bytes(project.encode(project.Manifest(layers=[entry])))
    (session / "queue.json").write_bytes(encode_jobs([Job("1", "variation", {"image": str(in_queue)})]))
    settings = load()
    ui_state.save(settings.cache_dir, UiState(forms={"variation": FormMemory({"image": str(in_form)})}))
    library = Library(settings.library_dir)
    library.save(Image.new("RGB", (8, 8)), Recipe("inpaint", {"prompt": "a cup", "mask": str(in_recipe)}, 1, 0, "m"))
    blend = Recipe("blend", {"images": [str(in_list)]}, 1, 0, "m", parents=[str(in_list)])
    library.save(Image.new("RGB", (8, 8)), blend)
    library.close()
    rig = Rig(qtbot, qapp)
    rig.wait(lambda: not forgotten.exists())
    rig.studio.close()
    assert all(path.exists() for path in (in_form, in_recipe, in_list, in_layer, in_queue, fresh, foreign))


def test_a_folder_that_is_not_there_needs_no_sweep(tmp_path: Path) -> None:
    assert drafts.sweep(tmp_path / "nowhere", lambda path: False) == []
