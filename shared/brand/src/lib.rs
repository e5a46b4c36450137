//! The brand of a deployment: whose service it is, as its pages say. Without one, pages name the host that they are at.
//!
//! A logo is a file of this folder, `logo.svg` or `logo.png`, which is compiled in.

pub mod accent;

use base64::{Engine as _, engine::general_purpose::STANDARD};
use sealed_qr::PageUrl;
use thiserror::Error;

use crate::accent::{Accent, InvalidAccent};

/// The environment variable with the name of the service.
const BRAND_NAME: &str = "BRAND_NAME";
/// The environment variable with the colour of names, links and buttons: `#rrggbb`.
const BRAND_COLOUR: &str = "BRAND_COLOUR";
/// The environment variable with the address of a page that helps people who have scanned a code.
const BRAND_HELP_URL: &str = "BRAND_HELP_URL";
/// The environment variable with the address of the privacy notice.
const BRAND_PRIVACY_URL: &str = "BRAND_PRIVACY_URL";
/// The environment variable with a line for the foot of pages.
const BRAND_FOOTER: &str = "BRAND_FOOTER";

const MAX_NAME: usize = 40;
const MAX_FOOTER: usize = 200;

/// The logo of this build.
static LOGO: Option<Logo> = include!(concat!(env!("OUT_DIR"), "/logo.rs"));

/// A picture.
#[derive(Debug)]
struct Logo {
    media_type: &'static str,
    content: &'static [u8],
}

/// The brand of a deployment.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Brand {
    /// The name of the service.
    pub name: Option<String>,
    /// The colour of names, links and buttons.
    pub accent: Option<Accent>,
    /// The address of a page that helps.
    pub help: Option<String>,
    /// The address of the privacy notice.
    pub privacy: Option<String>,
    /// A line for the foot of pages.
    pub footer: Option<String>,
}

impl Brand {
    /// Reads the settings. `variable` looks one up by name; an empty one counts as unset.
    ///
    /// # Errors
    /// [`InvalidBrand`] names the variable and the remedy.
    pub fn configured(variable: impl Fn(&str) -> Option<String>) -> Result<Self, InvalidBrand> {
        let variable = |name: &str| variable(name).filter(|value| !value.is_empty());
        let line = |name: &'static str, most: usize| match variable(name) {
            Some(line) if line.chars().count() > most || line.trim() != line || line.contains(char::is_control) => {
                Err(InvalidBrand::Line(name, most))
            }
            line => Ok(line),
        };
        let page = |name: &'static str| match variable(name) {
            Some(url) if PageUrl::parse(&url).is_err() => Err(InvalidBrand::Page(name)),
            url => Ok(url),
        };
        Ok(Self {
            name: line(BRAND_NAME, MAX_NAME)?,
            accent: variable(BRAND_COLOUR).map(|colour| colour.parse()).transpose()?,
            help: page(BRAND_HELP_URL)?,
            privacy: page(BRAND_PRIVACY_URL)?,
            footer: line(BRAND_FOOTER, MAX_FOOTER)?,
        })
    }

    /// The logo as a data URI (RFC 2397), if this build has one.
    #[must_use]
    pub fn logo() -> Option<String> {
        let Logo { media_type, content } = LOGO.as_ref()?;
        Some(format!("data:{media_type};base64,{}", STANDARD.encode(content)))
    }

    /// What a page adds to its style.
    #[must_use]
    pub fn style(&self) -> String {
        self.accent.map(Accent::style).unwrap_or_default()
    }

    /// What a page adds to its content security policy.
    #[must_use]
    pub fn policy() -> &'static str {
        if LOGO.is_some() { "; img-src data:" } else { "" }
    }
}

/// What is wrong with the settings.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum InvalidBrand {
    /// It is not one short line.
    #[error("{0} is not one line of at most {1} characters without spaces around it: correct or unset it")]
    Line(&'static str, usize),
    /// It is not the address of a page.
    #[error("{0} is not the address of a page, such as https://www.example.org/help: correct or unset it")]
    Page(&'static str),
    /// The colour cannot be used.
    #[error("{BRAND_COLOUR} is {0}")]
    Accent(#[from] InvalidAccent),
}

#[cfg(test)]
mod tests {
    use super::*;

    fn configured(variables: &[(&str, &str)]) -> Result<Brand, InvalidBrand> {
        let find = |name: &str| variables.iter().find(|(variable, _)| *variable == name);
        Brand::configured(|name| find(name).map(|(_, value)| (*value).to_owned()))
    }

    #[test]
    fn a_brand_is_read_and_may_be_missing() {
        assert_eq!(configured(&[]), Ok(Brand::default()));
        assert_eq!(configured(&[(BRAND_NAME, ""), (BRAND_COLOUR, "")]), Ok(Brand::default()));
        let brand = configured(&[
            (BRAND_NAME, "Städtische Bühnen"),
            (BRAND_COLOUR, "#14694a"),
            (BRAND_HELP_URL, "https://www.example.org/help"),
            (BRAND_FOOTER, "Box office: 030 123456"),
        ]);
        let brand = brand.unwrap();
        assert_eq!(brand.name.as_deref(), Some("Städtische Bühnen"));
        assert_eq!(brand.help.as_deref(), Some("https://www.example.org/help"));
        assert!(brand.style().contains("--accent:#14694a") && brand.privacy.is_none());
    }

    #[test]
    fn what_cannot_be_shown_is_refused() {
        let long = "x".repeat(41);
        for (name, value, remedy) in [
            (BRAND_NAME, long.as_str(), "BRAND_NAME is not one line of at most 40 characters"),
            (BRAND_NAME, " a", "BRAND_NAME is not one line"),
            (BRAND_FOOTER, "a\nb", "BRAND_FOOTER is not one line of at most 200 characters"),
            (BRAND_HELP_URL, "http://example.org", "BRAND_HELP_URL is not the address of a page"),
            (BRAND_PRIVACY_URL, "javascript:alert(1)", "BRAND_PRIVACY_URL is not the address of a page"),
            (BRAND_COLOUR, "green", "BRAND_COLOUR is not a colour"),
        ] {
            let error = configured(&[(name, value)]).unwrap_err().to_string();
            assert!(error.starts_with(remedy), "{error}");
        }
    }
}
