"""What is to be known of a picture stands over it, until it is clicked away or another picture is shown."""

import msgspec
from PIL import Image
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from rig import MODEL, Rig

from studio.desktop.features.picture_notes import PictureNotes
from studio.desktop.models.models_dialog import ModelsDialog
from studio.library import Recipe
from studio.messages import Models


def save(rig: Rig, notes: list[str]) -> object:
    assert rig.library is not None
    image = Image.new("RGB", (64, 48), "red")
    return rig.library.save(image, Recipe("text-to-image", {"prompt": "a qwerty cat"}, 7, 0, "starter", notes=notes))


def test_notes_of_a_picture_stand_over_it_as_plain_text(rig: Rig) -> None:
    card = rig.feature(PictureNotes).card
    told = save(rig, ["This model does not know “<b>qwerty</b>”.", "Read as “a cat”."])
    plain = save(rig, [])
    rig.window.filmstrip.chosen.emit(told)
    rig.wait(card.isVisible)
    assert card.label.text() == "This model does not know “<b>qwerty</b>”.\nRead as “a cat”."
    assert card.label.textFormat() is Qt.TextFormat.PlainText
    view = rig.window.viewer.view
    assert card.parentWidget() is view
    assert view is not None
    assert view.rect().contains(card.geometry())
    assert card.models.isHidden()  # nothing says that its model knows only some things
    view.resize(300, 200)
    rig.wait(lambda: view.rect().contains(card.geometry()))
    QTest.mouseClick(card, Qt.MouseButton.LeftButton)
    assert not card.isVisible()
    rig.window.filmstrip.chosen.emit(told)
    rig.wait(card.isVisible)
    rig.window.filmstrip.chosen.emit(plain)
    rig.wait(lambda: not card.isVisible())


def test_what_a_small_model_does_not_know_leads_to_other_models(rig: Rig) -> None:
    knows = msgspec.structs.replace(MODEL, defaults={"vocabulary": {"objects": {}}})
    rig.client.emit(Models([knows]))
    card = rig.feature(PictureNotes).card
    rig.window.filmstrip.chosen.emit(save(rig, ["This model does not know “qwerty”."]))
    rig.wait(card.isVisible)
    card.models.click()
    rig.wait(lambda: rig.window.findChildren(ModelsDialog))
    rig.window.findChildren(ModelsDialog)[0].close()
