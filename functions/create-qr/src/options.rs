//! The options of a create request, from its query string.

#[cfg(test)]
mod tests;

use std::{num::NonZeroU8, ops::RangeInclusive, str::FromStr};

use qr_symbol::{Colour, Ecc, Limits, Palette, PrintSize, Style, Version, pdf, svg};
use sealed_qr::{LinkForm, Reveal, Terms, UnixTime, Uses};
use service::{
    gateway::{MediaType, Request},
    problem::Problem,
    query::{InvalidQuery, Query},
};

use time::{OffsetDateTime, format_description::well_known::Rfc3339};

use crate::{
    parameter::{Parameter, Values},
    payload_model::{PayloadModel, PayloadModels},
};

const FORMAT: Parameter = Parameter {
    name: "format",
    meaning: "The format of the answer: a picture (png, svg or pdf), or a JSON description that contains the picture. \
              If absent, the Accept header decides.",
    values: Values::Words(&["png", "svg", "pdf", "json"]),
    default: Some("png"),
};
const ECC: Parameter = Parameter {
    name: "ecc",
    meaning: "The error correction level: how much of a damaged symbol can be restored, from about 7 % (L) to 30 % \
              (H).",
    values: Values::Words(&["L", "M", "Q", "H"]),
    default: Some("M"),
};
const SCALE: Parameter = Parameter {
    name: "scale",
    meaning: "Pixels per module. An SVG has millimetres in their place, unless the scale is given and no size in print.",
    values: Values::Integer { min: 1, max: 40, note: "" },
    default: Some("8"),
};
const MARGIN: Parameter = Parameter {
    name: "margin",
    meaning: "The width of the light margin on each side, in modules. Readers expect four, in the picture or around \
              it.",
    values: Values::Integer { min: 0, max: 16, note: "" },
    default: Some("4"),
};
const MODULE_MM: Parameter = Parameter {
    name: "module_mm",
    meaning: "The width of a module in print, in millimetres.",
    values: Values::Decimal { min: "0.1", max: "10" },
    default: Some("0.33"),
};
const WIDTH_MM: Parameter = Parameter {
    name: "width_mm",
    meaning: "The width of the picture in print, margin included, in millimetres, in place of module_mm.",
    values: Values::Decimal { min: "5", max: "1000" },
    default: None,
};
const DARK: Parameter = Parameter {
    name: "dark",
    meaning: "The colour of the dark modules. It must be darker than light, with a contrast of at least 3:1.",
    values: Values::Colour,
    default: Some("000000"),
};
const LIGHT: Parameter = Parameter {
    name: "light",
    meaning: "The colour of the light modules and of the margin.",
    values: Values::Colour,
    default: Some("ffffff"),
};
const INK: Parameter = Parameter {
    name: "ink",
    meaning: "What a PDF is printed with: rgb, the colours above, or k100, black ink alone, for black on white.",
    values: Values::Words(&["rgb", "k100"]),
    default: Some("rgb"),
};
const MAX_MODULES: Parameter = Parameter {
    name: "max_modules",
    meaning: "The most modules that a side of the symbol may have. A code that needs more is refused in place of being \
              too dense to print and to scan.",
    values: Values::Integer { min: 21, max: 177, note: "" },
    default: Some("177"),
};
const MIN_VERSION: Parameter = Parameter {
    name: "min_version",
    meaning: "The smallest version of the symbol, so that all codes of a series have as many modules. Version 1 has 21 \
              a side, each further one four more.",
    values: Values::Integer { min: 1, max: 40, note: "" },
    default: Some("1"),
};
const LINK: Parameter = Parameter {
    name: "link",
    meaning: "The form of the link: full, whose path says what it does, or compact, for small labels.",
    values: Values::Words(&["full", "compact"]),
    default: Some("full"),
};
const EXPIRES_IN: Parameter = Parameter {
    name: "expires_in",
    meaning: "How many seconds the code stays valid. If absent, it never expires.",
    values: Values::Integer { min: 1, max: MAX_EXPIRES_IN, note: " such that the code expires before 2106" },
    default: None,
};

const EXPIRES_AT: Parameter = Parameter {
    name: "expires_at",
    meaning: "When the code expires, in place of expires_in.",
    values: Values::Instant,
    default: None,
};

const USES: Parameter = Parameter {
    name: "uses",
    meaning: "How often the code may be redeemed, which is then counted. If absent, its model decides, or it is not \
              counted. Deployments may offer no codes that count.",
    values: Values::Integer { min: 1, max: 255, note: "" },
    default: None,
};
const REVEAL: Parameter = Parameter {
    name: "reveal",
    meaning: "Who gets to see the payload of a code that counts: always everyone who opens it, or, on-redeem, only who \
              redeems it.",
    values: Values::Words(&["always", "on-redeem"]),
    default: Some("always"),
};

/// A hundred years of 365 days, in seconds.
const MAX_EXPIRES_IN: u32 = 3_153_600_000;

/// How the code is drawn and returned.
#[derive(Debug, Default)]
pub(crate) struct DrawOptions {
    pub(crate) format: Format,
    pub(crate) ecc: Ecc,
    pub(crate) style: Style,
    pub(crate) svg_unit: svg::Unit,
    pub(crate) ink: pdf::Ink,
    pub(crate) max_modules: MaxModules,
    pub(crate) min_version: Version,
}

impl DrawOptions {
    /// The parameters of every code.
    pub(crate) const PARAMETERS: [Parameter; 11] =
        [FORMAT, ECC, SCALE, MARGIN, MODULE_MM, WIDTH_MM, DARK, LIGHT, INK, MAX_MODULES, MIN_VERSION];

    /// Reads the options of a plain code.
    pub(crate) fn parse(request: &Request) -> Result<Self, Problem> {
        let mut query = Query::parse(&request.query);
        let options = Self::take(&mut query, request)?;
        query.finish(Self::PARAMETERS.map(|parameter| parameter.name))?;
        Ok(options)
    }

    /// What the symbol must keep to.
    pub(crate) fn limits(&self, max_segments: usize) -> Limits {
        Limits { max_segments, min_version: self.min_version }
    }

    fn take(query: &mut Query<'_>, request: &Request) -> Result<Self, Problem> {
        let format = FORMAT.take(query)?;
        let ecc = ECC.take(query)?.unwrap_or_default();
        let (scale, print_size) = (SCALE.take(query)?, print_size(query)?);
        let style = Style {
            scale: scale.unwrap_or_default(),
            margin: MARGIN.take(query)?.unwrap_or_default(),
            palette: palette(query)?,
            print_size: print_size.unwrap_or_default(),
        };
        let svg_unit = match (scale, print_size) {
            (Some(_), None) => svg::Unit::Pixels,
            _ => svg::Unit::Millimetres,
        };
        let (max_modules, min_version) = versions(query)?;
        let ink = INK.take(query)?.map_or(pdf::Ink::Rgb, |Inked(ink)| ink);
        let format = format.map_or_else(|| Format::accepted(request), Ok)?;
        check_ink(ink, format, style.palette)?;
        Ok(Self { format, ecc, style, svg_unit, ink, max_modules, min_version })
    }
}

fn print_size(query: &mut Query<'_>) -> Result<Option<PrintSize>, InvalidQuery> {
    match (MODULE_MM.take(query)?, WIDTH_MM.take(query)?) {
        (Some(_), Some(_)) => Err(InvalidQuery::Excluded { name: WIDTH_MM.name, other: MODULE_MM.name }),
        (module, width) => Ok(module.map(PrintSize::Module).or(width.map(PrintSize::Width))),
    }
}

fn versions(query: &mut Query<'_>) -> Result<(MaxModules, Version), InvalidQuery> {
    let max_modules: MaxModules = MAX_MODULES.take(query)?.unwrap_or_default();
    let min_version: Version = MIN_VERSION.take(query)?.unwrap_or_default();
    if min_version.modules() <= max_modules.0 {
        return Ok((max_modules, min_version));
    }
    let expected = format!("a version of at most {} modules, as {} says", max_modules.0, MAX_MODULES.name);
    Err(InvalidQuery::Value { name: MIN_VERSION.name, expected })
}

/// Black ink alone prints black on white, and only a PDF says what it is printed with.
fn check_ink(ink: pdf::Ink, format: Format, palette: Palette) -> Result<(), InvalidQuery> {
    let expected = match ink {
        pdf::Ink::K100 if format != Format::Pdf => "rgb, unless the format is pdf",
        pdf::Ink::K100 if palette != Palette::default() => "rgb, unless dark is 000000 and light is ffffff",
        pdf::Ink::K100 | pdf::Ink::Rgb => return Ok(()),
    };
    Err(InvalidQuery::Value { name: INK.name, expected: expected.to_owned() })
}

/// What a document is printed with.
struct Inked(pdf::Ink);

impl FromStr for Inked {
    type Err = UnknownInk;

    fn from_str(name: &str) -> Result<Self, UnknownInk> {
        match name {
            "rgb" => Ok(Self(pdf::Ink::Rgb)),
            "k100" => Ok(Self(pdf::Ink::K100)),
            _ => Err(UnknownInk),
        }
    }
}

/// The text does not say what a document is printed with.
#[derive(Debug)]
struct UnknownInk;

fn palette(query: &mut Query<'_>) -> Result<Palette, InvalidQuery> {
    let dark = DARK.take(query)?.unwrap_or(Colour::BLACK);
    let light = LIGHT.take(query)?.unwrap_or(Colour::WHITE);
    Palette::new(dark, light).map_err(|_| InvalidQuery::Value {
        name: DARK.name,
        expected: format!("darker than {}, with a contrast of at least {}:1", LIGHT.name, Palette::MIN_CONTRAST),
    })
}

/// How the payload is sealed, and how the code is drawn.
#[derive(Debug, Default)]
pub(crate) struct SealOptions {
    pub(crate) draw: DrawOptions,
    pub(crate) link: LinkForm,
    pub(crate) terms: Terms,
}

impl SealOptions {
    /// The parameters of sealed codes, in addition to those of every code.
    pub(crate) const PARAMETERS: [Parameter; 5] = [LINK, EXPIRES_IN, EXPIRES_AT, USES, REVEAL];

    /// All parameters of sealed codes whose model is in the path.
    pub(crate) fn all_parameters() -> impl Iterator<Item = Parameter> {
        DrawOptions::PARAMETERS.into_iter().chain(Self::PARAMETERS)
    }

    /// The parameter that names the model.
    pub(crate) fn model_parameter(models: &PayloadModels) -> Parameter {
        Parameter {
            name: "model",
            meaning: "The payload model: what kind of code it is.",
            values: Values::Words(models.names()),
            default: Some(models.default().model.name()),
        }
    }

    /// Reads the options of a sealed code, and its model.
    pub(crate) fn parse(
        request: &Request,
        models: &PayloadModels,
        now: UnixTime,
    ) -> Result<(Self, &'static PayloadModel), Problem> {
        let mut query = Query::parse(&request.query);
        let parameter = Self::model_parameter(models);
        let model = match query.take(parameter.name)? {
            None => models.default(),
            Some(name) => models.named(&name).ok_or_else(|| parameter.invalid())?,
        };
        let options = Self::take(&mut query, request, models, model, now)?;
        query.finish(Self::all_parameters().map(|parameter| parameter.name).chain([parameter.name]))?;
        Ok((options, model))
    }

    /// Reads the options of a sealed code whose model is in the path.
    pub(crate) fn parse_for_model(
        request: &Request,
        models: &PayloadModels,
        model: &PayloadModel,
        now: UnixTime,
    ) -> Result<Self, Problem> {
        let mut query = Query::parse(&request.query);
        let options = Self::take(&mut query, request, models, model, now)?;
        query.finish(Self::all_parameters().map(|parameter| parameter.name))?;
        Ok(options)
    }

    fn take(
        query: &mut Query<'_>,
        request: &Request,
        models: &PayloadModels,
        model: &PayloadModel,
        now: UnixTime,
    ) -> Result<Self, Problem> {
        let draw = DrawOptions::take(query, request)?;
        let link = LINK.take(query)?.unwrap_or_default();
        let expires_at = match (EXPIRES_IN.take(query)?, EXPIRES_AT.take(query)?) {
            (None, None) => None,
            (Some(seconds), None) => Some(after(seconds, now)?),
            (None, Some(Instant(at))) => Some(now.until(at).ok_or_else(|| EXPIRES_AT.invalid())?),
            (Some(_), Some(_)) => {
                return Err(InvalidQuery::Excluded { name: EXPIRES_AT.name, other: EXPIRES_IN.name }.into());
            }
        };
        Ok(Self { draw, link, terms: Terms { expires_at, uses: uses(query, models, model)? } })
    }
}

/// How often a code of this model may be redeemed.
fn uses(query: &mut Query<'_>, models: &PayloadModels, model: &PayloadModel) -> Result<Option<Uses>, InvalidQuery> {
    let limit: Option<NonZeroU8> = USES.take(query)?;
    if limit.is_some() && !models.may_count() {
        return Err(InvalidQuery::NotOffered { name: USES.name, setting: "Redemption" });
    }
    let limit = limit.or_else(|| model.model.uses());
    match (limit, REVEAL.take(query)?) {
        (Some(limit), reveal) => {
            Ok(Some(Uses { limit, reveal: reveal.map(|Revealed(reveal)| reveal).unwrap_or_default() }))
        }
        (None, None | Some(Revealed(Reveal::Always))) => Ok(None),
        (None, Some(Revealed(Reveal::OnRedeem))) => Err(InvalidQuery::Needed { name: REVEAL.name, other: USES.name }),
    }
}

/// Who gets to see the payload.
struct Revealed(Reveal);

impl FromStr for Revealed {
    type Err = UnknownReveal;

    fn from_str(name: &str) -> Result<Self, UnknownReveal> {
        match name {
            "always" => Ok(Self(Reveal::Always)),
            "on-redeem" => Ok(Self(Reveal::OnRedeem)),
            _ => Err(UnknownReveal),
        }
    }
}

/// The text does not say who gets to see the payload.
#[derive(Debug)]
struct UnknownReveal;

fn after(seconds: u32, now: UnixTime) -> Result<UnixTime, InvalidQuery> {
    let seconds = Some(seconds).filter(|seconds| (1..=MAX_EXPIRES_IN).contains(seconds));
    seconds.and_then(|seconds| now.after(seconds)).ok_or_else(|| EXPIRES_IN.invalid())
}

/// A point in time in Unix seconds, written as such or by RFC 3339.
struct Instant(i64);

impl FromStr for Instant {
    type Err = time::error::Parse;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        if let Ok(seconds) = text.parse() {
            return Ok(Self(seconds));
        }
        OffsetDateTime::parse(text, &Rfc3339).map(|at| Self(at.unix_timestamp()))
    }
}

/// The most modules that a side of the symbol may have.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct MaxModules(pub(crate) usize);

impl MaxModules {
    /// The sides of the smallest and the largest symbol.
    const RANGE: RangeInclusive<usize> = 21..=177;
}

impl Default for MaxModules {
    fn default() -> Self {
        Self(*Self::RANGE.end())
    }
}

impl FromStr for MaxModules {
    type Err = ModulesOutOfRange;

    fn from_str(text: &str) -> Result<Self, ModulesOutOfRange> {
        text.parse().ok().filter(|modules| Self::RANGE.contains(modules)).map(Self).ok_or(ModulesOutOfRange)
    }
}

/// No symbol has this many modules a side.
#[derive(Debug)]
pub(crate) struct ModulesOutOfRange;

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

    /// The format that the caller prefers, by the header `accept`.
    fn accepted(request: &Request) -> Result<Self, Problem> {
        if request.accept.is_none() {
            return Ok(Self::default());
        }
        let offered = Self::ALL.map(|format| MediaType::parse(format.media_type()).expect("a media type"));
        let preferred = request.preferred(&offered);
        let position = preferred.and_then(|preferred| offered.iter().position(|offered| offered == preferred));
        position
            .map(|position| Self::ALL[position])
            .ok_or(Problem::NotAcceptable { offered: "image/png, image/svg+xml, application/json or application/pdf" })
    }
}

/// The text does not name a format.
#[derive(Debug)]
pub(crate) struct UnknownFormat;

impl FromStr for Format {
    type Err = UnknownFormat;

    fn from_str(name: &str) -> Result<Self, UnknownFormat> {
        match name {
            "png" => Ok(Self::Png),
            "svg" => Ok(Self::Svg),
            "pdf" => Ok(Self::Pdf),
            "json" => Ok(Self::Json),
            _ => Err(UnknownFormat),
        }
    }
}
