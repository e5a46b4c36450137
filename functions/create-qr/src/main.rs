//! The Lambda function that creates QR codes.

use std::process::ExitCode;

use sealed_qr::{http, logging, startup::Deployment};

#[tokio::main(flavor = "current_thread")]
async fn main() -> ExitCode {
    logging::start();
    let run = async {
        let deployment = Deployment::from_environment().await?;
        let refuse = |_: &_, problem: &_| http::problem(problem);
        http::serve(async |request| create_qr::handle(&deployment, request).await, refuse).await
    };
    logging::exit_code(run.await)
}
