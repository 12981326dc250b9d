"""Published layouts of weights against what the catalogue says of them: right, refused truly, wrong; wrong must be 0.

    python benchmarks/model_layouts.py HEADERS.json.xz [--all]

HEADERS has, by relative path, {"what": a person's words for it, "meta": metadata, "yaml": text beside it or null,
"t": [[name, dtype, shape], …]}. Of each a file is made that has the header and no weights (sparse, no disk), in a
temporary folder, and read as the window and `studio models list` read it. What each must be told to be is in EXPECTED.
"""

import json
import lzma
import math
import re
import struct
import sys
import tempfile
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parent.parent / "tests"))

from built_in import BUILT_IN

from studio.errors import UserError
from studio.models.catalogue import read_model
from studio.models.companions import PartFiles, role_info
from studio.models.entry import Refusal
from studio.models.loaders.tensor import DTYPE_BITS

UNTRUE = ("can run code", "damaged", "download it again", "lacks its text encoders")
"""What no file here is told: none is a pickle, none is damaged but one, and few lack what they should have."""


@dataclass(frozen=True)
class Expected:
    """What a layout must be told to be."""

    kind: str
    base: str
    opens: bool = False
    """Whether it must open; what need not may, but then must be right in all else."""
    defaults: dict[str, Any] = field(default_factory=dict)
    scheduling: dict[str, Any] = field(default_factory=dict)
    says: str = ""
    """A pattern that the refusal or the note has."""
    may_say: tuple[str, ...] = ()
    """Of UNTRUE, what is true here."""


V = {"prediction_type": "v_prediction"}
SD15, SD21, SDXL = "Stable Diffusion 1.5", "Stable Diffusion 2.1", "Stable Diffusion XL"
PLAIN = {"steps": 30}


def whole(base: str, **defaults: Any) -> Expected:
    return Expected("checkpoint", base, True, defaults or PLAIN)


def apart(base: str, **defaults: Any) -> Expected:
    """A network, whose text encoders and VAE lie among the other files."""
    return Expected("network", base, True, defaults)


def few(steps: int, guidance_scale: float, size: int = 1024) -> Expected:
    return Expected("checkpoint", ".*", True, {"steps": steps, "guidance_scale": guidance_scale, "width": size},
                    says="was assumed")  # fmt: skip


def lora(base: str) -> Expected:
    return Expected("lora", base)


def kind(name: str, base: str = "", says: str = "") -> Expected:
    return Expected(name, base, says=says)


# A pattern of "what: path" -> what it must be; the first that is found in it holds.
EXPECTED: tuple[tuple[str, Expected], ...] = (
    (r"cut off", Expected("", "", says="damaged", may_say=("damaged", "download it again"))),
    (r"anyMerge_noVae", Expected("checkpoint", SD15, True, PLAIN, says="vae-ft-mse")),
    (r"InstructPix2Pix", kind("checkpoint", SD15, "Kontext")),
    (r"SD2 depth", kind("checkpoint", SD21, "does not run")),
    (r"SD2 inpainting", whole(SD21)),
    (r"SD2.1 unCLIP", kind("checkpoint", "Stable Diffusion 2.1 unCLIP", "folder")),
    (r"SD2.1 768", Expected("checkpoint", SD21, True, {"width": 768}, V)),
    (r"SD-Turbo", few(1, 0.0, 512)),
    (r"x4 upscaler", kind("checkpoint", "Stable Diffusion x4 upscaler", "folder")),
    (r"few steps by its name \(Hyper\)", few(8, 0.0, 512)),
    (r"SD1\.5.*: Stable-diffusion", whole(SD15, steps=30, width=512)),
    (r"SDXL v-prediction|NoobAI", Expected("checkpoint", SDXL, True, {"steps": 30, "guidance_scale": 5.0}, V)),
    (r"CosXL edit", kind("checkpoint", SDXL, "Kontext")),
    (r"CosXL", Expected("checkpoint", SDXL, True, PLAIN, {"_class_name": "EDMEulerScheduler"})),
    (r"Playground", kind("checkpoint", "Playground 2.5", "folder")),
    (r"SSD-1B", kind("checkpoint", SDXL, "SSD-1B")),
    (r"Vega", kind("checkpoint", SDXL, "Vega")),
    (r"SDXL fp8 scaled", whole(SDXL, steps=30, width=1024)),
    (r"sd_xl_turbo_1.0", few(1, 0.0, 512)),
    (r"few steps.*4step", few(4, 0.0)),
    (r"TurboDPMSDE|XLTURBO", few(6, 2.0)),
    (r"few steps.*Lightning", few(4, 0.0)),
    (r"lcm-dream", few(4, 1.0)),
    (r"dmd2", few(4, 0.0)),
    (r"few steps by its name: .*helloworld", whole(SDXL)),
    (r"^(SDXL (base|inpainting|fp8)|Pony|SDXL: )", whole(SDXL, steps=30, width=1024)),
    (r"SDXL refiner", whole("Stable Diffusion XL refiner")),
    (r"Stable Video", kind("other", ".*Video.*", "videos")),
    (r"Zero123", kind("other", ".*Zero123.*")),
    (r"SD3 medium", whole("Stable Diffusion 3", steps=28, width=1024)),
    (r"SD3.5 (medium|large): Stable", kind("network", "Stable Diffusion 3.5", "clip_g.safetensors")),
    (r"FLUX.1 .*nf4", kind("network", "FLUX.1")),
    (r"FLUX.1 dev, Nunchaku", kind("network", "FLUX.1")),
    (r"FLUX.1 dev fp8, all in one", whole("FLUX.1", steps=28, guidance_scale=3.5)),
    (r"FLUX.1 (dev|Krea).*: diffusion_models", apart("FLUX.1", steps=28, guidance_scale=3.5)),
    (r"FLUX.1 Fill: diffusion_models", apart("FLUX.1", steps=50, guidance_scale=30.0)),
    (r"FLUX.2 klein 4B: diffusion_models", kind("network", "FLUX.2", "flux2-vae.safetensors")),
    (r"FLUX.2 klein 4B nvfp4", kind("network", "FLUX.2", "NVFP4")),
    (r"FLUX.2.*: diffusion_models", kind("network", "FLUX.2", "flux2-vae.safetensors")),
    (r"Chroma", apart("Chroma", steps=35, guidance_scale=5.0)),
    (r"Z-Image Turbo", kind("network", "Z-Image", "qwen_3_4b.safetensors")),
    (r"PixArt", apart("PixArt", steps=20, guidance_scale=4.5)),
    (r"Qwen-Image-Layered", kind("network", "Qwen-Image-Layered", "Layered")),
    (r"Qwen-Image: diffusion_models", kind("network", "Qwen-Image", "qwen_image_vae.safetensors")),
    (r"Lumina 2", kind("network", "Lumina 2", "folder")),
    (r"Cascade", kind("other", "Stable Cascade")),
    (r"AuraFlow", kind("network", "AuraFlow", "folder")),
    (r"Hunyuan-DiT", kind("network", "Hunyuan-DiT", "folder")),
    (r"Kandinsky 5", kind("other", "Kandinsky 5")),
    (r"Kandinsky 2.2", kind("network", "Kandinsky 2.2", "folder")),
    (r"^HunyuanVideo: ", kind("other", "HunyuanVideo.*", "videos")),
    (r"Ovis", kind("network", "Ovis-Image", "folder")),
    (r"^Anima: ", kind("other", "Anima")),
    (r"OmniGen2", kind("other", "OmniGen2")),
    (r"HiDream", kind("other", "HiDream")),
    (r"Wan 2.2", kind("other", "Wan.*", "videos")),
    (r"LTX", kind("other", "LTX.*", "videos")),
    (r"^Krea 2: ", kind("network", "Krea 2", "folder")),
    (r"Ernie", kind("other", "Ernie-Image")),
    (r"^UNet of SDXL, diffusers", kind("network", SDXL)),
    (r"Control-LoRA SD1.5", kind("controlnet", SD15)),
    (r"Control-LoRA SDXL", kind("controlnet", SDXL)),
    (r"LoRA, text encoder only", lora(SD15)),
    (r"(LoRA|LoHa|OFT|IA3|GLoRA)( SDXL|, SDXL)", lora(SDXL)),
    (r"LoRA SD1.5", lora(SD15)),
    (r"(LoRA|LoKr|Control LoRA|DoRA) FLUX.1", lora("FLUX.1")),
    (r"LoRA FLUX.2", lora("FLUX.2")),
    (r"LoRA Krea 2", lora("Krea 2")),
    (r"(LoRA|LoKr) Qwen-Image", lora("Qwen-Image|FLUX.1 or Qwen-Image")),
    (r"(LoRA|LoKr) Anima", lora("Anima")),
    (r"LoRA SD3.5", lora("Stable Diffusion 3.5")),
    (r"LoRA HunyuanVideo", lora("HunyuanVideo.*")),
    (r"LoRA Z-Image", lora("Z-Image")),
    (r"AnimateDiff", kind("adapter")),
    (r"PhotoMaker", kind("adapter", SDXL)),
    (r"ControlNet SD1.5, as a difference", kind("controlnet", SD15)),
    (r"ControlNet SD1.5, diffusers", kind("controlnet", f"{SD15}|")),
    (r"ControlNet SD1.5", kind("controlnet", SD15)),
    (r"ControlNet SDXL|LLLite SDXL", kind("controlnet", SDXL)),
    (r"ControlNet FLUX.1", kind("controlnet", "FLUX.1")),
    (r"ControlNet Qwen", kind("controlnet", "Qwen-Image")),
    (r"ControlNet SD3.5", kind("controlnet", "Stable Diffusion 3.5")),
    (r"ControlNet Z-Image", kind("controlnet", "Z-Image")),
    (r"T2I-Adapter SD1", kind("adapter", SD15)),
    (r"T2I-Adapter SDXL", kind("controlnet", SDXL)),
    (r"IP-Adapter SD1.5", kind("reference", SD15)),
    (r"IP-Adapter FLUX.1", kind("adapter", "FLUX.1")),
    (r"Redux", kind("reference", "FLUX.1")),
    (r"PuLID", kind("adapter", "FLUX.1")),
    (r"TAESD|TAEHV", kind("vae", ".*")),
    (r"VAE FLUX.1", kind("vae", ".*FLUX.1.*")),
    (r"VAE Qwen", kind("vae", "Qwen-Image.*")),
    (r"VAE SD", kind("vae", "Stable Diffusion")),
    (r"CLIP-L", kind("text-encoder", "CLIP ViT-L")),
    (r"T5-XXL", kind("text-encoder", ".*FLUX.1.*")),
    (r"Qwen2.5-VL", kind("text-encoder", "Qwen-Image")),
    (r"Qwen3", kind("text-encoder", ".*Z-Image.*")),
    (r"Mistral", kind("text-encoder", "FLUX.2")),
    (r"CLIP vision", kind("image-encoder")),
    (r"Textual inversion SD1.5", kind("embedding", SD15)),
    (r"Textual inversion SDXL", kind("embedding", SDXL)),
    (r"^(Real-)?ESRGAN|^SwinIR|^SPAN", Expected("upscaler", ".*", True)),
    (r"^MAT", kind("other", ".*MAT.*")),
    (r"Safety checker|SAM", kind("other", ".*")),
    (r"a language model", kind("text-encoder")),
)


def make(entry: dict[str, Any], path: Path, cut: bool) -> Path:
    """A file with this header, as long as its weights would be, and nothing but a hole in their place."""
    fields: dict[str, Any] = {"__metadata__": entry["meta"]} if entry["meta"] else {}
    position = 0
    for name, dtype, shape in entry["t"]:
        size = math.prod(shape) * DTYPE_BITS[dtype] // 8
        fields[name] = {"dtype": dtype, "shape": shape, "data_offsets": [position, position + size]}
        position += size
    header = json.dumps(fields).encode()
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("wb") as file:
        file.write(struct.pack("<Q", len(header)) + header)
        file.truncate(8 + len(header) + position // (2 if cut else 1))
    if entry["yaml"]:
        path.with_suffix(".yaml").write_text(entry["yaml"])
    return path


def judge(path: Path, name: str, what: str, library: PartFiles) -> tuple[str, str]:
    """(right, refused truly or wrong; what was said)."""
    expected = next((each for pattern, each in EXPECTED if re.search(pattern, f"{what}: {name}")), None)
    if expected is None:
        return "wrong", "nothing is known of what it should be"
    try:
        entry = read_model(path, "model", BUILT_IN, library=library)
    except UserError as error:
        told = (error.kind, error.base) if isinstance(error, Refusal) else ("", "")
        fits = told[0] == expected.kind and re.fullmatch(expected.base, told[1]) and not expected.opens
        untrue = [each for each in UNTRUE if each in error.message and each not in expected.may_say]
        says = re.search(expected.says, error.message)
        said = f"{told[0]} of {told[1]!r}: {str(error.message)[len(str(path)) :][:160]}"
        return "refused truly" if fits and says and not untrue else "wrong", said
    section = entry.components["scheduler"].section if "scheduler" in entry.components else None
    made = {"prediction_type": "epsilon"} | json.loads(section.config if section else "{}") | entry.about.scheduling
    fits = entry.kind == expected.kind and re.fullmatch(expected.base, entry.info().base)
    agrees = all(entry.defaults.get(key) == value for key, value in expected.defaults.items())
    predicts = all(made.get(key) == value for key, value in expected.scheduling.items())
    predicts = predicts and (bool(expected.scheduling) or made["prediction_type"] == "epsilon")
    said = f"{entry.kind} {entry.about.title}: {dict(entry.defaults)} {made['prediction_type']} {entry.note}"
    is_right = fits and agrees and predicts and re.search(expected.says, entry.note)
    return "right" if is_right else "wrong", said


def main(headers: str, *options: str) -> int:
    entries: dict[str, dict[str, Any]] = json.loads(lzma.decompress(Path(headers).read_bytes()))
    counts = dict.fromkeys(("right", "refused truly", "wrong"), 0)
    with tempfile.TemporaryDirectory() as folder:
        paths = {name: make(each, Path(folder, name), "cut off" in each["what"]) for name, each in entries.items()}
        library = PartFiles.of(map(role_info, paths.values()))
        for name, entry in entries.items():
            verdict, said = judge(paths[name], name, entry["what"], library)
            counts[verdict] += 1
            if verdict == "wrong" or "--all" in options:
                print(f"{verdict:13}  {name}\n{'':13}  {entry['what']}\n{'':13}  {said}")
    told = " · ".join(f"{verdict} {count}" for verdict, count in counts.items())
    print(f"{told} · {counts['right'] / max(1, len(entries)):.0%} of {len(entries)} open")
    return 1 if counts["wrong"] else 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
