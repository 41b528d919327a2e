"""What a hub needs before it serves: an address that nobody listens on, and files for TLS."""

import errno
import os
import socket
import ssl
from pathlib import Path

from returnstation.application.troubles import Trouble


def check_address(host: str, port: int) -> None:
    """Make sure that a hub can listen where nobody does yet.

    Processes of a hub share its port. Those of another hub would share it too, and each would get
    some of the requests.

    Args:
        host: An IP address.
        port: Of it.

    Raises:
        Trouble: ``port-in-use`` or ``address-unusable``.
    """
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    try:
        with socket.socket(family, socket.SOCK_STREAM) as probe:
            # Connections of a hub that just ended are in nobody's way; Windows means more by it.
            if os.name == "posix":
                probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind((host, port))
    except OSError as odd:
        if odd.errno == errno.EADDRINUSE:
            raise Trouble("port-in-use", host=host, port=str(port)) from odd
        why = odd.strerror or str(odd)
        raise Trouble("address-unusable", host=host, port=str(port), why=why) from odd


def check_certificate(certificate: Path, key: Path) -> None:
    """Make sure that two PEM files belong together and can be used for TLS.

    Raises:
        Trouble: ``certificate-unusable``.
    """
    _look_into(certificate, b"CERTIFICATE-----", "it holds no certificate")
    _look_into(key, b"PRIVATE KEY-----", "it holds no private key")
    try:
        # With no password at all the program would stop and ask the terminal for one.
        ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER).load_cert_chain(certificate, key, password="")
    except ssl.SSLError as odd:
        files = f"{certificate}, {key}"
        raise Trouble("certificate-unusable", file=files, why=str(odd)) from odd


def _look_into(file: Path, mark: bytes, lack: str) -> None:
    try:
        is_there = mark in file.read_bytes()
    except OSError as odd:
        why = odd.strerror or str(odd)
        raise Trouble("certificate-unusable", file=str(file), why=why) from odd
    if not is_there:
        raise Trouble("certificate-unusable", file=str(file), why=lack)
