"""How events go out, for people who look at them in the console."""

from stopline.core.deliveries import Delivery, Webhook
from stopline.core.errors import InvalidField
from stopline.core.subscriptions import Subscription, TokenName
from stopline.flows import subscriptions
from stopline.flows.ports import Store
from stopline.flows.subscriptions import Limit, Owner, Wish
from stopline.ringcentral.errors import WireError
from stopline.ringcentral.events import TOKEN_HEADERS, EventRenderer
from stopline.ringcentral.filters import FilterReader, parse_filters
from stopline.ringcentral.handshake import check_address
from stopline.ringcentral.profiles import Profile
from stopline.ringcentral.webhooks import Webhooks

# What the test receiver hears: everything that a program of one's own would.
RECEIVER_FILTERS = [
    f"/restapi/v1.0/account/~/a2p-sms/{what}" for what in ("messages", "opt-outs", "batches")
]
RECEIVER_LIFETIME_S = 86_400


class ConsoleWire:
    """How events go out, and the way to subscribe an address."""

    def __init__(
        self,
        store: Store,
        webhooks: Webhooks,
        renderer: EventRenderer,
        profile: Profile,
        base_url: str,
    ) -> None:
        self._store = store
        self._webhooks = webhooks
        self._renderer = renderer
        self._profile = profile
        self._base_url = base_url.rstrip("/")

    def request_of(self, delivery: Delivery, subscription: Subscription, now_ms: int) -> Webhook:
        """The request of an attempt made at that time."""
        return self._renderer(delivery, subscription, now_ms)

    def token_of(self, subscription: Subscription) -> tuple[str, str] | None:
        """The header of the client's own token, and the token."""
        if subscription.token_name not in TOKEN_HEADERS:
            return None
        return TOKEN_HEADERS[subscription.token_name], self._webhooks.seal.open(subscription.token)

    def receiver_address(self, path: str) -> str:
        """A path of this server as others reach it."""
        return self._base_url + path

    async def subscribe(self, owner: Owner, address: str) -> Subscription:
        """The handshake, then the subscription. Raises InvalidField, LimitReached."""
        profile = self._profile
        limit = Limit(profile.max_subscriptions, profile.subscriptions_per_user_and_app)
        await self._store.read(subscriptions.check_room, owner, limit)
        try:
            await check_address(self._webhooks, address)
        except WireError as error:
            raise InvalidField("address", f"was not taken: {error.message}") from None
        wish = self._wish(owner.account_id, address)
        return await self._store.transact(subscriptions.create_subscription, owner, wish, limit)

    def _wish(self, account_id: int, address: str) -> Wish:
        reader = FilterReader(account_id, RECEIVER_LIFETIME_S)
        return Wish(
            address=address,
            token_name=TokenName.VERIFICATION,
            token=self._webhooks.seal.close(self._webhooks.make_token()),
            interests=parse_filters(RECEIVER_FILTERS, reader).interests,
            reminder=None,
            wants_opt_ins=self._profile.announces_opt_in_on_v1,
            lifetime_s=RECEIVER_LIFETIME_S,
        )
