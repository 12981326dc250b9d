"""Imports of what the contract no longer has, found when a plugin is loaded and not only when a job runs into them."""

import ast
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType

MOVED = "imports studio.api.diffusion, which is studio.diffusion now; write `from studio import diffusion`"
_PACKAGE, _NAME = "studio.api", "diffusion"


def problem(module: ModuleType) -> str:
    """What is wrong with the imports in a plugin's sources, as a predicate; '' for nothing."""
    return MOVED if any(map(_is_moved, _nodes(module))) else ""


def caused(error: BaseException) -> bool:
    """Whether an import failed for this."""
    if isinstance(error, ModuleNotFoundError):
        return _is_old(error.name or "")
    return isinstance(error, ImportError) and error.name == _PACKAGE and f"'{_NAME}'" in str(error)


def _nodes(module: ModuleType) -> Iterator[ast.AST]:
    own = getattr(module, "__file__", None)
    if not own:
        return
    files = sorted(Path(own).parent.rglob("*.py")) if hasattr(module, "__path__") else [Path(own)]
    for file in files:
        try:
            source = file.read_bytes()
            if _NAME.encode() in source:  # parsing takes its time
                yield from ast.walk(ast.parse(source))
        except (OSError, SyntaxError, ValueError):  # a module that nothing imports may be anything
            continue


def _is_moved(node: ast.AST) -> bool:
    if isinstance(node, ast.Import):
        return any(_is_old(name.name) for name in node.names)
    if isinstance(node, ast.ImportFrom) and not node.level:
        inside = node.module == _PACKAGE and any(name.name == _NAME for name in node.names)
        return inside or _is_old(node.module or "")
    return isinstance(node, ast.Attribute) and ast.unparse(node) in (f"api.{_NAME}", f"{_PACKAGE}.{_NAME}")


def _is_old(name: str) -> bool:
    return f"{name}.".startswith(f"{_PACKAGE}.{_NAME}.")
