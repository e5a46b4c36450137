//! Query strings, read strictly: a parameter that is unknown or stands twice is an error, not a surprise.

use std::{borrow::Cow, fmt, str::FromStr};

use thiserror::Error;

/// The parameters of a query string that nobody has taken yet.
#[derive(Debug)]
pub struct Query<'a> {
    parameters: Vec<(Cow<'a, str>, Cow<'a, str>)>,
}

impl<'a> Query<'a> {
    /// Splits and decodes a query string (`application/x-www-form-urlencoded`, as the URL standard defines it).
    #[must_use]
    pub fn parse(query: &'a str) -> Self {
        Self { parameters: form_urlencoded::parse(query.as_bytes()).collect() }
    }

    /// Takes the value of a parameter.
    ///
    /// # Errors
    /// [`InvalidQuery::Repeated`] when it stands more than once.
    pub fn take(&mut self, name: &'static str) -> Result<Option<Cow<'a, str>>, InvalidQuery> {
        let mut values = self.parameters.extract_if(.., |(parameter, _)| parameter == name).map(|(_, value)| value);
        let value = values.next();
        if values.next().is_some() {
            return Err(InvalidQuery::Repeated { name });
        }
        drop(values);
        Ok(value)
    }

    /// Takes and reads the value of a parameter; its default when it is absent.
    ///
    /// # Errors
    /// [`InvalidQuery::Repeated`], or [`InvalidQuery::Value`], which says what the value must be.
    pub fn take_parsed<T: FromStr + Default>(&mut self, parameter: &Parameter) -> Result<T, InvalidQuery> {
        let Some(value) = self.take(parameter.name)? else { return Ok(T::default()) };
        value.parse().map_err(|_| parameter.invalid())
    }

    /// Ends the reading.
    ///
    /// # Errors
    /// [`InvalidQuery::Unknown`] when a parameter is left that nobody has taken; `known` are those there are.
    pub fn finish<'p>(self, known: impl IntoIterator<Item = &'p Parameter>) -> Result<(), InvalidQuery> {
        match self.parameters.into_iter().next() {
            None => Ok(()),
            Some((name, _)) => Err(InvalidQuery::Unknown {
                name: name.into_owned(),
                known: known.into_iter().map(|parameter| parameter.name).collect(),
            }),
        }
    }
}

/// A parameter that a query string may have: the facts that reading it, its error and the description of the API share.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Parameter {
    /// Its name.
    pub name: &'static str,
    /// What it is for, in one sentence.
    pub meaning: &'static str,
    /// The values it takes.
    pub values: Values,
    /// The value that counts when it is absent, if that is one.
    pub default: Option<&'static str>,
}

impl Parameter {
    /// The error for a value that it does not take.
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
    /// A whole number in this range, perhaps with a condition that goes beyond it.
    Whole {
        /// The smallest.
        from: u32,
        /// The largest.
        to: u32,
        /// What else must hold.
        and: &'static str,
    },
    /// A colour, `RRGGBB`.
    Colour,
}

impl fmt::Display for Values {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Words([words @ .., last]) if !words.is_empty() => write!(f, "{} or {last}", words.join(", ")),
            Self::Words(words) => f.write_str(&words.concat()),
            Self::Whole { from, to, and } => write!(f, "a whole number from {from} to {to}{and}"),
            Self::Colour => f.write_str("six hexadecimal digits, RRGGBB"),
        }
    }
}

/// What is wrong with a query string.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum InvalidQuery {
    /// A required parameter is absent.
    #[error("The parameter {name} is missing.")]
    Missing {
        /// The parameter.
        name: &'static str,
    },
    /// A parameter stands more than once.
    #[error("The parameter {name} stands more than once. Send it once.")]
    Repeated {
        /// The parameter.
        name: &'static str,
    },
    /// A value that the parameter does not take.
    #[error("The value of {name} must be {expected}.")]
    Value {
        /// The parameter.
        name: &'static str,
        /// What its value must be.
        expected: String,
    },
    /// A parameter that does not exist.
    #[error("There is no parameter {name:?}. Known are: {}.", known.join(", "))]
    Unknown {
        /// Its name.
        name: String,
        /// Those there are.
        known: Vec<&'static str>,
    },
}

#[cfg(test)]
mod tests {
    use super::*;

    const A: Parameter =
        Parameter { name: "a", meaning: "", values: Values::Whole { from: 1, to: 9, and: "" }, default: None };
    const B: Parameter = Parameter { name: "b", meaning: "", values: Values::Words(&["x", "y", "z"]), default: None };

    #[test]
    fn parameters_are_taken_once() {
        let mut query = Query::parse("a=1&b=x%20y&c=&d");
        assert_eq!(query.take("a"), Ok(Some("1".into())));
        assert_eq!(query.take("a"), Ok(None));
        assert_eq!(query.take("b"), Ok(Some("x y".into())));
        assert_eq!(query.take("c"), Ok(Some("".into())));
        assert_eq!(query.finish([&A, &B]).unwrap_err().to_string(), "There is no parameter \"d\". Known are: a, b.");
    }

    #[test]
    fn repeated_and_unreadable_values_are_refused() {
        assert_eq!(Query::parse("a=1&b=2&a=1").take("a"), Err(InvalidQuery::Repeated { name: "a" }));
        assert_eq!(Query::parse("").take_parsed::<u8>(&A), Ok(0));
        assert_eq!(Query::parse("a=7").take_parsed::<u8>(&A), Ok(7));
        let error = Query::parse("a=secret").take_parsed::<u8>(&A).unwrap_err();
        assert_eq!(error.to_string(), "The value of a must be a whole number from 1 to 9.");
        assert_eq!(B.invalid().to_string(), "The value of b must be x, y or z.");
    }
}
