"""The two services a function talks to when it starts, small enough to see everything that reaches them."""

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

            def do_GET(self):
                content = self.rfile.read(int(self.headers.get("content-length", 0)))
                reply = answer(self.command, self.path, self.headers, content)
                try:
                    # A fault does as it likes with the connection.
                    reply(self) if callable(reply) else send(self, *reply)
                except OSError:
                    self.close_connection = True

            do_POST = do_GET

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
    """The Lambda runtime API, for one function."""

    def __init__(self):
        super().__init__(self._answer)
        self.polls = 0
        self._events, self._results = queue.Queue(), queue.Queue()
        self._closed = threading.Event()

    def invoke(self, event: dict) -> tuple[str, dict]:
        """("response" or "error", what the function answered)."""
        self._events.put(json.dumps(event).encode())
        return self._results.get(timeout=INIT_WITHIN)

    def __exit__(self, *exception):
        self._closed.set()
        super().__exit__(*exception)

    def _answer(self, method, path, headers, content):
        if path.endswith("/invocation/next"):
            self.polls += 1
            while not self._closed.is_set():
                try:
                    event = self._events.get(timeout=0.05)
                except queue.Empty:
                    continue
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
        if method == "POST" and "/invocation/" in path:
            self._results.put((path.rpartition("/")[2], json.loads(content or b"null")))
        return 202, {}, b"{}"


class SecretsManager(Server):
    """Secrets Manager with one secret, or with one answer for everybody."""

    def __init__(self, secret: str = "", status: int = 200, error: dict | None = None):
        super().__init__(self._answer)
        self.requests: list[tuple[str, dict]] = []
        self.secret, self.status, self.error = secret, status, error

    def _answer(self, method, path, headers, content):
        request = json.loads(content)
        self.requests.append((headers["x-amz-target"], request))
        answer = self.error or {
            "ARN": "arn:aws:secretsmanager:eu-central-1:123456789012:secret:keyring-AbCdEf",
            "Name": "keyring",
            "VersionId": "11111111-2222-3333-4444-555555555555",
            "VersionStages": ["AWSCURRENT"],
            "CreatedDate": 1795366976.0,
            "SecretString": self.secret,
        }
        return self.status, {"content-type": "application/x-amz-json-1.1"}, json.dumps(answer).encode()


@contextmanager
def endpoint_that_never_answers():
    with socket.create_server(("127.0.0.1", 0)) as listener:
        yield f"127.0.0.1:{listener.getsockname()[1]}"


def closed_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        return listener.getsockname()[1]


class Function:
    """A function's binary, started as Lambda starts it."""

    def __init__(self, binary: str, runtime: LambdaRuntime, log: Path, environment: dict[str, str]):
        self.log = log
        self._output = log.open("wb")
        self.process = subprocess.Popen(
            [binary],
            stdin=subprocess.DEVNULL,
            stdout=self._output,
            stderr=subprocess.STDOUT,
            env={
                "PATH": os.environ["PATH"],
                "AWS_LAMBDA_RUNTIME_API": runtime.address,
                "AWS_LAMBDA_FUNCTION_NAME": "f",
                "AWS_LAMBDA_FUNCTION_VERSION": "1",
                "AWS_LAMBDA_FUNCTION_MEMORY_SIZE": "128",
                "AWS_REGION": "eu-central-1",
                "AWS_ACCESS_KEY_ID": "test",
                "AWS_SECRET_ACCESS_KEY": "test",
            }
            | environment,
        )

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.process.kill()
        self.process.wait()
        self._output.close()

    def lines(self) -> list[str]:
        return [line for line in self.log.read_text().splitlines() if line.strip()]
