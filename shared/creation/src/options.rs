//! The options of codes, from the query string of the request that creates them.

use std::{num::NonZeroU8, ops::RangeInclusive, str::FromStr};

use qr_symbol::{Colour, Ecc, Limits, Palette, PrintSize, Style, Version, pdf, svg};
use sealed_qr::{LinkForm, Reveal, Terms, UnixTime, Uses};
use service::query::{InvalidQuery, Query};
use time::{OffsetDateTime, format_description::well_known::Rfc3339};

use crate::{
    parameter::{Parameter, Values},
    payload_model::{PayloadModel, PayloadModels},
};

/// The parameter `ecc`.
pub const ECC: Parameter = Parameter {
    name: "ecc",
    meaning: "The error correction level: how much of a damaged symbol can be restored, from about 7 % (L) to 30 % \
              (H).",
    values: Values::Words(&["L", "M", "Q", "H"]),
    default: Some("M"),
};
/// The parameter `scale`.
pub const SCALE: Parameter = Parameter {
    name: "scale",
    meaning: "Pixels per module. An SVG has millimetres in their place, unless the scale is given and no size in print.",
    values: Values::Integer { min: 1, max: 40, note: "" },
    default: Some("8"),
};
/// The parameter `margin`.
pub const MARGIN: Parameter = Parameter {
    name: "margin",
    meaning: "The width of the light margin on each side, in modules. Readers expect four, in the picture or around \
              it.",
    values: Values::Integer { min: 0, max: 16, note: "" },
    default: Some("4"),
};
/// The parameter `module_mm`.
pub const MODULE_MM: Parameter = Parameter {
    name: "module_mm",
    meaning: "The width of a module in print, in millimetres.",
    values: Values::Decimal { min: "0.1", max: "10" },
    default: Some("0.33"),
};
/// The parameter `width_mm`.
pub const WIDTH_MM: Parameter = Parameter {
    name: "width_mm",
    meaning: "The width of the picture in print, margin included, in millimetres, in place of module_mm.",
    values: Values::Decimal { min: "5", max: "1000" },
    default: None,
};
/// The parameter `dark`.
pub const DARK: Parameter = Parameter {
    name: "dark",
    meaning: "The colour of the dark modules. It must be darker than light, with a contrast of at least 3:1.",
    values: Values::Colour,
    default: Some("000000"),
};
/// The parameter `light`.
pub const LIGHT: Parameter = Parameter {
    name: "light",
    meaning: "The colour of the light modules and of the margin.",
    values: Values::Colour,
    default: Some("ffffff"),
};
/// The parameter `ink`.
pub const INK: Parameter = Parameter {
    name: "ink",
    meaning: "What a PDF is printed with: rgb, the colours above, or k100, black ink alone, for black on white.",
    values: Values::Words(&["rgb", "k100"]),
    default: Some("rgb"),
};
/// The parameter `max_modules`.
pub const MAX_MODULES: Parameter = Parameter {
    name: "max_modules",
    meaning: "The most modules that a side of the symbol may have. A code that needs more is refused in place of being \
              too dense to print and to scan.",
    values: Values::Integer { min: 21, max: 177, note: "" },
    default: Some("177"),
};
/// The parameter `min_version`.
pub const MIN_VERSION: Parameter = Parameter {
    name: "min_version",
    meaning: "The smallest version of the symbol, so that all codes of a series have as many modules. Version 1 has 21 \
              a side, each further one four more.",
    values: Values::Integer { min: 1, max: 40, note: "" },
    default: Some("1"),
};
/// The parameter `link`.
pub const LINK: Parameter = Parameter {
    name: "link",
    meaning: "The form of the link: full, whose path says what it does, or compact, for small labels.",
    values: Values::Words(&["full", "compact"]),
    default: Some("full"),
};
/// The parameter `expires_in`.
pub const EXPIRES_IN: Parameter = Parameter {
    name: "expires_in",
    meaning: "How many seconds the code stays valid. If absent, it never expires.",
    values: Values::Integer { min: 1, max: MAX_EXPIRES_IN, note: " such that the code expires before 2106" },
    default: None,
};

/// The parameter `expires_at`.
pub const EXPIRES_AT: Parameter = Parameter {
    name: "expires_at",
    meaning: "When the code expires, in place of expires_in.",
    values: Values::Instant,
    default: None,
};

/// The parameter `uses`.
pub const USES: Parameter = Parameter {
    name: "uses",
    meaning: "How often the code may be redeemed, which is then counted. If absent, its model decides, or it is not \
              counted. Deployments may offer no codes that count.",
    values: Values::Integer { min: 1, max: 255, note: "" },
    default: None,
};
/// The parameter `reveal`.
pub const REVEAL: Parameter = Parameter {
    name: "reveal",
    meaning: "Who gets to see the payload of a code that counts: always everyone who opens it, or, on-redeem, only who \
              redeems it.",
    values: Values::Words(&["always", "on-redeem"]),
    default: Some("always"),
};

/// The most segments of a sealed code: bytes, then digits. Some readers lose what follows them.
pub const SEALED_SEGMENTS: usize = 2;

/// A hundred years of 365 days, in seconds.
const MAX_EXPIRES_IN: u32 = 3_153_600_000;

/// How a code is drawn.
#[derive(Debug, Default)]
pub struct DrawOptions {
    /// The error correction level.
    pub ecc: Ecc,
    /// The sizes, the margin and the colours of its picture.
    pub style: Style,
    /// Whether the size in print is asked for, and not left to us.
    pub is_sized: bool,
    /// What a drawing states its size in.
    pub svg_unit: svg::Unit,
    /// What a document is printed with.
    pub ink: pdf::Ink,
    /// The most modules of a side.
    pub max_modules: MaxModules,
    /// The smallest version.
    pub min_version: Version,
}

impl DrawOptions {
    /// The parameters of every code.
    pub const PARAMETERS: [Parameter; 10] =
        [ECC, SCALE, MARGIN, MODULE_MM, WIDTH_MM, DARK, LIGHT, INK, MAX_MODULES, MIN_VERSION];

    /// The most modules that a side of the symbol may have. With more, it would be denser than allowed, or its modules
    /// would be too fine to print.
    #[must_use]
    pub fn most_modules(&self) -> usize {
        let MaxModules(limit) = self.max_modules;
        limit.min(self.style.most_modules())
    }

    /// What the symbol must keep to.
    #[must_use]
    pub fn limits(&self, max_segments: usize) -> Limits {
        Limits { max_segments, min_version: self.min_version }
    }

    /// Takes the parameters of every code.
    ///
    /// # Errors
    /// [`InvalidQuery`]
    pub fn take(query: &mut Query<'_>) -> Result<Self, InvalidQuery> {
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
        let ink = ink(query, style.palette)?;
        Ok(Self { ecc, style, is_sized: print_size.is_some(), svg_unit, ink, max_modules, min_version })
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

/// Black ink alone prints black on white.
fn ink(query: &mut Query<'_>, palette: Palette) -> Result<pdf::Ink, InvalidQuery> {
    match INK.choose(query, &[("rgb", pdf::Ink::Rgb), ("k100", pdf::Ink::K100)])?.unwrap_or_default() {
        pdf::Ink::K100 if palette != Palette::default() => Err(InvalidQuery::Value {
            name: INK.name,
            expected: "rgb, unless dark is 000000 and light is ffffff".to_owned(),
        }),
        ink => Ok(ink),
    }
}

fn palette(query: &mut Query<'_>) -> Result<Palette, InvalidQuery> {
    let dark = DARK.take(query)?.unwrap_or(Colour::BLACK);
    let light = LIGHT.take(query)?.unwrap_or(Colour::WHITE);
    Palette::new(dark, light).map_err(|_| InvalidQuery::Value {
        name: DARK.name,
        expected: format!("darker than {}, with a contrast of at least {}:1", LIGHT.name, Palette::MIN_CONTRAST),
    })
}

/// How a payload is sealed, and how its code is drawn.
#[derive(Debug, Default)]
pub struct SealOptions {
    /// How the code is drawn.
    pub draw: DrawOptions,
    /// The form of the link.
    pub link: LinkForm,
    /// Its expiry and its number of uses.
    pub terms: Terms,
}

impl SealOptions {
    /// The parameters of sealed codes, in addition to those of every code.
    pub const PARAMETERS: [Parameter; 5] = [LINK, EXPIRES_IN, EXPIRES_AT, USES, REVEAL];

    /// The parameter that names the model, unless the path does.
    #[must_use]
    pub fn model_parameter(models: &PayloadModels) -> Parameter {
        Parameter {
            name: "model",
            meaning: "The payload model: what kind of code it is.",
            values: Values::Words(models.names()),
            default: Some(models.default().model.name()),
        }
    }

    /// Takes the parameter that names the model.
    ///
    /// # Errors
    /// [`InvalidQuery`]
    pub fn take_model(query: &mut Query<'_>, models: &PayloadModels) -> Result<&'static PayloadModel, InvalidQuery> {
        let parameter = Self::model_parameter(models);
        match query.take(parameter.name)? {
            None => Ok(models.default()),
            Some(name) => models.named(&name).ok_or_else(|| parameter.invalid()),
        }
    }

    /// Takes the parameters of codes of `model`, which are made at `now`.
    ///
    /// # Errors
    /// [`InvalidQuery`]
    pub fn take(
        query: &mut Query<'_>,
        models: &PayloadModels,
        model: &PayloadModel,
        now: UnixTime,
    ) -> Result<Self, InvalidQuery> {
        let draw = DrawOptions::take(query)?;
        let link = LINK.take(query)?.unwrap_or_default();
        let expires_at = match (EXPIRES_IN.take(query)?, EXPIRES_AT.take(query)?) {
            (None, None) => None,
            (Some(seconds), None) => Some(after(seconds, now)?),
            (None, Some(Instant(at))) => Some(now.until(at).ok_or_else(|| EXPIRES_AT.invalid())?),
            (Some(_), Some(_)) => {
                return Err(InvalidQuery::Excluded { name: EXPIRES_AT.name, other: EXPIRES_IN.name });
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
    let words = [("always", Reveal::Always), ("on-redeem", Reveal::OnRedeem)];
    match (limit, REVEAL.choose(query, &words)?.unwrap_or_default()) {
        (Some(limit), reveal) => Ok(Some(Uses { limit, reveal })),
        (None, Reveal::Always) => Ok(None),
        (None, Reveal::OnRedeem) => Err(InvalidQuery::Needed { name: REVEAL.name, other: USES.name }),
    }
}

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
pub struct MaxModules(pub usize);

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
pub struct ModulesOutOfRange;
