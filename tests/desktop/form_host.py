"""A host for forms without a window, and schemas as pydantic writes them."""

from pathlib import Path

from PySide6.QtCore import QMimeData, QPoint, QPointF, Qt, QUrl
from PySide6.QtGui import QDropEvent
from studio_picture_operations import OPERATIONS

from studio.descriptions import ModelInfo, TaskInfo
from studio.desktop.actions.keymap import Keymap
from studio.desktop.forms import Form
from studio.desktop.shell.worker import Worker
from studio.engine.operation_preview import preview
from studio.form import read
from studio.messages import Operate
from studio.plugin_host.operations import PictureOperations, with_operations

STARTER = Path(__file__).parents[2] / "resources" / "starter"
DEFAULTS = {"width": 256, "height": 256, "multiple": 64, "steps": 20, "guidance_scale": 5.0}


class PlainDesk:
    """What a window would offer, from attributes."""

    def __init__(self, folder):
        self.worker = Worker()
        self.keymap = Keymap()
        self.drafts_dir = folder / "drafts"
        self.current = None
        self.canvas = None
        self.said = {}
        self.known = [
            ModelInfo(
                "starter",
                "Starter",
                "kandinsky22",
                str(STARTER),
                ["text-to-image", "inpaint"],
                DEFAULTS,
                "Apache-2.0",
                family_title="Kandinsky 2.2",
            ),
            ModelInfo("broken", "Broken", "", "/nowhere", problem="“Broken” cannot be used: it lacks unet."),
            ModelInfo("other", "Other", "sd15", "/nowhere", ["text-to-image"], {"width": 512, "height": 512}),
        ]
        self.picked = None

    def models(self):
        return self.known

    def show_models(self):
        self.asked_for_models = True

    def has_said_family(self, model):
        return model.id in self.said

    def say_family(self, model, family):
        self.said[model.id] = family

    def show_styles(self, field):
        self.asked_for_styles = field

    def style_names(self, styles):
        return [each.title() for each in styles]

    def current_picture(self):
        return self.current

    def pick_from_library(self, done):
        if self.picked:
            done(self.picked)

    def open_ref(self, ref):
        return Path(ref)

    def operate(self, ref, operation, done):
        """As an engine with the built-in operations would."""
        made = preview(Operate("", operation, ref), Path, PictureOperations({each.id: each for each in OPERATIONS}))
        done(made.picture, made.problem)


def task_of(params):
    """Of a studio.api.Params class, its schema as it crosses to the window."""
    titles = {each.id: each.title for each in OPERATIONS}
    return read(TaskInfo("task", "Task", with_operations(params.model_json_schema(), titles)))


def make_form(qtbot, host, params, shown=True):
    form = Form(task_of(params), host)
    qtbot.addWidget(form)
    form.resize(340, 700)
    if shown:
        form.show()
        qtbot.waitExposed(form)
    return form


def drop(widget, *files, mime=None):
    """What the system does when files are let go over a widget."""
    data = mime or QMimeData()
    if files:
        data.setUrls([QUrl.fromLocalFile(str(file)) for file in files])
    where = QPointF(QPoint(20, 20))
    actions, none = Qt.DropAction.CopyAction, Qt.KeyboardModifier.NoModifier
    event = QDropEvent(where, actions, data, Qt.MouseButton.LeftButton, none)
    widget.dropEvent(event)
