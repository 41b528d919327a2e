"""Where webhooks may go: public hosts over TLS, and nowhere else unless it was allowed."""

import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from ipaddress import ip_address, ip_network
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from returnstation.hub.refusing import NotDone
from returnstation.hub.webhook_sending import Guard, NotSent, Parcel, signature

LOOPBACK = Guard((ip_network("127.0.0.0/8"), ip_network("::1/128")))


def a_parcel(url: str) -> Parcel:
    return Parcel(url, b"secret", "evt_1", 1_700_000_000, b"{}")


@pytest.mark.parametrize(
    "url",
    [
        "https://example.com/hook?shop=1",
        "https://EXAMPLE.com:8443",
        "https://93.184.216.34/",
        "https://[2606:2800:220:1:248:1893:25c8:1946]/x",
    ],
)
def test_public_hosts_may_be_told(url: str) -> None:
    assert Guard().check_url(url).hostname


@pytest.mark.parametrize(
    "url",
    [
        "http://example.com/",
        "ftp://example.com/",
        "//example.com/",
        "example.com",
        "",
        "https://",
        "https:///x",
        "https://user@example.com/",
        "https://user:word@example.com/",
        "https://example.com/#part",
        "https://example.com:0/",
        "https://example.com:99999/",
        "https://example.com:x/",
        "https://exa mple.com/",
        "https://example.com/\n",
        "https://example.com/\r\nhost: evil",
        "https://beispiel.dé/",
        "https://[::1/",
        "https://example.com/" + "x" * 2000,
    ],
)
def test_what_is_no_address_is_refused(url: str) -> None:
    with pytest.raises(NotDone, match="webhook-url-wrong"):
        Guard().check_url(url)


@pytest.mark.parametrize(
    "host",
    [
        "127.0.0.1",
        "127.9.9.9",
        "10.0.0.1",
        "172.16.0.1",
        "192.168.1.1",
        "169.254.169.254",
        "100.64.0.1",
        "0.1.2.3",
        "255.255.255.255",
        "224.0.0.1",
        "localhost",
        "[::1]",
        "[::]",
        "[fe80::1]",
        "[fd00::1]",
        "[::ffff:10.0.0.1]",
        "[64:ff9b::7f00:1]",
        "[2002:7f00:1::]",
        "[ff02::1]",
    ],
)
def test_what_is_not_public_is_refused(host: str) -> None:
    with pytest.raises(NotDone, match="webhook-url-private"):
        Guard().check_url(f"https://{host}/")


@pytest.mark.parametrize("address", ["0x7f.1", "2130706433", "017700000001"])
def test_an_address_in_disguise_is_seen_when_it_is_looked_up(address: str) -> None:
    with pytest.raises(NotSent):
        Guard().send(a_parcel(f"https://{address}/"))


def test_a_name_that_leads_to_this_machine_is_refused_when_it_is_looked_up() -> None:
    with pytest.raises(NotSent, match="webhook-url-private"):
        Guard((ip_network("10.0.0.0/8"),)).send(a_parcel("https://localhost/"))


def test_http_goes_into_allowed_networks_only() -> None:
    with pytest.raises(NotDone, match="webhook-url-private"):
        LOOPBACK.check_url("http://93.184.216.34/")
    assert LOOPBACK.check_url("http://127.0.0.1:8080/x").port == 8080


def test_the_signature_is_that_of_the_standard() -> None:
    # The example of https://github.com/standard-webhooks/standard-webhooks, libraries' tests.
    import base64

    secret = base64.b64decode("MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw")
    made = signature(secret, "msg_p5jXN8AQM9LWM0D4loKWxJek", 1614265330, b'{"test": 2432232314}')

    assert made == "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="


class _Quiet(ThreadingHTTPServer):
    def handle_error(self, *_: object) -> None:
        """Say nothing: clients that hang up are what is tested."""


@contextmanager
def a_tls_server(folder: Path, name: str) -> Iterator[tuple[int, Path]]:
    """Run an HTTPS server whose certificate is for a name; return its port and certificate."""

    class Taking(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            self.rfile.read(int(self.headers["content-length"]))
            self.send_response(204)
            self.end_headers()

        def log_request(self, *_: object) -> None:
            """Say nothing."""

    certificate = _certificate(folder, name)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate)
    server = _Quiet(("127.0.0.1", 0), Taking)
    server.socket = context.wrap_socket(server.socket, server_side=True)
    thread = threading.Thread(target=server.serve_forever, args=(0.01,))
    thread.start()
    try:
        yield server.server_port, certificate
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def _certificate(folder: Path, name: str) -> Path:
    key = ec.generate_private_key(ec.SECP256R1())
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    now = datetime.now(UTC)
    names = [x509.DNSName(name), x509.IPAddress(ip_address("127.0.0.2"))]
    made = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(subject)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName(names), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .sign(key, hashes.SHA256())
    )
    file = folder / "server.pem"
    file.write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
        + made.public_bytes(serialization.Encoding.PEM)
    )
    return file


def test_a_server_whose_certificate_nobody_vouches_for_is_told_nothing(tmp_path: Path) -> None:
    with (
        a_tls_server(tmp_path, "localhost") as (port, _),
        pytest.raises(NotSent, match="CERTIFICATE_VERIFY_FAILED"),
    ):
        LOOPBACK.send(a_parcel(f"https://localhost:{port}/"))


def test_a_server_with_a_certificate_for_its_name_is_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with a_tls_server(tmp_path, "localhost") as (port, certificate):
        monkeypatch.setenv("SSL_CERT_FILE", str(certificate))

        assert Guard(LOOPBACK.allowed).send(a_parcel(f"https://localhost:{port}/")) == 204


def test_a_server_with_a_certificate_for_another_name_is_told_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with a_tls_server(tmp_path, "elsewhere.example") as (port, certificate):
        monkeypatch.setenv("SSL_CERT_FILE", str(certificate))

        with pytest.raises(NotSent, match="CERTIFICATE_VERIFY_FAILED"):
            Guard(LOOPBACK.allowed).send(a_parcel(f"https://localhost:{port}/"))
