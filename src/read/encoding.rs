//! Bytes to text: byte-order marks, UTF-8, UTF-16, UTF-32, legacy encodings. What cannot be decoded becomes
//! U+FFFD and is counted. Knows nothing of formats, save whether a file is text at all.

use chardetng::{EncodingDetector, Iso2022JpDetection, Utf8Detection};
use encoding_rs::{CoderResult, Decoder, DecoderResult, Encoding, UTF_16BE, UTF_16LE};

use super::compressed::Stream;
use crate::error::Reason;

/// How much of a stream is looked at to tell its encoding.
const SAMPLE: usize = 64 << 10;
/// How files begin that are not text, whatever else is in them.
const MAGIC: [&[u8]; 12] = [
    b"%PDF-",
    b"\x7fELF",
    b"PK\x03\x04",
    b"\x89PNG",
    b"\xff\xd8\xff",
    b"GIF87a",
    b"GIF89a",
    b"\x1f\x8b\x08",
    b"\x28\xb5\x2f\xfd",
    b"\xd0\xcf\x11\xe0",
    b"SQLite format 3\0",
    b"BZh9",
];

/// Text, and how many bad sequences in it were replaced.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Decoded {
    pub(super) text: String,
    pub(super) invalid: u32,
}

/// Decodes a whole file; `None` if it is not text.
pub(super) fn decode_file(bytes: &[u8]) -> Option<Decoded> {
    if let Some(little) = utf_32(bytes) {
        return Some(decode_utf_32(&bytes[4..], little));
    }
    if let Some((encoding, mark)) = utf_16(bytes) {
        return Some(decode(encoding, &bytes[mark..]));
    }
    let zeros = memchr::memchr_iter(0, bytes).count();
    if MAGIC.iter().any(|magic| bytes.starts_with(magic)) || zeros > 1 + bytes.len() / 1000 {
        return None;
    }
    let bytes = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
    Some(match legacy(bytes) {
        Some(encoding) => decode(encoding, bytes),
        None => lossy(bytes),
    })
}

/// Decodes UTF-8, each bad sequence replaced.
pub(super) fn lossy(bytes: &[u8]) -> Decoded {
    if let Ok(text) = std::str::from_utf8(bytes) {
        return Decoded { text: text.to_owned(), invalid: 0 };
    }
    let mut decoded = Decoded { text: String::with_capacity(bytes.len()), invalid: 0 };
    for chunk in bytes.utf8_chunks() {
        decoded.text.push_str(chunk.valid());
        if !chunk.invalid().is_empty() {
            decoded.text.push(char::REPLACEMENT_CHARACTER);
            decoded.invalid = decoded.invalid.saturating_add(1);
        }
    }
    decoded
}

/// A stream as UTF-8, or as what passes for it: a line or cell may still hold bad bytes.
pub(super) struct Utf8Stream {
    stream: Stream,
    decoder: Option<Decoder>,
    /// Legacy encodings are looked for until the first sample that has more than ASCII.
    undecided: bool,
    raw: Vec<u8>,
}

impl Utf8Stream {
    /// `guess` asks for legacy encodings too.
    pub(super) fn new(mut stream: Stream, guess: bool) -> Self {
        let head = stream.peek(4096);
        let found = utf_16(head);
        let mark = match found {
            Some((_, mark)) => mark,
            None if head.starts_with(b"\xef\xbb\xbf") => 3,
            None => 0,
        };
        stream.fill(&mut Vec::new(), mark);
        let decoder = found.map(|(encoding, _)| encoding.new_decoder_without_bom_handling());
        Self { stream, undecided: guess && decoder.is_none(), decoder, raw: Vec::new() }
    }

    /// Appends about `want` more bytes; fewer only at the end.
    pub(super) fn fill(&mut self, into: &mut Vec<u8>, want: usize) {
        let before = into.len();
        while !self.ended() && into.len() - before < want {
            if self.decoder.is_none() && !self.undecided {
                self.stream.fill(into, want - (into.len() - before));
                continue;
            }
            self.raw.clear();
            self.stream.fill(&mut self.raw, SAMPLE);
            if self.undecided && !self.raw.is_ascii() {
                // A character has at most four bytes: one that never ends is none.
                let mut more = 3;
                while more > 0 && ends_midway(&self.raw) && !self.stream.ended() {
                    self.stream.fill(&mut self.raw, 1);
                    more -= 1;
                }
                self.undecided = false;
                self.decoder = legacy(&self.raw).map(Encoding::new_decoder_without_bom_handling);
            }
            match &mut self.decoder {
                Some(decoder) => transcode(decoder, &self.raw, self.stream.ended(), into),
                None => into.extend_from_slice(&self.raw),
            }
        }
    }

    pub(super) fn ended(&self) -> bool {
        self.stream.ended()
    }

    pub(super) fn trouble(&self) -> Option<&(Reason, String)> {
        self.stream.trouble()
    }

    pub(super) fn packed(&self) -> u64 {
        self.stream.packed()
    }
}

/// The first byte of a stream that is no white space, if it is ASCII.
pub(super) fn first_byte(stream: &mut Stream) -> Option<u8> {
    let head = stream.peek(SAMPLE);
    let marks = head.strip_prefix(b"\xef\xbb\xbf").unwrap_or(head);
    // In UTF-16 the other half of an ASCII character is NUL.
    let skipped = |byte: &u8| byte.is_ascii_whitespace() || (utf_16(head).is_some() && matches!(byte, 0 | 0xfe | 0xff));
    marks.iter().copied().find(|byte| !skipped(byte))
}

/// Whether a stream begins as a web page does.
pub(super) fn begins_as_html(stream: &mut Stream) -> bool {
    let head = stream.peek(SAMPLE);
    let head = head.strip_prefix(b"\xef\xbb\xbf").unwrap_or(head).trim_ascii_start();
    let begins = |with: &str| head.get(..with.len()).is_some_and(|start| start.eq_ignore_ascii_case(with.as_bytes()));
    begins("<!doctype html") || begins("<html")
}

/// UTF-16 by its mark, or without one where every other byte is mostly NUL; and the length of the mark.
fn utf_16(bytes: &[u8]) -> Option<(&'static Encoding, usize)> {
    if utf_32(bytes).is_some() {
        return None;
    }
    match bytes {
        [0xff, 0xfe, ..] => return Some((UTF_16LE, 2)),
        [0xfe, 0xff, ..] => return Some((UTF_16BE, 2)),
        _ => {}
    }
    let sample = &bytes[..bytes.len().min(4096)];
    let pairs = sample.len() / 2;
    let zeros = |first: usize| sample.iter().skip(first).step_by(2).filter(|byte| **byte == 0).count();
    let (even, odd) = (zeros(0), zeros(1));
    let (many, few) = (pairs * 8 / 10, pairs / 50);
    match pairs {
        0..2 => None,
        _ if odd >= many && even <= few => Some((UTF_16LE, 0)),
        _ if even >= many && odd <= few => Some((UTF_16BE, 0)),
        _ => None,
    }
}

/// Whether UTF-32, by its mark, is little-endian.
fn utf_32(bytes: &[u8]) -> Option<bool> {
    match bytes {
        [0xff, 0xfe, 0, 0, ..] => Some(true),
        [0, 0, 0xfe, 0xff, ..] => Some(false),
        _ => None,
    }
}

fn decode_utf_32(bytes: &[u8], little: bool) -> Decoded {
    let mut decoded = Decoded { text: String::with_capacity(bytes.len() / 4), invalid: 0 };
    for unit in bytes.chunks(4) {
        let number = <[u8; 4]>::try_from(unit)
            .ok()
            .map(|unit| if little { u32::from_le_bytes(unit) } else { u32::from_be_bytes(unit) });
        let character = number.and_then(char::from_u32);
        decoded.invalid += u32::from(character.is_none());
        decoded.text.push(character.unwrap_or(char::REPLACEMENT_CHARACTER));
    }
    decoded
}

/// Which legacy encoding bytes are in, if they are not UTF-8 with some broken places.
///
/// Sequences that are valid in UTF-8 weigh against those that are not, long ones more: in text of another
/// encoding valid ones come about by chance, of three bytes seldom and of four hardly ever.
fn legacy(bytes: &[u8]) -> Option<&'static Encoding> {
    let (mut valid, mut invalid) = (0, 0);
    for chunk in bytes.utf8_chunks() {
        for byte in chunk.valid().bytes() {
            valid += match byte {
                0xc0..0xe0 => 1,
                0xe0..0xf0 => 4,
                0xf0.. => 16,
                _ => 0,
            };
        }
        invalid += usize::from(!chunk.invalid().is_empty());
    }
    if invalid == 0 || valid >= invalid {
        return None;
    }
    let mut detector = EncodingDetector::new(Iso2022JpDetection::Deny);
    detector.feed(bytes, true);
    Some(detector.guess(None, Utf8Detection::Deny))
}

/// Whether the bytes stop inside a character of UTF-8.
fn ends_midway(bytes: &[u8]) -> bool {
    let tail = &bytes[bytes.len().saturating_sub(3)..];
    (0..tail.len()).any(|start| {
        std::str::from_utf8(&tail[start..]).is_err_and(|error| error.valid_up_to() == 0 && error.error_len().is_none())
    })
}

fn decode(encoding: &'static Encoding, bytes: &[u8]) -> Decoded {
    let mut decoder = encoding.new_decoder_without_bom_handling();
    let mut decoded = Decoded { text: String::with_capacity(bytes.len() + bytes.len() / 2), invalid: 0 };
    let mut at = 0;
    loop {
        let (result, read) = decoder.decode_to_string_without_replacement(&bytes[at..], &mut decoded.text, true);
        at += read;
        match result {
            DecoderResult::InputEmpty => return decoded,
            DecoderResult::OutputFull => decoded.text.reserve(bytes.len() - at + 16),
            DecoderResult::Malformed(..) => {
                decoded.text.push(char::REPLACEMENT_CHARACTER);
                decoded.invalid = decoded.invalid.saturating_add(1);
            }
        }
    }
}

fn transcode(decoder: &mut Decoder, raw: &[u8], last: bool, into: &mut Vec<u8>) {
    let mut at = 0;
    loop {
        let before = into.len();
        into.resize(before + (raw.len() - at) * 3 + 16, 0);
        let (result, read, written, _) = decoder.decode_to_utf8(&raw[at..], &mut into[before..], last);
        at += read;
        into.truncate(before + written);
        if result == CoderResult::InputEmpty {
            return;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::read::tests::one;

    fn utf_16(text: &str, order: fn(u16) -> [u8; 2]) -> Vec<u8> {
        text.encode_utf16().flat_map(order).collect()
    }

    fn text_of(bytes: &[u8]) -> (String, u32) {
        let decoded = decode_file(bytes).expect("should be text");
        (decoded.text, decoded.invalid)
    }

    #[test]
    fn a_byte_order_mark_is_removed_at_the_start_only() {
        assert_eq!(text_of("\u{feff}a \u{feff}b\r\n".as_bytes()).0, "a \u{feff}b\r\n");
        let lines = one("a.jsonl", "\u{feff}{\"text\":\"\u{feff}a\"}\n");
        assert_eq!(lines.texts(), ["\u{feff}a"]);
        assert_eq!(one("a.csv", "\u{feff}text\n\u{feff}a\n").texts(), ["\u{feff}a"]);
    }

    #[test]
    fn wide_encodings_are_read_by_their_marks() {
        let text = "“Obama” ☃ 😀\n";
        let marked = format!("\u{feff}{text}");
        assert_eq!(text_of(&utf_16(&marked, u16::to_le_bytes)).0, text);
        assert_eq!(text_of(&utf_16(&marked, u16::to_be_bytes)).0, text);
        let little: Vec<u8> = marked.chars().flat_map(|c| u32::from(c).to_le_bytes()).collect();
        let big: Vec<u8> = marked.chars().flat_map(|c| u32::from(c).to_be_bytes()).collect();
        assert_eq!(text_of(&little).0, text);
        assert_eq!(text_of(&big).0, text);
    }

    #[test]
    fn utf_16_without_a_mark_is_known_by_its_zeros() {
        let text = "The president said on Tuesday that he would wait.";
        assert_eq!(text_of(&utf_16(text, u16::to_le_bytes)).0, text);
        assert_eq!(text_of(&utf_16(text, u16::to_be_bytes)).0, text);
    }

    #[test]
    fn half_a_pair_in_utf_16_is_replaced_and_counted() {
        let mut bytes = utf_16("\u{feff}ab", u16::to_le_bytes);
        bytes.extend([0x3d, 0xd8, b'c', 0]);
        assert_eq!(text_of(&bytes), ("ab\u{fffd}c".to_owned(), 1));
    }

    #[test]
    fn legacy_encodings_are_guessed_whole() {
        let western = b"Der Pr\xe4sident erkl\xe4rte, \x93wir werden nicht z\xf6gern\x94 \x96 so hie\xdf es.";
        assert_eq!(text_of(western).0, "Der Präsident erklärte, “wir werden nicht zögern” – so hieß es.");
        let russian = "Президент заявил во вторник, что решение будет принято позже.";
        assert_eq!(text_of(&encoding_rs::WINDOWS_1251.encode(russian).0).0, russian);
        assert_eq!(text_of(&encoding_rs::KOI8_R.encode(russian).0).0, russian);
        let japanese = "大統領は火曜日、決定を延期すると述べた。ホワイトハウスが発表した。";
        assert_eq!(text_of(&encoding_rs::SHIFT_JIS.encode(japanese).0).0, japanese);
        let chinese = "总统星期二表示，将推迟作出决定，白宫发表声明。";
        assert_eq!(text_of(&encoding_rs::GBK.encode(chinese).0).0, chinese);
    }

    #[test]
    fn utf_8_with_a_few_broken_bytes_stays_utf_8_and_counts_them() {
        let (text, invalid) = text_of(b"caf\xc3\xa9 \xe2\x80\x9cyes\xe2\x80\x9d \xff \xe2\x80 end");
        assert_eq!((text.as_str(), invalid), ("café “yes” \u{fffd} \u{fffd} end", 2));
    }

    #[test]
    fn a_stress_test_for_decoders_is_utf_8() {
        let mut bytes = "κόσμε ".repeat(40).into_bytes();
        for lead in 0x80..=0xff_u8 {
            bytes.extend([lead, b' ']);
        }
        bytes.extend(b"\xc0\xaf \xed\xa0\x80 \xf4\x90\x80\x80 ");
        let (text, invalid) = text_of(&bytes);
        assert!(text.starts_with("κόσμε κόσμε "));
        assert_eq!(invalid, 128 + 2 + 3 + 4);
        assert_eq!(text.matches('\u{fffd}').count(), 137);
    }

    #[test]
    fn a_stray_zero_is_text_and_many_are_not() {
        assert_eq!(text_of(b"before \0 after").0, "before \0 after");
        for bytes in [&[0; 500][..], b"\x7fELF\x02\x01\x01", b"%PDF-1.7\n", b"a\0b\0\0c\0"] {
            assert_eq!(decode_file(bytes), None);
        }
        let all = one("photo.txt", b"\x89PNG\r\n\x1a\n");
        assert_eq!((all.documents.len(), all.reasons()), (0, vec![("photo.txt", None, Reason::Binary)]));
    }

    #[test]
    fn replaced_bytes_never_move_an_offset_off_a_character() {
        let mut state = 7_u32;
        for _ in 0..300 {
            let bytes: Vec<u8> = (0..60)
                .map(|_| {
                    state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
                    if state >> 31 == 0 { (state >> 16) as u8 | 0x80 } else { b'a' + (state >> 20) as u8 % 26 }
                })
                .collect();
            let decoded = lossy(&bytes);
            assert_eq!(decoded.text, String::from_utf8_lossy(&bytes));
            assert_eq!(decoded.text.matches('\u{fffd}').count(), decoded.invalid as usize);
        }
    }

    #[test]
    fn streams_in_utf_16_are_transcoded_whole() {
        let rows: String = (0..40_000).map(|row| format!("{{\"id\":{row},\"text\":\"naïve 😀\"}}\n")).collect();
        let all = one("a.jsonl", utf_16(&format!("\u{feff}{rows}"), u16::to_be_bytes));
        assert_eq!(all.documents.len(), 40_000);
        assert!(all.texts().iter().all(|text| *text == "naïve 😀"));
        assert_eq!(one("a.csv", utf_16("\u{feff}text\né\n", u16::to_le_bytes)).texts(), ["é"]);
    }

    #[test]
    fn a_table_in_a_legacy_encoding_is_decoded_though_it_begins_with_ascii() {
        let rows = "plain ascii row\n".repeat(10_000) + "l’été à la française, déjà évoqué\n";
        let bytes = encoding_rs::WINDOWS_1252.encode(&rows).0.into_owned();
        let all = one("a.tsv", [b"text\n", &bytes[..]].concat());
        assert_eq!(all.texts().last(), Some(&"l’été à la française, déjà évoqué"));
        assert_eq!(all.documents.len(), 10_001);
    }

    #[test]
    fn a_character_at_the_end_of_a_sample_is_not_taken_for_a_legacy_one() {
        for length in SAMPLE - 8..SAMPLE + 2 {
            let text = format!("{}é and more é\n", "a".repeat(length));
            let all = one("a.csv", format!("text\n{text}"));
            assert_eq!(all.texts(), [text.trim_end()], "{length}");
        }
    }

    #[test]
    fn bytes_of_which_each_begins_a_character_are_not_gathered_one_by_one() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a.csv");
        std::fs::write(&path, [b"text\n".to_vec(), vec![b'a'; SAMPLE], vec![0xed; 8 * SAMPLE]].concat()).unwrap();
        let input = crate::read::discover(&[path]).unwrap().inputs.remove(0);
        let mut stream = Utf8Stream::new(Stream::open(&input, &crate::read::Limits::default()).unwrap(), true);
        let mut text = Vec::new();
        stream.fill(&mut text, SAMPLE + 1);
        assert!(stream.raw.len() <= SAMPLE + 3, "{}", stream.raw.len());
        while !stream.ended() {
            stream.fill(&mut text, SAMPLE);
        }
        assert!(std::str::from_utf8(&text).is_ok() && text.len() >= 9 * SAMPLE);
    }
}
