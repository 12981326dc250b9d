"""An exported starter's weights as checkpoints, for a run that goes on from them.

A run whose checkpoints are lost goes on from all parts of an export, and so does a world that has grown since: its
tokenizer is learned anew, and what CLIP knows of a token goes to the token of the same letters. A new version that
trains CLIP anew takes only the codec, the upscalers and the decoder, which has to learn again, from there, what the new
embeddings mean.
"""

import json
import shutil
from pathlib import Path

import torch
from safetensors.torch import load_file
from transformers import CLIPTokenizer

from studio_starter import clip, convert, decoder
from studio_starter import tokenizer as tokenizers
from studio_starter.codec import FILE
from studio_starter.judge import ANSWERS, Judge, head
from studio_starter.scale import Scale
from studio_starter.training import TrainingError, write_tensors

Weights = dict[str, torch.Tensor]
TOKENS = "token_embedding.weight"
END = "</w>"
"""Marks the end of a word in a token."""


def adopt(folder: Path, work: Path, scale: Scale, *, everything: bool = False) -> None:
    """Codec, upscalers and decoder of `folder`, or every part, into the work folder; checkpoints that are there already
    are kept."""
    if not (folder / "studio.json").exists():
        raise TrainingError(f"{folder} is not an exported starter; give the folder that holds its studio.json.")
    about = json.loads((folder / "studio.json").read_text("utf-8"))
    world = about.get("world", "small")
    if world != scale.world.name:
        raise TrainingError(f"{folder} is a starter of the {world} world; nothing was taken. Give its --scale.")
    unet = _deepened(_weights(folder / "unet"), scale)
    if not (work / FILE).exists():
        write_tensors(work / FILE, _weights(folder / "movq"))
    for part in ("upscaler", *(stage for stage in scale.plans if stage.startswith("upscaler-x"))):
        if (folder / part).exists():  # the first exports had no upscalers for people's own pictures
            _checkpoint(work / f"{part}.safetensors", _weights(folder / part))
    _checkpoint(work / "decoder.safetensors", unet)
    if everything:
        if not (work / "tokenizer").exists():
            if about.get("vocabulary") == scale.world.vocabulary:
                shutil.copytree(folder / "prior_tokenizer", work / "tokenizer")
            else:  # the world has grown
                tokenizers.learn(scale.world).save_pretrained(work / "tokenizer")
        _mind(folder, work, scale)


def adopt_judge(folder: Path, work: Path, scale: Scale) -> None:
    """An exported judge into the work folder; of a world that has grown, what it knows of each answer goes on."""
    if not (folder / ANSWERS).exists():
        raise TrainingError(f"{folder} is not an exported judge; give the folder that holds its {ANSWERS}.")
    known = json.loads((folder / ANSWERS).read_text("utf-8"))
    module = Judge(scale)
    weights, former = module.state_dict(), _weights(folder)
    body = {name: tensor for name, tensor in former.items() if name.startswith("body.")}
    if any(name not in weights or weights[name].shape != tensor.shape for name, tensor in body.items()):
        raise TrainingError(f"{folder} is a judge of another size; nothing of it was taken. Give its --scale.")
    weights |= body
    for fact in set(known) & set(scale.world.facts):
        values = scale.world.facts[fact]
        kept = [(values.index(value), row) for row, value in enumerate(known[fact]) if value in values]
        for part in ("weight", "bias"):
            name = f"heads.{head(fact)}.{part}"
            new, old = map(list, zip(*kept, strict=True))
            weights[name][new] = former[name][old]
    _checkpoint(work / "judge.safetensors", weights)


def _mind(folder: Path, work: Path, scale: Scale) -> None:
    """CLIP, for the work folder's tokenizer, and prior."""
    weights = convert.from_export(folder, scale).state_dict()
    former = CLIPTokenizer.from_pretrained(str(folder / "prior_tokenizer"), local_files_only=True)
    weights[TOKENS] = _retold(weights[TOKENS], former, tokenizers.load(work))
    asked = clip.answers(scale.world).state_dict()  # no part of an export: it starts anew
    weights |= {f"{clip.ANSWERS}.{name}": torch.zeros_like(tensor) for name, tensor in asked.items()}
    _checkpoint(work / "clip.safetensors", weights)
    prior = _weights(folder / "prior_prior")
    size = {name: prior[f"clip_{name}"][0].clone() for name in ("mean", "std")}
    _checkpoint(work / "prior.safetensors", prior)
    if not (work / "embedding.safetensors").exists():
        write_tensors(work / "embedding.safetensors", size)


def _retold(embeddings: torch.Tensor, former: CLIPTokenizer, words: CLIPTokenizer) -> torch.Tensor:
    """(vocabulary, D) embeddings of the tokens of `words`; a new one starts as the mean of its former pieces."""
    old = former.get_vocab()
    rows = []
    for token, _ in sorted(words.get_vocab().items(), key=lambda item: item[1]):
        spelled = [old[token]] if token in old else [old[part] for part in _parts(token, old)]
        rows.append(embeddings[spelled].mean(dim=0))
    return torch.stack(rows)


def _parts(token: str, known: dict[str, int]) -> list[str]:
    """The longest known pieces of a token, from the left; single letters are all known."""
    stem, end = (token.removesuffix(END), END) if token.endswith(END) else (token, "")
    found: list[str] = []
    while stem:
        pieces = [stem + end, *(stem[:size] for size in range(len(stem) - 1, 0, -1))]
        found.append(next(piece for piece in pieces if piece in known))
        stem = stem[len(found[-1].removesuffix(end)) :]
    return found


def _deepened(former: Weights, scale: Scale) -> Weights:
    """A decoder's weights for a scale whose levels have more layers: the new ones change nothing until they learn.

    New are a level's last layers on the way down, and those behind its first on the way up: each passes on what it is
    given, and the first one up still finds what the former last one down made.
    """
    weights = decoder.build(scale).state_dict()
    if former.keys() == weights.keys():
        return former
    added = [
        layers - _count(former, f"down_blocks.{level}.resnets.") for level, layers in enumerate(scale.decoder_layers)
    ]
    if min(added) < 0:
        raise TrainingError("Its decoder has more layers than this scale's; nothing was taken. Give its --scale.")
    found: Weights = {}
    for name, tensor in weights.items():
        side, *place = name.split(".")
        if side not in ("down_blocks", "up_blocks") or place[1] not in ("resnets", "attentions"):
            found[name] = former[name]
            continue
        block, kind, layer, part = int(place[0]), place[1], int(place[2]), ".".join(place[3:])
        down = side == "down_blocks"
        level = block if down else len(added) - 1 - block
        first = scale.decoder_layers[level] - added[level] if down else 1
        if first <= layer < first + added[level]:
            found[name] = _passing(part, tensor)
        else:
            before = layer if layer < first else layer - added[level]
            found[name] = former[f"{side}.{block}.{kind}.{before}.{part}"]
    return found


def _count(weights: Weights, prefix: str) -> int:
    """Of the numbered modules under a prefix."""
    return len({name.removeprefix(prefix).split(".")[0] for name in weights if name.startswith(prefix)})


def _passing(part: str, tensor: torch.Tensor) -> torch.Tensor:
    """A part of a residual block, or of one of attention, that adds nothing to what it is given."""
    if part.startswith(("conv2.", "to_out.")) or part == "conv_shortcut.bias":
        return torch.zeros_like(tensor)
    if part == "conv_shortcut.weight":  # of what comes up and what comes across
        return torch.eye(*tensor.shape[:2])[:, :, None, None]
    return tensor


def _weights(folder: Path) -> Weights:
    found: Weights = {}
    for file in sorted(folder.glob("*.safetensors")):
        found |= {name: tensor.float() for name, tensor in load_file(file).items()}
    return found


def _checkpoint(file: Path, weights: Weights) -> None:
    """As `TrainingStage` reads it: nothing done yet, no state of the optimiser, the average where the weights are."""
    if not file.exists():
        parts = ("module", "average")
        tensors = {f"{part}/{name}": tensor.clone() for part in parts for name, tensor in weights.items()}
        write_tensors(file, tensors, {"about": json.dumps({"done": 0, "finished": False})})
