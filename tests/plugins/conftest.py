from tiny import tiny_models

__all__ = ["tiny_models"]
