//! Objects: no names and no punctuation for the members that the layout knows.

use std::ops::Range;

use serde::{Deserialize, Serialize};

use super::{
    bits::{self, BitReader, BitWriter},
    layout::Layout,
    output::Output,
    text,
};
use crate::json::Members;

/// The order of the Exp-Golomb code of the number of members that the layout does not know.
const OTHERS_ORDER: u32 = 0;
/// The fewest bits of a member that the layout does not know: of `"":null`.
const LEAST_OTHER_WIDTH: usize = 10;

/// What is known of an object beforehand.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ObjectLayout {
    /// The members that it may have.
    pub members: Vec<MemberLayout>,
    /// Whether it may have others.
    pub open: bool,
}

/// What is known of a member beforehand.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct MemberLayout {
    /// Its name.
    pub name: String,
    /// Whether every object has it.
    pub required: bool,
    /// What is known of its value.
    pub layout: Layout,
}

impl ObjectLayout {
    /// Nothing but that it is an object.
    pub(super) const ANY: Self = Self { members: Vec::new(), open: true };

    pub(super) fn covers(&self, narrower: &Self) -> bool {
        let same_names = self.members.iter().map(|member| &member.name).eq(narrower.members.iter().map(|m| &m.name));
        let covered =
            self.members.iter().zip(&narrower.members).all(|(member, narrower)| {
                member.required <= narrower.required && member.layout.covers(&narrower.layout)
            });
        same_names && covered && narrower.open <= self.open
    }

    pub(super) fn pack(&self, json: &str, bits: &mut BitWriter) -> Option<()> {
        let Members(written) = serde_json::from_str(json).ok()?;
        // Places in the text: of the members that are known, in the order of the layout, and then of the others.
        let mut places = Vec::with_capacity(written.len());
        let mut layouts = Vec::with_capacity(written.len());
        for member in &self.members {
            let place = written.iter().position(|(name, _)| *name == member.name);
            match place {
                None if member.required => return None,
                _ if member.required => {}
                _ => bits.write(place.is_some().into(), 1),
            }
            if let Some(place) = place {
                places.push(place);
                layouts.push(&member.layout);
            }
        }
        let known = places.len();
        let others: Vec<_> = (0..written.len()).filter(|place| !places.contains(place)).collect();
        if self.open {
            bits.write_exp_golomb(others.len() as u64, OTHERS_ORDER);
        } else if !others.is_empty() {
            return None;
        }
        places.extend(others);
        write_order(&places, bits);
        for (&place, layout) in places.iter().zip(layouts) {
            layout.pack(written[place].1.get(), bits)?;
        }
        for &place in &places[known..] {
            let (name, value) = &written[place];
            text::pack(&text::quoted(name), "", bits)?;
            Layout::Any.pack(value.get(), bits)?;
        }
        Some(())
    }

    pub(super) fn unpack(&self, bits: &mut BitReader<'_>, out: &mut Output) -> Option<()> {
        let mut present = Vec::with_capacity(self.members.len());
        for member in &self.members {
            if member.required || bits.read_bit()? {
                present.push(member);
            }
        }
        let others = if self.open { usize::try_from(bits.read_exp_golomb(OTHERS_ORDER)?).ok()? } else { 0 };
        if others > bits.left() / LEAST_OTHER_WIDTH {
            return None;
        }
        let count = present.len() + others;
        let order = if count > 1 && bits.read_bit()? { Some(read_order(count, bits)?) } else { None };
        out.nest(|out| {
            let start = out.len();
            let mut members: Vec<Range<usize>> = Vec::new();
            let mut end = 0;
            let mut finish_member = |out: &Output| {
                members.push(end..out.len() - start);
                end = out.len() - start;
            };
            for member in present {
                out.push(&text::quoted(&member.name))?;
                out.push(":")?;
                member.layout.unpack(bits, out)?;
                finish_member(out);
            }
            for _ in 0..others {
                text::unpack("", bits, out)?;
                out.push(":")?;
                Layout::Any.unpack(bits, out)?;
                finish_member(out);
            }
            if let Some(order) = order {
                members = order.into_iter().map(|member| members[member].clone()).collect();
            }
            let written = out.take_from(start);
            out.push("{")?;
            for (index, member) in members.into_iter().enumerate() {
                if index > 0 {
                    out.push(",")?;
                }
                out.push(&written[member])?;
            }
            out.push("}")
        })
    }
}

/// Writes a permutation: one bit for the identity; otherwise one bit, and for each place of the text which of the
/// members that are left it is. `places` has the place of each member.
fn write_order(places: &[usize], bits: &mut BitWriter) {
    if places.len() < 2 {
        return;
    }
    let is_sorted = places.is_sorted();
    bits.write((!is_sorted).into(), 1);
    if is_sorted {
        return;
    }
    let mut left: Vec<_> = (0..places.len()).collect();
    for place in 0..places.len() {
        let index = left.iter().position(|member| places[*member] == place).unwrap_or_default();
        bits.write(index as u64, bits::width(left.len() as u64));
        left.remove(index);
    }
}

/// Reads a permutation that is not the identity: the member at each place of the text.
fn read_order(count: usize, bits: &mut BitReader<'_>) -> Option<Vec<usize>> {
    let mut left: Vec<_> = (0..count).collect();
    (0..count).map(|_| Some(left.remove(bits.read_below(left.len() as u64)? as usize))).collect()
}
