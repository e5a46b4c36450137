//! `create-qr` as it would be on the plain crates: the same wiring, seal and link, the symbol and its picture by `qrcode` and `image`.

use std::process::ExitCode;

use sealed_qr::{
    ctext::Ctext,
    http::{self, Request, Response},
    link::LinkForm,
    logging,
    payload::Payload,
    picture::{Margin, Scale},
    problem::{Missing, Problem},
    query::{Parameter, Query, Values},
    startup::Deployment,
    symbol::Ecc,
};

const ECC: Parameter = parameter("ecc", Values::Words(&["L", "M", "Q", "H"]));
const SCALE: Parameter = parameter("scale", Values::Whole { from: 1, to: 40, and: "" });
const MARGIN: Parameter = parameter("margin", Values::Whole { from: 0, to: 16, and: "" });
const LINK: Parameter = parameter("link", Values::Words(&["full", "compact"]));

const fn parameter(name: &'static str, values: Values) -> Parameter {
    Parameter { name, meaning: "", values, default: None }
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> ExitCode {
    let metrics = logging::start();
    let run = async {
        let deployment = Deployment::from_environment().await?;
        let refuse = |_: &_, problem: &_| http::problem(problem);
        http::serve(&deployment, metrics, create, refuse).await
    };
    logging::exit_code(run.await)
}

async fn create(deployment: &Deployment, request: &Request) -> Result<Response, Problem> {
    let mut query = Query::parse(&request.query);
    let _: Ecc = query.take_parsed(&ECC)?;
    let _: Scale = query.take_parsed(&SCALE)?;
    let _: Margin = query.take_parsed(&MARGIN)?;
    let link: LinkForm = query.take_parsed(&LINK)?;
    query.finish(&[ECC, SCALE, MARGIN, LINK])?;

    let payload = Payload::from_request(&request.body)?;
    let base = deployment.public_base_url.as_ref().ok_or(Problem::BaseUrlUnknown)?;
    let keyring = deployment.keyring.keyring().await;
    let ctext = Ctext::seal(&payload, &keyring, None)
        .map_err(|_| Problem::TemporarilyUnavailable(Missing::Randomness))?;
    let picture = sealed_qr_bench::qrcode_and_image(&link.link(base, &ctext.to_digits()));
    Ok(http::picture("image/png", "sealed-qr.png", picture))
}
