from tiny import tiny_models
from zoo import zoo

__all__ = ["tiny_models", "zoo"]
