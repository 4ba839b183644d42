"""A web server on the loopback that serves well, or misbehaves as it is told."""

from __future__ import annotations

import re
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    Deed = Callable[[Any, bytes], None]

LONGEST_STALL_S = 5.0  # a request that nobody ends frees its thread by itself


class Web:
    """What the server holds, what it shall do wrong next, and what it was asked."""

    def __init__(self) -> None:
        self.files: dict[str, bytes] = {}
        self.deeds: dict[str, list[Deed]] = {}
        self.always: dict[str, Deed] = {}
        self.ranges: list[str | None] = []
        self.closing = threading.Event()
        self.url = ""

    def put(self, path: str, content: bytes) -> str:
        self.files[f"/{path}"] = content
        return f"{self.url}/{path}"

    def next(self, path: str, *deeds: Deed) -> None:
        self.deeds[f"/{path}"] = list(deeds)

    def every(self, path: str, deed: Deed) -> None:
        self.always[f"/{path}"] = deed

    # Misdeeds, each for one answer.

    def cut(self, after: int) -> Deed:
        """Announce everything, send a part, hang up."""

        def deed(answer: Any, content: bytes) -> None:
            begins = answer.begin(content)
            answer.wfile.write(content[begins : begins + after])
            answer.close_connection = True

        return deed

    def stall(self, after: int) -> Deed:
        """Send a part, then nothing, with the line open."""

        def deed(answer: Any, content: bytes) -> None:
            begins = answer.begin(content)
            answer.wfile.write(content[begins : begins + after])
            answer.wfile.flush()
            self.closing.wait(LONGEST_STALL_S)
            answer.close_connection = True

        return deed

    def redirect(self, to: str) -> Deed:
        def deed(answer: Any, content: bytes) -> None:
            del content
            answer.say(302, {"Location": to, "Content-Length": "0"})

        return deed

    def status(self, code: int, body: bytes = b"", kind: str = "text/plain") -> Deed:
        def deed(answer: Any, content: bytes) -> None:
            del content
            answer.say(code, {"Content-Length": str(len(body)), "Content-Type": kind})
            answer.wfile.write(body)

        return deed

    def announce(self, length: Callable[[int], int]) -> Deed:
        """Lie about the length, and know no ranges."""

        def deed(answer: Any, content: bytes) -> None:
            said = length(len(content))
            answer.say(200, {"Content-Length": str(said)})
            answer.wfile.write(content[:said])
            answer.close_connection = True

        return deed


class Answer(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    web: Web

    def do_GET(self) -> None:
        web = self.web
        web.ranges.append(self.headers.get("Range"))
        content = web.files.get(self.path, b"")
        deeds = web.deeds.get(self.path, [])
        try:
            if deeds:
                deeds.pop(0)(self, content)
            elif self.path in web.always:
                web.always[self.path](self, content)
            elif self.path not in web.files:
                self.say(404, {"Content-Length": "0"})
            else:
                self.wfile.write(content[self.begin(content) : self.end])
        except (BrokenPipeError, ConnectionResetError):  # the other side has gone
            self.close_connection = True

    def do_HEAD(self) -> None:
        known = self.path in self.web.files
        length = str(len(self.web.files.get(self.path, b"")))
        self.say(200 if known else 404, {"Content-Length": length, "Accept-Ranges": "bytes"})

    def begin(self, content: bytes) -> int:
        """Send the head of an answer and return where its bytes begin."""
        tag = f'"{len(content)}-{sum(content[:1000])}"'
        asked = re.fullmatch(r"bytes=(\d+)-(\d*)", self.headers.get("Range", ""))
        first = int(asked[1]) if asked else 0
        if asked and self.headers.get("If-Range", tag) == tag:
            self.end = min(int(asked[2]) + 1 if asked[2] else len(content), len(content))
            if first >= len(content):
                self.say(416, {"Content-Range": f"bytes */{len(content)}", "Content-Length": "0"})
                return len(content)
            head = {"Content-Range": f"bytes {first}-{self.end - 1}/{len(content)}"}
            self.say(206, {**head, "Content-Length": str(self.end - first), "ETag": tag})
            return first
        self.end = len(content)
        self.say(200, {"Content-Length": str(len(content)), "ETag": tag, "Accept-Ranges": "bytes"})
        return 0

    def say(self, status: int, head: dict[str, str]) -> None:
        self.send_response(status)
        for name, value in head.items():
            self.send_header(name, value)
        self.end_headers()

    def log_message(self, *_: object) -> None:
        return


@pytest.fixture
def web(monkeypatch: pytest.MonkeyPatch) -> Iterator[Web]:
    """A server that is gone when the test ends, however it ends."""
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    monkeypatch.setenv("no_proxy", "127.0.0.1")
    monkeypatch.delenv("GEO_URBAN_MIRROR", raising=False)
    made = Web()
    server = ThreadingHTTPServer(("127.0.0.1", 0), type("Handler", (Answer,), {"web": made}))
    server.daemon_threads = True
    server.block_on_close = False
    made.url = f"http://127.0.0.1:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    try:
        yield made
    finally:
        made.closing.set()
        server.shutdown()
        server.server_close()
        thread.join(LONGEST_STALL_S)
