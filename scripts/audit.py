"""Known vulnerabilities of the pinned packages, by pip-audit: python scripts/audit.py [--service-url URL]

Asks OSV (https://osv.dev), so it needs the network. Ends with 0 when every package was asked about and none is known to
be vulnerable, with 1 and their names when some are, and with 3 where the service does not know or answer: nothing was
found out then, which pip-audit itself calls "no known vulnerabilities".
"""

import argparse
import json
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parent.parent
SERVICE = "https://api.osv.dev/v1/query"
FINE, VULNERABLE, UNKNOWN = 0, 1, 3
TIMEOUT_S = 15


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--service-url", default=SERVICE)
    parser.add_argument("--constraints", type=Path, default=ROOT / "constraints.txt")
    asked = parser.parse_args()
    command = [
        sys.executable, "-m", "pip_audit", "--requirement", str(asked.constraints), "--no-deps", "--disable-pip",
        "--format", "json", "--vulnerability-service", "osv", "--osv-url", asked.service_url,
        "--progress-spinner", "off", "--timeout", str(TIMEOUT_S), "--desc", "off",
    ]  # fmt: skip
    done = subprocess.run(command, capture_output=True, text=True)
    try:
        packages = json.loads(done.stdout)["dependencies"]
    except (ValueError, KeyError):
        told = (done.stderr.strip().splitlines() or ["it said nothing"])[-1]
        sys.stdout.write(f"Nothing is known: {told}\n")
        return UNKNOWN
    return judge(packages)


def judge(packages: Sequence[dict[str, Any]]) -> int:
    """Say what was found of each, and what became of it all."""
    for each in packages:
        for found in each.get("vulns", ()):
            fixed = ", ".join(found.get("fix_versions", ())) or "no version yet"
            sys.stdout.write(f"{each['name']} {each['version']}: {found['id']}, mended in {fixed}\n")
    vulnerable = sum(bool(each.get("vulns")) for each in packages)
    skipped = [each["name"] for each in packages if "skip_reason" in each]
    sys.stdout.write(f"{len(packages)} packages, {vulnerable} vulnerable, {len(skipped)} not asked about\n")
    return VULNERABLE if vulnerable else UNKNOWN if skipped or not packages else FINE


if __name__ == "__main__":
    sys.exit(main())
