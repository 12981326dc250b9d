"""The welcome: what an empty canvas says, and to whoever has made no picture yet, three things to try."""
