//! What starts a run: rows that are dropped into the bucket, or the input of an execution.

use serde::Deserialize;

use crate::run_id::RunId;

/// What an execution was started with.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Start {
    /// The event that tells of rows in the bucket.
    Dropped {
        /// Their key.
        key: String,
        /// Their etag.
        etag: String,
        /// What tells this writing of the object from any other.
        sequencer: String,
    },
    /// The key of rows that are in the bucket.
    Rows {
        /// Their key.
        key: String,
        /// What is to be made of them.
        options: String,
    },
    /// A run that has been planned before.
    Resume(RunId),
}

impl Start {
    /// Reads the input of an execution.
    #[must_use]
    pub fn read(input: &str) -> Option<Self> {
        if let Ok(Resume { resume }) = serde_json::from_str(input) {
            return Some(Self::Resume(resume));
        }
        if let Ok(Rows { rows, options }) = serde_json::from_str(input) {
            return Some(Self::Rows { key: rows, options });
        }
        let ObjectCreated { detail: Detail { object } } = serde_json::from_str(input).ok()?;
        Some(Self::Dropped { key: object.key, etag: object.etag, sequencer: object.sequencer })
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Resume {
    resume: RunId,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Rows {
    rows: String,
    #[serde(default)]
    options: String,
}

/// The event `Object Created` (S3 user guide, `EventBridge` event message structure).
#[derive(Deserialize)]
struct ObjectCreated {
    detail: Detail,
}

#[derive(Deserialize)]
struct Detail {
    object: CreatedObject,
}

#[derive(Deserialize)]
struct CreatedObject {
    key: String,
    etag: String,
    sequencer: String,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_run_is_started_by_an_event_of_the_bucket_or_by_hand() {
        let event = r#"{"version": "0", "detail-type": "Object Created", "source": "aws.s3", "detail": {"version": "0",
            "bucket": {"name": "b"}, "object": {"key": "incoming/a.csv", "size": 5, "etag": "b1946ac92492d2347c6235b4d2611184",
            "sequencer": "617f08299329d189"}, "reason": "PutObject"}}"#;
        let dropped = Start::Dropped {
            key: "incoming/a.csv".to_owned(),
            etag: "b1946ac92492d2347c6235b4d2611184".to_owned(),
            sequencer: "617f08299329d189".to_owned(),
        };
        assert_eq!(Start::read(event), Some(dropped));
        let rows = |options: &str| Start::Rows { key: "incoming/a.csv".to_owned(), options: options.to_owned() };
        assert_eq!(Start::read(r#"{"rows": "incoming/a.csv"}"#), Some(rows("")));
        assert_eq!(Start::read(r#"{"rows": "incoming/a.csv", "options": "ecc=Q"}"#), Some(rows("ecc=Q")));
        assert_eq!(Start::read(r#"{"resume": "a-1"}"#), Some(Start::Resume("a-1".parse().unwrap())));
    }

    #[test]
    fn anything_else_starts_nothing() {
        for input in ["{}", "[]", r#"{"rows": "a", "option": "ecc=Q"}"#, r#"{"resume": "../a"}"#, r#"{"rows": 1}"#] {
            assert_eq!(Start::read(input), None, "{input}");
        }
    }
}
