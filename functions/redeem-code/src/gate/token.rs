//! How enrolments and sessions are sealed: as ctexts, by keys that are derived for each of the two. So neither is ever a
//! code, no code is one of them, and the key of a session opens nothing else.

use code_store::ShortText;
use sealed_qr::{CodeName, Ctext, Keyring, Payload, RandomError, Reveal, Terms, UnixTime, Uses};
use serde::{Deserialize, Serialize, de::DeserializeOwned};
use service::{app_state::AppState, problem::Problem};

/// Something that is sealed by a key of its own.
pub(super) trait Token: Serialize + DeserializeOwned {
    /// What the key is derived for.
    const LABEL: &'static str;
}

/// What an enrolment code says: which gate the device becomes.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Enrolment {
    /// The name of the gate, if it has one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) gate: Option<String>,
    /// The name of the payload model that its codes must have, if they must have one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) model: Option<String>,
}

/// What a session says.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Session {
    /// The gate that the device is.
    #[serde(flatten)]
    pub(super) gate: Enrolment,
    /// The name of the enrolment code, whose record says whether the session stands.
    pub(super) enrolment: String,
}

impl Token for Enrolment {
    const LABEL: &'static str = "sealed-qr gate enrolment 1";
}

impl Token for Session {
    const LABEL: &'static str = "sealed-qr gate session 1";
}

impl Enrolment {
    /// The name that is kept with what the gate does.
    pub(super) fn name(&self, code: CodeName) -> String {
        self.gate.clone().unwrap_or_else(|| format!("gate {code}"))
    }

    /// An enrolment of a gate with this name.
    pub(super) fn new(gate: Option<&ShortText>, model: Option<&str>) -> Self {
        Self { gate: gate.map(|gate| gate.as_str().to_owned()), model: model.map(str::to_owned) }
    }
}

/// Seals a token that can be used once until `expires_at`.
pub(super) fn seal<T: Token>(token: &T, keyring: &Keyring, expires_at: UnixTime) -> Result<Ctext, RandomError> {
    let json = serde_json::to_vec(token).expect("texts serialize");
    let payload = Payload::parse(&json).expect("an object of texts is strict JSON");
    let uses = Some(Uses { limit: 1.try_into().expect("1 is not 0"), reveal: Reveal::Always });
    Ctext::seal(&payload, &keyring.derived(T::LABEL), Terms { expires_at: Some(expires_at), uses })
}

/// Opens a token, and says until when it is good.
pub(super) async fn open<T: Token>(state: &AppState, ctext: &Ctext) -> Result<(T, UnixTime), Problem> {
    let keyring = state.keyring.keyring_with(ctext.key_id()).await?.derived(T::LABEL);
    let opened = ctext.open(&keyring, UnixTime::now(), |_| None)?;
    let token = serde_json::from_str(opened.payload.as_json()).ok();
    // Nobody else has sealed with this key, so these are there.
    token.zip(opened.terms.expires_at).ok_or(Problem::NotEnrolled)
}
