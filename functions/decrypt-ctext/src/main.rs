//! The Lambda function that opens the ctexts of QR codes.

use std::process::ExitCode;

use sealed_qr::{http, logging, startup::Deployment};

#[tokio::main(flavor = "current_thread")]
async fn main() -> ExitCode {
    let metrics = logging::start();
    let run = async {
        let deployment = Deployment::from_environment().await?;
        http::serve(&deployment, metrics, decrypt_ctext::handle, decrypt_ctext::refuse).await
    };
    logging::exit_code(run.await)
}
