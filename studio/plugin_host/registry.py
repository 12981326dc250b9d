"""Registry: the plugins that work, the tasks and commands they bring, and why the others do not."""

import sys
import time
from collections.abc import Callable, Collection
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from studio import api, requirement
from studio.descriptions import PluginInfo, TaskInfo
from studio.models.families import Families
from studio.plugin_host import discovery
from studio.plugin_host.discovery import PluginSource
from studio.plugin_host.operations import offered
from studio.plugin_host.plugin_loader import LIMIT_S, LoadedPlugin, LoadedTask, PluginRefused, load_plugin
from studio.settings import Settings
from studio.text import Text, joined

if TYPE_CHECKING:
    import click

SLOW_S = 3.0
"""From here on it is told what a plugin's import costs every start."""
HEAVY = ("torch", "diffusers", "transformers", "tensorflow", "jax", "scipy", "pandas")


@dataclass
class Registry:
    """What plugins have brought. `plugins` lists every one that was found, the refused ones too."""

    tasks: dict[str, LoadedTask] = field(default_factory=dict)
    families: Families = field(default_factory=Families)
    operations: dict[str, api.PictureOperation] = field(default_factory=dict)
    translators: dict[str, api.Translator] = field(default_factory=dict)
    """Those of third parties first: whoever installs one wants it."""
    commands: dict[str, "click.Command"] = field(default_factory=dict)
    plugins: list[PluginInfo] = field(default_factory=list)

    @property
    def infos(self) -> list[TaskInfo]:
        """Of the tasks, in the order in which fronts show them: the same at each start, third parties' last."""
        tasks = sorted(self.tasks.values(), key=lambda task: (not task.info.builtin, task.cls.order, task.info.id))
        return [task.info for task in tasks]


def load(
    settings: Settings,
    *,
    reserved: Collection[str] = (),
    before: Callable[[PluginSource], None] = lambda source: None,
    limit_s: float = LIMIT_S,
) -> Registry:
    """Load all plugins, one by one; a broken one harms no other.

    `reserved`: names that no command of a plugin may have. `before` is called ahead of each plugin's import; it may
    raise PluginRefused, and is how somebody knows whom to blame if the import takes the whole process down.
    """
    registry = Registry()
    loaded: dict[str, PluginSource] = {}
    for source in discovery.find(settings.plugins_dir):
        try:
            _check_wanted(source, settings)
            _check_name(source, loaded)
            before(source)
            began, there = time.monotonic(), _heavy()
            offer = load_plugin(source, limit_s)
            offer.note = _note(source, time.monotonic() - began, _heavy() - there)
        except PluginRefused as refusal:
            refused = Text("The plugin {} {}.", repr(source.name), refusal.reason)
            ran = [Text("Its code has run all the same; what it did holds until the restart.")]
            problem = joined(" ", [refused, *(ran if refusal.has_run else []), *_unmet(source)])
            registry.plugins.append(
                PluginInfo(source.name, source.origin, source.version, problem=problem, details=refusal.details)
            )
        else:
            loaded[source.name] = source
            offer.problems += _unmet(source)
            registry.plugins.append(_merge(registry, source, offer, reserved))
    registry.tasks = {id: offered(task, registry.operations) for id, task in registry.tasks.items()}
    return registry


def _check_wanted(source: PluginSource, settings: Settings) -> None:
    if source.name in settings.disabled_plugins:
        raise PluginRefused("is switched off in the settings")
    if settings.safe_mode and not source.builtin:
        raise PluginRefused("is left out in safe mode, like all plugins of third parties")


def _check_name(source: PluginSource, loaded: dict[str, PluginSource]) -> None:
    if first := loaded.get(source.name):
        raise PluginRefused(
            "({}) was left out: another one ({}) has the same name. Rename or remove one",
            _place(source),
            _place(first),
        )


def _unmet(source: PluginSource) -> list[Text]:
    """What its distribution asks for and does not get: pip installs that and warns, in lines that nobody reads."""
    wrong = [] if source.builtin or not source.distribution else requirement.unmet(source.distribution)
    return [
        Text("It asks for {}, but version {} is installed.", each.wanted, each.found)
        if each.found
        else Text("It asks for {}, which is not installed.", each.wanted)
        for each in wrong
    ]


def _heavy() -> set[str]:
    return {name for name in HEAVY if name in sys.modules}


def _note(source: PluginSource, seconds: float, heavy: set[str]) -> str:
    """What every start pays for a plugin, '' when that is little."""
    if seconds < SLOW_S:
        return ""
    why = Text("; it imports {} at its top, which belongs into run", ", ".join(sorted(heavy))) if heavy else ""
    return Text("The plugin {} took {} s to be imported, at every start{}.", repr(source.name), round(seconds), why)


def _place(source: PluginSource) -> str:
    return source.origin if source.origin != "entry point" else f"entry point, version {source.version}"


def _merge(registry: Registry, source: PluginSource, offer: LoadedPlugin, reserved: Collection[str]) -> PluginInfo:
    """Take over what is not there yet; what came first wins, and both are named."""
    problems = list(offer.problems)
    tasks: list[str] = []
    for task in offer.tasks:
        if first := registry.tasks.get(task.info.id):
            own = first.info.plugin == source.name
            owner = Text("itself") if own else Text("the plugin {}", repr(first.info.plugin))
            problems.append(Text("Its task {} was left out: {} has one with this id.", repr(task.info.id), owner))
        else:
            registry.tasks[task.info.id] = task
            tasks.append(task.info.id)
    problems += registry.families.add(offer.families)
    for operation in offer.operations:
        if registry.operations.setdefault(operation.id, operation) is not operation:
            problems.append(
                Text("Its picture operation {} was left out: another plugin has one with this id.", repr(operation.id))
            )
    for translator in offer.translators:
        if translator.id in registry.translators:
            problems.append(
                Text("Its translator {} was left out: another plugin has one with this id.", repr(translator.id))
            )
        elif source.builtin:
            registry.translators[translator.id] = translator
        else:
            registry.translators = {translator.id: translator, **registry.translators}
    commands: list[str] = []
    for name, command in offer.commands.items():
        if name in registry.commands or name in reserved:
            owners = [Text("the plugin {}", repr(info.name)) for info in registry.plugins if name in info.commands]
            owner = (*owners, Text("the studio"))[0]
            problems.append(Text("Its command {} was left out: {} has one of this name.", repr(name), owner))
        else:
            registry.commands[name] = command
            commands.append(name)
    problem = Text("The plugin {}: {}", repr(source.name), joined(" ", problems)) if problems else ""
    return PluginInfo(
        source.name, source.origin, offer.version, tasks, commands, problem,
        sentences=offer.sentences, note=offer.note,
    )  # fmt: skip
