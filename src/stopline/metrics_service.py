"""Metrics as a part of the process: what is measured, and where it is served."""

from starlette.applications import Starlette

from stopline.api.metrics import metrics_routes
from stopline.config import Settings
from stopline.http_service import HttpService, open_listener
from stopline.measuring import Metrics
from stopline.ringcentral.errors import render_early_refusal


def metrics_service(settings: Settings, metrics: Metrics) -> list[HttpService]:
    """The listener of its own, if the settings name one. Raises AddressUnavailable."""
    if not settings.metrics_address:
        return []
    host, _, port = settings.metrics_address.rpartition(":")
    listener = open_listener(host.strip("[]"), int(port))
    app = Starlette(routes=metrics_routes(metrics.render))
    return [HttpService(app, settings, listener, render_early_refusal, name="metrics")]
