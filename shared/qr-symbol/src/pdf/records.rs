//! Runs of dark modules as rectangles (8.5.2.1), each a copy of the one before as far as that goes.
//!
//! A record is a line such as `07 03 1 2 re`: row and column of where the run begins, one module high, two modules wide.
//! Numbers have the same digits throughout, leading zeros included (7.3.3).

use super::{
    codes::CODES,
    runs::{LONGEST, Start},
};
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
    bits: &'a mut BitWriter,
    adler: &'a mut Adler32,
    /// Where the run before begins, if there is one.
    before: Option<Start>,
    /// How much of the record before is still to be copied.
    to_copy: usize,
}

impl<'a, const DIGITS: usize> Records<'a, DIGITS> {
    const ROW: usize = DIGITS + AFTER_ROW.len();
    const LENGTH: usize = Self::ROW + DIGITS + AFTER_COLUMN.len() + 1 + AFTER_WIDTH.len();
    /// The distance of copies.
    pub(super) const DISTANCE: LengthOrDistance = LengthOrDistance::from_distance(Self::LENGTH);

    const NUMBERS: &'static [Number<DIGITS>; NUMBERS] = &Number::all();
    const COPIES: &'static [Bits; MOST_COPIED + 1] = &copies(&Self::DISTANCE);

    pub(super) fn new(bits: &'a mut BitWriter, adler: &'a mut Adler32) -> Self {
        Self { bits, adler, before: None, to_copy: 0 }
    }

    /// Adds runs of a width that differs from that of the run before.
    pub(super) fn extend(&mut self, starts: &[Start], width: usize) {
        let Some((&first, others)) = starts.split_first() else { return };
        let (digit, sums) = (CODES.symbols[usize::from(b'0') + width], &WIDTHS[width]);
        if self.before.is_some() {
            self.add_start(first);
            self.to_copy = AFTER_COLUMN.len();
            self.write_copy();
            self.bits.push_code(digit);
            self.to_copy = AFTER_WIDTH.len();
        } else {
            self.add_start(first);
            self.write(AFTER_COLUMN);
            self.bits.push_code(digit);
            self.write(AFTER_WIDTH);
        }
        self.adler.add(sums);
        for &start in others {
            self.add_start(start);
            self.to_copy = AFTER_COLUMN.len() + 1 + AFTER_WIDTH.len();
            self.adler.add(sums);
        }
    }

    /// Writes what is still to be copied.
    pub(super) fn finish(mut self) {
        self.write_copy();
    }

    fn add_start(&mut self, start: Start) {
        let [row, column] = [start.row, start.column].map(|number| &Self::NUMBERS[usize::from(number)]);
        self.adler.add(&row.as_row);
        self.adler.add(&column.as_column);
        match self.before.replace(start) {
            Some(before) if before.row == start.row => {
                let alike = column.digits_alike(&Self::NUMBERS[usize::from(before.column)]);
                self.to_copy += Self::ROW + alike;
                self.write_copy();
                self.bits.push_bits(column.from_digit[alike]);
            }
            Some(before) if self.to_copy > 0 => {
                let alike = row.digits_alike(&Self::NUMBERS[usize::from(before.row)]);
                self.to_copy += alike;
                self.write_copy();
                self.bits.push_bits(row.from_digit[alike]);
                self.bits.push_bits(column.after_space);
            }
            _ => {
                self.bits.push_bits(row.from_digit[0]);
                self.bits.push_bits(column.after_space);
            }
        }
    }

    fn write(&mut self, text: &[u8]) {
        for &byte in text {
            self.bits.push_code(CODES.symbols[usize::from(byte)]);
        }
    }

    fn write_copy(&mut self) {
        self.bits.push_bits(Self::COPIES[self.to_copy]);
        self.to_copy = 0;
    }
}

/// A row or a column as a record has it.
struct Number<const DIGITS: usize> {
    digits: [u8; DIGITS],
    /// For each digit, the bits of it and of those that follow.
    from_digit: [Bits; DIGITS],
    /// The bits of a space and all digits.
    after_space: Bits,
    /// The sums of the digits and of what follows them.
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
            as_row: Sums::new(&digits).then(&Sums::new(AFTER_ROW)),
            as_column: Sums::new(&digits).then(&Sums::new(AFTER_COLUMN)),
        }
    }

    /// How many digits, from the first on, are those of a number that is not the same.
    fn digits_alike(&self, other: &Self) -> usize {
        (0..DIGITS - 1).take_while(|&at| self.digits[at] == other.digits[at]).count()
    }
}

/// The sums of each width and of what follows it.
static WIDTHS: [Sums; LONGEST + 1] = {
    let mut sums = [const { Sums::new(b"") }; LONGEST + 1];
    let mut width = 0;
    while width < sums.len() {
        sums[width] = Sums::new(&[b'0' + width as u8]).then(&Sums::new(AFTER_WIDTH));
        width += 1;
    }
    sums
};

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
