//! The forms of sentences, lines and brackets that give a credit. Knows not what may be a name.

use super::Place;
use super::finder::Finder;
use super::names::Takes;
use super::split::*;
use super::words::*;

/// A sentence that gives a credit has at most so many words.
const SENTENCE: usize = 60;

impl<'t> Finder<'t> {
    pub(super) fn sentences(&mut self, words: &[Word<'t>], place: Place) {
        let mut from = 0;
        while from < words.len() {
            let to = (from + 1..words.len()).find(|&at| words[at].begins).unwrap_or(words.len());
            let sentence = &words[from..to];
            if sentence.len() <= SENTENCE {
                let last = to == words.len() && place.left == 0;
                self.sentence(sentence, place, last);
            }
            from = to;
        }
    }

    /// Looks for the words that every form has one of, and tries that form.
    fn sentence(&mut self, words: &[Word<'t>], place: Place, last: bool) {
        for at in 0..words.len() {
            let word = &words[at];
            if word.is_bracketed() {
                self.bracket(words, at, place, last);
            }
            match word.cue {
                Some(Cue::Stood) => self.stood(words, at),
                Some(Cue::Permission) => self.permission(words, at),
                Some(Cue::Courtesy) => self.courtesy(words, at, place),
                Some(Cue::Contributed) => self.contributed(words, at),
                // "Contributing: Ana Moll; Associated Press"
                Some(Cue::Contributing) if word.after().starts_with(':') => {
                    self.people(&words[at + 1..], self.whole(words));
                }
                Some(Cue::Opening) if at == 0 => self.opening(words, place, last),
                Some(Cue::Staff) if at < 6 && place.tail() => self.staff(words, at),
                Some(Cue::Contributing | Cue::Opening | Cue::Staff) => {}
                Some(Cue::Copyright) => self.copyright(words, at, place),
                None if is_sign(word) => {
                    self.copyright(words, at, place);
                }
                None => {}
            }
        }
    }

    pub(super) fn whole(&self, words: &[Word]) -> Range {
        match (words.first(), words.last()) {
            (Some(first), Some(last)) => first.start..last.end(),
            _ => 0..0,
        }
    }

    /// "This article was first published by X", "Republished from X", "The post Y appeared first on X".
    fn stood(&mut self, words: &[Word<'t>], verb: usize) {
        let again = words[verb].is_in(AGAIN);
        let leads = match VERBS.iter().find(|(name, _)| words[verb].is(name)) {
            Some((_, leads)) => leads,
            None => LEADS_AGAIN,
        };
        let carrier = words[verb].is_any("distributed syndicated");
        let clause = match verb.checked_sub(1) {
            // "© 2031 Slow Ferry, distributed by X"
            Some(last) if carrier && words[last].raw.ends_with(',') => verb,
            _ => clause_start(words, verb),
        };
        let before = &words[clause..verb];
        let mut first = before.iter().any(|w| w.is_in(FIRST));
        let noun = before.iter().any(|w| w.is_in(NOUNS));
        let this = before.iter().any(|w| w.is_in(THIS));
        let mut at = verb + 1;
        while words.get(at).is_some_and(|w| w.is_in(FIRST) || w.is_any(BETWEEN)) {
            first |= words[at].is_in(FIRST);
            at += 1;
        }
        let Some(lead) = words.get(at).filter(|w| w.is_any(leads)) else { return };
        // The footer of a feed: "The post Bridge falls appeared first on The Lantern."
        let opens = |&(a, b): &(&str, &str)| matches!(before, [x, y, ..] if x.is(a) && y.is(b));
        let footer = first && FOOTERS.iter().any(opens);
        // "The article", unlike "This article", may be another one.
        let pointed = noun && (this || first || again && !before.iter().any(|w| w.is_any("the a der die das")));
        let bare = before.is_empty() && (again || carrier) || first && all_in(before, FIRST, "");
        if !(footer || all_in(before, FIRST | NOUNS | THIS | FILLERS, "") && (pointed || bare)) {
            return;
        }
        // "written by" names people, "published in" places, unless the name is an outlet's.
        let place = lead.is("in") && !first && !words.get(at + 1).is_some_and(|w| w.is("the"));
        let takes = if place || carrier || words[verb].is_any("written posted shared excerpted adapted") {
            Takes::Outlet
        } else {
            Takes::Any
        };
        let bytes = self.whole(&words[clause..]);
        self.names(words, at + 1, takes, bytes);
    }

    /// "Reprinted with permission of X".
    fn permission(&mut self, words: &[Word<'t>], at: usize) {
        let clause = clause_start(words, at);
        let before = &words[clause..at];
        const USED: &str = "published used printed posted appears distributed run";
        let used = before.iter().any(|w| w.is_in(AGAIN) || w.is_any(USED));
        let plain = all_in(before, AGAIN | NOUNS | THIS | FILLERS | FIRST, USED);
        if plain && used && words.get(at + 1).is_some_and(|w| w.is_any(BEFORE_OWNERS)) {
            let bytes = self.whole(&words[clause..]);
            self.names(words, at + 2, Takes::Any, bytes);
        }
    }

    /// "This article is courtesy of X". Alone ("Courtesy of X") it mostly credits a picture: then X must be an
    /// outlet, and the line the last but few.
    fn courtesy(&mut self, words: &[Word<'t>], at: usize, place: Place) {
        let before = &words[clause_start(words, at)..at];
        if is_picture(words) {
            return;
        }
        let text = before.iter().any(|w| w.is_in(NOUNS)) && all_in(before, NOUNS | THIS | FILLERS, "comes appears");
        let takes = match () {
            () if text => Takes::Any,
            () if before.is_empty() && place.left < 2 => Takes::Outlet,
            () => return,
        };
        let from = at + 1 + usize::from(words.get(at + 1).is_some_and(|w| w.is("of")));
        let bytes = self.whole(words);
        if takes == Takes::Any || self.reaches_end(words, from) {
            self.names(words, from, takes, bytes);
        }
    }

    /// "© 2031 X", "Copyright X 2031". Without a year or a sign it may be about copyright; without a year, and not at
    /// the end, it credits a picture.
    fn copyright(&mut self, words: &[Word<'t>], at: usize, place: Place) {
        // "Copyright © 2031 X": the first of the signs speaks for all.
        let speaks = |w: &Word| w.is("copyright") || is_sign(w);
        if at > 0 && speaks(&words[at - 1]) || is_picture(words) {
            return;
        }
        let clause = &words[clause_start(words, at)..at];
        if !clause.iter().all(|w| w.core.is_empty() || w.is_any("story content text article c")) {
            return;
        }
        let mut from = at;
        let mut sign = false;
        let mut year = false;
        while let Some(word) = words.get(from) {
            if speaks(word) {
                sign |= !word.is("copyright");
                year |= is_year(word.core);
            } else if is_year(word.core) {
                year = true;
            } else if !word.core.is_empty() {
                break;
            }
            from += 1;
            if year && word.raw.ends_with('.') {
                return;
            }
        }
        let mut takes = Takes::Any;
        if words.get(from).is_some_and(|w| w.is("by")) {
            takes = Takes::Outlet;
            from += 1;
        }
        let Some((name, next)) = self.name(words, from) else { return };
        year |= words.get(next).is_some_and(|w| is_year(w.core));
        if !(year || sign && place.left < 2) || self.text[name.clone()].contains('/') && !self.is_agency(&name) {
            return;
        }
        let name = self.without_company(name);
        if self.takes(&name, takes) {
            let bytes = words[at].start..words[next - 1].end();
            self.give(name, bytes, false);
        }
    }

    /// "Meridian Ledger Publishing" → "Meridian Ledger": the company's form is no part of the outlet's name.
    fn without_company(&self, name: Range) -> Range {
        const FORMS: &str = "\
            publishing publications inc llc ltd limited gmbh ag corp corporation company co lp sprl plc kg";
        let shown = &self.text[name.clone()];
        if self.outlets.is_known(shown) {
            return name;
        }
        // What follows it belongs to the next sentence, whose full stop was lost.
        let form = shown.match_indices(' ').find(|&(at, _)| {
            let word = shown[at + 1..].split(' ').next().unwrap_or_default();
            is_any(word.trim_matches(|c: char| !c.is_alphanumeric()), FORMS)
        });
        let end = form.map_or(shown.len(), |(at, _)| shown[..at].trim_end_matches([',', ' ']).len());
        name.start..name.start + end
    }

    /// The forms that a sentence begins with.
    fn opening(&mut self, words: &[Word<'t>], place: Place, last: bool) {
        let bytes = self.whole(words);
        if let Some(from) = reporting(words) {
            self.people(&words[from..], bytes);
            return;
        }
        let alone = last || place.left < 3;
        if let Some((from, takes)) = label(words)
            && alone
            && !is_picture(words)
            && (last || words.len() <= 8)
            && self.reaches_end(words, from)
        {
            self.names(words, from, takes, bytes.clone());
            return;
        }
        // "Press release from X."
        let release = words.len() <= 12
            && words[0].is_any("press news media")
            && words.get(1).is_some_and(|w| w.is("release"))
            && words.get(2).is_some_and(|w| w.is_any("from by of"));
        if release && self.reaches_end(words, 3) {
            self.names(words, 3, Takes::Any, bytes);
        }
    }

    /// "Associated Press writer Jane Roe reported from Tolvane."
    fn staff(&mut self, words: &[Word<'t>], job: usize) {
        if words.iter().any(|w| w.is_any("reported contributed"))
            && let Some((name, next)) = self.agency_at(words, 0)
            && next == job
        {
            self.give(name, self.whole(words), false);
        }
    }

    /// Forms in brackets: "(via X)", "(h/t X)", "(Source: X)", "(avec Reuters)", at an end of a paragraph.
    fn bracket(&mut self, words: &[Word<'t>], from: usize, place: Place, last: bool) {
        let Some(to) = (from..words.len().min(from + 8)).find(|&at| words[at].after().contains([')', ']'])) else {
            return;
        };
        let inner = &words[from..=to];
        let at_start = from == 0 && inner[0].begins;
        let at_end = to + 1 == words.len();
        if !(at_start || at_end) || is_picture(inner) {
            return;
        }
        let bytes = self.whole(inner);
        if let Some((begin, takes)) = label(inner)
            && (last || place.tail() || takes != Takes::Outlet || !inner[0].is_any("source sources"))
            && self.reaches_end(inner, begin)
        {
            self.names(inner, begin, takes, bytes);
        }
    }
}

/// Where the names begin in "With reporting by X", "Material from X was used", "Con información de X".
fn reporting(words: &[Word]) -> Option<usize> {
    if words.len() > 30 {
        return None;
    }
    let mut at = 0;
    let with = words[0].is_in(WITH);
    at += usize::from(with);
    while words.get(at).is_some_and(|w| w.is_in(MORE)) {
        at += 1;
    }
    let matter = words.get(at).filter(|w| w.is_in(MATTER))?;
    let lead = words.get(at + 1).filter(|w| w.is_in(LEADS))?;
    let rest = &words[at + 2..];
    // Without "with" the line must say what was done with it: else it is prose about some report.
    let used = rest.windows(2).any(|w| w[0].is_any("was were") && w[1].is_any("used included"));
    let colon = lead.after().starts_with(':');
    let by = matter.is("reporting") && lead.is("by");
    (with || used || colon || by).then_some(at + 2)
}

/// Where the names begin after "Source:", "H/T", "Via", "avec", and which they may be.
fn label(words: &[Word]) -> Option<(usize, Takes)> {
    let first = words.first()?;
    let colon = first.after().starts_with(':') || words.get(1).is_some_and(|w| w.raw == ":");
    let next = 1 + usize::from(words.get(1).is_some_and(|w| w.raw == ":"));
    if first.is_in(SOURCES) {
        return colon.then_some((next, Takes::Outlet));
    }
    if first.is("via") || first.is("h/t") || first.is("ht") && colon {
        return Some((next, Takes::NoPerson));
    }
    if first.is("hat") && words.get(1).is_some_and(|w| w.is("tip")) {
        let to = words.get(2).is_some_and(|w| w.is("to"));
        return Some((2 + usize::from(to), Takes::NoPerson));
    }
    // "Mit dpa", "(avec Reuters)": nothing but an agency.
    (first.is_any("avec mit con com med met") && words.len() <= 6).then_some((next, Takes::Agency))
}

#[cfg(test)]
mod tests {
    use super::super::fixture::foot;

    #[test]
    fn credit_lines_name_where_it_stood_first() {
        for (line, name) in [
            ("This article appeared originally on The Prairie Lantern.", "The Prairie Lantern"),
            ("This article first appeared in Capital Dispatch.", "Capital Dispatch"),
            ("This story was originally published by the Ansley Bugle.", "Ansley Bugle"),
            ("Originally published by The Quarry Report on 4 May 2031.", "The Quarry Report"),
            ("A version of this column ran first in the Dunmarrow Bell on Friday.", "Dunmarrow Bell"),
            ("This piece originally appeared on quarrypost.example and is used here.", "quarrypost.example"),
            ("This essay first appeared in the June 2031 issue of Salt and Tide.", "Salt and Tide"),
            ("The post Ferry runs aground appeared first on Harbour Gazette.", "Harbour Gazette"),
            ("Editor's note: This post was first published on “The Slow Ferry.”", "The Slow Ferry"),
            ("This report was first published in Estrel’s weekend edition.", "Estrel"),
            ("This essay originally appeared in Quarry’s magazine.", "Quarry’s"),
            ("Reprinted with permission of The Prairie Lantern.", "The Prairie Lantern"),
            ("Reposted With Permission From Lanternpost.com", "Lanternpost.com"),
            ("This article is republished here with the kind permission of the Ansley Bugle.", "Ansley Bugle"),
            ("Republished from Estrel under a Creative Commons licence.", "Estrel"),
            (
                "This article was republished from The Slow Ferry under a Creative Commons license. Read it.",
                "The Slow Ferry",
            ),
            ("Cross-posted from Salt & Tide", "Salt & Tide"),
            ("This story is courtesy of the Dunmarrow Bell.", "Dunmarrow Bell"),
            ("Courtesy of The Ansley Gazette", "The Ansley Gazette"),
            ("Press release from Bright Current.", "Bright Current"),
            ("This story ran first on the Salt Post website as part of the Tide series.", "Salt Post"),
            ("It originally appeared on Quarry.com’s Big Blog, note: nothing", ""),
            ("The following commentary originally appeared on Quarry.com’s Big Blog.", "Quarry.com"),
            ("© 2031 Slow Ferry, distributed by Tribune Content Agency.", "Slow Ferry|*Tribune Content Agency"),
            ("Distributed by Tribune Content Agency.", "*Tribune Content Agency"),
            ("Dieser Artikel erschien zuerst bei Quarzblatt.", "Quarzblatt"),
            ("La entrada El barco se publicó primero en El Farol.", "El Farol"),
            ("Este artículo fue publicado originalmente en El Farol.", "El Farol"),
            ("Cet article a été publié initialement dans La Lanterne.", "La Lanterne"),
        ] {
            assert_eq!(foot(line), name, "{line}");
        }
    }

    #[test]
    fn prose_about_publications_is_no_credit() {
        for line in [
            "She first appeared on Harbour Radio in 1998, and the post was hers for ten years.",
            "The study was published in The Ansley Journal of Tides in March.",
            "The column, which first appeared in The Prairie Lantern, made him famous.",
            "He said the article first had to be read before he could comment in the Bell.",
            "This article appeared in March.",
            "This article was originally published on Monday and has been updated.",
            "This article was first published at 9:14 a.m.",
            "This report was published in Lisk by the palace.",
            "The article was published in The Ansley Times and made a stir.",
            "The ships may enter with permission from Kovaria.",
            "This image is reproduced with permission from the Salt Museum Gazette.",
            "It was a courtesy of the Ansley Times to call.",
            "Photo courtesy of the Ansley Times",
            "Image courtesy of Salt Museum",
            "Courtesy of the family",
            "Courtesy of Ivo Brandt",
            "Courtesy of the artist and Quarry University Press",
            "Copyright law is older than the Ansley Times.",
            "© Jane Roe/Estrel",
            "Reposted by thousands on Twitter, the clip spread.",
            "This post was shared by Mara Keld on Sunday.",
        ] {
            assert_eq!(foot(line), "", "{line}");
        }
    }

    #[test]
    fn short_lines_say_via_whom() {
        for (line, name) in [
            ("Via: Ansley Mail", "Ansley Mail"),
            ("Via The Slow Ferry", "The Slow Ferry"),
            ("The boats went out again at noon (via The Slow Ferry)", "The Slow Ferry"),
            ("(via Harbour Gazette)", "Harbour Gazette"),
            ("H/T Quaynews", "Quaynews"),
            ("Hat tip: The Ansley Times", "The Ansley Times"),
            ("H/T: CBS Dunmarrow", "CBS Dunmarrow"),
            ("Source: Columbus Dispatch", "Columbus Dispatch"),
            ("(Source: Reuters)", "*Reuters"),
            ("Quelle: dpa", "*dpa"),
            ("Fonte: ANSA", "*ANSA"),
            ("(avec AFP)", "*AFP"),
            ("Mit dpa", "*dpa"),
        ] {
            assert_eq!(foot(line), name, "{line}");
        }
    }

    #[test]
    fn carriers_people_and_data_are_no_outlets() {
        for line in [
            "Via Twitter",
            "He answered questions via email.",
            "The speech was shown via satellite",
            "Featured image via YouTube",
            "Image via Ansley Times",
            "H/T Jon Haberlein",
            "(via Jon Haberlein)",
            "Source: Labor Department",
            "Source: Bureau of Tides and Journal Statistics",
            "Source: Interviews with Hask suggest a deal",
            "Source: YouTube",
            "He heard it from a source: Reuters was told first, and then the rest of the press got it.",
        ] {
            assert_eq!(foot(line), "", "{line}");
        }
    }

    #[test]
    fn copyright_lines_name_the_owner() {
        for (line, name) in [
            ("© 2031 Meridian Ledger Publishing. No part of this page may be stored.", "Meridian Ledger"),
            ("Copyright 2031 The Associated Press. All rights reserved.", "*The Associated Press"),
            ("Copyright © 2031 The Ansley Times, LLC. Click here for reprint permission.", "The Ansley Times"),
            ("© Copyright 2031 Thomson/Reuters. All rights reserved.", "*Thomson/Reuters"),
            ("Copyright Estrel 2031. Subscribers may cut from the foot.", "Estrel"),
            ("(c) 2031 Slow Ferry, Inc.", "Slow Ferry"),
            ("COPYRIGHT 2031 LANTERNPOST.COM", "LANTERNPOST.COM"),
        ] {
            assert_eq!(foot(line), name, "{line}");
        }
        assert_eq!(foot("Copyright © 2031 by Ivo Brandt. All rights reserved."), "");
    }
}
