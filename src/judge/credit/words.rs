//! Words that credits are made of, by what they may be, and those that announce one. Knows no sentence.

pub(super) use super::super::lexicon::Class;
use super::super::lexicon::Lexicon;
use std::sync::LazyLock;

/// What a word announces.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Cue {
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

/// What a word announces. Beyond ASCII it keeps its capitals.
pub(super) fn cue_of(word: &str) -> Option<Cue> {
    if CUE_SHAPES.holds(word) { cue(LISTS.folded(word)) } else { None }
}

/// What a word of this class announces.
fn cue(class: Class) -> Option<Cue> {
    match class {
        _ if class & CUES == 0 => None,
        _ if class & PERMISSION != 0 => Some(Cue::Permission),
        _ if class & COURTESY != 0 => Some(Cue::Courtesy),
        _ if class & CONTRIBUTED != 0 => Some(Cue::Contributed),
        _ if class & CONTRIBUTING != 0 => Some(Cue::Contributing),
        _ if class & COPYRIGHT != 0 => Some(Cue::Copyright),
        _ if class & (STOOD | AGAIN) != 0 => Some(Cue::Stood),
        _ if class & STAFF != 0 => Some(Cue::Staff),
        _ => Some(Cue::Opening),
    }
}

/// The lists that hold a word, without regard to case.
pub(super) fn class_of(word: &str) -> Class {
    if !word.is_ascii() && word.chars().any(|c| !c.is_ascii() && c.is_uppercase()) {
        return LISTS.exact(&word.to_lowercase());
    }
    LISTS.folded(word)
}

/// Words of the sentence that say what is credited.
pub(super) const NOUNS: Class = 1;
/// Words that point at the article itself.
pub(super) const THIS: Class = 1 << 1;
/// Words that say that it stood elsewhere before.
pub(super) const FIRST: Class = 1 << 2;
/// Other words that may stand before the verb.
pub(super) const FILLERS: Class = 1 << 3;
/// Verbs that say by themselves that it stood elsewhere before.
pub(super) const AGAIN: Class = 1 << 4;
/// Words of pictures: what they credit is no text.
pub(super) const PICTURES: Class = 1 << 5;
/// Carriers and picture sources that are no outlets.
pub(super) const NO_OUTLETS: Class = 1 << 6;
/// Words of time: "appeared in March", "first published on Monday".
pub(super) const TIMES: Class = 1 << 7;
/// Words that end a name though they may be capitalised.
pub(super) const STOPS: Class = 1 << 8;
/// Small words inside names.
pub(super) const JOINERS: Class = 1 << 9;
/// Words that outlets have in their names. Surnames and common words of institutions are left out.
pub(super) const OUTLET_WORDS: Class = 1 << 10;
/// Of these, the ones that are also surnames or short for a person's: not enough where people stand.
pub(super) const DOUBTFUL: Class = 1 << 11;
/// Words around what others gave: "With additional reporting by X", "Mit Material von X".
pub(super) const WITH: Class = 1 << 12;
pub(super) const MORE: Class = 1 << 13;
pub(super) const MATTER: Class = 1 << 14;
pub(super) const LEADS: Class = 1 << 15;
/// Labels of a source.
pub(super) const SOURCES: Class = 1 << 16;
/// What those are who write for an outlet.
pub(super) const STAFF: Class = 1 << 17;
/// Words of institutions that publish but are no outlets.
pub(super) const INSTITUTIONS: Class = 1 << 18;
pub(super) const PERMISSION: Class = 1 << 19;
pub(super) const COURTESY: Class = 1 << 20;
pub(super) const CONTRIBUTED: Class = 1 << 21;
pub(super) const CONTRIBUTING: Class = 1 << 22;
pub(super) const COPYRIGHT: Class = 1 << 23;
/// Only as the first word of a sentence: with the words of `WITH`, `MORE`, `MATTER` and `SOURCES`.
pub(super) const OPENING: Class = 1 << 24;
/// Words that a full stop follows inside a sentence.
pub(super) const ABBREVIATION: Class = 1 << 25;
/// A verb of [`VERBS`].
const STOOD: Class = 1 << 26;

/// Lists whose words announce a credit at the start of a sentence or a bracket, and those whose words do anywhere.
const OPENINGS: Class = OPENING | WITH | MORE | MATTER | SOURCES;
const CUES: Class = OPENINGS | STAFF | STOOD | AGAIN | PERMISSION | COURTESY | CONTRIBUTED | CONTRIBUTING | COPYRIGHT;

const WORDS: &[(Class, &str)] = &[
    (
        NOUNS,
        "\
    article story post column report piece essay commentary op-ed editorial item excerpt content text review \
    analysis blog dispatch interview feature entry oped artikel beitrag bericht artículo articulo texto nota \
    reportaje columna articolo testo pezzo artigo matéria reportagem press release news explainer investigation \
    transcript",
    ),
    (
        THIS,
        "\
    this above following dieser dieses cet cette ce este esta questo questa esse essa",
    ),
    (
        FIRST,
        "\
    originally first previously initially zuerst ursprünglich zunächst initialement originellement abord \
    originalmente primero primera originariamente inizialmente primo earlier already d'abord d’abord",
    ),
    (
        FILLERS,
        "\
    a an the of in with version versions longer shorter slightly different edited abridged updated part parts \
    portions was were is are has have had been also by here note editor's editor’s and wird wurde ist der die das \
    été est un fue ha sido se è stato foi del condensed it on our used kind special full express",
    ),
    (
        AGAIN,
        "\
    republished reprinted reposted reproduced re-published re-printed re-posted cross-posted crossposted excerpted \
    adapted republicado repris shared",
    ),
    (
        PICTURES,
        "\
    photo photos photograph photographs photographer image images picture pictures pictured getty caption video \
    screengrab screenshot screen illustration graphic graphics foto fotos bild cartoon map footage photography embed \
    pool",
    ),
    (
        NO_OUTLETS,
        "\
    twitter facebook youtube instagram tiktok reddit tumblr pinterest giphy flickr wikimedia wikipedia commons getty \
    shutterstock istock skype zoom whatsapp telegram email e-mail satellite google print page vimeo periscope \
    snapchat english german french spanish russian arabic chinese japanese i we he she it",
    ),
    (
        TIMES,
        "\
    january february march april may june july august september october november december jan feb mar apr jun jul \
    aug sep sept oct nov dec monday tuesday wednesday thursday friday saturday sunday a.m p.m mon tue wed thu fri",
    ),
    (
        STOPS,
        "\
    on in at by under with from as to was is are has have all rights reserved read click copyright used via here \
    where who which contributed this that follow subscribe permission please licensed license see visit",
    ),
    (
        JOINERS,
        "\
    of the for de la le les el los las del della delle di da do der die das den du des van von",
    ),
    (
        OUTLET_WORDS,
        "\
    news times press journal tribune herald gazette dispatch post-dispatch courier chronicle observer guardian \
    telegraph sentinel ledger examiner inquirer enquirer gazetteer newspaper newspapers newswire newsroom weekly \
    daily magazine radio television tv broadcasting bulletin bugle argus advertiser lantern mercury intelligencer \
    monitor post mail star mirror echo standard globe beacon bee record register patriot independent republican \
    democrat today digest spectator zeitung nachrichten tageblatt anzeiger rundschau kurier presse allgemeine \
    tagblatt morgenpost abendblatt diario periódico noticias gaceta correo jornal folha figaro nouvelles corriere \
    gazzetta giornale repubblica stampa courrier tijd dagblad telegraaf dagbladet nyheter nyhetsbyrå tidende газета",
    ),
    (
        DOUBTFUL,
        "\
    post mail star mirror echo standard globe beacon bee record register mercury independent republican democrat \
    today patriot",
    ),
    (WITH, "with mit con com avec"),
    (MORE, "additional some further original"),
    (
        MATTER,
        "\
    reporting files material information contributions materials informationen información informaciones \
    informazioni informações inputs reports agenturmaterial report",
    ),
    (LEADS, "by from von vom der de di da do of del dell"),
    (SOURCES, "source sources quelle quellen fonte fuente bron kilde källa źródło источник"),
    (
        STAFF,
        "\
    writer writers reporter reporters correspondent correspondents journalist staff producer producers editor editors",
    ),
    (
        INSTITUTIONS,
        "\
    university books department bureau institute college center centre secretary office society association \
    foundation ministry commission statistics",
    ),
    (PERMISSION, "permission"),
    (COURTESY, "courtesy"),
    (CONTRIBUTED, "contributed"),
    (CONTRIBUTING, "contributing"),
    (COPYRIGHT, "copyright"),
    (OPENING, "via h/t ht hat med met press news media"),
    (
        ABBREVIATION,
        "\
    mr mrs ms dr st mt ft sen rep gov gen lt col sgt no vol jr sr prof rev u.s u.k n.y d.c p.m a.m feb jan aug \
    sept",
    ),
];

/// Words that may stand between a verb of [`VERBS`] and what leads to the outlet, beside those of [`FIRST`].
pub(super) const BETWEEN: &str = "here also exclusively online";

/// Words that lead to the outlet after a verb of [`AGAIN`].
pub(super) const LEADS_AGAIN: &str = "from at on by";

/// What leads to whoever gives a permission.
pub(super) const BEFORE_OWNERS: &str = "of from by";

/// What people contribute, and what leads to what they contribute to.
pub(super) const GIFTS: &str = "reporting material information";
pub(super) const TO_WHAT: &str = "to additional";

/// How the footer of a feed begins: "The post Bridge falls appeared first on The Lantern."
pub(super) const FOOTERS: [(&str, &str); 3] = [("the", "post"), ("der", "beitrag"), ("la", "entrada")];

/// Verbs that say where an article stood, each with the words that lead to the outlet.
pub(super) const VERBS: [(&str, &str); 20] = [
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

static LISTS: LazyLock<Lexicon> = LazyLock::new(|| {
    let verbs = VERBS.iter().map(|&(verb, _)| (STOOD, verb));
    Lexicon::new(&WORDS.iter().copied().chain(verbs).collect::<Vec<_>>())
});

/// The first and the last letter and the lengths of the words that announce something: few other words share them, and
/// those need not be looked up.
static CUE_SHAPES: LazyLock<Shapes> = LazyLock::new(|| {
    let mut shapes = Shapes([0; 64]);
    for word in listed().filter(|word| cue(LISTS.folded(word)).is_some()) {
        let (at, bit) = Shapes::place(word.as_bytes());
        shapes.0[at] |= bit;
    }
    shapes
});

struct Shapes([u64; 64]);

impl Shapes {
    fn holds(&self, word: &str) -> bool {
        let (at, bit) = Self::place(word.as_bytes());
        self.0[at] & bit != 0
    }

    /// The bit of a word, whatever the case of its ASCII letters.
    fn place(word: &[u8]) -> (usize, u64) {
        let letter = |byte: Option<&u8>| byte.map_or(0, |byte| usize::from(byte | 0x20));
        let mixed = letter(word.first()) + 37 * letter(word.last()) + 5 * word.len();
        (mixed % 64, 1 << (mixed / 64 % 64))
    }
}

/// The words that announce something of this kind, with blanks between.
pub(super) fn cues(kind: impl Fn(Cue) -> bool) -> String {
    let words: Vec<&str> = listed().filter(|word| cue_of(word).is_some_and(&kind)).collect();
    words.join(" ")
}

/// The words that may stand before a verb that says where an article stood.
pub(super) fn before_verbs() -> String {
    in_lists(FIRST | NOUNS | THIS | FILLERS)
}

/// The words that may follow such a verb: those that lead to the outlet, and those that may stand between.
pub(super) fn after_verbs() -> String {
    let leads: Vec<&str> = VERBS.iter().map(|&(_, leads)| leads).collect();
    [&in_lists(FIRST), BETWEEN, LEADS_AGAIN, &leads.join(" ")].join(" ")
}

fn in_lists(lists: Class) -> String {
    let words: Vec<&str> = WORDS.iter().filter(|(list, _)| list & lists != 0).map(|&(_, words)| words).collect();
    words.join(" ")
}

/// The words of all lists.
fn listed() -> impl Iterator<Item = &'static str> {
    WORDS.iter().flat_map(|(_, words)| words.split_whitespace()).chain(VERBS.iter().map(|&(verb, _)| verb))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_word_is_in_its_lists_in_any_case() {
        assert_eq!(class_of("Post"), NOUNS | OUTLET_WORDS | DOUBTFUL);
        assert_eq!(class_of("INFORMACIÓN"), MATTER);
        assert_eq!(class_of("harbour"), 0);
        assert_eq!((cue_of("Información"), cue_of("INFORMACIÓN")), (Some(Cue::Opening), None));
    }

    #[test]
    fn every_word_is_found_in_its_list() {
        for (class, words) in WORDS {
            for word in words.split_ascii_whitespace() {
                assert_eq!(class_of(word) & class, *class, "{word}");
            }
        }
    }
}
