//! The link in a code: where a phone lands after the scan.

use std::{fmt, str::FromStr};

use http::Uri;
use thiserror::Error;

/// Path of the full link, with the ctext in the query parameter [`CTEXT_PARAMETER`].
pub const FULL_PATH: &str = "/api/decrypt/qrcode-details";
/// Name of the query parameter of the full link.
pub const CTEXT_PARAMETER: &str = "ctext";
/// What the path of the compact link begins with; the ctext follows.
pub const COMPACT_PATH_PREFIX: &str = "/d/";

/// What every link begins with: scheme, host and perhaps a path, without a slash at the end.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BaseUrl(String);

impl BaseUrl {
    /// The address at which API Gateway or a function URL serves: `https://`, the domain name and, unless it
    /// is `$default`, the stage.
    ///
    /// # Errors
    /// [`InvalidBaseUrl`] when these make no URL.
    pub fn of_gateway(domain_name: &str, stage: Option<&str>) -> Result<Self, InvalidBaseUrl> {
        match stage {
            None | Some("" | "$default") => format!("https://{domain_name}"),
            Some(stage) => format!("https://{domain_name}/{stage}"),
        }
        .parse()
    }

    /// The path, without a slash at the end; empty when there is none.
    #[must_use]
    pub fn path(&self) -> &str {
        let after_scheme = self.0.find("://").map_or(0, |scheme| scheme + 3);
        self.0[after_scheme..].find('/').map_or("", |path| &self.0[after_scheme + path..])
    }
}

impl FromStr for BaseUrl {
    type Err = InvalidBaseUrl;

    fn from_str(text: &str) -> Result<Self, InvalidBaseUrl> {
        let uri: Uri = text.parse().map_err(|_| InvalidBaseUrl)?;
        // Several phone readers take only lower-case schemes for links, and `Uri` accepts either case.
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

/// A text that no link can begin with.
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

/// The text names no form of a link.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
#[error("the form of a link is full or compact")]
pub struct UnknownLinkForm;

impl LinkForm {
    /// The link to a ctext in one of its texts.
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
        ] {
            let parsed: BaseUrl = text.parse().unwrap();
            assert_eq!((parsed.to_string().as_str(), parsed.path()), (base, path));
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
    fn gateways() {
        let base = |stage| BaseUrl::of_gateway("a1.execute-api.eu-west-1.amazonaws.com", stage).unwrap().to_string();
        assert_eq!(base(None), "https://a1.execute-api.eu-west-1.amazonaws.com");
        assert_eq!(base(Some("$default")), "https://a1.execute-api.eu-west-1.amazonaws.com");
        assert_eq!(base(Some("prod")), "https://a1.execute-api.eu-west-1.amazonaws.com/prod");
        assert!(BaseUrl::of_gateway("a b", None).is_err());
        assert!(BaseUrl::of_gateway("", None).is_err());
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
