"""Which keys do what, and the dialog that changes it."""
