//! The options of a create request, from its query string.

use std::str::FromStr;

use sealed_qr::{
    ctext::UnixTime,
    link::LinkForm,
    picture::{Margin, Scale, Style},
    query::{InvalidQuery, Query},
    symbol::Ecc,
};

/// How the code is drawn and answered. Both endpoints have these options.
#[derive(Debug, Default)]
pub(crate) struct Drawing {
    pub(crate) format: Format,
    pub(crate) ecc: Ecc,
    pub(crate) style: Style,
}

impl Drawing {
    const PARAMETERS: [&str; 4] = ["format", "ecc", "scale", "margin"];

    /// Reads the query string of `POST /api/qrcode`.
    pub(crate) fn parse(query: &str) -> Result<Self, InvalidQuery> {
        let mut query = Query::parse(query);
        let drawing = Self::take(&mut query)?;
        query.finish(&Self::PARAMETERS)?;
        Ok(drawing)
    }

    fn take(query: &mut Query<'_>) -> Result<Self, InvalidQuery> {
        let [format, ecc, scale, margin] = Self::PARAMETERS;
        Ok(Self {
            format: query.take_parsed(format, "png or json")?,
            ecc: query.take_parsed(ecc, "L, M, Q or H")?,
            style: Style {
                scale: query.take_parsed::<Scale>(scale, "a whole number from 1 to 40")?,
                margin: query.take_parsed::<Margin>(margin, "a whole number from 0 to 16")?,
                ..Style::default()
            },
        })
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

    /// Reads the query string of `POST /api/qrcode/encrypted-payload`.
    pub(crate) fn parse(query: &str, now: UnixTime) -> Result<Self, InvalidQuery> {
        let mut query = Query::parse(query);
        let drawing = Drawing::take(&mut query)?;
        let link = query.take_parsed("link", "full or compact")?;
        let expires_at = query.take("expires_in")?.map(|seconds| Self::expires_at(&seconds, now)).transpose()?;
        query.finish(&["format", "ecc", "scale", "margin", "link", "expires_in"])?;
        Ok(Self { drawing, link, expires_at })
    }

    fn expires_at(seconds: &str, now: UnixTime) -> Result<UnixTime, InvalidQuery> {
        let seconds = seconds.parse().ok().filter(|seconds| (1..=Self::MAX_EXPIRES_IN).contains(seconds));
        seconds.and_then(|seconds| now.after(seconds)).ok_or(InvalidQuery::Value {
            name: "expires_in",
            expected: "a whole number of seconds from 1 to 3153600000 that ends before 2106",
        })
    }
}

/// What the answer is.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) enum Format {
    /// The picture.
    #[default]
    Png,
    /// A description, with the picture in it.
    Json,
}

/// No such format.
#[derive(Debug)]
pub(crate) struct UnknownFormat;

impl FromStr for Format {
    type Err = UnknownFormat;

    fn from_str(name: &str) -> Result<Self, UnknownFormat> {
        match name {
            "png" => Ok(Self::Png),
            "json" => Ok(Self::Json),
            _ => Err(UnknownFormat),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: UnixTime = UnixTime(1_800_000_000);

    #[test]
    fn expiry() {
        let expires_at = |seconds: &str| Sealing::parse(&format!("expires_in={seconds}"), NOW).map(|s| s.expires_at);
        assert_eq!(expires_at("1"), Ok(Some(UnixTime(1_800_000_001))));
        assert_eq!(expires_at("2491747199"), Ok(Some(UnixTime(4_291_747_199))));
        for seconds in ["0", "-1", "1.5", "", "2491747200", "3153600000", "3153600001", "99999999999"] {
            assert!(matches!(expires_at(seconds), Err(InvalidQuery::Value { name: "expires_in", .. })), "{seconds}");
        }
        let long_ago = UnixTime(0);
        assert!(Sealing::parse("expires_in=3153600000", long_ago).is_ok());
        assert!(Sealing::parse("expires_in=3153600001", long_ago).is_err());
    }

    #[test]
    fn the_documentation_has_exactly_these_parameters() {
        let documented: Vec<_> = include_str!("../../../docs/api.md")
            .lines()
            .filter_map(|line| line.strip_prefix("| `")?.split_once("` |"))
            .map(|(parameter, _)| parameter)
            .collect();
        let Err(InvalidQuery::Unknown { known, .. }) = Sealing::parse("no=such", NOW) else { panic!("taken") };
        assert_eq!(documented, known);
    }

    #[test]
    fn defaults() {
        let Sealing { drawing, link, expires_at } = Sealing::parse("", NOW).unwrap();
        assert_eq!(expires_at, None);
        assert_eq!((drawing.ecc, drawing.style, link), (Ecc::M, Style::default(), LinkForm::Full));
        assert_eq!((drawing.style.scale.pixels(), drawing.style.margin.modules()), (8, 4));
    }

    #[test]
    fn ranges() {
        for query in ["scale=1", "scale=40", "margin=0", "margin=16", "ecc=L", "ecc=Q", "format=png"] {
            assert!(Drawing::parse(query).is_ok(), "{query}");
        }
        for query in ["scale=0", "scale=41", "scale=", "scale=8.0", "scale=-1", "margin=17", "ecc=", "format=gif"] {
            assert!(matches!(Drawing::parse(query), Err(InvalidQuery::Value { .. })), "{query}");
        }
    }
}
