//! The page after a scan: what all its forms have in common, and the form that tells of a problem. It is complete in one
//! answer and readable without its script, which only adds local time and a button to copy.

use std::sync::LazyLock;

use maud::{DOCTYPE, Markup, PreEscaped, html};
use sealed_qr::{OpenError, UnixTime};
use service::{
    gateway::{self, PagePolicy, Request, Response},
    problem::Problem,
};
use time::{OffsetDateTime, UtcOffset};

const STYLE: &str = include_str!("page.css");
const SCRIPT: &str = include_str!("page.js");

/// What the pages may load and run.
pub static POLICY: LazyLock<PagePolicy> = LazyLock::new(|| PagePolicy::new(STYLE, SCRIPT, ""));

/// The same for pages that can redeem the code.
pub static POLICY_WITH_FORM: LazyLock<PagePolicy> = LazyLock::new(|| PagePolicy::with_forms(STYLE, SCRIPT, ""));

/// Answers a request with the problem that it met: people get a page. `prefix` is what the deployment has put before the
/// paths of endpoints.
#[must_use]
pub fn refuse(request: &Request, problem: &Problem, prefix: &str) -> Response {
    gateway::negotiated(if request.prefers_page() {
        gateway::problem_page(problem, self::problem(problem), &POLICY)
    } else {
        gateway::problem(request, problem, prefix)
    })
}

/// The page about a problem, for people with a code.
#[must_use]
pub fn problem(problem: &Problem) -> String {
    let (title, text) = match problem {
        Problem::Unopened(OpenError::Invalid(_)) | Problem::InvalidQuery(_) => (
            "This code cannot be opened",
            html! {
                p { "The link is damaged, incomplete or not from this service. Do not treat it as genuine." }
                ul {
                    li { "Scan the code again: keep it flat, well lit and fully in view." }
                    li { "If you followed a link, make sure it is complete." }
                    li { "Ask whoever gave it to you for a new one." }
                }
            },
        ),
        Problem::Unopened(OpenError::Expired(at)) => (
            "This code has expired",
            html! {
                p { "It is genuine, but it expired on " (instant(utc(*at))) "." }
                ul { li { "Ask whoever gave it to you for a new one." } }
            },
        ),
        Problem::NotYetValid(from) => {
            ("This code is not valid yet", html! { p { "It is genuine, and valid from " (instant(*from)) " on." } })
        }
        Problem::AlreadyRedeemed { last, .. } => (
            "This code has been used",
            html! {
                p { "It is genuine, but has been redeemed as often as it may be. Do not accept it again." }
                @if let Some(last) = last {
                    p.note {
                        "Last redeemed " (instant(last.at))
                        @if let Some(place) = &last.place { ", " bdi { (place) } } "."
                    }
                }
            },
        ),
        Problem::Revoked { at, .. } => (
            "This code has been taken back",
            html! {
                p { "It is genuine, but whoever made it took it back on " (instant(*at)) ". Do not accept it." }
                ul { li { "Ask whoever gave it to you for a new one." } }
            },
        ),
        Problem::StoreOutOfReach { key: Some(_) } => (
            "Nobody knows whether this code was redeemed",
            html! {
                p { "The service cannot reach its records at the moment. Go back and press the button again: it does not count twice." }
            },
        ),
        Problem::KeyringUnavailable(_) | Problem::StoreOutOfReach { key: None } => (
            "This code cannot be checked right now",
            html! {
                p { "The service cannot reach its keys or its records at the moment. The code may well be genuine, so keep it." }
                // The empty reference is the address of this page.
                p.actions { a.button href="" { "Try again" } }
            },
        ),
        other => (other.problem_type().title(), html! { p { (other) } }),
    };
    let problem_type = problem.problem_type();
    let reference = html! { "Reference: " (problem_type.slug()) ", " (problem_type.status()) };
    document(Tone::Bad, title, &text, &reference)
}

/// Whether the news are good.
#[derive(Clone, Copy, Debug)]
pub enum Tone {
    /// They are.
    Good,
    /// They are not.
    Bad,
}

impl Tone {
    fn name(self) -> &'static str {
        match self {
            Self::Good => "good",
            Self::Bad => "bad",
        }
    }

    /// The strokes of a picture of 24 by 24 units: a tick or an exclamation mark.
    fn strokes(self) -> &'static str {
        match self {
            Self::Good => "M6.5 12.5l3.5 3.5 7.5-8",
            Self::Bad => "M12 6.5v7M12 17v.5",
        }
    }
}

/// A page with a title, its content, and what is said at its foot.
#[must_use]
pub fn document(tone: Tone, title: &str, content: &Markup, foot: &Markup) -> String {
    html! {
        (DOCTYPE)
        html lang="en" {
            head {
                meta charset="utf-8";
                meta name="viewport" content="width=device-width, initial-scale=1";
                meta name="color-scheme" content="light dark";
                title { (title) " – Sealed QR" }
                style { (PreEscaped(STYLE)) }
            }
            body {
                header { "Sealed QR" }
                main class=(tone.name()) {
                    article {
                        svg viewBox="0 0 24 24" aria-hidden="true" {
                            circle cx="12" cy="12" r="12" {}
                            path d=(tone.strokes()) {}
                        }
                        h1 { (title) }
                        (content)
                    }
                }
                footer { (foot) }
                script { (PreEscaped(SCRIPT)) }
            }
        }
    }
    .into_string()
}

/// A point in time of the format.
#[must_use]
pub fn utc(UnixTime(seconds): UnixTime) -> OffsetDateTime {
    OffsetDateTime::from_unix_timestamp(seconds.into()).expect("32 bits of seconds are within the calendar")
}

/// A point in time, in UTC. The script turns it into the reader's time zone.
#[must_use]
pub fn instant(at: OffsetDateTime) -> Markup {
    let at = at.to_offset(UtcOffset::UTC);
    let (year, month, day, hour, minute) = (at.year(), at.month(), at.day(), at.hour(), at.minute());
    html! {
        time datetime=(format!("{year}-{:02}-{day:02}T{hour:02}:{minute:02}:{:02}Z", u8::from(month), at.second())) {
            (format!("{day} {month} {year}, {hour:02}:{minute:02} UTC"))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_are_read_by_people_and_by_programs() {
        for (seconds, expected) in [
            (0, r#"<time datetime="1970-01-01T00:00:00Z">1 January 1970, 00:00 UTC</time>"#),
            (1_709_210_096, r#"<time datetime="2024-02-29T12:34:56Z">29 February 2024, 12:34 UTC</time>"#),
            (u32::MAX, r#"<time datetime="2106-02-07T06:28:15Z">7 February 2106, 06:28 UTC</time>"#),
        ] {
            assert_eq!(instant(utc(UnixTime(seconds))).into_string(), expected);
        }
    }

    #[test]
    fn style_and_script_do_not_end_their_elements() {
        for text in [STYLE, SCRIPT] {
            assert!(!text.contains("</") && !text.contains("<!--"));
        }
    }
}
