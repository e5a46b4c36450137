"""A redemption beside a Lambda function that makes one `UpdateItem`, the least that a redemption can be."""

import tempfile
from pathlib import Path

import invocations
from from_tests import Code, account, redemption, reference
from invocations import Subject

TABLE, MARK_TABLE = "codes", "codes-mark"


def subjects(binaries: Path, of_table: dict[str, str]) -> dict[str, Subject]:
    redeem = [binaries / "redeem-code"]
    environment = invocations.BASE_URL | invocations.KEYRING | of_table
    return {
        "one-update-item": Subject([binaries / "one-update-item"], invocations.create_event(), of_table),
        "redeem-code": Subject(redeem, fresh_redemption, environment),
        "redeem-code-marked": Subject(redeem, fresh_redemption, environment | {"MARK_TABLE": MARK_TABLE}),
    }


def fresh_redemption() -> dict:
    """Redeems a code that nobody has redeemed."""
    return redemption(Code(reference.seal({"1": invocations.KEY}, invocations.PAYLOAD, uses=1)))


def measure(binaries: Path) -> dict:
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        with account(folder) as aws:
            client = aws.client("dynamodb")
            for table in (TABLE, MARK_TABLE):
                client.create_table(
                    TableName=table,
                    BillingMode="PAY_PER_REQUEST",
                    AttributeDefinitions=[{"AttributeName": "code", "AttributeType": "S"}],
                    KeySchema=[{"AttributeName": "code", "KeyType": "HASH"}],
                )
            of_table = {
                "CODE_TABLE": TABLE,
                "AWS_ENDPOINT_URL_DYNAMODB": aws.url,
                "AWS_REGION": client.meta.region_name,
            }
            return invocations.count_instructions(subjects(binaries, of_table), folder)
