"""Settings of the connections to PostgreSQL."""

from pathlib import Path
from typing import Annotated, Literal

from stopline.config_watching import WatchingSettings, doc

SslMode = Literal["disable", "allow", "prefer", "require", "verify-ca", "verify-full"]
# PostgreSQL takes 100 from all clients together, unless it was told otherwise.
_MOST = 100


class DatabaseSettings(WatchingSettings, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A part of `Settings`."""

    database_url: Annotated[
        str,
        doc(
            "database",
            "PostgreSQL to keep everything in, as postgresql://user:password@host/name; then any "
            "number of servers may run on it, each with its own data directory holding the same "
            "keys. Further options as PostgreSQL's own clients take them. Empty: SQLite in the "
            "data directory, one server. Needs the extra stopline[postgres].",
            secret=True,
        ),
    ] = ""
    database_sslmode: Annotated[
        SslMode | None,
        doc(
            "database",
            "TLS to PostgreSQL. Take verify-full for one on another machine: require encrypts and "
            "believes whoever answers, and prefer goes on without TLS where the server has none. "
            "Unset: what database_url says, else prefer.",
        ),
    ] = None
    database_root_certificate: Annotated[
        Path | None,
        doc(
            "database",
            "PEM file with the certificates that may have signed PostgreSQL's, for verify-ca and "
            "verify-full. Unset: ~/.postgresql/root.crt, as PostgreSQL's own clients do.",
        ),
    ] = None
    database_consent_connections: Annotated[
        int,
        doc(
            "database",
            "Connections for changes of consent alone, so that no list, batch or slow disk of "
            "others keeps a STOP waiting for one.",
            "connections",
            ge=1,
            le=_MOST,
        ),
    ] = 3
    database_write_connections: Annotated[
        int,
        doc(
            "database",
            "Connections for everything else that writes. More of them than the database has "
            "processors wait for each other there instead of here.",
            "connections",
            ge=1,
            le=_MOST,
        ),
    ] = 5
    database_read_connections: Annotated[
        int,
        doc(
            "database",
            "Connections for lists and looks, each in a snapshot of its own.",
            "connections",
            ge=1,
            le=_MOST,
        ),
    ] = 4
    database_gate_connections: Annotated[
        int,
        doc(
            "database",
            "Connections for hand-overs: one for each carrier that sends at the same time. Only "
            "processes with the role workers open them.",
            "connections",
            ge=1,
            le=_MOST,
        ),
    ] = 4
    database_lock_timeout_ms: Annotated[
        int,
        doc(
            "database",
            "How long a transaction waits for a lock. A STOP that waits longer is answered not now "
            "and comes again; carriers give up after about 8 s, so it stays well below.",
            "milliseconds",
            ge=100,
            le=6_000,
        ),
    ] = 2_000
    database_statement_timeout_ms: Annotated[
        int,
        doc(
            "database",
            "How long one statement may take. Each of ours goes over an index and takes "
            "milliseconds; what takes seconds holds others up.",
            "milliseconds",
            ge=1_000,
            le=600_000,
        ),
    ] = 10_000
