"""LoRAs and their kin: which of them a file is, and which model it was trained for.

Told by the metadata that trainers write, else by the modules that the file changes and by their widths; their names
are compared with `_` for every dot, since half of the trainers write them so.
"""

import re
from collections.abc import Mapping

from studio.api import Signature
from studio.models.loaders.tensor import Tensor
from studio.text import Text

KIND = "lora"
WHY = "which is used together with a model, and the studio cannot do that yet; add the model that it belongs to"
OTHER_FORM = "whose tensors ({}) the studio does not use; get it as LoRA, DoRA, LoHa, LoKr or full difference"

_FORMS = tuple(
    (title, re.compile(pattern, re.MULTILINE))
    for title, pattern in (
        ("DoRA, a kind of LoRA,", r"[._]dora_scale$"),
        ("LoHa, a kind of LoRA,", r"\.hada_w1_[ab]$"),
        ("LoKr, a kind of LoRA,", r"\.lokr_w[12](_[ab])?$"),
        ("OFT, a kind of LoRA,", r"\.oft_(blocks|diag)$"),
        ("IA3, a kind of LoRA,", r"\.on_input$"),
        ("GLoRA, a kind of LoRA,", r"^(lora_|lycoris_).*\.a1\.weight$"),
        ("LoRA", r"(\.lora_(down|up|A|B|a|b)(\.\w+)?(\.weight)?|[._]lora\d?\.(down|up|A|B)\.weight)$"),
        ("Full difference, a kind of LoRA,", r"^(lora_|lycoris_|diffusion_model\.|unet\.|transformer\.).*\.diff$"),
    )
)
_UNUSED = ("OFT", "IA3", "GLoRA")
USED = tuple(title for title, _ in _FORMS if not title.startswith(_UNUSED))
"""The forms that are used, for a base that a family has."""
SHOWN = 4
_MARKS = ("lora", "hada_w1", "lokr_w", "oft_", "on_input", ".a1.", ".diff", "dora_scale")
"""One of these stands in every file of the kind: most other files are done with after that."""
_SD15, _SD21, _SDXL = "Stable Diffusion 1.5", "Stable Diffusion 2.1", "Stable Diffusion XL"

_ARCHITECTURES = tuple(
    (re.compile(pattern, re.I), base)
    for pattern, base in (
        (r"stable-diffusion-xl|sdxl", _SDXL), (r"stable-diffusion-v2|sd_v2|sd2", _SD21),
        (r"stable-diffusion-v1|sd_v1|sd1", _SD15), (r"stable-diffusion-3|sd3", "Stable Diffusion 3.5"),
        (r"flux-?_?\.?2", "FLUX.2"), (r"flux", "FLUX.1"), (r"qwen", "Qwen-Image"), (r"z[-_]?image", "Z-Image"),
        (r"hunyuan[-_]?video", "HunyuanVideo, a video model"), (r"wan", "Wan, a video model"),
        (r"krea[-_]?2", "Krea 2"), (r"anima", "Anima"), (r"chroma", "Chroma"), (r"lumina", "Lumina 2"),
    )
)  # fmt: skip
"""Of `modelspec.architecture` and `ss_base_model_version`."""

_ANY = (0, 2**31)
_GOES_DOWN = re.compile(r"down|lora_[Aa]|hada_w\d_b|on_input|a1|lokr")
# (the model, a pattern of names with `_` for dots, the width of what the module takes in); the first that fits wins.
_MODULES = tuple(
    (base, re.compile(pattern), widths)
    for base, pattern, widths in (
        ("FLUX.2", r"(double_stream_modulation|single_stream_modulation|to_qkv_mlp_proj)", _ANY),
        ("FLUX.2", r"(double|single)_blocks_\d+_", (4096, 4096)),
        ("FLUX.2", r"(double|single)_blocks_\d+_(img_attn|txt_attn|linear1)", (6144, 6144)),
        ("Krea 2", r"(txtfusion|txtmlp|tproj)", _ANY),
        ("Anima", r"(llm_adapter|adaln_modulation_(cross|self)_attn|blocks_\d+_cross_attn_[kvq]_proj)", _ANY),
        ("Wan, a video model", r"blocks_\d+_(cross|self)_attn_[kvqo]_", _ANY),
        ("HunyuanVideo, a video model", r"double_blocks_19_", _ANY),
        ("FLUX.1", r"(double_blocks|single_blocks)_\d+_", _ANY),
        ("Stable Diffusion 3.5", r"joint_blocks_\d+_", _ANY),
        ("Stable Diffusion 3.5", r"transformer_blocks_\d+_(attn|norm|ff)", (1536, 1536)),
        ("Stable Diffusion 3.5", r"transformer_blocks_\d+_(attn|norm|ff)", (2432, 2432)),
        ("Qwen-Image", r"transformer_blocks_\d+_(img|txt)_(mod|mlp)", _ANY),
        ("Qwen-Image", r"(?<!single_)transformer_blocks_(19|[2-9]\d)_attn_", (3072, 3072)),
        ("FLUX.1", r"(single_transformer_blocks|transformer_blocks_\d+_(ff|norm))", (3072, 12288)),
        ("Z-Image", r"layers_\d+_(adaLN_modulation|attention|feed_forward)", (3840, 3840)),
        ("Lumina 2", r"layers_\d+_(adaLN_modulation|attention|feed_forward)", (2304, 2304)),
        ("Stable Diffusion 1.5", r"attn2_(processor_)?to_[kv]", (768, 768)),
        ("Stable Diffusion 2.1", r"attn2_(processor_)?to_[kv]", (1024, 1024)),
        ("Stable Diffusion XL", r"attn2_(processor_)?to_[kv]", (2048, 2048)),
        ("Stable Diffusion XL", r"blocks_\d+_(attentions_\d+|1)_transformer_blocks_[1-9]_", _ANY),
        ("Stable Diffusion XL", r"lora_te2_", _ANY),
        ("Stable Diffusion 1.5", r"lora_te_text_model_encoder", (768, 768)),
        ("Stable Diffusion 2.1", r"lora_te_text_model_encoder", (1024, 1024)),
        ("FLUX.1 or Qwen-Image", r"transformer_blocks_\d+_attn_", (3072, 3072)),
    )
)  # fmt: skip


def lora(tensors: Mapping[str, Tensor], metadata: Mapping[str, str]) -> Signature | None:
    """What the file is; None when it is no LoRA."""
    joined = "\n".join(tensors)
    if not any(mark in joined for mark in _MARKS):
        return None
    form = next((title for title, pattern in _FORMS if pattern.search(joined)), "")
    if not form:
        return None
    if "hunyuan" not in joined and re.search(r"double_blocks\.\d+\.img_attn_qkv\.", joined):
        base = "HunyuanVideo, a video model"
    else:
        base = _told(metadata) or _by_modules(tensors)
    if base == "FLUX.1" and _takes_in(tensors.get("img_in.lora_A.weight")) == 128:
        form = "Control LoRA"
    title = f"{form} for {base or 'a model that its header does not name'}"
    return Signature(title, {}, why="" if form in USED else OTHER_FORM, kind=KIND, base=base)


def other_form(tensors: Mapping[str, Tensor]) -> Text:
    """Why a file of an unused form is not used, with the ends of its tensors' names."""
    ends = dict.fromkeys(name.removesuffix(".weight").rpartition(".")[2] for name in tensors)
    return Text(OTHER_FORM, ", ".join([*ends][:SHOWN]))


def _told(metadata: Mapping[str, str]) -> str:
    said = [metadata.get(key, "") for key in ("modelspec.architecture", "ss_base_model_version")]
    return next((base for pattern, base in _ARCHITECTURES for each in said if pattern.search(each)), "")


def _by_modules(tensors: Mapping[str, Tensor]) -> str:
    joined = "\n".join(tensors).replace(".", "_")
    by_width: dict[int, list[str]] = {}
    for name, tensor in tensors.items():
        if width := _takes_in(tensor, name):
            by_width.setdefault(width, []).append(name)
    of_width = {width: "\n".join(names).replace(".", "_") for width, names in by_width.items()}
    return next((base for base, pattern, span in _MODULES if _is_changed(pattern, span, joined, of_width)), "")


def _is_changed(pattern: re.Pattern[str], span: tuple[int, int], joined: str, of_width: Mapping[int, str]) -> bool:
    """`joined`: the names of all tensors; `of_width`: of those that tell what their module takes in."""
    if span is _ANY:
        return pattern.search(joined) is not None
    return any(pattern.search(of_width.get(width, "")) for width in set(span))


def _takes_in(tensor: Tensor | None, name: str = "lora_A") -> int:
    """The width of what a module takes in: that of a matrix which goes down, 0 where a tensor does not tell."""
    if tensor is None or len(tensor.shape) != 2 or not _GOES_DOWN.search(name):
        return 0
    return max(tensor.shape) if "lokr" in name else tensor.shape[1]
