//! The page of the gate: one HTML file that contains its style and its script, and loads the decoder where the browser
//! has none.

use std::sync::LazyLock;

use service::gateway::{self, PagePolicy, Response};

use super::decoder;

const PAGE: &str = include_str!("page/gate.html");
const STYLE: &str = include_str!("page/gate.css");
const SCRIPT: &str = include_str!("page/gate.js");

/// The page, with the hash of the decoder, by which browsers check it and which is part of its address.
static DOCUMENT: LazyLock<String> = LazyLock::new(|| {
    PAGE.replacen(r#"<link rel="stylesheet" href="gate.css">"#, &format!("<style>{STYLE}</style>"), 1)
        .replacen(r#"<script src="gate.js"></script>"#, &format!("<script>{SCRIPT}</script>"), 1)
        .replacen("{decoder}", &gateway::integrity(&decoder::SCRIPT), 1)
});

static POLICY: LazyLock<PagePolicy> = LazyLock::new(|| {
    let more = "; connect-src 'self'; img-src data:; trusted-types decoder";
    PagePolicy::with_files(STYLE, SCRIPT, &[&decoder::SCRIPT], more)
});

/// Answers with the page.
pub(crate) fn page() -> Response {
    gateway::page(DOCUMENT.clone(), &POLICY)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_page_contains_everything_it_needs_but_the_decoder() {
        assert!(DOCUMENT.len() < 40_000, "{}", DOCUMENT.len());
        assert!(!DOCUMENT.contains(" src=\"") && !DOCUMENT.contains("stylesheet") && !DOCUMENT.contains("{decoder}"));
        for part in [&format!("<style>{STYLE}</style>"), &format!("<script>{SCRIPT}</script>")] {
            assert_eq!(DOCUMENT.matches(part).count(), 1);
        }
        for text in [STYLE, SCRIPT] {
            assert!(!text.contains("</") && !text.contains("<!--"));
        }
    }
}
