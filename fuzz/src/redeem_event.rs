//! Events that redeem codes, take them back, and make devices gates.

use std::{sync::LazyLock, time::Duration};

use code_store::{
    CodeStore as _, Record, Redemption, Timestamp, high_water_mark::HighWaterMark, memory::MemoryStore,
    store::StoredCode,
};
use payload_models::{DEFAULT, DEPLOYED};
use redeem_code::rules::Rules;
use scan::Pages;
use sealed_qr::{CodeName, Ctext, Keyring, Payload, Reveal, Terms, UnixTime, Uses};
use serde_json::Value;
use service::gateway::{self, Event, Matched, Request, Response};

use crate::{
    answer::checked_status,
    sample::{self, KEYRING, wait_for},
};

const PAYLOAD: &str = r#"{"id":"A-17","amount":1250}"#;
const ENROLMENT_LABEL: &str = "sealed-qr gate enrolment 1";
const SESSION_LABEL: &str = "sealed-qr gate session 1";
static PAGES: LazyLock<Pages> = LazyLock::new(Pages::default);

/// Takes the settings as a digit in the first line, and an event in each further line. In place of what cannot be made
/// up, events have the names of [`PIECES`] in braces.
///
/// Each event gets an answer that keeps all promises and is never a 5xx. Only POST and DELETE change a record, one at a
/// time, and others are told of it. Nothing that was recorded is lost, and no code is redeemed more often than it may
/// be. A receipt says what the record says, and a redemption that is repeated by its key gets the same one.
pub fn run(data: &[u8]) {
    let Some((settings, events)) = std::str::from_utf8(data).ok().and_then(|text| text.split_once('\n')) else {
        return;
    };
    let rules = rules(settings.bytes().next().unwrap_or_default());
    for line in events.lines() {
        let event = PIECES.iter().fold(line.to_owned(), |event, piece| piece.put_into(&event));
        if let Ok(Event::Http(request)) = serde_json::from_str(&event) {
            check(&rules, &request);
        }
    }
}

/// What only the service can make.
struct Piece {
    name: &'static str,
    /// What takes the place of the name in braces.
    text: String,
    /// What takes the place of the name followed by `.name`.
    code: CodeName,
    uses: usize,
}

/// Codes, a code that enrols a device, and the cookie of a device that is enrolled.
static PIECES: LazyLock<[Piece; 6]> = LazyLock::new(|| {
    let payload = parse(PAYLOAD).packed_by(DEFAULT.number(), DEFAULT.layout());
    let code = |name, uses, reveal, expires_at| Piece::seal(name, &payload, &KEYRING, terms(uses, reveal, expires_at));
    let enrolling = KEYRING.derived(ENROLMENT_LABEL);
    let once = terms(1, Reveal::Always, Some(UnixTime(u32::MAX)));
    let enrolment = |name| Piece::seal(name, &parse(r#"{"gate":"Gate 3"}"#), &enrolling, once);
    let enrolled = enrolment("gate");
    let session = parse(&format!(r#"{{"gate":"Gate 3","enrolment":"{}"}}"#, enrolled.code));
    let cookie = Piece::seal("gate", &session, &KEYRING.derived(SESSION_LABEL), once).text;
    [
        code("once", 1, Reveal::OnRedeem, None),
        code("thrice", 3, Reveal::Always, once.expires_at),
        code("plain", 0, Reveal::Always, None),
        code("expired", 1, Reveal::Always, Some(UnixTime(1))),
        enrolment("enrolment"),
        Piece { text: cookie, ..enrolled },
    ]
});

impl Piece {
    fn seal(name: &'static str, payload: &Payload, keyring: &Keyring, terms: Terms) -> Self {
        let ctext = Ctext::seal(payload, keyring, terms).expect("there are random bytes");
        let uses = terms.uses.map_or(0, |uses| uses.limit.get().into());
        Self { name, text: ctext.to_base64url(), code: ctext.name(), uses }
    }

    fn put_into(&self, event: &str) -> String {
        let named = format!("{{{}.name}}", self.name);
        event.replace(&format!("{{{}}}", self.name), &self.text).replace(&named, &self.code.to_string())
    }
}

fn parse(json: &str) -> Payload {
    Payload::parse(json.as_bytes()).expect("the payload is an object")
}

fn terms(uses: u8, reveal: Reveal, expires_at: Option<UnixTime>) -> Terms {
    Terms { expires_at, uses: uses.try_into().ok().map(|limit| Uses { limit, reveal }) }
}

/// What a deployment allows, of which the bits of `settings` are three, and its store. In it, one device is enrolled.
fn rules(settings: u8) -> Rules<MemoryStore> {
    let store = MemoryStore::default();
    let [.., gate] = &*PIECES;
    let enrolment = StoredCode { name: gate.code, uses: 1.try_into().ok(), expires_at: None, told: None };
    let key = "enrolled".parse().expect("a key");
    let redemption = Redemption { key, at: Timestamp::now(), place: None, by: None, undone: None };
    wait_for(store.add_redemption(enrolment, &redemption)).expect("the store is in reach");
    Rules {
        store,
        mark: (settings & 1 != 0).then(|| HighWaterMark::new(MemoryStore::default())),
        undo_within: if settings & 2 != 0 { Duration::ZERO } else { Duration::from_mins(5) },
        looks_up_all: settings & 4 != 0,
        tells: true,
    }
}

/// Panics unless the answer to a request and what it changes are as they should be.
fn check(rules: &Rules<MemoryStore>, request: &Request) {
    let (before, told_before) = (records(rules), rules.store.events().len());
    let response = answer(rules, request);
    let status = checked_status(request, &response);
    assert!(status < 500, "the keyring and the store are in reach");

    let after = records(rules);
    let told = rules.store.events().split_off(told_before);
    assert!(told.len() <= 1);
    let changed: Vec<_> = (0..PIECES.len()).filter(|at| before[*at] != after[*at]).collect();
    assert!(changed.len() <= 1);
    for at in 0..PIECES.len() {
        let (piece, is_changed) = (&PIECES[at], changed.contains(&at));
        assert!(after[at].used() <= piece.uses);
        assert!(has_lost_nothing(&before[at], &after[at]));
        assert!(!is_changed || ["POST", "DELETE"].contains(&&*request.method));
        let is_told = told.iter().any(|event| event.code == piece.code.to_string());
        // Of what makes devices gates, nobody is told.
        assert!(is_told == is_changed || (is_changed && request.path.contains("/api/gate/")));
    }
    if let Some(key) = response.headers().get("idempotency-key").filter(|_| status == 200) {
        check_receipt(&after, &response);
        let idempotency_key = key.to_str().ok().map(str::to_owned);
        let repeated = answer(rules, &Request { idempotency_key, ..request.clone() });
        assert_eq!((repeated.status(), repeated.body()), (response.status(), response.body()));
        assert_eq!(records(rules), after);
    }
}

/// A function that has just started answers, so that it may ask for any key.
fn answer(rules: &Rules<MemoryStore>, request: &Request) -> Response {
    let handler = async |state: &_, request: &_, matched: Matched<'_, _>| {
        redeem_code::handle(state, DEPLOYED, rules, request, matched).await
    };
    let state = sample::state();
    let base = state.public_base_url.as_ref();
    let refuse = |request: &_, problem: &_, prefix: &_| PAGES.refuse(base, request, problem, prefix);
    wait_for(gateway::answer(&state, request, handler, refuse))
}

/// What has happened to each of the pieces.
fn records(rules: &Rules<MemoryStore>) -> Vec<Record> {
    let read = |piece: &Piece| wait_for(rules.store.read(piece.code)).expect("the store is in reach");
    PIECES.iter().map(read).collect()
}

/// Whether a record goes on from where it was: redemptions are added, and undone once.
fn has_lost_nothing(before: &Record, after: &Record) -> bool {
    let goes_on = |(before, after): (&Redemption, &Redemption)| {
        *before == Redemption { undone: before.undone, ..after.clone() }
            && (before.undone.is_none() || before.undone == after.undone)
    };
    after.redemptions.len() >= before.redemptions.len()
        && after.counts >= before.counts
        && before.redemptions.iter().zip(&after.redemptions).all(goes_on)
}

/// Panics unless a receipt is about a code, and says what the record of the code says.
fn check_receipt(records: &[Record], response: &Response) {
    let receipt: Value = serde_json::from_slice(response.body()).expect("a receipt is JSON");
    let at = PIECES.iter().position(|piece| receipt["name"] == piece.code.to_string()).expect("a code that is known");
    let number = receipt["redemption"].as_u64().and_then(|number| usize::try_from(number).ok()).expect("a number");
    let record = &records[at];
    assert!(record.redemptions[number - 1].undone.is_none());
    assert_eq!((&receipt["use"], &receipt["of"]), (&record.use_at(number - 1).into(), &PIECES[at].uses.into()));
    assert_eq!(receipt["payload"], serde_json::from_str::<Value>(PAYLOAD).expect("the payload is JSON"));
}
