"""Where tests keep their files."""

import shutil
from pathlib import Path

_MEMORY = Path("/dev/shm")
_ROOM_BYTES = 4 << 30


def memory_or_disk() -> Path:
    """In memory where there is room for it: a killed process leaves what it gave to the kernel
    either way, and what a disk adds is waiting. Power cuts have tests of their own."""
    if _MEMORY.is_dir() and shutil.disk_usage(_MEMORY).free > _ROOM_BYTES:
        return _MEMORY
    return Path("/tmp")
