use std::sync::{Mutex, MutexGuard};

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
                stages.retain(|stage| stage != CURRENT);
                if id == to {
                    stages.push(CURRENT.to_owned());
                } else if id == from {
                    stages.push("AWSPREVIOUS".to_owned());
                }
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
        assert_eq!(fake.lock().value(TOKEN).unwrap(), pending, "one key a rotation");
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
        STEPS.into_iter().flat_map(|step| (1..=4).flat_map(move |call| [(step, call, false), (step, call, true)]))
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
async fn a_finish_of_which_the_answer_is_lost_is_done() {
    let fake = FakeSecret::new(&keyring(&[1]));
    for step in &STEPS[..3] {
        take(&fake, *step).await.unwrap();
    }
    (fake.lock().fails_in, fake.lock().loses_answer) = (4, true);
    assert_eq!(take(&fake, Step::Finish).await, Ok(Outcome::Done));
    assert_eq!(fake.current().newest().0.get(), 2);
}

#[tokio::test]
async fn what_is_no_rotation_is_refused_and_changes_nothing() {
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
    refused(|_| (), Step::Test, RotationError::NotCreated).await;
    refused(|_| (), Step::Finish, RotationError::NotCreated).await;
    refused(|secret| secret.values[0].1 = keyring(&[1, 255]), Step::Create, NewKeyError::Full.into()).await;
    assert_eq!(Step::parse("deleteSecret"), Err(RotationError::UnknownStep));
}

#[tokio::test]
async fn only_the_current_keys_and_a_new_one_come_into_use() {
    for pending in [keyring(&[2]), keyring(&[1]), keyring(&[1, 3]), keyring(&[1, 2, 3]), "{}".to_owned()] {
        let fake = FakeSecret::new(&keyring(&[1]));
        fake.set_value(TOKEN, &pending);
        for step in [Step::Test, Step::Finish] {
            assert!(take(&fake, step).await.is_err(), "{pending}");
        }
        assert_eq!(*fake.current().to_json(), keyring(&[1]));
    }
}

#[tokio::test]
async fn a_key_that_is_retired_meanwhile_does_not_come_back() {
    let fake = FakeSecret::new(&keyring(&[1, 2]));
    take(&fake, Step::Create).await.unwrap();
    take(&fake, Step::Test).await.unwrap();
    fake.set_value("first", &keyring(&[2]));
    assert_eq!(take(&fake, Step::Finish).await, Err(RotationError::OtherKeys));
    assert_eq!(*fake.current().to_json(), keyring(&[2]));
}

#[test]
fn steps_have_the_names_that_secrets_manager_uses() {
    let names = ["createSecret", "setSecret", "testSecret", "finishSecret"];
    assert_eq!(names.map(|name| Step::parse(name).unwrap()), STEPS);
}
