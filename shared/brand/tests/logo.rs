//! Logos that browsers would not show fail the build, with a message that says what to do.

#[allow(dead_code, clippy::print_stdout, reason = "the build uses the rest")]
#[path = "../build.rs"]
mod build;

const SVG: &str = "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 1 1\"><path d=\"M0 0h1v1z\"/></svg>\n";

#[test]
fn a_logo_is_a_small_picture() {
    assert_eq!(build::check("image/svg+xml", SVG.as_bytes()), Ok(()));
    assert_eq!(build::check("image/svg+xml", format!("<?xml version=\"1.0\"?>\n{SVG}").as_bytes()), Ok(()));
    assert_eq!(build::check("image/png", b"\x89PNG\r\n\x1a\n"), Ok(()));
    let long = vec![b' '; 8 * 1024 + 1];
    for (media_type, content, problem) in [
        ("image/png", long.as_slice(), "the logo has 8193 bytes: make it smaller"),
        ("image/png", SVG.as_bytes(), "logo.png is not a PNG"),
        ("image/svg+xml", b"\xff", "logo.svg is not in UTF-8"),
        ("image/svg+xml", b"<svg></svg>", "logo.svg is not an SVG document with its namespace"),
        ("image/svg+xml", b"<html></html>", "logo.svg is not an SVG document"),
    ] {
        let error = build::check(media_type, content).unwrap_err();
        assert!(error.starts_with(problem), "{error}");
    }
    for part in ["<script>", "<foreignObject/>", "<image href=\"https://example.org/a.png\"/>"] {
        let svg = SVG.replace("<path", &format!("{part}<path"));
        let error = build::check("image/svg+xml", svg.as_bytes()).unwrap_err();
        assert!(error.contains("which browsers do not show in a picture: remove it"), "{error}");
    }
}
