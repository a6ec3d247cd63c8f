"""To which addresses we connect: public ones, unless the owner of the shop plainly meant his own.

Checked while connecting, and for exactly the address that is then called: a name that answers the
check with one address and the call with another (DNS rebinding) gains nothing.
"""

from __future__ import annotations

import socket
from enum import Enum
from functools import cache
from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network
from typing import Any
from urllib.parse import urlsplit

from requests.adapters import HTTPAdapter
from urllib3 import HTTPConnectionPool, HTTPSConnectionPool
from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.exceptions import ConnectTimeoutError, NameResolutionError, NewConnectionError

from connector.errors import TryLater

HERE = frozenset({"localhost", "127.0.0.1", "::1"})
"""The spellings of this very machine: for tests and rehearsals, and for a shop beside us."""

_GLOBAL_6 = ip_network("2000::/3")
_OWN = [
    ip_network(each)
    for each in ("10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "100.64.0.0/10", "fc00::/7")
]
_NEVER = [
    ip_network(each)
    for each in (
        "100.100.100.200/32",  # where Alibaba's, Azure's and Amazon's machines find their passwords
        "168.63.129.16/32",
        "fd00:ec2::254/128",
        "192.88.99.0/24",  # 6to4, Teredo: an IPv4 address in disguise, and nobody's shop
        "2002::/16",
        "2001::/32",
        "3fff::/20",  # documentation; older Pythons do not know it
    )
]
_NAT64 = ip_network("64:ff9b::/96")


class Reach(Enum):
    """How far the owner's words go."""

    PUBLIC = "public"
    OWN_NETWORK = "own network"
    THIS_MACHINE = "this machine"

    def allows(self, address: str) -> bool:
        """Whether we may connect to this address, given as numbers."""
        meant = _meant(ip_address(address.partition("%")[0]))
        if self is Reach.THIS_MACHINE:
            return meant.is_loopback
        if _is_public(meant):
            return True
        return self is Reach.OWN_NETWORK and _is_own(meant)


def reach_of(url: str, ca_file: str) -> Reach:
    """A private authority's file is how an owner says that his shop is in his own network: there,
    only a server with a certificate of that authority is spoken to."""
    if urlsplit(url).hostname in HERE:
        return Reach.THIS_MACHINE
    return Reach.OWN_NETWORK if ca_file else Reach.PUBLIC


def _meant(address: IPv4Address | IPv6Address) -> IPv4Address | IPv6Address:
    """The address that is reached in the end, out of the two disguises that real networks use."""
    if isinstance(address, IPv4Address):
        return address
    if address in _NAT64:
        return IPv4Address(address.packed[-4:])
    return address.ipv4_mapped or address


def _is_public(address: IPv4Address | IPv6Address) -> bool:
    if address.is_multicast or any(address in each for each in _NEVER):
        return False
    return address.is_global and (isinstance(address, IPv4Address) or address in _GLOBAL_6)


def _is_own(address: IPv4Address | IPv6Address) -> bool:
    if any(address in each for each in _NEVER):
        return False
    return address.is_loopback or any(address in each for each in _OWN)


def keep_within(adapter: HTTPAdapter, reach: Reach) -> None:
    """From now on this adapter connects nowhere else."""
    adapter.poolmanager.pool_classes_by_scheme = _pools(reach)


class _Checked:
    """Looks the name up once, refuses it if any answer is out of reach, and calls the answers."""

    reach: Reach
    host: str
    port: int
    _dns_host: str

    def _new_conn(self) -> socket.socket:
        name = self._dns_host
        failed: Exception | None = None
        try:
            for address in self._addresses(name):
                self._dns_host = address
                try:
                    connected: socket.socket = super()._new_conn()  # type: ignore[misc]
                    return connected
                except (NewConnectionError, ConnectTimeoutError) as refused:
                    failed = refused
        finally:
            self._dns_host = name
        raise failed or OSError("the name has no address")

    def _addresses(self, name: str) -> list[str]:
        try:
            found = socket.getaddrinfo(name.strip("[]"), self.port, type=socket.SOCK_STREAM)
        except (socket.gaierror, UnicodeError) as unknown:
            error = unknown if isinstance(unknown, socket.gaierror) else socket.gaierror()
            raise NameResolutionError(self.host, self, error) from None  # type: ignore[arg-type]
        addresses = list(dict.fromkeys(str(each[4][0]) for each in found))
        if not all(self.reach.allows(each) for each in addresses):
            raise TryLater(
                "The shop's name leads into a private network, and nothing was sent there. If the"
                " shop is in your own network, connect it with --ca-file; otherwise repair its name."
            )
        return addresses


@cache
def _pools(reach: Reach) -> dict[str, Any]:
    kept = reach

    class Plain(_Checked, HTTPConnection):
        reach = kept

    class Encrypted(_Checked, HTTPSConnection):
        reach = kept

    class PlainPool(HTTPConnectionPool):
        ConnectionCls = Plain

    class EncryptedPool(HTTPSConnectionPool):
        ConnectionCls = Encrypted

    return {"http": PlainPool, "https": EncryptedPool}
