"""Placement: where a layer lies, how large and how turned: its own pixels stay as they are."""

import math
from typing import NamedTuple

SMALLEST, LARGEST = 1 / 64, 64.0
"""How far a layer can be scaled."""


class Placement(NamedTuple):
    """`x`, `y` is where the middle of the layer lies, in pixels of the picture.

    Its pixels are scaled (a negative number flips them), then turned clockwise by `angle` in degrees.
    """

    x: float
    y: float
    across: float = 1.0
    down: float = 1.0
    angle: float = 0.0

    def matrix(self, width: int, height: int) -> tuple[float, float, float, float, float, float]:
        """From the layer's pixels to the picture's: x' = a x + c y + e, y' = b x + d y + f."""
        cos, sin = self._turn()
        a, b, c, d = cos * self.across, sin * self.across, -sin * self.down, cos * self.down
        return a, b, c, d, self.x - (a * width + c * height) / 2, self.y - (b * width + d * height) / 2

    def corner(self, width: int, height: int) -> tuple[int, int] | None:
        """Where the top left pixel lies, if the layer is neither scaled nor turned and lies on whole pixels."""
        left, top = self.x - width / 2, self.y - height / 2
        plain = (self.across, self.down, self.angle) == (1.0, 1.0, 0.0)
        return (int(left), int(top)) if plain and left.is_integer() and top.is_integer() else None

    def moved(self, x: float, y: float) -> "Placement":
        return self._replace(x=self.x + x, y=self.y + y)

    def turned(self, by: float) -> "Placement":
        """By degrees, clockwise, around its middle."""
        return self._replace(angle=_angle(self.angle + by))

    def flipped(self, *, down: bool) -> "Placement":
        """As it is seen, however it is turned: left becomes right, or with `down` top becomes bottom."""
        turned = self._replace(angle=_angle(-self.angle))
        return turned._replace(down=-self.down) if down else turned._replace(across=-self.across)

    def resized(
        self, across: float, down: float, hold: tuple[float, float] = (0.0, 0.0), size: tuple[int, int] = (0, 0)
    ) -> "Placement":
        """Other scales. `hold` stays where it is: -1 … 1 across and down, in a layer of `size` pixels."""
        across, down = _scale(across), _scale(down)
        cos, sin = self._turn()
        x = hold[0] * size[0] / 2 * (self.across - across)
        y = hold[1] * size[1] / 2 * (self.down - down)
        return self._replace(across=across, down=down, x=self.x + cos * x - sin * y, y=self.y + sin * x + cos * y)

    def _turn(self) -> tuple[float, float]:
        """Cosine and sine; whole ones for quarters of a turn, so that these lose nothing."""
        quarters = self.angle / 90
        if quarters.is_integer():
            return ((1.0, 0.0), (0.0, 1.0), (-1.0, 0.0), (0.0, -1.0))[int(quarters) % 4]
        return math.cos(math.radians(self.angle)), math.sin(math.radians(self.angle))


def of_corner(x: int, y: int, width: int, height: int) -> Placement:
    """Of a layer that lies there as it is."""
    return Placement(x + width / 2, y + height / 2)


def is_sound(numbers: tuple[float, ...]) -> bool:
    """Whether numbers out of a file can be a placement."""
    if len(numbers) != len(Placement._fields) or not all(map(math.isfinite, numbers)):
        return False
    return all(SMALLEST <= abs(scale) <= LARGEST for scale in numbers[2:4]) and max(map(abs, numbers[:2])) < 1e6


def _angle(degrees: float) -> float:
    """Within -180 … 180."""
    turned = math.fmod(degrees, 360)
    return turned - 360 if turned > 180 else turned + 360 if turned <= -180 else turned


def _scale(scale: float) -> float:
    return math.copysign(min(max(abs(scale), SMALLEST), LARGEST), scale)
