"""What people type, and the list of models."""

import pytest

from studio.downloads import Hub, KnownModel, known_models, matching, order_for
from studio.errors import UserError

HUB = Hub(endpoint="https://mirror.example")
HASH = "ab" * 32
CAPABILITIES = {"text-to-image", "image-to-image", "variation", "inpaint", "upscale"}


@pytest.fixture(scope="module")
def known() -> list[KnownModel]:
    return known_models()


def test_the_list_covers_every_tool_and_says_what_is_not_checked(known: list[KnownModel]) -> None:
    assert len({model.id for model in known}) == len(known) >= 20
    assert {task for model in known for task in model.tasks} == CAPABILITIES
    for model in known:
        assert model.good_at
        assert model.good_at_zh
        assert bool(model.repositories) != bool(model.weights)
        assert model.license
        assert set(model.unverified) <= set(KnownModel.__struct_fields__)
        assert model.weights is not None or "repositories" in model.unverified
    found = {model.id for model in matching(known, "variation unclip")}
    assert {"kandinsky-2.2", "sd-2.1-unclip"} <= found
    assert matching(known, "图中的文字")
    assert matching(known, "nothing has this") == []


def test_ids_addresses_and_pages(known: list[KnownModel]) -> None:
    listed = order_for("Kandinsky-2.2", known, HUB)
    assert listed.beside[0] == "kandinsky-community/kandinsky-2-2-prior"
    assert order_for("maker/tiny", known, HUB, revision="v2", precision="bf16").revision == "v2"
    page = order_for("https://huggingface.co/maker/tiny/blob/main/lora/a%20b.safetensors?x=1", known, HUB)
    assert (page.repositories, page.revision, page.files) == (("maker/tiny",), "main", ("lora/a b.safetensors",))
    assert order_for("https://mirror.example/maker/tiny/tree/v1", known, HUB).revision == "v1"
    assert order_for("maker/tiny", known, HUB, revision="v2", precision="bf16").precision == "bf16"
    other = order_for("https://civitai.com/api/download/models/9?token=secret", known, HUB, sha256=HASH.upper())
    assert other.sha256 == {"": HASH}
    assert "secret" not in other.title + other.id


@pytest.mark.parametrize(
    ("text", "more", "code"),
    [
        ("nonsense", {}, "bad_address"),
        ("../up", {}, "bad_address"),
        ("maker/..", {}, "bad_address"),
        ("a/b/c", {}, "bad_address"),
        ("https://civitai.com/x", {}, "missing_hash"),
        ("https://civitai.com/x", {"sha256": HASH, "name": "../x.safetensors"}, "unsafe_name"),
        ("https://civitai.com/x", {"sha256": HASH, "name": "x.ckpt"}, "unsafe_name"),
    ],
)
def test_what_is_refused(text: str, more: dict[str, str], code: str, known: list[KnownModel]) -> None:
    with pytest.raises(UserError) as raised:
        order_for(text, known, HUB, **more)
    assert raised.value.code == code
