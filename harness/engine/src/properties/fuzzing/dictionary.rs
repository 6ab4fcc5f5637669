//! The words that the parsers know, for a fuzzer to combine.

use std::collections::BTreeSet;
use std::fmt::Write as _;

use sigv4_reference::sign::{AUTHENTICATION_PARAMETERS, UNSIGNED_HEADERS};
use sigv4_reference::{ALGORITHM, TERMINATOR, UNSIGNED_PAYLOAD};
use sigv4_vectors::Vectors;
use sigv4_vectors::model::{Case, Signing};

/// Longer words do not help a fuzzer: `libFuzzer` accepts at most 64 bytes.
const LONGEST: usize = 32;

/// The dictionary in the format of `libFuzzer`: the reference's own tables, and what the vectors
/// contain between separators.
#[must_use]
pub fn dictionary() -> String {
    let mut words: BTreeSet<Vec<u8>> = [ALGORITHM, TERMINATOR, UNSIGNED_PAYLOAD]
        .iter()
        .chain(&AUTHENTICATION_PARAMETERS)
        .chain(UNSIGNED_HEADERS)
        .map(|word| word.as_bytes().to_vec())
        .collect();
    for signing in Vectors::embedded().cases().flat_map(Case::calls) {
        add_words(&mut words, signing);
    }
    let mut text = String::from("# Written by `cargo xtask fuzz`.\n");
    for word in words {
        text.push('"');
        for byte in word {
            match byte {
                b'"' | b'\\' => text.extend(['\\', char::from(byte)]),
                b' '..=b'~' => text.push(char::from(byte)),
                _ => {
                    // Writing into a String cannot fail.
                    let _ = write!(text, "\\x{byte:02X}");
                }
            }
        }
        text.push_str("\"\n");
    }
    text
}

fn add_words(words: &mut BTreeSet<Vec<u8>>, signing: &Signing) {
    let mut add = |word: &[u8]| {
        if (1..=LONGEST).contains(&word.len()) {
            words.insert(word.to_vec());
        }
    };
    let given = &signing.input.request;
    let sent = &signing.expect.signed_request;
    add(signing.input.time.as_bytes());
    for (name, value) in given.headers.iter().chain(&sent.headers) {
        add(name);
        if name.eq_ignore_ascii_case(b"date") {
            add(value);
        }
        if name.eq_ignore_ascii_case(b"authorization") {
            // A name with its equals sign, without the value.
            value.split(|byte| b" ,".contains(byte)).for_each(|field| {
                let end = field.iter().position(|&byte| byte == b'=').map_or(0, |at| at + 1);
                add(&field[..end]);
            });
        }
    }
    for target in [&given.target, &sent.target] {
        let escapes = target.windows(3).filter(|window| window[0] == b'%');
        escapes.for_each(&mut add);
        for piece in target.split(|byte| b"?&=".contains(byte)) {
            // Segments with a meaning are short.
            piece.split(|&byte| byte == b'/').filter(|part| part.len() <= 4).for_each(&mut add);
        }
    }
}
