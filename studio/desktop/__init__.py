"""The window: the only place where Qt is imported."""

from studio.desktop.shell.pyside_workaround import keep_constants, read_no_sources

keep_constants()  # whoever uses anything in here emits signals and paints
read_no_sources()
