//! Bylines of agencies at the start, and their marks at the end. Reads lines, no sentences.

use super::Place;
use super::dateline::is_sign_of_outlet;
use super::finder::Finder;
use super::split::{Range, is_any, is_picture, split};

/// A byline stands in so many lines of a paragraph.
const LINES: usize = 4;

impl<'t> Finder<'t> {
    /// "By Jane Roe, Associated Press", "By Jane Roe | Reuters", "By JANE ROE (ESTREL)", "Associated Press" alone.
    pub(super) fn bylines(&mut self, range: Range, place: Place) {
        let mut from = range.start;
        let mut after_byline = false;
        for number in 0..LINES {
            if from >= range.end {
                return;
            }
            let at = from;
            let rest = &self.text[from..range.end];
            let line = &rest[..memchr::memchr(b'\n', rest.as_bytes()).unwrap_or(rest.len())];
            from += line.len() + 1;
            let shown = line.trim();
            let at = at + line.len() - line.trim_start().len();
            after_byline = self.byline(shown, at, place, number == 0 && place.at == 0, after_byline);
        }
    }

    /// Reads one line; says whether it is the byline of a person.
    fn byline(&mut self, line: &str, at: usize, place: Place, first: bool, after_byline: bool) -> bool {
        if line.len() > 140 {
            return false;
        }
        let count = line.split_whitespace().count();
        if count == 0 || count > 14 || line.ends_with(['?', '!', ':', ';', '"', '”']) {
            return false;
        }
        let mut words = Vec::new();
        split(self.text, at..at + line.len(), &mut words);
        let bytes = at..at + line.len();
        let lead = words[0].is_any("by from von por par di da") && words[0].after().len() < 2;
        // Alone, a name is a byline at the top or under one; further down it may be that of a picture.
        if self.outlets.is_agency(line) {
            // A short form alone at the top may be that of a picture, too.
            if (first && line.len() > 4 || after_byline) && !is_picture(&words) {
                self.give(bytes.clone(), bytes, false);
            }
            return false;
        }
        let rest = if lead { at + (words.get(1).map_or(line.len(), |w| w.start - at)) } else { at };
        let sentence = line.ends_with('.') && !lead;
        if sentence || line.ends_with('.') && count > 8 {
            return false;
        }
        let people = |part: &str| {
            let n = part.split_whitespace().count();
            n <= 7
                && part
                    .split_whitespace()
                    .all(|w| w == "and" || w == "&" || w.chars().next().is_some_and(char::is_uppercase))
        };
        let mut part_at = rest;
        let mut parts = Vec::new();
        let body = &self.text[rest..bytes.end];
        for part in body.split([',', '|', '•', '·', '/', '(', ')', '–', '—', '\u{2028}']).flat_map(|p| p.split(" - "))
        {
            let found = part_at + self.text[part_at..bytes.end].find(part).unwrap_or_default();
            part_at = found + part.len();
            let shown = part.trim();
            if !shown.is_empty() {
                let start = found + part.len() - part.trim_start().len();
                parts.push(start..start + shown.len());
            }
        }
        let named = parts.first().is_some_and(|p| people(&self.text[p.clone()]));
        let slash = body.contains('/') && !lead;
        for (number, part) in parts.iter().enumerate() {
            let shown = self.text[part.clone()].trim_end_matches('.');
            let name = part.start..part.start + without_job(shown).len();
            let before = self.text[..part.start].trim_end().chars().next_back();
            let bracketed = before == Some('(') && self.text[part.end..].trim_start().starts_with(')');
            let shown = &self.text[name.clone()];
            let agency = if bracketed || number > 0 {
                self.outlets.is_agency_mark(shown) && shown.chars().any(char::is_uppercase)
            } else {
                self.outlets.is_agency(shown)
            };
            let ok = if lead {
                // An unknown name must look like an outlet's, or stand in brackets in capitals.
                agency && shown != "PA"
                    || bracketed
                        && is_sign_of_outlet(shown)
                        && shown.len() > 2
                        && !shown.chars().any(char::is_lowercase)
                    || number > 0 && self.is_outlet(&name, true)
                    || number == 0 && parts.len() == 1 && self.by_agency_of(&name).is_some()
            } else {
                // Without "By", short forms may credit a picture.
                number > 0 && named && !slash && place.at < 2 && agency && shown.len() > 4 && parts.len() <= 3
            };
            if ok && !is_picture(&words) {
                let name = if agency { name } else { self.by_agency_of(&name).unwrap_or(name) };
                self.give(self.trim_the(name), bytes.clone(), true);
            }
        }
        lead && named
    }

    /// The agency in "Jane Roe of the Associated Press" or "Jane Roe for Reuters".
    fn by_agency_of(&self, name: &Range) -> Option<Range> {
        let shown = &self.text[name.clone()];
        let (_, rest) = shown.rsplit_once(" of ").or_else(|| shown.rsplit_once(" for "))?;
        let rest = self.trim_the(name.end - rest.len()..name.end);
        self.is_agency(&rest).then_some(rest)
    }

    /// "— AP", "(dpa)", "dpa/abc" as the last words of an article.
    pub(super) fn end_mark(&mut self, range: Range) {
        let shown = self.text[range.clone()].trim_end();
        let end = range.start + shown.len();
        let line_at = range.start + memchr::memrchr(b'\n', shown.as_bytes()).map_or(0, |at| at + 1);
        let line = self.text[line_at..end].trim_start();
        // Alone in its line: "Agence France-Presse", "-- Reuters".
        if line.len() <= 60 {
            let bare = line.trim_matches(|c: char| !c.is_alphanumeric());
            let marked = bare.len() < line.len();
            let agency = if marked { self.outlets.is_agency_mark(bare) } else { self.outlets.is_agency(bare) };
            if agency {
                let start = end - line.len() + line.find(bare).unwrap_or_default();
                return self.give(start..start + bare.len(), end - line.len()..end, marked);
            }
        }
        let mut tail = line_at.max(end.saturating_sub(200));
        while !self.text.is_char_boundary(tail) {
            tail += 1;
        }
        // Nearly every article ends in mere words.
        let mut ends = self.text[tail..end].split_whitespace().rev();
        let marks = |word: &str| word.starts_with(['(', '—', '–']) || word.starts_with("--") || word.contains('/');
        if !ends.next().is_some_and(marks) && !ends.next().is_some_and(|dash| matches!(dash, "—" | "–" | "-" | "--"))
        {
            return;
        }
        let mut words = Vec::new();
        split(self.text, tail..end, &mut words);
        let Some((last, before)) = words.split_last() else { return };
        let raw = last.raw.trim_end_matches('.');
        let mut named: Vec<Range> = Vec::new();
        if let Some(inner) = raw.strip_prefix('(').and_then(|r| r.strip_suffix(')')) {
            // Within a sentence it credits a picture: "Boats at Lisk (AP)". In German it may end the sentence: "(dpa)."
            let ended = before.last().is_none_or(|w| w.raw.ends_with(['.', '!', '?', '"', '”', '“', '…', '»']));
            if ended || inner.starts_with(char::is_lowercase) {
                named.extend(slashes(inner).map(|(at, part)| last.start + 1 + at..last.start + 1 + at + part.len()));
            }
        } else if let Some((agency, author)) = raw.split_once('/') {
            // "dpa/abc": the agency and the writer's sign.
            if is_any(agency, "dpa afp epd apa") && author.len() <= 4 && author.bytes().all(|b| b.is_ascii_lowercase())
            {
                named.push(last.start..last.start + agency.len());
            }
        } else if last.raw.starts_with(['—', '–'])
            || last.raw.starts_with("--")
            || before.last().is_some_and(|dash| matches!(dash.raw, "—" | "–" | "-" | "--"))
        {
            named.push(last.core_start..last.core_end());
        }
        named.retain(|name| self.outlets.is_agency_mark(&self.text[name.clone()]));
        if !named.is_empty() && !is_picture(&words) {
            let bytes = last.start..last.end();
            named.into_iter().for_each(|name| self.give(name, bytes.clone(), true));
        }
    }
}

/// The parts between slashes, with their place.
fn slashes(text: &str) -> impl Iterator<Item = (usize, &str)> {
    let mut at = 0;
    text.split('/').map(move |part| {
        let start = at;
        at += part.len() + 1;
        (start, part)
    })
}

/// "Reuters Staff" → "Reuters".
fn without_job(name: &str) -> &str {
    const JOBS: &str = "\
        staff writer writers reporter reporters correspondent correspondents editor staffer business sports bureau";
    let mut name = name;
    while let Some((base, job)) = name.rsplit_once(' ')
        && is_any(job, JOBS)
    {
        name = base.trim_end();
    }
    name
}

#[cfg(test)]
mod tests {
    use super::super::fixture::{foot, top};

    #[test]
    fn bylines_name_the_agency() {
        for (start, name) in [
            ("By JANE ROE, Associated Press\n\n", "*Associated Press"),
            ("By Jane Roe\nAssociated Press\n\n", "*Associated Press"),
            ("By Jane Roe | Reuters\n\n", "*Reuters"),
            ("Jane Roe, The Associated Press\n\n", "*The Associated Press"),
            ("By The Associated Press\n\n", "*The Associated Press"),
            ("From Reuters\n\n", "*Reuters"),
            ("By Reuters Staff\n\n", "*Reuters"),
            ("Von dpa\n\n", "*dpa"),
            ("Associated Press\n\n", "*Associated Press"),
            ("By Jonna Pryce (ESTREL)\n\n", "ESTREL"),
            ("By Jane Roe of the Associated Press\n\n", "*Associated Press"),
            ("By Jane Roe, The Ansley Gazette\n\n", "The Ansley Gazette"),
        ] {
            assert_eq!(top(start), name, "{start}");
        }
        for start in [
            "By Jane Roe\n\n",
            "By JANE ROE and ANA MOLL, Lisk\n\n",
            "Ivo Brandt/AP\n\n",
            "(AP Photo/Ivo Brandt)\n\n",
            "Photo: AP\n\n",
            "Ivo Brandt/Getty Images\n\n",
            "Ships at Lisk. | AP Photos\n\n",
            "By Monday, Reuters had the story and so had we.\n\n",
            "Ivo Brandt, AP\n\n",
            "IVO BRANDT/AFP/Pool\n\n",
            "Sen. Ivo Brandt (Estrel photo) speaks\n\n",
        ] {
            assert_eq!(top(start), "", "{start}");
        }
    }

    #[test]
    fn the_last_words_may_be_an_agency() {
        for (line, name) in [
            ("The boats went out again. — AP", "*AP"),
            ("-- Reuters", "*Reuters"),
            ("The boats went out again. (AP)", "*AP"),
            ("The boats went out again. (PA)", "*PA"),
            ("dpa/abc", "*dpa"),
            ("Agence France-Presse", "*Agence France-Presse"),
        ] {
            assert_eq!(foot(line), name, "{line}");
        }
        for line in [
            "Ana Moll/AP",
            "The boats at Lisk (AP)",
            "The boats at Lisk (AP Photo/Ana Moll)",
            "She told the AP",
            "He moved to Erie (PA) soon",
        ] {
            assert_eq!(foot(line), "", "{line}");
        }
    }
}
