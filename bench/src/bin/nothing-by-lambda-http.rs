//! The floor of a usual HTTP function, as `cargo lambda new` lays it out: it sets up logging, and `lambda_http` answers
//! every request with 200.

use lambda_http::{Body, Error, Request, Response, run, service_fn};

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Error> {
    let _ = service::logging::start();
    run(service_fn(async |_: Request| Ok::<_, Error>(Response::new(Body::Empty)))).await
}
