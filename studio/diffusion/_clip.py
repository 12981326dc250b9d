"""CLIP as open_clip runs it, over the very tensors of a lease's two towers.

The pipelines hold CLIP as two modules of transformers; open_clip's own class is built over their storage, so that
measuring costs no second set of weights.
"""

import hashlib
from collections.abc import Sequence
from typing import Any

import torch
from PIL import Image
from torch import nn

from studio.api._model import Derived, Lease
from studio.api._task import Context
from studio.errors import UserError

NAME = "clip"
LONGEST = 4  # times as long as it is wide


class Clip:
    """Pictures and texts to CLIP's joint space: (N, D) embeddings, not normalised, in the dtype of the towers."""

    def __init__(self, ctx: Context, lease: Lease) -> None:
        """The lease must have been asked for with `derived=(CLIP_VIEW,)`."""
        self._ctx, self._lease = ctx, lease
        self._model = lease[NAME]

    @property
    def identity(self) -> str:
        """Tells one CLIP from another, by what its projections hold: the same on every machine and device."""
        return self._ctx.cached(("clip identity", self._lease.fingerprint), lambda: _hash(*self._told))

    def knows(self, identity: str) -> bool:
        """Whether embeddings of that CLIP are its own: of its image tower, or as they were told before, with its text
        projection."""
        if identity == self.identity:
            return True
        if not hasattr(self._model, "text_projection"):
            return False
        earlier = self._ctx.cached(
            ("clip identity with text", self._lease.fingerprint),
            lambda: _hash(*self._told, self._model.text_projection),
        )
        return bool(identity == earlier)

    @property
    def _told(self) -> tuple[torch.Tensor, torch.Tensor]:
        return self._model.visual.proj, self._model.visual.ln_post.weight

    @torch.inference_mode()
    def of_pictures(self, pictures: Sequence[Image.Image]) -> torch.Tensor:
        """Of RGB pictures."""
        images = [_middle(picture) for picture in pictures]
        # The model's own processor, which looks at the central square.
        return self.of_pixels(self._lease["image_processor"](images, return_tensors="pt").pixel_values)

    @torch.inference_mode()
    def of_pixels(self, pixels: torch.Tensor) -> torch.Tensor:
        """Of (N, 3, side, side), as the model's own image processor prepares pictures."""
        weight = self._model.visual.conv1.weight
        made: torch.Tensor = self._model.encode_image(pixels.to(weight.device, weight.dtype))
        return made.clone()

    @torch.inference_mode()
    def of_texts(self, texts: Sequence[str]) -> torch.Tensor:
        if not hasattr(self._model, "encode_text"):
            raise UserError(
                "The model {} sees pictures but reads no words in the same space, so it cannot be told a change by "
                "words; choose another model.",
                repr(self._lease.title),
                field="model",
                code="unsupported_operation",
            )
        tokenizer, weight = self._lease["tokenizer"], self._model.token_embedding.weight
        ids = tokenizer(list(texts), padding="max_length", truncation=True, return_tensors="pt").input_ids
        made: torch.Tensor = self._model.encode_text(ids.to(weight.device))
        return made.clone()


def image_identity(image_encoder: Any) -> str:
    """`Clip.identity` of transformers' image tower alone; '' for one without a projection, such as SigLIP's."""
    if not hasattr(image_encoder, "visual_projection"):
        return ""
    return _hash(image_encoder.visual_projection.weight.T, image_encoder.vision_model.post_layernorm.weight)


def _hash(*parts: torch.Tensor) -> str:
    digest = hashlib.sha256()
    for part in parts:  # half floats become single ones exactly, so the dtype does not matter
        digest.update(part.detach().float().contiguous().cpu().numpy().tobytes())
    return digest.hexdigest()[:32]


def zero_embedding(ctx: Context, lease: Lease) -> torch.Tensor:
    """(1, D): CLIP's embedding of all-zero pixels, which decoders of Kandinsky 2.2 are guided away from.

    The lease must have been asked for with `derived=(CLIP_VIEW,)`.
    """
    side = lease["image_encoder"].config.image_size
    key = ("zero image", lease.fingerprint)
    return ctx.cached(key, lambda: Clip(ctx, lease).of_pixels(torch.zeros(1, 3, side, side)))


def distance(one: torch.Tensor, others: torch.Tensor) -> torch.Tensor:
    """CLIP distance, 1 - cosine, of an embedding (D) or (1, D) to each of (N, D): 0 = the same, 2 = the opposite."""
    return 1 - torch.cosine_similarity(one.float().reshape(1, -1), others.float(), dim=-1)


def _middle(picture: Image.Image) -> Image.Image:
    """Without the far ends of a very long picture, which a processor would enlarge before it cuts them off."""
    width, height = picture.size
    side = min(width, height) * LONGEST
    if max(width, height) <= side:
        return picture
    left, top = max(0, (width - side) // 2), max(0, (height - side) // 2)
    return picture.crop((left, top, left + min(width, side), top + min(height, side)))


def build(text_encoder: Any, image_encoder: Any) -> Any:
    """open_clip's CLIP over CLIPTextModelWithProjection and CLIPVisionModelWithProjection, sharing their storage.

    Where the text tower has no projection, as in Stable Diffusion's unCLIP, there is only the half that sees.
    """
    from open_clip.model import CLIP  # a second of import, which only those pay who measure

    if not hasattr(text_encoder, "text_projection"):
        return _Sight(image_encoder)
    with torch.device("meta"):
        model = CLIP(
            embed_dim=image_encoder.config.projection_dim,
            vision_cfg=_vision(image_encoder.config),
            text_cfg=_text(text_encoder.config),
            quick_gelu=image_encoder.config.hidden_act == "quick_gelu",
        )
    _fill_text(model, text_encoder)
    _fill_vision(model.visual, image_encoder)
    model.logit_scale = None  # of no use to embeddings, and the towers do not have it
    return model.requires_grad_(False).eval()


class _Sight(nn.Module):
    """open_clip's image tower over CLIPVisionModelWithProjection, sharing its storage."""

    def __init__(self, image_encoder: Any) -> None:
        from open_clip.model import CLIP, CLIPTextCfg

        super().__init__()
        config = image_encoder.config
        with torch.device("meta"):  # with the smallest of texts, which stays there
            whole = CLIP(
                embed_dim=config.projection_dim,
                vision_cfg=_vision(config),
                text_cfg=CLIPTextCfg(context_length=1, vocab_size=1, width=64, heads=1, layers=1),
                quick_gelu=config.hidden_act == "quick_gelu",
            )
        self.visual = whole.visual
        _fill_vision(self.visual, image_encoder)
        self.requires_grad_(False).eval()

    def encode_image(self, pixels: torch.Tensor) -> torch.Tensor:
        made: torch.Tensor = self.visual(pixels)
        return made


CLIP_VIEW = Derived(NAME, ("text_encoder", "image_encoder"), build)
"""Ask for this with a model to use `Clip`."""


def _vision(config: Any) -> Any:
    from open_clip.model import CLIPVisionCfg

    return CLIPVisionCfg(
        layers=config.num_hidden_layers,
        width=config.hidden_size,
        head_width=config.hidden_size // config.num_attention_heads,
        mlp_ratio=_ratio(config),
        patch_size=config.patch_size,
        image_size=config.image_size,
    )


def _text(config: Any) -> Any:
    from open_clip.model import CLIPTextCfg

    return CLIPTextCfg(
        context_length=config.max_position_embeddings,
        vocab_size=config.vocab_size,
        width=config.hidden_size,
        heads=config.num_attention_heads,
        layers=config.num_hidden_layers,
        mlp_ratio=_ratio(config),
        # Older folders say eos_token_id 2, by which transformers means the highest id, as open_clip's argmax does.
        pool_type="argmax" if config.eos_token_id == 2 else "eos",
        eos_id=config.eos_token_id,
    )


def _ratio(config: Any) -> float:
    """open_clip rounds width x ratio down, so a hair more than the quotient gives the very width."""
    return float(config.intermediate_size / config.hidden_size + 1e-9)


def _fill_text(model: Any, tower: Any) -> None:
    text = tower.text_model
    model.token_embedding.weight = text.embeddings.token_embedding.weight
    model.positional_embedding = text.embeddings.position_embedding.weight
    for block, layer in zip(model.transformer.resblocks, text.encoder.layers, strict=True):
        _fill_block(block, layer)
    model.ln_final = text.final_layer_norm
    model.text_projection = _shared(tower.text_projection.weight.T)
    length, weight = model.context_length, text.embeddings.token_embedding.weight
    model.attn_mask = torch.full((length, length), -torch.inf, dtype=weight.dtype, device=weight.device).triu_(1)


def _fill_vision(visual: Any, tower: Any) -> None:
    vision = tower.vision_model
    visual.conv1 = vision.embeddings.patch_embedding
    visual.class_embedding = vision.embeddings.class_embedding
    visual.positional_embedding = vision.embeddings.position_embedding.weight
    visual.ln_pre, visual.ln_post = vision.pre_layrnorm, vision.post_layernorm
    for block, layer in zip(visual.transformer.resblocks, vision.encoder.layers, strict=True):
        _fill_block(block, layer)
    visual.proj = _shared(tower.visual_projection.weight.T)


def _fill_block(block: Any, layer: Any) -> None:
    own, attention = layer.self_attn, block.attn
    block.ln_1, block.ln_2 = layer.layer_norm1, layer.layer_norm2
    block.mlp.c_fc, block.mlp.c_proj = layer.mlp.fc1, layer.mlp.fc2
    # torch packs the three projections in one tensor, but also runs them apart, as it does where their widths differ.
    attention._qkv_same_embed_dim = False
    attention.in_proj_weight = None
    for name, part in (("q", own.q_proj), ("k", own.k_proj), ("v", own.v_proj)):
        setattr(attention, f"{name}_proj_weight", part.weight)
    packed = torch.cat([own.q_proj.bias, own.k_proj.bias, own.v_proj.bias])  # the little of its own: 3 x width
    attention.in_proj_bias = _shared(packed)
    attention.out_proj.weight, attention.out_proj.bias = own.out_proj.weight, own.out_proj.bias


def _shared(tensor: torch.Tensor) -> nn.Parameter:
    return nn.Parameter(tensor.detach(), requires_grad=False)
