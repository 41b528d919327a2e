"""A hub listens where nobody does, and with files that TLS can use; else it says why not."""

import socket
from collections.abc import Iterator
from contextlib import closing, contextmanager
from ipaddress import IPv4Address
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.serialization import BestAvailableEncryption

from certificates import OPEN, a_key, certificate, pem
from returnstation.application.troubles import Trouble
from returnstation.hub.listening import check_address, check_certificate

HERE, EVERYWHERE = "127.0.0.1", str(IPv4Address(0))


def _knows_ipv6() -> bool:
    try:
        socket.create_server(("::1", 0), family=socket.AF_INET6).close()
    except OSError:
        return False
    return True


needs_ipv6 = pytest.mark.skipif(not _knows_ipv6(), reason="this machine has no IPv6")


@contextmanager
def a_listener(host: str, *, is_shared: bool = True) -> Iterator[int]:
    """Listen on a port, as processes of a hub do where it is shared."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM) as listener:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, int(is_shared))
        listener.bind((host, 0))
        listener.listen()
        yield listener.getsockname()[1]


@pytest.mark.parametrize("is_shared", [True, False])
@pytest.mark.parametrize(
    ("theirs", "ours"),
    [
        (HERE, HERE),
        (HERE, EVERYWHERE),
        (EVERYWHERE, HERE),
        pytest.param(EVERYWHERE, "::", marks=needs_ipv6),
        pytest.param("::1", "::", marks=needs_ipv6),
    ],
)
def test_nobody_listens_where_somebody_does(*, theirs: str, ours: str, is_shared: bool) -> None:
    with (
        a_listener(theirs, is_shared=is_shared) as port,
        pytest.raises(Trouble, match=f"port-in-use host={ours} port={port}$"),
    ):
        check_address(ours, port)


def test_a_port_is_free_again_while_its_last_connections_still_end() -> None:
    with a_listener(HERE) as port:
        pass
    with socket.create_server((HERE, port), reuse_port=True) as server:
        client = socket.create_connection((HERE, port))
        accepted, _ = server.accept()
        accepted.close()  # who closes first keeps the port for a minute
        client.close()
    with closing(socket.socket()) as careless, pytest.raises(OSError, match="in use"):
        careless.bind((HERE, port))

    check_address(HERE, port)


def test_looking_leaves_the_port_to_the_hub() -> None:
    with a_listener(HERE) as port:
        pass

    check_address(HERE, port)
    with socket.create_server((HERE, port)):
        pass


def test_an_address_of_another_machine_is_named_with_the_reason() -> None:
    with pytest.raises(Trouble, match="address-unusable") as told:
        check_address("192.0.2.1", 8420)

    assert told.value.values["host"] == "192.0.2.1"
    assert "assign" in str(told.value.values["why"])


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    made = tmp_path_factory.mktemp("tls")
    key = a_key()
    (made / "chain.pem").write_bytes(certificate(key))
    for name, of, how in (
        ("key.pem", key, OPEN),
        ("locked.pem", key, BestAvailableEncryption(b"secret")),
        ("other.pem", a_key(), OPEN),
    ):
        (made / name).write_bytes(pem(of, how))
    (made / "cut.pem").write_bytes((made / "key.pem").read_bytes()[:60])
    (made / "empty.pem").touch()
    return made


def test_a_certificate_with_its_key_is_taken(folder: Path) -> None:
    check_certificate(folder / "chain.pem", folder / "key.pem")


@pytest.mark.parametrize(
    ("certificate", "key", "named", "why"),
    [
        ("gone.pem", "key.pem", "gone.pem", "No such file"),
        ("chain.pem", "gone.pem", "gone.pem", "No such file"),
        (".", "key.pem", "", "directory"),
        ("key.pem", "chain.pem", "key.pem", "no certificate"),
        ("empty.pem", "key.pem", "empty.pem", "no certificate"),
        ("chain.pem", "chain.pem", "chain.pem", "no private key"),
        ("chain.pem", "other.pem", "other.pem", "mismatch"),
        ("chain.pem", "locked.pem", "locked.pem", ""),
        ("chain.pem", "cut.pem", "cut.pem", ""),
    ],
)
def test_files_that_cannot_be_used_are_named_with_the_reason(
    folder: Path, certificate: str, key: str, named: str, why: str
) -> None:
    with pytest.raises(Trouble, match="certificate-unusable") as told:
        check_certificate(folder / certificate, folder / key)

    assert str(told.value.values["file"]).endswith(str(folder / named))
    assert why in str(told.value.values["why"])
