//! Dates, numbers, amounts of money and links as a reader writes them.

use std::fmt::Write as _;

use iso_currency::Currency as Iso4217;
use maud::{Markup, html};
use payload_models::words::{Currency, Form};
use scan::Reader;
use sealed_qr::PageUrl;
use time::{OffsetDateTime, format_description::well_known::Rfc3339};

use crate::{
    escape,
    json_walk::{JsonValue, Shape},
    payload_table::Members,
};

/// The digits that a number needs to be cut into groups. Numbers of four digits are also years and house numbers.
const GROUPED_FROM: usize = 5;

/// The value in this form; `None` if it is not of that form. `siblings` are all members of its object.
pub(crate) fn written(
    reader: &Reader<'_>,
    form: &Form,
    value: JsonValue<'_>,
    siblings: &Members<'_>,
) -> Option<Markup> {
    match (form, value.shape()) {
        (Form::Date, Shape::String(text)) => instant(&format!("{text}T00:00:00Z")).map(|at| reader.date(at.date())),
        (Form::DateTime, Shape::String(text)) => instant(&text).map(|at| reader.instant(at)),
        (Form::Time, Shape::String(text)) => time_of_day(&text).map(|text| international(&text)),
        (Form::Duration, Shape::String(text)) => duration(&text).map(|text| international(&text)),
        (Form::Number, Shape::Literal(digits)) => Some(html! { bdi dir="ltr" { (number(reader, digits, 0)?) } }),
        (Form::Money(currency), Shape::Literal(digits)) => money(reader, currency, digits, siblings),
        (Form::Link, Shape::String(text)) => link(&text),
        _ => None,
    }
}

/// An amount in the smallest unit of a currency.
fn money(reader: &Reader<'_>, currency: &Currency, digits: &str, siblings: &Members<'_>) -> Option<Markup> {
    let code = match currency {
        Currency::Code(code) => code.clone(),
        Currency::Member(member) => match siblings.iter().find(|(name, _)| name == member)?.1.shape() {
            Shape::String(code) => code.into_owned(),
            _ => return None,
        },
    };
    let decimals = usize::from(Iso4217::from_code(&code)?.exponent()?);
    let amount = number(reader, digits, decimals)?;
    let values = [("amount", amount.into()), ("currency", code.into())];
    Some(html! { bdi { (reader.language.text_with("money", &values)) } })
}

/// A number with the separators of the language, the last `shift` digits behind the decimal one; `None` if it is not
/// written as digits alone.
fn number(reader: &Reader<'_>, written: &str, shift: usize) -> Option<String> {
    let (sign, unsigned) = written.strip_prefix('-').map_or(("", written), |unsigned| ("\u{2212}", unsigned));
    let (whole, fraction) = unsigned.split_once('.').unwrap_or((unsigned, ""));
    let are_digits = |text: &str| text.bytes().all(|digit| digit.is_ascii_digit());
    if whole.is_empty() || !are_digits(whole) || !are_digits(fraction) || (shift > 0 && !fraction.is_empty()) {
        return None;
    }
    let padded = format!("{whole:0>width$}", width = shift + 1);
    let (whole, minor) = if shift > 0 { padded.split_at(padded.len() - shift) } else { (whole, fraction) };
    let mut number = sign.to_owned();
    for (place, digit) in whole.char_indices() {
        if place > 0 && (whole.len() - place) % 3 == 0 && whole.len() >= GROUPED_FROM {
            number.push_str(&reader.text("group-separator"));
        }
        number.push(digit);
    }
    if !minor.is_empty() {
        let _ = write!(number, "{}{minor}", reader.text("decimal-separator"));
    }
    Some(number)
}

/// A point in time by RFC 3339.
fn instant(text: &str) -> Option<OffsetDateTime> {
    OffsetDateTime::parse(text, &Rfc3339).ok()
}

/// What is written alike in all languages.
fn international(text: &str) -> Markup {
    html! { bdi dir="ltr" { (text) } }
}

/// A time of day with 24 hours, as the other times of the page, and how far it is from UTC.
fn time_of_day(text: &str) -> Option<String> {
    let at = instant(&format!("2000-01-01T{text}"))?;
    let (hour, minute, second) = at.time().as_hms();
    let seconds = if second == 0 { String::new() } else { format!(":{second:02}") };
    let zone = match at.offset().as_hms() {
        (0, 0, _) => String::new(),
        (hours, minutes, _) => format!("{hours:+03}:{:02}", minutes.abs()).replace('-', "\u{2212}"),
    };
    Some(format!("{hour:02}:{minute:02}{seconds} UTC{zone}"))
}

/// A duration of days, hours, minutes and seconds, in the symbols of the SI. `None` if it is one of months or years,
/// whose lengths differ.
fn duration(text: &str) -> Option<String> {
    let (days, times) = text.strip_prefix('P')?.split_once('T').unwrap_or((text.strip_prefix('P')?, ""));
    let mut parts = Vec::new();
    for (rest, units) in [(days, &[('D', "d")][..]), (times, &[('H', "h"), ('M', "min"), ('S', "s")])] {
        let mut rest = rest;
        for (letter, symbol) in units {
            if let Some((count, others)) = rest.split_once(*letter) {
                let is_count =
                    !count.is_empty() && count.len() <= 6 && count.bytes().all(|digit| digit.is_ascii_digit());
                parts.push(is_count.then(|| format!("{count}\u{a0}{symbol}"))?);
                rest = others;
            }
        }
        if !rest.is_empty() {
            return None;
        }
    }
    (!parts.is_empty()).then(|| parts.join(" "))
}

/// A link that says where it leads. Only pages are linked to, and nothing of this page is told there.
fn link(text: &str) -> Option<Markup> {
    let url = PageUrl::parse(text).ok()?.as_str();
    Some(html! { a href=(url) rel="noopener noreferrer nofollow" { (escape::text(url)) } })
}

#[cfg(test)]
mod tests {
    use scan::Pages;
    use service::gateway::Request;

    use super::*;

    fn shown(language: &str, form: &Form, json: &str) -> Option<String> {
        let pages = Pages::default();
        let accept_language = Some(language.to_owned());
        let reader = pages.reader(&Request { accept_language, ..Request::default() }, None);
        let currency = ("currency".into(), JsonValue::from_valid("\"JPY\""));
        written(&reader, form, JsonValue::from_valid(json), &[currency]).map(Markup::into_string)
    }

    #[test]
    fn numbers_have_the_separators_of_the_language_and_all_their_digits() {
        let number = |language: &str, json: &str| {
            let shown = shown(language, &Form::Number, json)?;
            Some(shown.replace("<bdi dir=\"ltr\">", "").replace("</bdi>", ""))
        };
        for (language, json, expected) in [
            ("en", "1250", "1250"),
            ("en", "12345", "12,345"),
            ("de", "-1234567.50", "\u{2212}1.234.567,50"),
            ("fr", "12345", "12\u{202f}345"),
            ("en", "1180591620717411303424", "1,180,591,620,717,411,303,424"),
            ("en", "0.10", "0.10"),
        ] {
            assert_eq!(number(language, json).as_deref(), Some(expected));
        }
        for other in ["1e400", "-1E3", "true", "null", "\"1\"", "[1]"] {
            assert_eq!(number("en", other), None, "{other}");
        }
    }

    #[test]
    fn money_is_written_in_the_unit_of_its_currency() {
        let money = |language: &str, code: &str, json: &str| {
            let shown = shown(language, &Form::Money(Currency::Code(code.to_owned())), json)?;
            Some(shown.replace("<bdi>", "").replace("</bdi>", ""))
        };
        assert_eq!(money("de", "EUR", "125000").unwrap(), "1250,00\u{a0}EUR");
        assert_eq!(money("en", "EUR", "5").unwrap(), "EUR 0.05");
        assert_eq!(money("en", "EUR", "-1234567").unwrap(), "EUR \u{2212}12,345.67");
        assert_eq!(money("en", "JPY", "5000").unwrap(), "JPY 5000");
        assert_eq!(money("en", "KWD", "1250").unwrap(), "KWD 1.250");
        for (code, json) in [("XXY", "1"), ("EUR", "1.5"), ("EUR", "\"1\""), ("EUR", "1e3")] {
            assert_eq!(money("en", code, json), None, "{code} {json}");
        }
        let by_member = |member: &str| shown("en", &Form::Money(Currency::Member(member.to_owned())), "5000");
        assert_eq!(by_member("currency").unwrap(), "<bdi>JPY 5000</bdi>");
        assert_eq!(by_member("other"), None);
    }

    #[test]
    fn times_and_durations_are_written_alike_everywhere() {
        let shown = |form: &Form, text: &str| {
            let shown = shown("ar", form, &format!("{text:?}"))?;
            Some(shown.replace("<bdi dir=\"ltr\">", "").replace("</bdi>", ""))
        };
        for (text, expected) in [
            ("19:30:00Z", "19:30 UTC"),
            ("07:05:09.5+02:00", "07:05:09 UTC+02:00"),
            ("23:59:00-09:30", "23:59 UTC\u{2212}09:30"),
        ] {
            assert_eq!(shown(&Form::Time, text).as_deref(), Some(expected));
        }
        for (text, expected) in [
            ("PT2H30M", "2\u{a0}h 30\u{a0}min"),
            ("P1DT12H", "1\u{a0}d 12\u{a0}h"),
            ("PT45S", "45\u{a0}s"),
            ("P3D", "3\u{a0}d"),
        ] {
            assert_eq!(shown(&Form::Duration, text).as_deref(), Some(expected));
        }
        for other in ["", "P", "PT", "P1Y", "P1M", "P1W", "PT1H30", "PT30M1H", "PT1.5H", "P1D2H", "2H", "PT-1H", "PTH"]
        {
            assert_eq!(shown(&Form::Duration, other), None, "{other}");
        }
        for other in ["19:30", "25:00:00Z", "soon"] {
            assert_eq!(shown(&Form::Time, other), None, "{other}");
        }
    }

    #[test]
    fn dates_are_those_of_the_language_and_links_lead_to_pages_only() {
        assert!(shown("de", &Form::Date, "\"2026-11-28\"").unwrap().contains("28. November 2026"));
        assert!(shown("ja", &Form::DateTime, "\"2026-11-28T10:00:00+02:00\"").unwrap().contains("2026年11月28日"));
        for other in ["\"2026-13-01\"", "\"soon\"", "5"] {
            assert_eq!((shown("en", &Form::Date, other), shown("en", &Form::DateTime, other)), (None, None));
        }
        let link = shown("en", &Form::Link, "\"https://www.example.org/a\"").unwrap();
        assert_eq!(
            link,
            "<a href=\"https://www.example.org/a\" rel=\"noopener noreferrer nofollow\"><bdi>https://www.example.org/a</bdi></a>"
        );
        for other in ["http://a.example", "javascript:alert(1)", "https://a@b.example", "//a.example", ""] {
            assert_eq!(shown("en", &Form::Link, &format!("{other:?}")), None, "{other}");
        }
    }
}
