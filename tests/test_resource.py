"""Resources are found from a clone; the wheel's side is tested where a wheel is built."""

import shutil
import subprocess
import sys
from pathlib import Path

from studio import resource


def test_clone():
    assert resource.folder() == Path(__file__).resolve().parent.parent / "resources"


def test_inside_the_package_comes_first(tmp_path):
    site = tmp_path / "site"
    package = site / "studio"
    package.mkdir(parents=True)
    for name in ("__init__.py", "errors.py", "resource.py", "text.py"):
        shutil.copy(Path(resource.__file__).parent / name, package / name)
    (site / "resources").mkdir()  # somebody else's
    (package / "resources").mkdir()
    code = "from studio import resource; print(resource.folder())"
    run = subprocess.run([sys.executable, "-c", code], cwd=site, capture_output=True, text=True, check=True)
    assert Path(run.stdout.strip()) == package / "resources"
