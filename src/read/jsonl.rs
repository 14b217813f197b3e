//! JSON, one record a line: cuts blocks into lines, and a line into the few values that articles need.
//! Lines are cut in one thread and parsed in many.

use std::borrow::Cow;
use std::fmt;
use std::sync::Arc;

use serde::de::{DeserializeSeed, Deserializer, IgnoredAny, MapAccess, SeqAccess, Visitor};

use super::discover::Input;
use super::encoding::{Utf8Stream, lossy};
use super::fields::{Case, Fields, Ranks, Value};
use super::{Batch, Block, ReadSettings, Shape, Span};
use crate::error::{Reason, Result};

/// One fill. Large enough that a batch is few reads, small enough that all threads have work early.
const BLOCK: usize = 1 << 19;

/// A JSONL input being cut into lines.
pub(super) struct Lines {
    source: Utf8Stream,
    /// Beginning of a line whose end is still to be read.
    carry: Vec<u8>,
    line: u64,
    record: u64,
    /// Inside a line above the limit, of which nothing is kept.
    skipping: bool,
    /// Whether a readable record has shown that this is a file of articles.
    known: bool,
}

impl Lines {
    pub(super) fn new(source: Utf8Stream) -> Self {
        Self { source, carry: Vec::new(), line: 0, record: 0, skipping: false, known: false }
    }

    pub(super) fn source(&self) -> &Utf8Stream {
        &self.source
    }

    /// Puts one more block of lines into the batch; `false` once there are no more.
    pub(super) fn read(&mut self, input: &Arc<Input>, settings: &ReadSettings, batch: &mut Batch) -> Result<bool> {
        let limit = settings.limits.record_bytes;
        let mut bytes = std::mem::take(&mut self.carry);
        bytes.reserve(BLOCK);
        let cut = loop {
            let before = bytes.len();
            self.source.fill(&mut bytes, BLOCK);
            if self.skipping {
                match memchr::memchr(b'\n', &bytes) {
                    Some(end) => {
                        self.skipping = false;
                        bytes.drain(..=end);
                    }
                    None if self.source.ended() => bytes.clear(),
                    None => {
                        bytes.clear();
                        continue;
                    }
                }
                if self.source.ended() {
                    break bytes.len();
                }
                match memchr::memrchr(b'\n', &bytes) {
                    Some(last) => break last + 1,
                    None => continue,
                }
            }
            if self.source.ended() {
                break bytes.len();
            }
            if let Some(last) = memchr::memrchr(b'\n', &bytes[before..]) {
                break before + last + 1;
            }
            if bytes.len() > limit {
                self.line += 1;
                self.record += 1;
                batch.warn(input, Some(self.line), Reason::TooLarge, too_large(limit));
                self.skipping = true;
                bytes = Vec::with_capacity(BLOCK);
            }
        };
        if cut < bytes.len() {
            self.carry = bytes[cut..].to_vec();
            bytes.truncate(cut);
        }
        let ended = self.source.ended() && self.carry.is_empty();
        let mut spans = Vec::new();
        let mut at = 0;
        while at < bytes.len() {
            let end = memchr::memchr(b'\n', &bytes[at..]).map(|length| at + length);
            let line = &bytes[at..end.unwrap_or(bytes.len())];
            let start = std::mem::replace(&mut at, end.map_or(bytes.len(), |end| end + 1));
            self.line += 1;
            if line.iter().all(u8::is_ascii_whitespace) {
                continue;
            }
            if end.is_none() && self.source.trouble().is_some() && parse(line, settings).is_err() {
                // Cut off by the trouble, which is told of the whole file.
                continue;
            }
            self.record += 1;
            if line.len() > limit {
                batch.warn(input, Some(self.line), Reason::TooLarge, too_large(limit));
                continue;
            }
            if !self.known
                && let Ok((fields, _)) = parse(line, settings)
            {
                if fields.name_a_text() {
                    self.known = true;
                } else {
                    batch.not_an_article(input, settings.no_text_field())?;
                    return Ok(false);
                }
            }
            spans.push(Span { start, end: start + line.len(), line: self.line, record: self.record });
        }
        batch.add(Block { bytes, input: input.clone(), shape: Shape::Json }, spans);
        Ok(!ended)
    }
}

pub(super) fn too_large(limit: usize) -> String {
    format!("more than {limit} bytes")
}

/// The known fields of one line, and how many bad sequences it had.
///
/// What is wrong with the line otherwise, in words that hold nothing of its text.
pub(super) fn parse<'a>(line: &'a [u8], settings: &ReadSettings) -> std::result::Result<(Fields<'a>, u32), String> {
    if line.iter().find(|byte| !byte.is_ascii_whitespace()) != Some(&b'{') {
        return Err("not a JSON object".to_owned());
    }
    let error = match std::str::from_utf8(line) {
        Ok(text) => match parse_text(text, settings) {
            Ok(fields) => return Ok((fields, 0)),
            Err(error) => error,
        },
        Err(_) => "not UTF-8".to_owned(),
    };
    let repaired = lossy(line);
    let (text, surrogates) = without_lone_surrogates(&repaired.text);
    let replaced = repaired.invalid.saturating_add(surrogates);
    if replaced == 0 {
        return Err(error);
    }
    let fields = parse_text(&text, settings)?;
    let values = fields.values.into_iter().map(|(ranks, value)| (ranks, owned(value))).collect();
    Ok((Fields { values }, replaced))
}

fn owned(value: Value<'_>) -> Value<'static> {
    match value {
        Value::Text(text) => Value::Text(Cow::Owned(text.into_owned())),
        Value::Number(number) => Value::Number(number),
        Value::Absent => Value::Absent,
        Value::Other => Value::Other,
    }
}

fn parse_text<'a>(text: &'a str, settings: &ReadSettings) -> std::result::Result<Fields<'a>, String> {
    let mut deserializer = serde_json::Deserializer::from_str(text);
    let record = deserializer
        .deserialize_map(RecordVisitor(settings))
        .and_then(|record| deserializer.end().map(|()| record))
        .map_err(|error| error.to_string().replace(" line 1 ", " "))?;
    let mut fields = record.fields;
    let written = values_as_written(text, record.fractions.iter().map(|(_, place)| *place));
    for ((value, _), written) in record.fractions.iter().zip(written) {
        fields.values[*value].1 = Value::Number(written.to_owned());
    }
    Ok(fields)
}

struct Record<'a> {
    fields: Fields<'a>,
    /// Numbers that are no plain integers: which value, and the how manieth of the record it is.
    fractions: Vec<(usize, usize)>,
}

struct RecordVisitor<'s>(&'s ReadSettings);

impl<'de> Visitor<'de> for RecordVisitor<'_> {
    type Value = Record<'de>;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("a JSON object")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> std::result::Result<Self::Value, A::Error> {
        let mut values = Vec::with_capacity(8);
        let mut fractions = Vec::new();
        let mut place = 0;
        while let Some(ranks) = map.next_key_seed(KeySeed(self.0))? {
            if ranks.is_any() {
                let value = match map.next_value_seed(ValueSeed)? {
                    Found::Value(value) => value,
                    Found::Fraction => {
                        fractions.push((values.len(), place));
                        Value::Other
                    }
                };
                values.push((ranks, value));
            } else {
                map.next_value::<IgnoredAny>()?;
            }
            place += 1;
        }
        Ok(Record { fields: Fields { values }, fractions })
    }
}

struct KeySeed<'s>(&'s ReadSettings);

impl<'de> DeserializeSeed<'de> for KeySeed<'_> {
    type Value = Ranks;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> std::result::Result<Ranks, D::Error> {
        deserializer.deserialize_str(self)
    }
}

impl Visitor<'_> for KeySeed<'_> {
    type Value = Ranks;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("a name")
    }

    fn visit_str<E>(self, name: &str) -> std::result::Result<Ranks, E> {
        Ok(Ranks::of(name, Case::Sensitive, self.0))
    }
}

enum Found<'a> {
    Value(Value<'a>),
    /// A number of which the parser keeps only the value, not how it was written.
    Fraction,
}

struct ValueSeed;

impl<'de> DeserializeSeed<'de> for ValueSeed {
    type Value = Found<'de>;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> std::result::Result<Self::Value, D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for ValueSeed {
    type Value = Found<'de>;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("a value")
    }

    fn visit_borrowed_str<E>(self, text: &'de str) -> std::result::Result<Self::Value, E> {
        Ok(Found::Value(Value::Text(Cow::Borrowed(text))))
    }

    fn visit_str<E>(self, text: &str) -> std::result::Result<Self::Value, E> {
        Ok(Found::Value(Value::Text(Cow::Owned(text.to_owned()))))
    }

    fn visit_u64<E>(self, number: u64) -> std::result::Result<Self::Value, E> {
        Ok(Found::Value(Value::Number(number.to_string())))
    }

    fn visit_i64<E>(self, number: i64) -> std::result::Result<Self::Value, E> {
        Ok(Found::Value(Value::Number(number.to_string())))
    }

    fn visit_f64<E>(self, _: f64) -> std::result::Result<Self::Value, E> {
        Ok(Found::Fraction)
    }

    fn visit_unit<E>(self) -> std::result::Result<Self::Value, E> {
        Ok(Found::Value(Value::Absent))
    }

    fn visit_bool<E>(self, _: bool) -> std::result::Result<Self::Value, E> {
        Ok(Found::Value(Value::Other))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> std::result::Result<Self::Value, A::Error> {
        while list.next_element::<IgnoredAny>()?.is_some() {}
        Ok(Found::Value(Value::Other))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> std::result::Result<Self::Value, A::Error> {
        while map.next_entry::<IgnoredAny, IgnoredAny>()?.is_some() {}
        Ok(Found::Value(Value::Other))
    }
}

/// The values at these places of an object known to be valid JSON, as written; the places ascend. One pass for all:
/// a hostile record has many.
///
/// serde_json keeps the digits of a number only with a feature that changes how it reads all numbers;
/// this is asked for the rare id like `1.0` or one of thirty digits.
fn values_as_written(object: &str, places: impl Iterator<Item = usize>) -> Vec<&str> {
    let bytes = object.as_bytes();
    let mut places = places.peekable();
    let mut values = Vec::new();
    let (mut depth, mut at, mut seen, mut start) = (0_usize, 0, 0, None);
    while at < bytes.len() && places.peek().is_some() {
        match bytes[at] {
            b'"' => {
                at += 1;
                while at < bytes.len() && bytes[at] != b'"' {
                    at += 1 + usize::from(bytes[at] == b'\\');
                }
            }
            b'{' | b'[' => depth += 1,
            b':' if depth == 1 => {
                if places.peek() == Some(&seen) {
                    start = Some(at + 1);
                }
                seen += 1;
            }
            b',' | b'}' if depth == 1 => {
                if let Some(start) = start.take() {
                    values.push(object.get(start..at).unwrap_or_default().trim());
                    places.next();
                }
                depth -= usize::from(bytes[at] == b'}');
            }
            b'}' | b']' => depth = depth.saturating_sub(1),
            _ => {}
        }
        at += 1;
    }
    values
}

/// Half a surrogate pair, as cut-off emoji leave behind, is no character: `\ud83d` becomes `\ufffd`.
fn without_lone_surrogates(text: &str) -> (Cow<'_, str>, u32) {
    let bytes = text.as_bytes();
    let unit = |at: usize| {
        let escape = text.get(at..at + 6)?.strip_prefix("\\u")?;
        u16::from_str_radix(escape, 16).ok()
    };
    let mut repaired = String::new();
    let (mut kept, mut at, mut lone) = (0, 0, 0);
    while let Some(found) = memchr::memchr(b'\\', &bytes[at.min(bytes.len())..]) {
        at += found;
        at += match unit(at) {
            Some(0xd800..0xdc00) if matches!(unit(at + 6), Some(0xdc00..0xe000)) => 12,
            Some(0xd800..0xe000) => {
                repaired.push_str(&text[kept..at]);
                repaired.push_str("\\ufffd");
                lone += 1;
                kept = at + 6;
                6
            }
            Some(_) => 6,
            None => 2,
        };
    }
    if lone == 0 {
        return (Cow::Borrowed(text), 0);
    }
    repaired.push_str(&text[kept..]);
    (Cow::Owned(repaired), lone)
}

#[cfg(test)]
mod tests {
    use std::path::PathBuf;

    use super::*;
    use crate::error::ErrorKind;
    use crate::read::Field;
    use crate::read::tests::{All, Folder, all, limited, one, try_all};

    fn lines(text: impl AsRef<[u8]>) -> All {
        one("a.jsonl", text)
    }

    #[test]
    fn the_usual_names_are_known() {
        let all = lines(
            "{\"_id\":\"x\",\"articleBody\":\"A\",\"hostname\":\"cbs.com\",\"published_utc\":\"2013-09-10\",\
             \"headline\":\"H\",\"url\":\"u\",\"canonical_url\":\"c\",\"more\":{\"text\":[1,{\"id\":2}]}}",
        );
        let document = &all.documents[0];
        assert_eq!((document.id.as_str(), document.text.as_str(), document.body_start), ("x", "A", 0));
        let metadata = &document.metadata;
        assert_eq!((metadata.source.as_str(), metadata.title.as_str()), ("cbs.com", "H"));
        assert_eq!((metadata.url.as_str(), metadata.canonical.as_str()), ("u", "c"));
        assert_eq!(metadata.time.as_ref().unwrap().given(), "2013-09-10");
    }

    #[test]
    fn the_first_name_of_the_list_wins_whatever_the_order_of_the_record() {
        let all = lines(
            "{\"content\":\"c\",\"body\":\"b\",\"publisher\":\"p\",\"outlet\":\"o\",\"key\":\"k\",\"url\":\"u\"}",
        );
        assert_eq!((all.texts(), all.ids()), (vec!["b"], vec!["u"]));
        assert_eq!(all.documents[0].metadata.source, "o");
    }

    #[test]
    fn a_url_is_an_id_only_without_another() {
        assert_eq!(lines("{\"url\":\"u\",\"text\":\"t\",\"id\":\"i\"}").ids(), ["i"]);
        let all = lines("{\"url\":\"u\",\"text\":\"t\",\"id\":null}");
        assert_eq!((all.ids()[0], all.documents[0].metadata.url.as_str()), ("u", "u"));
    }

    #[test]
    fn many_numbers_under_one_name_take_no_longer_than_they_are_long() {
        let ids: String = (0..50_000).map(|id| format!("\"id\":{id}.5,")).collect();
        let started = std::time::Instant::now();
        assert_eq!(lines(format!("{{{ids}\"text\":\"t\"}}")).ids(), ["49999.5"]);
        assert!(started.elapsed() < std::time::Duration::from_secs(1), "{:?}", started.elapsed());
    }

    #[test]
    fn numbers_are_ids_as_they_are_written() {
        let long = "123456789012345678901234567890";
        for number in ["0", "-7", "18446744073709551615", "1.0", "1e5", "-0", long] {
            let all = lines(format!("{{\"a\":[1,\"}},:\\\"\"],\"id\": {number} ,\"text\":\"t\"}}"));
            assert_eq!(all.ids(), [number]);
        }
        let time = &lines("{\"text\":\"t\",\"time\":1378771200}").documents[0].metadata.time;
        assert_eq!(time.as_ref().unwrap().start(), 1_378_771_200);
    }

    #[test]
    fn null_is_as_if_absent_and_of_equal_keys_the_last_counts() {
        assert_eq!(lines("{\"text\":null,\"body\":\"b\"}").texts(), ["b"]);
        assert_eq!(lines("{\"text\":\"a\",\"text\":\"b\"}").texts(), ["b"]);
        assert_eq!(lines("{\"text\":\"a\",\"body\":\"c\",\"text\":null}").texts(), ["c"]);
    }

    #[test]
    fn a_million_equal_keys_take_no_longer_than_they_are_long() {
        let keys = "\"text\":\"a\",".repeat(1_000_000);
        assert_eq!(lines(format!("{{{keys}\"text\":\"b\"}}")).texts(), ["b"]);
    }

    #[test]
    fn records_without_id_are_numbered_and_warnings_give_the_line() {
        let all = lines("\n{\"text\":\"a\"}\n  \r\nbroken\n{\"text\":\"b\"}");
        assert!(all.ids().iter().zip([":1", ":3"]).all(|(id, end)| id.ends_with(&format!("a.jsonl{end}"))));
        assert_eq!(all.reasons(), [("a.jsonl", Some(4), Reason::BadRecord)]);
    }

    #[test]
    fn every_bad_line_is_told_of_and_the_rest_is_read() {
        let deep = "[".repeat(100_000);
        let bad = [
            "{\"text\":\"a\"",
            "[1]",
            "5",
            "{\"text\":5}",
            "{\"text\":[\"a\"]}",
            "{\"id\":\"no text\"}",
            "{\"text\":null}",
            "{\"text\":\"a\"} {\"text\":\"b\"}",
            "{\"text\":\"a\\x\"}",
            &format!("{{\"text\":{deep}"),
            &format!("{{\"more\":{deep}"),
        ];
        let all = lines(format!("{{\"text\":\"first\"}}\n{}\n{{\"text\":\"last\"}}\n", bad.join("\n")));
        assert_eq!(all.texts(), ["first", "last"]);
        let expected: Vec<_> =
            (2..2 + bad.len() as u64).map(|line| ("a.jsonl", Some(line), Reason::BadRecord)).collect();
        assert_eq!(all.reasons(), expected);
    }

    #[test]
    fn messages_hold_nothing_of_the_text() {
        let all = lines("{\"text\":\"ok\"}\n{\"text\":\"secret\" \"secret\"}\n\"secret\"\n{\"text\":{\"secret\":1}}\n");
        assert_eq!(all.warnings.len(), 3);
        for warning in &all.warnings {
            assert!(!warning.to_string().contains("secret"), "{warning}");
        }
        assert!(all.warnings[0].detail.contains("column 18"), "{}", all.warnings[0].detail);
    }

    #[test]
    fn half_a_surrogate_pair_does_not_lose_the_record() {
        let all = lines("{\"text\":\"a \\ud83d b \\udE00 \\ud83d\\ude00 \\\\ud800\",\"id\":\"\\ud800\"}");
        assert_eq!(all.texts(), ["a \u{fffd} b \u{fffd} 😀 \\ud800"]);
        assert_eq!((all.ids(), all.documents[0].metadata.invalid_bytes), (vec!["\u{fffd}"], 3));
    }

    #[test]
    fn a_line_that_is_not_utf_8_is_read_with_its_bad_bytes_counted() {
        let all = lines(b"{\"text\":\"caf\xe9 \xc3\xa9\"}\n{\"text\":\"b\"}\n");
        assert_eq!(all.texts(), ["caf\u{fffd} é", "b"]);
        let counts: Vec<_> = all.documents.iter().map(|document| document.metadata.invalid_bytes).collect();
        assert_eq!(counts, [1, 0]);
    }

    #[test]
    fn line_ends_inside_a_field_stay_as_they_are() {
        assert_eq!(lines("{\"text\":\"a\\r\\nb\\u0000\\u00e9\"}\r\n").texts(), ["a\r\nb\0é"]);
    }

    #[test]
    fn a_line_above_the_limit_is_skipped_without_being_held() {
        let folder = Folder::new();
        let long = "x".repeat(9 << 20);
        let short = "{\"text\":\"a\"}";
        let path = folder.write("a.jsonl", format!("{short}\n{{\"text\":\"{long}\"}}\n{short}\n{short}"));
        let all = try_all(&[path], &limited(1 << 20)).unwrap();
        assert_eq!(all.reasons(), [("a.jsonl", Some(2), Reason::TooLarge)]);
        assert!(all.ids()[1].ends_with(":3") && all.ids()[2].ends_with(":4"), "{:?}", all.ids());
        let path = folder.write("b.jsonl", format!("{short}\n{long}"));
        let all = try_all(&[path], &limited(1 << 20)).unwrap();
        assert_eq!((all.documents.len(), all.reasons()), (1, vec![("b.jsonl", Some(2), Reason::TooLarge)]));
    }

    #[test]
    fn a_long_line_never_takes_more_memory_than_limit_and_block() {
        let folder = Folder::new();
        let path = folder.write("a.jsonl", "x".repeat(20 << 20) + "\n{\"text\":\"a\"}\n");
        let input = crate::read::discover(&[path]).unwrap().inputs.remove(0);
        let settings = limited(1 << 20);
        let stream = crate::read::compressed::Stream::open(&input, &settings.limits).unwrap();
        let (mut lines, input) = (Lines::new(Utf8Stream::new(stream, false)), Arc::new(input));
        let mut batch = Batch::default();
        while lines.read(&input, &settings, &mut batch).unwrap() {}
        assert_eq!(batch.records().len(), 1);
        let held = batch.records()[0].block.bytes.capacity();
        assert!(held <= 2 * BLOCK + (1 << 20), "{held}");
    }

    #[test]
    fn the_limit_holds_inside_a_block_too() {
        let folder = Folder::new();
        let path = folder.write("a.jsonl", "{\"text\":\"a\"}\n{\"text\":\"much too long\"}\n{\"text\":\"b\"}\n");
        let all = try_all(&[path], &limited(16)).unwrap();
        assert_eq!((all.texts(), all.reasons()), (vec!["a", "b"], vec![("a.jsonl", Some(2), Reason::TooLarge)]));
    }

    #[test]
    fn lines_are_whole_wherever_a_block_ends() {
        let line = |number: usize| format!("{{\"id\":{number},\"text\":\"{}\"}}", "y".repeat(number % 5000));
        let text: String = (0..4000).map(|number| line(number) + "\n").collect();
        assert!(text.len() > 2 * BLOCK);
        let all = lines(text);
        assert_eq!(all.documents.len(), 4000);
        for (number, document) in all.documents.iter().enumerate() {
            assert_eq!((document.id.as_str(), document.text.len()), (number.to_string().as_str(), number % 5000));
        }
    }

    #[test]
    fn a_file_without_a_text_field_is_news_in_a_walk_and_an_error_by_name() {
        let folder = Folder::new();
        let path = folder.write("meta.jsonl", "broken\n{\"id\":1}\n{\"id\":2,\"text\":\"late\"}\n");
        let walked = all(&folder.path());
        assert_eq!((walked.documents.len(), walked.reasons()), (0, vec![("meta.jsonl", None, Reason::NotAnArticle)]));
        let error = try_all(&[path], &ReadSettings::default()).unwrap_err();
        assert!(matches!(error.kind(), ErrorKind::Input { .. }));
        assert!(error.to_string().contains("--field text=NAME"), "{error}");
    }

    #[test]
    fn a_chosen_name_replaces_the_usual_ones() {
        let folder = Folder::new();
        let path: PathBuf = folder.write("a.jsonl", "{\"text\":\"no\",\"story\":\"yes\",\"headline\":\"h\"}\n");
        let settings = ReadSettings { fields: vec![(Field::Text, "story".into())], ..ReadSettings::default() };
        let all = try_all(std::slice::from_ref(&path), &settings).unwrap();
        assert_eq!((all.texts(), all.documents[0].metadata.title.as_str()), (vec!["yes"], "h"));
        let settings = ReadSettings { fields: vec![(Field::Text, "prose".into())], ..ReadSettings::default() };
        assert!(try_all(&[path], &settings).unwrap_err().to_string().contains("prose"));
    }

    #[test]
    fn keys_with_escapes_are_the_keys_they_stand_for() {
        assert_eq!(lines("{\"te\\u0078t\":\"a\"}").texts(), ["a"]);
    }
}
