//! The options of a create request, from its query string.

use std::str::FromStr;

use sealed_qr::{
    ctext::UnixTime,
    http::{MediaType, Request},
    link::LinkForm,
    picture::{Colour, Margin, Palette, Scale, Style},
    problem::Problem,
    query::{InvalidQuery, Parameter, Query, Values},
    symbol::Ecc,
};

/// The parameters of both endpoints, and then those of sealed codes alone.
pub(crate) const PARAMETERS: [Parameter; 8] = [FORMAT, ECC, SCALE, MARGIN, DARK, LIGHT, LINK, EXPIRES_IN];
/// How many of them `POST /api/qrcode` takes.
pub(crate) const DRAWING_PARAMETERS: usize = 6;

const FORMAT: Parameter = Parameter {
    name: "format",
    meaning: "What the answer is: a picture, or a description with the picture in it. When absent, the header accept decides.",
    values: Values::Words(&["png", "svg", "json"]),
    default: Some("png"),
};
const ECC: Parameter = Parameter {
    name: "ecc",
    meaning: "The error correction level: how much of a damaged symbol can be restored, from about 7 % (L) to 30 % (H).",
    values: Values::Words(&["L", "M", "Q", "H"]),
    default: Some("M"),
};
const SCALE: Parameter = Parameter {
    name: "scale",
    meaning: "Pixels a module.",
    values: Values::Whole { from: Scale::MIN.pixels() as u32, to: Scale::MAX.pixels() as u32, and: "" },
    default: Some("8"),
};
const MARGIN: Parameter = Parameter {
    name: "margin",
    meaning: "Modules of light margin on each side. Readers expect four, in the picture or around it.",
    values: Values::Whole { from: Margin::MIN.modules() as u32, to: Margin::MAX.modules() as u32, and: "" },
    default: Some("4"),
};
const DARK: Parameter = Parameter {
    name: "dark",
    meaning: "The colour of dark modules. It must be darker than the light one, with a contrast of at least 3:1.",
    values: Values::Colour,
    default: Some("000000"),
};
const LIGHT: Parameter = Parameter {
    name: "light",
    meaning: "The colour of light modules and of the margin.",
    values: Values::Colour,
    default: Some("ffffff"),
};
const LINK: Parameter = Parameter {
    name: "link",
    meaning: "The form of the link: full names what it does, compact is for small labels.",
    values: Values::Words(&["full", "compact"]),
    default: Some("full"),
};
const EXPIRES_IN: Parameter = Parameter {
    name: "expires_in",
    meaning: "For how many seconds from now the code opens. When absent, it never expires.",
    values: Values::Whole { from: 1, to: Sealing::MAX_EXPIRES_IN, and: " that ends before 2106" },
    default: None,
};

/// How the code is drawn and answered. Both endpoints have these options.
#[derive(Debug, Default)]
pub(crate) struct Drawing {
    pub(crate) format: Format,
    pub(crate) ecc: Ecc,
    pub(crate) style: Style,
}

impl Drawing {
    /// Reads the options of `POST /api/qrcode`.
    pub(crate) fn parse(request: &Request) -> Result<Self, Problem> {
        let mut query = Query::parse(&request.query);
        let drawing = Self::take(&mut query, request)?;
        query.finish(&PARAMETERS[..DRAWING_PARAMETERS])?;
        Ok(drawing)
    }

    fn take(query: &mut Query<'_>, request: &Request) -> Result<Self, Problem> {
        let format: Option<Format> = query.take_parsed::<Given<_>>(&FORMAT)?.0;
        let drawing = Self {
            format: Format::default(),
            ecc: query.take_parsed(&ECC)?,
            style: Style {
                scale: query.take_parsed(&SCALE)?,
                margin: query.take_parsed(&MARGIN)?,
                palette: palette(query)?,
            },
        };
        match format {
            Some(format) => Ok(Self { format, ..drawing }),
            None => Ok(Self { format: Format::accepted(request)?, ..drawing }),
        }
    }
}

fn palette(query: &mut Query<'_>) -> Result<Palette, InvalidQuery> {
    let dark: Given<Colour> = query.take_parsed(&DARK)?;
    let light: Given<Colour> = query.take_parsed(&LIGHT)?;
    Palette::new(dark.0.unwrap_or(Colour::BLACK), light.0.unwrap_or(Colour::WHITE)).map_err(|_| InvalidQuery::Value {
        name: DARK.name,
        expected: format!("darker than {}, with a contrast of at least {}:1", LIGHT.name, Palette::MIN_CONTRAST),
    })
}

/// A value that may be absent.
struct Given<T>(Option<T>);

impl<T> Default for Given<T> {
    fn default() -> Self {
        Self(None)
    }
}

impl<T: FromStr> FromStr for Given<T> {
    type Err = T::Err;

    fn from_str(text: &str) -> Result<Self, T::Err> {
        text.parse().map(|value| Self(Some(value)))
    }
}

/// The options of a sealed code.
#[derive(Debug, Default)]
pub(crate) struct Sealing {
    pub(crate) drawing: Drawing,
    pub(crate) link: LinkForm,
    pub(crate) expires_at: Option<UnixTime>,
}

impl Sealing {
    /// A hundred years of 365 days, in seconds.
    const MAX_EXPIRES_IN: u32 = 3_153_600_000;

    /// Reads the options of `POST /api/qrcode/encrypted-payload`.
    pub(crate) fn parse(request: &Request, now: UnixTime) -> Result<Self, Problem> {
        let mut query = Query::parse(&request.query);
        let drawing = Drawing::take(&mut query, request)?;
        let link = query.take_parsed(&LINK)?;
        let expires_at = query.take(EXPIRES_IN.name)?.map(|seconds| Self::expires_at(&seconds, now)).transpose()?;
        query.finish(&PARAMETERS)?;
        Ok(Self { drawing, link, expires_at })
    }

    fn expires_at(seconds: &str, now: UnixTime) -> Result<UnixTime, InvalidQuery> {
        let seconds = seconds.parse().ok().filter(|seconds| (1..=Self::MAX_EXPIRES_IN).contains(seconds));
        seconds.and_then(|seconds| now.after(seconds)).ok_or_else(|| EXPIRES_IN.invalid())
    }
}

/// What the answer is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum Format {
    /// The picture, in pixels.
    #[default]
    Png,
    /// The picture, as an outline.
    Svg,
    /// A description, with the picture in it.
    Json,
}

impl Format {
    const ALL: [Self; 3] = [Self::Png, Self::Svg, Self::Json];

    /// The media type of the answer.
    pub(crate) const fn media_type(self) -> &'static str {
        match self {
            Self::Png => "image/png",
            Self::Svg => "image/svg+xml",
            Self::Json => "application/json",
        }
    }

    /// The format that the header `accept` asks for.
    fn accepted(request: &Request) -> Result<Self, Problem> {
        if request.accept.is_none() {
            return Ok(Self::default());
        }
        let offered = Self::ALL.map(|format| MediaType::parse(format.media_type()).expect("a media type"));
        let preferred = request.preferred(&offered);
        let position = preferred.and_then(|preferred| offered.iter().position(|offered| offered == preferred));
        position
            .map(|position| Self::ALL[position])
            .ok_or(Problem::NotAcceptable { offered: "image/png, image/svg+xml or application/json" })
    }
}

/// No such format.
#[derive(Debug)]
pub(crate) struct UnknownFormat;

impl FromStr for Format {
    type Err = UnknownFormat;

    fn from_str(name: &str) -> Result<Self, UnknownFormat> {
        match name {
            "png" => Ok(Self::Png),
            "svg" => Ok(Self::Svg),
            "json" => Ok(Self::Json),
            _ => Err(UnknownFormat),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: UnixTime = UnixTime(1_800_000_000);

    fn with(query: &str) -> Request {
        Request { query: query.to_owned(), ..Request::default() }
    }

    fn sealing(query: &str) -> Result<Sealing, String> {
        Sealing::parse(&with(query), NOW).map_err(|problem| problem.detail().into_owned())
    }

    fn drawing(query: &str) -> Result<Drawing, String> {
        Drawing::parse(&with(query)).map_err(|problem| problem.detail().into_owned())
    }

    #[test]
    fn expiry() {
        let expires_at = |seconds: &str| sealing(&format!("expires_in={seconds}")).map(|s| s.expires_at);
        assert_eq!(expires_at("1"), Ok(Some(UnixTime(1_800_000_001))));
        assert_eq!(expires_at("2491747199"), Ok(Some(UnixTime(4_291_747_199))));
        for seconds in ["0", "-1", "1.5", "", "2491747200", "3153600000", "3153600001", "99999999999"] {
            assert_eq!(expires_at(seconds).unwrap_err(), EXPIRES_IN.invalid().to_string(), "{seconds}");
        }
        let long_ago = UnixTime(0);
        assert!(Sealing::parse(&with("expires_in=3153600000"), long_ago).is_ok());
        assert!(Sealing::parse(&with("expires_in=3153600001"), long_ago).is_err());
    }

    #[test]
    fn every_parameter_takes_what_it_says_and_nothing_else() {
        for parameter in PARAMETERS {
            let takes = |value: &str| sealing(&format!("{}={value}", parameter.name)).is_ok();
            let (good, bad) = match parameter.values {
                Values::Words(words) => (words.iter().map(ToString::to_string).collect(), vec!["words".to_owned()]),
                // The longest times end after 2105 from now on.
                Values::Whole { from, to, .. } if parameter == EXPIRES_IN => {
                    (vec![from.to_string(), "86400".to_owned()], vec!["0".to_owned(), (to + 1).to_string()])
                }
                Values::Whole { from, to, .. } => (
                    vec![from.to_string(), to.to_string()],
                    vec![(i64::from(from) - 1).to_string(), (to + 1).to_string()],
                ),
                Values::Colour => (vec![parameter.default.unwrap().to_owned()], vec!["#000000".to_owned()]),
            };
            for value in good {
                assert!(takes(&value), "{}={value}", parameter.name);
            }
            for value in bad.iter().map(String::as_str).chain([""]) {
                assert!(!takes(value), "{}={value}", parameter.name);
            }
        }
    }

    #[test]
    fn defaults_are_what_the_parameters_say() {
        let said: Vec<_> = PARAMETERS
            .iter()
            .filter_map(|parameter| Some(format!("{}={}", parameter.name, parameter.default?)))
            .collect();
        assert_eq!(format!("{:?}", sealing(&said.join("&"))), format!("{:?}", sealing("")));
        assert_eq!(sealing("").unwrap().drawing.style, Style::default());
    }

    #[test]
    fn the_documentation_has_exactly_these_parameters() {
        let documented: Vec<_> = include_str!("../../../docs/api.md")
            .lines()
            .filter_map(|line| line.strip_prefix("| `")?.split_once("` |"))
            .collect();
        assert_eq!(
            documented.iter().map(|(name, _)| *name).collect::<Vec<_>>(),
            PARAMETERS.map(|parameter| parameter.name)
        );
        for (parameter, (_, row)) in PARAMETERS.iter().zip(documented) {
            let facts = match parameter.values {
                Values::Words(words) => words.iter().map(|word| format!("`{word}`")).collect(),
                Values::Whole { from, to, .. } => vec![format!("{from} to {to}")],
                Values::Colour => vec!["`RRGGBB`".to_owned()],
            };
            for fact in facts.into_iter().chain(parameter.default.map(|default| format!("| `{default}` |"))) {
                assert!(row.contains(&fact), "{}: {fact}", parameter.name);
            }
        }
        let contrast = format!("a contrast of at least {}:1", Palette::MIN_CONTRAST);
        assert!(DARK.meaning.contains(&contrast) && include_str!("../../../docs/api.md").contains(&contrast));
        assert_eq!(drawing("no=such").unwrap_err().matches(", ").count() + 1, DRAWING_PARAMETERS);
    }

    #[test]
    fn colours_need_contrast() {
        let palette = drawing("dark=00287a&light=FFE9A8").unwrap().style.palette;
        assert_eq!((palette.dark().to_string(), palette.light().to_string()), ("00287a".into(), "ffe9a8".into()));
        for query in ["dark=ffffff&light=000000", "dark=aaaaaa", "light=333333", "dark=777777&light=777777"] {
            assert_eq!(
                drawing(query).unwrap_err(),
                "The value of dark must be darker than light, with a contrast of at least 3:1."
            );
        }
    }

    #[test]
    fn the_format_is_named_or_accepted() {
        let format = |query: &str, accept: Option<&str>| {
            let request = Request { accept: accept.map(str::to_owned), ..with(query) };
            Drawing::parse(&request).map(|drawing| drawing.format).map_err(|problem| problem.status())
        };
        assert_eq!(format("", None), Ok(Format::Png));
        assert_eq!(format("", Some("*/*")), Ok(Format::Png));
        assert_eq!(format("", Some("application/json, image/png;q=0.5")), Ok(Format::Json));
        assert_eq!(format("", Some("image/svg+xml")), Ok(Format::Svg));
        assert_eq!(format("format=png", Some("application/json")), Ok(Format::Png));
        assert_eq!(format("", Some("text/html")), Err(406));
    }
}
