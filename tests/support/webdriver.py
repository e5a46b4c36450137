"""Firefox and WebKitGTK, by the commands of WebDriver.

Firefox takes them over a socket, in its protocol Marionette, so that it needs no driver: Debian has none for it.
WebKitGTK has a driver, which takes them by HTTP.
"""

import base64
import glob
import http.client
import io
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

from PIL import Image

from tests.support.fakes import closed_port
from tools.local_api import ProcessTree

FIREFOX_MISSING = "Firefox is missing (Debian: apt-get install firefox-esr)"
WEBKIT_MISSING = "WebKitGTK's driver or Xvfb is missing (Debian: apt-get install webkit2gtk-driver xvfb)"
ANSWERS_WITHIN = 60
COMES_WITHIN = 30
# A browser takes the certificates of tests/support/tls.py.
CAPABILITIES = {"acceptInsecureCerts": True}
ENTER, CONTROL = "\ue007", "\ue009"
# Where readers are.
ENVIRONMENT = {"TZ": "Europe/Berlin"}

FIREFOX_PREFERENCES = {
    "marionette.port": 0,
    # A camera that shows colours, and that the page may use.
    "media.navigator.streams.fake": True,
    "media.navigator.permission.disabled": True,
    # Reads FIREFOX_STYLE.
    "toolkit.legacyUserProfileCustomizations.stylesheets": True,
    # Saves without a panel over the page, and PDF without another tab in front of it.
    "browser.download.alwaysOpenPanel": False,
    "pdfjs.disabled": True,
    # Asks only for pages; that the first of these counts, a variable of the environment says.
    "services.settings.server": "data:,",
    "media.gmp-manager.updateEnabled": False,
    "browser.safebrowsing.malware.enabled": False,
    "browser.safebrowsing.phishing.enabled": False,
}
FIREFOX_ENVIRONMENT = {"MOZ_REMOTE_SETTINGS_DEVTOOLS": "1"}
# Windows become as narrow as a phone only where their bars may.
FIREFOX_STYLE = ":root { min-width: 0 !important; }"
GTK_STYLE = "button, entry { min-width: 0; padding: 0; }"
MINI_BROWSER = "/usr/lib/*/webkit2gtk-*/MiniBrowser"

# Scripts that look at a page.
WIDTHS = """
const { clientWidth, scrollWidth } = document.documentElement;
const hasBox = (node) => node.getClientRects().length > 0;
const boxAround = ({ parentElement }) => (hasBox(parentElement) ? parentElement : boxAround(parentElement));
const isOutside = (node) => {
  const [inner, outer] = [node, boxAround(node)].map((at) => at.getBoundingClientRect());
  return hasBox(node) && (inner.left < outer.left - 0.5 || inner.right > outer.right + 0.5);
};
const outside = [...document.body.querySelectorAll("*")].filter(isOutside).map((node) => node.outerHTML.slice(0, 99));
return [scrollWidth - clientWidth, outside];
"""
PLACE_AND_WINDOW = """
const node = document.querySelector(arguments[0]);
node.scrollIntoView({ block: "center" });
const { left, top, right, bottom } = node.getBoundingClientRect();
return [left, top, right, bottom, innerWidth];
"""
MAKE_FIELD = """
const field = document.body.appendChild(document.createElement("textarea"));
field.id = "pasted";
field.focus();
"""
TAKE_FIELD = """
const field = document.getElementById("pasted");
field.remove();
return field.value;
"""


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
RELOAD = Command("Refresh", "POST", "refresh")
RESIZE = Command("SetWindowRect", "POST", "window/rect")
TAKE_PICTURE = Command("TakeScreenshot", "GET", "screenshot")
GET_COOKIES = Command("GetCookies", "GET", "cookie")
DELETE_COOKIES = Command("DeleteAllCookies", "DELETE", "cookie")


class WebDriver:
    """A browser with one window. `send` hands a command to it and returns what comes of that. It saves files in a folder
    of its home."""

    def __init__(self, send, home: Path):
        self._send = send
        self._home = home

    def go_to(self, url: str) -> None:
        self._send(GO_TO, url=url)

    def run(self, script: str, *arguments):
        """What the body of a function returns, on the page."""
        return self._send(RUN, script=script, args=list(arguments))

    def click(self, script: str, *arguments) -> None:
        """Clicks on the element that a script returns."""
        (element,) = self.run(script, *arguments).values()
        self._send(CLICK, id=element)

    def reload(self) -> None:
        self._send(RELOAD)

    def wait_for(self, script: str, *arguments):
        """What a script returns as soon as that is true."""
        deadline = time.monotonic() + COMES_WITHIN
        while not (value := self.run(script, *arguments)):
            assert time.monotonic() < deadline, self.run("return document.body.innerText")
            time.sleep(0.02)
        return value

    def type(self, text: str) -> None:
        """Presses these keys one after the other, whatever has the focus."""
        self._press([(kind, key) for key in text for kind in ("keyDown", "keyUp")])

    def pasted(self) -> str:
        """What is in the clipboard, as a field of the page gets it."""
        self.run(MAKE_FIELD)
        self._press([("keyDown", CONTROL), ("keyDown", "v"), ("keyUp", "v"), ("keyUp", CONTROL)])
        self.wait_for("return document.getElementById('pasted').value")
        return self.run(TAKE_FIELD)

    def _press(self, strokes: list[tuple[str, str]]) -> None:
        presses = [{"type": kind, "value": key} for kind, key in strokes]
        self._send(ACT, actions=[{"type": "key", "id": "keyboard", "actions": presses}])

    def resize(self, width: int, height: int) -> None:
        self._send(RESIZE, width=width, height=height)

    def assert_fits(self, width: int) -> None:
        """The window is this wide, and no part of the page is wider than what it is in."""
        self.wait_for("return innerWidth === arguments[0]", width)
        widths = self.run(WIDTHS)
        assert widths == [0, []], widths

    def picture(self) -> Image.Image:
        """What the window shows."""
        file = io.BytesIO(base64.b64decode(self._send(TAKE_PICTURE, full=False)))
        return Image.open(file).convert("RGB")

    def picture_of(self, selector: str) -> Image.Image:
        """What the window shows of an element."""
        *place, window = self.run(PLACE_AND_WINDOW, selector)
        picture = self.picture()
        return picture.crop([round(side * picture.width / window) for side in place])

    def saved(self, name: str) -> bytes:
        """The content of a file that is saved, or will be soon."""

        def content() -> bytes:
            (file,) = [file for file in self._home.rglob(name) if file.stat().st_size]
            found = file.read_bytes()
            file.unlink()
            return found

        return once(content, f"{name} is not saved")

    def cookies(self) -> list[dict]:
        return self._send(GET_COOKIES)

    def stored(self) -> list:
        """The cookies that scripts see, and how much else the site of the page has stored."""
        return self.run("return [document.cookie, localStorage.length, sessionStorage.length]")

    def forget(self) -> None:
        """Deletes what the site of the page has stored. WebKit answers before the cookies are deleted."""

        def delete() -> None:
            if self.cookies():
                self._send(DELETE_COOKIES)
                raise ValueError("there were cookies")

        once(delete, "cookies are not deleted")
        self.run("localStorage.clear()")


# Firefox


def firefox_executable() -> str | None:
    return shutil.which("firefox-esr") or shutil.which("firefox")


@contextmanager
def firefox(folder: Path, proxy: str | None = None, runs_scripts: bool = True) -> Iterator[WebDriver]:
    profile = folder / "profile"
    (profile / "chrome").mkdir(parents=True)
    (profile / "chrome" / "userChrome.css").write_text(FIREFOX_STYLE)
    preferences = FIREFOX_PREFERENCES | {"javascript.enabled": runs_scripts}
    lines = [f"user_pref({json.dumps(name)}, {json.dumps(value)});\n" for name, value in preferences.items()]
    (profile / "user.js").write_text("".join(lines))
    command = [firefox_executable(), "--marionette", "--headless", "--no-remote", "--profile", profile]
    by_proxy = {"proxy": {"proxyType": "manual", "httpProxy": proxy, "sslProxy": proxy}} if proxy else {}
    # It does not start in the home of another user, as CI may have it.
    environment, port = FIREFOX_ENVIRONMENT | {"HOME": str(folder)}, profile / "MarionetteActivePort"
    with running(command, environment), Marionette(_port_in(port)) as marionette:
        marionette.send("NewSession", CAPABILITIES | by_proxy)
        yield WebDriver(lambda command, **parameters: marionette.send(command.marionette, parameters), folder)


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
    return once(lambda: int(file.read_text()), "Firefox does not start")


# WebKitGTK


def webkit_executables() -> list[str]:
    """The driver, which starts the browser, and a display for it; none if one of them is missing."""
    found = [shutil.which(name) for name in ("WebKitWebDriver", "Xvfb")]
    return found if all(found) else []


@contextmanager
def webkit(folder: Path, proxy: str | None = None, runs_scripts: bool = True) -> Iterator[WebDriver]:
    style = folder / "gtk-3.0" / "gtk.css"
    style.parent.mkdir()
    style.write_text(GTK_STYLE)
    port = closed_port()
    command = ["WebKitWebDriver", f"--port={port}"]
    with ExitStack() as stack:
        display = stack.enter_context(_display())
        stack.enter_context(running(command, {"DISPLAY": display, "HOME": str(folder), "XDG_CONFIG_HOME": str(folder)}))
        connection = stack.enter_context(closing(http.client.HTTPConnection("127.0.0.1", port, timeout=ANSWERS_WITHIN)))
        once(connection.connect, "WebKitWebDriver does not start")
        options = ["--automation", f"--enable-javascript={str(runs_scripts).lower()}"]
        options += [f"--proxy=http://{proxy}"] if proxy else []
        capabilities = CAPABILITIES | {"webkitgtk:browserOptions": {"args": options}}
        session = _ask(connection, "POST", "/session", {"capabilities": {"alwaysMatch": capabilities}})["sessionId"]
        stack.callback(_ask, connection, "DELETE", f"/session/{session}")

        def send(command: Command, **parameters):
            path = command.path.format(**parameters)
            return _ask(connection, command.method, f"/session/{session}/{path}", parameters)

        yield WebDriver(send, folder)


def _mini_browser() -> str:
    """The browser that the driver starts by itself, but then without options."""
    return max(glob.glob(MINI_BROWSER))


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
    tree = ProcessTree(command, env=os.environ | ENVIRONMENT | environment, **silent, **options)
    try:
        yield
    finally:
        tree.end()


def once(attempt, failure: str):
    """What an attempt returns as soon as it succeeds."""
    deadline = time.monotonic() + COMES_WITHIN
    while time.monotonic() < deadline:
        with suppress(OSError, ValueError):
            return attempt()
        time.sleep(0.05)
    raise TimeoutError(failure)
