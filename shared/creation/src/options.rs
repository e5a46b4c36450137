//! The options of codes, from the query string of the request that creates them.

use std::{num::NonZeroU8, ops::RangeInclusive, str::FromStr};

use qr_symbol::{Colour, Ecc, Palette, Style};
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
    meaning: "Pixels per module.",
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
/// The parameter `max_modules`.
pub const MAX_MODULES: Parameter = Parameter {
    name: "max_modules",
    meaning: "The most modules that a side of the symbol may have. A code that needs more is refused in place of being \
              too dense to print and to scan.",
    values: Values::Integer { min: 21, max: 177, note: "" },
    default: Some("177"),
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

/// A hundred years of 365 days, in seconds.
const MAX_EXPIRES_IN: u32 = 3_153_600_000;

/// How a code is drawn.
#[derive(Debug, Default)]
pub struct DrawOptions {
    /// The error correction level.
    pub ecc: Ecc,
    /// The size, the margin and the colours of its picture.
    pub style: Style,
    /// The most modules of a side.
    pub max_modules: MaxModules,
}

impl DrawOptions {
    /// The parameters of every code.
    pub const PARAMETERS: [Parameter; 6] = [ECC, SCALE, MARGIN, DARK, LIGHT, MAX_MODULES];

    /// Takes the parameters of every code.
    ///
    /// # Errors
    /// [`InvalidQuery`]
    pub fn take(query: &mut Query<'_>) -> Result<Self, InvalidQuery> {
        let ecc = ECC.take(query)?.unwrap_or_default();
        let style = Style {
            scale: SCALE.take(query)?.unwrap_or_default(),
            margin: MARGIN.take(query)?.unwrap_or_default(),
            palette: palette(query)?,
            ..Style::default()
        };
        let max_modules = MAX_MODULES.take(query)?.unwrap_or_default();
        Ok(Self { ecc, style, max_modules })
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
