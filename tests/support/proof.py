"""What the tests of the guarantee counted, for people and for the report of `make prove`."""

import json
import os
from pathlib import Path


def record(fault: str, runs: int, **counts: float) -> None:
    """Print a line of figures, and keep it when STOPLINE_PROOF names a file to add it to."""
    figures = ", ".join(f"{name} {value:,}" for name, value in counts.items())
    print(f"\n{fault}: {runs:,} runs, {figures}")
    if path := os.environ.get("STOPLINE_PROOF"):
        # Pytest's own words: "tests/guarantee/test_kill.py::test_name[case] (call)".
        test = os.environ.get("PYTEST_CURRENT_TEST", "").rpartition(" ")[0]
        with Path(path).open("a") as file:
            file.write(json.dumps({"test": test, "fault": fault, "runs": runs, **counts}) + "\n")
