"""Sentences: what the sources of a package tell people besides its tasks' texts, with `{}` where a value stands."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

CALLS = {"UserError", "StorageError", "Damaged", "PluginRefused", "note", "refused", "_refused"}
KEYWORDS = {"why", "advice", "refusal", "missing", "note", "problem"}
"""Of what is told later, as the end of a sentence."""
KNOWN_STAGES = {"", "prior", "decoder", "denoising", "codec", "upscaler", "loading"}
FEWEST = 9
"""Letters of a sentence that is more than a frame for others."""


def sentences(files: list[Path]) -> set[str]:
    """The errors and notes in these sources, as far as they are written out where they are raised."""
    found: set[str] = set()
    for tree in map(_read, files):
        named = {
            node.targets[0].id: node.value
            for node in ast.walk(tree)
            if isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name)
        }
        for node in ast.walk(tree):
            if isinstance(node, ast.Call):
                told = [*node.args[:2]] if _name(node.func) in CALLS else []
                told += [each.value for each in node.keywords if each.arg in KEYWORDS]
            elif isinstance(node, ast.FunctionDef) and node.name in CALLS:  # it makes what is told
                told = [each.value for each in ast.walk(node) if isinstance(each, ast.Return) and each.value]
            else:
                continue
            for one in told:
                found |= set(_templates(named.get(one.id, one) if isinstance(one, ast.Name) else one))
    return {text for text in found if len(re.findall(r"[A-Za-z]", text)) >= FEWEST and " " in text.strip()}


def stages(files: list[Path]) -> set[str]:
    """The names of stages that these sources tell with their progress, but those that the window knows."""
    found: set[str] = set()
    for tree in map(_read, files):
        for node in ast.walk(tree):
            if isinstance(node, ast.Call) and _name(node.func) in ("progress", "step"):
                told = [each.value for each in node.keywords if each.arg == "stage"]
                told += node.args[:1] if _name(node.func) == "step" else []
                found |= {text for one in told for text in _templates(one)}
    return found - KNOWN_STAGES


def pieces(files: list[Path]) -> str:
    """All that these sources say, to look for the pieces of a sentence that is put together from several."""
    trees = map(_read, files)
    return "\n".join(text for tree in trees for node in ast.walk(tree) for text in _templates(node))


def alive(sentence: str, said: str) -> bool:
    """Whether the pieces of a sentence, between its values, still stand in what sources say."""
    return all(piece in said for each in sentence.split("{}") if (piece := each.strip(" .:;,()“”")))


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
