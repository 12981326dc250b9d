"""The way to a cluster: its token, what must be known before it starts, and its end."""

import contextlib
import importlib.util
import os
import shutil
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from studio import files
from studio.errors import UserError
from studio.server import access_token
from studio.server.ray import exposure
from studio.server.ray.options import AUTO, RayOptions
from studio.settings import Settings
from studio.worker import make_folder

TOKEN = "ray-token"
STORE_BYTES = 512 * 2**20
"""Of shared memory for what is on its way; pictures are, and nothing else is large."""
RUNNING = Path(tempfile.gettempdir()) / "ray" / "ray_current_cluster"
"""Where `ray start` writes its address."""
_PROBE_S = 60
_MACHINE_S = 600
"""For a cloud to start one."""
_OPEN = 3
_PROBE = f"""
import sys
from ray._raylet import GcsClient
try:
    GcsClient(address=sys.argv[1]).internal_kv_keys(b"", namespace=b"cluster")
except Exception as error:
    sys.exit(0 if "auth" in str(error).lower() else 1)
sys.exit({_OPEN})
"""
ENVIRON = {
    "RAY_worker_niceness": "0",  # Ray's own is 15, and the engine adds its own: nothing would be left of it
    "RAY_USAGE_STATS_ENABLED": "0", "RAY_DEDUP_LOGS": "0", "RAY_SERVE_LOG_TO_STDERR": "0",
    "RAY_ACCEL_ENV_VAR_OVERRIDE_ON_ZERO": "0",
}  # fmt: skip


def require_ray() -> None:
    """Raise UserError where it is not installed."""
    if importlib.util.find_spec("ray") is None:
        raise UserError(
            "Ray is not installed here; nothing was started. Install it with: "
            "{} -m pip install 'open-image-studio[ray]'",
            sys.executable,
            code="no_ray",
        )


@dataclass
class Cluster:
    """One that can be connected to; `address` is '' for one that is still to be started here."""

    address: str
    token: Path | None
    folder: Path | None = None
    """Ray's own files, of a cluster that was started here."""

    @property
    def is_own(self) -> bool:
        return not self.address

    def connect(self) -> None:
        """For the main thread, before its own handlers of signals are set: Ray takes SIGTERM. Raises UserError."""
        import ray

        common: dict[str, Any] = {"log_to_driver": False, "logging_level": "ERROR", "namespace": "studio"}
        try:
            if self.is_own:
                # Short, since it holds sockets; within one of this user's alone, since Ray opens its own to everybody.
                self.folder = make_folder("studio-ray-")
                ray.init(
                    include_dashboard=False, object_store_memory=STORE_BYTES, _temp_dir=str(self.folder / "r"), **common
                )
            else:
                ray.init(address=self.address, **common)
        except Exception as error:
            self.close()
            raise self._unusable(error) from error

    @property
    def resources(self) -> dict[str, float]:
        """What it has: CPU, GPU, …; waits for the first machine that has any."""
        import ray

        deadline = time.monotonic() + _MACHINE_S
        while True:
            found: dict[str, float] = ray.cluster_resources()
            if found.get("GPU") or found.get("CPU") or time.monotonic() > deadline:
                return found
            time.sleep(1)

    def _unusable(self, error: Exception) -> UserError:
        if self.is_own:
            return UserError("Ray could not be started: {}", _short(error), code="ray")
        return UserError(
            "The cluster {} does not take the token, or does not answer; nothing was started ({}).", self.address,
            _short(error), code="ray",
        )  # fmt: skip

    def close(self) -> None:
        import ray

        with contextlib.suppress(Exception):
            ray.shutdown()
        if self.folder:
            shutil.rmtree(self.folder, ignore_errors=True)


def prepare(options: RayOptions, settings: Settings) -> Cluster:
    """See that all is safe, and set the token for this process and its children: before ray is imported.

    Raises UserError.
    """
    require_ray()
    address = _found(options)
    if not address:
        exposure.check(insists=options.exposed)
    token = _token(options, settings, own=not address)
    os.environ.update(ENVIRON)
    os.environ["RAY_AUTH_MODE"] = "token"
    if token:
        os.environ["RAY_AUTH_TOKEN_PATH"] = str(token)
        os.environ.pop("RAY_AUTH_TOKEN", None)
    if address:
        _require_guarded(address)
    return Cluster(address, token)


def _found(options: RayOptions) -> str:
    """The address of a cluster that runs already; '' for none."""
    if options.address != AUTO:
        return options.address
    if address := os.environ.get("RAY_ADDRESS", ""):
        return address
    try:
        return files.read_bounded(RUNNING, 1024).decode().strip()
    except (OSError, UnicodeDecodeError):
        return ""


def _token(options: RayOptions, settings: Settings, *, own: bool) -> Path | None:
    """The token's file; None where it is in the environment. Raises UserError for one that others may read."""
    if options.token_file:
        access_token.load(options.token_file, make=False)
        return options.token_file
    if own:
        path = settings.home / "server" / TOKEN
        access_token.load(path, make=True)
        return path
    if os.environ.get("RAY_AUTH_TOKEN"):
        return None
    usual = Path(os.environ.get("RAY_AUTH_TOKEN_PATH") or files.home() / ".ray" / "auth_token")
    if not usual.exists():
        raise UserError(
            "A cluster is used only with its token, and there is none in {}; nothing was started. Start the cluster "
            "with RAY_AUTH_MODE=token, and name its token's file: --ray-token-file FILE.",
            usual,
            code="ray_token",
        )
    access_token.load(usual, make=False)
    return usual


def _require_guarded(address: str) -> None:
    """Raise UserError for a cluster that takes orders from anybody."""
    environ = {**os.environ, "RAY_AUTH_MODE": "disabled"}
    try:
        probe = subprocess.run(
            [sys.executable, "-c", _PROBE, address], env=environ, capture_output=True, timeout=_PROBE_S
        )  # fmt: skip
    except subprocess.TimeoutExpired:
        raise _silent(address) from None
    if probe.returncode == _OPEN:
        raise UserError(
            "The cluster {} takes orders from whoever reaches it, without a token; nothing was started. Start it anew "
            "with RAY_AUTH_MODE=token in the environment of each of its nodes.",
            address,
            code="ray_open",
        )
    if probe.returncode:
        raise _silent(address)


def _silent(address: str) -> UserError:
    return UserError(
        "No Ray cluster answers at {}; nothing was started. `ray status` on its head tells its address.", address,
        code="ray_address",
    )  # fmt: skip


def _short(error: Exception) -> str:
    return " ".join(str(error).split())[:300] or type(error).__name__
