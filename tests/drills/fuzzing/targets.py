"""All targets, by name."""

from fuzzing import models, pictures, records, served, strangers

QUICK = (*pictures.TARGETS, *records.TARGETS, *strangers.TARGETS, *served.TARGETS, *models.READERS)
TARGETS = {target.name: target for target in (*QUICK, *models.LOADERS)}
