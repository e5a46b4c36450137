//! A code that was scanned, opened.

use std::borrow::Cow;

use payload_models::{Model, Models};
use percent_encoding::percent_decode_str;
use sealed_qr::{CodeName, Ctext, OpenError, Opened, Payload, Terms, UnixTime, link::CTEXT_PARAMETER};
use service::{
    app_state::AppState,
    problem::Problem,
    query::{InvalidQuery, Query},
};
use time::OffsetDateTime;

use crate::{beginning, link_text};

/// The parameter with the name of the payload model that a code must have.
const EXPECT_PARAMETER: &str = "expect";
/// In place of the name of a model: the code was made before there were models, and does not say what it is.
const NO_MODEL: &str = "none";

/// A genuine code that is valid now.
#[derive(Debug)]
pub struct ScannedCode {
    /// Its name.
    pub name: CodeName,
    /// What it says.
    pub payload: Payload,
    /// Until when and how often it is good.
    pub terms: Terms,
    /// Its payload model, unless it was made before there were models.
    pub model: Option<&'static Model>,
}

impl ScannedCode {
    /// The name of the payload model, or `none`.
    #[must_use]
    pub fn model_name(&self) -> &'static str {
        self.model.map_or(NO_MODEL, Model::name)
    }
}

/// Opens the code that a request is about. `compact` is what follows the path of a compact link; without it, the ctext
/// is in the query. `models` are those that codes may have.
///
/// # Errors
/// [`Problem`] is what the caller is told.
pub async fn open(
    state: &AppState,
    models: Models,
    query: &mut Query<'_>,
    compact: Option<&str>,
) -> Result<ScannedCode, Problem> {
    let text = if let Some(text) = compact {
        percent_decode_str(text).decode_utf8_lossy()
    } else {
        let missing = InvalidQuery::Missing { name: CTEXT_PARAMETER };
        query.take_ignoring_case(CTEXT_PARAMETER)?.ok_or(missing)?
    };
    let expected = expected_model(query, models)?;
    open_text(state, models, &text, expected.as_deref()).await
}

/// Opens the code with this text. `expected` is the name of the payload model that it must have, if it must have one.
///
/// # Errors
/// [`Problem`] is what the caller is told.
pub async fn open_text(
    state: &AppState,
    models: Models,
    text: &str,
    expected: Option<&str>,
) -> Result<ScannedCode, Problem> {
    let ctext = parse(text)?;
    let keyring = state.keyring.keyring_with(ctext.key_id()).await?;
    let Opened { payload, terms } = ctext.open(&keyring, UnixTime::now(), |number| models.layout(number))?;
    let model = payload.model().and_then(|number| models.numbered(number));
    let code = ScannedCode { name: ctext.name(), payload, terms, model };
    if expected.is_some_and(|expected| expected != code.model_name()) {
        return Err(Problem::OtherModel);
    }
    if let Some(begins) = model.and_then(Model::valid_from).and_then(|member| beginning::of(&code.payload, member))
        && begins > OffsetDateTime::now_utc()
    {
        return Err(Problem::NotYetValid(begins));
    }
    Ok(code)
}

/// Reads the text of a ctext as people and their programs hand it on.
///
/// # Errors
/// [`Problem::Unopened`]
pub fn parse(text: &str) -> Result<Ctext, Problem> {
    Ok(Ctext::parse(text).or_else(|_| Ctext::parse(&link_text::clean(text))).map_err(OpenError::from)?)
}

/// The name of the payload model that the caller expects a code to have.
fn expected_model<'a>(query: &mut Query<'a>, models: Models) -> Result<Option<Cow<'a, str>>, InvalidQuery> {
    let Some(expected) = query.take(EXPECT_PARAMETER)? else { return Ok(None) };
    let names = models.names();
    if names.contains(&*expected) {
        return Ok(Some(expected));
    }
    let names: Vec<_> = names.into_iter().collect();
    Err(InvalidQuery::Value { name: EXPECT_PARAMETER, expected: names.join(" or ") })
}
