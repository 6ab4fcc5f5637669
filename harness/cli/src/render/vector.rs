//! A vector for a person: its fields in order, with every invisible character escaped.

use std::io::{self, Write};

use serde_json::Value;
use sigv4_protocol::text;

use super::{HEADING, shown};

/// Writes a case, which is given as in its file.
pub(crate) fn write(case: &Value, out: &mut dyn Write) -> io::Result<()> {
    for (name, value) in case.as_object().into_iter().flatten() {
        write_field(name, value, 0, out)?;
    }
    Ok(())
}

/// A field; what is empty is left out.
fn write_field(name: &str, value: &Value, depth: usize, out: &mut dyn Write) -> io::Result<()> {
    let is_empty = match value {
        Value::Null => true,
        Value::Array(values) => values.is_empty(),
        Value::Object(fields) => fields.is_empty(),
        _ => false,
    };
    if is_empty {
        return Ok(());
    }
    let indent = "  ".repeat(depth);
    let name = name.replace('_', " ");
    write!(out, "{indent}{HEADING}{name}:{HEADING:#}")?;
    if let Some(line) = one_line(value) {
        return writeln!(out, " {line}");
    }
    writeln!(out)?;
    match value {
        Value::String(value) => {
            for line in text::escaped(value).split('\n') {
                writeln!(out, "{indent}  {}", shown(line.as_bytes()))?;
            }
        }
        Value::Array(values) => {
            for (index, value) in values.iter().enumerate() {
                match (header(value).or_else(|| one_line(value)), value) {
                    (Some(line), _) => writeln!(out, "{indent}  {line}")?,
                    (None, value) => write_field(&(index + 1).to_string(), value, depth + 1, out)?,
                }
            }
        }
        Value::Object(fields) => {
            for (name, value) in fields {
                write_field(name, value, depth + 1, out)?;
            }
        }
        _ => {}
    }
    Ok(())
}

/// A value that fits behind its name.
fn one_line(value: &Value) -> Option<String> {
    match value {
        Value::String(text) if text.contains('\n') => None,
        Value::String(text) if text.is_empty() => Some("(empty)".to_owned()),
        Value::String(text) => Some(shown(text.as_bytes())),
        Value::Array(values) => {
            let words =
                values.iter().map(|value| value.as_str().filter(|word| !word.contains(' ')));
            Some(words.collect::<Option<Vec<_>>>()?.join(", ")).filter(|line| line.len() < 80)
        }
        Value::Object(fields) => match fields.get("base64") {
            Some(Value::String(text)) if fields.len() == 1 => Some(format!("base64 {text}")),
            _ => None,
        },
        other => Some(other.to_string()),
    }
}

/// Name and value of a header.
fn header(value: &Value) -> Option<String> {
    match &value.as_array()?[..] {
        [Value::String(name), value] => {
            Some(format!("{}: {}", shown(name.as_bytes()), one_line(value)?))
        }
        _ => None,
    }
}
