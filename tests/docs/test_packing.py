"""Packing, held against the second implementation: generated schemas and payloads, and packed bytes that were damaged.

PACKING_PAIRS is how many pairs of a schema and a payload are compared, about; 300 if it is not set. Before a release of
the format, run

PACKING_PAIRS=100000 .tools/venv/bin/pytest -s tests/docs/test_packing.py
"""

import json
import os
import subprocess
from collections import Counter

import pytest
from hypothesis import HealthCheck, given, settings, strategies as st
from jsonschema import Draft202012Validator

from tests.support import packing_reference as packing, sealed_qr_reference as reference
from tests.support.cargo import example

PAIRS = int(os.environ.get("PACKING_PAIRS", "300"))
PAYLOADS_OF_A_SCHEMA = 10
SCHEMAS_OF_A_RUN = min(PAIRS // PAYLOADS_OF_A_SCHEMA + 1, 500)
KEYRING = {"1": "01" * 32}


@pytest.fixture(scope="module")
def rust():
    """Asks the Rust code, which answers line by line."""
    with subprocess.Popen(
        [example("sealed-qr", "pack")], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, encoding="utf-8"
    ) as process:

        def ask(**question: str) -> dict:
            process.stdin.write(json.dumps(question) + "\n")
            process.stdin.flush()
            return json.loads(process.stdout.readline())

        yield ask


def test_both_implementations_pack_and_unpack_alike(rust):
    seen = Counter()

    @settings(max_examples=SCHEMAS_OF_A_RUN, deadline=None, suppress_health_check=list(HealthCheck))
    @given(st.data())
    def compare(data):
        schema, payload_of = data.draw(documents())
        layout, validator = packing.layout_of(schema), Draft202012Validator(json.loads(schema))
        for _ in range(PAYLOADS_OF_A_SCHEMA):
            seen["pairs"] += 1
            payload = payload_of(data.draw)
            answer = rust(schema=schema, payload=payload)
            if "refused" in answer:
                seen["refused"] += 1
                continue
            _, plaintext = reference.open_plaintext(KEYRING, reference.from_base64url(answer["ctext"]))
            packed = packing.pack(layout, payload)
            assert plaintext[1:].hex() == packed.hex(), (schema, payload)
            assert packing.unpack(layout, packed) == payload
            assert rust(schema=schema, ctext=sealed(packed)) == {"payload": payload}
            seen["valid" if validator.is_valid(json.loads(payload)) else "nearly valid"] += 1
            seen["kept" if packed[0] & 0x80 else "packed"] += 1

            bytes_ = data.draw(damaged(packed))
            assert rust(schema=schema, ctext=sealed(bytes_)) == unpacked(layout, bytes_), (schema, bytes_.hex())

    # Hypothesis remembers all that it has drawn in a run, so a long one would take gigabytes.
    while seen["pairs"] < PAIRS:
        compare()
    print(dict(seen))
    assert min(seen["valid"], seen["packed"]) > PAIRS / 20


def at_a_limit():
    """Schemas and payloads that random ones hardly ever come to."""
    link = {"$ref": "#/$defs/0"}
    for count in (15, 16, 17):
        definitions = {str(n): {"$ref": f"#/$defs/{n + 1}"} for n in range(count - 1)}
        definitions[str(count - 1)] = {"type": "integer"}
        yield f"{count} references", {"type": "object", "properties": {"a": link}, "$defs": definitions}, '{"a":12345}'
    for count in (4094, 4095, 4096):
        before = {str(n): n % 2 == 0 or {} for n in range(2 * (count - 1))}
        schema = {"type": "object", "properties": before | {"a": {"type": "integer"}}}
        yield f"{count} schemas before", schema, '{"0":[],"a":12345}'
    node = {"type": "object", "properties": {"a": link, "b": link, "n": {"type": "integer"}}}
    schema = {"type": "object", "properties": {"a": link, "b": link}, "$defs": {"0": node}}
    text = '{"n":12345}'
    for _ in range(14):
        text = f'{{"a":{text},"b":{{"n":-7}}}}'
    yield "doubling references", schema, text
    highest, lowest = 2**63 - 1, -(2**63)
    for bounds, value in [
        ({"exclusiveMinimum": highest}, highest), ({"exclusiveMaximum": lowest}, lowest), ({"minimum": 2**63}, 2**63),
        ({"minimum": lowest}, highest), ({"maximum": highest}, lowest), ({"minimum": lowest, "maximum": highest}, 5),
        ({"minimum": 5, "maximum": 4}, 5), ({"minimum": 5, "maximum": 3}, 5), ({"minimum": 5, "maximum": 5}, 5),
        ({"minimum": 0, "maximum": 2**32 - 1}, 2**32 - 1), ({"minimum": 0, "maximum": 2**32}, 2**32 + 1),
        ({"minimum": 0, "exclusiveMinimum": 0}, 1), ({"minimum": lowest}, 2**63), ({"maximum": -1}, lowest - 1),
    ]:  # fmt: skip
        schema = {"type": "object", "properties": {"a": {"type": "integer"} | bounds}}
        yield f"{bounds} {value}", schema, f'{{"a":{value}}}'
    or_number = {"oneOf": [{"type": "integer", "minimum": 0}, {"type": "number"}]}
    yield "minus zero", {"type": "object", "properties": {"a": or_number}}, '{"a":-0}'
    yield "1000 digits", {"type": "object", "properties": {"a": {"type": "integer"}}}, f'{{"a":{"9" * 1000}}}'
    yield "126 arrays", {"type": "object"}, '{"a":' + "[" * 126 + "]" * 126 + "}"
    for length in (16_384 - 8, 16_384 - 7):
        yield f"{length} characters", {"type": "object"}, f'{{"a":"{"x" * length}"}}'


@pytest.mark.parametrize("schema, payload", [pytest.param(*case, id=name) for name, *case in at_a_limit()])
def test_limits(rust, schema, payload):
    schema = json.dumps(schema)
    layout = packing.layout_of(schema)
    answer = rust(schema=schema, payload=payload)
    _, plaintext = reference.open_plaintext(KEYRING, reference.from_base64url(answer["ctext"]))
    assert plaintext[1:].hex() == packing.pack(layout, payload).hex()
    assert packing.unpack(layout, plaintext[1:]) == payload
    assert rust(schema=schema, ctext=answer["ctext"]) == {"payload": payload}


def sealed(packed: bytes) -> str:
    head = reference.header(1, packed=True)
    return reference.to_base64url(reference.seal_under(head, KEYRING["1"], b"\x01" + packed))


def unpacked(layout: tuple, packed: bytes) -> dict:
    """What the Rust code should answer."""
    try:
        return {"payload": packing.unpack(layout, packed)}
    except packing.NotPacked:
        return {"failure": "invalid ctext: not-packed"}


@st.composite
def damaged(draw, packed: bytes) -> bytes:
    if draw(st.integers(0, 3)) == 0:
        return draw(st.binary(max_size=40))
    place = draw(st.integers(0, 8 * len(packed) - 1))
    changed = bytearray(packed)
    changed[place // 8] ^= 0x80 >> place % 8
    more = draw(st.sampled_from([b"", b"", b"\0", b"\xff"]))
    return bytes(changed[: draw(st.sampled_from([len(changed), len(changed), place // 8]))]) + more


# Schemas, as texts, each with a function that draws values which match it, or nearly.


def quoted(text: str) -> str:
    return json.dumps(text, ensure_ascii=False)


ALPHABETS = [
    "0123456789", "0123456789abcdef", "0123456789ABCDEF -./", "abcxyz019-_.@", "09AZaz -",
    "".join(map(chr, range(32, 127))),
    "aé漢🦀", "\"\\/\b\n\t\0\x1f\x7f\u2028<&",
]  # fmt: skip
TEXTS = st.sampled_from(ALPHABETS).flatmap(lambda alphabet: st.text(alphabet, max_size=24))
STRINGS = st.one_of(
    TEXTS.map(quoted),
    TEXTS.map(quoted),
    TEXTS.map(json.dumps),
    TEXTS.map(lambda text: quoted(text).replace("/", "\\/")),
)
EDGES = [0, 1, 4, 7, 255, 256, 999, 2**31, 2**32 - 1, 2**32, 2**53, 2**63 - 1, 2**63, 2**64 - 1, 2**64, 10**30]
INTEGERS = st.builds(
    lambda edge, near, sign: sign * (edge + near), st.sampled_from(EDGES), st.integers(-2, 2), st.sampled_from([1, -1])
)
INTEGER_TEXTS = st.one_of(INTEGERS.map(str), st.integers().map(str), st.just("-0"))
NUMBERS = st.one_of(
    INTEGER_TEXTS,
    st.builds("{}.{}".format, INTEGER_TEXTS, st.text("0123456789", min_size=1, max_size=8)),
    st.builds("{}{}{}".format, INTEGERS, st.sampled_from(["e", "E+", ".0e-", ".5E"]), st.integers(0, 20)),
)
DATES = st.one_of(
    st.dates().map(str),
    st.builds("{:04}-{:02}-{:02}".format, st.integers(1898, 2081), st.integers(0, 13), st.integers(0, 32)),
    st.sampled_from(["1899-12-31", "1900-01-01", "2079-06-06", "2079-06-07", "2026-3-01", "２026-03-01", "0000-01-01"]),
)
TIMES = st.builds(
    "{:02}:{:02}:{:02}{}{}".format,
    st.integers(0, 24), st.integers(0, 60), st.sampled_from([0, 0, 1, 59, 60]),
    st.sampled_from(["", "", ".000", ".007", ".999", ".1", ".1234"]),
    st.sampled_from(["Z", "Z", "z", "", "+00:00", "-00:00", "+05:45", "-23:45", "+24:00", "+01:01", "-00:15"]),
)  # fmt: skip
UUIDS = st.one_of(st.uuids().map(str), st.sampled_from(["01234567-89AB-cdef-0123-456789abcdef", "0" * 36]))
FORMATS = {
    "date": DATES,
    "time": TIMES,
    "date-time": st.builds("{}{}{}".format, DATES, st.sampled_from("TTTt "), TIMES),
    "uuid": UUIDS,
    "email": TEXTS,
}
PATTERNS = {
    "^SN-[0-9]{4}$": ["SN-"], "^INV/": ["INV/", "INV"], "^ab?c": ["ac", "abc"], "^ab*": ["a", "abb"],
    "^x_{2}": ["x__"],
    "^a|b": ["a", "b"], "^": [""], "SN": ["SN"], "^a\\.b": ["a.b"], "^(a|b)": ["a", "b"], "^é": ["é"],
}  # fmt: skip
NAMES = st.sampled_from(["a", "b", "id", "amount", "Name", "x y", "", "é", 'q"', "n\n", "~", "a/b", "0"])
JSON = st.recursive(
    st.one_of(STRINGS, NUMBERS, st.sampled_from(["null", "true", "false"])),
    lambda inner: st.one_of(
        st.lists(inner, max_size=4).map(lambda elements: f"[{','.join(elements)}]"),
        st.dictionaries(NAMES, inner, max_size=3).map(lambda members: object_text(members.items())),
    ),
    max_leaves=6,
)


def object_text(members) -> str:
    return "{" + ",".join(f"{quoted(name)}:{value}" for name, value in members) + "}"


@st.composite
def documents(draw):
    """A schema of objects, and a function that draws payloads."""
    definitions = {}
    for name in draw(st.lists(st.sampled_from(["d", "e/f", "g~h"]), unique=True, max_size=2)):
        definitions[name] = schema_of(draw, definitions, 2)
    kind = draw(st.sampled_from(["object", "object", "object", "object", "oneOf", "any"]))
    if kind == "oneOf":
        parts = [object_schema(draw, definitions, 2) for _ in range(draw(st.integers(1, 3)))]
        keywords, value_of = {"anyOf": f"[{','.join(schema for schema, _ in parts)}]"}, one_of([of for _, of in parts])
    elif kind == "any":
        keywords, value_of = {}, lambda draw: object_text(draw(st.dictionaries(NAMES, JSON, max_size=4)).items())
    else:
        schema, value_of = object_schema(draw, definitions, 3)
        keywords = {name: value.text for name, value in packing.members(packing.parse(schema))}
    defined = {name: schema for name, (schema, _) in definitions.items()}
    defined["list"] = '{"type":"object","properties":{"next":{"$ref":"#/$defs/list"},"n":{"type":"integer"}}}'
    keywords["$defs"] = object_text(defined.items())
    return object_text(keywords.items()), value_of


def one_of(values_of):
    return lambda draw: draw(st.sampled_from(values_of))(draw)


def schema_of(draw, definitions: dict, depth: int):
    """A schema, and a function that draws values: one in sixteen is any value."""
    kinds = [string_schema, format_schema, integer_schema, integer_schema, number_schema, enum_schema]
    kinds += [types_schema, any_schema]
    if depth:
        kinds += [object_schema, array_schema, alternatives_schema, reference_schema]
    schema, value_of = draw(st.sampled_from(kinds))(draw, definitions, depth - 1)
    return schema, lambda draw: draw(JSON) if draw(st.integers(0, 15)) == 15 else value_of(draw)


def string_schema(draw, definitions, depth):
    if draw(st.booleans()):
        return '{"type":"string"}', lambda draw: draw(STRINGS)
    pattern = draw(st.sampled_from(sorted(PATTERNS)))
    starts = st.sampled_from(PATTERNS[pattern])
    schema = {"type": "string", "pattern": pattern}
    return json.dumps(schema), lambda draw: f'"{draw(starts)}{draw(STRINGS)[1:]}'


def format_schema(draw, definitions, depth):
    name = draw(st.sampled_from(sorted(FORMATS)))
    schema = {"type": "string", "format": name} | draw(st.sampled_from([{}, {"pattern": "^2"}]))
    return json.dumps(schema), lambda draw: draw(FORMATS[name].map(quoted))


BOUNDS = ["minimum", "exclusiveMinimum", "maximum", "exclusiveMaximum"]


def integer_schema(draw, definitions, depth):
    first = draw(INTEGERS)
    second = first + draw(st.sampled_from([-2, 0, 1, 9, 2**32 - 2, 2**32 - 1, 2**32, 2**32 + 1, 2**63]))
    low, high = draw(st.sampled_from([(BOUNDS[:1], BOUNDS[2:3]), (BOUNDS[1:2], BOUNDS[2:]), (BOUNDS[:2], BOUNDS[3:])]))
    bounds = draw(st.sampled_from([{}, dict.fromkeys(low, first), dict.fromkeys(high, second), None]))
    bounds = dict.fromkeys(low, first) | dict.fromkeys(high, second) if bounds is None else bounds
    near = st.builds(
        lambda bound, distance: str(bound + distance),
        st.sampled_from(list(bounds.values()) or [0]),
        st.one_of(st.integers(-2, 2), INTEGERS),
    )
    between = st.integers(min(first, second), max(first, second)).map(str)
    values = st.one_of(near, between, between, st.sampled_from(["-0", "1.0", "1e2"]), INTEGER_TEXTS)
    return json.dumps({"type": "integer"} | bounds), lambda draw: draw(values)


def number_schema(draw, definitions, depth):
    return '{"type":"number"}', lambda draw: draw(NUMBERS)


def enum_schema(draw, definitions, depth):
    values = draw(st.lists(JSON, min_size=1, max_size=9))
    keyword = "const" if len(values) == 1 else "enum"
    schema = f'{{"title":"E", "{keyword}": {values[0] if len(values) == 1 else "[" + " , ".join(values) + "]"}}}'
    return schema, lambda draw: draw(st.sampled_from(values))


def types_schema(draw, definitions, depth):
    values = {
        "null": st.just("null"), "boolean": st.sampled_from(["true", "false"]),
        "integer": INTEGER_TEXTS, "number": NUMBERS,
        "string": STRINGS, "array": st.just("[1,[]]"), "object": st.just('{"a":{}}'),
    }  # fmt: skip
    types = draw(st.lists(st.sampled_from(sorted(values)), min_size=1, max_size=4, unique=True))
    schema = {"type": types} | draw(st.sampled_from([{}, {"minimum": 0}, {"format": "date"}, {"maximum": 9}]))
    return json.dumps(schema), lambda draw: draw(values[draw(st.sampled_from(types))])


def any_schema(draw, definitions, depth):
    schemas = ["true", "{}", '{"minLength":1}', '{"$ref":"#"}', '{"properties":{"a":{}},"oneOf":[{}]}']
    return draw(st.sampled_from(schemas)), lambda draw: draw(JSON)


def object_schema(draw, definitions, depth):
    names = draw(st.lists(NAMES, unique=True, max_size=5))
    parts = {name: schema_of(draw, definitions, max(depth - 1, 0)) for name in names}
    required = [name for name in names if draw(st.booleans())]
    is_open = draw(st.booleans())
    keywords = {"type": '"object"', "properties": object_text((name, schema) for name, (schema, _) in parts.items())}
    keywords |= {"required": json.dumps(required)} if required else {}
    keywords |= {} if is_open else {"additionalProperties": "false"}

    def value_of(draw):
        members = {name: of(draw) for name, (_, of) in parts.items() if name in required or draw(st.booleans())}
        if is_open and draw(st.booleans()):
            members |= draw(st.dictionaries(st.one_of(NAMES, TEXTS).filter(lambda n: n not in names), JSON, max_size=3))
        if draw(st.integers(0, 15)) == 15:
            members.pop(draw(NAMES), None)
        in_order = list(members.items())
        text = object_text(draw(st.permutations(in_order)) if draw(st.booleans()) else in_order)
        return text.replace('"a":', '"\\u0061":') if draw(st.integers(0, 31)) == 31 else text

    return object_text(keywords.items()), value_of


def array_schema(draw, definitions, depth):
    schema, value_of = schema_of(draw, definitions, depth)
    keywords = ['"items":{}', '"items":{},"minItems":1', '"prefixItems":[true],"items":{}', '"x":{}']
    lengths = st.integers(0, 6)
    text = '{"type":"array",' + draw(st.sampled_from(keywords)).replace("{}", schema) + "}"
    return text, lambda draw: f"[{','.join(value_of(draw) for _ in range(draw(lengths)))}]"


def alternatives_schema(draw, definitions, depth):
    parts = [schema_of(draw, definitions, depth) for _ in range(draw(st.integers(1, 4)))]
    keyword = draw(st.sampled_from(["oneOf", "anyOf"]))
    return f'{{"{keyword}":[{",".join(schema for schema, _ in parts)}]}}', one_of([of for _, of in parts])


def reference_schema(draw, definitions, depth):
    name = draw(st.sampled_from([*definitions, "list"]))
    schema = json.dumps({"$ref": "#/$defs/" + name.replace("~", "~0").replace("/", "~1")})
    if name == "list":
        return schema, lambda draw: draw(st.sampled_from(["{}", '{"next":{"n":5}}', '{"n":-1,"next":{"next":{}}}']))
    return schema, definitions[name][1]
