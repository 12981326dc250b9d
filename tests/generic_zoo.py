"""Tiny models of the families that are called plainly: the class in their model_index.json -> what makes one."""

from collections.abc import Callable
from typing import Any

import tiny
import torch
from diffusers import (
    AuraFlowPipeline,
    AuraFlowTransformer2DModel,
    AutoencoderKLFlux2,
    AutoencoderKLQwenImage,
    AutoencoderKLQwenImage21,
    BriaPipeline,
    BriaTransformer2DModel,
    CogVideoXDDIMScheduler,
    CogView3PlusPipeline,
    CogView3PlusTransformer2DModel,
    CogView4Pipeline,
    CogView4Transformer2DModel,
    DDPMScheduler,
    FlowMatchEulerDiscreteScheduler,
    HunyuanDiT2DModel,
    HunyuanDiTPipeline,
    Ideogram4Pipeline,
    Ideogram4Transformer2DModel,
    Kandinsky3Pipeline,
    Kandinsky3UNet,
    Krea2Pipeline,
    Krea2Transformer2DModel,
    LatentConsistencyModelPipeline,
    LCMScheduler,
    Lumina2Pipeline,
    Lumina2Transformer2DModel,
    LuminaNextDiT2DModel,
    LuminaPipeline,
    NucleusMoEImagePipeline,
    NucleusMoEImageTransformer2DModel,
    OvisImagePipeline,
    OvisImageTransformer2DModel,
    PixArtAlphaPipeline,
    QwenImage21Pipeline,
    QwenImage21Transformer2DModel,
    UNet2DConditionModel,
)
from diffusers.pipelines.ideogram4.pipeline_ideogram4 import QWEN3_VL_ACTIVATION_LAYERS
from family_zoo import flux2_klein, pixart_sigma, sana
from tiny_text import (
    LETTERS,
    PARTED_CHAT,
    byte_tokenizer,
    gemma_config,
    gemma_tokenizer,
    qwen3,
    qwen_tokenizer,
    t5,
    t5_tokenizer,
    vae,
)
from transformers import (
    BertConfig,
    BertModel,
    BertTokenizer,
    GemmaConfig,
    GemmaModel,
    GlmConfig,
    GlmModel,
    Qwen2VLImageProcessor,
    Qwen3Model,
    Qwen3VLConfig,
    Qwen3VLForConditionalGeneration,
    Qwen3VLModel,
    Qwen3VLProcessor,
    Qwen3VLVideoProcessor,
    UMT5Config,
    UMT5EncoderModel,
)


def pixart_alpha() -> PixArtAlphaPipeline:
    return PixArtAlphaPipeline(**pixart_sigma().components)


def latent_consistency() -> LatentConsistencyModelPipeline:
    base = tiny.stable_diffusion()
    torch.manual_seed(16)
    config = {name: value for name, value in base.unet.config.items() if not name.startswith("_")}
    unet = UNet2DConditionModel(**config | {"time_cond_proj_dim": 32})
    parts = {name: part for name, part in base.components.items() if name != "image_encoder"}
    return LatentConsistencyModelPipeline(
        **parts | {"unet": unet, "scheduler": LCMScheduler.from_config(base.scheduler.config)},
        requires_safety_checker=False,
    )


def lumina2() -> Lumina2Pipeline:
    base = sana()
    torch.manual_seed(17)
    transformer = Lumina2Transformer2DModel(
        sample_size=4, patch_size=2, in_channels=4, hidden_size=8, num_layers=2, num_attention_heads=1,
        num_kv_heads=1, multiple_of=16, ffn_dim_multiplier=None, norm_eps=1e-5, scaling_factor=1.0,
        axes_dim_rope=[4, 2, 2], cap_feat_dim=8,
    )  # fmt: skip
    transformer.eval()
    return Lumina2Pipeline(
        transformer=transformer, scheduler=FlowMatchEulerDiscreteScheduler(), vae=vae(4, 0.3611, 0.1159, levels=4),
        text_encoder=base.text_encoder, tokenizer=base.tokenizer,
    )  # fmt: skip


def lumina() -> LuminaPipeline:
    torch.manual_seed(19)
    transformer = LuminaNextDiT2DModel(
        sample_size=16, patch_size=2, in_channels=4, hidden_size=24, num_layers=2, num_attention_heads=3,
        num_kv_heads=1, multiple_of=16, ffn_dim_multiplier=None, norm_eps=1e-5, learn_sigma=True, qk_norm=True,
        cross_attention_dim=32, scaling_factor=1.0,
    )  # fmt: skip
    transformer.pad_token.data.fill_(1.0)  # it starts as whatever the memory held
    return LuminaPipeline(
        transformer=transformer, scheduler=FlowMatchEulerDiscreteScheduler(), vae=vae(4, 0.13025, 0.0, levels=4),
        text_encoder=GemmaModel(gemma_config(GemmaConfig, 32)), tokenizer=gemma_tokenizer(),
    )  # fmt: skip


def aura_flow() -> AuraFlowPipeline:
    torch.manual_seed(18)
    transformer = AuraFlowTransformer2DModel(
        sample_size=32, patch_size=2, in_channels=4, num_mmdit_layers=1, num_single_dit_layers=1,
        attention_head_dim=8, num_attention_heads=4, caption_projection_dim=32, joint_attention_dim=32,
        out_channels=4, pos_embed_max_size=2048,
    )  # fmt: skip
    text = UMT5Config(
        vocab_size=98, d_model=32, d_kv=8, d_ff=37, num_layers=2, num_heads=4, feed_forward_proj="gated-gelu"
    )
    return AuraFlowPipeline(
        tokenizer=t5_tokenizer(), text_encoder=UMT5EncoderModel(text), vae=vae(4, 0.13025, 0.0, quantise=True),
        transformer=transformer, scheduler=FlowMatchEulerDiscreteScheduler(),
    )  # fmt: skip


def bria() -> BriaPipeline:
    """The family of the guide's example."""
    torch.manual_seed(20)
    transformer = BriaTransformer2DModel(
        patch_size=1, in_channels=16, num_layers=1, num_single_layers=1, attention_head_dim=8, num_attention_heads=2,
        joint_attention_dim=32, axes_dims_rope=[0, 4, 4],
    )  # fmt: skip
    return BriaPipeline(
        transformer=transformer, scheduler=FlowMatchEulerDiscreteScheduler(), vae=vae(4, 0.3611, 0.1159),
        text_encoder=t5(), tokenizer=t5_tokenizer(),
    )  # fmt: skip


def ovis_image() -> OvisImagePipeline:
    torch.manual_seed(21)
    transformer = OvisImageTransformer2DModel(
        patch_size=1, in_channels=16, out_channels=16, num_layers=1, num_single_layers=1, attention_head_dim=16,
        num_attention_heads=2, joint_attention_dim=16, axes_dims_rope=(4, 4, 8),
    )  # fmt: skip
    return OvisImagePipeline(
        scheduler=FlowMatchEulerDiscreteScheduler(), vae=vae(4, 0.3611, 0.1159), text_encoder=qwen3(Qwen3Model),
        tokenizer=qwen_tokenizer(), transformer=transformer,
    )  # fmt: skip


def hunyuan_dit() -> HunyuanDiTPipeline:
    torch.manual_seed(22)
    transformer = HunyuanDiT2DModel(
        sample_size=16, num_layers=2, patch_size=2, attention_head_dim=8, num_attention_heads=3, in_channels=4,
        cross_attention_dim=32, cross_attention_dim_t5=32, pooled_projection_dim=16, hidden_size=24,
        activation_fn="gelu-approximate",
    )  # fmt: skip
    words = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", *LETTERS, *(f"##{letter}" for letter in LETTERS)]
    text = BertConfig(
        vocab_size=len(words), hidden_size=32, num_hidden_layers=2, num_attention_heads=4, intermediate_size=37
    )
    return HunyuanDiTPipeline(
        transformer=transformer, vae=vae(4, 0.13025, 0.0, levels=4), scheduler=DDPMScheduler(),
        text_encoder=BertModel(text),
        tokenizer=BertTokenizer(vocab={word: number for number, word in enumerate(words)}, model_max_length=77),
        text_encoder_2=t5(), tokenizer_2=t5_tokenizer(256), safety_checker=None, feature_extractor=None,
        requires_safety_checker=False,
    )  # fmt: skip


def cogview3() -> CogView3PlusPipeline:
    torch.manual_seed(23)
    transformer = CogView3PlusTransformer2DModel(
        patch_size=2, in_channels=4, num_layers=2, attention_head_dim=8, num_attention_heads=4, out_channels=4,
        text_embed_dim=32, time_embed_dim=8, condition_dim=4, pos_embed_max_size=64, sample_size=16,
    )  # fmt: skip
    return CogView3PlusPipeline(
        tokenizer=t5_tokenizer(), text_encoder=t5(), vae=vae(4, 0.13025, 0.0, quantise=True), transformer=transformer,
        scheduler=CogVideoXDDIMScheduler(prediction_type="v_prediction", timestep_spacing="trailing"),
    )  # fmt: skip


def cogview4() -> CogView4Pipeline:
    torch.manual_seed(24)
    transformer = CogView4Transformer2DModel(
        patch_size=2, in_channels=4, num_layers=2, attention_head_dim=8, num_attention_heads=4, out_channels=4,
        text_embed_dim=32, time_embed_dim=8, condition_dim=4,
    )  # fmt: skip
    text = GlmConfig(
        vocab_size=300, hidden_size=32, intermediate_size=8, num_hidden_layers=2, num_attention_heads=4, head_dim=8,
        num_key_value_heads=2, pad_token_id=0,
    )  # fmt: skip
    return CogView4Pipeline(
        tokenizer=byte_tokenizer(), text_encoder=GlmModel(text), vae=vae(4, 1.0, 0.0), transformer=transformer,
        scheduler=FlowMatchEulerDiscreteScheduler(
            base_shift=0.25, max_shift=0.75, base_image_seq_len=256, use_dynamic_shifting=True, time_shift_type="linear"
        ),
    )  # fmt: skip


def kandinsky3() -> Kandinsky3Pipeline:
    torch.manual_seed(25)
    unet = Kandinsky3UNet(
        in_channels=4, time_embedding_dim=4, groups=2, attention_head_dim=4, layers_per_block=3,
        block_out_channels=(32, 64), cross_attention_dim=4, encoder_hid_dim=32,
    )  # fmt: skip
    return Kandinsky3Pipeline(
        tokenizer=t5_tokenizer(), text_encoder=t5(), unet=unet, scheduler=DDPMScheduler(clip_sample=True),
        movq=tiny.kandinsky_decoder().movq,
    )  # fmt: skip


def qwen_codec() -> AutoencoderKLQwenImage:
    return AutoencoderKLQwenImage(
        base_dim=8, z_dim=4, dim_mult=[1, 2, 2, 2], num_res_blocks=1, temperal_downsample=[False, True, True],
        latents_mean=[0.0] * 4, latents_std=[1.0] * 4,
    )  # fmt: skip


def qwen3_vl(made: Any, layers: int = 2) -> Any:
    text = {
        "vocab_size": 300, "hidden_size": 16, "intermediate_size": 16, "num_hidden_layers": layers,
        "num_attention_heads": 2, "num_key_value_heads": 2, "head_dim": 8,
        "rope_parameters": {"rope_type": "default", "rope_theta": 1e6, "mrope_section": [1, 1, 2]},
    }  # fmt: skip
    vision = {
        "depth": 2, "hidden_size": 16, "intermediate_size": 16, "num_heads": 2, "out_hidden_size": 16,
        "patch_size": 16, "spatial_merge_size": 2, "temporal_patch_size": 2, "num_position_embeddings": 64,
        "deepstack_visual_indexes": [0],
    }  # fmt: skip
    return made(Qwen3VLConfig(text_config=text, vision_config=vision, vocab_size=300, image_token_id=264))


def qwen3_vl_processor() -> Qwen3VLProcessor:
    tokenizer = qwen_tokenizer()
    return Qwen3VLProcessor(
        image_processor=Qwen2VLImageProcessor(
            patch_size=16, merge_size=2, temporal_patch_size=2, min_pixels=32 * 32, max_pixels=64 * 64
        ),
        tokenizer=tokenizer,
        video_processor=Qwen3VLVideoProcessor(patch_size=16, merge_size=2, temporal_patch_size=2),
        chat_template=PARTED_CHAT,
    )


def krea2() -> Krea2Pipeline:
    torch.manual_seed(26)
    transformer = Krea2Transformer2DModel(
        in_channels=16, num_layers=2, attention_head_dim=8, num_attention_heads=4, num_key_value_heads=2,
        intermediate_size=32, timestep_embed_dim=8, text_hidden_dim=16, num_text_layers=3, text_num_attention_heads=2,
        text_num_key_value_heads=1, text_intermediate_size=16, num_layerwise_text_blocks=1, num_refiner_text_blocks=1,
        axes_dims_rope=(4, 2, 2), rope_theta=1000.0,
    )  # fmt: skip
    shifting = {"base_shift": 0.5, "max_shift": 1.15, "base_image_seq_len": 256, "max_image_seq_len": 6400}
    return Krea2Pipeline(
        transformer=transformer, vae=qwen_codec(), text_encoder=qwen3_vl(Qwen3VLModel), tokenizer=qwen_tokenizer(),
        scheduler=FlowMatchEulerDiscreteScheduler(use_dynamic_shifting=True, **shifting),
        text_encoder_select_layers=(0, 1, 2),
    )  # fmt: skip


def flux2_codec() -> AutoencoderKLFlux2:
    codec = flux2_klein().vae
    assert isinstance(codec, AutoencoderKLFlux2)
    return codec


def ideogram4() -> Ideogram4Pipeline:
    torch.manual_seed(27)
    shape = {
        "in_channels": 16, "num_layers": 1, "attention_head_dim": 8, "num_attention_heads": 4, "intermediate_size": 32,
        "adaln_dim": 16, "llm_features_dim": 16 * len(QWEN3_VL_ACTIVATION_LAYERS), "rope_theta": 10_000,
        "mrope_section": (2, 1, 1), "norm_eps": 1e-5,
    }  # fmt: skip
    tokenizer = qwen_tokenizer()
    tokenizer.chat_template = PARTED_CHAT
    return Ideogram4Pipeline(
        scheduler=FlowMatchEulerDiscreteScheduler(), vae=flux2_codec(), tokenizer=tokenizer,
        text_encoder=qwen3_vl(Qwen3VLModel, max(QWEN3_VL_ACTIVATION_LAYERS) + 1),
        transformer=Ideogram4Transformer2DModel(**shape),
        unconditional_transformer=Ideogram4Transformer2DModel(**shape),
    )  # fmt: skip


def nucleus() -> NucleusMoEImagePipeline:
    torch.manual_seed(28)
    transformer = NucleusMoEImageTransformer2DModel(
        patch_size=2, in_channels=16, out_channels=4, num_layers=2, attention_head_dim=16, num_attention_heads=4,
        joint_attention_dim=16, axes_dims_rope=(8, 4, 4), moe_enabled=False, capacity_factors=[8.0, 8.0],
    )  # fmt: skip
    return NucleusMoEImagePipeline(
        transformer=transformer, scheduler=FlowMatchEulerDiscreteScheduler(), vae=qwen_codec(),
        text_encoder=qwen3_vl(Qwen3VLForConditionalGeneration, 8), processor=qwen3_vl_processor(),
    )  # fmt: skip


def qwen_image21() -> QwenImage21Pipeline:
    torch.manual_seed(29)
    transformer = QwenImage21Transformer2DModel(
        patch_size=1, in_channels=8, out_channels=8, num_layers=2, attention_head_dim=16, num_attention_heads=2,
        context_in_dim=16, mlp_ratio=2, axes_dims_rope=(4, 6, 6),
    )  # fmt: skip
    codec = AutoencoderKLQwenImage21(
        base_dim=4, decoder_base_dim=4, z_dim=8, dim_mult=[1, 1, 1, 1, 1], num_res_blocks=1, attn_scales=[],
        temperal_downsample=[False, True, True, True], latents_mean=[0.0] * 8, latents_std=[1.0] * 8,
    )  # fmt: skip
    return QwenImage21Pipeline(
        transformer=transformer, scheduler=FlowMatchEulerDiscreteScheduler(), vae=codec,
        text_encoder=qwen3_vl(Qwen3VLForConditionalGeneration), processor=qwen3_vl_processor(),
    )  # fmt: skip


GENERIC: dict[str, Callable[[], Any]] = {
    "PixArtAlphaPipeline": pixart_alpha,
    "LatentConsistencyModelPipeline": latent_consistency,
    "Lumina2Pipeline": lumina2,
    "LuminaPipeline": lumina,
    "AuraFlowPipeline": aura_flow,
    "OvisImagePipeline": ovis_image,
    "HunyuanDiTPipeline": hunyuan_dit,
    "CogView3PlusPipeline": cogview3,
    "CogView4Pipeline": cogview4,
    "Kandinsky3Pipeline": kandinsky3,
    "Krea2Pipeline": krea2,
    "Ideogram4Pipeline": ideogram4,
    "NucleusMoEImagePipeline": nucleus,
    "QwenImage21Pipeline": qwen_image21,
}
