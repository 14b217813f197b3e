//! Keeps the credits that are found. Reads nothing.

use super::Credit;
use super::split::Range;
use crate::document::ByteSpan;
use crate::outlet::Outlets;

/// The credits of an article, as far as they are found.
pub(super) struct Finder<'t> {
    pub(super) text: &'t str,
    pub(super) outlets: &'t Outlets,
    /// With the key of the one named.
    pub(super) found: Vec<(Credit, String)>,
    /// Whether a dateline is being read.
    pub(super) dateline: bool,
}

impl<'t> Finder<'t> {
    pub(super) fn finish(mut self) -> Vec<Credit> {
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
    pub(super) fn give(&mut self, name: Range, bytes: Range, marks: bool) {
        let Some(name) = self.text.get(name) else { return };
        let agency = if marks { self.outlets.is_agency_mark(name) } else { self.outlets.is_agency(name) };
        let key = if agency { self.outlets.mark_key(name) } else { self.outlets.key(name) };
        if !key.is_empty() {
            let bytes = ByteSpan::new(bytes.start as u32, bytes.end as u32);
            let name = name.to_owned();
            self.found.push((Credit { name, bytes, agency, dateline: self.dateline }, key));
        }
    }
}
