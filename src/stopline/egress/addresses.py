"""Where Stopline may connect to when somebody else chose the address.

A webhook's address comes from an API client, so without a rule Stopline would fetch from the
operator's own network on a stranger's behalf. Two looks are taken: at the URL when it is given,
and at the numeric address of every single connection. Only the second one decides, as a name may
resolve to something else each time it is asked for.
"""

from dataclasses import dataclass
from enum import Enum
from functools import lru_cache
from ipaddress import (
    IPv4Address,
    IPv4Network,
    IPv6Address,
    IPv6Network,
    ip_address,
    ip_network,
)

from yarl import URL

Address = IPv4Address | IPv6Address
Network = IPv4Network | IPv6Network

PUBLIC_PORTS = frozenset({443, 8443})  # of RingCentral's webhooks; others are rarely web servers
URL_LIMIT = 2_048  # characters; what browsers and proxies take at least

# Read once for each of an endpoint's many requests; a URL takes some hundred bytes.
_TARGETS_KEPT = 4_096

# Cloud metadata services hand out credentials to whoever asks. Refused even inside a network
# that the operator trusts as a whole.
METADATA_ADDRESSES = frozenset(
    ip_address(text) for text in ("169.254.169.254", "fd00:ec2::254", "100.100.100.200")
)

# IANA gives out public IPv6 addresses only from here, so ::/96, NAT64's 64:ff9b::/96, unique
# local, link-local, site-local and multicast addresses all lie outside.
GLOBAL_UNICAST = IPv6Network("2000::/3")

# Inside the public ranges, but not a host of its own: each carries or relays another address, or
# is reserved. `is_global` of the standard library does not refuse them all.
NOT_PUBLIC: tuple[Network, ...] = (
    IPv4Network("192.88.99.0/24"),  # 6to4 relays
    IPv4Network("224.0.0.0/4"),  # multicast
    IPv6Network("2001::/23"),  # Teredo 2001::/32, benchmarking, ORCHID
    IPv6Network("2001:db8::/32"),  # documentation
    IPv6Network("2002::/16"),  # 6to4
    IPv6Network("3fff::/20"),  # documentation
)


class Reach(Enum):
    """How far a request may go."""

    PUBLIC = "public"
    TRUSTED = "trusted"


class InvalidTarget(ValueError):
    """The URL can never be a target: its scheme, form or length."""


@dataclass(frozen=True, slots=True)
class Target:
    """A URL that may be asked, and how far its connections may go."""

    url: URL
    reach: Reach


@dataclass(frozen=True, slots=True)
class AddressPolicy:
    """Which addresses may be connected to.

    `allow_loopback` is for a Stopline that is itself bound to loopback, where everything on the
    machine can reach everything else anyhow. `trusted_networks` are the operator's own: there,
    and on loopback when allowed, plain HTTP and any port may be used.
    """

    allow_loopback: bool = False
    trusted_networks: tuple[Network, ...] = ()

    def permits(self, address: str, reach: Reach) -> bool:
        """Whether a connection to this numeric address may be opened."""
        parsed = _parse_address(address)
        if parsed is None or parsed in METADATA_ADDRESSES:
            return False
        if self._is_trusted(parsed):
            return True
        return reach is Reach.PUBLIC and is_public(parsed)

    def _is_trusted(self, address: Address) -> bool:
        if address.is_loopback:
            return self.allow_loopback
        return any(
            address in network
            for network in self.trusted_networks
            if network.version == address.version
        )


@lru_cache(maxsize=_TARGETS_KEPT)
def parse_target(text: str) -> Target:
    """A URL as a target. HTTPS on a public port may go anywhere public, the rest only to
    trusted addresses. Raises InvalidTarget."""
    if len(text) > URL_LIMIT or not text.isascii() or any(c <= " " or c == "\\" for c in text):
        raise InvalidTarget("not a plain URL")
    try:
        url = URL(text)
        port = url.port
    except ValueError:
        raise InvalidTarget("not a URL") from None
    if url.scheme not in {"http", "https"} or not url.host or not port:
        raise InvalidTarget("not an http or https URL")
    if url.user is not None or url.password is not None:
        raise InvalidTarget("a user name or password in the URL")
    is_far = url.scheme == "https" and port in PUBLIC_PORTS
    return Target(url.with_fragment(None), Reach.PUBLIC if is_far else Reach.TRUSTED)


def parse_networks(texts: tuple[str, ...]) -> tuple[Network, ...]:
    """Networks as an operator writes them (`10.1.0.0/16`). Raises ValueError."""
    return tuple(ip_network(text.strip()) for text in texts)


def is_public(address: Address) -> bool:
    """Whether the address belongs to a host on the public internet."""
    if isinstance(address, IPv6Address) and address not in GLOBAL_UNICAST:
        return False
    if any(address in network for network in NOT_PUBLIC if network.version == address.version):
        return False
    return address.is_global


def _parse_address(text: str) -> Address | None:
    try:
        address = ip_address(text.partition("%")[0])
    except ValueError:
        return None
    if isinstance(address, IPv6Address) and address.ipv4_mapped is not None:
        return address.ipv4_mapped
    return address
