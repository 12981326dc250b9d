"""The built-in table of model families: which folders and files are known, and how diffusers is asked for them."""

from studio import api
from studio_families.table import FAMILIES, LONE_UPSCALER
from studio_families.translation import ZH


@api.hookimpl
def register_families() -> list[api.Family]:
    return [*FAMILIES, LONE_UPSCALER]


@api.hookimpl
def register_translations() -> dict[str, dict[str, str]]:
    return {"zh": ZH}
