//! The floor of a redemption: a Lambda function that makes one `UpdateItem` per event, with a condition and with the
//! client that the functions have, and answers with what is written then. It reads no event.

use std::env;

use aws_sdk_dynamodb::{
    Client,
    types::{AttributeValue, ReturnValue},
};
use code_store::dynamodb::LIMITS;
use lambda_http::aws_lambda_events::apigw::ApiGatewayV2httpResponse;
use lambda_runtime::{Error, LambdaEvent, service_fn};
use serde_json::{json, value::RawValue};
use service::aws;

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Error> {
    let client = &Client::new(&aws::sdk_config("DYNAMODB", &LIMITS, |name| env::var(name).ok())?);
    let table = &env::var("CODE_TABLE")?;
    lambda_runtime::run(service_fn(async |event: LambdaEvent<Box<RawValue>>| {
        let update = client
            .update_item()
            .table_name(table)
            // An item for each request, as for each code.
            .key("code", AttributeValue::S(event.context.request_id))
            .update_expression("ADD used :one")
            .condition_expression("attribute_not_exists(used) OR used < :limit")
            .expression_attribute_values(":one", AttributeValue::N("1".to_owned()))
            .expression_attribute_values(":limit", AttributeValue::N("1".to_owned()))
            .return_values(ReturnValue::AllNew);
        let written = update.send().await?.attributes.unwrap_or_default();
        let used = written.get("used").and_then(|used| used.as_n().ok());
        let mut response = ApiGatewayV2httpResponse::default();
        response.status_code = 200;
        response.body = Some(json!({ "used": used }).to_string().into());
        Ok::<_, Error>(response)
    }))
    .await
}
