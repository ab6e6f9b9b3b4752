"""All operations together."""

from stopline.control import (
    access,
    carriers,
    consent,
    erasure,
    installation,
    ledger,
    reviews,
    transfers,
)
from stopline.control.operations import Operations, collect

OPERATIONS: Operations = collect(
    access.OPERATIONS,
    carriers.OPERATIONS,
    consent.OPERATIONS,
    erasure.OPERATIONS,
    installation.OPERATIONS,
    ledger.OPERATIONS,
    reviews.OPERATIONS,
    transfers.OPERATIONS,
)
