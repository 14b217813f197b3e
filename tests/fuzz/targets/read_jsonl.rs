//! Bytes as a JSONL file.
#![no_main]

use libfuzzer_sys::fuzz_target;
use wirecopy_fuzz::Input;
use wirecopy_fuzz::reading::{read, settings};

fuzz_target!(|data: &[u8]| {
    let mut input = Input(data);
    let choice = input.byte();
    read("a.jsonl", input.0, &settings(choice));
});
