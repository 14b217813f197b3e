//! Whether a paragraph may hold a credit, told by its tokens. Few may, and only these are cut into words. What is told here
//! has to hold for every form in [`super::sentence`] and [`super::people`]: where a token cannot be judged, it may.

use super::words::{BEFORE_OWNERS, Cue, FOOTERS, GIFTS, TO_WHAT, after_verbs, before_verbs, cues};
use super::{Place, REACH};
use crate::document::{ByteSpan, Paragraph};
use crate::index::ShortToken;
use crate::text::WordSet;
use std::sync::LazyLock;

/// Whether a paragraph has a word, or the sign, that a credit cannot do without, among words that a credit may have.
pub(super) fn has_cue(
    text: &str,
    tokens: &[ShortToken],
    spans: &[ByteSpan],
    paragraph: &Paragraph,
    place: Place,
) -> bool {
    let (cut, any) = (CutParagraph { bytes: text.as_bytes(), tokens, spans, paragraph, place }, &CUES.any);
    let zone = &cut.bytes[paragraph.bytes.range()];
    paragraph.tokens.range().any(|at| any.contains(tokens[at].get()) && cut.announces(at))
        // ©
        || memchr::memchr_iter(0xA9, zone).any(|at| at > 0 && zone[at - 1] == 0xC2)
}

/// A paragraph, cut into tokens.
struct CutParagraph<'a> {
    bytes: &'a [u8],
    tokens: &'a [ShortToken],
    spans: &'a [ByteSpan],
    paragraph: &'a Paragraph,
    place: Place,
}

impl CutParagraph<'_> {
    /// Whether the word of a cue may announce a credit where it stands.
    fn announces(&self, at: usize) -> bool {
        let (cues, token, span) = (&*CUES, self.tokens[at].get(), self.spans[at]);
        let byte = |at: u32| self.bytes.get(at as usize).copied();
        let next_is = |set: &WordSet| self.next(at).is_none_or(|next| set.contains(next));
        cues.stood.contains(token) && self.may_have_stood(at)
            || cues.anywhere.contains(token)
            || cues.permission.contains(token) && next_is(&cues.owners)
            || cues.contributed.contains(token) && (self.may_end(at) || next_is(&cues.gifts))
            || cues.contributing.contains(token) && byte(span.end) == Some(b':')
            || cues.staff.contains(token) && self.place.tail()
            || cues.opening.contains(token) && self.may_open(at)
            || cues.c.contains(token)
                && span.start > 0
                && byte(span.start - 1) == Some(b'(')
                && byte(span.end) == Some(b')')
    }

    /// "… was first published in", "The post … appeared first on".
    fn may_have_stood(&self, at: usize) -> bool {
        let cues = &*CUES;
        let footer = || self.paragraph.tokens.range().any(|at| cues.footers.contains(self.tokens[at].get()));
        self.next(at).is_none_or(|next| cues.leads.contains(next)) && (self.follows_only(at, &cues.before) || footer())
    }

    /// Whether all words before one are of a set, back to where its clause may begin.
    fn follows_only(&self, at: usize, set: &WordSet) -> bool {
        let mut at = at;
        while let Some(before) = self.word_before(at) {
            if !set.contains(before) {
                return false;
            }
            at -= 1;
        }
        true
    }

    /// The word before, where it is one token of ASCII between two blanks: no sentence or clause begins after it.
    fn word_before(&self, at: usize) -> Option<u32> {
        let before = at.checked_sub(1).filter(|&before| before >= self.paragraph.tokens.start as usize)?;
        let (word, here) = (self.spans[before], self.spans[at].start as usize);
        let alone = match (word.start as usize).checked_sub(1) {
            Some(at) if at >= self.paragraph.bytes.start as usize => self.bytes[at].is_ascii_whitespace(),
            _ => true,
        };
        (alone && self.bytes.get(word.end as usize..here) == Some(b" ")).then(|| self.ascii(before))?
    }

    /// The token after one; `None` where there is none, or where letters were folded, so that the word may be another.
    fn next(&self, at: usize) -> Option<u32> {
        self.paragraph.tokens.range().contains(&(at + 1)).then(|| self.ascii(at + 1))?
    }

    fn ascii(&self, at: usize) -> Option<u32> {
        self.bytes.get(self.spans[at].range())?.is_ascii().then(|| self.tokens[at].get())
    }

    /// Whether a sentence, or what is read of the paragraph, may end with a word.
    fn may_end(&self, at: usize) -> bool {
        let end = self.spans[at].end;
        let next = self.spans.get(at + 1).is_some_and(|next| next.start == end + 1);
        !(next && self.bytes.get(end as usize) == Some(&b' ')) || self.paragraph.bytes.range().len() > 2 * REACH
    }

    /// Whether a sentence or a bracket may begin with a word: it has a capital or a bracket before it, and does not just
    /// follow another word.
    fn may_open(&self, at: usize) -> bool {
        let start = self.spans[at].start as usize;
        let before = &self.bytes[self.paragraph.bytes.start as usize..start];
        let follows = matches!(before, [.., last, b' '] if last.is_ascii_alphanumeric() || *last == b',');
        !follows
            && (self.bytes[start].is_ascii_uppercase() || start > 0 && matches!(self.bytes[start - 1], b'(' | b'['))
    }
}

/// The words of cues, and what has to stand beside them.
struct Cues {
    /// All of them.
    any: WordSet,
    stood: WordSet,
    /// What may stand before a word of `stood`.
    before: WordSet,
    /// What has to follow one.
    leads: WordSet,
    /// What the footer of a feed is about, in which any word may stand before the verb.
    footers: WordSet,
    anywhere: WordSet,
    permission: WordSet,
    /// What has to follow a word of `permission`.
    owners: WordSet,
    contributed: WordSet,
    /// What has to follow a word of `contributed` that ends no sentence.
    gifts: WordSet,
    contributing: WordSet,
    staff: WordSet,
    /// Only as the first word of a sentence or a bracket.
    opening: WordSet,
    /// Of "(c)".
    c: WordSet,
}

static CUES: LazyLock<Cues> = LazyLock::new(|| {
    let of = |kind: Cue| WordSet::new(&cues(|cue| cue == kind));
    let footers: Vec<&str> = FOOTERS.iter().map(|&(_, about)| about).collect();
    Cues {
        any: WordSet::new(&(cues(|_| true) + " c")),
        stood: of(Cue::Stood),
        before: WordSet::new(&before_verbs()),
        leads: WordSet::new(&after_verbs()),
        footers: WordSet::new(&footers.join(" ")),
        anywhere: WordSet::new(&cues(|cue| matches!(cue, Cue::Copyright | Cue::Courtesy))),
        permission: of(Cue::Permission),
        owners: WordSet::new(BEFORE_OWNERS),
        contributed: of(Cue::Contributed),
        gifts: WordSet::new(&[GIFTS, TO_WHAT].join(" ")),
        contributing: of(Cue::Contributing),
        staff: of(Cue::Staff),
        opening: of(Cue::Opening),
        c: WordSet::new("c"),
    }
});

#[cfg(test)]
mod tests {
    use super::super::Place;
    use super::super::fixture::{STORY, cut, find, find_everywhere};
    use super::has_cue;
    use proptest::prelude::*;

    #[test]
    fn prose_is_not_cut_into_words() {
        // Nothing to see from outside: what is found would be the same.
        for line in ["They ran in fear.", "The Fox News poll", "He shared it on Monday.", "Staff said so."] {
            assert!(!cue(&format!("{line} {STORY}")), "{line}");
        }
        for line in ["It was published in The Ferry.", "Republished from X.", "(c) 2031 X", "Via The Ferry"] {
            assert!(cue(line), "{line}");
        }
    }

    fn cue(text: &str) -> bool {
        let (tokens, spans, paragraphs) = cut(text);
        has_cue(text, &tokens, &spans, &paragraphs[0], Place { at: 0, left: 9 })
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(1000))]
        /// Words that open a sentence in small letters are left aside: they are prose more often than not.
        #[test]
        fn what_is_left_out_would_give_no_credit(
            pieces in prop::collection::vec(prop_oneof![
                prop::sample::select(vec![
                    "This", "article", "originally", "first", "appeared", "published", "ran", "in", "on", "by", "from", "The",
                    "the", "post", "Ledger", "Ansley Times", "Reuters", "(AP)", "Associated Press", "—", "©", "(c)", "2031",
                    "Copyright", "Via", "(via", "H/T", "Source:", "contributed", "to this story.", "contributed reporting",
                    "contributed to this report", "Reporting", "and", "of", "By", "writer", "With", "Material", "was", "used",
                    "permission", "with permission of", "Courtesy", "courtesy", "re-published", "Contributing:", "published,",
                    "d’abord", "editor's", "note", "\n", "\n\n", "  ", "Mit", "dpa", "Press", "News", "release", "Jane Roe", "La",
                    "entrada", "publicó", "en", "additional", "information", "to", "distributed,", "article™",
                    "’", "é", ",", "it.The", "shared", "distributed", "(", ")", "[", "paru", "dans", "Le", "3½", "\u{a0}",
                    "ran.", "appears",
                ]).prop_map(str::to_owned),
                "\\PC{0,4}",
            ], 1..16),
            glue in prop::sample::select(vec!["", " ", " ", " ", " "]),
            before in 68usize..84,
        ) {
            let text = pieces.join(glue);
            prop_assert_eq!(find(&text), find_everywhere(&text));
            // Of a long paragraph only the ends are read, even where that parts a word.
            let text = format!("{} {text} {}", "Rain fell. ".repeat(before), STORY.repeat(8));
            prop_assert_eq!(find(&text), find_everywhere(&text));
        }
    }
}
