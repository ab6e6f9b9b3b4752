"""Whoever takes messages out and gives messages and receipts in."""
