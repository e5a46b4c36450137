"""A second implementation of packing, written from docs/ctext-format.md alone, without a look at the functions.

Bits are texts of `0` and `1` here. That is slow, but one sees what happens.
"""

import re
from collections.abc import Iterable, Iterator
from datetime import date, timedelta
from typing import NamedTuple

MAX_UNPACKED = 16_384
MAX_DEPTH = 127
MAX_SCHEMAS = 4096
MAX_REFERENCES = 16
INT64 = range(-(2**63), 2**63)


class NoForm(Exception):
    """A layout has no form for a value."""


class NotPacked(Exception):
    """Bytes that readers refuse."""


# JSON, with the texts of numbers and strings as they were written.

NUMBER = re.compile(r"-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?")
STRING = re.compile(r'"((?:[^"\\\x00-\x1f]|\\["\\/bfnrt]|\\u[0-9a-fA-F]{4})*)"')
INTEGER = re.compile("-?[0-9]+")
WORD = re.compile("null|true|false")
SPACE = re.compile("[ \t\r\n]*")
ESCAPE = re.compile(r"\\(?:u([0-9a-fA-F]{4})|(.))")
ESCAPES = {'"': '"', "\\": "\\", "b": "\b", "f": "\f", "n": "\n", "r": "\r", "t": "\t"}
NEEDED = {character: f"\\{letter}" for letter, character in ESCAPES.items()}


class Json(NamedTuple):
    """A JSON value: its minified text, and its elements, or its members with the text of their names."""

    kind: str
    text: str
    parts: tuple = ()

    def get(self, name: str) -> "Json | None":
        """A member, by its name."""
        return dict(members(self)).get(name) if self.kind == "object" else None


def members(value: Json) -> list[tuple[str, Json]]:
    return [(unescaped(name), member) for name, member in value.parts]


def parse(text: str) -> Json:
    value, end = parse_at(text, skip(text, 0))
    if skip(text, end) != len(text):
        raise ValueError("something follows the JSON value")
    return value


def skip(text: str, place: int) -> int:
    return SPACE.match(text, place).end()


def parse_at(text: str, place: int) -> tuple[Json, int]:
    for kind, pattern in (("word", WORD), ("number", NUMBER), ("string", STRING)):
        if found := pattern.match(text, place):
            return Json(kind, found[0]), found.end()
    if text[place : place + 1] not in ("[", "{"):
        raise ValueError("not a JSON value")
    opening, parts, place = text[place], [], skip(text, place + 1)
    closing = {"[": "]", "{": "}"}[opening]
    while text[place : place + 1] != closing or parts:
        if opening == "{":
            if not (name := STRING.match(text, place)) or text[(colon := skip(text, name.end())) :][:1] != ":":
                raise ValueError("not a member")
            place = skip(text, colon + 1)
        value, place = parse_at(text, place)
        parts.append(value if opening == "[" else (name[1], value))
        place = skip(text, place)
        if text[place : place + 1] == closing:
            break
        if text[place : place + 1] != ",":
            raise ValueError("neither a comma nor the end")
        place = skip(text, place + 1)
    texts = (part.text if opening == "[" else f'"{part[0]}":{part[1].text}' for part in parts)
    kind = "array" if opening == "[" else "object"
    return Json(kind, opening + ",".join(texts) + closing, tuple(parts)), place + 1


def unescaped(raw: str) -> str:
    """The string that is written like this between quotation marks."""
    replaced = ESCAPE.sub(lambda found: chr(int(found[1], 16)) if found[1] else ESCAPES.get(found[2], found[2]), raw)
    return replaced.encode("utf-16", "surrogatepass").decode("utf-16", "surrogatepass") if "\\u" in raw else replaced


def escaped(string: str) -> str:
    """The string with the escapes that it needs, and no others."""
    return "".join(NEEDED.get(c) or (f"\\u{ord(c):04x}" if c < " " else c) for c in string)


# Layouts: tuples, whose first element is the kind.

ANY = ("any",)
UNBOUNDED = ("integer", None, None)
STRING_LAYOUT = ("string", "")
PREFIX = re.compile(r"\^([A-Za-z0-9_/-]*)([*?{+]?)")


def layout_of(schema: str) -> tuple:
    """The layout of a schema, of which the text is given."""
    return SchemaReader(parse(schema)).read()


class SchemaReader:
    def __init__(self, document: Json):
        self.document, self.seen = document, 0

    def read(self, schema: Json | None = None, references: int = 0) -> tuple:
        schema = schema or self.document
        if schema.kind != "object" or self.seen == MAX_SCHEMAS:
            return ANY
        self.seen += 1
        if reference := schema.get("$ref"):
            return self.read_reference(reference, references + 1)
        if constant := schema.get("const"):
            return ("enum", [constant.text])
        if values := self.list_of(schema, "enum"):
            return ("enum", [value.text for value in values.parts])
        several = self.list_of(schema, "oneOf") or self.list_of(schema, "anyOf")
        if several and not schema.get("properties") and not schema.get("items"):
            return alternatives([self.read(element, references) for element in several.parts])
        if types := self.list_of(schema, "type"):
            return alternatives([self.of_type(kind, schema, references) for kind in types.parts])
        return self.of_type(schema.get("type"), schema, references)

    @staticmethod
    def list_of(schema: Json, keyword: str) -> Json | None:
        value = schema.get(keyword)
        return value if value and value.kind == "array" else None

    def read_reference(self, reference: Json, references: int) -> tuple:
        start, definitions = "#/$defs/", self.document.get("$defs")
        target = unescaped(reference.text[1:-1])
        name = target.removeprefix(start).replace("~1", "/").replace("~0", "~")
        definition = definitions and target.startswith(start) and definitions.get(name)
        return self.read(definition, references) if definition and references <= MAX_REFERENCES else ANY

    def of_type(self, kind: Json | None, schema: Json, references: int) -> tuple:
        match kind and kind.kind == "string" and unescaped(kind.text[1:-1]):
            case "null":
                return ("enum", ["null"])
            case "boolean":
                return ("enum", ["false", "true"])
            case "number":
                return ("number",)
            case "integer":
                return integer_layout(schema)
            case "string":
                return string_layout(schema)
            case "array":
                items = schema.get("items")
                return ("array", self.read(items, references) if items and not schema.get("prefixItems") else ANY)
            case "object":
                return self.object_layout(schema, references)
        return ANY

    def object_layout(self, schema: Json, references: int) -> tuple:
        required, closing = self.list_of(schema, "required"), schema.get("additionalProperties")
        names = {element.text[1:-1] for element in (required.parts if required else ()) if element.kind == "string"}
        names = {unescaped(name) for name in names}
        properties = schema.get("properties")
        listed = members(properties) if properties and properties.kind == "object" else []
        listed = [(name, name in names, self.read(member, references)) for name, member in listed]
        return ("object", listed, not closing or closing.text != "false")


def alternatives(layouts: list[tuple]) -> tuple:
    if all(layout[0] == "enum" for layout in layouts):
        return ("enum", [text for layout in layouts for text in layout[1]])
    return ("one-of", layouts)


def integer_layout(schema: Json) -> tuple:
    def bounds(*keywords: tuple[str, int]) -> list[int]:
        values = ((schema.get(keyword), more) for keyword, more in keywords)
        integers = ((int(value.text), more) for value, more in values if value and INTEGER.fullmatch(value.text))
        return [bound + more for bound, more in integers if bound in INT64 and bound + more in INT64]

    low = max(bounds(("minimum", 0), ("exclusiveMinimum", 1)), default=None)
    return ("integer", low, min(bounds(("maximum", 0), ("exclusiveMaximum", -1)), default=None))


def string_layout(schema: Json) -> tuple:
    keywords = {keyword: schema.get(keyword) for keyword in ("format", "pattern")}
    form, pattern = (value and value.kind == "string" and unescaped(value.text[1:-1]) for value in keywords.values())
    if form in ("date", "date-time", "time", "uuid"):
        return (form,)
    if not pattern or "|" in pattern or not (found := PREFIX.match(pattern)):
        return STRING_LAYOUT
    return ("string", found[1][:-1] if found[2] else found[1])


# Numbers in bits, written.


def u(width: int, value: int) -> str:
    return f"{value:0{width}b}" if width else ""


def width_of_choice(count: int) -> int:
    return (count - 1).bit_length()


def choice(count: int, value: int) -> str:
    return u(width_of_choice(count), value)


def eg(order: int, value: int) -> str:
    q = value + 2**order
    return "0" * (q.bit_length() - 1 - order) + f"{q:b}"


def magnitude(value: int) -> str:
    bits = value.bit_length()
    if bits > 64:
        raise NoForm
    return eg(2, bits) + (u(bits - 1, value - 2 ** (bits - 1)) if bits else "")


# Values, written.


def pack(layout: tuple, payload: str) -> bytes:
    """The packed payload, which is a minified JSON object."""
    kept = b"\x80" + payload[1:-1].encode()
    try:
        bits = "0" + write(layout, parse(payload))
        packed = to_bytes(bits + "0" * (-len(bits) % 8))
        return packed if len(packed) < len(kept) and unpack(layout, packed) == payload else kept
    except (NoForm, NotPacked):
        return kept


def to_bytes(bits: str) -> bytes:
    return int(bits, 2).to_bytes(len(bits) // 8, "big")


def write(layout: tuple, value: Json) -> str:
    """The bits of a value."""
    match layout, value.kind:
        case ("enum", texts), _ if value.text in texts:
            return choice(len(texts), texts.index(value.text))
        case ("integer", low, high), "number":
            return write_integer(value.text, low, high)
        case ("number",), "number":
            return write_number(value.text)
        case ("string", prefix), "string" if value.text[1:].startswith(prefix):
            return write_string(value.text[1 + len(prefix) : -1])
        case (("date" | "time" | "date-time" | "uuid") as form,), "string":
            binary = {"date": write_date, "time": write_time, "date-time": write_date_time, "uuid": write_uuid}[form]
            bits = binary(value.text[1:-1])
            return "1" + write_string(value.text[1:-1]) if bits is None else "0" + bits
        case ("array", items), "array":
            return eg(2, len(value.parts)) + "".join(write(items, element) for element in value.parts)
        case ("object", listed, is_open), "object":
            return write_object(listed, is_open, value)
        case ("one-of", layouts), _:
            return write_one_of(layouts, value)
        case ("any",), _:
            return write_any(value)
    raise NoForm


def write_one_of(layouts: list[tuple], value: Json) -> str:
    for index, layout in enumerate(layouts):
        try:
            return choice(len(layouts), index) + write(layout, value)
        except NoForm:
            pass
    raise NoForm


WORDS = ("null", "false", "true")
OPEN_OBJECT = ("object", [], True)
LAYOUTS_OF_ANY = {3: UNBOUNDED, 4: ("number",), 5: STRING_LAYOUT, 6: ("array", ANY), 7: OPEN_OBJECT}


def write_any(value: Json) -> str:
    if value.kind == "word":
        return u(3, WORDS.index(value.text))
    number = 4 if set(value.text) & set(".eE") else 3
    which = {"number": number, "string": 5, "array": 6, "object": 7}[value.kind]
    return u(3, which) + write(LAYOUTS_OF_ANY[which], value)


def write_integer(text: str, low: int | None, high: int | None) -> str:
    if not INTEGER.fullmatch(text):
        raise NoForm
    minus, digits = text.startswith("-"), text.removeprefix("-")
    if len(digits) > 1000:
        raise NoForm
    value, in_digits = int(text), eg(2, 65) + eg(3, len(digits)) + in_alphabet(0, digits)
    if low is None and high is None:
        return u(1, minus) + (magnitude(int(digits)) if int(digits) < 2**64 else in_digits)
    if low is not None and value < low:
        raise NoForm
    if is_range(low, high):
        if value > high:
            raise NoForm
        return choice(high - low + 1, value - low)
    if low is not None:
        return magnitude(value - low) if value < 2**63 else in_digits
    if value > high:
        raise NoForm
    return magnitude(high - value) if value >= -(2**63) else in_digits


def is_range(low: int | None, high: int | None) -> bool:
    return low is not None and high is not None and 0 <= high - low + 1 <= 2**32


def write_number(text: str) -> str:
    if found := re.fullmatch(r"(-?)([0-9]+)(?:\.([0-9]{1,6}))?", text):
        fraction = found[3] or ""
        if len(text) < 30 and (digits := int(found[2] + fraction)) < 2**64:
            return u(3, len(fraction)) + u(1, bool(found[1])) + magnitude(digits)
    return u(3, 7) + eg(2, len(text)) + "".join(u(4, CHARACTERS_OF_NUMBERS.index(c)) for c in text)


CHARACTERS_OF_NUMBERS = "0123456789+-.eE"
DIGITS, LOWER = "0123456789", "abcdefghijklmnopqrstuvwxyz"
UPPER = LOWER.upper()
ALPHABETS = [DIGITS, DIGITS + "abcdef", DIGITS + UPPER + " -./", DIGITS + LOWER + "-_.@", DIGITS + UPPER + LOWER + " -"]
ALPHABETS.append("".join(map(chr, range(0x20, 0x7F))))
# The bits of one character, of two that share bits, and so on.
WIDTHS = [(4, 7, 10), (4,), (6, 11, 16), (6, 11, 16), (6,), (7, 14, 20)]


def in_alphabet(alphabet: int, text: str) -> str:
    letters, widths, bits = ALPHABETS[alphabet], WIDTHS[alphabet], ""
    for start in range(0, len(text), len(widths)):
        group, number = text[start : start + len(widths)], 0
        for character in group:
            number = number * len(letters) + letters.index(character)
        bits += u(widths[len(group) - 1], number)
    return bits


def write_string(raw: str) -> str:
    string = unescaped(raw)
    if escaped(string) != raw:
        return u(3, 7) + write_utf_8(raw)
    fitting = (alphabet for alphabet, letters in enumerate(ALPHABETS) if set(string) <= set(letters))
    written = [u(3, alphabet) + eg(3, len(string)) + in_alphabet(alphabet, string) for alphabet in fitting]
    return min(written, key=len) if written else u(3, 6) + write_utf_8(string)


def write_utf_8(text: str) -> str:
    return eg(3, len(text.encode())) + "".join(u(8, byte) for byte in text.encode())


EPOCH = date(1900, 1, 1)
TIME = re.compile(r"([0-9]{2}):([0-9]{2}):([0-9]{2})(?:\.([0-9]{3}))?(?:Z|([+-])([0-9]{2}):([0-9]{2}))")
UUID = re.compile("-".join(f"[0-9a-f]{{{digits}}}" for digits in (8, 4, 4, 4, 12)))


def write_date(text: str) -> str | None:
    try:
        days = (date(*map(int, re.fullmatch("([0-9]{4})-([0-9]{2})-([0-9]{2})", text).groups())) - EPOCH).days
    except (AttributeError, ValueError):
        return None
    return u(16, days) if days in range(2**16) else None


def write_time(text: str) -> str | None:
    if not (found := TIME.fullmatch(text)):
        return None
    hours, minutes, seconds = (int(found[group]) for group in (1, 2, 3))
    if hours > 23 or minutes > 59 or seconds > 59:
        return None
    bits = u(11, hours * 60 + minutes) + ("1" + u(6, seconds) if seconds else "0")
    bits += "0" if found[4] is None else "1" + u(10, int(found[4]))
    if not found[5]:
        return bits + "0"
    hours, minutes = int(found[6]), int(found[7])
    if hours > 23 or minutes not in (0, 15, 30, 45) or found[5] + found[6] + found[7] == "-0000":
        return None
    quarters = hours * 4 + minutes // 15
    return bits + "1" + u(8, 128 + (quarters if found[5] == "+" else -quarters))


def write_date_time(text: str) -> str | None:
    day, _, time = text.partition("T")
    bits = write_date(day), write_time(time)
    return None if None in bits else "".join(bits)


def write_uuid(text: str) -> str | None:
    return "".join(u(4, int(digit, 16)) for digit in text.replace("-", "")) if UUID.fullmatch(text) else None


def write_object(listed: list[tuple], is_open: bool, value: Json) -> str:
    in_text = members(value)
    names = [name for name, _, _ in listed]
    others = [(name, member) for name, member in in_text if name not in names]
    present = dict(in_text)
    if len(present) < len(in_text) or others and not is_open:
        raise NoForm
    if any(required and name not in present for name, required, _ in listed):
        raise NoForm
    bits = "".join(u(1, name in present) for name, required, _ in listed if not required)
    bits += eg(0, len(others)) if is_open else ""
    left = [name for name in names if name in present] + [name for name, _ in others]
    if len(left) >= 2:
        order = [name for name, _ in in_text]
        bits += u(1, order != left)
        for name in order if order != left else ():
            bits += choice(len(left), left.index(name))
            left.remove(name)
    bits += "".join(write(layout, present[name]) for name, _, layout in listed if name in present)
    return bits + "".join(write_string(escaped(name)) + write(ANY, member) for name, member in others)


# Values, read.


def unpack(layout: tuple, packed: bytes) -> str:
    """The payload, which any reader gives back."""
    reader = Reader("".join(u(8, byte) for byte in packed))
    if reader.u(1):
        if packed[0] != 0x80:
            raise NotPacked("padding of the kept form")
        payload = "{" + from_utf_8(packed[1:]) + "}"
    else:
        payload = reader.value(layout)
        if len(rest := reader.bits[reader.place :]) > 7 or "1" in rest:
            raise NotPacked("padding")
        if len(payload.encode()) > MAX_UNPACKED:
            raise NotPacked("too long")
    try:
        parse(payload)
    except (ValueError, RecursionError):
        raise NotPacked("not JSON") from None
    return payload


def from_utf_8(data: bytes) -> str:
    try:
        return data.decode()
    except UnicodeDecodeError:
        raise NotPacked("not UTF-8") from None


class Reader:
    def __init__(self, bits: str):
        self.bits, self.place, self.characters, self.depth = bits, 0, 0, 0

    def take(self, count: int) -> str:
        self.place += count
        if self.place > len(self.bits):
            raise NotPacked("bits end early")
        return self.bits[self.place - count : self.place]

    def u(self, width: int) -> int:
        return int(self.take(width) or "0", 2)

    def choice(self, count: int) -> int:
        return self.below(count, self.u(width_of_choice(count)) if count else 0)

    @staticmethod
    def below(bound: int, value: int) -> int:
        if value >= bound:
            raise NotPacked("out of range")
        return value

    def eg(self, order: int) -> int:
        zeros = 0
        while not self.u(1):
            zeros += 1
        return self.below(2**63, 2 ** (zeros + order) + self.u(zeros + order) - 2**order)

    def magnitude(self) -> int | None:
        """The number, or None if decimal digits follow."""
        bits = self.below(66, self.eg(2))
        if bits == 65:
            return None
        return 2 ** (bits - 1) + self.u(bits - 1) if bits else 0

    def made(self, text: str) -> str:
        """Counts what becomes part of the payload, so that few bits do not become very much."""
        self.characters += len(text)
        self.below(MAX_UNPACKED + 1, self.characters)
        return text

    def nested(self, opening: str, parts: Iterable[str], closing: str) -> str:
        self.depth += 1
        self.below(MAX_DEPTH + 1, self.depth)
        text = self.made(opening) + ",".join(parts) + closing
        self.depth -= 1
        return text

    def value(self, layout: tuple) -> str:
        match layout:
            case ("enum", texts):
                return self.made(texts[self.choice(len(texts))])
            case ("integer", low, high):
                return self.made(self.integer(low, high))
            case ("number",):
                return self.made(self.number())
            case ("string", prefix):
                return self.made(f'"{prefix}{self.string()}"')
            case (("date" | "time" | "date-time" | "uuid") as form,):
                binary = {"date": self.date, "time": self.time, "date-time": self.date_time, "uuid": self.uuid}[form]
                return self.made(f'"{self.string() if self.u(1) else binary()}"')
            case ("array", items):
                return self.nested("[", (self.value(items) for _ in range(self.eg(2))), "]")
            case ("object", listed, is_open):
                return self.nested("{", self.object(listed, is_open), "}")
            case ("one-of", layouts):
                return self.value(layouts[self.choice(len(layouts))])
            case ("any",):
                which = self.u(3)
                return self.made(WORDS[which]) if which < 3 else self.value(LAYOUTS_OF_ANY[which])

    def integer(self, low: int | None, high: int | None) -> str:
        if is_range(low, high):
            return str(low + self.choice(high - low + 1))
        minus = "-" if (self.u(1) if low is None and high is None else low is None) else ""
        value = self.magnitude()
        if value is None:
            return minus + self.in_alphabet(0, self.below(1001, self.eg(3)))
        if low is None and high is None:
            return f"{minus}{value}"
        return str(low + value if low is not None else high - value)

    def number(self) -> str:
        scale = self.u(3)
        if scale == 7:
            return "".join(CHARACTERS_OF_NUMBERS[self.below(15, self.u(4))] for _ in range(self.eg(2)))
        minus, value = "-" if self.u(1) else "", self.magnitude()
        if value is None:
            raise NotPacked("digits")
        digits = str(value).zfill(scale + 1)
        return f"{minus}{digits[:-scale]}.{digits[-scale:]}" if scale else f"{minus}{digits}"

    def string(self) -> str:
        """The JSON text between the quotation marks, without a prefix."""
        alphabet, length = self.u(3), self.eg(3)
        if alphabet < 6:
            return escaped(self.in_alphabet(alphabet, length))
        text = from_utf_8(to_bytes(self.take(8 * length)) if length else b"")
        return text if alphabet == 7 else escaped(text)

    def in_alphabet(self, alphabet: int, length: int) -> str:
        letters, widths, text = ALPHABETS[alphabet], WIDTHS[alphabet], ""
        while len(text) < length:
            size = min(length - len(text), len(widths))
            number = self.below(len(letters) ** size, self.u(widths[size - 1]))
            text += "".join(letters[number // len(letters) ** place % len(letters)] for place in reversed(range(size)))
        return text

    def date(self) -> str:
        return (EPOCH + timedelta(days=self.u(16))).isoformat()

    def time(self) -> str:
        hours, minutes = divmod(self.below(24 * 60, self.u(11)), 60)
        seconds = self.below(60, self.u(6)) if self.u(1) else 0
        text = f"{hours:02}:{minutes:02}:{seconds:02}"
        text += f".{self.below(1000, self.u(10)):03}" if self.u(1) else ""
        if not self.u(1):
            return text + "Z"
        quarters = self.u(8) - 128
        return f"{text}{'-' if quarters < 0 else '+'}{abs(quarters) // 4:02}:{abs(quarters) % 4 * 15:02}"

    def date_time(self) -> str:
        return f"{self.date()}T{self.time()}"

    def uuid(self) -> str:
        digits = f"{self.u(128):032x}"
        return "-".join((digits[:8], digits[8:12], digits[12:16], digits[16:20], digits[20:]))

    def object(self, listed: list[tuple], is_open: bool) -> Iterator[str]:
        """The members, in the order of the text."""
        present = [(name, layout) for name, required, layout in listed if required or self.u(1)]
        others = self.below(MAX_UNPACKED, self.eg(0)) if is_open else 0
        left = list(range(len(present) + others))
        in_order = len(left) < 2 or not self.u(1)
        order = left if in_order else [left.pop(self.choice(len(left))) for _ in range(len(left))]
        texts = [f'"{escaped(name)}":{self.value(layout)}' for name, layout in present]
        texts += [f'"{self.string()}":{self.value(ANY)}' for _ in range(others)]
        yield from (texts[member] for member in order)
