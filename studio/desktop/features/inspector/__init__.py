"""The inspector: what happened inside a job, stage by stage."""
