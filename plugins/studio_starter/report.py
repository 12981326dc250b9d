"""The evaluation's figures as Markdown, for a model card."""

from collections.abc import Mapping
from typing import Any


def as_text(table: dict[str, Any]) -> str:
    parts = [name for name in table if name.split(",")[0] in ("en", "zh")]
    lines = ["| | " + " | ".join(parts) + " | zh − en |", "|---" * (len(parts) + 2) + "|"]
    for row in table[parts[0]]:
        cells = [table[part][row] for part in parts]
        shown = [f"{c['share']:.1%} ({c['low']:.0%}–{c['high']:.0%}, n={c['count']})" for c in cells]
        lines.append(f"| {row} | " + " | ".join([*shown, _points(table["zh - en"][row])]) + " |")
    own = ", ".join(f"{name} {share:.1%}" for name, share in table["judge"].items())
    lines += ["", f"The judge itself on fresh renders: {own}."]
    return "\n".join([*lines, *_more(table)])


def _points(difference: Any) -> str:
    mean, low, high = (100 * value for value in difference)
    return f"{mean:+.1f} ({low:+.1f} … {high:+.1f})"


def _more(table: dict[str, Any]) -> list[str]:
    lines = []
    if "8 - 50 steps" in table:
        rows = "; ".join(f"{row} {_points(value)}" for row, value in table["8 - 50 steps"].items())
        lines += ["", f"8 solver steps − 50, in points: {rows}."]
    if "diversity" in table:
        lines += ["", f"Diversity of 16 pictures of a prompt, of that of 16 renders: {table['diversity']:.2f}."]
    if "variation" in table:
        kept = table["variation"]
        lines += [
            "",
            f"Variations keep the object: {kept['share']:.1%} "
            f"({kept['low']:.0%}–{kept['high']:.0%}, n={kept['count']}); "
            f"they differ from their source {kept['moved']:.2f} times as much as another render of the scene does.",
        ]
    for language, found in table.get("retrieval", {}).items():
        lines += [
            "",
            f"CLIP top-1 of 100, {language}: picture to text {found['to text']:.1%}, "
            f"text to picture {found['to picture']:.1%}.",
        ]
    if "upscalers" in table:
        lines += ["", *upscaler_table(table["upscalers"])]
    return lines


def upscaler_table(scores: Mapping[str, Mapping[str, tuple[float, float]]]) -> list[str]:
    """Upscaler -> set of pictures -> PSNR of it and of Lanczos."""
    lines = ["| upscaler | pictures | PSNR | Lanczos | gain |", "|---|---|---|---|---|"]
    for name, sets in scores.items():
        for kind, (own, lanczos) in sets.items():
            lines.append(f"| {name} | {kind} | {own:.2f} dB | {lanczos:.2f} dB | {own - lanczos:+.2f} dB |")
    return lines
