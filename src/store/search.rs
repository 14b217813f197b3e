//! Which articles of an index may share words with a text: by its fingerprints and its bands. Rumours, as all candidates.

use super::{Article, Live, Place, Store};
use crate::error::Result;
use crate::index::disk::file::Postings;
use crate::index::disk::record::Words;
use crate::index::disk::writer::{HUB, REPRESENTATIVES, fingerprint_key};
use crate::index::{Prepared, ShortToken, contexts};
use crate::lsh::Banding;
use crate::prepare::Preparer;
use crate::settings::Channels;
use rayon::prelude::*;
use std::collections::BTreeSet;

/// Least share of lanes whose low bytes agree: below the estimate that a pair of articles needs, 0.10, so that none is
/// lost here.
const MIN_AGREEMENT: f64 = 0.08;

/// Where candidates are.
pub(crate) struct Rumours {
    /// In the order of the index.
    pub(crate) places: Vec<Place>,
    /// Whether there were too many of a fingerprint or band to name all.
    pub(crate) has_more: bool,
}

impl Store {
    /// Articles that share a fingerprint or a band with `prepared`. Of a fingerprint in more than 64 articles those that
    /// stand for its runs of eight words; of a band the first 64.
    pub(crate) fn candidates(&self, prepared: &Prepared, channels: Channels) -> Result<Rumours> {
        let mut out = Rumours { places: Vec::new(), has_more: false };
        for (at, segment) in self.segments.iter().enumerate() {
            let mut found: BTreeSet<u32> = BTreeSet::new();
            if channels.fingerprints() {
                out.has_more |= segment.sharing_fingerprints(prepared, &mut found)?;
            }
            if channels.lsh() {
                segment.sharing_bands(prepared, &mut found)?;
            }
            out.places.extend(found.into_iter().map(|number| Place { segment: at as u32, number }));
        }
        Ok(out)
    }

    /// Reads and prepares candidates. `words` says how a token of the text that is asked about reads.
    pub(crate) fn read_candidates<'w>(
        &self,
        places: &[Place],
        words: &(dyn Fn(u32) -> Option<&'w str> + Sync),
    ) -> Result<Vec<Article>> {
        self.prepare(places, words)
    }
}

impl Live {
    /// Returns whether there were too many of a fingerprint.
    fn sharing_fingerprints(&self, prepared: &Prepared, found: &mut BTreeSet<u32>) -> Result<bool> {
        let looked_up: Vec<Result<(Vec<u32>, bool)>> = prepared
            .fingerprints
            .par_iter()
            .with_min_len(16)
            .map(|fingerprint| {
                let mut rows = Vec::new();
                let key = fingerprint_key(fingerprint.hash);
                self.file.find_until(Postings::Fingerprints, key, &mut rows, |rows| articles_of(rows).len() > HUB)?;
                let mut articles = articles_of(&rows);
                if articles.len() > HUB {
                    return self.of_hub(&prepared.tokens, fingerprint.position, key);
                }
                articles.retain(|&number| self.holds(number));
                Ok((articles, false))
            })
            .collect();
        let mut has_more = false;
        for articles in looked_up {
            let (articles, more) = articles?;
            found.extend(articles);
            has_more |= more;
        }
        Ok(has_more)
    }

    /// Who stands for the runs of eight words around the place of a hub, and whether others have such a run too.
    fn of_hub(&self, tokens: &[ShortToken], position: u32, key: u64) -> Result<(Vec<u32>, bool)> {
        let mut out = Vec::new();
        let mut more = false;
        for context in contexts(tokens, position) {
            let mut standing = Vec::new();
            self.file.find(Postings::Hubs, context, &mut standing)?;
            let before = out.len();
            out.extend(standing.iter().map(|row| row.0).filter(|&number| self.holds(number)));
            if standing.len() < REPRESENTATIVES {
                continue;
            }
            more = true;
            // All that stood for it are gone, and there are others.
            if out.len() == before {
                let mut rows = Vec::new();
                self.file.find(Postings::Fingerprints, key, &mut rows)?;
                rows.sort_unstable();
                out.extend(self.first_with(context, &rows)?);
            }
        }
        Ok((out, more))
    }

    /// The first live article that has `context` at one of `rows`.
    fn first_with(&self, context: u64, rows: &[(u32, u32)]) -> Result<Option<u32>> {
        let mut unpacker = self.file.unpacker()?;
        let mut preparer = Preparer::default();
        for places in rows.chunk_by(|x, y| x.0 == y.0).filter(|places| self.holds(places[0].0)) {
            let number = places[0].0;
            let tokens = match self.file.record(number, &mut unpacker)?.words {
                Words::Hashes { tokens, .. } => tokens.iter().map(|hash| ShortToken::new(hash.short())).collect(),
                Words::Text { text, body_start } => preparer.tokens(&text, body_start),
            };
            if places.iter().any(|place| contexts(&tokens, place.1).any(|theirs| theirs == context)) {
                return Ok(Some(number));
            }
        }
        Ok(None)
    }

    fn sharing_bands(&self, prepared: &Prepared, found: &mut BTreeSet<u32>) -> Result<()> {
        let mut keys: Vec<(Postings, u64)> = Vec::new();
        let of =
            |banding: Banding, signature| (0..banding.bands()).map(move |band| banding.spread_key(signature, band));
        if let Some(signature) = &prepared.signature {
            keys.extend(of(Banding::ARTICLE_WIDE, signature).map(|key| (Postings::ArticleBands, key)));
        }
        for (_, signature) in &prepared.paragraph_signatures {
            keys.extend(of(Banding::PARAGRAPH, signature).map(|key| (Postings::ParagraphBands, key)));
        }
        let looked_up: Vec<Result<Vec<u32>>> = keys
            .par_iter()
            .with_min_len(16)
            .map(|&(postings, key)| {
                let mut rows = Vec::new();
                self.file.find(postings, key, &mut rows)?;
                let mut articles = articles_of(&rows);
                articles.retain(|&number| self.holds(number));
                articles.truncate(HUB);
                Ok(articles)
            })
            .collect();
        for (articles, (postings, _)) in looked_up.into_iter().zip(keys) {
            for number in articles? {
                if postings == Postings::ParagraphBands || self.resembles(prepared, number)? {
                    found.insert(number);
                }
            }
        }
        Ok(())
    }

    /// Whether the signature that is stored of an article agrees with that of `prepared` by more than chance. Two
    /// unequal lanes have the same low byte once in 256 times.
    fn resembles(&self, prepared: &Prepared, number: u32) -> Result<bool> {
        let Some(signature) = &prepared.signature else { return Ok(false) };
        let stored = self.file.signature(number)?;
        let equal = stored.iter().zip(signature).filter(|(stored, own)| **stored == own.get() as u8).count();
        Ok(equal as f64 >= MIN_AGREEMENT * stored.len() as f64)
    }
}

/// The articles of postings, each once.
fn articles_of(rows: &[(u32, u32)]) -> Vec<u32> {
    let mut articles: Vec<u32> = rows.iter().map(|row| row.0).collect();
    articles.sort_unstable();
    articles.dedup();
    articles
}
