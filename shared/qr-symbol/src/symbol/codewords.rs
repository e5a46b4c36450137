//! Data codewords: the bit stream of the segments, terminated and padded to what the version holds (7.4).

use qrcode::{QrResult, bits::Bits};

use crate::ecc::Ecc;

use super::segments::Plan;

/// The data codewords of a text.
pub(super) fn encode(text: &str, ecc: Ecc, plan: &Plan) -> QrResult<Vec<u8>> {
    let mut bits = Bits::new(plan.version.standard());
    if let Some(designator) = plan.eci {
        bits.push_eci_designator(designator)?;
    }
    bits.push_segments(text.as_bytes(), plan.segments.iter().copied())?;
    bits.push_terminator(ecc.level())?;
    Ok(bits.into_bytes())
}
