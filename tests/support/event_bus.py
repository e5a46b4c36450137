"""What template.yaml puts between the functions and your systems: bus, rules, queue and pipe, played with moto.

moto runs no pipes, so the one of the template is run here: its filter, its enrichment, its target.
"""

import http.client
import json
import secrets
from contextlib import closing
from urllib.parse import urlsplit

import boto3
import jsonschema
from moto.events.models import EventPattern

from tests.support import aws
from tests.support.cloudformation import deployed, properties
from tests.support.code_table import CodeTable
from tests.support.fakes import Function, Server
from tools.local_api import ROOT

SOURCE = "sealed-qr.sealed-qr"
SCHEMAS = {
    path.name.partition("-")[0]: json.loads(path.read_text()) for path in (ROOT / "docs" / "events").glob("*.json")
}


def check(detail: dict) -> dict:
    """The detail of an event, which must be as its published schema says."""
    schema = SCHEMAS[detail["type"]]
    jsonschema.Draft202012Validator.check_schema(schema)
    checker = jsonschema.Draft202012Validator.FORMAT_CHECKER
    jsonschema.Draft202012Validator(schema, format_checker=checker).validate(detail)
    return detail


def queue_at(queue: str, url: str) -> str:
    """The address of a queue in the account at this URL. Clients go to the host in it, and moto names AWS's."""
    return f"{url}{urlsplit(queue).path}"


class EventBus:
    """A bus, and a queue that gets what a rule of the template lets through."""

    def __init__(self, url: str, rule: str = "EventQueueRule"):
        access = {"aws_access_key_id": "test", "aws_secret_access_key": "test", "region_name": aws.REGION}
        self.url, self.name = url, secrets.token_hex(8)
        self.events = boto3.client("events", endpoint_url=url, **access)
        self.sqs = boto3.client("sqs", endpoint_url=url, **access)
        stack = deployed(EventBusName=self.name, EventQueue="on", EventEmail="a@example.org")
        declared = properties(stack, "AWS::Events::Rule")[rule]
        self.events.create_event_bus(Name=self.name)
        self.queue = queue_at(self.sqs.create_queue(QueueName=self.name)["QueueUrl"], url)
        attributes = self.sqs.get_queue_attributes(QueueUrl=self.queue, AttributeNames=["QueueArn"])["Attributes"]
        pattern = json.dumps(declared["EventPattern"])
        self.events.put_rule(Name=self.name, EventBusName=declared["EventBusName"], EventPattern=pattern)
        (target,) = declared["Targets"]
        target = {name: target[name] for name in ("Id", "InputTransformer") if name in target}
        target["Arn"] = attributes["QueueArn"]
        self.events.put_targets(Rule=self.name, EventBusName=self.name, Targets=[target])

    def settings(self, url: str | None = None) -> dict[str, str]:
        """The environment of functions that tell on this bus, which they reach at this URL."""
        told = {"EVENT_BUS": self.name, "EVENT_SOURCE": SOURCE}
        return told | {"AWS_ENDPOINT_URL_EVENTBRIDGE": url or self.url}

    def messages(self) -> list[str]:
        """What has come into the queue since it was last looked at."""
        texts = []
        while True:
            answer = self.sqs.receive_message(QueueUrl=self.queue, MaxNumberOfMessages=10)
            messages = answer.get("Messages", ())
            if not messages:
                return texts
            for message in messages:
                texts.append(message["Body"])
                self.sqs.delete_message(QueueUrl=self.queue, ReceiptHandle=message["ReceiptHandle"])

    def told(self) -> list[dict]:
        """The details of the events that have come since, each as its schema says."""
        events = [json.loads(text) for text in self.messages()]
        assert all((event["source"], event["detail-type"]) == (SOURCE, "Sealed QR code") for event in events)
        return [check(event["detail"]) for event in events]


class BusProxy(Server):
    """Stands between functions and a bus, and counts the events of each call."""

    def __init__(self, bus: EventBus):
        super().__init__(self._answer)
        self._bus = urlsplit(bus.url).netloc
        self.calls: list[int] = []

    def _answer(self, method, path, headers, content):
        self.calls.append(len(json.loads(content)["Entries"]))
        with closing(http.client.HTTPConnection(self._bus, timeout=30)) as connection:
            connection.request(method, path, content, dict(headers))
            answer = connection.getresponse()
            return answer.status, {"content-type": answer.getheader("content-type")}, answer.read()


class Pipe:
    """The pipe of the template, from the stream of a table to a bus. `describe` is its enrichment."""

    def __init__(self, table: CodeTable, bus: EventBus, describe: Function):
        stack = deployed(Redemption="on", EventBusName=bus.name)
        (declared,) = properties(stack, "AWS::Pipes::Pipe").values()
        assert declared["Target"].endswith(f":event-bus/{bus.name}")
        self._stream = declared["SourceParameters"]["DynamoDBStreamParameters"]
        (only,) = declared["SourceParameters"]["FilterCriteria"]["Filters"]
        self._pattern = EventPattern.load(only["Pattern"])
        self._target = declared["TargetParameters"]["EventBridgeEventBusParameters"]
        self._bus, self._describe = bus, describe
        self.dead: list[dict] = []
        access = {"aws_access_key_id": "test", "aws_secret_access_key": "test", "region_name": aws.REGION}
        self._streams = boto3.client("dynamodbstreams", endpoint_url=table.url, **access)
        arn = table.client.describe_table(TableName=table.name)["Table"]["LatestStreamArn"]
        (shard,) = self._streams.describe_stream(StreamArn=arn)["StreamDescription"]["Shards"]
        place = {"StreamArn": arn, "ShardId": shard["ShardId"], "ShardIteratorType": self._stream["StartingPosition"]}
        self._iterator = self._streams.get_shard_iterator(**place)["ShardIterator"]

    def run(self) -> None:
        """Hands on what has come into the stream since it was last run."""
        answer = self._streams.get_records(ShardIterator=self._iterator)
        self._iterator = answer["NextShardIterator"]
        # The records as JSON: the time as a number.
        records = json.loads(json.dumps(answer["Records"], default=lambda at: at.timestamp()))
        records = [record for record in records if self._pattern.matches_event(record)]
        size = self._stream["BatchSize"]
        for begin in range(0, len(records), size):
            self._hand_on(records[begin : begin + size])

    def _hand_on(self, records: list[dict]) -> None:
        kind, described = self._describe.invoke(records)
        if kind == "response":
            assert len(described) == len(records)
            entries = [self._target | {"Detail": json.dumps(event), "EventBusName": self._bus.name} for event in described]
            answer = self._bus.events.put_events(Entries=entries)
            assert answer["FailedEntryCount"] == 0
        elif len(records) == 1:
            self.dead += records
        else:
            assert self._stream["OnPartialBatchItemFailure"] == "AUTOMATIC_BISECT"
            middle = len(records) // 2
            self._hand_on(records[:middle])
            self._hand_on(records[middle:])
