"""Measurements of a real server, side by side in one session: `python -m bench`."""
