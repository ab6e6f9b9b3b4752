"""One process at a time owns a data directory."""

import os
import subprocess
import sys

import pytest

from stopline.lockfile import DirectoryInUse, DirectoryLock

HOLDER = """
import sys, pathlib
from stopline.lockfile import DirectoryLock
DirectoryLock(pathlib.Path(sys.argv[1])).acquire()
print("held", flush=True)
sys.stdin.read()
"""


def test_a_second_owner_is_refused_with_pid_and_remedy(tmp_path):
    """The message names the other process and what to do."""
    with DirectoryLock(tmp_path), pytest.raises(DirectoryInUse) as refused:
        DirectoryLock(tmp_path).acquire()
    assert str(os.getpid()) in str(refused.value)
    assert "--data" in str(refused.value)


def test_a_released_directory_is_free(tmp_path):
    """After release another owner may take it."""
    with DirectoryLock(tmp_path):
        pass
    with DirectoryLock(tmp_path):
        pass


def test_the_lock_dies_with_its_process(tmp_path):
    """kill -9 leaves no stale lock behind."""
    command = [sys.executable, "-c", HOLDER, str(tmp_path)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as holder:
        assert holder.stdout.readline() == b"held\n"
        with pytest.raises(DirectoryInUse, match=str(holder.pid)):
            DirectoryLock(tmp_path).acquire()
        holder.kill()
        holder.wait()
    DirectoryLock(tmp_path).acquire()
