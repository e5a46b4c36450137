//! The Lambda function that opens the ctexts of QR codes.

use std::process::ExitCode;

use sealed_qr::{http, logging, startup::Deployment};

#[tokio::main(flavor = "current_thread")]
async fn main() -> ExitCode {
    logging::start();
    let run = async {
        let deployment = Deployment::from_environment().await?;
        http::serve(async |request| decrypt_ctext::handle(&deployment, request).await, decrypt_ctext::refuse).await
    };
    logging::exit_code(run.await)
}
