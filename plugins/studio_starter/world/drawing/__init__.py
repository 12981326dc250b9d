"""How each object of the world is drawn, and what can be worn."""

from studio_starter.world.drawing.accessory import ACCESSORIES
from studio_starter.world.drawing.animal import ANIMALS
from studio_starter.world.drawing.building import BUILDINGS
from studio_starter.world.drawing.creature import CREATURES
from studio_starter.world.drawing.food import FOOD
from studio_starter.world.drawing.household import FURNITURE, INSTRUMENTS, THINGS
from studio_starter.world.drawing.outlined import OUTLINED
from studio_starter.world.drawing.plant import PLANTS
from studio_starter.world.drawing.sign import SKY, SYMBOLS
from studio_starter.world.drawing.vehicle import VEHICLES
from studio_starter.world.pen import Draw

__all__ = ["ACCESSORIES", "DRAWINGS", "GROW", "WEARERS"]

DRAWINGS: dict[str, Draw] = {
    **OUTLINED, **ANIMALS, **CREATURES, **PLANTS, **BUILDINGS, **VEHICLES, **FOOD, **FURNITURE, **INSTRUMENTS, **THINGS,
    **SKY, **SYMBOLS,
}  # fmt: skip
WEARERS = frozenset({"cat", *ANIMALS, "robot"})
"""Objects that can wear something: their drawings say where."""
GROW = {name: 1.0 if name in OUTLINED else 1.1 for name in DRAWINGS}
"""All but the outlined ones leave more room around themselves."""
