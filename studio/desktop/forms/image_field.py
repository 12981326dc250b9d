"""A field for a picture: drop it, paste it, choose a file, take one from the library or the one in the middle."""

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, NamedTuple

from PySide6.QtCore import QMimeData, QSize, Qt, Signal
from PySide6.QtGui import QGuiApplication, QImage, QKeyEvent, QKeySequence, QPixmap
from PySide6.QtWidgets import QFileDialog, QWidget

from studio.desktop.forms.editor import MISSING
from studio.desktop.forms.field_frame import SIDE, FieldFrame
from studio.desktop.forms.form_host import FormHost
from studio.desktop.shell import clipboard, drafts
from studio.desktop.shell.qt_image import to_qimage
from studio.desktop.style import theme
from studio.desktop.style.label_text import tooltip
from studio.desktop.style.sentence import say
from studio.errors import UserError
from studio.form import FormField

MADE_SIDE = 2 * SIDE
EMBEDDING = ".safetensors"


class Look(NamedTuple):
    """What a field shows of a picture."""

    path: Path
    size: tuple[int, int]
    thumbnail: QImage
    notes: tuple[str, ...] = ()


class ImageField(FieldFrame):
    """A path or a library id. What cannot be opened is refused with a sentence, and the old picture stays."""

    several = Signal(list)
    """Paths, when more than one file was dropped and `takes_several` is set."""
    opened = Signal()
    """What is behind the value has become known."""

    def __init__(self, field: FormField, host: FormHost, parent: QWidget | None = None) -> None:
        super().__init__(field, parent)
        self.host = host
        self.takes_several = False
        self.look: Look | None = None
        self._ref: Any = MISSING
        self._bad = ""
        self._round = self._opening = 0
        self._folder = ""
        self.add_tool("file", self.tr("Choose a file (Enter)"), self.choose_file)
        self.add_tool("library", self.tr("Choose from the library"), self.choose_from_library)
        self.current = self.add_tool("current", self.tr("Use the current picture"), self.use_current)
        self.add_tool("paste", self.tr("Paste from the clipboard (Ctrl+V)"), self.paste)
        self.tools.addStretch(1)
        self.clear_button.setToolTip(tooltip(self.tr("Remove the picture (Delete)")))
        self.clear_button.clicked.connect(self.remove)
        self.refresh()

    def lies_in_list(self) -> None:
        """The list has a button that removes it; and several files at once are the list's."""
        self.takes_several = self.is_listed = True
        self.refresh()

    # ---- value

    @property
    def seen(self) -> Look | None:
        """What the value looks like; None while that is not known."""
        return self.look

    @property
    def opening(self) -> bool:
        """Whether what is behind the value is still being looked at."""
        return bool(self._opening)

    def value(self) -> Any:
        return self._ref

    def set_value(self, value: Any) -> None:
        self._round += 1
        self._opening = 0
        self._ref = MISSING if value == "" else value
        self._bad, self.look = "", None
        if isinstance(self._ref, str):
            ref = self._ref  # what it is now, and not when a thread comes to it
            self._look_at(lambda: ref, self._keep_bad)
        self.refresh()
        self.changed.emit()

    def problem(self) -> str:
        if self._opening:
            return self.tr("The picture for “{title}” is still being opened; wait a moment.").format(
                title=self.field.title
            )
        if self._ref is MISSING and self.field.required:
            return self.tr("“{title}” needs a picture: drop one there, or choose one.").format(title=self.field.title)
        if self.look is not None and not self.look.path.is_file():  # it has been deleted since it was looked at
            return self.tr("The picture for “{title}” has been deleted; choose another.").format(title=self.field.title)
        return self._bad

    # ---- ways in

    def use_file(self, ref: str) -> None:
        """Use a picture, if it can be opened."""
        self._look_at(lambda: ref, self._refuse)

    def take_data(self, data: QMimeData) -> None:
        """Use what was dropped or pasted."""
        files, pixels = [str(file) for file in clipboard.files(data)], clipboard.pixels(data)
        if pixels is not None and not files:  # also what a browser brings, beside an address
            self._take_pasted(pixels)
        elif clipboard.is_address(data):
            self._refuse(UserError(self.tr("Only pictures on this computer can be used; save it as a file first.")))
        elif len(files) > 1 and self.takes_several:
            self.several.emit(files)
        elif len(files) > 1:
            words = self.tr("{count} files were dropped, and there is room for one; drop a single file.")
            self._refuse(UserError(words.format(count=len(files))))
        elif files:
            self.use_file(files[0])
        else:
            self._refuse(
                UserError(self.tr("There is no picture on the clipboard; copy a picture or a picture file first."))
            )

    def paste(self) -> None:
        data = QGuiApplication.clipboard().mimeData()
        if data is not None:
            self.take_data(data)

    def choose_file(self) -> None:
        dialog = QFileDialog(self, self.field.title, self._folder)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.setFileMode(QFileDialog.FileMode.ExistingFile)
        dialog.setNameFilters(self.filters())
        dialog.fileSelected.connect(self._chosen)
        dialog.open()

    def filters(self) -> list[str]:
        """What the file dialog offers."""
        pictures, all_files = self.tr("Pictures (*.png *.jpg *.jpeg *.webp *.avif)"), self.tr("All files (*)")
        if not self.field.embeddings:
            return [pictures, all_files]
        both = self.tr("Pictures and saved embeddings (*.png *.jpg *.jpeg *.webp *.avif *.safetensors)")
        return [both, pictures, self.tr("Saved embeddings (*.safetensors)"), all_files]

    def choose_from_library(self) -> None:
        self.host.pick_from_library(self.use_file)

    def use_current(self) -> None:
        ref = self.host.current_picture()
        if ref is None:
            self._refuse(UserError(self.tr("There is no picture on the canvas yet; make or open one first.")))
        else:
            self.use_file(ref)

    def remove(self) -> None:
        self.set_value(None if self.field.nullable else MISSING)
        self.setFocus()

    def state(self) -> dict[str, Any]:
        return {"folder": self._folder} if self._folder else {}

    def restore(self, state: Mapping[str, Any]) -> None:
        folder = state.get("folder")
        self._folder = folder if isinstance(folder, str) else ""

    # ---- looking at it

    def open(self, path: Path) -> Look:
        """Look at a file; for a worker's thread. Raises UserError."""
        if self.field.embeddings and path.suffix.lower() == EMBEDDING and path.is_file():
            return Look(path, (0, 0), QImage())  # an idea without pixels; the engine reads it
        from studio import images  # takes 100 ms, which the first paint should not wait for

        found = images.open_image(path)
        size = found.image.size
        found.image.thumbnail((MADE_SIDE, MADE_SIDE))
        return Look(path, size, to_qimage(found.image), found.notes)

    def _chosen(self, file: str) -> None:
        self._folder = str(Path(file).parent)
        self.use_file(file)

    def _take_pasted(self, pasted: bytes | QImage) -> None:
        folder = self.host.drafts_dir

        def keep() -> str:
            return str(drafts.keep_pasted(folder, pasted))

        self._look_at(keep, self._refuse)

    def _look_at(self, name: Callable[[], str], failed: Callable[[UserError], None]) -> None:
        """Look on a worker's thread at what `name` gives there; of several at once, the last counts."""
        self._round += 1
        self._opening = number = self._round
        folder = self.host.drafts_dir

        def work() -> tuple[str, Look]:
            ref = name()
            path = self.host.open_ref(ref)
            look = self.open(path)
            named, kept = drafts.adopt(folder, path, self.host.open_ref)
            return named, look._replace(path=kept)

        def mine(then: Callable[[Any], None]) -> Callable[[Any], None]:
            def done(outcome: Any) -> None:
                if number == self._round:
                    self._opening = 0
                    then(outcome)
                    self.refresh()
                    self.opened.emit()

            return done

        self.refresh()
        self.host.worker.run(work, mine(self._show), mine(failed))

    def _show(self, found: tuple[str, Look]) -> None:
        ref, self.look = found
        self._bad = ""
        if ref != self._ref:
            self._ref = ref
            self.changed.emit()

    def library_opened(self) -> None:
        if self._bad or self._opening:
            self.set_value(self._ref)

    def _refuse(self, error: UserError) -> None:
        self.refused.emit(say(error.message))

    def _keep_bad(self, error: UserError) -> None:
        self._bad = say(error.message)
        self.refused.emit(self._bad)

    # ---- showing it

    @property
    def is_filled(self) -> bool:
        return isinstance(self._ref, str)

    def describe(self) -> tuple[str, str]:
        """The two lines beside the picture."""
        if self._opening:
            return self.tr("Opening…"), ""
        if not isinstance(self._ref, str):
            return self.tr("Drop a picture here"), self.tr("or paste, or choose one:")
        from studio.library import picture_id  # slow, and first needed after the first paint

        name = self.tr("From the library") if picture_id.is_id(self._ref) else drafts.title(Path(self._ref))
        if self.look and self.look.thumbnail.isNull():
            return Path(drafts.title(self.look.path)).stem, self.tr("a saved embedding")
        size = f"{self.look.size[0]} × {self.look.size[1]}" if self.look else self.tr("cannot be opened")
        return name, " · ".join([size, *map(say, self.look.notes if self.look else ())])

    def pixmap(self) -> QPixmap:
        if self.look is None:
            failed = bool(self._bad)
            return theme.icon("warning" if failed else "picture").pixmap(QSize(32, 32))
        if self.look.thumbnail.isNull():
            return theme.icon("embedding").pixmap(QSize(32, 32))
        return self.scaled(self.look.thumbnail)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.matches(QKeySequence.StandardKey.Paste):
            self.paste()
        elif event.key() in (Qt.Key.Key_Delete, Qt.Key.Key_Backspace) and isinstance(self._ref, str):
            self.remove()
        elif event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and not event.modifiers():
            self.choose_file()
        else:
            super().keyPressEvent(event)
