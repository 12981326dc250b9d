"""What the window offers beyond its frame. Each feature is a file or folder with `install(workbench)`.

A new one is written beside the others and named in FEATURES; no other file of the window changes.
"""

from collections.abc import Callable

from studio.desktop.features import (
    blank_canvas,
    blend,
    canvas_drop,
    canvas_form_sync,
    document_status,
    documents,
    earlier_documents,
    engine_status,
    engines,
    examples,
    form_undo,
    inspector,
    layers,
    live,
    memory_panel,
    notifier,
    onboarding,
    picture_input,
    picture_notes,
    plan_line,
    playback,
    queue_panel,
    quick_settings,
    recipe,
    status_text,
    styles,
    sweep,
    unheeded_cancel,
    variations,
    view_guides,
)
from studio.desktop.library import exporter, importer, trash
from studio.desktop.models import model_import, models_dialog
from studio.desktop.workbench import Workbench

FEATURES: tuple[Callable[[Workbench], None], ...] = (
    form_undo.install,
    canvas_form_sync.install,
    sweep.install,
    blend.install,
    quick_settings.install,
    examples.install,
    canvas_drop.install,
    variations.install,
    playback.install,
    onboarding.install,
    picture_input.install,
    recipe.install,
    picture_notes.install,
    queue_panel.install,
    layers.install,
    blank_canvas.install,
    view_guides.install,
    inspector.install,
    memory_panel.install,
    live.install,
    importer.install,
    notifier.install,
    exporter.install,
    trash.install,
    models_dialog.install,
    model_import.install,
    engine_status.install,
    engines.install,
    unheeded_cancel.install,
    documents.install,
    document_status.install,
    earlier_documents.install,
    status_text.install,
    plan_line.install,
    styles.install,
)
"""In this order their panels, their buttons and their entries of menus stand beside each other."""
