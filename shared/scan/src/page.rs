//! The page after a scan: what all its forms have in common, and the form that tells of a problem. It is complete in one
//! answer and readable without its script, which only adds local time and a button to copy.

use brand::Brand;
use maud::{DOCTYPE, Markup, PreEscaped, html};
use sealed_qr::OpenError;
use service::{
    gateway::{self, Response},
    problem::Problem,
};

use crate::{pages::Pages, reader::Reader};

/// The page about a problem, for people with a code.
#[must_use]
pub fn problem(reader: &Reader<'_>, problem: &Problem) -> Response {
    let text = |id: &str| reader.text(id);
    let (title, content) = match problem {
        Problem::Unopened(OpenError::Invalid(_)) | Problem::InvalidQuery(_) => (
            "damaged-title",
            html! {
                p { (text("damaged-lead")) }
                ul {
                    li { (text("damaged-scan")) }
                    li { (text("damaged-link")) }
                    li { (text("ask")) }
                }
            },
        ),
        Problem::Unopened(OpenError::Expired(at)) => (
            "expired-title",
            html! {
                p { (reader.sentence("expired-lead", &[], &[("time", reader.unix_time(*at))])) }
                ul { li { (text("ask")) } }
            },
        ),
        Problem::NotYetValid(from) => (
            "not-yet-title",
            html! { p { (reader.sentence("not-yet-lead", &[], &[("time", reader.instant(*from))])) } },
        ),
        Problem::AlreadyRedeemed { last, .. } => (
            "used-title",
            html! {
                p { (text("used-do-not-accept")) }
                @if let Some(last) = last {
                    p.note {
                        @let time = ("time", reader.instant(last.at));
                        @match &last.place {
                            Some(place) => {
                                (reader.sentence("last-redeemed-at", &[], &[time, ("place", html! { bdi { (place) } })]))
                            }
                            None => (reader.sentence("last-redeemed", &[], &[time])),
                        }
                    }
                }
            },
        ),
        Problem::Revoked { at, .. } => (
            "revoked-title",
            html! {
                p { (reader.sentence("revoked-lead", &[], &[("time", reader.instant(*at))])) }
                ul { li { (text("ask")) } }
            },
        ),
        Problem::StoreOutOfReach { key: Some(_) } => {
            ("redemption-unknown-title", html! { p { (text("redemption-unknown-lead")) } })
        }
        Problem::KeyringUnavailable(_) | Problem::StoreOutOfReach { key: None } => (
            "unavailable-title",
            html! {
                p { (text("unavailable-lead")) }
                // The empty reference is the address of this page.
                p.actions { a.button href="" { (text("try-again")) } }
            },
        ),
        // What programs and those who write them can meet, in their language.
        other => ("other-title", html! { p lang="en" dir="ltr" { (other) } }),
    };
    let problem_type = problem.problem_type();
    let reference = format!("{}, {}", problem_type.slug(), problem_type.status());
    let foot = reader.sentence("reference", &[], &[("reference", html! { bdi { (reference) } })]);
    gateway::as_problem(problem, document(reader, Tone::Bad, &text(title), &content, &foot, false))
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

/// A page with a title, its content, and what is said at its foot. A page that `has_form` may send it.
#[must_use]
pub fn document(
    reader: &Reader<'_>,
    tone: Tone,
    title: &str,
    content: &Markup,
    foot: &Markup,
    has_form: bool,
) -> Response {
    let Reader { language, pages, .. } = reader;
    let direction = if language.is_right_to_left { "rtl" } else { "ltr" };
    let html = html! {
        (DOCTYPE)
        html lang=(language.tag) dir=(direction) {
            head {
                meta charset="utf-8";
                meta name="viewport" content="width=device-width, initial-scale=1";
                meta name="color-scheme" content="light dark";
                title { (title) " – " (reader.service()) }
                style { (PreEscaped(pages.style())) }
            }
            body {
                header {
                    @if let Some(logo) = Brand::logo() { img src=(logo) alt=""; }
                    bdi { (reader.service()) }
                }
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
                footer {
                    p { (foot) }
                    (whose(reader))
                }
                script { (PreEscaped(Pages::script())) }
            }
        }
    };
    let response = gateway::page(html.into_string(), pages.policy(has_form));
    gateway::in_language(response, language.tag, pages.varies_by_language())
}

/// What says whose service it is. The address says it better than any name or logo, which anybody can copy.
fn whose(reader: &Reader<'_>) -> Markup {
    let brand = &reader.pages.brand;
    let links = [("help", &brand.help), ("privacy", &brand.privacy)];
    html! {
        @if let Some(address) = reader.address() {
            p { (reader.sentence("address", &[], &[("address", html! { bdi dir="ltr" { (address) } })])) }
        }
        @if let Some(line) = &brand.footer { p { bdi { (line) } } }
        @if links.iter().any(|(_, url)| url.is_some()) {
            p.links {
                @for (id, url) in links {
                    @if let Some(url) = url { a href=(url) rel="noopener noreferrer" { (reader.text(id)) } " " }
                }
            }
        }
    }
}
