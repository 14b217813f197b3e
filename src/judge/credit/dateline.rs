//! Datelines: "TOLVANE, Tarsenia (ESTREL) – ". Reads the start of a paragraph alone.

use super::finder::Finder;
use super::split::{Range, is_any};
use super::words::{TIMES, class_of};

impl<'t> Finder<'t> {
    /// "TOLVANE, Tarsenia (ESTREL) – ", "(Reuters) - ", "MOSCOW, January 5 /TASS/. ".
    pub(super) fn dateline(&mut self, range: Range) {
        let mut limit = range.end.min(range.start + 130);
        while !self.text.is_char_boundary(limit) {
            limit -= 1;
        }
        let start = &self.text[range.start..limit];
        let Some(open) = memchr::memchr2(b'(', b'/', start.as_bytes()) else { return };
        let slash = start.as_bytes()[open] == b'/';
        let closing = if slash { b'/' } else { b')' };
        let Some(length) = memchr::memchr(closing, &start.as_bytes()[open + 1..]) else { return };
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
}

/// Words in capitals at the start of an article that are no places.
const NOT_PLACES: &str = "\
    UPDATE UPDATED UPDATES BREAKING EXCLUSIVE NOTE CORRECTION VIDEO ANALYSIS OPINION WATCH PHOTO PHOTOS SEN REP GOV \
    DEAR NEWS LIVE READ PHOTOS: EDITOR";

/// Whether what stands in the brackets of a dateline can be an outlet: no party, state, date, rating, share.
pub(super) fn is_sign_of_outlet(name: &str) -> bool {
    let letters = name.chars().filter(|c| c.is_alphabetic()).count();
    letters > 1
        && name.chars().all(|c| c.is_alphabetic() || matches!(c, ' ' | '-' | '.' | '&'))
        && !name.chars().next().is_some_and(char::is_lowercase)
        && name.split_whitespace().count() <= 4
        // "R-Wyo.", "D-Calif."
        && name.chars().nth(1).is_none_or(|c| c != '-' && c != '.')
        && !name.split_whitespace().any(|w| class_of(w.trim_end_matches('.')) & TIMES != 0)
        // Two letters are a state or a country.
        && letters > 2
}

/// Whether the letters of `short` stand in `name` in their order.
fn abbreviates(short: &str, name: &str) -> bool {
    let mut letters = name.chars().flat_map(char::to_lowercase);
    short.chars().flat_map(char::to_lowercase).all(|c| letters.any(|letter| letter == c))
}

#[cfg(test)]
mod tests {
    use super::super::fixture::top;

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
}
