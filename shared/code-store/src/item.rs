//! Records as items of the table.

use std::{collections::HashMap, fmt, str::FromStr};

use aws_sdk_dynamodb::types::AttributeValue;

use crate::{
    Timestamp,
    record::{Record, Redemption, Revocation, Undone},
    redemption_key::RedemptionKey,
    short_text::ShortText,
};

/// An item, or a map within one.
pub(crate) type Item = HashMap<String, AttributeValue>;

/// The partition key: the name of the code, without hyphens.
pub(crate) const CODE: &str = "code";
/// How often the code may be redeemed; absent if that is not counted.
pub(crate) const USES: &str = "uses";
/// How many redemptions stand, for conditions.
pub(crate) const USED: &str = "used";
/// The redemptions in the order in which they were made.
pub(crate) const REDEMPTIONS: &str = "redemptions";
/// The keys of all redemptions, for conditions.
pub(crate) const KEYS: &str = "keys";
/// Present while the code is taken back.
pub(crate) const REVOCATION: &str = "revocation";
/// When DynamoDB may remove the item, in Unix seconds.
pub(crate) const REMOVE_AT: &str = "remove_at";
/// What others are told of the last write, as JSON.
pub(crate) const EVENT: &str = "event";

const KEY: &str = "key";
/// When something happened, or until when the table has everything, in milliseconds since 1970.
pub(crate) const AT: &str = "at";
const PLACE: &str = "place";
const BY: &str = "by";
const REASON: &str = "reason";
/// When a redemption was undone.
pub(crate) const UNDONE_AT: &str = "undone_at";
/// How many redemptions there were then.
pub(crate) const UNDONE_AFTER: &str = "undone_after";

/// A text.
pub(crate) fn text(text: impl Into<String>) -> AttributeValue {
    AttributeValue::S(text.into())
}

/// A number.
pub(crate) fn number(number: impl fmt::Display) -> AttributeValue {
    AttributeValue::N(format!("{number}"))
}

/// A redemption as an element of the list.
pub(crate) fn of_redemption(redemption: &Redemption) -> AttributeValue {
    let place = redemption.place.as_ref().map(ShortText::as_str);
    let members = [
        Some((KEY, text(redemption.key.as_str()))),
        Some((AT, number(redemption.at.0))),
        place.map(|place| (PLACE, text(place))),
        redemption.by.as_deref().map(|by| (BY, text(by))),
    ];
    map(members)
}

/// A revocation as an attribute.
pub(crate) fn of_revocation(revocation: &Revocation) -> AttributeValue {
    let reason = revocation.reason.as_ref().map(ShortText::as_str);
    map([
        Some((AT, number(revocation.at.0))),
        reason.map(|reason| (REASON, text(reason))),
        revocation.by.as_deref().map(|by| (BY, text(by))),
    ])
}

/// A map of the members that are present.
pub(crate) fn map<const N: usize>(members: [Option<(&str, AttributeValue)>; N]) -> AttributeValue {
    AttributeValue::M(members.into_iter().flatten().map(|(name, value)| (name.to_owned(), value)).collect())
}

/// Reads an item; `None` if it is not one of ours.
pub(crate) fn record(item: &Item) -> Option<Record> {
    let redemptions = match item.get(REDEMPTIONS) {
        None => Vec::new(),
        Some(list) => list.as_l().ok()?.iter().map(redemption).collect::<Option<_>>()?,
    };
    let revocation = match item.get(REVOCATION) {
        None => None,
        Some(members) => Some(revocation(members.as_m().ok()?)?),
    };
    let record = Record { redemptions, revocation, counts: item.contains_key(USES) };
    // Someone else has written to the item.
    let used = item.get(USED).map_or(Some(0), read_number);
    (used == Some(record.used())).then_some(record)
}

fn redemption(element: &AttributeValue) -> Option<Redemption> {
    let members = element.as_m().ok()?;
    let undone = match (members.get(UNDONE_AT), members.get(UNDONE_AFTER)) {
        (None, None) => None,
        (at, after) => Some(Undone { at: Timestamp(read_number(at?)?), after: read_number(after?)? }),
    };
    Some(Redemption {
        key: RedemptionKey::from_record(members.get(KEY)?.as_s().ok()?),
        at: Timestamp(read_number(members.get(AT)?)?),
        place: members.get(PLACE).map(short_text).transpose().ok()?,
        by: members.get(BY).and_then(|by| by.as_s().ok()).cloned(),
        undone,
    })
}

fn revocation(members: &Item) -> Option<Revocation> {
    Some(Revocation {
        at: Timestamp(read_number(members.get(AT)?)?),
        reason: members.get(REASON).map(short_text).transpose().ok()?,
        by: members.get(BY).and_then(|by| by.as_s().ok()).cloned(),
    })
}

fn short_text(value: &AttributeValue) -> Result<ShortText, NotOurs> {
    value.as_s().map_err(|_| NotOurs)?.parse().map_err(|_| NotOurs)
}

/// Reads the item with the mark.
pub(crate) fn mark(item: &Item) -> Result<Timestamp, NotOurs> {
    item.get(AT).and_then(read_number).map(Timestamp).ok_or(NotOurs)
}

/// Someone else wrote it.
pub(crate) struct NotOurs;

fn read_number<T: FromStr>(value: &AttributeValue) -> Option<T> {
    value.as_n().ok()?.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn item(members: &[(&str, AttributeValue)]) -> Item {
        members.iter().map(|(name, value)| ((*name).to_owned(), value.clone())).collect()
    }

    fn element(redemption: &Redemption) -> AttributeValue {
        let AttributeValue::M(mut members) = of_redemption(redemption) else { panic!("a map") };
        if let Some(undone) = redemption.undone {
            members.insert(UNDONE_AT.to_owned(), number(undone.at.0));
            members.insert(UNDONE_AFTER.to_owned(), number(undone.after));
        }
        AttributeValue::M(members)
    }

    #[test]
    fn what_is_written_is_read() {
        let first = Redemption {
            key: "a".parse().unwrap(),
            at: Timestamp(1_800_000_000_001),
            place: Some("Gate 3".parse().unwrap()),
            by: Some("arn:aws:iam::1:user/a".to_owned()),
            undone: Some(Undone { at: Timestamp(1_800_000_000_002), after: 1 }),
        };
        let second = Redemption { key: "b".parse().unwrap(), place: None, by: None, undone: None, ..first.clone() };
        let revocation =
            Revocation { at: Timestamp(3), reason: Some("lost".parse().unwrap()), by: Some("someone".to_owned()) };
        let record_of = Record {
            redemptions: vec![first.clone(), second.clone()],
            revocation: Some(revocation.clone()),
            counts: true,
        };
        let members = [
            (USES, number(2)),
            (USED, number(1)),
            (REDEMPTIONS, AttributeValue::L(vec![element(&first), element(&second)])),
            (REVOCATION, of_revocation(&revocation)),
        ];
        assert_eq!(record(&item(&members)), Some(record_of));
        assert_eq!(record(&Item::new()), Some(Record::default()));
        let bare = Revocation { reason: None, by: None, ..revocation };
        let only_revoked = record(&item(&[(REVOCATION, of_revocation(&bare))])).unwrap();
        assert_eq!((only_revoked.revocation, only_revoked.counts), (Some(bare), false));
    }

    #[test]
    fn an_item_that_others_wrote_is_not_believed() {
        let one =
            element(&Redemption { key: "a".parse().unwrap(), at: Timestamp(1), place: None, by: None, undone: None });
        let list = |elements: Vec<AttributeValue>| (REDEMPTIONS, AttributeValue::L(elements));
        for members in [
            vec![list(vec![one.clone()])],
            vec![(USED, number(1))],
            vec![(USED, number(2)), list(vec![one.clone()])],
            vec![(USED, text("1")), list(vec![one])],
            vec![(REDEMPTIONS, text("a"))],
            vec![list(vec![text("a")])],
            vec![list(vec![map([Some((KEY, text("a")))])])],
            vec![list(vec![map([Some((KEY, text("a"))), Some((AT, number("-1")))])])],
            vec![(REVOCATION, text("a"))],
            vec![(REVOCATION, map([Some((REASON, text("a")))]))],
            vec![(REVOCATION, map([Some((AT, number(1))), Some((REASON, text("")))]))],
        ] {
            assert_eq!(record(&item(&members)), None, "{members:?}");
        }
    }
}
