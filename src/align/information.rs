//! Which words say little: a fixed table, so that a report never flips as the corpus grows.

use crate::text::WordSet;
use std::sync::LazyLock;

/// The commonest words of the languages that news is mostly written in. A shingle of these alone is no evidence.
const COMMON: &str = "a about after all also am an and any are as at back be because been before being but by can could \
    day did do does during each even first for from get go good had has have he her here him his how i if in into is it \
    its it's just last like made make many may me more most much must my new no not now of off on one only or other our \
    out over own people said same say says she should since so some such than that that's the their them then there \
    these they this those through time to told two under until up us very was way we well were what when where which \
    while who why will with would year years you your \
    de la le les des du un une et en que qui dans pour pas par sur au aux ce cette est sont il elle ils se ne plus avec \
    el los las una y del al con por para es su lo como más o pero sus \
    der die das den dem des ein eine einer einem einen und ist im mit von zu auf für nicht sich auch als an aus bei nach \
    wie wird werden hat haben sie er es \
    di il che è in non per una sono da si con gli nel della dei alla \
    da do dos das em um uma não com os as ao na no se";

static TABLE: LazyLock<WordSet> = LazyLock::new(|| WordSet::new(COMMON));

/// Whether a token is one of the commonest words.
pub(crate) fn is_common(token: u32) -> bool {
    TABLE.contains(token)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn common_words_are_known_and_others_are_not() {
        let mut tokens = crate::text::Tokens::default();
        crate::text::Tokenizer::default().tokenize("The OF dans nicht quay harbour", 0, &mut tokens);
        let known: Vec<bool> = tokens.hashes.iter().map(|h| is_common(h.short())).collect();
        assert_eq!(known, [true, true, true, true, false, false]);
    }
}
