//! The secret in AWS Secrets Manager that holds the keyring.

use std::{fmt, time::Duration};

use aws_sdk_secretsmanager::{
    Client, Config,
    config::{Credentials, Region, retry::RetryConfig, timeout::TimeoutConfig},
    error::{ProvideErrorMetadata, SdkError},
};
use aws_smithy_http_client::{
    Builder,
    tls::{self, TlsContext, TrustStore, rustls_provider::CryptoMode},
};
use thiserror::Error;
use zeroize::Zeroizing;

/// The stage of the version that is in use.
pub const CURRENT: &str = "AWSCURRENT";

/// All attempts together must end well within the ten seconds of Lambda's init phase.
const OPERATION_TIMEOUT: Duration = Duration::from_secs(8);
const ATTEMPT_TIMEOUT: Duration = Duration::from_millis(2500);
const CONNECT_TIMEOUT: Duration = Duration::from_secs(1);
const READ_TIMEOUT: Duration = Duration::from_secs(2);
const ATTEMPTS: u32 = 3;
/// The longest pause before the second attempt; the one before the third is twice as long. Both fit into the time that a
/// request waits for a refresh, so that the last error is known by then.
const BACKOFF: Duration = Duration::from_millis(500);

/// A secret, and the client to reach it.
pub struct SecretsManager {
    client: Client,
    id: String,
}

impl SecretsManager {
    /// The secret with this name or ARN, in the region and with the credentials that Lambda puts into the environment.
    /// `variable` looks up a variable by name.
    ///
    /// # Errors
    /// [`InvalidEnvironment`] if the region or the credentials are missing.
    pub fn from_environment(id: String, variable: impl Fn(&str) -> Option<String>) -> Result<Self, InvalidEnvironment> {
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
        // The SDK itself reads the override only through `aws-config`.
        let endpoint = variable("AWS_ENDPOINT_URL_SECRETS_MANAGER").or_else(|| variable("AWS_ENDPOINT_URL"));

        let trust = TlsContext::builder().with_trust_store(trust_store(&region, endpoint.is_some())).build();
        let trust = trust.map_err(|error| InvalidEnvironment::RootCertificates(error.to_string()))?;
        let mut config = Config::builder()
            .behavior_version_latest()
            .region(Region::new(region))
            .credentials_provider(credentials)
            .http_client(
                Builder::new().tls_provider(tls::Provider::Rustls(CryptoMode::Ring)).tls_context(trust).build_https(),
            )
            .retry_config(RetryConfig::standard().with_max_attempts(ATTEMPTS).with_initial_backoff(BACKOFF))
            .timeout_config(
                TimeoutConfig::builder()
                    .connect_timeout(CONNECT_TIMEOUT)
                    .read_timeout(READ_TIMEOUT)
                    .operation_attempt_timeout(ATTEMPT_TIMEOUT)
                    .operation_timeout(OPERATION_TIMEOUT)
                    .build(),
            );
        config.set_endpoint_url(endpoint);
        Ok(Self { client: Client::from_conf(config.build()), id })
    }

    /// The client.
    #[must_use]
    pub fn client(&self) -> &Client {
        &self.client
    }

    /// The name or ARN of the secret.
    #[must_use]
    pub fn id(&self) -> &str {
        &self.id
    }

    /// What messages to the operator call the secret.
    #[must_use]
    pub fn name(&self) -> String {
        format!("the secret {}", self.id)
    }

    /// Fetches the current value.
    ///
    /// # Errors
    /// What is wrong and what the operator should do about it.
    pub async fn fetch(&self) -> Result<Zeroizing<String>, String> {
        let call = self.client.get_secret_value().secret_id(&self.id).version_stage(CURRENT);
        let answer = call.send().await.map_err(|error| remedy(&error))?;
        let value = answer.secret_string.map(Zeroizing::new);
        value.ok_or_else(|| "its value is binary; store the keyring as text".to_owned())
    }
}

impl fmt::Debug for SecretsManager {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SecretsManager").field("id", &self.id).finish_non_exhaustive()
    }
}

/// Why there is no client of Secrets Manager.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum InvalidEnvironment {
    /// A variable is not set.
    #[error("{0} is not set; Lambda sets it, but a local run has to set it itself")]
    Missing(&'static str),
    /// The root certificates cannot be used.
    #[error("the root certificates cannot be used: {0}")]
    RootCertificates(String),
}

/// The root certificates to trust: Amazon's own for AWS's endpoints; the system's for any other endpoint, and in China,
/// where AWS is operated by others. Parsing the system's certificates, more than a hundred, takes longer than everything
/// else before the handshake.
fn trust_store(region: &str, has_endpoint_override: bool) -> TrustStore {
    if has_endpoint_override || region.starts_with("cn-") {
        TrustStore::default()
    } else {
        TrustStore::empty().with_pem_certificate(include_str!("amazon_roots.pem"))
    }
}

/// What is wrong with a call and what the operator should do about it.
///
/// The SDK's error is not kept as a source: it holds the response, and with it perhaps the keyring.
pub fn remedy<E: ProvideErrorMetadata, R>(error: &SdkError<E, R>) -> String {
    match error.code() {
        Some("ResourceNotFoundException") => {
            "the secret does not exist in this account and region, or has no current value; create it, store the \
             keyring in it, or correct KEYRING_SECRET_ID"
        }
        Some("AccessDeniedException") => {
            "access is denied; grant the function's role secretsmanager:GetSecretValue on it"
        }
        Some("DecryptionFailure") => "its KMS key cannot be used; grant the function's role kms:Decrypt on that key",
        Some("InvalidRequestException") => {
            "it cannot be read in its current state; if it is scheduled for deletion, restore it"
        }
        Some("UnrecognizedClientException" | "InvalidSignatureException" | "ExpiredTokenException") => {
            "AWS rejects the credentials in the environment; renew them"
        }
        Some("ThrottlingException") => {
            "Secrets Manager is throttling this account in this region; find out what makes the calls, or request a \
             higher quota"
        }
        Some("InternalServiceError") => {
            "Secrets Manager reports an internal error; wait, and check the AWS Health Dashboard if it persists"
        }
        Some(code) => return format!("Secrets Manager answers {code}; look this code up in its API reference"),
        None if matches!(error, SdkError::TimeoutError(_) | SdkError::DispatchFailure(_)) => {
            "Secrets Manager does not answer; check the function's route to it (subnets, VPC endpoint, security \
             groups) and the endpoint override, if one is set"
        }
        None => {
            "the answer is truncated or does not come from Secrets Manager; check what lies on the function's route to \
             it (a proxy, a VPC endpoint) and the endpoint override, if one is set"
        }
    }
    .to_owned()
}
