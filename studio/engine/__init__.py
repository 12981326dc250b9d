"""The engine process: runs jobs one after the other, and saves what they make."""
