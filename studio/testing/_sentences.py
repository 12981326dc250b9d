"""Sentences: what the sources of a package tell people besides its tasks' texts, with `{}` where a value stands."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

CALLS = {
    "Text",
    "UserError",
    "LinkRefused",
    "StorageError",
    "ContractError",
    "Damaged",
    "PluginRefused",
    "UnsupportedSchema",
    "note",
}
"""Called with a template, and its arguments behind it."""
AFTER_THE_FIRST = {"refused", "_refused", "_damaged", "_cut", "_odd"}
"""Called with what is refused, unless it stands in the template."""
KEYWORDS = {"why", "refusal", "missing", "note", "problem"}
"""Of what is told later, as the end of a sentence."""
FEWEST = 9
"""Letters of a sentence that is more than a frame for others."""


def sentences(files: list[Path]) -> set[str]:
    """The templates of the errors and notes in these sources, with `{}` for the values of an f-string too."""
    found = {text for file in files for node in told(file) for text in _templates(node)}
    return {text for text in found if len(re.findall(r"[A-Za-z]", text)) >= FEWEST and " " in text.strip()}


def told(file: Path) -> Iterator[ast.expr]:
    """What stands in a source where a sentence is told."""
    for node in ast.walk(_read(file)):
        if isinstance(node, ast.Call):
            yield from node.args[: 1 if _name(node.func) in CALLS else 2 * (_name(node.func) in AFTER_THE_FIRST)]
            yield from (each.value for each in node.keywords if each.arg in KEYWORDS)


def stages(files: list[Path]) -> set[str]:
    """The names of stages that these sources tell with their progress."""
    found: set[str] = set()
    for tree in map(_read, files):
        for node in ast.walk(tree):
            if isinstance(node, ast.Call) and _name(node.func) in ("progress", "step"):
                told = [each.value for each in node.keywords if each.arg == "stage"]
                told += node.args[:1] if _name(node.func) == "step" else []
                found |= {text for one in told for text in _templates(one)}
    return found - {""}


def constants(files: list[Path]) -> set[str]:
    """All texts that stand in these sources, but for the keys of tables, such as one of translations."""
    nodes = [node for file in files for node in ast.walk(_read(file))]
    keys = {id(key) for node in nodes if isinstance(node, ast.Dict) for key in node.keys}
    return {text for node in nodes if id(node) not in keys for text in _templates(node)}


def _read(file: Path) -> ast.Module:
    return ast.parse(file.read_text("utf-8"))


def _name(node: ast.expr) -> str:
    return node.id if isinstance(node, ast.Name) else node.attr if isinstance(node, ast.Attribute) else ""


def _templates(node: ast.AST) -> Iterator[str]:
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        yield node.value
    elif isinstance(node, ast.JoinedStr):
        yield "".join(str(part.value) if isinstance(part, ast.Constant) else "{}" for part in node.values)
    elif isinstance(node, ast.IfExp):
        yield from _templates(node.body)
        yield from _templates(node.orelse)
