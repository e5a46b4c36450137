//! The link in a code: where a phone lands after the scan.

use std::{fmt, str::FromStr};

use http::Uri;
use thiserror::Error;

/// The path of the full link. The ctext follows in the query parameter [`CTEXT_PARAMETER`].
pub const FULL_PATH: &str = "/api/decrypt/qrcode-details";
/// The query parameter of the full link.
pub const CTEXT_PARAMETER: &str = "ctext";
/// The beginning of the path of the compact link. The ctext follows.
pub const COMPACT_PATH_PREFIX: &str = "/d/";

/// The beginning of every link: scheme, host and optionally a path, without a trailing slash.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BaseUrl(String);

impl BaseUrl {
    /// The path without a trailing slash; empty if there is none.
    #[must_use]
    pub fn path(&self) -> &str {
        let after_scheme = self.0.find("://").map_or(0, |scheme| scheme + 3);
        self.0[after_scheme..].find('/').map_or("", |path| &self.0[after_scheme + path..])
    }

    /// Host and port: the authority (RFC 3986, 3.2).
    #[must_use]
    pub fn authority(&self) -> &str {
        let origin = self.origin();
        origin.split_once("://").map_or(origin, |(_, authority)| authority)
    }

    /// Scheme, host and port: the origin (RFC 6454) of what it leads to.
    #[must_use]
    pub fn origin(&self) -> &str {
        &self.0[..self.0.len() - self.path().len()]
    }
}

impl FromStr for BaseUrl {
    type Err = InvalidBaseUrl;

    fn from_str(text: &str) -> Result<Self, InvalidBaseUrl> {
        let uri: Uri = text.parse().map_err(|_| InvalidBaseUrl)?;
        // `Uri` accepts either case, but several phone readers recognize only lower-case schemes.
        let scheme_is_known = text.starts_with("https://") || text.starts_with("http://");
        let has_host = uri.host().is_some_and(|host| !host.is_empty());
        let has_user_info = uri.authority().is_some_and(|authority| authority.as_str().contains('@'));
        if !scheme_is_known || !has_host || has_user_info || text.contains(['?', '#']) {
            return Err(InvalidBaseUrl);
        }
        Ok(Self(text.trim_end_matches('/').to_owned()))
    }
}

impl fmt::Display for BaseUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// The text cannot be the beginning of a link.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
#[error(
    "not of the form https://host, https://host:port or https://host/path \
     (http:// for local runs; lower-case scheme, no user name, query or fragment)"
)]
pub struct InvalidBaseUrl;

/// The two forms of a link.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum LinkForm {
    /// `{base}/api/decrypt/qrcode-details?ctext={ctext}`
    #[default]
    Full,
    /// `{base}/d/{ctext}`, for small labels.
    Compact,
}

impl FromStr for LinkForm {
    type Err = UnknownLinkForm;

    fn from_str(name: &str) -> Result<Self, UnknownLinkForm> {
        match name {
            "full" => Ok(Self::Full),
            "compact" => Ok(Self::Compact),
            _ => Err(UnknownLinkForm),
        }
    }
}

/// The text does not name a form of a link.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
#[error("a link form is either full or compact")]
pub struct UnknownLinkForm;

impl LinkForm {
    /// The link to a ctext, given in either of its texts.
    #[must_use]
    pub fn link(self, base: &BaseUrl, ctext: &str) -> String {
        match self {
            Self::Full => format!("{base}{FULL_PATH}?{CTEXT_PARAMETER}={ctext}"),
            Self::Compact => format!("{base}{COMPACT_PATH_PREFIX}{ctext}"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn base_urls() {
        for (text, base, path) in [
            ("https://qrcode.example.com", "https://qrcode.example.com", ""),
            ("https://qrcode.example.com/", "https://qrcode.example.com", ""),
            ("http://127.0.0.1:9000", "http://127.0.0.1:9000", ""),
            ("http://[::1]:9000/a/b/", "http://[::1]:9000/a/b", "/a/b"),
            ("https://a/b", "https://a/b", "/b"),
        ] {
            let parsed: BaseUrl = text.parse().unwrap();
            assert_eq!((parsed.to_string().as_str(), parsed.path()), (base, path));
            assert_eq!(format!("{}{path}", parsed.origin()), base);
            assert!(parsed.origin().ends_with(&format!("://{}", parsed.authority())), "{base}");
        }
        for text in [
            "",
            "/",
            "qrcode.example.com",
            "HTTPS://qrcode.example.com",
            "ftp://a",
            "https://",
            "https:///a",
            "https://u@a",
            "https://a?b",
            "https://a#b",
            "https://a b",
            "https://é",
            "https://a\n",
        ] {
            assert!(text.parse::<BaseUrl>().is_err(), "{text:?}");
        }
    }

    #[test]
    fn forms_of_a_link_have_names() {
        assert_eq!("full".parse(), Ok(LinkForm::Full));
        assert_eq!("compact".parse(), Ok(LinkForm::Compact));
        for name in ["", "Full", "compact ", "short"] {
            assert_eq!(name.parse::<LinkForm>(), Err(UnknownLinkForm), "{name:?}");
        }
    }

    #[test]
    fn links() {
        let base = "https://qrcode.example.com".parse().unwrap();
        assert_eq!(
            LinkForm::Full.link(&base, "123"),
            "https://qrcode.example.com/api/decrypt/qrcode-details?ctext=123"
        );
        assert_eq!(LinkForm::Compact.link(&base, "123"), "https://qrcode.example.com/d/123");
    }
}
