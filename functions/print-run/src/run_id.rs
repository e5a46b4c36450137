//! The name of a print run.

use std::{fmt, str::FromStr};

use serde::{Deserialize, Serialize, de};
use sha2::{Digest as _, Sha256};
use thiserror::Error;

/// The longest name, as of an execution (Step Functions API reference, `StartExecution`).
const MAX_CHARACTERS: usize = 80;
/// The longest beginning of a name that is taken from that of a file.
const MAX_STEM: usize = 60;

/// The name of a run: of its folder in the bucket, and of the series of its codes.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct RunId(String);

impl RunId {
    /// The run of rows that were dropped into the bucket. The same rows under the same key with the same options are the
    /// same run, however often they are dropped, and however often that is told.
    #[must_use]
    pub fn of_dropped(key: &str, etag: &str, options: &str) -> Self {
        let name = key.rsplit('/').next().unwrap_or_default();
        let stem = name.rsplit_once('.').map_or(name, |(stem, _)| stem);
        let stem: String = stem
            .chars()
            .map(|character| if is_allowed(character) { character } else { '-' })
            .skip_while(|character| !character.is_ascii_alphanumeric())
            .take(MAX_STEM)
            .collect();
        let mut hash = Sha256::new();
        for part in [key, etag, options] {
            hash.update((part.len() as u64).to_be_bytes());
            hash.update(part);
        }
        let hash = hash.finalize();
        let (first, _) = hash.split_first_chunk().expect("a hash of 32 bytes has 8");
        let hash = format!("{:016x}", u64::from_be_bytes(*first));
        Self(if stem.is_empty() { hash } else { format!("{stem}-{hash}") })
    }

    /// The name of the series of its codes.
    #[must_use]
    pub fn series(&self) -> String {
        format!("print run {self}")
    }

    /// The key of what is called this in the folder of the run.
    #[must_use]
    pub fn key(&self, name: &str) -> String {
        format!("runs/{self}/{name}")
    }
}

fn is_allowed(character: char) -> bool {
    character.is_ascii_alphanumeric() || "-_.".contains(character)
}

impl fmt::Display for RunId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// The text is not the name of a run.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
#[error("the name of a run has 1 to {MAX_CHARACTERS} letters, digits, -, _ and ., and begins with a letter or a digit")]
pub struct InvalidRunId;

impl FromStr for RunId {
    type Err = InvalidRunId;

    fn from_str(text: &str) -> Result<Self, InvalidRunId> {
        let is_valid = text.len() <= MAX_CHARACTERS
            && text.starts_with(|first: char| first.is_ascii_alphanumeric())
            && text.chars().all(is_allowed);
        is_valid.then(|| Self(text.to_owned())).ok_or(InvalidRunId)
    }
}

impl<'de> Deserialize<'de> for RunId {
    fn deserialize<D: de::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer)?.parse().map_err(de::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_run_is_told_by_the_file_that_was_dropped() {
        let run = RunId::of_dropped("incoming/spring sale/Tickets (2).csv", "abc", "format=pdf");
        assert!(run.to_string().starts_with("Tickets--2--"), "{run}");
        assert_eq!(run.to_string().parse(), Ok(run.clone()));
        assert_eq!(run, RunId::of_dropped("incoming/spring sale/Tickets (2).csv", "abc", "format=pdf"));
        for (key, etag, options) in [
            ("incoming/Tickets (2).csv", "abc", "format=pdf"),
            ("incoming/spring sale/Tickets (2).csv", "abd", "format=pdf"),
            ("incoming/spring sale/Tickets (2).csv", "abc", ""),
            ("incoming/spring sale/Tickets (2).csv", "abcf", "ormat=pdf"),
        ] {
            assert_ne!(RunId::of_dropped(key, etag, options), run, "{key} {etag} {options}");
        }
    }

    #[test]
    fn any_file_gives_a_name() {
        for key in ["incoming/.csv", "incoming/席.csv", "", "incoming/..", &format!("incoming/{}.csv", "x".repeat(900))]
        {
            let run = RunId::of_dropped(key, "", "").to_string();
            assert!(run.parse::<RunId>().is_ok(), "{run}");
        }
    }

    #[test]
    fn a_name_does_not_leave_its_folder() {
        for name in ["", ".", "..", "-a", "a/b", "a b", "ä", &"x".repeat(81)] {
            assert_eq!(name.parse::<RunId>(), Err(InvalidRunId), "{name}");
        }
        assert_eq!("spring-2027".parse::<RunId>().unwrap().key("plan.json"), "runs/spring-2027/plan.json");
    }
}
