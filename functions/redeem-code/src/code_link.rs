//! Links as people and programs send them in bodies.

use sealed_qr::link::{COMPACT_PATH_PREFIX, CTEXT_PARAMETER};

/// The ctext in a link of either form; any other text as it is.
pub(crate) fn ctext_in(text: &str) -> String {
    let (path, query) = text.split_once('?').unwrap_or((text, ""));
    let mut parameters = form_urlencoded::parse(query.as_bytes());
    if let Some((_, ctext)) = parameters.find(|(name, _)| name.eq_ignore_ascii_case(CTEXT_PARAMETER)) {
        return ctext.into_owned();
    }
    let compact = path.to_ascii_lowercase().rfind(COMPACT_PATH_PREFIX);
    compact.map_or(text, |at| &path[at + COMPACT_PATH_PREFIX.len()..]).trim_end_matches('/').to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_link_is_as_good_as_its_ctext() {
        for text in [
            "E12_-",
            "E12_-/",
            "https://a/d/E12_-",
            "https://a/d/E12_-/",
            "HTTPS://A/D/E12_-",
            "https://a/d/d/E12_-?utm_source=x",
            "https://a/api/decrypt/qrcode-details?ctext=E12_-",
            "https://a/b?utm_source=x&CTEXT=E12_-&y=1",
        ] {
            assert_eq!(ctext_in(text), "E12_-", "{text}");
        }
        for other in ["", "?", "https://a/", "é/d"] {
            assert_eq!(ctext_in(other), other.trim_end_matches('/'));
        }
    }
}
