"""How one number is registered and what it asks of consent: to be read, not changed."""

from typing import Literal

import msgspec

from stopline.core.access import AppPermission, UserPermission
from stopline.core.keywords import KeywordClass
from stopline.core.replies import render_reply
from stopline.flows.administration import find_sender_of
from stopline.flows.replies import DEFAULT_REPLIES, reply_texts
from stopline.ringcentral.errors import not_found
from stopline.ringcentral.formats import parse_id
from stopline.ringcentral.query import NoQuery
from stopline.ringcentral.request import NoBody, WireRequest
from stopline.ringcentral.routing import Route

_PATH = (
    "/restapi/v1.0/account/{accountId}/extension/{extensionId}"
    "/phone-number/{phoneNumberId}/sms-configuration"
)
Coverage = Literal["PhoneNumber", "Account"]


class ConsentCoverage(msgspec.Struct, rename="camel"):
    """How far a word to this number reaches. An opt-in opens this number only."""

    opt_in: Coverage
    opt_out: Coverage


class AutomaticConsent(msgspec.Struct, rename="camel"):
    """Whether STOP and START are answered, and what a STOP is answered."""

    enabled: bool
    reply_message_body: str


class ConsentRules(msgspec.Struct, rename="camel"):
    """What the number asks of consent."""

    opt_in_required: bool
    coverage: ConsentCoverage
    automatic_consent_collecting: AutomaticConsent


class CampaignInfo(msgspec.Struct, rename="camel"):
    """The campaign the number is registered with. Stopline registers none itself: what an
    operator set is shown as confirmed."""

    id: str
    use_cases: list[str]
    consent_settings: ConsentRules
    status: Literal["Confirmed"] = "Confirmed"
    registration_tier: Literal["StandardVolume"] = "StandardVolume"
    errors: list[str] = []
    coverage_type: Literal["PhoneNumber"] = "PhoneNumber"


class BrandInfo(msgspec.Struct):
    """The brand of the campaign."""

    id: str
    status: Literal["Confirmed"] = "Confirmed"
    errors: list[str] = []


class SmsConfiguration(msgspec.Struct, rename="camel"):
    """One number's registration."""

    phone_number_id: str
    phone_number: str
    sms_campaign_info: CampaignInfo
    sms_brand_info: BrandInfo


async def read_sms_configuration(request: WireRequest[NoQuery, NoBody]) -> SmsConfiguration:
    """The campaign, the brand and the consent settings of one number."""
    try:
        number_id = parse_id(request.ids["phoneNumberId"])
    except ValueError as error:
        raise not_found("phoneNumberId") from error
    sender = await request.store.read(find_sender_of, request.account_id, number_id)
    settings = sender.consent
    replies = reply_texts(sender.replies, DEFAULT_REPLIES)
    rules = ConsentRules(
        opt_in_required=settings.opt_in_required,
        coverage=ConsentCoverage(
            "PhoneNumber", "Account" if settings.account_wide_stop else "PhoneNumber"
        ),
        automatic_consent_collecting=AutomaticConsent(
            replies.enabled, render_reply(KeywordClass.OPT_OUT, "stop", replies) or ""
        ),
    )
    return SmsConfiguration(
        phone_number_id=str(sender.id),
        phone_number=sender.number,
        sms_campaign_info=CampaignInfo(settings.campaign, list(settings.use_cases), rules),
        sms_brand_info=BrandInfo(settings.brand),
    )


ROUTES = [
    Route(
        "GET",
        _PATH,
        read_sms_configuration,
        summary="Campaign and consent settings of a number",
        tag="Account",
        app_permission=AppPermission.READ_ACCOUNTS,
        user_permission=UserPermission.READ_USER_NUMBERS,
        errors=(404,),
    )
]
