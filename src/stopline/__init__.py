"""Stopline: a self-hosted High Volume SMS server that keeps the promise of STOP."""

__version__ = "0.1.0"
