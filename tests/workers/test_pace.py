"""A carrier that says "not now" is asked less, and not for ever."""

from stopline.workers.pace import Pace


class Clock:
    """Seconds that pass when told."""

    def __init__(self) -> None:
        self.now = 1_000.0

    def __call__(self) -> float:
        return self.now


class Carrier:
    """Takes `limit` messages a second, counted in tenths."""

    def __init__(self, pace: Pace, clock: Clock, limit: int) -> None:
        self.pace, self.clock, self.limit = pace, clock, limit

    def run(self, seconds: float, backlog: int = 500) -> tuple[int, int]:
        """Offer as much as the pace allows in steps of 50 ms: accepted and throttled messages."""
        accepted = throttled = 0
        room = 0.0
        for _ in range(round(seconds / 0.05)):
            self.clock.now += 0.05
            room = min(self.limit / 10, room + self.limit * 0.05)
            allowance = self.pace.allowance()
            offered = backlog if allowance is None else max(0, allowance)
            taken = min(offered, int(room))
            room -= taken
            self.pace.spend(offered)
            if offered:
                self.pace.note(taken, offered - taken)
            accepted += taken
            throttled += offered - taken
        return accepted, throttled


def test_it_finds_what_the_carrier_takes() -> None:
    """After a few seconds most of what is offered is taken, and most of the limit is used."""
    clock = Clock()
    pace = Pace(clock)
    carrier = Carrier(pace, clock, limit=100)
    carrier.run(10)
    accepted, throttled = carrier.run(30)
    assert accepted > 0.7 * 30 * 100
    assert throttled < accepted / 4


def test_it_follows_a_carrier_that_takes_more_again() -> None:
    """A limit that is lifted is noticed by itself."""
    clock = Clock()
    pace = Pace(clock)
    Carrier(pace, clock, limit=100).run(5)
    accepted, _ = Carrier(pace, clock, limit=10_000).run(60)
    assert accepted > 60 * 1_000


def test_a_single_refusal_slows_nobody() -> None:
    """ "Not now" for one message among many is about that message."""
    pace = Pace(Clock())
    pace.note(accepted=200, throttled=9)
    assert pace.allowance() is None


def test_an_idle_time_does_not_make_a_carrier_look_slow() -> None:
    """The rate after the first burst is what the burst showed, not an average over the night."""
    clock = Clock()
    pace = Pace(clock)
    clock.now += 36_000
    pace.note(accepted=400, throttled=100)
    clock.now += 1
    assert (pace.allowance() or 0) > 20
