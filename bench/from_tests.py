"""What the benchmarks borrow from the tests: this is the only module that knows where it is."""

import sealed_qr_reference as reference
from api_client import CREATE, DECRYPT, JSON, gateway_event

__all__ = ["CREATE", "DECRYPT", "JSON", "gateway_event", "reference"]
