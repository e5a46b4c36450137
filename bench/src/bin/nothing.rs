//! The floor: a Lambda function that answers every event with 200 and reads none of them.

use lambda_http::aws_lambda_events::apigw::ApiGatewayV2httpResponse;
use lambda_runtime::{Error, LambdaEvent, service_fn};
use serde_json::value::RawValue;

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Error> {
    lambda_runtime::run(service_fn(async |_: LambdaEvent<Box<RawValue>>| {
        let mut response = ApiGatewayV2httpResponse::default();
        response.status_code = 200;
        Ok::<_, Error>(response)
    }))
    .await
}
