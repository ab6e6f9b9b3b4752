"""Carriers over HTTP: kept connections, callbacks, and what providers have in common."""
