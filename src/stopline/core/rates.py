"""How many segments a second may leave, counted so that every process on a database can share it.

One number is kept: the moment from which on the next segment is free to go. Each segment moves it
on by its part of a second; it may run ahead of the clock by a small burst and no further.
"""

from dataclasses import dataclass

# So much of a second's segments may go at once: carriers count over short spans as well.
BURST_SECONDS = 0.1
_MICROS = 1_000_000
# A text of ten segments may run ahead by all of them. What lies further ahead was written by a
# clock that was wrong, and is not waited for.
_MOST_AHEAD = 256


@dataclass(frozen=True, slots=True)
class Preset:
    """A usual limit by its name: segments a second, and who says so."""

    per_second: float
    source: str


PRESETS: dict[str, Preset] = {
    "long-code": Preset(1.0, "RingCentral: 60 a minute for a local number"),
    "toll-free": Preset(3.0, "RingCentral: 180 a minute; Twilio's default: 3 a second"),
    "short-code": Preset(100.0, "Twilio's default for a US short code: 100 a second"),
    "10dlc-top": Preset(75.0, "AT&T message classes A and B: 4,500 a minute for the campaign"),
    "10dlc-middle": Preset(40.0, "AT&T message classes C and D: 2,400 a minute"),
    "10dlc-low": Preset(4.0, "AT&T message classes E and F: 240 a minute"),
    "10dlc-low-volume": Preset(1.25, "AT&T message class T: 75 a minute"),
}


@dataclass(frozen=True, slots=True)
class Rate:
    """A limit. Times are epoch microseconds; `free_us` is what is kept, 0 at first."""

    per_second: float

    @property
    def _interval_us(self) -> float:
        return _MICROS / self.per_second

    @property
    def _burst(self) -> float:
        return max(1.0, self.per_second * BURST_SECONDS)

    def allowance(self, free_us: int, now_us: int) -> int:
        """How many segments may go now."""
        ahead = self._begin(free_us, now_us) - now_us
        return max(0, int(self._burst - ahead / self._interval_us + 1e-6))

    def spend(self, free_us: int, now_us: int, segments: int) -> int:
        """What is kept after so many segments went. The last text may take more than was left."""
        return self._begin(free_us, now_us) + round(segments * self._interval_us)

    def ready_us(self, free_us: int, now_us: int) -> int:
        """When the next segment may go."""
        slack = round((self._burst - 1) * self._interval_us)
        return max(now_us, self._begin(free_us, now_us) - slack)

    def _begin(self, free_us: int, now_us: int) -> int:
        most = now_us + round((self._burst + _MOST_AHEAD) * self._interval_us)
        return now_us if free_us > most else max(free_us, now_us)


def parse_rate(text: str) -> Rate:
    """A preset's name or segments a second. Raises ValueError."""
    if text in PRESETS:
        return Rate(PRESETS[text].per_second)
    per_second = float(text)
    if not 0.01 <= per_second <= 1_000_000:
        raise ValueError("between 0.01 and 1,000,000")
    return Rate(per_second)
