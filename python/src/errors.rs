//! The core's errors as Python exceptions. No panic crosses this border.

use std::any::Any;
use std::panic::{AssertUnwindSafe, catch_unwind};

use pyo3::prelude::*;
use wirecopy::{Error, ErrorKind};

/// Where the exceptions are defined.
const MODULE: &str = "wirecopy._errors";

/// An exception of that name.
pub(crate) fn exception(py: Python<'_>, name: &str, message: impl Into<String>) -> PyErr {
    let message = message.into();
    let made = || py.import(MODULE)?.getattr(name)?.call1((&message,));
    made().map_or_else(|error| error, PyErr::from_value)
}

/// A wrong call.
pub(crate) fn wrong(py: Python<'_>, message: impl Into<String>) -> PyErr {
    exception(py, "SettingsError", message)
}

/// An article or input that cannot be used.
pub(crate) fn unusable(py: Python<'_>, message: impl Into<String>) -> PyErr {
    exception(py, "InputError", message)
}

/// What the core said.
pub(crate) fn raised(py: Python<'_>, error: &Error) -> PyErr {
    let name = match error.kind() {
        ErrorKind::Io { .. } => "FileError",
        ErrorKind::Input { .. } | ErrorKind::Strict(_) => "InputError",
        ErrorKind::Settings(_) => "SettingsError",
        ErrorKind::Damaged { .. } | ErrorKind::Format { .. } => "IndexFileError",
        ErrorKind::Locked(_) => "IndexLockedError",
        _ => "Error",
    };
    exception(py, name, in_python(&error.to_string()))
}

/// Runs what cannot fail but by a defect of ours, without the interpreter's lock.
pub(crate) fn unlocked<T: Send>(py: Python<'_>, work: impl FnOnce() -> T + Send) -> PyResult<T> {
    py.detach(|| catch_unwind(AssertUnwindSafe(work))).map_err(|panic| defect(py, &*panic))
}

/// What a panic says, as an exception.
pub(crate) fn defect(py: Python<'_>, panic: &(dyn Any + Send)) -> PyErr {
    let said = panic.downcast_ref::<String>().map(String::as_str);
    let said = said.or_else(|| panic.downcast_ref::<&str>().copied()).unwrap_or("no message");
    exception(py, "InternalError", format!("a defect of wirecopy: {said}; please report it, with what was called"))
}

/// Names of flags as keywords have them.
pub(crate) fn in_python(message: &str) -> String {
    let mut out = String::with_capacity(message.len());
    let mut rest = message;
    while let Some(at) = rest.find("--") {
        let (before, flag) = (&rest[..at], &rest[at + 2..]);
        let end = flag.find(|c: char| !c.is_ascii_lowercase() && c != '-').unwrap_or(flag.len());
        out.push_str(before);
        if end == 0 || before.ends_with(|c: char| !c.is_whitespace() && c != '(' && c != '`') {
            out.push_str("--");
            rest = flag;
        } else {
            out.push_str(&flag[..end].replace('-', "_"));
            rest = &flag[end..];
        }
    }
    out.push_str(rest);
    out
}
