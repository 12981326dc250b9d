"""The window: the only place where Qt is imported."""

from studio.desktop.reference import keep_true

keep_true()  # whoever uses anything in here emits signals
