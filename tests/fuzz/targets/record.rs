//! Bytes as the record of an article. What is read, written and read again is the same.
#![no_main]

use libfuzzer_sys::fuzz_target;
use wirecopy::fuzzing::Record;

fuzz_target!(|data: &[u8]| {
    let Some(record) = Record::read(data) else { return };
    let written = record.write();
    // Numbers may have been longer than they need be, and times may have had white space around them.
    assert!(written.len() <= data.len());
    let again = Record::read(&written).expect("a record");
    assert_eq!(Record::read(data), Some(again));
});
