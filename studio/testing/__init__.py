"""What authors of plugins and fronts test with: real rules, no engine process; torch only if a task uses it."""

from studio.testing._check import check_task
from studio.testing._context import FakeContext, Step
from studio.testing._rows import drawn
from studio.testing._scripted import ScriptedClient
from studio.testing._translation import untranslated

__all__ = ["FakeContext", "ScriptedClient", "Step", "check_task", "drawn", "untranslated"]
