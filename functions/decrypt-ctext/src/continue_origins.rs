//! The origins of the pages that scans may lead on to.

use std::str::FromStr;

use sealed_qr::PageUrl;
use thiserror::Error;

/// The environment variable with the origins.
pub(crate) const CONTINUE_ORIGINS: &str = "CONTINUE_ORIGINS";

/// The allowed origins. Without any, scans lead to our own page.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ContinueOrigins(Vec<String>);

impl ContinueOrigins {
    /// Whether scans lead to our own page alone.
    pub(crate) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Whether the page is of one of the origins.
    pub(crate) fn allow(&self, page: PageUrl<'_>) -> bool {
        self.0.iter().any(|origin| origin == page.origin())
    }
}

impl FromStr for ContinueOrigins {
    type Err = InvalidContinueOrigins;

    fn from_str(list: &str) -> Result<Self, InvalidContinueOrigins> {
        let is_origin = |text: &str| PageUrl::parse(text).is_ok_and(|url| url.origin() == text);
        let origins = list.split(',').filter(|_| !list.is_empty());
        origins
            .map(|text| is_origin(text).then(|| text.to_owned()))
            .collect::<Option<_>>()
            .map(Self)
            .ok_or(InvalidContinueOrigins)
    }
}

/// The text is not a list of origins.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
#[error(
    "{CONTINUE_ORIGINS} is not of the form https://host,https://host:port, with domain names in lower case as the hosts, \
     and without paths, spaces and the port 443: correct or unset it"
)]
pub struct InvalidContinueOrigins;

#[cfg(test)]
mod tests {
    use super::*;

    fn allows(list: &str, page: &str) -> bool {
        list.parse::<ContinueOrigins>().unwrap().allow(PageUrl::parse(page).unwrap())
    }

    #[test]
    fn a_page_is_allowed_by_its_whole_origin() {
        let list = "https://shop.example.org,https://tickets.example.org:8443";
        for page in [
            "https://shop.example.org",
            "https://shop.example.org/scan?a=b",
            "https://shop.example.org?a",
            "https://tickets.example.org:8443/",
        ] {
            assert!(allows(list, page), "{page}");
        }
        for page in [
            "https://shop.example.org.evil.test/scan",
            "https://shop.example.org-evil.test/scan",
            "https://evil.test/https://shop.example.org",
            "https://evil.test?https://shop.example.org/",
            "https://evil-shop.example.org/scan",
            "https://www.shop.example.org/scan",
            "https://example.org/scan",
            "https://shop.example.org:8443/scan",
            "https://tickets.example.org/scan",
            "https://tickets.example.org:844/scan",
        ] {
            assert!(!allows(list, page), "{page}");
            assert!(!allows("", page), "{page}");
        }
    }

    #[test]
    fn the_list_is_checked() {
        assert!("".parse::<ContinueOrigins>().unwrap().is_empty());
        assert!(!"https://a".parse::<ContinueOrigins>().unwrap().is_empty());
        for list in [
            ",",
            "https://shop.example.org,",
            ",https://shop.example.org",
            "https://shop.example.org, https://b.example.org",
            "https://shop.example.org https://b.example.org",
            "https://shop.example.org/",
            "https://shop.example.org/scan",
            "https://shop.example.org?a",
            "https://shop.example.org#a",
            "https://user@shop.example.org",
            "https://Shop.example.org",
            "https://shop.example.org:443",
            "http://shop.example.org",
            "https://*.example.org",
            "*",
            "null",
            "secret value",
        ] {
            let message = list.parse::<ContinueOrigins>().unwrap_err().to_string();
            assert!(message.starts_with("CONTINUE_ORIGINS is not of the form https://host,"), "{message}");
            assert!(message.ends_with(": correct or unset it"), "{message}");
            assert!(!message.contains('\n') && !message.contains("secret"), "{message}");
        }
    }
}
