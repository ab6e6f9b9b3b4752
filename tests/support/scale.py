"""How much a heavy test does: STOPLINE_SCALE=1 is what CI runs, 10 the whole figures."""

import os

SCALE = float(os.environ.get("STOPLINE_SCALE", "1"))
FULL = 10


def figure(ci: int, full: int) -> int:
    """So many runs: `ci` times the scale, at least one and at most `full`."""
    return max(1, min(full, round(ci * SCALE)))
