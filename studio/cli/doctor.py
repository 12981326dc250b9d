"""`studio doctor`: what is well, what is not, and what to do about it."""

from collections.abc import Iterator
from queue import Empty, SimpleQueue

import click

from studio import messages
from studio.cli import check
from studio.cli.check import BROKEN, POOR, WELL, Check
from studio.cli.front import Front
from studio.cli.output import out, print_json
from studio.cli.report import DONE, MENDABLE
from studio.errors import UserError

ENGINE_S = 120.0
SIGNS = {WELL: "well  ", POOR: "poor  ", BROKEN: "BROKEN"}


@click.command("doctor")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON list.")
@click.pass_obj
def command(front: Front, as_json: bool) -> int:
    """Check all that pictures and windows need.

    Ends with 0 when nothing essential is broken, else with 2.
    """
    checks = []
    for result in examine(front):
        checks.append(result)
        if not as_json:
            out(f"{SIGNS[result.state]}  {result.topic}: {result.found}")
            if result.advice:
                out(f"            {result.advice}")
    if as_json:
        print_json(checks)
    return MENDABLE if any(result.state == BROKEN for result in checks) else DONE


def examine(front: Front) -> Iterator[Check]:
    """All checks, one by one, because some take seconds."""
    yield check.python()
    yield check.weights()
    yield check.opencv()
    yield from check.qt()
    try:
        settings = front.settings
    except UserError as error:
        yield Check("Settings", BROKEN, error.message)
        return
    yield Check("Settings", WELL, str(settings.home / "settings.json"))
    yield check.home(settings.home)
    yield check.disk(settings.library_dir)
    yield from _plugins(front)
    yield from _engine(front)


def _plugins(front: Front) -> Iterator[Check]:
    for plugin in front.plugins:
        if plugin.problem:
            advice = "Update or remove it; the others work without it."
            yield Check(f"Plugin {plugin.name}", POOR, f"{plugin.problem} ({plugin.origin})", advice)
    working = [plugin.name for plugin in front.plugins if not plugin.problem]
    yield Check("Plugins", WELL if front.tasks else BROKEN, ", ".join(working) or "none works")


def _engine(front: Front) -> Iterator[Check]:
    """A real engine is started, and asked for what it sees."""
    inbox: SimpleQueue[messages.Event] = SimpleQueue()
    client = front.connect()(inbox.put)
    client.start()
    try:
        ready = _wait(inbox)
    finally:
        client.close()
    if isinstance(ready, str):
        yield Check("Engine", BROKEN, ready, "The lines above may say why; else this is a bug.")
        return
    yield Check("Engine", WELL, f"starts (version {ready.version})")
    for device in ready.devices:
        found = device.problem or f"{device.title}, {device.memory_bytes / 1e9:.1f} GB"
        yield Check(f"Device {device.id}", POOR if device.problem else WELL, found)
    for model in ready.models:
        # Without the starter no plugin's default works; a model that was added is the user's own affair.
        state = WELL if not model.problem else BROKEN if model.id == "starter" else POOR
        yield Check(f"Model {model.id}", state, model.problem or f"{model.title}: {', '.join(model.capabilities)}")


def _wait(inbox: "SimpleQueue[messages.Event]") -> messages.Ready | str:
    """What the engine says when it is ready, or in a sentence why it is not."""
    words = ""
    while True:
        try:
            event = inbox.get(timeout=ENGINE_S)
        except Empty:
            return f"did not answer within {ENGINE_S:.0f} s"
        if isinstance(event, messages.Ready):
            return event
        if isinstance(event, messages.Log):
            words = event.text
        if isinstance(event, messages.Ended):
            return f"does not start ({words or event.message})"
