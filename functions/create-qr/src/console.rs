//! The console: `GET /api`, a page to create codes with. It is one file of HTML with its style, its script and the
//! payload model inside; the form is made from the model.

use std::sync::LazyLock;

use sealed_qr::{
    http::{self, PagePolicy, Response},
    payload_model::SCHEMA,
};

const PAGE: &str = include_str!("console/console.html");
const STYLE: &str = include_str!("console/console.css");
const SCRIPT: &str = include_str!("console/console.js");

static CONSOLE: LazyLock<(String, PagePolicy)> = LazyLock::new(|| {
    let policy = PagePolicy::new(STYLE, SCRIPT, "; connect-src 'self'; img-src data: blob:");
    (document(SCHEMA), policy)
});

/// Answers with the console.
pub(crate) fn page() -> Response {
    let (html, policy) = &*CONSOLE;
    http::page(html.clone(), policy)
}

/// The page with what it refers to put in.
fn document(schema: &str) -> String {
    PAGE.replacen(r#"<link rel="stylesheet" href="console.css">"#, &format!("<style>{STYLE}</style>"), 1)
        .replacen(r#"<script src="console.js"></script>"#, &format!("<script>{SCRIPT}</script>"), 1)
        // In JSON, `<` stands in strings only. Escaped there, no text of the model can end the element.
        .replacen(r#"id="schema">{}<"#, &format!(r#"id="schema">{}<"#, schema.replace('<', "\\u003c")), 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_page_is_whole() {
        let page = document(SCHEMA);
        assert!(page.len() < 40_000, "{}", page.len());
        assert!(!page.contains(" src=\"") && !page.contains("stylesheet"));
        for part in [&format!("<style>{STYLE}</style>"), &format!("<script>{SCRIPT}</script>"), SCHEMA] {
            assert_eq!(page.matches(part).count(), 1);
        }
        for text in [STYLE, SCRIPT] {
            assert!(!text.contains("</") && !text.contains("<!--"));
        }
    }

    #[test]
    fn the_model_cannot_end_its_element() {
        let page = document(r#"{"title":"</script><script>alert(1)</script>"}"#);
        assert!(page.contains(r#"id="schema">{"title":"\u003c/script>\u003cscript>alert(1)\u003c/script>"}</script>"#));
    }
}
