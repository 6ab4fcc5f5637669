//! Canonical headers and the list of their names (specification: "Canonical headers").

use std::cmp::Ordering;

use crate::primitive::bytes;
use crate::primitive::text::{Cursor, Text};
use crate::request::Header;

/// The headers that a signature covers. Names and values are not copied.
#[derive(Default)]
pub(crate) struct HeaderList {
    entries: Vec<Entry>,
    /// The length of all names together.
    names: usize,
    /// The length of all values together.
    values: usize,
}

/// The headers that the entries of a list refer to: those of the request, followed by those that the
/// signer adds.
#[derive(Clone, Copy)]
pub(crate) struct Headers<'a> {
    pub(crate) sent: &'a [Header<'a>],
    pub(crate) added: &'a [Header<'a>],
}

struct Entry {
    /// The first bytes of the name in lower case, in which most names differ.
    prefix: u64,
    /// The index of the header.
    index: usize,
    /// Whether the previous entry has the same name.
    repeats: bool,
}

impl HeaderList {
    pub(crate) fn clear(&mut self) {
        self.entries.clear();
        self.names = 0;
        self.values = 0;
    }

    /// Adds a header with its index.
    #[inline]
    pub(crate) fn cover(&mut self, header: &Header<'_>, index: usize) {
        let prefix = bytes::prefix_lower(header.name);
        self.entries.push(Entry { prefix, index, repeats: false });
        self.names += header.name.len();
        self.values += header.value.len();
    }

    /// Sorts by name in lower case, and headers of one name as they were sent; writes the distinct
    /// names joined by `;`.
    pub(crate) fn seal(&mut self, headers: Headers<'_>, out: &mut Text) {
        let name = |entry: &Entry| headers.at(entry.index).name;
        let by_name = |left: &Entry, right: &Entry| {
            left.prefix.cmp(&right.prefix).then_with(|| bytes::cmp_lower(name(left), name(right)))
        };
        sort(&mut self.entries, |left, right| {
            by_name(left, right).then_with(|| left.index.cmp(&right.index))
        });
        let mut before: Option<&Entry> = None;
        out.write(self.names + self.entries.len(), |out| {
            for entry in &mut self.entries {
                entry.repeats = before.is_some_and(|before| by_name(before, entry).is_eq());
                if !entry.repeats {
                    if before.is_some() {
                        out.byte(b';');
                    }
                    out.lower(name(entry), entry.prefix);
                }
                before = Some(entry);
            }
        });
    }

    /// How many bytes [`Self::write`] writes at most.
    pub(crate) fn room(&self) -> usize {
        self.names + self.values + 2 * self.entries.len()
    }

    /// Writes one `name:value` line per name. The values of a repeated name are joined by commas in
    /// the order in which they were sent. `write_value` writes at most as much as it is given.
    #[inline]
    pub(crate) fn write(
        &self,
        headers: Headers<'_>,
        out: &mut Cursor<'_>,
        write_value: impl Fn(&mut Cursor<'_>, &[u8]),
    ) {
        for (at, entry) in self.entries.iter().enumerate() {
            let Header { name, value } = headers.at(entry.index);
            if entry.repeats {
                out.byte(b',');
            } else {
                if at > 0 {
                    out.byte(b'\n');
                }
                out.lower(name, entry.prefix);
                out.byte(b':');
            }
            write_value(out, value);
        }
        if !self.entries.is_empty() {
            out.byte(b'\n');
        }
    }
}

/// `entries.sort_unstable_by(order)`. A few entries are moved into place without a call for each.
#[inline]
fn sort(entries: &mut [Entry], order: impl Fn(&Entry, &Entry) -> Ordering) {
    const FEW: usize = 16;
    if entries.len() > FEW {
        return entries.sort_unstable_by(order);
    }
    for end in 1..entries.len() {
        let mut at = end;
        while let Some([left, right]) = entries[..=at].last_chunk_mut()
            && order(right, left).is_lt()
        {
            std::mem::swap(left, right);
            at -= 1;
        }
    }
}

impl<'a> Headers<'a> {
    /// Only indices that were added are asked for, so the default is never used.
    #[inline]
    fn at(&self, index: usize) -> Header<'a> {
        let header = self.sent.get(index).or_else(|| self.added.get(index - self.sent.len()));
        header.copied().unwrap_or(Header { name: b"", value: b"" })
    }
}

/// Writes `value` without white space at its ends and with each run of white space as one space.
///
/// White space is C's `isspace`, as in aws-c-auth: space, TAB, LF, VT, FF, CR. So a folded line
/// becomes one value. Quotes have no meaning, and bytes above 127 are kept.
#[inline(always)]
#[expect(clippy::inline_always, reason = "a call costs as much as the copy")]
pub(crate) fn write_value(out: &mut Cursor<'_>, value: &[u8]) {
    // Nearly all values are sent in canonical form, and most of them are a single word.
    if bytes::any_below(value, b' ' + 1) && !is_canonical(value) {
        write_words(out, value);
    } else {
        out.text(value);
    }
}

/// Whether the only white space is single spaces between words. May return false for a value with
/// control bytes for which this is true.
#[inline(never)]
#[expect(clippy::needless_bitwise_bool, reason = "a branch would be taken byte by byte")]
fn is_canonical(value: &[u8]) -> bool {
    let is_space = |byte: Option<&u8>| byte == Some(&b' ');
    let controls = bytes::any_below(value, b' ');
    let doubled = bytes::any_pair(value, |byte, next| (byte == b' ') & (next == b' '));
    !(is_space(value.first()) || is_space(value.last()) || controls || doubled)
}

#[inline(never)]
fn write_words(out: &mut Cursor<'_>, value: &[u8]) {
    #[cfg(sigv4_planted)]
    if crate::planted::is("tab-kept") && value.contains(&b'\t') {
        return out.text(value);
    }
    let words = value.split(|&byte| is_space(byte)).filter(|word| !word.is_empty());
    for (index, word) in words.enumerate() {
        if index > 0 {
            out.byte(b' ');
        }
        out.text(word);
    }
}

fn is_space(byte: u8) -> bool {
    matches!(byte, b' ' | b'\t'..=b'\r')
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        /// The simple way: words, joined.
        #[test]
        fn a_value_is_its_words_joined_by_spaces(
            value in prop::collection::vec(prop::sample::select(b"abcdefghijkl\xff    \t\n\x0b\x0c\r\x08\x0e".to_vec()), 0..50),
        ) {
            let words: Vec<&[u8]> = value
                .split(|byte| b" \t\n\x0b\x0c\r".contains(byte))
                .filter(|word| !word.is_empty())
                .collect();
            let mut out = Text::default();
            out.write(value.len(), |out| write_value(out, &value));
            prop_assert_eq!(&out[..], words.join(&b' '));
        }
    }
}
