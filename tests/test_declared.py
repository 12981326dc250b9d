"""What tasks declare stands nowhere else; one reader of schemas, one rule for bounds."""

import ast
import math
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from studio import api, settings
from studio.descriptions import TaskInfo
from studio.errors import UserError
from studio.form import is_within, read
from studio.plugin_host import registry, validation
from studio.testing import _sentences

ROOT = Path(__file__).parents[1]
STUDIO = ROOT / "studio"
OTHER_MEANINGS = {"paste", "words", "distance"}
"""A command of the window and an option of the command line; a role."""
KINDS_OF_FILES = {"upscaler"}
"""Which `studio models list` names too."""


def constants(file: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(file.read_text("utf-8"))):
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            yield node.value


def built_in_stages() -> set[str]:
    return {name for task in registry.load(settings.load()).infos for name in task.stages}


def test_no_stage_of_a_built_in_plugin_stands_in_the_core() -> None:
    stages = built_in_stages()
    assert {"tokens", "tiles", "inversion", "prior"} <= stages
    own = stages - api.DIFFUSION_STAGES.keys() - OTHER_MEANINGS
    drawing = [*(STUDIO / "desktop/features/inspector").glob("*.py"), STUDIO / "desktop/viewer/progress_line.py"]
    for file in STUDIO.rglob("*.py"):
        wrong = own
        if file in drawing:
            wrong = stages
        elif {"cli", "client", "testing"} & set(file.parts):
            wrong = stages - KINDS_OF_FILES
        if file.name not in ("library.py", "download.py"):  # whose searches have WORDS
            assert not wrong & set(constants(file)), file


def test_the_tools_name_the_stages_that_the_contract_declares_for_them() -> None:
    files = sorted((STUDIO / "diffusion").glob("*.py"))
    revealed = {
        node.args[0].value
        for file in files
        for node in ast.walk(ast.parse(file.read_text("utf-8")))
        if isinstance(node, ast.Call)
        and isinstance(node.func, ast.Attribute)
        and node.func.attr == "reveal"
        and isinstance(node.args[0], ast.Constant)
    }  # fmt: skip
    assert _sentences.stages(files) | revealed == set(api.DIFFUSION_STAGES)


def reads_schemas(node: ast.AST) -> bool:
    if isinstance(node, ast.ImportFrom):
        return node.module == "studio.form" and bool({"read", "parse"} & {name.name for name in node.names})
    return isinstance(node, ast.Attribute) and ast.unparse(node) in ("form.read", "form.parse")


def test_a_schema_is_read_where_a_task_arrives_and_nowhere_else() -> None:
    readers = {
        file.relative_to(STUDIO).parts[0]
        for file in STUDIO.rglob("*.py")
        for node in ast.walk(ast.parse(file.read_text("utf-8")))
        if reads_schemas(node)
    }
    # The engine, the three fronts, and the way to an engine elsewhere, which finds the pictures to send.
    assert readers == {"plugin_host", "desktop", "cli", "server", "client"}


class Bounded(api.Params):
    at_least: float = api.Field(1.0, ge=-2, le=5)
    above: float = api.Field(1.0, gt=-2, lt=5)
    whole: int = api.Field(1, ge=-2, le=5)
    open: float = api.Field(1.0, gt=0)


FORM = read(TaskInfo("t", "T", Bounded.model_json_schema()))


@given(
    st.sampled_from(FORM.fields),
    st.one_of(st.sampled_from([-2, 5, 0, -2.0, 5.0, math.nextafter(5, 9)]), st.integers(-9, 9), st.floats(-9, 9)),
)
def test_the_window_the_command_line_and_the_engine_agree_on_bounds(field: Any, number: float) -> None:
    if field.kind == "integer" and not isinstance(number, int):
        return
    try:
        validation.validate(Bounded, FORM.fields, {field.name: number})
    except UserError:
        accepted = False
    else:
        accepted = True
    assert is_within(field, number) == accepted


def test_every_role_is_documented_for_authors() -> None:
    guide = (ROOT / "docs" / "plugins.md").read_text("utf-8")
    assert [role for role in api.Role if f"`{role.name}`" not in guide] == []


def test_check_task_tells_a_stage_that_is_not_declared() -> None:
    from PIL import Image

    from studio.testing import check_task

    class Plain(api.Task):
        id = "plain"
        title = "Plain"

        class Params(api.Params):
            pass

        def run(self, params: Any, ctx: api.Context) -> Any:
            ctx.progress(0, 1, stage="mixing")
            yield Image.new("RGB", (8, 8))

    with pytest.raises(AssertionError, match="names the stage 'mixing', which is not among its stages"):
        check_task(Plain, {})

    class Declared(Plain):
        stages = {"mixing": api.Stage("Mixing")}  # noqa: RUF012 - as authors write it

    assert len(check_task(Declared, {})) == 1
