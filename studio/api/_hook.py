"""The hooks that a plugin may implement. `docs/plugins.md` documents each with its exact signature."""

from typing import TYPE_CHECKING

import pluggy

if TYPE_CHECKING:  # click is imported only where commands are made
    import click

    from studio.api._family import Family
    from studio.api._operation import PictureOperation
    from studio.api._task import Task
    from studio.api._translator import Translator

VERSION = 1
"""Of this contract. A plugin module may say `STUDIO_API = 1`; one that needs another version is refused, by name."""

hookspec = pluggy.HookspecMarker("studio")
hookimpl = pluggy.HookimplMarker("studio")


class Hooks:
    """Hook specifications."""

    @hookspec
    def register_tasks(self) -> list[type["Task"]]:  # type: ignore[empty-body]
        """Return the Task classes of this plugin."""

    @hookspec
    def register_families(self) -> list["Family"]:  # type: ignore[empty-body]
        """Return the families of models that this plugin, or any other, can run."""

    @hookspec
    def register_picture_operations(self) -> list["PictureOperation"]:  # type: ignore[empty-body]
        """Return the ways in which this plugin makes control pictures of pictures."""

    @hookspec
    def register_translators(self) -> list["Translator"]:  # type: ignore[empty-body]
        """Return the ways in which this plugin turns words of other languages into English."""

    @hookspec
    def register_translations(self) -> dict[str, dict[str, str]]:  # type: ignore[empty-body]
        """Return, by language, what this plugin's texts are in it: titles, descriptions, groups, labels."""

    @hookspec
    def register_commands(self) -> list["click.Command"]:  # type: ignore[empty-body]
        """Return click commands, each of which becomes `studio NAME`."""
