"""Getting models: from the hub, from addresses, from packages; resumed after anything, and hashed before first use."""

from studio.downloads._acquisition import Acquisition, Places, acquisition
from studio.downloads._fetch import DownloadProgress, clean_up, fetch
from studio.downloads._hub import Hub
from studio.downloads._known import KnownModel, PackagedWeights, known_models, matching
from studio.downloads._list import Download, DownloadList, DownloadState
from studio.downloads._listing import MAIN, FoundModel, plan, search
from studio.downloads._order import DownloadOrder, order_for
from studio.downloads._plan import DownloadPlan, RemoteFile
from studio.downloads._removal import Removal, removal, remove
from studio.downloads._web import Stop, Web

__all__ = [
    "MAIN",
    "Acquisition",
    "Download",
    "DownloadList",
    "DownloadOrder",
    "DownloadPlan",
    "DownloadProgress",
    "DownloadState",
    "FoundModel",
    "Hub",
    "KnownModel",
    "PackagedWeights",
    "Places",
    "RemoteFile",
    "Removal",
    "Stop",
    "Web",
    "acquisition",
    "clean_up",
    "fetch",
    "known_models",
    "matching",
    "order_for",
    "plan",
    "removal",
    "remove",
    "search",
]  # fmt: skip
