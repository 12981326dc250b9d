"""The built-in table of model families: which folders and files are known, and how diffusers is asked for them."""

from studio import api


@api.hookimpl
def register_families() -> list[api.Family]:
    from studio_families.table import FAMILIES, LONE_UPSCALER

    return [*FAMILIES, LONE_UPSCALER]


@api.hookimpl
def register_translations() -> dict[str, dict[str, str]]:
    from studio_families.translation import ZH

    return {"zh": ZH}
