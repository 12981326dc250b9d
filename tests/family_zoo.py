"""Tiny models of the families that have a row of their own: the name of a family -> a function that makes one."""

from collections.abc import Callable
from typing import Any

import tiny
import torch
from diffusers import (
    AutoencoderDC,
    AutoencoderKL,
    AutoencoderKLFlux2,
    AutoencoderKLQwenImage,
    ChromaPipeline,
    ChromaTransformer2DModel,
    DDIMScheduler,
    DDPMScheduler,
    DPMSolverMultistepScheduler,
    FlowMatchEulerDiscreteScheduler,
    Flux2KleinPipeline,
    Flux2Pipeline,
    Flux2Transformer2DModel,
    FluxFillPipeline,
    FluxKontextPipeline,
    FluxPipeline,
    FluxPriorReduxPipeline,
    FluxTransformer2DModel,
    PixArtSigmaPipeline,
    PixArtTransformer2DModel,
    PNDMScheduler,
    QwenImageEditPipeline,
    QwenImageEditPlusPipeline,
    QwenImagePipeline,
    QwenImageTransformer2DModel,
    ReduxImageEncoder,
    SanaPipeline,
    SanaTransformer2DModel,
    SD3Transformer2DModel,
    StableDiffusion3Pipeline,
    StableDiffusionUpscalePipeline,
    StableDiffusionXLImg2ImgPipeline,
    StableUnCLIPImg2ImgPipeline,
    UNet2DConditionModel,
    ZImagePipeline,
    ZImageTransformer2DModel,
)
from diffusers.pipelines.stable_diffusion import StableUnCLIPImageNormalizer
from tiny_text import (
    PARTED_CHAT,
    byte_tokenizer,
    gemma_config,
    gemma_tokenizer,
    qwen3,
    qwen_tokenizer,
    qwen_vl,
    t5,
    t5_tokenizer,
    vae,
)
from transformers import (
    CLIPTextModel,
    CLIPTextModelWithProjection,
    Gemma2Config,
    Gemma2Model,
    Mistral3Config,
    Mistral3ForConditionalGeneration,
    PixtralImageProcessor,
    PixtralProcessor,
    Qwen2VLImageProcessor,
    Qwen2VLProcessor,
    Qwen2VLVideoProcessor,
    Qwen3ForCausalLM,
    Qwen3Model,
    SiglipImageProcessor,
    SiglipVisionConfig,
    SiglipVisionModel,
)


def sdxl_refiner() -> StableDiffusionXLImg2ImgPipeline:
    base = tiny.stable_diffusion_xl()
    torch.manual_seed(5)
    config = dict(base.unet.config) | {"cross_attention_dim": 32, "projection_class_embeddings_input_dim": 72}
    return StableDiffusionXLImg2ImgPipeline(
        vae=base.vae, text_encoder=None, tokenizer=None, text_encoder_2=base.text_encoder_2,
        tokenizer_2=base.tokenizer_2, unet=UNet2DConditionModel.from_config(config), scheduler=base.scheduler,
        requires_aesthetics_score=True, force_zeros_for_empty_prompt=False, add_watermarker=False,
    )  # fmt: skip


def sd21() -> Any:
    """OpenCLIP's width makes it one: 1024 numbers a token."""
    base = tiny.stable_diffusion()
    torch.manual_seed(6)
    config = dict(base.unet.config) | {"cross_attention_dim": 1024, "use_linear_projection": True}
    text = CLIPTextModel(tiny.text_config(1024))
    return type(base)(**base.components | {"unet": UNet2DConditionModel.from_config(config), "text_encoder": text,
                      "scheduler": DDIMScheduler(prediction_type="v_prediction", steps_offset=1, clip_sample=False)},
                      requires_safety_checker=False)  # fmt: skip


def sd21_unclip() -> StableUnCLIPImg2ImgPipeline:
    """Its decoder is told an image embedding under noise, and of how much: 2 x 32 numbers a picture."""
    torch.manual_seed(16)
    unet = UNet2DConditionModel(
        block_out_channels=(16, 32), layers_per_block=1, sample_size=32, in_channels=4, out_channels=4,
        down_block_types=("DownBlock2D", "CrossAttnDownBlock2D"), up_block_types=("CrossAttnUpBlock2D", "UpBlock2D"),
        cross_attention_dim=32, attention_head_dim=4, norm_num_groups=8, use_linear_projection=True,
        class_embed_type="projection", projection_class_embeddings_input_dim=64,
    )  # fmt: skip
    normalizer = StableUnCLIPImageNormalizer(32)
    normalizer.mean.data.normal_(0, 0.3)
    normalizer.std.data.uniform_(0.5, 1.5)
    prior = tiny.kandinsky_prior()
    noising = {"beta_schedule": "squaredcos_cap_v2", "num_train_timesteps": 1000}
    return StableUnCLIPImg2ImgPipeline(
        feature_extractor=prior.image_processor, image_encoder=prior.image_encoder, image_normalizer=normalizer,
        image_noising_scheduler=DDPMScheduler(**noising), tokenizer=tiny.tokenizer(),
        text_encoder=CLIPTextModel(tiny.text_config()), unet=unet, vae=tiny.stable_diffusion().vae,
        scheduler=PNDMScheduler(
            beta_start=0.00085, beta_end=0.012, beta_schedule="scaled_linear", prediction_type="v_prediction",
            skip_prk_steps=True, set_alpha_to_one=False, steps_offset=1,
        ),
    )  # fmt: skip


def sd3() -> StableDiffusion3Pipeline:
    torch.manual_seed(7)
    transformer = SD3Transformer2DModel(
        sample_size=32, patch_size=1, in_channels=16, num_layers=1, attention_head_dim=8, num_attention_heads=4,
        joint_attention_dim=32, caption_projection_dim=32, pooled_projection_dim=64, out_channels=16,
    )  # fmt: skip
    return StableDiffusion3Pipeline(
        transformer=transformer, scheduler=FlowMatchEulerDiscreteScheduler(shift=3.0), vae=vae(16, 1.5305, 0.0609),
        text_encoder=CLIPTextModelWithProjection(tiny.text_config(32)), tokenizer=tiny.tokenizer(),
        text_encoder_2=CLIPTextModelWithProjection(tiny.text_config(32)), tokenizer_2=tiny.tokenizer(),
        text_encoder_3=t5(), tokenizer_3=t5_tokenizer(),
    )  # fmt: skip


def flux(*, guided: bool = True) -> FluxPipeline:
    torch.manual_seed(8)
    transformer = FluxTransformer2DModel(
        patch_size=1, in_channels=16, num_layers=1, num_single_layers=1, attention_head_dim=16, num_attention_heads=2,
        joint_attention_dim=32, pooled_projection_dim=32, axes_dims_rope=[4, 4, 8], guidance_embeds=guided,
    )  # fmt: skip
    return FluxPipeline(
        scheduler=FlowMatchEulerDiscreteScheduler(), vae=vae(4, 0.3611, 0.1159),
        text_encoder=CLIPTextModel(tiny.text_config()), tokenizer=tiny.tokenizer(), text_encoder_2=t5(),
        tokenizer_2=t5_tokenizer(), transformer=transformer,
    )  # fmt: skip


def flux_fill() -> FluxFillPipeline:
    """Its transformer sees, beside 16 numbers of latents, as many of the picture and 4 x 4 of the mask."""
    base = flux()
    config = {name: value for name, value in base.transformer.config.items() if not name.startswith("_")}
    config |= {"in_channels": 48, "out_channels": 16}
    parts = {name: part for name, part in base.components.items() if name not in ("image_encoder", "feature_extractor")}
    return FluxFillPipeline(**parts | {"transformer": FluxTransformer2DModel.from_config(config)})


def flux2_klein() -> Flux2KleinPipeline:
    torch.manual_seed(9)
    transformer = Flux2Transformer2DModel(
        patch_size=1, in_channels=16, num_layers=1, num_single_layers=1, attention_head_dim=16, num_attention_heads=2,
        joint_attention_dim=48, timestep_guidance_channels=256, axes_dims_rope=[4, 4, 4, 4], guidance_embeds=False,
    )  # fmt: skip
    codec = AutoencoderKLFlux2(
        sample_size=32, in_channels=3, out_channels=3, down_block_types=("DownEncoderBlock2D",) * 2,
        up_block_types=("UpDecoderBlock2D",) * 2, block_out_channels=(4, 8), layers_per_block=1, latent_channels=4,
        norm_num_groups=4, use_quant_conv=False, use_post_quant_conv=False,
    )  # fmt: skip
    return Flux2KleinPipeline(
        scheduler=FlowMatchEulerDiscreteScheduler(), vae=codec, text_encoder=qwen3(Qwen3ForCausalLM, 28),
        tokenizer=qwen_tokenizer(), transformer=transformer, is_distilled=True,
    )  # fmt: skip


def qwen_image_edit() -> QwenImageEditPipeline:
    base = qwen_image()
    processor = Qwen2VLProcessor(
        image_processor=Qwen2VLImageProcessor(min_pixels=28 * 28, max_pixels=56 * 56), tokenizer=base.tokenizer,
        video_processor=Qwen2VLVideoProcessor(),
    )  # fmt: skip
    return QwenImageEditPipeline(**base.components, processor=processor)


def qwen_image() -> QwenImagePipeline:
    torch.manual_seed(10)
    transformer = QwenImageTransformer2DModel(
        patch_size=2, in_channels=16, out_channels=4, num_layers=2, attention_head_dim=16, num_attention_heads=3,
        joint_attention_dim=16, guidance_embeds=False, axes_dims_rope=(8, 4, 4),
    )  # fmt: skip
    codec = AutoencoderKLQwenImage(
        base_dim=4, z_dim=4, dim_mult=[1, 1, 1, 1], num_res_blocks=1, temperal_downsample=[False, True, True],
        latents_mean=[0.0] * 4, latents_std=[1.0] * 4,
    )  # fmt: skip  # the least there is: editing pipelines bring every picture to a million pixels
    return QwenImagePipeline(
        scheduler=FlowMatchEulerDiscreteScheduler(), vae=codec, text_encoder=qwen_vl(), tokenizer=qwen_tokenizer(),
        transformer=transformer,
    )  # fmt: skip


def z_image() -> ZImagePipeline:
    torch.manual_seed(11)
    transformer = ZImageTransformer2DModel(
        all_patch_size=(2,), all_f_patch_size=(1,), in_channels=16, dim=32, n_layers=2, n_refiner_layers=1, n_heads=2,
        n_kv_heads=2, qk_norm=True, cap_feat_dim=16, rope_theta=256.0, t_scale=1000.0, axes_dims=[8, 4, 4],
        axes_lens=[512, 32, 32],
    )  # fmt: skip
    transformer.x_pad_token.data.fill_(1.0)  # they start as whatever the memory held
    transformer.cap_pad_token.data.fill_(1.0)
    return ZImagePipeline(
        scheduler=FlowMatchEulerDiscreteScheduler(), vae=vae(16, 0.3611, 0.1159), text_encoder=qwen3(Qwen3Model),
        tokenizer=qwen_tokenizer(), transformer=transformer,
    )  # fmt: skip


def pixart_sigma() -> PixArtSigmaPipeline:
    torch.manual_seed(12)
    transformer = PixArtTransformer2DModel(
        sample_size=32, num_layers=2, patch_size=2, attention_head_dim=8, num_attention_heads=3, caption_channels=32,
        in_channels=4, cross_attention_dim=24, out_channels=8, attention_bias=True, activation_fn="gelu-approximate",
        num_embeds_ada_norm=1000, norm_type="ada_norm_single", norm_elementwise_affine=False, norm_eps=1e-6,
        use_additional_conditions=False,
    )  # fmt: skip
    return PixArtSigmaPipeline(
        tokenizer=t5_tokenizer(), text_encoder=t5(), vae=vae(4, 0.13025, 0.0, quantise=True), transformer=transformer,
        scheduler=DPMSolverMultistepScheduler(),
    )  # fmt: skip


def sana() -> SanaPipeline:
    torch.manual_seed(13)
    transformer = SanaTransformer2DModel(
        patch_size=1, in_channels=4, out_channels=4, num_layers=1, num_attention_heads=2, attention_head_dim=4,
        num_cross_attention_heads=2, cross_attention_head_dim=4, cross_attention_dim=8, caption_channels=8,
        sample_size=32,
    )  # fmt: skip
    codec = AutoencoderDC(
        in_channels=3, latent_channels=4, attention_head_dim=2, encoder_block_types=("ResBlock", "EfficientViTBlock"),
        decoder_block_types=("ResBlock", "EfficientViTBlock"), encoder_block_out_channels=(8, 8),
        decoder_block_out_channels=(8, 8), encoder_qkv_multiscales=((), (5,)), decoder_qkv_multiscales=((), (5,)),
        encoder_layers_per_block=(1, 1), decoder_layers_per_block=[1, 1], downsample_block_type="conv",
        upsample_block_type="interpolate", decoder_norm_types="rms_norm", decoder_act_fns="silu",
        scaling_factor=0.41407,
    )  # fmt: skip
    return SanaPipeline(
        tokenizer=gemma_tokenizer(), text_encoder=Gemma2Model(gemma_config(Gemma2Config)), vae=codec,
        transformer=transformer, scheduler=FlowMatchEulerDiscreteScheduler(shift=7.0),
    )  # fmt: skip


def chroma() -> ChromaPipeline:
    torch.manual_seed(14)
    transformer = ChromaTransformer2DModel(
        patch_size=1, in_channels=16, num_layers=1, num_single_layers=1, attention_head_dim=16, num_attention_heads=2,
        joint_attention_dim=32, axes_dims_rope=(4, 4, 8), approximator_hidden_dim=32, approximator_layers=1,
        approximator_num_channels=16,
    )  # fmt: skip
    return ChromaPipeline(
        scheduler=FlowMatchEulerDiscreteScheduler(), vae=vae(4, 0.3611, 0.1159), text_encoder=t5(),
        tokenizer=t5_tokenizer(), transformer=transformer,
    )  # fmt: skip


def sd_x4() -> StableDiffusionUpscalePipeline:
    torch.manual_seed(15)
    unet = UNet2DConditionModel(
        block_out_channels=(32, 64), layers_per_block=1, sample_size=32, in_channels=7, out_channels=4,
        down_block_types=("DownBlock2D", "CrossAttnDownBlock2D"), up_block_types=("CrossAttnUpBlock2D", "UpBlock2D"),
        cross_attention_dim=32, attention_head_dim=8, use_linear_projection=True,
        only_cross_attention=(True, False), num_class_embeds=100,
    )  # fmt: skip
    three = AutoencoderKL(
        block_out_channels=(16, 16, 32), in_channels=3, out_channels=3, latent_channels=4, norm_num_groups=8,
        down_block_types=("DownEncoderBlock2D",) * 3, up_block_types=("UpDecoderBlock2D",) * 3, scaling_factor=0.08333,
    )  # fmt: skip
    return StableDiffusionUpscalePipeline(
        unet=unet, vae=three, text_encoder=CLIPTextModel(tiny.text_config()), tokenizer=tiny.tokenizer(),
        low_res_scheduler=DDPMScheduler(), max_noise_level=50,
        scheduler=DDIMScheduler(prediction_type="v_prediction", steps_offset=1),
    )  # fmt: skip


def qwen_image_edit_plus() -> QwenImageEditPlusPipeline:
    return QwenImageEditPlusPipeline(**qwen_image_edit().components)


def flux2() -> Flux2Pipeline:
    base = flux2_klein()
    torch.manual_seed(30)
    config = {name: value for name, value in base.transformer.config.items() if not name.startswith("_")}
    transformer = type(base.transformer)(**config | {"guidance_embeds": True})
    text = {
        "model_type": "mistral", "vocab_size": 300, "hidden_size": 16, "intermediate_size": 37, "num_hidden_layers": 31,
        "max_position_embeddings": 1024, "num_attention_heads": 4, "num_key_value_heads": 2, "sliding_window": None,
    }  # fmt: skip
    vision = {
        "model_type": "pixtral", "hidden_size": 16, "num_hidden_layers": 1, "num_attention_heads": 4,
        "intermediate_size": 37, "image_size": 30, "patch_size": 6, "num_channels": 3,
    }  # fmt: skip
    tokenizer = byte_tokenizer("[IMG]", "[IMG_BREAK]", "[IMG_END]")
    image = tokenizer.convert_tokens_to_ids("[IMG]")
    encoder = Mistral3ForConditionalGeneration(
        Mistral3Config(text_config=text, vision_config=vision, image_token_id=image, vision_feature_layer=-1)
    )
    processor = PixtralProcessor(
        image_processor=PixtralImageProcessor(), tokenizer=tokenizer, patch_size=6, chat_template=PARTED_CHAT
    )
    return Flux2Pipeline(
        scheduler=FlowMatchEulerDiscreteScheduler(), vae=base.vae, text_encoder=encoder, tokenizer=processor,
        transformer=transformer,
    )  # fmt: skip


def flux_for_redux() -> FluxPipeline:
    """As wide as diffusers takes for granted where Redux gives no words."""
    base = flux()
    torch.manual_seed(31)
    config = {name: value for name, value in base.transformer.config.items() if not name.startswith("_")}
    wide = FluxTransformer2DModel(**config | {"joint_attention_dim": 4096, "pooled_projection_dim": 768})
    parts = {name: part for name, part in base.components.items() if name not in ("image_encoder", "feature_extractor")}
    return FluxPipeline(**parts | {"transformer": wide})


def flux_redux() -> FluxPriorReduxPipeline:
    torch.manual_seed(32)
    vision = SiglipVisionConfig(
        hidden_size=16, intermediate_size=32, num_hidden_layers=2, num_attention_heads=2, image_size=28, patch_size=14
    )
    size = {"height": 28, "width": 28}
    return FluxPriorReduxPipeline(
        image_encoder=SiglipVisionModel(vision), feature_extractor=SiglipImageProcessor(size=size),
        image_embedder=ReduxImageEncoder(redux_dim=16, txt_in_features=4096),
    )  # fmt: skip


FAMILIES: dict[str, Callable[[], Any]] = {
    "kandinsky": tiny.kandinsky_decoder,
    "sd15": tiny.stable_diffusion,
    "sd21": sd21,
    "sd21-unclip": sd21_unclip,
    "sdxl": tiny.stable_diffusion_xl,
    "sdxl-refiner": sdxl_refiner,
    "sd3": sd3,
    "sd-x4": sd_x4,
    "flux": flux,
    "flux-schnell": lambda: flux(guided=False),
    "flux-fill": flux_fill,
    "flux-redux": flux_redux,
    "flux-kontext": lambda: FluxKontextPipeline(**flux().components),
    "flux2-klein": flux2_klein,
    "qwen-image": qwen_image,
    "qwen-image-edit": qwen_image_edit,
    "qwen-image-edit-plus": qwen_image_edit_plus,
    "flux2": flux2,
    "z-image": z_image,
    "pixart-sigma": pixart_sigma,
    "sana": sana,
    "chroma": chroma,
}
