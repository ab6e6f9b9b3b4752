"""Misbehaviour on demand, for tests: what a carrier does on a bad day."""

from enum import Enum


class Fault(Enum):
    """What can be asked for; `amount` of the request is given in the unit named here."""

    CUT = "cut"
    """Close Stopline's connection now."""
    CUT_AFTER = "cut_after"
    """Close it after so many more submissions were taken, without answering the last group."""
    PAUSE_READING = "pause_reading"
    """Read nothing for so many milliseconds."""
    HOLD_ANSWERS = "hold_answers"
    """Take submissions but answer them only after so many milliseconds."""
