//! What went wrong once. One test a fault, named by what must not happen again.

use std::time::Instant;

use wirecopy::Document;

use crate::harness::{article, check, own_words, scan};

/// An article of so many pictures, each with a line of its own and the caption of all.
fn gallery(id: &str, pictures: usize) -> Document {
    let caption = "photograph by Orla Venn for the harbour museum archive, all rights kept";
    let pictures: Vec<String> = (0..pictures).map(|_| format!("{} {caption}.", own_words(6))).collect();
    article(id, id, &pictures.join("\n\n"))
}

#[test]
fn a_gallery_with_one_caption_under_every_picture_makes_few_rows() {
    // 200 × 200 places of one caption: linked once each, not each with each.
    let start = Instant::now();
    let report = scan([gallery("a", 200), gallery("b", 200)]);
    let (rows, time) = (report.overlaps.len(), start.elapsed());
    let own = report.overlaps.iter().filter(|row| row.a.document == row.b.document).count();
    assert!((200..=1000).contains(&(rows - own)), "{} rows between the two", rows - own);
    assert!(own <= 1000, "{own} rows inside one of them");
    assert!(time.as_secs() < 5, "{time:?}");
    for row in &report.articles {
        let shared = row.words - row.unique_words;
        assert_eq!(shared, 200 * 12, "the caption is counted under every picture");
    }
}

#[test]
fn a_caption_is_not_lost_however_often_it_stands_in_two_articles() {
    for pictures in [500, 520, 700] {
        let report = scan([gallery("a", pictures), gallery("b", pictures)]);
        let counted: Vec<u32> = report.articles.iter().map(|row| row.words - row.unique_words).collect();
        assert_eq!(counted, [12 * pictures as u32; 2], "{pictures} pictures");
        assert!(report.overlaps.len() <= 12 * pictures, "{} rows of {pictures} pictures", report.overlaps.len());
    }
}

#[test]
fn a_run_whose_neighbours_overlap_it_stays_whole() {
    // Both runs want "the old stone bridge" of the second text; together they are too thin to be one overlap.
    check(
        "[[Nine carters crossed Lisk the old stone bridge]] as dusk came down on Aldermere [[the old stone bridge had stood \
         five winters]].",
        "[[Nine carters crossed Lisk [[the old stone bridge]] had stood five winters]].",
    );
}

#[test]
fn a_trim_never_leaves_an_overlap_too_thin() {
    // 21 of 35 words are equal, just enough; without "that", before the mark, it would be 20 of 34.
    let shared = "two envoys waited for nine hours in the snow outside";
    let gap = |n: usize| own_words(n);
    let a = format!(
        "[[{shared}]] {}. Some claim [[that “ash beech cedar elm {} fir hazel juniper larch {} maple oak pine quince {} rowan \
         spruce thorn willow {} yew alder birch cherry]]” grow.",
        gap(60),
        gap(3),
        gap(4),
        gap(3),
        gap(4),
    );
    let b = format!(
        "[[{shared}]] {}. Others deny [[that “ash beech cedar elm fir hazel juniper larch maple oak pine quince rowan spruce \
         thorn willow yew alder birch cherry]]” die.",
        gap(60),
    );
    check(&a, &b);
}

#[test]
fn periodic_text_in_two_articles_is_told_in_few_rows() {
    let bells = |n: usize| article(&format!("bells{n}"), "", &"ding dong bell ".repeat(n));
    let start = Instant::now();
    let report = scan([bells(300), bells(400)]);
    assert!(report.overlaps.len() < 1000, "{} rows", report.overlaps.len());
    assert!(start.elapsed().as_secs() < 5);
    assert_eq!(report.articles[0].unique_words, 0);
    assert_eq!(report.articles[1].unique_words, 0);
}

#[test]
fn a_short_text_of_two_words_in_turn_is_read_without_a_panic() {
    // Runs near a short seed were looked for on the other side of the diagonal too: b before a.
    for text in ["w0x w0x w1x w0x w0x w0x w0x w1x w0x w0x", "w2x w0x w5x w2x w5x w1x w0x w5x w2x w5x w1x w1x w1x w1x"] {
        let report = scan([article("a", "", text)]);
        assert!(report.overlaps.iter().all(|row| row.a.bytes.end <= row.b.bytes.start), "{:?}", report.overlaps);
    }
}
