//! Canonical headers and the list of their names (specification: "Canonical headers").

use std::cmp::Ordering;
use std::ops::Range;

use crate::bytes;
use crate::request::Header;

/// Which headers a signature covers. Names and values stay where they are.
#[derive(Debug, Default)]
pub(crate) struct HeaderList {
    entries: Vec<Entry>,
    /// How many distinct names there are.
    lines: usize,
}

/// The headers that the entries of a list point into: those of the request and, numbered behind
/// them, those that the signer adds.
#[derive(Clone, Copy)]
pub(crate) struct Headers<'a> {
    pub(crate) sent: &'a [Header<'a>],
    pub(crate) added: &'a [Header<'a>],
}

#[derive(Debug)]
struct Entry {
    /// The first bytes of the name in lower case, which tell most names apart.
    prefix: u64,
    /// Which header it is.
    index: usize,
    /// Where its name stands in the list of names.
    name: Range<usize>,
    /// Whether the entry before has the same name.
    repeats: bool,
}

impl HeaderList {
    pub(crate) fn clear(&mut self) {
        self.entries.clear();
    }

    /// Takes in header `index`, which has this name.
    pub(crate) fn cover(&mut self, name: &[u8], index: usize) {
        let prefix = bytes::prefix_lower(name);
        self.entries.push(Entry { prefix, index, name: 0..0, repeats: false });
    }

    /// Sorts by name in lower case, and headers of one name as they were sent; writes the distinct
    /// names joined by `;`.
    pub(crate) fn seal(&mut self, headers: Headers<'_>, out: &mut Vec<u8>) {
        let name = |entry: &Entry| headers.at(entry.index).name;
        let by_name = |left: &Entry, right: &Entry| {
            left.prefix.cmp(&right.prefix).then_with(|| bytes::cmp_lower(name(left), name(right)))
        };
        self.entries.sort_unstable_by(|left, right| {
            by_name(left, right).then_with(|| left.index.cmp(&right.index))
        });
        self.lines = 0;
        for at in 0..self.entries.len() {
            if let Some(before) = at.checked_sub(1).map(|before| &self.entries[before])
                && by_name(before, &self.entries[at]) == Ordering::Equal
            {
                self.entries[at].repeats = true;
                continue;
            }
            let entry = &mut self.entries[at];
            if self.lines > 0 {
                out.push(b';');
            }
            let start = out.len();
            bytes::append_lower(out, name(entry), entry.prefix);
            entry.name = start..out.len();
            self.lines += 1;
        }
    }

    /// Appends one `name:value` line per name; the values of a repeated name are joined by a comma
    /// in the order in which they were sent. `names` is what [`Self::seal`] wrote.
    ///
    /// Nearly all values are canonical as they are sent. So all are written as they are, and looked
    /// at together; only where there is something to find are they written anew, one by one.
    pub(crate) fn write(&self, headers: Headers<'_>, names: &[u8], out: &mut Vec<u8>) {
        let start = out.len();
        if self.lines == self.entries.len() {
            self.write_lines(headers, names, out, bytes::append);
            if is_canonical(&out[start..], self.lines) {
                return;
            }
            out.truncate(start);
        }
        self.write_lines(headers, names, out, write_value);
    }

    #[inline]
    fn write_lines(
        &self,
        headers: Headers<'_>,
        names: &[u8],
        out: &mut Vec<u8>,
        write_value: impl Fn(&mut Vec<u8>, &[u8]),
    ) {
        for entry in &self.entries {
            if entry.repeats {
                out.pop();
                out.push(b',');
            } else {
                bytes::append(out, &names[entry.name.start..entry.name.end]);
                out.push(b':');
            }
            write_value(out, headers.at(entry.index).value);
            out.push(b'\n');
        }
    }
}

impl<'a> Headers<'a> {
    /// Only numbers that the list was given are asked for, so the fallback is never taken.
    fn at(&self, index: usize) -> Header<'a> {
        let header = self.sent.get(index).or_else(|| self.added.get(index - self.sent.len()));
        header.copied().unwrap_or(Header { name: b"", value: b"" })
    }
}

/// Appends `value` without white space at its ends and with each inner run of it as one space.
///
/// White space is what C's `isspace` says, as in aws-c-auth: space, TAB, LF, VT, FF, CR; so a
/// folded line becomes one value. Quotes mean nothing, bytes above 127 are kept.
pub(crate) fn write_value(out: &mut Vec<u8>, value: &[u8]) {
    #[cfg(sigv4_planted)]
    if crate::planted::is("tab-kept") && value.contains(&b'\t') {
        return out.extend_from_slice(value);
    }
    let words = value.split(|&byte| is_space(byte)).filter(|word| !word.is_empty());
    for (index, word) in words.enumerate() {
        if index > 0 {
            out.push(b' ');
        }
        bytes::append(out, word);
    }
}

/// Whether every value in so many `name:value` lines is canonical: no white space but single spaces
/// between words. It may say no where that is so (`a: b`, control bytes).
#[expect(clippy::needless_bitwise_bool, reason = "a branch would be taken byte by byte")]
fn is_canonical(lines: &[u8], count: usize) -> bool {
    let padded = |byte: u8, next: u8| (byte.max(next) <= b' ') | ((byte == b':') & (next == b' '));
    // Of the bytes below the space, only the ends of the lines are there.
    bytes::count(lines, |byte| byte < b' ') == count && !bytes::any_pair(lines, padded)
}

fn is_space(byte: u8) -> bool {
    matches!(byte, b' ' | b'\t'..=b'\r')
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        /// The plain way: words, joined.
        #[test]
        fn a_value_is_its_words_joined_by_spaces(
            value in prop::collection::vec(prop::sample::select(b"abc\xff   \t\n\x0b\x0c\r\x08\x0e".to_vec()), 0..50),
        ) {
            let words: Vec<&[u8]> = value
                .split(|byte| b" \t\n\x0b\x0c\r".contains(byte))
                .filter(|word| !word.is_empty())
                .collect();
            let mut out = Vec::new();
            write_value(&mut out, &value);
            prop_assert_eq!(out, words.join(&b' '));
        }
    }
}
