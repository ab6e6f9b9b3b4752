"""Operations that erase a person."""

from stopline.control.access import Arguments
from stopline.control.operations import Operation
from stopline.core.ledger import Channel
from stopline.flows.administration import find_account
from stopline.flows.consent import Author
from stopline.flows.erasure import ErasedSlice, erase_person
from stopline.store.priority import Priority, runs_as
from stopline.store.tx import Tx


class Erasure(Arguments):
    """What one bucket holds of a person (E.164) for an account."""

    account_id: int
    recipient: str
    bucket: int
    actor: str


@runs_as(Priority.SETTLE)
def erase(tx: Tx, asked: Erasure) -> ErasedSlice:
    """One slice. Raises NotFound for the account."""
    find_account(tx, asked.account_id)
    author = Author(asked.account_id, Channel.COMMAND, asked.actor)
    return erase_person(tx, author, asked.bucket, asked.recipient)


OPERATIONS = (Operation("erasure.erase", Erasure, erase),)
