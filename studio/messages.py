"""What crosses between a front and its engine: frozen commands and events, JSON on the wire, one per line.

Commands go to the engine, events come back. Unknown fields are ignored and new fields have defaults, so that a front
and an engine of the same PROTOCOL understand each other.

Sentences for people cross as English text, and beside it, in `templates`, as what the text was made of: a front in
another language looks the template up (`studio.translation`), one in English, or a program, need not care.
"""

import math
from collections.abc import Iterator, Mapping
from typing import Any

import msgspec

from studio import text
from studio.descriptions import (
    AdapterFit,
    Cheaper,
    ComponentInfo,
    DeviceInfo,
    DeviceMemory,
    ModelInfo,
    PluginInfo,
    SpanInfo,
    TaskInfo,
    Telling,
)
from studio.errors import UserError

PROTOCOL = 4
AT_ENGINE = 2
"""Jobs that an engine is given for each device: the running one, and the next, so that no pause is between them."""
RECYCLED = 79
"""The exit code of an engine that ends between two jobs because memory is lost in it; none of its jobs has begun."""
CANNOT_START = 78
"""The exit code of an engine that cannot start for a reason the user can mend; the last line it prints tells it."""


class Message(msgspec.Struct, frozen=True, tag_field="type", omit_defaults=True):
    """What all messages derive from."""


# ---- commands


class Submit(Message, frozen=True, tag="submit"):
    """Run a task. `params` is validated in the engine; `reveal` asks for the stages' inner data."""

    job: str
    task: str
    params: dict[str, Any]
    previews: bool = True
    reveal: bool = False
    trace: bool = False
    """Whether to tell, when it has ended, what took how long."""
    folder: str = ""
    """Where its pictures go instead of the library, as those of a preview do; '' for the library."""
    engine: str = ""
    """The engine that it is meant for, as `Ready.engine` told; any other gives it back. '' for whichever there is."""


class Cancel(Message, frozen=True, tag="cancel"):
    job: str


class Withdraw(Message, frozen=True, tag="withdraw"):
    """Give back a job that has not begun, answered by Withdrawn. One that has begun goes on, without an answer."""

    job: str


class Resave(Message, frozen=True, tag="resave"):
    """Save the pictures of a job that could not be saved: again in the library, or in `folder`."""

    job: str
    folder: str | None = None


class Discard(Message, frozen=True, tag="discard"):
    """Give up the unsaved pictures of a job, so that the queue goes on."""

    job: str


class Refresh(Message, frozen=True, tag="refresh"):
    """Look for models again; answered by Models."""


class Unload(Message, frozen=True, tag="unload"):
    """Free every component that no job leases; or only `components`, by id, and then MemoryReport answers."""

    components: list[str] = []


class Pin(Message, frozen=True, tag="pin"):
    """Let a component be the last to go when room is made, or no longer; answered by MemoryReport."""

    component: str
    pinned: bool


class ReportMemory(Message, frozen=True, tag="report_memory"):
    """Ask what the model manager holds; answered by MemoryReport."""


class Plan(Message, frozen=True, tag="plan"):
    """Ask what a job with these parameters would take; answered by Planned, which carries `request`."""

    request: str
    task: str
    params: dict[str, Any]


class Operate(Message, frozen=True, tag="operate"):
    """Ask what a picture operation makes of a picture, small; answered by Operated, which carries `request`."""

    request: str
    operation: str
    image: str
    """An ImageRef."""
    side: int = 512
    """Pixels of the longer side at which it is made."""


class Shutdown(Message, frozen=True, tag="shutdown"):
    pass


Command = (
    Submit | Cancel | Withdraw | Resave | Discard | Refresh | Unload | Pin | ReportMemory | Plan | Operate | Shutdown
)


# ---- events


class Starting(Message, frozen=True, tag="starting"):
    """The engine process runs and says what it is doing before it is ready."""

    pid: int
    doing: str
    protocol: int = PROTOCOL
    plugin: str = ""
    """Of a third party, while it is being imported: whom to blame should the process end now."""


class Ready(Message, frozen=True, tag="ready"):
    tasks: list[TaskInfo]
    plugins: list[PluginInfo]
    models: list[ModelInfo]
    devices: list[DeviceInfo]
    version: str = ""
    at_once: int = 1
    """How many jobs run side by side: one on each device at work."""
    engine: str = ""
    """Which engine this is: no two are called the same."""


class Models(Message, frozen=True, tag="models"):
    models: list[ModelInfo]
    left_out: list[ModelInfo] = []
    """What lies in folders with many models and cannot be used, each with its `problem`."""


class MemoryReport(Message, frozen=True, tag="memory_report"):
    """What the model manager of each device holds, the most recently used first."""

    components: list[ComponentInfo] = []
    devices: list[DeviceMemory] = []
    """Those that had a job."""
    parked_bytes: int = 0
    """In RAM, beside the devices."""
    leaked_bytes: int = 0
    """Of what was given up and is still held by somebody."""


class Planned(Telling, Message, frozen=True, tag="planned"):
    """What a job would take, as far as that was measured of such jobs, or is known of the model."""

    request: str
    fits: bool | None = None
    """None where that is not known."""
    bytes: int | None = None
    """Weights and pictures together."""
    free_bytes: int = 0
    """What there is for both."""
    seconds: float | None = None
    """Loading included."""
    measured: bool = False
    """Whether `bytes` comes from a job of this kind, and not from the model's configuration alone."""
    cheaper: list[Cheaper] = []
    texts: list[dict[str, Any]] = []
    """For each picture, or one for all: what texts become whose variants are drawn or that are said in styles, by
    parameter; of a job without such texts []."""
    drawn: bool = False
    """Whether that is an example: the job will draw a seed of its own."""
    problem: str = ""
    """Why the texts cannot become anything."""
    note: str = ""
    """What else is to be known of the texts before they are used."""
    adapters: list[AdapterFit] = []
    """How each LoRA goes with the model, in their order."""


NO_PREVIEW = text.Text("What this makes of a picture is shown only where the engine runs on this machine.")


class Operated(Telling, Message, frozen=True, tag="operated"):
    """What a picture operation has made."""

    request: str
    picture: bytes = b""
    """A PNG; none where there is a problem."""
    problem: str = ""


class Heartbeat(Message, frozen=True, tag="heartbeat"):
    """About once a second, from a thread of its own: silence means that the whole process hangs."""

    resident_bytes: int = 0
    """Of the engine process."""
    components_bytes: int = 0
    """Of the model manager's components."""


class Begun(Message, frozen=True, tag="begun"):
    """A job cannot be taken back any more, and the engine's end interrupts it; told before anything of it is run."""

    job: str
    device: int = 0
    """The number of the device at work that runs it."""


class Started(Message, frozen=True, tag="started"):
    job: str
    params: dict[str, Any]
    """As validated, with defaults filled in and the drawn seed."""


class Progress(Message, frozen=True, tag="progress"):
    job: str
    done: float
    total: float
    stage: str = ""
    eta_s: float | None = None
    preview: bytes = b""
    """A small JPEG, at most two a second; base64 in the JSON."""


class Note(Telling, Message, frozen=True, tag="note"):
    job: str
    text: str


class Revealed(Message, frozen=True, tag="revealed"):
    """A stage's inner data, for the "under the hood" panel. Pictures are {"jpeg": base64}."""

    job: str
    stage: str
    data: dict[str, Any]


class Traced(Message, frozen=True, tag="traced"):
    """What of a job took how long, just before its last event, if that was asked for."""

    job: str
    spans: list[SpanInfo]


class Saved(Message, frozen=True, tag="saved"):
    """A finished picture is in the library."""

    job: str
    id: str
    path: str
    index: int
    width: int
    height: int
    seed: int | None = None
    values: dict[str, Any] = {}
    read: dict[str, Any] = {}
    """By parameter, what a text became that has variants or is said in styles, and the LoRAs that stood in it."""


class Unsaved(Telling, Message, frozen=True, tag="unsaved"):
    """A finished picture could not be saved: the engine keeps it and waits for Resave or Discard."""

    job: str
    index: int
    message: str


class Finished(Message, frozen=True, tag="finished"):
    job: str
    seconds: float
    loaded_bytes: int = 0
    """What the model manager had to load for this job: 0 when all was there."""


class Failed(Telling, Message, frozen=True, tag="failed"):
    """The job ended without success; what was saved before stays. `details` is a traceback, for bugs only."""

    job: str
    message: str
    code: str = "error"
    field: str | None = None
    user: bool = False
    """Whether the user can mend it; else it is a bug of ours or of the plugin."""
    details: str = ""


class JobCancelled(Message, frozen=True, tag="cancelled"):
    job: str


class Withdrawn(Message, frozen=True, tag="withdrawn"):
    """A job has been given back without having begun: as it was asked, or because there is no engine. It may be sent
    again."""

    job: str


class Interrupted(Telling, Message, frozen=True, tag="interrupted"):
    """Made by the client: the engine ended while this job ran. It is never run again silently."""

    job: str
    message: str


class Ended(Telling, Message, frozen=True, tag="ended"):
    """Made by the client: the engine process is gone. `restarting` tells whether the client starts another."""

    message: str
    exit_code: int | None
    restarting: bool
    suspect: str = ""
    """A third-party plugin whose task ran each time the engine died."""
    safe_mode: bool = False
    """Whether the engine that is started now leaves out the plugins of third parties."""


class Silent(Message, frozen=True, tag="silent"):
    """Made by the client: not even a heartbeat for `seconds`, the whole process hangs; 0 when it is heard again."""

    seconds: float


class Log(Message, frozen=True, tag="log"):
    """A line that a plugin or library printed."""

    text: str
    job: str = ""


Event = (
    Starting
    | Ready
    | Models
    | Planned
    | Operated
    | MemoryReport
    | Heartbeat
    | Begun
    | Started
    | Progress
    | Note
    | Revealed
    | Traced
    | Saved
    | Unsaved
    | Finished
    | Failed
    | JobCancelled
    | Withdrawn
    | Interrupted
    | Ended
    | Silent
    | Log
)

LAST = (Finished, Failed, JobCancelled, Interrupted)
"""The events that end a job: each job gets exactly one of them."""


def given_up(job: str, count: int, made: int) -> Failed:
    """The end of a job whose pictures could not all be saved."""
    told = text.Text("{} of {} finished pictures could not be saved and were discarded.", count, made)
    return Failed(job, told, "storage", user=True)


def check(params: Mapping[str, Any]) -> None:
    """Raises UserError, naming the parameter, for values that JSON would lose: NaN, infinity, half surrogates."""
    for name, value in params.items():
        for place, leaf in _leaves(name, value):
            if isinstance(leaf, float) and not math.isfinite(leaf):
                raise UserError("{} must be a finite number, not {}.", place, leaf, field=name, code="invalid_params")
            if isinstance(leaf, str) and any("\ud800" <= letter <= "\udfff" for letter in leaf):
                raise UserError(
                    "{} holds half of a surrogate pair, which is no valid text; paste the text again.",
                    place,
                    field=name,
                    code="invalid_unicode",
                )


def _leaves(place: str, value: Any) -> Iterator[tuple[str, Any]]:
    """Each with what a sentence calls its place."""
    if isinstance(value, Mapping):
        for key, entry in value.items():
            yield place, key
            yield from _leaves(place, entry)
    elif isinstance(value, list | tuple):
        for number, entry in enumerate(value, 1):
            held = entry.items() if isinstance(entry, Mapping) else ()
            for key, inner in held:
                yield place, key
                yield from _leaves(text.Text("{}, entry {}, {}", place, number, key), inner)
            if not held:
                yield from _leaves(place, entry)
    else:
        yield place, value


_encoder = msgspec.json.Encoder(enc_hook=text.english)
_commands: msgspec.json.Decoder[Command] = msgspec.json.Decoder(Command)
_events: msgspec.json.Decoder[Event] = msgspec.json.Decoder(Event)


def encode(message: Message) -> bytes:
    """One line of JSON, with its newline. Half surrogates, which no JSON holds, become question marks."""
    try:
        return _encoder.encode(message) + b"\n"
    except UnicodeEncodeError:  # a traceback may quote anything, and a job must not lack its end for that
        return _encoder.encode(_mended(msgspec.to_builtins(message, enc_hook=text.english))) + b"\n"


def _mended(value: Any) -> Any:
    if isinstance(value, str):
        return value.encode("utf-8", "replace").decode()
    if isinstance(value, dict):
        return {_mended(key): _mended(entry) for key, entry in value.items()}
    return [_mended(entry) for entry in value] if isinstance(value, list) else value


def decode_command(line: bytes) -> Command:
    """Raises msgspec.DecodeError for anything that is no command."""
    try:
        return _commands.decode(line)
    except (UnicodeDecodeError, RecursionError) as error:
        raise msgspec.DecodeError(str(error)) from None


def decode_event(line: bytes) -> Event:
    """Raises msgspec.DecodeError for anything that is no event."""
    try:
        return _events.decode(line)
    except (UnicodeDecodeError, RecursionError) as error:
        raise msgspec.DecodeError(str(error)) from None
