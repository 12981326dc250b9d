"""Windows and command lines of other machines: their orders in, numbered events and finished pictures out."""

from studio.server.remote.session import RemoteSession
from studio.server.remote.sessions import RemoteSessions

__all__ = ["RemoteSession", "RemoteSessions"]
