"""PlaybackFeature: what is played: the results of a task whose pictures are a sequence, or what is selected below."""

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Qt

from studio.desktop.actions.action import Action, Section
from studio.desktop.workbench import Workbench

if TYPE_CHECKING:
    from studio.desktop.features.playback.player import Player


class PlaybackFeature(QObject):
    """Its button is beside those for results."""

    def __init__(self, workbench: Workbench) -> None:
        super().__init__(workbench.window)
        self._workbench = workbench
        self.player: Player | None = None
        text = self.tr("Play the selected pictures")
        workbench.actions.add(Action("play-chosen", text, self._play_chosen, "play", section=Section.PICTURE))
        workbench.viewer.turned.connect(self._offer)
        workbench.viewer.choices.play_wanted.connect(lambda: self._play(self._results()))

    def _results(self) -> list[Path]:
        """Those of a sequence that are finished."""
        candidates = self._workbench.viewer.candidates
        task = next((task for task in self._workbench.forms.tasks if task.id == candidates.task), None)
        if task is None or not task.info.sequence:
            return []
        return [candidate.piece.file for candidate in candidates if candidate.piece]

    def _offer(self) -> None:
        self._workbench.viewer.choices.allow_play(len(self._results()) > 1)

    def _play_chosen(self) -> None:
        """In the order in which they were made."""
        chosen = sorted(self._workbench.library.chosen(), key=lambda record: record.id)
        if len(chosen) > 1:
            self._play([record.path for record in chosen])
        else:
            self._workbench.notices.show_line(
                "play", "info", self.tr("Select two or more pictures in the strip first, with Ctrl or Shift.")
            )

    def _play(self, pictures: Sequence[Path]) -> None:
        from studio.desktop.features.playback.player import Player  # few open it in a session

        self.player = Player(pictures, self._workbench.session.worker, self._workbench.window)
        self.player.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.player.show()
