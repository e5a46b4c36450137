//! The floor of a usual HTTP function, as `cargo lambda new` lays it out: logging set up, answers 200 to every request by `lambda_http`.

use lambda_http::{Body, Error, Request, Response, run, service_fn};

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Error> {
    let _ = sealed_qr::logging::start();
    run(service_fn(async |_: Request| Ok::<_, Error>(Response::new(Body::Empty)))).await
}
