"""Files that hold one part of a model, or a model of a kind that makes no pictures here; how each is told."""

from studio.api import Signature

_PART = "which is one part of a model; add the whole model: a folder with a model_index.json, or a checkpoint"
_FOLDER = "which belongs into a folder in the layout of diffusers; add that folder, the one with model_index.json"
_OTHER = "which no plugin that is installed can run; a plugin has to bring the family"

_CODECS = (
    ((None, 4, 3, 3), "4 channels (Stable Diffusion 1.5, 2.1 or XL: their headers are alike)"),
    ((None, 16, 3, 3), "16 channels (Stable Diffusion 3.5, FLUX.1 or Z-Image: their headers are alike)"),
    ((None, 32, 3, 3), "32 channels (FLUX.2)"),
)
VAES = (
    Signature("VQ codec", {"quantize.embedding.weight": None, "encoder.conv_in.weight": None}, why=_PART),
    *(
        Signature(
            f"VAE with {title}",
            {f"{before}decoder.conv_in.weight": shape, f"{before}{block}": None},
            ("model.diffusion_model.*", "quantize.embedding.weight"),
            why=_PART,
        )
        for before in ("", "first_stage_model.", "vae.")
        for shape, title in _CODECS
        for block in ("decoder.up.0.block.0.conv1.weight", "decoder.up_blocks.0.resnets.0.conv1.weight")
    ),
    Signature("VAE of Qwen-Image or Wan", {"decoder.middle.0.residual.0.gamma": None}, why=_PART),
    Signature("VAE of Qwen-Image or Wan", {"decoder.mid_block.resnets.0.norm1.gamma": None}, why=_PART),
    Signature("VAE of Sana (DC-AE)", {"decoder.stages.1.op_list.0.main.conv.conv.bias": None}, why=_PART),
    Signature("VAE of Sana (DC-AE)", {"decoder.up_blocks.*.conv_inverted.weight": None}, why=_PART),
    Signature(
        "Small VAE for previews (TAESD)",
        {"decoder.layers.1.weight": None, "decoder.layers.3.conv.0.weight": None},
        why=_PART,
    ),
)  # fmt: skip

_PATCHES = "vision_model.embeddings.patch_embedding.weight"
_TOKENS = "text_model.embeddings.token_embedding.weight"
ENCODERS = (
    Signature("CLIP, text and image", {_PATCHES: None, _TOKENS: None}, why=_PART),
    Signature("CLIP, text and image", {"visual.conv1.weight": None, "token_embedding.weight": None}, why=_PART),
    Signature("CLIP image encoder", {_PATCHES: None}, why=_PART),
    *(
        Signature(f"Text encoder CLIP {name}", {_TOKENS: (None, width)}, why=_PART)
        for width, name in ((768, "ViT-L"), (1024, "ViT-H"), (1280, "ViT-bigG"))
    ),
    Signature("Text encoder CLIP", {_TOKENS: None}, why=_PART),
    Signature("Text encoder CLIP", {"transformer.resblocks.0.attn.in_proj_weight": None}, why=_PART),
    Signature(
        "Text encoder T5-XXL", {"encoder.block.0.layer.0.SelfAttention.q.weight": (4096, 4096)}, why=_PART
    ),
    Signature("Text encoder T5", {"encoder.block.0.layer.0.SelfAttention.q.weight": None}, why=_PART),
    Signature(
        "Language model Qwen2.5-VL",
        {"model.layers.0.self_attn.q_proj.bias": None, "visual.blocks.0.attn.qkv.weight": None},
        why=_PART,
    ),
    Signature("Language model Gemma", {"model.layers.0.pre_feedforward_layernorm.weight": None}, why=_PART),
    Signature("Language model Qwen3", {"model.layers.0.self_attn.q_norm.weight": None}, why=_PART),
    Signature("Language model", {"model.layers.0.self_attn.q_proj.weight": None}, why=_PART),
    Signature("Language model", {"layers.0.self_attn.q_proj.weight": None}, why=_PART),
)  # fmt: skip

_DOWN, _ADDED = "down_blocks.0.resnets.0.conv1.weight", "transformer_blocks.0.attn.add_q_proj.weight"
FOLDERS = (
    Signature("Prior of Kandinsky 2.2", {"prd_embedding": None, "clip_std": None}, why=_FOLDER),
    Signature("UNet of Kandinsky 2.2", {_DOWN: None, "add_embedding.image_norm.weight": None}, why=_FOLDER),
    Signature("UNet", {_DOWN: None, "conv_in.weight": None}, why=_FOLDER),
    Signature("transformer of FLUX.1", {"single_transformer_blocks.0.proj_mlp.weight": None}, why=_FOLDER),
    Signature("transformer of FLUX.2", {"single_transformer_blocks.0.attn.to_qkv_mlp_proj.weight": None}, why=_FOLDER),
    Signature("transformer of Stable Diffusion 3.5", {_ADDED: None, "pos_embed.pos_embed": None}, why=_FOLDER),
    Signature("transformer of AuraFlow", {"double_layers.0.attn.w2q.weight": None}, why=_FOLDER),
    Signature("transformer of Lumina 2", {"cap_embedder.0.weight": None}, why=_FOLDER),
    Signature("transformer", {"transformer_blocks.0.attn1.to_q.weight": None}, why=_FOLDER),
)  # fmt: skip

OTHERS = (
    *(
        Signature(title, {name: None}, why=_OTHER)
        for title, name in (
            ("Stable Cascade", "clip_txt_mapper.weight"),
            ("Stable Cascade", "down_blocks.1.0.channelwise.0.weight"),
            ("HiDream", "double_stream_blocks.0.block.adaLN_modulation.1.bias"),
            ("Hunyuan, a video model", "txt_in.individual_token_refiner.blocks.0.adaLN_modulation.1.bias"),
            ("Wan, a video model", "head.modulation"),
            ("LTX, a video model", "patchify_proj.weight"),
            ("Mochi, a video model", "blocks.0.attn.qkv_x.weight"),
            ("Cosmos, a video model", "net.x_embedder.proj.1.weight"),
        )
    ),
    Signature("LaMa, which fills masks", {"model.model.1.bn_l.running_mean": None}, why="and the studio cannot use it"),
    Signature(
        "LaMa, which fills masks", {"generator.model.1.bn_l.running_mean": None}, why="and the studio cannot use it"
    ),
    Signature("Kandinsky 2.2's decoder in another layout", {"movq.*": None}, why=_FOLDER),
)

PARTS = (*VAES, *ENCODERS, *FOLDERS, *OTHERS)
