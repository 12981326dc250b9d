"""Variation: pictures made from pictures, in CLIP's image space."""
