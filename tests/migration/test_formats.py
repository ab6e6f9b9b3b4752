"""Files of other providers: what each says, and what is reported instead of guessed."""

import io
import json

import pytest

from stopline.commands.file_formats import GENERIC, RINGCENTRAL, TELNYX, TWILIO, FileFormat
from stopline.core.consent import ConsentSource
from stopline.core.consent_facts import BadLine, Fact
from stopline.core.consent_file import BrokenFile
from stopline.core.scopes import Category

S, ANN, BEN = "+12025550142", "+13125550161", "+13125550162"
T = 1_772_463_971_473
RECIPIENT, ACCOUNT = ConsentSource.RECIPIENT, ConsentSource.ACCOUNT

LONG = (
    "External Party Number,Internal Party Number,Consent Status,Source,Coverage,Campaign Type,"
    "Notes,Last Modified Time\r\n"
)
LOG = (
    "From,To,Body,Status,SentDate,ApiVersion,NumSegments,ErrorCode,AccountSid,Sid,Direction,"
    "Price,PriceUnit\n"
)
SENT = "2026-03-02T15:06:11.473Z"


def read(form: FileFormat, text: str) -> list[Fact | BadLine]:
    return list(form.read(io.StringIO(text, newline="")))


def message(**fields: str) -> str:
    return json.dumps({"date_sent": "Mon, 02 Mar 2026 15:06:11 +0000", **fields})


UNDERSTOOD = [
    (
        "RingCentral's export",
        RINGCENTRAL,
        LONG + f"{ANN},{S},OptOut,Recipient,PhoneNumber,,,2026-03-02T15:06:11.473705Z\r\n",
        [Fact(2, S, ANN, True, RECIPIENT, T, "", "record of the platform: OptOut by Recipient")],
    ),
    (
        "of the whole company, and of a kind of campaign",
        RINGCENTRAL,
        LONG + f"{ANN},,OptOut,Api,Company,,,\n{BEN},{S},OptOut,Api,CampaignType,Promotional,,\n",
        [
            Fact(2, "*", ANN, True, ACCOUNT),
            Fact(3, S, BEN, True, ACCOUNT, category=Category.PROMOTIONAL),
        ],
    ),
    (
        "RingCentral's opt-outs",
        RINGCENTRAL,
        f"FROM,TO,STATUS,SOURCE\r\n{S},{ANN},OptOut,Account\r\n{S},{BEN},OptIn,Recipient\r\n",
        [Fact(2, S, ANN, True, ACCOUNT), Fact(3, S, BEN, False, RECIPIENT)],
    ),
    (
        "a failed message of Twilio's log, and a person's own words",
        TWILIO,
        LOG
        + f"{S},{ANN},Hi,failed,{SENT},2010-04-01,1,21610,AC1,SM1,outbound-api,0,USD\n"
        + f"{BEN},{S},Stop.,received,{SENT},2010-04-01,1,,AC1,SM2,inbound,0,USD\n"
        + f"{BEN},{S},Thanks,received,{SENT},2010-04-01,1,,AC1,SM3,inbound,0,USD\n"
        + f"{S},{BEN},Hi,failed,{SENT},2010-04-01,1,30003,AC1,SM4,outbound-api,0,USD\n"
        + f"{ANN},{S},START,received,{SENT},2010-04-01,1,,AC1,SM5,inbound,0,USD\n",
        [
            Fact(2, S, ANN, True, RECIPIENT, T),
            Fact(3, S, BEN, True, RECIPIENT, T, "stop", "text at Twilio: SM2"),
            Fact(6, S, ANN, False, RECIPIENT, T, "start", "text at Twilio: SM5"),
        ],
    ),
    (
        "Twilio's messages as JSON; YES opts nobody in, another channel is none of ours",
        TWILIO,
        '{"messages": ['
        + ",".join(
            [
                message(to=S, body="UNSTOP", direction="inbound", sid="SM1", **{"from": ANN}),
                message(to=S, body="YES", direction="inbound", sid="SM2", **{"from": BEN}),
                message(
                    to=f"whatsapp:{S}",
                    body="STOP",
                    direction="inbound",
                    **{"from": f"whatsapp:{BEN}"},
                ),
                message(to=BEN, direction="outbound-api", **{"from": S, "error_code": 21610}),
            ]
        )
        + "]}",
        [
            Fact(1, S, ANN, False, RECIPIENT, T // 1000 * 1000, "unstop", "text at Twilio: SM1"),
            Fact(4, S, BEN, True, RECIPIENT, T // 1000 * 1000),
        ],
    ),
    (
        "a line for each message, as its bulk export has it",
        TWILIO,
        message(to=ANN, direction="outbound-reply", **{"from": S, "error_code": "21610"}) + "\n",
        [Fact(1, S, ANN, True, RECIPIENT, T // 1000 * 1000)],
    ),
    (
        "Telnyx's list",
        TELNYX,
        json.dumps(
            {
                "data": [
                    {
                        "from": S,
                        "to": ANN,
                        "messaging_profile_id": "x",
                        "keyword": "STOP",
                        "created_at": "2026-03-02 15:06:11.473252+00:00",
                    }
                ],
                "meta": {"page_number": 1},
            },
            indent=1,
        ),
        [Fact(1, S, ANN, True, RECIPIENT, T, "stop")],
    ),
    (
        "the same as CSV",
        TELNYX,
        f"from,to,messaging_profile_id,keyword,created_at\n{S},{ANN},x,,{SENT}\n",
        [Fact(2, S, ANN, True, RECIPIENT, T)],
    ),
    (
        "an opt-in with all that proves it, and one with less",
        GENERIC,
        (
            "from,to,status,consented_at,method,proof\n"
            f"{S},{ANN},optin,{SENT},web form,/forms/17\n{S},{BEN},optin,{SENT},web form,\n"
        ),
        [Fact(2, S, ANN, False, ACCOUNT, T, "", "web form: /forms/17"), Fact(3, S, BEN, False)],
    ),
]


@pytest.mark.parametrize(
    "form, text, facts", [case[1:] for case in UNDERSTOOD], ids=[case[0] for case in UNDERSTOOD]
)
def test_what_a_file_says(form: FileFormat, text: str, facts: list[Fact]) -> None:
    """Pair, state, source, time, word and proof of every line that speaks of consent."""
    assert read(form, text) == facts


BAD = [
    (RINGCENTRAL, LONG + "{number}," + S + ",OptOut,Api,PhoneNumber,,,\n"),
    (TWILIO, LOG + S + ",{number},Hi,failed," + SENT + ",x,1,21610,AC1,SM1,outbound-api,0,USD\n"),
    (TELNYX, "from,to,created_at\n" + S + ",{number}," + SENT + "\n"),
    (GENERIC, "from,to,status\n" + S + ",{number},optout\n"),
]


@pytest.mark.parametrize("number", ["3125550161", "(312) 555-0161", "1.31E+10", "+1312****161", ""])
@pytest.mark.parametrize("form, text", BAD, ids=["ringcentral", "twilio", "telnyx", "generic"])
def test_numbers_are_reported_never_guessed(form: FileFormat, text: str, number: str) -> None:
    """National forms, what a spreadsheet made of a number, and masked ones."""
    (found,) = read(form, text.replace("{number}", number))
    assert isinstance(found, BadLine)


ALSO_BAD = [
    (RINGCENTRAL, LONG + f"{ANN},{S},Maybe,Api,PhoneNumber,,,\n"),
    (RINGCENTRAL, LONG + f"{ANN},{S},OptOut,Nobody,PhoneNumber,,,\n"),
    (RINGCENTRAL, LONG + f"{ANN},{S},OptOut,Api,Planet,,,\n"),
    (RINGCENTRAL, LONG + f"{ANN},{S},OptOut,Api,PhoneNumber,,,yesterday\n"),
    (TWILIO, LOG + f"MG17,{ANN},Hi,failed,{SENT},x,1,21610,AC1,SM1,outbound-api,0,USD\n"),
    (TWILIO, json.dumps({"contact_id": ANN, "sender_id": S, "status": "maybe"})),
    (TELNYX, f"from,to,created_at\n,{ANN},{SENT}\n"),
    (TELNYX, f"from,to,created_at\n{S},{ANN},2026-03-02\n"),
    (GENERIC, f"from,to,status,changed_at\n{S},{ANN},optout,soon\n"),
    (GENERIC, f"from,to,status,category\n{S},{ANN},optout,gossip\n"),
]


@pytest.mark.parametrize("form, text", ALSO_BAD)
def test_what_else_is_reported(form: FileFormat, text: str) -> None:
    """Unknown words, times that are none, no sender named."""
    (found,) = read(form, text)
    assert isinstance(found, BadLine)


BROKEN = [
    (RINGCENTRAL, "a,b\n1,2\n"),
    (TWILIO, "a,b\n1,2\n"),
    (TELNYX, '{"data": [\n'),
    (TELNYX, "{}\n{\n"),
]


@pytest.mark.parametrize("form, text", BROKEN)
def test_what_is_another_file_is_refused_whole(form: FileFormat, text: str) -> None:
    """Without the head nothing can be trusted."""
    with pytest.raises(BrokenFile):
        read(form, text)


FACTS = [
    Fact(0, S, ANN, True, RECIPIENT, T),
    Fact(0, S, BEN, False, RECIPIENT, T + 1_000),
    Fact(0, S, BEN, True, ACCOUNT, T, category=Category.PROMOTIONAL),
    Fact(0, "*", ANN, True, ACCOUNT, T),
]


@pytest.mark.parametrize(
    "form, kept",
    [(RINGCENTRAL, FACTS), (GENERIC, FACTS), (TWILIO, FACTS[:2]), (TELNYX, FACTS[:1])],
    ids=["ringcentral", "generic", "twilio", "telnyx"],
)
def test_what_is_written_is_read_again(form: FileFormat, kept: list[Fact]) -> None:
    """As much of it as the form can say; nothing is said that was not."""
    found = read(form, "".join(form.write(FACTS)))
    assert [fact._replace(number=0, proof="") for fact in found] == kept


def test_calls_to_twilio_hold_25_consents() -> None:
    """With ids of 32 characters that tell them apart."""
    many = [Fact(0, S, f"+1312555{n:04d}", True, RECIPIENT, T) for n in range(60)]
    calls = [json.loads(line)["Items"] for line in TWILIO.write(many)]
    assert [len(items) for items in calls] == [25, 25, 10]
    ids = {item["correlation_id"] for items in calls for item in items}
    assert len(ids) == 60
    assert {len(one) for one in ids} == {32}
