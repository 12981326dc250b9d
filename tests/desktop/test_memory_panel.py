"""What the window says of memory: what a job would take, beside its button, and what is loaded, in a panel."""

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from rig import Rig

from studio.descriptions import Cheaper, ComponentInfo, DeviceMemory
from studio.desktop.features.memory_panel import ComponentRow, MemoryPanel
from studio.desktop.widgets.cut_label import CutLabel
from studio.messages import MemoryReport, Pin, Plan, Planned, ReportMemory, Unload

GB = 10**9
UNET = ComponentInfo("UNet unet", 2 * GB, 0, place="cuda:0", load_s=1.25, idle_s=90, id="1", used_by="text-to-image")
VAE = ComponentInfo("VAE vae", GB, 1, place="cuda:0", id="2", used_by="text-to-image", pinned=True)
TEXT = ComponentInfo("CLIP text", GB, 0, place="ram", id="3")


def plans(rig: Rig) -> list[Plan]:
    return [command for command in rig.client.sent if isinstance(command, Plan)]


def test_a_form_that_rests_is_planned_once_and_the_answer_stands_below_the_picture(rig: Rig) -> None:
    rig.fill(prompt="a cat")
    rig.wait(lambda: plans(rig))
    before = len(plans(rig))
    for prompt in ("a d", "a do", "a dog"):
        rig.fill(prompt=prompt)
    rig.wait(lambda: len(plans(rig)) > before)
    asked = plans(rig)[-1]
    assert (asked.task, asked.params["prompt"]) == ("text-to-image", "a dog")
    assert len(plans(rig)) == before + 1
    label = rig.window.viewer.findChildren(CutLabel)[0]
    rig.client.emit(Planned(asked.request, True, 2 * GB, 8 * GB, 75.0, True))
    rig.wait(label.text)
    assert label.isVisible()
    assert label.text() == "Needs 2.0 GB of 8.0 GB · takes about 1 min 15 s"
    cheaper = [Cheaper({"size": "512x512"}, 3 * GB, True)]
    rig.client.emit(Planned(asked.request, False, 9 * GB, 8 * GB, None, True, cheaper))
    rig.wait(lambda: label.text() == "Needs 9.0 GB, and only 8.0 GB are available · 512x512 needs 3.0 GB")
    rig.client.emit(Planned("another form's", True, GB, 8 * GB, 1.0, True))
    rig.client.emit(Planned(asked.request, True, 2 * GB, 8 * GB))
    rig.wait(lambda: not label.text())


def test_a_job_that_has_ended_is_planned_anew(rig: Rig) -> None:
    rig.make()
    before = len(plans(rig))
    rig.wait(lambda: len(plans(rig)) > before)


def test_the_panel_asks_only_while_it_is_seen_and_shows_who_uses_what(rig: Rig) -> None:
    panel = rig.feature(MemoryPanel)
    rig.fill(prompt="a cat")
    assert ReportMemory() not in rig.client.sent
    rig.window.dock_area.reveal(panel)
    rig.wait(lambda: ReportMemory() in rig.client.sent)
    rig.client.emit(MemoryReport([UNET, VAE, TEXT], [DeviceMemory("cuda:0", 3 * GB, 8 * GB)], GB))
    rig.wait(lambda: len(panel.findChildren(ComponentRow)) == 3)
    assert panel.summary.text() == "3.0 GB of 8.0 GB on cuda:0 · 1.0 GB kept in RAM"
    rows = {row.about.text(): row for row in panel.findChildren(ComponentRow)}
    assert list(rows) == [
        "2.0 GB · cuda:0 · last used 1 min 30 s ago · loaded in 1.2 s",
        "1.0 GB · cuda:0 · in use by Create",
        "1.0 GB · in RAM · last used 1 s ago",
    ]
    unet, vae, text = rows.values()
    assert (unet.unload.isEnabled(), vae.unload.isEnabled(), vae.pin.isChecked()) == (True, False, True)
    QTest.mouseClick(unet.unload, Qt.MouseButton.LeftButton)
    text.pin.click()
    assert [command for command in rig.client.sent if isinstance(command, Unload | Pin)] == [
        Unload(["1"]), Pin("3", True)
    ]  # fmt: skip
    rig.client.emit(MemoryReport([VAE], [DeviceMemory("cuda:0", GB, 8 * GB)], 0, 5 * GB))
    rig.wait(lambda: "5.0 GB unavailable until the engine restarts" in panel.summary.text())
    rig.client.emit(MemoryReport())
    rig.wait(lambda: panel.summary.text() == "No model is loaded.")
    rig.window.action_table["memory.unload"].run()
    assert Unload() in rig.client.sent
