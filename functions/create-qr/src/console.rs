//! The console: `GET /api`, a page to create codes with. It is one HTML file that contains its style, its script and
//! the payload models, from which the script makes the form.

use std::{iter, sync::OnceLock};

use brand::Brand;
use maud::Render as _;
use service::gateway::{self, PagePolicy, Response};

use creation::payload_model::PayloadModels;

const PAGE: &str = include_str!("console/console.html");
const STYLE: &str = include_str!("console/console.css");
const SCRIPT: &str = include_str!("console/console.js");

/// The beginning of the options of codes that count.
const COUNTING: &str = r#"<div class="pair" id="counting" hidden>"#;

/// Where the page names whose service it is.
const NAME: &str = "{name}";

/// The console of a deployment.
#[derive(Debug)]
pub struct Console {
    brand: Brand,
    style: String,
    policy: OnceLock<PagePolicy>,
}

impl Console {
    /// The console of a deployment with this brand.
    #[must_use]
    pub fn new(brand: Brand) -> Self {
        let style = format!("{STYLE}{}", brand.style());
        Self { brand, style, policy: OnceLock::new() }
    }

    /// Answers with the page for these payload models. Without a brand it names `host`.
    pub(crate) fn page(&self, models: &PayloadModels, host: &str) -> Response {
        let name = self.brand.name.as_deref().unwrap_or(host);
        let policy = || PagePolicy::new(&self.style, SCRIPT, "; connect-src 'self'; img-src data: blob:");
        let page = document(&models_json(models), models.may_count(), name, &self.style);
        gateway::page(page, self.policy.get_or_init(policy))
    }
}

impl Default for Console {
    /// The console of a deployment without a brand.
    fn default() -> Self {
        Self::new(Brand::default())
    }
}

/// The models by name, as JSON: the default one first.
fn models_json(models: &PayloadModels) -> String {
    let default = models.default().model.name();
    let others = models.iter().filter(|model| model.model.name() != default);
    let members = iter::once(models.default()).chain(others);
    let members: Vec<_> = members.map(|model| format!("\"{}\":{}", model.model.name(), model.schema())).collect();
    format!("{{{}}}", members.join(","))
}

/// The page with its name, its style, its script and the models inserted, and with the options of codes that count if
/// there are any.
fn document(models: &str, may_count: bool, name: &str, style: &str) -> String {
    let page = if may_count { PAGE.replacen(COUNTING, &COUNTING.replace(" hidden", ""), 1) } else { PAGE.to_owned() };
    // The name first, or what is inserted could have its mark.
    page.replace(NAME, &name.render().into_string())
        .replacen(r#"<link rel="stylesheet" href="console.css">"#, &format!("<style>{style}</style>"), 1)
        .replacen(r#"<script src="console.js"></script>"#, &format!("<script>{SCRIPT}</script>"), 1)
        // In JSON, `<` occurs only in strings. Escaped there, no text of a model can end the element.
        .replacen(r#"id="models">{}<"#, &format!(r#"id="models">{}<"#, models.replace('<', "\\u003c")), 1)
}

#[cfg(test)]
mod tests {
    use super::*;
    use creation::payload_model::DEPLOYED;

    #[test]
    fn the_page_contains_everything_it_needs() {
        let page = document(&models_json(&DEPLOYED), true, "a & <b>", STYLE);
        assert!(page.len() < 40_000, "{}", page.len());
        assert!(!page.contains(" src=\"") && !page.contains("stylesheet"));
        assert!(
            page.contains("<title>a &amp; &lt;b&gt; console</title>") && page.contains("<h1>a &amp; &lt;b&gt;</h1>")
        );
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
        let hides = |may_count| document("{}", may_count, "a", STYLE).contains(COUNTING);
        assert!(hides(false) && !hides(true));
        assert!(document("{}", true, "a", STYLE).contains(r#"id="counting">"#));
    }

    #[test]
    fn the_model_cannot_end_its_element() {
        let page = document(r#"{"title":"</script><script>alert(1)</script>"}"#, false, "a", STYLE);
        assert!(page.contains(r#"id="models">{"title":"\u003c/script>\u003cscript>alert(1)\u003c/script>"}</script>"#));
    }
}
