//! The options of a create request, from its query string.

use std::str::FromStr;

use sealed_qr::{
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
}

impl Sealing {
    /// Reads the query string of `POST /api/qrcode/encrypted-payload`.
    pub(crate) fn parse(query: &str) -> Result<Self, InvalidQuery> {
        let mut query = Query::parse(query);
        let drawing = Drawing::take(&mut query)?;
        let link = query.take_parsed("link", "full or compact")?;
        query.finish(&["format", "ecc", "scale", "margin", "link"])?;
        Ok(Self { drawing, link })
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

    #[test]
    fn the_documentation_has_exactly_these_parameters() {
        let documented: Vec<_> = include_str!("../../../docs/api.md")
            .lines()
            .filter_map(|line| line.strip_prefix("| `")?.split_once("` |"))
            .map(|(parameter, _)| parameter)
            .collect();
        let Err(InvalidQuery::Unknown { known, .. }) = Sealing::parse("no=such") else { panic!("taken") };
        assert_eq!(documented, known);
    }

    #[test]
    fn defaults() {
        let Sealing { drawing, link } = Sealing::parse("").unwrap();
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
