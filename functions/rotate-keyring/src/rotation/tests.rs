use std::{
    collections::BTreeSet,
    sync::{Mutex, MutexGuard},
};

use super::*;

const TOKEN: &str = "token";

/// A secret in memory, with AWS's rules for stages. It can fail at one of its calls.
#[derive(Default)]
struct FakeSecret {
    secret: Mutex<Secret>,
}

#[derive(Clone, Default)]
struct Secret {
    metadata: SecretMetadata,
    values: Vec<(String, String)>,
    /// The call that fails, counted down; none when negative.
    fails_in: i32,
    /// Whether the call that fails has its effect and only the answer is lost.
    loses_answer: bool,
}

impl FakeSecret {
    /// A secret with a keyring, of which a rotation has begun.
    fn new(keyring: &str) -> Self {
        let stages = |stage: &str| vec![stage.to_owned()];
        let versions = vec![("first".to_owned(), stages(CURRENT)), (TOKEN.to_owned(), stages(PENDING))];
        let metadata = SecretMetadata { rotation_enabled: true, versions };
        let values = vec![("first".to_owned(), keyring.to_owned())];
        Self { secret: Mutex::new(Secret { metadata, values, fails_in: -1, ..Secret::default() }) }
    }

    fn lock(&self) -> MutexGuard<'_, Secret> {
        self.secret.lock().unwrap()
    }

    fn call<T>(&self, effect: impl FnOnce(&mut Secret) -> T) -> Result<T, StoreError> {
        let mut secret = self.lock();
        secret.fails_in -= 1;
        let fails = secret.fails_in == 0;
        let result = (!fails || secret.loses_answer).then(|| effect(&mut secret));
        result.filter(|_| !fails).ok_or_else(|| StoreError("broken on purpose".to_owned()))
    }

    fn current(&self) -> Keyring {
        let secret = self.lock();
        let id = secret.metadata.current().unwrap();
        Keyring::parse(secret.value(id).unwrap()).unwrap()
    }

    fn set_value(&self, version: &str, value: &str) {
        self.lock().set_value(version, value);
    }
}

impl Secret {
    fn set_value(&mut self, version: &str, value: &str) {
        self.values.retain(|(id, _)| id != version);
        self.values.push((version.to_owned(), value.to_owned()));
    }

    fn value(&self, version: &str) -> Option<&str> {
        self.values.iter().find(|(id, _)| id == version).map(|(_, value)| value.as_str())
    }

    fn with_stage(&self, stage: &str) -> Option<&str> {
        let has_stage = |stages: &[String]| stages.iter().any(|name| name == stage);
        self.metadata.versions.iter().find(|(_, stages)| has_stage(stages)).map(|(id, _)| id.as_str())
    }
}

impl SecretVersions for FakeSecret {
    async fn describe(&self) -> Result<SecretMetadata, StoreError> {
        self.call(|secret| secret.metadata.clone())
    }

    async fn value(&self, stage: &str, version: Option<&str>) -> Result<Option<Zeroizing<String>>, StoreError> {
        self.call(|secret| {
            let staged = secret.with_stage(stage).filter(|id| version.is_none_or(|version| version == *id));
            staged.and_then(|id| secret.value(id)).map(|value| value.to_owned().into())
        })
    }

    async fn put_pending(&self, version: &str, value: &str) -> Result<(), StoreError> {
        self.call(|secret| secret.set_value(version, value))
    }

    async fn move_current(&self, from: &str, to: &str) -> Result<(), StoreError> {
        self.call(|secret| {
            for (id, stages) in &mut secret.metadata.versions {
                stages.retain(|stage| stage != CURRENT && stage != PREVIOUS);
                if id == to {
                    stages.push(CURRENT.to_owned());
                } else if id == from {
                    stages.push(PREVIOUS.to_owned());
                }
            }
        })
    }

    async fn release_pending(&self, version: &str) -> Result<(), StoreError> {
        self.call(|secret| {
            for (_, stages) in secret.metadata.versions.iter_mut().filter(|(id, _)| id == version) {
                stages.retain(|stage| stage != PENDING);
            }
        })
    }
}

fn keyring(ids: &[u8]) -> String {
    let members: Vec<_> = ids.iter().map(|id| format!(r#""{id}":"{}""#, format!("{id:02x}").repeat(32))).collect();
    format!("{{{}}}", members.join(","))
}

async fn take(fake: &FakeSecret, step: Step) -> Result<Outcome, RotationError> {
    rotate(fake, step, TOKEN).await
}

const STEPS: [Step; 4] = [Step::Create, Step::Set, Step::Test, Step::Finish];

#[tokio::test]
async fn four_steps_add_a_key_and_keep_the_others() {
    let fake = FakeSecret::new(&keyring(&[1, 2, 7]));
    let before = fake.current();
    let mut outcomes = Vec::new();
    for step in STEPS {
        assert_eq!(fake.current(), before);
        outcomes.push(take(&fake, step).await.unwrap());
    }
    assert_eq!(outcomes, [Outcome::Done, Outcome::NothingToDo, Outcome::Done, Outcome::Done]);
    assert!(fake.current().is_rotation_of(&before));
    assert_eq!(fake.current().newest().0.get(), 8);
}

#[tokio::test]
async fn every_step_can_be_repeated() {
    let fake = FakeSecret::new(&keyring(&[1]));
    take(&fake, Step::Create).await.unwrap();
    let pending = fake.lock().value(TOKEN).unwrap().to_owned();
    for step in [Step::Create, Step::Test, Step::Set, Step::Create, Step::Test] {
        take(&fake, step).await.unwrap();
        assert_eq!(fake.lock().value(TOKEN).unwrap(), pending, "one key per rotation");
    }
    take(&fake, Step::Finish).await.unwrap();
    let after = fake.current();
    for step in STEPS {
        assert_eq!(take(&fake, step).await, Ok(Outcome::AlreadyDone));
    }
    assert_eq!(fake.current(), after);
}

#[tokio::test]
async fn a_rotation_that_fails_half_way_is_resumed() {
    for (step, fails_in, loses_answer) in
        STEPS.into_iter().flat_map(|step| (1..=5).flat_map(move |call| [(step, call, false), (step, call, true)]))
    {
        let fake = FakeSecret::new(&keyring(&[3, 4]));
        let before = fake.current();
        for earlier in STEPS.into_iter().take_while(|earlier| *earlier != step) {
            take(&fake, earlier).await.unwrap();
        }
        (fake.lock().fails_in, fake.lock().loses_answer) = (fails_in, loses_answer);
        match take(&fake, step).await {
            Ok(_) if step == Step::Finish => {
                assert!(fake.current().is_rotation_of(&before), "it has finished, as it says");
            }
            Ok(_) => {}
            Err(error) => {
                assert_eq!(error, RotationError::Store(StoreError("broken on purpose".to_owned())));
                assert_eq!(fake.current(), before, "nothing has changed");
            }
        }
        fake.lock().fails_in = -1;
        for step in STEPS {
            take(&fake, step).await.unwrap();
        }
        assert!(fake.current().is_rotation_of(&before), "{step:?} failed at call {fails_in}");
    }
}

#[tokio::test]
async fn a_finish_whose_answer_is_lost_is_done() {
    let fake = FakeSecret::new(&keyring(&[1]));
    for step in &STEPS[..3] {
        take(&fake, *step).await.unwrap();
    }
    (fake.lock().fails_in, fake.lock().loses_answer) = (4, true);
    assert_eq!(take(&fake, Step::Finish).await, Ok(Outcome::Done));
    assert_eq!(fake.current().newest().0.get(), 2);
}

#[tokio::test]
async fn anything_but_a_rotation_is_refused_and_changes_nothing() {
    let refused = async |change: fn(&mut Secret), step, expected| {
        let fake = FakeSecret::new(&keyring(&[1]));
        change(&mut fake.lock());
        let values = fake.lock().values.clone();
        assert_eq!(take(&fake, step).await, Err(expected));
        assert_eq!(fake.lock().values, values);
    };
    for step in STEPS {
        refused(|secret| secret.metadata.rotation_enabled = false, step, RotationError::NotEnabled).await;
        refused(|secret| drop(secret.metadata.versions.pop()), step, RotationError::UnknownToken).await;
        refused(|secret| secret.metadata.versions[1].1.clear(), step, RotationError::NotPending).await;
        refused(|secret| secret.values.clear(), step, RotationError::NoCurrent).await;
        refused(|secret| secret.values[0].1 = "{}".into(), step, RotationError::Current(InvalidKeyring::Empty)).await;
    }
    refused(|_| (), Step::Finish, RotationError::NotCreated).await;
    refused(|secret| secret.values[0].1 = keyring(&[1, 255]), Step::Create, NewKeyError::Full.into()).await;
    assert_eq!(Step::parse("deleteSecret"), Err(RotationError::UnknownStep));
}

#[tokio::test]
async fn only_the_current_keys_and_a_new_one_come_into_use() {
    let invalid = RotationError::Pending(InvalidKeyring::Empty);
    for (pending, expected) in [
        (keyring(&[3]), RotationError::Overtaken),
        (keyring(&[1, 2]), RotationError::Overtaken),
        (keyring(&[2, 3, 4]), RotationError::Overtaken),
        ("{}".to_owned(), invalid),
    ] {
        for step in [Step::Create, Step::Test, Step::Finish] {
            let fake = FakeSecret::new(&keyring(&[2]));
            fake.set_value(TOKEN, &pending);
            assert_eq!(take(&fake, step).await, Err(expected.clone()), "{pending}");
            assert_eq!(*fake.current().to_json(), keyring(&[2]));
            assert_eq!(fake.lock().with_stage(PENDING), None, "the next rotation can begin");
            assert_eq!(take(&fake, step).await, Err(RotationError::NotPending));
        }
    }
}

#[tokio::test]
async fn a_test_of_the_configuration_passes_and_is_never_finished() {
    // Secrets Manager calls testSecret alone, on a pending version that it makes and removes.
    let fake = FakeSecret::new(&keyring(&[1, 2]));
    for value in [None, Some(keyring(&[1, 2]))] {
        if let Some(value) = value {
            fake.set_value(TOKEN, &value);
        }
        assert_eq!(take(&fake, Step::Test).await, Ok(Outcome::Done));
        assert_eq!(fake.lock().with_stage(PENDING), Some(TOKEN));
    }
    assert_eq!(take(&fake, Step::Finish).await, Err(RotationError::Overtaken));
    assert_eq!(*fake.current().to_json(), keyring(&[1, 2]));
}

#[tokio::test]
async fn the_id_of_a_key_that_was_undone_is_not_used_again() {
    let fake = FakeSecret::new(&keyring(&[1]));
    for step in STEPS {
        take(&fake, step).await.unwrap();
    }
    // The rotation is undone by staging the version before it again, and the next one begins.
    fake.move_current(TOKEN, "first").await.unwrap();
    fake.lock().metadata.versions.push(("next".to_owned(), vec![PENDING.to_owned()]));
    fake.lock().metadata.versions[1].1.retain(|stage| stage != PENDING);
    for step in STEPS {
        rotate(&fake, step, "next").await.unwrap();
    }
    assert_eq!(fake.current().newest().0.get(), 3, "2 has named another key");
}

#[tokio::test]
async fn a_key_that_is_retired_during_a_rotation_does_not_come_back() {
    let fake = FakeSecret::new(&keyring(&[1, 2]));
    take(&fake, Step::Create).await.unwrap();
    take(&fake, Step::Test).await.unwrap();
    fake.set_value("first", &keyring(&[2]));
    assert_eq!(take(&fake, Step::Finish).await, Err(RotationError::Overtaken));
    assert_eq!(*fake.current().to_json(), keyring(&[2]));
}

#[test]
fn steps_have_the_names_that_secrets_manager_uses() {
    let names = ["createSecret", "setSecret", "testSecret", "finishSecret"];
    assert_eq!(names.map(|name| Step::parse(name).unwrap()), STEPS);
}

#[test]
fn every_error_has_a_name_of_its_own() {
    let errors = [
        RotationError::UnknownEvent,
        RotationError::UnknownStep,
        RotationError::OtherSecret,
        RotationError::NotEnabled,
        RotationError::UnknownToken,
        RotationError::NotPending,
        RotationError::NotCreated,
        RotationError::NoCurrent,
        RotationError::Current(InvalidKeyring::Empty),
        RotationError::Pending(InvalidKeyring::Empty),
        RotationError::Overtaken,
        RotationError::DoesNotOpen,
        NewKeyError::Full.into(),
        StoreError(String::new()).into(),
    ];
    let names: BTreeSet<_> = errors.iter().map(RotationError::name).collect();
    assert_eq!(names.len(), errors.len(), "{names:?}");
    assert!(names.iter().all(|name| name.bytes().all(|byte| byte.is_ascii_alphabetic())), "{names:?}");
}
