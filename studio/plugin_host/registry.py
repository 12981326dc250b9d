"""Registry: the plugins that work, the tasks and commands they bring, and why the others do not."""

from collections.abc import Callable, Collection
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from studio.messages import PluginInfo, TaskInfo
from studio.models.families import Families
from studio.plugin_host import discovery
from studio.plugin_host.discovery import PluginSource
from studio.plugin_host.plugin_loader import LIMIT_S, LoadedPlugin, LoadedTask, PluginRefused, admit
from studio.settings import Settings

if TYPE_CHECKING:
    import click


@dataclass
class Registry:
    """What plugins have brought. `plugins` lists every one that was found, the refused ones too."""

    tasks: dict[str, LoadedTask] = field(default_factory=dict)
    families: Families = field(default_factory=Families)
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

    `reserved`: names that no command of a plugin may have. `before` is called ahead of each plugin's import, so that
    somebody knows whom to blame if it takes the whole process down.
    """
    registry = Registry()
    loaded: dict[str, PluginSource] = {}
    for source in discovery.find(settings.plugins_dir):
        try:
            _check_wanted(source, settings)
            _check_name(source, loaded)
            before(source)
            offer = admit(source, limit_s)
        except PluginRefused as refusal:
            problem = f"The plugin {source.name!r} {refusal.reason}."
            registry.plugins.append(
                PluginInfo(source.name, source.origin, source.version, problem=problem, details=refusal.details)
            )
        else:
            loaded[source.name] = source
            registry.plugins.append(_merge(registry, source, offer, reserved))
    return registry


def _check_wanted(source: PluginSource, settings: Settings) -> None:
    if source.name in settings.disabled_plugins:
        raise PluginRefused("is switched off in the settings")
    if settings.safe_mode and not source.builtin:
        raise PluginRefused("is left out in safe mode, like all plugins of third parties")


def _check_name(source: PluginSource, loaded: dict[str, PluginSource]) -> None:
    if first := loaded.get(source.name):
        raise PluginRefused(
            f"({_place(source)}) was left out: another one ({_place(first)}) has the same name. Rename or remove one"
        )


def _place(source: PluginSource) -> str:
    return source.origin if source.origin != "entry point" else f"entry point, version {source.version}"


def _merge(registry: Registry, source: PluginSource, offer: LoadedPlugin, reserved: Collection[str]) -> PluginInfo:
    """Take over what is not there yet; what came first wins, and both are named."""
    problems = list(offer.problems)
    tasks: list[str] = []
    for task in offer.tasks:
        if first := registry.tasks.get(task.info.id):
            owner = "itself" if first.info.plugin == source.name else f"the plugin {first.info.plugin!r}"
            problems.append(f"Its task {task.info.id!r} was left out: {owner} has one with this id.")
        else:
            registry.tasks[task.info.id] = task
            tasks.append(task.info.id)
    problems += registry.families.add(offer.families)
    commands: list[str] = []
    for name, command in offer.commands.items():
        if name in registry.commands or name in reserved:
            owners = [f"the plugin {info.name!r}" for info in registry.plugins if name in info.commands]
            problems.append(f"Its command {name!r} was left out: {(*owners, 'the studio')[0]} has one of this name.")
        else:
            registry.commands[name] = command
            commands.append(name)
    problem = f"The plugin {source.name!r}: {' '.join(problems)}" if problems else ""
    return PluginInfo(source.name, source.origin, offer.version, tasks, commands, problem, sentences=offer.sentences)
