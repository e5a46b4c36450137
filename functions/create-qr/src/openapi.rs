//! The description of the API, OpenAPI 3.1, made of the facts that the code itself works with: parameters, limits, problems
//! and the payload model.

use sealed_qr::{
    http::Endpoint,
    json::MAX_DEPTH,
    link::CTEXT_PARAMETER,
    problem::{Kind, MAX_BODY_BYTES},
    query::{Parameter, Values},
};
use serde_json::{Value, json};

use crate::options::{DRAWING_PARAMETERS, Format, PARAMETERS};

/// What every request for a code can meet.
const CREATE_PROBLEMS: [Kind; 9] = [
    Kind::MALFORMED_JSON,
    Kind::INVALID_QUERY,
    Kind::NOT_ACCEPTABLE,
    Kind::BODY_TOO_LARGE,
    Kind::SYMBOL_CAPACITY_EXCEEDED,
    Kind::UNSUPPORTED_MEDIA_TYPE,
    Kind::PAYLOAD_MODEL_VIOLATED,
    Kind::BASE_URL_UNKNOWN,
    Kind::TEMPORARILY_UNAVAILABLE,
];
const OPEN_PROBLEMS: [Kind; 4] =
    [Kind::INVALID_QUERY, Kind::INVALID_CTEXT, Kind::EXPIRED, Kind::TEMPORARILY_UNAVAILABLE];

/// The two texts of a ctext, of version 1.
const CTEXT_PATTERN: &str = "^([0-9]+|E[A-Za-z0-9_-]+)$";

/// Describes the API with payloads of a model, a JSON Schema.
///
/// # Errors
/// The schema is no JSON.
pub fn describe(payload_schema: &str) -> serde_json::Result<Value> {
    let mut payload: Value = serde_json::from_str(payload_schema)?;
    rebase(&mut payload, "#/components/schemas/Payload");
    let plain_problems: Vec<_> = CREATE_PROBLEMS
        .into_iter()
        .filter(|kind| ![Kind::BASE_URL_UNKNOWN, Kind::TEMPORARILY_UNAVAILABLE].contains(kind))
        .collect();

    Ok(json!({
        "openapi": "3.1.0",
        "info": {
            "title": "Sealed QR",
            "version": env!("CARGO_PKG_VERSION"),
            "summary": "QR codes that carry encrypted data back to the server",
            "description": "A JSON payload goes in; a QR code comes out that carries it encrypted and authenticated inside a link. \
                            Whoever scans the code lands on the service, which opens the seal and shows the payload.",
            "license": {"name": "MIT OR Apache-2.0", "identifier": "MIT OR Apache-2.0"},
        },
        // Relative to this document's own address, wherever it is served.
        "servers": [{"url": ".."}],
        "paths": {
            Endpoint::CreateSealed.path(): {"post": {
                "operationId": "createSealedCode",
                "summary": "Seal a payload into a QR code",
                "description": format!(
                    "The payload comes back as it went in: number text, key order and escapes are kept, insignificant white space is \
                     not. A member must not appear twice, and arrays and objects nest at most {MAX_DEPTH} levels."
                ),
                "tags": ["Create"],
                "security": create_security(),
                "parameters": PARAMETERS.iter().map(query_parameter).collect::<Vec<_>>(),
                "requestBody": request_body("Payload"),
                "responses": create_responses("SealedCode", &CREATE_PROBLEMS),
            }},
            Endpoint::CreatePlain.path(): {"post": {
                "operationId": "createPlainCode",
                "summary": "Draw any text as a QR code, nothing sealed",
                "tags": ["Create"],
                "security": create_security(),
                "parameters": PARAMETERS[..DRAWING_PARAMETERS].iter().map(query_parameter).collect::<Vec<_>>(),
                "requestBody": request_body("PlainText"),
                "responses": create_responses("PlainCode", &plain_problems),
            }},
            Endpoint::OpenFull.path(): {"get": {
                "operationId": "openCode",
                "summary": "Open a sealed code",
                "description": "Opening changes nothing and can be repeated. Parameters of other names are ignored, because apps that \
                                pass links on add their own.",
                "tags": ["Open"],
                "parameters": [ctext_parameter(CTEXT_PARAMETER, "query")],
                "responses": open_responses(&OPEN_PROBLEMS),
            }},
            Endpoint::OpenCompact.path(): {"get": {
                "operationId": "openCompactLink",
                "summary": "Open a sealed code by its compact link",
                "tags": ["Open"],
                "parameters": [ctext_parameter(CTEXT_PARAMETER, "path")],
                "responses": open_responses(&OPEN_PROBLEMS[1..]),
            }},
            Endpoint::Console.path(): {"get": {
                "operationId": "showConsole",
                "summary": "The console: this API as a page with a form",
                "tags": ["About"],
                "responses": {"200": {"description": "The page.", "content": {"text/html": {"schema": {"type": "string"}}}}},
            }},
            Endpoint::Description.path(): {"get": {
                "operationId": "describe",
                "summary": "This description",
                "tags": ["About"],
                "responses": {"200": {
                    "description": "The description of the API.",
                    "content": {"application/json": {"schema": {"type": "object"}}},
                }},
            }},
        },
        "components": {
            "schemas": {
                "Payload": payload,
                "PlainText": plain_text(),
                "SealedCode": sealed_code(),
                "PlainCode": plain_code(),
                "Problem": problem(),
            },
            "securitySchemes": {
                "bearer": {"type": "http", "scheme": "bearer", "description": "Where the deployment asks for a token (JWT)."},
                "sigv4": {
                    "type": "apiKey",
                    "in": "header",
                    "name": "Authorization",
                    "description": "Where the deployment asks for requests signed with AWS Signature Version 4, for the service \
                                    execute-api.",
                },
            },
        },
    }))
}

/// Which of these a deployment asks for is its operator's choice, so each is optional here.
fn create_security() -> Value {
    json!([{}, {"bearer": []}, {"sigv4": []}])
}

fn query_parameter(parameter: &Parameter) -> Value {
    let mut schema = match parameter.values {
        Values::Words(words) => json!({"type": "string", "enum": words}),
        Values::Whole { from, to, .. } => json!({"type": "integer", "minimum": from, "maximum": to}),
        Values::Colour => json!({"type": "string", "pattern": "^[0-9A-Fa-f]{6}$"}),
    };
    // Numbers as numbers, words and colours as words.
    if let Some(default) = parameter.default {
        schema["default"] = match parameter.values {
            Values::Whole { .. } => default.parse::<u32>().map_or(Value::Null, Value::from),
            Values::Words(_) | Values::Colour => default.into(),
        };
    }
    json!({
        "name": parameter.name,
        "in": "query",
        "description": format!("{} {} is expected.", parameter.meaning, capitalized(&parameter.values.to_string())),
        "schema": schema,
    })
}

fn capitalized(text: &str) -> String {
    let mut characters = text.chars();
    characters.next().into_iter().flat_map(char::to_uppercase).chain(characters).collect()
}

fn ctext_parameter(name: &str, place: &str) -> Value {
    json!({
        "name": name,
        "in": place,
        "required": true,
        "description": "The ctext, in decimal digits or in base64url.",
        "schema": {"type": "string", "pattern": CTEXT_PATTERN},
    })
}

fn request_body(schema: &str) -> Value {
    json!({
        "required": true,
        "description": format!("At most {MAX_BODY_BYTES} bytes."),
        "content": {"application/json": {"schema": reference(schema)}},
    })
}

fn reference(schema: &str) -> Value {
    json!({"$ref": format!("#/components/schemas/{schema}")})
}

fn create_responses(description: &str, problems: &[Kind]) -> Value {
    let mut responses = problem_responses(problems);
    responses["200"] = json!({
        "description": "The code, in the format asked for.",
        "content": {
            Format::Png.media_type(): {},
            Format::Svg.media_type(): {"schema": {"type": "string"}},
            Format::Json.media_type(): {"schema": reference(description)},
        },
    });
    responses["401"] = gateway("the deployment asks for a token, and there is none that it accepts");
    responses["403"] =
        gateway("the deployment asks for signed requests, and this one is not, or its signer may not create codes");
    responses["429"] = gateway(TOO_MANY);
    responses
}

const TOO_MANY: &str = "there are more requests a second than the deployment takes";

/// What a deployment's gateway answers by itself.
fn gateway(why: &str) -> Value {
    json!({"description": format!("From the gateway, before the service is asked: {why}.")})
}

fn open_responses(problems: &[Kind]) -> Value {
    let mut responses = problem_responses(problems);
    responses["200"] = json!({
        "description": "The payload as it was sealed, for browsers as a page.",
        "content": {"application/json": {"schema": {
            "description": "A payload of the model that was in force when it was sealed.",
            "type": "object",
        }}},
    });
    responses.as_object_mut().into_iter().flatten().for_each(|(_, response)| add_page(response));
    responses["429"] = gateway(TOO_MANY);
    responses
}

/// Browsers get a page, by the header `accept`: of the payload, and of a problem.
fn add_page(response: &mut Value) {
    response["content"]["text/html"] = json!({"schema": {"type": "string"}});
}

/// The problems by status; kinds with the same status share an answer.
fn problem_responses(kinds: &[Kind]) -> Value {
    let mut responses = json!({});
    for kind in kinds {
        let same_status: Vec<_> = kinds.iter().filter(|other| other.status == kind.status).collect();
        let titles: Vec<_> = same_status.iter().map(|kind| kind.title).collect();
        let types: Vec<_> = same_status.iter().map(|kind| kind.uri()).collect();
        let mut response = json!({
            "description": format!("{}.", titles.join(". Or: ")),
            "content": {"application/problem+json": {"schema": {
                "allOf": [reference("Problem")],
                "properties": {"status": {"const": kind.status}, "type": {"enum": types}},
            }}},
        });
        if kind.status == Kind::TEMPORARILY_UNAVAILABLE.status {
            response["headers"] =
                json!({"Retry-After": {"description": "Seconds to wait.", "schema": {"type": "integer"}}});
        }
        responses[kind.status.to_string()] = response;
    }
    responses
}

fn problem() -> Value {
    json!({
        "description": "Problem details (RFC 9457).",
        "type": "object",
        "properties": {
            "type": {
                "description": "A stable reference to the explanation of the problem.",
                "type": "string",
                "format": "uri-reference",
                "enum": Kind::ALL.map(Kind::uri),
            },
            "title": {"type": "string", "enum": Kind::ALL.map(|kind| kind.title)},
            "status": {"type": "integer"},
            "detail": {"description": "What happened this time and what to do about it.", "type": "string"},
            "errors": {
                "description": "Each way in which the body breaks its model.",
                "type": "array",
                "items": {
                    "type": "object",
                    "properties": {
                        "pointer": {
                            "description": "Where in the body: a JSON Pointer (RFC 6901).",
                            "type": "string",
                            "format": "json-pointer",
                        },
                        "detail": {"type": "string"},
                    },
                    "required": ["pointer", "detail"],
                    "additionalProperties": false,
                },
            },
        },
        "required": ["type", "title", "status", "detail"],
    })
}

fn plain_text() -> Value {
    json!({
        "type": "object",
        "properties": {"value": {"description": "The text of the code.", "type": "string", "minLength": 1}},
        "required": ["value"],
        "additionalProperties": false,
    })
}

fn plain_code() -> Value {
    json!({
        "type": "object",
        "properties": {
            "symbol": {
                "description": "The QR code symbol.",
                "type": "object",
                "properties": {
                    "version": {"type": "integer", "minimum": 1, "maximum": 40},
                    "modules": {"description": "On a side, without the margin.", "type": "integer", "minimum": 21, "maximum": 177},
                    "ecc": {"type": "string", "enum": sealed_qr::symbol::Ecc::ALL.map(|ecc| ecc.to_string())},
                },
                "required": ["version", "modules", "ecc"],
                "additionalProperties": false,
            },
            "image": {"description": "The picture, PNG, as a data URI (RFC 2397).", "type": "string", "format": "uri"},
        },
        "required": ["symbol", "image"],
        "additionalProperties": false,
    })
}

fn sealed_code() -> Value {
    let mut schema = plain_code();
    schema["properties"]["url"] = json!({
        "description": "The link with the ctext in base64url, for e-mail, NFC and the like. The picture holds it in digits.",
        "type": "string",
        "format": "uri",
    });
    schema["properties"]["expires_at"] = json!({
        "description": "When the code stops opening, in Unix seconds; null if never.",
        "type": ["integer", "null"],
    });
    schema["required"] = json!(["url", "expires_at", "symbol", "image"]);
    schema
}

/// Moves the schema's references to itself (`#/$defs/…`) to its place in the document.
fn rebase(schema: &mut Value, place: &str) {
    match schema {
        Value::Object(members) => {
            for (name, value) in members {
                match value {
                    Value::String(target) if name == "$ref" && target.starts_with('#') => {
                        *target = format!("{place}{}", &target[1..]);
                    }
                    other => rebase(other, place),
                }
            }
        }
        Value::Array(elements) => elements.iter_mut().for_each(|element| rebase(element, place)),
        _ => {}
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_model_s_references_to_itself_still_lead_there() {
        let schema =
            r##"{"$ref": "#/$defs/a", "$defs": {"a": {"items": [{"$ref": "#"}, {"$ref": "https://a/b#c"}]}}}"##;
        let payload = &describe(schema).unwrap()["components"]["schemas"]["Payload"];
        assert_eq!(payload["$ref"], "#/components/schemas/Payload/$defs/a");
        assert_eq!(payload["$defs"]["a"]["items"][0]["$ref"], "#/components/schemas/Payload");
        assert_eq!(payload["$defs"]["a"]["items"][1]["$ref"], "https://a/b#c");
    }

    #[test]
    fn the_file_in_the_documentation_is_this_description() {
        let description = describe(sealed_qr::payload_model::SCHEMA).unwrap();
        let file: Value = serde_json::from_str(include_str!("../../../docs/openapi.json")).unwrap();
        assert_eq!(file, description, "make openapi writes the file anew");
    }
}
