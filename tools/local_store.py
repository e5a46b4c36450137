"""A DynamoDB on this machine, played by moto, with the tables of codes that count; until its standard input ends.

    .tools/venv/bin/python tools/local_store.py

Prints its address once the tables are there.
"""

import logging
import sys

import boto3
from moto.server import ThreadedMotoServer

TABLES = ("sealed-qr-codes", "sealed-qr-mark")


def serve() -> None:
    logging.getLogger("werkzeug").setLevel(logging.ERROR)
    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    address = f"http://{host}:{port}"
    access = {"region_name": "eu-central-1", "aws_access_key_id": "local", "aws_secret_access_key": "local"}
    client = boto3.client("dynamodb", endpoint_url=address, **access)
    for table in TABLES:
        client.create_table(
            TableName=table,
            BillingMode="PAY_PER_REQUEST",
            AttributeDefinitions=[{"AttributeName": "code", "AttributeType": "S"}],
            KeySchema=[{"AttributeName": "code", "KeyType": "HASH"}],
        )
    print(address, flush=True)
    sys.stdin.read()
    server.stop()


if __name__ == "__main__":
    serve()
