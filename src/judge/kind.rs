//! What a shared word is, and how the words of an article are shared out.

/// What kind of reuse a word, an overlap or a passage is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum Kind {
    /// Inside quotation marks on this side, shared with anyone.
    Quotation,
    /// Furniture of an outlet.
    Boilerplate,
    /// The article credits the outlet or agency that carries it.
    Credited,
    /// Shared with another outlet, neither quoted nor credited.
    Unattributed,
    /// The outlet's own words again.
    SelfReuse,
    /// Another version of the same article.
    Revision,
    /// Names, titles and set phrases.
    Formula,
}

impl Kind {
    /// All kinds, in order of precedence.
    pub const ALL: [Self; 7] = [
        Self::Quotation,
        Self::Boilerplate,
        Self::Credited,
        Self::Unattributed,
        Self::SelfReuse,
        Self::Revision,
        Self::Formula,
    ];

    /// Name in tables.
    pub fn name(self) -> &'static str {
        match self {
            Self::Quotation => "quotation",
            Self::Boilerplate => "boilerplate",
            Self::Credited => "credited",
            Self::Unattributed => "unattributed",
            Self::SelfReuse => "self",
            Self::Revision => "revision",
            Self::Formula => "formula",
        }
    }
}

/// Words by kind. What is of no kind is unique.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Partition {
    counts: [u32; Kind::ALL.len()],
}

impl Partition {
    /// Counts one word.
    pub fn add(&mut self, kind: Kind) {
        self.counts[kind as usize] += 1;
    }

    /// Counts so many words.
    pub(super) fn add_all(&mut self, kind: Kind, words: u32) {
        self.counts[kind as usize] += words;
    }

    /// Words of a kind.
    pub fn of(&self, kind: Kind) -> u32 {
        self.counts[kind as usize]
    }

    /// Words of any kind.
    pub fn shared(&self) -> u32 {
        self.counts.iter().sum()
    }

    /// The kind of most words, by precedence among equals; `None` where all are unique.
    pub fn most(&self) -> Option<Kind> {
        let most = Kind::ALL.into_iter().rev().max_by_key(|&kind| self.of(kind))?;
        (self.of(most) > 0).then_some(most)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn kinds_are_listed_in_the_order_of_their_numbers() {
        for (at, kind) in Kind::ALL.into_iter().enumerate() {
            assert_eq!(kind as usize, at);
        }
    }

    #[test]
    fn of_equal_counts_the_first_by_precedence_is_most() {
        let mut p = Partition::default();
        assert_eq!(p.most(), None);
        p.add(Kind::SelfReuse);
        p.add(Kind::Unattributed);
        assert_eq!(p.most(), Some(Kind::Unattributed));
        p.add(Kind::SelfReuse);
        assert_eq!(p.most(), Some(Kind::SelfReuse));
        assert_eq!(p.shared(), 3);
    }
}
