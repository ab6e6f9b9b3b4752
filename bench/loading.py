"""A million opt-outs, put in through the import command as an operator would."""

import csv
import json
import subprocess
import sys
import time
from pathlib import Path

from bench.client import person

# Persons from here on are opted out; the load sends to lower numbers only.
FIRST_OPTED_OUT = 7_000_000


def load_opt_outs(data: Path, count: int) -> dict[str, float]:
    """Import `count` opt-outs of the first sender; the seconds it took."""
    credentials = json.loads((data / "credentials.json").read_text())
    sender = credentials["senders"][0]
    path = data.parent / "opt-outs.csv"
    with path.open("w", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(["from", "to", "status", "source"])
        for number in range(FIRST_OPTED_OUT, FIRST_OPTED_OUT + count):
            writer.writerow([sender, person(number), "optout", "Account"])
    command = [sys.executable, "-m", "stopline", "consent", "load", str(path)]
    started = time.perf_counter()
    subprocess.run([*command, "--data", str(data)], check=True, stdout=subprocess.DEVNULL)
    path.unlink()
    return {f"load of {count:,} opt-outs, s": time.perf_counter() - started}
