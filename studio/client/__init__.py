"""The way to an engine: `Client` is what fronts are written against, `EngineClient` starts and feeds a real one.

`AttachedClient` uses that of a server which runs already, `nearest_engine` whichever there is.
"""

from studio.client import _server_info as server_info
from studio.client._attached import AttachedClient
from studio.client._contract import Client
from studio.client._engine import ENGINE, ENGINE_LOG, EngineClient
from studio.client._nearest import nearest_engine
from studio.client._server_info import ServerInfo
from studio.client._supervisor import SAFE_MODE

__all__ = [
    "ENGINE",
    "ENGINE_LOG",
    "SAFE_MODE",
    "AttachedClient",
    "Client",
    "EngineClient",
    "ServerInfo",
    "nearest_engine",
    "server_info",
]
