//! Dates and times of RFC 3339 in binary. What has no binary form stays text.

use time::{Date, Month};

use super::{
    bits::{self, BitReader, BitWriter},
    output::Output,
};

/// 1 January 1900 as a Julian day.
const FIRST_DAY: i32 = 2_415_021;
/// Bits of a day since then: to 6 June 2079.
const DAY_WIDTH: u32 = 16;
/// Minutes in a day.
const MINUTES: u64 = 24 * 60;
/// Bits of an offset from UTC in quarters of an hour, from -32 hours.
const OFFSET_WIDTH: u32 = 8;
const OFFSET_ORIGIN: i64 = 1 << (OFFSET_WIDTH - 1);

/// Packs a date such as `2026-12-31`; `None` if it has no binary form.
pub(super) fn pack_date(text: &str, bits: &mut BitWriter) -> Option<()> {
    let (year, rest) = take(text, 4)?;
    let (month, rest) = take(rest.strip_prefix('-')?, 2)?;
    let (day, rest) = take(rest.strip_prefix('-')?, 2)?;
    let month = Month::try_from(month as u8).ok()?;
    let date = Date::from_calendar_date(year as i32, month, day as u8).ok()?;
    let day = u64::try_from(date.to_julian_day() - FIRST_DAY).ok().filter(|day| day >> DAY_WIDTH == 0)?;
    bits.write(day, DAY_WIDTH);
    rest.is_empty().then_some(())
}

/// Unpacks a date.
pub(super) fn unpack_date(bits: &mut BitReader<'_>, out: &mut Output) -> Option<()> {
    let day = bits.read(DAY_WIDTH)? as i32;
    let date = Date::from_julian_day(FIRST_DAY + day).ok()?;
    out.push(&format!("{:04}-{:02}-{:02}", date.year(), u8::from(date.month()), date.day()))
}

/// Packs a time of day with its offset, such as `23:59:59Z`; `None` if it has no binary form.
pub(super) fn pack_time(text: &str, bits: &mut BitWriter) -> Option<()> {
    let (hour, rest) = take(text, 2)?;
    let (minute, rest) = take(rest.strip_prefix(':')?, 2)?;
    let (second, rest) = take(rest.strip_prefix(':')?, 2)?;
    if hour > 23 || minute > 59 || second > 59 {
        return None;
    }
    bits.write(60 * hour + minute, bits::width(MINUTES));
    bits.write(u64::from(second > 0), 1);
    if second > 0 {
        bits.write(second, bits::width(60));
    }
    let rest = if let Some(rest) = rest.strip_prefix('.') {
        let (milliseconds, rest) = take(rest, 3)?;
        bits.write(1, 1);
        bits.write(milliseconds, bits::width(1000));
        rest
    } else {
        bits.write(0, 1);
        rest
    };
    if rest == "Z" {
        bits.write(0, 1);
        return Some(());
    }
    let (sign, rest) =
        rest.strip_prefix('+').map(|rest| (1, rest)).or(rest.strip_prefix('-').map(|rest| (-1, rest)))?;
    let (hours, rest) = take(rest, 2)?;
    let (minutes, rest) = take(rest.strip_prefix(':')?, 2)?;
    if hours > 23 || ![0, 15, 30, 45].contains(&minutes) || !rest.is_empty() || sign == -1 && (hours, minutes) == (0, 0)
    {
        return None;
    }
    bits.write(1, 1);
    bits.write((OFFSET_ORIGIN + sign * (4 * hours + minutes / 15) as i64) as u64, OFFSET_WIDTH);
    Some(())
}

/// Unpacks a time of day.
pub(super) fn unpack_time(bits: &mut BitReader<'_>, out: &mut Output) -> Option<()> {
    let minute = bits.read_below(MINUTES)?;
    let second = if bits.read_bit()? { bits.read_below(60)? } else { 0 };
    out.push(&format!("{:02}:{:02}:{second:02}", minute / 60, minute % 60))?;
    if bits.read_bit()? {
        out.push(&format!(".{:03}", bits.read_below(1000)?))?;
    }
    if !bits.read_bit()? {
        return out.push("Z");
    }
    let offset = bits.read(OFFSET_WIDTH)? as i64 - OFFSET_ORIGIN;
    let sign = if offset < 0 { '-' } else { '+' };
    let quarters = offset.unsigned_abs();
    out.push(&format!("{sign}{:02}:{:02}", quarters / 4, quarters % 4 * 15))
}

/// Packs a date and a time with `T` between them; `None` if it has no binary form.
pub(super) fn pack_date_time(text: &str, bits: &mut BitWriter) -> Option<()> {
    let (date, time) = text.split_once('T')?;
    pack_date(date, bits)?;
    pack_time(time, bits)
}

/// Unpacks a date and a time.
pub(super) fn unpack_date_time(bits: &mut BitReader<'_>, out: &mut Output) -> Option<()> {
    unpack_date(bits, out)?;
    out.push("T")?;
    unpack_time(bits, out)
}

/// The number in the first `count` characters, which must be digits, and what follows.
fn take(text: &str, count: usize) -> Option<(u64, &str)> {
    let (digits, rest) = text.split_at_checked(count)?;
    if !digits.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    Some((digits.parse().ok()?, rest))
}
