"""What comes into the window from outside, by drop and by paste, and what it shows in the file manager."""

import base64
import io
from pathlib import Path

import pytest
from PIL import Image
from PySide6.QtCore import QMimeData, QObject, QPointF, Qt, QUrl, Slot
from PySide6.QtGui import QColor, QDesktopServices, QDragEnterEvent, QDropEvent, QGuiApplication, QImage
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton, QFileDialog
from rig import Rig

from studio.desktop.features.picture_input import PictureInput
from studio.desktop.library.exporter import Exporter
from studio.images import open_image


@pytest.fixture
def picture(tmp_path: Path) -> Path:
    path = tmp_path / "good.png"
    Image.new("RGB", (40, 30), "red").save(path)
    return path


def drop(rig: Rig, data: QMimeData) -> bool:
    """Over the window, beside its wells; whether it was welcome."""
    actions, button, keys = Qt.DropAction.CopyAction, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
    enter = QDragEnterEvent(QPointF(400, 300), actions, data, button, keys)
    enter.ignore()
    rig.window.dragEnterEvent(enter)
    if enter.isAccepted():
        rig.window.dropEvent(QDropEvent(QPointF(400, 300), actions, data, button, keys))
    return enter.isAccepted()


def urls(*files: Path) -> QMimeData:
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(file)) for file in files])
    return data


def image(color: str = "green") -> QMimeData:
    pixels = QImage(20, 10, QImage.Format.Format_RGB32)
    pixels.fill(QColor(color))
    data = QMimeData()
    data.setImageData(pixels)
    return data


def paste(rig: Rig, data: QMimeData) -> None:
    QGuiApplication.clipboard().setMimeData(data)
    rig.window.filmstrip.list.setFocus()
    QTest.keyClick(rig.window, Qt.Key.Key_V, Qt.KeyboardModifier.ControlModifier)


def shown(rig: Rig) -> Path:
    rig.wait(lambda: rig.window.viewer.piece)
    assert rig.window.viewer.piece is not None
    return rig.window.viewer.piece.file


# ---- drops


def test_of_many_files_the_first_that_is_a_picture_is_shown_and_a_bad_one_named(
    rig: Rig, picture: Path, tmp_path: Path
) -> None:
    bad = tmp_path / "first<b>.png"
    bad.write_text("just words")
    assert drop(rig, urls(bad, tmp_path, *[picture] * 498))
    assert shown(rig) == picture
    told = rig.window.notices.text("files")
    assert "Opened the first picture of 500 files: “good.png”" in told
    assert "first<b>.png" in told
    assert not rig.window.notices.text("picture")


@pytest.mark.parametrize("name", ["<b>bold &amp;.png", "\u202egnp.evil.png", "שלום.png", "%n {0} {__class__}.png"])
def test_odd_names_of_files_are_told_as_they_are_and_turn_no_sentence(rig: Rig, tmp_path: Path, name: str) -> None:
    file = tmp_path / name
    file.write_text("no picture")
    shown_name = name.replace("\u202e", "\\u202e")
    drop(rig, urls(file))
    rig.wait(lambda: shown_name in rig.window.notices.text("picture"))
    (record,) = rig.make()
    shown(rig)
    rig.feature(Exporter).files.save(rig.window.viewer.piece, file)
    rig.wait(lambda: shown_name in rig.window.notices.text("out"))
    assert "\u202e" not in rig.window.notices.text("out")
    assert file.read_bytes() == record.path.read_bytes()


def test_of_many_files_that_are_none_one_sentence_is_told(rig: Rig, tmp_path: Path) -> None:
    files = [tmp_path / f"{number}.png" for number in range(500)]
    for file in files:
        file.write_text("no picture")
    drop(rig, urls(*files))
    rig.wait(lambda: "0.png" in rig.window.notices.text("picture"))
    assert "\n" not in rig.window.notices.text("picture")
    assert rig.window.viewer.piece is None


def test_a_picture_dragged_out_of_a_browser_is_shown(rig: Rig) -> None:
    data = image()
    data.setUrls([QUrl("https://example.org/cat.png")])  # which is not fetched
    assert drop(rig, data)
    assert open_image(shown(rig)).image.size == (20, 10)


def test_words_and_addresses_are_no_pictures(rig: Rig) -> None:
    words, address = QMimeData(), QMimeData()
    words.setText("a red cat")
    address.setUrls([QUrl("https://example.org/cat.png")])
    assert not drop(rig, words)
    assert drop(rig, address)
    assert "web addresses" in rig.window.notices.text("files")


def data_address() -> str:
    file = io.BytesIO()
    Image.new("RGB", (32, 32), "red").save(file, "PNG")
    return "data:image/png;base64," + base64.b64encode(file.getvalue()).decode()


@pytest.mark.parametrize("kind", ["urls", "html", "text"])
def test_a_picture_of_a_web_page_comes_without_the_network(rig: Rig, kind: str) -> None:
    data = QMimeData()
    if kind == "urls":
        data.setUrls([QUrl(data_address())])
    elif kind == "html":
        data.setHtml(f'<meta charset="utf-8"><img alt="a" src="{data_address()}">')
    else:
        data.setText(data_address())
    paste(rig, data)
    assert open_image(shown(rig)).image.size == (32, 32)


# ---- paste


def test_pasted_pixels_are_kept_as_a_draft_and_can_be_used(rig: Rig, studio_home: Path) -> None:
    paste(rig, image())
    draft = shown(rig)
    assert draft.parent == studio_home / "drafts"
    kept = open_image(draft).image
    assert (kept.size, kept.getpixel((3, 3))[:3]) == ((20, 10), (0, 128, 0))  # type: ignore[index]
    rig.feature(PictureInput).use(rig.window.viewer.piece, "variation")
    form = rig.window.task_panel.form
    assert form is not None
    rig.wait(lambda: form.values().get("image") == str(draft))


def test_a_pasted_file_keeps_every_byte(rig: Rig, picture: Path) -> None:
    data = QMimeData()
    data.setData("image/png", picture.read_bytes())
    paste(rig, data)
    assert shown(rig).read_bytes() == picture.read_bytes()


def test_a_pasted_path_is_opened(rig: Rig, picture: Path) -> None:
    data = QMimeData()
    data.setText(f" {picture}\n")
    paste(rig, data)
    assert shown(rig) == picture


@pytest.mark.parametrize("form", ["'{}'", '"{}"', "file://{}", "~/{name}", "{}\n{}"])
def test_paths_are_opened_as_file_managers_and_terminals_copy_them(
    rig: Rig, picture: Path, monkeypatch: pytest.MonkeyPatch, form: str
) -> None:
    cat = picture.with_name("my cat.png")
    picture.rename(cat)
    monkeypatch.setenv("HOME", str(cat.parent))
    data = QMimeData()
    written = str(cat).replace(" ", "%20") if form.startswith("file") else str(cat)
    data.setText(form.format(written, written, name=cat.name))
    paste(rig, data)
    assert shown(rig) == cat
    assert ("of 2 files" in rig.window.notices.text("files")) == ("\n" in form)


def test_a_picture_whose_alpha_was_left_empty_is_seen(rig: Rig) -> None:
    for alpha, seen in ((0, 255), (128, 128)):
        copied = QImage(64, 64, QImage.Format.Format_ARGB32)
        copied.fill(QColor(200, 30, 30, alpha))
        data = QMimeData()
        data.setImageData(copied)
        before = rig.window.viewer.piece
        paste(rig, data)
        rig.wait(lambda before=before: rig.window.viewer.piece and rig.window.viewer.piece != before)
        kept = Image.open(shown(rig)).convert("RGBA")
        assert kept.getpixel((5, 5)) == (200, 30, 30, seen)


@pytest.mark.parametrize("text", ["a red cat", "x" * 100_000, "/nowhere\nelse", ""])
def test_a_pasted_text_is_told_to_be_none(rig: Rig, text: str) -> None:
    data = QMimeData()
    data.setText(text)
    paste(rig, data)
    assert "no picture in what was pasted" in rig.window.notices.text("files")
    assert rig.window.viewer.piece is None


def test_a_pasted_path_of_nothing_is_one_sentence(rig: Rig, tmp_path: Path) -> None:
    data = QMimeData()
    data.setText(str(tmp_path / "gone.png"))
    paste(rig, data)
    rig.wait(lambda: "gone.png" in rig.window.notices.text("picture"))


# ---- reveal


class Manager(QObject):
    """The system's file manager, which is told what to show."""

    def __init__(self) -> None:
        super().__init__()
        self.shown: list[QUrl] = []

    @Slot(QUrl)
    def show(self, url: QUrl) -> None:
        self.shown.append(url)


def test_reveal_shows_the_folder_and_a_file_that_is_gone_is_told(rig: Rig) -> None:
    (record,) = rig.make()
    shown(rig)
    manager = Manager()
    QDesktopServices.setUrlHandler("file", manager, "show")
    try:
        (button,) = [
            one for one in rig.window.viewer.findChildren(QAbstractButton) if "in folder" in one.accessibleName()
        ]
        QTest.mouseClick(button, Qt.MouseButton.LeftButton)
        assert [url.toLocalFile() for url in manager.shown] == [str(record.path.parent)]
        record.path.unlink()
        QTest.mouseClick(button, Qt.MouseButton.LeftButton)
        assert len(manager.shown) == 1
        assert "is missing" in rig.window.notices.text("out")
    finally:
        QDesktopServices.unsetUrlHandler("file")


def test_a_picture_is_saved_under_a_name_that_people_can_read(rig: Rig) -> None:
    rig.make(prompt="A red/cat, 坐着!")
    rig.wait(lambda: rig.window.viewer.piece is not None and rig.window.viewer.piece.file.exists())
    rig.window.viewer.save_wanted.emit(rig.window.viewer.piece, False)
    (dialog,) = rig.window.findChildren(QFileDialog)
    assert [Path(name).name for name in dialog.selectedFiles()] == ["a-red-cat-坐着.png"]
    dialog.close()
