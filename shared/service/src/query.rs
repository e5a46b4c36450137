//! Query strings, read strictly: an unknown or repeated parameter is an error, not a surprise.

use std::borrow::Cow;

use thiserror::Error;

/// The parameters of a query string that have not been taken yet.
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

    /// Whether a parameter is there.
    #[must_use]
    pub fn contains(&self, name: &str) -> bool {
        self.parameters.iter().any(|(parameter, _)| parameter == name)
    }

    /// Takes the value of a parameter.
    ///
    /// # Errors
    /// [`InvalidQuery::Repeated`] if the parameter appears more than once.
    pub fn take(&mut self, name: &'static str) -> Result<Option<Cow<'a, str>>, InvalidQuery> {
        self.take_if(name, |parameter| parameter == name)
    }

    /// Takes the value of a parameter whose name may be in upper case, as some scanners write links.
    ///
    /// # Errors
    /// [`InvalidQuery::Repeated`] if the parameter appears more than once.
    pub fn take_ignoring_case(&mut self, name: &'static str) -> Result<Option<Cow<'a, str>>, InvalidQuery> {
        self.take_if(name, |parameter| parameter.eq_ignore_ascii_case(name))
    }

    fn take_if(
        &mut self,
        name: &'static str,
        is_wanted: impl Fn(&str) -> bool,
    ) -> Result<Option<Cow<'a, str>>, InvalidQuery> {
        let mut values = self.parameters.extract_if(.., |(parameter, _)| is_wanted(parameter)).map(|(_, value)| value);
        let value = values.next();
        if values.next().is_some() {
            return Err(InvalidQuery::Repeated { name });
        }
        drop(values);
        Ok(value)
    }

    /// Ends the reading.
    ///
    /// # Errors
    /// [`InvalidQuery::Unknown`] if a parameter is left. `valid` are the names of all parameters.
    pub fn finish(self, valid: impl IntoIterator<Item = &'static str>) -> Result<(), InvalidQuery> {
        match self.parameters.into_iter().next() {
            None => Ok(()),
            Some((name, _)) => {
                Err(InvalidQuery::Unknown { name: name.into_owned(), valid: valid.into_iter().collect() })
            }
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
    /// A parameter appears more than once.
    #[error("The parameter {name} appears more than once; send it once.")]
    Repeated {
        /// The parameter.
        name: &'static str,
    },
    /// The parameter does not take this value.
    #[error("The value of {name} must be {expected}.")]
    Value {
        /// The parameter.
        name: &'static str,
        /// What its value must be.
        expected: String,
    },
    /// Two parameters contradict each other.
    #[error("Send either {name} or {other}, not both.")]
    Excluded {
        /// The parameter.
        name: &'static str,
        /// The parameter that it excludes.
        other: &'static str,
    },
    /// Parameters do not go together. The text says why, and what to do.
    #[error("{0}.")]
    Contradictory(String),
    /// The parameter says something about another one, which is absent.
    #[error("The parameter {name} has no meaning without {other}: send both or neither.")]
    Needed {
        /// The parameter.
        name: &'static str,
        /// The parameter that it needs.
        other: &'static str,
    },
    /// A request that is repeated would ask for something else, because the parameter counts from now on.
    #[error(
        "With the header Idempotency-Key, send {instead} in place of {name}: only then does the same request ask for the \
         same codes."
    )]
    NotRepeatable {
        /// The parameter.
        name: &'static str,
        /// The parameter that says the same of a point in time.
        instead: &'static str,
    },
    /// The parameter is for something that the deployment does not offer.
    #[error("This deployment does not offer {name}. Leave it out, or ask its operator to switch {setting} on.")]
    NotOffered {
        /// The parameter.
        name: &'static str,
        /// The setting that offers it.
        setting: &'static str,
    },
    /// The parameter does not exist.
    #[error("Unknown parameter {name:?}. Valid parameters: {}.", valid.join(", "))]
    Unknown {
        /// Its name.
        name: String,
        /// The names of all parameters.
        valid: Vec<&'static str>,
    },
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parameters_are_taken_once() {
        let mut query = Query::parse("a=1&b=x%20y&c=&d");
        assert!(query.contains("a") && !query.contains("e"));
        assert_eq!(query.take("a"), Ok(Some("1".into())));
        assert_eq!(query.take("a"), Ok(None));
        assert_eq!(query.take("b"), Ok(Some("x y".into())));
        assert_eq!(query.take("C"), Ok(None));
        assert_eq!(query.take_ignoring_case("C"), Ok(Some("".into())));
        assert_eq!(
            query.finish(["a", "b"]).unwrap_err().to_string(),
            "Unknown parameter \"d\". Valid parameters: a, b."
        );
    }

    #[test]
    fn repeated_parameters_are_refused() {
        for query in ["a=1&b=2&a=1", "a=1&a=", "a=1&a", "a=1&%61=1"] {
            assert_eq!(Query::parse(query).take("a"), Err(InvalidQuery::Repeated { name: "a" }), "{query}");
        }
    }
}
