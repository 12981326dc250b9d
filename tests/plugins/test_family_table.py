"""The table of families in docs/models.md says what the rows of the code say."""

import re
from pathlib import Path

import pytest
from studio_families import generic
from studio_families.table import FAMILIES

from studio.api import Family
from studio.models.families import specialise

TEXT = (Path(__file__).parents[2] / "docs/models.md").read_text()
LINES = [[cell.strip() for cell in line.strip("|").split("|")] for line in TEXT.splitlines() if line.startswith("|")]
HEADINGS = next(line for line in LINES if line[0] == "Family")
TABLE = {line[0]: dict(zip(HEADINGS, line, strict=True)) for line in LINES if len(line) == len(HEADINGS)}
PLAIN = {line[0]: line[1:] for line in LINES if len(line) == 6 and re.search("Create", line[1])}
"""Those that are called plainly."""
COLUMNS = {"text-to-image": "Create", "image-to-image": "Refine", "variation": "Variation", "inpaint": "Inpaint"}
NAMES = {
    "Playground 2.5": "Playground 2.5, as a folder",
    "FLUX.1 Redux": "FLUX.1 Redux, beside a FLUX.1 model",
    "Kandinsky 2.2": "Kandinsky 2.2 (and the starter)",
    "Stable Diffusion x4 upscaler": "Stable Diffusion x4 upscaler (also enlarges, in tiles)",
    "Stable Diffusion 1.5, latent consistency": "Latent consistency (SD 1.5, SDXL)",
    "Stable Diffusion XL, latent consistency": "Latent consistency (SD 1.5, SDXL)",
}


def variants() -> list[Family]:
    """Every family, and every variant of it with its own defaults filled in; those that only inpaint are told below."""
    found = []
    for family in FAMILIES:
        if family.title.endswith(", for inpainting") or family.id == "generic" or family.refusal:
            continue
        found += with_variants(family)
    return found


def with_variants(family: Family) -> list[Family]:
    found = [family]
    for variant in family.variants:
        configs: dict[str, dict[str, object]] = {}
        for place, value in variant.when.items():
            part, _, key = place.partition(".")
            if part == "folder" and value is False:
                continue
            key = key.split("|")[0].replace("*", "") if part == "folder" else key
            configs.setdefault(part, {})[key] = value[0] if isinstance(value, tuple) else value
        found.append(specialise(family, configs)[0])
    return found


@pytest.mark.parametrize("family", variants(), ids=lambda family: family.title)
def test_the_table_says_what_the_code_does(family: Family) -> None:
    row = TABLE[NAMES.get(family.title, family.title)]
    for capability, heading in COLUMNS.items():
        told, does = row[heading], capability in family.pipelines
        assert told.startswith(("yes", "as Edit")) if does else told == "no", heading
    if family.pipelines.get("image-to-image"):
        assert row["Refine"].startswith("as Edit") == ("strength" not in family.defaults)
    defaults = family.defaults
    assert row["Steps, guidance"] in (f"{defaults['steps']}, {number(defaults['guidance_scale'])}", "yes")
    width = int(row["Size, multiple of"].split(",")[0]) if row["Size, multiple of"][0].isdigit() else None
    assert width in (None, defaults["width"]) or family.native_size  # the folder says it itself
    if width is not None:
        assert row["Size, multiple of"].endswith(f", {defaults['multiple']}")
    read = family.call.get("max_sequence_length", family.prompt_tokens)
    if family.id == "flux-redux":
        assert row["Prompt"] == "none"
    else:
        assert row["Prompt"] == ("any" if family.long_prompts else str(read))


@pytest.mark.parametrize(
    "family", [one for row in generic.ROWS for one in with_variants(row)], ids=lambda family: family.title
)
def test_the_table_of_plain_families_says_what_the_code_does(family: Family) -> None:
    can, size, called, prompt, licence = PLAIN[family.title]
    names = {"text-to-image": "Create", "image-to-image": "Refine"}
    defaults = family.defaults
    assert can == ", ".join(names[each] for each in family.pipelines)
    assert size == f"{defaults['width']}, {defaults['multiple']}"
    assert called == f"{defaults['steps']}, {number(defaults['guidance_scale'])}"
    assert prompt == ("any" if family.long_prompts else str(family.prompt_tokens))
    assert (licence == "the folder says") == (not family.license)


def test_no_plain_family_is_told_that_the_code_lacks() -> None:
    assert set(PLAIN) == {one.title for row in generic.ROWS for one in with_variants(row)}


def number(value: float) -> str:
    return f"{value:g}" if value == 0 else str(float(value))


def test_the_table_has_no_row_that_the_code_lacks() -> None:
    known = {NAMES.get(family.title, family.title) for family in variants()}
    assert set(TABLE) - known == {"Family"} | {name for name in TABLE if re.fullmatch(r"-+", name)}
