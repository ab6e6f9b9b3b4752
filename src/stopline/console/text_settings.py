"""How texts are read and answered: of one number, and of all that set nothing themselves."""

from typing import Any

from starlette.responses import Response
from starlette.routing import Route

from stopline.console.views import fragment
from stopline.console.visits import Visit, Visits, may, redirect
from stopline.core.access import Role
from stopline.core.errors import InvalidField
from stopline.core.keyword_data import CORE_OPT_OUT
from stopline.core.recognition.policy import DEFAULT_POLICIES, Policy
from stopline.core.replies import HELP_TEXT, OPT_IN_TEXT, OPT_OUT_TEXT
from stopline.core.scopes import Category
from stopline.flows import administration, defaults, setup, text_settings

_TRIED_CHARS = 1_000


async def show_number(visit: Visit) -> Response:
    """One number: what it answers, which words it knows, what texts may cause."""
    return await _number_page(visit)


async def _number_page(visit: Visit, problem: str = "") -> Response:
    number = str(visit.request.path_params["number"])
    sender = await visit.store.read(setup.read_sender, visit.operator.account_id, number)
    return visit.page(
        "sender.html",
        400 if problem else 200,
        sender=sender,
        replies=sender.replies,
        policies=sender.replies.recognition,
        account=await visit.store.read(defaults.read_defaults, visit.operator.account_id),
        **_known(visit, problem),
    )


async def show_defaults(visit: Visit) -> Response:
    """What holds for all numbers of the account."""
    return await _defaults_page(visit)


async def _defaults_page(visit: Visit, problem: str = "") -> Response:
    account = await visit.store.read(defaults.read_defaults, visit.operator.account_id)
    return visit.page(
        "defaults.html",
        400 if problem else 200,
        replies=account.replies,
        policies=account.recognition,
        account=account,
        senders=await visit.store.read(administration.list_numbers, visit.operator.account_id),
        **_known(visit, problem),
    )


def _known(visit: Visit, problem: str) -> dict[str, Any]:
    return {
        "texts": {"opt_out": OPT_OUT_TEXT, "opt_in": OPT_IN_TEXT, "help": HELP_TEXT},
        "core": sorted(CORE_OPT_OUT),
        "Policy": Policy,
        "Category": Category,
        "product": DEFAULT_POLICIES,
        "problem": problem,
        "note": visit.query.get("done", "")[:20],
        "is_admin": may(visit, Role.ADMIN),
    }


async def change_number(visit: Visit) -> Response:
    """Replace what is set for a number."""
    number = str(visit.request.path_params["number"])
    try:
        await visit.store.transact(text_settings.change_number, visit.operator, number, visit.form)
    except InvalidField as error:
        return await _number_page(visit, str(error))
    return redirect(f"/console/settings/senders/{number}?done=saved")


async def change_defaults(visit: Visit) -> Response:
    """Replace what is set for all."""
    try:
        await visit.store.transact(text_settings.change_defaults, visit.operator, visit.form)
    except InvalidField as error:
        return await _defaults_page(visit, str(error))
    return redirect("/console/settings/defaults?done=saved")


async def try_text(visit: Visit) -> Response:
    """How a text to a number would be read."""
    number = str(visit.request.path_params.get("number") or visit.form.get("number", ""))
    text = visit.form.get("text", "")[:_TRIED_CHARS]
    found, policy = await visit.store.read(
        setup.try_text,
        visit.operator.account_id,
        number,
        text,
        is_opted_out=visit.form.get("opted_out") == "on",
    )
    return fragment("tried_text.html", text=text, found=found, policy=policy.value)


def routes(visits: Visits) -> list[Route]:
    """The routes of these pages."""
    one, all_of_them = "/console/settings/senders/{number}", "/console/settings/defaults"
    return [
        visits.get(one, show_number),
        visits.post(one, change_number),
        visits.post(f"{one}/try", try_text),
        visits.get(all_of_them, show_defaults),
        visits.post(all_of_them, change_defaults),
        visits.post(f"{all_of_them}/try", try_text),
    ]
