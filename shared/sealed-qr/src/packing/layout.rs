//! The layout of a payload: what both sides know of it before they see it, and how its values become bits.

use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;

use super::{
    bits::{self, BitReader, BitWriter},
    calendar,
    number::{self, Bounds},
    object::ObjectLayout,
    output::Output,
    text, uuid,
};

/// The order of the Exp-Golomb code of the number of elements in an array.
const LENGTH_ORDER: u32 = 2;

/// What is known of a value beforehand. It follows from the JSON Schema of a model, and codes depend on it forever.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
#[non_exhaustive]
pub enum Layout {
    /// Nothing.
    Any,
    /// It is one of these JSON texts.
    Enum(Vec<String>),
    /// It is an integer.
    Integer(Bounds),
    /// It is a number.
    Number,
    /// It is a string.
    String {
        /// What the string begins with.
        #[serde(default, skip_serializing_if = "String::is_empty")]
        prefix: String,
    },
    /// It is a string, usually a date.
    Date,
    /// It is a string, usually a date and a time.
    DateTime,
    /// It is a string, usually a time of day.
    Time,
    /// It is a string, usually a UUID.
    Uuid,
    /// It is an array of elements with this layout.
    Array(Box<Layout>),
    /// It is an object.
    Object(ObjectLayout),
    /// It has one of these layouts.
    OneOf(Vec<Layout>),
}

/// The kinds of a value of which nothing is known. Their order is their code.
static KINDS: [Kind; 8] = [
    Kind::Literal("null"),
    Kind::Literal("false"),
    Kind::Literal("true"),
    Kind::Layout(Layout::Integer(Bounds::NONE)),
    Kind::Layout(Layout::Number),
    Kind::Layout(Layout::String { prefix: String::new() }),
    Kind::Array,
    Kind::Layout(Layout::Object(ObjectLayout::ANY)),
];

enum Kind {
    Literal(&'static str),
    Layout(Layout),
    Array,
}

impl Layout {
    /// Whether every value with the layout `narrower` can be packed by this layout in as few bits.
    #[must_use]
    pub fn covers(&self, narrower: &Self) -> bool {
        match (self, narrower) {
            (Self::Any, _) | (Self::Number, Self::Integer(_)) => true,
            (_, Self::OneOf(narrower)) => narrower.iter().all(|narrower| self.covers(narrower)),
            (Self::OneOf(layouts), _) => layouts.iter().any(|layout| layout.covers(narrower)),
            (_, Self::Enum(values)) => values.iter().all(|value| self.pack(value, &mut BitWriter::default()).is_some()),
            (Self::Integer(bounds), Self::Integer(narrower)) => bounds.contain(narrower),
            (Self::String { prefix }, Self::String { prefix: narrower }) => narrower.starts_with(prefix),
            (Self::String { prefix }, Self::Date | Self::DateTime | Self::Time | Self::Uuid) => prefix.is_empty(),
            (Self::Array(elements), Self::Array(narrower)) => elements.covers(narrower),
            (Self::Object(object), Self::Object(narrower)) => object.covers(narrower),
            _ => self == narrower,
        }
    }

    /// Packs a minified JSON value; `None` if it has no form in this layout.
    pub(super) fn pack(&self, json: &str, bits: &mut BitWriter) -> Option<()> {
        match self {
            Self::Any => pack_any(json, bits),
            Self::Enum(values) => {
                let index = values.iter().position(|value| value == json)?;
                bits.write(index as u64, bits::width(values.len() as u64));
                Some(())
            }
            Self::Integer(bounds) => number::pack_integer(json, *bounds, bits),
            Self::Number => number::pack_decimal(json, bits),
            Self::String { prefix } => text::pack(json, prefix, bits),
            Self::Date => pack_formatted(calendar::pack_date, json, bits),
            Self::DateTime => pack_formatted(calendar::pack_date_time, json, bits),
            Self::Time => pack_formatted(calendar::pack_time, json, bits),
            Self::Uuid => pack_formatted(uuid::pack, json, bits),
            Self::Array(elements) => pack_array(elements, json, bits),
            Self::Object(object) => object.pack(json, bits),
            Self::OneOf(layouts) => {
                let start = bits.len();
                let width = bits::width(layouts.len() as u64);
                layouts.iter().zip(0..).find_map(|(layout, index)| {
                    bits.truncate(start);
                    bits.write(index, width);
                    layout.pack(json, bits)
                })
            }
        }
    }

    /// Unpacks a JSON value; `None` if the bits are no value of this layout.
    pub(super) fn unpack(&self, bits: &mut BitReader<'_>, out: &mut Output) -> Option<()> {
        match self {
            Self::Any => unpack_any(bits, out),
            Self::Enum(values) => out.push(values.get(bits.read_below(values.len() as u64)? as usize)?),
            Self::Integer(bounds) => number::unpack_integer(*bounds, bits, out),
            Self::Number => number::unpack_decimal(bits, out),
            Self::String { prefix } => text::unpack(prefix, bits, out),
            Self::Date => unpack_formatted(calendar::unpack_date, bits, out),
            Self::DateTime => unpack_formatted(calendar::unpack_date_time, bits, out),
            Self::Time => unpack_formatted(calendar::unpack_time, bits, out),
            Self::Uuid => unpack_formatted(uuid::unpack, bits, out),
            Self::Array(elements) => unpack_array(elements, bits, out),
            Self::Object(object) => object.unpack(bits, out),
            Self::OneOf(layouts) => layouts.get(bits.read_below(layouts.len() as u64)? as usize)?.unpack(bits, out),
        }
    }
}

/// Packs a value of which nothing is known: its kind, and then the value.
fn pack_any(json: &str, bits: &mut BitWriter) -> Option<()> {
    let kind = match json.as_bytes().first()? {
        b'n' => 0,
        b'f' => 1,
        b't' => 2,
        b'"' => 5,
        b'[' => 6,
        b'{' => 7,
        _ if json.contains(['.', 'e', 'E']) => 4,
        _ => 3,
    };
    bits.write(kind, bits::width(KINDS.len() as u64));
    match KINDS.get(kind as usize)? {
        Kind::Literal(_) => Some(()),
        Kind::Layout(layout) => layout.pack(json, bits),
        Kind::Array => pack_array(&Layout::Any, json, bits),
    }
}

fn unpack_any(bits: &mut BitReader<'_>, out: &mut Output) -> Option<()> {
    match KINDS.get(bits.read_below(KINDS.len() as u64)? as usize)? {
        Kind::Literal(literal) => out.push(literal),
        Kind::Layout(layout) => layout.unpack(bits, out),
        Kind::Array => unpack_array(&Layout::Any, bits, out),
    }
}

/// Packs a string of a format: one bit for whether it has a binary form, then that form or the string.
fn pack_formatted(pack: fn(&str, &mut BitWriter) -> Option<()>, json: &str, bits: &mut BitWriter) -> Option<()> {
    let start = bits.len();
    bits.write(0, 1);
    let text = json.strip_prefix('"')?.strip_suffix('"')?;
    pack(text, bits).or_else(|| {
        bits.truncate(start);
        bits.write(1, 1);
        text::pack(json, "", bits)
    })
}

fn unpack_formatted(
    unpack: fn(&mut BitReader<'_>, &mut Output) -> Option<()>,
    bits: &mut BitReader<'_>,
    out: &mut Output,
) -> Option<()> {
    if bits.read_bit()? {
        return text::unpack("", bits, out);
    }
    out.push("\"")?;
    unpack(bits, out)?;
    out.push("\"")
}

fn pack_array(elements: &Layout, json: &str, bits: &mut BitWriter) -> Option<()> {
    let values: Vec<&RawValue> = serde_json::from_str(json).ok()?;
    bits.write_exp_golomb(values.len() as u64, LENGTH_ORDER);
    values.into_iter().try_for_each(|value| elements.pack(value.get(), bits).ok_or(())).ok()
}

fn unpack_array(elements: &Layout, bits: &mut BitReader<'_>, out: &mut Output) -> Option<()> {
    let length = bits.read_exp_golomb(LENGTH_ORDER)?;
    out.nest(|out| {
        out.push("[")?;
        for index in 0..length {
            if index > 0 {
                out.push(",")?;
            }
            elements.unpack(bits, out)?;
        }
        out.push("]")
    })
}
