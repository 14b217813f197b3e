//! Document → paragraphs and tokens. Every token keeps its bytes in the original text.
//! Knows nothing of shingles or of what two texts share.

mod boundaries;
mod normalize;
mod paragraphs;
mod tokens;
mod word_set;
pub(crate) mod xxh3;

pub use boundaries::{Boundaries, Boundary};
pub use normalize::{TOKENIZER_ID, UNICODE_VERSION};
pub use paragraphs::paragraphs;
pub use tokens::{TokenHash, Tokenizer, Tokens};
pub use word_set::WordSet;
