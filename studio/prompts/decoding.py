"""Text that others have written: of which encoding it is, and YAML without what makes it dangerous."""

from typing import Any

from studio.text import Text

DEEPEST = 20


class NotText(ValueError):
    """What it is instead, as a part of a sentence (a Text)."""

    def __init__(self, template: str, *args: object) -> None:
        super().__init__(Text(template, *args))


def decoded(data: bytes) -> str:
    """UTF-8, or UTF-16 with its mark, as spreadsheets write it. Raises NotText for any other."""
    try:
        if data[:2] in (b"\xff\xfe", b"\xfe\xff"):
            return data.decode("utf-16")
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise NotText("it is not text in UTF-8; save it in that encoding") from None
    if "\x00" in text:
        raise NotText("it is not text in UTF-8; save it in that encoding")
    return text


def yaml_document(data: bytes) -> Any:
    """What a YAML file holds: lists, dicts and plain values. Raises NotText."""
    import yaml  # 20 ms that most jobs need not spend

    text = decoded(data)
    depth = 0
    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    try:
        for event in yaml.parse(text, Loader=loader):
            if isinstance(event, yaml.AliasEvent):  # a few lines of which can stand for more than memory holds
                raise NotText("it refers to itself (*{}); write the words out", event.anchor)
            depth += isinstance(event, yaml.CollectionStartEvent) - isinstance(event, yaml.CollectionEndEvent)
            if depth > DEEPEST:
                raise NotText("it is nested too deeply")
        return yaml.load(text, Loader=loader)
    except (yaml.YAMLError, ValueError, RecursionError) as error:
        if isinstance(error, NotText):
            raise
        mark = getattr(error, "problem_mark", None)
        if mark is not None:
            raise NotText("it is no YAML, from line {} on", mark.line + 1) from None
        raise NotText("it is no YAML") from None
