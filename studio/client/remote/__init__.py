"""An engine on another machine: the way there, what goes up, and what comes back into the library of this one."""

from studio.client.remote import tokens
from studio.client.remote.address import RemoteEngine, read_address
from studio.client.remote.client import RemoteClient
from studio.client.remote.link import EngineLink, LinkDown

__all__ = ["EngineLink", "LinkDown", "RemoteClient", "RemoteEngine", "read_address", "tokens"]
