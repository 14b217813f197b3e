//! The tree obeys its own rules.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use wirecopy::report::TABLES;
use wirecopy::{Detector, Report, Settings};

use crate::harness::{names, root};

/// The rooms of `src/`, in the order in which data walks through them: imports point up.
const ROOMS: [&str; 26] = [
    "error",
    "progress",
    "simd",
    "document",
    "outlet",
    "read",
    "text",
    "shingle",
    "minhash",
    "settings",
    "lsh",
    "index",
    "prepare",
    "store",
    "candidate",
    "align",
    "passage",
    "cluster",
    "judge",
    "report",
    "detect",
    "spread",
    "query",
    "check",
    "explain",
    "fuzzing",
];

/// Files of the repository under a folder, without what git does not hold.
fn files(folder: &Path) -> Vec<PathBuf> {
    let mut out = Vec::new();
    for name in names(folder) {
        let path = folder.join(&name);
        let of_fuzzing = ["corpus", "artifacts", "coverage"].contains(&name.as_str()) && folder.ends_with("tests/fuzz");
        let of_python = ["__pycache__", ".pytest_cache", ".venv"].contains(&name.as_str())
            || [".so", ".pyd", ".whl"].iter().any(|ending| name.ends_with(ending));
        if ["target", ".git", "proptest-regressions"].contains(&name.as_str()) || of_fuzzing || of_python {
            continue;
        }
        if path.is_dir() {
            out.extend(files(&path));
        } else {
            out.push(path);
        }
    }
    out
}

/// A source file: its path under `src/`, and its text.
struct Source {
    path: String,
    text: String,
}

fn sources() -> Vec<Source> {
    let src = root().join("src");
    let of = |path: PathBuf| {
        let name = path.strip_prefix(&src).expect("a path under src");
        Source {
            path: name.to_str().expect("UTF-8").replace('\\', "/"),
            text: fs::read_to_string(&path).expect("UTF-8"),
        }
    };
    let all: Vec<Source> =
        files(&src).into_iter().filter(|path| path.extension().is_some_and(|e| e == "rs")).map(of).collect();
    assert!(all.len() > 40, "{} source files", all.len());
    all
}

impl Source {
    /// Folder or file right under `src/`.
    fn room(&self) -> &str {
        self.path.split(['/', '.']).next().unwrap_or_default()
    }

    fn is_library(&self) -> bool {
        !["main", "cli"].contains(&self.room())
    }

    /// Lines of code with their numbers: no comments, and nothing from the first test module on.
    fn code(&self) -> Vec<(usize, &str)> {
        if self.text.contains("\n#![cfg(test)]\n") {
            return Vec::new();
        }
        let lines: Vec<&str> = self.text.lines().collect();
        let is_test =
            |at: usize| lines[at] == "#[cfg(test)]" && lines.get(at + 1).is_some_and(|next| next.contains("mod "));
        let end = (0..lines.len()).find(|&at| is_test(at)).unwrap_or(lines.len());
        lines[..end].iter().enumerate().map(|(at, line)| (at + 1, without_comment(line))).collect()
    }

    /// What it takes from rooms of the crate.
    fn imports(&self) -> Vec<String> {
        let code = self.code().iter().map(|(_, line)| *line).collect::<Vec<_>>().join("\n");
        let mut out = Vec::new();
        for (at, _) in code.match_indices("crate::") {
            let rest = &code[at + "crate::".len()..];
            let group = rest.strip_prefix('{').map(|inside| &inside[..inside.find(';').unwrap_or(inside.len())]);
            out.extend(match group {
                Some(inside) => heads(inside),
                None => vec![word(rest)],
            });
        }
        out
    }
}

/// First words of the entries of a `use` group, whatever stands in their own groups.
fn heads(group: &str) -> Vec<String> {
    let (mut out, mut depth, mut fresh) = (Vec::new(), 0, true);
    for (at, c) in group.char_indices() {
        match c {
            '{' => depth += 1,
            '}' => depth -= 1,
            ',' if depth == 0 => fresh = true,
            c if c.is_alphabetic() && depth == 0 && fresh => {
                out.push(word(&group[at..]));
                fresh = false;
            }
            _ => {}
        }
    }
    out
}

fn word(text: &str) -> String {
    text.chars().take_while(|c| c.is_alphanumeric() || *c == '_').collect()
}

fn without_comment(line: &str) -> &str {
    let mut from = 0;
    while let Some(at) = line[from..].find("//").map(|at| from + at) {
        if line[..at].matches('"').count().is_multiple_of(2) {
            return &line[..at];
        }
        from = at + 2;
    }
    line
}

#[test]
fn rooms_import_only_from_rooms_before_them() {
    let place = |room: &str| ROOMS.iter().position(|r| *r == room);
    let mut wrong = Vec::new();
    let mut imports = 0;
    for source in sources().iter().filter(|source| source.is_library() && source.room() != "lib") {
        let own = place(source.room());
        assert!(own.is_some(), "{} is in no room: give it its place in this test", source.path);
        for import in source.imports() {
            let Some(there) = place(&import) else { continue };
            imports += 1;
            if Some(there) > own {
                wrong.push(format!("{} imports {import}", source.path));
            }
        }
    }
    assert!(imports > 50, "{imports} imports were seen");
    assert!(wrong.is_empty(), "{wrong:#?}");
}

#[test]
fn the_library_imports_nothing_of_the_command_line() {
    let own = ["anyhow", "clap", "clap_complete", "clap_mangen", "indicatif", "anstream", "anstyle", "strsim", "cli"];
    for source in sources().iter().filter(|source| source.is_library()) {
        for (number, line) in source.code() {
            let found = own.iter().find(|name| line.contains(&format!("{name}::")));
            assert!(found.is_none(), "{}:{number}: {line}", source.path);
        }
    }
}

/// The two files that may hold unsafe code, and how often they do: one maps temporary files, one calls what is compiled for
/// some processors only.
const UNSAFE: [(&str, usize); 2] = [("index/mapping.rs", 2), ("simd.rs", 4)];

#[test]
fn unsafe_code_stays_in_its_places() {
    for source in sources().iter().filter(|source| UNSAFE.iter().all(|(file, _)| *file != source.path)) {
        for (number, line) in source.code() {
            let mut words = line.split(|c: char| !c.is_alphanumeric() && c != '_');
            assert!(!words.any(|w| w == "unsafe") && !line.contains("allow(unsafe"), "{}:{number}", source.path);
        }
    }
    let read = |file: &str| fs::read_to_string(root().join(file)).expect("a file");
    assert!(read("src/lib.rs").contains("#![deny(unsafe_code)]"));
    assert!(read("src/main.rs").contains("#![forbid(unsafe_code)]"));
    for (file, uses) in UNSAFE {
        assert_eq!(
            read(&format!("src/{file}")).matches("unsafe {").count(),
            uses,
            "each use in {file} is to be looked at"
        );
    }
}

#[test]
fn the_library_neither_prints_nor_panics() {
    let never = [
        "println!",
        "eprintln!",
        "print!(",
        "dbg!",
        "todo!",
        "unimplemented!",
        "panic!",
        ".unwrap()",
        ".expect(",
        "env::var",
    ];
    let mut wrong = Vec::new();
    for source in sources().iter().filter(|source| source.is_library()) {
        for (number, line) in source.code() {
            wrong.extend(never.iter().filter(|n| line.contains(**n)).map(|n| format!("{}:{number}: {n}", source.path)));
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}

#[test]
fn nothing_is_left_to_do_in_the_source() {
    let marks = ["TODO", "FIXME", "XXX", "todo!(", "HACK"];
    for source in sources() {
        for (at, line) in source.text.lines().enumerate() {
            assert!(!marks.iter().any(|mark| line.contains(mark)), "{}:{}: {line}", source.path, at + 1);
        }
    }
}

#[test]
fn every_source_file_begins_with_its_job() {
    let mut seen = 0;
    for path in ["src", "tests", "python"].iter().flat_map(|folder| files(&root().join(folder))) {
        let begins = match path.extension().and_then(|extension| extension.to_str()) {
            Some("rs") => "//! ",
            Some("py") if path.starts_with(root().join("python")) => "\"\"\"",
            _ => continue,
        };
        seen += 1;
        assert!(fs::read_to_string(&path).expect("UTF-8").starts_with(begins), "{}", path.display());
    }
    assert!(seen > 100, "{seen} files were seen");
}

#[test]
fn nothing_of_python_is_in_the_library_and_unsafe_code_of_the_binding_stays_in_its_place() {
    for source in sources() {
        for (number, line) in source.code() {
            let line = line.to_lowercase();
            assert!(!line.contains("python") && !line.contains("pyo3"), "{}:{number}: {line}", source.path);
        }
    }
    let binding = files(&root().join("python/src"));
    assert!(binding.len() > 5, "{} files of the binding", binding.len());
    for path in binding {
        let uses = fs::read_to_string(&path).expect("UTF-8").matches("unsafe {").count();
        let expected = usize::from(path.ends_with("capsule.rs"));
        assert_eq!(uses, expected, "each use in {} is to be looked at", path.display());
    }
}

/// Crates of a lock file as `name version`, and their names.
fn locked(file: &str) -> (BTreeSet<String>, BTreeSet<String>) {
    let text = fs::read_to_string(root().join(file)).expect(file);
    let value = |line: &str, key: &str| Some(line.strip_prefix(key)?.trim_matches('"').to_owned());
    let packages = text.split("[[package]]\n").skip(1).map(|package| {
        let find = |key| package.lines().find_map(|line| value(line, key)).expect("a name and a version");
        (find("name = "), find("version = "))
    });
    packages.map(|(name, version)| (format!("{name} {version}"), name)).unzip()
}

#[test]
fn the_wheel_is_built_of_the_same_crates_as_the_command_line() {
    // Another Unicode table or another hash would be another report; and whoever builds both builds each crate once.
    let (ours, names) = locked("Cargo.lock");
    let (of_python, _) = locked("python/Cargo.lock");
    let name = |package: &str| package.split(' ').next().map(str::to_owned).unwrap_or_default();
    let other: Vec<&String> =
        of_python.iter().filter(|package| names.contains(&name(package)) && !ours.contains(*package)).collect();
    assert!(other.is_empty(), "python/Cargo.lock has {other:?}: `cargo update -p NAME --precise VERSION` in python/");
}

#[test]
fn no_file_is_above_two_megabytes() {
    for path in files(root()) {
        let bytes = fs::metadata(&path).expect("a file").len();
        assert!(bytes <= 2 << 20, "{}: {bytes} bytes", path.display());
    }
}

#[test]
fn no_file_names_a_place_on_one_machine() {
    let mut places: Vec<String> = ["work", "tmp", "root"].map(|folder| ["/", folder, "/"].concat()).into();
    places.push(root().to_str().expect("UTF-8").to_owned());
    let mut wrong = Vec::new();
    for path in files(root()).iter().filter(|path| !path.ends_with("Cargo.lock")) {
        let Ok(text) = fs::read_to_string(path) else { continue };
        for (at, line) in
            text.lines().enumerate().filter(|(_, line)| !line.contains("://") && !line.contains("someone"))
        {
            if places.iter().any(|place| line.contains(place)) {
                wrong.push(format!(
                    "{}:{}: {}",
                    path.strip_prefix(root()).unwrap_or(path).display(),
                    at + 1,
                    line.trim()
                ));
            }
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}

#[test]
fn the_readme_names_every_table_and_every_column() {
    let readme = fs::read_to_string(root().join("README.md")).expect("README.md");
    let words: Vec<&str> = readme.split(|c: char| !c.is_alphanumeric() && c != '_').collect();
    let mut missing = Vec::new();
    for table in TABLES {
        if !readme.contains(&format!("{}.csv", table.name)) {
            missing.push(format!("{}.csv", table.name));
        }
        let unnamed = table.columns.iter().filter(|column| !words.contains(column));
        missing.extend(unnamed.map(|column| format!("{}.{column}", table.name)));
    }
    assert!(missing.is_empty() && readme.contains("run.json"), "{missing:?}");
}

#[test]
fn the_architecture_names_every_room() {
    let text = fs::read_to_string(root().join("src/ARCHITECTURE.md")).expect("ARCHITECTURE.md");
    let missing: Vec<&str> = ROOMS[1..].iter().copied().filter(|room| !text.contains(room)).collect();
    assert!(missing.is_empty(), "{missing:?}");
}

#[test]
fn scripts_of_the_action_get_its_inputs_as_variables_only() {
    let text = fs::read_to_string(root().join("action.yml")).expect("action.yml");
    let mut expressions = 0;
    for line in text.lines().filter(|line| line.contains("${{")) {
        let (name, value) = line.trim().split_once(": ").unwrap_or_default();
        let is_variable = ["key", "value"].contains(&name) || name.bytes().all(|c| c.is_ascii_uppercase() || c == b'_');
        assert!(!name.is_empty() && is_variable && value.starts_with("${{") && value.ends_with("}}"), "{line}");
        expressions += 1;
    }
    assert!(expressions > 5, "{expressions} expressions were seen");
}

#[test]
fn what_the_crate_hands_out_may_be_sent_between_threads() {
    fn sent<T: Send + Sync>() {}
    sent::<Detector>();
    sent::<Report>();
    sent::<Settings>();
    sent::<wirecopy::Document>();
    sent::<wirecopy::Error>();
    sent::<wirecopy::Warning>();
}
