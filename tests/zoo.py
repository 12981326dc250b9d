"""Tiny models of every built-in family, in the real layout, each in a folder that is made when it is asked for."""

from pathlib import Path

import pytest
import tiny
from family_zoo import FAMILIES, flux_for_redux
from generic_zoo import GENERIC

ZOO = {**FAMILIES, **GENERIC}


class Zoo:
    """Folders of tiny models, each made when it is first asked for."""

    def __init__(self, root: Path) -> None:
        self._root = root

    def __getitem__(self, name: str) -> Path:
        folder = self._root / name
        if name == "kandinsky":  # the published layout: two folders
            decoder = self._root / "kandinsky-2-2-decoder"
            return decoder if decoder.exists() else tiny.save_kandinsky_pair(self._root)
        if name == "flux-redux" and not folder.exists():
            flux_for_redux().save_pretrained(self._root / "flux-for-redux")
        if not folder.exists():
            ZOO[name]().save_pretrained(folder)
        return folder


@pytest.fixture(scope="session")
def zoo(tmp_path_factory: pytest.TempPathFactory) -> Zoo:
    return Zoo(tmp_path_factory.mktemp("zoo"))
