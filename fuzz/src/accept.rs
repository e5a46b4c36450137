//! The header `accept` of a request.

use mediatype::MediaType;
use sealed_qr::http::Request;

const OFFERED: [&str; 4] = ["image/png", "image/svg+xml", "application/json", "text/html"];

/// The type that is chosen is one of those offered, and would be taken if it were the only one; if none is chosen, none
/// of them would be.
pub fn run(data: &[u8]) {
    let Ok(accept) = std::str::from_utf8(data) else { return };
    let request = Request { accept: Some(accept.to_owned()), ..Request::default() };
    let taken_alone = |name: &&str| preferred(&request, &[name]).is_some();
    match preferred(&request, &OFFERED) {
        Some(chosen) => assert!(OFFERED.iter().any(|name| *name == chosen && taken_alone(name))),
        None => assert!(!OFFERED.iter().any(taken_alone)),
    }
}

fn preferred(request: &Request, offered: &[&str]) -> Option<String> {
    let offered: Vec<_> = offered.iter().map(|name| MediaType::parse(name).expect("it is a media type")).collect();
    request.preferred(&offered).map(ToString::to_string)
}
