//! How a model wants payloads to be shown to people: which members, in which order, by which names, and as what.

use std::collections::BTreeMap;

use sealed_qr::json::Members;
use serde::Deserialize;
use serde_json::{Value, value::RawValue};

/// How the members of an object are shown, in the order of the model.
#[derive(Debug, Default)]
pub struct Words(Vec<Member>);

/// How a member is shown, or an element of a list.
#[derive(Debug, Default)]
pub struct Member {
    /// Its name in payloads; empty for elements.
    pub name: String,
    /// Whether it is on the page.
    pub is_shown: bool,
    /// What people call it.
    pub title: Localized,
    /// What it means.
    pub description: Localized,
    /// As what its value is written.
    pub form: Form,
    /// What people call values, by the text of strings.
    pub values: BTreeMap<String, Localized>,
    /// How the members within it are shown.
    pub members: Words,
    /// How its elements are shown.
    pub elements: Option<Box<Self>>,
}

/// As what a value is written.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Form {
    /// As it is.
    #[default]
    Plain,
    /// A date by RFC 3339.
    Date,
    /// A date and a time by RFC 3339.
    DateTime,
    /// A time of day by RFC 3339.
    Time,
    /// A duration by RFC 3339, appendix A.
    Duration,
    /// A number.
    Number,
    /// An amount in the smallest unit of a currency.
    Money(Currency),
    /// The address of a page.
    Link,
}

/// A currency.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Currency {
    /// This one, by ISO 4217.
    Code(String),
    /// The one that another member of the same object names.
    Member(String),
}

/// A text in several languages.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Localized {
    any: Option<String>,
    by_language: BTreeMap<String, String>,
}

impl Localized {
    /// The text in the language with this tag, or else the one that the model has for everyone.
    #[must_use]
    pub fn in_language(&self, tag: &str) -> Option<&str> {
        let primary = tag.split('-').next().unwrap_or_default();
        let text = self.by_language.get(tag).or_else(|| self.by_language.get(primary)).or(self.any.as_ref());
        text.map(String::as_str)
    }
}

impl Words {
    /// Those of a model that says nothing.
    #[must_use]
    pub const fn none() -> Self {
        Self(Vec::new())
    }

    /// What a JSON Schema of objects says.
    ///
    /// # Errors
    /// What is wrong with its annotations, and what to do about it.
    pub fn of_schema(schema: &str) -> Result<Self, String> {
        let schema: Schema<'_> = serde_json::from_str(schema).map_err(|error| error.to_string())?;
        schema.words()
    }

    /// The members.
    pub fn iter(&self) -> impl Iterator<Item = &Member> {
        self.0.iter()
    }

    /// The member with a name.
    #[must_use]
    pub fn named(&self, name: &str) -> Option<&Member> {
        self.0.iter().find(|member| member.name == name)
    }
}

/// A schema, as far as it says how values are shown.
#[derive(Default, Deserialize)]
#[serde(default)]
struct Schema<'a> {
    title: Option<String>,
    #[serde(rename = "x-titles")]
    titles: BTreeMap<String, String>,
    #[serde(rename = "x-descriptions")]
    descriptions: BTreeMap<String, String>,
    #[serde(rename = "x-page")]
    is_shown: Option<bool>,
    #[serde(rename = "x-currency")]
    currency: Option<String>,
    #[serde(rename = "x-link")]
    is_link: bool,
    #[serde(rename = "x-enum-titles")]
    enum_titles: BTreeMap<String, EnumTitle>,
    #[serde(rename = "type")]
    kind: Option<Value>,
    format: Option<String>,
    #[serde(rename = "enum")]
    values: Option<Vec<Value>>,
    #[serde(borrow)]
    properties: Option<&'a RawValue>,
    #[serde(borrow)]
    items: Option<&'a RawValue>,
}

/// What people call a value, in one language or in several.
#[derive(Deserialize)]
#[serde(untagged)]
enum EnumTitle {
    Any(String),
    ByLanguage(BTreeMap<String, String>),
}

impl Schema<'_> {
    fn words(&self) -> Result<Words, String> {
        let Some(properties) = self.properties else { return Ok(Words::default()) };
        let Members(properties) = serde_json::from_str(properties.get()).map_err(|error| error.to_string())?;
        let names: Vec<_> = properties.iter().map(|(name, _)| name.to_string()).collect();
        let members = properties.iter().map(|(name, schema)| {
            member(schema.get(), name, &names).map_err(|problem| format!("the member {name}: {problem}"))
        });
        members.collect::<Result<_, _>>().map(Words)
    }

    fn form(&self, siblings: &[String]) -> Result<Form, String> {
        let is = |kind: &str| self.kind.as_ref().is_some_and(|named| named == kind);
        if let Some(currency) = &self.currency {
            if !is("integer") {
                return Err("x-currency belongs to an integer: the amount in the smallest unit".to_owned());
            }
            let is_code = currency.len() == 3 && currency.bytes().all(|letter| letter.is_ascii_uppercase());
            return match (is_code, siblings.contains(currency)) {
                (true, _) => Ok(Form::Money(Currency::Code(currency.clone()))),
                (false, true) => Ok(Form::Money(Currency::Member(currency.clone()))),
                _ => {
                    Err("x-currency is neither a code of ISO 4217, such as EUR, nor the name of another member"
                        .to_owned())
                }
            };
        }
        if self.is_link {
            let is_uri = self.format.as_deref() == Some("uri");
            return if is_uri {
                Ok(Form::Link)
            } else {
                Err("x-link belongs to a member with the format uri".to_owned())
            };
        }
        Ok(match self.format.as_deref() {
            Some("date") => Form::Date,
            Some("date-time") => Form::DateTime,
            Some("time") => Form::Time,
            Some("duration") => Form::Duration,
            _ if is("integer") || is("number") => Form::Number,
            _ => Form::Plain,
        })
    }
}

fn member(schema: &str, name: &str, siblings: &[String]) -> Result<Member, String> {
    // Schemas that are only true or false say nothing.
    if matches!(schema, "true" | "false") {
        return Ok(Member { name: name.to_owned(), is_shown: true, ..Member::default() });
    }
    let schema: Schema<'_> = serde_json::from_str(schema).map_err(|error| error.to_string())?;
    let tags = [&schema.titles, &schema.descriptions].into_iter().flat_map(BTreeMap::keys);
    for tag in tags {
        if !tag
            .split('-')
            .all(|part| (1..=8).contains(&part.len()) && part.bytes().all(|byte| byte.is_ascii_alphanumeric()))
        {
            return Err(format!("{tag} is not the tag of a language, such as de or zh-Hant"));
        }
    }
    let known: Vec<_> = schema.values.iter().flatten().filter_map(Value::as_str).collect();
    if let Some(unknown) = schema.enum_titles.keys().find(|value| !known.contains(&value.as_str())) {
        return Err(format!("x-enum-titles names {unknown}, which enum does not have"));
    }
    let form = schema.form(siblings)?;
    let members = schema.words()?;
    let elements = schema.items.map(|items| member(items.get(), "", &[])).transpose()?.map(Box::new);
    let values = schema.enum_titles.into_iter().map(|(value, title)| {
        let title = match title {
            EnumTitle::Any(any) => Localized { any: Some(any), by_language: BTreeMap::new() },
            EnumTitle::ByLanguage(by_language) => Localized { any: None, by_language },
        };
        (value, title)
    });
    Ok(Member {
        name: name.to_owned(),
        is_shown: schema.is_shown != Some(false),
        title: Localized { any: schema.title, by_language: schema.titles },
        description: Localized { any: None, by_language: schema.descriptions },
        form,
        values: values.collect(),
        members,
        elements,
    })
}
