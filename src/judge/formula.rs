//! Formula: names, titles, places, dates and the set phrases around them. A shared run of these tells nothing about who
//! wrote it. Told by the words alone, from fixed tables and capital letters, so that a label never flips as a corpus
//! grows.

use super::quotes::{Quotation, words_inside_any};
use crate::align::{Found, is_common};
use crate::document::{DocumentIndex, TokenSpan};
use crate::index::{Index, ShortToken, is_dense};
use crate::text::{Boundaries, WordSet};
use rayon::prelude::*;
use std::cell::OnceCell;
use std::sync::LazyLock;

/// Information of a word, in halves: frequent words of news tell half as much as those that are in no table.
const FREQUENT_WORD: u32 = 1;
const OTHER_WORD: u32 = 2;
/// Halves below which an overlap is a set phrase, and the words up to which it may be.
const INFORMATION: u32 = 6;
const PHRASE: u32 = 12;
/// The same for so short a run in two articles so many seconds apart: whoever copies, copies fresh words.
const INFORMATION_APART: u32 = 9;
const SHORT: u32 = 10;
const APART: i64 = 14 * 86_400;
/// An overlap of less than one half in so many words is a list, if a third of its words are names.
const INFORMATION_SHARE: u32 = 3;
/// Halves below which it holds nothing but names. Within one outlet, where a phrase is likely from the same pen, only
/// this is a formula.
const INFORMATION_OWN: u32 = 2;
/// Equal words above which an overlap is no formula.
const LONGEST: u32 = 40;
/// A pair that shares so much unquoted text of its shorter article, one part in so many, is copied: its short rows are no
/// accident.
const COPIED: u32 = 4;
/// Share of capitals inside sentences above which they tell nothing: titles have them on every word, and German on every
/// noun.
const CAPITALS: f64 = 0.5;
const CAPITALS_GERMAN: f64 = 0.2;
/// Tokens of an article that are looked at for it.
const SAMPLE: usize = 150;

/// Offices, bodies and the verbs and nouns of reporting: they come with names, and choose nothing.
static SET_WORDS: LazyLock<WordSet> = LazyLock::new(|| {
    WordSet::new(
        "acting administration administrator adviser advisers advisor advisors agency aide aides ambassador analyst \
         assembly assistant associate association attorney authority bank bishop board bureau campaign candidate captain \
         center centre chair chairman chairwoman chancellor chief cabinet city co-chair coach colonel commander \
         commission commissioner committee company conference congress congressman congresswoman conservative \
         consul coordinator correspondent corporation council councillor counsel counsellor county court \
         criminologist defense defence delegation democrat democratic democrats department deputy director district \
         division economist editor embassy envoy executive expert father federal federation fellow firm force foreign \
         former foundation founder general governor group head home house institute institution intelligence \
         interim international joint judge justice king labor labour lawmaker lawmakers lawyer leader legislator \
         liberal lieutenant lord majority manager mayor member members minister ministers ministry minority mission \
         mother mp nation national nominee north office officer officers official officials ombudsman opposition \
         organization organisation parliament parliamentary partner party pastor police policy political president \
         presidential premier press priest prime prince princess principal professor prosecutor province public queen \
         ranking region regional representative representatives republican republicans researcher retired running-mate \
         school scientist secretary security senate senator senators senior sergeant service sheriff society son \
         south speaker spokesman spokesperson spokeswoman staff state states strategist supreme team territory \
         top treasurer treasury union united university vice wife husband brother sister daughter who's \
         according account added adding announced announcement announcing answered anonymity asked authorized \
         authorised briefing briefed called calls comment commented comments condition conditions declined \
         discuss email e-mail interview interviewed issued letter matter news newspaper publicly quoted reached \
         released reply request requests respond responded response reporters reported reports show source sources \
         speaking speech spoke spoken statement statements telephone television testified testimony told tweet tweeted \
         twitter wrote written immediately familiar \
         january february march april may june july august september october november december jan feb mar apr jun jul \
         aug sept sep oct nov dec monday tuesday wednesday thursday friday saturday sunday today tomorrow yesterday \
         morning afternoon evening night week weekend month months days weeks earlier later ago noon midnight \
         präsident präsidentin minister ministerin bundeskanzler kanzler sprecher sprecherin vorsitzende vorsitzender \
         président présidente ministre porte-parole premier directeur directrice presidente ministro ministra portavoz \
         director directora adults cell cellphone chosen error interviews landline margin minus nationwide percentage plus \
         points randomly registered respondents sample sampling million billion percent per cent hundred thousand dollars euros pounds",
    )
});

/// Small words of German, and of no other language with as many capitals.
static GERMAN: LazyLock<WordSet> = LazyLock::new(|| {
    WordSet::new("der die das den dem des und ist nicht mit von ein eine einen auf für sich auch bei nach wird werden")
});

/// Words that are frequent in any news, the commonest of all left out.
static FREQUENT: LazyLock<WordSet> = LazyLock::new(|| WordSet::new(include_str!("frequent.txt")));

/// How little an overlap tells about who wrote it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Formula {
    /// It tells something.
    No,
    /// Long, and yet nearly all names: a list.
    List,
    /// A set phrase with few frequent words of its own.
    Phrase,
    /// Names and titles, nothing else.
    Names,
}

/// What each overlap is. `quotations` are those of the articles, in their order.
pub(crate) fn formulas(index: &Index, found: &[Found], quotations: &[Vec<Quotation>]) -> Vec<Formula> {
    found
        .par_chunk_by(|x, y| x.b == y.b)
        .map_init(Default::default, |buffers: &mut (Sheet, Sheet, Vec<u8>), of_later| {
            let pairs = of_later.chunk_by(|x, y| x.a == y.a);
            pairs.flat_map(|pair| of_pair(index, pair, &quotations[pair[0].b.at()], buffers)).collect::<Vec<Formula>>()
        })
        .flatten_iter()
        .collect()
}

/// What each overlap of two articles is. `quotations` are those of the later one.
fn of_pair(
    index: &Index,
    pair: &[Found],
    quotations: &[Quotation],
    buffers: &mut (Sheet, Sheet, Vec<u8>),
) -> Vec<Formula> {
    let (own, other, tokens) = buffers;
    let (a, b) = (pair[0].a, pair[0].b);
    let copied = pair.iter().any(|f| f.overlap.matched() <= LONGEST) && a != b && {
        // Two reports that quote the same speech at length need not have a line of their own in common.
        let mut runs: Vec<TokenSpan> =
            pair.iter().flat_map(|f| f.runs(true)).map(|r| TokenSpan::new(r.start as u32, r.end as u32)).collect();
        let quoted = words_inside_any(quotations, &mut runs);
        let all = crate::cluster::covered(runs.iter().map(|r| (r.start, r.end)).collect());
        (all - quoted) * COPIED >= index.words(a).min(index.words(b))
    };
    pair.iter()
        .map(|f| {
            if f.overlap.matched() > LONGEST || copied || chooses(index, f, tokens) {
                return Formula::No;
            }
            if own.document != Some(b) {
                own.read(index, b);
            }
            if a != b && other.document != Some(a) {
                other.read(index, a);
            }
            let first = if a == b { &*own } else { &*other };
            weigh(index, f, first, own).formula(index, f)
        })
        .collect()
}

/// Whether an overlap is no formula whatever its capitals say: they can at best make every word a name, which does not
/// help graphemes.
fn chooses(index: &Index, f: &Found, buffer: &mut Vec<u8>) -> bool {
    let tokens = index.tokens_anywhere(f.a, buffer);
    f.overlap.blocks.iter().any(|b| tokens[b.a as usize..b.a_end() as usize].iter().any(is_dense))
}

/// What is read of an article to tell its names.
#[derive(Default)]
struct Sheet {
    document: Option<DocumentIndex>,
    spans: Vec<crate::document::ByteSpan>,
    paragraphs: Vec<crate::document::Paragraph>,
    /// Whether a capital inside a sentence marks a name, once that was asked.
    capitals_tell: OnceCell<bool>,
}

impl Sheet {
    fn read(&mut self, index: &Index, document: DocumentIndex) {
        self.document = Some(document);
        index.spans(document, &mut self.spans);
        self.paragraphs.clear();
        self.paragraphs.extend(index.paragraphs(document));
        self.capitals_tell = OnceCell::new();
    }

    fn capitals_tell(&self, index: &Index, document: DocumentIndex) -> bool {
        *self.capitals_tell.get_or_init(|| self.ask_capitals(index, document))
    }

    fn ask_capitals(&self, index: &Index, document: DocumentIndex) -> bool {
        let layout = self.layout(index, document);
        let sample = &index.tokens(document)[..self.spans.len().min(SAMPLE)];
        let german = sample.iter().filter(|t| GERMAN.contains(t.get())).count();
        let least = if 10 * german > sample.len() { CAPITALS_GERMAN } else { CAPITALS };
        let letters = (0..sample.len()).filter_map(|at| Some((at, first_letter(&layout, at)?)));
        let inside = letters.filter(|&(at, _)| !begins_sentence(&layout, at));
        let (capitals, all) =
            inside.fold((0, 0), |(capitals, all), (_, letter)| (capitals + u32::from(letter.is_uppercase()), all + 1));
        f64::from(capitals) < least * f64::from(all)
    }

    fn layout<'a>(&'a self, index: &'a Index, document: DocumentIndex) -> Boundaries<'a> {
        Boundaries { text: index.text(document), spans: &self.spans, paragraphs: &self.paragraphs }
    }
}

fn begins_sentence(layout: &Boundaries<'_>, at: usize) -> bool {
    layout.before(at).stops_rim()
}

/// First letter of a token; `None` for numbers.
fn first_letter(layout: &Boundaries<'_>, at: usize) -> Option<char> {
    layout.text[layout.spans[at].range()].chars().next().filter(|c| c.is_alphabetic())
}

/// What the equal words of an overlap tell.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
struct Weight {
    /// Information of those that are in no list below, in halves.
    information: u32,
    /// Names on both sides, numbers, offices and words of reporting.
    names: u32,
}

impl Weight {
    fn formula(self, index: &Index, f: &Found) -> Formula {
        let Self { information, names } = self;
        let matched = f.overlap.matched();
        let least = if matched <= SHORT && weeks_apart(index, f) { INFORMATION_APART } else { INFORMATION };
        if information < INFORMATION_OWN {
            Formula::Names
        } else if f.a == f.b || index.same_outlet(f.a, f.b) {
            Formula::No
        } else if information < least && matched <= PHRASE {
            Formula::Phrase
        } else if information * INFORMATION_SHARE < matched && 3 * names >= matched {
            Formula::List
        } else {
            Formula::No
        }
    }
}

/// Whether two articles came out so far apart that a short run is the language of their subject.
fn weeks_apart(index: &Index, f: &Found) -> bool {
    match (&index.metadata(f.a).time, &index.metadata(f.b).time) {
        (Some(a), Some(b)) => b.start() - a.end() > APART,
        _ => false,
    }
}

/// Whether most equal words of a side are in capitals throughout: somebody shouts.
fn is_loud(layout: &Boundaries<'_>, f: &Found, later: bool) -> bool {
    let loud = |at: usize| {
        let word = &layout.text[layout.spans[at].range()];
        word.chars().nth(1).is_some() && !word.chars().any(char::is_lowercase)
    };
    let letters = f.runs(later).flatten().filter(|&at| first_letter(layout, at).is_some());
    let (count, all) = letters.fold((0, 0), |(count, all), at| (count + usize::from(loud(at)), all + 1));
    2 * count > all
}

/// Weighs the equal words of an overlap, the commonest left out.
fn weigh(index: &Index, f: &Found, a: &Sheet, b: &Sheet) -> Weight {
    let tokens: &[ShortToken] = index.tokens(f.a);
    let (la, lb) = (a.layout(index, f.a), b.layout(index, f.b));
    // Asked only where both sides have a capital at a word that is in no list.
    let tell = OnceCell::new();
    let tell = || {
        *tell.get_or_init(|| {
            a.capitals_tell(index, f.a)
                && b.capitals_tell(index, f.b)
                && !is_loud(&la, f, false)
                && !is_loud(&lb, f, true)
        })
    };
    // A capital that begins a sentence says nothing, unless the name goes on.
    let capital = |layout: &Boundaries<'_>, at: usize, letter: char| {
        let goes_on = || at + 1 < layout.spans.len() && first_letter(layout, at + 1).is_some_and(char::is_uppercase);
        letter.is_uppercase() && (!begins_sentence(layout, at) || goes_on())
    };
    let mut weight = Weight::default();
    for block in &f.overlap.blocks {
        for step in 0..block.len {
            let (a, b) = ((block.a + step) as usize, (block.b + step) as usize);
            let token = tokens[a].get();
            if is_common(token) {
                continue;
            }
            let name = SET_WORDS.contains(token)
                || match (first_letter(&la, a), first_letter(&lb, b)) {
                    (Some(x), Some(y)) => capital(&la, a, x) && capital(&lb, b, y) && tell(),
                    _ => true,
                };
            match name {
                true => weight.names += 1,
                false if FREQUENT.contains(token) => weight.information += FREQUENT_WORD,
                false => weight.information += OTHER_WORD,
            }
        }
    }
    weight
}

#[cfg(test)]
mod tests {
    use super::super::Kind;
    use super::super::fixture::{Trial, article, own_words};

    /// What a run is that two long articles of these outlets share. `own` writes the words around it.
    fn kind_of(run: [&str; 2], outlets: [&str; 2], own: impl Fn(usize) -> String) -> Kind {
        let text = |run: &str| format!("{}, {run}, {}.", own(60), own(60));
        let one = article("a", outlets[0], "2031-05-01", &text(run[0]));
        let other = article("b", outlets[1], "2031-05-02", &text(run[1]));
        Trial::new(vec![one, other]).only("a", "b").kind
    }

    fn between(run: &str) -> Kind {
        kind_of([run, run], ["Herald", "Post"], own_words)
    }

    /// Names of so many people, two words each.
    fn names(people: usize) -> String {
        let first = ["Ada", "Jonas", "Mira", "Tobias", "Petra", "Orla", "Silas", "Wenzel"];
        (0..people).map(|at| format!("{} Venn{at}", first[at % 8])).collect::<Vec<_>>().join(", ")
    }

    #[test]
    fn names_titles_and_dates_are_a_formula() {
        for run in [
            "Prime Minister Ada Venn of Lisk and Foreign Secretary Jonas Orrin of Sorrel",
            "on Monday, May 5, 2031, at 9 p.m. in the city council of Lisk",
            "said the spokesman of the Aldermere Police Department in a statement on Monday",
            "who spoke on condition of anonymity as they were not authorized to speak publicly",
        ] {
            assert_eq!(between(run), Kind::Formula, "{run}");
        }
        assert_eq!(between(&names(6)), Kind::Formula);
    }

    #[test]
    fn prose_is_none_even_with_names_in_it() {
        for run in [
            "the ferry sank beside the old stone quay before any help came",
            "Ada Venn and Jonas Orrin of the Lisk City Council burned their ledgers behind the mill",
        ] {
            assert_eq!(between(run), Kind::Unattributed, "{run}");
        }
    }

    #[test]
    fn a_list_with_few_other_words_is_one_up_to_one_in_six() {
        // Three words that are in no table are six halves.
        assert_eq!(between(&format!("{}, quay, mill, heron", names(7))), Kind::Unattributed, "17 words");
        assert_eq!(between(&format!("{}, quay, mill, heron", names(8))), Kind::Formula, "19 words");
        assert_eq!(between(&format!("{}, quay, mill", names(4))), Kind::Formula, "four halves are too few anyway");
    }

    #[test]
    fn more_than_forty_words_are_none() {
        let of = |people: usize| {
            let run = names(people);
            kind_of([&run, &run], ["Herald", "Post"], |n| own_words(2 * n))
        };
        assert_eq!(of(20), Kind::Formula);
        assert_eq!(of(21), Kind::Unattributed);
    }

    #[test]
    fn a_name_must_be_one_on_both_sides() {
        let names = "Rose Heron, Olive Mason, Ash Fisher, Clay Miller, Dawn Carter";
        assert_eq!(between(names), Kind::Formula);
        assert_eq!(kind_of([names, &names.to_lowercase()], ["Herald", "Post"], own_words), Kind::Unattributed);
    }

    #[test]
    fn a_capital_that_begins_a_sentence_is_no_name_unless_it_goes_on() {
        let run = |join: &str| ["Herons rose", "Carters slept", "Millers sang", "Masons drank"].join(join);
        assert_eq!(between(&format!("at last. {}. There", run(". "))), Kind::Unattributed);
        let people = "Ada Venn. Jonas Orrin. Mira Sorrel. Tobias Lund. Petra Brannoch";
        assert_eq!(between(&format!("at last. {people}. There")), Kind::Formula);
    }

    #[test]
    fn german_nouns_are_no_names() {
        let run = "der Fischmarkt und die Brandmauer mit den Heringen und dem Salzfass auf dem Kornspeicher";
        assert_eq!(between(run), Kind::Formula, "in a text without capitals they would be");
        let german = |n: usize| {
            let words = own_words(n);
            let nouns = |(at, word): (usize, &str)| match at % 6 {
                0 | 3 => word.replace("own", "Own"),
                1 => "und".to_owned(),
                _ => word.to_owned(),
            };
            words.split(' ').enumerate().map(nouns).collect::<Vec<_>>().join(" ")
        };
        assert_eq!(kind_of([run, run], ["Herald", "Post"], german), Kind::Unattributed);
    }

    #[test]
    fn texts_in_capitals_hide_no_prose() {
        let run = "the ferry sank beside the old stone quay before any help came";
        let loud = run.to_uppercase();
        assert_eq!(kind_of([&loud, &loud], ["Herald", "Post"], |n| own_words(n).to_uppercase()), Kind::Unattributed);
        let title = "The Ferry Sank Beside The Old Stone Quay Before Any Help Came";
        let titled = |n| own_words(n).replace("own", "Own");
        assert_eq!(kind_of([title, title], ["Herald", "Post"], titled), Kind::Unattributed);
    }

    #[test]
    fn who_shouts_in_a_quiet_text_is_no_list_of_names() {
        let loud = "THE FERRY GUILD LIED ABOUT ITS BRIDGES AGAIN AND MUST APOLOGISE NOW";
        assert_eq!(between(loud), Kind::Unattributed);
        assert_eq!(between("Ada Venn of NATO, Jonas Orrin of UNESCO and Mira Lund of FIFA"), Kind::Formula);
    }

    #[test]
    fn a_phrase_that_stands_often_in_both_makes_no_copy() {
        let text = || {
            let line = || format!("{} {} {}.", own_words(40), names(6), own_words(40));
            (0..6).map(|_| line()).collect::<Vec<_>>().join("\n\n")
        };
        let trial = Trial::new(vec![
            article("a", "Herald", "2031-05-01", &text()),
            article("b", "Post", "2031-05-02", &text()),
        ]);
        let between = trial.between("a", "b");
        assert!(between.len() > 5 && between.iter().all(|judged| judged.kind == Kind::Formula), "{between:?}");
    }

    #[test]
    fn scripts_without_spaces_have_none() {
        let run = "外務大臣と首相と市長と知事と議長と判事と警察署長と報道官";
        assert_ne!(between(run), Kind::Formula);
    }

    #[test]
    fn a_pair_that_shares_a_quarter_of_the_shorter_is_copied() {
        let run = names(6); // of 12 words
        let pair = |own: usize| {
            let text = |own: usize| format!("{}, {run}.", own_words(own));
            let one = article("a", "Herald", "2031-05-01", &text(own));
            let other = article("b", "Post", "2031-05-02", &text(100));
            Trial::new(vec![one, other]).only("a", "b").kind
        };
        assert_eq!(pair(36), Kind::Unattributed);
        assert_eq!(pair(37), Kind::Formula);
    }

    #[test]
    fn within_one_outlet_names_and_titles_alone_are_one() {
        let run = format!("{} near the quay", names(5));
        assert_eq!(kind_of([&run, &run], ["Herald", "Post"], own_words), Kind::Formula);
        assert_eq!(kind_of([&run, &run], ["Herald", "Herald"], own_words), Kind::SelfReuse);
        assert_eq!(kind_of([&names(5), &names(5)], ["Herald", "Herald"], own_words), Kind::Formula);
    }

    #[test]
    fn what_stands_between_marks_on_both_sides_is_none() {
        let (bare, marked) = (names(6), format!("“{}”", names(6)));
        let outlets = ["Herald", "Post"];
        assert_eq!(kind_of([&marked, &marked], outlets, own_words), Kind::Quotation);
        assert_eq!(kind_of([&bare, &marked], outlets, own_words), Kind::Formula);
        assert_eq!(kind_of([&marked, &bare], outlets, own_words), Kind::Formula);
    }

    #[test]
    fn words_of_a_formula_are_unique_and_not_seen_before() {
        let text = || format!("{}, {}, {}.", own_words(60), names(6), own_words(60));
        let documents =
            vec![article("a", "Herald", "2031-05-01", &text()), article("b", "Post", "2031-05-02", &text())];
        let trial = Trial::new(documents);
        assert_eq!(trial.words("b", Kind::Formula), 12);
        assert_eq!(trial.judgement.sheets[1].seen_before, 0);
        assert_eq!(trial.judgement.sheets[1].paragraphs[0].unique_words, 132);
    }
}
