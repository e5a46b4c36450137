"""docs/aws-contracts.md: each line has a source, and a test that exists."""

import re

import pytest

from tools.local_api import ROOT

PAGE = (ROOT / "docs" / "aws-contracts.md").read_text()
ROWS = [re.split(r" \| ", line.strip("| ")) for line in PAGE.splitlines() if line.startswith("| ")]
ROWS = [row for row in ROWS if row[0] not in ("assumption", "---")]


def test_the_table_is_read():
    assert len(ROWS) == PAGE.count("\n| ") - 2 * PAGE.count("\n## ") >= 70
    assert all(len(row) == 3 for row in ROWS)
    assert len({row[0] for row in ROWS}) == len(ROWS), "each assumption once"


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row[0][:60])
def test_each_assumption_has_a_source_and_a_test_or_says_that_it_has_none(row):
    assumption, source, tested = row
    assert re.fullmatch(r"\[[^\]]+\]\(https://[\w.-]+/[^\s)]*\)", source), "a link"
    if tested == "only live":
        return
    files = re.findall(r"`([^`]+)`", tested)
    assert ", ".join(f"`{file}`" for file in files) == tested
    for file in files:
        assert (ROOT / file).is_file(), file


def test_what_calls_aws_is_covered():
    # Each action that the functions take is the source of a line.
    actions = {
        re.sub(r"_(\w)", lambda match: match[1].upper(), f"_{name}")
        for path in [*ROOT.glob("shared/service/src/*.rs"), *ROOT.glob("functions/rotate-keyring/src/*.rs"),
                     *ROOT.glob("shared/code-store/src/*.rs"), *ROOT.glob("functions/print-run/src/*.rs")]
        for name in re.findall(r"client(?:\(\)\??)?\s*\.(\w+)\(\)\s*\.", path.read_text())
    }
    assert actions == {
        "CompleteMultipartUpload", "CreateMultipartUpload", "DescribeSecret", "GetItem", "GetObject", "GetSecretValue", "HeadObject",
        "PutEvents", "PutObject", "PutSecretValue", "UpdateItem", "UpdateSecretVersionStage", "UploadPart",
    }  # fmt: skip
    assert all(f"/API_{action}.html)" in PAGE for action in actions)
    # And so is each kind of thing in the stack that has rules of its own.
    types = set(re.findall(r"^    Type: AWS::(\w+)::", (ROOT / "template.yaml").read_text(), re.MULTILINE))
    names = {
        "ApiGatewayV2": "API Gateway", "CloudWatch": "CloudWatch", "DynamoDB": "DynamoDB", "Events": "EventBridge", "IAM": "IAM", "Lambda": "Lambda",
        "Logs": "CloudWatch", "Pipes": "pipe", "S3": "S3", "SQS": "SQS", "StepFunctions": "Step Functions", "Route53": "RecordSet", "SNS": "SNS", "SecretsManager": "Secrets Manager", "Serverless": "SAM",
    }  # fmt: skip
    assert types == names.keys()
    assert all(name in PAGE for name in names.values())
