//! From when a code is valid, as a member of its payload says.

use sealed_qr::{
    Payload,
    json::{JsonString, Members},
};
use time::{OffsetDateTime, format_description::well_known::Rfc3339};

/// What makes a date the point in time at which it begins first anywhere.
const FIRST_BEGINNING: &str = "T00:00:00+14:00";

/// The point in time from which a code is valid by its payload's `member`: a date and time, or a date, which begins when
/// it begins first anywhere. `None` if the member is absent or is neither.
pub(crate) fn of(payload: &Payload, member: &str) -> Option<OffsetDateTime> {
    let Members(members) = serde_json::from_str(payload.as_json()).ok()?;
    let (_, value) = members.into_iter().find(|(name, _)| name == member)?;
    let JsonString(text) = serde_json::from_str(value.get()).ok()?;
    let instant = |text: &str| OffsetDateTime::parse(text, &Rfc3339).ok();
    instant(&text).or_else(|| instant(&format!("{text}{FIRST_BEGINNING}")))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_day_begins_when_it_begins_first_anywhere() {
        let begins = |json: &str| {
            let payload = Payload::parse(json.as_bytes()).unwrap();
            of(&payload, "from").map(OffsetDateTime::unix_timestamp)
        };
        for (json, expected) in [
            (r#"{"from":"2026-03-01T00:00:00Z"}"#, Some(1_772_323_200)),
            (r#"{"from":"2026-03-01T01:00:00+01:00"}"#, Some(1_772_323_200)),
            (r#"{"id":1,"from":"2026-03-01"}"#, Some(1_772_323_200 - 14 * 3600)),
            (r#"{"from":"2026-02-30"}"#, None),
            (r#"{"from":20260301}"#, None),
            (r#"{"to":"2026-03-01"}"#, None),
        ] {
            assert_eq!(begins(json), expected, "{json}");
        }
    }
}
