//! The versions of the secret in Secrets Manager.

use aws_sdk_secretsmanager::error::{ProvideErrorMetadata, SdkError};
use service::secrets_manager::{CURRENT, SecretsManager, remedy};
use zeroize::Zeroizing;

use crate::rotation::{PENDING, SecretMetadata, SecretVersions, StoreError};

impl SecretVersions for SecretsManager {
    async fn describe(&self) -> Result<SecretMetadata, StoreError> {
        let call = self.client().describe_secret().secret_id(self.id());
        let answer = call.send().await.map_err(|error| store_error(self, &error))?;
        Ok(SecretMetadata {
            // Absent where rotation has never been turned on before, as when its first configuration is tested.
            rotation_enabled: answer.rotation_enabled.unwrap_or(true),
            versions: answer.version_ids_to_stages.unwrap_or_default().into_iter().collect(),
        })
    }

    async fn value(&self, stage: &str, version: Option<&str>) -> Result<Option<Zeroizing<String>>, StoreError> {
        let call = self.client().get_secret_value().secret_id(self.id()).version_stage(stage);
        match call.set_version_id(version.map(str::to_owned)).send().await {
            Ok(answer) => Ok(answer.secret_string.map(Zeroizing::new)),
            // This is the answer for a version that is staged but has no value yet.
            Err(error) if error.code() == Some("ResourceNotFoundException") => Ok(None),
            Err(error) => Err(store_error(self, &error)),
        }
    }

    async fn put_pending(&self, version: &str, value: &str) -> Result<(), StoreError> {
        let call = self.client().put_secret_value().secret_id(self.id()).client_request_token(version);
        let call = call.secret_string(value).version_stages(PENDING);
        call.send().await.map(drop).map_err(|error| store_error(self, &error))
    }

    async fn move_current(&self, from: &str, to: &str) -> Result<(), StoreError> {
        let call = self.client().update_secret_version_stage().secret_id(self.id()).version_stage(CURRENT);
        let call = call.remove_from_version_id(from).move_to_version_id(to);
        call.send().await.map(drop).map_err(|error| store_error(self, &error))
    }

    async fn release_pending(&self, version: &str) -> Result<(), StoreError> {
        let call = self.client().update_secret_version_stage().secret_id(self.id()).version_stage(PENDING);
        call.remove_from_version_id(version).send().await.map(drop).map_err(|error| store_error(self, &error))
    }
}

fn store_error<E: ProvideErrorMetadata, R>(secret: &SecretsManager, error: &SdkError<E, R>) -> StoreError {
    StoreError(format!("{}: {}", secret.name(), remedy(error)))
}
