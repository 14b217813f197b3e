//! The newsroom of the tests: an archive, new articles of every sort, and the verdict on them.
#![cfg(test)]

use std::fs;
use std::path::Path;

use tempfile::TempDir;
use wirecopy::check::{Allow, Allowed, Baseline, Corpus, Gate, Gates, Rules, Verdict, check};
use wirecopy::read::{ReadSettings, discover_from};
use wirecopy::{Kind, Settings};

use super::{View, write};
use crate::cli::args::OutputFormat;

const WEIR: &str = "The parish of Upper Lisk will drain the mill pond behind the weir in the second week of April, \
    because the sluice has not closed since the autumn flood and the banks below the tannery have begun to slide \
    into the lane.";
const EELS: &str = "Anglers asked for a stay until the young eels have passed the ladder, which the bailiff expects \
    around midsummer, and offered to stand watch at the sluice by night so that nobody would open the boards before \
    the water was low enough.";
const QUOTE: &str = "“I have walked that lane every morning for thirty years and I have never once seen the water come \
    so near to the doors of the cottages,” bailiff Runa Tesk said.";
const OTHERWISE: &str = "“I have walked that lane every morning for forty years and I have never once seen the river \
    come so near to the doors of the cottages,” bailiff Runa Tesk said.";
const WOOL: &str = "Wool from the hill farms fetched less at the Sorrel sale than in any spring since the shed was \
    rebuilt, and a third of the bales went home unsold on the carts that had brought them down.";
const OWN: &str = "Nothing of this was ever printed anywhere else. A brass band rehearses behind shutters on \
    Thursdays, and whoever leans against the bakery wall hears trombones under the smell of rye. Two cats attend. The \
    conductor, who repairs clocks by day, taps his baton on a drainpipe when somebody drags.";

const OWN2: &str = "Geraniums survived on the station roof although no gardener climbs there any longer. Children \
    count the wagons aloud, lose their place at forty and begin again with the locomotive. Somewhere a kettle \
    whistles in the wrong key. Nobody has explained why the platform clock strikes thirteen on feast days.";
const OWN3: &str = "Snow fell upward this morning, or so it looked from the lighthouse gallery, where the keeper was \
    polishing brass and humming something by a composer whose name he keeps forgetting.";

/// New articles, checked.
pub(super) struct Room {
    pub(super) verdict: Verdict,
    pub(super) gates: Gates,
    pub(super) reasons: Vec<Option<String>>,
}

impl Room {
    /// With one of everything: over the limit, below it, quoted, altered, accepted, allowed, left out, not read.
    pub(super) fn full() -> Self {
        let folder = newsroom();
        let here = Some(folder.path());
        let first = run(folder.path(), here, &Rules::default());
        let accepted = Baseline::of(&first).entries.into_iter().filter(|entry| entry.article == "new/accepted.md");
        let allow = Allow::new(Allowed::Pair("new/allowed.md".to_owned(), "Sorrel =Post| @all".to_owned()));
        let rules = Rules {
            baseline: Baseline { entries: accepted.collect() },
            allow: allow.into_iter().collect(),
            gates: Gates { min_unique: 0.1, max_resemblance: 0.7, ..Gates::default() },
        };
        let verdict = run(folder.path(), here, &rules);
        let room = Self { verdict, gates: rules.gates, reasons: vec![Some("licensed | @all \u{1b}[1m".to_owned())] };
        room.is_full();
        room
    }

    /// Checked from another working folder: paths begin at the root.
    pub(super) fn elsewhere() -> Self {
        let folder = newsroom();
        let verdict = run(folder.path(), None, &Rules::default());
        Self { verdict, gates: Gates::default(), reasons: Vec::new() }
    }

    /// The test articles are of every sort, or the tests would show nothing.
    fn is_full(&self) {
        let findings = || self.verdict.articles.iter().flat_map(|article| &article.findings);
        for state in ["new", "accepted", "allowed", "ignored"] {
            assert!(findings().any(|finding| finding.state.name() == state), "{state}");
        }
        for kind in [Kind::Unattributed, Kind::Quotation] {
            assert!(findings().any(|finding| finding.kind == kind), "{kind:?}");
        }
        let gates: Vec<Gate> =
            self.verdict.articles.iter().flat_map(|article| &article.failures).map(|failure| failure.gate).collect();
        for gate in [Gate::MaxUnattributed, Gate::MaxRun, Gate::MinUnique, Gate::MaxResemblance] {
            assert!(gates.contains(&gate), "{gate:?} of {gates:?}");
        }
        assert!(!self.verdict.report.altered_quotes.is_empty());
        assert_eq!(self.verdict.comments.len(), 1);
        assert!(self.verdict.report.run.warnings.iter().any(|warning| warning.reason.is_loss()));
    }

    pub(super) fn view(&self) -> View<'_> {
        View {
            verdict: &self.verdict,
            gates: &self.gates,
            reasons: &self.reasons,
            baseline: Some("accepted.json"),
            incomplete: true,
            exit_code: 1,
            since: None,
            verbose: false,
            quiet: false,
        }
    }

    pub(super) fn written(&self, name: OutputFormat) -> String {
        let mut out = Vec::new();
        write(name, &self.view(), &mut out).unwrap();
        String::from_utf8(out).unwrap()
    }

    /// The articles so many times, under other names.
    pub(super) fn times(mut self, times: usize) -> Self {
        let articles = std::mem::take(&mut self.verdict.articles);
        for at in 0..times {
            self.verdict.articles.extend(articles.iter().cloned().map(|mut article| {
                article.path = format!("{at}/{}", article.path);
                article
            }));
        }
        self
    }
}

/// The folder with the archive and the new articles.
fn newsroom() -> TempDir {
    let folder = tempfile::tempdir().unwrap();
    let put = |path: &str, text: &str| {
        let path = folder.path().join(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    };
    put(
        "archive/Lisk Herald/weir 1.md",
        &format!("---\nsource: Lisk Herald\ndate: 2031-03-02\n---\nThe weir\n\n{WEIR}\n\n{QUOTE}\n\n{EELS}\n"),
    );
    let post = serde_json::json!({"id": "quay:12", "source": "Sorrel =Post| @all", "date": "2031-02-01", "text": WOOL});
    put("archive/posts.jsonl", &format!("{post}\n"));
    put("new/accepted.md", &format!("Accepted\n\n{EELS}\n"));
    put("new/allowed.md", &format!("Allowed\n\n{WOOL}\n"));
    put("new/below.md", &format!("{OWN} {OWN2} {}\n", first_words(WEIR, 15)));
    put("new/clean.md", OWN3);
    put("new/copy.md", &format!("Detour\n\n{EELS}\n\n{WEIR}\n"));
    let bare = serde_json::json!({"id": "=desk\u{7}7", "source": "Desk <b>&]]>", "text": format!("Own.\n{WOOL}")});
    put("new/desk.jsonl", &format!("\n{bare}\n{{\"id\": \"b\", \"text\": \n"));
    put("new/ignored.md", &format!("<!-- wirecopy:ignore-start -->\n{WEIR}\n<!-- wirecopy:ignore-end -->\n"));
    put(
        "new/odd, 50%: `a`|b\n::x.md",
        &format!("Odd\n\n@all \u{202e}::error::\u{1b}[31m ]]> | `#12` {{0}} [x](y)\n{EELS}\n"),
    );
    put("new/quote.md", &format!("<!-- wirecopy:ignore-end -->\nRead this.\n\n{OTHERWISE}\n\nThat is all.\n"));
    folder
}

fn first_words(text: &str, words: usize) -> String {
    text.split_whitespace().take(words).collect::<Vec<_>>().join(" ")
}

fn run(folder: &Path, here: Option<&Path>, rules: &Rules) -> Verdict {
    let find = |name: &str| discover_from(here, &[folder.join(name)]).unwrap();
    let corpus = Corpus::Files(find("archive"), ReadSettings::default());
    check(find("new"), ReadSettings::default(), corpus, here, &Settings::news(), rules, &()).unwrap()
}
