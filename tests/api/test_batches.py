"""Many codes in one request: all or none of them, in order, and the same ones again for whoever asks again."""

import base64
import json

import pytest
from hypothesis import given, strategies as st

from tests.support import batches, sealed_qr_reference as reference
from tests.support.api_client import CREATE, CSV, JSON, PLAIN_MANY
from tests.support.batches import BASE_URL, NDJSON, archive, codes, ctext, manifest, payload, request, table
from tests.support.fakes import Server, started
from tests.support.qr_readers import read, read_svg

EXPIRY = 4_291_747_199
# Whatever spreadsheets may take for the beginning of a formula.
FORMULAS = ("=", "+", "-", "@", "\t", "\r")


@pytest.fixture(scope="module")
def function(binaries, keyring, tmp_path_factory):
    log = tmp_path_factory.mktemp("batches") / "log"
    with started(binaries["create-batch"], log, batches.settings(keyring)) as function:
        yield function


def opened(keyring, url: str) -> reference.Opened:
    return reference.open_ctext(keyring, ctext(url))


# What is made


@pytest.mark.parametrize("link", ["full", "compact"])
def test_every_row_becomes_a_code_that_says_it_in_order(function, keyring, link):
    made = codes(function.answer(request(table(5000), f"link={link}&expires_at={EXPIRY}")))
    assert [code["row"] for code in made] == list(range(1, 5001))
    path = {"full": "/api/decrypt/qrcode-details?ctext=", "compact": "/d/"}[link]
    for code in made:
        assert code["url"].startswith(BASE_URL + path)
        ctext = batches.ctext(code["url"])
        found = reference.open_ctext(keyring, ctext)
        assert found.payload == payload(code["row"]) and found.key_id == 255
        assert found.expires_at == code["expires_at"] == EXPIRY
        assert code["name"] == reference.name(ctext)
    assert len({code["name"] for code in made}) == 5000
    nonces = {batches.ctext(code["url"])[6 : 6 + reference.NONCE] for code in made}
    assert len(nonces) == 5000


def test_cells_are_what_the_model_says_they_are(function, keyring):
    body = (
        '\ufeff"amount";id;note;weight\r\n'
        '1250;007;"two ""words"" in\nlines; and more";\r\n'
        '-3;"";=1+1;2\r\n'
        '"12";Zoë 席 😀;\t;1.50\r\n'
    )
    refused = function.answer(request(body)).problem(422, "payload-model-violated")
    assert refused["errors"] == [{"row": 2, "pointer": "/id", "detail": "is required"}]
    made = codes(function.answer(request(body.replace('-3;""', "-3;x"))))
    assert [json.loads(opened(keyring, code["url"]).payload) for code in made] == [
        {"amount": 1250, "id": "007", "note": 'two "words" in\nlines; and more'},
        {"amount": -3, "id": "x", "note": "=1+1", "weight": "2"},
        {"amount": 12, "id": "Zoë 席 😀", "note": "\t", "weight": "1.50"},
    ]


PAYLOADS = [
    '{"amount":10e2,"id":"\\u00e9\\/","x":{"b":[1,2],"a":null}}',
    '{"id":"b","amount":-0}',
    '{"id":"\\ud83d\\ude00","amount":12345678901234567890}',
]


@pytest.mark.parametrize(
    ("headers", "body"),
    [(JSON, f"[ {' , '.join(PAYLOADS)} ]\n"), (NDJSON, "\r\n\n".join(PAYLOADS)), (NDJSON, "\ufeff" + "\n".join(PAYLOADS))],
    ids=["array", "lines", "lines after a byte order mark"],
)
def test_objects_come_back_to_the_byte(function, keyring, headers, body):
    made = codes(function.answer(request(body, headers=headers)))
    assert [opened(keyring, code["url"]).payload.decode() for code in made] == PAYLOADS


def test_codes_that_count_are_made_many_at_a_time(start, keyring):
    counting = start("create-batch", **batches.settings(keyring), REDEMPTION="on")
    made = codes(counting.answer(request(table(3), "uses=2")))
    assert [(opened(keyring, code["url"]).uses, code["uses"]) for code in made] == [(2, 2)] * 3
    (code,) = codes(counting.answer(request(table(1), "uses=1&reveal=on-redeem")))
    assert opened(keyring, code["url"]).revealed_on_redeem


def test_a_model_in_the_path_or_in_the_query_is_that_of_all_rows(function, keyring):
    for query, path in (("model=order", f"{CREATE}/batch"), ("", f"{CREATE}/order/batch")):
        (code,) = codes(function.answer(request(table(1), query, path=path)))
        assert opened(keyring, code["url"]).payload == payload(1)
    function.answer(request(table(1), path=f"{CREATE}/ticket/batch")).problem(404, "unknown-model")
    # Whoever may use the path of one model makes no codes of another.
    function.answer(request(table(1), "model=order", path=f"{CREATE}/order/batch")).problem(400, "invalid-query")


def test_all_codes_have_one_size_unless_each_may_have_its_own(function):
    body = table(20) + f"{'long ' * 30},1\n"
    sizes = {code["symbol"]["modules"] for code in codes(function.answer(request(body, "picture=png&scale=1")))}
    assert len(sizes) == 1
    each = [code["symbol"]["modules"] for code in codes(function.answer(request(body, "versions=each")))]
    assert each[-1] == sizes.pop() and max(each[:-1]) < each[-1]


def image_of(code: dict) -> bytes:
    media_type, _, text = code["image"].partition(";base64,")
    assert media_type in ("data:image/png", "data:image/svg+xml")
    return base64.b64decode(text, validate=True)


def test_pictures_have_the_links_of_their_rows(function, keyring):
    for picture, reader in (("png", read), ("svg", read_svg)):
        for code in codes(function.answer(request(table(3), f"picture={picture}&link=compact&ecc=Q"))):
            # In digits within the symbol, in base64url beside it.
            assert batches.ctext(reader(image_of(code))) == ctext(code["url"])
            assert opened(keyring, code["url"]).payload == payload(code["row"])


def test_plain_texts_are_drawn_and_not_sealed(start, keyring):
    texts = ["https://example.org/a?b=c", "Zoë, 席", "=1+1", "0123456789"]
    body = "value\n" + "".join(f'"{text}"\n' for text in texts)
    function = start("create-batch", **batches.settings(keyring), METRICS_STACK="a-stack")
    answer = function.answer(request(body, "picture=png", path=PLAIN_MANY))
    made = codes(answer)
    assert [read(image_of(code)) for code in made] == texts
    assert all(code.keys() == {"row", "symbol", "image"} for code in made)
    # Nothing is made up for each of them: the line counts them, and no metric does.
    line = json.loads(function.lines()[-1])
    assert line["codes"] == 4 and "Created" not in line
    refused = function.answer(request("value,x\na,1\n,\n", path=PLAIN_MANY)).problem(422, "payload-model-violated")
    assert [(error["row"], error["pointer"]) for error in refused["errors"]] == [(1, "/x"), (2, "/value")]


# All or nothing


def test_three_bad_rows_of_five_thousand_are_named_and_nothing_is_made(start, keyring):
    lines = table(5000).splitlines()
    lines[17], lines[2500], lines[5000] = "order-17,many", "order-2500", ",1"
    asked = []

    def bus(method, path, headers, content):
        asked.append(content)
        return 200, {}, b"{}"

    with Server(bus) as server:
        events = {"EVENT_BUS": "scans", "AWS_ENDPOINT_URL_EVENTBRIDGE": f"http://{server.address}"}
        function = start("create-batch", **batches.settings(keyring), **events, METRICS_STACK="a-stack")
        for query in ("", "format=csv", "format=zip"):
            problem = function.answer(request("\n".join(lines), query)).problem(422, "payload-model-violated")
            assert problem["errors"] == [
                {"row": 17, "pointer": "/amount", "detail": "must be an integer"},
                {"row": 2500, "pointer": "", "detail": "has 1 cell, but the header has 2"},
                {"row": 5000, "pointer": "/id", "detail": "is required"},
            ]
            assert "3 rows" in problem["detail"] and "order-" not in json.dumps(problem)
            line = json.loads(function.lines()[-1])
            assert line["Refused"] == 1 and "Created" not in line and "codes" not in line
        assert asked == [], "and nobody is told"


# Files


names = st.text(max_size=12).filter(lambda text: text.strip() and "\0" not in text)


@given(st.lists(st.sampled_from(FORMULAS).flatmap(lambda first: names.map(first.__add__)), min_size=1, max_size=8))
def test_no_cell_of_a_manifest_is_a_formula(function, texts):
    body = json.dumps([{"id": text, "amount": number} for number, text in enumerate(texts)])
    answer = function.answer(request(body, "format=zip&file_name={amount}{id}&scale=1", JSON))
    files = archive(answer)
    rows = manifest(files.pop("manifest.csv"))
    assert [row["file"] for row in rows] == list(files)
    alone = manifest(function.answer(request(body, "format=csv", JSON)).body)
    for cell in [cell for row in [*rows, *alone] for cell in row.values()]:
        assert not cell.startswith(FORMULAS), cell
        assert not {"\t", "\r", "\n", '"', ","} & set(cell)


def test_a_manifest_says_which_code_each_row_has_become(function, keyring):
    answer = function.answer(request(table(4), f"format=csv&expires_at={EXPIRY}"))
    assert answer.headers["content-type"] == "text/csv; charset=utf-8"
    assert answer.headers["content-disposition"] == 'attachment; filename="manifest.csv"'
    rows = manifest(answer.body)
    assert [row["row"] for row in rows] == ["1", "2", "3", "4"]
    for row in rows:
        assert opened(keyring, row["url"]).payload == payload(int(row["row"]))
        assert row["name"] == reference.name(ctext(row["url"]))
        assert row["expires_at"] == "2105-12-31T23:59:59Z" and row["file"] == ""
    assert b"order" not in answer.body, "nothing of the payloads"


@pytest.mark.parametrize(("picture", "reader"), [("png", read), ("svg", read_svg)])
def test_an_archive_has_the_picture_of_each_row(function, keyring, picture, reader):
    answer = function.answer(request(table(5), f"format=zip&picture={picture}&file_name={{id}}"))
    assert answer.headers["content-disposition"] == 'attachment; filename="codes.zip"'
    files = archive(answer)
    assert list(files) == ["manifest.csv", *(f"order-{row}.{picture}" for row in range(1, 6))]
    for row in manifest(files["manifest.csv"]):
        assert batches.ctext(reader(files[row["file"]])) == ctext(row["url"])
        assert opened(keyring, row["url"]).payload == payload(int(row["row"]))


def test_files_stay_in_their_folder_and_are_told_apart(function):
    rows = [{"id": text, "amount": 1} for text in ("../../a", "席" * 120, "nul", "C:\\b")]
    files = archive(function.answer(request(json.dumps(rows), "format=zip&file_name={id}&scale=1", JSON)))
    assert list(files)[1:] == ["a.png", f"{'席' * 66}.png", "code-nul.png", "C__b.png"]
    assert all(len(name.encode()) <= 255 for name in files)
    rows += [{"id": "A", "amount": 1}, {"id": "???", "amount": 1}]
    refused = function.answer(request(json.dumps(rows), "format=zip&file_name={id}", JSON))
    assert [(error["row"], error["detail"]) for error in refused.problem(422, "payload-model-violated")["errors"]] == [
        (5, "has the name of the file of row 1"),
        (6, "leaves nothing of the name of its file but punctuation"),
    ]


# Again


FORMATS = ["", "format=csv", "format=zip", "format=zip&picture=svg", "picture=png", "format=pdf&caption={id}", "format=html"]


def test_a_request_that_is_repeated_has_the_very_same_bytes_after_a_restart(start, keyring):
    def answers() -> list[bytes]:
        function = start("create-batch", **batches.settings(keyring))
        return [function.answer(request(table(40), query, key='"2026-11-tags"')).body for query in FORMATS]

    first, again = answers(), answers()
    assert first == again
    lines, rows, files, *_ = first
    urls = [json.loads(line)["url"] for line in lines.splitlines()]
    assert [row["url"] for row in manifest(rows)] == urls, "whatever is asked for, the codes are the same"


def test_codes_that_can_be_made_again_have_the_nonces_that_the_format_derives(function, keyring):
    made = codes(function.answer(request(table(300), f"expires_at={EXPIRY}", key="tags")))
    for code in made:
        head, plaintext = reference.open_plaintext(keyring, ctext(code["url"]))
        # Callers whom the gateway does not name are one.
        ours = reference.seal_in_series(keyring, b"batch  tags", code["row"], head, plaintext)
        assert ctext(code["url"]) == ours


def test_other_keys_callers_rows_and_options_have_other_codes(function):
    def urls(key: str | None, body: str = table(3), query: str = "", caller: str | None = None) -> list[str]:
        event = request(body, query, key=key)
        if caller:
            event["requestContext"]["authorizer"] = {"iam": {"userArn": caller}}
        return [code["url"] for code in codes(function.answer(event))]

    first = urls("a")
    assert first == urls("a") == urls('"a"')
    role = "arn:aws:sts::123456789012:assumed-role"
    # Whoever comes back with new credentials is the same caller.
    of_role = urls("a", caller=f"{role}/shop/1")
    assert of_role == urls("a", caller=f"{role}/shop/2")
    user = urls("a", caller="arn:aws:iam::123456789012:user/shop")
    others = [urls("b"), urls(None), of_role, urls("a", caller=f"{role}/door/1"), user, urls("a", query="expires_at=4291747199")]
    assert all(set(first).isdisjoint(other) for other in others)
    # A changed row has another code, and the others keep theirs.
    changed = urls("a", table(3).replace("order-2", "order-9") + "more,1\n")
    assert [changed[0], changed[2]] == [first[0], first[2]] and changed[1] not in first and len(changed) == 4


def test_after_a_rotation_the_same_request_has_other_codes(start, keyring):
    of_before = dict(keyring)
    del of_before["255"]
    before, after = (
        codes(start("create-batch", **batches.settings(keys)).answer(request(table(3), key="a"))) for keys in (of_before, keyring)
    )
    assert [ctext(code["url"])[1] for code in before] == [41] * 3 and [ctext(code["url"])[1] for code in after] == [255] * 3
    for made in (before, after):
        assert [opened(keyring, code["url"]).payload for code in made] == [payload(row) for row in (1, 2, 3)]


def test_what_cannot_be_repeated_is_refused(function):
    problem = function.answer(request(table(1), "expires_in=60", key="a")).problem(400, "invalid-query")
    assert "expires_at" in problem["detail"]
    function.answer(request(table(1), key="a b")).problem(400, "invalid-idempotency-key")
    assert function.answer(request(table(1), "expires_in=60", CSV)).status == 200
