//! The description of batches, which another function makes.

use batch::{
    answer::MAX_ANSWER_BYTES,
    options,
    rows::{MAX_BATCH_BYTES, MAX_ROWS},
};
use creation::{options::SealOptions, payload_model::PayloadModels};
use serde_json::{Value, json};
use service::problem_type::ProblemType;

use super::{
    TOO_MANY, create_security, gateway, model_in_path, problem_responses, query_parameter, redeem::idempotency_key,
    reference,
};

/// The problems that a request for a batch of plain texts can meet.
const PLAIN_PROBLEMS: [ProblemType; 8] = [
    ProblemType::MalformedRows,
    ProblemType::InvalidQuery,
    ProblemType::InvalidIdempotencyKey,
    ProblemType::NotAcceptable,
    ProblemType::BodyTooLarge,
    ProblemType::BatchTooLarge,
    ProblemType::UnsupportedMediaType,
    ProblemType::PayloadModelViolated,
];
/// Further problems of sealed codes.
const SEALED_PROBLEMS: [ProblemType; 2] = [ProblemType::BaseUrlUnknown, ProblemType::TemporarilyUnavailable];

/// The paths at which batches are made. Their rows are `payload`s, or texts.
pub(super) fn paths(models: &PayloadModels, payload: &Value) -> Value {
    let parameters = |are_sealed| options::parameters(are_sealed).map(|parameter| query_parameter(&parameter));
    let model = query_parameter(&SealOptions::model_parameter(models));
    let sealed_problems: Vec<_> = PLAIN_PROBLEMS.into_iter().chain(SEALED_PROBLEMS).collect();
    let with_unknown_model: Vec<_> = sealed_problems.iter().copied().chain([ProblemType::UnknownModel]).collect();
    json!({
        "/api/qrcode/encrypted-payload/batch": {"post": operation(
            "createSealedBatch",
            "Seal many payloads into QR codes",
            &[model, idempotency_key()].into_iter().chain(parameters(true)).collect::<Vec<_>>(),
            payload,
            &sealed_problems,
        )},
        "/api/qrcode/encrypted-payload/{model}/batch": {"post": operation(
            "createSealedBatchOfModel",
            "Seal many payloads of a named model into QR codes",
            &[model_in_path(models), idempotency_key()].into_iter().chain(parameters(true)).collect::<Vec<_>>(),
            payload,
            &with_unknown_model,
        )},
        "/api/qrcode/batch": {"post": operation(
            "createPlainBatch",
            "Draw many texts as QR codes, without sealing them",
            &[idempotency_key()].into_iter().chain(parameters(false)).collect::<Vec<_>>(),
            &reference("PlainText"),
            &PLAIN_PROBLEMS,
        )},
    })
}

fn operation(id: &str, summary: &str, parameters: &[Value], row: &Value, problems: &[ProblemType]) -> Value {
    json!({
        "operationId": id,
        "summary": summary,
        "description": format!(
            "All rows or none: if one of them cannot become a code, the answer lists the rows to correct, and nothing was \
             made. At most {MAX_ROWS} rows, {MAX_BATCH_BYTES} bytes in and {MAX_ANSWER_BYTES} bytes out."
        ),
        "tags": ["Batch"],
        "security": create_security(),
        "parameters": parameters,
        "requestBody": {
            "required": true,
            "description": format!("At most {MAX_BATCH_BYTES} bytes. In CSV, columns are members, typed by the model."),
            "content": {
                "application/json": {"schema": {
                    "type": "array", "minItems": 1, "maxItems": MAX_ROWS, "items": row,
                }},
                "application/x-ndjson": {"schema": {"type": "string"}},
                "text/csv": {"schema": {"type": "string"}},
            },
        },
        "responses": responses(problems),
    })
}

fn responses(problems: &[ProblemType]) -> Value {
    let mut responses = problem_responses(problems);
    responses["200"] = json!({
        "description": "The codes, in the order of their rows.",
        "content": {
            "application/x-ndjson": {"schema": {"type": "string"}},
            "text/csv": {"schema": {"type": "string"}},
            "application/zip": {},
            "application/pdf": {},
            "text/html": {"schema": {"type": "string"}},
        },
    });
    responses["401"] = gateway("the deployment requires a token, and the request carries no valid one");
    responses["403"] =
        gateway("the deployment requires signed requests, and this one is unsigned or its signer may not create codes");
    responses["429"] = gateway(TOO_MANY);
    responses
}
