"""Styles in the window: chosen in the gallery, shown in the form, kept and imported; and what the words become."""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from form_host import PlainDesk, make_form
from PySide6.QtCore import QModelIndex, Qt
from PySide6.QtWidgets import QScrollArea, QWidget
from pytestqt.qtbot import QtBot
from rig import CREATE, MODEL, Rig

from studio import api, messages, resource
from studio.descriptions import TaskInfo
from studio.desktop.features.styles import card
from studio.desktop.features.styles.feature import StylesFeature
from studio.desktop.features.styles.gallery import StyleGallery
from studio.desktop.forms.style_field import StylesEditor
from studio.messages import Planned
from studio.prompts.style import Style
from studio.prompts.style_book import StyleBook
from studio.text import Text


class Params(api.Params):
    prompt: api.Prompt = api.Field(role=api.Role.PROMPT)
    without: api.Prompt = api.Field("", role=api.Role.NEGATIVE)
    look: api.Styles = api.Field([], title="Styles")
    guidance_scale: float = 1.0
    model: api.ModelRef = api.ModelField("text-to-image")


STYLED = TaskInfo("styled", "Styled", Params.model_json_schema(), builtin=True)


@pytest.fixture
def gallery(rig: Rig) -> Iterator[StyleGallery]:
    rig.client.emit(messages.Ready([CREATE, STYLED], [], [MODEL], []))
    rig.wait(lambda: rig.window.forms.form_of("styled"))
    rig.window.forms.choose("styled")
    rig.window.action_table.run("styles")
    gallery = rig.feature(StylesFeature).gallery
    assert gallery is not None
    yield gallery
    gallery.close()


def row(gallery: StyleGallery, id: str) -> QModelIndex:
    rows = [gallery.items.index(at, 0) for at in range(gallery.items.rowCount())]
    return next(each for each in rows if each.data(card.ID) == id)


def click(rig: Rig, gallery: StyleGallery, id: str) -> None:
    index = row(gallery, id)
    gallery.list.scrollTo(index)
    where = gallery.list.visualRect(index).center()
    rig.qtbot.mouseClick(gallery.list.viewport(), Qt.MouseButton.LeftButton, pos=where)


def chosen(rig: Rig) -> list[str]:
    form = rig.window.forms.form
    assert form is not None
    return list(form.values()["look"])


def test_a_click_chooses_and_another_one_takes_it_back(rig: Rig, gallery: StyleGallery) -> None:
    assert gallery.items.rowCount() > 80
    click(rig, gallery, "print-woodcut")
    click(rig, gallery, "paint-watercolor")
    assert chosen(rig) == ["print-woodcut", "paint-watercolor"]
    assert row(gallery, "paint-watercolor").data(card.PLACE) == 2
    assert "watercolor of {prompt}" in gallery.about.text()
    assert "Negative prompt: photograph" in gallery.about.text()
    form = rig.window.forms.form
    assert form is not None
    editor = form.editor("look")
    assert [chip.text() for chip in editor.chips] == ["Woodcut", "Watercolour"]
    if where := os.environ.get("STUDIO_SHOTS"):
        form.set_values({**form.values(), "prompt": "a lighthouse on a cliff"})
        rig.qtbot.wait(300)
        gallery.grab().save(f"{where}/gallery.png")
        rig.studio.shell.resize(1280, 800)
        rig.qtbot.wait(300)
        rig.studio.shell.grab().save(f"{where}/window.png")
    click(rig, gallery, "print-woodcut")
    assert chosen(rig) == ["paint-watercolor"]
    assert row(gallery, "print-woodcut").data(card.PLACE) == 0
    editor.chips[0].click()
    assert chosen(rig) == []
    assert row(gallery, "paint-watercolor").data(card.PLACE) == 0


def test_every_style_that_looks_like_something_has_a_picture_of_its_own() -> None:
    styles = StyleBook(None).styles
    files = {file.stem: file.read_bytes() for file in (resource.folder() / "styles").glob("*.webp")}
    assert {style.id for style in styles if style.category not in ("negative", "completed")} == set(files)
    assert len(set(files.values())) == len(files)
    table = (Path(__file__).parents[2] / "scripts/style_cards.txt").read_text().splitlines()
    drawn = {line.split()[0] for line in table if not line.startswith("#")}
    assert drawn == {style.id for style in styles if style.id in files and not style.word}


def test_words_and_categories_narrow_them_and_keys_choose(rig: Rig, gallery: StyleGallery) -> None:
    gallery.search.setText("水墨")
    assert [gallery.items.index(at, 0).data() for at in range(gallery.items.rowCount())] == ["Ink wash"]
    gallery.search.setText("")
    gallery.category.setCurrentIndex(gallery.category.findData("print"))
    assert gallery.items.rowCount() == 8
    gallery.list.setCurrentIndex(row(gallery, "print-linocut"))
    rig.qtbot.keyClick(gallery.list, Qt.Key.Key_Return)
    assert chosen(rig) == ["print-linocut"]


def test_what_goes_well_with_a_style_is_offered_for_the_family(rig: Rig, gallery: StyleGallery, tmp_path: Path) -> None:
    feature = rig.feature(StylesFeature)
    values = {"guidance_scale": 6.0, "nowhere": 1}
    feature.keep(Style("house", {"en": "House"}, "own", "{prompt}, ours", suggests={"kandinsky22": values}))
    gallery.list.setCurrentIndex(row(gallery, "house"))
    form = rig.window.forms.form
    assert form is not None
    form.models_changed()
    feature._mark()
    if form.model is None:  # the engine of tests has no such model for this task
        gallery.mark([], "kandinsky22")
    assert gallery.suggested.isVisible()
    gallery.suggested.click()
    assert form.values()["guidance_scale"] == 6.0
    assert gallery.remove.isVisible()
    gallery.remove.click()
    assert all(gallery.items.index(at, 0).data(card.ID) != "house" for at in range(gallery.items.rowCount()))


def test_what_stands_in_the_form_becomes_a_style(
    rig: Rig, gallery: StyleGallery, studio_home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    form = rig.window.forms.form
    assert form is not None
    gallery.keep.click()
    form.set_values({"prompt": "in our house colours", "without": "grey"})
    monkeypatch.setattr("PySide6.QtWidgets.QInputDialog.getText", lambda *_: (" Our  house ", True))
    gallery.keep.click()
    assert row(gallery, "our-house").data() == "Our house"
    kept = (studio_home / "styles/own.json").read_text("utf-8")
    assert "{prompt}, in our house colours" in kept
    assert gallery.list.currentIndex().data() == "Our house"
    assert gallery.told.text() == "Saved the style “Our house”."
    assert gallery.category.findText("My styles") > 0

    # Another one of this name takes its place, and one that was removed goes; each can be taken back.
    form.set_values({"prompt": "in other colours"})
    gallery.keep.click()
    assert "in other colours" in (studio_home / "styles/own.json").read_text("utf-8")
    assert "in place of the one that had this name" in gallery.told.text()
    gallery.undo.click()
    assert kept == (studio_home / "styles/own.json").read_text("utf-8")
    click(rig, gallery, "our-house")
    assert chosen(rig) == ["our-house"]
    gallery.remove.click()
    assert chosen(rig) == []
    assert "Our house" not in (studio_home / "styles/own.json").read_text("utf-8")
    gallery.undo.click()
    assert row(gallery, "our-house").data() == "Our house"


def test_the_picture_that_is_shown_becomes_the_card_of_the_style_made_of_its_words(
    rig: Rig, gallery: StyleGallery, studio_home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    form = rig.window.forms.form
    assert form is not None
    record = rig.save("job", prompt="in our house colours")
    rig.window.filmstrip.chosen.emit(record)
    rig.wait(lambda: rig.window.viewer.piece is not None)
    monkeypatch.setattr("PySide6.QtWidgets.QInputDialog.getText", lambda *_: ("House", True))
    place = studio_home / "styles/house.webp"
    form.set_values({"prompt": "in our house colours"})
    gallery.keep.click()
    rig.wait(lambda: place.exists() and gallery._cards._thumbnail("house"))
    shown = gallery._cards._thumbnail("house")
    assert shown is not None
    assert (shown.width(), shown.height()) == (2 * (card.WIDTH - 8), 2 * card.PICTURE)
    form.set_values({"prompt": "in other colours"})
    gallery.keep.click()
    rig.wait(lambda: not place.exists())
    rig.wait(lambda: gallery._cards._thumbnail("house") is None)


def test_styles_of_other_programs_are_taken_or_refused_in_a_sentence(
    rig: Rig, gallery: StyleGallery, tmp_path: Path
) -> None:
    table = tmp_path / "mine.csv"
    table.write_text("name,prompt,negative_prompt\nHouse,ours,grey\nNothing,,\n")
    feature = rig.feature(StylesFeature)
    feature.bring(table)
    rig.wait(lambda: gallery.category.findData("mine") > 0)
    assert row(gallery, "house").data() == "House"
    (tmp_path / "bad.csv").write_bytes(b"\xff\xff\xff")
    feature.bring(tmp_path / "bad.csv")
    notices = rig.window.notices
    rig.wait(lambda: any("bad.csv holds no styles" in text for text in texts(notices)))


def texts(widget: object) -> list[str]:
    from PySide6.QtWidgets import QLabel, QWidget

    assert isinstance(widget, QWidget)
    return [label.text() for label in widget.findChildren(QLabel)]


def test_the_line_above_the_button_shows_what_the_words_become(rig: Rig) -> None:
    rig.fill(prompt="a {red|blue} cat")

    def answers(expected: str, **said: object) -> None:
        rig.wait(lambda: [each for each in rig.client.sent if isinstance(each, messages.Plan)])
        plan = [each for each in rig.client.sent if isinstance(each, messages.Plan)][-1]
        rig.client.emit(Planned(plan.request, **said))  # type: ignore[arg-type]
        rig.wait(lambda: rig.window.task_panel.plan.text() == expected)

    answers("For example: a red cat", texts=[{"prompt": "a red cat"}], drawn=True)
    four = [{"prompt": f"a {color} cat"} for color in ("red", "blue", "red", "red")]
    told = Text("{} was translated into English by {}.", Text("Chinese"), "opus")
    answers(f"Read as: a red cat\n{told}", texts=[{"prompt": "a red cat"}], note=told)
    answers("Read as:\na red cat\na blue cat\na red cat\nand 1 more", texts=four)
    answers("There is no list.", problem="There is no list.")
    answers("")


def test_a_field_of_styles_by_itself(qtbot: QtBot, host: PlainDesk) -> None:
    form = make_form(qtbot, host, Params)
    editor = form.editor("look")
    assert isinstance(editor, StylesEditor)
    editor.choose.click()
    assert host.asked_for_styles == "look"
    form.set_values({"look": ["a", "b", "c"]})
    assert [chip.text() for chip in editor.chips] == ["A", "B", "C"]
    editor.chips[1].click()
    assert form.values()["look"] == ["a", "c"]
    form.set_values({"prompt": "a cat", "look": [str(number) for number in range(9)]})
    assert form.problem() == ("look", "“Styles” has 9 entries, and at most 8 are allowed.")


@pytest.mark.parametrize("count", [2, 5, 8])
def test_long_names_of_styles_are_cut_and_widen_no_form(rig: Rig, count: int) -> None:
    rig.studio.shell.resize(1280, 800)
    rig.client.emit(messages.Ready([CREATE, STYLED], [], [MODEL], []))
    rig.wait(lambda: rig.window.forms.form_of("styled"))
    rig.window.forms.choose("styled")
    rig.window.forms.open(True)
    form = rig.window.task_panel.form
    assert form is not None
    form.set_values({"look": [f"{number} WWWWWWWWWWWWWWWWWWWWWWWWWWWWW" for number in range(count)]})
    editor = form.editor("look")
    assert isinstance(editor, StylesEditor)
    rig.wait(lambda: editor.chips[-1].isVisible())
    rig.qtbot.wait(20)
    view: QWidget | None = editor
    while view is not None and not isinstance(view, QScrollArea):
        view = view.parentWidget()
    assert view is not None
    page = view.widget()
    assert page is not None
    assert page.minimumSizeHint().width() <= view.viewport().width()
    lines = {chip.y() for chip in editor.chips}
    assert len(lines) > 1, "as many on a line as there is room for"
    assert max(chip.geometry().bottom() for chip in editor.chips) < editor.choose.y()
    assert editor.choose.geometry().bottom() <= editor.height()
    editor.resize(100, editor.height())
    assert all(chip.geometry().right() <= 100 for chip in editor.chips)
