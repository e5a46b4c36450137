"""moto's Secrets Manager behind TLS."""

import datetime
import http.client
import ipaddress
import json
import ssl
import statistics
import subprocess
import sys
import time
from pathlib import Path

import boto3
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from emulator import free_address

SECRET_NAME = "sealed-qr/keyring"
STARTS_WITHIN = 30
# By these alone the functions trust AWS's own endpoints; moto's authority joins them here.
AMAZON_ROOTS = Path(__file__).parent.parent / "shared/service/src/amazon_roots.pem"


class SecretsManager:
    """Secrets Manager with one keyring, in a process of its own."""

    def __init__(self, keyring: dict[str, str], folder: Path):
        self.address = free_address()
        authority, certificate, key = make_certificates(folder)
        self.roots = folder / "roots.pem"
        self.roots.write_bytes(AMAZON_ROOTS.read_bytes() + b"\n" + authority)
        host, port = self.address.split(":")
        moto = Path(sys.executable).parent / "moto_server"
        self._log = (folder / "moto.log").open("wb")
        self._process = subprocess.Popen(
            [moto, "--host", host, "--port", port, "--ssl-cert", certificate, "--ssl-key", key],
            stdout=self._log, stderr=self._log,
        )
        self._keyring = keyring

    def __enter__(self):
        deadline = time.monotonic() + STARTS_WITHIN
        while True:
            try:
                self.time_of_fetch()
                break
            except OSError:
                if time.monotonic() > deadline or self._process.poll() is not None:
                    raise RuntimeError(f"moto does not start, see {self._log.name}") from None
                time.sleep(0.1)
        session = boto3.Session("test", "test", region_name="us-east-1")
        client = session.client("secretsmanager", endpoint_url=f"https://{self.address}", verify=str(self.roots))
        client.create_secret(Name=SECRET_NAME, SecretString=json.dumps(self._keyring))
        return self

    def __exit__(self, *_):
        self._process.kill()
        self._process.wait()
        self._log.close()

    def environment(self) -> dict[str, str]:
        return {
            "KEYRING_SECRET_ID": SECRET_NAME,
            "AWS_ENDPOINT_URL_SECRETS_MANAGER": f"https://{self.address}",
            "SSL_CERT_FILE": str(self.roots),
        }

    def time_of_fetch(self) -> float:
        """Seconds that one fetch takes a client that has everything ready: mostly moto's own."""
        context = ssl.create_default_context(cafile=self.roots)
        host, port = self.address.split(":")
        start = time.perf_counter()
        connection = http.client.HTTPSConnection(host, int(port), context=context, timeout=STARTS_WITHIN)
        connection.request("POST", "/", json.dumps({"SecretId": SECRET_NAME}), {
            "x-amz-target": "secretsmanager.GetSecretValue",
            "content-type": "application/x-amz-json-1.1",
            "authorization": "AWS4-HMAC-SHA256 Credential=test/20260101/us-east-1/secretsmanager/aws4_request",
        })
        connection.getresponse().read()
        connection.close()
        return time.perf_counter() - start

    def median_time_of_fetch(self) -> float:
        return statistics.median(self.time_of_fetch() for _ in range(15))


def make_certificates(folder: Path) -> tuple[bytes, Path, Path]:
    """A root certificate, and a certificate that it has signed with its key."""
    now = datetime.datetime.now(datetime.timezone.utc)

    def sign(subject: str, public_key, issuer: str, issuer_key, extension: x509.ExtensionType) -> bytes:
        name = lambda text: x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, text)])
        certificate = (
            x509.CertificateBuilder()
            .subject_name(name(subject)).issuer_name(name(issuer)).public_key(public_key)
            .serial_number(x509.random_serial_number())
            .not_valid_before(now - datetime.timedelta(days=1)).not_valid_after(now + datetime.timedelta(days=7))
            .add_extension(extension, critical=True)
            .sign(issuer_key, hashes.SHA256())
        )
        return certificate.public_bytes(serialization.Encoding.PEM)

    authority_key, server_key = (ec.generate_private_key(ec.SECP256R1()) for _ in range(2))
    authority_name, is_authority = "Benchmark authority", x509.BasicConstraints(ca=True, path_length=0)
    authority = sign(authority_name, authority_key.public_key(), authority_name, authority_key, is_authority)
    addresses = x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address("127.0.0.1"))])
    server = sign("Benchmark server", server_key.public_key(), authority_name, authority_key, addresses)

    certificate, key = folder / "server.pem", folder / "server.key"
    certificate.write_bytes(server)
    key.write_bytes(server_key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()))
    return authority, certificate, key
