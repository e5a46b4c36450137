//! What callers are told when they get no code.

use super::*;

const PATHS: [&str; 2] = ["/api/qrcode/encrypted-payload", "/api/qrcode"];

fn pointers(problem: &serde_json::Value) -> Vec<&str> {
    problem["errors"].as_array().unwrap().iter().map(|error| error["pointer"].as_str().unwrap()).collect()
}

#[test]
fn without_any_base_url_the_operator_is_told() {
    let mut request = post("/api/qrcode/encrypted-payload", "", PAYLOAD);
    request.domain_name = None;
    let problem = refused(&answer(&state(None), &request), 500, "base-url-unknown");
    assert_eq!(problem["detail"], "The operator must set PUBLIC_BASE_URL.");
}

#[test]
fn malformed_json_is_refused() {
    let too_deep = format!("{}0{}", r#"{"":"#.repeat(128), "}".repeat(128));
    for (body, detail) in [
        (&b"{"[..], "it is not valid JSON: "),
        ("\u{feff}\u{feff}{}".as_bytes(), "it is not valid JSON: "),
        (b"\xff\xfe{\0}\0", "it is not valid UTF-8 (at offset 0)"),
        (too_deep.as_bytes(), "arrays and objects are nested deeper than 127 levels"),
        (br#"{"id":"a","id":"a","amount":1,"value":"a"}"#, "the member /id appears twice"),
        (br#"{"id":"\ud83e","amount":1,"value":"a"}"#, "the string at /id contains an unpaired surrogate"),
        (b"[]", "it is not a JSON object"),
        (br#"[{"id":"a","amount":1}]"#, "it is not a JSON object"),
        (br#""id""#, "it is not a JSON object"),
        (b"1", "it is not a JSON object"),
        (b"true", "it is not a JSON object"),
        (b"null", "it is not a JSON object"),
    ] {
        for path in PATHS {
            let mut request = post(path, "", "");
            request.body = body.to_vec();
            let problem = refused(&answer(&state(None), &request), 400, "malformed-json");
            let expected = format!("The body cannot be used: {detail}");
            assert!(problem["detail"].as_str().unwrap().starts_with(&expected), "{problem}");
        }
    }
}

#[test]
fn violations_point_to_their_members() {
    let problem = refused(&sealed("", r#"{"id": 1}"#), 422, "payload-model-violated");
    assert_eq!(pointers(&problem), ["/amount", "/id"]);
    for (body, expected) in [
        ("{}", &["/value"][..]),
        (r#"{"value":""}"#, &["/value"]),
        (r#"{"value":1}"#, &["/value"]),
        (r#"{"value":null}"#, &["/value"]),
        (r#"{"value":["a"]}"#, &["/value"]),
        (r#"{"value":"a\u0000b"}"#, &["/value"]),
        (r#"{"Value":"a"}"#, &["/value", "/Value"]),
        (r#"{"value":"a","other":1}"#, &["/other"]),
        (r#"{"value":"a","ecc":"H"}"#, &["/ecc"]),
        (r#"{"value":"a","a/b~c":1}"#, &["/a~1b~0c"]),
    ] {
        assert_eq!(pointers(&refused(&plain("", body), 422, "payload-model-violated")), expected, "{body}");
    }
}

#[test]
fn bodies_that_are_not_declared_as_json_are_refused() {
    for path in PATHS {
        for content_type in [None, Some("application/x-www-form-urlencoded")] {
            let mut request = post(path, "", r#"{"id":"a","amount":1,"value":"a"}"#);
            request.content_type = content_type.map(str::to_owned);
            let problem = refused(&answer(&state(None), &request), 415, "unsupported-media-type");
            assert_eq!(problem["detail"], "Send the body as JSON, with the header content-type: application/json.");
        }
    }
}

#[test]
fn the_query_is_checked_before_the_body() {
    for (query, detail) in [
        ("scale=41", "The value of scale must be a whole number from 1 to 40."),
        ("ecc=m", "The value of ecc must be L, M, Q or H."),
        ("ecc=M&ecc=M", "The parameter ecc appears more than once; send it once."),
    ] {
        for path in PATHS {
            let problem = refused(&answer(&state(None), &post(path, query, "{")), 400, "invalid-query");
            assert_eq!(problem["detail"], detail);
        }
    }
    for (response, valid) in [
        (
            sealed("size=1", PAYLOAD),
            "format, ecc, scale, margin, module_mm, width_mm, dark, light, ink, max_modules, min_version, link, \
             expires_in, expires_at, uses, reveal, model",
        ),
        (
            plain("size=1", PAYLOAD),
            "format, ecc, scale, margin, module_mm, width_mm, dark, light, ink, max_modules, min_version",
        ),
    ] {
        let problem = refused(&response, 400, "invalid-query");
        assert_eq!(problem["detail"], format!("Unknown parameter \"size\". Valid parameters: {valid}."));
    }
}

#[test]
fn callers_that_accept_no_format_are_told_the_formats() {
    for path in PATHS {
        let mut request = post(path, "", r#"{"id":"a","amount":1,"value":"a"}"#);
        request.accept = Some("text/html".to_owned());
        let problem = refused(&answer(&state(None), &request), 406, "not-acceptable");
        let detail = problem["detail"].as_str().unwrap();
        for offered in ["image/png", "image/svg+xml", "application/pdf", "application/json"] {
            assert!(detail.contains(offered), "{detail}");
        }
    }
}

#[test]
fn unknown_paths_are_told_the_endpoints() {
    for (method, path) in [
        ("GET", "/"),
        ("POST", "/api/qrcode/"),
        ("POST", "/API/qrcode"),
        ("GET", "/d/1"),
        ("GET", "/api/qrcode/%2e%2e/%ff"),
    ] {
        let request = Request { method: method.to_owned(), ..post(path, "", "") };
        let problem = refused(&answer(&state(None), &request), 404, "not-found");
        let detail = problem["detail"].as_str().unwrap();
        assert!(detail.starts_with("This function serves POST /api/qrcode/encrypted-payload, POST "), "{detail}");
    }
}

#[test]
fn other_methods_are_told_the_right_one() {
    for path in PATHS {
        for method in ["GET", "PUT", "PATCH", "DELETE"] {
            let response = answer(&state(None), &Request { method: method.to_owned(), ..post(path, "", PAYLOAD) });
            assert_eq!(refused(&response, 405, "method-not-allowed")["detail"], "Use POST.");
            assert_eq!(response.headers()["allow"], "POST");
        }
    }
}

#[test]
fn problem_types_lead_to_their_explanation() {
    let mut request = post("/prod/api/qrcode", "", "{");
    request.stage = Some("prod".to_owned());
    let problem: serde_json::Value = serde_json::from_str(text(&answer(&state(None), &request))).unwrap();
    request.path = problem["type"].as_str().unwrap().to_owned();
    assert_eq!(request.path, "/prod/api/problems/malformed-json");
    request.method = "GET".to_owned();
    let explanation = answer(&state(None), &request);
    assert_eq!(explanation.status(), StatusCode::OK);
    assert_eq!(explanation.headers()["content-type"], "text/plain; charset=utf-8");
    assert!(text(&explanation).starts_with("## malformed-json\n\n400, "), "{}", text(&explanation));
    request.path = "/prod/api/problems/malformed".to_owned();
    assert_eq!(answer(&state(None), &request).status(), StatusCode::NOT_FOUND);
}
