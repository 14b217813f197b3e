//! Whom an article credits: credit lines, agency bylines and datelines, republication notes.
//! Reads what the article says; whether the one named is in the corpus is not its matter.
//!
//! A false credit excuses theft, so doubt means none. Credits are looked for only where they stand: in the first and
//! the last paragraphs and in short ones, and there in sentences of a few known forms, from whose start every word is
//! accounted for ("This article was first published by …"). A name after such a form may be any capitalised one;
//! where people and institutions stand as well ("Source: …", "H/T …", "… contributed to this report") it must be an
//! agency, a known outlet, or look like the name of one: it holds a word such as "Times", or is a web address.
//! Attribution of facts ("according to", "told Reuters") and picture credits ("Jane Roe/AP") are no credits.
//!
//! Not read: datelines without brackets ("dpa Berlin."), marks in the brackets of East Asian papers, credits in the
//! middle of long paragraphs.

use crate::document::{ByteSpan, Paragraph};
use crate::index::ShortToken;
use crate::outlet::{self, Outlets};
use crate::text::WordSet;
use ahash::AHashMap;
use std::sync::LazyLock;

/// A credit that an article gives.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Credit {
    /// The outlet or agency named, as printed, without "the" of the sentence around it where that is no part of the name.
    pub name: String,
    /// The words that give it.
    pub bytes: ByteSpan,
    /// Whether it is an agency ([`Outlets::is_agency`]).
    pub agency: bool,
    /// Whether a dateline gives it: "LISK (ESTREL) –".
    pub dateline: bool,
}

impl Credit {
    /// What the one named is compared by: as [`Outlets::key`], but an agency also by the short forms that count only
    /// where agencies stand.
    pub fn key(&self, outlets: &Outlets) -> String {
        if self.agency { outlets.mark_key(&self.name) } else { outlets.key(&self.name) }
    }
}

/// Paragraphs at the start and at the end of an article in which credits stand.
const HEAD: usize = 4;
const TAIL: usize = 4;
/// A paragraph of at most so many words is looked at wherever it stands.
const SHORT: u32 = 30;
/// Of a long paragraph only so many bytes at either end are read: some articles are one single paragraph.
const REACH: usize = 900;
/// A sentence that gives a credit has at most so many words.
const SENTENCE: usize = 60;
/// A name has at most so many words.
const NAME: usize = 7;

/// The credits of an article, in the order of the text, each name once. `tokens` and `spans` are those of the text.
pub fn credits(
    text: &str,
    tokens: &[ShortToken],
    spans: &[ByteSpan],
    paragraphs: &[Paragraph],
    outlets: &Outlets,
) -> Vec<Credit> {
    let mut finder = Finder { text, outlets, found: Vec::new(), dateline: false };
    let count = paragraphs.len();
    let mut words = Vec::new();
    for (at, paragraph) in paragraphs.iter().enumerate() {
        let place = Place { at, left: count - 1 - at };
        if !place.head() && !place.tail() && paragraph.tokens.len() > SHORT {
            continue;
        }
        let range = paragraph.bytes.range();
        if text.get(range.clone()).is_none() {
            continue;
        }
        if place.head() {
            finder.dateline = true;
            finder.dateline(range.clone());
            finder.dateline = false;
            finder.bylines(range.clone(), place);
        }
        if place.left == 0 {
            finder.end_mark(range.clone());
        }
        if !has_cue(text, tokens, spans, paragraph) {
            continue;
        }
        let (first, last) = ends(text, range, place);
        if let Some(zone) = first {
            split(text, zone, &mut words);
            finder.sentences(&words, place);
        }
        if let Some(zone) = last {
            split(text, zone, &mut words);
            // The first sentence has lost its start.
            let whole = (1..words.len()).find(|&at| words[at].begins).unwrap_or(words.len());
            finder.sentences(&words[whole..], place);
        }
    }
    finder.finish()
}

/// Words that announce a credit anywhere, by their tokens.
static CUE_TOKENS: LazyLock<WordSet> = LazyLock::new(|| {
    let anywhere = CUES.iter().filter(|(_, cue)| !matches!(cue, Cue::Opening)).map(|(&word, _)| word);
    // The c of "(c)".
    WordSet::new(&anywhere.chain(["c"]).collect::<Vec<_>>().join(" "))
});

/// Words that announce one at the start of a sentence or a bracket.
static OPENING_TOKENS: LazyLock<WordSet> = LazyLock::new(|| {
    let openings = CUES.iter().filter(|(_, cue)| matches!(cue, Cue::Opening)).map(|(&word, _)| word);
    WordSet::new(&openings.chain(["avec mit con com"]).collect::<Vec<_>>().join(" "))
});

/// Whether a paragraph has a word, or the sign, that a credit cannot do without. Few have: the rest is not cut into words.
fn has_cue(text: &str, tokens: &[ShortToken], spans: &[ByteSpan], paragraph: &Paragraph) -> bool {
    let bytes = text.as_bytes();
    let opens = |at: usize| {
        let start = spans[at].start as usize;
        bytes[start].is_ascii_uppercase() || start > 0 && matches!(bytes[start - 1], b'(' | b'[')
    };
    let cue = |at: usize| {
        let token = tokens[at].get();
        CUE_TOKENS.contains(token) || OPENING_TOKENS.contains(token) && opens(at)
    };
    paragraph.tokens.range().any(cue) || memchr::memmem::find(&bytes[paragraph.bytes.range()], "©".as_bytes()).is_some()
}

/// Where a paragraph stands.
#[derive(Clone, Copy)]
struct Place {
    at: usize,
    /// Paragraphs after it.
    left: usize,
}

impl Place {
    fn head(self) -> bool {
        self.at < HEAD
    }

    fn tail(self) -> bool {
        self.left < TAIL
    }
}

type Range = std::ops::Range<usize>;

/// What of a paragraph is read: all of it, or of a long one what lies at the ends of the article.
fn ends(text: &str, range: Range, place: Place) -> (Option<Range>, Option<Range>) {
    if range.len() <= 2 * REACH {
        return (Some(range), None);
    }
    let mut first = range.start + REACH;
    while !text.is_char_boundary(first) {
        first -= 1;
    }
    let mut last = range.end - REACH;
    while !text.is_char_boundary(last) {
        last += 1;
    }
    (place.head().then_some(range.start..first), place.tail().then_some(last..range.end))
}

/// What stands between two white spaces.
#[derive(Clone, Copy, Debug)]
struct Word<'t> {
    raw: &'t str,
    /// Without what is no letter or digit at both ends.
    core: &'t str,
    start: usize,
    core_start: usize,
    /// Whether a sentence, or a line that is no soft wrap, begins here.
    begins: bool,
}

impl Word<'_> {
    fn end(&self) -> usize {
        self.start + self.raw.len()
    }

    fn core_end(&self) -> usize {
        self.core_start + self.core.len()
    }

    fn is(&self, word: &str) -> bool {
        self.core.eq_ignore_ascii_case(word)
    }

    fn is_any(&self, words: &str) -> bool {
        is_any(self.core, words)
    }

    /// What follows the core inside the word.
    fn after(&self) -> &str {
        &self.raw[self.core_start - self.start + self.core.len()..]
    }

    fn before(&self) -> &str {
        &self.raw[..self.core_start - self.start]
    }

    /// Whether it may be part of a name: capitalised, or of a script that has no capitals.
    fn is_capital(&self) -> bool {
        self.core.chars().next().is_some_and(|c| !c.is_lowercase())
    }

    /// Whether punctuation after it ends a name. A dot does not after an initial or a common abbreviation.
    fn closes(&self) -> bool {
        let after = self.after();
        match after.chars().next() {
            None => false,
            Some('.') => after.len() > 1 || !is_abbreviation(self.core),
            Some('\'' | '’' | '*' | '_') => after.chars().any(|c| matches!(c, ',' | ';' | ':' | '.' | ')')),
            Some(_) => true,
        }
    }
}

/// Whether a word is one of a list with spaces between them.
fn is_any(word: &str, words: &str) -> bool {
    if word.is_ascii() {
        words.split(' ').any(|w| w.eq_ignore_ascii_case(word))
    } else {
        let word = word.to_lowercase();
        words.split(' ').any(|w| w == word)
    }
}

fn is_abbreviation(core: &str) -> bool {
    const SHORT_FORMS: &str = "\
        mr mrs ms dr st mt ft sen rep gov gen lt col sgt no vol jr sr prof rev u.s u.k n.y d.c p.m a.m feb jan aug \
        sept";
    core.chars().count() == 1 || is_any(core, SHORT_FORMS)
}

/// Splits `range` into words, and marks where sentences begin.
fn split<'t>(text: &'t str, range: Range, out: &mut Vec<Word<'t>>) {
    out.clear();
    let Some(zone) = text.get(range) else { return };
    let offset = zone.as_ptr() as usize - text.as_ptr() as usize;
    let mut end = 0;
    let mut line = 0;
    for raw in zone.split_whitespace() {
        let at = raw.as_ptr() as usize - zone.as_ptr() as usize;
        let gap = &zone.as_bytes()[end..at];
        let mut begins = out.last().is_none_or(|last| ends_sentence(last, raw));
        if gap != b" " && !out.is_empty() {
            // A line of this length may be wrapped; a shorter one ends on purpose. Two spaces are a lost line end.
            let wrapped = at - line >= 50;
            let breaks = memchr::memchr2(b'\n', b'\r', gap).is_some();
            begins |= breaks && !wrapped || gap.iter().filter(|&&b| b != b'\n' && b != b'\r').count() > 1;
            if breaks {
                line = at;
            }
        }
        end = at + raw.len();
        let start = offset + at;
        match glued(raw) {
            Some(cut) => {
                out.push(word(&raw[..cut], start, begins));
                out.push(word(&raw[cut..], start + cut, true));
            }
            None => out.push(word(raw, start, begins)),
        }
    }
}

fn word(raw: &str, start: usize, begins: bool) -> Word<'_> {
    let clean = |byte: Option<&u8>| byte.is_some_and(u8::is_ascii_alphanumeric);
    if clean(raw.as_bytes().first()) && clean(raw.as_bytes().last()) {
        return Word { raw, core: raw, start, core_start: start, begins };
    }
    let core = raw.trim_start_matches(|c: char| !c.is_alphanumeric());
    let core_start = start + raw.len() - core.len();
    let core = core.trim_end_matches(|c: char| !c.is_alphanumeric());
    Word { raw, core, start, core_start, begins }
}

/// Where a sentence begins inside a word, its space lost: `it.”The Associated Press contributed`.
fn glued(raw: &str) -> Option<usize> {
    let at = raw.find('.').filter(|at| at + 4 < raw.len())? + 1;
    let rest = raw[at..].trim_start_matches(['"', '”', '’', '\'']);
    let opens = ["The", "This", "Associated", "Copyright", "Material", "Originally"];
    opens.contains(&rest).then_some(raw.len() - rest.len())
}

fn ends_sentence(last: &Word, next: &str) -> bool {
    // Nearly every word ends in a letter or a comma.
    if last.raw.ends_with(|c: char| c.is_ascii_alphanumeric() || c == ',') {
        return false;
    }
    let ended = last.raw.trim_end_matches(['"', '”', '’', '\'', ')', ']', '»', '*', '_']);
    if matches!(last.raw, "|" | "•" | "·" | "———") {
        return true;
    }
    match ended.chars().next_back() {
        Some('!' | '?' | '…' | '。') => true,
        Some('.') => {
            let first = next.trim_start_matches(|c: char| !c.is_alphanumeric()).chars().next();
            let lower = first.is_some_and(char::is_lowercase) && !next.contains("/t");
            next == "This" || !lower && !is_abbreviation(last.core)
        }
        _ => false,
    }
}

/// What a word announces.
#[derive(Clone, Copy)]
enum Cue {
    Stood,
    Permission,
    Courtesy,
    Contributed,
    Contributing,
    Copyright,
    Staff,
    /// Only as the first word of a sentence.
    Opening,
}

/// Every word of the text is looked up here once: hence a table, unlike the lists that are asked only after a cue.
static CUES: LazyLock<AHashMap<&str, Cue>> = LazyLock::new(|| {
    let stood = VERBS.iter().map(|&(verb, _)| verb).chain(AGAIN.split(' ')).map(|verb| (verb, Cue::Stood));
    let others = [
        ("permission", Cue::Permission),
        ("courtesy", Cue::Courtesy),
        ("contributed", Cue::Contributed),
        ("contributing", Cue::Contributing),
        ("copyright", Cue::Copyright),
    ];
    let staff = STAFF.split(' ').map(|word| (word, Cue::Staff));
    let openings = [WITH, MORE, MATTER, SOURCES, "via h/t ht hat med met press news media"];
    let openings = openings.into_iter().flat_map(|list| list.split(' ')).map(|word| (word, Cue::Opening));
    openings.chain(staff).chain(stood).chain(others).collect()
});

fn cue(word: &str) -> Option<Cue> {
    // The longest is shorter: so no letter is folded for nothing.
    let mut folded = [0; 16];
    let folded = folded.get_mut(..word.len()).filter(|_| word.len() > 1)?;
    folded.copy_from_slice(word.as_bytes());
    folded.make_ascii_lowercase();
    CUES.get(std::str::from_utf8(folded).ok()?).copied()
}

/// Which names a form takes.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Takes {
    /// Any capitalised one: only an outlet stands here.
    Any,
    /// Agencies, known outlets, names that look like an outlet's or have an article, and single words: people have two.
    NoPerson,
    /// Agencies, known outlets and names that look like an outlet's.
    Outlet,
    /// Agencies, by their doubtful short forms too.
    Agency,
}

struct Finder<'t> {
    text: &'t str,
    outlets: &'t Outlets,
    /// With the key of the one named.
    found: Vec<(Credit, String)>,
    /// Whether a dateline is being read.
    dateline: bool,
}

/// Words of the sentence that say what is credited.
const NOUNS: &str = "\
    article story post column report piece essay commentary op-ed editorial item excerpt content text review \
    analysis blog dispatch interview feature entry oped artikel beitrag bericht artículo articulo texto nota \
    reportaje columna articolo testo pezzo artigo matéria reportagem press release news explainer investigation \
    transcript";

/// Words that point at the article itself.
const THIS: &str = "\
    this above following dieser dieses cet cette ce este esta questo questa esse essa";

/// Words that say that it stood elsewhere before.
const FIRST: &str = "\
    originally first previously initially zuerst ursprünglich zunächst initialement originellement abord \
    originalmente primero primera originariamente inizialmente primo earlier already d'abord d’abord";

/// Other words that may stand before the verb.
const FILLERS: &str = "\
    a an the of in with version versions longer shorter slightly different edited abridged updated part parts \
    portions was were is are has have had been also by here note editor's editor’s and wird wurde ist der die das \
    été est un fue ha sido se è stato foi del condensed it on our used kind special full express";

/// Verbs that say where an article stood, each with the words that lead to the outlet.
const VERBS: [(&str, &str); 20] = [
    ("appeared", "in on at"),
    ("appears", "in on at"),
    ("published", "in on at by"),
    ("posted", "on at by"),
    ("printed", "in by"),
    ("ran", "in on at"),
    ("produced", "by"),
    ("distributed", "by"),
    ("syndicated", "by from"),
    ("erschien", "in bei auf im"),
    ("erschienen", "in bei auf im"),
    ("veröffentlicht", "in bei auf im von"),
    ("publié", "dans sur par"),
    ("publicó", "en"),
    ("paru", "dans sur"),
    ("publicado", "en por no na em"),
    ("publicada", "en por no na em"),
    ("pubblicato", "su da in"),
    ("apareció", "en"),
    ("written", "by"),
];

/// Verbs that say by themselves that it stood elsewhere before.
const AGAIN: &str = "\
    republished reprinted reposted reproduced re-published re-printed re-posted cross-posted crossposted excerpted \
    adapted republicado repris shared";

/// Words of pictures: what they credit is no text.
const PICTURES: &str = "\
    photo photos photograph photographs photographer image images picture pictures pictured getty caption video \
    screengrab screenshot screen illustration graphic graphics foto fotos bild cartoon map footage photography embed \
    pool";

/// Carriers and picture sources that are no outlets.
const NO_OUTLETS: &str = "\
    twitter facebook youtube instagram tiktok reddit tumblr pinterest giphy flickr wikimedia wikipedia commons getty \
    shutterstock istock skype zoom whatsapp telegram email e-mail satellite google print page vimeo periscope \
    snapchat english german french spanish russian arabic chinese japanese i we he she it";

/// Words of time: "appeared in March", "first published on Monday".
const TIMES: &str = "\
    january february march april may june july august september october november december jan feb mar apr jun jul \
    aug sep sept oct nov dec monday tuesday wednesday thursday friday saturday sunday a.m p.m mon tue wed thu fri";

/// Words that end a name though they may be capitalised.
const STOPS: &str = "\
    on in at by under with from as to was is are has have all rights reserved read click copyright used via here \
    where who which contributed this that follow subscribe permission please licensed license see visit";

/// Small words inside names.
const JOINERS: &str = "\
    of the for de la le les el los las del della delle di da do der die das den du des van von";

/// Words that outlets have in their names. Surnames and common words of institutions are left out.
const OUTLET_WORDS: &str = "\
    news times press journal tribune herald gazette dispatch post-dispatch courier chronicle observer guardian \
    telegraph sentinel ledger examiner inquirer enquirer gazetteer newspaper newspapers newswire newsroom weekly \
    daily magazine radio television tv broadcasting bulletin bugle argus advertiser lantern mercury intelligencer \
    monitor post mail star mirror echo standard globe beacon bee record register patriot independent republican \
    democrat today digest spectator zeitung nachrichten tageblatt anzeiger rundschau kurier presse allgemeine \
    tagblatt morgenpost abendblatt diario periódico noticias gaceta correo jornal folha figaro nouvelles corriere \
    gazzetta giornale repubblica stampa courrier tijd dagblad telegraaf dagbladet nyheter nyhetsbyrå tidende газета";

/// Of these, the ones that are also surnames or short for a person's: not enough where people stand.
const DOUBTFUL: &str = "\
    post mail star mirror echo standard globe beacon bee record register mercury independent republican democrat \
    today patriot";

/// Words around what others gave: "With additional reporting by X", "Mit Material von X".
const WITH: &str = "with mit con com avec";
const MORE: &str = "additional some further original";
const MATTER: &str = "\
    reporting files material information contributions materials informationen información informaciones \
    informazioni informações inputs reports agenturmaterial report";
const LEADS: &str = "by from von vom der de di da do of del dell";

/// Labels of a source.
const SOURCES: &str = "source sources quelle quellen fonte fuente bron kilde källa źródło источник";

/// What those are who write for an outlet.
const STAFF: &str = "\
    writer writers reporter reporters correspondent correspondents journalist staff producer producers editor editors";

/// Words of institutions that publish but are no outlets.
const INSTITUTIONS: &str = "\
    university books department bureau institute college center centre secretary office society association \
    foundation ministry commission statistics";

impl<'t> Finder<'t> {
    fn finish(mut self) -> Vec<Credit> {
        self.found.sort_by_key(|(credit, _)| credit.bytes);
        let mut out: Vec<(Credit, String)> = Vec::new();
        for (credit, key) in self.found {
            if !out.iter().any(|(_, known)| *known == key) {
                out.push((credit, key));
            }
        }
        out.into_iter().map(|(credit, _)| credit).collect()
    }

    /// Keeps a credit to what stands at `name`, in the words `bytes`.
    fn give(&mut self, name: Range, bytes: Range, marks: bool) {
        let Some(name) = self.text.get(name) else { return };
        let agency = if marks { self.outlets.is_agency_mark(name) } else { self.outlets.is_agency(name) };
        let key = if agency { self.outlets.mark_key(name) } else { self.outlets.key(name) };
        if !key.is_empty() {
            let bytes = ByteSpan::new(bytes.start as u32, bytes.end as u32);
            let name = name.to_owned();
            self.found.push((Credit { name, bytes, agency, dateline: self.dateline }, key));
        }
    }

    // ---- sentences ----

    fn sentences(&mut self, words: &[Word<'t>], place: Place) {
        let mut from = 0;
        while from < words.len() {
            let to = (from + 1..words.len()).find(|&at| words[at].begins).unwrap_or(words.len());
            let sentence = &words[from..to];
            if sentence.len() <= SENTENCE {
                let last = to == words.len() && place.left == 0;
                self.sentence(sentence, place, last);
            }
            from = to;
        }
    }

    /// Looks for the words that every form has one of, and tries that form.
    fn sentence(&mut self, words: &[Word<'t>], place: Place, last: bool) {
        for at in 0..words.len() {
            let word = &words[at];
            if word.before().contains('(') || word.before().contains('[') {
                self.bracket(words, at, place, last);
            }
            match cue(word.core) {
                Some(Cue::Stood) => self.stood(words, at),
                Some(Cue::Permission) => self.permission(words, at),
                Some(Cue::Courtesy) => self.courtesy(words, at, place),
                Some(Cue::Contributed) => self.contributed(words, at),
                // "Contributing: Ana Moll; Associated Press"
                Some(Cue::Contributing) if word.after().starts_with(':') => {
                    self.people(&words[at + 1..], self.whole(words));
                }
                Some(Cue::Opening) if at == 0 => self.opening(words, place, last),
                Some(Cue::Staff) if at < 6 && place.tail() => self.staff(words, at),
                Some(Cue::Contributing | Cue::Opening | Cue::Staff) => {}
                Some(Cue::Copyright) => self.copyright(words, at, place),
                None if is_sign(word) => {
                    self.copyright(words, at, place);
                }
                None => {}
            }
        }
    }

    fn whole(&self, words: &[Word]) -> Range {
        match (words.first(), words.last()) {
            (Some(first), Some(last)) => first.start..last.end(),
            _ => 0..0,
        }
    }

    /// "This article was first published by X", "Republished from X", "The post Y appeared first on X".
    fn stood(&mut self, words: &[Word<'t>], verb: usize) {
        let again = words[verb].is_any(AGAIN);
        let leads = match VERBS.iter().find(|(name, _)| words[verb].is(name)) {
            Some((_, leads)) => leads,
            None => "from at on by",
        };
        let carrier = words[verb].is_any("distributed syndicated");
        let clause = match verb.checked_sub(1) {
            // "© 2031 Slow Ferry, distributed by X"
            Some(last) if carrier && words[last].raw.ends_with(',') => verb,
            _ => clause_start(words, verb),
        };
        let before = &words[clause..verb];
        let mut first = before.iter().any(|w| w.is_any(FIRST));
        let noun = before.iter().any(|w| w.is_any(NOUNS));
        let this = before.iter().any(|w| w.is_any(THIS));
        let mut at = verb + 1;
        while words.get(at).is_some_and(|w| w.is_any(FIRST) || w.is_any("here also exclusively online")) {
            first |= words[at].is_any(FIRST);
            at += 1;
        }
        let Some(lead) = words.get(at).filter(|w| w.is_any(leads)) else { return };
        // The footer of a feed: "The post Bridge falls appeared first on The Lantern."
        let opens = |a: &str, b: &str| matches!(before, [x, y, ..] if x.is(a) && y.is(b));
        let footer = first && (opens("the", "post") || opens("der", "beitrag") || opens("la", "entrada"));
        // "The article", unlike "This article", may be another one.
        let pointed = noun && (this || first || again && !before.iter().any(|w| w.is_any("the a der die das")));
        let bare = before.is_empty() && (again || carrier) || first && all_in(before, &[FIRST]);
        if !(footer || all_in(before, &[FIRST, NOUNS, THIS, FILLERS]) && (pointed || bare)) {
            return;
        }
        // "written by" names people, "published in" places, unless the name is an outlet's.
        let place = lead.is("in") && !first && !words.get(at + 1).is_some_and(|w| w.is("the"));
        let takes = if place || carrier || words[verb].is_any("written posted shared excerpted adapted") {
            Takes::Outlet
        } else {
            Takes::Any
        };
        let bytes = self.whole(&words[clause..]);
        self.names(words, at + 1, takes, bytes);
    }

    /// "Reprinted with permission of X".
    fn permission(&mut self, words: &[Word<'t>], at: usize) {
        let clause = clause_start(words, at);
        let before = &words[clause..at];
        const USED: &str = "published used printed posted appears distributed run";
        let used = before.iter().any(|w| w.is_any(AGAIN) || w.is_any(USED));
        let plain = all_in(before, &[AGAIN, USED, NOUNS, THIS, FILLERS, FIRST]);
        if plain && used && words.get(at + 1).is_some_and(|w| w.is_any("of from by")) {
            let bytes = self.whole(&words[clause..]);
            self.names(words, at + 2, Takes::Any, bytes);
        }
    }

    /// "This article is courtesy of X". Alone ("Courtesy of X") it mostly credits a picture: then X must be an
    /// outlet, and the line the last but few.
    fn courtesy(&mut self, words: &[Word<'t>], at: usize, place: Place) {
        let before = &words[clause_start(words, at)..at];
        if is_picture(words) {
            return;
        }
        let text = before.iter().any(|w| w.is_any(NOUNS)) && all_in(before, &[NOUNS, THIS, FILLERS, "comes appears"]);
        let takes = match () {
            () if text => Takes::Any,
            () if before.is_empty() && place.left < 2 => Takes::Outlet,
            () => return,
        };
        let from = at + 1 + usize::from(words.get(at + 1).is_some_and(|w| w.is("of")));
        let bytes = self.whole(words);
        if takes == Takes::Any || self.reaches_end(words, from) {
            self.names(words, from, takes, bytes);
        }
    }

    /// "© 2031 X", "Copyright X 2031". Without a year or a sign it may be about copyright; without a year, and not at
    /// the end, it credits a picture.
    fn copyright(&mut self, words: &[Word<'t>], at: usize, place: Place) {
        // "Copyright © 2031 X": the first of the signs speaks for all.
        let speaks = |w: &Word| w.is("copyright") || is_sign(w);
        if at > 0 && speaks(&words[at - 1]) || is_picture(words) {
            return;
        }
        let clause = &words[clause_start(words, at)..at];
        if !clause.iter().all(|w| w.core.is_empty() || w.is_any("story content text article c")) {
            return;
        }
        let mut from = at;
        let mut sign = false;
        let mut year = false;
        while let Some(word) = words.get(from) {
            if speaks(word) {
                sign |= !word.is("copyright");
                year |= is_year(word.core);
            } else if is_year(word.core) {
                year = true;
            } else if !word.core.is_empty() {
                break;
            }
            from += 1;
            if year && word.raw.ends_with('.') {
                return;
            }
        }
        let mut takes = Takes::Any;
        if words.get(from).is_some_and(|w| w.is("by")) {
            takes = Takes::Outlet;
            from += 1;
        }
        let Some((name, next)) = self.name(words, from) else { return };
        year |= words.get(next).is_some_and(|w| is_year(w.core));
        if !(year || sign && place.left < 2) || self.text[name.clone()].contains('/') && !self.is_agency(&name) {
            return;
        }
        let name = self.without_company(name);
        if self.takes(&name, takes) {
            let bytes = words[at].start..words[next - 1].end();
            self.give(name, bytes, false);
        }
    }

    /// "Meridian Ledger Publishing" → "Meridian Ledger": the company's form is no part of the outlet's name.
    fn without_company(&self, name: Range) -> Range {
        const FORMS: &str = "\
            publishing publications inc llc ltd limited gmbh ag corp corporation company co lp sprl plc kg";
        let shown = &self.text[name.clone()];
        if self.outlets.is_known(shown) {
            return name;
        }
        // What follows it belongs to the next sentence, whose full stop was lost.
        let form = shown.match_indices(' ').find(|&(at, _)| {
            let word = shown[at + 1..].split(' ').next().unwrap_or_default();
            is_any(word.trim_matches(|c: char| !c.is_alphanumeric()), FORMS)
        });
        let end = form.map_or(shown.len(), |(at, _)| shown[..at].trim_end_matches([',', ' ']).len());
        name.start..name.start + end
    }

    /// "The Associated Press contributed to this report", "Jane Roe of X contributed reporting".
    fn contributed(&mut self, words: &[Word<'t>], verb: usize) {
        let after = &words[verb + 1..];
        let object = |w: &Word| w.is_any(NOUNS) || w.is_any("reporting coverage reports stories");
        // "contributed $500 to this campaign" is none.
        let tied = match after.first() {
            None => words[verb].raw.ends_with('.') || verb + 1 == words.len(),
            Some(w) if w.is_any("reporting material information") => true,
            Some(w) if w.is_any("to additional") => {
                after.len() > 2 && after[1].is_any("this the these our") && after[2..].iter().take(2).any(object)
            }
            Some(_) => false,
        };
        if tied {
            let bytes = self.whole(words);
            self.people(&words[..verb], bytes);
        }
    }

    /// The outlets in a list of people and outlets.
    fn people(&mut self, words: &[Word<'t>], bytes: Range) {
        let splits = |w: &Word| w.is_any("and und et y") || w.core.is_empty();
        let mut from = 0;
        while from < words.len() {
            let to = (from..words.len()).find(|&at| splits(&words[at]) || words[at].closes());
            let to = to.unwrap_or(words.len());
            let end = if to < words.len() && !splits(&words[to]) { to + 1 } else { to };
            self.person(&words[from..end], &bytes);
            from = to + 1;
        }
    }

    /// The outlet in one part of such a list: "Reuters", "NBC News", "Jane Roe of X", "X's Jane Roe", "X reporter Jane
    /// Roe".
    fn person(&mut self, words: &[Word<'t>], bytes: &Range) {
        let agency = (0..words.len()).find_map(|at| {
            let (name, next) = self.agency_at(words, at)?;
            // "Ivo Bloomberg" is a person.
            let surname = at > 0 && next == at + 1 && words[at - 1].is_capital();
            (!surname).then_some(name)
        });
        if let Some(name) = agency {
            return self.give(name, bytes.clone(), false);
        }
        let owner = words.iter().position(|w| possessor(w).is_some());
        if let Some(at) = owner
            && words.get(at + 1).is_some_and(|w| w.is_capital())
            && words[..=at].iter().all(|w| w.is_capital() || w.is_any(JOINERS))
        {
            let end = words[at].core_start + possessor(&words[at]).unwrap_or_default().len();
            let name = self.trim_the(words[0].core_start..end);
            if self.takes(&name, Takes::NoPerson) {
                self.give(name, bytes.clone(), false);
            }
            return;
        }
        let Some(at) = words.iter().position(|w| w.is_any("of for from with at in")) else {
            return self.title(words, bytes);
        };
        if at == 0 || words[at].is("in") {
            return self.title(&words[..at], bytes);
        }
        // "of X" is an employer, "from X" mostly a place.
        let takes = if words[at].is_any("of for") { Takes::NoPerson } else { Takes::Outlet };
        match self.name(words, at + 1) {
            Some((name, _)) if self.takes(&name, takes) => self.give(name, bytes.clone(), false),
            _ => self.title(&words[..at], bytes),
        }
    }

    /// An outlet at the start of a part of a list: its name ends in a word that outlets have in their names and people
    /// have not, or is an abbreviation in capitals before words that are not.
    fn title(&mut self, words: &[Word<'t>], bytes: &Range) {
        let capitals = |w: &Word| w.core.len() > 2 && w.core.chars().all(char::is_uppercase);
        let the = usize::from(words.first().is_some_and(|w| w.is("the")));
        let count = words.iter().take(5).take_while(|w| w.is_capital() || w.is("the")).count();
        let named = |w: &Word| w.is_any(OUTLET_WORDS) && (the == 1 || !w.is_any(DOUBTFUL));
        let end = match (1 + the..count).rfind(|&at| named(&words[at])) {
            Some(at) => at,
            None if the < count && capitals(&words[the]) && words[the + 1..].iter().any(|w| w.is_any(STAFF)) => the,
            None => return,
        };
        let name = self.trim_the(words[0].core_start..words[end].core_end());
        self.give(name, bytes.clone(), false);
    }

    /// The longest name of an agency, or of an outlet in the tables, that begins at a word.
    fn agency_at(&self, words: &[Word<'t>], at: usize) -> Option<(Range, usize)> {
        if !words[at].is_capital() && !words[at].is_any("dpa efe afp the") {
            return None;
        }
        for next in (at + 1..=words.len().min(at + 5)).rev() {
            let inner = &words[at..next - 1];
            if inner.iter().any(|w| !w.after().is_empty() && !w.after().starts_with('.')) {
                continue;
            }
            let last = &words[next - 1];
            let core = last.core.trim_end_matches("'s").trim_end_matches("’s");
            if last.core.is_empty() || last.is("the") {
                continue;
            }
            let name = words[at].core_start..last.core_start + core.len();
            if self.outlets.is_known(&self.text[name.clone()]) {
                let name = self.trim_the(name);
                return (!name.is_empty()).then_some((name, next));
            }
        }
        None
    }

    /// The forms that a sentence begins with.
    fn opening(&mut self, words: &[Word<'t>], place: Place, last: bool) {
        let bytes = self.whole(words);
        if let Some(from) = reporting(words) {
            self.people(&words[from..], bytes);
            return;
        }
        let alone = last || place.left < 3;
        if let Some((from, takes)) = label(words)
            && alone
            && !is_picture(words)
            && (last || words.len() <= 8)
            && self.reaches_end(words, from)
        {
            self.names(words, from, takes, bytes.clone());
            return;
        }
        // "Press release from X."
        let release = words.len() <= 12
            && words[0].is_any("press news media")
            && words.get(1).is_some_and(|w| w.is("release"))
            && words.get(2).is_some_and(|w| w.is_any("from by of"));
        if release && self.reaches_end(words, 3) {
            self.names(words, 3, Takes::Any, bytes);
        }
    }

    /// "Associated Press writer Jane Roe reported from Tolvane."
    fn staff(&mut self, words: &[Word<'t>], job: usize) {
        if words.iter().any(|w| w.is_any("reported contributed"))
            && let Some((name, next)) = self.agency_at(words, 0)
            && next == job
        {
            self.give(name, self.whole(words), false);
        }
    }

    /// Forms in brackets: "(via X)", "(h/t X)", "(Source: X)", "(avec Reuters)", at an end of a paragraph.
    fn bracket(&mut self, words: &[Word<'t>], from: usize, place: Place, last: bool) {
        let Some(to) = (from..words.len().min(from + 8)).find(|&at| words[at].after().contains([')', ']'])) else {
            return;
        };
        let inner = &words[from..=to];
        let at_start = from == 0 && inner[0].begins;
        let at_end = to + 1 == words.len();
        if !(at_start || at_end) || is_picture(inner) {
            return;
        }
        let bytes = self.whole(inner);
        if let Some((begin, takes)) = label(inner)
            && (last || place.tail() || takes != Takes::Outlet || !inner[0].is_any("source sources"))
            && self.reaches_end(inner, begin)
        {
            self.names(inner, begin, takes, bytes);
        }
    }

    /// Whether the names that begin at `from` are all that the words still hold.
    fn reaches_end(&self, words: &[Word<'t>], from: usize) -> bool {
        let mut at = from;
        while let Some((_, next)) = self.name(words, at) {
            at = next;
            while words.get(at).is_some_and(|w| w.core.is_empty() || w.is_any("and und et y")) {
                at += 1;
            }
        }
        at > from && words[at..].iter().all(|w| w.raw.contains("://") || w.raw.starts_with("www."))
    }

    // ---- names ----

    /// Gives a credit to each name of the list that begins at `from`.
    fn names(&mut self, words: &[Word<'t>], from: usize, takes: Takes, bytes: Range) {
        let mut at = lead_in(words, from);
        let mut first = true;
        while let Some((name, next)) = self.name(words, at) {
            for name in self.parts(name) {
                // After the first of a list, words may be about something else.
                let takes = if first || takes == Takes::Agency { takes } else { Takes::Outlet };
                if self.takes(&name, takes) {
                    self.give(name, bytes.clone(), takes == Takes::Agency);
                }
            }
            first = false;
            let closed = words[next - 1].after();
            if !(closed.is_empty() || closed == "," || closed == ";") {
                return;
            }
            at = next;
            if words.get(at).is_some_and(|w| w.is_any("and und et y &") || w.raw == "/" || w.raw == "&") {
                at += 1;
            } else if closed.is_empty() {
                return;
            }
        }
    }

    /// "Reuters/AFP" and "AP and Reuters" are two names, "Salt and Tide" is one.
    fn parts(&self, name: Range) -> Vec<Range> {
        let shown = &self.text[name.clone()];
        for joint in ["/", " and ", " & ", " und ", " et "] {
            if let Some((a, b)) = shown.split_once(joint)
                && !self.outlets.is_known(shown)
                && (joint == "/" || self.outlets.is_known(a) || self.outlets.is_known(b))
            {
                let mut parts = self.parts(name.end - b.len()..name.end);
                parts.insert(0, name.start..name.start + a.len());
                return parts;
            }
        }
        vec![name]
    }

    /// The name that begins at a word, and the word after it.
    fn name(&self, words: &[Word<'t>], from: usize) -> Option<(Range, usize)> {
        let mut at = from;
        // "the" of the sentence; "The" may belong to the name.
        if words.get(at).is_some_and(|w| matches!(w.core, "the" | "our" | "el" | "la" | "der" | "le" | "l'")) {
            at += 1;
        }
        let begin = at;
        let mut end = None;
        while let Some(word) = words.get(at).filter(|_| at < begin + NAME) {
            if at > begin && word.begins {
                break;
            }
            let known = word.core.chars().any(char::is_lowercase) && self.outlets.is_agency(word.core);
            let address = word.core.contains('.') && outlet::host(possessor(word).unwrap_or(word.core)).is_some();
            if word.core.is_empty() {
                let joins = word.raw == "&" && words.get(at + 1).is_some_and(|w| w.is_capital());
                if !joins || end.is_none() {
                    break;
                }
                at += 1;
                continue;
            }
            if at > begin && word.before().contains(['(', '[', '"', '“']) {
                break;
            }
            if word.is_any(STOPS) || is_year(word.core) {
                break;
            }
            if word.is_capital() || known || address {
                // "The Lantern's website", "Salt Post's May issue"; but "Reader's Digest" and "Harper's".
                let next = words.get(at + 1).filter(|w| !w.begins);
                let inside = next.is_none_or(|w| w.is_capital() && !w.is_any(TIMES) || w.is("magazine"));
                let early = !address && (at == begin || at == begin + 1 && words[begin].is("the"));
                let core = possessor(word).filter(|_| !(inside && early)).unwrap_or(word.core);
                end = Some((word.core_start + core.len(), at + 1));
                if address
                    || word.closes()
                    || core.len() < word.core.len()
                    || possessor(word).is_some() && !(inside && early)
                {
                    break;
                }
            } else {
                let joins = at > begin && (word.is_any(JOINERS) || word.is_any("and und et y"));
                let next = words[at + 1..].iter().find(|w| !w.is_any(JOINERS));
                if !joins || word.closes() || !next.is_some_and(|w| w.is_capital() && !w.begins && !w.is_any(STOPS)) {
                    break;
                }
            }
            at += 1;
        }
        let (end, next) = end?;
        let name = words[begin].core_start..end;
        let shown = self.text.get(name.clone())?;
        let first = words[begin].core;
        let refused = is_any(first, TIMES) && next == begin + 1
            || is_any(first, TIMES)
                && words.get(begin + 1).is_some_and(|w| w.core.starts_with(|c: char| c.is_ascii_digit()))
            || is_any(first, NO_OUTLETS)
            || !first.contains(char::is_alphabetic)
                && (next == begin + 1 || words.get(begin + 1).is_some_and(|w| w.is_any(TIMES)))
            || is_any(shown, JOINERS)
            || shown.split(' ').any(|w| is_any(w, "getty shutterstock photo photos images"));
        (!refused).then_some((name, next))
    }

    fn trim_the(&self, name: Range) -> Range {
        match self.text[name.clone()].strip_prefix("the ") {
            Some(rest) => name.end - rest.len()..name.end,
            None => name,
        }
    }

    fn takes(&self, name: &Range, takes: Takes) -> bool {
        match takes {
            Takes::Any => true,
            Takes::NoPerson => {
                let shown = &self.text[name.clone()];
                let the = shown.starts_with("The ") || self.text[..name.start].ends_with(" the ");
                the || !shown.contains(' ') || self.is_outlet(name, false)
            }
            Takes::Outlet => self.is_outlet(name, false),
            Takes::Agency => self.outlets.is_agency_mark(&self.text[name.clone()]),
        }
    }

    fn is_agency(&self, name: &Range) -> bool {
        self.outlets.is_agency(&self.text[name.clone()])
    }

    /// Whether a name is known or looks like that of an outlet. Among people, words that are also surnames count less.
    fn is_outlet(&self, name: &Range, among_people: bool) -> bool {
        let shown = &self.text[name.clone()];
        if self.outlets.is_known(shown) || outlet::host(shown).is_some() {
            return true;
        }
        let mut words = shown.split([' ', '-']).map(|w| w.trim_matches(|c: char| !c.is_alphanumeric()));
        if words.clone().any(|w| is_any(w, INSTITUTIONS)) {
            return false;
        }
        let capitals = |w: &str| w.len() > 2 && w.chars().all(char::is_uppercase);
        let many = words.clone().count() > 1;
        words.any(|w| {
            is_any(w, OUTLET_WORDS) && (!among_people || !is_any(w, DOUBTFUL) || shown.starts_with("The "))
                || capitals(w) && many && !shown.chars().all(|c| !c.is_lowercase())
        })
    }

    // ---- datelines, bylines, marks at the end ----

    /// "TOLVANE, Tarsenia (ESTREL) – ", "(Reuters) - ", "MOSCOW, January 5 /TASS/. ".
    fn dateline(&mut self, range: Range) {
        let mut limit = range.end.min(range.start + 130);
        while !self.text.is_char_boundary(limit) {
            limit -= 1;
        }
        let start = &self.text[range.start..limit];
        let Some(open) = start.find(['(', '/']) else { return };
        let slash = start.as_bytes()[open] == b'/';
        let Some(length) = start[open + 1..].find([if slash { '/' } else { ')' }]) else { return };
        let inner = open + 1..open + 1 + length;
        let after = &start[inner.end + 1..];
        let trimmed = after.trim_start_matches(['.', ':', ',']).trim_start_matches([' ', '\u{a0}', '\t']);
        let dash = trimmed.starts_with(['-', '–', '—', '‒', '―', '−']);
        let place = start[..open].trim_end_matches([' ', '\u{a0}', '-', '–', '—', '.', ',']);
        let all = &start[inner.clone()];
        if all.is_empty() || all.len() > 40 || place.contains(['!', '?', '"', '“', '”', ';', ':', '|', '(', '/', '\n'])
        {
            return;
        }
        let place_words = place.split_whitespace().count();
        let city = place.split(',').next().unwrap_or_default().trim();
        // "IVO BRANDT/AFP/Pool" credits a picture.
        if slash && start[..open].ends_with(char::is_alphanumeric) {
            return;
        }
        let starts_well = place.is_empty() || place.starts_with(|c: char| c.is_alphabetic() && !c.is_lowercase());
        if !starts_well || place_words > 9 || place.ends_with(" by") {
            return;
        }
        let capitals = !city.is_empty()
            && city.chars().any(char::is_alphabetic)
            && !city.chars().any(char::is_lowercase)
            && !city.split_whitespace().any(|w| is_any(w.trim_end_matches('.'), NOT_PLACES));
        // Without a dash ("Berlin (dpa) Der …") a sentence must follow: else it may credit a picture.
        let opens = trimmed.starts_with(|c: char| c.is_alphabetic() && !c.is_lowercase());
        let mut at = range.start + inner.start;
        let mut given = Vec::new();
        for part in all.split(['/', ',']).flat_map(|part| part.split(" and ")) {
            let from = at + self.text[at..range.start + inner.end].find(part).unwrap_or_default();
            at = from + part.len();
            let name = part.trim();
            let from = from + part.len() - part.trim_start().len();
            let agency = self.outlets.is_agency_mark(name);
            let fits = if agency {
                dash || opens && (capitals && place_words < 7 || !slash && place_words == 1)
            } else {
                !slash && dash && is_sign_of_outlet(name) && self.place_fits(city, place, name, capitals)
            };
            if fits {
                given.push(from..from + name.len());
            }
        }
        let dashes = after.len() - trimmed.len();
        let tail = if dash {
            trimmed.len() - trimmed.trim_start_matches(['-', '–', '—', '‒', '―', '−']).len()
        } else {
            0
        };
        let end = range.start + inner.end + 1 + if dash { dashes + tail } else { 0 };
        for name in given {
            self.give(name, range.start..end, true);
        }
    }

    /// Whether what stands before an unknown name in brackets is a place: in capitals, or a few capitalised words
    /// that the name does not abbreviate ("Quenna Rifle League (QRL) – " is no dateline).
    fn place_fits(&self, city: &str, place: &str, name: &str, capitals: bool) -> bool {
        if place.is_empty() || capitals {
            return !place.is_empty()
                || self.outlets.is_known(name)
                || name.len() > 2 && name.chars().all(char::is_uppercase);
        }
        let words = city.split_whitespace();
        words.clone().count() <= 3
            && words.clone().all(|w| w.starts_with(|c: char| c.is_uppercase()))
            && !words.clone().any(|w| w.ends_with('.') || w.ends_with("'s") || w.ends_with("’s"))
            && (place.contains(',') || !abbreviates(name, city))
            && name.chars().all(|c| c.is_uppercase())
            && name.len() > 2
            && (words.count() == 1 || place.contains(',') || self.outlets.is_known(name))
    }

    /// "By Jane Roe, Associated Press", "By Jane Roe | Reuters", "By JANE ROE (ESTREL)", "Associated Press" alone.
    fn bylines(&mut self, range: Range, place: Place) {
        let mut from = range.start;
        let mut after_byline = false;
        for (number, line) in self.text[range.clone()].split('\n').enumerate() {
            let at = from;
            from += line.len() + 1;
            if number > 3 {
                return;
            }
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
    fn end_mark(&mut self, range: Range) {
        let shown = self.text[range.clone()].trim_end();
        let end = range.start + shown.len();
        let line_at = range.start + shown.rfind('\n').map_or(0, |at| at + 1);
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

/// Words in capitals at the start of an article that are no places.
const NOT_PLACES: &str = "\
    UPDATE UPDATED UPDATES BREAKING EXCLUSIVE NOTE CORRECTION VIDEO ANALYSIS OPINION WATCH PHOTO PHOTOS SEN REP GOV \
    DEAR NEWS LIVE READ PHOTOS: EDITOR";

/// Whether what stands in the brackets of a dateline can be an outlet: no party, state, date, rating, share.
fn is_sign_of_outlet(name: &str) -> bool {
    let letters = name.chars().filter(|c| c.is_alphabetic()).count();
    letters > 1
        && name.chars().all(|c| c.is_alphabetic() || matches!(c, ' ' | '-' | '.' | '&'))
        && !name.chars().next().is_some_and(char::is_lowercase)
        && name.split_whitespace().count() <= 4
        // "R-Wyo.", "D-Calif."
        && name.chars().nth(1).is_none_or(|c| c != '-' && c != '.')
        && !name.split_whitespace().any(|w| is_any(w.trim_end_matches('.'), TIMES))
        // Two letters are a state or a country.
        && letters > 2
}

/// Whether the letters of `short` stand in `name` in their order.
fn abbreviates(short: &str, name: &str) -> bool {
    let mut letters = name.chars().flat_map(char::to_lowercase);
    short.chars().flat_map(char::to_lowercase).all(|c| letters.any(|letter| letter == c))
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

/// Whether each word is in one of the lists, or mere punctuation.
fn all_in(words: &[Word], lists: &[&str]) -> bool {
    words.iter().all(|w| w.core.is_empty() || lists.iter().any(|list| w.is_any(list)))
}

/// Where the clause of a word begins: the sentence, or what follows a colon, a dash or a star.
fn clause_start(words: &[Word], at: usize) -> usize {
    words[..at]
        .iter()
        .rposition(|w| {
            w.core.is_empty() && w.raw != "&" || w.after().contains([':', ';', '—', '–']) || w.raw.ends_with(')')
        })
        .map_or(0, |before| before + 1)
}

/// Passes over what may stand before a name: "the June issue of", "page A4 of", "the website of".
fn lead_in(words: &[Word], from: usize) -> usize {
    const WHERE: &str = "issue edition page pages section website site blog version newsletter";
    let zone = &words[from.min(words.len())..words.len().min(from + 8)];
    // What belongs to a name is capitalised, other than months: "the Guardian website as part of a series".
    let name = |w: &Word| w.is_capital() && !w.is_any(TIMES) && !w.core.contains(|c: char| c.is_ascii_digit());
    let of = zone.iter().position(|w| w.is("of"));
    match of {
        Some(of) if zone[..of].iter().any(|w| w.is_any(WHERE)) && !zone[..of].iter().any(name) => from + of + 1,
        _ => from,
    }
}

/// Where the names begin in "With reporting by X", "Material from X was used", "Con información de X".
fn reporting(words: &[Word]) -> Option<usize> {
    if words.len() > 30 {
        return None;
    }
    let mut at = 0;
    let with = words[0].is_any(WITH);
    at += usize::from(with);
    while words.get(at).is_some_and(|w| w.is_any(MORE)) {
        at += 1;
    }
    let matter = words.get(at).filter(|w| w.is_any(MATTER))?;
    let lead = words.get(at + 1).filter(|w| w.is_any(LEADS))?;
    let rest = &words[at + 2..];
    // Without "with" the line must say what was done with it: else it is prose about some report.
    let used = rest.windows(2).any(|w| w[0].is_any("was were") && w[1].is_any("used included"));
    let colon = lead.after().starts_with(':');
    let by = matter.is("reporting") && lead.is("by");
    (with || used || colon || by).then_some(at + 2)
}

/// Where the names begin after "Source:", "H/T", "Via", "avec", and which they may be.
fn label(words: &[Word]) -> Option<(usize, Takes)> {
    let first = words.first()?;
    let colon = first.after().starts_with(':') || words.get(1).is_some_and(|w| w.raw == ":");
    let next = 1 + usize::from(words.get(1).is_some_and(|w| w.raw == ":"));
    if first.is_any(SOURCES) {
        return colon.then_some((next, Takes::Outlet));
    }
    if first.is("via") || first.is("h/t") || first.is("ht") && colon {
        return Some((next, Takes::NoPerson));
    }
    if first.is("hat") && words.get(1).is_some_and(|w| w.is("tip")) {
        let to = words.get(2).is_some_and(|w| w.is("to"));
        return Some((2 + usize::from(to), Takes::NoPerson));
    }
    // "Mit dpa", "(avec Reuters)": nothing but an agency.
    (first.is_any("avec mit con com med met") && words.len() <= 6).then_some((next, Takes::Agency))
}

/// The word without the ending of a possessive, if it has one.
fn possessor<'t>(word: &Word<'t>) -> Option<&'t str> {
    let stem = word.core.strip_suffix("'s").or_else(|| word.core.strip_suffix("’s"));
    stem.or_else(|| word.after().starts_with(['\'', '’']).then_some(word.core))
}

/// "©", "(c)", "©2031"
fn is_sign(word: &Word) -> bool {
    word.raw.eq_ignore_ascii_case("(c)") || !word.raw.is_ascii() && word.raw.contains('©')
}

fn is_year(core: &str) -> bool {
    let year =
        |y: &str| y.len() == 4 && y.bytes().all(|b| b.is_ascii_digit()) && (y.starts_with("19") || y.starts_with("20"));
    match core.split_once(['-', '–']) {
        Some((a, b)) => year(a) && (year(b) || b.len() == 2 && b.bytes().all(|b| b.is_ascii_digit())),
        None => year(core),
    }
}

fn is_picture(words: &[Word]) -> bool {
    words
        .iter()
        .any(|w| w.is_any(PICTURES) || w.core.contains('/') && w.core.split('/').any(|part| is_any(part, PICTURES)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::text::{Tokenizer, Tokens, paragraphs};
    use proptest::prelude::*;

    fn find(text: &str) -> Vec<Credit> {
        let mut tokens = Tokens::default();
        Tokenizer::default().tokenize(text, 0, &mut tokens);
        let short: Vec<ShortToken> = tokens.hashes.iter().map(|hash| ShortToken::new(hash.short())).collect();
        credits(text, &short, &tokens.spans, &paragraphs(text, 0, &tokens), &Outlets::builtin())
    }

    /// The names credited, with `*` before agencies.
    fn names(text: &str) -> String {
        let show = |c: &Credit| format!("{}{}", if c.agency { "*" } else { "" }, c.name);
        find(text).iter().map(show).collect::<Vec<_>>().join("|")
    }

    const STORY: &str = "The ferry to Lisk ran aground in thick fog on Monday morning, and all forty passengers were \
        taken off by fishermen before the tide turned, the harbour master said in the afternoon as boats went out again \
        to look for the cargo that had floated away.";

    /// A credit as the last line of an article.
    fn foot(line: &str) -> String {
        names(&format!("{STORY}\n\n{STORY}\n\n{STORY}\n\n{line}"))
    }

    /// The start of an article.
    fn top(start: &str) -> String {
        names(&format!("{start}{STORY}\n\n{STORY}\n\n{STORY}\n\n{STORY}\n\n{STORY}"))
    }

    #[test]
    fn credit_lines_name_where_it_stood_first() {
        for (line, name) in [
            ("This article appeared originally on The Prairie Lantern.", "The Prairie Lantern"),
            ("This article first appeared in Capital Dispatch.", "Capital Dispatch"),
            ("This story was originally published by the Ansley Bugle.", "Ansley Bugle"),
            ("Originally published by The Quarry Report on 4 May 2031.", "The Quarry Report"),
            ("A version of this column ran first in the Dunmarrow Bell on Friday.", "Dunmarrow Bell"),
            ("This piece originally appeared on quarrypost.example and is used here.", "quarrypost.example"),
            ("This essay first appeared in the June 2031 issue of Salt and Tide.", "Salt and Tide"),
            ("The post Ferry runs aground appeared first on Harbour Gazette.", "Harbour Gazette"),
            ("Editor's note: This post was first published on “The Slow Ferry.”", "The Slow Ferry"),
            ("This report was first published in Estrel’s weekend edition.", "Estrel"),
            ("This essay originally appeared in Quarry’s magazine.", "Quarry’s"),
            ("Reprinted with permission of The Prairie Lantern.", "The Prairie Lantern"),
            ("Reposted With Permission From Lanternpost.com", "Lanternpost.com"),
            ("This article is republished here with the kind permission of the Ansley Bugle.", "Ansley Bugle"),
            ("Republished from Estrel under a Creative Commons licence.", "Estrel"),
            (
                "This article was republished from The Slow Ferry under a Creative Commons license. Read it.",
                "The Slow Ferry",
            ),
            ("Cross-posted from Salt & Tide", "Salt & Tide"),
            ("This story is courtesy of the Dunmarrow Bell.", "Dunmarrow Bell"),
            ("Courtesy of The Ansley Gazette", "The Ansley Gazette"),
            ("Press release from Bright Current.", "Bright Current"),
            ("This story ran first on the Salt Post website as part of the Tide series.", "Salt Post"),
            ("It originally appeared on Quarry.com’s Big Blog, note: nothing", ""),
            ("The following commentary originally appeared on Quarry.com’s Big Blog.", "Quarry.com"),
            ("© 2031 Slow Ferry, distributed by Tribune Content Agency.", "Slow Ferry|*Tribune Content Agency"),
            ("Distributed by Tribune Content Agency.", "*Tribune Content Agency"),
            ("Dieser Artikel erschien zuerst bei Quarzblatt.", "Quarzblatt"),
            ("La entrada El barco se publicó primero en El Farol.", "El Farol"),
            ("Este artículo fue publicado originalmente en El Farol.", "El Farol"),
            ("Cet article a été publié initialement dans La Lanterne.", "La Lanterne"),
        ] {
            assert_eq!(foot(line), name, "{line}");
        }
    }

    #[test]
    fn a_long_paragraph_is_read_at_its_end() {
        let text = format!(
            "{STORY} {STORY} {STORY} {STORY} {STORY} {STORY} {STORY} {STORY} Reposted With Permission From \
            Slow Ferry  The views are those of the author."
        );
        assert_eq!(names(&text), "Slow Ferry");
        assert_eq!(names(&format!("{STORY} {STORY} Via: Ansley Mail")), "Ansley Mail");
    }

    #[test]
    fn prose_about_publications_is_no_credit() {
        for line in [
            "She first appeared on Harbour Radio in 1998, and the post was hers for ten years.",
            "The study was published in The Ansley Journal of Tides in March.",
            "The column, which first appeared in The Prairie Lantern, made him famous.",
            "He said the article first had to be read before he could comment in the Bell.",
            "This article appeared in March.",
            "This article was originally published on Monday and has been updated.",
            "This article was first published at 9:14 a.m.",
            "This report was published in Lisk by the palace.",
            "The article was published in The Ansley Times and made a stir.",
            "The ships may enter with permission from Kovaria.",
            "This image is reproduced with permission from the Salt Museum Gazette.",
            "It was a courtesy of the Ansley Times to call.",
            "Photo courtesy of the Ansley Times",
            "Image courtesy of Salt Museum",
            "Courtesy of the family",
            "Courtesy of Ivo Brandt",
            "Courtesy of the artist and Quarry University Press",
            "Copyright law is older than the Ansley Times.",
            "© Jane Roe/Estrel",
            "Reposted by thousands on Twitter, the clip spread.",
            "This post was shared by Mara Keld on Sunday.",
        ] {
            assert_eq!(foot(line), "", "{line}");
        }
    }

    #[test]
    fn short_lines_say_via_whom() {
        for (line, name) in [
            ("Via: Ansley Mail", "Ansley Mail"),
            ("Via The Slow Ferry", "The Slow Ferry"),
            ("The boats went out again at noon (via The Slow Ferry)", "The Slow Ferry"),
            ("(via Harbour Gazette)", "Harbour Gazette"),
            ("H/T Quaynews", "Quaynews"),
            ("Hat tip: The Ansley Times", "The Ansley Times"),
            ("H/T: CBS Dunmarrow", "CBS Dunmarrow"),
            ("Source: Columbus Dispatch", "Columbus Dispatch"),
            ("(Source: Reuters)", "*Reuters"),
            ("Quelle: dpa", "*dpa"),
            ("Fonte: ANSA", "*ANSA"),
            ("(avec AFP)", "*AFP"),
            ("Mit dpa", "*dpa"),
        ] {
            assert_eq!(foot(line), name, "{line}");
        }
    }

    #[test]
    fn carriers_people_and_data_are_no_outlets() {
        for line in [
            "Via Twitter",
            "He answered questions via email.",
            "The speech was shown via satellite",
            "Featured image via YouTube",
            "Image via Ansley Times",
            "H/T Jon Haberlein",
            "(via Jon Haberlein)",
            "Source: Labor Department",
            "Source: Bureau of Tides and Journal Statistics",
            "Source: Interviews with Hask suggest a deal",
            "Source: YouTube",
            "He heard it from a source: Reuters was told first, and then the rest of the press got it.",
        ] {
            assert_eq!(foot(line), "", "{line}");
        }
    }

    #[test]
    fn copyright_lines_name_the_owner() {
        for (line, name) in [
            ("© 2031 Meridian Ledger Publishing. No part of this page may be stored.", "Meridian Ledger"),
            ("Copyright 2031 The Associated Press. All rights reserved.", "*The Associated Press"),
            ("Copyright © 2031 The Ansley Times, LLC. Click here for reprint permission.", "The Ansley Times"),
            ("© Copyright 2031 Thomson/Reuters. All rights reserved.", "*Thomson/Reuters"),
            ("Copyright Estrel 2031. Subscribers may cut from the foot.", "Estrel"),
            ("(c) 2031 Slow Ferry, Inc.", "Slow Ferry"),
            ("COPYRIGHT 2031 LANTERNPOST.COM", "LANTERNPOST.COM"),
        ] {
            assert_eq!(foot(line), name, "{line}");
        }
        assert_eq!(foot("Copyright © 2031 by Ivo Brandt. All rights reserved."), "");
    }

    #[test]
    fn contributors_count_by_their_outlet() {
        for (line, name) in [
            ("The Associated Press contributed to this report.", "*The Associated Press"),
            ("Reuters and AFP contributed to this story.", "*Reuters|*AFP"),
            ("Ivo Brandt of the Associated Press contributed to this report.", "*Associated Press"),
            ("Ivo Brandt of Estrel contributed reporting.", "Estrel"),
            (
                "Dock News' Ivo Brandt and The Associated Press contributed to this report.",
                "Dock News|*The Associated Press",
            ),
            ("Harbour TV's Ivo Brandt contributed to this report.", "Harbour TV"),
            (
                "Associated Press writers Ivo Brandt in Lisk and Ana Moll contributed to this report.",
                "*Associated Press",
            ),
            ("Brandt reported from Lisk. Associated Press writer Ana Moll contributed.", "*Associated Press"),
            ("Associated Press writer Ana Moll reported from Lisk.", "*Associated Press"),
            ("Contributing: Ana Moll; Associated Press", "*Associated Press"),
            (
                "Moll wrote from Lisk. Contributing: Ivo Brandt from Ansley; Harbour TV; Associated Press",
                "Harbour TV|*Associated Press",
            ),
            ("“It sank.”The Associated Press contributed to this report.", "*The Associated Press"),
            ("With reporting by Reuters and Ana Moll", "*Reuters"),
            ("With files from The Canadian Press", "*The Canadian Press"),
            ("Material from the Associated Press was used in this report.", "*Associated Press"),
            ("Information from: Dunmarrow Gazette, http://www.dunmarrowgazette.example", "Dunmarrow Gazette"),
            ("Mit Material von dpa und AFP", "*dpa|*AFP"),
            ("Con información de EFE", "*EFE"),
            ("CNN Harbour Editor Ivo Brandt contributed to this report.", "CNN"),
            ("NBC News contributed to this report.", "NBC News"),
        ] {
            assert_eq!(foot(line), name, "{line}");
        }
        for line in [
            "The secretary of State Ana Moll contributed to this report.",
            "Ana Moll contributed to a decline that the report calls steep.",
            "Ivo Brandt and Ana Moll contributed to this report.",
            "Ivo Brandt in Lisk and Ana Post contributed to this report.",
            "Ivo Brandt contributed from Lisk.",
            "Michael Bloomberg contributed to this report.",
            "NASA engineer Ivo Brandt contributed to this article.",
            "The Associated Press contributed 500 crowns to the fund.",
            "Material from the quarry was carried to Lisk.",
            "Information from Reuters terminals moved the market.",
        ] {
            assert_eq!(foot(line), "", "{line}");
        }
    }

    #[test]
    fn datelines_name_the_agency() {
        for (start, name) in [
            ("WASHINGTON (AP) — ", "*AP"),
            ("LONDON, Jan 5 (Reuters) - ", "*Reuters"),
            ("(Reuters) - ", "*Reuters"),
            ("TOLVANE, Tarsenia (ESTREL) – ", "ESTREL"),
            ("BERLIN (dpa) - ", "*dpa"),
            ("Berlin (dpa/AFP) - ", "*dpa|*AFP"),
            ("Berlin (dpa) ", "*dpa"),
            ("LONDON (PA) — ", "*PA"),
            ("MADRID, 3 feb (EFE).- ", "*EFE"),
            ("ROMA (ANSA) - ", "*ANSA"),
            ("LISK, March 4 (Xinhua) -- ", "*Xinhua"),
            ("NEW YORK (Bloomberg News) - ", "*Bloomberg News"),
            ("WOLFEBORO, N.H. (AP) — ", "*AP"),
            ("Washington (CNN) -- ", "CNN"),
            ("Chicago (CNN) -- ", "CNN"),
            ("Columbus, Ohio (CNN) - ", "CNN"),
            ("MOSCOW, January 5. /TASS/. ", "*TASS"),
            ("PORT ANSLEY, Sept. 11, 2031 /PRNewswire/ -- ", "*PRNewswire"),
        ] {
            assert_eq!(top(start), name, "{start}");
        }
        for start in [
            "WASHINGTON (Jan. 5) — ",
            "Sen. Ivo Brandt (R-Wyo.) — ",
            "Sen. Ivo Brandt (R) - ",
            "QUARRY INC (NYSE: QRY) - ",
            "Quenna Rifle League (QRL) – ",
            "UPDATE (Ana) – ",
            "WASHINGTON (2031) - ",
            "The ferry (a barge) – ",
            "Ana Moll (AP) ",
            "Moll (AP)\n\n",
            "WASHINGTON – ",
            "The chancellor told the club (Reuters was there) - ",
        ] {
            assert_eq!(top(start), "", "{start}");
        }
    }

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

    #[test]
    fn attribution_of_facts_is_no_credit() {
        for line in [
            "The ferry was old, according to The Ansley Post.",
            "The Prairie Lantern reported on Monday that it was old.",
            "“It was old,” he told Reuters.",
            "The Associated Press writes that boats went out.",
        ] {
            assert_eq!(foot(line), "", "{line}");
        }
    }

    #[test]
    fn the_words_of_the_credit_are_its_span() {
        let text = format!("TOLVANE (ESTREL) – {STORY}\n\nIt sank. This article first appeared in Salt Post. Read on.");
        let found = find(&text);
        let shown: Vec<&str> = found.iter().map(|c| &text[c.bytes.range()]).collect();
        assert_eq!(shown, ["TOLVANE (ESTREL) –", "This article first appeared in Salt Post."]);
    }

    #[test]
    fn each_name_counts_once() {
        assert_eq!(top("By Jane Roe, Associated Press\n\nLISK (AP) — "), "*Associated Press");
        let outlets = Outlets::builtin();
        let found = find(&format!("LISK (PA) — {STORY}"));
        assert_eq!(found[0].key(&outlets), outlets.key("Press Association"));
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(600))]
        #[test]
        fn any_text_gives_spans_inside_it(
            pieces in prop::collection::vec(prop_oneof![
                prop::sample::select(vec![
                    "This article", "originally", "appeared", "on", "published by", "The", "Ledger", "(AP)", "—", "©",
                    "2031", "Copyright", "via", "(via", "H/T", "Source:", "contributed to this report.", "Reuters's",
                    "and", "of", "By", "\n", "\n\n", "  ", "/TASS/", "dpa/abc", "Mit", "’", "é", "名", "permission from",
                    "Courtesy of", ",", "\u{2028}", "(", ")", "/", "&", "Reposted", "the", "ЛИСК", "\r\n", "“", "ﬁ",
                ]).prop_map(str::to_owned),
                "\\PC{0,6}",
            ], 0..40),
            glue in prop::sample::select(vec!["", " "]),
        ) {
            let text = pieces.join(glue);
            for credit in find(&text) {
                prop_assert!(text.get(credit.bytes.range()).is_some_and(|words| words.contains(&credit.name)));
                prop_assert!(!credit.key(&Outlets::builtin()).is_empty());
            }
        }
    }
}
