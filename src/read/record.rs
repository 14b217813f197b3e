//! Records that a caller holds in memory: rows of a data frame, objects of another language.
//! Knows nothing of where they come from.

use std::borrow::Cow;

use super::fields::{Case, Fields, Ranks, Value};
use super::{Field, Parsed, ReadSettings};
use crate::error::{Error, Reason, Result, Warning};

/// A value of a record.
#[derive(Clone, Debug, PartialEq)]
pub enum RecordValue<'a> {
    /// Text, as it stands.
    Text(Cow<'a, str>),
    /// A number, as it is written.
    Number(String),
    /// As if the field were not there.
    Absent,
    /// Whatever no article has a use for.
    Other,
}

/// What the columns of a table, or the keys of an object, mean: found out once for all records that have them.
///
/// ```
/// use wirecopy::read::{ReadSettings, RecordNames, RecordValue};
///
/// let names = RecordNames::new(&["id", "views", "body"], &ReadSettings::default())?;
/// assert_eq!(names.wanted(), [0, 2]);
/// let values = [RecordValue::Text("herald/1".into()), RecordValue::Text("The council voted.".into())];
/// let article = names.parse(1, values).document.unwrap();
/// assert_eq!((article.id.as_str(), article.text.as_str()), ("herald/1", "The council voted."));
/// # Ok::<(), wirecopy::Error>(())
/// ```
#[derive(Clone, Debug)]
pub struct RecordNames {
    columns: Vec<(usize, Ranks)>,
    default_source: String,
}

/// What such a record is called where it names no id, and in warnings: as one of standard input.
const INPUT: &str = "-";

impl RecordNames {
    /// Fails where no name is that of a text.
    pub fn new<T: AsRef<str>>(names: &[T], settings: &ReadSettings) -> Result<Self> {
        let known =
            names.iter().enumerate().map(|(at, name)| (at, Ranks::of(name.as_ref(), Case::Sensitive, settings)));
        let columns: Vec<(usize, Ranks)> = known.filter(|(_, ranks)| ranks.is_any()).collect();
        if !columns.iter().any(|(_, ranks)| ranks.of_field(Field::Text).is_some()) {
            let shown: Vec<&str> = names.iter().take(12).map(AsRef::as_ref).collect();
            let reason = format!("{}; there is {}", settings.no_text_field(), shown.join(", "));
            return Err(Error::input(INPUT, reason));
        }
        Ok(Self { columns, default_source: settings.default_source.clone() })
    }

    /// Places of the names of which the values are wanted, rising.
    pub fn wanted(&self) -> Vec<usize> {
        self.columns.iter().map(|(at, _)| *at).collect()
    }

    /// The article of one record, or why there is none. `record` counts from 1; `values` are those that are
    /// [wanted](RecordNames::wanted), in that order.
    pub fn parse<'a>(&self, record: u64, values: impl IntoIterator<Item = RecordValue<'a>>) -> Parsed {
        let values = self.columns.iter().zip(values).map(|((_, ranks), value)| {
            let value = match value {
                RecordValue::Text(text) => Value::Text(text),
                RecordValue::Number(number) => Value::Number(number),
                RecordValue::Absent => Value::Absent,
                RecordValue::Other => Value::Other,
            };
            (*ranks, value)
        });
        let fields = Fields { values: values.collect() };
        let warn = |reason, record, detail: &str| {
            vec![Warning { input: INPUT.to_owned(), record, reason, detail: detail.to_owned() }]
        };
        match fields.into_document(|| format!("{INPUT}:{record}"), &self.default_source, 0) {
            Ok(document) => {
                let blank = document.body().trim().is_empty();
                let warnings = if blank { warn(Reason::Empty, None, &document.id) } else { Vec::new() };
                Parsed { document: Some(document), warnings }
            }
            Err(detail) => Parsed { document: None, warnings: warn(Reason::BadRecord, Some(record), detail) },
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(text: &str) -> RecordValue<'_> {
        RecordValue::Text(text.into())
    }

    #[test]
    fn a_record_is_read_as_a_line_of_json_would_be() {
        let read = ReadSettings { default_source: "Lisk".into(), ..ReadSettings::default() };
        let names = RecordNames::new(&["headline", "x", "text", "date", "url"], &read).unwrap();
        assert_eq!(names.wanted(), [0, 2, 3, 4]);
        let parsed = names.parse(7, [text(" A "), text("B c"), text("2031-03-04"), RecordValue::Absent]);
        let document = parsed.document.unwrap();
        assert!(parsed.warnings.is_empty());
        assert_eq!((document.id.as_str(), document.text.as_str()), ("-:7", "B c"));
        assert_eq!((document.metadata.title.as_str(), document.metadata.source.as_str()), ("A", "Lisk"));
        assert!(document.metadata.time.is_some());
    }

    #[test]
    fn what_is_no_article_is_named() {
        let names = RecordNames::new(&["text"], &ReadSettings::default()).unwrap();
        for (value, reason) in [
            (RecordValue::Absent, Reason::BadRecord),
            (RecordValue::Number("7".into()), Reason::BadRecord),
            (RecordValue::Other, Reason::BadRecord),
            (text(" \n"), Reason::Empty),
        ] {
            let parsed = names.parse(3, [value]);
            assert_eq!(parsed.warnings[0].reason, reason);
            assert_eq!(parsed.document.is_some(), reason == Reason::Empty);
        }
        let error = RecordNames::new(&["a", "b"], &ReadSettings::default()).unwrap_err().to_string();
        assert!(error.contains("no text field") && error.ends_with("there is a, b"), "{error}");
    }
}
