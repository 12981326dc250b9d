"""Files that are used together with a model: ControlNets, adapters, embeddings; how each is told. LoRAs: see `lora`."""

from studio.api import Signature
from studio.models.lora import WHY as _LATER

_CROSS = ((768, "Stable Diffusion 1.5"), (1024, "Stable Diffusion 2.1"), (2048, "Stable Diffusion XL"))
"""The width of the words that a network attends to, and whose width it is."""
_FLUX = "FLUX.1"
_CONDITION, _HINT = "controlnet_cond_embedding.conv_in.weight", "input_hint_block.0.weight"
Has = dict[str, tuple[int | None, ...] | None]


def _control(what: str, base: str, *names: str, **shapes: tuple[int | None, ...]) -> Signature:
    return _told("controlnet", what, base, dict.fromkeys(names) | shapes)


def _adapter(what: str, base: str, *names: str) -> Signature:
    return _told("adapter", what, base, dict.fromkeys(names))


def _reference(what: str, base: str, has: Has) -> Signature:
    return Signature(f"{what} for {base}", has, kind="reference", base=base)


def _told(kind: str, what: str, base: str, has: Has) -> Signature:
    used = (what == "ControlNet" and (base in USED or any(name in has for name in READ))) or what == "T2I-Adapter"
    return Signature(f"{what} for {base}" if base else what, has, why="" if used else _LATER, kind=kind, base=base)


_FACES = (
    "which is told of faces by a program that the studio does not have (InsightFace); get an IP-Adapter that sees the "
    "picture itself, such as ip-adapter-plus-face_sd15"
)
_FIRST_WORDS = "input_blocks.1.1.transformer_blocks.0.attn2.to_k"
_DIFFUSERS_WORDS = "down_blocks.{}.attentions.0.transformer_blocks.0.attn2.to_k.weight"
READ = (_CONDITION, "controlnet_x_embedder.weight", "pos_embed_input.proj.weight", "control_all_x_embedder.2-1.weight")
"""Tensors of those that diffusers reads by the config beside them."""
USED = tuple(name for _, name in _CROSS)
"""Whose ControlNets are used; one whose header names no base may be for any of them."""
CONTROLS = (
    Signature("Union ControlNet for Stable Diffusion XL", {_CONDITION: None, "task_embedding": None},
              kind="controlnet", base=_CROSS[2][1]),
    _control("Control-LoRA", _CROSS[2][1], "lora_controlnet", "label_emb.0.0.down"),
    *(
        _told("controlnet", "Control-LoRA", name, {"lora_controlnet": None, f"{_FIRST_WORDS}.down": (None, width)})
        for width, name in _CROSS[:2]
    ),
    _control("Control-LoRA", "", "lora_controlnet"),
    _control("ControlNet-LLLite", _CROSS[2][1], "lllite_unet_input_blocks_7_1_transformer_blocks_0_*"),
    _control("ControlNet-LLLite", "", "lllite_unet_*"),
    _told("controlnet", "ControlNet", "Qwen-Image",
          {"controlnet_blocks.0.weight": None, "txt_in.weight": (None, 3584)}),
    _told("controlnet", "ControlNet", "Qwen-Image",
          {"controlnet_x_embedder.weight": None, "transformer_blocks.0.img_mod.1.weight": None}),
    _control("ControlNet", "Stable Diffusion 3.5", "controlnet_blocks.0.weight", "pos_embed_input.proj.weight"),
    _control("ControlNet", "Stable Diffusion 3.5", "controlnet_blocks.0.weight", "pos_embed.proj.weight"),
    _control("ControlNet", _FLUX, "controlnet_x_embedder.weight"),
    _control("ControlNet", _FLUX, "controlnet_blocks.0.weight", "double_blocks.0.img_attn.qkv.weight"),
    _control("ControlNet", _FLUX, "controlnet_blocks.0.weight", "double_blocks.*"),
    _control("ControlNet", _CROSS[2][1], _CONDITION, "add_embedding.linear_1.weight"),
    *(
        _told("controlnet", "ControlNet", name, {_CONDITION: None, _DIFFUSERS_WORDS.format(level): (None, width)})
        for width, name in _CROSS for level in (0, 1)
    ),
    _control("ControlNet", "", _CONDITION),
    *(
        _told("controlnet", "ControlNet", name, {f"{before}{_HINT}": None, f"{before}{key}": shape})
        for before in ("control_model.", "")
        for name, key, shape in (
            (_CROSS[2][1], "label_emb.0.0.weight", None),
            *((title, f"{_FIRST_WORDS}.weight", (None, width)) for width, title in _CROSS[:2]),
        )
    ),
    _control("ControlNet", "", "controlnet_blocks.0.weight"),
    _control("ControlNet", "Z-Image", "control_all_x_embedder.2-1.weight"),
    _control("ControlNet", "Z-Image", "control_layers.*"),
)  # fmt: skip

ADAPTERS = (
    *(
        _told("controlnet", "T2I-Adapter", base, {"adapter.body.*": None,
                                                  "adapter.conv_in.weight": (None, pixels, None, None)})
        for base, sides in ((_CROSS[2][1], (768, 256)), (_CROSS[0][1], (192, 64))) for pixels in sides
    ),
    _told("controlnet", "T2I-Adapter", "", {"adapter.body.*": None}),
    _adapter("T2I-Adapter in the layout of its authors", _CROSS[0][1], "body.0.block1.weight", "conv_in.weight"),
    _adapter("T2I style adapter", _CROSS[0][1], "style_embedding", "transformer_layes.0.attn.in_proj_weight"),
    Signature("IP-Adapter FaceID", {"ip_adapter.*": None, "image_proj.perceiver_resampler.proj_in.weight": None},
              why=_FACES, kind="adapter"),
    Signature("IP-Adapter FaceID", {"ip_adapter.*": None, "image_proj.norm.weight": None,
                                    "image_proj.proj.2.weight": None},
              ("image_proj.proj.3.weight",), why=_FACES, kind="adapter"),
    *(
        _reference("IP-Adapter", name, {"ip_adapter.*to_k_ip.weight": (None, width)}) for width, name in _CROSS
    ),
    Signature("FLUX.1 Redux", {"redux_up.weight": None, "redux_down.weight": None}, kind="reference", base=_FLUX),
    _adapter("IP-Adapter", _FLUX, "double_blocks.*.processor.ip_adapter_double_stream_k_proj.weight"),
    Signature("IP-Adapter", {"ip_adapter.*to_k_ip.weight": None}, kind="reference"),
    _adapter("IP-Adapter", "", "ip_adapter.*"),
    _adapter("PuLID", _FLUX, "pulid_ca.0.to_q.weight"),
    _adapter("PuLID", _CROSS[2][1], "id_adapter.*", "id_adapter_attn_layers.*"),
    _adapter("PhotoMaker", _CROSS[2][1], "id_encoder.visual_projection.weight", "lora_weights.*"),
    _adapter("Motion module of AnimateDiff", "", "*motion_modules.0.temporal_transformer.*"),
)  # fmt: skip


def _inversion(base: str, **has: tuple[int | None, ...]) -> Signature:
    return _told("embedding", "Textual inversion", base, dict(has))


EMBEDDINGS = (
    *(_inversion(name, emb_params=(None, width)) for width, name in _CROSS[:2]),
    _inversion(_CROSS[2][1], clip_g=(None, 1280), clip_l=(None, 768)),
    _inversion(_CROSS[2][1], text_encoders_0=(None, 768), text_encoders_1=(None, 1280)),
    *(
        _told("embedding", "Textual inversion", name, {"<*>": shape})
        for width, name in _CROSS[:2] for shape in ((width,), (None, width))
    ),
    Signature(
        "Saved embedding of a picture", {"image_embedding": (None,)},
        why="which takes the place of a picture; name it where a task asks for one", kind="embedding",
    ),
)  # fmt: skip

ADDITIONS = (*CONTROLS, *ADAPTERS, *EMBEDDINGS)
