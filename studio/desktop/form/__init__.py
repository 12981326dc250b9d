"""Forms: a task's parameters as editors, from the JSON Schema that came from the engine, both ways."""

from studio.desktop.form.desk import Desk
from studio.desktop.form.form import Form

__all__ = ["Desk", "Form"]
