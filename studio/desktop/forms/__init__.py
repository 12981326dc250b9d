"""Forms: a task's parameters as editors, from the JSON Schema that came from the engine, both ways."""

from studio.desktop.forms.form import Form
from studio.desktop.forms.form_host import FormHost

__all__ = ["Form", "FormHost"]
