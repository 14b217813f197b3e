//! Overlaps → the kind of each word of each article, shares that add up, who had it first.
//! Finds nothing: it judges what was aligned.

mod kind;
mod quotes;
mod sheet;

pub use kind::{Kind, Partition};
pub use quotes::quoted;
pub use sheet::{Excerpt, ParagraphRow, Sheet, SideFacts, SourceShare, sheets};
