//! The page's views: templates, and what they ask for. Everything that comes from an input is escaped by them.

use super::chart::{self, Flow, HeatMap, Network, Step, Stretch, Timeline};
use super::compare::{Change, Changes, Original};
use super::page::{
    self, Altered, Article, Checked, KINDS, Outlet, OutletPair, Overlap, Page, Paragraph, Passage, Run, Statement,
};
use askama::Template;
use std::cmp::Reverse;
use std::collections::BTreeMap;

/// Articles, passages, pairs and quotations in the lists of the page as it opens.
pub(super) const LISTED: usize = 200;

/// The whole page but for its blocks.
#[derive(Template)]
#[template(path = "page.html", config = "src/report/html/askama.toml")]
pub(super) struct Whole<'a> {
    pub(super) page: &'a Page,
    pub(super) style: &'a str,
    pub(super) script: &'a str,
    pub(super) style_hash: &'a str,
    pub(super) script_hash: &'a str,
    /// Articles, passages and statements where they stand on the page itself.
    pub(super) inline: &'a [String],
    /// Names and contents of the blocks.
    pub(super) blocks: &'a [(String, String)],
    /// Passages, statements and articles a block.
    pub(super) per_block: usize,
    /// Articles by unique share, least first.
    pub(super) order: &'a [u32],
    pub(super) kinds: &'a str,
    pub(super) examples: BTreeMap<(&'a str, &'a str), (u32, u32)>,
}

impl Whole<'_> {
    fn total_bar(&self) -> Vec<Stretch> {
        chart::bar(self.page.totals.by_kind)
    }

    fn histogram(&self) -> Vec<Step> {
        chart::histogram(&self.page.totals.histogram)
    }

    fn listed(&self) -> impl Iterator<Item = (u32, &Article)> {
        self.order.iter().take(LISTED).map(|&at| (at, &self.page.articles[at as usize]))
    }

    fn passages(&self) -> impl Iterator<Item = (usize, &Passage)> {
        self.page.passages.iter().enumerate().filter(|(_, passage)| passage.articles > 1).take(LISTED)
    }

    /// Those that are news: no furniture, no set phrases, nothing that an outlet repeats of its own.
    fn news(&self) -> impl Iterator<Item = (usize, &Passage)> {
        self.passages().filter(|(_, passage)| page::is_news(passage.kind))
    }

    /// Kinds that switches are for: numbers and names.
    fn switches(&self) -> impl Iterator<Item = (usize, &'static str)> {
        KINDS.into_iter().enumerate().skip(1).take(5)
    }

    /// Whether an article is on the page with its text.
    fn is_detailed(&self, article: &u32) -> bool {
        (*article as usize) < self.page.detailed
    }

    /// Articles of which anything is their own or not, least of their own first.
    fn worst(&self) -> impl Iterator<Item = (u32, &Article)> {
        self.listed().filter(|(_, article)| article.words > 0).take(10)
    }

    /// Articles that were checked, those that do not pass first.
    fn checked(&self) -> Vec<(&Checked, &Article)> {
        let mut rows: Vec<_> = self.page.checked.iter().map(|c| (c, &self.page.articles[c.article as usize])).collect();
        rows.sort_by_key(|(checked, _)| checked.failures.is_empty());
        rows
    }

    /// Articles without a date.
    fn undated(&self) -> usize {
        self.page.articles[..self.page.listed].iter().filter(|article| article.start.is_none()).count()
    }

    fn heat_map(&self) -> HeatMap {
        chart::heat_map(self.page)
    }

    fn network(&self) -> Network {
        chart::network(self.page)
    }

    /// Outlet pairs in which the first had the words, or nobody tells: each pair once.
    fn flows(&self) -> Vec<&OutletPair> {
        let once = |pair: &&OutletPair| match chart::flow(pair) {
            Flow::Given => true,
            Flow::Taken => false,
            Flow::Open => pair.outlet < pair.other,
        };
        self.page.pairs.iter().filter(once).take(LISTED).collect()
    }

    /// Outlets, least of their own first: how much they were first with, how much is unique, words by kind.
    fn outlet_shares(&self) -> Vec<(&Outlet, String, String, Vec<Stretch>)> {
        let mut outlets: Vec<&Outlet> = self.page.outlets.iter().collect();
        let share = |o: &Outlet| o.own_words * 10_000 / o.words.max(1);
        outlets.sort_by(|x, y| share(x).cmp(&share(y)).then_with(|| x.name.cmp(&y.name)));
        let part = |words: u64, o: &Outlet| chart::percent(words as f64 / o.words.max(1) as f64);
        let outlets = outlets.into_iter().take(LISTED);
        outlets.map(|o| (o, part(o.own_words, o), part(o.by_kind[0], o), chart::bar(o.by_kind))).collect()
    }

    /// Altered quotations, those that differ in the same words together.
    fn altered(&self) -> Vec<AlteredGroup<'_>> {
        let mut out: Vec<AlteredGroup<'_>> = Vec::new();
        let mut known = BTreeMap::new();
        for row in &self.page.altered {
            let key = (row.speaker.as_str(), row.diff.as_str(), self.page.redacted.then_some((row.a, row.b)));
            let at = *known.entry(key).or_insert(out.len());
            if at == out.len() {
                out.push(AlteredGroup { pairs: Vec::new() });
            }
            out[at].pairs.push(row);
        }
        out.sort_by_key(|group| Reverse(group.pairs.len()));
        out.truncate(LISTED);
        out
    }

    /// The two articles of two outlets that share most words, if both are on the page with their texts.
    fn example(&self, pair: &&OutletPair) -> Option<(u32, u32)> {
        self.examples.get(&(pair.outlet.as_str(), pair.other.as_str())).copied()
    }

    /// Passages for the overview: of those that are parts or versions of one another the most carried.
    fn carried(&self) -> Vec<(usize, &Passage)> {
        let plain = |text: &str| text.split_whitespace().collect::<Vec<_>>().join(" ");
        let mut out: Vec<(usize, &Passage)> = Vec::new();
        let mut texts: Vec<String> = Vec::new();
        for (number, passage) in self.news() {
            let text = plain(&passage.text);
            let is_part = |whole: &str, part: &str| !part.is_empty() && whole.contains(middle(part));
            let told = texts.iter().any(|other| is_part(other, &text) || is_part(&text, other));
            if !told {
                out.push((number, passage));
                texts.push(text);
            }
            if out.len() == 8 {
                break;
            }
        }
        out
    }
}

/// Some characters from the middle of a text.
fn middle(text: &str) -> &str {
    const LENGTH: usize = 40;
    let skipped = text.chars().count().saturating_sub(LENGTH) / 2;
    let at = |place: usize| text.char_indices().nth(place).map_or(text.len(), |(byte, _)| byte);
    &text[at(skipped)..at(skipped + LENGTH)]
}

/// For each two outlets, from both sides, the two articles of theirs that share most words: what links lead to.
pub(super) fn examples(page: &Page) -> BTreeMap<(&str, &str), (u32, u32)> {
    let mut words: BTreeMap<(u32, u32), u64> = BTreeMap::new();
    for overlap in page.overlaps.iter().filter(|overlap| page::is_news(overlap.kind)) {
        *words.entry((overlap.a, overlap.b)).or_default() += u64::from(overlap.matched_words);
    }
    // Of as many words the later articles: in the order of words, each takes the place of the one before.
    let mut pairs: Vec<((u32, u32), u64)> = words.into_iter().collect();
    pairs.sort_by_key(|&(_, words)| words);
    let mut best = BTreeMap::new();
    for ((a, b), _) in pairs {
        let [of_a, of_b] = [a, b].map(|number| page.articles[number as usize].outlet.as_str());
        best.insert((of_a, of_b), (a, b));
        best.insert((of_b, of_a), (b, a));
    }
    best
}

/// Pairs of articles whose quotations differ in the same words.
struct AlteredGroup<'a> {
    /// At least one.
    pairs: Vec<&'a Altered>,
}

impl AlteredGroup<'_> {
    fn changes(&self) -> Vec<(Change, &str)> {
        self.pairs[0].changes()
    }

    fn speaker(&self) -> &str {
        &self.pairs[0].speaker
    }

    /// Articles of one version, each once.
    fn articles(&self, later: &bool) -> Vec<u32> {
        let mut out: Vec<u32> = self.pairs.iter().map(|row| if *later { row.b } else { row.a }).collect();
        out.sort_unstable();
        out.dedup();
        out
    }

    /// The earliest article that has one version word for word, and whether that is the second; where no pair says otherwise.
    fn source(&self, page: &Page) -> Option<(u32, bool)> {
        let sources = || self.pairs.iter().filter_map(|row| row.source);
        let (_, later) = sources().next()?;
        let earliest = || sources().min_by_key(|&(number, _)| (page.articles[number as usize].start, number));
        sources().all(|(_, of_b)| of_b == later).then(earliest)?
    }
}

/// One article.
#[derive(Template)]
#[template(path = "article.html", config = "src/report/html/askama.toml")]
pub(super) struct ArticleView<'a> {
    pub(super) page: &'a Page,
    pub(super) number: usize,
    pub(super) article: &'a Article,
    pub(super) detail: &'a super::page::Detail,
    /// Whether it can be read without scripts: else scripts draw the strip, and name the sources.
    pub(super) inline: bool,
}

impl ArticleView<'_> {
    fn bar(&self) -> Vec<Stretch> {
        chart::bar(self.article.by_kind.map(u64::from))
    }

    /// Paragraphs side by side, a unit a word: how much of each is not unique, and of which kind most of that is.
    fn strip(&self) -> Vec<Block> {
        let mut x = 0;
        let block = |(at, paragraph): (usize, &Paragraph)| {
            let words = paragraph.words();
            let most = (1..6).max_by_key(|&kind| (paragraph.by_kind[kind], std::cmp::Reverse(kind)));
            let reused = f64::from(words - paragraph.by_kind[0]) / f64::from(words.max(1));
            let block = Block {
                number: at + 1,
                x,
                words,
                y: chart::short(24.0 * (1.0 - reused)),
                height: chart::short(24.0 * reused),
                kind: most.filter(|&kind| paragraph.by_kind[kind] > 0),
                unique: chart::percent(1.0 - reused),
            };
            x = x.saturating_add(words);
            block
        };
        self.detail.paragraphs.iter().enumerate().map(block).collect()
    }

    fn pieces<'b>(&self, paragraph: &'b Paragraph) -> Vec<Stretched<'b>> {
        let mut out = Vec::with_capacity(2 * paragraph.runs.len() + 1);
        let mut at = 0;
        for run in &paragraph.runs {
            let (start, end) = (run.bytes.0 as usize, run.bytes.1 as usize);
            out.push(Stretched { text: paragraph.text.get(at..start).unwrap_or_default(), run: None });
            out.push(Stretched { text: paragraph.text.get(start..end).unwrap_or_default(), run: Some(run) });
            at = end;
        }
        out.push(Stretched { text: paragraph.text.get(at..).unwrap_or_default(), run: None });
        out
    }

    fn overlap(&self, run: &Run) -> Option<&Overlap> {
        self.page.overlaps.get(run.overlap? as usize)
    }

    /// Where a run leads to: both articles side by side; where it stands again, if that is in the same article.
    fn leads_to(&self, run: &Run) -> Option<String> {
        let overlap = self.overlap(run)?;
        let other = if overlap.a as usize == self.number { overlap.b } else { overlap.a };
        Some(format!("#pair-{}-{other}-{}", self.number, run.overlap?))
    }

    fn told(&self, run: &Run) -> String {
        let kind = KINDS[usize::from(run.kind)];
        let Some(overlap) = self.overlap(run) else { return format!("{kind}, {} words", run.words) };
        let other = if overlap.a as usize == self.number { overlap.b } else { overlap.a };
        if other as usize == self.number {
            return format!("{kind}, {} words, also elsewhere in this article", run.words);
        }
        format!("{kind}, {} words, also in {}", run.words, self.page.articles[other as usize].label())
    }

    /// Whether an article that shares words with this one came before it, or after, where that is certain.
    fn came(&self, other: &u32) -> &'static str {
        let other = &self.page.articles[*other as usize];
        let before = |one: &Article, two: &Article| two.start.is_some_and(|start| one.is_before(start));
        match (before(other, self.article), before(self.article, other)) {
            (true, _) => "earlier",
            (_, true) => "later",
            _ => "open",
        }
    }

    /// Words that other articles have, but none that is known to be earlier.
    fn first_words(&self) -> Option<u32> {
        let seen = self.article.first_seen_share? * f64::from(self.article.words);
        Some((seen.round() as u32).saturating_sub(self.article.by_kind[0])).filter(|&words| words > 0)
    }

    fn full_share(&self, words: &u32) -> String {
        chart::percent(f64::from(*words) / f64::from(self.article.words.max(1)))
    }

    /// Whether an article is on the page with its text.
    fn is_detailed(&self, article: &u32) -> bool {
        (*article as usize) < self.page.detailed
    }

    /// How much no earlier article has, where that is known.
    fn seen(&self) -> Option<String> {
        self.article.first_seen_share.map(chart::percent)
    }

    /// Whether all that it shares is known: not of an article that only stands beside those that were checked.
    fn is_listed(&self) -> bool {
        self.number < self.page.listed
    }

    /// Its words that are not unique.
    fn shared_words(&self) -> u32 {
        self.article.by_kind[1..6].iter().sum()
    }
}

/// A paragraph in the strip.
#[derive(Debug)]
struct Block {
    number: usize,
    x: u32,
    words: u32,
    y: String,
    height: String,
    kind: Option<usize>,
    unique: String,
}

/// A stretch of a paragraph, and what it is if it is not unique.
struct Stretched<'a> {
    text: &'a str,
    run: Option<&'a Run>,
}

impl Article {
    /// What it is called: its headline, or its id.
    pub(super) fn name(&self) -> &str {
        if self.title.is_empty() { &self.id } else { &self.title }
    }

    /// Whether it came out before this instant, whenever in its time that was.
    fn is_before(&self, instant: i64) -> bool {
        self.start.is_some_and(|start| start < instant) && self.end.is_some_and(|end| end <= instant)
    }

    /// In one line: outlet, time, name.
    pub(super) fn label(&self) -> String {
        let parts = [self.outlet.as_str(), self.time.as_str(), self.name()];
        parts.into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>().join(", ")
    }

    /// Its outlet, or its name where there is none.
    fn outlet_or_name(&self) -> &str {
        if self.outlet.is_empty() { self.name() } else { &self.outlet }
    }

    fn unique(&self) -> String {
        chart::percent(f64::from(self.by_kind[0]) / f64::from(self.words.max(1)))
    }

    /// Words that no earlier article has or, without a date, no other.
    fn own(&self) -> String {
        self.first_seen_share.map_or_else(|| self.unique(), chart::percent)
    }
}

impl Paragraph {
    fn words(&self) -> u32 {
        self.by_kind[..6].iter().sum()
    }
}

impl OutletPair {
    /// Whether the outlet was first with most.
    fn given(&self) -> bool {
        chart::flow(self) == Flow::Given
    }

    pub(super) fn overlaps(&self) -> u32 {
        self.earlier + self.later + self.undetermined
    }
}

impl Passage {
    fn kind_name(&self) -> &'static str {
        KINDS[usize::from(self.kind)]
    }

    /// Its earliest place.
    fn first(&self) -> Option<u32> {
        let places = self.versions.iter().flat_map(|version| &version.places);
        places.map(|place| place.article).next()
    }

    /// Its beginning.
    fn beginning(&self) -> String {
        let text = self.text.split_whitespace().collect::<Vec<_>>().join(" ");
        match text.char_indices().nth(200) {
            Some((end, _)) => format!("{}…", &text[..end]),
            None => text,
        }
    }
}

/// One passage.
#[derive(Template)]
#[template(path = "passage.html", config = "src/report/html/askama.toml")]
pub(super) struct PassageView<'a> {
    pub(super) page: &'a Page,
    pub(super) number: usize,
    pub(super) passage: &'a Passage,
}

/// A place of a passage in the table behind its timeline.
struct Row<'a> {
    number: u32,
    article: &'a Article,
    after: String,
    version: usize,
    similarity: String,
}

impl PassageView<'_> {
    fn timeline(&self) -> Option<Timeline> {
        chart::timeline(self.page, self.passage)
    }

    /// Its places by time, those without a date last.
    fn rows(&self) -> Vec<Row<'_>> {
        let versions = self.passage.versions.iter().enumerate();
        let mut places: Vec<_> =
            versions.flat_map(|(at, version)| version.places.iter().map(move |p| (at, p))).collect();
        let article = |number: u32| &self.page.articles[number as usize];
        places.sort_by_key(|(_, place)| {
            let article = article(place.article);
            (article.start.is_none(), article.start, article.id.as_str())
        });
        let first = places.first().map(|(_, place)| article(place.article));
        // A date without a time of day is the whole day: others of that day may have been earlier.
        let certain = first.is_none_or(|first| {
            places
                .iter()
                .skip(1)
                .all(|(_, place)| article(place.article).start.is_none_or(|start| first.is_before(start)))
        });
        let row = |(at, (version, place)): (usize, (usize, &super::page::Place))| {
            let article = article(place.article);
            let after = match (first.and_then(|first| Some((first, first.start?))), article.start) {
                (None, _) | (_, None) => "no date".to_owned(),
                (Some(_), Some(_)) if at == 0 && certain => "first".to_owned(),
                (Some((first, from)), Some(start)) if at > 0 && first.is_before(start) => {
                    let end = article.end.filter(|&end| end > start);
                    let until = end.map_or(String::new(), |end| format!(" to {}", chart::span((end - from) as f64)));
                    format!("+{}{until}", chart::span((start - from) as f64))
                }
                _ => "perhaps first".to_owned(),
            };
            let similarity = if place.exact { "the same words".into() } else { chart::percent(place.similarity) };
            Row { number: place.article, article, after, version: version + 1, similarity }
        };
        places.into_iter().enumerate().map(row).collect()
    }

    /// Who had it first, and how sure that is.
    fn first_told(&self, rows: &[Row<'_>]) -> String {
        let undated = rows.iter().filter(|row| row.article.start.is_none()).count();
        let Some(first) = rows.first().filter(|row| row.article.start.is_some()) else {
            return "None of them has a date: who was first is not known.".to_owned();
        };
        let perhaps = rows.iter().filter(|row| row.after == "perhaps first").count();
        let mut told = match perhaps {
            0 => format!("First of these, by date: {}.", first.article.outlet_or_name()),
            _ => format!(
                "First of these: not established; {} came out at times that overlap.",
                chart::many(perhaps, "article")
            ),
        };
        match undated {
            0 => {}
            1 => told.push_str(" One article has no date, and may be earlier."),
            _ => told.push_str(&format!(" {undated} articles have no date, and may be earlier.")),
        }
        told
    }

    /// Versions: number, places, and how each differs from the common text.
    fn compared(&self) -> Vec<(usize, usize, Changes)> {
        let versions = self.passage.versions.iter().enumerate();
        let mut original = Original::new(&self.passage.text);
        versions
            .filter(|(_, version)| !version.places.is_empty() && !self.page.redacted)
            .map(|(at, version)| (at + 1, version.places.len(), original.compare(&version.text)))
            .collect()
    }
}

impl Change {
    fn is_added(&self) -> bool {
        *self == Self::Added
    }

    fn is_removed(&self) -> bool {
        *self == Self::Removed
    }
}

/// One statement.
#[derive(Template)]
#[template(path = "statement.html", config = "src/report/html/askama.toml")]
pub(super) struct StatementView<'a> {
    pub(super) page: &'a Page,
    pub(super) number: usize,
    pub(super) statement: &'a Statement,
}

impl StatementView<'_> {
    /// Articles that print a piece, by time, each with which.
    fn rows(&self) -> Vec<(u32, &Article, Vec<bool>)> {
        let mut numbers: Vec<u32> = self.statement.pieces.iter().flat_map(|(_, articles)| articles.clone()).collect();
        numbers.sort_unstable();
        numbers.dedup();
        let article = |number: u32| &self.page.articles[number as usize];
        numbers.sort_by_key(|&number| (article(number).start.is_none(), article(number).start, number));
        let prints = |number: u32| self.statement.pieces.iter().map(|(_, a)| a.contains(&number)).collect();
        numbers.into_iter().map(|number| (number, article(number), prints(number))).collect()
    }
}

impl Statement {
    fn articles(&self) -> usize {
        let mut numbers: Vec<u32> = self.pieces.iter().flat_map(|(_, articles)| articles.clone()).collect();
        numbers.sort_unstable();
        numbers.dedup();
        numbers.len()
    }
}

impl Altered {
    /// Its word diff, taken apart.
    fn changes(&self) -> Vec<(Change, &str)> {
        let mut out = Vec::new();
        let mut rest = self.diff.as_str();
        while !rest.is_empty() {
            let next = |open: &str, close: &str| {
                let start = rest.find(open)?;
                let end = rest[start..].find(close)? + start;
                Some((start, start + open.len(), end, end + close.len()))
            };
            let removed = next("[-", "-]").map(|at| (at, Change::Removed));
            let added = next("{+", "+}").map(|at| (at, Change::Added));
            let Some(((start, from, to, end), change)) = removed.into_iter().chain(added).min_by_key(|(at, _)| at.0)
            else {
                break;
            };
            if start > 0 {
                out.push((Change::Same, &rest[..start]));
            }
            out.push((change, &rest[from.min(to)..to]));
            rest = &rest[end..];
        }
        if !rest.is_empty() {
            out.push((Change::Same, rest));
        }
        out
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn altered(diff: &str) -> Altered {
        Altered { speaker: String::new(), a: 0, b: 0, diff: diff.to_owned(), source: None, overlap: None }
    }

    #[test]
    fn a_word_diff_is_taken_apart() {
        let altered = altered("the [-dynamic that has been-] {+dynamics+} unfolding");
        let expected = [
            (Change::Same, "the "),
            (Change::Removed, "dynamic that has been"),
            (Change::Same, " "),
            (Change::Added, "dynamics"),
            (Change::Same, " unfolding"),
        ];
        assert_eq!(altered.changes(), expected);
    }

    #[test]
    fn what_only_looks_like_a_word_diff_is_shown() {
        for text in ["", "[-", "a {+ b", "x-] y", "[--]", "{+[-+}-]", "[-é"] {
            let altered = altered(text);
            let shown: String = altered.changes().iter().map(|(_, words)| *words).collect();
            let bare = |text: &str| text.replace("[-", "").replace("-]", "").replace("{+", "").replace("+}", "");
            assert_eq!(bare(&shown), bare(text));
        }
    }
}
