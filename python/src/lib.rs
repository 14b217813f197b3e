//! What `wirecopy` for Python is made of: the core's functions over Python objects and Arrow streams.
//! Finds nothing by itself. Everything that people call is in the Python files beside it, which call this.

mod articles;
mod batches;
mod capsule;
mod errors;
mod index;
mod pair;
mod parts;
mod report;
mod rows;
mod run;
mod scan;
mod settings;
mod spread;
mod tables;
mod time;

use pyo3::prelude::*;

#[pymodule]
fn _core(module: &Bound<'_, PyModule>) -> PyResult<()> {
    module.add("__version__", env!("CARGO_PKG_VERSION"))?;
    module.add("TABLES", wirecopy::report::TABLES.iter().map(|table| table.name).collect::<Vec<_>>())?;
    module.add_class::<report::Report>()?;
    module.add_class::<capsule::Stream>()?;
    module.add_class::<index::Index>()?;
    module.add_function(wrap_pyfunction!(scan::scan, module)?)?;
    module.add_function(wrap_pyfunction!(pair::explain, module)?)?;
    module.add_function(wrap_pyfunction!(parts::tokens, module)?)?;
    module.add_function(wrap_pyfunction!(parts::fingerprints, module)?)?;
    module.add_function(wrap_pyfunction!(parts::signatures, module)?)?;
    module.add_function(wrap_pyfunction!(parts::bands, module)?)?;
    module.add_function(wrap_pyfunction!(parts::resemblance, module)?)?;
    module.add_function(wrap_pyfunction!(batches::signature_batches, module)?)?;
    module.add_function(wrap_pyfunction!(batches::fingerprint_batches, module)?)?;
    module.add_class::<spread::Stepper>()?;
    module.add_function(wrap_pyfunction!(spread::spread_plan, module)?)?;
    module.add_function(wrap_pyfunction!(spread::spread_check, module)?)?;
    module.add_function(wrap_pyfunction!(spread::spread_articles, module)?)?;
    module.add_function(wrap_pyfunction!(spread::spread_table, module)?)?;
    Ok(())
}
