"""The window of models: what is here, what can be had, what is being fetched; from a hub of the test's own."""

import random
from collections.abc import Iterator
from pathlib import Path

import pytest
import shiboken6
from hub_server import FakeHub, html, running_hub
from msgspec.structs import replace
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot
from rig import MODEL, Rig

from studio import messages, settings
from studio.descriptions import DeviceInfo, ModelInfo, NeededFile
from studio.desktop.models.models_dialog import DOWNLOADS, OFFERS, ModelsDialog, ModelsFeature

FILES = {
    "README.md": b"---\nlicense: mit\n---\n",
    "config.json": b"{}",
    "diffusion_pytorch_model.safetensors": random.Random(1).randbytes(2_000_000),
}


@pytest.fixture
def hub(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[FakeHub]:
    monkeypatch.setenv("HF_HOME", str(tmp_path / "hf"))
    with running_hub() as hub:
        hub.add("maker/tiny", FILES, license="mit")
        monkeypatch.setenv("HF_ENDPOINT", hub.url)
        yield hub


@pytest.fixture
def dialog(hub: FakeHub, rig: Rig) -> Iterator[ModelsDialog]:
    rig.client.emit(messages.Ready([], [], [MODEL], [DeviceInfo("cpu", "CPU", 16 * 10**9, budget_bytes=10**10)]))
    rig.wait(lambda: rig.feature(ModelsFeature)._budget)
    rig.window.action_table.run("get-models")
    dialog = rig.feature(ModelsFeature).dialog
    assert dialog is not None
    rig.wait(lambda: dialog.offers.offers.items.rowCount() > 20)
    yield dialog
    if shiboken6.isValid(dialog):  # another language has made another window
        dialog.close()


def test_choosers_and_the_first_page_lead_there(rig: Rig, hub: FakeHub) -> None:
    feature, welcome = rig.feature(ModelsFeature), rig.window.viewer.welcome
    rig.wait(lambda: welcome.models.isVisible())
    welcome.models.click()
    assert feature.dialog is not None
    assert feature.dialog.pages.currentIndex() == OFFERS
    feature.dialog.close()
    rig.wait(lambda: feature.dialog is None)
    rig.window.form_host.show_models()
    assert feature.dialog is not None
    feature.dialog.close()
    rig.client.emit(messages.Models([MODEL, ModelInfo("two", "Two", "sd15", "/two", ["text-to-image"])]))
    rig.wait(lambda: not welcome.models.isVisible())


def ask(rig: Rig, dialog: ModelsDialog, text: str) -> str:
    """What is told of a model before it is fetched."""
    dialog.offers.offers.search.setText(text)
    dialog.offers.ask.click()
    rig.wait(lambda: dialog.offers.offers.about.text() != dialog.offers.tr("Loading details…"))
    return dialog.offers.offers.about.text()


def test_the_list_is_searched_and_says_what_would_run_here(rig: Rig, dialog: ModelsDialog) -> None:
    offers = dialog.offers.offers
    offers.search.setText("unclip")
    assert offers.items.rowCount() >= 2
    offers.choose("sd-2.1-unclip")
    assert "runs here" in offers.about.text()
    offers.search.setText("")
    offers.choose("qwen-image")
    assert "does not run" in offers.about.text()


def test_a_model_is_looked_at_and_fetched_and_is_told(rig: Rig, dialog: ModelsDialog, hub: FakeHub) -> None:
    assert ask(rig, dialog, "maker/tiny") == "maker/tiny: 2.0 MB in 3 files. Licence: mit."
    assert not any("resolve" in request.path for request in hub.requests)
    dialog.offers.get.click()
    assert dialog.pages.currentIndex() == DOWNLOADS
    rig.wait(lambda: "is installed" in rig.window.notices.text("download"))
    (place,) = settings.load().models
    assert Path(place).name == "models--maker--tiny"
    assert rig.session.settings.models == (place,)
    assert messages.Refresh() in rig.client.sent
    (row,) = dialog.downloads.rows.values()
    rig.wait(lambda: row._state.text() == "done")
    dialog.downloads.clear.click()
    rig.wait(lambda: not dialog.downloads.rows)


def test_what_cannot_be_had_is_one_sentence(rig: Rig, dialog: ModelsDialog, hub: FakeHub) -> None:
    assert "There is no maker/none" in ask(rig, dialog, "maker/none")
    assert "only with its SHA-256" in ask(rig, dialog, f"{hub.url.replace('127.0.0.1', 'localhost')}/x.safetensors")
    assert dialog.offers.hash.isVisible()


def test_a_download_is_paused_gone_on_with_and_cancelled(rig: Rig, dialog: ModelsDialog, hub: FakeHub) -> None:
    hub.bytes_per_s = 1e6
    ask(rig, dialog, "maker/tiny")
    dialog.offers.get.click()
    rig.wait(lambda: any(row.pause.isVisible() and row._bar.value() > 0 for row in dialog.downloads.rows.values()))
    (row,) = dialog.downloads.rows.values()
    row.pause.click()
    rig.wait(lambda: row._state.text().startswith("paused"))
    row.resume.click()
    rig.wait(lambda: row.pause.isVisible())
    row.cancel.click()
    rig.wait(lambda: row._state.text() == "cancelled")
    rig.wait(lambda: not list(Path(settings.load().home).parent.rglob("*.part")))


def test_a_download_that_fails_is_told_to_whoever_does_not_look(rig: Rig, dialog: ModelsDialog, hub: FakeHub) -> None:
    ask(rig, dialog, "maker/tiny")
    hub.faults["diffusion_pytorch_model.safetensors"] = [html]
    dialog.offers.get.click()
    dialog.close()
    rig.wait(lambda: "sent a web page" in rig.window.notices.text("download"))


def test_a_window_in_another_language_shows_the_same_downloads(rig: Rig, dialog: ModelsDialog, hub: FakeHub) -> None:
    hub.bytes_per_s = 1e6
    ask(rig, dialog, "maker/tiny")
    dialog.offers.get.click()
    rig.wait(lambda: dialog.downloads.rows)
    old = rig.window
    rig.window.preferred.emit({"language": "zh"})
    rig.wait(lambda: rig.window is not old)
    rig.window.action_table.run("models")
    again = rig.feature(ModelsFeature).dialog
    assert again is not None
    rig.wait(lambda: len(again.downloads.rows) == 1)
    hub.bytes_per_s = 0
    rig.wait(lambda: rig.window.notices.text("download"))
    again.close()


def test_what_is_here_is_found_and_removed(rig: Rig, dialog: ModelsDialog, hub: FakeHub, tmp_path: Path) -> None:
    mine, fetched = tmp_path / "mine", settings.load().home / "models" / "big.safetensors"
    mine.mkdir()
    fetched.parent.mkdir(parents=True)
    fetched.write_bytes(b"x" * 3000)
    for path in (mine, fetched):
        rig.session.settings = settings.add_model(path)
    here = [MODEL, *(ModelInfo(path.stem, path.stem, "sd15", str(path), license="MIT") for path in (mine, fetched))]
    rig.client.emit(messages.Models(here))
    page = dialog.installed
    rig.wait(lambda: page.models.items.rowCount() == 3)
    page.models.search.setText("mit")
    assert page.models.items.rowCount() == 2
    page.models.choose("big")
    assert str(fetched) in page.models.about.text()
    page.remove.click()
    rig.wait(lambda: page.models.about.text() == "“big” will be deleted, which frees 3.0 KB.")
    page.sure.click()
    rig.wait(lambda: not fetched.exists())
    page.models.choose("mine")
    page.remove.click()
    rig.wait(lambda: "stay on the disk" in page.models.about.text())
    page.sure.click()
    rig.wait(lambda: settings.load().models == ())
    assert mine.exists()
    page.models.search.setText("")
    page.models.choose("starter")
    assert not page.remove.isEnabled()


def test_what_is_here_is_grouped_by_kind_and_what_cannot_be_used_says_why(rig: Rig, dialog: ModelsDialog) -> None:
    lora = ModelInfo("film", "film", "", "/l/film", kind="lora", base="Stable Diffusion 1.5", problem="It is a LoRA.")
    rig.client.emit(messages.Models([lora, ModelInfo("real", "Real", "sd15", "/real", kind="checkpoint"), MODEL]))
    page = dialog.installed
    rig.wait(lambda: page.models.items.rowCount() == 5)
    told = [str(page.models.items.item(at).text()) for at in range(5)]
    assert told == ["Checkpoints", "Real", "LoRAs", "film", "Starter"]
    assert not page.models.items.item(0).isSelectable(), "a heading is no model"
    page.models.search.setText("lora")
    assert page.models.items.rowCount() == 2
    page.models.choose("film")
    assert page.models.about.text() == "Stored in /l/film.\nIt is a LoRA."


def test_what_a_model_is_taken_for_is_changed_by_one_click_and_taken_back(rig: Rig, dialog: ModelsDialog) -> None:
    turbo = ModelInfo(
        "fast", "Fast", "sdxl", "/fast.safetensors", ["text-to-image"], note="Taken for SDXL Turbo by its name.",
        family_title="SDXL Turbo", choices=["Stable Diffusion XL", "SDXL Turbo"],
    )  # fmt: skip
    rig.client.emit(messages.Models([MODEL, turbo]))
    page = dialog.installed
    rig.wait(lambda: page.models.items.rowCount() == 2)
    page.models.choose("starter")
    assert not page.family.isVisible()
    page.models.choose("fast")
    plain, fast = page.family.menu().actions()
    assert (plain.isChecked(), fast.isChecked()) == (False, True)
    plain.trigger()
    rig.wait(lambda: settings.load().said_of_models)
    assert settings.load().said_of_models["/fast.safetensors"].family == "Stable Diffusion XL"
    rig.wait(lambda: messages.Refresh() in rig.client.sent)
    rig.client.emit(messages.Models([MODEL, replace(turbo, family_title="Stable Diffusion XL", note="")]))
    rig.wait(lambda: len(page.family.menu().actions()) == 4)
    page.family.menu().actions()[-1].trigger()
    rig.wait(lambda: not settings.load().said_of_models)


def test_what_an_earlier_start_left_goes_on(qtbot: QtBot, qapp: QApplication, studio_home: Path, hub: FakeHub) -> None:
    hub.bytes_per_s = 1e6
    first = Rig(qtbot, qapp)
    feature = first.feature(ModelsFeature)
    dialog = feature.open_offers()
    ask(first, dialog, "maker/tiny")
    dialog.offers.get.click()
    first.wait(lambda: list(studio_home.parent.rglob("*.part")))
    first.studio.close()
    hub.bytes_per_s = 0
    second = Rig(qtbot, qapp)
    second.wait(lambda: "is installed" in second.window.notices.text("download"))
    second.studio.close()


def test_what_a_model_needs_is_one_click_away(rig: Rig, dialog: ModelsDialog) -> None:
    nobodys = NeededFile("a file of nobody", "x.safetensors")
    needs = [nobodys, NeededFile("the VAE of FLUX.1", "ae.safetensors", "flux-vae")]
    network = ModelInfo("flux", "flux", "", "/models/flux.safetensors", problem="It needs the VAE.", needs=needs)
    rig.client.emit(messages.Models([MODEL, network]))
    rig.wait(lambda: dialog.installed.models.items.rowCount() == 3)  # the name of a kind among them
    dialog.show()
    dialog.installed.models.choose("starter")
    assert dialog.installed.need.isHidden()
    dialog.installed.models.choose("flux")
    assert not dialog.installed.need.isHidden()
    dialog.installed.need.click()
    assert dialog.pages.currentIndex() == OFFERS
    assert dialog.offers.wanted == "flux-vae"
