"""What the sources of studio and plugins say of themselves, read without importing them."""

import ast
from collections.abc import Iterator
from functools import cache
from pathlib import Path

ROOT = Path(__file__).parent.parent
BROAD = {"Exception", "BaseException"}


@cache
def trees() -> dict[str, ast.Module]:
    """The syntax tree of every module of the studio and of the plugins, by the module's name."""
    found = {}
    for root, base in ((ROOT / "studio", ROOT), (ROOT / "plugins", ROOT / "plugins")):
        for file in sorted(root.rglob("*.py")):
            name = ".".join(file.relative_to(base).with_suffix("").parts).removesuffix(".__init__")
            found[name] = ast.parse(file.read_text("utf-8"))
    return found


def public_classes() -> Iterator[tuple[str, str]]:
    """(class, module) of each class that stands at the top of a module under a public name."""
    for module, tree in trees().items():
        for node in tree.body:
            if isinstance(node, ast.ClassDef) and not node.name.startswith("_"):
                yield node.name, module


def imports(module: str) -> set[str]:
    """Our modules that it imports, at the top, in functions and under TYPE_CHECKING."""
    known, found = trees(), set()
    for node in ast.walk(known[module]):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            for alias in node.names:
                inner = f"{node.module}.{alias.name}"
                found.add(inner if inner in known else node.module)
    return (found & known.keys()) - {module}


def circles() -> list[set[str]]:
    """Modules that import each other, directly or by others; each as large as it gets."""
    graph = {module: imports(module) for module in trees()}
    reached = {module: _reached(graph, module) for module in graph}
    found: list[set[str]] = []
    for module in graph:
        circle = {other for other in reached[module] if module in reached[other]} | {module}
        if len(circle) > 1 and circle not in found:
            found.append(circle)
    return found


def _reached(graph: dict[str, set[str]], start: str) -> set[str]:
    found: set[str] = set()
    waiting = [start]
    while waiting:
        for other in graph[waiting.pop()] - found:
            found.add(other)
            waiting.append(other)
    return found


def broad_excepts() -> Iterator[tuple[str, int]]:
    """(module, line) of each handler that takes any exception and does not end by raising it again."""
    for module, tree in trees().items():
        for node in ast.walk(tree):
            if isinstance(node, ast.ExceptHandler) and _is_broad(node) and not isinstance(node.body[-1], ast.Raise):
                yield module, node.lineno


def _is_broad(handler: ast.ExceptHandler) -> bool:
    kinds = handler.type.elts if isinstance(handler.type, ast.Tuple) else [handler.type]
    return any(kind is None or (isinstance(kind, ast.Name) and kind.id in BROAD) for kind in kinds)
