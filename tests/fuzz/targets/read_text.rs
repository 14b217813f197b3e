//! Bytes as a plain article: its encoding, its front matter; or as a file of which the name says nothing. Text that needs
//! no guess comes back as it is.
#![no_main]

use libfuzzer_sys::fuzz_target;
use wirecopy::Reason;
use wirecopy_fuzz::Input;
use wirecopy_fuzz::reading::{read, settings};

fuzz_target!(|data: &[u8]| {
    let mut input = Input(data);
    let choice = input.byte();
    let is_plain = choice & 96 != 0;
    let name = if is_plain { "a.txt" } else { "a" };
    let all = read(name, input.0, &settings(choice));
    let Some(all) = all.filter(|all| is_plain && !all.has(Reason::TooLarge) && !all.has(Reason::Binary)) else {
        return;
    };
    let [document] = &all.documents[..] else { panic!("{} articles in a plain file", all.documents.len()) };
    if let Ok(text) = std::str::from_utf8(input.0)
        && !text.contains(['\0', '\u{1b}'])
    {
        assert_eq!(document.text, text.trim_start_matches('\u{feff}'));
        assert_eq!(document.metadata.invalid_bytes, 0);
    }
});
