"""Help and About: read without the network, in the window's language, and true of what they name."""

import re

import pytest
from PySide6.QtGui import QGuiApplication
from rig import Rig

from studio import __version__, resource
from studio.desktop.features.help.dialog import AboutDialog, HelpDialog
from studio.desktop.features.help.feature import HelpFeature


def test_help_opens_from_the_settings_in_the_language_of_the_window(rig: Rig) -> None:
    rig.window.preferred.emit({"language": "zh"})
    rig.feature(HelpFeature).show_help()
    dialog = rig.feature(HelpFeature).dialog
    assert isinstance(dialog, HelpDialog)
    assert "画布" in dialog.page.toPlainText()
    dialog.close()
    rig.window.preferred.emit({"language": "en"})


@pytest.mark.parametrize("language", ["en", "zh"])
def test_what_help_calls_by_name_is_called_so(rig: Rig, language: str) -> None:
    """What stands in italics is the text of something in the window."""
    from test_translation import WORDS, messages

    told = (resource.folder() / "help" / f"{language}.md").read_text(encoding="utf-8")
    known = messages(WORDS)
    texts = {source for _, source in known} if language == "en" else {each.text for each in known.values()}
    plugins = {"Strength", "强度"}
    named = set(re.findall(r"(?<!\*)\*([^*]+)\*(?!\*)", told))
    assert named
    assert named - texts - plugins == set()


def test_about_can_be_copied_for_whoever_helps(rig: Rig) -> None:
    rig.feature(HelpFeature).show_about()
    dialog = rig.feature(HelpFeature).dialog
    assert isinstance(dialog, AboutDialog)
    dialog.copy.click()
    copied = QGuiApplication.clipboard().text()
    assert f"Version: {__version__}" in copied
    assert str(rig.session.settings.home) in copied
    dialog.close()
