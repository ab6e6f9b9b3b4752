"""What all processes of an installation have to agree on, by name."""

from stopline.core.errors import StoreUnavailable
from stopline.store.database import Database

# How this program keeps the gate. A process that keeps it in another way neither sends nor stores
# a denial: locks of two kinds do not see each other.
GATE_PROTOCOL = 1
_PROTOCOL = "gate_protocol"
_BEHIND = "behind_journal:"


class Installation:
    """Statements on a small table of numbers, for a process that keeps the gate by `protocol`."""

    def __init__(self, database: Database, protocol: int = GATE_PROTOCOL) -> None:
        self._db = database
        self._protocol = protocol

    def get(self, name: str) -> int | None:
        """The number, if it was ever written."""
        row = self._db.first("read_installation", name=name)
        return int(row[0]) if row else None

    def put(self, name: str, value: int) -> None:
        """Write it."""
        self._db.run("put_installation", name=name, value=value)

    def drop(self, name: str) -> None:
        """Forget it."""
        self._db.run("delete_installation", name=name)

    @property
    def protocol(self) -> int:
        """How the gate is kept here; 0 when nobody ever said."""
        return self.get(_PROTOCOL) or 0

    @protocol.setter
    def protocol(self, protocol: int) -> None:
        self.put(_PROTOCOL, protocol)

    def note_behind(self, journal: str, *, behind: bool) -> None:
        """Whether the store lacks what this journal holds: until then nothing is sent."""
        if behind:
            self.put(_BEHIND + journal, 1)
        else:
            self.drop(_BEHIND + journal)

    def why_shut(self) -> str | None:
        """Why this process may not send; None when it may."""
        conditions = {row[0]: row[1] for row in self._db.all("list_gate_conditions")}
        kept = conditions.pop(_PROTOCOL, 0)
        if kept != self._protocol:
            return (
                f"this installation keeps its gate by protocol {kept or 'unknown'}, this program "
                f"by {self._protocol}: run the version that the others run"
            )
        if conditions:
            return "the store is older than its consent journal: run stopline journal replay"
        return None

    def require_open(self) -> None:
        """Raises StoreUnavailable when this process may not send."""
        if (reason := self.why_shut()) is not None:
            raise StoreUnavailable(reason)

    def require_protocol(self) -> None:
        """Raises StoreUnavailable when this process may not deny."""
        if self.protocol != self._protocol:
            raise StoreUnavailable(self.why_shut() or "")
