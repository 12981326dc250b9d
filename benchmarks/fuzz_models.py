"""Mutated inputs against everything that reads a model's files: none may crash, hang or take all memory.

    python benchmarks/fuzz_models.py [--count N] [--seed S] [--target NAME]... [--keep FOLDER]

N inputs for each reader, 100,000 unless told otherwise (eleven readers, so a million and more), and a hundredth of that
for each loader, which ends in the libraries. Finds are printed, and with --keep written under FOLDER/TARGET; what lies
in tests/data/hostile is tried by every run of the tests.
"""

import argparse
import hashlib
import sys
import tempfile
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent.parent / "tests"))

import model_fuzz
import tiny


def main() -> int:
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--count", type=int, default=100_000)
    asked.add_argument("--seed", type=int, default=0)
    asked.add_argument("--target", action="append", choices=[*model_fuzz.TARGETS])
    asked.add_argument("--keep", type=Path)
    options = asked.parse_args()
    finds = 0
    with tempfile.TemporaryDirectory() as place:
        model = Path(place, "model")
        tiny.stable_diffusion().save_pretrained(model)
        for name in options.target or model_fuzz.TARGETS:
            target = model_fuzz.TARGETS[name]
            count = options.count if target in model_fuzz.READERS else max(1, options.count // 100)
            started, found = time.perf_counter(), 0
            for data, told in model_fuzz.fuzz(target, model, count, options.seed):
                found += 1
                print(f"{name}: {told}", flush=True)
                if options.keep:
                    file = options.keep / name / hashlib.sha256(data).hexdigest()[:12]
                    file.parent.mkdir(parents=True, exist_ok=True)
                    file.write_bytes(data)
            took = time.perf_counter() - started
            print(f"{name}: {count:,} inputs, {found} finds, {count / took:,.0f} a second", flush=True)
            finds += found
    return 1 if finds else 0


if __name__ == "__main__":
    sys.exit(main())
