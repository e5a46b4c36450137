//! Huffman codes (RFC 1951, 3.2.2).

/// A symbol's code: its bits in the order in which they are written, lowest first, and how many they are.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Code {
    pub(super) bits: u16,
    pub(super) length: u8,
}

/// The code of each symbol of an alphabet. What does not occur has none.
pub(super) struct Alphabet<const N: usize> {
    pub(super) codes: [Code; N],
    /// The symbols that occur, in ascending order.
    pub(super) used: Vec<usize>,
    /// The bits that all that occur take together.
    pub(super) bits: usize,
}

/// A symbol that occurs.
#[derive(Clone, Copy)]
struct Used {
    symbol: usize,
    count: u32,
    length: u8,
}

impl<const N: usize> Alphabet<N> {
    /// The best codes for symbols that occur so often, none longer than `limit` bits.
    pub(super) fn new(counts: &[u32; N], limit: u8) -> Self {
        let mut symbols = Vec::with_capacity(N);
        for (symbol, &count) in counts.iter().enumerate() {
            if count > 0 {
                symbols.push(symbol);
            }
        }
        let mut used: Vec<Used> =
            symbols.iter().map(|&symbol| Used { symbol, count: counts[symbol], length: 0 }).collect();
        used.sort_unstable_by_key(|used| (used.count, used.symbol));
        let mut weights: Vec<u32> = used.iter().map(|used| used.count).collect();
        // Evened out, the weights make the longest codes shorter; when all are equal, none is longer than 9 bits.
        while !assign_lengths(&mut used, &weights, limit) {
            for weight in &mut weights {
                *weight = weight.div_ceil(2);
            }
        }
        let bits = used.iter().map(|used| used.count as usize * usize::from(used.length)).sum();
        Self { codes: assign_bits(&mut used), used: symbols, bits }
    }
}

/// Lengths by Huffman's algorithm: joins the two rarest trees until one is left. False if a code is longer than `limit`.
///
/// `weights` ascend. Joined trees come out in that order as well, so the rarest is always the first of the symbols or of
/// the joined trees left.
fn assign_lengths(used: &mut [Used], weights: &[u32], limit: u8) -> bool {
    let leaves = used.len();
    if let [only] = used {
        only.length = 1;
        return true;
    }
    let trees = (2 * leaves).saturating_sub(1);
    let mut weights = weights.to_vec();
    let mut parents = vec![0; trees];
    let (mut leaf, mut joined) = (0, leaves);
    for parent in leaves..trees {
        let mut rarest = || {
            let take_leaf = leaf < leaves && (joined == parent || weights[leaf] <= weights[joined]);
            let next = if take_leaf { &mut leaf } else { &mut joined };
            *next += 1;
            *next - 1
        };
        let (first, second) = (rarest(), rarest());
        (parents[first], parents[second]) = (parent, parent);
        let weight = weights[first] + weights[second];
        weights.push(weight);
    }
    // Parents come after their children: from the last one, the root, on, each gives way to its depth.
    let mut depths = parents;
    for tree in (0..trees.saturating_sub(1)).rev() {
        depths[tree] = depths[depths[tree]] + 1;
    }
    for (used, &depth) in used.iter_mut().zip(&depths) {
        used.length = depth as u8;
    }
    used.iter().all(|used| used.length <= limit)
}

/// Bits by length, then by symbol (RFC 1951, 3.2.2).
fn assign_bits<const N: usize>(used: &mut [Used]) -> [Code; N] {
    used.sort_unstable_by_key(|used| (used.length, used.symbol));
    let mut codes = [Code::default(); N];
    let (mut next, mut before) = (0_u16, 0);
    for &Used { symbol, length, .. } in &*used {
        next <<= length - before;
        codes[symbol] = Code { bits: next.reverse_bits() >> (16 - length), length };
        next = next.wrapping_add(1);
        before = length;
    }
    codes
}
