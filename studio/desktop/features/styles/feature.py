"""StylesFeature: opens the gallery, puts what is chosen there into the form, and keeps styles of one's own."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

from PySide6.QtCore import QBuffer, QByteArray, QIODevice, QObject
from PySide6.QtGui import QImageWriter
from PySide6.QtWidgets import QFileDialog, QInputDialog

from studio.atomic import writing
from studio.desktop.actions.action import Action, DefaultShortcut, Section
from studio.desktop.actions.buttons import tool_button
from studio.desktop.features.styles import card
from studio.desktop.features.styles.gallery import StyleGallery
from studio.desktop.shell import qt_image
from studio.desktop.shell.notices import NoticeAction
from studio.desktop.style import language
from studio.desktop.style.label_text import one_line
from studio.desktop.style.sentence import say
from studio.desktop.workbench import Workbench
from studio.errors import UserError
from studio.prompts import style_import
from studio.prompts.style import HOLE, LONGEST_NAME, Style
from studio.prompts.style_book import FOLDER, StyleBook, slug
from studio.role import Role

OWN = "own"
NOTICE = "styles"


class StylesFeature(QObject):
    """For whichever task has a parameter of that role."""

    def __init__(self, workbench: Workbench) -> None:
        super().__init__(workbench.window)
        self._workbench, self._forms, self._notices = workbench, workbench.forms, workbench.notices
        self._home = workbench.session.settings.home
        self._form: Any = None
        self._field = ""
        self.gallery: StyleGallery | None = None
        action = Action(
            "styles", self.tr("Choose styles"), self.open, "colour", enabled=lambda: bool(self._name()),
            shortcut=DefaultShortcut(("Ctrl+Shift+Y",)), section=Section.FINDING,
        )  # fmt: skip
        workbench.actions.add(action)
        self._tool = tool_button(workbench.actions, "styles", workbench.window, "tool")
        workbench.forms.add_tool(self._tool)
        self._tool.hide()
        workbench.forms.chosen.connect(self._choose_form)

    # ---- the form

    def _name(self) -> str:
        """The parameter of the chosen task that takes styles; '' for none."""
        field = self._forms.task.role(Role.STYLES) if self._forms.task else None
        return field.name if field else ""

    def _choose_form(self) -> None:
        self._workbench.actions.refresh("styles")
        self._tool.setVisible(bool(self._name()))
        form = self._forms.form
        if form is not None and form is not self._form:
            self._form = form
            form.changed.connect(self._mark)
        self._mark()

    def _chosen(self) -> list[str]:
        form, name = self._forms.form, self._name()
        return [*(form.values().get(name) or [])] if form is not None and name else []

    def _mark(self) -> None:
        if self.gallery is not None:
            form = self._forms.form
            model = form.model if form is not None else None
            self.gallery.setEnabled(bool(self._name()))
            self.gallery.mark(self._ids(self._chosen()), model.family if model else "")

    def _ids(self, names: list[str]) -> list[str]:
        """A recipe may hold names instead of ids."""
        found = []
        for name in names:
            try:
                found.append(self._book.find(name).id)
            except UserError:
                found.append(name)
        return found

    def _put(self, values: dict[str, Any]) -> None:
        if (form := self._forms.form) is not None:
            form.set_values({**form.values(), **values})

    def _toggle(self, id: str) -> None:
        if name := self._name():
            chosen = self._ids(self._chosen())
            self._put({name: [each for each in chosen if each != id] if id in chosen else [*chosen, id]})

    def _suggest(self, values: dict[str, Any]) -> None:
        form = self._forms.form
        known = form.values() if form is not None else {}
        self._put({name: value for name, value in values.items() if name in known})

    # ---- the gallery

    def open(self) -> StyleGallery:
        if self.gallery is None:
            code = language.chosen(self._workbench.session.settings.language)
            gallery = self.gallery = StyleGallery(code, self._home / FOLDER, self._workbench.window)
            gallery.destroyed.connect(self._forget)
            gallery.toggled.connect(self._toggle)
            gallery.own_wanted.connect(self.keep_form)
            gallery.import_wanted.connect(self._ask_file)
            gallery.remove_wanted.connect(self._remove)
            gallery.suggestions_wanted.connect(self._suggest)
            self._reload()
        self.gallery.show()
        self.gallery.raise_()
        self.gallery.activateWindow()
        return self.gallery

    def _forget(self) -> None:
        self.gallery = None

    def _reload(self) -> None:
        self._book = StyleBook(self._home)
        if self._book.problems:
            self._notices.show_line(NOTICE, "warning", " ".join(map(say, self._book.problems[:3])))
        if self.gallery is not None:
            self.gallery.show_styles(self._book)
        self._mark()

    def _attempt(self, act: Callable[[], object]) -> None:
        self._notices.remove(NOTICE)
        try:
            act()
        except UserError as error:
            self._tell_error(error)
        self._reload()

    def _tell_error(self, error: UserError) -> None:
        self._notices.show_error(NOTICE, error)
        if self.gallery is not None:
            self.gallery.tell(say(error.message))

    # ---- one's own

    def keep_form(self) -> None:
        """What stands in the form, as a style: the words come where `{prompt}` stands, or before them."""
        task, form = self._forms.task, self._forms.form
        if task is None or form is None:
            return
        values = form.values()
        prompts = (values.get(name) for name in task.names(Role.PROMPT))
        words = next((text.strip() for text in prompts if isinstance(text, str) and text.strip()), "")
        negative = next((str(values.get(name) or "").strip() for name in task.names(Role.NEGATIVE)), "")
        if not (words or negative):
            self._tell(
                "info",
                self.tr("The prompt is empty; write the words of the style, with {prompt} where your own words go."),
            )
            return
        name, sure = QInputDialog.getText(self.gallery, self.tr("Save as style"), self.tr("Name"))
        if sure and (name := " ".join(name.split())[:LONGEST_NAME]):
            template = words if HOLE in words or not words else f"{HOLE}, {words}"
            self.keep(Style(slug(name), {"en": name}, OWN, template or HOLE, negative), words)

    def keep(self, style: Style, words: str = "") -> None:
        """`words`: a picture that was made of them and is shown becomes its card."""
        book = StyleBook(self._home)

        def act() -> None:
            made, before = book.keep(style)
            self._keep_card(made.id, words)
            self._reload()
            if self.gallery is not None:
                self.gallery.go_to(made.id)
            if before is None:
                self._tell("ok", self.tr("Saved the style “{0}”.").format(self._called(made)))
            else:
                told = self.tr("Saved the style “{0}”, in place of the one that had this name.")
                self._tell("ok", told.format(self._called(made)), lambda: StyleBook(self._home).keep(before))

        self._attempt(act)

    def _keep_card(self, id: str, words: str) -> None:
        piece, library = self._workbench.viewer.piece, self._workbench.session.library
        place = self._home / FOLDER / f"{id}{card.SUFFIX}"

        def make() -> None:
            try:
                record = library.get(piece.ref) if piece and library else None
            except UserError:  # a file from outside has no recipe
                record = None
            if piece is None or record is None or record.recipe.words.split() != words.split():
                place.unlink(missing_ok=True)
                return
            data = QByteArray()
            buffer = QBuffer(data)
            buffer.open(QIODevice.OpenModeFlag.WriteOnly)
            writer = QImageWriter(buffer, QByteArray(b"webp"))
            writer.setQuality(80)
            writer.write(card.small(qt_image.load(piece.file).full))
            with writing(place) as file:
                file.write(data.data())

        self._workbench.session.worker.run(make, lambda _: self._reload(), lambda _: None)

    def _remove(self, id: str) -> None:
        def act() -> None:
            book = StyleBook(self._home)
            style = book.find(id)
            bring_back = book.remove(id)
            if id in self._ids(self._chosen()):
                self._toggle(id)
            self._tell("ok", self.tr("Removed the style “{0}”.").format(self._called(style)), bring_back)

        self._attempt(act)

    def _called(self, style: Style) -> str:
        return one_line(style.called(language.chosen(self._workbench.session.settings.language)), 60)

    def _tell(self, kind: str, text: str, undo: Callable[[], object] | None = None) -> None:
        """Where the gallery may lie over the notices, in it too."""
        actions = [NoticeAction(self.tr("Undo"), lambda: self._attempt(undo))] if undo else []
        self._notices.show_line(NOTICE, kind, text, actions)
        if self.gallery is not None:
            self.gallery.tell(text, self.tr("Undo") if undo else "", lambda: self._attempt(undo) if undo else None)

    def _ask_file(self) -> None:
        kinds = self.tr("Styles (*.csv *.json)")
        path, _ = QFileDialog.getOpenFileName(self.gallery, self.tr("Import styles"), "", kinds)
        if path:
            self.bring(Path(path))

    def bring(self, path: Path) -> None:
        """The styles of a file, read on another thread."""

        def read() -> style_import.Imported:
            found = style_import.read(path)
            StyleBook(self._home).add_file(path.stem, found.styles)
            return found

        def show(found: style_import.Imported) -> None:
            text = self.tr("Imported {0} styles from “{1}”.").format(len(found.styles), one_line(path.name, 60))
            left = map(say, found.left_out[:3])
            self._reload()
            self._tell("warning" if found.left_out else "ok", " ".join([text, *left]))

        self._workbench.session.worker.run(read, show, self._tell_error)
