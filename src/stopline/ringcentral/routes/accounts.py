"""The account, its user and their numbers: the few reads that clients start with."""

from typing import Literal

import msgspec
import phonenumbers

from stopline.core.access import AppPermission, UserPermission
from stopline.core.accounts import AccountNumber
from stopline.flows import administration
from stopline.ringcentral.number_pages import Navigation, NumberPaging, cut_numbers, navigation
from stopline.ringcentral.profiles import RateGroup
from stopline.ringcentral.query import NoQuery, PageNumber, PageSize, Query
from stopline.ringcentral.request import NoBody, WireRequest
from stopline.ringcentral.routing import Route

DEFAULT_PAGE_SIZE = 100
_ACCOUNT = "/restapi/v1.0/account/{accountId}"
_EXTENSION = f"{_ACCOUNT}/extension/{{extensionId}}"

# A number is either for High Volume or an ordinary one, never both.
_FEATURES = {"a2p": "A2PSmsSender", "sms": "SmsSender", "mms": "MmsSender"}
_FEATURE_ORDER = ("a2p", "sms", "mms")
_COUNTRY_NAMES = {"US": "United States", "CA": "Canada"}


class AccountInfo(msgspec.Struct, rename="camel"):
    """The account."""

    uri: str
    id: int
    main_number: str
    status: Literal["Confirmed"] = "Confirmed"


class AccountRef(msgspec.Struct):
    """The account where it is not the subject: its id is a string there."""

    uri: str
    id: str


class Contact(msgspec.Struct, rename="camel"):
    """How the user is called."""

    first_name: str
    last_name: str
    email: str


class Enabled(msgspec.Struct):
    """A switch."""

    enabled: bool


class Permissions(msgspec.Struct, rename="camel"):
    """Two switches that old clients read."""

    admin: Enabled
    international_calling: Enabled


class Language(msgspec.Struct, rename="camel"):
    """A language."""

    id: str = "1033"
    name: str = "English (United States)"
    locale_code: str = "en-US"


class Timezone(msgspec.Struct):
    """A time zone; Stopline itself keeps every time in UTC."""

    id: str = "58"
    name: str = "US/Pacific"
    bias: str = "-480"


class RegionalSettings(msgspec.Struct):
    """What clients show times and texts in."""

    language: Language
    timezone: Timezone


class ExtensionInfo(msgspec.Struct, rename="camel"):
    """The user."""

    uri: str
    id: int
    account: AccountRef
    extension_number: str
    name: str
    contact: Contact
    permissions: Permissions
    regional_settings: RegionalSettings
    type: Literal["User"] = "User"
    status: Literal["Enabled"] = "Enabled"
    hidden: bool = False
    setup_wizard_state: Literal["Completed"] = "Completed"


class Country(msgspec.Struct, rename="camel"):
    """A number's country."""

    id: str
    uri: str
    name: str
    iso_code: str
    calling_code: str


class ExtensionRef(msgspec.Struct, rename="camel"):
    """The user a number belongs to."""

    uri: str
    id: int
    extension_number: str


class NumberRecord(msgspec.Struct, rename="camel", omit_defaults=True):
    """A number. `features` is always there: samples loop over it unguarded."""

    id: int
    phone_number: str
    payment_type: str
    type: str
    usage_type: str
    status: str
    label: str
    primary: bool
    features: list[str]
    country: Country
    extension: ExtensionRef | None = None


class NumberList(msgspec.Struct):
    """A page of numbers."""

    uri: str
    records: list[NumberRecord]
    paging: NumberPaging
    navigation: Navigation


class NumbersQuery(Query, frozen=True, kw_only=True):
    """Which numbers."""

    status: tuple[str, ...] = ()
    usage_type: tuple[str, ...] = ()
    page: PageNumber = 1
    per_page: PageSize = DEFAULT_PAGE_SIZE


async def read_account(request: WireRequest[NoQuery, NoBody]) -> AccountInfo:
    """The caller's account."""
    account = await request.store.read(administration.find_account, request.account_id)
    return AccountInfo(_account_uri(request), account.id, account.main_number)


async def read_extension(request: WireRequest[NoQuery, NoBody]) -> ExtensionInfo:
    """The caller."""
    user = await request.store.read(administration.find_user, request.user_id)
    return ExtensionInfo(
        uri=_extension_uri(request),
        id=user.id,
        account=AccountRef(_account_uri(request), str(user.account_id)),
        extension_number=user.extension,
        name=f"{user.first_name} {user.last_name}".strip() or user.username,
        contact=Contact(user.first_name, user.last_name, user.email),
        permissions=Permissions(Enabled(True), Enabled(False)),
        regional_settings=RegionalSettings(Language(), Timezone()),
    )


async def list_own_numbers(request: WireRequest[NumbersQuery, NoBody]) -> NumberList:
    """The numbers the caller may send from."""
    return await _list_numbers(request, f"{_extension_uri(request)}/phone-number", owner=None)


async def list_account_numbers(request: WireRequest[NumbersQuery, NoBody]) -> NumberList:
    """Every number of the account."""
    user = await request.store.read(administration.find_user, request.user_id)
    owner = ExtensionRef(_extension_uri(request), user.id, user.extension)
    return await _list_numbers(request, f"{_account_uri(request)}/phone-number", owner)


async def _list_numbers(
    request: WireRequest[NumbersQuery, NoBody], uri: str, owner: ExtensionRef | None
) -> NumberList:
    query = request.query
    numbers = await request.store.read(administration.list_numbers, request.account_id)
    records = [
        _render_number(request, number, primary=index == 0, owner=owner)
        for index, number in enumerate(numbers)
    ]
    chosen = [
        record
        for record in records
        if (not query.status or record.status in query.status)
        and (not query.usage_type or record.usage_type in query.usage_type)
    ]
    page, paging = cut_numbers(chosen, query.page, query.per_page)
    return NumberList(
        f"{uri}?page={paging.page}&perPage={paging.per_page}", page, paging, navigation(uri, paging)
    )


def _render_number(
    request: WireRequest[NumbersQuery, NoBody],
    number: AccountNumber,
    *,
    primary: bool,
    owner: ExtensionRef | None,
) -> NumberRecord:
    features = [_FEATURES[word] for word in _FEATURE_ORDER if word in number.features]
    return NumberRecord(
        id=number.id,
        phone_number=number.number,
        payment_type="TollFree" if number.kind == "toll_free" else "Local",
        type="VoiceFax",
        usage_type="DirectNumber",
        status="Normal" if number.is_active else "Pending",
        label=number.label,
        primary=primary,
        features=["CallerId", *features],
        country=_render_country(request, number.country),
        extension=owner,
    )


def _render_country(request: WireRequest[NumbersQuery, NoBody], code: str) -> Country:
    calling_code = str(phonenumbers.country_code_for_region(code))
    uri = request.link(f"/restapi/v1.0/dictionary/country/{calling_code}")
    return Country(calling_code, uri, _COUNTRY_NAMES.get(code, code), code, calling_code)


def _account_uri(request: WireRequest[Query, NoBody]) -> str:
    return request.link(f"/restapi/v1.0/account/{request.account_id}")


def _extension_uri(request: WireRequest[Query, NoBody]) -> str:
    return f"{_account_uri(request)}/extension/{request.user_id}"


ROUTES = [
    Route(
        "GET",
        _ACCOUNT,
        read_account,
        summary="The account",
        tag="Account",
        app_permission=AppPermission.READ_ACCOUNTS,
        user_permission=UserPermission.READ_COMPANY,
        errors=(404,),
    ),
    Route(
        "GET",
        _EXTENSION,
        read_extension,
        summary="The user",
        tag="Account",
        app_permission=AppPermission.READ_ACCOUNTS,
        user_permission=UserPermission.READ_EXTENSION,
        errors=(404,),
    ),
    Route(
        "GET",
        f"{_EXTENSION}/phone-number",
        list_own_numbers,
        summary="Numbers of the user",
        tag="Account",
        app_permission=AppPermission.READ_ACCOUNTS,
        user_permission=UserPermission.READ_USER_NUMBERS,
        errors=(400, 404),
    ),
    Route(
        "GET",
        f"{_ACCOUNT}/phone-number",
        list_account_numbers,
        summary="Numbers of the account",
        tag="Account",
        group=RateGroup.HEAVY,
        app_permission=AppPermission.READ_ACCOUNTS,
        user_permission=UserPermission.READ_COMPANY_NUMBERS,
        errors=(400, 404),
    ),
]
