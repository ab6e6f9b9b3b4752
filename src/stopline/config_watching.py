"""Settings of what one watches a process by: logs, metrics, traces."""

from typing import Annotated, Any, Literal

import msgspec

LogFormat = Literal["console", "json"]
LogLevel = Literal["debug", "info", "warning", "error"]


def doc(
    group: str, text: str, unit: str = "", *, secret: bool = False, **bounds: Any
) -> msgspec.Meta:
    """How a setting is documented, and its bounds."""
    return msgspec.Meta(
        description=text, extra={"group": group, "unit": unit, "secret": secret}, **bounds
    )


class WatchingSettings(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The part of the settings that changes nothing of what the process does."""

    # -- logs ------------------------------------------------------------------------------
    log_format: Annotated[
        LogFormat, doc("logs", "console for people, json for machines (one object a line).")
    ] = "console"
    log_level: Annotated[LogLevel, doc("logs", "The least severe entry that is written.")] = "info"

    # -- metrics ---------------------------------------------------------------------------
    metrics: Annotated[
        bool,
        doc(
            "metrics",
            "Serve /metrics beside the API, for everybody who reaches the server. Off: only where "
            "metrics_address says.",
        ),
    ] = False
    metrics_address: Annotated[
        str,
        doc(
            "metrics",
            "host:port of a listener of its own for /metrics, such as 127.0.0.1:9090. Empty: none.",
        ),
    ] = ""

    # -- traces ----------------------------------------------------------------------------
    traces_url: Annotated[
        str,
        doc(
            "traces",
            "Address of an OpenTelemetry collector that takes traces over HTTP, such as "
            "http://127.0.0.1:4318/v1/traces. Empty: no traces. Needs the extra stopline[traces].",
        ),
    ] = ""
    traces_share: Annotated[
        float,
        doc(
            "traces",
            "Share of the traces that begin here which are sent; a request that brings a trace of "
            "its own (traceparent) is decided by whoever began that.",
            ge=0,
            le=1,
        ),
    ] = 1.0
