//! The secret in AWS Secrets Manager that holds the keyring.

use std::{error::Error, fmt, fs, io, iter, time::Duration};

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
/// Two attempts, and the pause between them, fit into the time that a request waits for a refresh.
const ATTEMPT_TIMEOUT: Duration = Duration::from_millis(900);
const CONNECT_TIMEOUT: Duration = Duration::from_millis(700);
const ATTEMPTS: u32 = 4;
/// The longest pause before the second attempt. Each further one can be twice as long, and all of them together leave an
/// error that comes at once within the wait of a request.
const BACKOFF: Duration = Duration::from_millis(100);

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
        // Only `aws-config` would read these settings by itself.
        let is_true = |name| variable(name).is_some_and(|value| value.eq_ignore_ascii_case("true"));
        let endpoint = variable("AWS_ENDPOINT_URL_SECRETS_MANAGER").or_else(|| variable("AWS_ENDPOINT_URL"));

        let trust_store = match variable("AWS_CA_BUNDLE") {
            Some(path) => {
                let bundle = fs::read(&path).map_err(|error| InvalidEnvironment::CaBundle(path, error.to_string()))?;
                TrustStore::empty().with_pem_certificate(bundle)
            }
            None => default_trust_store(&region, endpoint.is_some()),
        };
        let trust = TlsContext::builder().with_trust_store(trust_store).build();
        let trust = trust.map_err(|error| InvalidEnvironment::RootCertificates(error.to_string()))?;
        let mut config = Config::builder()
            .behavior_version_latest()
            .region(Region::new(region))
            .credentials_provider(credentials)
            .use_fips(is_true("AWS_USE_FIPS_ENDPOINT"))
            .use_dual_stack(is_true("AWS_USE_DUALSTACK_ENDPOINT"))
            .http_client(
                // Without a pool: the other side may have dropped a connection while Lambda froze the process.
                Builder::new()
                    .pool_max_idle_per_host(0)
                    .tls_provider(tls::Provider::Rustls(CryptoMode::Ring))
                    .tls_context(trust)
                    .build_https(),
            )
            .retry_config(RetryConfig::standard().with_max_attempts(ATTEMPTS).with_initial_backoff(BACKOFF))
            .timeout_config(
                TimeoutConfig::builder()
                    .connect_timeout(CONNECT_TIMEOUT)
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
    /// The file with root certificates cannot be read.
    #[error("the file {0}, which AWS_CA_BUNDLE names, cannot be read: {1}; correct or unset it")]
    CaBundle(String, String),
    /// The root certificates cannot be used.
    #[error("the root certificates cannot be used: {0}")]
    RootCertificates(String),
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
        None => match error {
            SdkError::TimeoutError(_) => NO_ANSWER,
            SdkError::DispatchFailure(failure) => {
                failure.as_connector_error().map_or(NO_ANSWER, |error| connection_remedy(error))
            }
            _ => {
                "the answer is truncated or does not come from Secrets Manager; check what lies on the function's \
                 route to it (a proxy, a VPC endpoint) and the endpoint override, if one is set"
            }
        },
    }
    .to_owned()
}

const NO_ANSWER: &str = "Secrets Manager does not answer; check the function's route to it (subnets, VPC endpoint, \
                         security groups) and the endpoint override, if one is set";

/// What is wrong with a connection. The TLS library and the resolver tell causes apart only by their words.
fn connection_remedy(error: &(dyn Error + 'static)) -> &'static str {
    for cause in iter::successors(Some(error), |error: &&(dyn Error + 'static)| (*error).source()) {
        let io_error = cause.downcast_ref::<io::Error>();
        if io_error.is_some_and(|error| error.kind() == io::ErrorKind::ConnectionRefused) {
            return "the connection to Secrets Manager is refused; check the endpoint override, if one is set, and what \
                    lies on the function's route to it (a proxy, a VPC endpoint)";
        }
        let words = cause.to_string();
        if words.contains("failed to lookup address") || words.contains("dns error") {
            return "the name of Secrets Manager's endpoint cannot be resolved; check the region, the DNS settings of \
                    the function's network and the endpoint override, if one is set";
        }
        if words.contains("invalid peer certificate") {
            return "the certificate of Secrets Manager's endpoint is not trusted; if a proxy or an endpoint of your \
                    own answers there, name its root certificate in AWS_CA_BUNDLE";
        }
        if words.contains("InvalidContentType") {
            return "what answers in place of Secrets Manager does not speak TLS; check the endpoint override, if one \
                    is set, and what lies on the function's route to it (a proxy, a VPC endpoint)";
        }
    }
    NO_ANSWER
}

#[cfg(test)]
mod tests {
    use std::{
        io::{Read as _, Write as _},
        net::TcpListener,
        thread,
    };

    use super::*;

    fn secret(variables: &[(&str, &str)]) -> Result<SecretsManager, InvalidEnvironment> {
        let aws = [("AWS_REGION", "eu-central-1"), ("AWS_ACCESS_KEY_ID", "id"), ("AWS_SECRET_ACCESS_KEY", "hush")];
        let variable = |name: &str| variables.iter().chain(&aws).find(|(variable, _)| *variable == name);
        SecretsManager::from_environment("keyring".to_owned(), |name| {
            variable(name).map(|(_, value)| (*value).to_owned())
        })
    }

    async fn failure(endpoint: &str) -> String {
        secret(&[("AWS_ENDPOINT_URL", endpoint)]).unwrap().fetch().await.unwrap_err()
    }

    #[tokio::test]
    async fn causes_of_failed_connections_are_told_apart() {
        let closed = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
        assert!(failure(&format!("http://{closed}")).await.starts_with("the connection to Secrets Manager is refused"));
        let unresolved = failure("http://secretsmanager.invalid").await;
        assert!(unresolved.starts_with("the name of Secrets Manager's endpoint cannot be resolved"), "{unresolved}");
    }

    #[tokio::test]
    async fn a_server_without_tls_is_recognized() {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap();
        thread::spawn(move || {
            for stream in listener.incoming() {
                let mut stream = stream.unwrap();
                let _ = stream.read(&mut [0; 512]);
                let _ = stream.write_all(b"HTTP/1.1 400 Bad Request\r\ncontent-length: 0\r\n\r\n");
            }
        });
        let plain = failure(&format!("https://localhost:{}", address.port())).await;
        assert!(plain.starts_with("what answers in place of Secrets Manager does not speak TLS"), "{plain}");
    }

    #[tokio::test]
    async fn a_silent_server_leaves_time_for_a_second_attempt() {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap();
        let connections = thread::spawn(move || {
            // Never answers the first request.
            let _silent = listener.accept().unwrap();
            let (mut stream, _) = listener.accept().unwrap();
            let _ = stream.read(&mut [0; 4096]);
            let body = r#"{"Name":"keyring","SecretString":"{}"}"#;
            let head = "HTTP/1.1 200 OK\r\ncontent-type: application/x-amz-json-1.1\r\n";
            write!(stream, "{head}content-length: {}\r\n\r\n{body}", body.len()).unwrap();
        });
        let value = secret(&[("AWS_ENDPOINT_URL", &format!("http://{address}"))]).unwrap().fetch().await.unwrap();
        assert_eq!(*value, "{}");
        connections.join().unwrap();
        assert!(2 * ATTEMPT_TIMEOUT + BACKOFF < crate::keyring_cache::MAX_WAIT);
    }

    #[test]
    fn a_bundle_of_root_certificates_must_be_readable() {
        let error = secret(&[("AWS_CA_BUNDLE", "/nonexistent.pem")]).unwrap_err().to_string();
        assert!(error.contains("/nonexistent.pem") && error.contains("AWS_CA_BUNDLE"), "{error}");
    }
}
