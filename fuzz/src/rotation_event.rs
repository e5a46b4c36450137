//! Events that ask for a step of a rotation, in a row.

use std::{collections::BTreeMap, sync::Mutex};

use rotate_keyring::{Event, handle};
use sealed_qr::{
    keyring::Keyring,
    rotation::{CURRENT, Description, PENDING, SecretVersions, StoreError},
};
use serde::Deserialize;
use zeroize::Zeroizing;

use crate::sample::wait_for;

/// The secret that the events are about.
const ARN: &str = "arn";

/// Takes a secret in its first line and an event in each other. Whatever comes, the keyring in use changes only into
/// itself and one key more, and an event that is refused changes nothing.
pub fn run(data: &[u8]) {
    let Some((secret, events)) = std::str::from_utf8(data).ok().and_then(|text| text.split_once('\n')) else { return };
    let Ok(secret) = serde_json::from_str::<Secret>(secret) else { return };
    let store = Store(Mutex::new(secret));
    for event in events.lines() {
        let Ok(event) = serde_json::from_str::<Event>(event) else { continue };
        let before = store.secret();
        let taken = wait_for(handle(&store, ARN, &event));
        let after = store.secret();
        if taken.is_err() {
            assert_eq!(before, after);
        }
        if before.current() == after.current() {
            continue;
        }
        assert!(matches!(&event, Event::Rotation(event) if event.step == "finishSecret"));
        let keyring = |secret: &Secret| secret.current().map(Keyring::parse);
        let (Some(Ok(old)), Some(Ok(new))) = (keyring(&before), keyring(&after)) else { panic!("it is no keyring") };
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

    fn current(&self) -> Option<&str> {
        self.values.get(self.version(CURRENT)?).map(String::as_str)
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
    async fn describe(&self) -> Result<Description, StoreError> {
        let Secret { rotation_enabled, stages, .. } = self.secret();
        Ok(Description { rotation_enabled, versions: stages.into_iter().collect() })
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
            assert!(old.is_none(), "a version's value is never written twice");
            for stages in secret.stages.values_mut() {
                stages.retain(|stage| stage != PENDING);
            }
            secret.stages.entry(version.to_owned()).or_default().push(PENDING.to_owned());
        });
        Ok(())
    }

    async fn move_current(&self, from: &str, to: &str) -> Result<(), StoreError> {
        self.change(|secret| {
            let stages = secret.stages.get_mut(from).expect("the version exists");
            assert!(stages.iter().any(|stage| stage == CURRENT), "only the version in use is put out of use");
            stages.retain(|stage| stage != CURRENT);
            secret.stages.entry(to.to_owned()).or_default().push(CURRENT.to_owned());
        });
        Ok(())
    }
}
