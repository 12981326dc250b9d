"""How tests call the command line: as users do, in a process of its own."""

import subprocess
import sys
from collections.abc import Callable

STUDIO = (sys.executable, "-m", "studio")
Studio = Callable[..., "subprocess.CompletedProcess[str]"]
