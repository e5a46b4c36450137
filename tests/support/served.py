"""A function at a local URL, as a gateway serves it."""

import threading
from urllib.parse import urlsplit

from tests.support.api_client import gateway_event
from tests.support.fakes import Function, Server, send_head


class ServedFunction(Server):
    """Hands requests to the function, one at a time. The function is started once the address is known."""

    def __init__(self):
        super().__init__(self._answer)
        self.url = f"http://{self.address}"
        self.function: Function | None = None
        self._turn = threading.Lock()

    def _answer(self, method, target, headers, body):
        url = urlsplit(target)
        event = gateway_event(method, url.path, url.query, {name.lower(): value for name, value in headers.items()})
        with self._turn:
            answer = self.function.answer(event)

        def reply(handler):
            send_head(handler, answer.status, answer.headers, len(answer.body))
            handler.wfile.write(answer.body)

        return reply
