"""Errors and notes in the window that speaks 中文: what the engine and plugins say in English is shown translated."""

from collections.abc import Iterator

import pytest
from PySide6.QtWidgets import QApplication, QLabel
from pytestqt.qtbot import QtBot
from rig import READY, Rig

from studio import api, messages
from studio.descriptions import PluginInfo, StageInfo
from studio.desktop.actions.action import Action
from studio.desktop.actions.table import Actions
from studio.desktop.features.queue_panel import QueuePanel
from studio.desktop.style import language, sentence
from studio.jobs import Job
from studio.messages import Ended
from studio.text import Text


@pytest.fixture(autouse=True)
def english_afterwards(qapp: QApplication) -> Iterator[None]:
    yield
    language.apply(qapp, "en")


def test_a_window_that_speaks_chinese_says_errors_and_notes_in_it_and_keeps_them_in_english(rig: Rig) -> None:
    words = {"zh": {"The cup has {} handles.": "杯子有 {0} 个把手。"}}
    rig.client.emit(messages.Ready(READY.tasks, [PluginInfo("cups", "entry point", sentences=words)], READY.models, []))
    old = rig.window
    old.preferred.emit({"theme": "dark", "language": "zh"})
    rig.wait(lambda: rig.studio.window is not old)
    rig.fill(prompt="a cup")
    rig.window.forms.generate()
    job = rig.client.pending()[-1]
    rig.client.emit(messages.Started(job, {}))
    rig.client.emit(messages.Note(job, "The cup has 3 handles."))
    rig.client.emit(messages.Note(job, Text("The cup has {} handles.", "{0}{}")))
    told = Text("{} must be {}, not {}.", "steps", Text("{} or more", 1), 0)
    rig.client.emit(messages.Failed(job, told, "invalid_params", "steps", True))
    rig.wait(lambda: rig.window.notices.text("job"))
    assert rig.window.notices.text("job") == "steps 须为 1 或更大，而不是 0。"
    (entry,) = rig.session.jobs
    assert entry.message == "steps must be 1 or more, not 0."
    labels = rig.feature(QueuePanel).findChildren(QLabel)
    assert any("杯子有 3 个把手。\n杯子有 {0}{} 个把手。" in label.text() for label in labels)
    rig.client.emit(Ended("The engine is restarted; the queue is kept.", -9, restarting=True))
    rig.wait(lambda: rig.window.notices.text("engine"))
    assert rig.window.notices.text("engine") == "引擎正在重新启动；队列保留。"


def test_english_is_left_alone() -> None:
    assert sentence.say("it is cut off") == "it is cut off"


def test_stages_are_told_as_their_task_declares_them_and_others_by_their_bare_names(
    qtbot: QtBot, qapp: QApplication
) -> None:
    from studio.desktop.viewer.progress_line import ProgressLine

    language.apply(qapp, "zh")
    sentence.learn({"placing": "摆放"})
    actions = Actions()
    actions.add(Action("cancel", "Cancel", lambda: None))
    line = ProgressLine(actions)
    qtbot.addWidget(line)
    declared = {name: StageInfo(stage.title) for name, stage in api.DIFFUSION_STAGES.items()}
    line.set_stages({"paint": {**declared, "mixing": StageInfo("调色")}})

    def told(stage: str, task: str = "paint") -> str:
        job = Job("1", task, {}, stage=stage)
        line.show_job(job, 0)
        return line._stage.text()

    assert all(not told(stage).isascii() for stage in (*api.DIFFUSION_STAGES, "", "mixing", "placing"))
    assert told("mixing") == "调色"
    assert told("something else") == "Something else"
    assert told("mixing", "of another task") == "Mixing"
