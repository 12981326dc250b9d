"""The large world: 56 objects in twelve colours, six styles, six backgrounds; dressed, placed, in pairs."""
