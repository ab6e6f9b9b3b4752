"""Which carrier takes a message.

A lane is a way to go: the name of a carrier alone, or of a route and of the carrier that is first
there, as `route/carrier`. It is chosen when a message is accepted and stays with it.
"""

# Smaller goes first. Each has queues of its own.
REPLY_PRIORITY = 0
SINGLE_PRIORITY = 3
BULK_PRIORITY = 5


def first_carrier(lane: str) -> str:
    """The carrier that a lane names."""
    return lane.rpartition("/")[2]
