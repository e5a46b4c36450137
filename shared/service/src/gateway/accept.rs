//! Content negotiation (RFC 9110, 12.5.1).

use headers_accept::Accept;
use mediatype::{
    MediaType, Name,
    names::{APPLICATION, HTML, JSON, TEXT},
};

use super::Request;

impl Request {
    /// The `offered` media type that the caller prefers, by the header `accept`; `None` if it accepts none of them. The
    /// service's favourite comes first in the offer. A missing or unparsable header accepts anything.
    #[must_use]
    pub fn preferred<'a>(&self, offered: &'a [MediaType<'a>]) -> Option<&'a MediaType<'a>> {
        let accept = self.accept.as_ref().and_then(|accept| accept.parse::<Accept>().ok());
        match accept.filter(|accept| accept.media_types().next().is_some()) {
            Some(accept) => accept.negotiate(offered),
            None => offered.first(),
        }
    }

    /// What the caller prefers of what is `offered`, each with its media type; `None` if it accepts none of it. The first
    /// is for callers that do not say.
    #[must_use]
    pub fn preferred_of<T: Copy>(&self, offered: &[(T, &'static str)]) -> Option<T> {
        let (first, _) = offered.first()?;
        if self.accept.is_none() {
            return Some(*first);
        }
        let media_types: Vec<_> =
            offered.iter().map(|(_, name)| MediaType::parse(name).expect("a media type")).collect();
        let preferred = self.preferred(&media_types)?;
        media_types.iter().position(|media_type| media_type == preferred).map(|place| offered[place].0)
    }

    /// Whether the caller prefers a page to JSON, as browsers do. JSON is for callers that accept neither.
    #[must_use]
    pub fn prefers_page(&self) -> bool {
        static OFFERED: [MediaType<'static>; 3] = [
            MediaType::new(APPLICATION, JSON),
            MediaType::from_parts(APPLICATION, Name::new_unchecked("problem"), Some(JSON), &[]),
            MediaType::new(TEXT, HTML),
        ];
        self.preferred(&OFFERED).is_some_and(|media_type| media_type.ty == TEXT)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const OFFERED: [&str; 3] = ["image/png", "image/svg+xml", "application/json"];

    fn preferred(accept: Option<&str>) -> Option<String> {
        let offered = OFFERED.map(|name| MediaType::parse(name).unwrap());
        let request = Request { accept: accept.map(str::to_owned), ..Request::default() };
        request.preferred(&offered).map(ToString::to_string)
    }

    #[test]
    fn what_is_preferred_is_what_was_offered_with_that_media_type() {
        let preferred = |accept: Option<&str>| {
            let request = Request { accept: accept.map(str::to_owned), ..Request::default() };
            request.preferred_of(&[('p', OFFERED[0]), ('s', OFFERED[1]), ('j', OFFERED[2])])
        };
        assert_eq!((preferred(None), preferred(Some("*/*"))), (Some('p'), Some('p')));
        assert_eq!((preferred(Some("application/json")), preferred(Some("text/html"))), (Some('j'), None));
    }

    #[test]
    fn quality_values_decide_then_the_order_of_the_offer() {
        for (accept, expected) in [
            (None, "image/png"),
            (Some("*/*"), "image/png"),
            (Some("image/*"), "image/png"),
            (Some("application/json"), "application/json"),
            (Some("IMAGE/SVG+XML"), "image/svg+xml"),
            (Some("image/png;q=0.2, application/json;q=0.9"), "application/json"),
            (Some("image/png;q=0.2, image/*;q=0.8"), "image/svg+xml"),
            (Some("*/*, image/png;q=0"), "image/svg+xml"),
            (Some("text/html, */*;q=0.1"), "image/png"),
            (
                Some("text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,image/webp,*/*;q=0.8"),
                "image/png",
            ),
            (Some("application/json;q=0.001, text/plain"), "application/json"),
        ] {
            assert_eq!(preferred(accept).as_deref(), Some(expected), "{accept:?}");
        }
    }

    #[test]
    fn browsers_get_pages_and_programs_json() {
        let prefers_page =
            |accept: &str| Request { accept: Some(accept.to_owned()), ..Request::default() }.prefers_page();
        for accept in [
            "text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,image/webp,*/*;q=0.8",
            "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8",
            "text/html",
            "text/*",
            "text/html, */*",
            "application/json;q=0.5, text/html",
            "*/*, application/json;q=0, application/problem+json;q=0",
        ] {
            assert!(prefers_page(accept), "{accept}");
        }
        for accept in [
            "",
            "*/*",
            "application/json, text/html",
            "application/problem+json, text/html;q=0.9",
            "text/html;q=0, */*",
            "application/json, text/plain, */*",
            "image/png",
        ] {
            assert!(!prefers_page(accept), "{accept}");
        }
        assert!(!Request::default().prefers_page());
    }

    #[test]
    fn a_caller_that_accepts_no_offer_is_told() {
        for accept in ["text/html", "image/gif, audio/*", "*/*;q=0", "image/png;q=0", "application/json;q=0.000"] {
            assert_eq!(preferred(Some(accept)), None, "{accept}");
        }
    }

    #[test]
    fn an_unreadable_header_counts_as_none() {
        for accept in ["", " ", ",", "image", "image/png;q", "é/*", "\u{0}"] {
            assert_eq!(preferred(Some(accept)).as_deref(), Some("image/png"), "{accept:?}");
        }
    }
}
