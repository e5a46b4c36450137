"""Nonces over many starts of the function: a generator that begins anew with each process would repeat them."""

import json

import sealed_qr_reference as reference
from api_client import CREATE, JSON, answer_of, ctext_of, gateway_event
from fakes import Function, LambdaRuntime

STARTS, EACH = 12, 12
BITS = 8 * reference.NONCE


def nonces_of_a_start(binary, keyring, log):
    """The first nonces of a new process, whose environment and requests are those of all others."""
    event = gateway_event("POST", CREATE, "format=json", JSON, b'{"id":"a","amount":1}')
    with LambdaRuntime() as runtime, Function(binary, runtime, log, {"KEYRING": json.dumps(keyring)}):
        for _ in range(EACH):
            ctext = reference.from_base64url(ctext_of(answer_of(runtime.invoke(event)[1]).json["url"]))
            yield int.from_bytes(ctext[2 : 2 + reference.NONCE], "big")


def test_nonces_are_random_over_many_processes(binaries, keyring, tmp_path):
    starts = [list(nonces_of_a_start(binaries["create-qr"], keyring, tmp_path / "log")) for _ in range(STARTS)]
    nonces = [nonce for start in starts for nonce in start]
    assert len(set(nonces)) == STARTS * EACH
    # No bit stands still, over all nonces or among those at one place in each start (there, a few may by chance).
    assert all(0 < sum(nonce >> bit & 1 for nonce in nonces) < len(nonces) for bit in range(BITS))
    for column in zip(*starts):
        still = [bit for bit in range(BITS) if len({nonce >> bit & 1 for nonce in column}) == 1]
        assert len(still) < BITS // 10, "the same place in each start has the same bits"
    # Nor do they count: neighbours differ in about half of their bits.
    for start in starts:
        for one, next_one in zip(start, start[1:]):
            assert (one ^ next_one).bit_count() > BITS // 6
