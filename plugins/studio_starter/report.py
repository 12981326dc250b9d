"""The evaluation's figures as Markdown, for a model card."""

from collections.abc import Mapping
from typing import Any


def as_text(table: dict[str, Any]) -> str:
    parts = [name for name in table if name.split(",")[0] in ("en", "zh")]
    lines = ["| | " + " | ".join(parts) + " | zh − en |", "|---" * (len(parts) + 2) + "|"]
    for row in table[parts[0]]:
        cells = [table[part][row] for part in parts]
        lines.append(f"| {row} | " + " | ".join([*map(_share, cells), _points(table["zh - en"][row])]) + " |")
    own = ", ".join(f"{name} {share:.1%}" for name, share in table["judge"].items())
    lines += ["", f"The judge itself on fresh renders: {own}."]
    return "\n".join([*lines, *_more(table)])


def _share(found: Mapping[str, float]) -> str:
    return f"{found['share']:.1%} ({found['low']:.0%}–{found['high']:.0%}, n={found['count']})"


def _points(difference: Any) -> str:
    mean, low, high = (100 * value for value in difference)
    return f"{mean:+.1f} ({low:+.1f} … {high:+.1f})"


def _more(table: dict[str, Any]) -> list[str]:
    """Each part that was measured, as a paragraph."""
    parts = []
    if "8 - 50 steps" in table:
        rows = "; ".join(f"{row} {_points(value)}" for row, value in table["8 - 50 steps"].items())
        parts.append(f"8 solver steps − 50, in points: {rows}.")
    if "diversity" in table:
        wide = table["diversity"]
        parts.append(
            f"Diversity of 16 pictures of a prompt, of that of 16 renders: {wide['share']:.2f} "
            f"({wide['low']:.2f}–{wide['high']:.2f}, {wide['count']} prompts)."
        )
    if "variation" in table:
        kept = table["variation"]
        parts.append(
            f"Variations keep the object: {_share(kept)}; they differ from their source {kept['moved']:.2f} times as "
            "much as another render of the scene does."
        )
    parts += [
        f"CLIP top-1 of {found['among']}, {language}: picture to text {_share(found['to text'])}, "
        f"text to picture {_share(found['to picture'])}."
        for language, found in table.get("retrieval", {}).items()
    ]
    lines = [line for part in parts for line in ("", part)]
    return [*lines, "", *upscaler_table(table["upscalers"])] if table.get("upscalers") else lines


def upscaler_table(scores: Mapping[str, Mapping[str, tuple[float, float]]]) -> list[str]:
    """Upscaler -> set of pictures -> PSNR of it and of Lanczos."""
    lines = ["| upscaler | pictures | PSNR | Lanczos | gain |", "|---|---|---|---|---|"]
    for name, sets in scores.items():
        for kind, (own, lanczos) in sets.items():
            lines.append(f"| {name} | {kind} | {own:.2f} dB | {lanczos:.2f} dB | {own - lanczos:+.2f} dB |")
    return lines
