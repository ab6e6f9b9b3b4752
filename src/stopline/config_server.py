"""Settings of where a process runs and what it does there."""

import ipaddress
from pathlib import Path
from typing import Annotated, Literal

from stopline.config_database import DatabaseSettings
from stopline.config_watching import doc

ServerRole = Literal["api", "workers", "console"]
ALL_ROLES: frozenset[ServerRole] = frozenset({"api", "workers", "console"})


class ServerSettings(DatabaseSettings, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The first part of `Settings`."""

    # -- where it runs ---------------------------------------------------------------------
    host: Annotated[
        str,
        doc(
            "server",
            "Address to listen on. Loopback by default, so that nothing is exposed by accident; "
            "webhooks to loopback are allowed only while this is loopback.",
            min_length=1,
        ),
    ] = "127.0.0.1"
    port: Annotated[
        int,
        doc("server", "TCP port to listen on; 0 takes a free one.", ge=0, le=65535),
    ] = 8080
    data: Annotated[
        Path,
        doc(
            "server",
            "Directory of everything Stopline keeps: database, keys, lock file, control socket. "
            "One server at a time uses it.",
        ),
    ] = Path("stopline-data")
    only: Annotated[
        tuple[ServerRole, ...],
        doc(
            "server",
            "What this process does, of api (applications' calls and WebSockets), workers "
            "(carriers, webhooks, upkeep) and console. Any number of processes may do each, on one "
            "PostgreSQL; with SQLite one process does everything. Empty: everything. Health is "
            "served by all.",
        ),
    ] = ()
    public_url: Annotated[
        str,
        doc(
            "server",
            "Address under which clients reach Stopline; every link in an answer is built from "
            "it, never from the Host header. Empty: made from host and port.",
        ),
    ] = ""
    trusted_proxies: Annotated[
        tuple[str, ...],
        doc(
            "server",
            "Addresses or networks of proxies whose X-Forwarded-For and X-Forwarded-Proto are "
            "believed. From anybody else these headers are ignored.",
        ),
    ] = ()
    tls_certificate: Annotated[
        Path | None,
        doc(
            "server",
            "PEM file with the certificate chain; set together with tls_key to serve HTTPS "
            "without a proxy.",
        ),
    ] = None
    tls_key: Annotated[
        Path | None, doc("server", "PEM file with the private key of tls_certificate.")
    ] = None
    connection_limit: Annotated[
        int,
        doc(
            "server",
            "HTTP connections open at once; one more is answered 503. Bounds memory and file "
            "descriptors.",
            "connections",
            ge=1,
            le=100_000,
        ),
    ] = 2_000

    # -- derived ---------------------------------------------------------------------------
    @property
    def roles(self) -> frozenset[ServerRole]:
        """What this process does."""
        return frozenset(self.only) or ALL_ROLES

    @property
    def base_url(self) -> str:
        """The server's address for links, without a slash at the end."""
        if self.public_url:
            return self.public_url.rstrip("/")
        scheme = "https" if self.tls_certificate else "http"
        host = f"[{self.host}]" if ":" in self.host else self.host
        return f"{scheme}://{host}:{self.port}"

    @property
    def is_loopback(self) -> bool:
        """Whether only this machine can reach the server."""
        return is_loopback_host(self.host)


def is_loopback_host(host: str) -> bool:
    """Whether a listening address is reachable from this machine alone."""
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False
