"""Where two versions of the wire differ, a profile chooses: `seed` (default) or `ringcentral`."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum


class RateGroup(Enum):
    """Groups of calls that share a rate limit."""

    LIGHT = "light"
    MEDIUM = "medium"
    HEAVY = "heavy"
    AUTH = "auth"
    NONE = "none"


@dataclass(frozen=True, slots=True)
class Profile:
    """Limits are requests a minute per user and app; a missing group has none."""

    name: str
    rate_limits: Mapping[RateGroup, int]
    opt_outs_page: int
    announces_opt_in_on_v1: bool
    max_subscriptions: int
    subscriptions_per_user_and_app: bool


SEED = Profile(
    name="seed",
    rate_limits={
        RateGroup.LIGHT: 3000,
        RateGroup.MEDIUM: 600,
        RateGroup.HEAVY: 300,
        RateGroup.AUTH: 60,
    },
    opt_outs_page=100,
    announces_opt_in_on_v1=False,
    max_subscriptions=100,
    subscriptions_per_user_and_app=False,
)
RINGCENTRAL = Profile(
    name="ringcentral",
    rate_limits={
        RateGroup.LIGHT: 50,
        RateGroup.MEDIUM: 40,
        RateGroup.HEAVY: 10,
        RateGroup.AUTH: 5,
    },
    opt_outs_page=1000,
    announces_opt_in_on_v1=True,
    max_subscriptions=30,
    subscriptions_per_user_and_app=True,
)
PROFILES = {profile.name: profile for profile in (SEED, RINGCENTRAL)}
