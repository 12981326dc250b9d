"""The large world: half a hundred objects in twelve colours, six styles and six backgrounds, dressed, placed, in pairs."""
