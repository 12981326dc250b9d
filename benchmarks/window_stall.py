"""How long the window's event loop stands still while a job uses all cores: python benchmarks/window_stall.py

The same probe, a timer that ticks every 5 ms, runs in the studio's window, which shows the job as it is made (previews,
progress, "under the hood"), and in an empty PySide6 window beside the same job, which another process ordered. The two
take turns. A stall is the time from one tick to the next. Then a person is played, and the CPU time of every event is
measured: none should hold the window's thread for longer than a frame of 16 ms.
"""

import argparse
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

import psutil
from PySide6.QtCore import QEvent, QMimeData, QObject, QPoint, Qt, QTimer, QUrl, qInstallMessageHandler
from PySide6.QtGui import QImage
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLabel, QMainWindow, QToolButton, QWidget

from studio import messages, settings
from studio.client import EngineClient
from studio.desktop.app import Studio

TICK_MS = 5
ROUNDS, SECONDS = 2, 8
FRAME_MS = 16
START = "start"
PATIENCE_S = 180
LARGE = 4000  # pixels a side of the picture that is looked at and masked
JOB = {"prompt": "a red mushroom on a blue background", "steps": 200, "count": 16}


def main() -> None:
    print(f"the load: a real job of the starter in a real engine, {os.cpu_count()} cores")
    stalls: dict[str, list[float]] = {"empty": [], "studio": []}
    for number in range(ROUNDS):
        with_engine(lambda: stalls["empty"].extend(child("empty")["stalls"]))
        found = child("studio")
        stalls["studio"].extend(found["stalls"])
        print(f"round {number + 1}: the studio's engine used {found['cores']:.1f} cores")
    tell_stalls(stalls)
    tell_slots(child("person")["events"])


def tell_stalls(stalls: dict[str, list[float]]) -> None:
    figures = {}
    for name, values in stalls.items():
        values.sort()
        figures[name] = values[int(len(values) * 0.99)], values[-1]
        print(
            f"{name:7} {len(values):5} ticks, median {statistics.median(values):5.1f} ms, "
            f"p99 {figures[name][0]:5.1f}, worst {figures[name][1]:5.1f}"
        )
    (p99, worst), (empty_p99, empty_worst) = figures["studio"], figures["empty"]
    print(f"ratio of the p99 {p99 / empty_p99:.2f}, of the worst {worst / empty_worst:.2f}")


def tell_slots(events: list[tuple[str, str, float]]) -> None:
    """`start` stands apart: nobody can do anything yet, and what was painted first says what is waited for."""
    for when, part in (
        ("while the window starts", [event for event in events if event[0] == START]),
        ("while a job runs", [event for event in events if event[0] != START]),
    ):
        over = sum(took > FRAME_MS for _, _, took in part)
        print(f"{when}, {over} kinds of events took more than {FRAME_MS} ms of CPU; the worst:")
        for doing, name, took in part[:8]:
            print(f"  {took:5.1f} ms  {name}  ({doing})")


def child(kind: str) -> dict[str, list]:
    """In a home of its own: what an earlier one left waiting is none of its business."""
    with tempfile.TemporaryDirectory() as home:
        run = subprocess.run(
            [sys.executable, __file__, "--child", kind],
            stdout=subprocess.PIPE, text=True, check=True, env={**os.environ, "STUDIO_HOME": home},
        )  # fmt: skip
    return json.loads(run.stdout.splitlines()[-1])


def with_engine(measure: Callable[[], object]) -> None:
    """Run it while an engine of this process, which shows nothing, makes the same pictures."""
    drawing = []

    def hear(event: messages.Event) -> None:
        if isinstance(event, messages.Ready):
            client.submit(messages.Submit("job", "text-to-image", JOB, reveal=True))
        if isinstance(event, messages.Progress) and event.stage not in ("", "loading"):
            drawing.append(event)

    home = tempfile.TemporaryDirectory()
    client = EngineClient(hear, environ={**os.environ, "STUDIO_HOME": home.name})
    client.start()
    try:
        end = time.monotonic() + PATIENCE_S
        while not drawing and time.monotonic() < end:
            time.sleep(0.05)
        measure()
    finally:
        client.close()
        home.cleanup()


# ---- what runs in a process of its own


class Probe(QTimer):
    """Looks at the clock every 5 ms."""

    def __init__(self) -> None:
        super().__init__()
        self.setTimerType(Qt.TimerType.PreciseTimer)
        self.setInterval(TICK_MS)
        self.timeout.connect(self._tick)
        self.stalls: list[float] = []
        self._last = time.perf_counter()

    def run(self, app: QApplication) -> None:
        app.processEvents()
        self._last = time.perf_counter()
        self.start()
        QTimer.singleShot(SECONDS * 1000, app.quit)
        app.exec()
        self.stop()

    def _tick(self) -> None:
        now = time.perf_counter()
        self.stalls.append(1000 * (now - self._last))
        self._last = now


class Watched(QApplication):
    """Measures what each event costs the thread, those inside of it included."""

    def __init__(self) -> None:
        super().__init__([])
        self.took: dict[tuple[str, str], float] = {}
        self.doing = ""
        self._depth = 0

    def notify(self, receiver: QObject, event: QEvent) -> bool:
        if self._depth:  # part of the outer one
            return super().notify(receiver, event)
        owner = receiver.parent() if isinstance(receiver, QTimer) and receiver.parent() else receiver
        name, kind = f"{type(owner).__name__} {owner.objectName()}".strip(), event.type().name
        self._depth, begun = 1, time.thread_time()
        try:
            return super().notify(receiver, event)
        finally:
            self._depth = 0
            took = 1000 * (time.thread_time() - begun)
            key = (self.doing, f"{name}: {kind}")
            self.took[key] = max(took, self.took.get(key, 0.0))


def until(app: QApplication, condition: Callable[[], object]) -> None:
    end = time.monotonic() + PATIENCE_S
    while not condition():
        if time.monotonic() > end:
            raise SystemExit("it took too long")
        app.processEvents()
        time.sleep(0.001)


def empty() -> dict[str, object]:
    app = QApplication([])
    window = QMainWindow()
    window.setCentralWidget(QLabel("empty"))
    window.resize(1360, 860)
    window.show()
    probe = Probe()
    probe.run(app)
    return {"stalls": probe.stalls}


def begin(app: QApplication) -> Studio:
    """A window that is ready, with its inside in sight."""
    studio = Studio(app, settings.load())
    studio.open()
    until(app, lambda: studio.session and studio.session.ready and studio.session.library)
    until(app, lambda: studio.window.viewer.values.button.isEnabled())
    return studio


def submit(app: QApplication, studio: Studio) -> None:
    window = studio.window
    window.forms.choose("text-to-image")
    window.side.setCurrentWidget(window.dock_area.panels["hood"].content)
    window.task_panel.form.set_values(JOB)
    window.forms.generate()
    until(app, lambda: window.viewer.view and window.viewer.view.forming)


def watched_studio() -> dict[str, object]:
    app = QApplication([])
    studio = begin(app)
    submit(app, studio)
    (engine,) = [one for one in psutil.Process().children() if "studio.engine" in one.cmdline()]
    probe, before = Probe(), engine.cpu_times()
    probe.run(app)
    after = engine.cpu_times()
    studio.close()
    return {"stalls": probe.stalls, "cores": (after.user + after.system - before.user - before.system) / SECONDS}


def person() -> dict[str, object]:
    app = Watched()
    app.doing = START
    studio = begin(app)
    app.doing = "a job begins"
    submit(app, studio)
    picture = Path(os.environ["STUDIO_HOME"]) / "large.png"
    image = QImage(LARGE, LARGE, QImage.Format.Format_RGB32)
    image.fill(Qt.GlobalColor.darkCyan)
    image.save(str(picture))
    for doing, act in acts(app, studio, picture):
        app.doing = doing
        act()
        pause(app, 0.3)
    studio.close()
    events = [(doing, name, took) for (doing, name), took in app.took.items()]
    return {"events": sorted(events, key=lambda event: -event[2])}


def pause(app: QApplication, seconds: float) -> None:
    end = time.monotonic() + seconds
    until(app, lambda: time.monotonic() > end)


def acts(app: QApplication, studio: Studio, picture: Path) -> Iterator[tuple[str, Callable[[], object]]]:
    """What somebody does meanwhile."""
    window = studio.window
    yield "watching", lambda: pause(app, 4)
    panels, forms = window.dock_area.panels, window.forms
    yield "the queue", lambda: (window.side.setCurrentWidget(panels["queue"].content), forms.generate())
    yield "pictures in the strip", lambda: until(app, lambda: studio.session.pictures.rowCount())
    yield "a step in the strip", lambda: press(window.filmstrip.list, Qt.Key.Key_Right)
    for button in [one for one in window.bar.findChildren(QToolButton) if one.isCheckable()]:
        yield f"the form of {button.accessibleName()}", lambda button=button: click(button)
    window.forms.choose("text-to-image")
    words = window.task_panel.form.editor("prompt").words
    yield "writing", lambda: QTest.keyClicks(words, " and a very small cat")
    yield "a large picture", lambda: look_at(app, studio, picture)
    for key in ("Plus", "Plus", "1", "Left", "Up", "0"):
        yield f"{key} at the picture", lambda key=key: press(window.viewer.view, Qt.Key[f"Key_{key}"])
    yield from mask_acts(app, studio, picture)
    yield "the other theme", lambda: window.preferred.emit({"theme": "dark"})


def mask_acts(app: QApplication, studio: Studio, picture: Path) -> Iterator[tuple[str, Callable[[], object]]]:
    studio.window.forms.choose("inpaint")
    form = studio.window.task_panel.form
    form.set_image("image", str(picture))
    until(app, lambda: form.editor("image").look)
    well = form.editor("mask")
    yield "the mask's painter", lambda: (well.paint(), until(app, lambda: well.painter))
    painter = well.painter
    yield "a stroke", lambda: stroke(app, painter.canvas)
    for name in ("invert", "undo", "redo"):
        yield name, lambda name=name: click(getattr(painter.bar if name == "invert" else painter, name))
    yield "zoom in the mask", lambda: press(painter.canvas, Qt.Key.Key_Plus)
    yield "use the mask", lambda: (painter.accept(), until(app, lambda: well.look))


def look_at(app: QApplication, studio: Studio, picture: Path) -> None:
    stage = studio.window.viewer
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(picture))])
    studio.window.dropped.emit(data)
    until(app, lambda: stage.piece and stage.piece.ref == str(picture))


def stroke(app: QApplication, canvas: QWidget) -> None:
    middle = canvas.rect().center()
    QTest.mousePress(canvas, Qt.MouseButton.LeftButton, pos=middle)
    for place in range(0, 200, 10):
        QTest.mouseMove(canvas, middle + QPoint(place, place // 2))
        pause(app, 0.01)
    QTest.mouseRelease(canvas, Qt.MouseButton.LeftButton, pos=middle)


def click(button: QWidget) -> None:
    QTest.mouseClick(button, Qt.MouseButton.LeftButton)


def press(widget: QWidget, key: Qt.Key) -> None:
    QTest.keyClick(widget, key)


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("--child", choices=("empty", "studio", "person"))
    kind = parser.parse_args().child
    if kind is None:
        main()
    else:
        qInstallMessageHandler(lambda kind, context, text: None)  # the off-screen platform is talkative
        print(json.dumps({"empty": empty, "studio": watched_studio, "person": person}[kind]()))
