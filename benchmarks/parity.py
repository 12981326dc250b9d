"""Every family x capability against diffusers called directly: the largest difference of any pixel, on tiny weights.

python benchmarks/parity.py [NAME …]
"""

import sys
import tempfile
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent.parent / "tests"))

from built_in import BUILT_IN
from parity import compare, photograph_of, rows
from zoo import Zoo

from studio.models.service import ModelService
from studio.settings import Settings


def main(wanted: list[str]) -> None:
    print("| tiny model | capability | scheduler | largest difference, of 255 |")
    print("|---|---|---|---|")
    with tempfile.TemporaryDirectory() as root:
        zoo = Zoo(Path(root))
        service = ModelService(Settings(home=Path(root) / "home", device="cpu"), BUILT_IN)
        for name, capability, scheduler in rows():
            if not wanted or name in wanted:
                compared = compare(zoo[name], service, capability, photograph_of(128, 64), scheduler)
                print(f"| {name} | {capability} | {scheduler} | {compared.difference} |", flush=True)


if __name__ == "__main__":
    main(sys.argv[1:])
