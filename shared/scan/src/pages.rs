//! What the pages of a deployment have in common, whoever reads them.

use std::sync::OnceLock;

use brand::{Brand, InvalidBrand};
use sealed_qr::BaseUrl;
use service::{
    gateway::{self, PagePolicy, Request, Response},
    problem::Problem,
};
use thiserror::Error;

use crate::{
    language::{Language, UnknownLanguage},
    page,
    reader::Reader,
};

/// The environment variable with the tag of the one language that all readers get.
const PAGE_LANGUAGE: &str = "PAGE_LANGUAGE";

const STYLE: &str = include_str!("page.css");
const SCRIPT: &str = include_str!("page.js");

/// The pages of a deployment.
#[derive(Debug, Default)]
pub struct Pages {
    /// Whose service it is.
    pub brand: Brand,
    /// The language that all readers get, or the one that they ask for.
    language: Option<&'static Language>,
    look: OnceLock<Look>,
}

/// The look of the pages, and what browsers may load and run in them. It is made when the first page is asked for.
#[derive(Debug)]
struct Look {
    style: String,
    policy: PagePolicy,
    policy_with_form: PagePolicy,
}

impl Pages {
    /// Reads the settings. `variable` looks one up by name; an empty one counts as unset.
    ///
    /// # Errors
    /// [`InvalidPages`] names the variable and the remedy.
    pub fn configured(variable: impl Fn(&str) -> Option<String>) -> Result<Self, InvalidPages> {
        let language = variable(PAGE_LANGUAGE).filter(|tag| !tag.is_empty());
        let language = language.map(|tag| tag.parse()).transpose()?;
        Ok(Self { brand: Brand::configured(variable)?, language, look: OnceLock::new() })
    }

    /// Whoever reads the answer to a request. `base` is the beginning of links, if it is set.
    #[must_use]
    pub fn reader<'a>(&'a self, request: &Request, base: Option<&BaseUrl>) -> Reader<'a> {
        let language = self.language.unwrap_or_else(|| Language::accepted(request.accept_language.as_deref()));
        Reader { language, pages: self, base: request.base_url(base) }
    }

    /// Answers a request with the problem that it met: people get a page. `prefix` is what the deployment has put before
    /// the paths of endpoints.
    #[must_use]
    pub fn refuse(&self, base: Option<&BaseUrl>, request: &Request, problem: &Problem, prefix: &str) -> Response {
        gateway::negotiated(if request.prefers_page() {
            page::problem(&self.reader(request, base), problem)
        } else {
            gateway::problem(request, problem, prefix)
        })
    }

    /// The style of pages.
    pub(crate) fn style(&self) -> &str {
        &self.look().style
    }

    /// The script of pages.
    pub(crate) fn script() -> &'static str {
        SCRIPT
    }

    /// What a page may load and run, and whether it may send forms.
    pub(crate) fn policy(&self, has_form: bool) -> &PagePolicy {
        let look = self.look();
        if has_form { &look.policy_with_form } else { &look.policy }
    }

    /// Whether pages depend on the header `accept-language`.
    pub(crate) fn varies_by_language(&self) -> bool {
        self.language.is_none()
    }

    fn look(&self) -> &Look {
        self.look.get_or_init(|| {
            let style = format!("{STYLE}{}", self.brand.style());
            let policy = PagePolicy::new(&style, SCRIPT, Brand::policy());
            let policy_with_form = PagePolicy::with_forms(&style, SCRIPT, Brand::policy());
            Look { style, policy, policy_with_form }
        })
    }
}

/// What is wrong with the settings.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum InvalidPages {
    /// Those of the brand.
    #[error(transparent)]
    Brand(#[from] InvalidBrand),
    /// There are no texts in the language.
    #[error("{PAGE_LANGUAGE} is {0}: correct or unset it")]
    Language(#[from] UnknownLanguage),
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn style_and_script_do_not_end_their_elements() {
        for text in [STYLE, SCRIPT] {
            assert!(!text.contains("</") && !text.contains("<!--"));
        }
    }

    #[test]
    fn an_operator_can_choose_one_language_for_all() {
        let configured = |tag: &str| Pages::configured(|name| (name == PAGE_LANGUAGE).then(|| tag.to_owned()));
        let read_in = |pages: &Pages| {
            let accept_language = Some("en".to_owned());
            pages.reader(&Request { accept_language, ..Request::default() }, None).language.tag
        };
        assert_eq!(read_in(&configured("en-XA").unwrap()), "en-XA");
        assert_eq!(read_in(&configured("").unwrap()), "en");
        let error = configured("klingon").unwrap_err().to_string();
        assert!(error.starts_with("PAGE_LANGUAGE is none of the languages of the pages, which are en"), "{error}");
    }
}
