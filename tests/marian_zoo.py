"""A tiny MarianMT folder in the layout of OPUS-MT that has learned a few words, made in seconds."""

import json
from pathlib import Path

import sentencepiece
import torch
from transformers import MarianConfig, MarianMTModel, MarianTokenizer

WORDS = {
    "一只红色的猫": "a red cat", "蓝色背景": "a blue background", "一朵蘑菇": "a mushroom", "红色": "red", "猫": "cat",
    "雪山": "a snowy mountain", "模糊": "blurry", "帽子": "a hat",
}  # fmt: skip


def marian(
    folder: Path, name: str = "opus-mt-zh-en", words: dict[str, str] | None = None, *, says: bool = True
) -> Path:
    """`says`: whether its tokenizer's config tells the languages, as newer folders do."""
    words = WORDS if words is None else words
    path = folder / name
    path.mkdir(parents=True)
    source, target = name.split("-")[-2:]
    vocabulary = {"</s>": 0, "<unk>": 1}
    for side, texts in (("source", [*words]), ("target", [*words.values()])):
        lines = folder / f"{side}.txt"
        lines.write_text("\n".join(texts * 4), "utf-8")
        sentencepiece.SentencePieceTrainer.train(
            input=str(lines), model_prefix=str(path / side), vocab_size=400, hard_vocab_limit=False, minloglevel=2,
            character_coverage=1.0, num_threads=1,
        )  # fmt: skip
        (path / f"{side}.model").rename(path / f"{side}.spm")
        (path / f"{side}.vocab").unlink()
        lines.unlink()
        read = sentencepiece.SentencePieceProcessor(str(path / f"{side}.spm"))
        for piece in map(read.id_to_piece, range(read.get_piece_size())):
            vocabulary.setdefault(piece, len(vocabulary))
    vocabulary["<pad>"] = len(vocabulary)
    (path / "vocab.json").write_text(json.dumps(vocabulary, ensure_ascii=False), "utf-8")
    told = {"source_lang": source, "target_lang": target} if says else {}
    (path / "tokenizer_config.json").write_text(json.dumps({**told, "model_max_length": 512}))
    _model(path, words, vocabulary).save_pretrained(path)
    return path


def _model(path: Path, words: dict[str, str], vocabulary: dict[str, int]) -> MarianMTModel:
    torch.manual_seed(0)
    pad = vocabulary["<pad>"]
    config = MarianConfig(
        vocab_size=len(vocabulary), d_model=32, encoder_layers=1, decoder_layers=1, encoder_attention_heads=2,
        decoder_attention_heads=2, encoder_ffn_dim=64, decoder_ffn_dim=64, max_position_embeddings=128, dropout=0.0,
        pad_token_id=pad, eos_token_id=0, forced_eos_token_id=0, decoder_start_token_id=pad, scale_embedding=True,
    )  # fmt: skip
    model = MarianMTModel(config).train()
    tokenizer = MarianTokenizer.from_pretrained(path)
    given = tokenizer([*words], text_target=[*words.values()], return_tensors="pt", padding=True)
    given["labels"][given["labels"] == pad] = -100
    optimizer = torch.optim.Adam(model.parameters(), 0.01)
    for _ in range(120):
        optimizer.zero_grad()
        model(**given).loss.backward()
        optimizer.step()
    return model.eval()
