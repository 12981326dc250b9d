"""An engine on another machine: the way there, what goes up, and what comes back into the library of this one."""

from studio.client.remote import access_tokens, known
from studio.client.remote.address import RemoteEngine, read_address
from studio.client.remote.asking import ask_ready, inquiry
from studio.client.remote.client import RemoteClient

__all__ = ["RemoteClient", "RemoteEngine", "access_tokens", "ask_ready", "inquiry", "known", "read_address"]
