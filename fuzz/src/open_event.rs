//! Events that ask for the payload of a ctext.

use std::sync::LazyLock;

use code_store::memory::MemoryStore;
use decrypt_ctext::deployment::Deployment;
use payload_models::DEPLOYED;
use percent_encoding::percent_decode_str;
use sealed_qr::Ctext;
use service::{
    gateway::{self, Event, Refuse, Request},
    problem::Problem,
    problem_type::ProblemType,
};

use crate::{
    answer::{checked_status, media_type},
    reference,
    sample::{KEYRING, STATE, wait_for},
};

static DEPLOYMENT: LazyLock<Deployment<MemoryStore>> = LazyLock::new(|| Deployment::that_opens(DEPLOYED));

/// Any event that is read gets an answer that keeps all promises, and a payload only if the second implementation says
/// that a ctext in the request was sealed.
pub fn run(data: &[u8]) {
    let Ok(Event::Http(request)) = serde_json::from_slice(data) else { return };
    let last = request.path.trim_end_matches('/').rsplit('/').next().unwrap_or_default();
    let last = percent_decode_str(last).decode_utf8_lossy();
    let values = form_urlencoded::parse(request.query.as_bytes()).map(|(_, value)| value);
    let texts: Vec<_> = values.chain([last.clone()]).map(|text| clean(&text)).collect();
    let sealed: Vec<_> = texts.iter().filter_map(|text| reference::open_text(text)).collect();
    let may_be_new = |text: &String| Ctext::parse(text).is_ok_and(|ctext| ctext.key_id() > KEYRING.newest().0);
    // A problem is a page for browsers and JSON for programs; both must keep the promises.
    let page =
        |request: &Request, problem: &Problem, prefix: &str| DEPLOYMENT.pages.refuse(None, request, problem, prefix);
    let refusals: [&dyn Refuse; 2] = [&page, &gateway::problem];
    for refuse in refusals {
        let handler = async |state: &_, request: &_, matched: gateway::Matched<'_, _>| {
            decrypt_ctext::handle(state, &DEPLOYMENT, request, matched).await
        };
        let response = wait_for(gateway::answer(&STATE, &request, handler, refuse));
        match (checked_status(&request, &response), media_type(&response)) {
            (200, "text/plain") => assert!(ProblemType::from_slug(&last).is_some(), "only a problem type is explained"),
            (200, "application/json") if request.method != "HEAD" => {
                assert!(sealed.iter().any(|sealed| response.body().as_ref() == sealed.payload.as_slice()));
            }
            (200, _) => assert!(!sealed.is_empty()),
            (410, _) => assert!(sealed.iter().any(|sealed| sealed.expires_at.is_some())),
            (500.., _) => {
                assert!(texts.iter().any(may_be_new), "the key of any other ctext is known or does not exist");
            }
            _ => (),
        }
    }
}

/// The text without what a link picks up on its way: white space, characters beyond ASCII, and punctuation around it.
fn clean(text: &str) -> String {
    let text: String = text.chars().filter(|character| character.is_ascii() && !character.is_whitespace()).collect();
    let is_in_ctexts = |character: char| character.is_ascii_alphanumeric() || "-_".contains(character);
    text.trim_matches(|character| !is_in_ctexts(character)).to_owned()
}
