"""The canvas outlives whatever ends the program, and goes out and in as files."""

import signal
import subprocess
import sys
import zipfile
from pathlib import Path
from xml.etree import ElementTree

import numpy as np
import pytest
from PIL import Image
from psd_tools import PSDImage
from PySide6.QtCore import QMimeData, Qt, QUrl
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot
from rig import Rig
from test_canvas import drag, edited, mark, pixel, save, show, studio, undo

from studio.desktop.canvas.layer_panel import LayerPanel
from studio.desktop.features.form_undo import FormUndo
from studio.desktop.library.exporter import Exporter
from studio.desktop.library.importer import Importer

__all__ = ["studio"]  # a fixture

PAINT = """
import sys, time
sys.path[:0] = sys.argv[1:]
from PySide6.QtWidgets import QApplication
app = QApplication([])
import test_canvas
from rig import Rig
from studio.desktop.features.form_undo import FormUndo


class Bot:
    def waitUntil(self, condition, timeout=20):
        end = time.monotonic() + timeout
        while not condition():
            app.processEvents()
            assert time.monotonic() < end


rig = Rig(Bot(), app)
rig.client.emit(test_canvas.Ready([test_canvas.CREATE, test_canvas.EDIT, test_canvas.DISTANT], [], [], []))
rig.wait(lambda: rig.window.task_panel.form_of("inpaint") is not None)
kept = []
rig.session.autosave.kept.connect(lambda: kept.append(1))
test_canvas.show(rig, test_canvas.save(rig))
test_canvas.mark(rig)
rig.fill(**{**rig.window.task_panel.form.values(), "prompt": "a red door"})
rig.feature(FormUndo).push()
rig.wait(lambda: kept and rig.window.task_panel.form.values().get("mask"))
time.sleep(0.2)
app.processEvents()
time.sleep(0.2)
print("kept", flush=True)
while True:
    test_canvas.drag(rig, (30, 200), (90, 200))
    app.processEvents()
"""


def test_after_kill_9_everything_is_there(tmp_path: Path, qtbot: QtBot, qapp: QApplication) -> None:
    folders = [str(Path(__file__).parent), str(Path(__file__).parents[1])]
    child = subprocess.Popen([sys.executable, "-c", PAINT, *folders], stdout=subprocess.PIPE, text=True)
    assert child.stdout is not None
    try:
        assert child.stdout.readline() == "kept\n"
    finally:
        child.send_signal(signal.SIGKILL)  # in the middle of strokes
        child.wait()
        child.stdout.close()
    rig = Rig(qtbot, qapp)
    rig.wait(lambda: rig.session.document.layers)
    document = rig.session.document
    assert len(document.layers) == 1
    assert document.overlay is not None
    assert document.overlay.mask.read((160, 120, 161, 121))[0, 0] == 255
    assert rig.session.ui_state.forms["inpaint"].values["prompt"] == "a red door"
    assert rig.window.viewer.canvas.scene.layers
    rig.studio.close()


def test_layers_are_restored_with_their_masks_and_order(studio: Rig, qtbot: QtBot, qapp: QApplication) -> None:
    show(studio, save(studio))
    mark(studio)
    edited(studio)
    studio.window.viewer.accept()
    studio.wait(lambda: len(studio.session.document.layers) == 2)
    studio.session.document.change("fade", studio.session.document.layers[1].key, opacity=0.5)
    with qtbot.waitSignal(studio.session.autosave.kept):
        studio.session.documents.save()
    studio.studio.close()
    again = Rig(qtbot, qapp)
    again.wait(lambda: len(again.session.document.layers) == 2)
    assert again.session.document.layers[1].opacity == 0.5
    assert [pixel(again, 10, 10), pixel(again, 160, 120)] == [(128, 128, 128), (191, 64, 64)]
    again.studio.close()


def test_the_last_act_before_quitting_is_kept(studio: Rig, qtbot: QtBot, qapp: QApplication) -> None:
    """One is being written while the next ones come: whoever quits then has not lost them."""
    show(studio, save(studio))
    studio.window.viewer.accept()
    studio.wait(lambda: studio.session.document.layers)
    (layer,) = studio.session.document.layers
    for step in range(1, 8):
        studio.session.document.change(f"fade {step}", layer.key, opacity=step / 8)
    studio.session.documents.rename(studio.session.documents.current, "faded")
    studio.studio.close()
    again = Rig(qtbot, qapp)
    again.wait(lambda: again.session.document.layers)
    assert again.session.document.layers[0].opacity == 7 / 8
    assert [again.session.documents.title(one) for one in again.session.documents.all] == ["faded"]
    again.studio.close()


def test_a_picture_from_a_stick_that_is_gone_is_kept(
    studio: Rig, tmp_path: Path, qtbot: QtBot, qapp: QApplication
) -> None:
    stick = tmp_path / "stick.jpg"
    Image.new("RGB", (80, 60), "red").save(stick)
    studio.window.viewer_controller.show_file(str(stick), stick)
    studio.wait(lambda: studio.window.viewer.piece)
    studio.window.viewer.accept()
    with qtbot.waitSignal(studio.session.autosave.kept):
        studio.session.documents.save()
    studio.studio.close()
    stick.unlink()
    again = Rig(qtbot, qapp)
    again.wait(lambda: again.session.document.layers)
    again.studio.close()


def test_a_damaged_session_is_told_and_the_window_opens(studio_home: Path, qtbot: QtBot, qapp: QApplication) -> None:
    (studio_home / "session").mkdir(parents=True)
    (studio_home / "session" / "session.json").write_text("{broken")
    rig = Rig(qtbot, qapp)
    rig.wait(lambda: "damaged" in rig.window.notices.text("kept"))
    rig.studio.close()


def test_a_full_disk_is_told_once(studio: Rig, studio_home: Path) -> None:
    (studio_home / "session").mkdir(exist_ok=True)
    for path in (studio_home / "session").iterdir():
        path.unlink()
    (studio_home / "session").rmdir()
    (studio_home / "session").write_text("in the way")
    show(studio, save(studio))
    studio.window.viewer.accept()
    studio.wait(lambda: "could not be kept" in studio.window.notices.text("kept"))


def drop(rig: Rig, file: Path) -> None:
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(file))])
    rig.feature(Importer).add(data)


def two_layers(rig: Rig) -> None:
    show(rig, save(rig))
    mark(rig)
    edited(rig)
    rig.window.viewer.accept()
    rig.wait(lambda: len(rig.session.document.layers) == 2)


def test_a_project_comes_back_and_opening_it_can_be_undone(studio: Rig, tmp_path: Path) -> None:
    two_layers(studio)
    studio.window.viewer.masks.choose("brush")
    drag(studio, (40, 40), (80, 40))
    overlay = studio.session.document.overlay
    assert overlay is not None
    marked = overlay.mask.render()
    target = tmp_path / "mine.studio"
    studio.feature(Exporter).files.save(None, target)
    studio.wait(lambda: "mine.studio" in studio.window.notices.text("out"))
    show(studio, save(studio, (64, 64), "blue"))
    studio.window.viewer.accept()
    assert len(studio.session.document.layers) == 1
    drop(studio, target)
    studio.wait(lambda: len(studio.session.document.layers) == 2)
    assert pixel(studio, 160, 120) == (255, 0, 0)
    assert studio.session.document.overlay is not None
    assert (studio.session.document.overlay.mask.render() == marked).all()
    undo(studio)
    assert len(studio.session.document.layers) == 1


def test_a_truncated_project_is_one_line_and_the_canvas_stays(studio: Rig, tmp_path: Path) -> None:
    two_layers(studio)
    (tmp_path / "cut.studio").write_bytes(b"PK\x03\x04 half")
    drop(studio, tmp_path / "cut.studio")
    studio.wait(lambda: "damaged" in studio.window.notices.text("out"))
    assert len(studio.session.document.layers) == 2


def test_layers_go_out_as_openraster(studio: Rig, tmp_path: Path) -> None:
    two_layers(studio)
    studio.feature(Exporter).files.save(None, tmp_path / "picture.ora")
    studio.wait(lambda: (tmp_path / "picture.ora").exists())
    with zipfile.ZipFile(tmp_path / "picture.ora") as archive:
        layers = ElementTree.fromstring(archive.read("stack.xml")).findall("./stack/layer")
        with archive.open(layers[0].get("src") or "") as file, Image.open(file) as top:
            alpha = np.asarray(top.convert("RGBA"))[..., 3]
        with archive.open("mergedimage.png") as file, Image.open(file) as merged:
            assert merged.convert("RGB").getpixel((160, 120)) == (255, 0, 0)
    assert len(layers) == 2
    assert (alpha[120, 160], alpha[10, 10]) == (255, 0)


def test_layers_go_out_as_psd(studio: Rig, tmp_path: Path) -> None:
    two_layers(studio)
    studio.feature(Exporter).files.save(None, tmp_path / "picture.psd")
    studio.wait(lambda: (tmp_path / "picture.psd").exists())
    below, above = PSDImage.open(tmp_path / "picture.psd")
    assert [layer.name for layer in (below, above)] == [layer.name for layer in studio.session.document.layers]
    assert below.size == (320, 240)
    mask = above.mask  # the whole result lies behind it
    assert mask is not None
    marked = np.asarray(mask.topil())
    assert (marked[120 - mask.top, 160 - mask.left], marked[0, 0]) == (255, 0)


@pytest.mark.parametrize("name", ["flat.png", "flat.jpg", "flat.webp"])
def test_layers_are_put_together_in_a_picture(studio: Rig, tmp_path: Path, name: str) -> None:
    two_layers(studio)
    studio.session.document.change("fade", studio.session.document.layers[1].key, opacity=0.5)
    studio.feature(Exporter).files.save(studio.session.document.piece, tmp_path / name)
    studio.wait(lambda: (tmp_path / name).exists())
    with Image.open(tmp_path / name) as image:
        assert image.convert("RGB").getpixel((160, 120)) == pytest.approx((191, 64, 64), abs=4)


def test_a_png_goes_out_with_its_recipe_or_without(studio: Rig, tmp_path: Path) -> None:
    show(studio, save(studio, params={"prompt": "a secret"}))
    piece = studio.window.viewer.piece
    for name, with_recipe in (("with.png", True), ("without.png", False)):
        studio.feature(Exporter).files.save(piece, tmp_path / name, with_recipe)
        studio.wait(lambda name=name: (tmp_path / name).exists())
    assert b"a secret" in (tmp_path / "with.png").read_bytes()
    assert b"a secret" not in (tmp_path / "without.png").read_bytes()


def test_the_panel_shows_hides_fades_moves_and_removes_layers(studio: Rig) -> None:
    two_layers(studio)
    panel, document = studio.feature(LayerPanel), studio.session.document
    studio.window.side.setCurrentWidget(panel)
    assert panel.list.count() == 2
    top = panel.list.item(0)
    top.setCheckState(Qt.CheckState.Unchecked)
    assert pixel(studio, 160, 120) == (128, 128, 128)
    top.setCheckState(Qt.CheckState.Checked)
    panel.list.setCurrentRow(0)
    panel.opacity.setValue(40)
    panel.opacity.setValue(50)
    assert pixel(studio, 160, 120) == (191, 64, 64)
    undo(studio)  # both moves of the slider are one step
    assert document.layers[1].opacity == 1.0
    QTest.keyClick(panel.list, Qt.Key.Key_Down, Qt.KeyboardModifier.ControlModifier)
    assert pixel(studio, 160, 120) == (128, 128, 128)
    QTest.keyClick(panel.list, Qt.Key.Key_Delete)
    assert len(document.layers) == 1
    undo(studio)
    undo(studio)
    assert [layer.name for layer in document.layers] == ["Picture", "Edit"]


def test_changes_of_a_form_are_steps_in_the_same_stack(studio: Rig) -> None:
    window = studio.window
    window.forms.choose("text-to-image")
    studio.fill(prompt="a cat", count=2)
    studio.feature(FormUndo).push()
    show(studio, save(studio))
    window.viewer.accept()
    studio.fill(prompt="a cat", count=5)
    studio.feature(FormUndo).push()
    form = window.task_panel.form
    assert form is not None
    undo(studio)
    assert form.values()["count"] == 2
    undo(studio)
    assert not studio.session.document.layers
    undo(studio)
    assert not form.values().get("prompt")


def test_the_drafts_that_the_canvas_needs_are_not_swept(studio: Rig, qtbot: QtBot, qapp: QApplication) -> None:
    import os

    drafts = studio.session.drafts_dir
    drafts.mkdir(exist_ok=True)
    pasted = drafts / "pasted-one.png"
    Image.new("RGB", (40, 30), "red").save(pasted)
    studio.window.viewer_controller.show_file(str(pasted), pasted)
    studio.wait(lambda: studio.window.viewer.piece)
    studio.window.viewer.accept()
    with qtbot.waitSignal(studio.session.autosave.kept):
        studio.session.documents.save()
    stray = pasted.with_name("mask-stray.png")
    stray.write_bytes(pasted.read_bytes())
    studio.studio.close()
    unpacked = studio.session.settings.home / "projects" / "project-old"
    unpacked.mkdir(parents=True)
    for path in (pasted, stray, unpacked):
        os.utime(path, (1_000_000_000, 1_000_000_000))
    again = Rig(qtbot, qapp)
    again.wait(lambda: not stray.exists() and not unpacked.exists())
    assert pasted.exists()
    again.studio.close()
