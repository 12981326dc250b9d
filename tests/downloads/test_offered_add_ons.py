"""ControlNets, T2I-Adapters, IP-Adapters and Redux of the list: fetched as published, found, and drawn with."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import control_zoo
import numpy as np
import pytest
import reference_zoo
import torch
from built_in import BUILT_IN
from hub_server import FakeHub, running_hub
from PIL import Image
from safetensors.torch import save
from studio_text_to_image import TextToImage
from tiny import TinyModels, stable_diffusion, stable_diffusion_xl
from tiny import tiny_models as tiny_models
from transformers import SiglipVisionConfig, SiglipVisionModel

from studio.downloads import DownloadProgress, Hub, KnownModel, Places, Web, acquisition, known_models, order_for
from studio.models.image_encoders import SIGLIP, image_encoders
from studio.models.service import ModelService
from studio.settings import Settings
from studio.testing import FakeContext

KINDS = ("controlnet", "t2i-adapter", "ip-adapter", "redux-file")


def offered() -> list[KnownModel]:
    return [each for each in known_models() if any(kind in each.id for kind in KINDS)]


def saved(module: Any, folder: Path, variant: str = "") -> dict[str, bytes]:
    """As diffusers and transformers lay a module out."""
    module.save_pretrained(folder, **({"variant": variant} if variant else {}))
    return {each.name: each.read_bytes() for each in folder.iterdir()}


@pytest.fixture
def hub() -> Iterator[FakeHub]:
    with running_hub() as server:
        yield server


def fetched(hub: FakeHub, id: str, tmp_path: Path) -> list[Path]:
    source = Hub(endpoint=hub.url, cache=tmp_path / "hub")
    order = order_for(id, known_models(), source)
    with Web(source, patience=0.01) as web:
        found = acquisition(web, order, Places(tmp_path / "models", tmp_path / "cache"))
        return found.run(web, DownloadProgress(found.size_bytes))


def service_with(paths: list[Path], tmp_path: Path) -> ModelService:
    settings = Settings(home=tmp_path / "home", device="cpu", models=tuple(map(str, paths)))
    service = ModelService(settings, BUILT_IN)
    service.wait_for_scan()
    return service


def drawn(service: ModelService, model: Path, **more: Any) -> Image.Image:
    ctx = FakeContext(models=service, pictures={"photo": Image.linear_gradient("L").convert("RGB").resize((64, 64))})
    asked = {"prompt": "a cup", "model": str(model), "seed": 3, "steps": 2, "size": "64x64", **more}
    (result,) = TextToImage().run(TextToImage.Params(**asked), ctx)
    made: Image.Image = result.image
    return made


def differs(one: Image.Image, other: Image.Image) -> bool:
    return not np.array_equal(np.asarray(one), np.asarray(other))


def test_each_says_whose_it_is_and_which_files() -> None:
    assert len(offered()) >= 18
    for each in offered():
        assert each.repositories, each.id
        assert all(name.endswith((".safetensors", ".json")) for name in each.files), each.id
        assert {"ControlNet", "adapter", "Reference"} & set(each.good_at.replace(":", "").split()), each.id


@pytest.mark.parametrize("id", ["sd-1.5-controlnet-canny", "sd-1.5-controlnet-tile", "sdxl-t2i-adapter-canny"])
def test_a_network_is_fetched_and_followed(hub: FakeHub, tiny_models: TinyModels, tmp_path: Path, id: str) -> None:
    listed = next(each for each in offered() if each.id == id)
    if "t2i" in id:
        net, model = control_zoo.adapter(stable_diffusion_xl(), 1, "full_adapter_xl"), tiny_models.sdxl
    else:
        net, model = control_zoo.plain(stable_diffusion(), 1), tiny_models.sd15
    within = listed.files[0].rpartition("/")[0] + "/" if listed.files else ""
    files = {within + name: data for name, data in saved(net, tmp_path / "net", "" if within else "fp16").items()}
    others = {"diffusion_pytorch_model.bin": b"pickle", "README.md": b"---\nlicense: openrail\n---\n"}
    hub.add(listed.repositories[0], {**files, **others, "other/model.safetensors": b"not asked for"})
    service = service_with(fetched(hub, id, tmp_path), tmp_path)
    (found,) = [info for info in service.infos() if info.kind == "controlnet"]
    name = within.rstrip("/") or listed.repositories[0].partition("/")[2]
    assert (found.title, found.problem) == (name, "")
    plain = drawn(service, model)
    assert differs(drawn(service, model, control=[{"control": found.id, "image": "photo"}]), plain)
    assert not [each for each in tmp_path.rglob("*.bin") if "net" not in each.parts]


def test_an_ip_adapter_brings_its_encoder(hub: FakeHub, tiny_models: TinyModels, tmp_path: Path) -> None:
    unet = stable_diffusion().unet
    encoder = {f"models/image_encoder/{name}": data
               for name, data in saved(reference_zoo.image_encoder(), tmp_path / "encoder").items()}  # fmt: skip
    adapter = {"models/ip-adapter_sd15.safetensors": save(reference_zoo.plain(unet))}
    hub.add("h94/IP-Adapter", {**encoder, **adapter, "models/ip-adapter_sd15.bin": b"pickle"})
    service = service_with(fetched(hub, "sd-1.5-ip-adapter", tmp_path), tmp_path)
    (found,) = [info for info in service.infos() if info.kind == "reference"]
    assert found.title.endswith("ip-adapter_sd15")
    plain = drawn(service, tiny_models.sd15)
    assert differs(drawn(service, tiny_models.sd15, reference=[{"reference": found.id, "image": "photo"}]), plain)


def test_redux_comes_from_two_places(hub: FakeHub, tmp_path: Path) -> None:
    torch.manual_seed(1)
    config = SiglipVisionConfig(hidden_size=32, intermediate_size=64, num_hidden_layers=2, num_attention_heads=4,
                                image_size=28, patch_size=14)  # fmt: skip
    encoder = {f"vision_model.{name}".replace("vision_model.vision_model", "vision_model"): tensor.clone()
               for name, tensor in SiglipVisionModel(config).state_dict().items()}  # fmt: skip
    redux = {"redux_up.weight": torch.zeros(96, 32), "redux_up.bias": torch.zeros(96),
             "redux_down.weight": torch.zeros(16, 96), "redux_down.bias": torch.zeros(16)}  # fmt: skip
    hub.add("black-forest-labs/FLUX.1-Redux-dev", {
        "flux1-redux-dev.safetensors": save(redux), "model_index.json": json.dumps({"_class_name": "X"}).encode(),
        "image_embedder/diffusion_pytorch_model.safetensors": b"another form of it",
    })  # fmt: skip
    hub.add("Comfy-Org/sigclip_vision_384", {"sigclip_vision_patch14_384.safetensors": save(encoder)})
    service = service_with(fetched(hub, "flux.1-redux-file", tmp_path), tmp_path)
    assert [(info.title, info.base) for info in service.infos() if info.kind == "reference"] == [
        ("black-forest-labs/FLUX.1-Redux-dev/flux1-redux-dev", "FLUX.1")
    ]
    assert list(image_encoders(service._catalogue, SIGLIP))
