"""From what was written to what a model is told: variants, wildcards and styles, in one place for every front.

Without torch, Qt and pydantic. The engine does it when a job begins, and when it is asked what a job would be.
"""
