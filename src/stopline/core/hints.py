"""What a committed transaction may have made due."""

from enum import Enum


class Hint(Enum):
    """Never relied on: workers look by themselves, a hint only makes them look at once."""

    SUBMISSIONS = "submissions"
    DELIVERIES = "deliveries"
    CARRIERS = "carriers"
