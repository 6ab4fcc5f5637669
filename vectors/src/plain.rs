//! What readers of JSON and TOML say of wrong input, in words that need no knowledge of Rust.

/// The longest text of the input that a message repeats, in characters: a longer one may be a secret.
const LONGEST: usize = 24;

/// A message of `serde`, `serde_json` or `toml` in plain words: what was expected, and what was found.
/// `table` is what the format calls a set of named values: an object, or a table.
#[must_use]
pub fn in_plain_words(message: &str, table: &str) -> String {
    let (problem, place) = match message.rfind(" at line ") {
        Some(at) => (&message[..at], message[at..].replace(" column", ", column")),
        None => (message, String::new()),
    };
    plain(problem, table) + &place
}

fn plain(problem: &str, table: &str) -> String {
    let found_and_expected = |rest: &str| {
        let (found, expected) = rest.rsplit_once(", expected ")?;
        Some(format!("expected {}, got {}", kind(expected, table), found_in_words(found, table)))
    };
    let rest = |start| problem.strip_prefix(start);
    if let Some(said) =
        rest("invalid type: ").or_else(|| rest("invalid value: ")).and_then(found_and_expected)
    {
        said
    } else if let Some((count, expected)) =
        rest("invalid length ").and_then(|rest| rest.split_once(", expected "))
    {
        format!("expected {}, got a list of {count}", kind(expected, table))
    } else if let Some(field) = rest("missing field ") {
        format!("the field {field} is missing")
    } else if let Some(field) = rest("duplicate field ") {
        format!("the field {} is given twice", name(field))
    } else if let Some(rest) = rest("unknown field ") {
        format!("unknown field {}", named(rest))
    } else if let Some(rest) = rest("unknown variant ") {
        format!("unknown word {}", named(rest))
    } else if problem.starts_with("data did not match any variant") {
        "it has none of the forms that are expected here".to_owned()
    } else if problem == "expected value" || problem == "expected ident" {
        "expected a JSON value".to_owned()
    } else if let Some(part) = rest("EOF while parsing ") {
        format!("the text ends in the middle of {part}")
    } else if problem == "trailing characters" {
        "there is more text after the value".to_owned()
    } else if problem.starts_with("control character") {
        "a control character in a string, where it has to be escaped".to_owned()
    } else {
        problem.to_owned()
    }
}

/// A name in backquotes and the known ones behind it.
fn named(rest: &str) -> String {
    match rest.split_once("`, ") {
        Some((unknown, "there are no fields" | "there are no variants")) => {
            format!("{}: expected none", name(&format!("{unknown}`")))
        }
        Some((unknown, expected)) => format!("{}: {expected}", name(&format!("{unknown}`"))),
        None => name(rest),
    }
}

/// A name in backquotes, unless it is too long to repeat.
fn name(quoted: &str) -> String {
    let length = quoted.trim_matches('`').chars().count();
    if length > LONGEST { format!("of {length} characters") } else { quoted.to_owned() }
}

/// What was expected.
fn kind(expected: &str, table: &str) -> String {
    let sized = |rest: &str| rest.split(' ').next().map(|size| format!("a list of {size}"));
    let plain = match expected {
        "u8" => "a whole number from 0 to 255",
        "u16" => "a whole number from 0 to 65535",
        "u32" | "u64" | "usize" => "a whole number that is not negative",
        "i8" | "i16" | "i32" | "i64" | "isize" => "a whole number",
        "f32" | "f64" => "a number",
        "str" | "string" | "a borrowed string" | "a character" => "a string",
        "a boolean" => "true or false",
        "a sequence" => "a list",
        "string or map" => return format!("a string or {table}"),
        "a map" => table,
        "unit" => "null",
        "variant identifier" | "field identifier" => "a name",
        _ => "",
    };
    if !plain.is_empty() {
        return plain.to_owned();
    }
    let of_size = ["a tuple of size ", "an array of length "];
    if let Some(list) =
        of_size.iter().find_map(|start| expected.strip_prefix(start)).and_then(sized)
    {
        return list;
    }
    let is_rust = ["struct ", "internally tagged enum ", "adjacently tagged enum ", "enum "];
    if is_rust.iter().any(|start| expected.starts_with(start)) {
        return table.to_owned();
    }
    expected.to_owned()
}

/// What was found.
fn found_in_words(found: &str, table: &str) -> String {
    for (start, noun) in
        [("integer `", "the number "), ("floating point `", "the number "), ("boolean `", "")]
    {
        if let Some(value) = found.strip_prefix(start) {
            // One that no usual type holds has the name of a larger type behind it.
            return format!("{noun}{}", value.split('`').next().unwrap_or_default());
        }
    }
    if let Some(text) = found.strip_prefix("string ") {
        let length = text.trim_matches('"').chars().count();
        return match length {
            0..=LONGEST => format!("the string {text}"),
            _ => format!("a string of {length} characters"),
        };
    }
    match found {
        "unit value" | "Option value" | "null" => "null".to_owned(),
        "sequence" => "a list".to_owned(),
        "map" => table.to_owned(),
        other => other.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use serde::Deserialize;

    use super::*;

    #[derive(Debug, Deserialize)]
    #[serde(deny_unknown_fields)]
    #[expect(dead_code, reason = "only what is wrong with it is looked at")]
    struct Outer {
        count: u64,
        #[serde(default)]
        port: u16,
        #[serde(default)]
        names: Vec<String>,
        #[serde(default)]
        pair: Option<(u8, bool)>,
        #[serde(default)]
        inner: Option<Inner>,
        #[serde(default)]
        word: Option<Word>,
    }

    #[derive(Debug, Deserialize)]
    #[serde(deny_unknown_fields)]
    struct Inner {}

    #[derive(Debug, Deserialize)]
    #[serde(rename_all = "kebab-case")]
    enum Word {
        First,
        Second,
    }

    #[test]
    fn no_word_of_rust_is_left() {
        let secret = "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY";
        let (unknown, long) =
            (format!(r#"{{"{secret}":1}}"#), format!(r#"{{"count":"{secret}"}}"#));
        let json = [
            r#"{"count":"7"}"#,
            r#"{"count":-1}"#,
            r#"{"count":1.5}"#,
            r#"{"count":true}"#,
            r#"{"count":null}"#,
            r#"{"count":[]}"#,
            r#"{"count":{}}"#,
            r#"{"count":1,"port":70000}"#,
            r#"{"count":1,"names":"a"}"#,
            r#"{"count":1,"names":[1]}"#,
            r#"{"count":1,"pair":[1]}"#,
            r#"{"count":1,"pair":[1,2]}"#,
            r#"{"count":1,"inner":7}"#,
            r#"{"count":1,"inner":{"a":1}}"#,
            r#"{"count":1,"word":"third"}"#,
            r#"{"count":1,"count":2}"#,
            r#"{"counted":1}"#,
            "{}",
            "[7",
            "7",
            "",
            "hello",
            r#"{"count":1} {}"#,
            "{\"count\":1,\"names\":[\"a\nb\"]}",
            r#"{"count":1"#,
            &unknown,
            &long,
        ];
        let said = json.map(|text| {
            let error = serde_json::from_str::<Outer>(text).expect_err(text).to_string();
            format!("{} -> {}", text.escape_debug(), in_plain_words(&error, "an object"))
        });
        let said = said.join("\n");
        let messages: String = said.lines().filter_map(|line| line.split(" -> ").nth(1)).collect();
        for word in
            ["u64", "u16", "variant", "invalid", "struct", "sequence", "map", "ident", secret]
        {
            assert!(!messages.contains(word), "{word}: {said}");
        }
        insta::assert_snapshot!("plain", said);
    }

    #[test]
    fn a_table_is_called_what_its_format_calls_it() {
        let error = toml::from_str::<Outer>("count = 1\ninner = 7").expect_err("a number");
        let said = in_plain_words(error.message(), "a table");
        assert_eq!(said, "expected a table, got the number 7");
    }

    #[test]
    fn a_number_that_no_type_holds_is_a_number() {
        let error = toml::from_str::<Outer>("count = 18446744073709551616").expect_err("too large");
        let said = in_plain_words(error.message(), "a table");
        assert!(said.ends_with("got the number 18446744073709551616"), "{said}");
    }
}
