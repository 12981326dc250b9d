"""How often a picture shows what its prompt asks for, told by the judge, per language, with 95 % intervals."""

import math
import random
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch
from safetensors.torch import load_file

from studio_starter.caption import LANGUAGES, full_caption, names_hat
from studio_starter.data import draw, unit
from studio_starter.judge import Judge, judge
from studio_starter.pipeline import Starter
from studio_starter.scene import Scene, sample_from

ROWS = ("object", "color", "background", "hat", "hat color")
BATCH = 24


@dataclass(frozen=True)
class Question:
    scene: Scene
    prompts: dict[str, str]
    """By language."""
    seed: int
    unseen: bool


def questions(count: int, seed: int = 7) -> list[Question]:
    """Every second one is a combination that was never trained on."""
    rng = random.Random(seed)
    made = []
    for number in range(count):
        scene = sample_from(rng, unseen=number % 2 == 0)
        prompts = {language: full_caption(scene, rng, language) for language in LANGUAGES}
        made.append(Question(scene, prompts, 1000 + number, number % 2 == 0))
    return made


def load_judge(folder: Path, device: str = "cpu") -> Judge:
    module = Judge()
    module.load_state_dict({name: tensor.float() for name, tensor in load_file(folder / "model.safetensors").items()})
    return module.requires_grad_(False).eval().to(device)


def asked(question: Question, language: str) -> Iterator[tuple[str, str]]:
    """What of the scene the prompt of a language really names: (row, answer)."""
    scene = question.scene
    yield "object", scene.object
    yield "color", scene.color
    yield "background", scene.background
    if scene.object == "cat":
        yield "hat", str(scene.hat is not None)
    if scene.hat is not None and names_hat(question.prompts[language], scene, language):
        yield "hat color", scene.hat


def marks(question: Question, language: str, found: dict[str, str | None]) -> dict[str, bool]:
    given = {**found, "hat": str(found["hat"] is not None), "hat color": found["hat"]}
    return {row: given[row] == answer for row, answer in asked(question, language)}


def wilson(right: int, count: int) -> tuple[float, float]:
    """The 95 % interval of a share (Wilson 1927)."""
    if count == 0:
        return 0.0, 1.0
    z, share = 1.96, right / count
    middle = share + z * z / (2 * count)
    spread = z * math.sqrt(share * (1 - share) / count + z * z / (4 * count * count))
    return max(0.0, (middle - spread) / (1 + z * z / count)), min(1.0, (middle + spread) / (1 + z * z / count))


def evaluate(folder: Path, judge_folder: Path, count: int = 240, device: str = "cpu", **changes: Any) -> dict[str, Any]:
    """The table as plain data: language -> row -> right, count, share, low, high; and the judge's own score."""
    starter, eye, asks = Starter(folder, device), load_judge(judge_folder, device), questions(count)
    table: dict[str, Any] = {"prompts": count, "judge": judge_score(eye)}
    for language in LANGUAGES:
        scores: list[tuple[Question, dict[str, bool]]] = []
        for first in range(0, count, BATCH):
            part = asks[first : first + BATCH]
            drawn = starter.draw([one.prompts[language] for one in part], [one.seed for one in part], **changes)
            answers = judge(eye, drawn.float())
            scores += [(q, marks(q, language, found)) for q, found in zip(part, answers, strict=True)]
        table[language] = _rows([marked for _, marked in scores])
        table[f"{language}, unseen"] = _rows([marked for question, marked in scores if question.unseen])
    return table


def judge_score(eye: Judge, count: int = 480) -> dict[str, float]:
    """How often the judge is right on fresh renders of combinations trained on and not."""
    rng = random.Random(99)
    scenes = [sample_from(rng, unseen=number % 2 == 0) for number in range(count)]
    pixels = unit(torch.stack([torch.from_numpy(draw(scene, 256).copy()) for scene in scenes]))
    answers = judge(eye, pixels.to(next(eye.parameters()).device))
    names = ("object", "color", "background", "hat")
    return {
        name: sum(found[name] == getattr(scene, name) for found, scene in zip(answers, scenes, strict=True)) / count
        for name in names
    }


def _rows(scores: list[dict[str, bool]]) -> dict[str, Any]:
    rows = {}
    for row in ROWS:
        given = [marked[row] for marked in scores if row in marked]
        low, high = wilson(sum(given), len(given))
        share = sum(given) / len(given) if given else 0.0
        rows[row] = {"right": sum(given), "count": len(given), "share": share, "low": low, "high": high}
    return rows


def as_text(table: dict[str, Any]) -> str:
    """The table in Markdown."""
    parts = [name for name in table if name not in ("prompts", "judge")]
    lines = ["| | " + " | ".join(parts) + " |", "|---" * (len(parts) + 1) + "|"]
    for row in ROWS:
        cells = [table[part][row] for part in parts]
        shown = [f"{c['share']:.1%} ({c['low']:.0%}–{c['high']:.0%}, n={c['count']})" for c in cells]
        lines.append(f"| {row} | " + " | ".join(shown) + " |")
    own = ", ".join(f"{name} {share:.1%}" for name, share in table["judge"].items())
    return "\n".join([*lines, "", f"The judge itself on fresh renders: {own}."])
