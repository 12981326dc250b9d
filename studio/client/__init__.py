"""The way to an engine: `Client` is what fronts are written against, `EngineClient` starts and feeds a real one."""

from studio.client._contract import Client
from studio.client._engine import EngineClient

__all__ = ["Client", "EngineClient"]
