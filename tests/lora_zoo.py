"""LoRAs of tiny models, made by peft and saved by diffusers, and the same numbers in the layouts that people share."""

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import peft
import torch
from safetensors.torch import load_file, save_file

UNET = ["to_q", "to_k", "to_v", "to_out.0", "ff.net.0.proj", "ff.net.2", "conv1", "proj_in"]
TEXT = ["q_proj", "k_proj", "v_proj", "out_proj", "fc1", "fc2"]
TRANSFORMER = ["to_q", "to_k", "to_v", "to_out.0"]


def trained(
    module: torch.nn.Module, targets: list[str], rank: int = 4, seed: int = 0, alpha: int = 2, *, use_dora: bool = False
) -> dict[str, Any]:
    """What peft would have saved of a module after training: both matrices filled. The module is left as it was."""
    config = peft.LoraConfig(r=rank, lora_alpha=alpha, target_modules=targets, use_dora=use_dora)
    made = peft.inject_adapter_in_model(config, module)
    generator = torch.Generator().manual_seed(seed)
    state = peft.get_peft_model_state_dict(made)
    state = {name: torch.randn(tensor.shape, generator=generator) * 0.2 for name, tensor in state.items()}
    _take_off(made)
    return state


def _take_off(made: Any) -> None:
    for name, part in [*made.named_modules()]:
        if hasattr(part, "base_layer"):
            parent = made.get_submodule(name.rpartition(".")[0])
            setattr(parent, name.rpartition(".")[2], part.base_layer)
    del made.peft_config
    made.requires_grad_(True)


def learn(pipeline: Any, steps: int = 24, rank: int = 4, alpha: int = 2) -> tuple[dict[str, torch.Tensor], list[float]]:
    """What peft learns of one picture for the UNet of a pipeline, and how far off it was at each step."""
    unet = pipeline.unet
    torch.manual_seed(0)
    config = peft.LoraConfig(r=rank, lora_alpha=alpha, target_modules=["to_q", "to_k", "to_v", "to_out.0", "conv1"])
    unet.requires_grad_(False)
    made = peft.inject_adapter_in_model(config, unet)
    learned = [each for name, each in made.named_parameters() if "lora_" in name]
    optimizer = torch.optim.Adam(learned, lr=0.02)
    picture, words = torch.randn(4, 4, 8, 8), torch.randn(4, 5, unet.config.cross_attention_dim)
    losses = []
    for step in range(steps):
        noise = torch.randn(picture.shape, generator=torch.Generator().manual_seed(step % 2))
        times = torch.tensor([100, 300, 500, 900])
        noisy = pipeline.scheduler.add_noise(picture, noise, times)
        loss = torch.nn.functional.mse_loss(made(noisy, times, words).sample, noise)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        losses.append(loss.item())
    state = {name: tensor.detach().clone() for name, tensor in peft.get_peft_model_state_dict(made).items()}
    _take_off(made)
    return state, losses


def save_learned(file: Path, pipeline: Any, state: Mapping[str, torch.Tensor], rank: int = 4, alpha: int = 2) -> Path:
    """As diffusers' own scripts do."""
    told = {"r": rank, "lora_alpha": alpha, "target_modules": ["to_q", "to_k", "to_v", "to_out.0", "conv1"]}
    pipeline.save_lora_weights(
        file.parent, unet_lora_layers=dict(state), weight_name=file.name, unet_lora_adapter_metadata=told
    )
    return file


def save(file: Path, pipeline: Any, seed: int = 0, rank: int = 4, alpha: int = 2, text: bool = True) -> Path:
    """A LoRA as diffusers saves it; `text`: whether the text encoders are changed too."""
    network = "unet" if hasattr(pipeline, "unet") else "transformer"
    parts = {network: UNET if network == "unet" else TRANSFORMER}
    if text:
        parts |= {part: TEXT for part in ("text_encoder", "text_encoder_2") if part in pipeline._lora_loadable_modules}
    layers = {part: trained(getattr(pipeline, part), targets, rank, seed, alpha) for part, targets in parts.items()}
    tensors = {f"{part}.{name}": tensor for part, state in layers.items() for name, tensor in state.items()}
    save_file(tensors, file, metadata=_metadata(parts, rank, alpha))
    return file


def _metadata(parts: Mapping[str, list[str]], rank: int, alpha: int) -> dict[str, str]:
    """As `save_lora_adapter` writes the configs that peft was given."""
    import json

    told = {
        f"{part}.{key}": value
        for part, targets in parts.items()
        for key, value in {"r": rank, "lora_alpha": alpha, "target_modules": targets}.items()
    }
    return {"lora_adapter_metadata": json.dumps(told), "format": "pt"}


def as_kohya(file: Path, target: Path, *, alpha: float = 2.0, metadata: Mapping[str, str] | None = None) -> Path:
    """The same LoRA as kohya's trainer names it."""
    save_file(dict(_kohya(load_file(file), alpha)), target, metadata=dict(metadata or {}))
    return target


def _kohya(tensors: Mapping[str, torch.Tensor], alpha: float) -> Iterator[tuple[str, torch.Tensor]]:
    before = {"unet": "lora_unet", "text_encoder": "lora_te", "text_encoder_2": "lora_te2"}
    if any(name.startswith("text_encoder_2.") for name in tensors):
        before["text_encoder"] = "lora_te1"
    for name, tensor in tensors.items():
        part, _, rest = name.partition(".")
        layer, _, which = rest.removesuffix(".weight").rpartition(".")
        text = "" if part == "unet" or layer.startswith("text_model.") else "text_model_"
        start = f"{before[part]}_{text}{layer.replace('.', '_')}"
        yield f"{start}.{'lora_down' if which == 'lora_A' else 'lora_up'}.weight", tensor.contiguous()
        if which == "lora_A":
            yield f"{start}.alpha", torch.tensor(alpha)


# ---- LyCORIS: random numbers in its layouts, for layers of any shape


def lycoris(form: str, shape: tuple[int, ...], rank: int = 2, seed: int = 0) -> dict[str, torch.Tensor]:
    """What LyCORIS 4.1 saves for a layer of this shape; `form`: loha, lokr, lokr-full, full, locon, and `-dora`."""
    kind, _, dora = form.partition("+")
    generator = torch.Generator().manual_seed(seed)

    def numbers(*sides: int) -> torch.Tensor:
        return torch.randn(sides, generator=generator) * 0.3

    rows, columns, *kernel = shape
    made = _FORMS[kind](numbers, rows, columns, kernel, rank)
    if kind not in ("full", "lokr-full"):
        made["alpha"] = torch.tensor(rank * 0.5)
    if dora:
        sides = (rows, 1) if dora == "rows" else (1, columns)
        made["dora_scale"] = numbers(*sides, *[1] * len(kernel)).abs() * 3 + 0.5
    return {key: tensor.contiguous() for key, tensor in made.items()}


def _loha(numbers: Any, rows: int, columns: int, kernel: list[int], rank: int) -> dict[str, torch.Tensor]:
    if [side for side in kernel if side > 1]:
        return {f"hada_{key}{number}{end}": numbers(*sides) for number in "12" for key, end, *sides in (
            ("w", "_a", rank, rows), ("w", "_b", rank, columns), ("t", "", rank, rank, *kernel))}  # fmt: skip
    return {f"hada_w{number}_{end}": numbers(*sides) for number in "12"
            for end, *sides in (("a", rows, rank), ("b", rank, columns))}  # fmt: skip


def _lokr(numbers: Any, rows: int, columns: int, kernel: list[int], rank: int) -> dict[str, torch.Tensor]:
    made = {"lokr_w1": numbers(4, 2)}
    if [side for side in kernel if side > 1]:
        return made | {"lokr_t2": numbers(rank, rank, *kernel), "lokr_w2_a": numbers(rank, rows // 4),
                       "lokr_w2_b": numbers(rank, columns // 2)}  # fmt: skip
    return made | {"lokr_w2_a": numbers(rows // 4, rank), "lokr_w2_b": numbers(rank, columns // 2, *kernel)}


def _locon(numbers: Any, rows: int, columns: int, kernel: list[int], rank: int) -> dict[str, torch.Tensor]:
    one = [1] * len(kernel)
    made = {"lora_up.weight": numbers(rows, rank, *one)}
    if [side for side in kernel if side > 1]:
        return made | {
            "lora_down.weight": numbers(rank, columns, *one),
            "lora_mid.weight": numbers(rank, rank, *kernel),
        }
    return made | {"lora_down.weight": numbers(rank, columns, *kernel)}


_FORMS: dict[str, Any] = {
    "loha": _loha, "lokr": _lokr, "locon": _locon,
    "lokr-full": lambda numbers, rows, columns, kernel, rank: {
        "lokr_w1": numbers(4, 2), "lokr_w2": numbers(rows // 4, columns // 2, *kernel)},
    "full": lambda numbers, rows, columns, kernel, rank: {
        "diff": numbers(rows, columns, *kernel) / 4, "diff_b": numbers(rows)},
}  # fmt: skip


def save_lycoris(
    file: Path, module: torch.nn.Module, form: str, targets: list[str], prefix: str = "lora_unet_"
) -> Path:
    """A file with such numbers for the layers of a module, under kohya's names or, with a prefix that ends in a dot,
    under the modules' own."""
    tensors = {}
    for number, (name, layer) in enumerate(module.named_modules()):
        if any(name.endswith(target) for target in targets) and hasattr(layer, "weight"):
            start = prefix + (name if prefix.endswith(".") else name.replace(".", "_"))
            held = lycoris(form, tuple(layer.weight.shape), seed=number)
            tensors |= {f"{start}.{key}": tensor for key, tensor in held.items()}
    save_file(tensors, file)
    return file
