"""The way to an engine: `Client` is what fronts are written against, `EngineClient` starts and feeds a real one."""

from studio.client import _server_info as server_info
from studio.client._contract import Client
from studio.client._engine import ENGINE, ENGINE_LOG, EngineClient
from studio.client._server_info import ServerInfo
from studio.client._supervisor import SAFE_MODE

__all__ = ["ENGINE", "ENGINE_LOG", "SAFE_MODE", "Client", "EngineClient", "ServerInfo", "server_info"]
