"""Tiny models of every built-in family, in the real layout: the name of a family -> a function that makes one."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import tiny
import torch
from diffusers import (
    AuraFlowPipeline,
    AuraFlowTransformer2DModel,
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
    Flux2Transformer2DModel,
    FluxFillPipeline,
    FluxKontextPipeline,
    FluxPipeline,
    FluxTransformer2DModel,
    LatentConsistencyModelPipeline,
    LCMScheduler,
    Lumina2Pipeline,
    Lumina2Transformer2DModel,
    PixArtAlphaPipeline,
    PixArtSigmaPipeline,
    PixArtTransformer2DModel,
    PNDMScheduler,
    QwenImageEditPipeline,
    QwenImagePipeline,
    QwenImageTransformer2DModel,
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
from transformers import (
    CLIPTextModel,
    CLIPTextModelWithProjection,
    Gemma2Config,
    Gemma2Model,
    GemmaTokenizer,
    Qwen2_5_VLConfig,
    Qwen2_5_VLForConditionalGeneration,
    Qwen2Tokenizer,
    Qwen2VLImageProcessor,
    Qwen2VLProcessor,
    Qwen2VLVideoProcessor,
    Qwen3Config,
    Qwen3ForCausalLM,
    Qwen3Model,
    T5Config,
    T5EncoderModel,
    T5TokenizerFast,
    UMT5Config,
    UMT5EncoderModel,
)

VISION_FROM = 261  # the number of the first of VISION: 256 bytes and five words before it
LETTERS = [chr(code) for code in range(33, 127)]
VISION = ["<|vision_start|>", "<|vision_end|>", "<|vision_pad|>", "<|image_pad|>", "<|video_pad|>"]
CHAT = (
    "{% for m in messages %}<|im_start|>{{ m.role }}\n{{ m.content }}<|im_end|>\n{% endfor %}"
    "{% if add_generation_prompt %}<|im_start|>assistant\n{% endif %}"
)


def t5_tokenizer(length: int = 512) -> T5TokenizerFast:
    vocab = [("<pad>", 0.0), ("</s>", 0.0), ("<unk>", 0.0), ("▁", -2.0), *((letter, -3.0) for letter in LETTERS)]
    return T5TokenizerFast(vocab=vocab, extra_ids=0, model_max_length=length)


def t5(width: int = 32) -> T5EncoderModel:
    return T5EncoderModel(
        T5Config(
            vocab_size=98, d_model=width, d_kv=8, d_ff=37, num_layers=2, num_heads=4, feed_forward_proj="gated-gelu",
        )
    )  # fmt: skip


def qwen_tokenizer() -> Qwen2Tokenizer:
    special = ["<|endoftext|>", "<|im_start|>", "<|im_end|>", "<think>", "</think>", *VISION]
    words = [*tiny.byte_letters(), *special]
    tokenizer = Qwen2Tokenizer(vocab={word: number for number, word in enumerate(words)}, merges=[])
    tokenizer.add_special_tokens({"additional_special_tokens": special[1:3] + special[5:]})
    tokenizer.chat_template = CHAT
    return tokenizer


def qwen3(made: Any, layers: int = 2) -> Any:
    return made(
        Qwen3Config(
            vocab_size=300, hidden_size=16, intermediate_size=16, num_hidden_layers=layers, num_attention_heads=2,
            num_key_value_heads=2, head_dim=8, max_position_embeddings=1024,
        )
    )  # fmt: skip


def vae(channels: int, scaling: float, shift: float, *, quantise: bool = False) -> AutoencoderKL:
    return AutoencoderKL(
        block_out_channels=(8, 16), in_channels=3, out_channels=3, latent_channels=channels, norm_num_groups=4,
        down_block_types=("DownEncoderBlock2D",) * 2, up_block_types=("UpDecoderBlock2D",) * 2,
        use_quant_conv=quantise, use_post_quant_conv=quantise, scaling_factor=scaling, shift_factor=shift,
    )  # fmt: skip


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


def qwen_vl() -> Qwen2_5_VLForConditionalGeneration:
    return Qwen2_5_VLForConditionalGeneration(
        Qwen2_5_VLConfig(
            text_config={
                "vocab_size": 300, "hidden_size": 16, "intermediate_size": 16, "num_hidden_layers": 2,
                "num_attention_heads": 2, "num_key_value_heads": 2,
                "rope_scaling": {"mrope_section": [1, 1, 2], "rope_type": "default", "type": "default"},
                "rope_theta": 1000000.0,
            },
            vision_config={
                "depth": 2, "hidden_size": 16, "intermediate_size": 16, "num_heads": 2, "out_hidden_size": 16,
            },
            hidden_size=16, vocab_size=300, **{f"{name}_token_id": number for number, name in enumerate(
                ("vision_start", "vision_end", "vision", "image", "video"), VISION_FROM)},
        )
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
        base_dim=8, z_dim=4, dim_mult=[1, 2, 2, 2], num_res_blocks=1, temperal_downsample=[False, True, True],
        latents_mean=[0.0] * 4, latents_std=[1.0] * 4,
    )  # fmt: skip
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
    words = ["<pad>", "<eos>", "<bos>", "<unk>", "<mask>", "▁", *LETTERS]
    text = Gemma2Config(
        vocab_size=len(words), head_dim=16, hidden_size=8, intermediate_size=64, num_attention_heads=2,
        num_hidden_layers=1, num_key_value_heads=2, attn_implementation="eager", bos_token_id=2, eos_token_id=1,
        pad_token_id=0,
    )  # fmt: skip
    return SanaPipeline(
        tokenizer=GemmaTokenizer(vocab={word: number for number, word in enumerate(words)}, merges=[]),
        text_encoder=Gemma2Model(text), vae=codec, transformer=transformer,
        scheduler=FlowMatchEulerDiscreteScheduler(shift=7.0),
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
        transformer=transformer, scheduler=FlowMatchEulerDiscreteScheduler(), vae=vae(4, 0.3611, 0.1159),
        text_encoder=base.text_encoder, tokenizer=base.tokenizer,
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


ZOO: dict[str, Callable[[], Any]] = {
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
    "flux-kontext": lambda: FluxKontextPipeline(**flux().components),
    "flux2-klein": flux2_klein,
    "qwen-image": qwen_image,
    "qwen-image-edit": qwen_image_edit,
    "z-image": z_image,
    "pixart-sigma": pixart_sigma,
    "sana": sana,
    "chroma": chroma,
    "pixart-alpha": pixart_alpha,
    "lcm": latent_consistency,
    "lumina2": lumina2,
}


class Zoo:
    """Folders of tiny models, each made when it is first asked for."""

    def __init__(self, root: Path) -> None:
        self._root = root

    def __getitem__(self, name: str) -> Path:
        folder = self._root / name
        if name == "kandinsky":  # the published layout: two folders
            decoder = self._root / "kandinsky-2-2-decoder"
            return decoder if decoder.exists() else tiny.save_kandinsky_pair(self._root)
        if not folder.exists():
            ZOO[name]().save_pretrained(folder)
        return folder


@pytest.fixture(scope="session")
def zoo(tmp_path_factory: pytest.TempPathFactory) -> Zoo:
    return Zoo(tmp_path_factory.mktemp("zoo"))
