//! The header `accept` of a request.

use service::gateway::{MediaType, Request};

const OFFERED: [&str; 4] = ["image/png", "image/svg+xml", "application/json", "text/html"];

/// The chosen type is one of those offered, and would also be chosen if it were the only one; if none is chosen, none
/// of them would be.
pub fn run(data: &[u8]) {
    let Ok(accept) = std::str::from_utf8(data) else { return };
    let request = Request { accept: Some(accept.to_owned()), ..Request::default() };
    let is_accepted = |name: &&str| preferred(&request, &[name]).is_some();
    match preferred(&request, &OFFERED) {
        Some(chosen) => assert!(OFFERED.iter().any(|name| *name == chosen && is_accepted(name))),
        None => assert!(!OFFERED.iter().any(is_accepted)),
    }
}

fn preferred(request: &Request, offered: &[&str]) -> Option<String> {
    let offered: Vec<_> = offered.iter().map(|name| MediaType::parse(name).expect("a media type")).collect();
    request.preferred(&offered).map(ToString::to_string)
}
