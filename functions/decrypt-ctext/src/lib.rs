//! Opens the ctexts of QR codes: where a phone lands after the scan. People get a page, programs JSON.

mod page;
mod payload_table;
mod visible;

use sealed_qr::{
    ctext::{Ctext, UnixTime},
    http::{self, Endpoint, Request, Response},
    link::{COMPACT_PATH_PREFIX, CTEXT_PARAMETER},
    problem::Problem,
    query::{InvalidQuery, Query},
    startup::Deployment,
};

/// Answers one request.
///
/// # Errors
/// [`Problem`] is what the caller is told.
pub async fn handle(deployment: &Deployment, request: &Request) -> Result<Response, Problem> {
    let path = request.endpoint_path(deployment.public_base_url.as_ref());
    let ctext = match Endpoint::at(path) {
        Some(endpoint @ (Endpoint::OpenFull | Endpoint::OpenCompact)) if endpoint.method() != request.method => {
            return Err(Problem::MethodNotAllowed { allowed: endpoint.method() });
        }
        Some(Endpoint::OpenCompact) => path.strip_prefix(COMPACT_PATH_PREFIX).unwrap_or_default().into(),
        // Other parameters are none of our business: apps that pass links on append their own.
        Some(Endpoint::OpenFull) => Query::parse(&request.query)
            .take(CTEXT_PARAMETER)?
            .ok_or(InvalidQuery::Missing { name: CTEXT_PARAMETER })?,
        _ => {
            return Err(Problem::NotFound {
                endpoints: "GET /api/decrypt/qrcode-details?ctext={ctext} and GET /d/{ctext}",
            });
        }
    };

    let ctext = Ctext::parse(&ctext)?;
    let keyring = deployment.keyring.keyring_with(ctext.key_id()).await?;
    let payload = ctext.open(&keyring, UnixTime::now())?;
    Ok(http::negotiated(if request.prefers_page() {
        http::page(page::opened(&payload, ctext.expires_at()), &page::POLICY)
    } else {
        http::json(payload.into_json())
    }))
}

/// Answers a request with the problem it met.
#[must_use]
pub fn refuse(request: &Request, problem: &Problem) -> Response {
    http::negotiated(if request.prefers_page() {
        http::problem_page(problem, page::problem(problem), &page::POLICY)
    } else {
        http::problem(problem)
    })
}
