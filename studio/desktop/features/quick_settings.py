"""QuickSettings: brings the few values of the chosen task to the picture, and opens the others when they must be."""

from PySide6.QtCore import QObject

from studio.desktop.forms.form_like import FormLike
from studio.desktop.forms.quick.pick import pick
from studio.desktop.forms.source_field import SourceField
from studio.desktop.workbench import Workbench
from studio.form import TaskForm, takes_pictures
from studio.role import Role

ON_CANVAS = (Role.SOURCE, Role.MASK)


class QuickSettings(QObject):
    def __init__(self, workbench: Workbench) -> None:
        super().__init__(workbench.window)
        self._viewer, self._forms = workbench.viewer, workbench.forms
        self.bar = workbench.viewer.values
        self.bar.submitted.connect(workbench.forms.generate)
        self.bar.image_wanted.connect(self.use_shown)
        self.bar.more_wanted.connect(self._turn_settings)
        workbench.forms.seen.connect(self.bar.show_more_open)
        workbench.forms.chosen.connect(self._choose)
        workbench.forms.allowed.connect(self.bar.button.setEnabled)
        self.bar.button.setEnabled(workbench.forms.is_allowed)
        self._form: FormLike | None = None
        self._image = ""
        self._opened = False
        """Whether the settings were opened because a task cannot do without, and by nobody."""

    def _choose(self) -> None:
        """Another form, or none."""
        if self._form is not None:
            self._form.changed.disconnect(self._refresh_image)
        task, self._form = self._forms.task, self._forms.form
        self._image = pick(task).image if task and self._form is not None else ""
        self.bar.show_task(task.title if task else "", self._form.quick if self._form is not None else None)
        if self._form is not None:
            self._form.changed.connect(self._refresh_image)
        self._refresh_image()
        self._open_if_needed(task)

    def _open_if_needed(self, task: TaskForm | None) -> None:
        """A task that needs several pictures is shown whole, and the next one as it was before."""
        needed = task is not None and self._form is not None and _gathers(task)
        if needed and not self._forms.is_open:
            self._forms.open(True)
            self._opened = True
        elif not needed and self._opened:
            self._forms.open(False)
            self._opened = False

    def _turn_settings(self) -> None:
        self._opened = False
        if self._forms.is_open:
            self._forms.open(False)
        else:
            self._forms.show()

    # ---- the picture

    @property
    def _source(self) -> SourceField | None:
        """Where the picture is named that the task begins from."""
        editor = self._form.editor(self._image) if self._form is not None and self._image else None
        return editor if isinstance(editor, SourceField) else None

    def _refresh_image(self) -> None:
        """Offered while the task begins from another picture than that on the canvas."""
        self.bar.offer_shown(self._source is not None and not self._source.follows)

    def use_shown(self) -> None:
        """The task shall begin from what stands on the canvas."""
        if self._source is not None:
            self._source.use_canvas()


def _gathers(task: TaskForm) -> bool:
    """Whether it shows at once a place for pictures other than that on the canvas."""
    return any(
        takes_pictures(field) and field.role not in ON_CANVAS and not field.advanced and not field.group
        for field in task.fields
    )


def install(workbench: Workbench) -> None:
    QuickSettings(workbench)
