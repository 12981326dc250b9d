"""The strip over 10,000 pictures against one over 100: python benchmarks/window_strip.py

Real libraries (SQLite, files, thumbnails), opened in turns. Prints the CPU time of the window's thread, and of the
whole process, from opening until the strip shows its count and its first thumbnails; then what it costs to go on to
the very end, page by page.
"""

import os
import statistics
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

from PIL import Image
from PySide6.QtCore import QCoreApplication, QEvent, qInstallMessageHandler
from PySide6.QtWidgets import QApplication

from studio.desktop.library.filmstrip import Filmstrip
from studio.desktop.library.picture_model import PictureModel
from studio.desktop.shell.worker import Worker
from studio.desktop.style import theme
from studio.library import Library, Recipe
from studio.library.index import Index, row

SIZES = (100, 10_000)
ROUNDS = 7
PATIENCE_S = 60


def fill(folder: Path, count: int) -> None:
    """A library of so many pictures; all files are one, under many names."""
    with_one = Library(folder)
    image = Image.effect_mandelbrot((256, 256), (-2, -1.5, 1, 1.5), 40).convert("RGB")
    first = with_one.save(image, Recipe("text-to-image", {"prompt": "picture 0"}, 7, 0, "starter"))
    small = with_one.thumbnail(first)
    with_one.close()
    index = Index(folder)
    index._connection.execute("PRAGMA synchronous = OFF")  # filled at once, not picture by picture
    for number in range(1, count):
        recipe = Recipe("text-to-image", {"prompt": f"picture {number}", "steps": 20}, number, 0, "starter")
        id = f"{first.id[:-6]}{number:06d}"
        place = f"{first.path.parent.relative_to(folder).as_posix()}/{id}.png"
        os.link(first.path, folder / place)
        os.link(small, small.with_name(f"{id}.webp"))
        index.add(row(id, place, first.created, (256, 256), recipe), recipe)
    index.close()


class Opened:
    """A strip of its own over a library, and what it took to open it."""

    def __init__(self, app: QApplication, folder: Path) -> None:
        self.app = app
        begun, process_begun = time.thread_time(), time.process_time()
        self.library, self.worker = Library(folder), Worker()
        self.pictures = PictureModel(self.worker)
        self.filmstrip = Filmstrip(self.pictures)
        self.filmstrip.resize(1200, 160)
        self.filmstrip.show()
        self.pictures.open(self.library)
        self.until(lambda: self.pictures.total and self.thumbnails >= 12)
        self.thread_s, self.process_s = time.thread_time() - begun, time.process_time() - process_begun

    @property
    def thumbnails(self) -> int:
        return sum(image is not None for image in self.pictures.thumbnails._images.values())

    def until(self, condition: Callable[[], object]) -> None:
        end = time.monotonic() + PATIENCE_S
        while not condition():
            if time.monotonic() > end:
                raise SystemExit("it took too long")
            self.app.processEvents()
            time.sleep(0.0005)

    def scroll_to_the_end(self) -> list[float]:
        """CPU milliseconds of the window's thread for each page."""
        bar, took = self.filmstrip.list.horizontalScrollBar(), []
        while self.pictures.rowCount() < self.pictures.total:
            before, begun = self.pictures.rowCount(), time.thread_time()
            while self.pictures.rowCount() == before:  # the bar grows a moment after the rows have come
                bar.setValue(bar.maximum())
                self.app.processEvents()
                time.sleep(0.0005)
            took.append(1000 * (time.thread_time() - begun))
        return took

    def close(self) -> None:
        self.worker.close()
        self.library.close()
        for widget in (self.filmstrip, self.pictures, self.worker):
            widget.deleteLater()
        QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete.value)


def main() -> None:
    qInstallMessageHandler(lambda kind, context, text: None)  # the off-screen platform is talkative
    app = QApplication([])
    theme.apply(app, "light")
    with tempfile.TemporaryDirectory() as folder:
        homes = {count: Path(folder) / str(count) for count in SIZES}
        for count, home in homes.items():
            fill(home, count)
        times: dict[int, list[tuple[float, float]]] = {count: [] for count in SIZES}
        for number in range(ROUNDS + 1):
            for count, home in homes.items():
                opened = Opened(app, home)
                if number:  # the first of each warms the caches
                    times[count].append((1000 * opened.thread_s, 1000 * opened.process_s))
                if number == ROUNDS and count == SIZES[-1]:
                    pages = opened.scroll_to_the_end()
                opened.close()
    medians = {count: [statistics.median(each) for each in zip(*rows, strict=True)] for count, rows in times.items()}
    for count, (thread, process) in medians.items():
        print(f"{count:6,} pictures: {thread:5.1f} ms of the window's thread, {process:5.1f} ms of the process")
    small, large = (medians[count] for count in SIZES)
    print(f"ratio of the window's thread {large[0] / small[0]:.2f}, of the process {large[1] / small[1]:.2f}")
    first, last = statistics.mean(pages[:10]), statistics.mean(pages[-10:])
    print(f"to the end: {len(pages)} pages, {first:.1f} ms each at first, {last:.1f} at last, worst {max(pages):.1f}")


if __name__ == "__main__":
    main()
