"""Points, outlines and colours that the drawings of both worlds are made of."""

import math

Point = tuple[float, float]
Color = tuple[int, int, int]


def mix(one: Color, other: Color, share: float) -> Color:
    """`share` of the other colour in the one."""
    return tuple(round(a + (b - a) * share) for a, b in zip(one, other, strict=True))  # type: ignore[return-value]


def darker(color: Color, share: float = 0.3) -> Color:
    return mix(color, (20, 16, 28), share)


def lighter(color: Color, share: float = 0.35) -> Color:
    return mix(color, (255, 255, 255), share)


def edge(color: Color) -> Color:
    """The outline of a colour: the colour itself, much darker, so that it stays part of the shape."""
    return darker(color, 0.55)


def arc(
    x: float, y: float, rx: float, ry: float, start: float = 0.0, end: float = 360.0, count: int = 36
) -> list[Point]:
    """Points on an ellipse from `start` to `end` degrees, clockwise on the screen, 0 to the right."""
    steps = max(2, round(count * abs(end - start) / 360))
    angles = (math.radians(start + (end - start) * step / steps) for step in range(steps + 1))
    return [(x + rx * math.cos(angle), y + ry * math.sin(angle)) for angle in angles]


def curve(*points: Point, count: int = 12) -> list[Point]:
    """A Bézier curve through its first and last point (quadratic for three points, cubic for four)."""
    degree = len(points) - 1
    result = []
    for step in range(count + 1):
        t = step / count
        weights = [math.comb(degree, k) * t**k * (1 - t) ** (degree - k) for k in range(degree + 1)]
        result.append(
            (
                sum(weight * x for weight, (x, _) in zip(weights, points, strict=True)),
                sum(weight * y for weight, (_, y) in zip(weights, points, strict=True)),
            )
        )
    return result
