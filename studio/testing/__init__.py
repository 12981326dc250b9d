"""What authors of plugins and fronts test with: real rules, no engine process, no torch."""

from studio.testing._scripted import ScriptedClient

__all__ = ["ScriptedClient"]
