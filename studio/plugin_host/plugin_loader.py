"""Loads one plugin and checks all that it offers, without trusting any of it."""

import difflib
import inspect
import linecache
import re
import threading
import traceback
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from types import TracebackType
from typing import TYPE_CHECKING, Any

import msgspec
import pluggy
from pydantic.errors import PydanticUserError

from studio import api, form, translation
from studio.api._control import READY
from studio.api._operation import SHOWS
from studio.api._stage import DATA
from studio.api._translator import WORDS
from studio.descriptions import StageInfo, TaskInfo, ValueInfo
from studio.errors import StudioError
from studio.plugin_host import moved_imports, validation
from studio.plugin_host.discovery import PluginSource
from studio.text import Text, clause

if TYPE_CHECKING:
    import click

LIMIT_S = 20.0
_ID = re.compile(r"[a-z][a-z0-9]*(-[a-z0-9]+)*")
_API = re.compile(r"^STUDIO_API\s*(?::\s*\w+\s*)?=\s*(\d+)", re.MULTILINE)


class PluginRefused(StudioError):
    """A plugin, or one thing that it offers, cannot be used: a predicate ("has no title"), and perhaps a traceback."""

    def __init__(self, template: str, *args: object, details: str = "") -> None:
        self.reason = Text(template, *args)
        super().__init__(self.reason)
        self.details = details
        self.has_run = False
        """Whether its code has run in this process all the same."""


@dataclass(frozen=True)
class LoadedTask:
    """A task that may be run."""

    cls: type[api.Task]
    form: form.TaskForm
    plugin_version: str = ""

    @property
    def info(self) -> TaskInfo:
        return self.form.info


@dataclass
class LoadedPlugin:
    """What a plugin brings; `problems` are the sentences about what of it was refused."""

    version: str = ""
    tasks: list[LoadedTask] = field(default_factory=list)
    families: list[api.Family] = field(default_factory=list)
    operations: list[api.PictureOperation] = field(default_factory=list)
    translators: list[api.Translator] = field(default_factory=list)
    commands: dict[str, "click.Command"] = field(default_factory=dict)
    problems: list[Text] = field(default_factory=list)
    sentences: dict[str, dict[str, str]] = field(default_factory=dict)
    """By language, what it tells besides the texts of its tasks."""
    note: str = ""
    """What its import cost, when that was much."""


def load_plugin(source: PluginSource, limit_s: float = LIMIT_S) -> LoadedPlugin:
    """Load a plugin in a thread of its own, for at most `limit_s`. Raises PluginRefused."""
    attempt = _Attempt(source)
    thread = threading.Thread(target=attempt.run, name=f"load-{source.name}", daemon=True)
    thread.start()
    thread.join(limit_s)
    if isinstance(attempt.outcome, LoadedPlugin):
        return attempt.outcome
    # A thread cannot be ended from outside: a hanging one stays behind, and nobody waits for its result.
    refusal = attempt.outcome or PluginRefused(
        "was not done {} after {} s, so it was left out", attempt.doing, f"{limit_s:.0f}"
    )
    if isinstance(refusal, PluginRefused):
        refusal.has_run = True
    raise refusal


class _Attempt:
    """One plugin being loaded; `doing` says what it is at, for the report when it fails or hangs."""

    def __init__(self, source: PluginSource) -> None:
        self._source = source
        self.doing = Text("being imported")
        self.outcome: LoadedPlugin | PluginRefused | KeyboardInterrupt | None = None

    def run(self) -> None:
        try:
            self.outcome = self._offer()
        except KeyboardInterrupt as interrupt:
            self.outcome = interrupt
        except BaseException as error:  # noqa: BLE001 - loading a plugin, which may raise anything; sys.exit() too
            self.outcome = error if isinstance(error, PluginRefused) else self._refusal(error)

    def _offer(self) -> LoadedPlugin:
        module = self._source.load()
        if not self._source.builtin and (moved := moved_imports.problem(module)):
            raise PluginRefused(moved)
        _check_version(getattr(module, "STUDIO_API", api.VERSION))
        hooks = _hooks(module, self._source.name)
        offer = LoadedPlugin(self._source.version or str(getattr(module, "__version__", "")))
        translations = self._translations(hooks, offer)
        for task in self._results(hooks, "register_tasks"):
            try:
                offer.tasks.append(self._task(task, translations, offer.version))
            except PluginRefused as refusal:
                offer.problems.append(Text("{} {}.", _called(task), refusal.reason))
        shown = {text for task in offer.tasks for text in translation.texts(task.info)}
        offer.sentences = {
            language: {text: said for text, said in words.items() if text not in shown}
            for language, words in translations.items()
        }
        for family in self._results(hooks, "register_families"):
            if not isinstance(family, api.Family):
                offer.problems.append(Text("Its family of models {} is no api.Family.", _name(family, "id")))
            elif not all(isinstance(each, api.Signature) for each in family.files):
                offer.problems.append(Text("Its family {} has files that are no api.Signature.", repr(family.id)))
            else:
                offer.families.append(family)
        for operation in self._results(hooks, "register_picture_operations"):
            _add_operation(operation, offer)
        for translator in self._results(hooks, "register_translators"):
            _add_translator(translator, offer)
        for command in self._results(hooks, "register_commands"):
            _add_command(command, offer)
        brought = (offer.tasks, offer.families, offer.operations, offer.translators, offer.commands)
        if not (any(brought) or offer.problems):
            if translations:
                raise PluginRefused(
                    "brings translations and nothing else: those are of a plugin's own words, so they belong into the "
                    "plugin that says them"
                )
            if bare := [name for name in vars(api.Hooks) if name[0] != "_" and hasattr(module, name)]:
                raise PluginRefused("offers nothing: write @api.hookimpl above its {}", bare[0])
            raise PluginRefused(
                "offers nothing: none of its functions marked with @api.hookimpl returned a task, a family, a picture "
                "operation, a translator or a command"
            )
        return offer

    def _results(self, hooks: Any, hook: str) -> Iterator[Any]:
        self.doing = Text("in its hook {}", hook)
        for result in getattr(hooks, hook)():
            if not isinstance(result, Iterable) or isinstance(result, str):
                raise PluginRefused("returns {} from {} where a list is expected", _kind(result), hook)
            yield from result

    def _translations(self, hooks: Any, offer: LoadedPlugin) -> dict[str, dict[str, str]]:
        """Without them a task speaks English; so what is wrong with them is told, and refuses nothing."""
        self.doing = Text("in its hook {}", "register_translations")
        found: dict[str, dict[str, str]] = {}
        for result in hooks.register_translations():
            try:
                found |= msgspec.convert(result, dict[str, dict[str, str]])
            except msgspec.ValidationError as error:
                offer.problems.append(Text("Its translations are no texts by language ({}).", error))
        return found

    def _task(self, cls: Any, translations: dict[str, dict[str, str]], version: str) -> LoadedTask:
        info = _describe(cls, self._source)
        own = translation.texts(info)
        known = {each: {**WORDS.get(each, {}), **translations.get(each, {})} for each in {*WORDS, *translations}}
        words = {language: {text: words[text] for text in own & words.keys()} for language, words in known.items()}
        info = msgspec.structs.replace(info, translations=words)
        read = form.read(info)
        if read.problem:
            raise PluginRefused("cannot become a form: {}", read.problem)
        if wrong := validation.wrong_default(cls.Params, read.fields):
            raise PluginRefused("has a default that it would refuse itself: {}", clause(wrong.message))
        return LoadedTask(cls, read, version)

    def _refusal(self, error: BaseException) -> PluginRefused:
        details = "".join(traceback.format_exception(error))
        if version := _wanted_version(error.__traceback__):
            try:
                _check_version(version)
            except PluginRefused as refusal:  # what it misses is what the other version has
                return PluginRefused(refusal.reason, details=details)
        if moved_imports.caused(error):
            return PluginRefused(moved_imports.MOVED, details=details)
        if isinstance(error, ModuleNotFoundError) and error.name == self._source.name:
            return PluginRefused(
                "imports itself as {}; write `from . import …` inside a plugin",
                repr(error.name),
                details=details,
            )
        if isinstance(error, ModuleNotFoundError) and error.name:
            return PluginRefused("needs the module {}, which is not installed", repr(error.name), details=details)
        if isinstance(error, SystemExit):
            return PluginRefused("tried to end the program (sys.exit) while {}", self.doing, details=details)
        said = str(error).strip().split("\n")[0]
        what = Text("{}: {}", type(error).__name__, said) if said else type(error).__name__
        return PluginRefused("failed while {}: {}", self.doing, what, details=details)


def _check_version(wanted: Any) -> None:
    if wanted == api.VERSION and type(wanted) is int:
        return
    if type(wanted) is not int:
        raise PluginRefused(
            "declares its STUDIO_API as {}, {}; write a whole number, as in STUDIO_API = {}",
            repr(wanted), _kind(wanted), api.VERSION,
        )  # fmt: skip
    newer = wanted > api.VERSION
    advice = Text("update the studio, or install an older version of the plugin" if newer else "update the plugin")
    raise PluginRefused("needs plugin API {}, this studio has {}: {}", wanted, api.VERSION, advice)


def _wanted_version(at: TracebackType | None) -> int | None:
    """The STUDIO_API that a module which failed at import declares, be it below the line that failed."""
    for frame, _ in traceback.walk_tb(at):
        if match := _API.search("".join(linecache.getlines(frame.f_code.co_filename))):
            return int(match[1])
    return None


def _hooks(module: Any, name: str) -> Any:
    """The hooks that a plugin implements, checked. Raises PluginRefused."""
    # Each plugin has a manager of its own: pluggy keeps one whose hooks it refused, and then refuses all later ones.
    manager = pluggy.PluginManager("studio")
    manager.add_hookspecs(api.Hooks)
    try:
        manager.register(module, name)
    except pluggy.PluginValidationError as error:
        wrong = re.search(r"hookimpl definition: (\w+)(.*)", str(error))
        what: str = str(error)
        if wrong:
            what = Text("its {} asks for {}, but is called without arguments", wrong[1], wrong[2])
        raise PluginRefused("has a hook with a wrong signature: {}", what, details=str(error)) from None
    for hook, caller in vars(manager.hook).items():
        implementations = [] if hook.startswith("_") else caller.get_hookimpls()
        if implementations and not caller.has_spec() and not all(each.optionalhook for each in implementations):
            near = difflib.get_close_matches(hook, [name for name in vars(api.Hooks) if name[0] != "_"], n=1)
            raise PluginRefused("implements the hook {}, which does not exist{}", repr(hook), _guess(near))
    return manager.hook


def _guess(near: list[str]) -> str:
    return Text("; there is {}", repr(near[0])) if near else ""


def _describe(cls: Any, source: PluginSource) -> TaskInfo:
    """A task as data. Raises PluginRefused for a class that breaks the contract."""
    if not (isinstance(cls, type) and issubclass(cls, api.Task)):
        raise PluginRefused("is no subclass of api.Task")
    if not (isinstance(getattr(cls, "id", None), str) and _ID.fullmatch(cls.id) and len(cls.id) <= 64):
        raise PluginRefused('has no valid id: write lower-case words joined by hyphens, for example "text-to-image"')
    if not (isinstance(getattr(cls, "title", None), str) and cls.title.strip()):
        raise PluginRefused("has no title")
    params = getattr(cls, "Params", None)
    if not (isinstance(params, type) and issubclass(params, api.Params)):
        raise PluginRefused("has no Params, a nested class that derives from api.Params")
    if not isinstance(cls.order, int):
        raise PluginRefused("has an order that is {} where a whole number is expected", _kind(cls.order))
    _check_run(cls)
    return TaskInfo(
        cls.id, cls.title, _schema(params), str(cls.description), source.name, source.builtin, str(cls.icon),
        _values(cls.values), _stages(cls.stages), sequence=bool(cls.sequence),
    )  # fmt: skip


def _values(values: Any) -> dict[str, ValueInfo]:
    if not (isinstance(values, Mapping) and all(isinstance(value, api.Value) for value in values.values())):
        raise PluginRefused("describes its values by something else than api.Value, by name")
    return {str(name): ValueInfo(value.title, value.description) for name, value in values.items()}


def _stages(stages: Any) -> dict[str, StageInfo]:
    if not (isinstance(stages, Mapping) and all(isinstance(stage, api.Stage) for stage in stages.values())):
        raise PluginRefused("describes its stages by something else than api.Stage, by name")
    return {str(name): _stage(str(name), stage) for name, stage in stages.items()}


def _stage(name: str, stage: api.Stage) -> StageInfo:
    if not stage.title.strip():
        raise PluginRefused("has a stage {} without a title", repr(name))
    usual = DATA.get(stage.shows)
    if usual is None:
        known = ", ".join(filter(None, DATA))
        raise PluginRefused(
            "has a stage {} that shows {}, which nothing draws; there are {}",
            repr(name),
            repr(stage.shows),
            known,
        )
    if stage.data and len(stage.data) != len(usual):
        raise PluginRefused(
            "has a stage {} with {} names of data where {} draws {}",
            repr(name),
            len(stage.data),
            repr(stage.shows),
            len(usual),
        )
    return StageInfo(stage.title, stage.shows, [*(stage.data or usual)], stage.heading, stage.description, stage.goal)


def _check_run(cls: type[api.Task]) -> None:
    if cls.run is api.Task.run:
        raise PluginRefused("has no method run")
    if inspect.iscoroutinefunction(cls.run) or inspect.isasyncgenfunction(cls.run):
        raise PluginRefused("has an async run; it must be a plain generator")
    try:
        inspect.signature(cls.run).bind(None, None, None)
    except (TypeError, ValueError):
        raise PluginRefused("has a run with a wrong signature; it must be run(self, params, ctx)") from None


def _schema(params: type[api.Params]) -> dict[str, Any]:
    try:
        encoded = msgspec.json.encode(params.model_json_schema())
    except (PydanticUserError, TypeError) as error:
        raise PluginRefused("has parameters that cannot be described: {}", str(error).splitlines()[0]) from None
    return msgspec.json.decode(encoded, type=dict[str, Any])


def _add_operation(operation: Any, offer: LoadedPlugin) -> None:
    if not (isinstance(operation, api.PictureOperation) and callable(operation.run) and str(operation.title).strip()):
        offer.problems.append(
            Text("Its picture operation {} is no api.PictureOperation with a title.", _name(operation, "id"))
        )
    elif not _ID.fullmatch(operation.id) or len(operation.id) > 64 or operation.id == READY:
        offer.problems.append(
            Text("Its picture operation {} has no valid id: write lower-case words joined by hyphens.",
                 repr(operation.id))
        )  # fmt: skip
    elif operation.shows and operation.shows not in SHOWS:
        offer.problems.append(
            Text("Its picture operation {} shows {}, which nothing reads; there are {}.", repr(operation.id),
                 repr(operation.shows), ", ".join(SHOWS))
        )  # fmt: skip
    else:
        offer.operations.append(operation)


def _add_translator(translator: Any, offer: LoadedPlugin) -> None:
    is_one = isinstance(translator, api.Translator) and callable(translator.run) and callable(translator.languages)
    if not (is_one and str(translator.title).strip()):
        offer.problems.append(Text("Its translator {} is no api.Translator with a title.", _name(translator, "id")))
    elif not _ID.fullmatch(translator.id) or len(translator.id) > 64:
        offer.problems.append(
            Text("Its translator {} has no valid id: write lower-case words joined by hyphens.", repr(translator.id))
        )
    else:
        offer.translators.append(translator)


def _add_command(command: Any, offer: LoadedPlugin) -> None:
    import click  # most plugins add no commands, and most starts of the engine need none

    if not isinstance(command, click.Command) or not command.name:
        offer.problems.append(Text("Its command {} is no click command with a name.", _name(command, "name")))
    elif command.name in offer.commands:
        offer.problems.append(Text("It has two commands called {}.", repr(command.name)))
    else:
        offer.commands[command.name] = command


def _name(thing: Any, attribute: str) -> str:
    name = getattr(thing, attribute, None)
    return repr(name) if isinstance(name, str) else _kind(thing)


def _called(task: Any) -> Text:
    """A task at the start of a sentence: by its id, else by its class."""
    nameless = isinstance(task, type) and not isinstance(getattr(task, "id", None), str)
    return Text("Its class {}", task.__name__) if nameless else Text("Its task {}", _name(task, "id"))


def _kind(thing: Any) -> Text:
    if isinstance(thing, type):
        return Text("the class {}", thing.__name__)
    return Text("a value of type {}", type(thing).__name__)
