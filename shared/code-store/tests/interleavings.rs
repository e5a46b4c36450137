//! Every order in which three redeemers, an undo and a revocation can reach the store, with calls and answers lost on the
//! way: no code is redeemed more often than it may be, and no redemption is lost or claimed.

#![expect(clippy::unwrap_used, reason = "a test that panics has failed")]

use std::{
    future::poll_fn,
    num::NonZeroU8,
    pin::Pin,
    task::{Context, Poll, Waker},
    time::Duration,
};

use code_store::{
    CodeStore, OutOfReach, Record, Redemption, RedemptionKey, Revocation, Timestamp, Written,
    memory::{Fault, MemoryStore},
    protocol::{self, RedeemError, UndoError},
    record::Undone,
    store::StoredCode,
};
use sealed_qr::{CodeName, Ctext, Keyring, Payload, Terms};

const NOW: Timestamp = Timestamp(1_800_000_000_000);
const REDEEMERS: usize = 3;
/// The most calls and answers that are lost in one order of events.
const MAX_FAULTS: usize = 2;

/// A store that lets others go first before each call.
struct Stepped<'a>(&'a MemoryStore);

/// Waits for the next turn.
async fn turn() {
    let mut has_waited = false;
    poll_fn(|_| {
        if has_waited {
            return Poll::Ready(());
        }
        has_waited = true;
        Poll::Pending
    })
    .await;
}

impl CodeStore for Stepped<'_> {
    async fn read(&self, code: CodeName) -> Result<Record, OutOfReach> {
        turn().await;
        self.0.read(code).await
    }

    async fn add_redemption(&self, code: StoredCode<'_>, redemption: &Redemption) -> Result<Written, OutOfReach> {
        turn().await;
        self.0.add_redemption(code, redemption).await
    }

    async fn mark_undone(&self, code: StoredCode<'_>, position: usize, undone: Undone) -> Result<Written, OutOfReach> {
        turn().await;
        self.0.mark_undone(code, position, undone).await
    }

    async fn revoke(&self, code: StoredCode<'_>, revocation: &Revocation) -> Result<Written, OutOfReach> {
        turn().await;
        self.0.revoke(code, revocation).await
    }

    async fn mark(&self) -> Result<Option<Timestamp>, OutOfReach> {
        self.0.mark().await
    }

    async fn raise_mark(&self, at: Timestamp) -> Result<(), OutOfReach> {
        self.0.raise_mark(at).await
    }

    async fn restore(&self, code: StoredCode<'_>, at: Timestamp) -> Result<Written, OutOfReach> {
        turn().await;
        self.0.restore(code, at).await
    }
}

/// What an actor has been told in the end.
#[derive(Clone, Debug)]
enum Told {
    Redeemed {
        used: usize,
    },
    NotRedeemed,
    Undone,
    NotUndone,
    Revoked,
    /// Nothing, after a second attempt.
    Nothing,
}

fn redemption(redeemer: usize) -> Redemption {
    Redemption { key: key(redeemer), at: NOW, place: None, by: None, undone: None }
}

fn key(redeemer: usize) -> RedemptionKey {
    format!("redeemer-{redeemer}").parse().unwrap()
}

/// Redeems, and tries once more with the same key if it is told nothing.
async fn redeem(store: Stepped<'_>, code: StoredCode<'_>, redeemer: usize) -> Told {
    for _ in 0..2 {
        match protocol::redeem(&store, code, &redemption(redeemer)).await {
            Ok(receipt) => return Told::Redeemed { used: receipt.used },
            Err(RedeemError::OutOfReach(_)) => {}
            Err(_) => return Told::NotRedeemed,
        }
    }
    Told::Nothing
}

/// Undoes the first redemption, and tries once more if it is told nothing.
async fn undo(store: Stepped<'_>, code: StoredCode<'_>) -> Told {
    for _ in 0..2 {
        match protocol::undo(&store, code, 1, NOW, Duration::ZERO).await {
            Ok(_) => return Told::Undone,
            Err(UndoError::OutOfReach(_)) => {}
            Err(_) => return Told::NotUndone,
        }
    }
    Told::Nothing
}

async fn revoke(store: Stepped<'_>, code: StoredCode<'_>) -> Told {
    let revocation = Revocation { at: NOW, reason: None, by: None };
    store.revoke(code, &revocation).await.map_or(Told::Nothing, |_| Told::Revoked)
}

/// Who goes next, and what becomes of the call.
type Choice = (usize, Option<Fault>);

/// The world after these choices: the record, what the actors have been told, and whether each choice was possible.
struct World {
    records: Vec<Record>,
    told: Vec<Option<Told>>,
}

fn play(code: StoredCode<'_>, choices: &[Choice]) -> World {
    let store = MemoryStore::default();
    let mut actors: Vec<Pin<Box<dyn Future<Output = Told> + '_>>> = Vec::new();
    for redeemer in 0..REDEEMERS {
        actors.push(Box::pin(redeem(Stepped(&store), code, redeemer)));
    }
    actors.push(Box::pin(undo(Stepped(&store), code)));
    actors.push(Box::pin(revoke(Stepped(&store), code)));
    let mut told = vec![None; actors.len()];
    let mut context = Context::from_waker(Waker::noop());
    // To their first call.
    for actor in &mut actors {
        assert!(actor.as_mut().poll(&mut context).is_pending());
    }
    let mut records = Vec::new();
    for (actor, fault) in choices {
        if let Some(fault) = fault {
            store.fail_next(*fault);
        }
        if let Poll::Ready(end) = actors[*actor].as_mut().poll(&mut context) {
            told[*actor] = Some(end);
        }
        let Poll::Ready(record) = Box::pin(store.read(code.name)).as_mut().poll(&mut context) else {
            panic!("memory does not wait")
        };
        records.push(record.unwrap());
    }
    World { records, told }
}

/// Plays every continuation of these choices and returns how many ends there are.
fn explore(code: StoredCode<'_>, choices: &mut Vec<Choice>) -> usize {
    let world = play(code, choices);
    check_record(code, world.records.last());
    let faults = choices.iter().filter(|(_, fault)| fault.is_some()).count();
    let mut ends = 0;
    let mut is_end = true;
    for actor in (0..world.told.len()).filter(|actor| world.told[*actor].is_none()) {
        is_end = false;
        for fault in [None, Some(Fault::CallLost), Some(Fault::AnswerLost)] {
            if fault.is_none() || faults < MAX_FAULTS {
                choices.push((actor, fault));
                ends += explore(code, choices);
                choices.pop();
            }
        }
    }
    if is_end {
        check_end(world.records.last().unwrap(), &world.told, choices);
        ends = 1;
    }
    ends
}

fn check_record(code: StoredCode<'_>, record: Option<&Record>) {
    let Some(record) = record else { return };
    assert!(record.used() <= usize::from(code.uses.unwrap().get()), "{record:?}");
}

fn check_end(record: &Record, told: &[Option<Told>], choices: &[Choice]) {
    for (redeemer, told) in told.iter().take(REDEEMERS).enumerate() {
        let entries = record.redemptions.iter().filter(|redemption| redemption.key == key(redeemer)).count();
        match told.as_ref().unwrap() {
            Told::Redeemed { used } => {
                assert_eq!(entries, 1, "{choices:?}");
                assert_eq!(record.use_at(record.position(&key(redeemer)).unwrap()), *used, "{choices:?}");
            }
            Told::NotRedeemed => {
                let was_undone = record.redemptions.iter().any(|r| r.key == key(redeemer) && r.undone.is_some());
                assert!(entries == 0 || was_undone, "{choices:?} {record:?}");
            }
            Told::Nothing => assert!(entries <= 1, "{choices:?}"),
            other => panic!("{other:?}"),
        }
    }
    let first = record.redemptions.first();
    match told[REDEEMERS].as_ref().unwrap() {
        Told::Undone => assert!(first.unwrap().undone.is_some(), "{choices:?}"),
        Told::NotUndone => assert!(first.is_none_or(|first| first.undone.is_none()), "{choices:?}"),
        _ => {}
    }
    if matches!(told[REDEEMERS + 1], Some(Told::Revoked)) {
        assert!(record.revocation.is_some(), "{choices:?}");
    }
}

fn ends(uses: u8) -> usize {
    let payload = Payload::parse(b"{}").unwrap();
    let name = Ctext::seal(&payload, &Keyring::generate().unwrap(), Terms::default()).unwrap().name();
    let code = StoredCode { name, uses: NonZeroU8::new(uses), expires_at: None, told: None };
    explore(code, &mut Vec::new())
}

#[test]
fn a_code_for_one_use() {
    assert_eq!(ends(1), 130_104);
}

#[test]
fn a_code_for_two_uses() {
    assert_eq!(ends(2), 164_376);
}
