"""The garbage collector of Python, for a process that starts once and then moves messages."""

import gc

# Objects made before the young ones are looked through: a group of messages makes some thousands,
# and nearly all of them are gone by themselves when the group is.
YOUNG = 50_000
# Collections of one age before the next age is looked through as well.
MIDDLE = 20
OLD = 50


def spare_collector() -> None:
    """Call it once everything has started. What is there then stays, so it is not looked through
    again: with the default settings full collections stopped every thread for 60 to 100 ms while
    messages moved, STOPs among them."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(YOUNG, MIDDLE, OLD)
