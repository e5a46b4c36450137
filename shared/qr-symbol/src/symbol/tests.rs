//! Symbols are held to the `qrcode` crate's, module for module, and penalties to a scorer that reads them module by
//! module.

use qrcode::{
    EcLevel, QrCode, Version,
    bits::Bits,
    canvas::{Canvas as TheirCanvas, MaskPattern},
    optimize::Segment,
    types::Mode,
};

use super::{
    Limits, Symbol, canvas::Canvas, codewords, error_correction, function_patterns, mask::Mask, masking, penalty,
    placement, segments,
};
use crate::ecc::Ecc;

/// Rows of modules, dark ones true.
type Modules = Vec<Vec<bool>>;

const THEIR_MASKS: [MaskPattern; 8] = [
    MaskPattern::Checkerboard,
    MaskPattern::HorizontalLines,
    MaskPattern::VerticalLines,
    MaskPattern::DiagonalLines,
    MaskPattern::LargeCheckerboard,
    MaskPattern::Fields,
    MaskPattern::Diamonds,
    MaskPattern::Meadow,
];

/// The crate's symbol under each mask.
fn theirs(data: &[u8], correction: &[u8], version: u8, level: EcLevel) -> Vec<Modules> {
    let mut unmasked = TheirCanvas::new(Version::Normal(version.into()), level);
    unmasked.draw_all_functional_patterns();
    unmasked.draw_data(data, correction);
    let masked = |mask| {
        let mut canvas = unmasked.clone();
        canvas.apply_mask(mask);
        let dark: Vec<bool> = canvas.into_colors().into_iter().map(|colour| colour.select(true, false)).collect();
        dark.chunks(function_patterns::size(version)).map(<[bool]>::to_vec).collect()
    };
    THEIR_MASKS.into_iter().map(masked).collect()
}

/// Our symbol and its penalty under each mask.
fn ours(data: &[u8], version: u8, ecc: Ecc) -> Vec<(Modules, u64)> {
    let patterns = function_patterns::draw(version);
    let codewords = error_correction::protect(data, patterns.free.count() / 8, version, ecc);
    let mut columns = placement::place(&codewords, &patterns.free);
    columns.overlay(&patterns.dark);
    let mut masking = masking::Masking::new(columns, &patterns.free, ecc);
    let mut masked = |mask| {
        masking.draw(mask);
        (modules(masking.upright()), penalty::score(masking.upright(), masking.transposed()))
    };
    Mask::ALL.into_iter().map(&mut masked).collect()
}

fn modules(canvas: &Canvas) -> Modules {
    canvas.rows().iter().map(|row| (0..canvas.size()).map(|x| row[x / 64] >> (x % 64) & 1 == 1).collect()).collect()
}

fn of_symbol(symbol: &Symbol) -> Modules {
    (0..symbol.modules()).map(|y| (0..symbol.modules()).map(|x| symbol.is_dark(x, y)).collect()).collect()
}

/// The four rules of 7.8.3.1 read literally: the score of N1 to N3, and of N4 with and without its steps.
fn score(modules: &Modules) -> (u64, u64, u64) {
    let size = modules.len();
    let columns: Modules = (0..size).map(|x| modules.iter().map(|row| row[x]).collect()).collect();
    let mut features = 0;
    for line in modules.iter().chain(&columns) {
        for run in line.chunk_by(|a, b| a == b) {
            features += if run.len() >= 5 { run.len() as u64 - 2 } else { 0 };
        }
        let light =
            |from: isize| (from..from + 4).all(|at| usize::try_from(at).map_or(true, |at| line.get(at) != Some(&true)));
        for start in 0..=size - 7 {
            if line[start..start + 7] == [true, false, true, true, true, false, true] {
                let start = start.cast_signed();
                features += if light(start - 4) || light(start + 7) { 40 } else { 0 };
            }
        }
    }
    for y in 1..size {
        for x in 1..size {
            let block = [modules[y - 1][x - 1], modules[y - 1][x], modules[y][x - 1], modules[y][x]];
            features += if block.iter().all(|&module| module == block[0]) { 3 } else { 0 };
        }
    }
    let (dark, all) = (modules.iter().flatten().filter(|&&module| module).count(), size * size);
    let in_steps = 10 * ((100 * dark).abs_diff(50 * all) / (5 * all)) as u64;
    let linear = (dark * 200 / all).abs_diff(100) as u64;
    (features, in_steps, linear)
}

/// Bytes without a pattern, the same in every run.
fn noise(seed: u64) -> impl FnMut() -> u8 {
    let mut state = seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1;
    move || {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        (state >> 32) as u8
    }
}

/// A text of the characters of `alphabet` that fills the version to the last character.
fn filling(version: u8, ecc: Ecc, mode: Mode, alphabet: &[u8]) -> String {
    let bits = Bits::new(Version::Normal(version.into()));
    let capacity = bits.max_len(ecc.level()).unwrap();
    let bits = |end| Segment { mode, begin: 0, end }.encoded_len(Version::Normal(version.into()));
    let length = (0..8000).take_while(|&length| bits(length) <= capacity).last().unwrap();
    let mut next = noise(u64::from(version) + length as u64);
    (0..length).map(|_| alphabet[usize::from(next()) % alphabet.len()] as char).collect()
}

const ALPHABETS: [(Mode, &[u8]); 3] = [
    (Mode::Numeric, b"0123456789"),
    (Mode::Alphanumeric, b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ $%*+-./:"),
    (Mode::Byte, b"abcdefghijklmnopqrstuvwxyz_~!?#&=;"),
];

#[test]
fn every_version_level_mask_and_kind_of_segment_is_the_crates_module_for_module() {
    for version in 1..=40 {
        for ecc in Ecc::ALL {
            for (mode, alphabet) in ALPHABETS {
                let text = filling(version, ecc, mode, alphabet);
                let plan = segments::plan(&text, ecc, Limits::NONE).unwrap();
                assert_eq!(plan.version.number(), version);
                let bits = codewords::encode(&text, ecc, &plan).unwrap();
                let (data, correction) =
                    qrcode::ec::construct_codewords(&bits, Version::Normal(version.into()), ecc.level()).unwrap();
                let theirs = theirs(&data, &correction, version, ecc.level());
                let ours = ours(&bits, version, ecc);
                let mut in_steps = Vec::new();
                let mut linear = Vec::new();
                for (mask, (theirs, (ours, penalty))) in theirs.iter().zip(&ours).enumerate() {
                    assert_eq!(theirs, ours, "{version}-{ecc} {mode:?} mask {mask}");
                    let (features, steps, line) = score(theirs);
                    assert_eq!(*penalty, features + steps, "{version}-{ecc} {mode:?} mask {mask}");
                    in_steps.push(features + steps);
                    linear.push(features + line);
                }
                let first_lowest =
                    |scores: &[u64]| scores.iter().position(|score| Some(score) == scores.iter().min()).unwrap();
                let symbol = of_symbol(&Symbol::encode(&text, ecc).unwrap());
                assert_eq!(symbol, theirs[first_lowest(&in_steps)], "{version}-{ecc} {mode:?}: the standard's mask");
                // The crate departs from the standard in N4 alone, and only where that decides.
                let mut bits = Bits::new(Version::Normal(version.into()));
                bits.push_segments(text.as_bytes(), plan.segments.iter().copied()).unwrap();
                bits.push_terminator(ecc.level()).unwrap();
                let crates = QrCode::with_bits(bits, ecc.level()).unwrap();
                let crates: Vec<bool> =
                    crates.into_colors().into_iter().map(|colour| colour.select(true, false)).collect();
                assert_eq!(
                    crates,
                    theirs[first_lowest(&linear)].concat(),
                    "{version}-{ecc} {mode:?}: the crate's mask"
                );
            }
        }
    }
}

/// The fewest bits, computed differently: over the ends of segments instead of over runs, with lengths from the crate.
fn fewest_bits(text: &[u8], version: Version) -> usize {
    let mut fewest = vec![usize::MAX; text.len() + 1];
    fewest[0] = 0;
    for begin in 0..text.len() {
        let mut modes = vec![Mode::Numeric, Mode::Alphanumeric, Mode::Byte];
        for end in begin + 1..=text.len() {
            modes.retain(|mode| match mode {
                Mode::Numeric => text[end - 1].is_ascii_digit(),
                Mode::Alphanumeric => ALPHABETS[1].1.contains(&text[end - 1]),
                _ => true,
            });
            for &mode in &modes {
                let bits = fewest[begin] + Segment { mode, begin, end }.encoded_len(version);
                fewest[end] = fewest[end].min(bits);
            }
        }
    }
    fewest[text.len()]
}

/// The smallest version that holds that many bits.
fn optimal_version(text: &str, ecc: Ecc) -> Option<u8> {
    let eci = if text.is_ascii() { 0 } else { 12 };
    let classes = [9, 26, 40].map(|last| eci + fewest_bits(text.as_bytes(), Version::Normal(last)));
    (1..=40).find(|&version| {
        let class = usize::from(version > 9) + usize::from(version > 26);
        classes[class] <= Bits::new(Version::Normal(version.into())).max_len(ecc.level()).unwrap()
    })
}

#[test]
fn no_text_gets_a_larger_version_than_it_needs() {
    const MIXED: &[u8] = b"0123456789012345678901234567890123456789ABCDEF:/.-abc_~";
    const BASE64URL: &[u8] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
    let mut next = noise(3);
    for round in 0..240 {
        let length = 1 + usize::from(next()) * (1 + round % 4);
        let mut random_text = |alphabet: &[u8]| -> String {
            (0..length).map(|_| alphabet[usize::from(next()) % alphabet.len()] as char).collect()
        };
        let texts = [
            format!("https://qrcode.example.com/api/decrypt/qrcode-details?ctext={}", random_text(b"0123456789")),
            format!("https://qrcode.example.com/api/decrypt/qrcode-details?ctext={}", random_text(BASE64URL)),
            random_text(MIXED),
        ];
        for text in &texts {
            let ecc = Ecc::ALL[round % 4];
            let optimal = optimal_version(text, ecc);
            assert_eq!(
                Symbol::smallest_version(text, ecc, Limits::NONE).map(crate::Version::number),
                optimal,
                "{text}"
            );
            assert_eq!(Symbol::encode(text, ecc).map(|symbol| symbol.version().number()).ok(), optimal, "{text}");
        }
    }
}

fn in_segments(max_segments: usize) -> Limits {
    Limits { max_segments, ..Limits::NONE }
}

/// The segments of a text, as the modes' initials and their lengths.
fn division(text: &str, most: usize) -> String {
    initials(&segments::plan(text, Ecc::M, in_segments(most)).unwrap())
}

fn initials(plan: &segments::Plan) -> String {
    let segments = plan.segments.iter().map(|segment| {
        let mode = match segment.mode {
            Mode::Numeric => "n",
            Mode::Alphanumeric => "a",
            Mode::Byte => "b",
            Mode::Kanji => "k",
        };
        format!("{mode}{}", segment.end - segment.begin)
    });
    segments.collect::<Vec<_>>().join(" ")
}

#[test]
fn links_that_end_in_digits_are_a_byte_and_a_numeric_segment() {
    let mut next = noise(4);
    for length in (40..2000).step_by(13) {
        let digits: String = (0..length).map(|_| char::from(b'0' + next() % 10)).collect();
        for base in ["https://qrcode.example.com", "http://127.0.0.1:9101", "https://QR-0123456789.example.org"] {
            let link = format!("{base}/d/{digits}");
            assert_eq!(division(&link, 2), format!("b{} n{length}", base.len() + 3), "{link}");
        }
    }
}

#[test]
fn segments_are_as_few_as_the_smallest_version_allows() {
    for (text, expected) in [
        ("1111ä", "b6"),
        ("http://127.0.0.1:9101/", "b22"),
        ("HELLO 12345678", "a14"),
        ("a1234567", "b8"),
        ("abcdefghij1234567890", "b20"),
        ("abcdefghij12345678901234567890", "b10 n20"),
        ("12345678901234567890abc12345678901234567890", "n20 b3 n20"),
    ] {
        assert_eq!(division(text, usize::MAX), expected, "{text}");
    }
    assert_eq!(division("12345678901234567890abc12345678901234567890", 2), "n20 b23");
    assert_eq!(division("12345678901234567890abc12345678901234567890", 1), "b43");
}

/// The fewest bits of at most `most` segments, computed differently: over the ends of segments.
fn fewest_bits_in(text: &[u8], version: Version, most: usize) -> usize {
    let mut fewest = vec![0; 1];
    fewest.resize(text.len() + 1, usize::MAX);
    for _ in 0..most {
        let mut next = fewest.clone();
        for begin in (0..text.len()).filter(|&begin| fewest[begin] < usize::MAX) {
            for (mode, _) in ALPHABETS {
                let holds = |character: &u8| mode == Mode::Byte || alphabet(mode).contains(character);
                let run = text[begin..].iter().take_while(|character| holds(character)).count();
                for (end, bits) in next.iter_mut().enumerate().skip(begin + 1).take(run) {
                    *bits = fewest[begin].saturating_add(Segment { mode, begin, end }.encoded_len(version)).min(*bits);
                }
            }
        }
        fewest = next;
    }
    fewest[text.len()]
}

fn alphabet(mode: Mode) -> &'static [u8] {
    ALPHABETS.iter().find(|(known, _)| *known == mode).map_or(&[], |(_, alphabet)| alphabet)
}

#[test]
fn fewer_segments_never_cost_a_version_and_their_bits_are_the_fewest() {
    const MIXED: &[u8] = b"000111222333444555666777888999AAAABBBB:/.--aab_";
    let mut next = noise(5);
    for round in 0..300 {
        let length = 1 + usize::from(next()) % 90;
        // Characters come in runs, so that several segments pay.
        let text: String = (0..length)
            .flat_map(|_| {
                let start = usize::from(next()) % (MIXED.len() - 6);
                MIXED[start..start + usize::from(next()) % 6].iter().map(|&byte| char::from(byte))
            })
            .collect();
        for most in [1, 2, 3, usize::MAX] {
            let plan = segments::plan(&text, Ecc::M, in_segments(most)).unwrap();
            let version = plan.version.standard();
            let capacity = Bits::new(version).max_len(EcLevel::M).unwrap();
            let bits: usize = plan.segments.iter().map(|segment| segment.encoded_len(version)).sum();
            let count = plan.segments.len();
            let ends = plan.segments.iter().map(|segment| (segment.begin, segment.end));
            assert!(ends.clone().zip(ends.skip(1)).all(|((_, end), (begin, _))| end == begin), "{round}");
            assert!(count <= most && bits <= capacity, "{text}");
            let all = if most == usize::MAX { 40 } else { most };
            if ![1, 10, 27].contains(&plan.version.number()) {
                let smaller =
                    Bits::new(Version::Normal(i16::from(plan.version.number()) - 1)).max_len(EcLevel::M).unwrap();
                assert!(fewest_bits_in(text.as_bytes(), version, all) > smaller, "{text}: a smaller version");
            }
            if !text.is_empty() && count <= 8 {
                assert_eq!(bits, fewest_bits_in(text.as_bytes(), version, count), "{text}: fewer bits");
                if count > 1 {
                    assert!(fewest_bits_in(text.as_bytes(), version, count - 1) > capacity, "{text}: fewer segments");
                }
            }
        }
    }
}

#[test]
fn a_symbol_is_as_large_as_asked_and_divided_as_that_version_allows() {
    // Where the count of digits takes two bits more, or where there is room to spare, digits are not worth a segment.
    let text = "abcdefghij12345678901234567890";
    for (min_version, expected) in [(1, "b10 n20"), (2, "b10 n20"), (3, "b30"), (9, "b30"), (10, "b30"), (40, "b30")] {
        let limits = Limits { min_version: crate::Version::new(min_version).unwrap(), ..Limits::NONE };
        let plan = segments::plan(text, Ecc::M, limits).unwrap();
        assert_eq!(initials(&plan), expected, "version {min_version}");
        assert_eq!(plan.version.number(), min_version.max(2));
        let symbol = Symbol::encode_in(text, Ecc::M, limits).unwrap();
        assert_eq!((symbol.version(), symbol.modules()), (plan.version, plan.version.modules()));
    }
    let (too_long, min_version) = ("a".repeat(2332), crate::Version::MAX);
    assert!(Symbol::encode_in(&too_long, Ecc::M, Limits { min_version, ..Limits::NONE }).is_err());
}

#[test]
fn a_text_that_fits_to_the_last_bit_fits_and_one_character_more_does_not() {
    for ecc in Ecc::ALL {
        for (mode, alphabet) in ALPHABETS {
            let text = filling(40, ecc, mode, alphabet);
            assert_eq!(Symbol::encode(&text, ecc).unwrap().version(), crate::Version::MAX);
            let longer = format!("{text}{}", alphabet[0] as char);
            assert_eq!(Symbol::encode(&longer, ecc), Err(super::TextTooLong));
            assert_eq!(Symbol::smallest_version(&longer, ecc, Limits::NONE), None);
        }
    }
}

#[test]
fn utf_8_is_stored_as_bytes_and_announced() {
    let plan = segments::plan("日本語 2026 ÄÖ", Ecc::M, Limits::NONE).unwrap();
    assert_eq!(plan.eci, Some(26));
    assert!(plan.segments.iter().all(|segment| segment.mode != Mode::Kanji));
    assert_eq!(segments::plan("https://example.com", Ecc::M, Limits::NONE).unwrap().eci, None);
}

#[test]
fn the_empty_text_is_a_symbol_too() {
    let symbol = Symbol::encode("", Ecc::M).unwrap();
    assert_eq!((symbol.version(), symbol.modules()), (crate::Version::MIN, 21));
}

#[test]
fn outside_the_symbol_nothing_is_dark() {
    let symbol = Symbol::encode("HELLO WORLD", Ecc::Q).unwrap();
    assert!(symbol.is_dark(0, 0));
    assert!(!symbol.is_dark(21, 0) && !symbol.is_dark(0, 21) && !symbol.is_dark(usize::MAX, 0));
}

#[test]
fn levels_are_one_upper_case_letter() {
    for ecc in Ecc::ALL {
        assert_eq!(ecc.to_string().parse(), Ok(ecc));
    }
    assert!(["l", "", "LM", " L"].iter().all(|text| text.parse::<Ecc>().is_err()));
}
