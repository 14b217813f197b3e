//! Bytes as a compressed file; or packed, changed or not, and read again. What is packed well reads as if it were not.
#![no_main]

use flate2::Compression;
use flate2::write::GzEncoder;
use libfuzzer_sys::fuzz_target;
use std::io::Write;
use wirecopy::Reason;
use wirecopy_fuzz::reading::{read, settings};
use wirecopy_fuzz::{Input, edit};

fuzz_target!(|data: &[u8]| {
    let mut input = Input(data);
    let (choice, pack) = (input.byte(), input.byte());
    let settings = settings(choice);
    let name = ["a.jsonl", "a.csv", "a.txt", "a.jsonl"][usize::from(choice / 32 % 4)];
    let suffix = ["gz", "zst"][usize::from(pack & 1)];
    let packed_name = format!("{name}.{suffix}");
    if pack & 6 == 0 {
        read(&packed_name, input.0, &settings);
        return;
    }
    let edits = if pack & 6 == 2 { 0 } else { usize::from(input.byte()) };
    let mut edits = Input(input.take(edits));
    let is_changed = !edits.is_empty();
    // In two members, as `cat` makes of two files.
    let cut = usize::from(input.short()) % (input.0.len() + 1);
    let mut plain = input.0.to_vec();
    if pack & 8 != 0 {
        // More than is let through, but seldom: it takes long.
        let len = if pack >= 0xf8 { 5 << 19 } else { usize::from(pack / 16) << 12 };
        let &last = plain.last().unwrap_or(&b' ');
        plain.resize(plain.len() + len, last);
    }
    let (first, second) = plain.split_at(cut);
    let of = |bytes: &[u8]| if pack & 1 == 0 { gzip(bytes) } else { zstd::bulk::compress(bytes, 1).expect("packed") };
    let mut packed = [of(first), of(second)].concat();
    while !edits.is_empty() {
        edit(&mut packed, &mut edits);
    }
    let all = read(&packed_name, &packed, &settings);
    if is_changed || all.as_ref().is_some_and(|all| all.has(Reason::Bomb)) {
        return;
    }
    assert_eq!(all, read(name, &plain, &settings));
});

fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::fast());
    encoder.write_all(bytes).expect("packed");
    encoder.finish().expect("packed")
}
