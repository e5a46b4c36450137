"""Query strings: strict where codes are made, tolerant of strangers where they are opened."""

from tests.support import sealed_qr_reference as reference
from tests.support.api_client import CREATE, DECRYPT, PLAIN

BODIES = {CREATE: '{"id":"a","amount":1}', PLAIN: '{"value":"a"}'}
# A value that each parameter takes, and one that it does not.
DRAWING = {
    "ecc": ("M", "medium"), "scale": ("8", "41"), "margin": ("4", "-1"), "format": ("png", "gif"),
    "dark": ("000000", "000"), "light": ("ffffff", "000000"), "max_modules": ("177", "20"),
    "module_mm": ("0.5", "0.05"), "width_mm": ("30", "3e1"), "ink": ("rgb", "k100"), "min_version": ("40", "41"),
}  # fmt: skip
SEALING = {
    "link": ("full", "short"), "expires_in": ("60", "0"), "expires_at": ("2105-01-01T00:00:00Z", "2105-01-01"),
    "uses": ("1", "256"), "reveal": ("always", "never"), "model": ("order", "Order"),
}  # fmt: skip
KNOWN = {CREATE: DRAWING | SEALING, PLAIN: DRAWING}


def test_a_bad_parameter_is_refused_by_its_name(api):
    for path, known in KNOWN.items():
        for name, (good, bad) in known.items():
            assert api.post(f"{path}?{name}={good}", BODIES[path]).status == 200
            twice = [f"{name}={good}&{name}={good}", f"{name}={good}&%{ord(name[0]):x}{name[1:]}="]
            for query in (f"{name}={bad}", f"{name}=", *twice):
                detail = api.post(f"{path}?{query}", BODIES[path]).problem(400, "invalid-query")["detail"]
                # Of two colours that are too much alike, either can be named.
                assert name in detail or (name == "light" and "dark" in detail), (query, detail)


def test_an_unknown_parameter_is_refused_and_the_known_ones_are_listed(api):
    for path, known in KNOWN.items():
        for name in ("size", "Scale", "utm_source", "%F0%9F%A6%80", "%ff", "a" * 3000):
            detail = api.post(f"{path}?scale=8&{name}=1", BODIES[path]).problem(400, "invalid-query")["detail"]
            assert {word.strip(" .,`") for word in detail.rpartition(":")[2].split(",")} == set(known)


def test_a_ctext_is_required_once_and_strangers_beside_it_are_ignored(api, keyring):
    text = reference.to_digits(reference.seal(keyring, b"{}"))
    for query in ("", "ctex=1", f"ctext={text}&ctext={text}", f"ctext={text}&%63text="):
        assert "ctext" in api.request("GET", f"{DECRYPT}?{query}").problem(400, "invalid-query")["detail"]
    for query in (f"ctext={text}&fbclid=1", f"utm_source=a&utm_source=b&ctext={text}", f"&&ctext={text}&%ff=%ff&x"):
        assert api.request("GET", f"{DECRYPT}?{query}").body == b"{}"
    assert api.request("GET", f"/d/{text}?fbclid=1&ctext=1").body == b"{}"
