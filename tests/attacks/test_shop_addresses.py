"""Nobody makes the connector call a server inside: not by an address, a name, a redirect or a proxy."""

from __future__ import annotations

import http.server
import threading
from collections.abc import Iterator
from ipaddress import IPv4Address, IPv4Network, ip_network
from itertools import chain, repeat
from pathlib import Path
from typing import Any

import pytest
import requests
from certifi import where
from hypothesis import given, settings
from hypothesis import strategies as st

from adapters.reach import Reach
from adapters.woocommerce import credentials
from adapters.woocommerce.client import Client
from connector import connecting, rulebook
from connector.errors import AccessLost, BadInput, StammkundeError, TryLater
from connector.installation import Installation, open_installation
from connector.tables import shop as shops_table
from tests.attacks.canary import Canary, Network, ends_here, singing
from tests.conftest import ROUNDS
from tests.connected import Connected, config

KEYS = {"key": "ck_" + "1" * 40, "secret": "cs_" + "2" * 40}
PUBLIC = "93.184.216.34"

PORT = "PORT"
NUMBERS = [
    # this machine, in every way a number can be written
    f"https://127.0.0.2:{PORT}",
    f"https://127.1:{PORT}",
    f"https://127.0.1:{PORT}",
    f"https://127.000.000.001:{PORT}",
    f"https://2130706433:{PORT}",
    f"https://0x7f000001:{PORT}",
    f"https://0x7f.0.0.1:{PORT}",
    f"https://0x7f.1:{PORT}",
    f"https://0177.0.0.1:{PORT}",
    f"https://017700000001:{PORT}",
    f"https://127.0.0.1.:{PORT}",
    f"https://0.0.0.0:{PORT}",
    f"https://0:{PORT}",
    f"https://0x0:{PORT}",
    f"https://[::]:{PORT}",
    f"https://[::ffff:127.0.0.1]:{PORT}",
    f"https://[::ffff:7f00:1]:{PORT}",
    f"https://[::ffff:0:127.0.0.1]:{PORT}",
    f"https://[::127.0.0.1]:{PORT}",
    f"https://[64:ff9b::127.0.0.1]:{PORT}",
    f"https://[64:ff9b:1::7f00:1]:{PORT}",
    f"https://[2002:7f00:1::]:{PORT}",
    f"https://[2001:0:7f00:1::]:{PORT}",
    f"https://[fe80::1%25lo]:{PORT}",
    f"http://[::1%25lo]:{PORT}",
    f"http://127.0.0.2:{PORT}",
    f"http://2130706433:{PORT}",
    f"http://0x7f.1:{PORT}",
    f"http://0.0.0.0:{PORT}",
    f"http://[::ffff:127.0.0.1]:{PORT}",
    # where clouds keep their passwords
    "https://169.254.169.254",
    "https://169.254.170.2",
    "https://2852039166",
    "https://0xa9fea9fe",
    "https://[::ffff:169.254.169.254]",
    "https://[fd00:ec2::254]",
    "https://100.100.100.200",
    "https://168.63.129.16",
    "http://169.254.169.254/latest/meta-data",
    # other people's networks
    "https://10.0.0.5",
    "https://172.16.0.1",
    "https://172.31.255.254",
    "https://192.168.1.1",
    "https://100.64.0.1",
    "https://192.0.2.1",
    "https://198.18.0.1",
    "https://192.88.99.1",
    "https://224.0.0.1",
    "https://255.255.255.255",
    "https://240.0.0.1",
    "https://[fe80::1]",
    "https://[fc00::1]",
    "https://[fd12:3456::1]",
    "https://[fec0::1]",
    "https://[ff02::1]",
    "https://[2001:db8::1]",
]
SPELLINGS = [
    # an honest host in front, another one meant
    f"https://shop.example@127.0.0.1:{PORT}",
    f"https://shop.example:x@127.0.0.1:{PORT}",
    f"https://shop.example%40127.0.0.1:{PORT}",
    f"https://127.0.0.1:{PORT}\\@shop.example",
    f"https://shop.example\\@127.0.0.1:{PORT}",
    f"https://127.0.0.1:{PORT}\\.shop.example",
    f"https:\\\\127.0.0.1:{PORT}",
    f"https:///127.0.0.1:{PORT}",
    f"https:127.0.0.1:{PORT}",
    f"http://shop.example#@127.0.0.1:{PORT}",
    f"http://shop.example?@127.0.0.1:{PORT}",
    f"https://shop.example:443@127.0.0.1:{PORT}",
    f"https://127.0.0.1:443:{PORT}",
    f"https://127.0.0.1:-{PORT}",
    f"https://127.0.0.1:+{PORT}",
    "https://127.0.0.1:８０",
    # letters that only look like others
    f"https://127。0。0。1:{PORT}",
    f"https://127．0．0．1:{PORT}",
    f"https://１２７.0.0.1:{PORT}",
    f"https://①②⑦.⓪.⓪.①:{PORT}",
    f"https://ⓛⓞⓒⓐⓛⓗⓞⓢⓣ:{PORT}",
    f"https://ｌｏｃａｌｈｏｓｔ:{PORT}",
    f"https://local\u00adhost:{PORT}",
    f"https://localhost\u200b:{PORT}",
    f"https://127.0.0.1\u2044@shop.example:{PORT}",
    # whitespace, control characters, escapes
    f"https://127.0.0.1\t:{PORT}",
    f"https://local\thost:{PORT}",
    f"https://local\nhost:{PORT}",
    f"https://127.0.0.1 .shop.example:{PORT}",
    f"https://127.0.0.1\x00.shop.example:{PORT}",
    f"https://127.0.0.1%00.shop.example:{PORT}",
    f"https://%31%32%37.0.0.1:{PORT}",
    f"https://localhost.:{PORT}",
    f"https://localhost%2e:{PORT}",
    f"https://.localhost:{PORT}",
    # other languages than the web's
    f"gopher://127.0.0.1:{PORT}/_GET",
    f"ftp://127.0.0.1:{PORT}",
    f"dict://127.0.0.1:{PORT}/d",
    f"ldap://127.0.0.1:{PORT}",
    f"tftp://127.0.0.1:{PORT}",
    f"unix://127.0.0.1:{PORT}",
    f"http+unix://127.0.0.1:{PORT}",
    f"jar:http://127.0.0.1:{PORT}!/",
    "file:///etc/passwd",
    "file://localhost/etc/passwd",
    f"netdoc://127.0.0.1:{PORT}",
    f"data://127.0.0.1:{PORT}",
]  # fmt: skip
NAMES: dict[str, tuple[str, ...]] = {
    "127.0.0.1.nip.example": ("127.0.0.1",),
    "7f000001.nip.example": ("127.0.0.1",),
    "localtest.example": ("127.0.0.1",),
    "localtest6.example": ("::1",),
    "alias-of-localhost.example": ("127.0.0.1", "::1"),
    "localhost.localdomain": ("127.0.0.1",),
    "ip6-localhost": ("::1",),
    "anything.localhost": ("127.0.0.1",),
    "metadata": ("169.254.169.254",),
    "metadata.google.internal": ("169.254.169.254",),
    "instance-data": ("169.254.169.254",),
    "one-of-two.example": (PUBLIC, "127.0.0.1"),
    "the-other-of-two.example": ("127.0.0.1", PUBLIC),
    "mapped.example": ("::ffff:127.0.0.1",),
    "nat64.example": ("64:ff9b::7f00:1",),
    "six-to-four.example": ("2002:7f00:1::",),
    "compatible.example": ("::7f00:1",),
    "unspecified.example": ("0.0.0.0",),
    "unspecified6.example": ("::",),
    "intranet.example": ("10.1.2.3",),
    "router.example": ("192.168.178.1",),
    "shared.example": ("100.64.0.1",),
    "unique-local.example": ("fd00::5",),
    "link-local.example": ("fe80::1",),
    "xn--80ak6aa92e.example": ("127.0.0.1",),
}


@pytest.fixture
def network(monkeypatch: pytest.MonkeyPatch) -> Network:
    return ends_here(monkeypatch)


@pytest.fixture(scope="module")
def canary() -> Iterator[Canary]:
    with singing() as one:
        yield one


def visit(url: str, ca_file: str = "") -> None:
    """What `shop add` does first: read the address, then knock."""
    made = credentials({"url": url, "ca_file": ca_file, **KEYS})
    Client(made, 1000).knock("/wp-json/")


@pytest.mark.parametrize("spelled", ["http://127.0.0.1", "http://localhost", "http://[::1]"])
def test_the_canary_sings_for_the_three_spellings_that_are_allowed(
    network: Network, canary: Canary, spelled: str
) -> None:
    """The control: this machine, said plainly, is for tests and rehearsals."""
    before = len(canary.visits)
    visit(f"{spelled}:{canary.port}")

    assert len(canary.visits) == before + 1


@pytest.mark.parametrize("url", NUMBERS + SPELLINGS)
def test_no_spelling_of_an_address_leads_inside(network: Network, canary: Canary, url: str) -> None:
    before = len(canary.visits)
    with pytest.raises(StammkundeError):
        visit(url.replace(PORT, str(canary.port)))

    assert canary.visits[before:] == []
    assert [each for each in network.called if not Reach.PUBLIC.allows(each)] == []


@pytest.mark.parametrize("url", NUMBERS)
def test_an_address_inside_is_refused_by_name_before_anything_is_asked(
    network: Network, canary: Canary, url: str
) -> None:
    with pytest.raises(BadInput, match="--url"):
        credentials({"url": url.replace(PORT, str(canary.port)), **KEYS})

    assert network.called == []


def written(number: int, how: int) -> str:
    """An IPv4 address as the C library also reads it: fewer parts, octal, hex, or one number."""
    four = number.to_bytes(4, "big")
    tail = [number & 0xFFFFFFFF, number & 0xFFFFFF, number & 0xFFFF, number & 0xFF][how % 4]
    spelled = [("%d", "%d"), ("0%o", "0%o"), ("0x%x", "0X%X"), ("%d", "0x%x")][how // 4 % 4]
    return ".".join([spelled[0] % each for each in four[: how % 4]] + [spelled[1] % tail])


INSIDE = ["10.0.0.0/8", "127.0.0.0/8", "169.254.0.0/16", "172.16.0.0/12", "192.168.0.0/16",
          "100.64.0.0/10", "0.0.0.0/8", "224.0.0.0/4", "240.0.0.0/4"]  # fmt: skip
HERE = {"127.0.0.1"}


@given(
    network=st.sampled_from([ip_network(each) for each in INSIDE]),
    place=st.integers(0, 2**32),
    how=st.integers(0, 15),
)
@settings(max_examples=300 * ROUNDS)
def test_no_address_inside_is_accepted_however_it_is_written(
    network: IPv4Network, place: int, how: int
) -> None:
    host = written(int(network[place % network.num_addresses]), how)

    if host not in HERE:
        with pytest.raises(BadInput, match="--url"):
            credentials({"url": f"https://{host}", **KEYS})


@given(st.integers(0, 2**32 - 1))
@settings(max_examples=300 * ROUNDS)
def test_inside_is_inside_in_every_disguise(number: int) -> None:
    """What an IPv4 address may do, its IPv6 forms may do, or less."""
    plain = IPv4Address(number)
    allowed = Reach.PUBLIC.allows(str(plain))
    for disguise in ("::ffff:", "64:ff9b::"):
        assert Reach.PUBLIC.allows(disguise + str(plain)) == allowed
    for disguise in ("::", "::ffff:0:", "64:ff9b:1::", "fe80::", "fc00::"):
        assert not Reach.PUBLIC.allows(disguise + str(plain))
    assert not Reach.PUBLIC.allows(f"2002:{number >> 16:x}:{number & 0xFFFF:x}::")
    assert not allowed or not (plain.is_private or plain.is_loopback or plain.is_multicast)


@pytest.mark.parametrize("name", NAMES)
def test_no_name_leads_inside(network: Network, canary: Canary, name: str) -> None:
    network.names[name] = lambda: NAMES[name]
    before = len(canary.visits)

    with pytest.raises(TryLater, match="private network"):
        visit(f"https://{name}:{canary.port}")

    assert canary.visits[before:] == []
    assert network.called == []


def test_the_same_names_lead_inside_for_a_client_that_does_not_look(
    network: Network, canary: Canary
) -> None:
    """The control: the stubbed names do lead to the canary."""
    network.names["localtest.example"] = lambda: ["127.0.0.1"]
    before = len(canary.visits)
    requests.get(f"http://localtest.example:{canary.port}", timeout=5)

    assert len(canary.visits) == before + 1


# ------------------------------------------------------------------ names that change their mind


def rebinding(*first: str) -> Any:
    answers = chain(([each] for each in first), repeat(["127.0.0.1"]))
    return lambda: next(answers)


@pytest.mark.parametrize("looks", range(1, 6))
def test_a_name_that_changes_its_mind_leads_nowhere(
    network: Network, canary: Canary, looks: int
) -> None:
    network.names["rebinding.example"] = rebinding(*[PUBLIC] * looks)
    before = len(canary.visits)
    client = Client(credentials({"url": f"https://rebinding.example:{canary.port}", **KEYS}), 1000)
    for _ in range(6):
        with pytest.raises(TryLater):
            client.knock("/wp-json/")

    assert canary.visits[before:] == []
    assert set(network.called) == {PUBLIC}


def test_looking_first_and_calling_then_is_not_enough(network: Network, canary: Canary) -> None:
    """The control: check a name, then let a library call it, and the second answer is called."""
    network.names["rebinding.example"] = rebinding(PUBLIC)
    before = len(canary.visits)
    (first,) = network.lookup("rebinding.example", 80)
    assert Reach.PUBLIC.allows(first[4][0])
    requests.get(f"http://rebinding.example:{canary.port}", timeout=5)

    assert len(canary.visits) == before + 1


def test_the_second_answer_is_called_when_the_first_is_silent(network: Network) -> None:
    network.names["two.example"] = lambda: [PUBLIC, "2606:2800:220:1::1"]

    with pytest.raises(TryLater, match="could not be reached"):
        visit("https://two.example")
    assert network.called[:2] == [PUBLIC, "2606:2800:220:1::1"]


# ------------------------------------------------------------------ redirects and proxies


@pytest.fixture
def sender(canary: Canary) -> Iterator[tuple[str, list[str]]]:
    """A shop that sends whoever asks to the address in `target`."""
    target = [""]

    class Handler(http.server.BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(302)
            self.send_header("Location", target[0])
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, *args: object) -> None:
            """Be quiet."""

    with http.server.HTTPServer(("127.0.0.1", 0), Handler) as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.01,))
        thread.start()
        yield f"http://127.0.0.1:{server.server_address[1]}", target
        server.shutdown()
        thread.join()


@pytest.mark.parametrize(
    "target",
    [
        f"http://127.0.0.1:{PORT}/",
        f"http://localhost:{PORT}/",
        f"http://[::1]:{PORT}/",
        f"//127.0.0.1:{PORT}/",
        f"https://127.0.0.1:{PORT}/",
        f"http://2130706433:{PORT}/",
        f"http://127.0.0.1:{PORT}\\@shop.example/",
        f"\thttp://127.0.0.1:{PORT}/",
        f"gopher://127.0.0.1:{PORT}/",
        f"http://user@127.0.0.1:{PORT}/",
        "http://169.254.169.254/latest/meta-data/",
        "file:///etc/passwd",
    ],
)
def test_no_redirect_leads_elsewhere(
    network: Network, canary: Canary, sender: tuple[str, list[str]], target: str
) -> None:
    url, to = sender
    to[0] = target.replace(PORT, str(canary.port))
    before = len(canary.visits)

    with pytest.raises((AccessLost, TryLater)):
        visit(url)

    assert canary.visits[before:] == []
    assert set(network.called) == {"127.0.0.1"}


def test_a_library_that_follows_redirects_wakes_the_canary(
    network: Network, canary: Canary, sender: tuple[str, list[str]]
) -> None:
    """The control."""
    sender[1][0] = f"http://127.0.0.1:{canary.port}/"
    before = len(canary.visits)
    requests.get(sender[0], timeout=5)

    assert len(canary.visits) == before + 1


@pytest.mark.parametrize("name", ["HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "all_proxy"])
def test_no_proxy_of_the_surroundings_calls_for_us(
    network: Network, canary: Canary, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    for each in ("NO_PROXY", "no_proxy"):
        monkeypatch.delenv(each, raising=False)
    monkeypatch.setenv(name, f"http://127.0.0.1:{canary.port}")
    network.names["shop.example"] = lambda: [PUBLIC]
    before = len(canary.visits)

    with pytest.raises(TryLater):
        visit("https://shop.example")

    assert canary.visits[before:] == []


# ------------------------------------------------------------------ a shop in one's own network


@pytest.mark.parametrize(
    ("address", "allowed"),
    [
        ("10.1.2.3", True),
        ("192.168.178.20", True),
        ("100.64.0.7", True),
        ("fd00::5", True),
        ("127.0.0.1", True),
        (PUBLIC, True),
        ("169.254.169.254", False),
        ("100.100.100.200", False),
        ("168.63.129.16", False),
        ("fd00:ec2::254", False),
        ("fe80::1", False),
        ("0.0.0.0", False),
        ("224.0.0.1", False),
        ("2002:a00:1::", False),
    ],
)
def test_a_private_authority_opens_ones_own_network_and_no_clouds_passwords(
    network: Network, tmp_path: Path, address: str, allowed: bool
) -> None:
    authority = tmp_path / "ca.pem"
    authority.write_bytes(Path(where()).read_bytes())
    network.names["intranet.example"] = lambda: [address]

    with pytest.raises(TryLater) as failed:
        visit("https://intranet.example:1", str(authority))

    assert ("private network" not in str(failed.value)) == allowed


# ------------------------------------------------------------------ the way `shop add` goes


@pytest.fixture(scope="module")
def inst(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Installation]:
    opened = open_installation(config(tmp_path_factory.mktemp("reach") / "data"))
    yield opened
    opened.close()


@pytest.mark.parametrize(
    "url", ["https://10.0.0.5", "https://127.0.0.1.nip.example", "https://rebinding.example"]
)
def test_a_shop_inside_is_not_connected(
    inst: Installation, network: Network, canary: Canary, url: str
) -> None:
    network.names["127.0.0.1.nip.example"] = lambda: ["127.0.0.1"]
    network.names["rebinding.example"] = rebinding(PUBLIC)
    before = len(canary.visits)

    with pytest.raises((BadInput, AccessLost, TryLater)) as refused:
        connecting.add(inst, "woocommerce", "inside", {"url": url, **KEYS},
                       rulebook.preset("dach"))  # fmt: skip

    assert KEYS["secret"] not in str(refused.value)
    assert canary.visits[before:] == []
    assert Connected(inst, None, None).count(shops_table) == 0  # type: ignore[arg-type]


def test_there_is_one_door_to_the_network() -> None:
    """Whoever speaks HTTP does it through the client that looks where it goes."""
    root = Path(__file__).parents[2]
    openers = (
        "import requests",
        "import urllib3",
        "import http.client",
        "urlopen",
        "import socket",
    )
    found = {
        str(file.relative_to(root))
        for folder in ("connector", "adapters")
        for file in (root / folder).rglob("*.py")
        if "simulator" not in file.parts and any(w in file.read_text("utf-8") for w in openers)
    }

    found.remove(
        "connector/runners/election.py"
    )  # asks for this machine's own name, and calls nobody
    found.remove("connector/cli/demo.py")  # brings the app to the simulated shop that it started
    assert found == {"adapters/reach.py", "adapters/wire.py"}
