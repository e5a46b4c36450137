"""Nonces over many starts of the function: a generator that starts from the same state would repeat them."""

import json

import pytest

from tests.support import batches, sealed_qr_reference as reference
from tests.support.api_client import CREATE, JSON, ctext_of, gateway_event

STARTS, EACH = 12, 12
BITS = 8 * reference.NONCE


def links_of(name: str, function) -> list[str]:
    """The first links of a new process, whose environment and requests are those of all others."""
    if name == "create-batch":
        return [code["url"] for code in batches.codes(function.answer(batches.request("id,amount\n" + "a,1\n" * EACH)))]
    event = gateway_event("POST", CREATE, "format=json", JSON, b'{"id":"a","amount":1}')
    return [function.answer(event).json["url"] for _ in range(EACH)]


def nonces_of(name: str, function) -> list[int]:
    ctexts = [reference.from_base64url(ctext_of(link)) for link in links_of(name, function)]
    return [int.from_bytes(ctext[2 : 2 + reference.NONCE], "big") for ctext in ctexts]


@pytest.mark.parametrize("name", ["create-qr", "create-batch"])
def test_nonces_are_random_over_many_processes(start, keyring, name):
    starts = [nonces_of(name, start(name, KEYRING=json.dumps(keyring))) for _ in range(STARTS)]
    nonces = [nonce for each in starts for nonce in each]
    assert len(set(nonces)) == STARTS * EACH
    # Every bit varies, over all nonces and among those at one place in each start (there, a few may not by chance).
    assert all(0 < sum(nonce >> bit & 1 for nonce in nonces) < len(nonces) for bit in range(BITS))
    for column in zip(*starts):
        still = [bit for bit in range(BITS) if len({nonce >> bit & 1 for nonce in column}) == 1]
        assert len(still) < BITS // 10, "the same place in each start has the same bits"
    # And they are not counted up: neighbours differ in about half of their bits.
    for nonces in starts:
        for one, next_one in zip(nonces, nonces[1:]):
            assert (one ^ next_one).bit_count() > BITS // 6
