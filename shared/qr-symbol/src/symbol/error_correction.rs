//! Error correction (7.5): each block's codewords, followed by their remainder in GF(2⁸), and the interleaving of the
//! blocks (7.6).
//!
//! A remainder has at most 30 bytes and fits into four words: each step is a shift and two additions of table entries.

use crate::ecc::Ecc;

/// Blocks by level and version (7.5.1, Table 9).
const BLOCKS: [[u8; 40]; 4] = [
    [
        1, 1, 1, 1, 1, 2, 2, 2, 2, 4, 4, 4, 4, 4, 6, 6, 6, 6, 7, 8, 8, 9, 9, 10, 12, 12, 12, 13, 14, 15, 16, 17, 18,
        19, 19, 20, 21, 22, 24, 25,
    ],
    [
        1, 1, 1, 2, 2, 4, 4, 4, 5, 5, 5, 8, 9, 9, 10, 10, 11, 13, 14, 16, 17, 17, 18, 20, 21, 23, 25, 26, 28, 29, 31,
        33, 35, 37, 38, 40, 43, 45, 47, 49,
    ],
    [
        1, 1, 2, 2, 4, 4, 6, 6, 8, 8, 8, 10, 12, 16, 12, 17, 16, 18, 21, 20, 23, 23, 25, 27, 29, 34, 34, 35, 38, 40,
        43, 45, 48, 51, 53, 56, 59, 62, 65, 68,
    ],
    [
        1, 1, 2, 4, 4, 4, 5, 6, 8, 8, 11, 11, 16, 16, 18, 16, 19, 21, 25, 25, 25, 34, 30, 32, 35, 37, 40, 42, 45, 48,
        51, 54, 57, 60, 63, 66, 70, 74, 77, 81,
    ],
];

/// Interleaves the data codewords and appends their error correction, `total` codewords together.
pub(super) fn protect(data: &[u8], total: usize, version: u8, ecc: Ecc) -> Vec<u8> {
    let count = usize::from(BLOCKS[ecc as usize][usize::from(version) - 1]);
    // Later blocks are one codeword longer where the data do not divide evenly.
    let (short, longer) = (data.len() / count, data.len() % count);
    let degree = (total - data.len()) / count;
    let divisor = Divisor::new(degree);
    let mut codewords = vec![0; total];
    let (interleaved, corrections) = codewords.split_at_mut(data.len());
    let mut rest = data;
    for block in 0..count {
        let length = short + usize::from(block >= count - longer);
        let (codewords, others) = rest.split_at(length);
        rest = others;
        for (at, &codeword) in codewords.iter().enumerate() {
            // Short blocks have no codeword in the last round.
            let round = if at == short { block - (count - longer) } else { block };
            interleaved[at * count + round] = codeword;
        }
        let remainder = divisor.remainder(codewords);
        for (at, codeword) in remainder.iter().flat_map(|word| word.to_le_bytes()).take(degree).enumerate() {
            corrections[at * count + block] = codeword;
        }
    }
    codewords
}

/// A polynomial over GF(2⁸): the coefficient of the highest power in the lowest byte.
type Polynomial = [u64; 4];

/// A generator polynomial (Annex A) without its leading 1, multiplied by every value of the lower and of the upper half
/// of a byte.
struct Divisor {
    lower: [Polynomial; 16],
    upper: [Polynomial; 16],
}

impl Divisor {
    fn new(degree: usize) -> Self {
        let mut multiple = GENERATORS[degree];
        let mut halves = [[[0; 4]; 16]; 2];
        for half in &mut halves {
            for bit in [1, 2, 4, 8] {
                for below in 0..bit {
                    half[bit + below] = add(half[below], multiple);
                }
                multiple = multiple.map(double_each);
            }
        }
        let [lower, upper] = halves;
        Self { lower, upper }
    }

    /// The remainder of the block's polynomial times x to the power of the degree (7.5.2).
    fn remainder(&self, block: &[u8]) -> Polynomial {
        let mut remainder = [0; 4];
        for &codeword in block {
            let factor = usize::from(remainder[0] as u8 ^ codeword);
            let [a, b, c, d] = remainder;
            let shifted = [a >> 8 | b << 56, b >> 8 | c << 56, c >> 8 | d << 56, d >> 8];
            remainder = add(shifted, add(self.lower[factor & 0xf], self.upper[factor >> 4]));
        }
        remainder
    }
}

/// The generator polynomials by degree: each the product of x - 2⁰ to x - 2^(degree - 1).
static GENERATORS: [Polynomial; 31] = {
    let mut generators = [[0; 4]; 31];
    let mut coefficients = [0; 32];
    let (mut degree, mut root) = (0, 1);
    while degree < 30 {
        // p of this degree becomes p x - root p. Its leading 1 is not among the coefficients.
        let (mut at, mut higher) = (0, 1);
        while at <= degree {
            let product = multiply(higher, root);
            higher = coefficients[at];
            coefficients[at] ^= product;
            at += 1;
        }
        (degree, root) = (degree + 1, double(root));
        let mut at = 0;
        while at < degree {
            generators[degree][at / 8] |= (coefficients[at] as u64) << (8 * (at % 8));
            at += 1;
        }
    }
    generators
};

fn add(a: Polynomial, b: Polynomial) -> Polynomial {
    std::array::from_fn(|word| a[word] ^ b[word])
}

/// What x⁸ is in the field: x⁴ + x³ + x² + 1 (7.5.2).
const OVERFLOW: u8 = 0b1_1101;

/// Twice each byte of a word.
fn double_each(word: u64) -> u64 {
    const HIGHEST: u64 = 0x8080_8080_8080_8080;
    ((word & !HIGHEST) << 1) ^ (((word & HIGHEST) >> 7) * u64::from(OVERFLOW))
}

const fn double(value: u8) -> u8 {
    (value << 1) ^ ((value >> 7) * OVERFLOW)
}

const fn multiply(a: u8, b: u8) -> u8 {
    let (mut product, mut bit) = (0, 8);
    while bit > 0 {
        bit -= 1;
        product = double(product) ^ ((b >> bit & 1) * a);
    }
    product
}
