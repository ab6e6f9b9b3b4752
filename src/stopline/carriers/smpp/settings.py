"""The settings of one SMPP carrier, as its table in the settings file has them."""

import ssl
from typing import Annotated, Any, Literal

import msgspec

from stopline.carriers.settings import SettingProblem, check_country, read_secret
from stopline.carriers.smpp import commands
from stopline.carriers.smpp.addresses import AddressRule
from stopline.carriers.smpp.bind import BindRule, Endpoint
from stopline.carriers.smpp.carrier import SmppCarrier
from stopline.carriers.smpp.encoding import Alphabet, Codings
from stopline.carriers.smpp.failures import FailureTable, profile_names
from stopline.carriers.smpp.incoming import IncomingRule
from stopline.carriers.smpp.pdu import BindRequest
from stopline.carriers.smpp.receipts import IdForm
from stopline.carriers.smpp.segments import LongForm, TextRule
from stopline.carriers.smpp.session import SessionRule, SessionTimes
from stopline.carriers.smpp.submits import SubmitRule
from stopline.core.messages import FailureCode

# More binds than any carrier gives one customer.
MAX_BINDS = 32
# Codes for "come again later" that the message centres we know take as final, and success.
_WRONG_NOT_NOW = (commands.OK, commands.TEMPORARY_APPLICATION_ERROR)


def _doc(text: str, **bounds: Any) -> msgspec.Meta:
    return msgspec.Meta(description=text, **bounds)


_Byte = Annotated[int, msgspec.Meta(ge=0, le=255)]


class SmppSettings(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Everything about one carrier. Only host and system_id have no default."""

    kind: Literal["smpp"]
    host: Annotated[str, _doc("Where the carrier's message centre listens.", min_length=1)]
    port: Annotated[
        int, _doc("Its port; 2775 is registered for SMPP, 3550 is usual with TLS.", ge=1, le=65_535)
    ] = 2775
    system_id: Annotated[str, _doc("The name the carrier gave you.", min_length=1, max_length=15)]
    password: Annotated[str, _doc("The password, if it may stand in this file.", max_length=32)] = (
        ""
    )
    password_file: Annotated[
        str,
        _doc("A file that holds the password and nothing else, for secrets kept elsewhere."),
    ] = ""
    system_type: Annotated[
        str, _doc("Sent in the bind; most carriers ignore it.", max_length=12)
    ] = ""
    separate: Annotated[
        bool,
        _doc("Bind a transmitter and a receiver instead of one transceiver, where the carrier "
             "wants it so."),
    ] = False  # fmt: skip
    binds: Annotated[
        int,
        _doc("Binds at once, as many as the carrier allows. One that breaks leaves the others at "
             "work.", ge=1, le=MAX_BINDS),
    ] = 1  # fmt: skip
    window: Annotated[
        int,
        _doc("submit_sm without an answer on one bind, at most: what can be uncertain when it "
             "breaks, and what may still arrive after a STOP. Take what the carrier allows; 10 is "
             "usual.", ge=1, le=1_000),
    ] = 10  # fmt: skip
    throughput: Annotated[
        int,
        _doc("Segments a second that the carrier allows, over all binds of all processes "
             "together; 0 for no limit. Staying below it is faster than being throttled.", ge=0,
             le=1_000_000),
    ] = 0  # fmt: skip
    tls: Annotated[bool, _doc("Encrypt. Without it the password and every text are readable.")] = (
        False
    )
    tls_ca: Annotated[
        str, _doc("PEM file with the authorities to trust; empty for the system's.")
    ] = ""
    tls_certificate: Annotated[
        str, _doc("PEM file with our certificate and key, where the carrier asks for one.")
    ] = ""
    tls_server_name: Annotated[
        str, _doc("The name in the carrier's certificate, when it is not the host.")
    ] = ""
    country: Annotated[
        str,
        _doc("Country in which the carrier writes national numbers: a STOP from a number in any "
             "spelling must find its pair.", min_length=2, max_length=2),
    ] = "US"  # fmt: skip
    number_ton: Annotated[_Byte, _doc("Type of number for E.164 addresses.")] = 1
    number_npi: Annotated[_Byte, _doc("Numbering plan for E.164 addresses.")] = 1
    plus: Annotated[bool, _doc("Whether E.164 addresses keep their plus.")] = False
    short_code_ton: Annotated[_Byte, _doc("Type of number for short codes as senders.")] = 3
    short_code_npi: Annotated[_Byte, _doc("Numbering plan for short codes as senders.")] = 0
    address_range: Annotated[
        str, _doc("Sent in the bind, where the carrier routes inbound texts by it.", max_length=40)
    ] = ""
    service_type: Annotated[str, _doc("service_type of each message.", max_length=5)] = ""
    priority: Annotated[int, _doc("priority_flag of each message.", ge=0, le=3)] = 0
    protocol_id: Annotated[_Byte, _doc("protocol_id of each message.")] = 0
    validity_minutes: Annotated[
        int,
        _doc("How long the carrier may keep trying; 0 for its own time. It also bounds how long "
             "after a STOP a text may arrive that had left before.", ge=0, le=43_200),
    ] = 0  # fmt: skip
    receipts: Annotated[
        bool,
        _doc("Ask for a delivery receipt. Without them no message becomes delivered, and an "
             "uncertain one can only be sent again or given up."),
    ] = True  # fmt: skip
    message_reference: Annotated[
        bool, _doc("Send the lowest 16 bits of our message id as user_message_reference.")
    ] = False
    default_alphabet: Annotated[
        Literal["gsm", "gsm-packed", "latin-1"],
        _doc("What data_coding 0 means to this carrier, both ways: GSM 03.38 with a byte for each "
             "septet (usual), packed, or Latin-1. Wrong, it shows as strange letters."),
    ] = "gsm"  # fmt: skip
    latin1: Annotated[
        bool,
        _doc("Try Latin-1 (data_coding 3) before UCS-2 for what GSM 03.38 has not."),
    ] = False
    data_codings: Annotated[
        dict[Literal["default", "latin1", "ucs2"], _Byte],
        _doc("Where this carrier marks its default alphabet, Latin-1 or UCS-2 with another "
             "data_coding than 0, 3 and 8, both ways: `{ default = 1 }`."),
    ] = msgspec.field(default_factory=dict)  # fmt: skip
    long_messages: Annotated[
        Literal["udh8", "udh16", "sar", "payload"],
        _doc("How a text of several segments travels: user data header with an 8 or 16 bit "
             "reference, SAR parameters, or whole in message_payload."),
    ] = "udh8"  # fmt: skip
    answer_ids: Annotated[
        Literal["text", "decimal", "hexadecimal"],
        _doc("How message ids are written in submit_sm_resp."),
    ] = "text"
    receipt_ids: Annotated[
        Literal["text", "decimal", "hexadecimal"],
        _doc("How the same ids are written in receipts. When receipts find no message, one side is "
             "hexadecimal and the other decimal."),
    ] = "text"  # fmt: skip
    not_now: Annotated[
        int,
        _doc("Status of deliver_sm_resp for a text that can not be stored at the moment: one after "
             "which this carrier delivers again. 8 (RSYSERR) is understood most widely; 100 "
             "(RX_T_APPN) is refused here, because carriers take it as final and the text, perhaps "
             "a STOP, is lost.", ge=0, le=0xFFFFFFFF),
    ] = commands.SYSTEM_ERROR  # fmt: skip
    error_profile: Annotated[
        str, _doc("Published error codes of receipts to use: a provider's name, or empty.")
    ] = ""
    errors: Annotated[
        dict[str, FailureCode],
        _doc("This carrier's own error codes of receipts and what they mean, for example "
             '`{ "257" = "carrier_opted_out" }`; they overrule the profile.'),
    ] = msgspec.field(default_factory=dict)  # fmt: skip
    statuses: Annotated[
        dict[str, FailureCode],
        _doc("The same for statuses of submit_sm_resp, decimal or 0x…."),
    ] = msgspec.field(default_factory=dict)
    retried: Annotated[
        tuple[int, ...], _doc("Further statuses of submit_sm_resp after which to try again.")
    ] = ()
    tlvs: Annotated[
        dict[str, str],
        _doc("Optional parameters of each message by tag, as text or `hex:…`: 10DLC campaign and "
             "brand ids."),
    ] = msgspec.field(default_factory=dict)  # fmt: skip
    sender_tlvs: Annotated[
        dict[str, dict[str, str]], _doc("The same for single senders, over those of all.")
    ] = msgspec.field(default_factory=dict)
    enquire_link_seconds: Annotated[
        int,
        _doc("Silence after which the link is tested; below the carrier's own inactivity limit.",
             ge=1, le=3_600),
    ] = 30  # fmt: skip
    enquire_answer_seconds: Annotated[
        int, _doc("How long that answer may take before the bind is made anew.", ge=1, le=600)
    ] = 30
    submit_answer_seconds: Annotated[
        int,
        _doc("A submit_sm without an answer for this long ends the bind, which gives its slot "
             "back; the message is then uncertain. Late answers within it are matched.",
             ge=10, le=3_600),
    ] = 360  # fmt: skip
    store_seconds: Annotated[
        int,
        _doc("A text that is not stored after this long is answered with `not_now`, before the "
             "carrier gives up waiting.", ge=1, le=60),
    ] = 8  # fmt: skip
    reconnect_seconds: Annotated[
        int,
        _doc("Longest pause between attempts to bind; they double from one second, varied by half.",
             ge=1, le=3_600),
    ] = 60  # fmt: skip


def build_smpp(name: str, settings: SmppSettings, _base_url: str = "") -> SmppCarrier:
    """The carrier of a table. Raises SettingProblem. Makes no connection yet."""
    check_country(settings.country)
    failures = _failures(settings)
    codings = Codings(**settings.data_codings)
    if len(set(codings)) < len(codings):
        raise SettingProblem("data_codings", "each alphabet needs a data_coding of its own")
    rule = BindRule(
        carrier=name,
        endpoint=Endpoint(settings.host, settings.port, _tls(settings), settings.tls_server_name),
        session=_session_rule(settings, failures),
        submit=_submit_rule(settings, codings),
        incoming=IncomingRule(
            carrier=name,
            country=settings.country,
            default_alphabet=Alphabet(settings.default_alphabet),
            codings=codings,
            receipt_ids=IdForm(settings.receipt_ids),
            failures=failures,
        ),
        longest_pause_ms=settings.reconnect_seconds * 1_000,
    )
    return SmppCarrier(rule, settings.binds, settings.separate)


def _session_rule(settings: SmppSettings, failures: FailureTable) -> SessionRule:
    if settings.not_now in _WRONG_NOT_NOW:
        raise SettingProblem(
            "not_now", "0 says that the text is stored, and 100 loses it; 8 is the usual code"
        )
    return SessionRule(
        bind=BindRequest(
            settings.system_id,
            read_secret("password", settings.password, settings.password_file),
            settings.system_type,
            settings.address_range,
            settings.number_ton if settings.address_range else 0,
            settings.number_npi if settings.address_range else 0,
        ),
        window=settings.window,
        not_now=settings.not_now,
        answer_ids=IdForm(settings.answer_ids),
        times=SessionTimes(
            enquire=settings.enquire_link_seconds * 1_000,
            enquire_answer=settings.enquire_answer_seconds * 1_000,
            answers=settings.submit_answer_seconds * 1_000,
            deliver=settings.store_seconds * 1_000,
        ),
        failures=failures,
    )


def _submit_rule(settings: SmppSettings, codings: Codings) -> SubmitRule:
    return SubmitRule(
        service_type=settings.service_type,
        protocol_id=settings.protocol_id,
        priority=settings.priority,
        receipts=settings.receipts,
        validity_s=settings.validity_minutes * 60,
        message_reference=settings.message_reference,
        text=TextRule(
            Alphabet(settings.default_alphabet),
            settings.latin1,
            LongForm(settings.long_messages),
            codings,
        ),
        address=AddressRule(
            settings.country,
            settings.short_code_ton,
            settings.short_code_npi,
            settings.number_ton,
            settings.number_npi,
            settings.plus,
        ),
        tlvs=_tlvs("tlvs", settings.tlvs),
        sender_tlvs={s: _tlvs("sender_tlvs", found) for s, found in settings.sender_tlvs.items()},
    )


def _failures(settings: SmppSettings) -> FailureTable:
    if settings.error_profile and settings.error_profile not in profile_names():
        raise SettingProblem("error_profile", f"there is {', '.join(profile_names())}, or leave it")
    return FailureTable(
        settings.error_profile,
        {_number("statuses", text): failure for text, failure in settings.statuses.items()},
        frozenset(settings.retried),
        settings.errors,
    )


def _tlvs(key: str, found: dict[str, str]) -> dict[int, bytes]:
    return {_number(key, tag): _tlv_value(key, value) for tag, value in found.items()}


def _tlv_value(key: str, value: str) -> bytes:
    try:
        data = bytes.fromhex(value[4:]) if value.startswith("hex:") else value.encode("latin-1")
    except ValueError:
        raise SettingProblem(key, "give text, or hex: and an even number of digits") from None
    if len(data) > 0xFFFF:
        raise SettingProblem(key, "a parameter has at most 65,535 bytes")
    return data


def _number(key: str, text: str) -> int:
    try:
        return int(text, 0)
    except ValueError:
        raise SettingProblem(key, f'"{text}" is no number such as 0x1400') from None


def _tls(settings: SmppSettings) -> ssl.SSLContext | None:
    if not settings.tls:
        return None
    try:
        context = ssl.create_default_context(cafile=settings.tls_ca or None)
        if settings.tls_certificate:
            context.load_cert_chain(settings.tls_certificate)
    except OSError as error:
        raise SettingProblem("tls_ca", f"the certificates can not be read ({error})") from None
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    return context
