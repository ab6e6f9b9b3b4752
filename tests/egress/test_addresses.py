"""Which addresses may be connected to, and which URLs may be asked."""

from ipaddress import ip_network

import pytest

from stopline.egress.addresses import AddressPolicy, InvalidTarget, Reach, parse_target

REFUSED = [
    "127.0.0.1",
    "127.255.255.254",
    "0.0.0.0",
    "10.0.0.1",
    "100.64.0.1",
    "100.100.100.200",
    "169.254.169.254",
    "169.254.1.1",
    "172.16.0.1",
    "192.0.0.1",
    "192.0.2.1",
    "192.88.99.1",
    "192.168.1.1",
    "198.18.0.1",
    "224.0.0.1",
    "239.1.1.1",
    "240.0.0.1",
    "255.255.255.255",
    "::",
    "::1",
    "::127.0.0.1",
    "::ffff:127.0.0.1",
    "::ffff:10.0.0.1",
    "::ffff:169.254.169.254",
    "64:ff9b::7f00:1",
    "64:ff9b::a9fe:a9fe",
    "64:ff9b:1::a00:1",
    "2001::1",
    "2001:0:7f00:1::",
    "2001:db8::1",
    "2002:7f00:1::",
    "2002:a9fe:a9fe::1",
    "3fff::1",
    "fc00::1",
    "fd00:ec2::254",
    "fe80::1",
    "fe80::1%eth0",
    "fec0::1",
    "ff02::1",
    "not an address",
    "127.1",
]
PUBLIC = ["8.8.8.8", "1.1.1.1", "2606:4700:4700::1111", "::ffff:8.8.8.8"]


@pytest.mark.parametrize("address", REFUSED)
def test_nothing_but_the_public_internet_is_reached_by_default(address: str) -> None:
    """Loopback, private, link-local, metadata and embedding addresses are refused."""
    assert not AddressPolicy().permits(address, Reach.PUBLIC)


@pytest.mark.parametrize("address", PUBLIC)
def test_public_addresses_are_reached_with_public_reach_only(address: str) -> None:
    """A public address is no target of plain HTTP or an odd port."""
    assert AddressPolicy().permits(address, Reach.PUBLIC)
    assert not AddressPolicy().permits(address, Reach.TRUSTED)


@pytest.mark.parametrize("address", ["127.0.0.1", "127.8.9.1", "::1", "::ffff:127.0.0.1"])
def test_loopback_is_a_switch(address: str) -> None:
    """Loopback is reached when the policy says so, with either reach."""
    policy = AddressPolicy(allow_loopback=True)
    assert policy.permits(address, Reach.PUBLIC)
    assert policy.permits(address, Reach.TRUSTED)
    assert not policy.permits("0.0.0.0", Reach.TRUSTED)


def test_a_trusted_network_opens_itself_only() -> None:
    """10.1/16 is trusted, 10.2/16 is not, and IPv4-mapped forms count as IPv4."""
    policy = AddressPolicy(trusted_networks=(ip_network("10.1.0.0/16"),))
    assert policy.permits("10.1.2.3", Reach.TRUSTED)
    assert policy.permits("::ffff:10.1.2.3", Reach.TRUSTED)
    assert not policy.permits("10.2.0.1", Reach.TRUSTED)
    assert not policy.permits("127.0.0.1", Reach.TRUSTED)


def test_metadata_is_never_trusted() -> None:
    """A trusted network that covers a metadata address does not open it."""
    policy = AddressPolicy(trusted_networks=(ip_network("0.0.0.0/0"), ip_network("::/0")))
    for address in ("169.254.169.254", "fd00:ec2::254", "::ffff:169.254.169.254"):
        assert not policy.permits(address, Reach.TRUSTED)


def test_a_trusted_network_does_not_open_loopback() -> None:
    """Loopback has its own switch, whatever the networks say."""
    policy = AddressPolicy(trusted_networks=(ip_network("0.0.0.0/0"),))
    assert not policy.permits("127.0.0.1", Reach.TRUSTED)


@pytest.mark.parametrize(
    "url, reach",
    [
        ("https://crm.example.net/hooks/rc", Reach.PUBLIC),
        ("https://crm.example.net:8443/", Reach.PUBLIC),
        ("https://crm.example.net:9443/", Reach.TRUSTED),
        ("http://crm.example.net/", Reach.TRUSTED),
        ("http://crm.example.net:443/", Reach.TRUSTED),
    ],
)
def test_only_https_on_a_public_port_goes_far(url: str, reach: Reach) -> None:
    """Plain HTTP and other ports stay within trusted networks."""
    assert parse_target(url).reach is reach


@pytest.mark.parametrize(
    "url",
    [
        "",
        "crm.example.net",
        "//crm.example.net/",
        "ftp://crm.example.net/",
        "file:///etc/passwd",
        "gopher://crm.example.net/",
        "javascript:alert(1)",
        "https://",
        "https:///hooks",
        "https://crm.example.net:99999/",
        "https://crm.example.net:0/",
        "https://crm.example.net:x/",
        "https://user@crm.example.net/",
        "https://user:secret@crm.example.net/",
        "https://crm.example.net\\@127.0.0.1/",
        "https://crm.example.net/a b",
        "https://crm.example.net/\r\nHost: other",
        "https://[::1/",
        "https://①②⑦.⓪.⓪.①/",
        "https://crm.example.net/" + "a" * 2_048,
    ],
)
def test_urls_of_another_form_are_no_targets(url: str) -> None:
    """Other schemes, credentials, control characters, over-long texts and bad ports."""
    with pytest.raises(InvalidTarget):
        parse_target(url)
