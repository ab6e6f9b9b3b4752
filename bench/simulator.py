"""How many messages a second the simulated carrier takes: `python -m bench.simulator`."""

import asyncio
import json
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from pathlib import Path

import uvloop

from stopline.carriers.protocol import NotWritten
from stopline.carriers.simulated import SimulatedCarrier
from stopline.carriers.simulator.embedded import EmbeddedSimulator
from stopline.carriers.simulator.world import SimulatorSettings
from stopline.core.carriage import Inbound, Receipt, Submission, SubmitAnswer

TEXT = "Your order has shipped. Reply STOP to block texts from this number."


class Counting:
    """Acknowledges everything at once and counts it."""

    def __init__(self, expected: int) -> None:
        self._expected = expected
        self.all_received = asyncio.Event()
        self.answered = 0
        self.received = 0

    async def answers(self, carrier: str, answers: Sequence[SubmitAnswer]) -> None:
        self.answered += len(answers)

    async def receipts(
        self, receipts: Sequence[Receipt], acknowledge: Callable[[Sequence[bool]], None]
    ) -> None:
        self.received += len(receipts)
        if self.received >= self._expected:
            self.all_received.set()
        acknowledge([True] * len(receipts))

    async def inbounds(
        self, inbounds: Sequence[Inbound], acknowledge: Callable[[Sequence[bool]], None]
    ) -> None:
        acknowledge([True] * len(inbounds))

    async def disconnected(self, carrier: str, session: object = None, lost: object = None) -> None:
        pass


async def measure(count: int, path: Path) -> dict[str, float]:
    simulator = EmbeddedSimulator(path, SimulatorSettings())
    simulator.start()
    events = Counting(round(count * 0.99))
    carrier = SimulatedCarrier(simulator.connect)
    await carrier.start(events)
    began = time.perf_counter()
    processor = time.process_time()
    at = 0
    while at < count:
        room = min(await carrier.ready(), 256, count - at)
        group = [
            Submission(at + n, 1, "+12055550100", f"+1206{(at + n) % 9_000_000 + 2_000_000}", TEXT)
            for n in range(room)
        ]
        try:
            await carrier.write(group, 200)
            at += room
        except NotWritten:
            await asyncio.sleep(0.001)
    await events.all_received.wait()
    seconds = time.perf_counter() - began
    result = {
        "messages_per_second": round(count / seconds),
        "processor_us_per_message": round((time.process_time() - processor) / count * 1e6, 1),
    }
    await carrier.stop(1_000)
    simulator.stop()
    return result


def main() -> None:
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 200_000
    with tempfile.TemporaryDirectory() as directory:
        path = Path(directory) / "journal.jsonl"
        result = uvloop.run(measure(count, path))
        result["journal_bytes_per_message"] = round(path.stat().st_size / count)
    print(json.dumps(result, indent=2))


if __name__ == "__main__":
    main()
