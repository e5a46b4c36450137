"""The description of the API is well-formed, and complete."""

import json
import re

from openapi_spec_validator import OpenAPIV31SpecValidator, validate

from tools.local_api import ROOT

DESCRIPTION = json.loads((ROOT / "docs" / "openapi.json").read_text())


def test_the_description_is_valid_openapi():
    validate(DESCRIPTION, cls=OpenAPIV31SpecValidator)


def test_every_route_of_the_local_api_is_described():
    # HEAD is GET without a body, and addresses may come in upper case; neither needs a description.
    manifest = (ROOT / "Cargo.toml").read_text().replace("{*", "{")
    lines = re.findall(r'^"(/[a-z.]\S*)" = (\[\{ method = .*)$', manifest, re.MULTILINE)
    routes = {(path, method) for path, line in lines for method in re.findall(r'method = "([A-Z]+)"', line)}
    described = {(path, method.upper()) for path, item in DESCRIPTION["paths"].items() for method in item}
    assert {route for route in routes if route[1] != "HEAD"} == described
