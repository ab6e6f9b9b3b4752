"""`make bench-peers`: Stopline and Kannel in one session, against the same message centres.

Figures of different sessions on a shared machine say little: compare within this one. Kannel
stores nothing and asks nobody's consent; Stopline commits every message, answer, receipt and STOP.
"""

import argparse
import json
import tempfile
from pathlib import Path

from bench import kannel
from bench.centre import run_centre
from bench.smpp import Row, print_rows, run_stopline

Rows = dict[str, dict[str, Row]]


def run(centre_script: Path | None, messages: int, window: int) -> Rows:
    """Both against one kind of message centre, each with a centre of its own."""
    found: Rows = {}
    with run_centre(centre_script) as centre:
        found["Stopline"] = run_stopline(centre, messages, window)
    with (
        tempfile.TemporaryDirectory(prefix="kannel-bench-") as folder,
        run_centre(centre_script) as centre,
    ):
        found["Kannel"] = kannel.run_rows(Path(folder), centre, messages, window)
    return found


def main() -> None:
    """Run against each centre, print, write JSON."""
    parser = argparse.ArgumentParser(prog="python -m bench.peers", description=__doc__)
    parser.add_argument("--messages", type=int, default=20_000)
    parser.add_argument("--window", type=int, default=100)
    parser.add_argument(
        "--centre", type=Path, action="append", default=[], help="another message centre's script"
    )
    parser.add_argument("--json", type=Path, default=Path("bench/peers.json"))
    chosen = parser.parse_args()
    if not kannel.is_installed():
        parser.exit(2, "Kannel is not installed: apt-get install kannel, or make bench-peers\n")
    sessions: dict[str, Rows] = {}
    for script in (None, *chosen.centre):
        name = script.name if script else "own message centre"
        sessions[name] = run(script, chosen.messages, chosen.window)
        for peer, rows in sessions[name].items():
            print(f"\n{peer}, {name}")
            print_rows(rows)
    chosen.json.write_text(json.dumps(sessions, indent=2) + "\n")


if __name__ == "__main__":
    main()
