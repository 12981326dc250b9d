"""BadWay: what stands between a front and its server, and what it does to what goes through."""

import contextlib
import select
import socket
import ssl
import threading
import time
from pathlib import Path
from typing import Any

BLOCK = 16_384


class BadWay:
    """A proxy for TCP, or one that ends TLS. All of its faults can be set while it runs."""

    def __init__(self, target: int, tls: ssl.SSLContext | None = None) -> None:
        self.target, self._tls = target, tls
        self.is_shut = self.is_stalled = self.collects = False
        """Whether it lets nobody in; holds all bytes; hands on answers only when they are whole."""
        self.idle_s = 60.0
        """A connection that is silent for so long is ended."""
        self.bytes_per_s = 0
        self.cut_after: int | None = None
        """So many bytes of answers from now on, then all connections break off, once."""
        self.cut_upload_after: int | None = None
        self._open: set[socket.socket] = set()
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port = self._listener.getsockname()[1]
        self._thread = threading.Thread(target=self._accept, daemon=True)
        self._thread.start()

    @property
    def url(self) -> str:
        return f"{'https' if self._tls else 'http'}://{'localhost' if self._tls else '127.0.0.1'}:{self.port}"

    def cut(self) -> None:
        """Break off whatever is open."""
        for each in [*self._open]:
            with contextlib.suppress(OSError):
                each.shutdown(socket.SHUT_RDWR)

    def close(self) -> None:
        self._listener.close()
        self.cut()
        self._thread.join(5)

    def _accept(self) -> None:
        while True:
            try:
                ready, _, _ = select.select([self._listener], [], [], 0.2)
                if not ready:
                    continue
                near, _ = self._listener.accept()
            except (OSError, ValueError):
                return
            threading.Thread(target=self._serve, args=(near,), daemon=True).start()

    def _serve(self, near: socket.socket) -> None:
        with contextlib.suppress(OSError), contextlib.ExitStack() as stack:
            stack.enter_context(near)
            if self.is_shut:
                return
            if self._tls:
                near = stack.enter_context(self._tls.wrap_socket(near, server_side=True))
            far = stack.enter_context(socket.create_connection(("127.0.0.1", self.target)))
            ends = {near, far}
            self._open |= ends
            stack.callback(self._open.difference_update, ends)
            self._carry(near, far)

    def _carry(self, near: socket.socket, far: socket.socket) -> None:
        held, last = b"", time.monotonic()
        while time.monotonic() - last < self.idle_s:
            if self.is_stalled:
                time.sleep(0.02)
                last = time.monotonic()
                continue
            pending = isinstance(near, ssl.SSLSocket) and near.pending()
            ready: list[Any] = [near] if pending else select.select([near, far], [], [], 0.05)[0]
            if self.is_stalled:
                continue
            if near in ready:
                data = near.recv(BLOCK)
                last = time.monotonic()
                self._count("cut_upload_after", data)
                far.sendall(data)
                if not data:
                    return
            if far in ready:
                data = far.recv(BLOCK)
                last = time.monotonic()
                if not data:
                    return
                self._count("cut_after", data)
                held += data
            if held and not (self.collects and not _is_whole(held)):
                if self.bytes_per_s:
                    time.sleep(len(held) / self.bytes_per_s)
                near.sendall(held)
                held = b""

    def _count(self, which: str, data: bytes) -> None:
        left = getattr(self, which)
        if left is not None:
            setattr(self, which, left - len(data))
            if left < len(data):
                setattr(self, which, None)
                self.cut()
                raise OSError


def _is_whole(answer: bytes) -> bool:
    head, end, body = answer.partition(b"\r\n\r\n")
    if not end:
        return False
    for line in head.lower().split(b"\r\n"):
        if line.startswith(b"content-length:"):
            return len(body) >= int(line.partition(b":")[2])
    return True


def certificate(folder: Path, name: str = "localhost") -> tuple[Path, ssl.SSLContext]:
    """An authority of the test's own, and what a server with a certificate of it uses."""
    import datetime

    from cryptography import x509
    from cryptography.hazmat.primitives import hashes, serialization
    from cryptography.hazmat.primitives.asymmetric import ec
    from cryptography.x509.oid import NameOID

    def named(text: str) -> x509.Name:
        return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, text)])

    now, day = datetime.datetime.now(datetime.UTC), datetime.timedelta(days=1)
    authority, key = ec.generate_private_key(ec.SECP256R1()), ec.generate_private_key(ec.SECP256R1())
    builder = x509.CertificateBuilder().not_valid_before(now - day).not_valid_after(now + day)
    root = (
        builder.subject_name(named("test authority")).issuer_name(named("test authority"))
        .public_key(authority.public_key()).serial_number(1)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(authority.public_key()), critical=False)
        .sign(authority, hashes.SHA256())
    )  # fmt: skip
    leaf = (
        builder.subject_name(named(name)).issuer_name(root.subject)
        .public_key(key.public_key()).serial_number(2)
        .add_extension(x509.SubjectAlternativeName([x509.DNSName(name)]), critical=False)
        .add_extension(
            x509.AuthorityKeyIdentifier.from_issuer_public_key(authority.public_key()), critical=False
        )
        .sign(authority, hashes.SHA256())
    )  # fmt: skip
    pem = serialization.Encoding.PEM
    ca, chain = folder / "ca.pem", folder / "chain.pem"
    ca.write_bytes(root.public_bytes(pem))
    private = key.private_bytes(pem, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    chain.write_bytes(private + leaf.public_bytes(pem))
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(chain)
    return ca, context
