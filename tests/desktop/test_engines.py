"""The window with engines of other machines: adding one, using it at once, and going back."""

import sys
from collections.abc import Iterator
from pathlib import Path

import keyring
import keyring.backend
import keyring.errors
import pytest
from msgspec.structs import replace
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot
from rig import READY, Rig

from studio import settings as settings_file
from studio.client.remote import RemoteClient, access_tokens
from studio.desktop.app import Studio
from studio.desktop.features.engines import Engines
from studio.desktop.features.engines.dialog import EnginesDialog
from studio.desktop.models.models_dialog import ModelsFeature
from studio.jobs import JobState
from studio.messages import Finished, Started
from studio.testing import ScriptedClient

sys.path.append(str(Path(__file__).parents[1] / "server"))
from served import TOKEN, Served, serving


class Ring(keyring.backend.KeyringBackend):
    """A keyring in memory."""

    priority = 1

    def __init__(self) -> None:
        super().__init__()
        self.kept: dict[tuple[str, str], str] = {}
        self.is_locked = False

    def get_password(self, service: str, username: str) -> str | None:
        if self.is_locked:
            raise keyring.errors.KeyringLocked("locked")
        return self.kept.get((service, username))

    def set_password(self, service: str, username: str, password: str) -> None:
        if self.is_locked:
            raise keyring.errors.KeyringLocked("locked")
        self.kept[service, username] = password

    def delete_password(self, service: str, username: str) -> None:
        if self.kept.pop((service, username), None) is None:
            raise keyring.errors.PasswordDeleteError("not there")


@pytest.fixture(autouse=True)
def ring() -> Iterator[Ring]:
    before, made = keyring.get_keyring(), Ring()
    keyring.set_keyring(made)
    yield made
    keyring.set_keyring(before)


@pytest.fixture
def served(tmp_path: Path) -> Iterator[Served]:
    home = tmp_path / "box"
    home.mkdir()
    made = serving(home)
    yield made
    made.close()


@pytest.fixture
def dialog(rig: Rig) -> Iterator[EnginesDialog]:
    rig.window.action_table.run("engines")
    dialog = rig.feature(Engines).dialog
    assert dialog is not None
    yield dialog
    dialog.close()


def add(rig: Rig, dialog: EnginesDialog, address: str, token: str = TOKEN) -> str:
    """What is told then."""
    dialog.address.setText(address)
    dialog.token.setText(token)
    dialog.add.click()
    rig.wait(lambda: dialog.told.text() != dialog.tr("Connecting…"))
    return dialog.told.text()


def test_an_engine_is_added_used_and_left_again(
    rig: Rig, dialog: EnginesDialog, served: Served, ring: Ring, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert not dialog.add.isEnabled()
    told = add(rig, dialog, served.url)
    assert "3 models" in told
    assert "keyring" in told
    assert ring.kept == {(access_tokens.SERVICE, served.url): TOKEN}
    assert dialog.token.text() == ""
    assert [dialog.items.item(row).text() for row in range(2)] == ["This computer", served.url]
    dialog.list.setCurrentIndex(dialog.items.index(1, 0))
    running = rig.session.jobs.submit("text-to-image", {"prompt": "runs"})
    rig.client.emit(Started(running.id, {}))
    waiting = rig.session.jobs.submit("text-to-image", {"prompt": "waits"})
    own = rig.client
    rig.session.engine._connect = rig.session._chosen_engine
    dialog.use.click()
    rig.wait(lambda: settings_file.load().engine == served.url)
    rig.wait(lambda: "once the running jobs" in dialog.told.text())
    assert rig.session.client is own  # the job that runs ends first
    own.emit(Finished(running.id, 1.0))
    rig.wait(lambda: isinstance(rig.session.client, RemoteClient))
    rig.wait(lambda: waiting.state is JobState.DONE)
    assert rig.library is not None
    assert [record.id for record in rig.library.find()] == [waiting.saved[0].id]
    assert {model.id for model in rig.session.all_models} == {"starter", "painter", "film"}
    rig.wait(lambda: own.closed)
    models = rig.feature(ModelsFeature).open()
    models.installed.models.choose("painter")
    assert models.installed.models.about.text() == "On the engine's computer."
    assert not models.installed.folder.isVisible()  # they are added there
    models.close()
    rig.session.engine._connect = lambda on_event: ScriptedClient(on_event, ready=READY)
    dialog.list.setCurrentIndex(dialog.items.index(1, 0))
    dialog.remove.click()
    rig.wait(lambda: isinstance(rig.session.client, ScriptedClient))
    assert ring.kept == {}
    assert settings_file.load().engines == ()


def test_what_is_wrong_is_told_and_kept_as_it_was_written(rig: Rig, dialog: EnginesDialog, served: Served) -> None:
    assert "no address" in add(rig, dialog, "box example com")
    assert "encrypted" in add(rig, dialog, "http://box.example.com")
    assert dialog.insecure.isVisible()
    dialog.address.setText("https://box.example.com")
    assert not dialog.insecure.isVisible()
    assert settings_file.load().engines == ()
    told = add(rig, dialog, served.url, "wrong")
    assert "refuses the token" in told
    assert [each.url for each in settings_file.load().engines] == [served.url]
    assert "3 models" in add(rig, dialog, served.url)
    assert len(settings_file.load().engines) == 1


def test_without_a_keyring_the_token_is_in_a_file_of_ones_own(
    rig: Rig, dialog: EnginesDialog, served: Served, ring: Ring
) -> None:
    ring.is_locked = True
    home = rig.session.settings.home
    told = add(rig, dialog, served.url)
    assert str(home / access_tokens.FILE) in told
    assert (home / access_tokens.FILE).stat().st_mode & 0o777 == 0o600
    assert access_tokens.load(served.url, home) == TOKEN
    ring.is_locked = False
    add(rig, dialog, served.url)
    assert TOKEN not in (home / access_tokens.FILE).read_text()


def test_a_window_whose_engine_has_become_unsafe_falls_back(
    qtbot: QtBot, qapp: QApplication, studio_home: Path
) -> None:
    settings = settings_file.load()
    settings_file.save(replace(settings, engine="http://box.example.com"))
    studio = Studio(qapp, settings_file.load())
    studio.open()
    qtbot.waitUntil(lambda: studio.session is not None and studio.session.client is not None)
    assert studio.window is not None
    assert "encrypted" in studio.window.notices.text("trouble insecure")
    assert not isinstance(studio.session and studio.session.client, RemoteClient)
    studio.close()
