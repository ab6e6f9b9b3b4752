"""Stopline's own HTTP routes."""
