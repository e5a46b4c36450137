//! Query strings, read strictly: a parameter that is unknown or stands twice is an error, not a surprise.

use std::{borrow::Cow, str::FromStr};

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
    /// [`InvalidQuery::Repeated`], or [`InvalidQuery::Value`], which says that the value must be `expected`.
    pub fn take_parsed<T: FromStr + Default>(
        &mut self,
        name: &'static str,
        expected: &'static str,
    ) -> Result<T, InvalidQuery> {
        let Some(value) = self.take(name)? else { return Ok(T::default()) };
        value.parse().map_err(|_| InvalidQuery::Value { name, expected })
    }

    /// Ends the reading.
    ///
    /// # Errors
    /// [`InvalidQuery::Unknown`] when a parameter is left that nobody has taken; `known` are those there are.
    pub fn finish(self, known: &'static [&'static str]) -> Result<(), InvalidQuery> {
        match self.parameters.into_iter().next() {
            None => Ok(()),
            Some((name, _)) => Err(InvalidQuery::Unknown { name: name.into_owned(), known }),
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
        expected: &'static str,
    },
    /// A parameter that does not exist.
    #[error("There is no parameter {name:?}. Known are: {}.", known.join(", "))]
    Unknown {
        /// Its name.
        name: String,
        /// Those there are.
        known: &'static [&'static str],
    },
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parameters_are_taken_once() {
        let mut query = Query::parse("a=1&b=x%20y&c=&d");
        assert_eq!(query.take("a"), Ok(Some("1".into())));
        assert_eq!(query.take("a"), Ok(None));
        assert_eq!(query.take("b"), Ok(Some("x y".into())));
        assert_eq!(query.take("c"), Ok(Some("".into())));
        assert_eq!(
            query.finish(&["a", "b", "c"]).unwrap_err().to_string(),
            "There is no parameter \"d\". Known are: a, b, c."
        );
    }

    #[test]
    fn repeated_and_unreadable_values_are_refused() {
        assert_eq!(Query::parse("a=1&b=2&a=1").take("a"), Err(InvalidQuery::Repeated { name: "a" }));
        assert_eq!(Query::parse("").take_parsed::<u8>("a", "a number"), Ok(0));
        assert_eq!(Query::parse("a=7").take_parsed::<u8>("a", "a number"), Ok(7));
        let error = Query::parse("a=secret").take_parsed::<u8>("a", "a number").unwrap_err();
        assert_eq!(error.to_string(), "The value of a must be a number.");
    }
}
