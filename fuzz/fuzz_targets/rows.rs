//! Runs `sealed_qr_fuzz::rows` on the inputs that the fuzzer makes up.
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| sealed_qr_fuzz::rows::run(data));
