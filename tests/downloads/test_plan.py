"""Of what a model lists, only the files that its family needs: one precision, safetensors."""

import hashlib
from typing import Any

import pytest

from studio.downloads import DownloadPlan, RemoteFile
from studio.downloads._plan import check_names, choose, is_safe
from studio.errors import UserError

PART = ["diffusers", "Class"]
SDXL: dict[str, Any] = {
    "_class_name": "X",
    "unet": PART,
    "vae": PART,
    "tokenizer": PART,
    "feature_extractor": [None] * 2,
}


def chosen(names: str, index: dict[str, Any] | None = None, **more: Any) -> set[str]:
    return {file.path for file in choose([RemoteFile(name, 1, "0" * 64) for name in names.split()], index, **more)}


def test_one_precision_of_each_part() -> None:
    names = """model_index.json README.md LICENSE.md sd_xl.safetensors preview.png unet/config.json
        unet/diffusion_pytorch_model.safetensors unet/diffusion_pytorch_model.fp16.safetensors unet/model.onnx
        unet/diffusion_flax_model.msgpack unet/openvino_model.xml unet/diffusion_pytorch_model.fp16.bin vae/config.json
        vae/diffusion_pytorch_model.safetensors vae_1_0/diffusion_pytorch_model.safetensors tokenizer/vocab.json
        tokenizer/merges.txt"""
    assert chosen(names, SDXL) == {
        "model_index.json", "README.md", "LICENSE.md", "unet/config.json",
        "unet/diffusion_pytorch_model.fp16.safetensors", "vae/config.json", "vae/diffusion_pytorch_model.safetensors",
        "tokenizer/vocab.json", "tokenizer/merges.txt",
    }  # fmt: skip
    assert "unet/diffusion_pytorch_model.safetensors" in chosen(names, SDXL, precision="")


def test_shards_come_with_their_own_index() -> None:
    shards = " ".join(
        f"unet/m{variant}-0000{number}-of-00002.safetensors" for variant in ("", ".fp16") for number in (1, 2)
    )
    names = f"{shards} unet/m.safetensors.index.json unet/m.safetensors.index.fp16.json unet/config.json"
    assert chosen(names, SDXL) == {
        "unet/config.json", "unet/m.safetensors.index.fp16.json", "unet/m.fp16-00001-of-00002.safetensors",
        "unet/m.fp16-00002-of-00002.safetensors",
    }  # fmt: skip
    assert "unet/m.safetensors.index.json" in chosen(names, SDXL, precision="bf16")


def test_a_model_without_parts() -> None:
    names = "config.json README.md diffusion_pytorch_model.safetensors diffusion_pytorch_model.fp16.safetensors x.bin"
    assert chosen(names) == {"config.json", "README.md", "diffusion_pytorch_model.fp16.safetensors"}
    assert chosen("README.md one.safetensors") == {"README.md", "one.safetensors"}
    assert chosen("README.md a.safetensors b.safetensors", wanted=["b.safetensors"]) == {"README.md", "b.safetensors"}


@pytest.mark.parametrize(
    ("names", "index", "code"),
    [
        ("a.safetensors b.safetensors", None, "several_files"),
        ("a.ckpt", None, "no_weights"),
        ("unet/config.json unet/diffusion_pytorch_model.bin", SDXL, "no_weights"),
    ],
)
def test_what_cannot_be_chosen_from(names: str, index: dict[str, Any] | None, code: str) -> None:
    with pytest.raises(UserError) as raised:
        chosen(names, index)
    assert raised.value.code == code


@pytest.mark.parametrize(
    "name",
    ["", "../x", "a/../b", "/etc/passwd", "a//b", "C:\\x", "\\\\host\\s", "a\0b", "con.json", "COM1", "a ", "a.",
     "x" * 241, "a\u202eb", "a:b", "a*"],
)  # fmt: skip
def test_names_that_leave_the_folder_or_that_some_system_cannot_store(name: str) -> None:
    assert not is_safe(name)
    with pytest.raises(UserError) as raised:
        check_names([RemoteFile("unet/config.json", 1, "0" * 64), RemoteFile(name, 1, "0" * 64)])
    assert raised.value.code == "unsafe_name"
    assert len(raised.value.message) < 500


def test_names_that_are_safe_and_too_many_of_them() -> None:
    assert is_safe("unet/diffusion_pytorch_model.fp16.safetensors")
    check_names([RemoteFile("猫/config.json", 1, "0" * 64)])
    with pytest.raises(UserError, match="more than 10000 files"):
        check_names(RemoteFile(f"{number}.json", 1, "0" * 64) for number in range(10_001))


def test_files_are_known_by_one_hash_or_the_other() -> None:
    large, small = RemoteFile("a", 3, sha256="1" * 64), RemoteFile("b", 3, git_sha1="2" * 40)
    assert (large.etag, small.etag) == ("1" * 64, "2" * 40)
    assert DownloadPlan("a/b", "main", "f" * 40, (large, small)).size_bytes == 6
    for file, expected in ((large, hashlib.sha256(b"abc")), (small, hashlib.sha1(b"blob 3\0abc"))):
        hasher = file.hasher()
        hasher.update(b"abc")
        assert hasher.hexdigest() == expected.hexdigest()


def test_files_by_name() -> None:
    names = "model_index.json README.md unet/a.safetensors b.safetensors"
    assert chosen(names, wanted=["unet/a.safetensors"]) == {"unet/a.safetensors", "README.md"}
    with pytest.raises(UserError, match=r"has no file c\.safetensors.*b\.safetensors"):
        chosen(names, wanted=["c.safetensors"])
    with pytest.raises(UserError, match="Files of weights: none"):
        chosen("README.md", wanted=["c.safetensors"])
