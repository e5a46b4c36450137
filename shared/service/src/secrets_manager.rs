//! The secret in AWS Secrets Manager that holds the keyring.

use std::{fmt, time::Duration};

use aws_sdk_secretsmanager::{
    Client,
    error::{ProvideErrorMetadata, SdkError},
};
use zeroize::Zeroizing;

use crate::aws::{self, CallLimits, InvalidEnvironment};

/// The stage of the version that is in use.
pub const CURRENT: &str = "AWSCURRENT";

/// All attempts together end well within the ten seconds of Lambda's init phase. Two attempts, and the pause between
/// them, fit into the time that a request waits for a refresh.
const LIMITS: CallLimits = CallLimits {
    operation: Duration::from_secs(8),
    attempt: Duration::from_millis(900),
    connect: Duration::from_millis(700),
    attempts: 4,
    backoff: Duration::from_millis(100),
    // The other side may have dropped a connection while Lambda froze the process.
    keeps_connections: false,
};

/// A secret, and the client to reach it.
pub struct SecretsManager {
    client: Client,
    id: String,
}

impl SecretsManager {
    /// The secret with this name or ARN, reached as the environment says. `variable` looks up a variable by name.
    ///
    /// # Errors
    /// [`InvalidEnvironment`] if the region or the credentials are missing.
    pub fn from_environment(id: String, variable: impl Fn(&str) -> Option<String>) -> Result<Self, InvalidEnvironment> {
        let config = aws::sdk_config("SECRETS_MANAGER", &LIMITS, variable)?;
        Ok(Self { client: Client::new(&config), id })
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

/// What is wrong with a call and what the operator should do about it.
///
/// The SDK's error is not kept as a source: it holds the response, and with it perhaps the keyring.
pub fn remedy<E: ProvideErrorMetadata, R>(error: &SdkError<E, R>) -> String {
    aws::remedy("Secrets Manager", error, |code| match code {
        "ResourceNotFoundException" => Some(
            "the secret does not exist in this account and region, or has no current value; create it, store the \
             keyring in it, or correct KEYRING_SECRET_ID",
        ),
        "AccessDeniedException" => {
            Some("access is denied; grant the function's role secretsmanager:GetSecretValue on it")
        }
        "DecryptionFailure" => Some("its KMS key cannot be used; grant the function's role kms:Decrypt on that key"),
        "InvalidRequestException" => {
            Some("it cannot be read in its current state; if it is scheduled for deletion, restore it")
        }
        _ => None,
    })
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
        assert!(2 * LIMITS.attempt + LIMITS.backoff < crate::keyring_cache::MAX_WAIT);
    }
}
