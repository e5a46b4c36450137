"""What all parts of the load run use: how they ask, what they do later, and how they end the run."""

import heapq
import http.client
import itertools
import threading
from collections.abc import Callable

from tests.support.api_client import Answer


class Failed(Exception):
    """The run has shown that something does not hold."""


class Client:
    """Asks the local API, over one connection for each thread."""

    def __init__(self, host: str, port: int):
        self.host, self.port = host, port
        self._of_thread, self._connections = threading.local(), []

    def request(self, method: str, target: str, body: bytes | None = None, headers: dict[str, str] = {}) -> Answer:
        if not hasattr(self._of_thread, "connection"):
            self._of_thread.connection = http.client.HTTPConnection(self.host, self.port, timeout=30)
            self._connections.append(self._of_thread.connection)
        connection = self._of_thread.connection
        connection.request(method, target, body, headers)
        response = connection.getresponse()
        return Answer(response.status, {name.lower(): value for name, value in response.getheaders()}, response.read())

    def close(self) -> None:
        for connection in self._connections:
            connection.close()


class Agenda:
    """What is to be done, each with the second from which on. It is told when it is done."""

    def __init__(self):
        self._entries, self._numbers, self._lock = [], itertools.count(), threading.Lock()

    def __len__(self) -> int:
        return len(self._entries)

    def add(self, at: float, task: Callable[[float], None]) -> None:
        with self._lock:
            heapq.heappush(self._entries, (at, next(self._numbers), task))

    def due(self, now: float) -> list[Callable[[float], None]]:
        due = []
        with self._lock:
            while self._entries and self._entries[0][0] <= now:
                due.append(heapq.heappop(self._entries)[2])
        return due
