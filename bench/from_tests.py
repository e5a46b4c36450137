"""What the benchmarks borrow from the tests: this is the only module that knows where it is."""

from tests.support import sealed_qr_reference as reference
from tests.support.api_client import CREATE, CREATE_MANY, DECRYPT, JSON, ctext_of, gateway_event
from tests.support.aws import account
from tests.support.codes import Code, redemption

__all__ = [
    "CREATE",
    "CREATE_MANY",
    "DECRYPT",
    "JSON",
    "Code",
    "account",
    "ctext_of",
    "gateway_event",
    "redemption",
    "reference",
]
