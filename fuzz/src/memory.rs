//! How much memory something takes.

use peak_alloc::PeakAlloc;
use sealed_qr::packing::MAX_JSON_BYTES;

#[global_allocator]
static ALLOCATOR: PeakAlloc = PeakAlloc;

/// Runs something that unpacks `length` bytes, and asserts that at no time it has allocated more than the text may need,
/// twice, and some bytes for each bit.
pub(crate) fn bounded<T>(length: usize, unpack: impl FnOnce() -> T) -> T {
    let before = ALLOCATOR.current_usage();
    ALLOCATOR.reset_peak_usage();
    let unpacked = unpack();
    let taken = ALLOCATOR.peak_usage().saturating_sub(before);
    let bound = 4 * MAX_JSON_BYTES + 8 * 32 * length;
    assert!(taken <= bound, "{taken} bytes for {length}");
    unpacked
}
