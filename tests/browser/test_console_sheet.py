"""The console's sheets of labels in a real Chromium: from a table to labels and their manifest."""

import json
import re
import subprocess

import pytest

from tests.support import batches, browser
from tests.support.api_client import CREATE_MANY
from tests.support.browser import LOOKS
from tests.support.console_sheet import BATCH, ConsoleSheet, codes_in, content, printed
from tests.support.label_sheets import PRESETS, page_sizes, text
from tests.support.payloads import HOSTILE

ROWS = batches.table(3)
MiB = 1024 * 1024


@pytest.fixture
def sheet(api, chromium):
    with browser.watched(chromium, api.base_url, device_scale_factor=2) as watched:
        yield ConsoleSheet(watched.page, api.base_url)
        watched.assert_good()


def opened(api, link: str) -> bytes:
    return api.follow(link).body


def names(api, links: list[str]) -> list[str]:
    return [api.follow(link).headers["code-name"] for link in links]


# From rows to labels


def test_pasted_rows_become_labels_that_open(api, sheet):
    page = sheet.page
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    page.evaluate("text => navigator.clipboard.writeText(text)", ROWS)
    page.locator("#rows").focus()
    page.keyboard.press("Control+v")
    page.locator("#one svg").wait_for()
    first = sheet.settled().first_label()
    assert opened(api, first) == batches.payload(1)
    download = sheet.download("pdf")
    assert download.suggested_filename == "labels.pdf"
    links = printed(content(download), 3)
    assert [opened(api, link) for link in links] == [batches.payload(row) for row in (1, 2, 3)]
    # What was shown is what is printed.
    assert links[0] == first
    assert "3 codes" in sheet.status() and "labels.pdf" in sheet.status()


def test_the_manifest_names_the_codes_in_print(api, sheet):
    sheet.write(batches.table(25))
    links = printed(sheet.pdf(), 25)
    download = sheet.download("csv")
    assert download.suggested_filename == "labels-manifest.csv"
    manifest = batches.manifest(content(download))
    assert [row["name"] for row in manifest] == names(api, links)
    assert [row["row"] for row in manifest] == [str(row) for row in range(1, 26)]
    pdf, csv = sheet.asked[-2:]
    assert (pdf.format, csv.format) == ("pdf", "csv") and pdf.key == csv.key


def test_the_page_to_print_has_the_same_codes(sheet):
    sheet.write(ROWS)
    first = sheet.first_label()
    download = sheet.download("html")
    assert download.suggested_filename == "labels.html"
    with sheet.page.context.new_page() as printable:
        printable.set_content(content(download).decode())
        codes = codes_in(printable.locator("section").screenshot())
        assert len(codes) == 3 and codes[0] == first


def test_a_dropped_file_is_sent_as_it_is(api, sheet):
    # What a text field of a browser would change: the end of a line within a cell.
    rows = '\ufeff\ufeffid;amount;note\r\n"a\r\nb";1;"say ""hi"""\r\n'.encode()
    sheet.drop("body", "tags 2026.csv", rows)
    assert sheet.cell(1, 0) == "a b" and sheet.cell(1, 2) == 'say "hi"'
    assert not sheet.page.locator("#rows").is_visible()
    assert sheet.page.locator("#file-name").inner_text() == f"tags 2026.csv, {len(rows)} bytes"
    download = sheet.download("pdf")
    assert download.suggested_filename == "tags 2026.pdf"
    (link,) = printed(content(download), 1)
    assert json.loads(opened(api, link)) == {"id": "a\r\nb", "amount": 1, "note": 'say "hi"'}
    assert "--data-binary '@tags 2026.csv'" in sheet.command()


def test_a_file_can_be_edited_and_removed(api, sheet):
    sheet.choose("tags.csv", ROWS.encode())
    sheet.page.get_by_role("button", name="Edit here").click()
    sheet.settled()
    rows = sheet.page.locator("#rows")
    assert rows.input_value() == ROWS and rows.evaluate("at => at === document.activeElement")
    sheet.choose("tags.csv", ROWS.encode())
    sheet.page.get_by_role("button", name="Remove").click()
    sheet.settled()
    assert rows.input_value() == "" and not sheet.page.locator("#sheet").is_visible()


def test_objects_on_lines_are_rows(api, sheet):
    sheet.choose("tags.ndjson", b'{"id": "a", "amount": 12345678901234567890}\n\n{"amount": 2, "id": "b", "seats": ["12A"]}\n')
    assert sheet.page.locator("#shown caption").inner_text() == "2 rows, 3 columns"
    assert sheet.cell(2, 2) == '["12A"]'
    first, second = printed(sheet.pdf(), 2)
    assert opened(api, first) == b'{"id":"a","amount":12345678901234567890}'
    assert json.loads(opened(api, second)) == {"id": "b", "amount": 2, "seats": ["12A"]}


def test_options_of_labels_reach_the_sheet(api, sheet):
    sheet.write("id,amount,seat\n" + "".join(f"order-{row},{row},{row}A\n" for row in range(1, 5)))
    for name in ("id", "seat"):
        sheet.page.get_by_role("group", name="caption").get_by_role("button", name=name).click()
    for name, value in {"paper": "avery-5160", "start_at": "29", "marks": "on", "ecc": "L", "link": "compact"}.items():
        sheet.option(name, value)
    sheet.option("expiry", "expires_at")
    sheet.option("expires_at", "2035-07-01T09:30")
    assert sheet.page.locator("#caption").input_value() == "{id} {seat}"
    facts = sheet.page.locator("#sheet-facts > div").all_inner_texts()
    assert facts[:2] == ["Labels\n4", "Sheets\n2, 30 labels each"]
    pdf = sheet.pdf()
    assert sheet.asked[-1].query == {
        "format": "pdf", "caption": "{id} {seat}", "ecc": "L", "expires_at": "2035-07-01T07:30:00Z", "link": "compact",
        "marks": "on", "paper": "avery-5160", "start_at": "29",
    }  # fmt: skip
    assert all(link.startswith(f"{api.base_url}/d/") for link in printed(pdf, 4, 28, "avery-5160"))
    assert all(f"order-{row} {row}A" in text(pdf) for row in range(1, 5))
    assert {row["expires_at"] for row in sheet.manifest()} == {"2035-07-01T07:30:00Z"}
    # The manifest is not printed.
    assert set(sheet.asked[-1].query) == {"format", "ecc", "expires_at", "link"}


def test_other_paper_is_described(sheet):
    sheet.write(ROWS)
    assert not sheet.page.locator("#grid").is_visible()
    sheet.option("paper", "custom", is_refused=True)
    assert sheet.page.locator("#grid-error").inner_text() == "The parameter grid is missing."
    sheet.page.locator("#label").fill("50x30")
    sheet.page.locator("#first").fill("5x5")
    sheet.option("grid", "9x1", is_refused=True)
    assert "do not fit on the page" in sheet.status()
    assert sheet.page.locator("#paper").get_attribute("aria-invalid") == "true"
    sheet.option("grid", "2x1")
    assert sheet.page.locator("#whole .label").count() == 2
    assert len(page_sizes(sheet.pdf())) == 2
    sheet.option("paper", "roll")
    assert not sheet.page.locator("#grid").is_visible() and "grid" not in sheet.command()
    assert page_sizes(sheet.pdf()) == [pytest.approx((50, 30), abs=0.1)] * 3


# What is known before anything is sent


def test_columns_are_what_they_become(sheet):
    sheet.write("id,amount,seat\na,1,12A\n")
    head = sheet.page.locator("#shown thead th").all_inner_texts()
    assert head == ["Row", "id\nIdentifier", "amount\nAmount", "seat\nunknown"]
    assert sheet.notes() == ["Columns that this kind of code does not name, sealed as they are written: seat."]
    sheet.option("caption", "{row}")
    assert sheet.notes()[1] == "The caption names row, which is not a column."


def test_missing_columns_are_told_before_anything_is_sent(sheet):
    sheet.write("id\na\n", is_refused=True)
    assert sheet.page.locator("#rows-error").inner_text() == "Add what the kind of code requires: amount."
    assert sheet.page.locator("#rows").get_attribute("aria-invalid") == "true"
    sheet.page.locator("#create").click()
    sheet.page.locator("#rows:focus").wait_for()
    assert sheet.asked == []
    sheet.write("id,amount\na,1\n")
    assert sheet.page.locator("#rows").get_attribute("aria-invalid") is None and sheet.asked


@pytest.mark.parametrize(
    "content, said",
    [
        (batches.table(5001).encode(), "There are 5,001 rows; 5,000 rows can be sent at a time. Split them"),
        (b"id,amount\n" + b"x" * 4 * MiB, "There are 4,194,314 bytes; 4,194,304 bytes can be sent at a time. Split them"),
        (b"id,amount\n\xe9,1\n", "The file is not in UTF-8: save it as UTF-8"),
    ],
    ids=["rows", "bytes", "encoding"],
)
def test_limits_are_told_before_anything_is_sent(sheet, content, said):
    sheet.choose("many.csv", content, is_refused=True)
    error = sheet.page.locator("#rows-error").inner_text()
    assert error.startswith(said) and error in sheet.status()
    sheet.page.locator("#create").click()
    sheet.settled(is_refused=True)
    assert sheet.asked == [] and browser.barriers(sheet.page) == []


def test_what_is_beyond_the_first_rows_is_counted(sheet):
    sheet.choose("many.csv", batches.table(5000).encode())
    assert sheet.page.locator("#shown tbody tr").count() == 50
    assert sheet.page.locator("#shown caption").inner_text() == "5,000 rows, 2 columns"
    assert sheet.page.locator("#shown tfoot").inner_text() == "and 4,950 rows more"
    facts = sheet.page.locator("#sheet-facts > div").all_inner_texts()
    assert facts[:2] == ["Labels\n5,000", "Sheets\n239, 21 labels each"]


# Rows that cannot become codes


def test_bad_rows_are_shown_where_they_are(api, sheet):
    rows = [f"order-{row},{row}" for row in range(1, 101)]
    rows[2], rows[79] = "order-3,many", ",80"
    table = "\n".join(["id,amount", *rows])
    sheet.write(table)
    sheet.page.locator("#create").click()
    sheet.page.locator("#notes .error").first.wait_for()
    sheet.settled(is_refused=True)
    answer = api.post(CREATE_MANY, table, {"content-type": "text/csv"}).problem(422, "payload-model-violated")
    (amount, id) = answer["errors"]
    assert sheet.notes() == [f"Row 3 /amount {amount['detail']}", f"Row 80 /id {id['detail']}"]
    assert sheet.cell(3, 1) == f"many\n{amount['detail']}" and sheet.cell(80, 0) == id["detail"]
    assert sheet.page.locator("#shown tbody tr").count() == 51
    # The keyboard is at the list, which leads to the rows.
    assert sheet.page.evaluate("document.activeElement.textContent") == "Row 3"
    sheet.page.keyboard.press("Tab")
    sheet.page.keyboard.press("Enter")
    assert sheet.page.evaluate("document.activeElement.id") == "row-80"
    assert sheet.page.locator("#row-80").is_visible() and sheet.page.url.endswith("#sheet")
    assert browser.barriers(sheet.page) == []

    # Corrected rows are no longer marked, and the others remain.
    sheet.write(table.replace("order-3,many", "order-3,3"))
    assert sheet.notes() == [f"Row 80 /id {id['detail']}"]
    sheet.write(table.replace("order-3,many", "order-3,3").replace("\n,80", "\norder-80,80"))
    assert sheet.notes() == [] and sheet.page.locator("#shown .bad").count() == 0
    assert len(printed(sheet.pdf(), 100)) == 100


def test_what_is_wrong_with_a_row_as_a_whole_is_below_it(sheet):
    sheet.write("id,amount\na,1\nb,2,3\n")
    sheet.page.locator("#create").click()
    sheet.page.locator("#notes .error").first.wait_for()
    below = sheet.page.locator("#row-2 + tr .error")
    assert below.inner_text() == "has 3 cells, but the header has 2"


def test_a_first_row_that_is_bad_is_shown_while_typing(sheet):
    sheet.write("id,amount\na,many\n", is_refused=True)
    assert sheet.cell(1, 1).startswith("many\n")
    sheet.write("id,amount\na,1\n")
    assert sheet.cell(1, 1) == "1"


def test_what_is_wrong_with_an_option_is_said_at_the_option(sheet):
    sheet.write(ROWS)
    sheet.option("start_at", "22", is_refused=True)
    assert "1 to 21" in sheet.page.locator("#start_at-error").inner_text()
    sheet.option("start_at", "1")
    sheet.option("caption", "{id", is_refused=True)
    assert sheet.page.locator("#caption").get_attribute("aria-invalid") == "true"
    sheet.option("caption", "")
    sheet.option("sheet-module", "5", is_refused=True)
    assert "needs 5 mm per module" in sheet.status()


def test_captions_that_a_pdf_cannot_have_are_told_by_row(sheet):
    sheet.write("id,amount\na,1\n席,2\n")
    sheet.option("caption", "{id}")
    sheet.page.locator("#create").click()
    sheet.page.locator("#notes .error").first.wait_for()
    assert sheet.notes()[0].startswith("Row 2 has a caption") and "U+5E2D" in sheet.notes()[0]
    assert content(sheet.download("html")).decode().count("席") == 1


# Making a set once


def test_a_set_is_asked_for_once_however_often_a_button_is_pressed(sheet):
    sheet.write(ROWS)
    held = []
    sheet.page.route(BATCH, lambda route: held.append(route))
    sheet.page.locator("#create").click()
    sheet.page.locator("#working").wait_for()
    for button in ("#create", "#sheet-pdf", "#sheet-csv"):
        assert sheet.page.locator(button).get_attribute("aria-disabled") == "true"
        sheet.page.locator(button).dispatch_event("click")
    sheet.page.locator("#create").press("Enter")
    assert "Making 3 codes" in sheet.status()
    assert browser.barriers(sheet.page) == []
    assert len(held) == 1
    with sheet.page.expect_download():
        held[0].continue_()
    sheet.settled()
    assert not sheet.page.locator("#working").is_visible() and len(held) == 1
    assert sheet.page.locator("#create").get_attribute("aria-disabled") == "false"


def test_a_lost_answer_makes_no_second_set(api, sheet):
    sheet.write(ROWS)
    lost = []

    def lose(route):
        lost.append(route.fetch().body())
        route.abort()

    sheet.page.route(BATCH, lose, times=1)
    sheet.page.locator("#create").click()
    sheet.page.locator("#status.error").wait_for()
    assert sheet.status() == "No answer came. Try again: in the same set, nothing is made twice."
    again = sheet.pdf()
    assert printed(again, 3) == printed(lost[0], 3) and again == lost[0]
    assert sheet.asked[-1].key == sheet.asked[-2].key


@pytest.mark.parametrize("status, said", [(429, "Too many requests"), (503, "status 503"), (504, "status 504")])
def test_refusals_by_gateways_are_explained(sheet, status, said):
    sheet.write(ROWS)
    answer = {"status": status, "content_type": "application/json", "body": '{"message":"no"}'}
    sheet.page.route(BATCH, lambda route: route.fulfill(**answer), times=1)
    sheet.page.locator("#create").click()
    sheet.page.locator("#status.error").wait_for()
    assert said in sheet.status()
    assert len(printed(sheet.pdf(), 3)) == 3


def test_a_new_set_has_other_codes_and_a_named_one_the_same_again(sheet):
    sheet.write(ROWS)
    name = sheet.page.locator("#set").input_value()
    of_name = [row["name"] for row in sheet.manifest()]
    sheet.page.get_by_role("button", name="New set").click()
    sheet.settled()
    of_new = [row["name"] for row in sheet.manifest()]
    assert not set(of_name) & set(of_new) and len({*of_name, *of_new}) == 6
    sheet.page.locator("#set").fill(name)
    sheet.settled()
    assert [row["name"] for row in sheet.manifest()] == of_name
    # A name in any script is a name.
    sheet.page.locator("#set").fill("Märkte „2026“ 'a\"b")
    sheet.settled()
    assert len(sheet.manifest()) == 3


def test_rows_that_replace_all_rows_are_another_set(sheet):
    set_name = sheet.page.locator("#set")
    sheet.choose("a.csv", ROWS.encode())
    first = set_name.input_value()
    sheet.choose("b.csv", ROWS.encode())
    second = set_name.input_value()
    sheet.page.get_by_role("button", name="Edit here").click()
    sheet.settled()
    assert first != second == set_name.input_value()
    sheet.write(ROWS + "c,4\n")
    assert set_name.input_value() == second


def test_the_curl_line_makes_the_same_set(api, sheet, tmp_path):
    (tmp_path / "it's.csv").write_text(ROWS)
    sheet.choose("it's.csv", ROWS.encode())
    sheet.option("caption", "it's {id}")
    line = sheet.command().replace("curl -sS", "curl -fsS")
    subprocess.run(["sh", "-ec", line], cwd=tmp_path, capture_output=True, timeout=60, check=True)
    assert (tmp_path / "labels.pdf").read_bytes() == sheet.pdf()


def test_a_token_is_sent_and_nothing_else(sheet):
    sheet.write(ROWS)
    with sheet.page.expect_request(lambda request: CREATE_MANY in request.url) as sent:
        sheet.page.locator("#token").fill("sesame-1")
    assert sent.value.headers["authorization"] == "Bearer sesame-1"
    sheet.settled()
    with sheet.page.expect_request(lambda request: CREATE_MANY in request.url) as sent:
        sheet.download("csv")
    assert sent.value.headers["authorization"] == "Bearer sesame-1"
    assert '-H "authorization: Bearer $TOKEN"' in sheet.command() and "sesame-1" not in sheet.page.content()


def test_a_refusal_without_a_token_is_explained(sheet):
    sheet.page.route(BATCH, lambda route: route.fulfill(status=401, content_type="application/json", body="{}"))
    sheet.write(ROWS, is_refused=True)
    assert sheet.page.locator("#access").is_visible()
    assert '-H "authorization: Bearer $TOKEN"' in sheet.command()


# The page


@pytest.mark.parametrize("width, scheme", [*LOOKS, (320, "light"), (320, "dark")])
def test_it_is_open_to_everyone_and_fits(api, chromium, width, scheme):
    with browser.watched(chromium, api.base_url, width, scheme, device_scale_factor=2) as watched:
        sheet = ConsoleSheet(watched.page, api.base_url)
        assert browser.barriers(watched.page) == [] and not browser.overflows(watched.page)
        columns = ",".join(f"column_{number}" for number in range(12))
        sheet.write(f"id,amount,{columns}\n{'x' * 60},1{',y' * 12}\n" + f"b,many{',y' * 12}\n" * 60)
        sheet.option("paper", "custom", is_refused=True)
        assert browser.barriers(watched.page) == [] and not browser.overflows(watched.page)
        sheet.option("paper", "avery-l7160")
        sheet.page.locator("#create").click()
        sheet.page.locator("#notes .error").first.wait_for()
        assert browser.barriers(watched.page) == [] and not browser.overflows(watched.page)
        code = sheet.first_label()
        assert json.loads(opened(api, code))["id"] == "x" * 60
        watched.assert_good()


def test_the_switch_works_by_keyboard_and_is_part_of_the_address(api, chromium):
    with browser.watched(chromium, api.base_url) as watched:
        page = watched.page
        page.goto(f"{api.base_url}/api")
        page.locator("#result[aria-busy=false]").wait_for(state="attached")
        page.get_by_role("radio", name="One code").focus()
        page.keyboard.press("ArrowRight")
        assert page.locator("#rows").is_visible() and not page.locator("#fields").is_visible()
        assert page.url == f"{api.base_url}/api#sheet"
        page.reload()
        page.locator("#rows").wait_for()
        page.get_by_role("radio", name="Sheet of labels").focus()
        page.keyboard.press("ArrowLeft")
        page.locator("#picture[src]").wait_for()
        assert page.url == f"{api.base_url}/api" and page.locator("#fields").is_visible()
        watched.assert_good()


def test_a_set_has_no_expiry_that_begins_when_it_is_made(sheet):
    sheet.page.get_by_role("radio", name="One code").check()
    sheet.page.locator("#expiry").select_option("expires_in")
    sheet.page.get_by_role("radio", name="Sheet of labels").check()
    sheet.write(ROWS)
    assert sheet.page.locator("#expiry").input_value() == "expires_at"
    assert sheet.page.locator("#expiry option[value=expires_in]").is_disabled()
    assert "expires_in" not in sheet.command() and "expires_at=" in sheet.command()


def test_the_sheet_is_shown_as_it_will_be_printed(sheet):
    sheet.write("id,amount\n" + "".join(f"order-{row},1\n" for row in range(1, 31)))
    sheet.option("caption", "№ {id}")
    sheet.option("start_at", "4")
    labels = sheet.page.locator("#whole .label")
    assert labels.count() == 21
    captions = sheet.page.locator("#whole .caption").all_inner_texts()
    assert sorted(captions) == sorted(f"№ order-{row}" for row in range(1, 19))
    assert sheet.page.locator("#one .caption").inner_text() == "№ order-1"
    assert sheet.page.locator("#whole .used").count() == 3
    whole = sheet.page.locator("#whole")
    assert whole.get_attribute("aria-label") == "The first of 2 sheets"
    box = whole.bounding_box()
    assert box["height"] / box["width"] == pytest.approx(297 / 210, rel=0.02)
    # A click is where to start.
    sheet.page.locator("#whole .label").nth(7).click()
    sheet.settled()
    assert sheet.page.locator("#start_at").input_value() == "8"
    assert sheet.asked[-1].query["start_at"] == "8"


def test_only_the_first_row_is_sealed_before_the_download(sheet):
    sent = []
    sheet.page.on("request", lambda request: sent.append(request.post_data))
    sheet.write(ROWS)
    assert [body for body in sent if body] == ["id,amount\norder-1,10\n"]
    assert [asked.format for asked in sheet.asked] == ["html"]


def test_hostile_text_is_text(api, sheet):
    rows = [json.dumps({"id": hostile, "amount": 1}) for hostile in HOSTILE.values() if "\0" not in hostile]
    sheet.write("\n".join([json.dumps({"id": "a", "amount": 1, "<b>'\"": "b"}), *rows]))
    sheet.option("caption", "{id} {{{amount}}} {<b>'\"}")
    assert HOSTILE["markup"] in sheet.cell(2, 0)
    assert sheet.page.locator("#one .caption").inner_text() == "a {1} b"
    assert sheet.page.locator("#whole .caption").nth(1).inner_text().startswith(HOSTILE["markup"])
    assert sheet.page.locator("#shown img, #shown script").count() == 0


def test_the_paper_is_that_of_the_service(sheet):
    offered = sheet.page.locator("#paper option").evaluate_all("all => all.map((option) => option.value)")
    assert sorted(offered) == sorted([*PRESETS, "roll", "custom"])
    assert sheet.page.locator("#paper").input_value() == "avery-l7160"
    for name in offered[:-2]:
        label = sheet.page.locator(f"#paper option[value={name}]").inner_text()
        columns, rows, width, height = map(float, re.search(r": (\d+) × (\d+), ([\d.]+) × ([\d.]+) mm", label).groups())
        preset = PRESETS[name]
        assert [columns, rows] == preset["grid"] and [width, height] == pytest.approx(preset["label"], abs=0.001)
