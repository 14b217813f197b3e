//! Keywords → settings: the names and meanings of the command line's flags. What is not known is an error.

use std::fs;
use std::path::{Path, PathBuf};

use pyo3::prelude::*;
use pyo3::types::{PyBool, PyDict, PyInt, PyMapping, PyString};
use wirecopy::read::{Field, ReadSettings};
use wirecopy::{Channels, MemoryLimit, Pairs, SameSource, Settings};

use crate::errors::{exception, in_python, raised, wrong};

/// What a function may be told by keyword.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Purpose {
    Scan,
    /// Pairs and queries.
    Ask,
    Add,
    /// What a row is alone.
    Read,
    /// Steps over rows: all that can be told to many machines without a file.
    Spread,
}

impl Purpose {
    fn names(self) -> Vec<&'static str> {
        let read = ["field", "source"];
        let judge = ["min_words", "same_source", "boilerplate", "outlets", "window"];
        let everywhere = ["threads", "progress"];
        match self {
            Self::Scan => {
                [&read[..], &judge, &["candidates", "pairs", "memory", "strict", "redact", "corpus"], &everywhere]
                    .concat()
            }
            Self::Ask => [&read[..], &judge, &everywhere].concat(),
            Self::Read => read.to_vec(),
            Self::Spread => [&read[..], &["min_words", "same_source", "outlets", "candidates"]].concat(),
            Self::Add => [&read[..], &["memory", "strict"], &everywhere].concat(),
        }
    }
}

/// All that a call was told by keyword.
#[derive(Default)]
pub(crate) struct Options<'py> {
    pub(crate) settings: Settings,
    pub(crate) read: ReadSettings,
    pub(crate) threads: usize,
    pub(crate) memory: Option<u64>,
    pub(crate) strict: bool,
    pub(crate) redact: bool,
    pub(crate) corpus: Option<PathBuf>,
    pub(crate) progress: Option<Bound<'py, PyAny>>,
}

impl<'py> Options<'py> {
    pub(crate) fn new(keywords: &Bound<'py, PyDict>, purpose: Purpose) -> PyResult<Self> {
        let py = keywords.py();
        let known = purpose.names();
        let mut out = Self::default();
        for (name, value) in keywords.iter() {
            let name: String = name.extract()?;
            if !known.contains(&name.as_str()) {
                return Err(wrong(py, format!("no setting is called {name}; {}", advice(py, &name, &known)?)));
            }
            if !value.is_none() {
                out.set(&name, &value)?;
            }
        }
        out.settings.check().map_err(|error| raised(py, &error))?;
        Ok(out)
    }

    fn set(&mut self, name: &str, value: &Bound<'py, PyAny>) -> PyResult<()> {
        let settings = &mut self.settings;
        match name {
            "min_words" => settings.min_words = number(name, value)?,
            "candidates" => settings.candidates = one_of(name, value, &Channels::ALL, Channels::name)?,
            "pairs" => settings.pairs = one_of(name, value, &Pairs::ALL, Pairs::name)?,
            "same_source" => settings.same_source = one_of(name, value, &SameSource::ALL, SameSource::name)?,
            "window" => settings.window_days = window(value)?,
            "boilerplate" => settings.boilerplate = boilerplate(value)?,
            "outlets" => outlets(settings, value)?,
            "field" => self.read.fields = fields(value)?,
            "source" => self.read.default_source = text(name, value)?.trim().to_owned(),
            "threads" => self.threads = number::<u16>(name, value)?.into(),
            "memory" => self.memory = Some(size(value)?),
            "strict" => self.strict = truth(name, value)?,
            "redact" => self.redact = truth(name, value)?,
            "corpus" => self.corpus = Some(path(value)?),
            _ => self.progress = Some(callable(value)?),
        }
        Ok(())
    }

    /// Where articles go that outgrow the memory. Fails below the least that a scan needs.
    pub(crate) fn memory_limit(&self, py: Python<'_>) -> PyResult<MemoryLimit> {
        let memory = self.memory.unwrap_or_else(|| free_memory().map_or(MEMORY, |free| (free / 2).max(LEAST_MEMORY)));
        if memory < LEAST_MEMORY {
            return Err(wrong(py, format!("memory {memory}: at least {}M is needed", LEAST_MEMORY >> 20)));
        }
        let bytes = usize::try_from((memory - RESERVED) / 2).unwrap_or(usize::MAX);
        Ok(MemoryLimit { bytes, folder: std::env::temp_dir() })
    }
}

/// As the command line has it.
const MEMORY: u64 = 2 << 30;
const LEAST_MEMORY: u64 = 256 << 20;
const RESERVED: u64 = 128 << 20;

/// Bytes of memory that programs may still take, where the system tells.
fn free_memory() -> Option<u64> {
    let told = fs::read_to_string("/proc/meminfo").ok()?;
    let line = told.lines().find_map(|line| line.strip_prefix("MemAvailable:"))?;
    let kibibytes: u64 = line.trim().strip_suffix("kB")?.trim().parse().ok()?;
    Some(kibibytes << 10)
}

/// What to do about a name that is not known.
fn advice(py: Python<'_>, name: &str, known: &[&str]) -> PyResult<String> {
    let near: Vec<String> = py
        .import("difflib")?
        .call_method1("get_close_matches", (name.replace('-', "_"), known.to_vec(), 1))?
        .extract()?;
    Ok(match near.first() {
        Some(near) => format!("did you mean {near}?"),
        None => format!("there are {}", known.join(", ")),
    })
}

fn refused(name: &str, value: &Bound<'_, PyAny>, expected: &str) -> PyErr {
    let shown = value.repr().map_or_else(|_| "?".to_owned(), |shown| shown.to_string());
    wrong(value.py(), format!("{name}={shown}: expected {expected}"))
}

fn number<T: TryFrom<u64>>(name: &str, value: &Bound<'_, PyAny>) -> PyResult<T> {
    let number = (!value.is_instance_of::<PyBool>()).then(|| value.extract::<u64>().ok()).flatten();
    number.and_then(|number| T::try_from(number).ok()).ok_or_else(|| refused(name, value, "a whole number"))
}

fn truth(name: &str, value: &Bound<'_, PyAny>) -> PyResult<bool> {
    value.extract().map_err(|_| refused(name, value, "True or False"))
}

fn text(name: &str, value: &Bound<'_, PyAny>) -> PyResult<String> {
    value.extract().map_err(|_| refused(name, value, "text"))
}

fn callable<'py>(value: &Bound<'py, PyAny>) -> PyResult<Bound<'py, PyAny>> {
    if value.is_callable() {
        return Ok(value.clone());
    }
    Err(refused("progress", value, "a function of (stage, done, total)"))
}

fn one_of<T: Copy>(name: &str, value: &Bound<'_, PyAny>, all: &[T], name_of: fn(T) -> &'static str) -> PyResult<T> {
    let given: String = value.extract().unwrap_or_default();
    all.iter().copied().find(|one| name_of(*one) == given).ok_or_else(|| {
        let names: Vec<String> = all.iter().map(|one| format!("\"{}\"", name_of(*one))).collect();
        refused(name, value, &names.join(" or "))
    })
}

/// Days, as 14 or "14d"; "all" for any distance.
fn window(value: &Bound<'_, PyAny>) -> PyResult<Option<u32>> {
    let days = match value.extract::<String>() {
        Ok(text) if text == "all" => return Ok(None),
        Ok(text) => text.strip_suffix('d').unwrap_or(&text).parse().ok(),
        Err(_) => number("window", value).ok(),
    };
    days.map(Some).ok_or_else(|| refused("window", value, "days, as in 14, \"14d\" or \"all\""))
}

/// Bytes, as a number or as in "512M": K, M, G and T are powers of 1,024.
fn size(value: &Bound<'_, PyAny>) -> PyResult<u64> {
    if value.is_instance_of::<PyInt>() {
        return number("memory", value);
    }
    let given: String = value.extract().unwrap_or_default();
    let digits = given.find(|c: char| !c.is_ascii_digit() && c != '.').unwrap_or(given.len());
    let unit = given[digits..].trim_start().to_ascii_lowercase();
    let power = match unit.trim_end_matches("ib").trim_end_matches('b') {
        "" => Some(0),
        "k" => Some(10),
        "m" => Some(20),
        "g" => Some(30),
        "t" => Some(40),
        _ => None,
    };
    let number = given[..digits].parse::<f64>().ok().zip(power);
    let (number, power) = number.ok_or_else(|| refused("memory", value, "bytes, or a size as \"512M\" or \"2G\""))?;
    Ok((number * (1u64 << power) as f64) as u64)
}

/// A path: text, or what says that it is one.
pub(crate) fn path(value: &Bound<'_, PyAny>) -> PyResult<PathBuf> {
    value.extract().map_err(|_| refused("path", value, "a path"))
}

/// Whether it stands for a path and for nothing else.
pub(crate) fn is_path(value: &Bound<'_, PyAny>) -> bool {
    !value.is_instance_of::<PyString>() && value.hasattr("__fspath__").unwrap_or(false)
}

fn read_text(name: &str, py: Python<'_>, path: &Path) -> PyResult<String> {
    let named = format!("{name} {}", path.display());
    let bytes = fs::read(path).map_err(|error| exception(py, "FileError", format!("{named}: {error}")))?;
    let text =
        String::from_utf8(bytes).map_err(|_| wrong(py, format!("{named}: not UTF-8; save the file as UTF-8")))?;
    Ok(text.strip_prefix('\u{feff}').map(str::to_owned).unwrap_or(text))
}

/// Texts of files, parted by blank lines.
fn boilerplate(value: &Bound<'_, PyAny>) -> PyResult<Vec<String>> {
    let py = value.py();
    let paths: Vec<PathBuf> = match path(value) {
        Ok(path) => vec![path],
        Err(_) => {
            value.extract().map_err(|_| refused("boilerplate", value, "the path of a file, or a list of them"))?
        }
    };
    let mut out = Vec::new();
    for path in paths {
        let texts = Settings::boilerplate_texts(&read_text("boilerplate", py, &path)?);
        if texts.is_empty() {
            let message =
                format!("boilerplate {}: no text in it; it takes texts parted by blank lines", path.display());
            return Err(wrong(py, message));
        }
        out.extend(texts);
    }
    Ok(out)
}

/// A TOML file of outlets, or a mapping of the same.
fn outlets(settings: &mut Settings, value: &Bound<'_, PyAny>) -> PyResult<()> {
    let py = value.py();
    let toml = match value.cast::<PyMapping>() {
        Ok(tables) => outlets_toml(tables)?,
        Err(_) => read_text("outlets", py, &path(value)?)?,
    };
    settings.outlets.extend(&toml).map_err(|error| wrong(py, in_python(&error.to_string())))
}

/// `{"herald.example": {"aliases": ["The Herald"]}}` as the tables of the file. JSON's texts, lists of them and truth
/// values are TOML as well.
fn outlets_toml(tables: &Bound<'_, PyMapping>) -> PyResult<String> {
    let py = tables.py();
    let json = py.import("json")?;
    let shown = |value: &Bound<'_, PyAny>| json.call_method1("dumps", (value,))?.extract::<String>();
    let mut out = String::new();
    for table in &tables.items()? {
        let (name, keys): (Bound<'_, PyAny>, Bound<'_, PyAny>) = table.extract()?;
        let keys = keys.cast_into::<PyMapping>().map_err(|_| wrong(py, "outlets: each name stands for a mapping"))?;
        out.push_str(&format!("[source.{}]\n", shown(&name)?));
        for pair in &keys.items()? {
            let (key, value): (String, Bound<'_, PyAny>) = pair.extract()?;
            out.push_str(&format!("{key} = {}\n", shown(&value)?));
        }
    }
    Ok(out)
}

/// What the articles call a field: `{"text": "raw_body"}`, or a list of names.
fn fields(value: &Bound<'_, PyAny>) -> PyResult<Vec<(Field, String)>> {
    let py = value.py();
    let expected = "a mapping as {\"text\": \"raw_body\"}";
    let mapping = value.cast::<PyMapping>().map_err(|_| refused("field", value, expected))?;
    let mut out = Vec::new();
    for pair in &mapping.items()? {
        let (field, names): (String, Bound<'_, PyAny>) = pair.extract()?;
        let all = Field::ALL.map(Field::name);
        let Some(field) = Field::from_name(&field) else {
            return Err(wrong(py, format!("no field is called {field}; {}", advice(py, &field, &all)?)));
        };
        let names = match names.extract::<String>() {
            Ok(name) => vec![name],
            Err(_) => names.extract::<Vec<String>>().map_err(|_| refused("field", value, expected))?,
        };
        out.extend(names.into_iter().map(|name| (field, name)));
    }
    Ok(out)
}
