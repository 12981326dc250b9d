"""Translator: what turns words of other languages into English, for models whose text encoders know only that."""

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import Field as PydanticField

from studio.api._model import Lease
from studio.role import Role

AUTOMATIC, OFF = "auto", "off"
LANGUAGES = {
    "ar": "Arabic", "cs": "Czech", "de": "German", "es": "Spanish", "fr": "French", "hi": "Hindi", "id": "Indonesian",
    "it": "Italian", "ja": "Japanese", "ko": "Korean", "nl": "Dutch", "pl": "Polish", "pt": "Portuguese",
    "ru": "Russian", "sv": "Swedish", "tr": "Turkish", "uk": "Ukrainian", "vi": "Vietnamese", "zh": "Chinese",
}  # fmt: skip
"""ISO 639-1 codes, and what they are called."""
LABELS = {AUTOMATIC: "Automatic", OFF: "Off", **LANGUAGES}
TITLE = "Translate into English"
DESCRIPTION = (
    "Words in other scripts become English for models that read only that; name a language to have all words of the "
    "prompt translated."
)
WORDS = {
    "zh": {
        TITLE: "译成英文",
        DESCRIPTION: (
            "模型只认英文时，其他文字的词会译成英文；若指定语言，则提示词中的所有词都会翻译。"
        ),
        "Arabic": "阿拉伯语", "Czech": "捷克语", "German": "德语", "Spanish": "西班牙语", "French": "法语",
        "Hindi": "印地语",
        "Indonesian": "印尼语", "Italian": "意大利语", "Japanese": "日语", "Korean": "韩语", "Dutch": "荷兰语",
        "Polish": "波兰语", "Portuguese": "葡萄牙语", "Russian": "俄语", "Swedish": "瑞典语", "Turkish": "土耳其语",
        "Ukrainian": "乌克兰语", "Vietnamese": "越南语", "Chinese": "中文", "Automatic": "自动", "Off": "关闭",
    }
}  # fmt: skip
"""What the studio calls these in other languages, so that no plugin need."""

Language = Annotated[
    Literal[
        "auto", "off", "ar", "cs", "de", "es", "fr", "hi", "id", "it", "ja", "ko", "nl", "pl", "pt", "ru", "sv", "tr",
        "uk", "vi", "zh",
    ],
    PydanticField(json_schema_extra={"labels": LABELS, "role": str(Role.LANGUAGE)}),
]  # fmt: skip
"""Which language the prompt is in: `translate: api.Language = api.LanguageField()`."""


def LanguageField() -> Any:
    """A Language, among what is folded away; without a choice it is told by the script."""
    hints: dict[str, Any] = {"advanced": True, "labels": LABELS, "role": str(Role.LANGUAGE)}
    return PydanticField(AUTOMATIC, title=TITLE, description=DESCRIPTION, json_schema_extra=hints)


@dataclass(frozen=True)
class Translator:
    """One way of turning words into English. A plugin returns them from its hook `register_translators`."""

    id: str
    """Lower-case words joined by hyphens."""
    title: str
    run: Callable[[Sequence[str], str, Lease | None], Sequence[str]]
    """Gets phrases, the code of their language, and the lease of a model of `capability`; returns as many phrases in
    English. It keeps nothing, for it is called in several threads, and imports what is heavy by itself."""
    languages: Callable[[Path | None], Collection[str]]
    """The ISO 639-1 codes of what it turns into English, with the model that lies in this folder; None without one."""
    capability: str = ""
    """What a model must be able to do that it runs with; '' for none."""
    missing: str = ""
    """The end of a sentence when no such model is here: where to get one."""
