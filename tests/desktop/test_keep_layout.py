"""One switch keeps the layout of the picture that is shown: on, off, and where no ControlNet is here for it."""

from msgspec.structs import replace
from rig import MODEL, READY, Rig

from studio import api
from studio.descriptions import ModelInfo, TaskInfo
from studio.desktop.features.keep_layout import ID, KeepLayout
from studio.messages import Models

SD15 = "Stable Diffusion 1.5"


class Params(api.Params):
    prompt: api.Prompt = api.Field("", role=api.Role.PROMPT)
    model: api.ModelRef = api.ModelField("text-to-image")
    control: list[api.Control] = api.ControlField()


class Refined(api.Params):
    image: api.ImageRef = api.Field(role=api.Role.SOURCE)
    model: api.ModelRef = api.ModelField("text-to-image")
    control: list[api.Control] = api.ControlField(own_picture=True)


MODELS = [
    MODEL,
    ModelInfo("sd", "My SD", "sd15", "/sd", ["text-to-image"], {}, lora=SD15, controls=["text-to-image"]),
    *(
        ModelInfo(name, name, "controlnet", f"/nets/{name}.safetensors", kind="controlnet", base=SD15)
        for name in ("depth", "sd15_lineart")
    ),
]


def given(rig: Rig) -> object:
    form = rig.window.task_panel.form
    assert form is not None
    return form.values()["control"]


def test_it_is_switched_on_and_off_for_the_picture_that_is_shown(rig: Rig) -> None:
    tasks = [TaskInfo("create", "Create", Params.model_json_schema()),
             TaskInfo("refine", "Refine", Refined.model_json_schema())]  # fmt: skip
    rig.client.emit(replace(READY, tasks=tasks, models=MODELS))
    forms, actions = rig.feature(KeepLayout)._workbench.forms, rig.feature(KeepLayout)._workbench.actions
    rig.wait(lambda: forms.task is not None and forms.task.id == "create")
    record = rig.save("elsewhere")
    rig.window.filmstrip.chosen.emit(record)
    rig.wait(lambda: rig.window.viewer.piece is not None)
    rig.fill(model="sd", prompt="a house")
    actions.run(ID)
    form = rig.window.task_panel.form
    assert form is not None
    assert (form.values()["model"], form.values()["prompt"]) == ("sd", "a house"), "all else stays as it was"
    assert given(rig) == [
        {"control": "sd15_lineart", "image": record.id, "hint": "lineart", "shows": "auto", "weight": 1.0, "start": 0.0,
         "end": 1.0}
    ]  # fmt: skip
    assert actions.qaction(ID).isChecked()
    actions.run(ID)
    assert given(rig) == []
    assert not actions.qaction(ID).isChecked()
    forms.choose("refine")  # which begins from the picture itself
    rig.fill(model="sd")
    actions.run(ID)
    (entry,) = given(rig)  # type: ignore[misc]
    assert (entry["control"], entry.get("image")) == ("sd15_lineart", None)
    actions.run(ID)
    rig.client.emit(Models(MODELS[:3]))
    rig.wait(lambda: len(rig.session.all_models) == 3)
    rig.fill(model="sd")
    actions.run(ID)
    assert given(rig) == []
    assert "No compatible ControlNet for edges or lines" in rig.window.notices._lines["layout"].text
