//! The Lambda function that creates QR codes.

use std::process::ExitCode;

use sealed_qr::{http, logging, startup::Deployment};

#[tokio::main(flavor = "current_thread")]
async fn main() -> ExitCode {
    let metrics = logging::start();
    let run = async {
        let deployment = Deployment::from_environment().await?;
        let refuse = |_: &_, problem: &_| http::problem(problem);
        http::serve(&deployment, metrics, create_qr::handle, refuse).await
    };
    logging::exit_code(run.await)
}
