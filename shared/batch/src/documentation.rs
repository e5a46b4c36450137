//! What the documentation says of parameters, for tests.

use creation::parameter::{Parameter, Values};

/// Asserts that the table in a section has exactly these parameters, each with its values and its default.
#[track_caller]
pub(crate) fn assert_parameters(page: &str, section: &str, parameters: impl IntoIterator<Item = Parameter>) {
    let parameters: Vec<_> = parameters.into_iter().collect();
    let rows: Vec<_> =
        self::section(page, section).lines().filter_map(|line| line.strip_prefix("| `")?.split_once("` |")).collect();
    assert_eq!(
        rows.iter().map(|(name, _)| *name).collect::<Vec<_>>(),
        parameters.iter().map(|parameter| parameter.name).collect::<Vec<_>>()
    );
    for (parameter, (_, row)) in parameters.iter().zip(rows) {
        let facts = match parameter.values {
            Values::Words(words) => words.iter().map(|word| format!("`{word}`")).collect(),
            Values::Integer { min, max, note } => vec![format!("{min} to {max}{note}")],
            Values::Decimal { min, max } => vec![format!("{min} to {max}")],
            Values::Colour => vec!["`RRGGBB`".to_owned()],
            // The example of what such a text is.
            Values::Text(kind) => kind
                .split_once("such as ")
                .map(|(_, example)| example.split(", ").next().unwrap().to_owned())
                .into_iter()
                .collect(),
            Values::Instant => vec!["RFC 3339".to_owned()],
        };
        for fact in facts.into_iter().chain(parameter.default.map(|default| format!("| `{default}` |"))) {
            assert!(row.contains(&fact), "{}: {fact}", parameter.name);
        }
    }
}

/// The text of a section.
#[track_caller]
pub(crate) fn section<'a>(page: &'a str, title: &str) -> &'a str {
    let (_, section) = page.split_once(&format!("\n## {title}\n")).unwrap();
    section.split("\n## ").next().unwrap()
}
