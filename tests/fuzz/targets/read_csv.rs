//! Bytes as a table, with commas or with tabs.
#![no_main]

use libfuzzer_sys::fuzz_target;
use wirecopy_fuzz::Input;
use wirecopy_fuzz::reading::{read, settings};

fuzz_target!(|data: &[u8]| {
    let mut input = Input(data);
    let choice = input.byte();
    read(if choice & 32 == 0 { "a.csv" } else { "a.tsv" }, input.0, &settings(choice));
});
