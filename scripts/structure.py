"""Figures of the structure, to hold a change against what was before: python scripts/structure.py [FOLDER …]

With several checkouts as arguments (`git worktree add ../before COMMIT`) it prints one column for each.
"""

import ast
import statistics
import sys
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

PACKAGES = {"studio": "studio", "plugins": "plugins"}
LONG_FILE, LONG_FUNCTION = 300, 40


class Module:
    """One source file: its name as it is imported, its text and its syntax tree."""

    def __init__(self, root: Path, file: Path) -> None:
        parts = file.relative_to(root).with_suffix("").parts
        parts = parts[1:] if parts[0] == "plugins" else parts
        self.name = ".".join(parts[:-1] if parts[-1] == "__init__" else parts)
        self.text = file.read_text("utf-8")
        self.tree = ast.parse(self.text)
        self.lines = self.text.count("\n")

    def imports(self, inside: bool) -> Iterator[tuple[str, str]]:
        """(module, name) of its imports; `inside`: those in functions, else all others, under TYPE_CHECKING too."""
        for node, in_function in _walk(self.tree, False):
            if in_function is not inside:
                continue
            if isinstance(node, ast.ImportFrom) and node.module:
                yield from ((node.module, alias.name) for alias in node.names)
            elif isinstance(node, ast.Import):
                yield from ((alias.name, "") for alias in node.names)


def _walk(node: ast.AST, in_function: bool) -> Iterator[tuple[ast.AST, bool]]:
    for child in ast.iter_child_nodes(node):
        yield child, in_function
        is_function = isinstance(child, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda)
        yield from _walk(child, in_function or is_function)


def modules(root: Path) -> list[Module]:
    """All of the application and its plugins but the starter's recipe, which no user runs to make a picture."""
    files = sorted(file for folder in PACKAGES for file in (root / folder).rglob("*.py"))
    return [Module(root, file) for file in files if "studio_starter" not in file.parts]


def circles(all: list[Module]) -> list[set[str]]:
    """Sets of modules that import each other, in functions and under TYPE_CHECKING too (Tarjan 1972)."""
    known = {module.name for module in all}
    graph = {
        module.name: {
            target
            for where, name in (*module.imports(inside=False), *module.imports(inside=True))
            if (target := f"{where}.{name}" if f"{where}.{name}" in known else where) in known and target != module.name
        }
        for module in all
    }
    index: dict[str, int] = {}
    low: dict[str, int] = {}
    stack: list[str] = []
    found = []

    def visit(name: str) -> None:
        index[name] = low[name] = len(index)
        stack.append(name)
        for target in graph[name]:
            if target not in index:
                visit(target)
                low[name] = min(low[name], low[target])
            elif target in stack:
                low[name] = min(low[name], index[target])
        if low[name] == index[name]:
            at = stack.index(name)
            component, stack[at:] = {*stack[at:]}, []
            if len(component) > 1:
                found.append(component)

    sys.setrecursionlimit(10_000)
    for name in graph:
        if name not in index:
            visit(name)
    return found


def figures(root: Path) -> dict[str, int]:
    all = modules(root)
    nodes = [node for module in all for node in ast.walk(module.tree)]
    functions = [node for node in nodes if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)]
    classes = Counter(
        node.name
        for module in all
        for node in module.tree.body
        if isinstance(node, ast.ClassDef) and not node.name.startswith("_")
    )
    own = {module.name.partition(".")[0] for module in all}
    return {
        "files": len(all),
        "lines": sum(module.lines for module in all),
        "lines of the median file": int(statistics.median(module.lines for module in all)),
        f"files of more than {LONG_FILE} lines": sum(module.lines > LONG_FILE for module in all),
        "files of more than 400 lines": sum(module.lines > 400 for module in all),
        f"functions of more than {LONG_FUNCTION} lines": sum(
            (node.end_lineno or 0) - node.lineno >= LONG_FUNCTION for node in functions
        ),
        "import circles": len(circles(all)),
        "broad excepts that raise nothing": sum(map(swallows, nodes)),
        "type: ignore": sum(module.text.count("# type: ignore") for module in all),
        "own modules imported in functions": sum(
            where.partition(".")[0] in own for module in all for where, _ in module.imports(inside=True)
        ),
        "public class names used twice": sum(count > 1 for count in classes.values()),
    }


def swallows(node: ast.AST) -> bool:
    """Whether it takes any exception, and raises none itself."""
    raises = any(isinstance(each, ast.Raise) for each in ast.walk(node))
    return isinstance(node, ast.ExceptHandler) and is_broad(node.type) and not raises


def is_broad(kind: ast.expr | None) -> bool:
    return kind is None or (isinstance(kind, ast.Name) and kind.id in ("Exception", "BaseException"))


if __name__ == "__main__":
    columns = [figures(Path(folder)) for folder in sys.argv[1:] or ["."]]
    for label in columns[0]:
        sys.stdout.write(f"{label:36}" + "".join(f"{column[label]:>10,}" for column in columns) + "\n")
