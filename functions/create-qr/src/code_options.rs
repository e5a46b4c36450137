//! The options of a request for one code, from its query string: the format of the answer, and those of every code.

#[cfg(test)]
mod tests;

use creation::{
    options::{DrawOptions, INK, SealOptions},
    parameter::{Parameter, Values},
    payload_model::{PayloadModel, PayloadModels},
};
use qr_symbol::pdf::Ink;
use sealed_qr::UnixTime;
use service::{
    gateway::Request,
    problem::Problem,
    query::{InvalidQuery, Query},
};

const FORMAT: Parameter = Parameter {
    name: "format",
    meaning: "The format of the answer: a picture (png, svg or pdf), or a JSON description that contains the picture. \
              If absent, the Accept header decides.",
    values: Values::Words(&["png", "svg", "pdf", "json"]),
    default: Some("png"),
};

/// The parameters of a plain code.
pub(crate) fn plain_parameters() -> impl Iterator<Item = Parameter> {
    [FORMAT].into_iter().chain(DrawOptions::PARAMETERS)
}

/// The parameters of a sealed code whose model is in the path.
pub(crate) fn sealed_parameters() -> impl Iterator<Item = Parameter> {
    plain_parameters().chain(SealOptions::PARAMETERS)
}

/// Reads the options of a plain code.
pub(crate) fn plain(request: &Request) -> Result<(Format, DrawOptions), Problem> {
    let mut query = Query::parse(&request.query);
    let format = Format::take(&mut query, request)?;
    let options = DrawOptions::take(&mut query)?;
    check_ink(options.ink, format)?;
    query.finish(plain_parameters().map(|parameter| parameter.name))?;
    Ok((format, options))
}

/// Reads the options of a sealed code, and its model.
pub(crate) fn sealed(
    request: &Request,
    models: &PayloadModels,
    now: UnixTime,
) -> Result<(Format, SealOptions, &'static PayloadModel), Problem> {
    let mut query = Query::parse(&request.query);
    let model = SealOptions::take_model(&mut query, models)?;
    let format = Format::take(&mut query, request)?;
    let options = SealOptions::take(&mut query, models, model, now)?;
    check_ink(options.draw.ink, format)?;
    let model_parameter = SealOptions::model_parameter(models);
    query.finish(sealed_parameters().chain([model_parameter]).map(|parameter| parameter.name))?;
    Ok((format, options, model))
}

/// Reads the options of a sealed code whose model is in the path.
pub(crate) fn sealed_as(
    request: &Request,
    models: &PayloadModels,
    model: &PayloadModel,
    now: UnixTime,
) -> Result<(Format, SealOptions), Problem> {
    let mut query = Query::parse(&request.query);
    let format = Format::take(&mut query, request)?;
    let options = SealOptions::take(&mut query, models, model, now)?;
    check_ink(options.draw.ink, format)?;
    query.finish(sealed_parameters().map(|parameter| parameter.name))?;
    Ok((format, options))
}

/// Only a PDF says what it is printed with.
fn check_ink(ink: Ink, format: Format) -> Result<(), InvalidQuery> {
    if ink == Ink::Rgb || format == Format::Pdf {
        return Ok(());
    }
    Err(InvalidQuery::Value { name: INK.name, expected: "rgb, unless the format is pdf".to_owned() })
}

/// The format of the answer.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum Format {
    /// The picture, in pixels.
    #[default]
    Png,
    /// The picture, as an outline.
    Svg,
    /// A page of the size of the picture.
    Pdf,
    /// A description that contains the picture.
    Json,
}

impl Format {
    /// In the order in which they are offered.
    const ALL: [Self; 4] = [Self::Png, Self::Svg, Self::Json, Self::Pdf];

    /// The media type of the answer.
    pub(crate) const fn media_type(self) -> &'static str {
        match self {
            Self::Png => "image/png",
            Self::Svg => "image/svg+xml",
            Self::Pdf => "application/pdf",
            Self::Json => "application/json",
        }
    }

    /// Takes the format that the query names. If it names none, the header `accept` decides.
    fn take(query: &mut Query<'_>, request: &Request) -> Result<Self, Problem> {
        let words = [("png", Self::Png), ("svg", Self::Svg), ("pdf", Self::Pdf), ("json", Self::Json)];
        if let Some(format) = FORMAT.choose(query, &words)? {
            return Ok(format);
        }
        let offered = Self::ALL.map(|format| (format, format.media_type()));
        let offer = "image/png, image/svg+xml, application/json or application/pdf";
        request.preferred_of(&offered).ok_or(Problem::NotAcceptable { offered: offer })
    }
}
