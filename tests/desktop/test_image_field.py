"""Wells for pictures: every way in, and what is refused with one sentence while the old picture stays."""

from pathlib import Path

import pytest
from crafted import encoded, png
from form_host import drop, make_form
from PIL import Image
from PySide6.QtCore import QMimeData, Qt, QUrl
from PySide6.QtGui import QColor, QGuiApplication, QImage

from studio import api
from studio.desktop.shell import drafts
from studio.errors import UserError
from studio.images import open_image


class Pictures(api.Params):
    image: api.ImageRef
    other: api.ImageRef | None = None
    several: list[api.ImageRef] = api.Field([], max_length=3)


@pytest.fixture
def form(qtbot, host):
    return make_form(qtbot, host, Pictures)


@pytest.fixture
def well(form):
    return form.editor("image")


@pytest.fixture
def picture(tmp_path):
    path = tmp_path / "good.png"
    Image.new("RGB", (40, 30), "red").save(path)
    return path


def has(well, file):
    """Whether the well holds what is in `file`, under its name, as a copy of its own."""
    value = well.value()
    if not isinstance(value, str) or value == str(file):
        return False
    return drafts.title(Path(value)) == file.name and Path(value).read_bytes() == file.read_bytes()


def settled(qtbot, well):
    qtbot.waitUntil(lambda: not well._opening)


def test_a_drop_is_shown_upright_with_name_and_size(qtbot, form, well, tmp_path):
    path = tmp_path / "turned.jpg"
    exif = Image.Exif()
    exif[0x0112] = 6
    turned = Image.new("RGB", (64, 32), "blue")
    turned.paste("red", (0, 0, 32, 32))  # the left half, which comes to stand above
    turned.save(path, exif=exif)
    drop(well, path)
    qtbot.waitUntil(lambda: has(well, path))
    assert well.look.size == (32, 64)
    top = well.look.thumbnail.pixelColor(16, 8)
    assert top.red() > 200 > top.blue()
    assert well.describe() == ("turned.jpg", "32 × 64")
    assert form.problem() is None


BAD = {
    "text.png": (b"just words", "is not a picture"),
    "cut.png": (encoded(Image.effect_noise((60, 40), 90), "PNG")[:900], "damaged or incomplete"),
    "eps.png": (b"%!PS-Adobe-3.0 EPSF-3.0\n", "PostScript (EPS)"),
    "huge.png": (png(13_000, 13_000, 8, 6), "too large"),
    "drawing.svg": (b"<svg xmlns='http://www.w3.org/2000/svg'><image href='file:///etc/passwd'/></svg>", "SVG"),
    "empty.png": (b"", "is empty"),
    "a<b>\u202egnp.png": (b"x", "\\u202egnp.png"),
}


@pytest.mark.parametrize("name", BAD)
def test_what_is_no_picture_is_refused_and_the_old_one_stays(qtbot, form, well, picture, tmp_path, name):
    data, words = BAD[name]
    (tmp_path / name).write_bytes(data)
    drop(well, picture)
    qtbot.waitUntil(lambda: has(well, picture))
    drop(well, tmp_path / name)
    qtbot.waitUntil(lambda: form.error("image") != "")
    assert words in form.error("image")
    assert "\n" not in form.error("image")
    assert has(well, picture)
    assert well.look.size == (40, 30)
    assert form.problem() is None


def test_folders_many_files_and_links_are_refused(qtbot, form, well, tmp_path):
    drop(well, tmp_path)
    qtbot.waitUntil(lambda: "is a folder" in form.error("image"))
    drop(well, *[tmp_path / f"{number}.png" for number in range(500)])
    assert form.error("image").startswith("500 files were dropped, and there is room for one")
    far = QMimeData()
    far.setUrls([QUrl("https://example.org/cat.png")])
    drop(well, mime=far)
    assert "on this computer" in form.error("image")
    words = QMimeData()
    words.setText("a red cat")
    drop(well, mime=words)
    assert "no picture on the clipboard" in form.error("image")
    assert form.problem()[0] == "image"


def test_paste_pixels_by_keyboard_and_delete_them(qtbot, form, well):
    image = QImage(20, 10, QImage.Format.Format_RGB32)
    image.fill(QColor("green"))
    QGuiApplication.clipboard().setImage(image)
    well.setFocus()
    qtbot.keyClick(well, Qt.Key.Key_V, Qt.KeyboardModifier.ControlModifier)
    qtbot.waitUntil(lambda: isinstance(well.value(), str))
    kept = open_image(well.value()).image
    assert kept.size == (20, 10)
    assert kept.getpixel((3, 3))[:3] == (0, 128, 0)
    qtbot.keyClick(well, Qt.Key.Key_Delete)
    assert "image" not in form.values()


def test_current_picture_and_library(qtbot, form, well, host, picture):
    current, library = (well.tools.itemAt(place).widget() for place in (2, 1))
    qtbot.mouseClick(current, Qt.MouseButton.LeftButton)
    assert "no picture on the canvas" in form.error("image")
    host.current = str(picture)
    qtbot.mouseClick(current, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: has(well, picture))
    form.set_values({})
    host.picked = str(picture)
    qtbot.mouseClick(library, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: has(well, picture))


def test_a_remembered_picture_that_is_gone_is_told_and_keeps_it_from_being_sent(qtbot, form, well, tmp_path):
    form.set_values({"image": str(tmp_path / "gone.png")})
    assert form.problem() == ("image", "The picture for “Image” is still being opened; wait a moment.")
    settled(qtbot, well)
    assert "does not exist (any more)" in form.error("image")
    assert form.problem()[0] == "image"
    assert form.values()["image"].endswith("gone.png")


def test_a_file_of_the_library_is_named_by_its_id(qtbot, form, well, host, picture, tmp_path):
    """As the strip drags it, so that the result knows its parent."""
    id, other = "01k7q5e7138ze506x3a1a508zz", "01k7q5e7138ze506x3a1a508yy"
    inside, outside = tmp_path / f"{id}.png", tmp_path / f"{other}.png"
    for path in (inside, outside):
        path.write_bytes(picture.read_bytes())

    def open_ref(ref):
        if ref == other:
            raise UserError("There is no such picture.")
        return inside if ref == id else Path(ref)

    host.open_ref = open_ref
    drop(well, inside)
    qtbot.waitUntil(lambda: well.value() == id)
    assert well.describe()[0] == "From the library"
    drop(well, outside)
    qtbot.waitUntil(lambda: has(well, outside))


def test_of_two_pictures_at_once_the_last_counts(qtbot, form, well, picture, tmp_path):
    second = tmp_path / "second.png"
    Image.new("RGB", (8, 8)).save(second)
    well.use_file(str(picture))
    well.use_file(str(second))
    settled(qtbot, well)
    assert has(well, second)


def test_a_picture_that_is_replaced_after_it_was_picked_stays_as_it_was(qtbot, form, well, picture):
    former = picture.read_bytes()
    drop(well, picture)
    qtbot.waitUntil(lambda: has(well, picture))
    kept = Path(well.value())
    Image.new("RGB", (8, 8), "blue").save(picture)
    assert Path(form.values()["image"]).read_bytes() == former
    drop(well, picture)
    qtbot.waitUntil(lambda: has(well, picture))
    assert Path(well.value()) != kept
    assert well.describe()[0] == "good.png"


def test_a_list_takes_several_files_and_tells_what_has_no_room(qtbot, form, picture, tmp_path):
    several = form.editor("several")
    drop(several, *[picture] * 5)
    assert form.values()["several"] == [str(picture)] * 3
    assert form.error("several") == "There is room for 3 more in “Several”; 2 were left out."
    qtbot.waitUntil(lambda: all(entry.editor.look for entry in several.entries))
    assert not several.add.isEnabled()


def test_use_as_input(qtbot, form, picture):
    assert form.image_fields() == [("image", "Image"), ("other", "Other"), ("several", "Several")]
    for name, _ in form.image_fields():
        form.set_image(name, str(picture))
    assert form.values() == {"image": str(picture), "other": str(picture), "several": [str(picture)]}
    qtbot.waitUntil(lambda: form.problem() is None)


def test_a_picture_that_is_deleted_while_it_stands_in_the_field_is_said_before_the_job(qtbot, form, well, picture):
    drop(well, picture)
    settled(qtbot, well)
    assert form.problem() is None
    Path(well.value()).unlink()
    assert form.problem() == ("image", "The picture for “Image” has been deleted; choose another.")
    drop(well, picture)
    settled(qtbot, well)
    assert form.problem() is None
