//! Runs of dark modules as rectangles (8.5.2.1), each a copy of the one before as far as that goes.
//!
//! A record is a line such as `07 03 1 2 re`: row and column of where the run begins, one module high, two modules wide.
//! Numbers have the same digits throughout, leading zeros included (7.3.3).

use super::{codes::CODES, runs::Runs};
use crate::deflate::{
    adler32::{Adler32, Sums},
    bit_writer::{BitWriter, Bits},
    length_or_distance::{LengthOrDistance, SHORTEST_COPY},
};

/// What follows the row, the column and the width.
const AFTER_ROW: &[u8] = b" ";
const AFTER_COLUMN: &[u8] = b" 1 ";
const AFTER_WIDTH: &[u8] = b" re\n";

/// Records whose rows and columns have `DIGITS` digits, as they are written.
pub(super) struct Records<'a, const DIGITS: usize> {
    bits: &'a mut BitWriter<Vec<u8>>,
    adler: &'a mut Adler32,
    before: Option<Before<DIGITS>>,
    /// How much of the end of the record before is still to be copied.
    to_copy: usize,
}

impl<'a, const DIGITS: usize> Records<'a, DIGITS> {
    /// The bytes of a row and what follows it, and of what follows a column.
    const ROW: usize = DIGITS + AFTER_ROW.len();
    const AFTER_COLUMN: usize = AFTER_COLUMN.len() + 1 + AFTER_WIDTH.len();
    const LENGTH: usize = Self::ROW + DIGITS + Self::AFTER_COLUMN;
    /// The distance of copies.
    pub(super) const DISTANCE: LengthOrDistance = LengthOrDistance::from_distance(Self::LENGTH);

    const NUMBERS: &'static [Number<DIGITS>; NUMBERS] = &Number::all();
    const COPIES: &'static [Bits; MOST_COPIED + 1] = &copies(&Self::DISTANCE);
    const WITHOUT_NUMBERS: &'static [Sums; Runs::WIDEST as usize + 1] = &without_numbers::<DIGITS>();

    pub(super) fn new(bits: &'a mut BitWriter<Vec<u8>>, adler: &'a mut Adler32) -> Self {
        Self { bits, adler, before: None, to_copy: 0 }
    }

    /// Adds runs. Copies are longest if they have the width of those before.
    pub(super) fn extend(&mut self, mut runs: Runs) {
        let Some(first) = runs.next() else { return };
        let row = &Self::NUMBERS[usize::from(runs.row)];
        let sums = Self::WITHOUT_NUMBERS[usize::from(runs.width)].and(row.as_row);
        let mut before = &Self::NUMBERS[usize::from(first)];
        self.adler.add(sums.and(before.as_column), Self::LENGTH);
        let mut to_copy = self.begin_row(&runs, before);
        for column in &mut runs {
            let column = &Self::NUMBERS[usize::from(column)];
            self.adler.add(sums.and(column.as_column), Self::LENGTH);
            let alike = column.digits_alike(before);
            self.bits.push_bits(Self::COPIES[to_copy + Self::ROW + alike].then(column.from_digit[alike]));
            to_copy = Self::AFTER_COLUMN;
            before = column;
        }
        self.to_copy = to_copy;
        self.before = Some(Before { row, width: runs.width });
    }

    /// Adds the first run of a row. Returns how much of its end is still to be copied.
    fn begin_row(&mut self, runs: &Runs, column: &Number<DIGITS>) -> usize {
        let row = &Self::NUMBERS[usize::from(runs.row)];
        let alike = match &self.before {
            Some(before) if self.to_copy > 0 => row.digits_alike(before.row),
            _ => 0,
        };
        self.bits.push_bits(Self::COPIES[self.to_copy + alike].then(row.from_digit[alike]));
        self.bits.push_bits(column.after_space);
        match &self.before {
            Some(before) if before.width == runs.width => Self::AFTER_COLUMN,
            Some(_) => {
                self.bits.push_bits(Self::COPIES[AFTER_COLUMN.len()]);
                self.write(&[b'0' + runs.width]);
                AFTER_WIDTH.len()
            }
            None => {
                self.write(AFTER_COLUMN);
                self.write(&[b'0' + runs.width]);
                self.write(AFTER_WIDTH);
                0
            }
        }
    }

    /// Writes what is still to be copied.
    pub(super) fn finish(self) {
        self.bits.push_bits(Self::COPIES[self.to_copy]);
    }

    fn write(&mut self, text: &[u8]) {
        for &byte in text {
            self.bits.push_code(CODES.symbols[usize::from(byte)]);
        }
    }
}

/// What records are compared with.
struct Before<const DIGITS: usize> {
    row: &'static Number<DIGITS>,
    width: u8,
}

/// A row or a column as a record has it.
struct Number<const DIGITS: usize> {
    digits: [u8; DIGITS],
    /// For each digit, the bits of it and of those that follow.
    from_digit: [Bits; DIGITS],
    /// The bits of a space and all digits.
    after_space: Bits,
    /// The sums of the digits where they are in a record.
    as_row: Sums,
    as_column: Sums,
}

/// How many numbers rows and columns have.
const NUMBERS: usize = 177;

impl<const DIGITS: usize> Number<DIGITS> {
    const fn all() -> [Self; NUMBERS] {
        let mut all = [const { Self::new(0) }; NUMBERS];
        let mut number = 0;
        while number < NUMBERS {
            all[number] = Self::new(number);
            number += 1;
        }
        all
    }

    const fn new(number: usize) -> Self {
        let (mut digits, mut from_digit) = ([0; DIGITS], [Bits::NONE; DIGITS]);
        let (mut rest, mut bits, mut at) = (number, Bits::NONE, DIGITS);
        while at > 0 {
            at -= 1;
            digits[at] = b'0' + (rest % 10) as u8;
            bits = CODES.symbols[digits[at] as usize].then(bits);
            from_digit[at] = bits;
            rest /= 10;
        }
        Self {
            digits,
            from_digit,
            after_space: CODES.symbols[b' ' as usize].then(bits),
            as_row: Sums::new(&digits, AFTER_ROW.len() + DIGITS + AFTER_COLUMN.len() + 1 + AFTER_WIDTH.len()),
            as_column: Sums::new(&digits, AFTER_COLUMN.len() + 1 + AFTER_WIDTH.len()),
        }
    }

    /// How many digits, from the first on, are those of a number that is not the same.
    fn digits_alike(&self, other: &Self) -> usize {
        (0..DIGITS - 1).take_while(|&at| self.digits[at] == other.digits[at]).count()
    }
}

/// For each width, the sums of a record without its row and its column.
const fn without_numbers<const DIGITS: usize>() -> [Sums; Runs::WIDEST as usize + 1] {
    let mut sums = [const { Sums::new(b"", 0) }; Runs::WIDEST as usize + 1];
    let mut width = 0;
    while width < sums.len() {
        let from_width = Sums::new(&[b'0' + width as u8], AFTER_WIDTH.len()).and(Sums::new(AFTER_WIDTH, 0));
        let from_column = Sums::new(AFTER_COLUMN, 1 + AFTER_WIDTH.len()).and(from_width);
        let after_row = DIGITS + AFTER_COLUMN.len() + 1 + AFTER_WIDTH.len();
        sums[width] = Sums::new(AFTER_ROW, after_row).and(from_column);
        width += 1;
    }
    sums
}

/// The longest copy: from after a column to before the last digit of the next.
const MOST_COPIED: usize = AFTER_COLUMN.len() + 1 + AFTER_WIDTH.len() + 3 + AFTER_ROW.len() + 2;

/// The bits of copies by their length, those of nothing first.
const fn copies(distance: &LengthOrDistance) -> [Bits; MOST_COPIED + 1] {
    let mut copies = [Bits::NONE; MOST_COPIED + 1];
    let mut length = SHORTEST_COPY;
    while length <= MOST_COPIED {
        copies[length] = CODES.copy(length, distance);
        length += 1;
    }
    copies
}
