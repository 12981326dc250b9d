"""KeepLayout: one switch for the picture that is shown: the next ones follow its lines, by a ControlNet."""

from pathlib import Path
from typing import Any

from PySide6.QtCore import QObject

from studio.descriptions import ModelInfo
from studio.desktop.actions.action import Action, Section
from studio.desktop.actions.buttons import tool_button
from studio.desktop.workbench import Workbench
from studio.form import FormField
from studio.role import Role

ID = "keep-layout"
KIND = "controlnet"
HINTS = (
    ("union", "canny"), ("promax", "canny"), ("canny", "canny"), ("lineart", "lineart"), ("softedge", "soft-edge"),
    ("soft-edge", "soft-edge"), ("hed", "soft-edge"), ("pidi", "soft-edge"), ("scribble", "scribble"),
)  # fmt: skip
"""Words of a ControlNet's name, the best first, and what it was then trained to follow."""
Entry = dict[str, Any]


class KeepLayout(QObject):
    """Its button is beside that of a task that follows pictures."""

    def __init__(self, workbench: Workbench) -> None:
        super().__init__(workbench.window)
        self._workbench = workbench
        self._form: Any = None
        about = self.tr("Keep this layout: new pictures follow the lines of the one that is shown")
        action = Action(
            ID, self.tr("Keep this layout"), self.switch, "shape", about=about, section=Section.PICTURE,
            enabled=self._can, checked=lambda: bool(self._own(self._entries())),
        )  # fmt: skip
        workbench.actions.add(action)
        self._tool = tool_button(workbench.actions, ID, workbench.window, "tool")
        workbench.forms.add_tool(self._tool)
        self._tool.hide()
        workbench.forms.chosen.connect(self._choose)
        workbench.viewer.turned.connect(self._refresh)
        workbench.session.models_changed.connect(self._refresh)

    def switch(self) -> None:
        """On for the picture that is shown, or off again."""
        field, form = self._field(), self._workbench.forms.form
        if field is None or form is None:
            return
        entries = self._entries()
        own = self._own(entries)
        if own:
            self._put(form, field, [entry for entry in entries if entry not in own])
        elif (found := self._best()) is None:
            self._workbench.notices.show_line("layout", "warning", self._missing(form.model))
        else:
            info, hint = found
            image: Entry = {} if self._follows_own(field) else {"image": self._ref()}
            made: Entry = {"control": info.id, "hint": hint, **image}
            self._put(form, field, [*entries, made])
        self._refresh()

    def _put(self, form: Any, field: FormField, entries: list[Entry]) -> None:
        form.set_values({**form.values(), field.name: entries})

    def _missing(self, model: ModelInfo | None) -> str:
        if model is not None and not model.controls:
            text = self.tr("The model {0} does not support ControlNet, so the layout cannot be kept; choose another "
                           "model.")
            return text.format(model.title)
        return self.tr(
            "No compatible ControlNet for edges or lines is installed, so the layout cannot be kept; add one, such as "
            "control_v11p_sd15_canny or the union one for Stable Diffusion XL."
        )

    # ---- what stands in the form

    def _field(self) -> FormField | None:
        task = self._workbench.forms.task
        return task.role(Role.CONTROL) if task else None

    def _follows_own(self, field: FormField | None) -> bool:
        """Whether the task begins from the picture that is shown, and follows that one by itself."""
        return bool(field and field.item and field.item.own_picture)

    def _entries(self) -> list[Entry]:
        field, form = self._field(), self._workbench.forms.form
        given = form.values().get(field.name) if field and form else None
        return [entry for entry in given or [] if isinstance(entry, dict)]

    def _own(self, entries: list[Entry]) -> list[Entry]:
        """Those that follow the picture that is shown."""
        wanted = {self._ref(), *([None] if self._follows_own(self._field()) else [])}
        return [entry for entry in entries if entry.get("image") in wanted]

    def _ref(self) -> str | None:
        piece = self._workbench.viewer.piece
        return piece.ref if piece else None

    def _best(self) -> tuple[ModelInfo, str] | None:
        """The ControlNet that serves best, and what is made of the picture for it."""
        form = self._workbench.forms.form
        model = form.model if form else None
        there = [info for info in self._workbench.session.all_models if info.kind == KIND and not info.problem]
        fitting = [info for info in there if model is None or model.follows(info)]
        for word, hint in HINTS:
            for info in fitting:
                if word in f"{info.title} {Path(info.path).stem} {info.id}".lower():
                    return info, hint
        return None

    # ---- the button

    def _can(self) -> bool:
        return self._field() is not None and self._ref() is not None

    def _choose(self) -> None:
        form = self._workbench.forms.form
        if form is not None and form is not self._form:
            self._form = form
            form.changed.connect(self._refresh)
        self._tool.setVisible(self._field() is not None)
        self._refresh()

    def _refresh(self, *_args: object) -> None:
        self._workbench.actions.refresh(ID)


def install(workbench: Workbench) -> None:
    KeepLayout(workbench)
