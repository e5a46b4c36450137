"""The web of a browser: our service, and nothing else."""

import socket
import threading
from contextlib import ExitStack, suppress
from pathlib import Path
from urllib.parse import urlsplit

from tests.support.fakes import Server
from tests.support.front import Front

HOST = "qr.example.org"
# Without its icon, browsers would ask for one, some time later.
NOBODY = b'<!doctype html><title>Nobody</title><link rel="icon" href="data:,">'


class Web(Server):
    """A proxy that leads to our service, with and without TLS. What is asked of others is kept, and fails."""

    def __init__(self, folder: Path):
        super().__init__(self._answer)
        self.url, self.url_without_tls = f"https://{HOST}", f"http://{HOST}"
        self.front = Front(folder, HOST)
        self.elsewhere: list[str] = []
        self._running = ExitStack()

    def __enter__(self):
        self._running.enter_context(self.front)
        return super().__enter__()

    def __exit__(self, *exception):
        super().__exit__(*exception)
        self._running.close()

    def _answer(self, method, target, headers, content):
        url = urlsplit(f"//{target}" if method == "CONNECT" else target)
        if url.hostname != HOST:
            self.elsewhere.append(target)
            return 502, {"content-type": "text/html"}, NOBODY
        if method == "CONNECT":
            return self._connect
        return self.front.answer(method, url._replace(scheme="", netloc="").geturl(), headers, content)

    def _connect(self, handler) -> None:
        """Leads a connection to the service, and ends with it."""
        handler.close_connection = True
        handler.send_response(200)
        handler.end_headers()
        with socket.create_connection(("127.0.0.1", self.front.server_port)) as service:
            threading.Thread(target=_copy, args=(handler.connection, service), daemon=True).start()
            _copy(service, handler.connection)


def _copy(source: socket.socket, target: socket.socket) -> None:
    with suppress(OSError):
        while received := source.recv(65536):
            target.sendall(received)
        target.shutdown(socket.SHUT_WR)
