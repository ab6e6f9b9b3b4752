"""Loops that do the work that is due."""
