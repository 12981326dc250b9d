"""The canvas: pictures in layers, looked at, masked, compared and put together."""
