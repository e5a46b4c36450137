//! Parameters of the query string: what reading them, their errors and the description of the API have in common.

use std::{fmt, str::FromStr};

use service::query::{InvalidQuery, Query};

/// A parameter that a query string may have.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Parameter {
    /// Its name.
    pub name: &'static str,
    /// What it is for, in a sentence or two.
    pub meaning: &'static str,
    /// The values it takes.
    pub values: Values,
    /// Its value if it is absent, unless that is special.
    pub default: Option<&'static str>,
}

impl Parameter {
    /// Takes and reads the value; `None` if it is absent.
    ///
    /// # Errors
    /// [`InvalidQuery`] if it appears twice, or has a value that the parameter does not take.
    pub fn take<T: FromStr>(&self, query: &mut Query<'_>) -> Result<Option<T>, InvalidQuery> {
        query.take(self.name)?.map(|value| value.parse().map_err(|_| self.invalid())).transpose()
    }

    /// Takes a value that is one of these words, and returns what the word means; `None` if the parameter is absent.
    ///
    /// # Errors
    /// [`InvalidQuery`] if it appears twice, or has another value.
    pub fn choose<T: Copy>(&self, query: &mut Query<'_>, words: &[(&str, T)]) -> Result<Option<T>, InvalidQuery> {
        let Some(word) = query.take(self.name)? else { return Ok(None) };
        let chosen = words.iter().find(|(known, _)| *known == word);
        chosen.map(|(_, value)| Some(*value)).ok_or_else(|| self.invalid())
    }

    /// The error for a value that the parameter does not take.
    #[must_use]
    pub fn invalid(&self) -> InvalidQuery {
        InvalidQuery::Value { name: self.name, expected: self.values.to_string() }
    }
}

/// The values that a parameter takes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Values {
    /// One of these words.
    Words(&'static [&'static str]),
    /// A whole number from `min` to `max`.
    Integer {
        /// The smallest.
        min: u32,
        /// The greatest.
        max: u32,
        /// A further condition; empty if there is none.
        note: &'static str,
    },
    /// A decimal number from `min` to `max`.
    Decimal {
        /// The smallest.
        min: &'static str,
        /// The greatest.
        max: &'static str,
    },
    /// A colour, `RRGGBB`.
    Colour,
    /// A point in time that is still to come.
    Instant,
    /// A text of this kind.
    Text(&'static str),
}

impl fmt::Display for Values {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Words([words @ .., last]) if !words.is_empty() => write!(f, "{} or {last}", words.join(", ")),
            Self::Words(words) => f.write_str(&words.concat()),
            Self::Integer { min, max, note } => write!(f, "a whole number from {min} to {max}{note}"),
            Self::Text(kind) => f.write_str(kind),
            Self::Decimal { min, max } => write!(f, "a decimal number from {min} to {max}"),
            Self::Colour => f.write_str("six hexadecimal digits (RRGGBB)"),
            Self::Instant => f.write_str(
                "a time to come, before 2106, such as 2027-01-01T00:00:00Z, or Unix seconds (a + in a query is written \
                 %2B)",
            ),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const A: Parameter =
        Parameter { name: "a", meaning: "", values: Values::Integer { min: 1, max: 9, note: "" }, default: None };
    const B: Parameter = Parameter { name: "b", meaning: "", values: Values::Words(&["x", "y", "z"]), default: None };

    #[test]
    fn values_are_read_and_refused_without_being_quoted() {
        assert_eq!(A.take::<u8>(&mut Query::parse("")), Ok(None));
        assert_eq!(A.take::<u8>(&mut Query::parse("a=7")), Ok(Some(7)));
        let error = A.take::<u8>(&mut Query::parse("a=secret")).unwrap_err();
        assert_eq!(error.to_string(), "The value of a must be a whole number from 1 to 9.");
        assert_eq!(B.invalid().to_string(), "The value of b must be x, y or z.");
        let chosen = |query| B.choose(&mut Query::parse(query), &[("x", 1), ("y", 2), ("z", 3)]);
        assert_eq!((chosen(""), chosen("b=y")), (Ok(None), Ok(Some(2))));
        assert_eq!(chosen("b=secret"), Err(B.invalid()));
        assert_eq!(chosen("b=x&b=x"), Err(InvalidQuery::Repeated { name: "b" }));
    }
}
