"""Backend: what the routes work with, built once by the composition root."""

from dataclasses import dataclass, field
from pathlib import Path

from starlette.requests import Request

from studio import files
from studio.library import Library
from studio.server.attachment import Attachment
from studio.server.attempts import Attempts
from studio.server.body import BodyReader
from studio.server.job_service import JobService
from studio.server.picture_links import PictureLinks
from studio.server.remote import RemoteSessions
from studio.server.uploads import Uploads

SCOPE = "studio.backend"
"""Where a request has it."""


@dataclass(frozen=True)
class Backend:
    """Jobs, pictures that came and pictures that were made."""

    jobs: JobService
    uploads: Uploads
    library: Library
    private: tuple[Path, ...] = ()
    """Folders whose names no answer tells."""
    links: PictureLinks = field(default_factory=PictureLinks)
    attempts: Attempts = field(default_factory=Attempts)
    fronts: dict[str, Attachment] = field(default_factory=dict)
    """The windows and command lines of this machine that use this engine."""
    remotes: RemoteSessions = field(init=False)
    """Those of other machines."""
    bodies: BodyReader = field(default_factory=BodyReader)

    def __post_init__(self) -> None:
        spool = self.uploads.folder.with_name("fronts")
        object.__setattr__(self, "remotes", RemoteSessions(self.jobs, self.uploads, spool, self.redacted))

    def redacted(self, text: str) -> str:
        """A sentence without the folders of this machine."""
        for folder in sorted({*self.private, files.home()}, key=lambda path: -len(str(path))):
            if len(folder.parts) > 1:
                text = text.replace(f"{folder}/", "").replace(str(folder), folder.name)
        return text


def backend_of(request: Request) -> Backend:
    """The Backend that `app.build` was given."""
    backend: Backend = request.scope[SCOPE]
    return backend
