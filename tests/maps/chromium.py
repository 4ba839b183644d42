"""Drive a real Chromium through its own protocol (CDP), with the network cut off."""

from __future__ import annotations

import base64
import json
import subprocess
import time
from typing import TYPE_CHECKING, Any
from urllib.request import urlopen

import websocket

from geo_urban.maps.pictures import BROWSER_OPTIONS, find_browser

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

PATIENCE_S = 60.0
SHIFT = 8


class Chromium:
    """One browser with one page; collects what the console says and what the page asks for."""

    def __init__(self, profile: Path) -> None:
        browser = find_browser()
        assert browser, "no Chromium is installed"
        self._profile = profile
        self._process = subprocess.Popen(
            [browser, *BROWSER_OPTIONS, f"--user-data-dir={profile}", "--remote-debugging-port=0", "about:blank"],
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        self._socket: websocket.WebSocket | None = None
        self._number = 0
        self._events: list[dict[str, Any]] = []

    def connect(self) -> None:
        port = self._wait(self._port, "the browser's port")
        with urlopen(f"http://127.0.0.1:{port}/json/list", timeout=PATIENCE_S) as answer:
            pages = [target for target in json.load(answer) if target["type"] == "page"]
        self._socket = websocket.create_connection(
            pages[0]["webSocketDebuggerUrl"], timeout=PATIENCE_S, suppress_origin=True
        )
        for domain in ("Page", "Runtime", "Log", "Network", "DOM"):
            self.call(f"{domain}.enable")
        self.call("Network.setCacheDisabled", cacheDisabled=True)
        self.call("Network.emulateNetworkConditions", offline=True, latency=0, downloadThroughput=0, uploadThroughput=0)

    def close(self) -> None:
        if self._socket is not None:
            self._socket.close()
        self._process.terminate()
        self._process.wait(timeout=PATIENCE_S)

    def call(self, method: str, **parameters: Any) -> dict[str, Any]:
        assert self._socket is not None
        self._number += 1
        self._socket.send(json.dumps({"id": self._number, "method": method, "params": parameters}))
        while True:
            message = json.loads(self._socket.recv())
            if message.get("id") == self._number:
                assert "error" not in message, message
                return message["result"]
            if "method" in message:
                self._events.append(message)

    def open(self, page: Path, *, width: int = 1280, height: int = 800) -> None:
        """Open a file and wait until it has drawn itself."""
        self._events.clear()
        self.call(
            "Emulation.setDeviceMetricsOverride", width=width, height=height, deviceScaleFactor=1, mobile=width < 700
        )
        self.call("Page.navigate", url=page.resolve().as_uri())
        self._wait(
            lambda: self.run("document.readyState === 'complete' && location.href !== 'about:blank'"), "the page"
        )

    def run(self, script: str) -> Any:
        """Return the value of a script run in the page."""
        result = self.call("Runtime.evaluate", expression=script, returnByValue=True, awaitPromise=True)
        assert "exceptionDetails" not in result, result["exceptionDetails"]
        return result["result"].get("value")

    def move(self, x: float, y: float) -> None:
        """Move the pointer, as a hand would."""
        self.call("Input.dispatchMouseEvent", type="mouseMoved", x=x, y=y)

    def click(self, x: float, y: float, *, shift: bool = False) -> None:
        """Press and release the left button of the mouse at a place of the page."""
        self.move(x, y)
        for kind in ("mousePressed", "mouseReleased"):
            self._mouse(kind, x, y, shift=shift)

    def drag(self, start: tuple[float, float], end: tuple[float, float], *, shift: bool = False) -> None:
        """Draw the mouse from one place to another with its left button down."""
        self.move(*start)
        self._mouse("mousePressed", *start, shift=shift)
        for step in (0.3, 0.7, 1.0):
            x, y = (a + step * (b - a) for a, b in zip(start, end, strict=True))
            self._mouse("mouseMoved", x, y, shift=shift)
        self._mouse("mouseReleased", *end, shift=shift)

    def _mouse(self, kind: str, x: float, y: float, *, shift: bool) -> None:
        self.call(
            "Input.dispatchMouseEvent",
            type=kind,
            x=x,
            y=y,
            button="left",
            buttons=0 if kind == "mouseReleased" else 1,
            clickCount=1,
            modifiers=SHIFT if shift else 0,
        )

    def press(self, key: str, *, shift: bool = False) -> None:
        """Press a key on the keyboard."""
        for kind in ("keyDown", "keyUp"):
            typed = _TYPED.get(key) if kind == "keyDown" else None
            self.call(
                "Input.dispatchKeyEvent",
                type=kind,
                key=key,
                code="Space" if key == " " else key,
                windowsVirtualKeyCode=_KEY_CODES[key],
                modifiers=SHIFT if shift else 0,
                **({"text": typed} if typed else {}),
            )

    def type_text(self, text: str) -> None:
        """Type text where the focus is."""
        self.call("Input.insertText", text=text)

    def picture(self, png: Path) -> Path:
        """Write what the page looks like now."""
        png.write_bytes(base64.b64decode(self.call("Page.captureScreenshot", format="png")["data"]))
        return png

    def complaints(self) -> list[str]:
        """Return errors of scripts, of the console and of the page's policy, and requests for anything but the file."""
        self.run("new Promise((done) => requestAnimationFrame(() => setTimeout(done, 50)))")
        found = []
        for event in self._events:
            kind, values = event["method"], event["params"]
            if kind == "Runtime.exceptionThrown":
                found.append(f"exception: {values['exceptionDetails']}")
            elif kind == "Runtime.consoleAPICalled" and values["type"] in {"error", "assert", "warning"}:
                found.append(f"console: {values['args']}")
            elif kind == "Log.entryAdded" and values["entry"]["level"] in {"error", "warning"}:
                found.append(f"log: {values['entry']['text']}")
            elif kind == "Network.requestWillBeSent" and not values["request"]["url"].startswith(("file:", "data:")):
                found.append(f"request: {values['request']['url']}")
        return found

    def _port(self) -> int | None:
        file = self._profile / "DevToolsActivePort"
        return int(file.read_text().split()[0]) if file.is_file() and file.read_text().strip() else None

    @staticmethod
    def _wait(ready: Callable[[], Any], what: str) -> Any:
        end = time.monotonic() + PATIENCE_S
        while time.monotonic() < end:
            value = ready()
            if value:
                return value
            time.sleep(0.02)
        message = f"{what} did not come in {PATIENCE_S:.0f} s"
        raise TimeoutError(message)


_KEY_CODES = {
    "Tab": 9,
    "Enter": 13,
    "Escape": 27,
    " ": 32,
    "PageDown": 34,
    "End": 35,
    "Home": 36,
    "ArrowLeft": 37,
    "ArrowUp": 38,
    "ArrowRight": 39,
    "ArrowDown": 40,
}
_TYPED = {"Enter": "\r", " ": " "}
