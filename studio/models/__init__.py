"""Everything about weights: the catalogue of models, detection, loaders, the memory manager, devices."""
