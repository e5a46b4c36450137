"""What lies between functions and a table: it counts what passes, and puts faults in the place of answers."""

import http.client
import json
import threading
from functools import partial
from urllib.parse import urlsplit

from tests.support.code_table import CodeTable
from tests.support.fakes import Server
from tests.support.faults import Fault, Reply

READ, WRITE = "GetItem", "UpdateItem"
# Those to the table of the mark.
READ_MARK, WRITE_MARK = "GetItem of the mark", "UpdateItem of the mark"
CALLS = (READ, WRITE, READ_MARK, WRITE_MARK)
NOTHING: Reply = (200, {"content-type": "application/x-amz-json-1.0"}, b'{"Attributes": {}}')


class TableProxy(Server):
    def __init__(self, table: CodeTable):
        super().__init__(self._answer)
        self.settings = table.settings(f"http://{self.address}")
        self.calls: list[str] = []
        self.connections = 0
        # When a write was applied whose answer a fault has replaced.
        self.answer_lost = threading.Event()
        self._table = table
        self._fault: Fault | None = None
        self._where, self._once, self._takes_effect = (), False, True
        self._lock, self._turn = threading.Lock(), threading.Lock()
        self._of_thread, self._onward = threading.local(), []

    def __exit__(self, *exception):
        super().__exit__(*exception)
        for connection in self._onward:
            connection.close()

    def break_down(self, fault: Fault, where=CALLS, once: bool = False, takes_effect: bool = True) -> None:
        """From now on calls meet this fault, with or without the effect that they ask for."""
        with self._lock:
            self._fault, self._where, self._once, self._takes_effect = fault, where, once, takes_effect

    def heal(self) -> None:
        self._fault = None

    def get_request(self):
        self.connections += 1
        return super().get_request()

    def _answer(self, method, path, headers, content):
        call = headers["x-amz-target"].rpartition(".")[2]
        if json.loads(content)["TableName"] == self._table.mark_name:
            call += " of the mark"
        with self._lock:
            self.calls.append(call)
            fault = self._fault if call in self._where else None
            takes_effect = fault is None or self._takes_effect or call.startswith(READ)
            if fault and self._once:
                self._fault = None
        reply = self._passed_on(method, path, headers, content) if takes_effect else NOTHING
        if not fault:
            return reply
        if call == WRITE and takes_effect:
            self.answer_lost.set()
        return partial(fault.deliver, reply=reply)

    def _passed_on(self, *request) -> Reply:
        if self._table.is_atomic:
            return self._forward(*request)
        with self._turn:
            return self._forward(*request)

    def _forward(self, method, path, headers, content) -> Reply:
        if not hasattr(self._of_thread, "connection"):
            address = urlsplit(self._table.url)
            self._of_thread.connection = http.client.HTTPConnection(address.hostname, address.port, timeout=30)
            self._onward.append(self._of_thread.connection)
        connection = self._of_thread.connection
        connection.request(method, path, content, dict(headers))
        response = connection.getresponse()
        return response.status, {"content-type": response.getheader("content-type")}, response.read()
