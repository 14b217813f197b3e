//! Who had it first, as far as the articles themselves tell: credit, agency, canonical link, date, in this order.
//! Evidence, not a guess: what contradicts, ties or is missing is named so.

use super::credit::Credit;
use crate::document::{DocumentIndex, Metadata, Time};
use crate::index::Index;
use crate::outlet::Outlets;
use ahash::AHashMap;
use rayon::prelude::*;

/// Whose words an overlap's are.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Direction {
    /// The earlier side's.
    Forward,
    /// The later side's.
    Backward,
    /// A third party's, on both sides.
    Common,
    /// Not told.
    Unknown,
}

impl Direction {
    /// Name in tables.
    pub fn name(self) -> &'static str {
        match self {
            Self::Forward => "a->b",
            Self::Backward => "b->a",
            Self::Common => "common",
            Self::Unknown => "unknown",
        }
    }
}

/// What a [`Direction`] rests on.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Basis {
    /// An article credits an outlet.
    Credit,
    /// An article credits an agency.
    Agency,
    /// An article names another's address as the original.
    Canonical,
    /// One is demonstrably earlier.
    Date,
    /// Both quote.
    Quotation,
    /// The evidence contradicts itself.
    Conflict,
    /// Both came out at the same time, as far as it is known.
    Tie,
    /// A date is missing.
    NoDate,
}

impl Basis {
    /// Name in tables.
    pub fn name(self) -> &'static str {
        match self {
            Self::Credit => "credit",
            Self::Agency => "agency",
            Self::Canonical => "canonical",
            Self::Date => "date",
            Self::Quotation => "quotation",
            Self::Conflict => "conflict",
            Self::Tie => "tie",
            Self::NoDate => "no-date",
        }
    }
}

/// What a pair of articles, `a` before `b`, says about itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Evidence {
    /// What stands above dates: a credit, an agency, a canonical link, or their contradiction.
    pub(crate) named: Option<(Direction, Basis)>,
    /// What the dates say.
    pub(crate) dated: (Direction, Basis),
    /// Whether one credits the other, or both the same third: their shared prose is credited.
    pub(crate) credited: bool,
    /// Whether they are versions of one article: same outlet, same address.
    pub(crate) revision: bool,
}

impl Evidence {
    /// Whether the other side than this one is demonstrably earlier.
    pub(crate) fn is_before(&self, later: bool) -> bool {
        self.dated == (if later { Direction::Forward } else { Direction::Backward }, Basis::Date)
    }

    /// Direction of an overlap; `quoted` if it is a quotation on both sides.
    pub(crate) fn direction(&self, quoted: bool) -> (Direction, Basis) {
        match self.named {
            Some(named) => named,
            None if quoted => (Direction::Common, Basis::Quotation),
            None => self.dated,
        }
    }
}

/// What each article says of others: read once, asked for each pair.
#[derive(Debug)]
pub(crate) struct Witness<'a> {
    index: &'a Index,
    /// Key of the outlet of each article.
    outlets: Vec<u32>,
    /// Keys that each article credits, its own outlet's left out, each with whether it is an agency. Sorted.
    credits: Vec<Vec<(u32, bool)>>,
    /// Address, and canonical address.
    addresses: Vec<(String, String)>,
    /// When the earliest version of each article came out: same outlet, same address.
    first_times: Vec<Option<Time>>,
}

impl<'a> Witness<'a> {
    /// `credits` are in the order of the articles.
    pub(crate) fn new(index: &'a Index, credits: &[Vec<Credit>], names: &Outlets) -> Self {
        let mut keys: AHashMap<String, u32> = AHashMap::new();
        // 0 stands for no outlet, which equals nothing.
        let mut number = |key: String| {
            let next = keys.len() as u32 + 1;
            if key.is_empty() { 0 } else { *keys.entry(key).or_insert(next) }
        };
        let mut by_source: AHashMap<&str, u32> = AHashMap::new();
        let outlets: Vec<u32> = index
            .documents()
            .map(|d| {
                let source = index.metadata(d).source.as_str();
                *by_source.entry(source).or_insert_with(|| number(names.key(source)))
            })
            .collect();
        let credits = credits
            .iter()
            .zip(&outlets)
            .map(|(credits, &own)| {
                let mut keys: Vec<(u32, bool)> = credits.iter().map(|c| (number(c.key(names)), c.agency)).collect();
                keys.retain(|&(key, _)| key != 0 && key != own);
                keys.sort_unstable_by_key(|&(key, agency)| (key, !agency));
                keys.dedup_by_key(|k| k.0);
                keys
            })
            .collect();
        let addresses: Vec<(String, String)> = (0..index.len() as u32)
            .into_par_iter()
            .map(|d| {
                let metadata = index.metadata(DocumentIndex(d));
                (address(&metadata.url), address(&metadata.canonical))
            })
            .collect();
        let mut first: AHashMap<(u32, &str), DocumentIndex> = AHashMap::new();
        let first_times = index
            .documents()
            .map(|d| match (outlets[d.at()], addresses[d.at()].0.as_str()) {
                (0, _) | (_, "") => d,
                page => *first.entry(page).or_insert(d),
            })
            .map(|first| index.metadata(first).time.clone())
            .collect();
        Self { index, outlets, credits, addresses, first_times }
    }

    /// The same of a few articles of a corpus, of which is known when the earliest version of each came out.
    pub(crate) fn of_part(
        index: &'a Index,
        credits: &[Vec<Credit>],
        names: &Outlets,
        first_times: Vec<Option<Time>>,
    ) -> Self {
        Self { first_times, ..Self::new(index, credits, names) }
    }

    /// Whether an article says that its text is an agency's.
    pub(crate) fn credits_agency(&self, document: DocumentIndex) -> bool {
        self.credits[document.at()].iter().any(|&(_, agency)| agency)
    }

    /// What two articles say, `a` before `b`.
    pub(crate) fn pair(&self, a: DocumentIndex, b: DocumentIndex) -> Evidence {
        let dated = self.dated(a, b);
        let (x, y) = (self.credits_to(a, b), self.credits_to(b, a));
        let third = self.third(a, b);
        let linked = self.linked(a, b);
        let named = match (x, y) {
            (Some(_), Some(_)) => Some((Direction::Unknown, Basis::Conflict)),
            (Some(agency), None) => Some(self.claim(b, a, Direction::Backward, basis(agency))),
            (None, Some(agency)) => Some(self.claim(a, b, Direction::Forward, basis(agency))),
            (None, None) => third.map(|agency| (Direction::Common, basis(agency))).or(linked),
        };
        let (from, to) = (&self.addresses[a.at()].0, &self.addresses[b.at()].0);
        Evidence {
            named,
            dated,
            credited: x.is_some() || y.is_some() || third.is_some() || linked.is_some(),
            revision: a != b && !from.is_empty() && from == to && self.index.same_outlet(a, b),
        }
    }

    /// Whether `from` credits the outlet of `to`; `Some(true)` if that is an agency.
    fn credits_to(&self, from: DocumentIndex, to: DocumentIndex) -> Option<bool> {
        let outlet = self.outlets[to.at()];
        let credits = &self.credits[from.at()];
        (outlet != 0).then(|| credits.iter().find(|c| c.0 == outlet).map(|c| c.1)).flatten()
    }

    /// Whether both credit one that is neither of them; `Some(true)` if that is an agency.
    fn third(&self, a: DocumentIndex, b: DocumentIndex) -> Option<bool> {
        let other = &self.credits[b.at()];
        let both = self.credits[a.at()].iter().filter(|c| other.binary_search_by_key(&c.0, |o| o.0).is_ok());
        both.map(|c| c.1).max()
    }

    /// What canonical links say.
    fn linked(&self, a: DocumentIndex, b: DocumentIndex) -> Option<(Direction, Basis)> {
        let ((url_a, canonical_a), (url_b, canonical_b)) = (&self.addresses[a.at()], &self.addresses[b.at()]);
        let names = |canonical: &str, url: &str| !canonical.is_empty() && canonical == url;
        let apart = url_a != url_b;
        match (apart && names(canonical_a, url_b), apart && names(canonical_b, url_a)) {
            (true, true) => Some((Direction::Unknown, Basis::Conflict)),
            (true, false) => Some(self.claim(b, a, Direction::Backward, Basis::Canonical)),
            (false, true) => Some(self.claim(a, b, Direction::Forward, Basis::Canonical)),
            (false, false) => {
                let third = names(canonical_a, canonical_b) && canonical_a != url_a && canonical_b != url_b;
                third.then_some((Direction::Common, Basis::Canonical))
            }
        }
    }

    /// A direction that names `origin` as what `copy` has it from, unless the dates prove it wrong for every version of
    /// the origin.
    fn claim(
        &self,
        origin: DocumentIndex,
        copy: DocumentIndex,
        direction: Direction,
        basis: Basis,
    ) -> (Direction, Basis) {
        let is_before = match (&self.index.metadata(copy).time, &self.first_times[origin.at()]) {
            (Some(copy), Some(first)) => copy.is_before(first),
            _ => false,
        };
        match is_before {
            true => (Direction::Unknown, Basis::Conflict),
            false => (direction, basis),
        }
    }

    fn dated(&self, a: DocumentIndex, b: DocumentIndex) -> (Direction, Basis) {
        let (x, y) = (&self.index.metadata(a).time, &self.index.metadata(b).time);
        match (x, y) {
            (Some(x), Some(y)) if x.is_before(y) => (Direction::Forward, Basis::Date),
            (Some(x), Some(y)) if y.is_before(x) => (Direction::Backward, Basis::Date),
            (Some(_), Some(_)) => (Direction::Unknown, Basis::Tie),
            _ => (Direction::Unknown, Basis::NoDate),
        }
    }
}

fn basis(agency: bool) -> Basis {
    if agency { Basis::Agency } else { Basis::Credit }
}

/// What versions of one article have in common, outlet and address; `None` where either is not known.
pub(crate) fn version_key(metadata: &Metadata, names: &Outlets) -> Option<String> {
    let (outlet, address) = (names.key(&metadata.source), address(&metadata.url));
    (!outlet.is_empty() && !address.is_empty()).then(|| format!("{outlet}\0{address}"))
}

/// Parameters of an address that tell where a reader came from, and not which page it is.
const TRACKING: [&str; 9] = ["fbclid", "gclid", "cmp", "cmpid", "ref", "smid", "src", "source", "xtor"];

/// What an address is compared by: without scheme, `www.`, fragment, tracking parameters and final slash, the host in
/// lower case. Empty for the front page of a host, which is no article's own.
fn address(url: &str) -> String {
    let url = url.trim();
    if url.is_empty() {
        return String::new();
    }
    let rest = url.split_once("://").map_or(url, |(_, rest)| rest);
    let rest = rest.split('#').next().unwrap_or_default();
    let (page, query) = rest.split_once('?').unwrap_or((rest, ""));
    let (host, path) = page.trim_end_matches('/').split_once('/').unwrap_or((page.trim_end_matches('/'), ""));
    let host = host.to_lowercase();
    let host = host.strip_prefix("www.").unwrap_or(&host);
    let tracking = |pair: &&str| {
        let name = pair.split('=').next().unwrap_or_default();
        name.is_empty() || name.starts_with("utm_") || TRACKING.contains(&name)
    };
    let query: Vec<&str> = query.split('&').filter(|pair| !tracking(pair)).collect();
    if path.is_empty() && query.is_empty() {
        return String::new();
    }
    let mark = if query.is_empty() { "" } else { "?" };
    format!("{host}/{path}{mark}{}", query.join("&"))
}

#[cfg(test)]
mod tests {
    use super::super::Kind;
    use super::super::fixture::{Trial, article, own_words};
    use super::*;
    use crate::document::Document;

    #[test]
    fn addresses_are_compared_without_what_does_not_tell_pages_apart() {
        for url in ["https://www.Post.example/a/B/?utm_source=x#y", "http://post.example/a/B", "post.example/a/B/"] {
            assert_eq!(address(url), "post.example/a/B");
        }
        assert_ne!(address("https://post.example/?p=1"), address("https://post.example/?p=2"));
        assert_ne!(address("https://post.example/a"), address("https://post.example/b"));
    }

    #[test]
    fn the_front_page_is_the_address_of_no_article() {
        for url in ["", "https://post.example", "https://www.post.example/#top"] {
            assert_eq!(address(url), "");
        }
    }

    const PROSE: &str = "the ferry sank beside the old stone quay before any help came";

    /// An article of its own words, with prose that all of these share, and a last line.
    fn told(id: &str, outlet: &str, date: &str, line: &str) -> Document {
        article(id, outlet, date, &format!("{} {PROSE} {}.\n\n{line}", own_words(40), own_words(40)))
    }

    fn credit(outlet: &str) -> String {
        format!("This article was first published by the {outlet}.")
    }

    fn linked(document: Document, url: &str, canonical: &str) -> Document {
        let metadata = Metadata { url: url.into(), canonical: canonical.into(), ..document.metadata };
        Document { metadata, ..document }
    }

    #[track_caller]
    fn check(a: Document, b: Document, direction: Direction, basis: Basis) {
        // Lines that give the same credit are an overlap too: a formula.
        let mut all = Trial::new(vec![a, b]).between("a", "b");
        all.retain(|judged| judged.kind != Kind::Formula);
        let told: Vec<_> = all.iter().map(|judged| (judged.direction, judged.basis)).collect();
        assert_eq!(told, [(direction, Some(basis))]);
    }

    const DAY_1: &str = "2031-05-01";
    const DAY_2: &str = "2031-05-02";

    #[test]
    fn without_other_evidence_dates_tell() {
        let pair = |x: &str, y: &str| (told("a", "Lisk Herald", x, ""), told("b", "Sorrel Post", y, ""));
        for (x, y, direction, basis) in [
            (DAY_1, DAY_2, Direction::Forward, Basis::Date),
            ("2031-05-01T08:00:00Z", "2031-05-01T08:05:00Z", Direction::Forward, Basis::Date),
            (DAY_1, DAY_1, Direction::Unknown, Basis::Tie),
            (DAY_1, "2031-05-01T23:00:00Z", Direction::Unknown, Basis::Tie),
            ("2031-05", DAY_2, Direction::Unknown, Basis::Tie),
            (DAY_1, "", Direction::Unknown, Basis::NoDate),
            ("", "", Direction::Unknown, Basis::NoDate),
        ] {
            let (a, b) = pair(x, y);
            check(a, b, direction, basis);
        }
    }

    #[test]
    fn who_credits_the_other_has_it_from_there() {
        for (x, y) in [(DAY_1, DAY_2), (DAY_1, DAY_1), ("", "")] {
            let (a, b) = (told("a", "Lisk Herald", x, ""), told("b", "Sorrel Post", y, &credit("Lisk Herald")));
            check(a, b, Direction::Forward, Basis::Credit);
        }
        for (x, y) in [(DAY_1, DAY_1), (DAY_1, ""), ("", "")] {
            let (a, b) = (told("a", "Lisk Herald", x, &credit("Sorrel Post")), told("b", "sorrelpost.com", y, ""));
            check(a, b, Direction::Backward, Basis::Credit);
        }
    }

    #[test]
    fn a_credit_that_the_dates_prove_wrong_is_a_conflict() {
        let (a, b) = (told("a", "Lisk Herald", DAY_1, &credit("Sorrel Post")), told("b", "Sorrel Post", DAY_2, ""));
        check(a, b, Direction::Unknown, Basis::Conflict);
    }

    #[test]
    fn two_that_credit_each_other_are_a_conflict() {
        let a = told("a", "Lisk Herald", DAY_1, &credit("Sorrel Post"));
        let b = told("b", "Sorrel Post", DAY_2, &credit("Lisk Herald"));
        check(a, b, Direction::Unknown, Basis::Conflict);
    }

    #[test]
    fn a_credit_of_somebody_else_tells_nothing_unless_both_give_it() {
        let other = credit("Orrin Gazette");
        let (a, b) = (told("a", "Lisk Herald", DAY_1, ""), told("b", "Sorrel Post", DAY_2, &other));
        check(a, b, Direction::Forward, Basis::Date);
        let (a, b) = (told("a", "Lisk Herald", DAY_1, &other), told("b", "Sorrel Post", DAY_2, &other));
        check(a, b, Direction::Common, Basis::Credit);
    }

    #[test]
    fn an_agency_is_named_as_such() {
        let line = credit("Reuters");
        let (a, b) = (told("a", "Lisk Herald", DAY_1, &line), told("b", "Sorrel Post", DAY_2, &line));
        check(a, b, Direction::Common, Basis::Agency);
        let (a, b) = (told("a", "Reuters", DAY_1, ""), told("b", "Sorrel Post", DAY_2, &line));
        check(a, b, Direction::Forward, Basis::Agency);
        // One alone has it from there, but the other may have it from him.
        let (a, b) = (told("a", "Lisk Herald", DAY_1, ""), told("b", "Sorrel Post", DAY_2, &line));
        check(a, b, Direction::Forward, Basis::Date);
    }

    #[test]
    fn a_canonical_link_names_the_original() {
        let (x, y) = ("https://herald.example/1", "https://post.example/2");
        let pair = |first: (&str, &str), second: (&str, &str), second_day: &str| {
            let a = linked(told("a", "Lisk Herald", DAY_1, ""), first.0, first.1);
            (a, linked(told("b", "Sorrel Post", second_day, ""), second.0, second.1))
        };
        for (first, second, day, direction, basis) in [
            ((x, ""), (y, x), DAY_2, Direction::Forward, Basis::Canonical),
            ((x, x), (y, "http://www.herald.example/1/"), DAY_2, Direction::Forward, Basis::Canonical),
            ((x, y), (y, y), DAY_1, Direction::Backward, Basis::Canonical),
            ((x, y), (y, ""), DAY_2, Direction::Unknown, Basis::Conflict),
            ((x, y), (y, x), DAY_2, Direction::Unknown, Basis::Conflict),
            ((x, "wire.example/3"), (y, "wire.example/3"), DAY_2, Direction::Common, Basis::Canonical),
            ((x, x), (y, y), DAY_2, Direction::Forward, Basis::Date),
            (("", ""), ("", ""), DAY_2, Direction::Forward, Basis::Date),
            ((x, "wire.example/"), (y, "wire.example"), DAY_2, Direction::Forward, Basis::Date),
        ] {
            let (a, b) = pair(first, second, day);
            check(a, b, direction, basis);
        }
    }

    #[test]
    fn a_credit_stands_above_a_link_and_a_link_above_dates() {
        let (x, y) = ("https://herald.example/1", "https://post.example/2");
        let a = linked(told("a", "Lisk Herald", DAY_1, ""), x, y);
        let b = linked(told("b", "Sorrel Post", DAY_1, &credit("Lisk Herald")), y, "");
        check(a, b, Direction::Forward, Basis::Credit);
        let other = credit("Orrin Gazette");
        let a = linked(told("a", "Lisk Herald", DAY_1, &other), x, y);
        let b = linked(told("b", "Sorrel Post", DAY_1, &other), y, "");
        check(a, b, Direction::Common, Basis::Credit);
    }

    #[test]
    fn what_both_quote_is_a_third_partys_unless_one_credits_the_other() {
        let quote = |id: &str, outlet: &str, date: &str, line: &str| {
            article(id, outlet, date, &format!("{} “{PROSE}” {}.\n\n{line}", own_words(40), own_words(40)))
        };
        let a = || quote("a", "Lisk Herald", DAY_1, "");
        check(a(), quote("b", "Sorrel Post", DAY_2, ""), Direction::Common, Basis::Quotation);
        check(a(), quote("b", "Sorrel Post", "", ""), Direction::Common, Basis::Quotation);
        check(a(), quote("b", "Sorrel Post", DAY_2, &credit("Lisk Herald")), Direction::Forward, Basis::Credit);
        check(a(), told("b", "Sorrel Post", DAY_2, ""), Direction::Forward, Basis::Date);
    }

    #[test]
    fn versions_of_an_article_are_of_one_outlet_and_one_address() {
        let kind = |second: Document| {
            Trial::new(vec![linked(told("a", "Lisk Herald", DAY_1, ""), "h.example/1", ""), second]).only("a", "b").kind
        };
        let again = |outlet: &str, url: &str| linked(told("b", outlet, DAY_2, ""), url, "");
        assert_eq!(kind(again("The Lisk Herald", "https://www.h.example/1?utm_source=x")), Kind::Revision);
        assert_eq!(kind(again("Lisk Herald", "h.example/2")), Kind::SelfReuse);
        assert_eq!(kind(again("Lisk Herald", "")), Kind::SelfReuse);
        assert_eq!(kind(again("Sorrel Post", "h.example/1")), Kind::Unattributed);
        assert_eq!(kind(again("", "h.example/1")), Kind::Unattributed);
    }

    #[test]
    fn a_credit_is_right_if_the_first_version_of_what_it_credits_was_there() {
        for (url, expected) in
            [("h.example/1", (Direction::Backward, Basis::Credit)), ("", (Direction::Unknown, Basis::Conflict))]
        {
            let version = |id: &str, date: &str| linked(told(id, "Lisk Herald", date, ""), url, "");
            let copy = told("b", "Sorrel Post", "2031-05-03", &credit("Lisk Herald"));
            let trial = Trial::new(vec![version("a", DAY_1), copy, version("c", "2031-05-09")]);
            let judged = trial.only("b", "c");
            assert_eq!((judged.direction, judged.basis), (expected.0, Some(expected.1)), "{url:?}");
            let judged = trial.only("a", "b");
            assert_eq!((judged.direction, judged.basis), (Direction::Forward, Some(Basis::Credit)));
        }
    }

    #[test]
    fn two_datelines_of_different_outlets_make_an_agency() {
        let story =
            |id: &str, outlet: &str| article(id, outlet, DAY_1, &format!("LISK (Estrel) – {} {PROSE}.", own_words(40)));
        check(story("a", "Lisk Herald"), story("b", "Sorrel Post"), Direction::Common, Basis::Agency);
        check(story("a", "Lisk Herald"), story("b", "Lisk Herald"), Direction::Common, Basis::Credit);
    }

    #[test]
    fn a_formula_and_what_one_article_repeats_come_from_nowhere() {
        let names = "Ada Venn, Jonas Orrin, Mira Sorrel, Tobias Lund, Petra Brannoch";
        let text = || format!("{} {names} {}", own_words(60), own_words(60));
        let judged =
            Trial::new(vec![article("a", "Lisk Herald", DAY_1, &text()), article("b", "Sorrel Post", DAY_2, &text())])
                .only("a", "b");
        assert_eq!((judged.kind, judged.direction, judged.basis), (Kind::Formula, Direction::Unknown, None));
        let twice = format!("{PROSE}. {}. {PROSE}.", own_words(60));
        let judged = Trial::new(vec![article("a", "Lisk Herald", DAY_1, &twice)]).only("a", "a");
        assert_eq!((judged.kind, judged.direction, judged.basis), (Kind::SelfReuse, Direction::Unknown, None));
    }
}
