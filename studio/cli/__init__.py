"""The command line: run, plugins, models, library, doctor, and the commands that plugins add."""
