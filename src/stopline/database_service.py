"""The settings of PostgreSQL, as its store takes them. Needs the extra stopline[postgres]."""

from stopline.config import Settings
from stopline.store.postgres import Connections
from stopline.store.postgres_connection import DatabaseAddress


def address_of(settings: Settings, url: str = "") -> DatabaseAddress:
    """Where the database of the settings is, or another one that is talked to in the same way."""
    return DatabaseAddress(
        url or settings.database_url,
        sslmode=settings.database_sslmode,
        root_certificate=settings.database_root_certificate,
        lock_ms=settings.database_lock_timeout_ms,
        statement_ms=settings.database_statement_timeout_ms,
    )


def connections_of(settings: Settings) -> Connections:
    """How many connections of each kind a process opens at most."""
    return Connections(
        consent=settings.database_consent_connections,
        write=settings.database_write_connections,
        read=settings.database_read_connections,
        gate=settings.database_gate_connections,
    )
