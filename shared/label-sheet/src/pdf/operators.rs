//! Operators of a content stream with their operands (7.8.2), as text.

use qr_symbol::Colour;

use crate::font::POINTS_PER_MM;

/// The digits of numbers after the point, and the least number that they can tell from 0, in points: far below a micrometre.
const DECIMALS: usize = 4;
const PARTS: f64 = 10_000.0;

/// Operators, each of which ends with white space, as do operands.
#[derive(Debug)]
pub(super) struct Operators(Vec<u8>);

impl Operators {
    pub(super) fn new() -> Self {
        // Those of a code.
        Self(Vec::with_capacity(160))
    }

    pub(super) fn as_bytes(&self) -> &[u8] {
        &self.0
    }

    /// Appends text as it is.
    pub(super) fn push(&mut self, text: &str) {
        self.0.extend_from_slice(text.as_bytes());
    }

    /// Appends lengths in millimetres, in points.
    pub(super) fn lengths<const COUNT: usize>(&mut self, lengths: [f64; COUNT]) -> &mut Self {
        self.numbers(lengths.map(|length| length * POINTS_PER_MM))
    }

    /// Appends numbers.
    pub(super) fn numbers<const COUNT: usize>(&mut self, numbers: [f64; COUNT]) -> &mut Self {
        for number in numbers {
            self.number(number);
        }
        self
    }

    /// Appends a number (7.3.3).
    fn number(&mut self, number: f64) {
        let mut rest = (number.abs() * PARTS + 0.5) as u64;
        if number < 0.0 && rest > 0 {
            self.0.push(b'-');
        }
        let mut digits = [b'0'; 24];
        let (mut start, mut end) = (digits.len(), digits.len());
        while rest > 0 || start > digits.len() - DECIMALS - 1 {
            start -= 1;
            digits[start] += (rest % 10) as u8;
            rest /= 10;
        }
        let point = digits.len() - DECIMALS;
        while end > point && digits[end - 1] == b'0' {
            end -= 1;
        }
        self.0.extend_from_slice(&digits[start..point]);
        if end > point {
            self.0.push(b'.');
            self.0.extend_from_slice(&digits[point..end]);
        }
        self.0.push(b' ');
    }

    /// Appends the four digits of a number.
    pub(super) fn hexadecimal(&mut self, number: u16) {
        self.0.extend_from_slice(&[12, 8, 4, 0].map(|shift| b"0123456789ABCDEF"[usize::from(number >> shift & 15)]));
    }

    /// Appends the operator that fills with a colour.
    pub(super) fn fill(&mut self, Colour(colour): Colour) {
        for part in colour {
            self.number(f64::from(part) / 255.0);
        }
        self.push("rg ");
    }
}

/// A number as it is written.
pub(super) fn rounded(number: f64) -> f64 {
    (number * PARTS).round() / PARTS
}

/// Steps from place to place, each coordinate as it is written, so that rounding does not add up. The first is from the
/// origin.
#[derive(Debug, Default)]
pub(super) struct Steps {
    at: [f64; 2],
}

impl Steps {
    /// The step to a place.
    pub(super) fn to(&mut self, place: [f64; 2]) -> [f64; 2] {
        let place = place.map(rounded);
        let step = [0, 1].map(|axis| place[axis] - self.at[axis]);
        self.at = place;
        step
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(write: impl FnOnce(&mut Operators)) -> String {
        let mut operators = Operators::new();
        write(&mut operators);
        String::from_utf8(operators.0).unwrap()
    }

    #[test]
    fn numbers_are_as_short_as_they_can_be() {
        for (number, written) in [
            (0.0, "0 "),
            (-0.0, "0 "),
            (-0.000_04, "0 "),
            (1.0, "1 "),
            (-1.5, "-1.5 "),
            (0.05, "0.05 "),
            (841.889_76, "841.8898 "),
            (-0.000_06, "-0.0001 "),
            (9.999_99, "10 "),
            (3_370.393_7, "3370.3937 "),
        ] {
            assert_eq!(text(|operators| operators.number(number)), written);
        }
    }

    #[test]
    fn lengths_are_in_points_and_colours_in_parts() {
        assert_eq!(text(|operators| operators.lengths([25.4, -12.7]).push("m\n")), "72 -36 m\n");
        assert_eq!(text(|operators| operators.fill(Colour([0, 0x28, 0xff]))), "0 0.1569 1 rg ");
        assert_eq!(text(|operators| operators.hexadecimal(0x1AF)), "01AF");
    }

    #[test]
    fn rounding_does_not_add_up() {
        let mut steps = Steps::default();
        let third = |count: i32| f64::from(count) / 3.0;
        let steps: Vec<_> = (1..=3).map(|count| steps.to([third(count), -third(count)])).collect();
        for ([x, y], expected) in steps.into_iter().zip([0.3333, 0.3334, 0.3333]) {
            assert!((x - expected).abs() < 1e-9 && (y + expected).abs() < 1e-9, "{x} {y}");
        }
    }
}
