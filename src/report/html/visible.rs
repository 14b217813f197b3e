//! Texts as the page shows them: characters that cannot be seen, but turn or hide what stands around them, become marks
//! that can.

use std::borrow::Cow;

/// A text and where its bytes went.
#[derive(Debug)]
pub(super) struct Visible<'a> {
    pub(super) text: Cow<'a, str>,
    /// Byte after each character that was replaced, in the text as it was and as it is shown.
    moved: Vec<(u32, u32)>,
}

impl Visible<'_> {
    /// How many UTF-16 units stand before each of these bytes of the text as it is shown, which rise.
    pub(super) fn units(&self, bytes: impl IntoIterator<Item = u32>) -> Vec<u32> {
        if self.text.is_ascii() {
            return bytes.into_iter().collect();
        }
        let (mut at, mut units) = (0, 0);
        let mut unit = |byte: u32| {
            let byte = byte as usize;
            units += self.text.get(at..byte).unwrap_or_default().encode_utf16().count() as u32;
            at = byte;
            units
        };
        bytes.into_iter().map(&mut unit).collect()
    }

    /// Where a byte of the text as it was stands now.
    pub(super) fn at(&self, byte: u32) -> u32 {
        let before = self.moved.partition_point(|&(was, _)| was <= byte);
        match before.checked_sub(1).map(|last| self.moved[last]) {
            Some((was, is)) => byte - was + is,
            None => byte,
        }
    }
}

/// The text with marks for what cannot be seen.
pub(super) fn visible(text: &str) -> Visible<'_> {
    if !text.chars().any(is_unseen) {
        return Visible { text: Cow::Borrowed(text), moved: Vec::new() };
    }
    let (mut out, mut moved) = (String::with_capacity(text.len() + 16), Vec::new());
    for (at, c) in text.char_indices() {
        if is_unseen(c) {
            out.push_str(&format!("⟨U+{:04X}⟩", c as u32));
            moved.push(((at + c.len_utf8()) as u32, out.len() as u32));
        } else {
            out.push(c);
        }
    }
    Visible { text: Cow::Owned(out), moved }
}

/// Controls, marks of direction, and what has no width. Not the joiners of Persian, of Indic scripts and of emoji: without
/// them words fall apart, and they turn nothing.
fn is_unseen(c: char) -> bool {
    match c {
        '\t' | '\n' | '\r' => false,
        '\u{AD}' | '\u{34F}' | '\u{115F}' | '\u{1160}' | '\u{2028}' | '\u{2029}' | '\u{2800}' | '\u{3164}'
        | '\u{FFA0}' => true,
        '\u{61C}' | '\u{180E}' | '\u{200B}' | '\u{200E}' | '\u{200F}' | '\u{2060}'..='\u{2064}' | '\u{FEFF}' => true,
        '\u{202A}'..='\u{202E}' | '\u{2066}'..='\u{206F}' | '\u{FFF9}'..='\u{FFFB}' => true,
        '\u{E0000}'..='\u{E007F}' => true,
        _ => c.is_control(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_turns_or_hides_text_is_shown_and_the_rest_stays() {
        assert_eq!(visible("a\u{202E}b\u{0}c\u{200B}").text, "a⟨U+202E⟩b⟨U+0000⟩c⟨U+200B⟩");
        let plain = "Zoë \u{200C}می\u{200D}\n\tשלום 👩\u{200D}🚀";
        assert!(matches!(visible(plain).text, Cow::Borrowed(text) if text == plain));
    }

    #[test]
    fn bytes_are_found_again() {
        let text = "é\u{202E}two\u{0}three";
        let shown = visible(text);
        for (at, c) in text.char_indices().filter(|(_, c)| !is_unseen(*c)) {
            assert!(shown.text[shown.at(at as u32) as usize..].starts_with(c), "{c}");
        }
        assert_eq!(shown.at(text.len() as u32) as usize, shown.text.len());
    }
}
