import subprocess
import sys
import textwrap
from pathlib import Path

import pytest

from studio import settings
from studio.descriptions import PluginInfo
from studio.plugin_host import registry
from studio.plugin_host.registry import Registry

POSTERIZE = Path(__file__).parent.parent / "data" / "posterize.py"
TASK = """
    from studio import api

    class Plain(api.Task):
        id = "{id}"
        title = "Plain"

        class Params(api.Params):
            size: api.Size = "auto"

        def run(self, params, ctx):
            yield

    @api.hookimpl
    def register_tasks():
        return [Plain]
"""


def drop(home: Path, name: str, code: str) -> Path:
    path = home / "plugins" / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(textwrap.dedent(code))
    return path


def load(**changes: object) -> Registry:
    return registry.load(settings.Settings(settings.load().home, **changes))  # type: ignore[arg-type]


def info(found: Registry, name: str) -> PluginInfo:
    return next(plugin for plugin in found.plugins if plugin.name == name)


def install(home: Path, distribution: str, points: str, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A real installed distribution, as far as importlib.metadata can tell."""
    site = home / f"site-{distribution}"
    metadata = site / f"{distribution.replace('-', '_')}-1.2.dist-info"
    metadata.mkdir(parents=True)
    (metadata / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {distribution}\nVersion: 1.2\n")
    (metadata / "entry_points.txt").write_text(f"[studio.plugins]\n{points}\n")
    monkeypatch.syspath_prepend(site)
    return site


def test_the_printed_plugin_works_when_it_is_dropped(studio_home: Path) -> None:
    path = drop(studio_home, "posterize.py", POSTERIZE.read_text())
    found = load()
    assert info(found, "posterize") == PluginInfo("posterize", str(path), tasks=["posterize"])
    task = found.tasks["posterize"]
    assert (task.info.title, task.info.plugin, task.info.builtin) == ("Posterize", "posterize", False)
    assert [(field.name, field.kind, field.widget) for field in task.form.fields] == [
        ("image", "text", "image"),
        ("bits", "integer", "integer"),
    ]


def test_a_package_with_its_own_modules_can_be_dropped(studio_home: Path) -> None:
    drop(studio_home, "pack/__init__.py", "from .inner import register_tasks")
    drop(studio_home, "pack/inner.py", TASK.format(id="inner"))
    assert load().tasks["inner"].info.plugin == "pack"


def test_an_installed_plugin_has_its_version(studio_home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    site = install(studio_home, "thirds", "thirds = thirds_plugin", monkeypatch)
    (site / "thirds_plugin.py").write_text(textwrap.dedent(TASK.format(id="thirds")))
    found = load()
    assert info(found, "thirds") == PluginInfo("thirds", "entry point", "1.2", ["thirds"])
    assert found.tasks["thirds"].plugin_version == "1.2"


def test_a_dropped_numpy_shadows_nothing(studio_home: Path) -> None:
    drop(studio_home, "numpy.py", TASK.format(id="mine"))
    assert "mine" in load().tasks
    assert "site-packages" in str(__import__("numpy").__file__)


@pytest.mark.parametrize(
    ("code", "reason"),
    [
        ("import nowhere_to_be_found", "needs the module 'nowhere_to_be_found', which is not installed"),
        ("def broken(:", "failed while being imported: SyntaxError"),
        ("import sys; sys.exit(1)", "tried to end the program (sys.exit) while being imported"),
        ("raise BaseException('deep')", "failed while being imported: BaseException: deep"),
        ("1 / 0", "failed while being imported: ZeroDivisionError: division by zero"),
        ("STUDIO_API = 2", "needs plugin API 2, this studio has 1: update the studio"),
        ('STUDIO_API = "1"', "declares its STUDIO_API as '1', a value of type str; write a whole number"),
        (
            "from studio import api\n@api.hookimpl\ndef register_translations(): return {'zh': {'a': 'b'}}",
            "brings translations and nothing else",
        ),
        ("STUDIO_API = 0", "needs plugin API 0, this studio has 1: update the plugin"),
        ("from studio.api import Panel\nSTUDIO_API = 2", "needs plugin API 2, this studio has 1"),
        (
            "from studio import api\n@api.hookimpl\ndef register_task(): ...",
            "does not exist; there is 'register_tasks'.",
        ),
        ("from studio import api\n@api.hookimpl\ndef quite_else(): ...", "'quite_else', which does not exist."),
        (
            "from studio import api\n@api.hookimpl\ndef register_tasks(studio): ...",
            "wrong signature: its register_tasks asks for (studio)",
        ),
        ("from studio import api\n@api.hookimpl\ndef register_tasks(): return api.Task", "returns the class Task from"),
        ("from studio import api\n@api.hookimpl\ndef register_tasks(): exit(3)", "in its hook register_tasks"),
        ("from studio import api\n@api.hookimpl\ndef register_tasks(): 1 / 0", "failed while in its hook"),
        ("pass", "offers nothing"),
        ("def register_tasks(): return []", "offers nothing: write @api.hookimpl above its register_tasks."),
        ("import broken.helper", "imports itself as 'broken'; write `from . import …` inside a plugin"),
        (
            "from studio import api\n@api.hookimpl\ndef register_commands(): return [print]",
            "Its command a value of type builtin_function_or_method is no click command",
        ),
    ],
)
def test_a_broken_plugin_is_refused_by_name_and_harms_nobody(studio_home: Path, code: str, reason: str) -> None:
    drop(studio_home, "a_first.py", TASK.format(id="first"))
    drop(studio_home, "broken.py", code)
    drop(studio_home, "z_last.py", TASK.format(id="last"))
    found = load()
    problem = info(found, "broken").problem
    assert problem.startswith("The plugin 'broken'")
    assert reason in problem
    assert {"first", "last"} <= set(found.tasks)
    assert not info(found, "z_last").problem


@pytest.mark.parametrize("code", ["STUDIO_API = 2", "1 / 0", "pass"])
def test_a_refused_plugin_whose_code_has_run_says_so(studio_home: Path, code: str) -> None:
    drop(studio_home, "refused.py", code)
    words = "Its code has run all the same"
    assert words in info(load(), "refused").problem
    assert words not in info(load(disabled_plugins=("refused",)), "refused").problem
    assert words not in info(load(safe_mode=True), "refused").problem


def test_the_details_hold_the_traceback(studio_home: Path) -> None:
    drop(studio_home, "broken.py", "1 / 0")
    assert 'broken.py", line 1, in <module>' in info(load(), "broken").details


@pytest.mark.parametrize(
    ("old", "new", "reason"),
    [
        ('id = "plain"', 'id = "Plain Text"', "Its task 'Plain Text' has no valid id"),
        ('id = "plain"', "", "Its class Plain has no valid id"),
        ('title = "Plain"', 'title = " "', "has no title"),
        ("(api.Params)", "", "has no Params"),
        ("def run(self, params, ctx)", "def run(self, params)", "run(self, params, ctx)"),
        ("def run(", "async def run(", "has an async run"),
        ("def run(", "def go(", "has no method run"),
        ("api.Size", "int | str", "cannot become a form: its parameter 'size' may be of several types"),
        ("api.Size", "dict[str, int]", "cannot become a form: its parameter 'size' has the type object"),
        ("api.Size", "type", "cannot be described"),
        ("api.Size", "__import__('datetime').date", "'size' is text of the form date, which no editor knows"),
        ('"auto"', '"large"', "a default that it would refuse itself: size must be"),
        ('api.Size = "auto"', "int = api.Field(99, le=10)", "itself: size must be 10 or less, not 99."),
        ('api.Size = "auto"', 'api.Color = "white"', "itself: size must be #rrggbb, a colour like #ff8800"),
        ('api.Size = "auto"', 'int = api.Field(1, widget="knob")', "the editor 'knob', which does not exist"),
        ("[Plain]", "[Plain()]", "is no subclass of api.Task"),
    ],
)
def test_a_broken_task_is_refused_by_name_and_its_sister_stays(
    studio_home: Path, old: str, new: str, reason: str
) -> None:
    code = TASK.format(id="plain")
    assert old in code
    sister = textwrap.dedent(TASK.format(id="sister")).replace("Plain", "Sister").replace("register_tasks", "sisters")
    both = textwrap.dedent(code.replace(old, new)).replace("return [", "return sisters() + [")
    drop(studio_home, "broken.py", sister.replace("@api.hookimpl\n", "") + both)
    found = load()
    assert reason in info(found, "broken").problem
    assert info(found, "broken").tasks == ["sister"]


def test_a_second_task_of_one_id_is_refused_naming_both(studio_home: Path) -> None:
    drop(studio_home, "one.py", TASK.format(id="same"))
    drop(studio_home, "two.py", TASK.format(id="same"))
    found = load()
    assert found.tasks["same"].info.plugin == "one"
    assert info(found, "two").problem == (
        "The plugin 'two': Its task 'same' was left out: the plugin 'one' has one with this id."
    )


def test_a_second_plugin_of_one_name_is_refused_naming_both(studio_home: Path) -> None:
    drop(studio_home, "same.py", TASK.format(id="file"))
    drop(studio_home, "same/__init__.py", TASK.format(id="folder"))
    found = load()
    first, second = (plugin for plugin in found.plugins if plugin.name == "same")
    assert not first.problem
    assert first.origin in second.problem
    assert second.origin in second.problem


def test_a_hanging_import_is_reported_and_the_others_load(studio_home: Path) -> None:
    drop(studio_home, "hangs.py", "import threading; threading.Event().wait()")
    drop(studio_home, "works.py", TASK.format(id="works"))
    found = registry.load(settings.load(), limit_s=0.3)
    assert "was not done being imported after 0 s" in info(found, "hangs").problem
    assert "works" in found.tasks


def test_disabled_plugins_are_not_imported(studio_home: Path) -> None:
    drop(studio_home, "unwanted.py", "raise SystemExit")
    found = load(disabled_plugins=("unwanted",))
    assert info(found, "unwanted").problem == "The plugin 'unwanted' is switched off in the settings."


def test_safe_mode_keeps_the_built_in_plugins_only(studio_home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    install(studio_home, "other", "other = other_plugin", monkeypatch)
    drop(studio_home, "dropped.py", "raise SystemExit")
    found = load(safe_mode=True)
    assert "safe mode" in info(found, "dropped").problem
    assert "safe mode" in info(found, "other").problem
    assert found.tasks
    assert all(task.info.builtin for task in found.tasks.values())


def test_commands_are_collected_and_names_of_the_studio_are_not_given_away(studio_home: Path) -> None:
    code = """
        import click
        from studio import api

        @api.hookimpl
        def register_commands():
            return [click.Command("mine"), click.Command("run")]
    """
    drop(studio_home, "commands.py", code)
    found = registry.load(settings.load(), reserved={"run"})
    assert found.commands["mine"].name == "mine"
    assert info(found, "commands").commands == ["mine"]
    assert info(found, "commands").problem.endswith("Its command 'run' was left out: the studio has one of this name.")


def test_families_are_collected_and_ill_made_ones_are_left_out(studio_home: Path) -> None:
    code = """
        from studio import api

        def family(id, **more):
            return api.Family(id, id.title(), (f"{id.title()}Pipeline",), {}, {"text-to-image": ""}, **more)

        @api.hookimpl
        def register_families():
            files = (api.Signature("Mine", {"mine.weight": None}, why="which needs its folder"),)
            return [family("mine", files=files), "theirs", family("odd", files=("*.safetensors",)), family("mine")]
    """
    drop(studio_home, "families.py", code)
    found = load()
    mine = found.families.find("MinePipeline")
    assert mine is not None
    assert mine.files[0].title == "Mine"
    assert found.families.find("OddPipeline") is None
    assert found.families.find("StableDiffusionPipeline") is not None
    for words in ("is no api.Family", "'odd' has files that are no api.Signature", "'mine' was left out"):
        assert words in info(found, "families").problem


def test_an_unreadable_folder_is_reported(studio_home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    drop(studio_home, "works.py", TASK.format(id="works"))

    def refuse(path: Path) -> None:
        raise PermissionError(13, "Permission denied", str(path))

    monkeypatch.setattr(Path, "iterdir", refuse)  # as root, who runs these tests at times, everything is readable
    assert "Permission denied" in info(load(), "plugins").problem


def test_who_is_about_to_be_imported_is_told(studio_home: Path) -> None:
    drop(studio_home, "works.py", TASK.format(id="works"))
    told: list[str] = []
    registry.load(settings.load(), before=lambda source: told.append(source.name))
    assert told[-1] == "works"
    assert "text-to-image" in told


def test_the_built_in_plugins_load_without_torch(studio_home: Path) -> None:
    code = """
        import sys
        from studio import settings
        from studio.plugin_host import registry

        found = registry.load(settings.load())
        assert "text-to-image" in found.tasks, found.plugins
        assert not {"torch", "diffusers", "PySide6"} & set(sys.modules)
    """
    subprocess.run([sys.executable, "-c", textwrap.dedent(code)], check=True)


def test_tasks_have_an_order_that_no_third_party_gets_ahead_of(studio_home: Path) -> None:
    drop(studio_home, "pushy.py", TASK.format(id="pushy").replace('title = "Plain"', 'title, order = "Plain", -1'))
    drop(studio_home, "plain.py", TASK.format(id="plain"))
    ids = [info.id for info in load().infos]
    assert ids[:4] == ["text-to-image", "variation", "inpaint", "upscale"]
    assert ids[-2:] == ["pushy", "plain"]


def test_a_task_whose_order_is_no_number_is_refused(studio_home: Path) -> None:
    drop(studio_home, "odd.py", TASK.format(id="odd").replace('title = "Plain"', 'title, order = "Plain", "first"'))
    assert "order" in info(load(), "odd").problem
