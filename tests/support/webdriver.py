"""Firefox and WebKitGTK, by the commands of WebDriver.

Firefox takes them over a socket, in its protocol Marionette, so that it needs no driver: Debian has none for it.
WebKitGTK has a driver, which takes them by HTTP.
"""

import base64
import http.client
import json
import os
import shutil
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import ExitStack, closing, contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from tests.support.fakes import closed_port
from tools.local_api import ProcessTree

FIREFOX_MISSING = "Firefox is missing (Debian: apt-get install firefox-esr)"
WEBKIT_MISSING = "WebKitGTK's driver or Xvfb is missing (Debian: apt-get install webkit2gtk-driver xvfb)"
STARTS_WITHIN = 30
ANSWERS_WITHIN = 60
# A browser takes the certificates of tests/support/tls.py.
CAPABILITIES = {"acceptInsecureCerts": True}
ENTER = "\ue007"

FIREFOX_PREFERENCES = {
    "marionette.port": 0,
    # A camera that shows colours, and that the page may use.
    "media.navigator.streams.fake": True,
    "media.navigator.permission.disabled": True,
    # Reads FIREFOX_STYLE.
    "toolkit.legacyUserProfileCustomizations.stylesheets": True,
}
# Windows become as narrow as a phone only where their bars may.
FIREFOX_STYLE = ":root { min-width: 0 !important; }"
GTK_STYLE = "button, entry { min-width: 0; padding: 0; }"


class CommandFailed(Exception):
    """What a browser says of a command that it could not carry out."""


@dataclass(frozen=True)
class Command:
    """A command, by what Marionette calls it and by its HTTP method and path."""

    marionette: str
    method: str
    path: str


GO_TO = Command("Navigate", "POST", "url")
RUN = Command("ExecuteScript", "POST", "execute/sync")
CLICK = Command("ElementClick", "POST", "element/{id}/click")
ACT = Command("PerformActions", "POST", "actions")
RESIZE = Command("SetWindowRect", "POST", "window/rect")
TAKE_PICTURE = Command("TakeScreenshot", "GET", "screenshot")
GET_COOKIES = Command("GetCookies", "GET", "cookie")
DELETE_COOKIES = Command("DeleteAllCookies", "DELETE", "cookie")


class WebDriver:
    """A browser with one window. `send` hands a command to it and returns what comes of that."""

    def __init__(self, send):
        self._send = send

    def go_to(self, url: str) -> None:
        self._send(GO_TO, url=url)

    def run(self, script: str, *arguments):
        """What the body of a function returns, on the page."""
        return self._send(RUN, script=script, args=list(arguments))

    def click(self, script: str, *arguments) -> None:
        """Clicks on the element that a script returns."""
        (element,) = self.run(script, *arguments).values()
        self._send(CLICK, id=element)

    def type(self, text: str) -> None:
        """Presses these keys one after the other, whatever has the focus."""
        presses = [{"type": kind, "value": key} for key in text for kind in ("keyDown", "keyUp")]
        self._send(ACT, actions=[{"type": "key", "id": "keyboard", "actions": presses}])

    def resize(self, width: int, height: int) -> None:
        self._send(RESIZE, width=width, height=height)

    def picture(self) -> bytes:
        """What the window shows, a PNG file."""
        return base64.b64decode(self._send(TAKE_PICTURE, full=False))

    def cookies(self) -> list[dict]:
        return self._send(GET_COOKIES)

    def forget(self) -> None:
        """Deletes what the site of the page has stored."""
        self._send(DELETE_COOKIES)
        self.run("localStorage.clear()")


# Firefox


def firefox_executable() -> str | None:
    return shutil.which("firefox-esr") or shutil.which("firefox")


@contextmanager
def firefox(folder: Path) -> Iterator[WebDriver]:
    profile = folder / "profile"
    (profile / "chrome").mkdir(parents=True)
    (profile / "chrome" / "userChrome.css").write_text(FIREFOX_STYLE)
    lines = [f"user_pref({json.dumps(name)}, {json.dumps(value)});\n" for name, value in FIREFOX_PREFERENCES.items()]
    (profile / "user.js").write_text("".join(lines))
    command = [firefox_executable(), "--marionette", "--headless", "--no-remote", "--profile", profile]
    # It does not start in the home of another user, as CI may have it.
    with running(command, {"HOME": str(folder)}), Marionette(_port_in(profile / "MarionetteActivePort")) as marionette:
        marionette.send("NewSession", CAPABILITIES)
        yield WebDriver(lambda command, **parameters: marionette.send(command.marionette, parameters))


class Marionette:
    """Messages are JSON, after their length: [0, id, command, parameters] and [1, id, error, result]."""

    def __init__(self, port: int):
        self._socket = socket.create_connection(("127.0.0.1", port), timeout=ANSWERS_WITHIN)
        self._answers = self._socket.makefile("rb")
        self._sent = 0

    def __enter__(self):
        # Firefox speaks first.
        self._receive()
        return self

    def __exit__(self, *_):
        self._answers.close()
        self._socket.close()

    def send(self, name: str, parameters: dict):
        self._sent += 1
        message = json.dumps([0, self._sent, f"WebDriver:{name}", parameters]).encode()
        self._socket.sendall(b"%d:%b" % (len(message), message))
        _, _, error, result = self._receive()
        if error:
            raise CommandFailed(f"{name}: {error['message']}")
        return result["value"] if isinstance(result, dict) and "value" in result else result

    def _receive(self):
        length = b"".join(iter(lambda: self._answers.read(1), b":"))
        return json.loads(self._answers.read(int(length)))


def _port_in(file: Path) -> int:
    return _once(lambda: int(file.read_text()), "Firefox does not start")


# WebKitGTK


def webkit_executables() -> list[str]:
    """The driver, which starts the browser, and a display for it; none if one of them is missing."""
    found = [shutil.which(name) for name in ("WebKitWebDriver", "Xvfb")]
    return found if all(found) else []


@contextmanager
def webkit(folder: Path) -> Iterator[WebDriver]:
    style = folder / "gtk-3.0" / "gtk.css"
    style.parent.mkdir()
    style.write_text(GTK_STYLE)
    port = closed_port()
    command = ["WebKitWebDriver", f"--port={port}"]
    with ExitStack() as stack:
        display = stack.enter_context(_display())
        stack.enter_context(running(command, {"DISPLAY": display, "HOME": str(folder), "XDG_CONFIG_HOME": str(folder)}))
        connection = stack.enter_context(closing(http.client.HTTPConnection("127.0.0.1", port, timeout=ANSWERS_WITHIN)))
        _once(connection.connect, "WebKitWebDriver does not start")
        session = _ask(connection, "POST", "/session", {"capabilities": {"alwaysMatch": CAPABILITIES}})["sessionId"]
        stack.callback(_ask, connection, "DELETE", f"/session/{session}")

        def send(command: Command, **parameters):
            path = command.path.format(**parameters)
            return _ask(connection, command.method, f"/session/{session}/{path}", parameters)

        yield WebDriver(send)


def _ask(connection: http.client.HTTPConnection, method: str, path: str, parameters: dict = {}):
    connection.request(method, path, json.dumps(parameters) if method == "POST" else None)
    response = connection.getresponse()
    value = json.load(response)["value"]
    if response.status != 200:
        raise CommandFailed(f"{path.rpartition('/')[2]}: {value['message']}")
    return value


@contextmanager
def _display() -> Iterator[str]:
    """The name of a display that nobody sees."""
    reading, writing = os.pipe()
    with running(["Xvfb", "-displayfd", str(writing), "-nolisten", "tcp"], pass_fds=[writing]), open(reading) as number:
        os.close(writing)
        yield f":{int(number.readline())}"


# Both


@contextmanager
def running(command: list, environment: dict[str, str] = {}, **options):
    silent = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
    tree = ProcessTree(command, env=os.environ | environment, **silent, **options)
    try:
        yield
    finally:
        tree.end()


def _once(attempt, failure: str):
    """What an attempt returns as soon as it succeeds."""
    deadline = time.monotonic() + STARTS_WITHIN
    while time.monotonic() < deadline:
        with suppress(OSError, ValueError):
            return attempt()
        time.sleep(0.05)
    raise TimeoutError(failure)
