//! AWS Secrets Manager, which holds the keyring. The only place that knows AWS.

use std::time::Duration;

use aws_sdk_secretsmanager::{
    Client, Config,
    config::{Credentials, Region, retry::RetryConfig, timeout::TimeoutConfig},
    error::{ProvideErrorMetadata, SdkError},
};
use aws_smithy_http_client::{
    Builder,
    tls::{self, TlsContext, TrustStore, rustls_provider::CryptoMode},
};
use zeroize::Zeroizing;

use crate::{
    keyring_source::{FetchError, KeyringSource},
    rotation::{CURRENT, Description, PENDING, SecretVersions, StoreError},
};

/// All attempts together must end well within the ten seconds of Lambda's init phase.
const OPERATION_TIMEOUT: Duration = Duration::from_secs(8);
const ATTEMPT_TIMEOUT: Duration = Duration::from_millis(2500);
const CONNECT_TIMEOUT: Duration = Duration::from_secs(1);
const READ_TIMEOUT: Duration = Duration::from_secs(2);
const ATTEMPTS: u32 = 3;
/// The longest pause before the second attempt; before the third it is twice as long. Both fit into the time that a
/// request waits for a refresh, so that the error of the last attempt is known by then.
const BACKOFF: Duration = Duration::from_millis(500);

/// The secret that holds the keyring.
pub struct SecretsManager {
    client: Client,
    secret_id: String,
}

impl SecretsManager {
    /// The secret with this name or ARN, in the region and with the credentials that Lambda puts into the
    /// environment; `variable` looks one up by name.
    ///
    /// # Errors
    /// [`FetchError`] when the environment lacks the region or the credentials.
    pub fn from_environment(secret_id: String, variable: impl Fn(&str) -> Option<String>) -> Result<Self, FetchError> {
        let set = |name: &str| variable(name).filter(|value| !value.is_empty());
        let required = |name: &str| {
            set(name).ok_or_else(|| FetchError(format!("{name} is not set; Lambda sets it, a local run must")))
        };
        let credentials = Credentials::new(
            required("AWS_ACCESS_KEY_ID")?,
            required("AWS_SECRET_ACCESS_KEY")?,
            set("AWS_SESSION_TOKEN"),
            None,
            "environment",
        );
        let region = set("AWS_REGION").map_or_else(|| required("AWS_DEFAULT_REGION"), Ok);
        let region =
            region.map_err(|_| FetchError("AWS_REGION is not set; Lambda sets it, a local run must".into()))?;
        // Only `aws-config` would read the override on its own.
        let endpoint = set("AWS_ENDPOINT_URL_SECRETS_MANAGER").or_else(|| set("AWS_ENDPOINT_URL"));

        let trust = TlsContext::builder().with_trust_store(trust_store(&region, endpoint.is_some())).build();
        let trust = trust.map_err(|error| FetchError(format!("the root certificates cannot be used: {error}")))?;
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
        Ok(Self { client: Client::from_conf(config.build()), secret_id })
    }

    fn store_error<E: ProvideErrorMetadata, R>(&self, error: &SdkError<E, R>) -> StoreError {
        StoreError(format!("{}: {}", self.name(), remedy(error)))
    }
}

impl SecretVersions for SecretsManager {
    async fn describe(&self) -> Result<Description, StoreError> {
        let call = self.client.describe_secret().secret_id(&self.secret_id);
        let answer = call.send().await.map_err(|error| self.store_error(&error))?;
        Ok(Description {
            rotation_enabled: answer.rotation_enabled.unwrap_or_default(),
            versions: answer.version_ids_to_stages.unwrap_or_default().into_iter().collect(),
        })
    }

    async fn value(&self, stage: &str, version: Option<&str>) -> Result<Option<Zeroizing<String>>, StoreError> {
        let call = self.client.get_secret_value().secret_id(&self.secret_id).version_stage(stage);
        match call.set_version_id(version.map(str::to_owned)).send().await {
            Ok(answer) => Ok(answer.secret_string.map(Zeroizing::new)),
            // So it answers for a version that is staged but has no value yet.
            Err(error) if error.code() == Some("ResourceNotFoundException") => Ok(None),
            Err(error) => Err(self.store_error(&error)),
        }
    }

    async fn put_pending(&self, version: &str, value: &str) -> Result<(), StoreError> {
        let call = self.client.put_secret_value().secret_id(&self.secret_id).client_request_token(version);
        let call = call.secret_string(value).version_stages(PENDING);
        call.send().await.map(drop).map_err(|error| self.store_error(&error))
    }

    async fn move_current(&self, from: &str, to: &str) -> Result<(), StoreError> {
        let call = self.client.update_secret_version_stage().secret_id(&self.secret_id).version_stage(CURRENT);
        let call = call.remove_from_version_id(from).move_to_version_id(to);
        call.send().await.map(drop).map_err(|error| self.store_error(&error))
    }
}

impl KeyringSource for SecretsManager {
    async fn fetch(&self) -> Result<Zeroizing<String>, FetchError> {
        let answer = self
            .client
            .get_secret_value()
            .secret_id(&self.secret_id)
            .version_stage(CURRENT)
            .send()
            .await
            .map_err(|error| FetchError(remedy(&error)))?;
        answer
            .secret_string
            .map(Zeroizing::new)
            .ok_or_else(|| FetchError("its value is binary; store the keyring as text".into()))
    }

    fn name(&self) -> String {
        format!("the secret {}", self.secret_id)
    }
}

/// The root certificates to trust: Amazon's own for AWS's endpoints, those of the system for any other endpoint and
/// in China, where others operate AWS. To parse the hundred and more of the system takes longer than everything else
/// before the handshake.
fn trust_store(region: &str, has_endpoint_override: bool) -> TrustStore {
    if has_endpoint_override || region.starts_with("cn-") {
        TrustStore::default()
    } else {
        TrustStore::empty().with_pem_certificate(include_str!("amazon_roots.pem"))
    }
}

/// What the operator should do about a failed call.
fn remedy<E: ProvideErrorMetadata, R>(error: &SdkError<E, R>) -> String {
    match error.code() {
        Some("ResourceNotFoundException") => {
            "there is no such secret in this account and region, or it has no current value; create it, store the \
             keyring in it or correct KEYRING_SECRET_ID"
                .into()
        }
        Some("AccessDeniedException") => {
            "access is denied; allow the function's role secretsmanager:GetSecretValue on it".into()
        }
        Some("DecryptionFailure") => "its KMS key cannot be used; allow the function's role kms:Decrypt with it".into(),
        Some("InvalidRequestException") => {
            "it cannot be read in its state; if it is scheduled for deletion, restore it".into()
        }
        Some("UnrecognizedClientException" | "InvalidSignatureException" | "ExpiredTokenException") => {
            "the credentials in the environment are not accepted; renew them".into()
        }
        Some("ThrottlingException") => {
            "Secrets Manager refuses so many calls of this account and region; find out who makes them, or have the \
             quota raised"
                .into()
        }
        Some("InternalServiceError") => {
            "Secrets Manager has a fault of its own; wait, and see the AWS Health Dashboard if it lasts".into()
        }
        Some(code) => format!("Secrets Manager answers {code}; look the code up in its API reference"),
        None if matches!(error, SdkError::TimeoutError(_) | SdkError::DispatchFailure(_)) => {
            "Secrets Manager does not answer; check the function's route to it (subnets, VPC endpoint, security \
             groups) and the endpoint override, if one is set"
                .into()
        }
        None => "the answer is cut off or is not Secrets Manager's; check what is on the function's route to it (a \
                 proxy, a VPC endpoint) and the endpoint override, if one is set"
            .into(),
    }
}
