//! The description of redeeming codes and taking them back, which another function does.

use sealed_qr::link::{COMPACT_PATH_PREFIX, CTEXT_PARAMETER, FULL_PATH};
use serde_json::{Value, json};
use service::problem_type::ProblemType;

use super::{
    CODE_NAME_PATTERN, TOO_MANY, create_security, ctext_parameter, expect_parameter, gateway, problem_responses,
    reference,
};

/// The problems that redeeming a code can meet.
pub(super) const REDEEM_PROBLEMS: [ProblemType; 15] = [
    ProblemType::MalformedJson,
    ProblemType::InvalidQuery,
    ProblemType::InvalidCtext,
    ProblemType::InvalidIdempotencyKey,
    ProblemType::CrossOrigin,
    ProblemType::OtherModel,
    ProblemType::NotYetValid,
    ProblemType::AlreadyRedeemed,
    ProblemType::NotCounted,
    ProblemType::RedemptionUndone,
    ProblemType::Expired,
    ProblemType::Revoked,
    ProblemType::PayloadModelViolated,
    ProblemType::IdempotencyKeyReused,
    ProblemType::TemporarilyUnavailable,
];
/// The problems that undoing a redemption can meet.
pub(super) const UNDO_PROBLEMS: [ProblemType; 9] = [
    ProblemType::InvalidQuery,
    ProblemType::InvalidCtext,
    ProblemType::CrossOrigin,
    ProblemType::OtherModel,
    ProblemType::NotYetValid,
    ProblemType::NotCounted,
    ProblemType::NotUndone,
    ProblemType::Expired,
    ProblemType::TemporarilyUnavailable,
];
/// The problems that taking a code back can meet.
const REVOKE_PROBLEMS: [ProblemType; 7] = [
    ProblemType::MalformedJson,
    ProblemType::InvalidCtext,
    ProblemType::RevocationOff,
    ProblemType::Expired,
    ProblemType::UnsupportedMediaType,
    ProblemType::PayloadModelViolated,
    ProblemType::TemporarilyUnavailable,
];
/// The problems that making a code good again can meet.
const RESTORE_PROBLEMS: [ProblemType; 5] = [
    ProblemType::InvalidQuery,
    ProblemType::InvalidCtext,
    ProblemType::RevocationOff,
    ProblemType::Expired,
    ProblemType::TemporarilyUnavailable,
];

/// The methods that redeem a code at its link and undo that, by path.
pub(super) fn methods_of_links() -> [(String, Value); 2] {
    let compact = format!("{COMPACT_PATH_PREFIX}{{{CTEXT_PARAMETER}}}");
    [
        (FULL_PATH.to_owned(), methods_of_link("Code", &ctext_parameter(CTEXT_PARAMETER, "query"))),
        (compact, methods_of_link("CompactLink", &ctext_parameter(CTEXT_PARAMETER, "path"))),
    ]
}

fn methods_of_link(name: &str, ctext: &Value) -> Value {
    let key = idempotency_key();
    let redemption = json!({
        "name": "redemption",
        "in": "query",
        "required": true,
        "description": "The number of the redemption, from its answer.",
        "schema": {"type": "integer", "minimum": 1},
    });
    json!({
        "post": {
            "operationId": format!("redeem{name}"),
            "summary": "Redeem a code that counts",
            "description": "Only where the deployment offers codes that count.",
            "tags": ["Redeem"],
            "security": create_security(),
            "parameters": [ctext, expect_parameter(), key],
            "requestBody": {"content": {"application/json": {"schema": place()}}},
            "responses": responses("Redemption", "The redemption.", &REDEEM_PROBLEMS),
        },
        "delete": {
            "operationId": format!("undo{name}"),
            "summary": "Undo a redemption",
            "tags": ["Redeem"],
            "security": create_security(),
            "parameters": [ctext, expect_parameter(), redemption],
            "responses": responses("Redemption", "The redemption, which is undone.", &UNDO_PROBLEMS),
        },
    })
}

/// The header by which a redemption is repeated.
pub(super) fn idempotency_key() -> Value {
    json!({
        "name": "Idempotency-Key",
        "in": "header",
        "description": "What tells this request from others. Send the same key only to repeat it.",
        "schema": {"type": "string", "pattern": "^[!#-\\[\\]-~]{1,255}$"},
    })
}

/// The path at which codes are taken back.
pub(super) fn revoke_path() -> Value {
    let name = json!({
        "name": "name",
        "in": "query",
        "description": "The name of the code. Send this, or ctext.",
        "schema": {"type": "string", "pattern": CODE_NAME_PATTERN},
    });
    let mut ctext = ctext_parameter(CTEXT_PARAMETER, "query");
    ctext["required"] = false.into();
    json!({"/api/qrcode/revoke": {
        "post": {
            "operationId": "revokeCode",
            "summary": "Take a code back",
            "description": "From then on, it is answered with 410. Codes that do not count can be taken back only where \
                            the deployment looks them up.",
            "tags": ["Redeem"],
            "security": create_security(),
            "requestBody": {"required": true, "content": {"application/json": {"schema": revoke_body()}}},
            "responses": responses("Revocation", "Since when the code is taken back.", &REVOKE_PROBLEMS),
        },
        "delete": {
            "operationId": "restoreCode",
            "summary": "Make a code good again",
            "tags": ["Redeem"],
            "security": create_security(),
            "parameters": [name, ctext],
            "responses": responses("Revocation", "The code is good.", &RESTORE_PROBLEMS),
        },
    }})
}

pub(super) fn responses(schema: &str, description: &str, problems: &[ProblemType]) -> Value {
    let mut responses = problem_responses(problems);
    responses["200"] = json!({
        "description": description,
        "content": {"application/json": {"schema": reference(schema)}},
    });
    responses["401"] = gateway("the deployment requires a token, and the request carries no valid one");
    responses["404"] = gateway("the deployment does not offer this");
    responses["429"] = gateway(TOO_MANY);
    responses
}

pub(super) fn short_text(description: &str) -> Value {
    json!({
        "description": description,
        "type": "string",
        "minLength": 1,
        "maxLength": 100,
        "pattern": "^[^\\u0000-\\u001f\\u007f-\\u009f]*$",
    })
}

fn place() -> Value {
    json!({
        "type": "object",
        "properties": {"place": short_text("Where the code is redeemed.")},
        "additionalProperties": false,
    })
}

fn revoke_body() -> Value {
    json!({
        "type": "object",
        "properties": {
            "name": {"description": "The name of the code.", "type": "string", "pattern": CODE_NAME_PATTERN},
            "ctext": {"description": "In place of the name: the link of the code, or its ctext.", "type": "string"},
            "reason": short_text("Why."),
        },
        "oneOf": [{"required": ["name"]}, {"required": ["ctext"]}],
        "additionalProperties": false,
    })
}

/// The schemas of the answers, by name.
pub(super) fn schemas() -> [(&'static str, Value); 2] {
    let name = json!({"type": "string", "pattern": CODE_NAME_PATTERN});
    let instant = json!({"type": "string", "format": "date-time"});
    let redemption = json!({
        "type": "object",
        "properties": {
            "name": name,
            "payload": {"type": "object"},
            "use": {"description": "Which use of the code this is.", "type": "integer", "minimum": 1, "maximum": 255},
            "of": {"description": "How many uses the code has.", "type": "integer", "minimum": 1, "maximum": 255},
            "redemption": {"description": "By which it can be undone.", "type": "integer", "minimum": 1},
            "redeemed_at": instant,
            "place": {"type": "string"},
            "undone_at": instant,
        },
        "required": ["name", "payload", "use", "of", "redemption", "redeemed_at"],
        "additionalProperties": false,
    });
    let revocation = json!({
        "type": "object",
        "properties": {
            "name": name,
            "revoked_at": {"type": ["string", "null"], "format": "date-time"},
            "reason": {"type": "string"},
        },
        "required": ["name", "revoked_at"],
        "additionalProperties": false,
    });
    [("Redemption", redemption), ("Revocation", revocation)]
}
