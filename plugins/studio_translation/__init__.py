"""Translation: prompts in other languages become English by a MarianMT folder (OPUS-MT) that the user has."""

from collections.abc import Collection, Sequence
from pathlib import Path

from studio import api
from studio_translation.translation import ZH

TRANSLATE = "translation"
"""What such a model can do."""
MISSING = (
    "A model that translates is one of OPUS-MT: fetch the folder Helsinki-NLP/opus-mt-zh-en of huggingface.co (for "
    "Chinese; each language has its own), convert its pytorch_model.bin by “studio models convert FILE”, and add the "
    "folder with “studio models add FOLDER”."
)
MARIAN = api.Family(
    "marian", "MarianMT", (), {}, {TRANSLATE: ""},
    allows=("MarianMTModel", "MarianTokenizer"),
    files=(
        api.Signature(
            "MarianMT, translation",
            {
                "final_logits_bias": (1, None), "model.shared.weight": (None, None),
                "model.encoder.layers.0.fc1.weight": None, "model.decoder.layers.0.fc1.weight": None,
            },
            kind="translator", beside={"model": "MarianMTModel", "tokenizer": "MarianTokenizer"},
        ),
    ),
)  # fmt: skip


def _run(phrases: Sequence[str], language: str, lease: api.Lease | None) -> list[str]:
    from studio_translation import marian  # brings torch

    assert lease is not None, "a translator with a capability is not run without a model"
    return [marian.english(phrase, language, lease["model"], lease["tokenizer"]) for phrase in phrases]


def _languages(folder: Path | None) -> Collection[str]:
    from studio_translation.language import languages_of

    return languages_of(folder) if folder else ()


MARIAN_MT = api.Translator("marian-mt", "MarianMT", _run, _languages, capability=TRANSLATE, missing=MISSING)


@api.hookimpl
def register_families() -> list[api.Family]:
    return [MARIAN]


@api.hookimpl
def register_translators() -> list[api.Translator]:
    return [MARIAN_MT]


@api.hookimpl
def register_translations() -> dict[str, dict[str, str]]:
    return {"zh": ZH}
