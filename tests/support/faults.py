"""What a caller of Secrets Manager or DynamoDB can meet instead of an answer."""

import itertools
import json
import socket
import struct
import time
from collections.abc import Callable
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler

from tests.support.fakes import send, send_head

Reply = tuple[int, dict[str, str], bytes]

# Longer than any caller waits.
TOO_LONG = 30


@dataclass(frozen=True)
class Fault:
    name: str
    deliver: Callable[[BaseHTTPRequestHandler, Reply], None]


def refusal(status: int, code: str) -> Fault:
    headers = {"content-type": "application/x-amz-json-1.1"}
    body = json.dumps({"__type": code, "message": "refused"}).encode()
    return Fault(f"`{code}`", lambda handler, reply: send(handler, status, headers, body))


def _never(handler, reply) -> None:
    handler.connection.settimeout(TOO_LONG)
    handler.rfile.read(1)
    handler.close_connection = True


def _drip(handler, reply) -> None:
    status, headers, body = reply
    # Blanks after JSON say nothing, and even a short answer takes its time.
    body = body.ljust(4 * TOO_LONG)
    send_head(handler, status, headers, len(body))
    for byte in body[: 4 * TOO_LONG]:
        handler.wfile.write(bytes([byte]))
        time.sleep(0.25)
    handler.close_connection = True


def _reset(handler, reply) -> None:
    handler.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    handler.rfile.close()
    handler.wfile.close()
    handler.connection.close()
    handler.close_connection = True


def _half(handler, reply) -> None:
    status, headers, body = reply
    send_head(handler, status, headers, len(body))
    handler.wfile.write(body[: len(body) // 2])
    handler.close_connection = True


def _half_and_reset(handler, reply) -> None:
    _half(handler, reply)
    # Time to be read: a reset takes back what was not.
    time.sleep(0.1)
    _reset(handler, reply)


def _half_of_the_json(handler, reply) -> None:
    status, headers, body = reply
    send(handler, status, headers, body[: len(body) // 2])


def _web_page(handler, reply) -> None:
    send(handler, 200, {"content-type": "text/html"}, b"<!doctype html><title>Sign in to the network</title>")


def _bad_gateway(handler, reply) -> None:
    send(handler, 502, {"content-type": "text/html"}, b"<!doctype html><title>Bad gateway</title>")


def _value(change: Callable[[dict], dict]) -> Callable:
    def deliver(handler, reply):
        status, headers, body = reply
        send(handler, status, headers, json.dumps(change(json.loads(body))).encode())

    return deliver


def _cut_keyring(answer: dict) -> dict:
    return answer | {"SecretString": answer["SecretString"][:-40]}


def _binary(answer: dict) -> dict:
    return {name: value for name, value in answer.items() if name != "SecretString"} | {"SecretBinary": "e30="}


NO_ANSWER = Fault("no answer at all", _never)

# On the way: any call can meet them, and the caller does not know whether the call has had its effect.
ON_THE_WAY = [
    refusal(500, "InternalServiceError"),
    refusal(400, "ThrottlingException"),
    NO_ANSWER,
    Fault("an answer that drips in, byte by byte", _drip),
    Fault("connection reset", _reset),
    Fault("connection reset within the answer", _half_and_reset),
    Fault("an answer that is cut off", _half),
    Fault("half of the JSON", _half_of_the_json),
    Fault("a proxy's web page with status 200", _web_page),
    Fault("a proxy's web page with status 502", _bad_gateway),
]
# These mean that there was no effect.
REFUSALS = ON_THE_WAY[:2]

# Waiting does not help with these: they are about the secret itself or the rights to it.
IN_THE_SECRET = [
    # AWS answers so when no version is AWSCURRENT, too.
    refusal(400, "ResourceNotFoundException"),
    refusal(400, "AccessDeniedException"),
    refusal(400, "DecryptionFailure"),
    refusal(400, "InvalidRequestException"),
    refusal(400, "ExpiredTokenException"),
    Fault("a keyring that is cut off", _value(_cut_keyring)),
    Fault("a keyring without a key", _value(lambda answer: answer | {"SecretString": "{}"})),
    Fault("a binary value", _value(_binary)),
]


def _written_by_others(answer: dict) -> dict:
    """An answer with an item that counts more uses than it has redemptions."""
    item = {"code": {"S": "0" * 16}, "used": {"N": "2"}}
    return answer | {"Attributes" if "Attributes" in answer else "Item": item}


WRITTEN_BY_OTHERS = Fault("an item that others wrote", _value(_written_by_others))

# The same on the way to DynamoDB, whose errors have other names.
ON_THE_WAY_TO_A_TABLE = [
    refusal(500, "InternalServerError"),
    refusal(400, "ThrottlingException"),
    refusal(400, "ProvisionedThroughputExceededException"),
    refusal(400, "RequestLimitExceeded"),
    *ON_THE_WAY[2:],
]
AT_THE_TABLE = [
    refusal(400, "ResourceNotFoundException"),
    refusal(400, "AccessDeniedException"),
    refusal(400, "UnrecognizedClientException"),
    refusal(400, "ExpiredTokenException"),
    WRITTEN_BY_OTHERS,
]
# These can be answers to a write that has had its effect.
LOSE_AN_ANSWER = [ON_THE_WAY_TO_A_TABLE[0], *ON_THE_WAY_TO_A_TABLE[4:], WRITTEN_BY_OTHERS]


def at_the_last_moment(attempts: int, wait: float) -> Fault:
    """Every answer comes after `wait` seconds, and only to the last of these attempts."""
    count = itertools.count(1)

    def deliver(handler, reply):
        if next(count) % attempts:
            return _never(handler, reply)
        time.sleep(wait)
        return send(handler, *reply)

    return Fault("an answer at the last moment", deliver)
