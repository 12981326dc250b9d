"""Installing a plugin: resolved first, with the versions of all that the studio stands on; refused if those must go."""

import json
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

from studio import requirement
from studio.errors import UserError

CONFLICT = "The conflict is caused by:"
"""After this pip lists, a line each, who asks for what."""
PIP = (sys.executable, "-m", "pip", "--disable-pip-version-check", "--no-input")


def install(names: Sequence[str]) -> list[str]:
    """Returns what was installed, as "name version". Raises UserError; nothing was changed then."""
    with tempfile.TemporaryDirectory() as folder:
        constraints, report = Path(folder, "constraints.txt"), Path(folder, "report.json")
        pins = [f"{name}=={version}" for name, version in requirement.closure().items()]
        constraints.write_text("\n".join(pins), encoding="utf-8")
        wanted = ["install", "-c", str(constraints), *names]
        _pip([*wanted, "--dry-run", "--report", str(report)])
        found = [entry["metadata"] for entry in json.loads(report.read_text(encoding="utf-8"))["install"]]
        if found:
            _pip(wanted)
        return [f"{each['name']} {each['version']}" for each in found]


def _pip(arguments: Sequence[str]) -> None:
    done = subprocess.run([*PIP, *arguments], capture_output=True, text=True, errors="replace")
    if done.returncode == 0:
        return
    said = [line.removeprefix("ERROR:").strip() for line in done.stderr.splitlines() if line.strip()]
    conflicts = [line.strip() for line in done.stdout.partition(CONFLICT)[2].split("\n\n")[0].splitlines()]
    if any("No module named pip" in line for line in said):
        raise UserError(
            f"Nothing was installed: pip is not there. Add it with `{sys.executable} -m ensurepip`, then try again.",
            code="no_pip",
        )
    if conflicts:
        ours = ("The user requested (constraint)", "the studio stands on")
        told = "; ".join(line.replace(*ours) for line in conflicts if line)
        raise UserError(f"Nothing was installed, for it does not go together with the studio: {told}.", code="conflict")
    raise UserError(f"Nothing was installed: {' '.join(said[:12]) or 'pip did not say why.'}", code="pip")
