"""The curl lines that people are given, run against a gateway that checks them as AWS does."""

import re

import pytest

from tests.support.cloudformation import JWT, ROOT, deployed
from tests.support.gateway import (
    CREDENTIALS,
    REGION,
    SESSION,
    TOKEN,
    Gateway,
    by_function_url,
    by_iam,
    by_nobody,
    by_token,
    run,
)
from tests.support.qr_readers import read

AUTHS = {
    "AWS_IAM": ({}, by_iam, CREDENTIALS),
    "AWS_IAM with a session": ({}, by_iam, CREDENTIALS | {"AWS_SESSION_TOKEN": SESSION}),
    "JWT": (JWT, by_token, {"TOKEN": TOKEN}),
    "NONE": ({"CreateAuth": "NONE"}, by_nobody, {}),
}


@pytest.mark.parametrize(("parameters", "allows", "variables"), AUTHS.values(), ids=AUTHS)
def test_the_line_of_the_outputs_makes_a_code(api, tmp_path, parameters, allows, variables):
    line = deployed(**parameters)["Outputs"]["TryIt"]["Value"]
    with Gateway(api.base_url, allows) as gateway:
        done = run(line.replace("${HttpApi.ApiEndpoint}", f"http://{gateway.address}"), tmp_path, **variables)
    assert done.returncode == 0, done.stderr
    assert read((tmp_path / "qr.png").read_bytes()).startswith(f"{api.base_url}/api/decrypt/qrcode-details?ctext=")
    assert [request.get("x-amz-security-token") for request in gateway.seen] == [variables.get("AWS_SESSION_TOKEN")]


def test_the_gateway_of_these_tests_turns_others_away(api, tmp_path):
    line = deployed()["Outputs"]["TryIt"]["Value"]
    with Gateway(api.base_url, by_iam) as gateway:
        line = line.replace("${HttpApi.ApiEndpoint}", f"http://{gateway.address}")
        for variables in ({}, CREDENTIALS | {"AWS_SECRET_ACCESS_KEY": "another"}):
            done = run(line, tmp_path, **variables)
            assert done.returncode == 22, "curl's word for an HTTP error"
    assert not (tmp_path / "qr.png").exists()


SIGNED_BLOCK = re.compile(r"^( *)```sh\n((?:(?!```).*\n)*?(?:(?!```).*)--aws-sigv4(?:.*\n)*?)\1```$", re.MULTILINE)


@pytest.mark.parametrize("page", ["README.md", "docs/deployment.md"])
def test_the_signed_lines_of_the_pages_make_codes(api, tmp_path, page):
    blocks = [block for _, block in SIGNED_BLOCK.findall((ROOT / page).read_text())]
    assert blocks
    for block in blocks:
        if "/api/gate/" in block:
            # They need a table, which the API of these tests does not have: tests/browser/test_gate.py enrols gates.
            continue
        service = re.search(r'--aws-sigv4 "aws:amz:\$AWS_REGION:([a-z-]+)"', block)[1]
        allows = {"execute-api": by_iam, "lambda": by_function_url}[service]
        with Gateway(api.base_url, allows) as gateway:
            # What the page has the reader set before.
            addresses = {"API_URL": f"http://{gateway.address}", "CREATE_URL": f"http://{gateway.address}/"}
            variables = CREDENTIALS | {"AWS_SESSION_TOKEN": SESSION, "AWS_REGION": REGION} | addresses
            done = run(block, tmp_path, **variables)
            assert done.returncode == 0, done.stderr
            assert gateway.seen
        assert read((tmp_path / "qr.png").read_bytes()).startswith(api.base_url)
        (tmp_path / "qr.png").unlink()
