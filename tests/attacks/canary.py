"""A server on every address of this machine that counts who comes, and a network that ends here."""

from __future__ import annotations

import socket
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from ipaddress import ip_address
from typing import Any

import pytest

real_lookup = socket.getaddrinfo
real_connect = socket.socket.connect
Answers = Callable[[], Sequence[str]]


@dataclass
class Canary:
    """It sings when anybody connects, whatever they say."""

    port: int
    visits: list[str] = field(default_factory=list)


@contextmanager
def singing() -> Iterator[Canary]:
    """Listens on IPv4 and IPv6, on all addresses of this machine."""
    with socket.create_server(("::", 0), family=socket.AF_INET6, dualstack_ipv6=True) as door:
        canary = Canary(door.getsockname()[1])

        def count() -> None:
            while True:
                try:
                    visitor, where = door.accept()
                except OSError:
                    return
                with visitor:
                    canary.visits.append(str(where[0]))
                    visitor.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}")

        thread = threading.Thread(target=count)
        thread.start()
        try:
            yield canary
        finally:
            door.shutdown(socket.SHUT_RDWR)
            thread.join(5)


@dataclass
class Network:
    """Names answer what a test says; an address that is not this machine refuses every call."""

    names: dict[str, Answers] = field(default_factory=dict)
    called: list[str] = field(default_factory=list)

    def lookup(self, host: Any, port: Any, *rest: Any, **options: Any) -> Any:
        if host not in self.names:
            return real_lookup(host, port, *rest, **options) if _is_number(host) else _unknown()
        found: list[Any] = []
        for address in self.names[host]():
            found += real_lookup(address, port, type=socket.SOCK_STREAM)
        return found

    def connect(self, caller: socket.socket, address: Any) -> None:
        self.called.append(address[0])
        meant = ip_address(address[0].partition("%")[0])
        if not meant.is_loopback:
            raise ConnectionRefusedError(111, "the network ends here")
        real_connect(caller, address)


def _is_number(host: str) -> bool:
    """As the C library reads numbers: 127.1, 0x7f000001 and 2130706433 are addresses to it."""
    try:
        real_lookup(host, 1, flags=socket.AI_NUMERICHOST)
    except (OSError, UnicodeError, ValueError):
        return False
    return True


def _unknown() -> Any:
    raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")


def ends_here(monkeypatch: pytest.MonkeyPatch) -> Network:
    """Nothing in this process leaves the machine until the test is over."""
    network = Network({"localhost": lambda: ["127.0.0.1"]})
    monkeypatch.setattr(socket, "getaddrinfo", network.lookup)
    monkeypatch.setattr(
        socket.socket, "connect", lambda caller, address: network.connect(caller, address)
    )
    return network
