//! Whoever reads a page, and how things are written for them.

use std::borrow::Cow;

use maud::{Markup, html};
use sealed_qr::{BaseUrl, UnixTime};
use time::{Date, OffsetDateTime, UtcOffset};

use crate::{
    language::{Language, Piece, Value},
    pages::Pages,
};

/// Whoever reads a page.
#[derive(Debug)]
pub struct Reader<'a> {
    /// The language that they read.
    pub language: &'static Language,
    pub(crate) pages: &'a Pages,
    /// The base URL of the service, if that is known.
    pub(crate) base: Option<BaseUrl>,
}

impl Reader<'_> {
    /// The text with this id.
    #[must_use]
    pub fn text(&self, id: &str) -> Cow<'static, str> {
        self.language.text(id)
    }

    /// The text with this id, with values in the language, and with markup in the places of others.
    #[must_use]
    pub fn sentence(
        &self,
        id: &str,
        values: &[(&'static str, Value<'_>)],
        markup: &[(&'static str, Markup)],
    ) -> Markup {
        let names: Vec<_> = markup.iter().map(|(name, _)| *name).collect();
        let pieces = self.language.pieces(id, values, &names);
        html! {
            @for piece in pieces.iter() {
                @match piece {
                    Piece::Words(words) => (words),
                    Piece::Slot(number) => (markup[number].1),
                }
            }
        }
    }

    /// A date.
    #[must_use]
    pub fn date(&self, date: Date) -> Markup {
        let (year, month, day) = (date.year(), u8::from(date.month()), date.day());
        html! {
            time datetime=(format!("{year:04}-{month:02}-{day:02}")) data-date { (self.date_text(date)) }
        }
    }

    fn date_text(&self, date: Date) -> Cow<'static, str> {
        let month = u8::from(date.month());
        self.language.text_with(
            "date",
            &[
                ("day", date.day().to_string().into()),
                ("month", self.language.text_with("month", &[("month", month.into())]).into()),
                ("month-number", format!("{month:02}").into()),
                ("year", date.year().to_string().into()),
            ],
        )
    }

    /// A point in time, in UTC. The script turns it into the reader's time zone.
    #[must_use]
    pub fn instant(&self, at: OffsetDateTime) -> Markup {
        let at = at.to_offset(UtcOffset::UTC);
        let (year, month, day, hour, minute) = (at.year(), u8::from(at.month()), at.day(), at.hour(), at.minute());
        let date = self.date_text(at.date());
        let parts =
            [("date", date.into()), ("hour", format!("{hour:02}").into()), ("minute", format!("{minute:02}").into())];
        html! {
            time datetime=(format!("{year}-{month:02}-{day:02}T{hour:02}:{minute:02}:{:02}Z", at.second())) {
                (self.language.text_with("time", &parts))
            }
        }
    }

    /// A point in time of the format.
    #[must_use]
    pub fn unix_time(&self, UnixTime(seconds): UnixTime) -> Markup {
        self.instant(
            OffsetDateTime::from_unix_timestamp(seconds.into()).expect("32 bits of seconds are within the calendar"),
        )
    }

    /// What the address of the page must begin with, if that is known.
    pub(crate) fn address(&self) -> Option<String> {
        self.base.as_ref().map(|base| format!("{base}/"))
    }

    /// Whose service it is: the name of the brand, or else the host of the page.
    pub(crate) fn service(&self) -> &str {
        let host = self.base.as_ref().map(BaseUrl::authority);
        self.pages.brand.name.as_deref().or(host).unwrap_or("Sealed QR")
    }
}

#[cfg(test)]
mod tests {
    use service::gateway::Request;

    use super::*;

    #[test]
    fn times_are_read_by_people_and_by_programs() {
        let pages = Pages::default();
        let reader = pages.reader(&Request::default(), None);
        for (seconds, expected) in [
            (0, r#"<time datetime="1970-01-01T00:00:00Z">1 January 1970, 00:00 UTC</time>"#),
            (1_709_210_096, r#"<time datetime="2024-02-29T12:34:56Z">29 February 2024, 12:34 UTC</time>"#),
            (u32::MAX, r#"<time datetime="2106-02-07T06:28:15Z">7 February 2106, 06:28 UTC</time>"#),
        ] {
            assert_eq!(reader.unix_time(UnixTime(seconds)).into_string(), expected);
        }
    }

    #[test]
    fn a_page_names_its_brand_or_its_host() {
        let mut pages = Pages::default();
        let base = "https://qr.example.org/codes".parse().ok();
        assert_eq!(pages.reader(&Request::default(), base.as_ref()).service(), "qr.example.org");
        assert_eq!(
            pages.reader(&Request::default(), base.as_ref()).address().as_deref(),
            Some("https://qr.example.org/codes/")
        );
        pages.brand.name = Some("Box office".to_owned());
        assert_eq!(pages.reader(&Request::default(), base.as_ref()).service(), "Box office");
    }
}
