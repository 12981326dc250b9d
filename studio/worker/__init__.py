"""An engine for a scheduler that is not ours: with a home of its own, pictures that come and go as bytes."""

from studio.worker.folder import make_folder
from studio.worker.home import make_home
from studio.worker.host import EngineHost
from studio.worker.parcel import GivenPictures, MadePicture, pack, take_made, unpack

__all__ = ["EngineHost", "GivenPictures", "MadePicture", "make_folder", "make_home", "pack", "take_made", "unpack"]
