//! Bytes as a manifest: as they are, as the payload of a sound envelope, and as changes to a sound one. What is read is
//! written the same.
#![no_main]

use libfuzzer_sys::fuzz_target;
use wirecopy::fuzzing::manifest;
use wirecopy_fuzz::{Input, edit};
use xxhash_rust::xxh3::xxh3_128;

/// Bytes before the payload, and the checksum after it.
const HEADER: usize = 24;
const CHECKSUM: usize = 16;

fuzz_target!(|data: &[u8]| {
    let mut input = Input(data);
    let bytes = match input.byte() % 4 {
        0 => input.0.to_vec(),
        1 => sealed(input.0),
        _ => {
            let mut payload = sound();
            while !input.is_empty() {
                edit(&mut payload, &mut input);
            }
            sealed(&payload)
        }
    };
    if let Ok(written) = manifest(&bytes) {
        let payload = |bytes: &[u8]| bytes[HEADER..bytes.len() - CHECKSUM].to_vec();
        assert_eq!(payload(&written), payload(&bytes));
        assert_eq!(manifest(&written).expect("a manifest"), written);
    }
    if data.is_empty() {
        assert_eq!(manifest(&sealed(&sound())).expect("a manifest"), sealed(&sound()));
    }
});

/// A payload in an envelope that is in order.
fn sealed(payload: &[u8]) -> Vec<u8> {
    let mut bytes = [b"WIRECOPM".as_slice(), &1_u64.to_le_bytes()].concat();
    bytes.extend_from_slice(&(payload.len() as u64).to_le_bytes());
    bytes.extend_from_slice(payload);
    let checksum = xxh3_128(&bytes).to_le_bytes();
    bytes.extend_from_slice(&checksum);
    bytes
}

/// A payload: generation 3, two settings, texts, two segments.
fn sound() -> Vec<u8> {
    let mut bytes = Vec::new();
    let put = |bytes: &mut Vec<u8>, number: u64| bytes.extend_from_slice(&number.to_le_bytes());
    let string = |bytes: &mut Vec<u8>, text: &str| {
        put(bytes, text.len() as u64);
        bytes.extend_from_slice(text.as_bytes());
    };
    put(&mut bytes, 3);
    put(&mut bytes, 2);
    for text in ["tokenizer", "7", "unicode", "17.0.0"] {
        string(&mut bytes, text);
    }
    bytes.push(1);
    put(&mut bytes, 2);
    for (id, documents, removed) in [(0x10000, 5_u32, &[1_u32, 4][..]), (0x20001, 1, &[])] {
        put(&mut bytes, id);
        put(&mut bytes, 4096);
        bytes.extend_from_slice(&[0xa5; 16]);
        put(&mut bytes, 2);
        bytes.extend_from_slice(&documents.to_le_bytes());
        put(&mut bytes, removed.len() as u64);
        removed.iter().for_each(|number| bytes.extend_from_slice(&number.to_le_bytes()));
    }
    bytes
}
