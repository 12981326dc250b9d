"""The window where the system is not as usual: nobody knows its user's home, others may write to its plugins folder."""

import os
from collections.abc import Callable
from pathlib import Path

import pytest
from PySide6.QtWidgets import QFileDialog
from rig import Rig

from studio.desktop.features.queue_panel import QueuePanel
from studio.desktop.library.exporter import Exporter
from studio.desktop.library.importer import Importer
from studio.desktop.models.model_import import ModelImport
from studio.downloads import Hub

ASK: dict[str, Callable[[Rig], object]] = {
    "open a project": lambda rig: rig.feature(Importer)._files.ask_open(),
    "save as": lambda rig: rig.feature(Exporter).files.ask(None, False),
    "add a folder": lambda rig: rig.feature(ModelImport).ask_folder(),
    "add a file": lambda rig: rig.feature(ModelImport).ask_file(),
    "save elsewhere": lambda rig: rig.feature(QueuePanel).save_elsewhere(rig.session.jobs.submit("text-to-image", {})),
}


@pytest.fixture
def homeless(monkeypatch: pytest.MonkeyPatch) -> None:
    """As in a container that was started with a bare number."""
    for name in ("HOME", "XDG_CACHE_HOME", "HF_HOME", "HF_HUB_CACHE"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setattr(os, "getuid", lambda: 12345)
    with pytest.raises(RuntimeError):
        Path.home()  # noqa: TID251 - it is as the test means


@pytest.mark.parametrize("ask", ASK.values(), ids=ASK)
def test_dialogs_open_for_a_user_whom_the_system_does_not_know(homeless: None, rig: Rig, ask) -> None:
    ask(rig)
    rig.wait(lambda: rig.window.findChildren(QFileDialog))
    (dialog,) = rig.window.findChildren(QFileDialog)
    assert Path(dialog.directory().absolutePath()).is_dir()
    dialog.close()


def test_the_caches_of_such_a_user_are_somewhere(homeless: None) -> None:
    assert Hub.from_environ({}).cache.is_absolute()
    assert Hub.from_environ({"HF_HOME": "~/hub"}).cache.is_absolute()


@pytest.fixture
def shared(studio_home: Path) -> Path:
    folder = studio_home / "plugins"
    folder.mkdir(parents=True)
    folder.chmod(0o777)
    return folder


def test_a_plugins_folder_that_others_may_write_to_is_told(shared: Path, rig: Rig) -> None:
    rig.wait(lambda: "Others may write" in rig.window.notices.text("trouble plugins_folder"))
    assert f"chmod -R go-w {shared}" in rig.window.notices.text("trouble plugins_folder")
