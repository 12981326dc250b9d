"""How often a picture shows what its prompt asks for, told by the judge, per language, with 95 % intervals."""

import json
import math
import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch
from safetensors.torch import load_file

from studio.diffusion.phrasing import Reader
from studio_starter import clip, convert, heldout
from studio_starter.data import draw, unit
from studio_starter.judge import Answers, Judge, judge
from studio_starter.pipeline import Starter
from studio_starter.scale import PICTURE, SCALES, Scale
from studio_starter.world import LANGUAGES, Asked, Caption, Scene, World
from studio_starter.world.scene import with_pose

BATCH = {"cpu": 24, "cuda": 250}
Marks = dict[str, bool]
"""Row -> whether it is right; rows that the prompt does not ask for are left out."""


@dataclass(frozen=True)
class Question:
    scene: Scene
    prompts: dict[str, Caption]
    """By language."""
    seed: int
    unseen: bool


def scale_of(folder: Path) -> Scale:
    """The scale that an exported folder was made at; the first exports did not say."""
    about = json.loads((folder / "studio.json").read_text("utf-8"))
    return SCALES[str(about.get("world", "small"))]


Phrase = Callable[[Scene, random.Random, str], Caption]


def questions(
    world: World, count: int, seed: int = 7, seen_too: bool = True, style: str | None = None,
    phrase: Phrase | None = None,
) -> list[Question]:  # fmt: skip
    """Prompts with seeds, of any style or of one; every second one, or every one, is of a combination that was never
    trained on. `phrase` says how they are worded: as in training, where nothing is said."""
    rng = random.Random(seed)
    made = []
    for number in range(count):
        unseen = number % 2 == 0 or not seen_too
        while style not in (None, world.tell(scene := world.sample_from(rng, unseen))["style"]):
            pass
        prompts = {language: (phrase or world.full_caption)(scene, rng, language) for language in LANGUAGES}
        made.append(Question(scene, prompts, 1000 + number, unseen))
    return made


def load_judge(folder: Path, scale: Scale, device: str = "cpu") -> Judge:
    module = Judge(scale)
    module.load_state_dict({name: tensor.float() for name, tensor in load_file(folder / "model.safetensors").items()})
    return module.requires_grad_(False).eval().to(device)


def marks(asked: Sequence[Asked], found: Answers) -> Marks:
    return {
        one.row: any(all(found[name] == value for name, value in answer.items()) for answer in one.answers)
        for one in asked
    }


def wilson(right: int, count: int) -> tuple[float, float]:
    """The 95 % interval of a share (Wilson 1927)."""
    if count == 0:
        return 0.0, 1.0
    z, share = 1.96, right / count
    middle = share + z * z / (2 * count)
    spread = z * math.sqrt(share * (1 - share) / count + z * z / (4 * count * count))
    return max(0.0, (middle - spread) / (1 + z * z / count)), min(1.0, (middle + spread) / (1 + z * z / count))


def counted(right: int, count: int) -> dict[str, float]:
    """A share with its 95 % interval."""
    low, high = wilson(right, count)
    return {"right": right, "count": count, "share": right / count if count else 0.0, "low": low, "high": high}


def ratio(first: Sequence[float], second: Sequence[float], rounds: int = 2000) -> dict[str, float]:
    """The sum of the first over that of the second, pair by pair, with its 95 % interval (bootstrap over the pairs)."""
    pairs, rng = torch.tensor([first, second], dtype=torch.float64), torch.Generator().manual_seed(1)
    drawn = pairs[:, torch.randint(len(first), (rounds, len(first)), generator=rng)].sum(dim=2)
    low, high = (drawn[0] / drawn[1]).quantile(torch.tensor([0.025, 0.975], dtype=torch.float64)).tolist()
    return {"share": float(pairs[0].sum() / pairs[1].sum()), "low": low, "high": high, "count": len(first)}


def paired(first: Sequence[Marks], second: Sequence[Marks], row: str) -> tuple[float, float, float]:
    """The difference of two shares over the same scenes and seeds, with its 95 % interval (normal, of pairs)."""
    pairs = [int(a[row]) - int(b[row]) for a, b in zip(first, second, strict=True) if row in a and row in b]
    if not pairs:
        return 0.0, -1.0, 1.0
    mean = sum(pairs) / len(pairs)
    variance = sum((value - mean) ** 2 for value in pairs) / max(1, len(pairs) - 1)
    # Where all pairs are alike, the rule of three: what was never seen in n pairs happens in less than 3 / n.
    spread = 1.96 * math.sqrt(variance / len(pairs)) if variance else min(1.0, 3 / len(pairs))
    return mean, mean - spread, mean + spread


class Evaluation:
    """A model and its judge, asked the same questions."""

    def __init__(self, folder: Path, judge_folder: Path, device: str = "cpu", *, read: bool = True) -> None:
        """`read`: prompts are read by the studio's rules first, as the window does."""
        self.folder, self.device, self.scale = folder, device, scale_of(folder)
        self.world = self.scale.world
        self.starter, self.eye = Starter(folder, device), load_judge(judge_folder, self.scale, device)
        reader = Reader(self.starter.declared)
        self.read: Callable[[str], str] = (lambda prompt: reader.read(prompt).prompt) if read else str

    def answer(self, asks: Sequence[Question], language: str, **changes: Any) -> list[Marks]:
        found: list[Marks] = []
        batch = BATCH[self.device.split(":")[0]]
        for first in range(0, len(asks), batch):
            part = asks[first : first + batch]
            texts = [self.read(one.prompts[language].text) for one in part]
            answers = judge(self.eye, self.starter.draw(texts, [one.seed for one in part], **changes))
            for question, given in zip(part, answers, strict=True):
                found.append(marks(self.world.asked(question.scene, question.prompts[language]), given))
        return found

    def table(self, asks: Sequence[Question], **changes: Any) -> dict[str, Any]:
        """language -> row -> right, count, share, low, high; and Chinese - English."""
        scores = {language: self.answer(asks, language, **changes) for language in LANGUAGES}
        table: dict[str, Any] = {"judge": self.judge_score()}
        for language, marked in scores.items():
            table[language] = _rows(self.world, marked)
            unseen = [one for question, one in zip(asks, marked, strict=True) if question.unseen]
            if len(unseen) < len(marked):
                table[f"{language}, unseen"] = _rows(self.world, unseen)
        table["zh - en"] = {row: paired(scores["zh"], scores["en"], row) for row in self.world.rows}
        return table

    def steps(self, asks: Sequence[Question], few: int = 8, many: int = 50) -> dict[str, tuple[float, float, float]]:
        """Row -> share with few solver steps - share with many, the same prompts and seeds."""
        return self._compared(asks, {"steps": few}, {"steps": many})

    def _compared(self, asks: Sequence[Question], one: Any, other: Any) -> dict[str, tuple[float, float, float]]:
        first, second = self.answer(asks, "en", **one), self.answer(asks, "en", **other)
        return {row: paired(first, second, row) for row in self.world.rows}

    @torch.inference_mode()
    def diversity(self, prompts: int = 24, each: int = 16) -> dict[str, float]:
        """How far pictures of one prompt lie apart, in the judge's features, as a share of what renders of it do."""
        drawn, rendered = [], []
        for question in questions(self.world, prompts, 11):
            text, rng = question.prompts["en"].text, random.Random(question.seed)
            seeds = [question.seed * 100 + n for n in range(each)]
            drawn.append(_spread(self.eye.features(self.starter.draw([text] * each, seeds))))
            poses = [with_pose(question.scene, rng.getrandbits(48)) for _ in range(each)]
            rendered.append(_spread(self.eye.features(self._renders(poses, self.scale.side))))
        return ratio(drawn, rendered)

    @torch.inference_mode()
    def variation(self, count: int = 100) -> dict[str, Any]:
        """How often a variation of a fresh render keeps its object, and how far it is from a copy (mean absolute
        difference of pixels, as a share of that between two renders of the scene)."""
        rng, kept, moved, apart = random.Random(13), 0, 0.0, 0.0
        for first in range(0, count, 20):
            scenes = [self.world.sample_from(rng, False) for _ in range(min(20, count - first))]
            pixels = self._renders(scenes, self.scale.side)
            again = self._renders([with_pose(one, rng.getrandbits(48)) for one in scenes], self.scale.side)
            varied = self.starter.vary(pixels, [first + n for n in range(len(scenes))])
            small = torch.nn.functional.avg_pool2d(varied, self.scale.factor)
            answers = judge(self.eye, varied)
            told = [self.world.tell(scene)["object"] for scene in scenes]
            kept += sum(given["object"] == name for given, name in zip(answers, told, strict=True))
            moved, apart = moved + float((small - pixels).abs().sum()), apart + float((again - pixels).abs().sum())
        return {**counted(kept, count), "moved": moved / apart}

    @torch.inference_mode()
    def retrieval(self, rounds: int = 10, among: int = 100) -> dict[str, dict[str, Any]]:
        """Top-1 of CLIP among so many fresh renders of different facts and their captions, both ways, per language."""
        eyes = convert.from_export(self.folder, self.scale).to(self.device)
        right = {language: [0, 0] for language in LANGUAGES}
        rng = random.Random(17)
        for _ in range(rounds):
            scenes = {str(self.world.tell(one)): one for one in (self.world.sample(rng) for _ in range(2 * among))}
            chosen = list(scenes.values())[:among]
            pixels = self._renders(chosen, self.scale.side)
            for language in LANGUAGES:
                texts = [self.world.full_caption(one, rng, language).text for one in chosen]
                likeness = clip.likeness(eyes, self.starter.prior.tokenizer, pixels, texts)
                own = torch.arange(len(chosen), device=likeness.device)
                right[language][0] += int((likeness.argmax(dim=1) == own).sum())
                right[language][1] += int((likeness.argmax(dim=0) == own).sum())
        total = rounds * among
        return {
            name: {"to text": counted(a, total), "to picture": counted(b, total), "among": among}
            for name, (a, b) in right.items()
        }

    def judge_score(self, count: int = 480) -> dict[str, float]:
        return judge_score(self.eye, count)

    def _renders(self, scenes: Sequence[Scene], side: int) -> torch.Tensor:
        return renders(self.world, scenes, side).to(self.device)


def renders(world: World, scenes: Sequence[Scene], side: int) -> torch.Tensor:
    """(B, 3, side, side) in [-1, 1]."""
    return unit(torch.stack([torch.from_numpy(draw(world, scene, side).copy()) for scene in scenes]))


def judge_score(eye: Judge, count: int = 480) -> dict[str, float]:
    """How often the judge is right on fresh renders of combinations trained on and not."""
    rng = random.Random(99)
    scenes = [eye.world.sample_from(rng, number % 2 == 0) for number in range(count)]
    answers: list[Answers] = []
    for first in range(0, count, 120):
        pixels = renders(eye.world, scenes[first : first + 120], PICTURE)
        answers += judge(eye, pixels.to(next(eye.parameters()).device))
    told = [eye.world.tell(scene) for scene in scenes]
    return {
        name: sum(given[name] == true[name] for given, true in zip(answers, told, strict=True)) / count
        for name in eye.world.facts
    }


def _spread(features: torch.Tensor) -> float:
    """The mean distance of all pairs."""
    return float(torch.pdist(features.float()).mean())


def _rows(world: World, scores: list[Marks]) -> dict[str, Any]:
    rows = {}
    for row in world.rows:
        given = [marked[row] for marked in scores if row in marked]
        rows[row] = counted(sum(given), len(given))
    return rows


def evaluate(
    folder: Path, judge_folder: Path, count: int = 240, device: str = "cpu", *, full: bool = False,
    held_out: bool = False, read: bool = True, **changes: Any,
) -> dict[str, Any]:  # fmt: skip
    """The table as plain data; `full` adds diversity, variation, retrieval, few against many steps and the upscalers,
    and takes only prompts of combinations that were never trained on. `held_out`: worded as no caption is; `read`: by
    the studio's rules, as in the window."""
    from studio_starter.enlarging import compare, upscalers

    made = Evaluation(folder, judge_folder, device, read=read)
    asks = questions(made.world, count, seen_too=not full, phrase=heldout.prompt if held_out else None)
    table = {"world": made.world.name, "prompts": count, **made.table(asks, **changes)}
    if full:
        table |= {
            "8 - 50 steps": made.steps(asks[: max(2, count // 2)]),
            "diversity": made.diversity(max(2, count // 10)),
            "variation": made.variation(max(2, count // 2)),
            "retrieval": made.retrieval(max(1, count // 24)),
        }
        table["upscalers"] = {f"×{factor}": compare(file) for factor, file in upscalers(folder).items()}
    return table
