"""Files that hold one part of a model, or a model of a kind that makes no pictures here; how each is told."""

from collections.abc import Mapping

from studio.api import Signature

_PART = "which is one part of a model; add the whole model: a folder with a model_index.json, or a checkpoint"
_SERVES = "which is one part of a model; it is used with the networks that need it, wherever in your folders they lie"
_FOLDER = "which belongs into a folder in the layout of diffusers; add that folder, the one with model_index.json"
_OTHER = (
    "which no plugin that is installed can run; add a model of another family, such as Stable Diffusion XL or FLUX.1"
)
_VIDEO = "which makes videos, not pictures; add a model for pictures, such as Stable Diffusion XL or FLUX.1"
Shapes = Mapping[str, tuple[int | None, ...]]
_NONE: Shapes = {}


def _part(
    kind: str, title: str, base: str, *names: str, lacks: tuple[str, ...] = (), shapes: Shapes = _NONE, role: str = "",
    prefix: str = "",
) -> Signature:  # fmt: skip
    why = _SERVES if role else _PART
    return Signature(title, {**dict.fromkeys(names), **shapes}, lacks, why=why, kind=kind, base=base, role=role,
                     prefix=prefix)  # fmt: skip


_CODECS = (
    ((None, 4, 3, 3), "4 channels (Stable Diffusion 1.5, 2.1 or XL: their headers are alike)", "Stable Diffusion"),
    ((None, 16, 3, 3), "16 channels (Stable Diffusion 3.5, FLUX.1 or Z-Image: their headers are alike)",
     "Stable Diffusion 3.5, FLUX.1 or Z-Image"),
    ((None, 32, 3, 3), "32 channels (FLUX.2)", "FLUX.2"),
)  # fmt: skip
_TINY = "Small VAE for previews (TAESD)"
VAES = (
    _part("vae", "VQ codec", "", "quantize.embedding.weight", "encoder.conv_in.weight"),
    *(
        _part("vae", f"VAE with {title}", base, f"{before}{block}", shapes={f"{before}decoder.conv_in.weight": shape},
              lacks=("model.diffusion_model.*", "quantize.embedding.weight"), role="vae", prefix=before)
        for before in ("", "first_stage_model.", "vae.")
        for shape, title, base in _CODECS
        for block in ("decoder.up.0.block.0.conv1.weight", "decoder.up_blocks.0.resnets.0.conv1.weight")
    ),
    _part("vae", "VAE of Qwen-Image or Wan", "Qwen-Image or Wan", "decoder.middle.0.residual.0.gamma", role="vae-wan"),
    _part("vae", "VAE of Qwen-Image or Wan", "Qwen-Image or Wan", "decoder.mid_block.resnets.0.norm1.gamma",
          role="vae-wan"),
    _part("vae", "VAE of Sana (DC-AE)", "Sana", "decoder.stages.1.op_list.0.main.conv.conv.bias"),
    _part("vae", "VAE of Sana (DC-AE)", "Sana", "decoder.up_blocks.*.conv_inverted.weight"),
    _part("vae", _TINY, "", "decoder.layers.1.weight", "decoder.layers.3.conv.0.weight"),
    *(
        _part("vae", _TINY, "", f"{half}3.conv.0.weight", shapes={f"{half}1.weight": (64, channels, 3, 3)})
        for channels in (4, 16)
        for half in ("", "taesd_decoder.", "decoder.")
    ),
    _part("vae", _TINY, "", shapes={"0.weight": (64, 3, 3, 3), "1.conv.0.weight": (64, 64, 3, 3)}),
    _part("vae", "Small VAE for previews of videos (TAEHV)", "Qwen-Image or Wan",
          "decoder.1.weight", "decoder.3.conv.0.weight", shapes={"encoder.0.weight": (64, 3, 3, 3)}),
)  # fmt: skip

_PATCHES = "vision_model.embeddings.patch_embedding.weight"
_TOKENS = "text_model.embeddings.token_embedding.weight"
_QUERY, _LAYER = "encoder.block.0.layer.0.SelfAttention.q.weight", "model.layers.0.self_attn.q_proj.weight"
_LLAMA = (
    "in the layout of llama.cpp, of which the studio runs networks alone; get it with the ending .safetensors, such as "
    "t5xxl_fp8_e4m3fn.safetensors"
)
"""Text encoders in GGUF: diffusers opens none, and transformers unpacks them whole."""


def _of_llama(title: str, base: str, *names: str, shapes: Shapes = _NONE) -> Signature:
    return Signature(title, {**dict.fromkeys(names), **shapes}, why=_LLAMA, kind="text-encoder", base=base)


ENCODERS = (
    _of_llama("Text encoder T5-XXL", "FLUX.1, Stable Diffusion 3.5, Chroma or PixArt",
              shapes={"enc.blk.0.attn_q.weight": (4096, 4096)}),
    _of_llama("Text encoder T5", "", "enc.blk.0.attn_q.weight"),
    _of_llama("Language model", "", "blk.0.attn_q.weight", "token_embd.weight"),
    _of_llama("Image encoder of a language model", "", "v.blk.0.attn_q.weight"),
    Signature(
        "Safety checker of Stable Diffusion", {"concept_embeds": None, "special_care_embeds": None},
        why="which the studio does not use; add a model that makes pictures", kind="other",
    ),
    _part("text-encoder", "CLIP, text and image", "", _PATCHES, _TOKENS),
    _part("text-encoder", "CLIP, text and image", "", "visual.conv1.weight", "token_embedding.weight"),
    *(
        _part("image-encoder", "SigLIP image encoder", "FLUX.1 Redux", f"{before}encoder.layers.0.mlp.fc1.weight",
              f"{before}embeddings.patch_embedding.bias", f"{before}embeddings.position_embedding.weight",
              role="siglip-vision")
        for before in ("vision_model.", "")  # as published, and as transformers writes it since its version 5
    ),
    _part("image-encoder", "CLIP image encoder", "", _PATCHES, "visual_projection.weight", role="clip-vision"),
    _part("image-encoder", "CLIP image encoder", "", _PATCHES),
    *(
        _part("text-encoder", f"Text encoder CLIP {name}", f"CLIP {name}", shapes={_TOKENS: (None, width)}, role="clip")
        for width, name in ((768, "ViT-L"), (1024, "ViT-H"), (1280, "ViT-bigG"))
    ),
    _part("text-encoder", "Text encoder CLIP", "", _TOKENS, role="clip"),
    _part("text-encoder", "Text encoder CLIP", "", "transformer.resblocks.0.attn.in_proj_weight"),
    _part("text-encoder", "Text encoder UMT5-XXL", "Wan or AuraFlow", shapes={
        _QUERY: (4096, 4096), "encoder.block.1.layer.0.SelfAttention.relative_attention_bias.weight": (None, None),
    }),
    _part("text-encoder", "Text encoder T5-XXL", "FLUX.1, Stable Diffusion 3.5, Chroma or PixArt",
          shapes={_QUERY: (4096, 4096)}, role="t5"),
    _part("text-encoder", "Text encoder UMT5", "", _QUERY,
          "encoder.block.1.layer.0.SelfAttention.relative_attention_bias.weight"),
    _part("text-encoder", "Text encoder T5", "", _QUERY, role="t5"),
    _part("text-encoder", "Language model Qwen2.5-VL", "Qwen-Image",
          "model.layers.0.self_attn.q_proj.bias", "visual.blocks.0.attn.qkv.weight", role="qwen2.5-vl"),
    _part("text-encoder", "Language model Gemma", "Lumina 2 or Sana",
          "model.layers.0.pre_feedforward_layernorm.weight", role="gemma2"),
    _part("text-encoder", "Language model Qwen3", "Z-Image or FLUX.2", "model.layers.0.self_attn.q_norm.weight",
          role="qwen3"),
    _part("text-encoder", "Language model Mistral 3", "FLUX.2", _LAYER, "tekken_model"),
    _part("text-encoder", "Language model", "", _LAYER),
    _part("text-encoder", "Language model", "", "layers.0.self_attn.q_proj.weight"),
)  # fmt: skip


def _network(title: str, base: str, *names: str, shapes: Shapes = _NONE) -> Signature:
    return Signature(title, {**dict.fromkeys(names), **shapes}, why=_FOLDER, kind="network", base=base)


_DOWN, _ADDED = "down_blocks.0.resnets.0.conv1.weight", "transformer_blocks.0.attn.add_q_proj.weight"
_UNET_WORDS = "down_blocks.{}.attentions.0.transformer_blocks.0.attn2.to_k.weight"
FOLDERS = (
    _network("Prior of Kandinsky 2.2", "Kandinsky 2.2", "prd_embedding", "clip_std"),
    _network("UNet of Kandinsky 2.2", "Kandinsky 2.2", _DOWN, "add_embedding.image_norm.weight"),
    *(
        _network(f"UNet of {title}", title, "conv_in.weight", shapes={_UNET_WORDS.format(level): (None, width)})
        for width, title, level in (
            (768, "Stable Diffusion 1.5", 0), (1024, "Stable Diffusion 2.1", 0), (2048, "Stable Diffusion XL", 1)
        )
    ),
    _network("UNet", "", _DOWN, "conv_in.weight"),
    _network("transformer of FLUX.2", "FLUX.2", "single_transformer_blocks.0.attn.to_qkv_mlp_proj.weight"),
    _network("transformer of FLUX.1", "FLUX.1", "single_transformer_blocks.0.proj_mlp.weight"),
    _network("transformer of FLUX.1, packed for Nunchaku", "FLUX.1", "single_transformer_blocks.0.mlp_fc1.qweight"),
    _network("transformer of Stable Diffusion 3.5", "Stable Diffusion 3.5", _ADDED, "pos_embed.pos_embed"),
    _network("transformer of AuraFlow", "AuraFlow", "double_layers.0.attn.w2q.weight"),
    _network("transformer of Hunyuan-DiT", "Hunyuan-DiT", "mlp_t5.0.weight", "extra_embedder.0.weight"),
    _network("transformer of Krea 2", "Krea 2", "txtfusion.projector.weight"),
    _network("transformer of Lumina 2", "Lumina 2", "cap_embedder.0.weight"),
    _network("transformer", "", "transformer_blocks.0.attn1.to_q.weight"),
)  # fmt: skip


def _other(title: str, *names: str, why: str = _OTHER, shapes: Shapes = _NONE) -> Signature:
    return Signature(title, {**dict.fromkeys(names), **shapes}, why=why, kind="other", base=title)


_MASKS = "which fills masks by itself, and the studio does not use it; add a model that inpaints, such as SDXL"
OTHERS = (
    _other("Stable Cascade", "clip_txt_mapper.weight"),
    _other("Stable Cascade", "down_blocks.1.0.channelwise.0.weight"),
    _other("HiDream", "double_stream_blocks.0.block.adaLN_modulation.1.bias"),
    _other("HunyuanImage 2.1", "txt_in.individual_token_refiner.blocks.0.adaLN_modulation.1.bias",
           shapes={"img_in.proj.weight": (None, 64, 1, 1)}),
    _other("HunyuanImage 2.1", "txt_in.individual_token_refiner.blocks.0.adaLN_modulation.1.bias",
           "byt5_in.fc1.weight"),
    _other("HunyuanVideo, a video model", "txt_in.individual_token_refiner.blocks.0.adaLN_modulation.1.bias",
           why=_VIDEO),
    _other("LongCat-Image", "double_blocks.0.img_attn.norm.key_norm.scale", shapes={"txt_in.weight": (None, 3584)}),
    _other("Wan, a video model", "head.modulation", why=_VIDEO),
    _other("LTX, a video model", "patchify_proj.weight", why=_VIDEO),
    _other("Mochi, a video model", "blocks.0.attn.qkv_x.weight", why=_VIDEO),
    _other("Anima", "*llm_adapter.blocks.0.cross_attn.q_proj.weight"),
    _other("Cosmos, a video model", "net.x_embedder.proj.1.weight", why=_VIDEO),
    _other("Stable Video Diffusion", "*output_blocks.5.1.time_stack.0.attn1.to_q.weight", why=_VIDEO),
    _other("Stable Zero123, which turns an object around", "cc_projection.weight"),
    _other("OmniGen2", "time_caption_embed.timestep_embedder.linear_1.bias", "x_embedder.weight"),
    _other("Kandinsky 5", "visual_transformer_blocks.0.self_attention.to_query.weight"),
    _other("Ernie-Image", "layers.0.adaLN_sa_ln.weight"),
    _other("LaMa, which fills masks", "model.model.1.bn_l.running_mean", why=_MASKS),
    _other("LaMa, which fills masks", "generator.model.1.bn_l.running_mean", why=_MASKS),
    _other("MAT, which fills masks", "synthesis.first_stage.conv_first.conv.weight", why=_MASKS),
    _other("Segment Anything, which finds objects", "image_encoder.patch_embed.proj.weight",
           "mask_decoder.iou_token.weight", why="which makes no pictures, and the studio does not use it"),
    Signature("Kandinsky 2.2's decoder in another layout", {"movq.*": None}, why=_FOLDER, base="Kandinsky 2.2"),
)  # fmt: skip

PARTS = (*VAES, *OTHERS, *ENCODERS, *FOLDERS)
