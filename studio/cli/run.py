"""`studio run TASK`: one command for each task, made from the schema of its parameters."""

import sys
from collections.abc import Sequence
from contextlib import closing, suppress
from pathlib import Path
from typing import Any, NamedTuple

import click

from studio import files
from studio.cli import batch, export, option, plan, report, trace
from studio.cli.display import Display
from studio.cli.front import Front, front_of, unknown
from studio.cli.output import OutputError, out_json, out_path, say
from studio.cli.session import EngineSession, Killed
from studio.descriptions import SpanInfo, TaskInfo
from studio.errors import UserError
from studio.form import TaskForm, read
from studio.images import animation
from studio.library import Library

# Their Python names begin with studio_, so that a parameter of a task may be called `output`.
OPTIONS = [
    click.Option(
        ["-o", "--output", "studio_output"],
        metavar="FOLDER",
        help="Copy the pictures there too, under readable names; they are in the library in any case.",
    ),
    click.Option(["--json", "studio_as_json"], is_flag=True, help="Print one JSON object per job instead of paths."),
    click.Option(
        ["--jobs", "studio_jobs"],
        metavar="FILE.jsonl",
        help="Run one job per line, each an object of parameters, in one engine; - reads stdin. "
        "Prints one JSON object per line, in the same order.",
    ),
    click.Option(["--reveal", "studio_reveal"], is_flag=True, help="Tell what happens inside: the data of each stage."),
    click.Option(["--plan", "studio_plan"], is_flag=True, help="Tell whether it fits and how long it takes, no more."),
    click.Option(
        ["--trace", "studio_trace"],
        metavar="FILE.json",
        help="Write what took how long (loading, each step, saving), for ui.perfetto.dev.",
    ),
    click.Option(["--debug", "studio_debug"], is_flag=True, help="Show tracebacks, and what plugins print."),
    click.Option(
        ["--in-process", "studio_in_process"], is_flag=True, help="Run without the engine process, for a debugger."
    ),
]

ANIMATION = [
    click.Option(
        ["--animation", "studio_animation"],
        metavar="FILE",
        help="Save the pictures as an animation too: .gif, .webp or .mp4.",
    ),
    click.Option(
        ["--fps", "studio_fps"],
        type=click.FloatRange(animation.SLOWEST, animation.FASTEST),
        default=animation.Playback.fps,
        show_default=True,
        help="Pictures a second of the animation.",
    ),
    click.Option(["--back", "studio_back"], is_flag=True, help="Let the animation run there and back."),
]
"""Of tasks whose pictures are a sequence."""

OWN = ("output", "as_json", "jobs", "reveal", "plan", "trace", "in_process")


class Tasks(click.Group):
    """The tasks of all plugins as subcommands."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return [task.id for task in front_of(ctx).tasks]

    def get_command(self, ctx: click.Context, name: str) -> click.Command:
        tasks = {task.id: task for task in front_of(ctx).tasks}
        if name not in tasks:
            refused = any(plugin.problem for plugin in front_of(ctx).plugins)
            raise unknown("task", name, tasks, "A plugin was refused: see `studio plugins`." if refused else "")
        return _command(tasks[name])


def _command(task: TaskInfo) -> click.Command:
    form = read(task)
    if form.problem:
        raise UserError(f"The task {task.id!r} cannot become a command: {form.problem}.")

    @click.pass_obj
    def callback(front: Front, /, **values: Any) -> int:
        own = {name: values.pop(f"studio_{name}") for name in OWN}
        playing = [values.pop(f"studio_{name}", None) for name in ("animation", "fps", "back")]
        front.debug |= values.pop("studio_debug")
        film = Film(files.absolute(playing[0]), animation.Playback(playing[1], back=playing[2])) if playing[0] else None
        return Run(front, form, **own, film=film)(option.given(form.fields, values))

    about = f"{task.title}. {task.description}".strip()
    options = [*option.make(form.fields), *OPTIONS, *(ANIMATION if task.sequence else ())]
    return click.Command(task.id, callback=callback, params=options, help=about)


class Film(NamedTuple):
    """The animation that is wanted of a job."""

    target: Path
    playback: animation.Playback


class Run:
    """One call of `studio run`."""

    def __init__(
        self,
        front: Front,
        form: TaskForm,
        *,
        output: str | None,
        as_json: bool,
        jobs: str | None,
        reveal: bool,
        plan: bool,
        trace: str | None,
        in_process: bool,
        film: Film | None = None,
    ) -> None:
        self._front, self._form = front, form
        self._target = export.folder(output) if output else None
        self._as_json, self._jobs, self._reveal, self._in_process = as_json, jobs, reveal, in_process
        self._plan = plan
        self._trace = files.absolute(trace) if trace else None
        self._film = film
        self._traced: list[tuple[str, list[SpanInfo]]] = []
        self._display = Display(sys.stderr)
        self._unwritten: OutputError | None = None

    def __call__(self, params: dict[str, Any]) -> int:
        """Run everything; returns the exit code."""
        if self._film:
            animation.check_format(self._film.target)
            if self._jobs is not None:
                raise UserError("An animation is of one job; leave out --jobs.", code="invalid_params")
        lines = None if self._jobs is None else batch.lines(self._jobs)
        if lines is None:
            self._check_required(params)
        if self._plan:
            if lines is not None:
                raise UserError("A plan is of one job; leave out --jobs.", code="invalid_params")
            plan.show(self._front.plan(self._form.id, params), as_json=self._as_json)
            return report.DONE
        self._check_library()
        try:
            return self._run(lines, params)
        finally:
            if self._trace:
                trace.write(self._trace, self._traced)

    def _run(self, lines: list[bytes] | None, params: dict[str, Any]) -> int:
        try:
            with self._session() as session:
                code = self._one(session, params, None) if lines is None else self._all(session, lines, params)
        except Killed:
            say("Stopped at once; what was saved before is in the library.")
            return report.CANCELLED
        if self._unwritten:
            raise self._unwritten
        return code

    def _session(self) -> EngineSession:
        # Without an engine process Ctrl-C interrupts the task where it is, as a debugger's user expects.
        connect = self._front.connect(inline=self._in_process, shared=True)
        return EngineSession(connect, self._display, debug=self._front.debug, catch_ctrl_c=not self._in_process)

    def _check_library(self) -> None:
        """Ahead of the work: hours of it must not end with a picture that has no place."""
        try:
            with closing(Library(self._front.settings.library_dir)) as library:
                library.check()
        except UserError as error:
            if self._target is None:
                raise UserError(
                    f"{error.message} Nothing was started; to make pictures all the same, name a folder for them: "
                    "-o FOLDER.",
                    code=error.code,
                ) from None
            say(f"{error.message} The pictures are saved in {self._target} only.")

    @property
    def _rescue(self) -> Sequence[Path]:
        """Where pictures go that the library does not take after all, if nobody can be asked."""
        if self._target is not None:
            return [self._target]
        if self._display.can_ask:
            return []
        beside = self._front.settings.library_dir.parent / "rescued"
        return [beside, *_working_folder()]

    def _check_required(self, params: dict[str, Any]) -> None:
        for field in self._form.fields:
            if field.required and field.name not in params:
                raise UserError(
                    f"{option.flag(field)} is missing; see `studio run {self._form.id} --help`.", field=field.name
                )

    def _all(self, session: EngineSession, lines: list[bytes], defaults: dict[str, Any]) -> int:
        """One after the other: a line may name a file that the line before it has made."""
        worst = report.DONE
        for index, line in enumerate(lines):
            self._display.stage(f"Job {index + 1} of {len(lines)}")
            try:
                code = self._one(session, batch.params(line, self._form.fields, defaults), index)
            except UserError as error:
                code = report.MENDABLE
                field = {"field": error.field} if error.field else {}
                self._print({"index": index, "error": error.message, "code": error.code, **field})
            if session.interrupted:
                return report.CANCELLED
            worst = worst or (code and report.MENDABLE)
        return worst

    def _one(self, session: EngineSession, params: dict[str, Any], index: int | None) -> int:
        is_traced = self._trace is not None
        job = session.run(self._form.id, params, rescue=self._rescue, reveal=self._reveal, trace=is_traced)
        self._traced.append((job.label or job.task, job.spans))
        problem = report.failure(job)
        name = export.stem(self._form, params)
        pictures, failed_copies = report.images(job, self._target, name)
        if index is not None or self._as_json:
            self._print(({} if index is None else {"index": index}) | report.as_data(job, pictures, problem))
        else:
            for picture in pictures:
                self._print(picture["path"])
        for sentence in failed_copies:
            say(sentence)
        if problem is None and self._film:
            animation.write([Path(saved.path) for saved in job.saved], *self._film)
            say(f"The animation is {self._film.target}.")
        if problem is None:
            return report.MENDABLE if failed_copies else report.DONE
        say(problem.sentence)
        if problem.details:
            self._front.record(problem.details)
        return problem.exit_code

    def _print(self, result: dict[str, Any] | str) -> None:
        """What cannot be written ends no job: that is told when all are done."""
        if self._unwritten:
            return
        try:
            if isinstance(result, str):
                out_path(result)
            else:
                out_json(result)
        except OutputError as error:
            self._unwritten = error


def _working_folder() -> list[Path]:
    with suppress(OSError):  # it may be gone
        return [Path.cwd()]
    return []


group = Tasks("run", help="Run a task: studio run TASK --help tells its parameters.", no_args_is_help=True)
