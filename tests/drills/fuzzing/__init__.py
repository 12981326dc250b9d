"""Mutated bytes against everything that reads what comes from outside: each input is read, or refused by a sentence.

An input that ends in anything else, takes too long or too much memory is a find. `fuzz.py` beside this folder runs as
many as it is told; the finds of the past lie in tests/data/hostile, one folder for each target.
"""
