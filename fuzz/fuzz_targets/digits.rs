//! Runs `sealed_qr_fuzz::digits` on what the fuzzer thinks up.
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| sealed_qr_fuzz::digits::run(data));
