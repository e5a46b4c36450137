//! What fits in a code, and in a request.

use super::*;

/// Asserts that something that has `bytes` bytes does not fit and that the answer names the limit.
#[track_caller]
fn exceeds(response: &Response, what: &str, bytes: usize, fits: usize, ecc: &str) {
    let problem = refused(response, 413, "symbol-capacity-exceeded");
    let detail = format!("{what} has {bytes} bytes; at most {fits} fit at ecc={ecc}. Shorten it");
    assert!(problem["detail"].as_str().unwrap().starts_with(&detail), "{problem}");
}

/// The limits follow from table 7 of ISO/IEC 18004:2015, with the link as bytes and the ctext as digits.
#[test]
fn a_payload_fits_up_to_a_limit_that_the_answer_names() {
    // No integer is written like this, so the payload is kept as it is.
    let body = |bytes: usize| format!(r#"{{"id":"{}","amount":1.0}}"#, "x".repeat(bytes - 22));
    for (ecc, options, fits) in [
        ("L", "link=full", 2807),
        ("M", "link=full", 2192),
        ("Q", "link=full", 1532),
        ("H", "link=full", 1147),
        ("L", "link=compact", 2837),
        ("M", "link=compact", 2223),
        ("Q", "link=compact", 1563),
        ("H", "link=compact", 1177),
        ("M", "expires_in=9", 2188),
    ] {
        let query = format!("ecc={ecc}&{options}");
        assert_eq!(sealed(&query, &body(fits)).status(), StatusCode::OK, "{query}");
        for bytes in [fits + 1, 5000] {
            exceeds(&sealed(&query, &body(bytes)), "The payload, packed by its model,", bytes, fits, ecc);
        }
    }
}

#[test]
fn packing_makes_room() {
    let body = |bytes: usize| format!(r#"{{"id":"{}","amount":1}}"#, "0".repeat(bytes - 20));
    assert_eq!(sealed("ecc=M&link=compact", &body(5200)).status(), StatusCode::OK);
}

const ORDER: &str = r#"{"id":"order-1042","amount":4250}"#;

#[test]
fn a_code_is_no_denser_than_the_caller_allows() {
    for (query, body, modules) in [("", ORDER, 41), ("link=compact", ORDER, 37), ("link=compact&ecc=L", ORDER, 33)] {
        let state = state(Some("https://qr.example.org"));
        let with = |limit: usize| {
            let query = format!("{query}&max_modules={limit}");
            answer(&state, &post("/api/qrcode/encrypted-payload", &query, body))
        };
        assert_eq!(with(modules).status(), StatusCode::OK, "{query}");
        let problem = refused(&with(modules - 4), 413, "symbol-too-dense");
        let detail = problem["detail"].as_str().unwrap();
        assert!(detail.contains(&format!("needs {modules} modules a side; at most {} are", modules - 4)), "{detail}");
        assert_eq!(detail.contains("link=compact"), !query.contains("compact"), "{detail}");
        assert_eq!(detail.contains("ecc=L"), !query.contains("ecc=L"), "{detail}");
    }
    let text = format!(r#"{{"value":"{}"}}"#, "x".repeat(100));
    refused(&plain("max_modules=21", &text), 413, "symbol-too-dense");
}

#[test]
fn white_space_does_not_count() {
    let indent = format!("\n{}", " ".repeat(200));
    let body = format!("{{{indent}\"id\": \"{}\",{indent}\"amount\": 1.0\n}}", "x".repeat(1177 - 22));
    assert_eq!(sealed("ecc=H&link=compact", &body).status(), StatusCode::OK);
}

#[test]
fn a_plain_text_fits_up_to_a_limit_that_the_answer_names() {
    let body = |bytes: usize| format!(r#"{{"value":"{}"}}"#, "x".repeat(bytes));
    for (ecc, fits) in [("L", 2953), ("M", 2331), ("Q", 1663), ("H", 1273)] {
        assert_eq!(plain(&format!("ecc={ecc}"), &body(fits)).status(), StatusCode::OK);
        exceeds(&plain(&format!("ecc={ecc}"), &body(fits + 1)), "The value", fits + 1, fits, ecc);
    }
}

#[test]
fn lower_error_correction_is_proposed_while_there_is_one() {
    let body = format!(r#"{{"value":"{}"}}"#, "x".repeat(5000));
    let remedy = |ecc: &str| {
        let problem = refused(&plain(&format!("ecc={ecc}"), &body), 413, "symbol-capacity-exceeded");
        problem["detail"].as_str().unwrap().split_once(". ").unwrap().1.to_owned()
    };
    assert_eq!(remedy("L"), "Shorten it.");
    assert_eq!(remedy("M"), "Shorten it, or lower the error correction (ecc=L).");
}

#[test]
fn bodies_of_up_to_16_kib_are_read() {
    for (path, body) in [("/api/qrcode/encrypted-payload", PAYLOAD), ("/api/qrcode", r#"{"value":"a"}"#)] {
        let padded =
            |bytes: usize| answer(&state(None), &post(path, "", &format!("{body}{}", " ".repeat(bytes - body.len()))));
        assert_eq!(padded(16_384).status(), StatusCode::OK);
        for bytes in [16_385, 100_000] {
            let detail = &refused(&padded(bytes), 413, "body-too-large")["detail"];
            assert_eq!(detail, &format!("The body has {bytes} bytes; at most 16384 are allowed. Shorten it."));
        }
    }
}

#[test]
fn the_documentation_states_the_limits() {
    let documented = include_str!("../../../../docs/errors.md");
    assert!(documented.contains("at most 16384 bytes"));
    assert!(documented.contains(&format!("deeper than {} levels", sealed_qr::json::MAX_DEPTH)));
}
