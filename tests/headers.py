"""Headers of files as people have them: a few telling names of each, with the published shapes.

(what it is, name -> shape, what the file is told to be)
"""

from typing import Any

Shapes = dict[str, tuple[int, ...]]

_NET = "model.diffusion_model."
_WORDS, _PLACES = "text_model.embeddings.token_embedding.weight", "text_model.embeddings.position_embedding.weight"


def _net(shapes: Shapes) -> Shapes:
    """Behind the prefix that checkpoints put before their network."""
    return {_NET + name: shape for name, shape in shapes.items()}


def _unet(channels: int, width: int, words: int, at: str = "1.1", side: int | None = None) -> Shapes:
    first = (width, channels, 3, 3)
    return {
        "input_blocks.0.0.weight": first,
        "time_embed.0.weight": (4 * width, width),
        f"input_blocks.{at}.transformer_blocks.0.attn2.to_k.weight": (side or width, words),
        "out.2.weight": (4, width, 3, 3),
    }


def _codec(latents: int, before: str = "first_stage_model.") -> Shapes:
    return {
        f"{before}encoder.conv_in.weight": (128, 3, 3, 3),
        f"{before}decoder.conv_in.weight": (512, latents, 3, 3),
        f"{before}decoder.up.0.block.0.conv1.weight": (128, 256, 3, 3),
    }


_CLIP_L: Shapes = {_WORDS: (49408, 768), _PLACES: (77, 768), "text_model.encoder.layers.0.mlp.fc1.weight": (3072, 768)}
_SD15_TEXT = {f"cond_stage_model.transformer.{name}": shape for name, shape in _CLIP_L.items()}
_SD2_TEXT: Shapes = {
    "cond_stage_model.model.positional_embedding": (77, 1024),
    "cond_stage_model.model.token_embedding.weight": (49408, 1024),
}
_XL_TEXT: Shapes = {
    **{f"conditioner.embedders.0.transformer.{name}": shape for name, shape in _CLIP_L.items()},
    "conditioner.embedders.1.model.positional_embedding": (77, 1280),
    "conditioner.embedders.1.model.text_projection": (1280, 1280),
}
_SD15_OLD_TEXT = {name.replace("text_model.", ""): shape for name, shape in _SD15_TEXT.items()}
_SD_TURBO_TEXT = {
    name.replace("cond_stage_model", "conditioner.embedders.0"): shape for name, shape in _SD2_TEXT.items()
}
_MIDDLE: Shapes = {"middle_block.1.norm.weight": (1280,)}
_REFINER_TEXT: Shapes = {
    "conditioner.embedders.0.model.positional_embedding": (77, 1280),
    "conditioner.embedders.0.model.text_projection": (1280, 1280),
}
_XL = {"at": "4.1", "side": 640}
_FLUX: Shapes = {
    "double_blocks.0.img_attn.norm.key_norm.scale": (128,),
    "double_blocks.0.img_attn.qkv.weight": (9216, 3072),
    "single_blocks.0.linear1.weight": (21504, 3072),
    "txt_in.weight": (3072, 4096),
}
_GUIDED: Shapes = {"guidance_in.in_layer.weight": (3072, 256)}
_SD3: Shapes = {"joint_blocks.0.context_block.adaLN_modulation.1.bias": (9216,), "pos_embed": (1, 36864, 1536)}


def _flux2(width: int) -> Shapes:
    return {"single_stream_modulation.lin.weight": (3 * width, width), "img_in.weight": (width, 128)}


# Whole checkpoints and files of one network: (header, title, family, whether it opens as it is)
MODELS: list[tuple[Shapes, str, str, bool]] = [
    (_net(_unet(4, 320, 768)) | _codec(4) | _SD15_TEXT, "Stable Diffusion 1.5", "sd15", True),
    (_net(_unet(9, 320, 768)) | _codec(4) | _SD15_TEXT, "Stable Diffusion 1.5, for inpainting", "sd15", True),
    (_net(_unet(8, 320, 768)) | _codec(4) | _SD15_TEXT, "Stable Diffusion 1.5, instructed", "sd15", False),
    (_unet(4, 320, 768), "UNet of Stable Diffusion 1.5", "sd15", True),
    (_net(_unet(4, 320, 768)), "UNet of Stable Diffusion 1.5", "sd15", True),
    (_net(_unet(4, 320, 768)) | _SD15_TEXT, "Stable Diffusion 1.5 without VAE", "sd15", True),
    (_net(_unet(4, 320, 1024)) | _codec(4) | _SD2_TEXT, "Stable Diffusion 2.1", "sd15", True),
    (_net(_unet(9, 320, 1024)) | _codec(4) | _SD2_TEXT, "Stable Diffusion 2, for inpainting", "sd15", True),
    (_net(_unet(5, 320, 1024)) | _codec(4) | _SD2_TEXT, "Stable Diffusion 2, with depth", "sd15", False),
    (
        _net(_unet(4, 320, 1024)) | _codec(4) | _SD2_TEXT | {"embedder.model.visual.class_embedding": (1280,)},
        "Stable Diffusion 2.1 unCLIP", "sd15", False,
    ),
    (_unet(4, 320, 1024), "UNet of Stable Diffusion 2.1", "sd15", False),
    (_net(_unet(4, 320, 768)) | _codec(4) | _SD15_OLD_TEXT, "Stable Diffusion 1.5", "sd15", True),
    (
        _net(_unet(4, 320, 768)) | _codec(4) | _SD15_TEXT
        | {"lora_te_text_model_encoder_layers_0_mlp_fc1.lora_down.weight": (4, 768)},
        "Stable Diffusion 1.5", "sd15", True,
    ),
    (_net(_unet(4, 320, 1024)) | _codec(4) | _SD_TURBO_TEXT, "SD Turbo", "sd15", True),
    (_net(_unet(4, 320, 2048, **_XL) | _MIDDLE) | _codec(4) | _XL_TEXT, "Stable Diffusion XL", "sdxl", True),
    (
        _net(_unet(4, 320, 2048, **_XL) | {
            "middle_block.0.in_layers.0.weight": (1280,),
            "input_blocks.4.1.transformer_blocks.1.norm1.weight": (640,),
        }) | _codec(4) | _XL_TEXT,
        "SSD-1B, a smaller Stable Diffusion XL", "sdxl", False,
    ),
    (
        _net(_unet(4, 320, 2048, **_XL) | {"middle_block.0.in_layers.0.weight": (1280,)}) | _codec(4) | _XL_TEXT,
        "Segmind Vega, a smaller Stable Diffusion XL", "sdxl", False,
    ),
    (_net(_unet(8, 320, 2048, **_XL)) | _codec(4) | _XL_TEXT, "CosXL Edit", "sdxl", False),
    (
        _net(_unet(4, 320, 2048, **_XL)) | _codec(4) | _XL_TEXT | {"edm_mean": (1, 4, 1, 1)},
        "Playground 2.5", "sdxl", False,
    ),
    (_net(_unet(9, 320, 2048, **_XL)) | _codec(4) | _XL_TEXT, "Stable Diffusion XL, for inpainting", "sdxl", True),
    (_unet(4, 320, 2048, **_XL), "UNet of Stable Diffusion XL", "sdxl", True),
    (_net(_unet(4, 384, 1280, "4.1", 768)) | _codec(4) | _REFINER_TEXT,
     "Stable Diffusion XL refiner", "sdxl-refiner", True),
    (_unet(4, 384, 1280, "4.1", 768), "UNet of Stable Diffusion XL refiner", "sdxl-refiner", False),
    (_net({"input_blocks.0.0.weight": (256, 7, 3, 3)}) | _codec(4), "Stable Diffusion x4 upscaler", "sd-x4", False),
    (_SD3 | {"joint_blocks.0.x_block.attn2.qkv.weight": (4608, 1536)}, "Stable Diffusion 3.5 medium", "sd3", True),
    (
        _net({"joint_blocks.0.context_block.adaLN_modulation.1.bias": (14592,),
              "joint_blocks.37.x_block.mlp.fc1.weight": (9728, 2432)}),
        "Stable Diffusion 3.5 large", "sd3", True,
    ),
    (_net(_SD3) | {"text_encoders.clip_l.transformer." + _WORDS: (49408, 768)} | _codec(16),
     "Stable Diffusion 3 medium", "sd3", True),
    (_FLUX | _GUIDED | {"img_in.weight": (3072, 64)},
     "FLUX.1 dev", "flux", True),
    (_net(_FLUX | _GUIDED | {"img_in.weight": (3072, 64)}) | _codec(16, "vae."),
     "FLUX.1 dev", "flux", True),
    (_FLUX | {"img_in.weight": (3072, 64)}, "FLUX.1 schnell", "flux", True),
    (_FLUX | _GUIDED | {"img_in.weight": (3072, 384)}, "FLUX.1 Fill", "flux-fill", True),
    (_FLUX | _GUIDED | {"img_in.weight": (3072, 128)}, "FLUX.1 Canny or Depth", "flux", False),
    (_flux2(3072), "FLUX.2 klein 4B", "flux2-klein", True),
    (_net(_flux2(4096)), "FLUX.2 klein 9B", "flux2-klein", True),
    (_flux2(6144), "FLUX.2 dev", "flux2-klein", False),
    (
        _flux2(3072) | {"double_blocks.0.img_attn.norm.key_norm.scale": (128,), "txt_in.weight": (3072, 7680)},
        "FLUX.2 klein 4B", "flux2-klein", True,
    ),
    (
        _FLUX | {"img_in.weight": (3072, 64), "double_blocks.0.img_mlp.gate_proj.weight": (12288, 3072)},
        "Ovis-Image", "generic", False,
    ),
    (
        {"txt_norm.weight": (3584,), "img_in.weight": (3072, 64),
         "transformer_blocks.0.attn.add_q_proj.weight": (3072, 3072),
         "time_text_embed.addition_t_embedding.weight": (2, 3072)},
        "Qwen-Image-Layered", "qwen-image", False,
    ),
    (
        _net({"cap_embedder.0.weight": (2304,), "cap_embedder.1.weight": (2304, 2304),
              "layers.0.adaLN_modulation.1.weight": (9216, 1024)}) | _codec(16, "vae."),
        "Lumina 2", "generic", False,
    ),
    (
        {name: shape for name, shape in _FLUX.items() if "key_norm" not in name}
        | {"distilled_guidance_layer.in_proj.weight": (5120, 64)},
        "Chroma", "chroma", True,
    ),
    (_net(_FLUX | {"distilled_guidance_layer.in_proj.bias": (5120,)}), "Chroma", "chroma", False),
    (_net({"layers.0.adaLN_modulation.0.weight": (15360, 256), "cap_embedder.0.weight": (2560,)}),
     "Z-Image", "z-image", True),
    (
        {"txt_norm.weight": (3584,), "img_in.weight": (3072, 64),
         "transformer_blocks.0.attn.add_q_proj.weight": (3072, 3072)},
        "Qwen-Image", "qwen-image", True,
    ),
    (
        {"blocks.0.scale_shift_table": (6, 1152), "y_embedder.y_proj.fc1.weight": (1152, 4096),
         "t_block.1.weight": (6912, 1152), "blocks.0.cross_attn.q_linear.weight": (1152, 1152)},
        "PixArt-Σ", "pixart-sigma", True,
    ),
    (
        {"blocks.0.cross_attn.q_linear.weight": (2240, 2240), "y_embedder.y_embedding": (300, 2304),
         "blocks.0.mlp.inverted_conv.conv.weight": (11200, 2240, 1, 1)},
        "Sana", "sana", False,
    ),
]  # fmt: skip

_DOWN = "lora_unet_down_blocks_1_attentions_0_transformer_blocks_0_attn2_to_k.lora_down.weight"
_PEFT = "unet.down_blocks.1.attentions.0.transformer_blocks.0.attn2.to_k.lora_A.weight"

# What is used together with a model, one part of a model, or nothing that can be run here: (header, title)
OTHERS: list[tuple[Shapes, str]] = [
    ({_DOWN: (16, 768)}, "LoRA for Stable Diffusion 1.5"),
    ({_DOWN: (16, 1024)}, "LoRA for Stable Diffusion 2.1"),
    ({_DOWN: (16, 2048)}, "LoRA for Stable Diffusion XL"),
    ({_PEFT: (16, 2048)}, "LoRA for Stable Diffusion XL"),
    ({"lora_unet_double_blocks_0_img_attn_qkv.lora_down.weight": (16, 3072)}, "LoRA for FLUX.1"),
    ({"transformer.single_transformer_blocks.0.attn.to_q.lora_A.weight": (16, 3072)}, "LoRA for FLUX.1"),
    ({"diffusion_model.double_blocks.0.img_attn.qkv.lora_A.weight": (16, 3072)}, "LoRA for FLUX.1"),
    ({"transformer_blocks.0.attn.add_q_proj.lora_A.default.weight": (16, 3072)}, "LoRA for FLUX.1 or Qwen-Image"),
    ({"transformer_blocks.41.attn.add_q_proj.lora_A.default.weight": (16, 3072)}, "LoRA for Qwen-Image"),
    ({"transformer_blocks.0.attn.to_q.lora_A.weight": (16, 3072),
      "transformer_blocks.0.ff_context.net.2.lora_A.weight": (16, 12288)}, "LoRA for FLUX.1"),
    ({"transformer.transformer_blocks.0.attn.to_q.lora_A.weight": (16, 2432)}, "LoRA for Stable Diffusion 3.5"),
    ({"transformer.single_transformer_blocks.2.attn.to_qkv_mlp_proj.lora_B.weight": (27648, 16)}, "LoRA for FLUX.2"),
    ({"transformer.double_blocks.0.img_attn_qkv.lora_A.weight": (16, 3072)}, "LoRA for HunyuanVideo, a video model"),
    ({"diffusion_model.double_blocks.0.img_attn.qkv.lora_A.weight": (16, 4096)}, "LoRA for FLUX.2"),
    ({"double_blocks.0.processor.proj_lora1.down.weight": (16, 3072)}, "LoRA for FLUX.1"),
    ({"diffusion_model.blocks.0.cross_attn.k_proj.lora_A.weight": (8, 2048)}, "LoRA for Anima"),
    ({"lora_unet_txtfusion_layerwise_blocks_0_mlp_down.lora_up.weight": (2560, 32)}, "LoRA for Krea 2"),
    ({"lora_unet_down_blocks_1_attentions_0_transformer_blocks_1_attn1_to_q.lora_down.weight": (16, 640)},
     "LoRA for Stable Diffusion XL"),
    ({"lora_unet_down_blocks_2_attentions_0_transformer_blocks_9_attn1_to_q.oft_blocks": (4, 320, 320)},
     "OFT, a kind of LoRA, for Stable Diffusion XL"),
    ({"lora_unet_up_blocks_0_attentions_0_transformer_blocks_6_attn2_to_k.on_input": (1280, 2048)},
     "IA3, a kind of LoRA, for Stable Diffusion XL"),
    ({"lora_unet_up_blocks_0_attentions_0_transformer_blocks_6_attn2_to_k.a1.weight": (1280, 2048)},
     "GLoRA, a kind of LoRA, for Stable Diffusion XL"),
    ({"diffusion_model.double_blocks.0.img_attn.proj.lokr_w1": (32, 96)}, "LoKr, a kind of LoRA, for FLUX.1"),
    ({"diffusion_model.layers.0.attention.to_q.lora_A.weight": (16, 3840)}, "LoRA for Z-Image"),
    ({"lora_te_text_model_encoder_layers_0_mlp_fc1.lora_down.weight": (4, 768)}, "LoRA for Stable Diffusion 1.5"),
    ({"lora_te1_text_model_encoder_layers_0_mlp_fc1.lora_down.weight": (4, 768)},
     "LoRA for a model that its header does not name"),
    ({"lora_unet_mid_block_attentions_0_proj_in.hada_w1_a": (1280, 8)},
     "LoHa, a kind of LoRA, for a model that its header does not name"),
    ({f"control_model.{name}": shape for name, shape in _unet(4, 320, 768).items()}
     | {"control_model.input_hint_block.0.weight": (16, 3, 3, 3)}, "ControlNet for Stable Diffusion 1.5"),
    ({"controlnet_cond_embedding.conv_in.weight": (16, 3, 3, 3), "conv_in.weight": (320, 4, 3, 3),
      "down_blocks.0.resnets.0.conv1.weight": (320, 320, 3, 3)}, "ControlNet"),
    ({"controlnet_cond_embedding.conv_in.weight": (16, 3, 3, 3), "add_embedding.linear_1.weight": (1280, 2816)},
     "ControlNet for Stable Diffusion XL"),
    ({"controlnet_x_embedder.weight": (3072, 64)}, "ControlNet for FLUX.1"),
    ({"ip_adapter.1.to_k_ip.weight": (320, 768), "image_proj.proj.weight": (3072, 1024)},
     "IP-Adapter for Stable Diffusion 1.5"),
    ({"redux_up.weight": (12288, 1152), "redux_down.weight": (4096, 12288)}, "FLUX.1 Redux"),
    ({"emb_params": (8, 768)}, "Textual inversion for Stable Diffusion 1.5"),
    ({"clip_g": (4, 1280), "clip_l": (4, 768)}, "Textual inversion for Stable Diffusion XL"),
    ({"image_embedding": (1280,)}, "Saved embedding of a picture"),
    (_codec(4, ""), "VAE with 4 channels (Stable Diffusion 1.5, 2.1 or XL: their headers are alike)"),
    (_codec(4), "VAE with 4 channels (Stable Diffusion 1.5, 2.1 or XL: their headers are alike)"),
    (_codec(16, ""), "VAE with 16 channels (Stable Diffusion 3.5, FLUX.1 or Z-Image: their headers are alike)"),
    ({"decoder.conv_in.weight": (512, 32, 3, 3), "decoder.up_blocks.0.resnets.0.conv1.weight": (512, 512, 3, 3)},
     "VAE with 32 channels (FLUX.2)"),
    ({"decoder.middle.0.residual.0.gamma": (384, 1, 1, 1)}, "VAE of Qwen-Image or Wan"),
    (_CLIP_L, "Text encoder CLIP ViT-L"),
    ({_WORDS: (49408, 1280), _PLACES: (77, 1280)}, "Text encoder CLIP ViT-bigG"),
    ({_WORDS: (49408, 768), "vision_model.embeddings.patch_embedding.weight": (1024, 3, 14, 14)},
     "CLIP, text and image"),
    ({"vision_model.embeddings.patch_embedding.weight": (1280, 3, 14, 14)}, "CLIP image encoder"),
    ({"encoder.block.0.layer.0.SelfAttention.q.weight": (4096, 4096)}, "Text encoder T5-XXL"),
    ({"model.layers.0.self_attn.q_proj.bias": (3584,), "visual.blocks.0.attn.qkv.weight": (3840, 1280)},
     "Language model Qwen2.5-VL"),
    ({"model.layers.0.self_attn.q_norm.weight": (128,)}, "Language model Qwen3"),
    ({"down_blocks.0.resnets.0.conv1.weight": (320, 320, 3, 3), "conv_in.weight": (320, 4, 3, 3)}, "UNet"),
    ({"controlnet_blocks.0.weight": (3072, 3072), "txt_in.weight": (3072, 3584)}, "ControlNet for Qwen-Image"),
    ({"lllite_unet_input_blocks_7_1_transformer_blocks_0_attn1_to_k.down.0.weight": (64, 1280)},
     "ControlNet-LLLite for Stable Diffusion XL"),
    ({"double_blocks.0.processor.ip_adapter_double_stream_k_proj.weight": (3072, 4096)}, "IP-Adapter for FLUX.1"),
    ({"pulid_ca.0.to_q.weight": (2048, 3072)}, "PuLID for FLUX.1"),
    ({"id_encoder.visual_projection.weight": (768, 1024),
      "lora_weights.unet.down_blocks.1.attentions.0.transformer_blocks.0.attn2.processor.to_k_lora.down.weight":
      (64, 2048)}, "PhotoMaker for Stable Diffusion XL"),
    ({"1.weight": (64, 4, 3, 3), "3.conv.0.weight": (64, 64, 3, 3)}, "Small VAE for previews (TAESD)"),
    ({"<cat-toy>": (768,)}, "Textual inversion for Stable Diffusion 1.5"),
    ({"text_encoders_0": (2, 768), "text_encoders_1": (2, 1280)}, "Textual inversion for Stable Diffusion XL"),
    ({"txt_in.individual_token_refiner.blocks.0.adaLN_modulation.1.bias": (6144,), "byt5_in.fc1.weight": (2048, 1472)},
     "HunyuanImage 2.1"),
    ({"net.llm_adapter.blocks.0.cross_attn.q_proj.weight": (1024, 1024), "net.x_embedder.proj.1.weight": (2048, 68)},
     "Anima"),
    ({"net.x_embedder.proj.1.weight": (2048, 68)}, "Cosmos, a video model"),
    ({"double_blocks.0.img_attn.norm.key_norm.scale": (128,), "txt_in.weight": (3072, 3584)}, "LongCat-Image"),
    ({"single_transformer_blocks.0.proj_mlp.weight": (12288, 3072)}, "transformer of FLUX.1"),
    ({"head.modulation": (1, 2, 1536)}, "Wan, a video model"),
    ({"clip_txt_mapper.weight": (2048, 1280)}, "Stable Cascade"),
]  # fmt: skip

UNDECIDED: Any = _net(_unet(4, 320, 1024)) | _codec(4) | _SD2_TEXT
