//! Events that ask for the steps of rotations, one after the other.

use std::{collections::BTreeMap, sync::Mutex};

use rotate_keyring::{
    Event, handle,
    rotation::{PENDING, PREVIOUS, RotationError, SecretMetadata, SecretVersions, StoreError},
};
use sealed_qr::Keyring;
use serde::Deserialize;
use service::secrets_manager::CURRENT;
use zeroize::Zeroizing;

use crate::sample::wait_for;

/// The ARN of the secret.
const ARN: &str = "arn";

/// Takes a secret in the first line and an event in each further line. Whatever the events are, the keyring in use only
/// ever gains one key, whose id is above those of the current and the previous keyring. An event that is refused
/// changes nothing, except that it may end a rotation that cannot finish.
pub fn run(data: &[u8]) {
    let Some((secret, events)) = std::str::from_utf8(data).ok().and_then(|text| text.split_once('\n')) else { return };
    let Ok(secret) = serde_json::from_str::<Secret>(secret) else { return };
    let store = Store(Mutex::new(secret));
    for event in events.lines() {
        let Ok(event) = serde_json::from_str::<Event>(event) else { continue };
        let before = store.secret();
        let taken = wait_for(handle(&store, ARN, &event));
        let after = store.secret();
        if let Err(error) = taken {
            let mut expected = before.clone();
            if let (RotationError::Overtaken | RotationError::Pending(_), Event::Rotation(event)) = (error, &event) {
                expected.remove_stage(PENDING, &event.client_request_token);
            }
            assert_eq!(expected, after);
        }
        if before.value(CURRENT) == after.value(CURRENT) {
            continue;
        }
        assert!(matches!(&event, Event::Rotation(event) if event.step == "finishSecret"));
        let [old, new] = [before, after].map(|secret| secret.keyring(CURRENT).expect("a keyring is in use"));
        assert!(new.is_rotation_of(&old));
    }
}

/// A secret as Secrets Manager holds it.
#[derive(Clone, Debug, Deserialize, PartialEq)]
struct Secret {
    rotation_enabled: bool,
    /// The stages of each version, by its id.
    stages: BTreeMap<String, Vec<String>>,
    /// The values of those versions that have one.
    values: BTreeMap<String, String>,
}

impl Secret {
    fn version(&self, stage: &str) -> Option<&str> {
        self.stages.iter().find(|(_, stages)| stages.iter().any(|name| name == stage)).map(|(id, _)| id.as_str())
    }

    fn value(&self, stage: &str) -> Option<&str> {
        self.values.get(self.version(stage)?).map(String::as_str)
    }

    /// The keyring in the version with this stage, if it has one.
    fn keyring(&self, stage: &str) -> Option<Keyring> {
        self.value(stage).and_then(|value| Keyring::parse(value).ok())
    }

    fn remove_stage(&mut self, stage: &str, version: &str) {
        if let Some(stages) = self.stages.get_mut(version) {
            stages.retain(|name| name != stage);
        }
    }

    /// Gives a stage to a version, and takes it from the version that has it.
    fn move_stage(&mut self, stage: &str, version: &str) {
        for stages in self.stages.values_mut() {
            stages.retain(|name| name != stage);
        }
        self.stages.entry(version.to_owned()).or_default().push(stage.to_owned());
    }
}

struct Store(Mutex<Secret>);

impl Store {
    fn secret(&self) -> Secret {
        self.0.lock().expect("nothing panics while it holds the lock").clone()
    }

    fn change(&self, change: impl FnOnce(&mut Secret)) {
        change(&mut self.0.lock().expect("nothing panics while it holds the lock"));
    }
}

impl SecretVersions for Store {
    async fn describe(&self) -> Result<SecretMetadata, StoreError> {
        let Secret { rotation_enabled, stages, .. } = self.secret();
        Ok(SecretMetadata { rotation_enabled, versions: stages.into_iter().collect() })
    }

    async fn value(&self, stage: &str, version: Option<&str>) -> Result<Option<Zeroizing<String>>, StoreError> {
        let secret = self.secret();
        let staged = |id: &&str| secret.stages.get(*id).is_some_and(|stages| stages.iter().any(|name| name == stage));
        let id = version.or_else(|| secret.version(stage)).filter(staged);
        Ok(id.and_then(|id| secret.values.get(id)).cloned().map(Zeroizing::new))
    }

    async fn put_pending(&self, version: &str, value: &str) -> Result<(), StoreError> {
        self.change(|secret| {
            let old = secret.values.insert(version.to_owned(), value.to_owned());
            assert!(old.is_none(), "the value of a version is never written twice");
            let new = Keyring::parse(value).expect("a keyring is written").newest().0;
            let used = [CURRENT, PREVIOUS].into_iter().filter_map(|stage| secret.keyring(stage));
            assert!(used.into_iter().all(|used| used.newest().0 < new), "the id of a key is never used again");
            secret.move_stage(PENDING, version);
        });
        Ok(())
    }

    async fn move_current(&self, from: &str, to: &str) -> Result<(), StoreError> {
        self.change(|secret| {
            assert_eq!(secret.version(CURRENT), Some(from), "only the version in use is taken out of use");
            secret.move_stage(CURRENT, to);
            secret.move_stage(PREVIOUS, from);
        });
        Ok(())
    }

    async fn release_pending(&self, version: &str) -> Result<(), StoreError> {
        self.change(|secret| secret.remove_stage(PENDING, version));
        Ok(())
    }
}
