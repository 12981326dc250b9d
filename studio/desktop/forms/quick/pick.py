"""Which few fields of a form stand at the picture, by what its task declares them to be."""

from typing import NamedTuple

from studio.form import FormField, TaskForm
from studio.role import Role

MOST_TEXTS, MOST_NUMBERS = 2, 3
TEXTS = (Role.BEFORE, Role.PROMPT)
NUMBERS = (Role.DISTANCE, Role.STRENGTH, Role.SCALE, Role.COUNT)
"""How much before how many."""


class QuickFields(NamedTuple):
    texts: tuple[FormField, ...] = ()
    """What is to be written: all that must be, else the prompt that may be."""
    numbers: tuple[FormField, ...] = ()
    image: str = ""
    """The picture that the task begins from; '' where there is none."""
    negative: FormField | None = None
    """What the picture shall not show, where there is a text for what it shall."""

    @property
    def names(self) -> frozenset[str]:
        """Of all that is edited at the picture."""
        fields = (*self.texts, *self.numbers, *([self.negative] if self.negative else []))
        return frozenset(field.name for field in fields)


def pick(form: TaskForm) -> QuickFields:
    """Of what a form shows at once: settings that are advanced, or belong to a group, are not among the few."""
    plain = [field for field in form.fields if not field.advanced and not field.group]
    written = [field for field in plain if field.role in TEXTS and field.kind == "text"]
    needed = [field for field in written if field.required]
    texts = needed[:MOST_TEXTS] or [field for field in written if field.role is Role.PROMPT][:1]
    numbers = [field for role in NUMBERS for field in plain if field.role is role]
    source = form.role(Role.SOURCE)
    image = source.name if source and source.required else ""
    without = (field for field in plain if field.role is Role.NEGATIVE and field.kind == "text")
    return QuickFields(tuple(texts), tuple(numbers[:MOST_NUMBERS]), image, next(without, None) if texts else None)
