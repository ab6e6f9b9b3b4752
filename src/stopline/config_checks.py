"""What the type of a setting can not say: forms of values, and settings that belong together."""

import ipaddress
import re
from decimal import Decimal
from urllib.parse import urlsplit

from stopline.config import MAX_PRICE, Settings
from stopline.config_server import ALL_ROLES

_ADDRESS = re.compile(r"(\[[0-9a-fA-F:.]+\]|[A-Za-z0-9.-]+):[0-9]{1,5}", re.ASCII)


def contradictions(settings: Settings) -> list[tuple[str, str]]:
    """What single values can not show: (key, remedy) for each thing that does not fit."""
    found: list[tuple[str, str]] = []
    if (settings.tls_certificate is None) != (settings.tls_key is None):
        key = "tls_key" if settings.tls_key is None else "tls_certificate"
        found.append((key, "set tls_certificate and tls_key together, or neither"))
    for name in ("public_url", "checkpoint_url", "traces_url"):
        problem = _url_problem(getattr(settings, name))
        if problem:
            found.append((name, problem))
    if settings.metrics_address and not _ADDRESS.fullmatch(settings.metrics_address):
        found.append(("metrics_address", "give host:port, for example 127.0.0.1:9090"))
    for name in ("trusted_proxies", "webhook_trusted_networks"):
        found.extend((name, problem) for problem in _network_problems(getattr(settings, name)))
    if settings.roles != ALL_ROLES:
        found.extend(_role_problems(settings))
    if not _is_price(settings.price_per_segment):
        remedy = f"give 0 to {MAX_PRICE} with at most six decimals, for example 0.007"
        found.append(("price_per_segment", remedy))
    return found


def _role_problems(settings: Settings) -> list[tuple[str, str]]:
    if not settings.database_url:
        remedy = (
            "with SQLite one process does everything; remove it, or set database_url to a "
            "PostgreSQL that several processes share"
        )
        return [("only", remedy)]
    if settings.simulator and not settings.simulator_address:
        remedy = (
            "the simulated carrier of one process is out of reach for the others: run stopline "
            "simulator --listen HOST:PORT and set simulator_address, or set simulator to false"
        )
        return [("only", remedy)]
    return []


def _is_price(price: Decimal) -> bool:
    return price.is_finite() and 0 <= price <= MAX_PRICE and price * 1_000_000 % 1 == 0


def _url_problem(text: str) -> str:
    if not text:
        return ""
    parts = urlsplit(text)
    if parts.scheme not in ("http", "https") or not parts.hostname or parts.query or parts.fragment:
        return "give an address such as https://sms.example.com, without query or fragment"
    return ""


def _network_problems(networks: tuple[str, ...]) -> list[str]:
    problems = []
    for network in networks:
        try:
            ipaddress.ip_network(network)
        except ValueError:
            problems.append(f'"{network}" is no address or network; give 10.0.0.0/8 or 10.1.2.3')
    return problems
