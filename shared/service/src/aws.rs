//! AWS as Lambda puts it into the environment: region, credentials, endpoints and whom to trust.

use std::{error::Error, fs, io, iter, time::Duration};

use aws_credential_types::{Credentials, provider::SharedCredentialsProvider};
use aws_smithy_async::rt::sleep::{SharedAsyncSleep, TokioSleep};
use aws_smithy_http_client::{
    Builder,
    tls::{self, TlsContext, TrustStore, rustls_provider::CryptoMode},
};
use aws_smithy_runtime_api::client::{behavior_version::BehaviorVersion, result::SdkError};
use aws_smithy_types::{error::metadata::ProvideErrorMetadata, retry::RetryConfig, timeout::TimeoutConfig};
use aws_types::{SdkConfig, region::Region};
use thiserror::Error;

/// How long the calls of a service may take.
#[derive(Clone, Copy, Debug)]
pub struct CallLimits {
    /// A call with all its attempts.
    pub operation: Duration,
    /// One attempt.
    pub attempt: Duration,
    /// Making a connection.
    pub connect: Duration,
    /// The number of attempts.
    pub attempts: u32,
    /// The longest pause before the second attempt. Each further one can be twice as long.
    pub backoff: Duration,
    /// Whether a connection is kept for the next call.
    pub keeps_connections: bool,
}

/// How to reach a service in the region and with the credentials that Lambda puts into the environment. `service` is its
/// name in `AWS_ENDPOINT_URL_…`, and `variable` looks up a variable by name.
///
/// # Errors
/// [`InvalidEnvironment`] if the region or the credentials are missing, or the root certificates cannot be read.
pub fn sdk_config(
    service: &str,
    limits: &CallLimits,
    variable: impl Fn(&str) -> Option<String>,
) -> Result<SdkConfig, InvalidEnvironment> {
    let required = |name| variable(name).ok_or(InvalidEnvironment::Missing(name));
    let credentials = Credentials::new(
        required("AWS_ACCESS_KEY_ID")?,
        required("AWS_SECRET_ACCESS_KEY")?,
        variable("AWS_SESSION_TOKEN"),
        None,
        "environment",
    );
    let region = variable("AWS_DEFAULT_REGION");
    let region = variable("AWS_REGION").or(region).ok_or(InvalidEnvironment::Missing("AWS_REGION"))?;
    // Only `aws-config` would read these settings by itself.
    let is_true = |name| variable(name).is_some_and(|value| value.eq_ignore_ascii_case("true"));
    let endpoint = variable(&format!("AWS_ENDPOINT_URL_{service}")).or_else(|| variable("AWS_ENDPOINT_URL"));

    let trust_store = match variable("AWS_CA_BUNDLE") {
        Some(path) => {
            let bundle = fs::read(&path).map_err(|error| InvalidEnvironment::CaBundle(path, error.to_string()))?;
            TrustStore::empty().with_pem_certificate(bundle)
        }
        None => default_trust_store(&region, endpoint.is_some()),
    };
    let trust = TlsContext::builder().with_trust_store(trust_store).build();
    let trust = trust.map_err(|error| InvalidEnvironment::RootCertificates(error.to_string()))?;
    let mut http_client = Builder::new();
    if !limits.keeps_connections {
        http_client = http_client.pool_max_idle_per_host(0);
    }
    let mut config = SdkConfig::builder()
        .behavior_version(BehaviorVersion::latest())
        .region(Region::new(region))
        .credentials_provider(SharedCredentialsProvider::new(credentials))
        .sleep_impl(SharedAsyncSleep::new(TokioSleep::new()))
        .use_fips(is_true("AWS_USE_FIPS_ENDPOINT"))
        .use_dual_stack(is_true("AWS_USE_DUALSTACK_ENDPOINT"))
        .http_client(http_client.tls_provider(tls::Provider::Rustls(CryptoMode::Ring)).tls_context(trust).build_https())
        .retry_config(RetryConfig::standard().with_max_attempts(limits.attempts).with_initial_backoff(limits.backoff))
        .timeout_config(
            TimeoutConfig::builder()
                .connect_timeout(limits.connect)
                .operation_attempt_timeout(limits.attempt)
                .operation_timeout(limits.operation)
                .build(),
        );
    config.set_endpoint_url(endpoint);
    Ok(config.build())
}

/// The root certificates to trust by default: Amazon's own for AWS's endpoints; the system's for any other, and in
/// China, where AWS is operated by others. Parsing the system's certificates, more than a hundred, takes longer than
/// everything else before the handshake.
fn default_trust_store(region: &str, has_endpoint_override: bool) -> TrustStore {
    if has_endpoint_override || region.starts_with("cn-") {
        TrustStore::default()
    } else {
        TrustStore::empty().with_pem_certificate(include_str!("amazon_roots.pem"))
    }
}

/// What is wrong with a call of the service with this name, and what the operator should do about it. `known` are error
/// codes that mean something in particular.
pub fn remedy<E: ProvideErrorMetadata, R>(
    service: &str,
    error: &SdkError<E, R>,
    known: impl Fn(&str) -> Option<&'static str>,
) -> String {
    let Some(code) = error.code() else {
        return match error {
            SdkError::TimeoutError(_) => no_answer(service),
            SdkError::DispatchFailure(failure) => failure
                .as_connector_error()
                .map_or_else(|| no_answer(service), |error| connection_remedy(service, error)),
            _ => format!(
                "the answer is truncated or does not come from {service}; check what lies on the function's route to it \
                 (a proxy, a VPC endpoint) and the endpoint override, if one is set"
            ),
        };
    };
    if let Some(remedy) = known(code) {
        return remedy.to_owned();
    }
    match code {
        "UnrecognizedClientException" | "InvalidSignatureException" | "ExpiredTokenException" => {
            "AWS rejects the credentials in the environment; renew them".to_owned()
        }
        "ThrottlingException" => format!(
            "{service} is throttling this account in this region; find out what makes the calls, or request a higher \
             quota"
        ),
        "InternalServiceError" | "InternalServerError" => {
            format!("{service} reports an internal error; wait, and check the AWS Health Dashboard if it persists")
        }
        code => format!("{service} answers {code}; look this code up in its API reference"),
    }
}

fn no_answer(service: &str) -> String {
    format!(
        "{service} does not answer; check the function's route to it (subnets, VPC endpoint, security groups) and the \
         endpoint override, if one is set"
    )
}

/// What is wrong with a connection. The TLS library and the resolver tell causes apart only by their words.
fn connection_remedy(service: &str, error: &(dyn Error + 'static)) -> String {
    for cause in iter::successors(Some(error), |error: &&(dyn Error + 'static)| (*error).source()) {
        let io_error = cause.downcast_ref::<io::Error>();
        if io_error.is_some_and(|error| error.kind() == io::ErrorKind::ConnectionRefused) {
            return format!(
                "the connection to {service} is refused; check the endpoint override, if one is set, and what lies on \
                 the function's route to it (a proxy, a VPC endpoint)"
            );
        }
        let words = cause.to_string();
        if words.contains("failed to lookup address") || words.contains("dns error") {
            return format!(
                "the name of {service}'s endpoint cannot be resolved; check the region, the DNS settings of the \
                 function's network and the endpoint override, if one is set"
            );
        }
        if words.contains("invalid peer certificate") {
            return format!(
                "the certificate of {service}'s endpoint is not trusted; if a proxy or an endpoint of your own answers \
                 there, name its root certificate in AWS_CA_BUNDLE"
            );
        }
        if words.contains("InvalidContentType") {
            return format!(
                "what answers in place of {service} does not speak TLS; check the endpoint override, if one is set, and \
                 what lies on the function's route to it (a proxy, a VPC endpoint)"
            );
        }
    }
    no_answer(service)
}

/// Why AWS cannot be reached from this environment.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum InvalidEnvironment {
    /// A variable is not set.
    #[error("{0} is not set; Lambda sets it, but a local run has to set it itself")]
    Missing(&'static str),
    /// The file with root certificates cannot be read.
    #[error("the file {0}, which AWS_CA_BUNDLE names, cannot be read: {1}; correct or unset it")]
    CaBundle(String, String),
    /// The root certificates cannot be used.
    #[error("the root certificates cannot be used: {0}")]
    RootCertificates(String),
}

#[cfg(test)]
mod tests {
    use super::*;

    const LIMITS: CallLimits = CallLimits {
        operation: Duration::from_secs(1),
        attempt: Duration::from_secs(1),
        connect: Duration::from_secs(1),
        attempts: 1,
        backoff: Duration::ZERO,
        keeps_connections: true,
    };

    fn config(variables: &[(&str, &str)]) -> Result<SdkConfig, InvalidEnvironment> {
        let aws = [("AWS_REGION", "eu-central-1"), ("AWS_ACCESS_KEY_ID", "id"), ("AWS_SECRET_ACCESS_KEY", "hush")];
        let variable = |name: &str| variables.iter().chain(&aws).find(|(variable, _)| *variable == name);
        sdk_config("DYNAMODB", &LIMITS, |name| variable(name).map(|(_, value)| (*value).to_owned()))
    }

    #[test]
    fn a_bundle_of_root_certificates_must_be_readable() {
        let error = config(&[("AWS_CA_BUNDLE", "/nonexistent.pem")]).unwrap_err().to_string();
        assert!(error.contains("/nonexistent.pem") && error.contains("AWS_CA_BUNDLE"), "{error}");
    }

    #[test]
    fn the_endpoint_of_a_service_goes_before_that_of_all() {
        let endpoint = |variables: &[_]| config(variables).unwrap().endpoint_url().map(str::to_owned);
        let all = ("AWS_ENDPOINT_URL", "http://all");
        assert_eq!(endpoint(&[]), None);
        assert_eq!(endpoint(&[all]).unwrap(), "http://all");
        assert_eq!(endpoint(&[("AWS_ENDPOINT_URL_DYNAMODB", "http://one"), all]).unwrap(), "http://one");
        assert_eq!(endpoint(&[("AWS_ENDPOINT_URL_SECRETS_MANAGER", "http://other"), all]).unwrap(), "http://all");
    }
}
