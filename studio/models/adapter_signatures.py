"""Files that are used together with a model: LoRAs, ControlNets, adapters, embeddings; how each is told."""

from studio.api import Signature

_LATER = "which is used together with a model, and the studio cannot do that yet; add the model that it belongs to"
_CROSS = ((768, "Stable Diffusion 1.5"), (1024, "Stable Diffusion 2.1"), (2048, "Stable Diffusion XL"))
"""The width of the words that a network attends to, and whose width it is."""


def _lora(title: str, name: str, *, shape: tuple[int | None, ...] | None = None) -> Signature:
    return Signature(f"LoRA for {title}", {name: shape}, why=_LATER)


LORAS = (
    *(_lora(title, "*attn2_to_k.lora_down.weight", shape=(None, width)) for width, title in _CROSS),
    *(_lora(title, "*attn2.to_k.lora_A.weight", shape=(None, width)) for width, title in _CROSS),
    *(_lora(title, "*attn2.to_k.lora.down.weight", shape=(None, width)) for width, title in _CROSS),
    *(_lora(title, "*attn2.processor.to_k_lora.down.weight", shape=(None, width)) for width, title in _CROSS),
    _lora("FLUX.2", "*double_stream_modulation_img*lora*"),
    _lora("FLUX.1", "lora_unet_double_blocks_*lora_down.weight"),
    _lora("FLUX.1", "lora_unet_single_blocks_*lora_down.weight"),
    _lora("FLUX.1", "*double_blocks.*lora_A.weight"),
    _lora("FLUX.1", "*single_transformer_blocks.*lora_A.weight"),
    _lora("Stable Diffusion 3.5", "lora_unet_joint_blocks_*lora_down.weight"),
    _lora("Qwen-Image", "*transformer_blocks.*img_mod.1.lora_A*weight"),
    _lora("Qwen-Image", "*transformer_blocks.*add_q_proj.lora_*weight"),
    _lora("Z-Image", "*layers.*adaLN_modulation*lora_A.weight"),
    _lora("Z-Image", "*layers.*attention.to_q.lora_A.weight"),
    _lora("Wan, a video model", "*blocks.*cross_attn.k.lora_*.weight"),
    *(
        _lora("a model that its header does not name", name)
        for name in ("*.lora_down.weight", "*.lora_A*weight", "*.lora.down.weight", "*_lora.down.weight")
    ),
    *(Signature("LyCORIS, a kind of LoRA", {name: None}, why=_LATER) for name in ("*.hada_w1_a", "*.lokr_w1*")),
)

CONTROLS = (
    Signature("Control-LoRA", {"lora_controlnet": None}, why=_LATER),
    Signature("ControlNet for FLUX.1", {"controlnet_x_embedder.weight": None}, why=_LATER),
    Signature(
        "ControlNet for Stable Diffusion XL",
        {"controlnet_cond_embedding.conv_in.weight": None, "add_embedding.linear_1.weight": None},
        why=_LATER,
    ),
    Signature("ControlNet", {"controlnet_cond_embedding.conv_in.weight": None}, why=_LATER),
    *(
        Signature(f"ControlNet for {title}", {f"{before}input_hint_block.0.weight": None, f"{before}{key}": shape},
                  why=_LATER)
        for before in ("control_model.", "")
        for title, key, shape in (
            ("Stable Diffusion XL", "label_emb.0.0.weight", None),
            *((name, "input_blocks.1.1.transformer_blocks.0.attn2.to_k.weight", (None, width))
              for width, name in _CROSS[:2]),
        )
    ),
    Signature("ControlNet", {"controlnet_blocks.0.weight": None}, why=_LATER),
    Signature("ControlNet for Z-Image", {"control_all_x_embedder.2-1.weight": None}, why=_LATER),
    Signature("ControlNet for Z-Image", {"control_layers.*": None}, why=_LATER),
    Signature("T2I-Adapter", {"adapter.body.*": None}, why=_LATER),
    Signature("T2I-Adapter", {"body.0.block1.weight": None, "conv_in.weight": None}, why=_LATER),
    *(
        Signature(f"IP-Adapter for {title}", {"ip_adapter.*to_k_ip.weight": (None, width)}, why=_LATER)
        for width, title in _CROSS
    ),
    Signature("IP-Adapter", {"ip_adapter.*": None}, why=_LATER),
    Signature("Motion module of AnimateDiff", {"*motion_modules.0.temporal_transformer.*": None}, why=_LATER),
)  # fmt: skip

EMBEDDINGS = (
    *(
        Signature(f"Textual inversion for {title}", {"emb_params": (None, width)}, why=_LATER)
        for width, title in _CROSS[:2]
    ),
    Signature("Textual inversion for Stable Diffusion XL", {"clip_g": (None, 1280), "clip_l": (None, 768)}, why=_LATER),
    Signature(
        "Kept embedding of a picture",
        {"image_embedding": (None,)},
        why="which takes the place of a picture; name it where a task asks for one",
    ),
)

ADDITIONS = (*LORAS, *CONTROLS, *EMBEDDINGS)
