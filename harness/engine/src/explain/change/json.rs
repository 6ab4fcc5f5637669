//! One JSON text in the ways in which libraries write it.

use std::fmt::Write as _;

use serde_json::{Map, Value};

use super::super::form::{self, Space};
use super::super::s3_form;

/// The most members of an object that are tried in every order.
const REORDERED: usize = 4;

/// The other forms of a text, each in words; none for what is not JSON.
pub(super) fn forms(text: &str) -> Vec<(String, &'static str)> {
    let Ok(value) = serde_json::from_str::<Value>(text) else { return Vec::new() };
    let compact = compact(text);
    let sorted = {
        let mut sorted = value.clone();
        sorted.sort_all_objects();
        sorted.to_string()
    };
    let mut forms = vec![
        (spaced(&compact), "as JSON with a space after `,` and `:`"),
        (spaced(&ascii(&compact)), "as JSON with spaces and with \\u escapes, as Python writes it"),
        (ascii(&compact), "as compact JSON with \\u escapes"),
        (ascii(text), "with \\u escapes for letters beyond ASCII"),
        (compact.replace('/', "\\/"), "with `\\/` for each slash, as PHP writes it"),
        (ascii(&compact).replace('/', "\\/"), "with `\\/` and \\u escapes, as PHP writes it"),
        (text.replace("\\/", "/"), "without backslashes before slashes"),
        (html_escaped(&compact), "with \\u escapes for `<`, `>` and `&`, as Go writes it"),
        (html_escaped(&compact) + "\n", "with \\u escapes for `<`, `>` and `&`, as Go writes it"),
        (unescaped(text), "without \\u escapes"),
        (value.to_string(), "as compact JSON"),
        (compact.clone() + "\n", "as compact JSON with a line break at its end"),
        (compact, "as compact JSON"),
        (spaced(&sorted), "as JSON with sorted keys"),
        (sorted, "as compact JSON with sorted keys"),
        (Value::from(text).to_string(), "as a JSON string, quoted once more"),
    ];
    if let Ok(pretty) = serde_json::to_string_pretty(&value) {
        forms.push((pretty.replace("  ", "    "), "as JSON indented by four spaces"));
        forms.push((pretty, "as indented JSON"));
    }
    match &value {
        Value::Object(members) => {
            let reordered = reordered(members).into_iter();
            forms.extend(reordered.map(|text| (text, "with its keys in another order")));
            forms.extend(of_members(members));
        }
        Value::String(inner) => forms.push((inner.clone(), "before it was quoted as JSON")),
        _ => {}
    }
    forms
}

/// A form as a JSON object of strings.
pub(super) fn of_form(body: &[u8]) -> String {
    let text = |half: &[u8]| {
        let spaced: Vec<u8> = half.iter().map(|b| if *b == b'+' { b' ' } else { *b }).collect();
        Value::from(String::from_utf8_lossy(&s3_form::decoded(&spaced)).into_owned()).to_string()
    };
    let member = |pair: &[u8]| {
        let mut halves = pair.splitn(2, |byte| *byte == b'=');
        let name = text(halves.next().unwrap_or_default());
        format!("{name}:{}", text(halves.next().unwrap_or_default()))
    };
    let members: Vec<String> = body.split(|byte| *byte == b'&').map(member).collect();
    format!("{{{}}}", members.join(","))
}

/// With a space after each separator, as Python's `json` writes it.
pub(super) fn spaced(compact: &str) -> String {
    outside_strings(compact, |char, out| {
        out.push(char);
        if matches!(char, ',' | ':') {
            out.push(' ');
        }
    })
}

/// Without white space between the tokens, and with the keys in their order.
fn compact(text: &str) -> String {
    outside_strings(text, |char, out| {
        if !char.is_ascii_whitespace() {
            out.push(char);
        }
    })
}

/// Rewrites what is not in a string.
fn outside_strings(text: &str, rewrite: impl Fn(char, &mut String)) -> String {
    let (mut out, mut in_string, mut escaped) = (String::new(), false, false);
    for char in text.chars() {
        if in_string || char == '"' {
            out.push(char);
        } else {
            rewrite(char, &mut out);
        }
        match char {
            _ if escaped => escaped = false,
            '\\' if in_string => escaped = true,
            '"' => in_string = !in_string,
            _ => {}
        }
    }
    out
}

fn ascii(text: &str) -> String {
    let mut out = String::new();
    for char in text.chars() {
        if char.is_ascii() {
            out.push(char);
        } else {
            for unit in char.encode_utf16(&mut [0; 2]) {
                // Writing to a string cannot fail.
                _ = write!(out, "\\u{unit:04x}");
            }
        }
    }
    out
}

fn html_escaped(text: &str) -> String {
    text.replace('&', "\\u0026").replace('<', "\\u003c").replace('>', "\\u003e")
}

/// With characters for the escapes of those beyond ASCII, and of `<`, `>` and `&`.
fn unescaped(text: &str) -> String {
    let mut pieces = text.split("\\u");
    let mut units: Vec<u16> = pieces.next().unwrap_or_default().encode_utf16().collect();
    for piece in pieces {
        let digits = piece.get(..4).and_then(|digits| u16::from_str_radix(digits, 16).ok());
        let is_plain = |unit: &u16| *unit > 0x7f || b"<>&".iter().any(|b| u16::from(*b) == *unit);
        if let Some(unit) = digits.filter(is_plain) {
            units.push(unit);
            units.extend(piece[4..].encode_utf16());
        } else {
            units.extend("\\u".encode_utf16().chain(piece.encode_utf16()));
        }
    }
    String::from_utf16_lossy(&units)
}

/// An object with its members in every order, if there are few.
fn reordered(members: &Map<String, Value>) -> Vec<String> {
    if members.len() > REORDERED {
        return Vec::new();
    }
    let mut orders: Vec<Vec<String>> = vec![Vec::new()];
    for (name, value) in members {
        let member = format!("{}:{value}", Value::from(&name[..]));
        let longer = orders.iter().flat_map(|order| {
            (0..=order.len()).map(|at| {
                let mut order = order.clone();
                order.insert(at, member.clone());
                order
            })
        });
        orders = longer.collect();
    }
    let objects = orders.iter().map(|order| format!("{{{}}}", order.join(",")));
    objects.flat_map(|compact| [spaced(&compact), compact]).collect()
}

/// An object without depth as a form.
fn of_members(members: &Map<String, Value>) -> Vec<(String, &'static str)> {
    let text = |value: &Value| match value {
        Value::String(text) => Some(text.clone()),
        Value::Number(_) | Value::Bool(_) => Some(value.to_string()),
        _ => None,
    };
    let pairs: Option<Vec<(String, String)>> =
        members.iter().map(|(name, value)| Some((name.clone(), text(value)?))).collect();
    let written = pairs.into_iter().flat_map(|pairs| {
        [Space::Plus, Space::Percent].map(|space| {
            let pairs = pairs.iter().map(|(name, value)| (name.as_bytes(), value.as_bytes()));
            (form::encoded(pairs, space), "as a form, and arrived as JSON")
        })
    });
    written.collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn has(text: &str, form: &str) -> bool {
        forms(text).iter().any(|(other, _)| other == form)
    }

    #[test]
    fn a_text_has_the_forms_that_libraries_write() {
        assert!(has("{\"b\": \"é\", \"a\":[1, 2]}", "{\"b\":\"é\",\"a\":[1,2]}"));
        assert!(has("{\"b\":\"é😀\"}", "{\"b\": \"\\u00e9\\ud83d\\ude00\"}"), "Python");
        assert!(has("{\"b\":\"\\u00e9\"}", "{\"b\":\"é\"}"));
        assert!(has("{\"b\":\"x/y\"}", "{\"b\":\"x\\/y\"}"), "PHP");
        assert!(has("{\"b\":\"<&\"}", "{\"b\":\"\\u003c\\u0026\"}"), "Go");
        assert!(has("{\"a\":1,\"b\":2}", "{\"b\": 2, \"a\": 1}"));
        assert!(has("{\"a\":\"x y\"}", "a=x+y"));
        assert!(!has("{\"a\":\"x, y\"}", "{\"a\":\"x,  y\"}"), "strings are left alone");
        assert!(forms("a=b").is_empty());
    }

    #[test]
    fn a_form_is_an_object_of_strings() {
        assert_eq!(of_form(b"b=x+y&a=%22"), "{\"b\":\"x y\",\"a\":\"\\\"\"}");
    }
}
