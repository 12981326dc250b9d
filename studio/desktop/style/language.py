"""Language: the words of the window in English or 中文, translated with Qt Linguist."""

from PySide6.QtCore import QCoreApplication, QLibraryInfo, QLocale, QTranslator

from studio import resource
from studio.desktop.style import sentence

SYSTEM = "auto"
NAMES = {"en": "English", "zh": "中文"}


def chosen(language: str) -> str:
    """`en` or `zh`; for `auto`, the first language of the system that the window speaks."""
    if language in NAMES:
        return language
    spoken = (tag.partition("-")[0].lower() for tag in QLocale.system().uiLanguages())
    return next((tag for tag in spoken if tag in NAMES), "en")


def apply(app: QCoreApplication, language: str) -> None:
    """Widgets that are made from now on speak it. Raises nothing: a missing file leaves the words English."""
    for old in app.findChildren(QTranslator):
        app.removeTranslator(old)
        old.deleteLater()
    code = chosen(language)
    sentence.use(code)
    if code == "en":
        return
    folders = (str(resource.folder() / "translations"), QLibraryInfo.path(QLibraryInfo.LibraryPath.TranslationsPath))
    for name, folder in zip((f"studio_{code}", f"qtbase_{code}"), folders, strict=True):
        translator = QTranslator(app)
        # Qt has its own words (dialogs, menus of text fields) as qtbase_zh_CN
        if translator.load(name, folder) or translator.load(f"{name}_CN", folder):
            app.installTranslator(translator)
