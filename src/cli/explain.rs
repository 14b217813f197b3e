//! `wirecopy explain`: why do these two articles share words, or why were none found?

use std::fmt::{self, Display, Formatter};
use std::io::Write as _;

use anstyle::Style;
use anyhow::Result;
use wirecopy::align::Role;
use wirecopy::document::DocumentIndex;
use wirecopy::explain::{Explanation, Pair, Resemblance, STARS, Scope, basis_says};
use wirecopy::report::{Excerpt, OverlapRow};

use super::args::{Common, ExplainArgs, TextOrJson};
use super::pair::{facts, judged, origin};
use super::terminal::{clean, columns, count, shorten, shorten_name, thousands, wrapped};
use super::{Outcome, lost, print_warnings, written};

const HEAD: Style = Style::new().bold();
const FAINT: Style = Style::new().dimmed();

/// Most words that are trimmed off an overlap, two at each end.
const TRIMMED: u32 = 4;
/// Overlaps that are shown before the rest is only counted.
const SHOWN: usize = 20;

pub(super) fn run(args: &ExplainArgs, common: &Common) -> Result<Outcome> {
    let pair = judged(&args.pair, Scope::Corpus, common)?;
    let explanation = pair.explain();
    print_warnings(&pair.report.run.warnings, common);
    match args.format {
        TextOrJson::Text => {
            let text = Text { pair: &pair, found: &explanation, columns: columns() }.to_string();
            written(anstream::stdout().write_all(text.as_bytes()))?;
        }
        TextOrJson::Json => {
            written(writeln!(std::io::stdout(), "{}", explanation.to_json(&pair)))?;
        }
    }
    let outcome = if lost(&pair.report.run.warnings) { Outcome::Incomplete } else { Outcome::Complete };
    // The process ends here: giving back memory piece by piece would only take time.
    std::mem::forget(pair);
    Ok(outcome)
}

/// The explanation for a person.
struct Text<'a> {
    pair: &'a Pair,
    found: &'a Explanation,
    columns: usize,
}

impl Display for Text<'_> {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        let Explanation { a, b, overlaps, missed, .. } = self.found;
        self.article(f, "a", *a)?;
        if a != b {
            self.article(f, "b", *b)?;
        }
        let index = &self.pair.report.index;
        let words = |document| count(index.words(document).into(), "word");
        if overlaps.is_empty() {
            writeln!(f, "\n{HEAD}Nothing found that they share{HEAD:#}")?;
            for missed in missed {
                self.lines(f, 4, &clean(&self.pair.missed_says(self.found, *missed)))?;
            }
        } else {
            let found = count(overlaps.len() as u64, "overlap");
            let of = if a == b { words(*a) } else { format!("{} in a and {} in b", words(*a), words(*b)) };
            writeln!(f, "\n{HEAD}{found}; {of}{HEAD:#}")?;
        }
        for (at, &row) in overlaps.iter().take(SHOWN).enumerate() {
            self.overlap(f, at + 1, &self.pair.report.overlaps[row])?;
        }
        if overlaps.len() > SHOWN {
            let more = count((overlaps.len() - SHOWN) as u64, "overlap");
            writeln!(f, "\n{FAINT}and {more} more: --format json lists them{FAINT:#}")?;
        }
        if a != b {
            self.longest(f)?;
            self.proposed(f)?;
            self.cluster(f)?;
        }
        Ok(())
    }
}

impl Text<'_> {
    fn lines(&self, f: &mut Formatter<'_>, indent: usize, text: &str) -> fmt::Result {
        wrapped(text, self.columns - indent).iter().try_for_each(|line| writeln!(f, "{:indent$}{line}", ""))
    }

    fn article(&self, f: &mut Formatter<'_>, letter: &str, document: DocumentIndex) -> fmt::Result {
        let index = &self.pair.report.index;
        let id = shorten_name(index.id(document), self.columns - 4);
        writeln!(f, "{HEAD}{letter}  {id}{HEAD:#}")?;
        let facts = facts(&self.pair.report, document);
        if !facts.is_empty() {
            writeln!(f, "   {}", shorten(&facts.join(" · "), self.columns - 4))?;
        }
        for (asked, from) in self.pair.asked.iter().zip(self.pair.origins) {
            if *asked == document && !origin(from).is_empty() {
                writeln!(f, "   {FAINT}{}{FAINT:#}", origin(from))?;
            }
        }
        Ok(())
    }

    fn overlap(&self, f: &mut Formatter<'_>, number: usize, row: &OverlapRow) -> fmt::Result {
        let words = count(row.matched_words.into(), "equal word");
        let exact = if row.exact { "exact" } else { "changed" };
        let kind = row.judged.kind.name();
        writeln!(f, "\n{HEAD}{number:2}. {words}, similarity {:.4}, {exact}, {kind}{HEAD:#}", row.similarity)?;
        self.lines(f, 4, &format!("line {} of a, line {} of b", row.a.line, row.b.line))?;
        self.lines(f, 4, &format!("{kind}: {}", clean(&self.pair.why_says(row))))?;
        self.lines(f, 4, &format!("direction {}: {}", row.judged.direction.name(), basis_says(row)))?;
        if let Some(speaker) = speaker(self.pair, row) {
            self.lines(f, 4, &format!("said by {}", clean(speaker)))?;
        }
        if row.role == Role::Repeat {
            self.lines(f, 4, "a repeat: one side lies inside a longer overlap of the two")?;
        }
        self.text(f, if row.exact { "" } else { "a " }, text(self.pair, &row.a))?;
        if !row.exact {
            self.text(f, "b ", text(self.pair, &row.b))?;
        }
        Ok(())
    }

    fn text(&self, f: &mut Formatter<'_>, mark: &str, text: &str) -> fmt::Result {
        let lines = wrapped(&clean(text), self.columns - 6 - mark.len());
        for (at, line) in lines.iter().enumerate() {
            let mark = if at == 0 { mark } else { &"  "[..mark.len()] };
            writeln!(f, "      {FAINT}{mark}{FAINT:#}{line}")?;
        }
        Ok(())
    }

    fn longest(&self, f: &mut Formatter<'_>) -> fmt::Result {
        writeln!(f, "\n{HEAD}The longest run of equal words{HEAD:#}")?;
        let Some(run) = self.found.longest else { return self.lines(f, 4, "none: no word stands in both") };
        self.lines(f, 4, &format!("{}, from line {} of a and line {} of b", run.says(), run.a.1, run.b.1))?;
        let index = &self.pair.report.index;
        let text = index.text(self.found.a).get(run.a.0.range()).unwrap_or_default();
        self.text(f, "", &shorten(text, 3 * self.columns))?;
        let outside = count(run.outside.into(), "word");
        match run.outside {
            _ if self.found.overlaps.is_empty() => Ok(()),
            0 => Ok(()),
            all if all == run.words => self.lines(f, 4, "no overlap of the two holds it"),
            1..=TRIMMED => {
                self.lines(f, 4, &format!("{outside} of it trimmed: common ones beyond a mark or a sentence's end"))
            }
            _ => self.lines(f, 4, &format!("{outside} of it lie in no overlap of the two")),
        }
    }

    fn proposed(&self, f: &mut Formatter<'_>) -> fmt::Result {
        writeln!(f, "\n{HEAD}How the pair is proposed{HEAD:#}")?;
        let shared = self.found.fingerprints;
        let proposes = if self.found.by_fingerprints() { "they propose the pair" } else { "they propose nothing" };
        let (both, of_a, of_b) =
            (thousands(shared.both.into()), thousands(shared.a.into()), thousands(shared.b.into()));
        self.lines(
            f,
            4,
            &format!("fingerprints (runs of 5 words): {both} of {of_a} in a and {of_b} in b: {proposes}"),
        )?;
        if shared.stars > 0 {
            let stars = thousands(shared.stars.into());
            self.lines(f, 4, &format!("of these, {stars} stand in more than 64 articles: {}", STARS))?;
        }
        let mut said = Vec::new();
        match self.found.articles {
            Some(near) => {
                let [wide, narrow] = near.bands;
                said.push(format!(
                    "signatures of the articles: {}; bands in common: {} of {} wide, {} of {} narrow",
                    resemblance(&near),
                    wide.0,
                    wide.1,
                    narrow.0,
                    narrow.1
                ));
            }
            None => said.push("signatures of the articles: one has no words".to_owned()),
        }
        match &self.found.paragraphs {
            Some((x, y, near)) => {
                let bands = near.bands[0];
                said.push(format!(
                    "signatures of paragraphs: {x} of a and {y} of b are nearest: {}; bands in common: {} of {}",
                    resemblance(near),
                    bands.0,
                    bands.1
                ));
            }
            None => said.push("signatures of paragraphs: no two share a band".to_owned()),
        }
        let proposes = if self.found.by_signatures() { "propose the pair" } else { "propose nothing" };
        said.push(format!("together the signatures {proposes}"));
        said.iter().try_for_each(|line| self.lines(f, 4, line))
    }

    fn cluster(&self, f: &mut Formatter<'_>) -> fmt::Result {
        writeln!(f, "\n{HEAD}Near-duplicates{HEAD:#}")?;
        let Some((a, b, members)) = &self.found.cluster else {
            return self.lines(f, 4, "no: they are in no cluster together");
        };
        let index = &self.pair.report.index;
        let leader = clean(index.id(a.leader));
        self.lines(f, 4, &format!("both are in a cluster of {} led by {leader}", count(*members as u64, "article")))?;
        for (letter, row) in [("a", a), ("b", b)] {
            let relation = row.relation.name();
            let line = if row.document == row.leader {
                format!("{letter}: {relation}")
            } else {
                let (resemblance, containment) = (row.resemblance, row.containment);
                format!(
                    "{letter}: {relation}, resemblance {resemblance:.4} and containment {containment:.4} to the leader"
                )
            };
            self.lines(f, 4, &line)?;
        }
        Ok(())
    }
}

/// How much a signature and the shingles say.
fn resemblance(near: &Resemblance) -> String {
    format!("estimate {:.4}, exact {:.4}", near.estimate, near.exact)
}

fn speaker<'a>(pair: &'a Pair, row: &OverlapRow) -> Option<&'a str> {
    let (document, span) = row.judged.speaker?;
    pair.report.index.text(document).get(span.range())
}

fn text<'a>(pair: &'a Pair, excerpt: &Excerpt) -> &'a str {
    pair.report.index.text(excerpt.document).get(excerpt.bytes.range()).unwrap_or_default()
}
