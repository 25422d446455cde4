"""A store that speaks as much of S3 as the server asks for, on loopback, in memory. It believes every signature."""

import re
import threading
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


class FakeS3:
    """`objects`: by key. `asked`: (method, path, headers in lower case) of every request. `failing`: answer 403.

    `meanwhile`: called while a request is answered.
    """

    def __init__(self):
        self.objects = {}
        self.parts = {}
        self.asked = []
        self.failing = False
        self.meanwhile = lambda: None


class _Handler(BaseHTTPRequestHandler):
    store: FakeS3
    protocol_version = "HTTP/1.1"

    def log_message(self, *_):
        pass

    def _answer(self, status, body=b"", **headers):
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name.replace("_", "-"), value)
        if "Content_Length" not in headers:
            self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(body)

    def _begin(self):
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        self.store.asked.append((self.command, self.path, {k.lower(): v for k, v in self.headers.items()}))
        self.store.meanwhile()
        if self.store.failing:
            self._answer(403, b"<Error><Code>AccessDenied</Code></Error>")
            return None
        return body

    def do_PUT(self):
        body = self._begin()
        if body is None:
            return
        path, _, query = self.path.partition("?")
        if "partNumber" in query:
            number = int(re.search(r"partNumber=(\d+)", query)[1])
            self.store.parts[number] = body
            self._answer(200, ETag=f'"part{number}"')
        elif self.headers.get("If-None-Match") == "*" and path in self.store.objects:
            self._answer(412, b"<Error><Code>PreconditionFailed</Code></Error>")
        else:
            self.store.objects[path] = body
            self._answer(200, ETag='"whole"')

    def do_POST(self):
        if self._begin() is None:
            return
        path, _, query = self.path.partition("?")
        if query.startswith("uploads"):
            self.store.parts.clear()
            self._answer(200, b"<InitiateMultipartUploadResult><UploadId>u1</UploadId></InitiateMultipartUploadResult>")
        else:
            self.store.objects[path] = b"".join(self.store.parts[number] for number in sorted(self.store.parts))
            self._answer(200, b"<CompleteMultipartUploadResult><ETag>e</ETag></CompleteMultipartUploadResult>")

    def do_GET(self):
        if self._begin() is None:
            return
        data = self.store.objects.get(self.path.partition("?")[0])
        if data is None:
            self._answer(404, b"<Error><Code>NoSuchKey</Code></Error>")
            return
        common = {"ETag": '"whole"', "Last_Modified": "Mon, 23 Nov 2026 10:00:00 GMT"}
        if found := re.fullmatch(r"bytes=(\d+)-(\d*)", self.headers.get("Range", "")):
            start, end = int(found[1]), int(found[2] or len(data) - 1)
            piece = data[start : end + 1]
            self._answer(206, piece, Content_Range=f"bytes {start}-{start + len(piece) - 1}/{len(data)}", **common)
        else:
            self._answer(200, data, **common)


@contextmanager
def running_s3(monkeypatch, bucket="gemba"):
    """Yields (store, place): the place is what `--photos` takes; keys and endpoint are in the environment."""
    store = FakeS3()
    server = ThreadingHTTPServer(("127.0.0.1", 0), type("Handler", (_Handler,), {"store": store}))
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    for name, value in {
        "AWS_ENDPOINT": f"http://127.0.0.1:{server.server_address[1]}",
        "AWS_ALLOW_HTTP": "true",
        "AWS_ACCESS_KEY_ID": "key",
        "AWS_SECRET_ACCESS_KEY": "secret",
        "AWS_REGION": "us-east-1",
    }.items():
        monkeypatch.setenv(name, value)
    try:
        yield store, f"s3://{bucket}/photos"
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
