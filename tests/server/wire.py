"""Bytes on the wire, for what no client library would send."""

import socket
import time

from served import TOKEN, Served


class Wire:
    """One connection."""

    def __init__(self, served: Served) -> None:
        self.socket = socket.create_connection(("127.0.0.1", served.port), timeout=20)
        self._host = f"127.0.0.1:{served.port}"

    def __enter__(self) -> "Wire":
        return self

    def __exit__(self, *rest: object) -> None:
        self.socket.close()

    def send(self, data: bytes) -> None:
        self.socket.sendall(data)

    def head(self, method: str, path: str, *headers: str, host: str | None = None, token: str = TOKEN) -> None:
        lines = [f"{method} {path} HTTP/1.1", f"Host: {host or self._host}", f"Authorization: Bearer {token}", *headers]
        self.send("\r\n".join([*lines, "", ""]).encode())

    def answer(self) -> bytes:
        """All until the server closes, or has said nothing for a while; a reset ends it too."""
        found = b""
        try:
            while data := self.socket.recv(65536):
                found += data
        except (TimeoutError, ConnectionResetError):
            pass
        return found

    def first(self) -> bytes:
        """What comes first."""
        return self.socket.recv(65536)

    def until(self, wanted: bytes) -> bytes:
        """All up to what is waited for."""
        found = b""
        while wanted not in found:
            data = self.socket.recv(65536)
            assert data, found
            found += data
        return found

    def closes(self) -> bool:
        """Whether the server ends the connection without a word."""
        try:
            return self.socket.recv(1) == b""
        except ConnectionResetError:
            return True

    def is_closed_within(self, seconds: float, trickle: bytes = b"") -> bool:
        """While one byte after the other goes out."""
        self.socket.settimeout(0.1)
        deadline = time.monotonic() + seconds
        while time.monotonic() < deadline:
            try:
                if trickle:
                    self.socket.sendall(trickle)
                if self.socket.recv(65536) == b"":
                    return True
            except TimeoutError:
                continue
            except (ConnectionResetError, BrokenPipeError):
                return True
        return False
