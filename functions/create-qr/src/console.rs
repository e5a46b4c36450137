//! The console: `GET /api`, a page to create codes with. It is one HTML file that contains its style, its script and
//! the payload models, from which the script makes the form.

use std::{iter, sync::LazyLock};

use service::gateway::{self, PagePolicy, Response};

use crate::payload_model::PayloadModels;

const PAGE: &str = include_str!("console/console.html");
const STYLE: &str = include_str!("console/console.css");
const SCRIPT: &str = include_str!("console/console.js");

/// The beginning of the options of codes that count.
const COUNTING: &str = r#"<div class="pair" id="counting" hidden>"#;

static POLICY: LazyLock<PagePolicy> =
    LazyLock::new(|| PagePolicy::new(STYLE, SCRIPT, "; connect-src 'self'; img-src data: blob:"));

/// Answers with the console for these payload models.
pub(crate) fn page(models: &PayloadModels) -> Response {
    gateway::page(document(&models_json(models), models.may_count()), &POLICY)
}

/// The models by name, as JSON: the default one first.
fn models_json(models: &PayloadModels) -> String {
    let default = models.default().model.name();
    let others = models.iter().filter(|model| model.model.name() != default);
    let members = iter::once(models.default()).chain(others);
    let members: Vec<_> = members.map(|model| format!("\"{}\":{}", model.model.name(), model.schema())).collect();
    format!("{{{}}}", members.join(","))
}

/// The page with its style, its script and the models inserted, and with the options of codes that count if there are
/// any.
fn document(models: &str, may_count: bool) -> String {
    let page = if may_count { PAGE.replacen(COUNTING, &COUNTING.replace(" hidden", ""), 1) } else { PAGE.to_owned() };
    page.replacen(r#"<link rel="stylesheet" href="console.css">"#, &format!("<style>{STYLE}</style>"), 1)
        .replacen(r#"<script src="console.js"></script>"#, &format!("<script>{SCRIPT}</script>"), 1)
        // In JSON, `<` occurs only in strings. Escaped there, no text of a model can end the element.
        .replacen(r#"id="models">{}<"#, &format!(r#"id="models">{}<"#, models.replace('<', "\\u003c")), 1)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::payload_model::DEPLOYED;

    #[test]
    fn the_page_contains_everything_it_needs() {
        let page = document(&models_json(&DEPLOYED), true);
        assert!(page.len() < 40_000, "{}", page.len());
        assert!(!page.contains(" src=\"") && !page.contains("stylesheet"));
        for part in
            [&format!("<style>{STYLE}</style>"), &format!("<script>{SCRIPT}</script>"), DEPLOYED.default().schema()]
        {
            assert_eq!(page.matches(part).count(), 1);
        }
        for text in [STYLE, SCRIPT] {
            assert!(!text.contains("</") && !text.contains("<!--"));
        }
    }

    #[test]
    fn options_of_codes_that_count_are_shown_where_there_are_such_codes() {
        let hides = |may_count| document("{}", may_count).contains(COUNTING);
        assert!(hides(false) && !hides(true));
        assert!(document("{}", true).contains(r#"id="counting">"#));
    }

    #[test]
    fn the_model_cannot_end_its_element() {
        let page = document(r#"{"title":"</script><script>alert(1)</script>"}"#, false);
        assert!(page.contains(r#"id="models">{"title":"\u003c/script>\u003cscript>alert(1)\u003c/script>"}</script>"#));
    }
}
