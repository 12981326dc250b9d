"""Pickled weights become .safetensors: in a process of their own with limits, only when the user asks for it."""

from studio.conversion._convert import PICKLES, Converted, can_convert, convert

__all__ = ["PICKLES", "Converted", "can_convert", "convert"]
