"""Settings: numbers, apps, users, credentials; and the audit log."""

import asyncio
from typing import Any

from starlette.responses import Response
from starlette.routing import Route

from stopline.console.visits import Visit, Visits, may, read_id, redirect
from stopline.core.access import Role, role_of
from stopline.core.errors import Conflict, InvalidField, InvalidNumber
from stopline.core.ids import MAX_ID, id_time_ms
from stopline.flows import operators, setup
from stopline.flows.administration import Person
from stopline.flows.passwords import MAX_PASSWORD_CHARS, hash_password

MIN_PASSWORD_CHARS = 12
AUDIT_ROWS = 100
_ROLES = {"": None, **{role.name.lower(): role for role in Role}}


async def show(visit: Visit) -> Response:
    """Everything that is set up."""
    return await _page(visit)


async def _page(visit: Visit, problem: str = "", secret: dict[str, str] | None = None) -> Response:
    view = await visit.store.read(setup.read_settings, visit.operator.account_id)
    return visit.page(
        "settings.html",
        400 if problem else 200,
        view=view,
        role_of=role_of,
        names={user.id: f"{user.username}*{user.extension}" for user in view.users},
        app_names={app.id: app.name for app in view.apps},
        problem=problem,
        secret=secret,
        is_admin=may(visit, Role.ADMIN),
        min_password=MIN_PASSWORD_CHARS,
    )


async def switch_sender(visit: Visit) -> Response:
    """Off or on."""
    number = str(visit.request.path_params["number"])
    await visit.store.transact(setup.switch_sender, visit.operator, number, disabled=_is_off(visit))
    return redirect("/console/settings")


def _is_off(visit: Visit) -> bool:
    return visit.form.get("switch") == "off"


async def add_user(visit: Visit) -> Response:
    """A new user, with a password that its administrator gives on."""
    password = visit.form.get("password", "")
    if not MIN_PASSWORD_CHARS <= len(password) <= MAX_PASSWORD_CHARS:
        return await _page(visit, f"The password has at least {MIN_PASSWORD_CHARS} characters.")
    if visit.operator.role < Role.ADMIN:
        # The hash costs time; the flow refuses anyway.
        return await _page(visit, "this needs the role admin")
    hashed = await asyncio.to_thread(hash_password, password)
    form = visit.form
    try:
        await visit.store.transact(
            setup.add_user,
            visit.operator,
            form.get("username", ""),
            form.get("extension", ""),
            hashed,
            Person(form.get("first_name", "")[:100], form.get("last_name", "")[:100]),
            _read_role(visit),
        )
    except (InvalidField, InvalidNumber, Conflict) as error:
        return await _page(visit, str(error))
    return redirect("/console/settings")


def _read_role(visit: Visit) -> Role | None:
    name = visit.form.get("role", "")
    if name not in _ROLES:
        raise InvalidField("role", "is auditor, operator, admin or none")
    return _ROLES[name]


async def set_role(visit: Visit) -> Response:
    """What a user may do here."""
    await _transact(visit, setup.set_role, visit.number("user_id"), _read_role(visit))
    return redirect("/console/settings")


async def switch_user(visit: Visit) -> Response:
    """Off or on."""
    await visit.store.transact(
        setup.switch_user, visit.operator, visit.number("user_id"), disabled=_is_off(visit)
    )
    return redirect("/console/settings")


async def add_app(visit: Visit) -> Response:
    """A new client; its secret is on the answer and nowhere else."""
    made = await _transact(visit, setup.add_app, visit.form.get("name", "").strip())
    secret = {"Client id": made.app.client_id, "Client secret": made.client_secret or ""}
    return await _page(visit, secret=secret)


async def switch_app(visit: Visit) -> Response:
    """Off or on."""
    await visit.store.transact(
        setup.switch_app, visit.operator, visit.number("app_id"), disabled=_is_off(visit)
    )
    return redirect("/console/settings")


async def add_credential(visit: Visit) -> Response:
    """A new JWT; it is on the answer and nowhere else."""
    jwt = await _transact(
        visit,
        setup.add_credential,
        read_id(visit.form.get("user_id", ""), "user"),
        read_id(visit.form.get("app_id", ""), "app"),
        visit.form.get("label", "").strip(),
    )
    return await _page(visit, secret={"JWT": jwt})


async def switch_credential(visit: Visit) -> Response:
    """Off or on."""
    await visit.store.transact(
        setup.switch_credential,
        visit.operator,
        visit.number("credential_id"),
        disabled=_is_off(visit),
    )
    return redirect("/console/settings")


async def _transact(visit: Visit, flow: Any, *arguments: Any) -> Any:
    return await visit.store.transact(flow, visit.operator, *arguments)


async def show_audit(visit: Visit) -> Response:
    """The log of changes."""
    before = visit.query.get("before", "")
    before_id = read_id(before, "before") if before else MAX_ID
    actions = await visit.store.read(
        operators.list_actions, visit.operator, before_id, AUDIT_ROWS + 1
    )
    shown = actions[:AUDIT_ROWS]
    older = shown[-1].id if len(actions) > AUDIT_ROWS else None
    return visit.page("audit.html", actions=shown, older=older, time_of=id_time_ms)


def routes(visits: Visits) -> list[Route]:
    """The routes of these pages."""
    base = "/console/settings"
    return [
        visits.get(base, show),
        visits.post(f"{base}/senders/{{number}}/switch", switch_sender),
        visits.post(f"{base}/users", add_user),
        visits.post(f"{base}/users/{{user_id}}/role", set_role),
        visits.post(f"{base}/users/{{user_id}}/switch", switch_user),
        visits.post(f"{base}/apps", add_app),
        visits.post(f"{base}/apps/{{app_id}}/switch", switch_app),
        visits.post(f"{base}/credentials", add_credential),
        visits.post(f"{base}/credentials/{{credential_id}}/switch", switch_credential),
        visits.get("/console/audit", show_audit),
    ]
