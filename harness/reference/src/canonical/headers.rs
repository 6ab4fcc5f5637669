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
        self.consider(bytes::prefix_lower(header.name), index);
        self.names += header.name.len();
        self.values += header.value.len();
    }

    /// Adds a header that is covered if [`Self::keep_listed`] finds it in the list; `prefix` is the
    /// [`bytes::prefix_lower`] of its name.
    #[inline]
    pub(crate) fn consider(&mut self, prefix: u64, index: usize) {
        self.entries.push(Entry { prefix, index, repeats: false });
    }

    /// Sorts by name in lower case, and headers of one name as they were sent; writes the distinct
    /// names joined by `;`.
    pub(crate) fn seal(&mut self, headers: Headers<'_>, out: &mut Text) {
        self.sort(headers);
        let mut before: Option<&Entry> = None;
        for entry in &mut self.entries {
            entry.repeats = before.is_some_and(|before| before.cmp_name(entry, headers).is_eq());
            before = Some(entry);
        }
        self.write_names(headers, out);
    }

    /// Keeps only the headers whose names are in a list: lower case, sorted, each once, joined by `;`.
    /// The others are passed to `unlisted` with their indices. Returns what follows the last name in
    /// the list of which there is a header: the empty text at the end of a list of that form.
    #[inline]
    pub(crate) fn keep_listed<'l>(
        &mut self,
        headers: Headers<'_>,
        list: &'l [u8],
        mut unlisted: impl FnMut(usize),
    ) -> Option<&'l [u8]> {
        self.sort(headers);
        // Both are in order, so that each header can only have the next name or the one before.
        let (mut rest, mut kept) = (Some(list), 0);
        let mut before: (u64, &[u8]) = (0, b"");
        for next in 0..self.entries.len() {
            let Entry { prefix, index, .. } = self.entries[next];
            let Header { name, value } = headers.at(index);
            let repeats = prefix == before.0 && bytes::eq_ignore_case(name, before.1);
            if !repeats {
                let Some(after) = rest.and_then(|rest| after_name(rest, prefix, name)) else {
                    unlisted(index);
                    continue;
                };
                rest = after.split_first().map(|(_, rest)| rest);
            }
            before = (prefix, name);
            self.names += name.len();
            self.values += value.len();
            self.entries[kept] = Entry { prefix, index, repeats };
            kept += 1;
        }
        self.entries.truncate(kept);
        rest
    }

    /// Removes the headers of this name.
    pub(crate) fn remove(&mut self, headers: Headers<'_>, name: &str) {
        self.entries.retain(|entry| !headers.at(entry.index).is(name.as_bytes()));
    }

    /// Writes the distinct names joined by `;`.
    pub(crate) fn write_names(&self, headers: Headers<'_>, out: &mut Text) {
        out.write(self.names + self.entries.len(), |out| {
            for (at, entry) in self.entries.iter().enumerate().filter(|(_, entry)| !entry.repeats) {
                if at > 0 {
                    out.byte(b';');
                }
                out.lower(headers.at(entry.index).name, entry.prefix);
            }
        });
    }

    fn sort(&mut self, headers: Headers<'_>) {
        sort(&mut self.entries, |left, right| {
            left.cmp_name(right, headers).then_with(|| left.index.cmp(&right.index))
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

impl Entry {
    /// By name in lower case.
    #[inline]
    fn cmp_name(&self, other: &Self, headers: Headers<'_>) -> Ordering {
        let name = |entry: &Self| headers.at(entry.index).name;
        self.prefix.cmp(&other.prefix).then_with(|| bytes::cmp_lower(name(self), name(other)))
    }
}

/// What follows a name, given in any case and with its prefix, at the start of a list: nothing, or a
/// separator. `None` if the list starts with another name.
#[inline]
fn after_name<'l>(list: &'l [u8], prefix: u64, name: &[u8]) -> Option<&'l [u8]> {
    let (start, rest) = list.split_at_checked(name.len())?;
    if bytes::prefix(start) != prefix
        || name.len() > size_of_val(&prefix) && !bytes::has_lower_end(name, start)
    {
        return None;
    }
    matches!(rest, [] | [b';', ..]).then_some(rest)
}

/// Whether a list of names is in lower case and sorted, each once.
pub(crate) fn is_list(list: &[u8]) -> bool {
    let mut before: &[u8] = b"";
    // The empty name is never after another.
    let is_sorted =
        bytes::split(list, b';').all(|name| name > std::mem::replace(&mut before, name));
    is_sorted && !bytes::any(list, |byte| byte.is_ascii_uppercase())
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
    pub(crate) fn at(&self, index: usize) -> Header<'a> {
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

        /// The simple way: each name is looked for among all others.
        #[test]
        fn the_headers_that_are_kept_are_those_in_the_list(
            sent in prop::collection::vec(prop::sample::select(NAMES.to_vec()), 0..24),
            listed in prop::collection::vec(prop::sample::select(NAMES.to_vec()), 1..6),
        ) {
            let mut listed: Vec<String> = listed.iter().map(|name| name.to_lowercase()).collect();
            listed.sort();
            listed.dedup();
            let list = listed.join(";");
            let headers: Vec<Header<'_>> =
                sent.iter().map(|name| Header { name: name.as_bytes(), value: b"a" }).collect();
            let headers = Headers { sent: &headers, added: &[] };
            let mut entries = HeaderList::default();
            for (index, name) in sent.iter().enumerate() {
                entries.consider(bytes::prefix_lower(name.as_bytes()), index);
            }
            let mut unlisted = Vec::new();
            let rest = entries.keep_listed(headers, list.as_bytes(), |index| unlisted.push(index));
            let is_sent = |name: &&String| sent.iter().any(|own| own.eq_ignore_ascii_case(name));
            if let Some(missing) = listed.iter().find(|name| !is_sent(name)) {
                let first = bytes::split(rest.unwrap(), b';').next();
                prop_assert_eq!(first, Some(missing.as_bytes()));
                return Ok(());
            }
            prop_assert_eq!(rest, None);
            // A capital is another name, wherever it is.
            for at in (0..list.len()).filter(|at| list.as_bytes()[*at].is_ascii_lowercase()) {
                let mut other = list.clone().into_bytes();
                other[at].make_ascii_uppercase();
                let mut entries = HeaderList::default();
                for (index, name) in sent.iter().enumerate() {
                    entries.consider(bytes::prefix_lower(name.as_bytes()), index);
                }
                prop_assert!(entries.keep_listed(headers, &other, |_| ()).is_some());
            }
            let is_listed = |index: &usize| listed.contains(&sent[*index].to_lowercase());
            unlisted.sort_unstable();
            let others: Vec<usize> = (0..sent.len()).filter(|index| !is_listed(index)).collect();
            prop_assert_eq!(unlisted, others);
            let mut out = Text::default();
            entries.write_names(headers, &mut out);
            prop_assert_eq!(&out[..], list.as_bytes());
            let kept: Vec<usize> = entries.entries.iter().map(|entry| entry.index).collect();
            let mut expected: Vec<usize> = (0..sent.len()).filter(is_listed).collect();
            expected.sort_by_key(|index| sent[*index].to_lowercase());
            prop_assert_eq!(kept, expected);
        }

        #[test]
        fn a_list_is_sorted_lower_case_names(list in "[aA1-]{0,3}(;[aAb1-]{0,3}){0,3}") {
            let names: Vec<&str> = list.split(';').collect();
            let is_sorted = names.is_sorted_by(|left, right| left < right);
            let is_lower = names.iter().all(|name| !name.is_empty() && *name == name.to_lowercase());
            prop_assert_eq!(is_list(list.as_bytes()), is_sorted && is_lower);
        }
    }

    const NAMES: &[&str] = &[
        "a",
        "A",
        "ab",
        "x-amz-da",
        "X-Amz-Da",
        "x-amz-date",
        "X-AMZ-DATE",
        "x-amz-datum",
        "x-a-name-longer-than-two-words",
        "X-A-Name-Longer-Than-Two-Words",
        "x-a-name-longer-than-two-worse",
    ];
}
