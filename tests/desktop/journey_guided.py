"""Pictures that are guided, on a real screen with the real engine and a Stable Diffusion of a test's own, in MODELS.

By two LoRAs, a picture whose layout is kept and a style, and made again from the recipe and by the command line; and a
photo that is edited twice. test_end_to_end.py runs it.
"""

import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from msgspec.structs import replace
from person import Desktop, Keys, desktop, open_desktop
from PySide6.QtGui import QImage, QPainter, QRadialGradient
from PySide6.QtWidgets import QLabel, QPushButton, QToolButton

from studio import settings as settings_file
from studio.desktop.library.recipe_panel import RecipePanel
from studio.jobs import Job, JobState

__all__ = ["desktop", "open_desktop"]  # fixtures
MODELS = "STUDIO_JOURNEY_MODELS"
SIZE = 64


@pytest.fixture(autouse=True)
def models(studio_home: Path) -> None:
    """The folder with the model, the LoRA and the ControlNet has been added."""
    settings_file.save(replace(settings_file.load(), models=(os.environ[MODELS],)))


def finished(desktop: Desktop) -> Job:
    made = desktop.send()
    desktop.wait(lambda: made.state.ended)
    assert made.state is JobState.DONE, made.message
    return made


def recipe_of(desktop: Desktop, job: Job) -> Any:
    library = desktop.session.library
    assert library is not None
    return library.get(job.saved[0].id).recipe


def guide(desktop: Desktop) -> None:
    """A LoRA, a kept layout and a style; and the same picture again."""
    window, stage = desktop.window, desktop.window.viewer
    desktop.choose("Create")
    form: Any = window.task_panel.form
    desktop.reach(form, form.editor("model").combo)
    desktop.pick(form.editor("model").combo, "tiny-sd15")
    form.set_values({**form.values(), "steps": 2, "size": f"{SIZE}x{SIZE}"})
    desktop.write("a house", form.editor("prompt").words)
    first = finished(desktop)
    desktop.wait(lambda: stage.piece and stage.piece.ref == first.saved[0].id)

    # Three clicks guide the next one.
    (keep,) = (each for each in window.findChildren(QToolButton) if each.accessibleName() == "Keep this layout")
    desktop.click(keep)
    loras = form.editor("lora")
    desktop.reach(form, loras.add)
    desktop.click(loras.add)
    for number, name in enumerate(("ink wash", "film")):
        chooser = loras.entries[number].editor.chooser
        desktop.reach(form, chooser.combo)
        desktop.pick(chooser.combo, name)
        if number == 0:
            desktop.reach(form, loras.add)
            desktop.click(loras.add)
    desktop.choose_style("print-woodcut")
    desktop.write("a lighthouse", form.editor("prompt").words)
    job = finished(desktop)

    # Its recipe tells all of it, and the files' hashes.
    made = recipe_of(desktop, job)
    (lora, film), (control,) = made.params["lora"], made.params["control"]
    assert (lora["adapter"], lora["weight"], len(lora["sha256"])) == ("ink-wash", 1.0, 64)
    assert (film["adapter"], film["sha256"] == lora["sha256"]) == ("film", False)
    assert (control["image"], control["hint"], len(control["sha256"])) == (first.saved[0].id, "canny", 64)
    assert (made.params["prompt"], made.params["style"]) == ("a lighthouse", ["print-woodcut"])
    assert made.read["prompt"].startswith("woodcut of a lighthouse")
    panel = desktop.feature(RecipePanel)
    (side,) = (each for each in window.findChildren(QToolButton) if each.accessibleName() == "Recipe")
    desktop.click(side)
    desktop.wait(panel.isVisible)
    desktop.wait(lambda: panel.record and panel.record.id == job.saved[0].id)
    told = [label.text() for label in panel.findChildren(QLabel)]
    for part in ("a lighthouse", made.read["prompt"], "Woodcut", "ink-wash × 1", "film × 1", "canny"):
        assert any(part in text for text in told), told

    # From the recipe, after the form has forgotten everything.
    form.set_values({})
    (again,) = (each for each in panel.findChildren(QPushButton) if each.text() == "Use these settings")
    desktop.wait(again.isVisible)
    desktop.click(again)
    desktop.wait(lambda: form.values()["style"] == ["print-woodcut"] and form.problem() is None)
    picture = QImage(job.saved[0].path)
    assert QImage(finished(desktop).saved[0].path) == picture
    assert QImage(first.saved[0].path) != picture

    # And by the command line.
    line = [
        "run", "text-to-image", "--json", "--model", made.params["model"], "--prompt", "a lighthouse", "--style",
        "woodcut", "--lora", "ink-wash", "--lora", "film", "--control",
        f"{control['control']}={control['image']},hint=canny", "--steps", "2", "--size", f"{SIZE}x{SIZE}",
        "--seed", str(made.seed),
    ]  # fmt: skip
    run = subprocess.run([sys.executable, "-m", "studio", *line], capture_output=True, text=True)
    assert run.returncode == 0, run.stderr
    assert QImage(json.loads(run.stdout)["images"][0]["path"]) == picture


def photo(file: Path) -> QImage:
    image = QImage(96, SIZE, QImage.Format.Format_RGB32)
    light = QRadialGradient(30, 20, 90)
    light.setColorAt(0, "#e0c080")
    light.setColorAt(1, "#203050")
    painter = QPainter(image)
    painter.fillRect(image.rect(), light)
    painter.end()
    assert image.save(str(file))
    return image


def edit(desktop: Desktop, words: str, *points: tuple[int, int]) -> QImage:
    """What is marked is made anew and accepted; the document then."""
    stage, document = desktop.window.viewer, desktop.session.document
    count = len(document.layers)
    form: Any = desktop.window.task_panel.form
    if stage.masks.chosen != "brush":
        stage.canvas.setFocus()
        desktop.key(Keys.Key_B)
    stage.masks.size_slider.setValue(20)
    desktop.stroke(*points)
    desktop.write(words, form.editor("prompt").words)
    finished(desktop)
    desktop.wait(lambda: stage.candidate and stage.candidate.shown)
    (accept,) = (each for each in stage.findChildren(QToolButton) if each.text() == "Accept" and each.isVisible())
    desktop.click(accept)
    desktop.wait(lambda: stage.candidate is None and len(document.layers) == count + 1)
    return document.scene.flattened()


def test_a_picture_is_guided_and_a_photo_is_edited_twice_over_a_restart(
    desktop: Desktop, open_desktop: Callable[..., Desktop], tmp_path: Path
) -> None:
    guide(desktop)
    original = photo(tmp_path / "photo.png")
    desktop.choose("Edit")
    desktop.drop(tmp_path / "photo.png")
    desktop.wait(lambda: desktop.session.document.bounds.width() == 96)
    form: Any = desktop.window.task_panel.form
    desktop.reach(form, form.editor("model").combo)
    desktop.pick(form.editor("model").combo, "tiny-sd15")
    form.set_values({**form.values(), "steps": 2})
    once = edit(desktop, "a lamp", (20, 20), (26, 20))
    desktop.studio.close()

    again = open_desktop()
    document = again.session.document
    again.wait(lambda: len(document.layers) == 2)
    assert document.scene.flattened() == once
    assert again.window.task_panel.task is not None
    assert again.window.task_panel.task.title == "Edit"
    twice = edit(again, "a cup", (72, 44), (78, 44))
    changed = {"once": (23, 20), "twice": (75, 44), "never": (48, 4)}
    colors = {name: [image.pixelColor(*at) for image in (original, once, twice)] for name, at in changed.items()}
    assert colors["never"][0] == colors["never"][1] == colors["never"][2]
    assert colors["once"][0] != colors["once"][1] == colors["once"][2]
    assert colors["twice"][0] == colors["twice"][1] != colors["twice"][2]
