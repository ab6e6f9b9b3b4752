"""Subscriptions of the console's accounts."""

from stopline.console_wire import RECEIVER_FILTERS
from stopline.core.access import Role
from stopline.core.subscriptions import Subscription, TokenName
from stopline.flows import subscriptions
from stopline.flows.administration import create_app
from stopline.flows.subscriptions import Limit, Owner, Wish
from stopline.ringcentral.filters import FilterReader, parse_filters
from support.console_site import LOGIN, Site
from support.world import ACCOUNT


def subscribe(site: Site, address: str = "https://shop.test/hook?key=secret") -> Subscription:
    """A subscription of the account to everything that a receiver hears."""
    app = site.world.store.transact_now(create_app, ACCOUNT, "Shop").app
    owner = Owner(ACCOUNT, site.users[LOGIN, Role.ADMIN].id, app.id)
    filters = parse_filters(RECEIVER_FILTERS, FilterReader(ACCOUNT, 86_400))
    seal = site.wire._webhooks.seal
    wish = Wish(
        address, TokenName.VERIFICATION, seal.close("own-token"), filters.interests, None, False,
        10 * 86_400,
    )  # fmt: skip
    flow = subscriptions.create_subscription
    made: Subscription = site.world.store.transact_now(flow, owner, wish, Limit(100, False))
    return made
