//! Invented articles, and small indexes of them.

use std::fs;
use std::path::Path;
use wirecopy::read::{ReadSettings, discover};
use wirecopy::{StoreOptions, StoreWriter};

/// What the articles are made of: each is long enough to be found by itself.
pub const SENTENCES: [&str; 8] = [
    "The harbour council of Estrel voted on Tuesday to close the east quay to heavy lorries until the spring.",
    "“We counted four hundred lorries a day, and the stones will not bear it,” said Ilse Marant, who chairs it.",
    "Two ferries will land at the west quay instead, and the fish market keeps its hours from five to nine.",
    "According to the Estrel Press Agency the repair will cost eleven million crowns, a third of it from the state.",
    "Owners of the cold stores had asked for another summer and were told that the bridge comes first.",
    "第一座桥将在春天关闭,市议会星期二投票决定,重型卡车不得再驶入东码头。",
    "Divers found the oldest pile hollow in March; since then a tug has stood by at every high tide.",
    "Readers can write to the Harbour Post at the old customs house, and letters may be cut for length.",
];

/// One article a line, as JSON.
pub fn lines(articles: usize) -> String {
    let mut out = String::new();
    for number in 0..articles {
        // The first stands in every article.
        let picked = [0, 1 + number % 7, 1 + (number / 7 + 3 * number) % 7].map(|at| SENTENCES[at]);
        let [first, second, third] = picked;
        let own = format!("Item {number} of the day: {} boats and {} carts passed the gate.", 7 * number, 31 + number);
        let (day, outlet) = (1 + number % 28, ["Harbour Post", "Tideway Herald", ""][number % 3]);
        out.push_str(&format!(
            "{{\"id\":\"a{number}\",\"source\":\"{outlet}\",\"date\":\"2031-05-{day:02}\",\"title\":\"Quay {number}\",\
             \"text\":\"{own}\\n\\n{first} {second}\\n\\n{third}\"}}\n"
        ));
    }
    out
}

/// Makes an index in `folder` of so many articles.
pub fn index(folder: &Path, articles: usize, text: bool) {
    let input = folder.with_extension("jsonl");
    fs::write(&input, lines(articles)).expect("a file written");
    let inputs = discover(std::slice::from_ref(&input)).expect("an input").inputs;
    let mut options = StoreOptions::default();
    options.without_text = !text;
    let mut writer = StoreWriter::open(folder, options).expect("an index");
    let mut addition = writer.begin().expect("an addition");
    addition.read(inputs, ReadSettings::default(), &()).expect("articles read");
    let added = addition.commit().expect("articles added");
    assert_eq!((added.new, added.warnings.len()), (articles as u64, 0));
}

/// Has what this thread asks for in parallel done by itself: nothing then depends on threads. Call it once, after the
/// indexes were made.
pub fn alone() {
    let pool = rayon::ThreadPoolBuilder::new().num_threads(1).use_current_thread().build().expect("a pool");
    std::mem::forget(pool);
}
