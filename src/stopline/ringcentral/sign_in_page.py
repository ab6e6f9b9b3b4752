"""The page on which a user signs in and lets an app act for him. No script, nothing foreign."""

import hashlib
from base64 import b64encode
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

import jinja2

from stopline.core.accounts import App
from stopline.core.authorization import redirect_origin
from stopline.ringcentral.request import WireResponse
from stopline.ringcentral.routing import APP_PERMISSION_NAMES

HTML_TYPE = "text/html; charset=utf-8"
OUT_OF_DATE = "Go back to the application and begin again."


@dataclass(frozen=True, slots=True)
class PageState:
    """What differs from page to page. With `user_name` somebody is signed in already."""

    user_name: str = ""
    problem: str = ""
    username: str = ""
    extension: str = ""


@cache
def _parts() -> tuple[jinja2.Template, str, str]:
    folder = files("stopline.ringcentral").joinpath("pages")
    style = folder.joinpath("sign-in.css").read_text("utf-8")
    environment = jinja2.Environment(autoescape=True, undefined=jinja2.StrictUndefined)
    template = environment.from_string(folder.joinpath("sign-in.html").read_text("utf-8"))
    digest = b64encode(hashlib.sha256(style.encode()).digest()).decode()
    return template, style, digest


def render_page(
    app: App,
    redirect_uri: str,
    sealed: str,
    state: PageState,
    headers: tuple[tuple[str, str], ...] = (),
    status: int = 200,
) -> WireResponse:
    """The page for one request. Browsers apply `form-action` to the redirect that follows the
    form as well, so the app's address stands there too."""
    template, style, digest = _parts()
    origin = redirect_origin(redirect_uri)
    page = template.render(
        style=style,
        sealed=sealed,
        app_name=app.name,
        permissions=sorted(APP_PERMISSION_NAMES[granted] for granted in app.permissions),
        target=origin,
        user_name=state.user_name,
        problem=state.problem,
        username=state.username,
        extension=state.extension,
    )
    return WireResponse(page.encode(), status, (*_guards(digest, origin), *headers), HTML_TYPE)


def render_dead_end() -> WireResponse:
    """400: the form was not made for this browser, or too long ago."""
    template, style, digest = _parts()
    page = template.render(style=style, sealed="", problem=OUT_OF_DATE)
    return WireResponse(page.encode(), 400, _guards(digest, ""), HTML_TYPE)


def _guards(digest: str, origin: str) -> tuple[tuple[str, str], ...]:
    policy = (
        f"default-src 'none'; style-src 'sha256-{digest}'; form-action 'self' {origin}".rstrip()
        + "; base-uri 'none'; frame-ancestors 'none'"
    )
    return (
        ("Content-Security-Policy", policy),
        ("X-Frame-Options", "DENY"),
        ("Referrer-Policy", "no-referrer"),
    )
