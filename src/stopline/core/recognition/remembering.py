"""How many words what is known of them is kept for."""

from typing import Final

# Real traffic uses some ten thousand; hostile traffic must not fill the memory.
MAX_REMEMBERED: Final = 16_384
