"""How much a heavy test does: STOPLINE_SCALE=1 is what CI runs, `full` the whole figures."""

import os

SCALE = os.environ.get("STOPLINE_SCALE", "1")
IS_FULL = SCALE == "full"


def figure(ci: int, full: int) -> int:
    """So many runs: `ci` times the scale, at most `full`, which is what `make prove` asks for."""
    return full if IS_FULL else max(1, min(full, round(ci * float(SCALE))))
