//! The files of the models and the lock that keeps the layouts of released ones, checked against each other.

use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    num::NonZeroU8,
    path::{Path, PathBuf},
};

use sealed_qr::{PageUrl, packing::Layout};
use serde::{Deserialize, Serialize};

#[allow(dead_code, unreachable_pub, reason = "the functions use the rest")]
#[path = "../src/words.rs"]
mod words;

use self::words::Words;

/// The dialect of JSON Schema that models are written in.
const DIALECT: &str = "https://json-schema.org/draft/2020-12/schema";
/// The annotation of the model that codes are made of if none is named.
const DEFAULT: &str = "x-default";
/// The annotation that names the member that says from when a code is valid.
const VALID_FROM: &str = "x-valid-from";
/// The annotation that says how often codes may be redeemed.
const USES: &str = "x-uses";
/// The annotation that names the page that scans lead on to.
const CONTINUE: &str = "x-continue";
/// The annotation of members of payloads that events carry.
const EVENT: &str = "x-event";
const SUFFIX: &str = ".schema.json";
const MAX_NAME: usize = 32;
/// The name that no model has, because its path, `/api/qrcode/encrypted-payload/batch`, makes many codes.
const RESERVED: &str = "batch";

/// All models by number, retired ones included.
#[derive(Debug)]
pub(crate) struct Catalogue {
    pub(crate) models: BTreeMap<u8, Model>,
    /// The number of the model that codes are made of if none is named.
    pub(crate) default: u8,
}

/// A model.
#[derive(Debug)]
pub(crate) struct Model {
    pub(crate) name: String,
    /// The file, unless the model is retired.
    pub(crate) file: Option<PathBuf>,
    /// The member of payloads that says from when a code is valid.
    pub(crate) valid_from: Option<String>,
    /// How often new codes may be redeemed, unless they say otherwise.
    pub(crate) uses: Option<NonZeroU8>,
    /// The page that scans lead on to.
    pub(crate) continue_at: Option<String>,
    /// The members of payloads that events carry.
    pub(crate) event_members: Vec<String>,
    /// The layout in the lock or, before the release, that of the file.
    pub(crate) layout: Layout,
    pub(crate) is_released: bool,
}

/// An entry of the lock.
#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Released {
    pub(crate) number: u8,
    pub(crate) name: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) valid_from: Option<String>,
    pub(crate) layout: Layout,
}

impl From<(u8, Model)> for Released {
    fn from((number, Model { name, valid_from, layout, .. }): (u8, Model)) -> Self {
        Self { number, name, valid_from, layout }
    }
}

impl Catalogue {
    /// Reads the files of `folder` and the lock, which has the text `lock`.
    ///
    /// # Errors
    /// What is wrong, and what to do about it.
    pub(crate) fn read(folder: &Path, lock: &str) -> Result<Self, String> {
        let released: Vec<Released> = serde_json::from_str(lock)
            .map_err(|error| format!("models.lock cannot be read ({error}): take it from version control again"))?;
        let mut models: BTreeMap<u8, Model> = BTreeMap::new();
        for Released { number, name, valid_from, layout } in released {
            let (file, uses, continue_at, event_members) = (None, None, None, Vec::new());
            let is_released = true;
            let model = Model { name, file, valid_from, uses, continue_at, event_members, layout, is_released };
            models.insert(number, model);
        }
        let last = models.keys().copied().max().unwrap_or_default();
        let mut defaults = BTreeSet::new();
        for (number, name, file) in files(folder)? {
            let shown = file.file_name().unwrap_or_default().to_string_lossy().into_owned();
            let wrong = |problem: String| format!("{shown}: {problem}");
            if name == RESERVED {
                let free = if models.contains_key(&number) { last.saturating_add(1) } else { number };
                return Err(wrong(format!(
                    "its path would be the one that makes many codes: rename it, for example to {}",
                    file_name(free, "one-batch")
                )));
            }
            let text = fs::read_to_string(&file).map_err(|error| wrong(error.to_string()))?;
            let schema = checked(&text).map_err(wrong)?;
            let layout = Layout::of_schema(&text).map_err(|error| wrong(error.to_string()))?;
            Words::of_schema(&text).map_err(wrong)?;
            let valid_from = valid_from(&schema).map_err(wrong)?;
            let uses = uses(&schema).map_err(wrong)?;
            let continue_at = continue_at(&schema).map_err(wrong)?;
            let event_members = event_members(&schema).map_err(wrong)?;
            if schema.get(DEFAULT).is_some_and(|value| *value == true) {
                defaults.insert(name.clone());
            }
            match models.get_mut(&number) {
                None => {
                    let file = Some(file);
                    let is_released = false;
                    let model = Model { name, file, valid_from, uses, continue_at, event_members, layout, is_released };
                    models.insert(number, model);
                }
                Some(model) if model.file.is_some() => {
                    return Err(wrong(format!(
                        "another file has the number {number}, too: give this one a free number"
                    )));
                }
                Some(model) if model.name != name => {
                    return Err(wrong(format!(
                        "the number {number} was released as {}, and codes carry it: call this file {}",
                        model.name,
                        file_name(last.saturating_add(1), &name)
                    )));
                }
                Some(model) if !model.layout.covers(&layout) => {
                    return Err(wrong(format!(
                        "model {number} is released, and codes are packed by its members, their order, types, enums, \
                         integer ranges, formats and prefixes, and by what is required. These may become stricter, but \
                         neither looser nor other ones. Take back that change here, and make it in a new file, {}",
                        file_name(last.saturating_add(1), &name)
                    )));
                }
                Some(model) => {
                    model.file = Some(file);
                    model.valid_from = valid_from;
                    model.uses = uses;
                    model.continue_at = continue_at;
                    model.event_members = event_members;
                }
            }
        }
        let default = default(&models, &defaults)?;
        Ok(Self { models, default })
    }

    /// The numbers of the models that new codes are made of: of each name, the highest.
    pub(crate) fn current(&self) -> BTreeSet<u8> {
        current(&self.models)
    }
}

/// Number, name and path of each file.
fn files(folder: &Path) -> Result<Vec<(u8, String, PathBuf)>, String> {
    let entries = fs::read_dir(folder).map_err(|error| format!("{}: {error}", folder.display()))?;
    let mut files = Vec::new();
    for entry in entries {
        let path = entry.map_err(|error| format!("{}: {error}", folder.display()))?.path();
        if path.extension().is_some_and(|extension| extension == "json") {
            let file_name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
            let (number, name) = parse_name(&file_name).ok_or_else(|| {
                format!(
                    "{file_name}: call a model NUMBER-NAME{SUFFIX}, for example 2-ticket{SUFFIX}: a number from 1 to 255 \
                     without leading zeros, and a name of at most {MAX_NAME} lower-case letters, digits and hyphens"
                )
            })?;
            files.push((number, name, path));
        }
    }
    files.sort();
    Ok(files)
}

fn parse_name(file_name: &str) -> Option<(u8, String)> {
    let (number, name) = file_name.strip_suffix(SUFFIX)?.split_once('-')?;
    let parsed: u8 = number.parse().ok().filter(|number| *number != 0)?;
    let is_name = name.starts_with(|first: char| first.is_ascii_lowercase())
        && name.chars().all(|letter| letter.is_ascii_lowercase() || letter.is_ascii_digit() || letter == '-')
        && name.len() <= MAX_NAME;
    (is_name && parsed.to_string() == number).then(|| (parsed, name.to_owned()))
}

fn file_name(number: u8, name: &str) -> String {
    format!("{number}-{name}{SUFFIX}")
}

/// The schema, if it is one of objects in the right dialect.
fn checked(text: &str) -> Result<serde_json::Value, String> {
    let schema: serde_json::Value =
        serde_json::from_str(text).map_err(|error| format!("it is not JSON ({error}): correct it"))?;
    if schema["$schema"] != DIALECT {
        return Err(format!("it is not in the dialect of models: add \"$schema\": \"{DIALECT}\""));
    }
    if schema["type"] != "object" {
        return Err("a payload is a JSON object: add \"type\": \"object\"".to_owned());
    }
    Ok(schema)
}

/// The member that says from when a code is valid.
fn valid_from(schema: &serde_json::Value) -> Result<Option<String>, String> {
    let Some(member) = schema.get(VALID_FROM) else { return Ok(None) };
    let format = member.as_str().map(|member| &schema["properties"][member]["format"]);
    match (member.as_str(), format.and_then(serde_json::Value::as_str)) {
        (Some(member), Some("date" | "date-time")) => Ok(Some(member.to_owned())),
        _ => Err(format!("{VALID_FROM} must name one of properties whose format is date or date-time")),
    }
}

/// How often codes may be redeemed.
fn uses(schema: &serde_json::Value) -> Result<Option<NonZeroU8>, String> {
    let Some(uses) = schema.get(USES) else { return Ok(None) };
    let number = uses.as_u64().and_then(|uses| u8::try_from(uses).ok()).and_then(NonZeroU8::new);
    number.map(Some).ok_or_else(|| format!("{USES} must be a whole number from 1 to 255"))
}

/// The page that scans lead on to.
fn continue_at(schema: &serde_json::Value) -> Result<Option<String>, String> {
    let Some(page) = schema.get(CONTINUE) else { return Ok(None) };
    let Some(page) = page.as_str() else { return Err(format!("{CONTINUE} must be a URL, as a string")) };
    PageUrl::parse(page).map_err(|error| format!("{CONTINUE} is {error}: correct it"))?;
    Ok(Some(page.to_owned()))
}

/// The members of payloads that events carry.
fn event_members(schema: &serde_json::Value) -> Result<Vec<String>, String> {
    let mut members = Vec::new();
    let mut rest = schema.clone();
    let properties = rest.get_mut("properties").and_then(serde_json::Value::as_object_mut);
    for (name, property) in properties.into_iter().flatten() {
        match property.as_object_mut().and_then(|property| property.remove(EVENT)) {
            None | Some(serde_json::Value::Bool(false)) => {}
            Some(serde_json::Value::Bool(true)) => members.push(name.clone()),
            Some(_) => return Err(format!("{EVENT} of {name} must be true or false")),
        }
    }
    if annotates(&rest, EVENT) {
        return Err(format!(
            "{EVENT} belongs to a member in the properties of the payload: events carry it as a whole"
        ));
    }
    Ok(members)
}

/// Whether a schema or one within it has an annotation.
fn annotates(schema: &serde_json::Value, annotation: &str) -> bool {
    match schema {
        serde_json::Value::Object(keywords) => keywords.iter().any(|(keyword, value)| match keyword.as_str() {
            // The names in it are those of members, not of annotations.
            "properties" => value.as_object().is_some_and(|named| named.values().any(|it| annotates(it, annotation))),
            // Payloads, not schemas.
            "const" | "default" | "enum" | "examples" => false,
            keyword => keyword == annotation || annotates(value, annotation),
        }),
        serde_json::Value::Array(schemas) => schemas.iter().any(|schema| annotates(schema, annotation)),
        _ => false,
    }
}

fn current(models: &BTreeMap<u8, Model>) -> BTreeSet<u8> {
    let with_file = models.iter().filter(|(_, model)| model.file.is_some());
    with_file.map(|(number, model)| (&model.name, *number)).collect::<BTreeMap<_, _>>().into_values().collect()
}

/// The number of the default model: the one that says so, or the only one.
fn default(models: &BTreeMap<u8, Model>, defaults: &BTreeSet<String>) -> Result<u8, String> {
    let current: Vec<_> = current(models).into_iter().map(|number| (number, &models[&number].name)).collect();
    let marked: Vec<_> = current.iter().filter(|(_, name)| defaults.contains(*name)).collect();
    match (&current[..], &marked[..]) {
        ([], _) => Err("there are no models: add one, for example 1-order.schema.json".to_owned()),
        ([(number, _)], []) | (_, [(number, _)]) => Ok(*number),
        _ => Err(format!(
            "one model is the default, and {} say so: write \"{DEFAULT}\": true into one file",
            marked.len()
        )),
    }
}
