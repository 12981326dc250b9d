"""The frame of the window: docks, notices, status, state that is kept between two starts."""
