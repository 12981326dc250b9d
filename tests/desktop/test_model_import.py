"""Models that are added from the window: stored, looked for, and told."""

from pathlib import Path

import pytest
from PySide6.QtWidgets import QFileDialog, QPushButton
from rig import MODEL, Rig

from studio import messages
from studio import settings as settings_file
from studio.descriptions import ModelInfo
from studio.desktop.models.model_import import ModelImport
from studio.desktop.models.models_dialog import ModelsFeature


def add(rig: Rig, place: Path) -> None:
    rig.feature(ModelImport).add(place)
    rig.wait(lambda: messages.Refresh() in rig.client.sent)


def found(place: Path, **about: object) -> ModelInfo:
    return ModelInfo("mine", "Mine", "sd15", str(place / "mine"), ["text-to-image"], **about)


def test_a_folder_is_stored_looked_through_and_told(rig: Rig, tmp_path: Path) -> None:
    add(rig, tmp_path)
    assert settings_file.load().models == (str(tmp_path),)
    assert "Looking for models" in rig.window.notices.text("models")
    rig.client.emit(messages.Models([MODEL]))  # an answer to an earlier question
    assert "Looking for models" in rig.window.notices.text("models")
    rig.client.emit(messages.Models([MODEL, found(tmp_path)]))
    rig.wait(lambda: "Added" in rig.window.notices.text("models"))
    assert "Added: Mine." in rig.window.notices.text("models")
    rig.window.preferred.emit({"theme": "dark", "language": "en"})
    assert settings_file.load().models == (str(tmp_path),)  # another setting does not undo it


def test_of_a_folder_of_many_files_what_cannot_be_used_is_counted_and_one_click_away(rig: Rig, tmp_path: Path) -> None:
    add(rig, tmp_path)
    about = {"kind": "lora", "problem": "It is a LoRA."}
    loras = [ModelInfo(f"l{n}", "L", "", str(tmp_path / f"l{n}"), **about) for n in range(3)]
    rig.client.emit(messages.Models([MODEL, found(tmp_path)], loras))
    rig.wait(lambda: "Added" in rig.window.notices.text("models"))
    assert rig.window.notices.text("models").endswith("3 others cannot be used on their own.")
    rig.window.action_table.run("models")
    dialog = rig.feature(ModelsFeature).dialog
    assert dialog is not None
    assert dialog.installed.models.items.rowCount() == 6, "three files, two models, and the name of their kind"
    dialog.close()


def test_a_folder_without_a_model_says_why(rig: Rig, tmp_path: Path) -> None:
    add(rig, tmp_path)
    rig.client.emit(messages.Models([MODEL, found(tmp_path, problem="There is no model in it.")]))
    rig.wait(lambda: rig.window.notices.text("models") == "Not added: There is no model in it.")
    rig.wait(lambda: rig.client.sent.count(messages.Refresh()) == 2)
    assert settings_file.load().models == ()  # or it would be told again at every start
    rig.client.emit(messages.Models([MODEL]))
    rig.wait(lambda: rig.window.notices.keys() == ["models"])


def test_what_only_serves_others_is_added_and_no_trouble(rig: Rig, tmp_path: Path) -> None:
    add(rig, tmp_path)
    rig.client.emit(messages.Models([MODEL, found(tmp_path, problem="It is no model.", role="hed")]))
    rig.wait(lambda: "Added: Mine." in rig.window.notices.text("models"))
    assert settings_file.load().models == (str(tmp_path),)
    assert rig.window.notices.keys() == ["models"], "nobody is warned of it"


def test_a_model_that_broke_later_can_be_taken_off_the_list(rig: Rig, tmp_path: Path) -> None:
    rig.session.settings = settings_file.add_model(tmp_path / "mine")
    rig.client.emit(messages.Models([MODEL, found(tmp_path, problem="It is damaged.")]))
    rig.wait(lambda: rig.window.notices.text("model mine"))
    next(
        button for button in rig.window.notices.findChildren(QPushButton) if button.text() == "Remove from the list"
    ).click()
    rig.wait(lambda: messages.Refresh() in rig.client.sent)
    assert settings_file.load().models == ()


def test_the_same_place_twice_is_one_sentence(rig: Rig, tmp_path: Path) -> None:
    add(rig, tmp_path)
    rig.feature(ModelImport).add(tmp_path)
    rig.wait(lambda: "in the catalogue already" in rig.window.notices.text("models"))
    assert settings_file.load().models == (str(tmp_path),)


@pytest.mark.parametrize("ask", ["ask_folder", "ask_file"])
def test_the_dialogs_hand_on_what_was_chosen(rig: Rig, tmp_path: Path, ask: str) -> None:
    getattr(rig.feature(ModelImport), ask)()
    (dialog,) = rig.window.findChildren(QFileDialog)
    dialog.fileSelected.emit(str(tmp_path))
    rig.wait(lambda: settings_file.load().models == (str(tmp_path),))
    dialog.close()


def test_a_pickle_is_converted_when_the_user_asks_for_it(rig: Rig, tmp_path: Path) -> None:
    """In the real child; what was made takes its place in the catalogue."""
    import torch

    file = tmp_path / "x4.pth"
    torch.save({"params": {"body.0.weight": torch.zeros(2, 2)}}, file)
    add(rig, file)
    refused = ModelInfo("x4", "x4", "", str(file), problem="It is a pickle.")
    rig.client.emit(messages.Models([MODEL, refused]))
    rig.wait(lambda: rig.window.notices.text("models") == "It is a pickle.")
    assert not file.with_suffix(".safetensors").exists()
    (button,) = [each for each in rig.window.notices.findChildren(QPushButton) if each.text() == "Convert"]
    button.click()
    made = "x4.safetensors was made from x4.pth"
    rig.qtbot.waitUntil(lambda: made in rig.window.notices.text("models"), timeout=60_000)
    assert settings_file.load().models == (str(file.with_suffix(".safetensors")),)
    assert file.exists()


def test_a_conversion_can_be_given_up(rig: Rig, tmp_path: Path) -> None:
    file = tmp_path / "x4.pth"
    file.write_bytes(b"\x80\x02")
    rig.feature(ModelImport)._conversion.start(file)
    (button,) = [each for each in rig.window.notices.findChildren(QPushButton) if each.text() == "Cancel"]
    button.click()
    rig.wait(lambda: sorted(each.name for each in tmp_path.iterdir()) == ["studio-home", "x4.pth"])
    assert rig.window.notices.text("models") == ""
