"""What browsers reach the API by, with TLS and, where a test wants them, with faults."""

import http.client
from contextlib import closing, contextmanager
from pathlib import Path
from urllib.parse import urlsplit

from tests.support import tls
from tests.support.fakes import Server
from tests.support.faults import Fault

# What `send` says itself.
OF_THE_CONNECTION = {"connection", "content-length", "date", "server", "transfer-encoding"}


class Front(Server):
    """Hands requests to the API, once its address is known. Without TLS, WebKit keeps no cookie that is Secure."""

    def __init__(self, folder: Path, host: str = "localhost"):
        super().__init__(self.answer)
        tls.secure(self, host, folder)
        self.url = f"https://{host}:{self.server_port}"
        self.api_url: str | None = None
        # What requests say in place of what browsers say.
        self.headers: dict[str, str] = {}
        self._faults: list[Fault] = []

    @contextmanager
    def broken(self, *faults: Fault):
        """Meanwhile, requests meet these faults in turn."""
        self._faults = list(faults)
        try:
            yield
        finally:
            self._faults = []

    def answer(self, method, path, headers, content):
        if self._faults:
            fault = self._faults[0]
            self._faults = [*self._faults[1:], fault]
            return lambda handler: fault.deliver(handler, (200, {}, b""))
        with closing(http.client.HTTPConnection(urlsplit(self.api_url).netloc, timeout=30)) as connection:
            given = {name.lower(): value for name, value in headers.items()}
            connection.request(method, path, content, given | self.headers)
            answer = connection.getresponse()
            kept = {name: value for name, value in answer.getheaders() if name.lower() not in OF_THE_CONNECTION}
            return answer.status, kept, answer.read()
