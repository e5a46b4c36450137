//! Events that ask for what a ctext holds.

use sealed_qr::http::Event;

use crate::{
    answer::{checked, media_type},
    reference,
    sample::{DEPLOYMENT, wait_for},
};

/// Any event that is read gets an answer that keeps all promises, and a payload only if the second implementation says
/// that a ctext in the request was sealed.
pub fn run(data: &[u8]) {
    let Ok(Event::Http(request)) = serde_json::from_slice(data) else { return };
    let (status, response) = checked(wait_for(decrypt_ctext::handle(&DEPLOYMENT, &request)));
    let last = request.path.rsplit('/').next().unwrap_or_default();
    let values = form_urlencoded::parse(request.query.as_bytes()).map(|(_, value)| value.into_owned());
    let payloads: Vec<_> = values.chain([last.to_owned()]).filter_map(|text| reference::open_text(&text)).collect();
    match status {
        200 => assert!(payloads.iter().any(|(payload, _)| {
            media_type(&response) != "application/json" || response.body().as_ref() == payload.as_slice()
        })),
        410 => assert!(payloads.iter().any(|(_, expires_at)| expires_at.is_some())),
        _ => (),
    }
}
