//! The console: `GET /api`, a page to create codes with. It is one HTML file that contains its style, its script and
//! the payload model, from which the script makes the form.

use std::sync::LazyLock;

use service::gateway::{self, PagePolicy, Response};

const PAGE: &str = include_str!("console/console.html");
const STYLE: &str = include_str!("console/console.css");
const SCRIPT: &str = include_str!("console/console.js");

static POLICY: LazyLock<PagePolicy> =
    LazyLock::new(|| PagePolicy::new(STYLE, SCRIPT, "; connect-src 'self'; img-src data: blob:"));

/// Answers with the console for a payload model, a JSON Schema.
pub(crate) fn page(schema: &str) -> Response {
    gateway::page(document(schema), &POLICY)
}

/// The page with its style, its script and the model inserted.
fn document(schema: &str) -> String {
    PAGE.replacen(r#"<link rel="stylesheet" href="console.css">"#, &format!("<style>{STYLE}</style>"), 1)
        .replacen(r#"<script src="console.js"></script>"#, &format!("<script>{SCRIPT}</script>"), 1)
        // In JSON, `<` occurs only in strings. Escaped there, no text of the model can end the element.
        .replacen(r#"id="schema">{}<"#, &format!(r#"id="schema">{}<"#, schema.replace('<', "\\u003c")), 1)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::payload_model::PayloadModel;

    #[test]
    fn the_page_contains_everything_it_needs() {
        let page = document(PayloadModel::DEPLOYED.schema);
        assert!(page.len() < 40_000, "{}", page.len());
        assert!(!page.contains(" src=\"") && !page.contains("stylesheet"));
        for part in
            [&format!("<style>{STYLE}</style>"), &format!("<script>{SCRIPT}</script>"), PayloadModel::DEPLOYED.schema]
        {
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
