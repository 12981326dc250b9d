"""Under which keys components are held: by what their files hold, so that equal ones of different models are one."""

from collections.abc import Iterable

from studio.api import UserError
from studio.models.component_table import Component, ComponentTable, Key
from studio.models.fingerprint import Fingerprints
from studio.models.loaders.component import ComponentSpec


class ComponentKeys:
    """Of one device. Large files are hashed in the background: until that is done, a file's identity is its content."""

    def __init__(self, fingerprints: Fingerprints, device: str) -> None:
        self._fingerprints, self._device = fingerprints, device
        self._estimates: dict[Key, int] = {}

    def of(self, spec: ComponentSpec) -> Key:
        """Raises UserError where its files are gone."""
        try:
            return (self._fingerprints.of(spec), spec.class_name, spec.precision, self._device)
        except OSError as error:
            raise gone(spec, error) from None

    def state(self, spec: ComponentSpec) -> str:
        """Which files they are now; another text when one was replaced. Raises UserError where they are gone."""
        try:
            return self._fingerprints.identity(spec)
        except OSError as error:
            raise gone(spec, error) from None

    def estimate(self, key: Key, spec: ComponentSpec) -> int:
        """What it will weigh; what was read once under this key is not read again."""
        if key not in self._estimates:
            self._estimates[key] = spec.estimated_bytes()
        return self._estimates[key]

    def adopt(self, table: ComponentTable, wanted: Iterable[Key]) -> None:
        """Re-key what was loaded under a file's identity and whose content has become known since."""
        for key in wanted:
            if key not in table:
                for row in table:
                    if row.key[1:] == key[1:] and self._is_now(row, key):
                        table.rename(row, key)
                        break

    def _is_now(self, row: Component, key: Key) -> bool:
        try:
            # A file that was replaced since says what is there now, not what was loaded.
            return row.spec is not None and self.state(row.spec) == row.identity and self.of(row.spec) == key
        except UserError:  # its files are gone: it stays what it was when loaded
            return False


def gone(spec: ComponentSpec, error: OSError) -> UserError:
    """For a component whose files are not there any more."""
    return UserError(
        "A part of this model is missing: {}. Put it back, or choose another model.",
        error.filename or spec.path,
        code="missing_weights",
    )
