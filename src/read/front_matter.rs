//! What a plain article says of itself before it begins: a few `key: value` lines between `---`, or TOML
//! between `+++`. Everything else that begins so is text, above all a rule drawn with dashes.

use std::borrow::Cow;

use super::ReadSettings;
use super::fields::{Case, Field, Fields, Ranks, Value};

/// Front matter that was understood.
#[derive(Debug)]
pub(super) struct FrontMatter<'a> {
    pub(super) fields: Fields<'a>,
    /// Byte after its closing line.
    pub(super) body_start: usize,
}

/// The front matter of a text; `None` if there is none, or none of its keys is known.
pub(super) fn split<'a>(text: &'a str, settings: &ReadSettings) -> Option<FrontMatter<'a>> {
    let fence = ["---", "+++"].into_iter().find(|fence| text.starts_with(fence))?;
    let mut lines = text.split_inclusive('\n');
    let first = lines.next()?;
    if first.trim_end() != fence {
        return None;
    }
    let start = first.len();
    let mut end = start;
    let closing = lines.find(|line| {
        let closes = line.trim_end() == fence;
        end += if closes { 0 } else { line.len() };
        closes
    })?;
    let inside = &text[start..end];
    let pairs = if fence == "---" { yaml(inside)? } else { toml(inside)? };
    let chosen_id = settings.fields.iter().any(|(field, _)| *field == Field::Id);
    let mut fields = Fields::default();
    for (key, value) in pairs {
        let ranks = Ranks::of(&key, Case::Insensitive, settings);
        // A file has a name of its own: a url among the rest does not replace it.
        let is_id = chosen_id || ["id", "_id"].iter().any(|id| key.eq_ignore_ascii_case(id));
        fields.values.push((if is_id { ranks } else { ranks.without(Field::Id) }, value));
    }
    let known = fields.values.iter().any(|(ranks, _)| ranks.is_any_but(Field::Text));
    known.then_some(FrontMatter { fields, body_start: end + closing.len() })
}

type Pairs<'a> = Vec<(Cow<'a, str>, Value<'a>)>;

/// The part of YAML that front matter is made of; `None` for what is none.
fn yaml(inside: &str) -> Option<Pairs<'_>> {
    let mut pairs = Vec::new();
    for line in inside.lines() {
        let nested = line.starts_with([' ', '\t', '-', '#']) || line.trim().is_empty();
        if nested {
            continue;
        }
        let (key, value) = line.split_once(':')?;
        let key = key.trim_matches(['"', '\'']);
        let separated = value.is_empty() || value.starts_with([' ', '\t']);
        if !separated || key.trim().is_empty() || key.contains(['"', '{', '[']) {
            return None;
        }
        pairs.push((Cow::Borrowed(key.trim()), scalar(value.trim())?));
    }
    Some(pairs)
}

fn scalar(value: &str) -> Option<Value<'_>> {
    let (quoted, rest) = match value.as_bytes().first() {
        Some(b'"') => double_quoted(&value[1..])?,
        Some(b'\'') => single_quoted(&value[1..])?,
        Some(b'[' | b'{' | b'&' | b'*' | b'!') => return Some(Value::Other),
        Some(b'|' | b'>') => return Some(Value::Absent),
        _ => {
            let plain = value.find(" #").map_or(value, |comment| &value[..comment]).trim_end();
            let absent = plain.is_empty() || plain.starts_with('#') || matches!(plain, "~" | "null");
            return Some(if absent { Value::Absent } else { Value::Text(Cow::Borrowed(plain)) });
        }
    };
    let rest = rest.trim_start();
    (rest.is_empty() || rest.starts_with('#')).then_some(Value::Text(Cow::Owned(quoted)))
}

/// The string up to its closing mark, and what comes after it.
fn double_quoted(value: &str) -> Option<(String, &str)> {
    let mut text = String::new();
    let mut characters = value.char_indices();
    while let Some((at, character)) = characters.next() {
        match character {
            '"' => return Some((text, &value[at + 1..])),
            '\\' => match characters.next()?.1 {
                'n' => text.push('\n'),
                't' => text.push('\t'),
                other => text.push(other),
            },
            other => text.push(other),
        }
    }
    None
}

fn single_quoted(value: &str) -> Option<(String, &str)> {
    let mut text = String::new();
    let mut rest = value;
    loop {
        let end = rest.find('\'')?;
        text.push_str(&rest[..end]);
        rest = &rest[end + 1..];
        match rest.strip_prefix('\'') {
            Some(after) => {
                text.push('\'');
                rest = after;
            }
            None => return Some((text, rest)),
        }
    }
}

fn toml(inside: &str) -> Option<Pairs<'static>> {
    let table: toml::Table = inside.parse().ok()?;
    let value = |value| match value {
        toml::Value::String(text) => Value::Text(Cow::Owned(text)),
        toml::Value::Integer(number) => Value::Number(number.to_string()),
        toml::Value::Datetime(time) => Value::Text(Cow::Owned(time.to_string())),
        _ => Value::Other,
    };
    Some(table.into_iter().map(|(key, given)| (Cow::Owned(key), value(given))).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn get(text: &str, field: Field) -> String {
        let found = split(text, &ReadSettings::default()).expect("front matter");
        found.fields.get(field).to_owned()
    }

    fn is_text(text: &str) -> bool {
        split(text, &ReadSettings::default()).is_none()
    }

    #[test]
    fn values_are_read_with_and_without_marks() {
        let text = "---\ntitle: \"Obama: \\\"I will\\\"\" # c\noutlet: 'it''s'\npublished: 2013-09-10 # day\nCanonical: https://a.b/c#d\n---\nx";
        assert_eq!(get(text, Field::Title), "Obama: \"I will\"");
        assert_eq!(get(text, Field::Source), "it's");
        assert_eq!(get(text, Field::Time), "2013-09-10");
        assert_eq!(get(text, Field::Canonical), "https://a.b/c#d");
    }

    #[test]
    fn toml_is_read_with_its_own_dates() {
        let text = "+++\ntitle = \"T\"\ndate = 2013-09-10T21:01:00Z\nid = 5\ntags = [\"a\"]\n+++\nBody";
        assert_eq!((get(text, Field::Title), get(text, Field::Id)), ("T".into(), "5".into()));
        assert_eq!(get(text, Field::Time), "2013-09-10T21:01:00Z");
        assert_eq!(&text[split(text, &ReadSettings::default()).unwrap().body_start..], "Body");
    }

    #[test]
    fn a_url_is_no_id_of_a_file() {
        let text = "---\nurl: https://a.b\nkey: k\n---\nx";
        assert_eq!((get(text, Field::Id), get(text, Field::Url)), (String::new(), "https://a.b".into()));
    }

    #[test]
    fn lists_and_comments_between_known_keys_are_passed_over() {
        let text = "---\n# c\ntags:\n  - a\n- b\n\nauthors: [x, y]\ntitle: T\nsource: ~\n---\nx";
        assert_eq!((get(text, Field::Title), get(text, Field::Source)), ("T".into(), String::new()));
    }

    #[test]
    fn what_only_looks_like_front_matter_is_text() {
        for text in [
            "---\ntitle: never closed\n",
            "---\nSome prose between rules\n---\n",
            "---\nlayout: post\n---\nno key of ours",
            "---\ntitle: \"open\n---\n",
            "+++\ntitle = \n+++\n",
            "+++\n[a]\nb = 1\n+++\n",
            "----\ntitle: T\n----\n",
            "--- title: T\n---\n",
            "\n---\ntitle: T\n---\n",
            "---\ntitle: T\n+++\n",
            "---\n---\n",
            "---",
            "",
        ] {
            assert!(is_text(text), "{text:?}");
        }
    }

    #[test]
    fn a_later_rule_is_part_of_the_article() {
        let text = "---\ntitle: T\n---\nOne\n---\nTwo";
        assert_eq!(&text[split(text, &ReadSettings::default()).unwrap().body_start..], "One\n---\nTwo");
    }
}
