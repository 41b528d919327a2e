"""An S3 on a port of this machine, as far as photos need one; it checks every signature itself."""

import hashlib
import hmac
import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Event, Thread
from urllib.parse import parse_qsl, quote, urlsplit

STANDS_STILL_S = 60.0

KEY_ID, SECRET, REGION, BUCKET = "AKIATEST", "s3cret/of+tests", "ap-northeast-2", "returns"
_SIGNED = re.compile(
    r"AWS4-HMAC-SHA256 Credential=([^/]+)/(\d{8})/([^/]+)/s3/aws4_request,"
    r" ?SignedHeaders=([^,]+), ?Signature=(\w+)"
)


@dataclass
class S3Stand:
    """What a bucket holds.

    Attributes:
        failing: A status that everything is answered with; 0 for none.
        goes_on: Nothing is answered until it is set, or for a minute.
    """

    port: int = 0
    objects: dict[str, bytes] = field(default_factory=dict)
    parts: dict[str, dict[int, bytes]] = field(default_factory=dict)
    failing: int = 0
    asked: int = 0
    goes_on: Event = field(default_factory=Event)

    def __post_init__(self) -> None:
        self.goes_on.set()

    @property
    def environment(self) -> dict[str, str]:
        return {
            "AWS_ACCESS_KEY_ID": KEY_ID,
            "AWS_SECRET_ACCESS_KEY": SECRET,
            "AWS_REGION": REGION,
            "AWS_ENDPOINT": f"http://127.0.0.1:{self.port}",
        }


@contextmanager
def an_s3() -> Iterator[S3Stand]:
    stand = S3Stand()

    class Handler(_Handler):
        s3 = stand

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        stand.port = server.server_address[1]
        thread = Thread(target=server.serve_forever, args=(0.05,))
        thread.start()
        try:
            yield stand
        finally:
            stand.goes_on.set()
            server.shutdown()
            thread.join()


class _Handler(BaseHTTPRequestHandler):
    s3: S3Stand
    protocol_version = "HTTP/1.1"
    timeout = STANDS_STILL_S

    def do_GET(self) -> None:
        found = self._asked()
        if found is not None:
            _, key, _ = found
            known = self.s3.objects.get(key)
            self._say(404, _error("NoSuchKey")) if known is None else self._say(200, known)

    def do_PUT(self) -> None:
        found = self._asked()
        if found is None:
            return
        body, key, query = found
        if "uploadId" in query:
            self.s3.parts[query["uploadId"]][int(query["partNumber"])] = body
        else:
            self.s3.objects[key] = body
        self._say(200, b"", etag=f'"{hashlib.md5(body, usedforsecurity=False).hexdigest()}"')

    def do_POST(self) -> None:
        found = self._asked()
        if found is None:
            return
        body, key, query = found
        if "delete" in query:
            gone = re.findall(r"<Key>([^<]+)</Key>", body.decode())
            for each in gone:
                self.s3.objects.pop(each, None)
            told = "".join(f"<Deleted><Key>{each}</Key></Deleted>" for each in gone)
            self._say(200, _xml("DeleteResult", told))
            return
        if "uploads" in query:
            name = str(len(self.s3.parts))
            self.s3.parts[name] = {}
            told = f"<UploadId>{name}</UploadId>"
            self._say(200, _xml("InitiateMultipartUploadResult", told))
            return
        parts = self.s3.parts.pop(query["uploadId"])
        self.s3.objects[key] = b"".join(parts[number] for number in sorted(parts))
        self._say(200, _xml("CompleteMultipartUploadResult", "<ETag>&quot;1&quot;</ETag>"))

    def log_request(self, code: object = "-", size: object = "-") -> None:
        """Say nothing: what is refused is answered."""

    def _asked(self) -> tuple[bytes, str, dict[str, str]] | None:
        """Return body, key and query of a request that is signed; answer any other."""
        self.s3.asked += 1
        self.s3.goes_on.wait(STANDS_STILL_S)
        body = self.rfile.read(int(self.headers.get("content-length", "0")))
        if self.s3.failing:
            self._say(self.s3.failing, _error("SlowDown"))
            return None
        if not self._is_signed(body):
            self._say(403, _error("SignatureDoesNotMatch"))
            return None
        url = urlsplit(self.path)
        bucket, _, key = url.path.removeprefix("/").partition("/")
        if bucket != BUCKET:
            self._say(404, _error("NoSuchBucket"))
            return None
        return body, key, dict(parse_qsl(url.query, keep_blank_values=True))

    def _is_signed(self, body: bytes) -> bool:
        """Tell whether Signature Version 4 holds, as AWS's own documents reckon it."""
        found = _SIGNED.fullmatch(self.headers.get("authorization", ""))
        digest = self.headers.get("x-amz-content-sha256", "")
        if found is None or digest not in (hashlib.sha256(body).hexdigest(), "UNSIGNED-PAYLOAD"):
            return False
        key_id, day, region, names, signature = found.groups()
        url = urlsplit(self.path)
        query = sorted(parse_qsl(url.query, keep_blank_values=True))
        asked = "\n".join(
            (
                self.command,
                url.path,
                "&".join(
                    f"{quote(name, safe='')}={quote(value, safe='')}" for name, value in query
                ),
                *(f"{name}:{self.headers[name].strip()}" for name in names.split(";")),
                "",
                names,
                digest,
            )
        )
        scope = f"{day}/{region}/s3/aws4_request"
        text = "\n".join(
            (
                "AWS4-HMAC-SHA256",
                self.headers["x-amz-date"],
                scope,
                hashlib.sha256(asked.encode()).hexdigest(),
            )
        )
        key = f"AWS4{SECRET}".encode()
        for word in (day, region, "s3", "aws4_request"):
            key = hmac.digest(key, word.encode(), "sha256")
        right = hmac.digest(key, text.encode(), "sha256").hex()
        return (key_id, region) == (KEY_ID, REGION) and hmac.compare_digest(right, signature)

    def _say(self, status: int, body: bytes, etag: str = '"1"') -> None:
        self.send_response(status)
        self.send_header("content-length", str(len(body)))
        self.send_header("etag", etag)
        self.send_header("last-modified", "Wed, 25 Nov 2026 09:00:00 GMT")
        self.end_headers()
        self.wfile.write(body)


def _error(code: str) -> bytes:
    return _xml("Error", f"<Code>{code}</Code><Message>{code}</Message>")


def _xml(name: str, inner: str) -> bytes:
    return f'<?xml version="1.0" encoding="UTF-8"?><{name}>{inner}</{name}>'.encode()
