//! The console: `GET /api`, a page to create codes with. It is one HTML file that contains its style, its script and
//! the payload models, from which the script makes the form.

use std::{
    iter,
    sync::{LazyLock, OnceLock},
};

use batch::{
    rows::{MAX_BATCH_BYTES, MAX_ROWS},
    sheet_options::PAPER,
};
use brand::Brand;
use creation::payload_model::PayloadModels;
use label_sheet::{
    Size,
    paper::Grid,
    preset::{self, Preset},
};
use maud::{Markup, Render as _, html};
use service::gateway::{self, PagePolicy, Response};

const STYLE: &str = concat!(include_str!("console/console.css"), include_str!("console/sheet.css"));

/// The script of every console.
static SCRIPT: LazyLock<String> = LazyLock::new(|| {
    let script =
        concat!(include_str!("console/console.js"), include_str!("console/rows.js"), include_str!("console/sheet.js"));
    served(script)
});

/// What is the same in every console.
static PAGE: LazyLock<String> = LazyLock::new(|| {
    let page = served(include_str!("console/console.html"))
        .replace("{max_rows}", &MAX_ROWS.to_string())
        .replace("{max_bytes}", &MAX_BATCH_BYTES.to_string())
        .replace("{max_mib}", &(MAX_BATCH_BYTES / (1024 * 1024)).to_string());
    page.replacen("{papers}", &papers().into_string(), 1)
});

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
        let more = "; trusted-types labels; connect-src 'self'; img-src data: blob:";
        let policy = || PagePolicy::new(&self.style, &SCRIPT, more);
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
    let page = if may_count { PAGE.replacen(COUNTING, &COUNTING.replace(" hidden", ""), 1) } else { PAGE.clone() };
    // The name first, or what is inserted could have its mark.
    page.replace(NAME, &name.render().into_string())
        .replacen(r#"<link rel="stylesheet" href="console.css">"#, &format!("<style>{style}</style>"), 1)
        .replacen(r#"<script src="console.js"></script>"#, &format!("<script>{}</script>", *SCRIPT), 1)
        // In JSON, `<` occurs only in strings. Escaped there, no text of a model can end the element.
        .replacen(r#"id="models">{}<"#, &format!(r#"id="models">{}<"#, models.replace('<', "\\u003c")), 1)
}

/// A file as it is served: without indentation and comments, which make a tenth of it.
fn served(file: &str) -> String {
    let lines = file.lines().map(str::trim_start).filter(|line| !line.is_empty() && !line.starts_with("//"));
    lines.flat_map(|line| [line, "\n"]).collect()
}

/// The label paper that can be bought, as options, by the size of the page.
fn papers() -> Markup {
    let of_size = |size| preset::all().iter().filter(move |preset| preset.paper.grid().page == size);
    html! {
        @for (name, size) in [("A4", Size::A4), ("Letter", Size::LETTER)] {
            optgroup label=(name) {
                @for Preset { name, codes, paper } in of_size(size) {
                    @let Grid { columns, rows, label, .. } = paper.grid();
                    option value=(name) selected[PAPER.default == Some(name)] {
                        "Avery " (codes[0]) ": " (columns) " × " (rows) ", " (label.width) " × " (label.height) " mm"
                        @if codes.len() > 1 { " (" (codes[1..].join(", ")) ")" }
                    }
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use creation::payload_model::DEPLOYED;

    #[test]
    fn the_page_contains_everything_it_needs() {
        let page = document(&models_json(&DEPLOYED), true, "a & <b>", STYLE);
        assert!(page.len() < 60_000, "{}", page.len());
        assert!(!page.contains(" src=\"") && !page.contains("stylesheet"));
        assert!(
            page.contains("<title>a &amp; &lt;b&gt; console</title>") && page.contains("<h1>a &amp; &lt;b&gt;</h1>")
        );
        let script = format!("<script>{}</script>", *SCRIPT);
        for part in [&format!("<style>{STYLE}</style>"), &script, DEPLOYED.default().schema()] {
            assert_eq!(page.matches(part).count(), 1);
        }
        for text in [STYLE, &SCRIPT] {
            assert!(!text.contains("</") && !text.contains("<!--"));
        }
    }

    #[test]
    fn the_page_offers_all_paper_and_knows_the_limits() {
        assert_eq!(PAGE.matches("<option value=\"avery-").count(), preset::all().len());
        assert_eq!(
            PAGE.matches(r#"<option value="avery-l7160" selected>Avery L7160: 3 × 7, 63.5 × 38.1 mm"#).count(),
            1
        );
        assert!(PAGE.contains("at most 5000 rows and 4 MiB") && PAGE.contains(r#"data-bytes="4194304""#));
        let marks = ["{max", "{papers}"].map(|mark| PAGE.contains(mark));
        assert_eq!(marks, [false; 2]);
    }

    #[test]
    fn nothing_is_left_out_of_what_is_served_but_what_nobody_reads() {
        assert_eq!(served("a {\n  // Why.\n  b: \"//\"\n\n}\n"), "a {\nb: \"//\"\n}\n");
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
