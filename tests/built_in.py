"""The table of the built-in families, for services that a test makes by itself."""

from studio_families.table import FAMILIES, LONE_UPSCALER

from studio.models.families import Families

BUILT_IN = Families()
BUILT_IN.add([*FAMILIES, LONE_UPSCALER])
