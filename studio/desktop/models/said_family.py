"""What the user says that a model is: kept with the settings, and the engine looks at the model again."""

from msgspec.structs import replace

from studio import messages
from studio import settings as settings_file
from studio.descriptions import ModelInfo
from studio.desktop.workbench import WorkbenchSession
from studio.settings import NOTHING_SAID, Settings


def has_said(session: WorkbenchSession, model: ModelInfo) -> bool:
    return bool(session.settings.said_of_models.get(model.path, NOTHING_SAID).family)


def say_family(session: WorkbenchSession, model: ModelInfo, family: str) -> None:
    """One of `model.choices`, or '' to forget what was said; a UserError goes to `session.troubled`."""

    def work() -> Settings:
        before = settings_file.load().said_of_models.get(model.path, NOTHING_SAID)
        return settings_file.say_of_model(model.path, replace(before, family=family))

    def show(now: Settings) -> None:
        session.settings = now
        if client := session.client:
            client.send(messages.Refresh())

    session.worker.run(work, show, session.troubled.emit)
