"""The window as people use it, with an engine that the test plays."""

from pathlib import Path

import pytest
from PIL import Image
from PySide6.QtCore import QMimeData, QPoint, QPointF, Qt, QUrl
from PySide6.QtGui import QDropEvent, QGuiApplication, QImage
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton, QApplication, QLabel, QToolButton, QWidget
from pytestqt.qtbot import QtBot
from rig import READY, THIRD, Rig, add

from studio import descriptions, messages
from studio import settings as settings_file
from studio.desktop import app
from studio.desktop.canvas.document import PictureSource
from studio.desktop.features.picture_input import PictureInput
from studio.desktop.features.queue_panel import QueuePanel
from studio.desktop.features.recipe import RecipeFeature
from studio.desktop.library.exporter import Exporter
from studio.desktop.library.importer import Importer
from studio.desktop.library.recipe_panel import RecipePanel
from studio.jobs import JobState
from studio.library import Recipe, embedded_recipe
from studio.library.recipe import Embedded
from studio.messages import Failed, Note, Progress, Started, Submit
from studio.testing import ScriptedClient


def preview(color: str = "red") -> bytes:
    import io

    file = io.BytesIO()
    Image.new("RGB", (16, 16), color).save(file, "JPEG")
    return file.getvalue()


def test_a_picture_forms_and_is_there_when_the_job_ends(rig: Rig) -> None:
    window = rig.window
    rig.fill(prompt="a red mushroom")
    QTest.keyClick(window, Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
    (order,) = [sent for sent in rig.client.sent if isinstance(sent, Submit)]
    assert order.task == "text-to-image"
    assert order.params["prompt"] == "a red mushroom"
    rig.client.emit(Started(order.job, {}))
    rig.client.emit(Progress(order.job, 3, 10, "decoder", 7.0, preview()))
    rig.wait(lambda: window.viewer.view is not None and window.viewer.view.forming)
    rig.wait(lambda: "30%" in texts(window.viewer))
    assert "about 7 s left" in texts(window.viewer)
    record = rig.save(order.job)
    rig.client.emit(messages.Finished(order.job, 2.0))
    rig.wait(lambda: window.viewer.piece)
    assert window.viewer.piece == PictureSource(record.id, record.path)
    recipe = rig.feature(RecipePanel)
    rig.wait(lambda: recipe.record is not None and recipe.record.id == record.id)
    rig.wait(lambda: window.filmstrip.list.selected() is not None)
    assert rig.session.pictures.rowCount() == 1


def test_escape_cancels_the_running_job_and_what_was_on_the_stage_comes_back(rig: Rig) -> None:
    (record,) = rig.make()
    rig.wait(lambda: rig.window.viewer.piece)
    rig.window.forms.generate()
    job = rig.client.pending()[0]
    rig.client.emit(Started(job, {}))
    rig.wait(lambda: rig.window.viewer.piece is None)
    QTest.qWait(300)  # an Esc right at the change of jobs was meant for the job before
    QTest.keyClick(rig.window, Qt.Key.Key_Escape)
    rig.wait(lambda: not rig.session.jobs.pending)
    rig.wait(lambda: rig.window.viewer.piece)
    assert rig.window.viewer.piece == PictureSource(record.id, record.path)


def test_several_results_stand_side_by_side(rig: Rig) -> None:
    records = rig.make(3)
    rig.wait(lambda: len([one for one in rig.window.viewer.candidates if one.piece]) == 3)
    rig.wait(lambda: "1 / 3" in texts(rig.window.viewer))
    rig.window.viewer.step(1)
    assert rig.window.viewer.piece == PictureSource(records[1].id, records[1].path)


def test_the_buttons_lie_over_none_of_several_results(rig: Rig) -> None:
    rig.make(4)
    viewer = rig.window.viewer
    rig.wait(lambda: viewer.choices.isVisible() and len(viewer.grid.views) == 4)
    rig.qtbot.wait(50)
    for view in viewer.grid.views:
        assert not view.rect().translated(view.mapTo(viewer, QPoint())).intersects(viewer.choices.geometry())


def test_a_running_job_does_not_tear_people_away_from_what_they_look_at(rig: Rig) -> None:
    (record,) = rig.make()
    rig.window.forms.generate()
    job = rig.client.pending()[0]
    rig.client.emit(Started(job, {}))
    rig.wait(lambda: rig.window.viewer.piece is None)
    rig.wait(lambda: rig.session.pictures.rowCount() == 1)
    rig.window.filmstrip.chosen.emit(record)
    rig.wait(lambda: rig.window.viewer.piece)
    rig.client.emit(Progress(job, 5, 10, "decoder", 1.0, preview()))
    rig.save(job)
    rig.wait(lambda: rig.session.pictures.rowCount() == 2)
    assert rig.window.viewer.piece == PictureSource(record.id, record.path)
    rig.feature(QueuePanel).shown.emit(next(job for job in rig.session.jobs if not job.state.ended))
    rig.wait(lambda: rig.window.viewer.piece and rig.window.viewer.piece.ref != record.id)


def test_an_error_stands_at_its_field(rig: Rig) -> None:
    rig.fill(prompt="")
    rig.window.forms.generate()
    assert not rig.client.pending()
    rig.fill(prompt="a cat")
    rig.window.forms.generate()
    job = rig.client.pending()[0]
    rig.client.emit(Started(job, {}))
    rig.client.emit(Failed(job, "The prompt is odd; write another.", field="prompt", user=True))
    rig.wait(lambda: rig.window.notices.text("field") == "The prompt is odd; write another.")
    assert rig.window.task_panel.form.error("prompt") == "The prompt is odd; write another."  # type: ignore[union-attr]
    assert rig.window.notices.keys() == ["field"]  # in one place
    rig.fill(prompt="a dog")
    assert not rig.window.notices.keys()


def test_a_bug_is_a_line_with_details(rig: Rig) -> None:
    rig.fill(prompt="a cat")
    rig.window.forms.generate()
    job = rig.client.pending()[0]
    rig.client.emit(Failed(job, "The task failed.", details="Traceback: <b>boom</b>"))
    rig.wait(lambda: rig.window.notices.text("job"))
    press(rig.window.notices, "Details")
    assert "Traceback: <b>boom</b>" in texts(rig.window.notices)


def test_an_exception_in_the_window_is_a_line_too(rig: Rig, capsys: pytest.CaptureFixture[str]) -> None:
    import sys

    try:
        raise ZeroDivisionError("by zero")
    except ZeroDivisionError as error:
        sys.excepthook(type(error), error, error.__traceback__)
    assert "ZeroDivisionError: by zero" in rig.window.notices.text("bug")
    assert "Traceback" in capsys.readouterr().err


def test_the_death_of_the_engine_is_a_line_and_the_queue_is_kept(rig: Rig) -> None:
    for prompt in ("one", "two"):
        rig.fill(prompt=prompt)
        rig.window.forms.generate()
    rig.client.emit(Started(rig.client.pending()[0], {}))
    rig.client.die("it was killed (SIGKILL)")
    rig.wait(lambda: rig.window.notices.text("engine"))
    first, second = rig.session.jobs
    assert first.state is JobState.INTERRUPTED
    assert second.state is JobState.WAITING
    rig.wait(lambda: rig.session.ready)  # the next one
    press(rig.window.notices, "Run again")

    def sent() -> list[str]:
        return [order.params["prompt"] for order in rig.client.sent if isinstance(order, Submit)]

    # the second had not begun, and comes before the repetition
    rig.wait(lambda: sent() == ["one", "two", "two", "one"])


def test_the_third_death_names_the_suspect(rig: Rig) -> None:
    event = messages.Ended("It stopped several times; 'posterize' was at work.", -9, True, "posterize", True)
    rig.client.emit(event)
    rig.wait(lambda: "'posterize'" in rig.window.notices.text("engine"))


def test_an_engine_that_gave_up_can_be_started_again(rig: Rig) -> None:
    rig.client.emit(messages.Ended("The engine cannot be started.", 78, False))
    rig.wait(lambda: rig.window.notices.text("engine"))
    press(rig.window.notices, "Start the engine")
    assert rig.client.restarts == 1


def test_silence_is_a_line_until_the_engine_is_heard_again(rig: Rig) -> None:
    rig.client.emit(messages.Silent(12))
    rig.wait(lambda: "12 seconds" in rig.window.notices.text("silent"))
    rig.client.emit(messages.Silent(0))
    rig.wait(lambda: not rig.window.notices.text("silent"))


def test_an_unsaved_picture_waits_for_a_decision(rig: Rig) -> None:
    rig.fill(prompt="a cat")
    rig.window.forms.generate()
    job = rig.client.pending()[0]
    rig.client.emit(Started(job, {}))
    rig.client.emit(messages.Unsaved(job, 0, "The disk is full; free some space."))
    rig.wait(lambda: rig.window.notices.text("unsaved"))
    press(rig.window.notices, "Save again")
    assert messages.Resave(job) in rig.client.sent


def test_a_note_is_read_in_the_queue(rig: Rig) -> None:
    rig.fill(prompt="a cat")
    rig.window.forms.generate()
    job = rig.client.pending()[0]
    rig.client.emit(Note(job, "The size was rounded."))
    rig.wait(lambda: "The size was rounded." in texts(rig.feature(QueuePanel)))


def test_a_refused_plugin_and_a_broken_model_are_told_with_their_reason(rig: Rig) -> None:
    plugin = descriptions.PluginInfo("odd", "entry point", problem="it cannot be imported", details="ImportError")
    model = descriptions.ModelInfo("m", "Mine", "", "/m", problem="its weights are gone")
    rig.client.emit(messages.Ready(READY.tasks, [plugin], [model], []))
    rig.wait(lambda: "cannot be imported" in rig.window.notices.text("plugin odd"))
    assert "weights are gone" in rig.window.notices.text("model m")
    rig.client.emit(READY)
    rig.client.emit(messages.Models([descriptions.ModelInfo("m", "Mine", "", "/m")]))
    rig.wait(lambda: not rig.window.notices.text("model m"))


def test_a_picture_becomes_the_input_of_another_task(rig: Rig) -> None:
    (record,) = rig.make()
    rig.wait(lambda: rig.window.viewer.piece)
    rig.feature(PictureInput).use(rig.window.viewer.piece, "variation")
    assert rig.window.task_panel.task is not None
    assert rig.window.task_panel.task.id == "variation"
    assert rig.window.task_panel.form is not None
    form = rig.window.task_panel.form
    rig.wait(lambda: form.values().get("image") == record.id)


def test_only_tasks_that_take_a_picture_are_offered_for_it(rig: Rig) -> None:
    assert rig.window.viewer.target_titles() == ["Vary"]


def test_the_same_settings_again(rig: Rig) -> None:
    (record,) = rig.make(prompt="an old owl")
    rig.fill(prompt="something else", seed=-1)
    rig.feature(RecipeFeature).fill_form(record)
    assert rig.window.task_panel.form is not None
    values = rig.window.task_panel.form.values()
    assert (values["prompt"], values["seed"]) == ("an old owl", 7)


def test_control_and_a_number_choose_a_task(rig: Rig) -> None:
    QTest.keyClick(rig.window, Qt.Key.Key_2, Qt.KeyboardModifier.ControlModifier)
    assert rig.window.task_panel.task is not None
    assert rig.window.task_panel.task.id == "variation"
    QTest.keyClick(rig.window, Qt.Key.Key_3, Qt.KeyboardModifier.ControlModifier)
    assert rig.window.task_panel.task.id == THIRD.id


def test_names_from_third_parties_are_plain_text(rig: Rig) -> None:
    rig.window.forms.choose(THIRD.id)
    labels = [label for label in rig.window.findChildren(QLabel) if "osterize" in label.text()]
    assert labels
    assert all(label.textFormat() == Qt.TextFormat.PlainText for label in labels)
    tips = [button.toolTip() for button in rig.window.bar.findChildren(QToolButton) if "third" in button.toolTip()]
    assert tips
    assert not any("<i>" in tip for tip in tips)


def test_a_form_remembers_across_restarts(rig: Rig, qtbot: QtBot, qapp: QApplication) -> None:
    rig.fill(prompt="remember me", count=4)
    rig.window.forms.choose("variation")
    rig.window.forms.choose("text-to-image")
    rig.studio.close()
    again = Rig(qtbot, qapp)
    assert again.window.task_panel.task is not None
    assert again.window.task_panel.task.id == "text-to-image"
    assert again.window.task_panel.form is not None
    assert again.window.task_panel.form.values()["prompt"] == "remember me"
    assert again.window.task_panel.form.values()["count"] == 4
    again.studio.close()


# ---- files from outside


def drop(rig: Rig, *files: Path) -> None:
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(file)) for file in files])
    event = QDropEvent(
        QPointF(400, 300),
        Qt.DropAction.CopyAction,
        data,
        Qt.MouseButton.LeftButton,
        Qt.KeyboardModifier.NoModifier,
    )
    rig.window.dropEvent(event)


def test_a_dropped_picture_is_shown_upright_and_can_be_used(rig: Rig, tmp_path: Path) -> None:
    file = tmp_path / "turned.jpg"
    exif = Image.Exif()
    exif[0x0112] = 6
    Image.new("RGB", (64, 32), "green").save(file, exif=exif)
    drop(rig, file)
    rig.wait(lambda: rig.window.viewer.piece)
    assert rig.window.viewer.piece is not None
    assert rig.window.viewer.piece.file == file
    assert rig.window.viewer.view is not None
    picture = rig.window.viewer.view.picture
    assert picture is not None
    assert (picture.width(), picture.height()) == (32, 64)


def test_five_hundred_dropped_files_show_the_first_and_say_so(rig: Rig, tmp_path: Path) -> None:
    file = tmp_path / "one.png"
    Image.new("RGB", (8, 8)).save(file)
    drop(rig, *([file] * 500))
    rig.wait(lambda: rig.window.viewer.piece)
    assert "500 files" in rig.window.notices.text("files")


def test_a_bad_one_among_five_hundred_is_named_and_the_next_is_shown(rig: Rig, tmp_path: Path) -> None:
    files = [tmp_path / f"{number:03}.png" for number in range(500)]
    for file in files[1:]:
        Image.new("RGB", (8, 8)).save(file)
    files[0].write_text("no picture at all")
    drop(rig, *files)
    rig.wait(lambda: rig.window.viewer.piece)
    assert rig.window.viewer.piece is not None
    assert rig.window.viewer.piece.file == files[1]
    told = rig.window.notices.text("files")
    assert "500 files" in told
    assert "Opened the first picture of 500 files: “001.png”" in told
    assert "“000.png” is not a picture" in told


def test_the_recipe_of_the_last_picture_does_not_stay_beside_a_dropped_one(rig: Rig, tmp_path: Path) -> None:
    (record,) = rig.make()
    rig.wait(lambda: rig.feature(RecipePanel).record)
    Image.new("RGB", (8, 8)).save(tmp_path / "mine.png")
    drop(rig, tmp_path / "mine.png")
    rig.wait(lambda: rig.window.viewer.piece.file == tmp_path / "mine.png")
    assert rig.feature(RecipePanel).record is None
    assert rig.window.filmstrip.list.chosen() == []
    rig.window.filmstrip.list.opened.emit(record)
    rig.wait(lambda: rig.feature(RecipePanel).record == record)


def test_a_library_that_can_only_be_read_is_told(qtbot: QtBot, qapp: QApplication, studio_home: Path) -> None:
    studio_home.mkdir()
    (studio_home / "library").write_text("in the folder's place")
    studio = app.Studio(qapp, settings_file.load(), lambda on_event: ScriptedClient(on_event, ready=READY))
    studio.open()
    qtbot.waitUntil(lambda: studio.window is not None and bool(studio.window.notices.text("trouble library_readonly")))
    assert studio.window is not None
    assert "can only be read" in studio.window.notices.text("trouble library_readonly")
    studio.close()


def test_pixels_on_the_clipboard_are_shown_and_can_be_used(rig: Rig) -> None:
    image = QImage(40, 30, QImage.Format.Format_RGB32)
    image.fill(Qt.GlobalColor.darkGreen)
    QGuiApplication.clipboard().setImage(image)
    QTest.keyClick(rig.window, Qt.Key.Key_V, Qt.KeyboardModifier.ControlModifier)
    rig.wait(lambda: rig.window.viewer.piece)
    assert rig.window.viewer.piece is not None
    assert rig.window.viewer.piece.file.parent == rig.session.drafts_dir
    with Image.open(rig.window.viewer.piece.file) as kept:
        assert kept.size == (40, 30)
    QGuiApplication.clipboard().clear()


def test_an_empty_clipboard_says_so(rig: Rig) -> None:
    QGuiApplication.clipboard().setText("no picture")
    rig.feature(Importer).paste()
    assert "no picture in what was pasted" in rig.window.notices.text("files")
    assert rig.window.viewer.piece is None
    QGuiApplication.clipboard().clear()


def test_damaged_settings_are_told_and_kept(
    qtbot: QtBot, qapp: QApplication, studio_home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    studio_home.mkdir()
    (studio_home / "settings.json").write_text('{"theme": 3}')
    settings, kept = app._settings()
    assert kept == studio_home / "settings.damaged.json"
    assert kept.read_text() == '{"theme": 3}'
    assert settings.theme == "auto"
    studio = app.Studio(qapp, settings, lambda on_event: ScriptedClient(on_event, ready=READY), damaged=kept)
    studio.open()
    qtbot.waitUntil(lambda: studio.window is not None)
    assert studio.window is not None
    assert str(kept) in studio.window.notices.text("settings")
    qtbot.waitUntil(lambda: studio.session is not None and studio.session.library is not None)
    studio.close()
    (studio_home / "settings.json").write_text("[")
    assert app._settings()[1] == studio_home / "settings.damaged-2.json"


def truncated(file: Path) -> None:
    whole = file.with_suffix(".whole.png")
    Image.effect_noise((64, 64), 50).save(whole)
    file.write_bytes(whole.read_bytes()[:900])


def huge(file: Path) -> None:
    Image.new("1", (13_000, 13_000)).save(file)


BAD = {
    "text.png": lambda file: file.write_text("no picture at all"),
    "folder.png": lambda file: file.mkdir(),
    "cut.png": truncated,
    "eps.png": lambda file: file.write_text("%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 9 9\n"),
    "huge.png": huge,
    "drawing.svg": lambda file: file.write_text('<svg xmlns="http://www.w3.org/2000/svg"/>'),
    "empty.png": lambda file: file.write_bytes(b""),
}


@pytest.mark.parametrize("name", BAD)
def test_what_is_no_picture_is_refused_in_one_line(rig: Rig, tmp_path: Path, name: str) -> None:
    file = tmp_path / name
    BAD[name](file)
    drop(rig, file)
    rig.wait(lambda: rig.window.notices.text("picture"))
    assert name in rig.window.notices.text("picture")
    assert rig.window.viewer.piece is None


# ---- out


def test_copy_puts_picture_and_file_on_the_clipboard(rig: Rig) -> None:
    (record,) = rig.make()
    rig.wait(lambda: rig.window.viewer.piece)
    QTest.keyClick(rig.window, Qt.Key.Key_C, Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.ShiftModifier)
    data = QGuiApplication.clipboard().mimeData()
    assert data.hasImage()
    assert data.urls() == [QUrl.fromLocalFile(str(record.path))]
    QGuiApplication.clipboard().clear()


def test_save_as_keeps_the_recipe_or_says_what_is_wrong(rig: Rig, tmp_path: Path) -> None:
    (record,) = rig.make()
    rig.wait(lambda: rig.window.viewer.piece)
    piece = rig.window.viewer.piece
    assert piece is not None
    rig.feature(Exporter).files.save(piece, tmp_path / "mine.png")
    rig.wait(lambda: "mine.png" in rig.window.notices.text("out"))
    assert (tmp_path / "mine.png").read_bytes() == record.path.read_bytes()
    rig.feature(Exporter).files.save(piece, tmp_path / "mine.gif")
    rig.wait(lambda: "not saved" in rig.window.notices.text("out"))


@pytest.mark.parametrize("name", ["mine.jpg", "mine.webp"])
def test_a_copy_brings_its_recipe_back(rig: Rig, tmp_path: Path, name: str) -> None:
    rig.make(prompt="a purple cat")
    rig.wait(lambda: rig.window.viewer.piece)
    rig.feature(Exporter).files.save(rig.window.viewer.piece, tmp_path / name)
    rig.wait(lambda: name in rig.window.notices.text("out"))
    rig.fill(prompt="something else")
    drop(rig, tmp_path / name)
    rig.wait(lambda: rig.feature(RecipePanel).record and rig.feature(RecipePanel).record.path == tmp_path / name)
    assert "a purple cat" in texts(rig.feature(RecipePanel))
    press(rig.feature(RecipePanel), "Use these settings")
    assert rig.window.task_panel.form is not None
    assert rig.window.task_panel.form.values()["prompt"] == "a purple cat"
    rig.feature(Exporter).files.save(rig.window.viewer.piece, tmp_path / f"bare-{name}", with_recipe=False)
    rig.wait(lambda: (tmp_path / f"bare-{name}").is_file())
    assert embedded_recipe.read(tmp_path / f"bare-{name}") is None


def test_settings_of_a_stranger_that_fit_no_field_harm_nobody(rig: Rig, tmp_path: Path) -> None:
    odd = {"prompt": ["no", {"text": 1}], "count": "many", "seed": 1e300, "unknown": None}
    options, _ = embedded_recipe.options(Embedded("0" * 26, "yesterday", Recipe("text-to-image", odd, 7)), "JPEG")
    Image.new("RGB", (8, 8)).save(tmp_path / "odd.jpg", **options)
    drop(rig, tmp_path / "odd.jpg")
    rig.wait(lambda: rig.feature(RecipePanel).record)
    press(rig.feature(RecipePanel), "Use these settings")
    rig.window.forms.generate()
    assert rig.client.pending() == []


def test_a_form_gets_a_picture_from_the_strip(rig: Rig) -> None:
    assert rig.library is not None
    record = add(rig.library)
    rig.session.pictures.refresh()
    rig.wait(lambda: rig.session.pictures.rowCount() == 1)
    picked: list[str] = []
    rig.window.form_host.pick_from_library(picked.append)
    rig.window.filmstrip.list.setCurrentIndex(rig.session.pictures.index(0))
    QTest.keyClick(rig.window.filmstrip.list, Qt.Key.Key_Return)
    assert picked == [record.id]
    assert not rig.window.notices.text("pick")


def test_escape_ends_the_choice_of_a_picture_and_not_the_job(rig: Rig) -> None:
    rig.fill(prompt="a cat")
    rig.window.forms.generate()
    rig.window.form_host.pick_from_library(lambda id: pytest.fail("nothing was chosen"))
    QTest.keyClick(rig.window, Qt.Key.Key_Escape)
    assert not rig.window.notices.text("pick")
    assert rig.client.pending()


def test_a_second_window_on_the_same_library_sees_what_the_first_makes(
    rig: Rig, qtbot: QtBot, qapp: QApplication
) -> None:
    other = Rig(qtbot, qapp)
    (record,) = rig.make()
    other.session.pictures.refresh()
    other.wait(lambda: other.session.pictures.row(record.id) == 0)
    other.make(prompt="from the second")
    rig.session.pictures.refresh()
    rig.wait(lambda: rig.session.pictures.rowCount() == 2)
    other.studio.close()


def test_another_language_makes_another_window_with_the_same_jobs(rig: Rig) -> None:
    rig.fill(prompt="stay")
    rig.window.forms.generate()
    old = rig.window
    old.preferred.emit({"theme": "dark", "language": "zh"})
    rig.wait(lambda: rig.studio.window is not old)
    new = rig.studio.window
    assert new is not None
    assert new.task_panel.form is not None
    assert new.task_panel.form.values()["prompt"] == "stay"
    assert "队列" in [new.side.title(number) for number in range(new.side.count())]
    new.preferred.emit({"theme": "light", "language": "en"})
    rig.wait(lambda: rig.studio.window is not new)


def texts(widget: QWidget) -> str:
    """All that is written in it."""
    return "\n".join(label.text() for label in widget.findChildren(QLabel))


def press(widget: QWidget, text: str) -> None:
    (button,) = [button for button in widget.findChildren(QAbstractButton) if button.text() == text]
    QTest.mouseClick(button, Qt.MouseButton.LeftButton)
