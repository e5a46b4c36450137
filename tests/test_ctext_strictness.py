"""One ctext has one digit text and one base64url text; whatever else arrives, the answer is the same."""

import base64
import random
import string

import pytest

import sealed_qr_reference as reference
from api_client import ctext_of
from qr_readers import read

BASE64URL = string.ascii_letters + string.digits + "-_"
PAYLOAD = '{"id":"","amount":0}'


@pytest.fixture
def refused(api):
    """Asserts that a text is refused exactly as any other."""
    expected = api.open_text("not a ctext")
    assert expected.problem(400, "invalid-ctext")["title"] == "Invalid cipher text provided"
    telling = ("content-type", "content-length", "content-disposition", "cache-control", "www-authenticate")

    def check(text: str, open_it=api.open_text):
        answer = open_it(text)
        assert (answer.status, answer.body) == (400, expected.body), text
        assert [answer.headers.get(name) for name in telling] == [expected.headers.get(name) for name in telling], text

    return check


@pytest.fixture(scope="module")
def digits(running_api) -> str:
    return ctext_of(read(running_api.create(PAYLOAD).body))


@pytest.fixture(scope="module")
def base64url(keyring) -> str:
    return reference.to_base64url(reference.seal(keyring, b"{}"))


def test_every_single_digit_counts(api, digits, refused):
    assert api.open_text(digits).status == 200
    for position, original in enumerate(digits):
        for other in string.digits.replace(original, ""):
            refused(digits[:position] + other + digits[position + 1 :])


def test_every_single_base64url_character_counts(api, base64url, refused):
    assert api.open_text(base64url).body == b"{}"
    for position, original in enumerate(base64url):
        for other in BASE64URL.replace(original, ""):
            refused(base64url[:position] + other + base64url[position + 1 :])


def test_every_bit_counts(keyring, refused):
    ctext = reference.seal(keyring, b"{}", 7, 0xFFFFFFFF)
    for position in range(len(ctext) * 8):
        changed = bytearray(ctext)
        changed[position // 8] ^= 1 << position % 8
        refused(reference.to_digits(bytes(changed)))


def test_every_truncation_is_refused(api, digits, base64url, refused):
    for text in (digits, base64url):
        for length in range(1, len(text)):
            refused(text[:length])
            refused(text[length:])
            refused(text[:length], api.open_compact)


def test_every_deletion_insertion_and_swap_is_refused(digits, base64url, refused):
    for text, alphabet in ((digits, string.digits), (base64url, BASE64URL)):
        for position in range(len(text)):
            refused(text[:position] + text[position + 1 :])
            refused(text[:position] + alphabet[position % len(alphabet)] + text[position:])
            if position and text[position - 1] != text[position]:
                refused(text[: position - 1] + text[position] + text[position - 1] + text[position + 1 :])


def test_extensions_are_refused(digits, base64url, refused):
    for text, alphabet in ((digits, string.digits), (base64url, BASE64URL)):
        for character in alphabet:
            refused(text + character)
            refused(character + text)
        for more in (3, 5, 8, 10, 13, 15, 17, 34):
            refused(text + "0" * more)
            refused("0" * more + text)
        refused(text + text)


def test_cut_bytes_are_refused_in_well_formed_texts(keyring, refused):
    ctext = reference.seal(keyring, b"{}")
    for cut in [ctext[:length] for length in range(1, len(ctext))] + [
        ctext + b"\0",
        b"\0" + ctext,
        ctext[:2],
        bytes([0x11, 7]),
    ]:
        refused(reference.to_digits(cut))
        refused(reference.to_base64url(cut))


def test_digit_chunks_have_one_text(api, keyring, refused):
    # A chunk of k bytes is below 256^k; whoever reduces modulo 256^k would take these for the original.
    seen = set()
    for length in range(2, 2 + 7 * 40):
        ctext = reference.seal(keyring, b'"' + b"x" * (length - 2) + b'"')
        digits = reference.to_digits(ctext)
        assert api.open_text(digits).status == 200
        for start in range(0, len(digits), 17):
            chunk = digits[start : start + 17]
            size = 7 if len(chunk) == 17 else reference.BYTES_OF_LAST_CHUNK[len(chunk)]
            overlong = int(chunk) + 256**size
            if overlong < 10 ** len(chunk):
                refused(digits[:start] + str(overlong) + digits[start + 17 :])
                seen.add(size)
        if seen == set(range(1, 8)):
            return
    pytest.fail(f"chunks of all sizes were to be tried, only {seen} were")


def test_base64url_has_one_text(api, keyring, refused):
    for payload in (b"{}", b'"x"', b'"xy"'):
        ctext = reference.seal(keyring, payload)
        text = reference.to_base64url(ctext)
        assert api.open_text(text).status == 200
        padding = -len(text) % 4
        for count in {1, 2, padding} - {0}:
            refused(text + "=" * count)
        unused_bits = {0: 0, 2: 4, 1: 2}[padding]
        for bits in range(1, 1 << unused_bits):
            last = (string.ascii_uppercase + string.ascii_lowercase + string.digits + "-_").index(text[-1])
            changed = text[:-1] + (string.ascii_uppercase + string.ascii_lowercase + string.digits + "-_")[last | bits]
            assert base64.urlsafe_b64decode(changed + "=" * padding) == ctext
            refused(changed)


def test_the_standard_base64_alphabet_is_refused(api, keyring, refused):
    while True:
        ctext = reference.seal(keyring, PAYLOAD.encode())
        text = reference.to_base64url(ctext)
        if "-" in text and "_" in text:
            break
    assert api.open_text(text).status == 200
    refused(text.replace("-", "+"))
    refused(text.replace("_", "/"))
    refused(base64.b64encode(ctext).decode())


def test_white_space_signs_and_foreign_digits_are_refused(digits, base64url, refused):
    for text in (digits, base64url):
        for blank in (" ", "\n", "\r\n", "\t", "\0", "\u00a0", "\u200b", "\ufeff"):
            refused(text + blank)
            refused(blank + text)
            refused(text[:17] + blank + text[17:])
        refused('"' + text + '"')
    refused("+" + digits[1:])
    refused("-" + digits[1:])
    refused("+" + digits)
    for zero in "٠०０𝟎":
        refused("".join(chr(ord(zero) + int(digit)) for digit in digits))
        refused(chr(ord(zero) + int(digits[0])) + digits[1:])
    refused(base64url.translate({ord(letter): ord(letter) + 0xFEE0 for letter in string.ascii_letters}))
    refused(base64url.swapcase())


FOREIGN = [
    "0",
    "1",
    "E",
    "EA",
    "EAEB",
    "null",
    "{}",
    "../../etc/passwd",
    "' OR 1=1 --",
    "<script>alert(1)</script>",
    "%",
    "%00",
    "a b",
    "é",
    "🦀",
    "\ud7ff",
    "0x10",
    "1e9",
    "-1",
    "10.5",
    "E" * 4000,
    "1" * 4000,
    "9" * 17,
    "0" * 4000,
    "=" * 8,
    "-" * 43,
    "_" * 43,
    "https://example.com/d/123",
    "eyJhbGciOiJub25lIn0.eyJzdWIiOiIxIn0.",
    "\n",
    " ",
]


@pytest.mark.parametrize("text", FOREIGN)
def test_foreign_texts_are_refused(api, refused, text):
    refused(text)
    if text not in ("../../etc/passwd",):
        refused(text, api.open_compact)


def test_random_texts_are_refused(refused):
    random_source = random.Random(2026)
    for _ in range(300):
        length = random_source.randrange(1, 300)
        refused("".join(random_source.choices(string.digits, k=length)))
        refused("E" + "".join(random_source.choices(BASE64URL, k=length)))
        refused("".join(random_source.choices(string.printable, k=length)))
