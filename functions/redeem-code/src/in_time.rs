//! A bound for how long a request may take, however many calls it makes: if Lambda ended the function, the caller would
//! not learn with which key to repeat a redemption.

use std::time::Duration;

use service::{invocation, problem::Problem};
use tokio::time::timeout;

/// How long the keyring and the store are waited for. That leaves time to note a write within the ten seconds of the
/// function's timeout.
const PATIENCE: Duration = Duration::from_secs(8);

/// Does what a request asks for. `key` is the one with which it can be repeated.
///
/// # Errors
/// Those of `work`, and [`Problem::StoreOutOfReach`] if it takes too long.
pub(crate) async fn in_time<T>(
    key: Option<&str>,
    work: impl Future<Output = Result<T, Problem>>,
) -> Result<T, Problem> {
    timeout(PATIENCE, work).await.unwrap_or_else(|_| {
        tracing::warn!(
            request_id = invocation::request_id(),
            "cannot finish a request: the table takes too long to answer; check the function's route to it (subnets, VPC \
             endpoint, security groups), and the AWS Health Dashboard if this persists"
        );
        Err(Problem::StoreOutOfReach { key: key.map(str::to_owned) })
    })
}
