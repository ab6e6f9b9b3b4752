import pytest

from stopline.carriers.smpp.addresses import AddressRule, read_address, render_address
from support.number_shapes import SHAPES


@pytest.mark.parametrize("ton, address, canonical", SHAPES)
def test_every_shape_of_a_number_is_one_number(ton, address, canonical):
    """S22: whatever type and spelling a carrier uses, the pair is the same."""
    assert read_address(ton, address, "US") == canonical


@pytest.mark.parametrize("address", [b"", b"\xff\xfe", b"0", b"1" * 21, b"+"])
def test_what_is_no_address_stays_as_it_is(address):
    """Nothing is guessed and nothing is lost."""
    assert read_address(1, address, "US") == address.decode("latin-1")


@pytest.mark.parametrize(
    "address, wire",
    [
        ("+13125550142", b"\1\x0113125550142\0"),
        ("12345", b"\3\x0012345\0"),
        ("ACME Shop", b"\5\0ACME Shop\0"),
    ],
)
def test_addresses_on_the_way_out(address, wire):
    """E.164 without its plus, short codes and names by their own types."""
    assert render_address(address, AddressRule()) == wire


def test_a_carriers_own_types():
    """Type, plan and plus are settings."""
    rule = AddressRule(number_ton=0, number_npi=0, plus=True, short_code_ton=6)
    assert render_address("+13125550142", rule) == b"\0\0+13125550142\0"
    assert render_address("12345", rule) == b"\6\x0012345\0"
