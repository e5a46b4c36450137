//! The handler, called directly with requests as gateways send them.

#![expect(clippy::unwrap_used, reason = "a test that panics has failed")]

use std::{collections::BTreeSet, io::Cursor};

use creation::payload_model::DEPLOYED;
use lambda_http::Body;
use sealed_qr::{Ctext, Keyring, UnixTime};
use serde_json::{Value, json};
use service::{
    app_state::AppState,
    gateway::{self, Matched, Request, Response},
    keyring_cache::KeyringCache,
    keyring_source::AnyKeyringSource,
};

const SEALED: &str = "/api/qrcode/encrypted-payload/batch";

fn wait_for<T>(future: impl Future<Output = T>) -> T {
    tokio::runtime::Builder::new_current_thread().enable_time().build().unwrap().block_on(future)
}

fn keyring_json() -> String {
    format!(r#"{{"1": "{}"}}"#, "01".repeat(32))
}

fn answer(request: &Request) -> Response {
    let source = AnyKeyringSource::Inline(keyring_json().into());
    let state = AppState { keyring: wait_for(KeyringCache::fill(source)).unwrap(), public_base_url: None };
    let handler = async |state: &_, request: &_, matched: Matched<'_, _>| {
        create_batch::handle(state, &DEPLOYED, None, request, matched).await
    };
    wait_for(gateway::answer(&state, request, handler, gateway::problem))
}

fn post(path: &str, query: &str, content_type: &str, body: &str) -> Request {
    Request {
        method: "POST".to_owned(),
        path: path.to_owned(),
        query: query.to_owned(),
        content_type: Some(content_type.to_owned()),
        body: body.as_bytes().to_vec(),
        domain_name: Some("qr.example.org".to_owned()),
        stage: Some("$default".to_owned()),
        ..Request::default()
    }
}

fn csv(query: &str, body: &str) -> Response {
    answer(&post(SEALED, query, "text/csv", body))
}

fn content(response: &Response) -> &[u8] {
    match response.body() {
        Body::Text(text) => text.as_bytes(),
        Body::Binary(bytes) => bytes,
        other => panic!("{other:?}"),
    }
}

fn text(response: &Response) -> &str {
    str::from_utf8(content(response)).unwrap()
}

#[track_caller]
fn lines(response: &Response) -> Vec<Value> {
    assert_eq!(response.status(), 200, "{}", text(response));
    text(response).lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}

#[track_caller]
fn refused(response: &Response, status: u16) -> Value {
    assert_eq!(response.status(), status, "{}", text(response));
    serde_json::from_str(text(response)).unwrap()
}

fn opened(url: &str) -> String {
    let (_, ctext) = url.rsplit_once(['=', '/']).unwrap();
    let keyring = Keyring::parse(&keyring_json()).unwrap();
    let layout = |number| payload_models::DEPLOYED.layout(number);
    Ctext::parse(ctext).unwrap().open(&keyring, UnixTime::now(), layout).unwrap().payload.into_json()
}

fn table(rows: usize) -> String {
    let rows: Vec<_> = (1..=rows).map(|row| format!("order-{row},{}", row * 10)).collect();
    format!("id,amount\n{}\n", rows.join("\n"))
}

#[test]
fn every_row_becomes_a_code_that_opens_in_order_and_of_one_size() {
    let codes = lines(&csv("", &format!("{}a very long name indeed,1\n", table(30))));
    assert_eq!(codes.len(), 31);
    for (row, code) in (1..).zip(&codes[..30]) {
        assert_eq!(code["row"], row);
        assert_eq!(opened(code["url"].as_str().unwrap()), format!(r#"{{"id":"order-{row}","amount":{}}}"#, row * 10));
    }
    let sizes: BTreeSet<_> = codes.iter().map(|code| code["symbol"]["version"].as_u64()).collect();
    assert_eq!(sizes.len(), 1);
    let each = lines(&csv("versions=each&link=compact", &format!("{}{},1\n", table(3), "long ".repeat(20))));
    assert!(each[0]["symbol"]["version"].as_u64() < each[3]["symbol"]["version"].as_u64());
    let names: BTreeSet<_> = codes.iter().map(|code| code["name"].as_str()).collect();
    assert_eq!(names.len(), 31);
}

#[test]
fn rows_may_be_json_too_and_texts_are_drawn_without_a_seal() {
    let rows = r#"[{"id": "a", "amount": 1}, {"id": "b", "amount": 2}]"#;
    let codes = lines(&answer(&post(SEALED, "", "application/json", rows)));
    assert_eq!(opened(codes[1]["url"].as_str().unwrap()), r#"{"id":"b","amount":2}"#);
    let as_model = "/api/qrcode/encrypted-payload/order/batch";
    let row = r#"{"id": "a", "amount": 1}"#;
    assert_eq!(lines(&answer(&post(as_model, "", "application/x-ndjson", row))).len(), 1);
    let codes = lines(&answer(&post("/api/qrcode/batch", "picture=svg", "text/csv", "value\nhttps://a\n=1\n")));
    assert!(codes[1]["image"].as_str().unwrap().starts_with("data:image/svg+xml;base64,"));
    assert!(codes[1].get("url").is_none());
}

#[test]
fn one_bad_row_keeps_all_from_being_made() {
    let mut body = table(100);
    body.push_str("x,many\ny\n,7\n");
    let problem = refused(&csv("", &body), 422);
    let detail =
        "Nothing was made, because 3 rows cannot be used: correct each row in errors, then send all rows again.";
    assert_eq!(problem["detail"], detail);
    assert_eq!(
        problem["errors"],
        json!([
            {"row": 101, "pointer": "/amount", "detail": "must be an integer"},
            {"row": 102, "pointer": "", "detail": "has 1 cell, but the header has 2"},
            {"row": 103, "pointer": "/id", "detail": "is required"},
        ])
    );
    let many = refused(&csv("", &format!("id\n{}", "a\n".repeat(500))), 422);
    assert_eq!(many["errors"].as_array().unwrap().len(), 21);
    assert_eq!(many["errors"][20]["detail"], "and 480 more");
    assert!(!problem.to_string().contains("many"), "values are not quoted");
}

#[test]
fn a_request_that_is_repeated_has_the_same_codes_in_any_format() {
    let repeated = |key: &str, query: &str, rows: usize| {
        let mut request = post(SEALED, query, "text/csv", &table(rows));
        request.idempotency_key = Some(key.to_owned());
        answer(&request)
    };
    let [first, again, other] = [("a", 5), ("\"a\"", 5), ("b", 5)].map(|(key, rows)| lines(&repeated(key, "", rows)));
    assert!(first == again && first != other);
    assert_eq!(lines(&repeated("a", "", 6))[..5], first, "rows that are added leave the others as they are");
    let manifest = repeated("a", "format=csv", 5);
    assert_eq!(manifest.headers()["content-type"], "text/csv; charset=utf-8");
    let manifest: Vec<_> = text(&manifest).split("\r\n").collect();
    assert_eq!(manifest[0], "row,name,url,expires_at,file");
    for (line, code) in manifest[1..].iter().zip(&first) {
        let [name, url] = ["name", "url"].map(|member| code[member].as_str().unwrap());
        assert_eq!(*line, format!("{},{name},{url},,", code["row"]));
    }
    let problem = refused(&repeated("a", "expires_in=60", 5), 400);
    assert!(problem["detail"].as_str().unwrap().contains("send expires_at in place of expires_in"), "{problem}");
    assert_eq!(lines(&repeated("a", "expires_at=4291747199", 1))[0]["expires_at"], 4_291_747_199_u32);
    assert_eq!(refused(&repeated("a b", "", 1), 400)["type"], "/api/problems/invalid-idempotency-key");
}

#[test]
fn an_archive_has_a_picture_for_each_row_and_the_manifest() {
    let response = csv("format=zip&file_name={id}&scale=1", &table(3));
    assert_eq!(response.headers()["content-type"], "application/zip");
    let mut archive = zip::ZipArchive::new(Cursor::new(content(&response))).unwrap();
    let names: Vec<_> = archive.file_names().map(|name| name.unwrap().into_owned()).collect();
    assert_eq!(names, ["manifest.csv", "order-1.png", "order-2.png", "order-3.png"]);
    let manifest = std::io::read_to_string(archive.by_name("manifest.csv").unwrap()).unwrap();
    assert!(manifest.contains(",order-3.png\r\n"), "{manifest}");
    let svg = csv("format=zip&picture=svg", &table(1));
    assert!(zip::ZipArchive::new(Cursor::new(content(&svg))).unwrap().by_name("1.svg").is_ok());
    let same = refused(&csv("format=zip&file_name={id}", "id,amount\nA,1\na,2\n"), 422);
    assert_eq!(same["errors"], json!([{"row": 2, "pointer": "", "detail": "has the name of the file of row 1"}]));
}

/// How long the answer would be, as its refusal says.
fn estimate(response: &Response) -> usize {
    let problem = refused(response, 413);
    let (_, rest) = problem["detail"].as_str().unwrap().split_once("would have some ").unwrap();
    rest.split_once(' ').unwrap().0.parse().unwrap()
}

#[test]
fn a_batch_that_would_be_too_large_is_refused_before_it_is_made() {
    let problem = refused(&csv("picture=png&scale=40", &table(5000)), 413);
    assert_eq!(problem["type"], "/api/problems/batch-too-large");
    let detail = problem["detail"].as_str().unwrap();
    let (_, rest) = detail.split_once("Send about ").unwrap();
    let fit: usize = rest.split_once(' ').unwrap().0.parse().unwrap();
    assert_eq!(csv("picture=png&scale=40", &table(fit)).status(), 200, "{detail}");
    // Also if a table begins with its shortest rows.
    let sorted: String = (1..=600).flat_map(|row| ["x".repeat(row), ",1\n".to_owned()]).collect();
    assert!(estimate(&csv("picture=svg&versions=each&link=compact", &format!("id,amount\n{sorted}"))) > 6_500_000);
    assert_eq!(lines(&csv("", &table(5000))).len(), 5000);
    assert_eq!(refused(&csv("", &table(5001)), 413)["type"], "/api/problems/batch-too-large");
    assert_eq!(refused(&csv("", &" ".repeat(4 * 1024 * 1024 + 1)), 413)["type"], "/api/problems/body-too-large");
}

#[test]
fn codes_that_would_be_too_dense_are_bad_rows() {
    let long = "y".repeat(9000);
    let problem = refused(&csv("max_modules=49", &format!("{}{},1\n{long},1\n", table(2), "y".repeat(200))), 422);
    let details: Vec<_> =
        problem["errors"].as_array().unwrap().iter().map(|error| error["detail"].as_str().unwrap()).collect();
    assert!(details[0].contains("modules a side; at most 49 are allowed"), "{details:?}");
    assert_eq!(details[1], "does not fit in a QR code: shorten it, or lower the error correction (ecc=L)");
}

#[test]
fn what_nobody_can_mean_is_refused() {
    for (query, detail) in [
        ("format=pdfx", "The value of format must be ndjson, csv, zip, pdf or html."),
        ("format=csv&picture=png", "The parameter picture has no meaning without format=ndjson or format=zip"),
        ("file_name={id}", "The parameter file_name has no meaning without format=zip"),
        ("format=zip&file_name={id", "The value of file_name must be a text with members in braces, such as {id}"),
        ("sale=1", "Unknown parameter \"sale\"."),
    ] {
        let problem = refused(&csv(query, &table(1)), 400);
        assert!(problem["detail"].as_str().unwrap().starts_with(detail), "{query}: {problem}");
    }
    let text = answer(&post(SEALED, "", "text/plain", "id"));
    assert_eq!(refused(&text, 415)["type"], "/api/problems/unsupported-media-type");
    let unknown = "/api/qrcode/encrypted-payload/tickets/batch";
    let unknown = answer(&post(unknown, "", "text/csv", &table(1)));
    assert_eq!(refused(&unknown, 404)["type"], "/api/problems/unknown-model");
    assert_eq!(refused(&answer(&post("/api/qrcode/batch", "link=full", "text/csv", "value\na")), 400)["status"], 400);
}

#[test]
fn sheets_of_labels_have_the_codes_and_their_captions() {
    let pdf = csv("format=pdf&caption={id}%20%C2%B7%20{amount}&marks=on", &table(50));
    assert_eq!(pdf.headers()["content-type"], "application/pdf");
    assert_eq!(pdf.headers()["content-disposition"], "attachment; filename=\"labels.pdf\"");
    assert!(content(&pdf).starts_with(b"%PDF-1.7"));
    let html = csv("format=html&paper=avery-5160&caption={id}&caption_at=beside&start_at=3", &table(50));
    assert_eq!(html.headers()["content-type"], "text/html; charset=utf-8");
    let policy = html.headers()["content-security-policy"].to_str().unwrap();
    assert!(policy.starts_with("default-src 'none'; style-src 'sha256-") && policy.contains("frame-ancestors 'none'"));
    assert!(!text(&html).contains(" style=") && !text(&html).contains("<script"));
    assert_eq!(
        (text(&html).matches("<g transform=\"translate(").count(), text(&html).matches("<section").count()),
        (50, 2)
    );
    let accepted = Request { accept: Some("application/pdf".to_owned()), ..post(SEALED, "", "text/csv", &table(1)) };
    assert_eq!(answer(&accepted).headers()["content-type"], "application/pdf");
}

#[test]
fn captions_that_cannot_be_printed_and_codes_that_do_not_fit_are_found_before_anything_is_made() {
    let body = "id,amount\nStuhl 12,1\n席 12,2\n";
    let problem = refused(&csv("format=pdf&caption={id}", body), 422);
    let detail = "has a caption in which U+5E2D cannot be printed in PDF, whose font has no such character: use \
                  format=html, or leave it out of the caption";
    assert_eq!(problem["errors"], json!([{"row": 2, "pointer": "", "detail": detail}]));
    assert!(text(&csv("format=html&caption={id}", body)).contains("席 12"));
    let long = refused(&csv("format=html&caption={id}{id}", &format!("id,amount\n{},1\n", "x".repeat(160))), 422);
    assert_eq!(long["errors"][0]["detail"], "has a caption of 320 bytes; at most 300 are allowed");
    let missing = refused(&csv("format=pdf&caption={seat}", body), 422);
    assert_eq!(missing["errors"][0]["pointer"], "/seat");
    let large = refused(&csv("format=pdf&module_mm=2", &table(1)), 400);
    assert!(large["detail"].as_str().unwrap().contains("has room for 0."), "{large}");
    let small = refused(&csv("format=pdf&paper=roll&label=5.5x5.5", &table(1)), 400);
    assert!(small["detail"].as_str().unwrap().contains("Use larger labels"), "{small}");
    for query in ["paper=avery-l7160", "caption={id}", "format=zip&marks=on", "ink=k100"] {
        let problem = refused(&csv(query, &table(1)), 400);
        assert!(problem["detail"].as_str().unwrap().contains("has no meaning without format=pdf"), "{problem}");
    }
    assert_eq!(csv("format=pdf&ink=k100", &table(1)).status(), 200);
}

#[test]
fn codes_are_drawn_in_the_version_that_lines_say() {
    let body = format!("{}{},1\n", table(3), "long ".repeat(20));
    for versions in ["one", "each"] {
        let answer = |query: &str| csv(&format!("versions={versions}&{query}"), &body);
        let response = answer("format=zip&picture=svg&scale=1&margin=0");
        let mut archive = zip::ZipArchive::new(Cursor::new(content(&response))).unwrap();
        for line in lines(&answer("")) {
            let drawing = archive.by_name(&format!("{}.svg", line["row"])).unwrap();
            let drawing = std::io::read_to_string(drawing).unwrap();
            let modules = &line["symbol"]["modules"];
            assert!(drawing.contains(&format!(r#"viewBox="0 0 {modules} {modules}""#)), "{versions} {line}");
        }
    }
}
