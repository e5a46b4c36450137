"""What the benchmarks borrow from the tests: this is the only module that knows where it is."""

from tests.support import sealed_qr_reference as reference
from tests.support.api_client import CREATE, DECRYPT, JSON, gateway_event

__all__ = ["CREATE", "DECRYPT", "JSON", "gateway_event", "reference"]
