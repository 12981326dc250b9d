"""Redaction: events as another machine may see them, without a folder of this one."""

from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

import msgspec
from msgspec.structs import replace

from studio import messages
from studio.descriptions import ModelInfo, PluginInfo
from studio.messages import Event
from studio.text import english

T = TypeVar("T")
_AS_THEY_ARE = (messages.Progress, messages.Heartbeat, messages.Begun, messages.JobCancelled, messages.Withdrawn)
_LONGEST = 100_000
"""Texts beyond this are pictures in base64, or the like."""


class Redaction:
    """`said`: a text without folders."""

    def __init__(self, said: Callable[[str], str]) -> None:
        self._said = said

    def __call__(self, event: Event) -> Event:
        match event:
            case messages.Ready():
                plugins = [self._plugin(each) for each in event.plugins]
                devices = [self._plain(each) for each in event.devices]
                return replace(event, models=self._models(event.models), plugins=plugins, devices=devices)
            case messages.Models():
                return replace(event, models=self._models(event.models), left_out=self._models(event.left_out))
            case messages.Saved():
                return replace(self._plain(event), path="", id="")
            case _ if isinstance(event, _AS_THEY_ARE):
                return event
            case _:
                return self._plain(event)

    def _models(self, models: list[ModelInfo]) -> list[ModelInfo]:
        return [
            replace(self._plain(each), path=Path(each.path).name, reader="", picture="", files={}) for each in models
        ]

    def _plugin(self, plugin: PluginInfo) -> PluginInfo:
        return replace(self._plain(plugin), origin=Path(plugin.origin).name)

    def _plain(self, value: T) -> T:
        """The same kind of thing, with its texts redacted, those of templates too."""
        data = self._walk(msgspec.to_builtins(value, enc_hook=english))
        return msgspec.convert(data, type(value))

    def _walk(self, value: Any) -> Any:
        if isinstance(value, str):
            return self._said(value) if "/" in value and len(value) <= _LONGEST else value
        if isinstance(value, dict):
            return {key: self._walk(entry) for key, entry in value.items()}
        if isinstance(value, list):
            return [self._walk(entry) for entry in value]
        return value
