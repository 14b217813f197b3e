//! Which value of a record is its text, its id, its outlet, whatever the record calls them.
//! Knows nothing of how records are written.

use std::borrow::Cow;

use super::ReadSettings;
use crate::document::{Document, Metadata, Time};

/// What an article has that an input may name in its own way.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Field {
    /// What identifies the article.
    Id,
    /// The article itself.
    Text,
    /// The outlet.
    Source,
    /// When it was published.
    Time,
    /// The headline.
    Title,
    /// Where it stands.
    Url,
    /// The address that it calls the original.
    Canonical,
}

impl Field {
    /// All of them.
    pub const ALL: [Self; 7] =
        [Self::Id, Self::Text, Self::Source, Self::Time, Self::Title, Self::Url, Self::Canonical];

    /// The field of that name, as in `--field text=body`.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|field| field.name() == name)
    }

    /// Its name, as in `--field text=body`.
    pub fn name(self) -> &'static str {
        match self {
            Self::Id => "id",
            Self::Text => "text",
            Self::Source => "source",
            Self::Time => "time",
            Self::Title => "title",
            Self::Url => "url",
            Self::Canonical => "canonical",
        }
    }

    /// What inputs usually call it. The first that a record has wins, so an `url` is an id only where
    /// there is no other.
    pub fn names(self) -> &'static [&'static str] {
        match self {
            Self::Id => &["id", "_id", "url", "key"],
            Self::Text => &["text", "body", "content", "articleBody"],
            Self::Source => &["source", "outlet", "series", "sitename", "hostname", "publisher"],
            Self::Time => &["date", "time", "published", "published_utc", "datePublished"],
            Self::Title => &["title", "headline"],
            Self::Url => &["url"],
            Self::Canonical => &["canonical", "canonical_url"],
        }
    }
}

/// How two names of fields are compared.
#[derive(Clone, Copy)]
pub(super) enum Case {
    Sensitive,
    Insensitive,
}

/// For every field, how early in the list of its names a name stands; `NONE` where it does not.
#[derive(Clone, Copy, Debug)]
pub(super) struct Ranks([u8; Field::ALL.len()]);

impl Ranks {
    const NONE: u8 = u8::MAX;

    pub(super) fn of(name: &str, case: Case, settings: &ReadSettings) -> Self {
        Self(Field::ALL.map(|field| settings.rank(field, name, case)))
    }

    pub(super) fn is_any(self) -> bool {
        self.0 != [Self::NONE; Field::ALL.len()]
    }

    pub(super) fn is_any_but(self, field: Field) -> bool {
        self.without(field).is_any()
    }

    pub(super) fn without(mut self, field: Field) -> Self {
        self.0[field as usize] = Self::NONE;
        self
    }

    pub(super) fn of_field(self, field: Field) -> Option<u8> {
        Some(self.0[field as usize]).filter(|rank| *rank != Self::NONE)
    }
}

impl ReadSettings {
    fn rank(&self, field: Field, name: &str, case: Case) -> u8 {
        let same = |known: &str| match case {
            Case::Sensitive => known == name,
            Case::Insensitive => known.eq_ignore_ascii_case(name),
        };
        let chosen = || self.fields.iter().filter(|(of, _)| *of == field);
        let rank = if chosen().next().is_some() {
            chosen().position(|(_, known)| same(known))
        } else {
            field.names().iter().position(|known| same(known))
        };
        rank.and_then(|rank| u8::try_from(rank).ok()).unwrap_or(Ranks::NONE)
    }

    /// What to say of an input that has no text.
    pub(super) fn no_text_field(&self) -> String {
        let chosen: Vec<&str> =
            self.fields.iter().filter(|(of, _)| *of == Field::Text).map(|(_, name)| name.as_str()).collect();
        let names = if chosen.is_empty() { Field::Text.names().join(", ") } else { chosen.join(", ") };
        format!("no text field (looked for {names}); name it with --field text=NAME")
    }
}

/// A value of a record, as far as articles have use for it.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Value<'a> {
    Text(Cow<'a, str>),
    /// As written in the input.
    Number(String),
    /// As if the field were not there.
    Absent,
    /// A list, an object, a truth value.
    Other,
}

/// The values of one record whose names are known.
#[derive(Debug, Default)]
pub(super) struct Fields<'a> {
    pub(super) values: Vec<(Ranks, Value<'a>)>,
}

impl Fields<'_> {
    /// Whether the record has a text field, with a text in it or not.
    pub(super) fn name_a_text(&self) -> bool {
        self.values.iter().any(|(ranks, _)| ranks.of_field(Field::Text).is_some())
    }

    /// What is there under the earliest known name, blank or not; of equal names the last.
    pub(super) fn text(&mut self) -> Result<String, &'static str> {
        match self.first(Field::Text, |value| *value != Value::Absent) {
            Some(at) => match std::mem::replace(&mut self.values[at].1, Value::Absent) {
                Value::Text(text) => Ok(text.into_owned()),
                Value::Number(_) | Value::Absent | Value::Other => Err("its text is not a string"),
            },
            None => Err("no text"),
        }
    }

    /// The value under the earliest known name that has one; empty if there is none.
    pub(super) fn get(&self, field: Field) -> &str {
        let useful = |value: &Value<'_>| match value {
            Value::Text(text) => !text.trim().is_empty(),
            Value::Number(_) => true,
            Value::Absent | Value::Other => false,
        };
        match self.first(field, useful).map(|at| &self.values[at].1) {
            Some(Value::Text(text)) => text,
            Some(Value::Number(number)) => number,
            _ => "",
        }
    }

    pub(super) fn metadata(&self, default_source: &str, invalid_bytes: u32) -> Metadata {
        let trimmed = |field| self.get(field).trim().to_owned();
        let source = trimmed(Field::Source);
        let time = Time::parse(self.get(Field::Time));
        Metadata {
            source: if source.is_empty() { default_source.to_owned() } else { source },
            unread_time: if time.is_some() { String::new() } else { trimmed(Field::Time) },
            time,
            title: trimmed(Field::Title),
            url: trimmed(Field::Url),
            canonical: trimmed(Field::Canonical),
            invalid_bytes,
        }
    }

    /// The article of one record of a table. `place` is its id if it names none.
    pub(super) fn into_document(
        mut self,
        place: impl FnOnce() -> String,
        default_source: &str,
        invalid_bytes: u32,
    ) -> Result<Document, &'static str> {
        let id = self.get(Field::Id);
        let id = if id.is_empty() { place() } else { id.to_owned() };
        let metadata = self.metadata(default_source, invalid_bytes);
        Ok(Document { id, metadata, text: self.text()?, body_start: 0 })
    }

    fn first(&self, field: Field, wanted: impl Fn(&Value<'_>) -> bool) -> Option<usize> {
        let rank = |at: usize| self.values[at].0.of_field(field);
        let highest = (0..self.values.len()).filter_map(rank).max()?;
        // Of equal names the last counts, even if it is null. A hostile record may have a million of them,
        // so this goes through the values once a name and never pairs them.
        (0..=highest)
            .filter_map(|wished| (0..self.values.len()).rev().find(|at| rank(*at) == Some(wished)))
            .find(|at| wanted(&self.values[*at].1))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_field_is_found_by_its_name_and_stands_at_its_place() {
        for (place, field) in Field::ALL.into_iter().enumerate() {
            assert_eq!(Field::from_name(field.name()), Some(field));
            assert_eq!(field as usize, place);
            assert!(!field.names().is_empty());
        }
        assert_eq!(Field::from_name("body"), None);
    }

    #[test]
    fn a_name_may_serve_two_fields() {
        let ranks = Ranks::of("url", Case::Sensitive, &ReadSettings::default());
        assert_eq!((ranks.of_field(Field::Id), ranks.of_field(Field::Url)), (Some(2), Some(0)));
        assert_eq!(ranks.of_field(Field::Text), None);
        assert!(!Ranks::of("URL", Case::Sensitive, &ReadSettings::default()).is_any());
        assert!(Ranks::of("URL", Case::Insensitive, &ReadSettings::default()).is_any());
    }
}
