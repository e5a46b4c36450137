"""What a description of single parameters cannot say: which combinations are refused, as docs/api.md tells, and which
ctexts are authentic: the one in the environment variable AUTHENTIC_CTEXT.
"""

import os
import re
import time
import zlib
from datetime import datetime

import schemathesis

# 2106 has begun: no code expires later.
END = 4_291_747_200


@schemathesis.hook
def filter_case(context, case) -> bool:
    if isinstance(case.body, bytes) and not is_text(case.body):
        return False
    if case.meta and not case.meta.generation.mode.is_positive:
        return True
    query = case.query or {}
    rules = (expires_in_time, readers_see, reveals_with_uses, has_one_size, has_black_ink_for_black, fits_its_version)
    return all(rule(query) for rule in rules) and names_one(case, query)


@schemathesis.hook
def map_case(context, case):
    """Every other well-formed ctext becomes one that opens."""
    for place in (case.query, case.path_parameters):
        ctext = place.get("ctext") if place else None
        well_formed = isinstance(ctext, str) and re.fullmatch("[0-9]+|[EF][A-Za-z0-9_-]+", ctext)
        if well_formed and zlib.crc32(ctext.encode()) % 2:
            place["ctext"] = os.environ["AUTHENTIC_CTEXT"]
    return case


def is_text(body: bytes) -> bool:
    """The local emulator, not the service, answers 500 to other bodies; test_bodies sends them as gateways do."""
    try:
        body.decode()
    except UnicodeDecodeError:
        return False
    return True


def expires_in_time(query: dict) -> bool:
    if "expires_in" in query and "expires_at" in query:
        return False
    seconds, at = str(query.get("expires_in", "")), query.get("expires_at")
    if seconds.isdecimal() and time.time() + int(seconds) + 60 >= END:
        return False
    return at is None or time.time() + 60 < unix_seconds(str(at)) < END


def reveals_with_uses(query: dict) -> bool:
    return query.get("reveal") != "on-redeem" or "uses" in query


def has_one_size(query: dict) -> bool:
    return not {"module_mm", "width_mm"} <= query.keys()


def has_black_ink_for_black(query: dict) -> bool:
    """Black ink alone is for a PDF in the default colours."""
    return query.get("ink") != "k100" or (query.get("format") == "pdf" and not {"dark", "light"} & query.keys())


def fits_its_version(query: dict) -> bool:
    version, limit = (str(query.get(name, default)) for name, default in (("min_version", 1), ("max_modules", 177)))
    return not (version.isdecimal() and limit.isdecimal()) or 17 + 4 * int(version) <= int(limit)


def names_one(case, query: dict) -> bool:
    """A code that is made good again is named in one way."""
    return case.path != "/api/qrcode/revoke" or case.method != "DELETE" or len({"name", "ctext"} & query.keys()) == 1


def unix_seconds(at: str) -> float:
    """A time by RFC 3339 or in Unix seconds; 0 if Python cannot tell."""
    try:
        return int(at) if re.fullmatch("-?[0-9]+", at) else datetime.fromisoformat(at.upper()).timestamp()
    except (ValueError, OverflowError):
        return 0


def readers_see(query: dict) -> bool:
    dark, light = query.get("dark", "000000"), query.get("light", "ffffff")
    if not all(isinstance(colour, str) and re.fullmatch("[0-9a-fA-F]{6}", colour) for colour in (dark, light)):
        return True
    return (luminance(light) + 0.05) / (luminance(dark) + 0.05) > 3.01


def luminance(colour: str) -> float:
    """WCAG 2.2, relative luminance."""
    values = [int(colour[at : at + 2], 16) / 255 for at in (0, 2, 4)]
    red, green, blue = (value / 12.92 if value <= 0.04045 else ((value + 0.055) / 1.055) ** 2.4 for value in values)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue
