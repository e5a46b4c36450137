//! The description of the API, OpenAPI 3.1, generated from what the code itself uses: endpoints, parameters, limits,
//! problem types and the payload model.

mod batch;
mod gate;
mod redeem;

use creation::{
    options::SealOptions,
    parameter::{Parameter, Values},
    payload_model::{PayloadModel, PayloadModels},
};
use payload_models::DEPLOYED;
use qr_symbol::Ecc;
use sealed_qr::{
    json::MAX_DEPTH,
    link::{COMPACT_PATH_PREFIX, CTEXT_PARAMETER, FULL_PATH},
};
use serde_json::{Map, Value, json};
use service::{gateway::Endpoint as _, problem_type::ProblemType};

use crate::{
    code_options::{self, Format},
    endpoint::Endpoint,
    json_body::MAX_BODY_BYTES,
};

/// The problems that a request for a code can meet.
const CREATE_PROBLEMS: [ProblemType; 10] = [
    ProblemType::MalformedJson,
    ProblemType::InvalidQuery,
    ProblemType::NotAcceptable,
    ProblemType::BodyTooLarge,
    ProblemType::SymbolCapacityExceeded,
    ProblemType::SymbolTooDense,
    ProblemType::UnsupportedMediaType,
    ProblemType::PayloadModelViolated,
    ProblemType::BaseUrlUnknown,
    ProblemType::TemporarilyUnavailable,
];
/// The problems that opening a code can meet.
const OPEN_PROBLEMS: [ProblemType; 7] = [
    ProblemType::InvalidQuery,
    ProblemType::InvalidCtext,
    ProblemType::OtherModel,
    ProblemType::NotYetValid,
    ProblemType::Expired,
    ProblemType::Revoked,
    ProblemType::TemporarilyUnavailable,
];

/// The two texts of a ctext of version 1.
const CTEXT_PATTERN: &str = "^([0-9]+|[EF][A-Za-z0-9_-]+)$";
/// The name of a code.
const CODE_NAME_PATTERN: &str = "^[0-9A-HJKMNP-TV-Z]{4}(-[0-9A-HJKMNP-TV-Z]{4}){3}$";

/// The description of the API as text.
#[must_use]
pub fn document_text(models: &PayloadModels) -> String {
    format!("{:#}", document(models))
}

fn document(models: &PayloadModels) -> Value {
    let paths = [
        create_paths(models),
        batch::paths(models, &payloads(models)),
        open_paths(),
        redeem::revoke_path(),
        gate::paths(),
        about_paths(),
    ];
    let paths = paths.into_iter().filter_map(|paths| match paths {
        Value::Object(paths) => Some(paths),
        _ => None,
    });
    let mut paths: Map<_, _> = paths.flatten().collect();
    for (path, methods) in redeem::methods_of_links() {
        if let (Some(Value::Object(item)), Value::Object(methods)) = (paths.get_mut(&path), methods) {
            item.extend(methods);
        }
    }

    json!({
        "openapi": "3.1.0",
        "info": {
            "title": "Sealed QR",
            "version": env!("CARGO_PKG_VERSION"),
            "summary": "QR codes that carry encrypted data back to the server",
            "description": "A JSON payload goes in; a QR code comes out that carries it encrypted and authenticated \
                            inside a link. Whoever scans the code lands on the service, which opens the seal and shows the payload.",
            "license": {"name": "MIT OR Apache-2.0", "identifier": "MIT OR Apache-2.0"},
        },
        // Relative to this document's own address, wherever it is served.
        "servers": [{"url": ".."}],
        "paths": paths,
        "components": {
            "schemas": schemas(models),
            "securitySchemes": {
                "bearer": {
                    "type": "http",
                    "scheme": "bearer",
                    "description": "For deployments that require a token (JWT).",
                },
                "sigv4": {
                    "type": "apiKey",
                    "in": "header",
                    "name": "Authorization",
                    "description": "For deployments that require requests to be signed with AWS Signature Version 4, \
                                    for the service execute-api.",
                },
                "gate": {
                    "type": "apiKey",
                    "in": "cookie",
                    "name": "__Host-gate",
                    "description": "The session of a device that has been enrolled as a gate.",
                },
            },
        },
    })
}

fn schemas(models: &PayloadModels) -> Value {
    let mut schemas = json!({
        "PlainText": plain_text(),
        "SealedCode": sealed_code(models),
        "PlainCode": plain_code(),
        "Problem": problem(),
    });
    for (name, schema) in redeem::schemas().into_iter().chain(gate::schemas()) {
        schemas[name] = schema;
    }
    for model in models.iter() {
        let name = schema_name(model);
        let mut schema = serde_json::from_str(model.schema()).expect("the model has been compiled, so it is JSON");
        rebase(&mut schema, &format!("#/components/schemas/{name}"));
        schemas[name] = schema;
    }
    schemas
}

/// The name of a model among the schemas, where names of ours begin with a capital letter.
fn schema_name(model: &PayloadModel) -> String {
    format!("payload-{}", model.model.name())
}

fn create_paths(models: &PayloadModels) -> Value {
    let plain_problems: Vec<_> = CREATE_PROBLEMS
        .into_iter()
        .filter(|problem| ![ProblemType::BaseUrlUnknown, ProblemType::TemporarilyUnavailable].contains(problem))
        .collect();
    let draw_parameters: Vec<_> =
        code_options::plain_parameters().map(|parameter| query_parameter(&parameter)).collect();
    let seal_parameters: Vec<_> =
        code_options::sealed_parameters().map(|parameter| query_parameter(&parameter)).collect();
    let model_parameter = query_parameter(&SealOptions::model_parameter(models));
    let all_parameters: Vec<_> = [model_parameter].into_iter().chain(seal_parameters.clone()).collect();
    let payload = payloads(models);
    json!({
        Endpoint::CreateSealed.route().path(): {"post": {
            "operationId": "createSealedCode",
            "summary": "Seal a payload into a QR code",
            "description": format!(
                "The payload comes back as it went in: number text, key order and escapes are kept; insignificant \
                 white space is not. No member may appear twice in an object, and arrays and objects may be nested up \
                 to {MAX_DEPTH} levels deep."
            ),
            "tags": ["Create"],
            "security": create_security(),
            "parameters": all_parameters,
            "requestBody": request_body(&payload),
            "responses": create_responses("SealedCode", &CREATE_PROBLEMS),
        }},
        Endpoint::CreateSealedAs.route().path(): {"post": {
            "operationId": "createSealedCodeOfModel",
            "summary": "Seal a payload of a named model into a QR code",
            "description": "The same with the payload model in the path, so that a role can be allowed one model alone.",
            "tags": ["Create"],
            "security": create_security(),
            "parameters": seal_parameters.into_iter().chain([model_in_path(models)]).collect::<Vec<_>>(),
            "requestBody": request_body(&payload),
            "responses": create_responses(
                "SealedCode",
                &CREATE_PROBLEMS.into_iter().chain([ProblemType::UnknownModel]).collect::<Vec<_>>(),
            ),
        }},
        Endpoint::CreatePlain.route().path(): {"post": {
            "operationId": "createPlainCode",
            "summary": "Draw any text as a QR code, without sealing it",
            "tags": ["Create"],
            "security": create_security(),
            "parameters": draw_parameters,
            "requestBody": request_body(&reference("PlainText")),
            "responses": create_responses("PlainCode", &plain_problems),
        }},
    })
}

/// A payload of any model.
fn payloads(models: &PayloadModels) -> Value {
    let payloads: Vec<_> = models.iter().map(|model| reference(&schema_name(model))).collect();
    match &payloads[..] {
        [payload] => payload.clone(),
        _ => json!({"anyOf": payloads}),
    }
}

fn open_paths() -> Value {
    json!({
        FULL_PATH: {"get": {
            "operationId": "openCode",
            "summary": "Open a sealed code",
            "description": "Opening changes nothing and can be repeated. Unknown parameters are ignored, because apps \
                            that pass links on add their own.",
            "tags": ["Open"],
            "parameters": [ctext_parameter(CTEXT_PARAMETER, "query"), expect_parameter()],
            "responses": open_responses(&OPEN_PROBLEMS),
        }},
        format!("{COMPACT_PATH_PREFIX}{{{CTEXT_PARAMETER}}}"): {"get": {
            "operationId": "openCompactLink",
            "summary": "Open a sealed code by its compact link",
            "tags": ["Open"],
            "parameters": [ctext_parameter(CTEXT_PARAMETER, "path"), expect_parameter()],
            "responses": open_responses(&OPEN_PROBLEMS),
        }},
    })
}

fn about_paths() -> Value {
    json!({
        Endpoint::Console.route().path(): {"get": {
            "operationId": "showConsole",
            "summary": "The console: this API as a page with a form",
            "tags": ["About"],
            "responses": {"200": {
                "description": "The page.",
                "content": {"text/html": {"schema": {"type": "string"}}},
            }},
        }},
        Endpoint::ExplainProblem.route().path(): {"get": {
            "operationId": "explainProblem",
            "summary": "What a problem means and what to do about it",
            "tags": ["About"],
            "parameters": [{
                "name": "slug",
                "in": "path",
                "required": true,
                "description": "The stable name of the problem type.",
                "schema": {"type": "string", "enum": ProblemType::ALL.map(ProblemType::slug)},
            }],
            "responses": explain_responses(),
        }},
        "/.well-known/jwks.json": {"get": {
            "operationId": "listPublicKeys",
            "summary": "The public keys of assertions",
            "description": "A JWK Set (RFC 7517), with which sites that scans lead on to check assertions.",
            "tags": ["About"],
            "responses": key_set_responses(),
        }},
        Endpoint::OpenApi.route().path(): {"get": {
            "operationId": "describe",
            "summary": "This description",
            "tags": ["About"],
            "responses": {"200": {
                "description": "The description of the API.",
                "content": {"application/json": {"schema": {"type": "object"}}},
            }},
        }},
    })
}

fn explain_responses() -> Value {
    let mut responses = problem_responses(&[ProblemType::NotFound]);
    responses["200"] = json!({
        "description": "The explanation, in Markdown.",
        "content": {"text/plain": {"schema": {"type": "string"}}},
    });
    responses
}

/// Which of these a deployment requires is its operator's choice, so each is optional here.
fn create_security() -> Value {
    json!([{}, {"bearer": []}, {"sigv4": []}])
}

fn query_parameter(parameter: &Parameter) -> Value {
    let mut schema = match parameter.values {
        Values::Words(words) => json!({"type": "string", "enum": words}),
        Values::Integer { min, max, .. } => json!({"type": "integer", "minimum": min, "maximum": max}),
        Values::Text(_) => json!({"type": "string"}),
        Values::Decimal { min, max } => {
            json!({"type": "number", "minimum": number(min), "maximum": number(max)})
        }
        Values::Colour => json!({"type": "string", "pattern": "^[0-9A-Fa-f]{6}$"}),
        Values::Instant => json!({"anyOf": [{"type": "string", "format": "date-time"}, {"type": "integer"}]}),
    };
    // Numbers as numbers, words and colours as words.
    if let Some(default) = parameter.default {
        schema["default"] = match parameter.values {
            Values::Integer { .. } | Values::Decimal { .. } => number(default),
            Values::Words(_) | Values::Colour | Values::Instant | Values::Text(_) => default.into(),
        };
    }
    json!({
        "name": parameter.name,
        "in": "query",
        "description": format!("{} Expected: {}.", parameter.meaning, parameter.values),
        "schema": schema,
    })
}

fn number(text: &str) -> Value {
    serde_json::from_str(text).expect("the limits and defaults of numbers are numbers")
}

fn ctext_parameter(name: &str, place: &str) -> Value {
    json!({
        "name": name,
        "in": place,
        "required": true,
        "description": "The sealed payload (ctext), in decimal digits or in base64url.",
        "schema": {"type": "string", "pattern": CTEXT_PATTERN},
    })
}

fn expect_parameter() -> Value {
    json!({
        "name": "expect",
        "in": "query",
        "description": "The payload model that the code must have. A genuine code of another one, or of none, is refused.",
        "schema": {"type": "string", "enum": DEPLOYED.names()},
    })
}

fn model_in_path(models: &PayloadModels) -> Value {
    json!({
        "name": "model",
        "in": "path",
        "required": true,
        "description": "The payload model: what kind of code it is.",
        "schema": {"type": "string", "enum": models.names()},
    })
}

fn request_body(schema: &Value) -> Value {
    json!({
        "required": true,
        "description": format!("At most {MAX_BODY_BYTES} bytes."),
        "content": {"application/json": {"schema": schema}},
    })
}

fn reference(schema: &str) -> Value {
    json!({"$ref": format!("#/components/schemas/{schema}")})
}

fn create_responses(description: &str, problems: &[ProblemType]) -> Value {
    let mut responses = problem_responses(problems);
    responses["200"] = json!({
        "description": "The code, in the requested format.",
        "content": {
            Format::Png.media_type(): {},
            Format::Svg.media_type(): {"schema": {"type": "string"}},
            Format::Pdf.media_type(): {},
            Format::Json.media_type(): {"schema": reference(description)},
        },
    });
    responses["401"] = gateway("the deployment requires a token, and the request carries no valid one");
    responses["403"] =
        gateway("the deployment requires signed requests, and this one is unsigned or its signer may not create codes");
    responses["429"] = gateway(TOO_MANY);
    responses
}

const TOO_MANY: &str = "the request rate is above the deployment's limit";

/// What a deployment's gateway answers by itself.
fn gateway(why: &str) -> Value {
    json!({"description": format!("Sent by the gateway, before the request reaches the service: {why}.")})
}

fn open_responses(problems: &[ProblemType]) -> Value {
    let mut responses = problem_responses(problems);
    responses["200"] = json!({
        "description": "The payload as it was sealed; browsers get it as a page. If the payload model names a page of \
                        another site that the deployment allows, an assertion for that site is available, too.",
        "content": {
            "application/json": {"schema": {
                "description": "A payload that matched the model in force when it was sealed.",
                "type": "object",
            }},
            "application/jwt": {"schema": {"description": "The assertion.", "type": "string"}},
        },
    });
    responses["200"]["headers"] = open_headers();
    responses["204"] = json!({
        "description": "The code is genuine, but only whoever redeems it sees its payload; browsers get a page with 200.",
        "headers": open_headers(),
    });
    let with_body = responses.as_object_mut().into_iter().flatten().filter(|(status, _)| *status != "204");
    with_body.for_each(|(_, response)| add_page(response));
    responses["303"] = json!({
        "description": "For browsers, if the payload model names a page of another site that the deployment allows: \
                        that page, with an assertion in the fragment.",
        "headers": {"Location": {
            "description": "The page, and #assertion= with a JWT (RFC 7519).",
            "schema": {"type": "string", "format": "uri"},
        }},
    });
    responses["429"] = gateway(TOO_MANY);
    responses
}

fn key_set_responses() -> Value {
    let mut responses = problem_responses(&[ProblemType::NotFound]);
    responses["404"]["description"] = "The deployment lets no scan lead on to another site.".into();
    responses["200"] = json!({
        "description": "The public keys.",
        "content": {"application/jwk-set+json": {"schema": {
            "type": "object",
            "properties": {"keys": {"type": "array", "items": {"type": "object"}}},
            "required": ["keys"],
        }}},
    });
    responses["429"] = gateway(TOO_MANY);
    responses
}

/// What headers say of an opened code.
fn open_headers() -> Value {
    let header = |description: &str, schema: Value| json!({"description": description, "schema": schema});
    json!({
        "Code-Name": header("The name of the code.", json!({"type": "string", "pattern": CODE_NAME_PATTERN})),
        "Code-Uses": header("How often a code that counts may be redeemed.", json!({"type": "integer"})),
        "Code-Used": header("How often it was redeemed.", json!({"type": "integer"})),
        "Code-Redeemed-At": header("When it was redeemed last.", json!({"type": "string", "format": "date-time"})),
        "Code-Checked": header("false while nobody knows what has happened to the code.", json!({"const": "false"})),
    })
}

/// Browsers get a page, by the header `accept`: of the payload, and of a problem.
fn add_page(response: &mut Value) {
    response["content"]["text/html"] = json!({"schema": {"type": "string"}});
}

/// The problems by status. Problem types with the same status share an answer.
fn problem_responses(problems: &[ProblemType]) -> Value {
    let mut responses = json!({});
    for problem in problems {
        let status = problem.status();
        let same_status = || problems.iter().filter(|other| other.status() == status);
        let titles: Vec<_> = same_status().map(|problem| problem.title()).collect();
        let mut response = json!({
            "description": format!("{}.", titles.join(". Or: ")),
            "content": {"application/problem+json": {"schema": {
                "allOf": [reference("Problem")],
                "properties": {
                    "status": {"const": status},
                    "type": {"pattern": type_pattern(same_status())},
                },
            }}},
        });
        if *problem == ProblemType::TemporarilyUnavailable {
            response["headers"] =
                json!({"Retry-After": {"description": "Seconds to wait.", "schema": {"type": "integer"}}});
        }
        responses[status.to_string()] = response;
    }
    responses
}

fn problem() -> Value {
    json!({
        "description": "Problem details (RFC 9457).",
        "type": "object",
        "properties": {
            "type": {
                "description": "The path at which this service explains the problem. Its last segment is the stable \
                                name of the problem type.",
                "type": "string",
                "format": "uri-reference",
                "pattern": type_pattern(ProblemType::ALL.iter()),
            },
            "title": {"type": "string", "enum": ProblemType::ALL.map(ProblemType::title)},
            "status": {"type": "integer"},
            "detail": {"description": "What happened this time and what to do about it.", "type": "string"},
            "errors": {
                "description": "Each violation of the model.",
                "type": "array",
                "items": {
                    "type": "object",
                    "properties": {
                        "row": {
                            "description": "In a batch, the number of the row, counted from 1.",
                            "type": "integer",
                            "minimum": 1,
                        },
                        "pointer": {
                            "description": "Where in the body, or in the row: a JSON Pointer (RFC 6901).",
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
        "properties": {
            "value": {
                "description": "The text of the code. Some readers would cut it off at U+0000.",
                "type": "string",
                "minLength": 1,
                "pattern": "^[^\\u0000]*$",
            },
        },
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
                    "modules": {
                        "description": "Modules per side, without the margin.",
                        "type": "integer",
                        "minimum": 21,
                        "maximum": 177,
                    },
                    "ecc": {"type": "string", "enum": Ecc::ALL.map(Ecc::letter)},
                },
                "required": ["version", "modules", "ecc"],
                "additionalProperties": false,
            },
            "print": {
                "description": "The size in print.",
                "type": "object",
                "properties": {
                    "module_mm": {"description": "The width of a module, in millimetres.", "type": "number"},
                    "width_mm": {
                        "description": "The width of the picture, margin included, in millimetres.",
                        "type": "number",
                    },
                },
                "required": ["module_mm", "width_mm"],
                "additionalProperties": false,
            },
            "image": {"description": "The PNG picture as a data URI (RFC 2397).", "type": "string", "format": "uri"},
        },
        "required": ["symbol", "print", "image"],
        "additionalProperties": false,
    })
}

fn sealed_code(models: &PayloadModels) -> Value {
    let mut schema = plain_code();
    schema["properties"]["url"] = json!({
        "description": "The link with the ctext in base64url, for e-mail, NFC and the like. The picture carries it in \
                        digits.",
        "type": "string",
        "format": "uri",
    });
    schema["properties"]["name"] = json!({
        "description": "The name of the code, by which people and logs call it. It opens nothing and is not a secret.",
        "type": "string",
        "pattern": CODE_NAME_PATTERN,
    });
    schema["properties"]["model"] = json!({
        "description": "The payload model: what kind of code it is.",
        "type": "string",
        "enum": models.names(),
    });
    schema["properties"]["payload"] = json!({
        "description": "How long the payload is, in bytes.",
        "type": "object",
        "properties": {
            "bytes": {"description": "As JSON, without insignificant white space.", "type": "integer", "minimum": 2},
            "packed": {"description": "As it is sealed: packed by its model, unless the operator keeps payloads as JSON.", "type": "integer", "minimum": 1},
        },
        "required": ["bytes", "packed"],
        "additionalProperties": false,
    });
    schema["properties"]["expires_at"] = json!({
        "description": "When the code expires, in Unix seconds; null if never.",
        "type": ["integer", "null"],
    });
    schema["properties"]["uses"] = json!({
        "description": "How often the code may be redeemed; null if that is not counted.",
        "type": ["integer", "null"],
        "minimum": 1,
        "maximum": 255,
    });
    schema["required"] = json!(["url", "name", "model", "payload", "expires_at", "uses", "symbol", "print", "image"]);
    schema
}

/// The types of these problems. Before their path may come the stage or the base path of a deployment.
fn type_pattern<'a>(problems: impl Iterator<Item = &'a ProblemType>) -> String {
    let slugs: Vec<_> = problems.map(|problem| problem.slug()).collect();
    format!("/api/problems/({})$", slugs.join("|"))
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
    use creation::payload_model;

    #[test]
    fn the_model_s_references_to_itself_still_lead_there() {
        let schema =
            r##"{"$ref": "#/$defs/a", "$defs": {"a": {"items": [{"$ref": "#"}, {"$ref": "https://a/b#c"}]}}}"##;
        let mut payload = serde_json::from_str(schema).unwrap();
        rebase(&mut payload, "#/components/schemas/payload-a");
        assert_eq!(payload["$ref"], "#/components/schemas/payload-a/$defs/a");
        assert_eq!(payload["$defs"]["a"]["items"][0]["$ref"], "#/components/schemas/payload-a");
        assert_eq!(payload["$defs"]["a"]["items"][1]["$ref"], "https://a/b#c");
    }

    #[test]
    fn the_file_in_the_documentation_is_this_description() {
        let description = document(&payload_model::DEPLOYED);
        let file: Value = serde_json::from_str(include_str!("../../../docs/openapi.json")).unwrap();
        assert!(file == description, "`make openapi` rewrites the file");
    }
}
