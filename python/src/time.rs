//! Dates and times of Arrow columns as articles give them.

use arrow_array::{Array, ArrayRef, cast::AsArray, types};
use arrow_schema::{DataType, TimeUnit};
use jiff::Timestamp;
use jiff::civil::Date;

/// The value of a row of a date or timestamp column, in ISO 8601; `None` where it is null or out of range. A column
/// without a time zone gives times without one.
pub(crate) fn given(array: &ArrayRef, row: usize) -> Option<String> {
    if array.is_null(row) {
        return None;
    }
    let (nanoseconds, zoned) = match array.data_type() {
        DataType::Date32 => return date(array.as_primitive::<types::Date32Type>().value(row).into()),
        DataType::Date64 => {
            return date(array.as_primitive::<types::Date64Type>().value(row).div_euclid(86_400_000));
        }
        DataType::Timestamp(unit, zone) => {
            let (value, scale) = match unit {
                TimeUnit::Second => (array.as_primitive::<types::TimestampSecondType>().value(row), 1_000_000_000),
                TimeUnit::Millisecond => {
                    (array.as_primitive::<types::TimestampMillisecondType>().value(row), 1_000_000)
                }
                TimeUnit::Microsecond => (array.as_primitive::<types::TimestampMicrosecondType>().value(row), 1_000),
                TimeUnit::Nanosecond => (array.as_primitive::<types::TimestampNanosecondType>().value(row), 1),
            };
            (i128::from(value) * scale, zone.is_some())
        }
        _ => return None,
    };
    let text = Timestamp::from_nanosecond(nanoseconds).ok()?.to_string();
    Some(if zoned { text } else { text.trim_end_matches('Z').to_owned() })
}

/// A day, counted from 1970-01-01.
fn date(days: i64) -> Option<String> {
    let first = Date::constant(1970, 1, 1);
    first.checked_add(jiff::Span::new().try_days(days).ok()?).ok().map(|date| date.to_string())
}
