"""A function's process, and the runtime API that it talks to in Lambda."""

import json
import os
import queue
import socket
import subprocess
import threading
import time
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

from tests.support.api_client import Answer, answer_of

INIT_WITHIN = 10


def send(handler: BaseHTTPRequestHandler, status: int, headers: dict[str, str], body: bytes) -> None:
    send_head(handler, status, headers, len(body))
    handler.wfile.write(body)


def send_head(handler: BaseHTTPRequestHandler, status: int, headers: dict[str, str], length: int) -> None:
    handler.send_response(status)
    for name, value in (headers | {"content-length": str(length)}).items():
        handler.send_header(name, value)
    handler.end_headers()


class Server(ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 64

    def __init__(self, answer):
        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"
            # Head and body are written apart: the second would wait until the first is acknowledged.
            disable_nagle_algorithm = True

            def do_GET(self):
                content = self.rfile.read(int(self.headers.get("content-length", 0)))
                reply = answer(self.command, self.path, self.headers, content)
                try:
                    # A fault does as it likes with the connection.
                    reply(self) if callable(reply) else send(self, *reply)
                except OSError:
                    self.close_connection = True

            do_POST = do_CONNECT = do_GET

            def log_message(self, *_):
                pass

        super().__init__(("127.0.0.1", 0), Handler)
        self.address = f"127.0.0.1:{self.server_port}"

    def handle_error(self, *_):
        # A killed function drops its connections; nothing to report.
        pass

    def __enter__(self):
        threading.Thread(target=self.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()
        return self

    def __exit__(self, *_):
        self.shutdown()
        self.server_close()


class LambdaRuntime(Server):
    """The Lambda runtime API, for one function, and the extensions API, for an internal extension of it.

    An invocation is handed out once both have asked for it, as in Lambda: until then, the last one has not ended.
    """

    def __init__(self):
        super().__init__(self._answer)
        self.polls = 0
        self.extensions: list[str] = []
        self._events, self._results = queue.Queue(), queue.Queue()
        self._invokes, self._extension_waits = queue.Queue(), threading.Event()
        self._closed = threading.Event()

    def put(self, event: dict) -> None:
        """Hands an event to the function, whose answer is not waited for."""
        self._events.put(json.dumps(event).encode())

    def invoke(self, event: dict) -> tuple[str, dict]:
        """("response" or "error", what the function answered)."""
        self.put(event)
        # Longer than any answer takes, also of a function that valgrind runs on a busy machine.
        return self._results.get(timeout=60)

    def __exit__(self, *exception):
        self._closed.set()
        super().__exit__(*exception)

    def _answer(self, method, path, headers, content):
        if path.endswith("/invocation/next"):
            self.polls += 1
            while not self._closed.is_set():
                if self.extensions and not self._extension_waits.wait(0.05):
                    continue
                try:
                    event = self._events.get(timeout=0.05)
                except queue.Empty:
                    continue
                self._extension_waits.clear()
                self._invokes.put(str(self.polls))
                deadline = str(int(time.time() * 1000) + 30_000)
                arn = "arn:aws:lambda:eu-central-1:123456789012:function:f"
                return (
                    200,
                    {
                        "Lambda-Runtime-Aws-Request-Id": str(self.polls),
                        "Lambda-Runtime-Deadline-Ms": deadline,
                        "Lambda-Runtime-Invoked-Function-Arn": arn,
                    },
                    event,
                )
            return 410, {}, b""
        if path.endswith("/extension/register"):
            # The init phase ends with the first event that is asked for.
            if self.polls:
                return 403, {}, b'{"errorType": "Extension.InitError"}'
            self.extensions.append(headers["lambda-extension-name"])
            described = {"functionName": "f", "functionVersion": "1", "handler": "bootstrap"}
            return 200, {"lambda-extension-identifier": "extension-1"}, json.dumps(described).encode()
        if path.endswith("/extension/event/next"):
            assert headers["lambda-extension-identifier"] == "extension-1"
            return self._next_invoke()
        if method == "POST" and "/invocation/" in path:
            self._results.put((path.rpartition("/")[2], json.loads(content or b"null")))
        return 202, {}, b"{}"


    def _next_invoke(self):
        self._extension_waits.set()
        while not self._closed.is_set():
            try:
                request_id = self._invokes.get(timeout=0.05)
            except queue.Empty:
                continue
            event = {
                "eventType": "INVOKE",
                "deadlineMs": int(time.time() * 1000) + 30_000,
                "requestId": request_id,
                "invokedFunctionArn": "arn:aws:lambda:eu-central-1:123456789012:function:f",
            }
            return 200, {}, json.dumps(event).encode()
        return 410, {}, b""


def closed_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        return listener.getsockname()[1]


class Function:
    """A function's process, and the runtime it talks to."""

    def __init__(self, process: subprocess.Popen, runtime: LambdaRuntime, log: Path):
        self.process, self.runtime, self.log = process, runtime, log

    def invoke(self, event) -> tuple[str, dict]:
        """("response" or "error", what the function answered)."""
        return self.runtime.invoke(event)

    def answer(self, event: dict, may_be_unavailable: bool = False) -> Answer:
        """The HTTP answer to a gateway's event."""
        kind, result = self.invoke(event)
        assert kind == "response", result
        return answer_of(result, may_be_unavailable)

    def lines(self) -> list[str]:
        return [line for line in self.log.read_text().splitlines() if line.strip()]


@contextmanager
def started(binary: str, log: Path, settings: dict[str, str]):
    """A function's binary, started as Lambda starts it."""
    environment = {
        "PATH": os.environ["PATH"],
        "AWS_LAMBDA_FUNCTION_NAME": "f",
        "AWS_LAMBDA_FUNCTION_VERSION": "1",
        "AWS_LAMBDA_FUNCTION_MEMORY_SIZE": "128",
        "AWS_REGION": "eu-central-1",
        "AWS_ACCESS_KEY_ID": "test",
        "AWS_SECRET_ACCESS_KEY": "test",
    } | settings
    with LambdaRuntime() as runtime, log.open("wb") as output:
        environment["AWS_LAMBDA_RUNTIME_API"] = runtime.address
        process = subprocess.Popen([binary], stdin=subprocess.DEVNULL, stdout=output, stderr=output, env=environment)
        try:
            yield Function(process, runtime, log)
        finally:
            process.kill()
            process.wait()
