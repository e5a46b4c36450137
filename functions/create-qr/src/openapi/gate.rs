//! The description of the gate, which another function serves: its page, enrolment, and what the page sends.

use payload_models::DEPLOYED;
use serde_json::{Value, json};
use service::problem_type::ProblemType;

use super::{
    CODE_NAME_PATTERN, create_security,
    redeem::{REDEEM_PROBLEMS, UNDO_PROBLEMS, idempotency_key, responses, short_text},
};

/// The problems that making an enrolment code can meet.
const ENROL_PROBLEMS: [ProblemType; 9] = [
    ProblemType::MalformedJson,
    ProblemType::InvalidQuery,
    ProblemType::CrossOrigin,
    ProblemType::NotAcceptable,
    ProblemType::BodyTooLarge,
    ProblemType::UnsupportedMediaType,
    ProblemType::PayloadModelViolated,
    ProblemType::BaseUrlUnknown,
    ProblemType::TemporarilyUnavailable,
];
/// The problems that making a device a gate can meet.
const BEGIN_PROBLEMS: [ProblemType; 12] = [
    ProblemType::MalformedJson,
    ProblemType::InvalidCtext,
    ProblemType::InvalidIdempotencyKey,
    ProblemType::CrossOrigin,
    ProblemType::AlreadyRedeemed,
    ProblemType::Expired,
    ProblemType::Revoked,
    ProblemType::BodyTooLarge,
    ProblemType::UnsupportedMediaType,
    ProblemType::PayloadModelViolated,
    ProblemType::IdempotencyKeyReused,
    ProblemType::TemporarilyUnavailable,
];
/// What every request with a body and a session can meet besides what it is about.
const SESSION_PROBLEMS: [ProblemType; 6] = [
    ProblemType::MalformedJson,
    ProblemType::CrossOrigin,
    ProblemType::NotEnrolled,
    ProblemType::BodyTooLarge,
    ProblemType::UnsupportedMediaType,
    ProblemType::PayloadModelViolated,
];

/// The paths of the gate.
pub(super) fn paths() -> Value {
    json!({
        "/api/gate": {"get": {
            "operationId": "showGate",
            "summary": "The gate: a page for staff at a door",
            "tags": ["Gate"],
            "responses": file("The page.", "text/html"),
        }},
        "/api/gate/decoder.js": {"get": {
            "operationId": "loadGateDecoder",
            "summary": "What reads codes on that page, where the browser cannot",
            "tags": ["Gate"],
            "responses": file("The script.", "text/javascript"),
        }},
        "/api/gate/enrolments": {"post": enrol(), "delete": revoke_enrolment()},
        "/api/gate/session": {"get": show_session(), "post": begin_session(), "delete": end_session()},
        "/api/gate/redeem": {"post": at_gate(
            "redeemAtGate",
            "Redeem a code at a gate",
            &json!({
                "ctext": ctext(),
                "place": short_text("Where the code is redeemed."),
                "expect": {"description": "The payload model that the code must have.", "enum": DEPLOYED.names()},
            }),
            &["ctext"],
            &[idempotency_key()],
            &REDEEM_PROBLEMS,
        )},
        "/api/gate/undo": {"post": at_gate(
            "undoAtGate",
            "Undo a redemption that was made at this gate",
            &json!({
                "ctext": ctext(),
                "redemption": {"description": "The number of the redemption.", "type": "integer", "minimum": 1},
            }),
            &["ctext", "redemption"],
            &[],
            &UNDO_PROBLEMS,
        )},
    })
}

fn file(description: &str, media_type: &str) -> Value {
    json!({"200": {"description": description, "content": {media_type: {"schema": {"type": "string"}}}}})
}

fn ctext() -> Value {
    json!({"description": "The link of the code, or its ctext.", "type": "string"})
}

fn enrol() -> Value {
    let mut answers = responses("Enrolment", "The enrolment code.", &ENROL_PROBLEMS);
    for picture in ["image/png", "image/svg+xml"] {
        answers["200"]["content"][picture] = json!({"schema": {"type": "string"}});
    }
    json!({
        "operationId": "enrolGate",
        "summary": "Make a code that enrols one device as a gate",
        "description": "The code is good once, and for ten minutes. It is not a code of a payload.",
        "tags": ["Gate"],
        "security": create_security(),
        "parameters": [{
            "name": "format",
            "in": "query",
            "description": "The format of the answer. If absent, the Accept header decides.",
            "schema": {"type": "string", "enum": ["png", "svg", "json"]},
        }],
        "requestBody": {"content": {"application/json": {"schema": {
            "type": "object",
            "properties": {
                "gate": short_text("The name of the gate, which is kept with each redemption."),
                "model": {"description": "The payload model of the codes that it admits.", "enum": DEPLOYED.names()},
            },
            "additionalProperties": false,
        }}}},
        "responses": answers,
    })
}

fn revoke_enrolment() -> Value {
    let problems = [ProblemType::InvalidQuery, ProblemType::CrossOrigin, ProblemType::TemporarilyUnavailable];
    json!({
        "operationId": "revokeGate",
        "summary": "Take an enrolment code back, and the session that it has led to",
        "tags": ["Gate"],
        "security": create_security(),
        "parameters": [{
            "name": "name",
            "in": "query",
            "required": true,
            "description": "The name of the enrolment code.",
            "schema": {"type": "string", "pattern": CODE_NAME_PATTERN},
        }],
        "responses": without_content("It is taken back.", &problems),
    })
}

fn show_session() -> Value {
    json!({
        "operationId": "showGateSession",
        "summary": "Which gate the device is",
        "tags": ["Gate"],
        "security": [{"gate": []}],
        "responses": responses(
            "Gate",
            "The gate.",
            &[ProblemType::NotEnrolled, ProblemType::TemporarilyUnavailable],
        ),
    })
}

fn begin_session() -> Value {
    json!({
        "operationId": "beginGateSession",
        "summary": "Make the device a gate, by an enrolment code",
        "description": "Only the page of the service may send this. The answer sets the cookie of the session.",
        "tags": ["Gate"],
        "parameters": [idempotency_key()],
        "requestBody": body(&json!({"ctext": {
            "description": "What the link of the enrolment code has in its fragment.", "type": "string",
        }}), &["ctext"]),
        "responses": responses("Gate", "The gate.", &BEGIN_PROBLEMS),
    })
}

fn end_session() -> Value {
    let problems = [ProblemType::CrossOrigin, ProblemType::TemporarilyUnavailable];
    json!({
        "operationId": "endGateSession",
        "summary": "Make the device a gate no longer",
        "tags": ["Gate"],
        "responses": without_content("The device is not a gate.", &problems),
    })
}

fn at_gate(
    id: &str,
    summary: &str,
    members: &Value,
    required: &[&str],
    headers: &[Value],
    problems: &[ProblemType],
) -> Value {
    let mut problems: Vec<_> = problems.to_vec();
    problems.extend(SESSION_PROBLEMS.into_iter().filter(|problem| !problems.contains(problem)).collect::<Vec<_>>());
    problems.retain(|problem| *problem != ProblemType::InvalidQuery);
    json!({
        "operationId": id,
        "summary": summary,
        "description": "Only the page of the service may send this.",
        "tags": ["Gate"],
        "security": [{"gate": []}],
        "parameters": headers,
        "requestBody": body(members, required),
        "responses": responses("Redemption", "The redemption.", &problems),
    })
}

fn body(members: &Value, required: &[&str]) -> Value {
    let schema = json!({"type": "object", "properties": members, "required": required, "additionalProperties": false});
    json!({"required": true, "content": {"application/json": {"schema": schema}}})
}

fn without_content(description: &str, problems: &[ProblemType]) -> Value {
    let mut answers = responses("Gate", "", problems);
    if let Value::Object(answers) = &mut answers {
        answers.remove("200");
    }
    answers["204"] = json!({"description": description});
    answers
}

/// The schemas of the answers, by name.
pub(super) fn schemas() -> [(&'static str, Value); 2] {
    let name = json!({"type": "string", "pattern": CODE_NAME_PATTERN});
    let model = json!({"type": ["string", "null"]});
    let expires_at = json!({"description": "In Unix seconds.", "type": "integer"});
    let enrolment = json!({
        "type": "object",
        "properties": {
            "url": {"type": "string", "format": "uri"},
            "name": name,
            "gate": {"type": ["string", "null"]},
            "model": model,
            "expires_at": expires_at,
            "image": {"description": "The code, a PNG file as a data URI.", "type": "string"},
        },
        "required": ["url", "name", "gate", "model", "expires_at", "image"],
        "additionalProperties": false,
    });
    let gate = json!({
        "type": "object",
        "properties": {
            "gate": {"type": "string"},
            "name": name,
            "model": model,
            "models": {"type": "array", "items": {"type": "string"}},
            "expires_at": expires_at,
        },
        "required": ["gate", "name", "model", "models", "expires_at"],
        "additionalProperties": false,
    });
    [("Enrolment", enrolment), ("Gate", gate)]
}
