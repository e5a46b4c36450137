"""Payloads: what the pages must show as it is, and what matches a model of the tests."""

TICKET = {
    "id": "order-1042",
    "amount": 4250,
    "event": "Harbour Concert",
    "date": "2026-12-05",
    "seats": ["12A", "12B"],
    "holder": {"name": "Amina Yusuf", "member": True},
    "note": None,
}
HOSTILE = {
    "markup": "<img src=x onerror=alert(1)><script>alert(2)</script>",
    "the end of a script": "</script></style></title></pre><script>alert(1)</script>",
    "a comment": "<!-- --!> <![CDATA[ ]]> &lt;b&gt; &amp;amp; &#60;",
    "quotes": "\"'`${alert(1)}{{alert(2)}}\\",
    "bidi controls": "abc\u202edef\u2066ghi\u2069\u200f",
    "NUL": "a\0b",
    "every control": "".join(map(chr, [*range(32), *range(127, 160)])),
    "a long word": "x" * 300,
    "a script of the right": "مرحبا بالعالم (1) <b>",
    "hidden text": "\U000e0041\U000e0042\ufeff\u200b\u00ad",
    "beyond the plane": "😀\uffff\U0010ffff",
}
# By shared/creation/tests/models/ticket.schema.json.
VALID_TICKET = {
    "holder": {"name": "Zoë"},
    "seats": ["A1"],
    "class": "first",
    "valid_on": "2026-12-31",
    "price": 12.5,
    "code": "AB-12",
}
