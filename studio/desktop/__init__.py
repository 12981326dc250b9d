"""The window: the only place where Qt is imported."""

from studio.desktop.shell.pyside_workaround import keep_constants

keep_constants()  # whoever uses anything in here emits signals and paints
