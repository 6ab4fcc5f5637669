//! The canonical query (specification: "Canonical query string").

use std::cmp::Ordering;

use crate::primitive::bytes;
use crate::primitive::percent::{self, Slash};
use crate::primitive::text::Text;
use crate::target;

/// A canonical query that is being written at the end of a buffer. Parameters are written as they
/// come, and moved only if they came out of order.
#[derive(Default)]
pub(crate) struct Query {
    /// Where it starts in the buffer.
    start: usize,
    parameters: Vec<Parameter>,
    is_sorted: bool,
}

struct Parameter {
    /// The first bytes of the name, in which most names differ.
    prefix: u64,
    start: usize,
    /// Where the `=` is.
    middle: usize,
    end: usize,
}

impl Query {
    /// Starts a query at the end of `out`.
    pub(crate) fn start(&mut self, out: &[u8]) {
        self.start = out.len();
        self.parameters.clear();
        self.is_sorted = true;
    }

    /// Splits a query as sent at `&` and adds each parameter, decoded and encoded again; `keep` is
    /// called with the name as sent. Empty pieces are dropped; a piece without `=` has an empty
    /// value; `+` is a plus. Fails with the offset of a `%` that is not followed by two digits.
    pub(crate) fn add_text(
        &mut self,
        out: &mut Text,
        text: &[u8],
        keep: impl Fn(&[u8]) -> bool,
    ) -> Result<(), usize> {
        if text.is_empty() || self.add_canonical(out, text, &keep) {
            return Ok(());
        }
        for (offset, piece) in target::parameters(text) {
            let (name, value) = target::name_and_value(piece);
            if !keep(name) {
                if let Some(invalid) = percent::decode(piece).find_map(Result::err) {
                    return Err(offset + invalid);
                }
                continue;
            }
            let start = self.open(out);
            let (length, invalid) = out.write(percent::room(piece) + 1, |out| {
                let room = out.room();
                let in_name = percent::recode(out, name, Slash::Encode);
                let length = room - out.room();
                out.byte(b'=');
                let in_value = percent::recode(out, value, Slash::Encode);
                (length, in_name.or_else(|| Some(name.len() + 1 + in_value?)))
            });
            if let Some(invalid) = invalid {
                return Err(offset + invalid);
            }
            self.close(out, start, start + length);
        }
        Ok(())
    }

    /// Adds a query whose parameters are all sent in canonical form, in any order, without those for
    /// which `keep` returns false. Adds nothing of any other query and returns false. Each run of
    /// kept parameters is copied as a whole.
    fn add_canonical(&mut self, out: &mut Text, text: &[u8], keep: impl Fn(&[u8]) -> bool) -> bool {
        let (known, written) = (self.parameters.len(), out.len());
        // The run that is not copied yet, and where it will be written.
        let (mut run, mut place) = (0, self.next_place(out));
        let mut start = 0;
        while let Some((middle, end)) = canonical_parameter(text, start) {
            let name = &text[start..middle];
            let is_kept = keep(name);
            if is_kept {
                self.parameters.push(Parameter {
                    prefix: bytes::prefix(name),
                    start: place + start - run,
                    middle: place + middle - run,
                    end: place + end - run,
                });
            }
            if !is_kept || end == text.len() {
                let run_end = if is_kept { end } else { start.saturating_sub(1) };
                if run_end > run {
                    self.open(out);
                    out.append(&text[run..run_end]);
                }
                (run, place) = (end + 1, self.next_place(out));
            }
            start = end + 1;
            if end == text.len() {
                let new = &self.parameters[known.saturating_sub(1)..];
                self.is_sorted &= new.is_sorted_by(|left, right| left.cmp(right, out).is_le());
                return true;
            }
        }
        self.parameters.truncate(known);
        out.truncate(written);
        false
    }

    /// Adds one parameter that needs no encoding.
    pub(crate) fn add_plain(&mut self, out: &mut Text, name: &str, value: &[u8]) {
        let start = self.open(out);
        out.write(name.len() + 1 + value.len(), |out| {
            out.text(name.as_bytes());
            out.byte(b'=');
            out.text(value);
        });
        self.close(out, start, start + name.len());
    }

    /// Adds one parameter whose name needs no encoding. Its value comes in pieces and is encoded.
    pub(crate) fn add_pieces(&mut self, out: &mut Text, name: &str, value: &[&[u8]]) {
        let start = self.open(out);
        let room = value.iter().map(|piece| percent::room(piece)).sum::<usize>();
        out.write(name.len() + 1 + room, |out| {
            out.text(name.as_bytes());
            out.byte(b'=');
            for piece in value {
                percent::encode(out, piece, Slash::Encode);
            }
        });
        self.close(out, start, start + name.len());
    }

    /// Sorts the parameters by encoded name, then by encoded value. `scratch` is overwritten.
    pub(crate) fn finish(&mut self, out: &mut Text, scratch: &mut Text) {
        if self.is_sorted {
            return;
        }
        let text = &out[..];
        self.parameters.sort_unstable_by(|left, right| left.cmp(right, text));
        scratch.clear();
        scratch.write(text.len() - self.start + 1, |scratch| {
            for parameter in &self.parameters {
                scratch.text(&text[parameter.start..parameter.end]);
                scratch.byte(b'&');
            }
        });
        scratch.pop();
        out.truncate(self.start);
        out.append(scratch);
    }

    /// Writes the `&` before the next parameter, if there is one before, and returns where the next
    /// parameter starts.
    fn open(&self, out: &mut Text) -> usize {
        if out.len() > self.start {
            out.push(b'&');
        }
        out.len()
    }

    /// Where the next parameter would start.
    fn next_place(&self, out: &[u8]) -> usize {
        out.len() + usize::from(out.len() > self.start)
    }

    fn close(&mut self, out: &[u8], start: usize, middle: usize) {
        let prefix = bytes::prefix(&out[start..middle]);
        let parameter = Parameter { prefix, start, middle, end: out.len() };
        self.is_sorted &=
            self.parameters.last().is_none_or(|last| last.cmp(&parameter, out).is_le());
        self.parameters.push(parameter);
    }
}

impl Parameter {
    /// By name, then by value. Short names without values are compared by their prefixes alone.
    #[inline]
    fn cmp(&self, other: &Self, out: &[u8]) -> Ordering {
        if self.prefix != other.prefix || self.is_prefix() && other.is_prefix() {
            return self.prefix.cmp(&other.prefix);
        }
        self.rest(out).cmp(&other.rest(out))
    }

    /// Whether the parameter is a name that fits its prefix, without a value.
    fn is_prefix(&self) -> bool {
        self.end - self.start <= size_of_val(&self.prefix) + 1 && self.end == self.middle + 1
    }

    /// The name after its prefix, and the value. Equal prefixes are of the same length.
    fn rest<'o>(&self, out: &'o [u8]) -> (&'o [u8], &'o [u8]) {
        #[cfg(sigv4_planted)]
        if crate::planted::is("sorted-by-eight-bytes") {
            return (b"", b"");
        }
        let after_prefix = self.middle.min(self.start + size_of_val(&self.prefix));
        (&out[after_prefix..self.middle], &out[self.middle + 1..self.end])
    }
}

/// Where the name and the value of the canonical parameter at `start` end, if there is one.
fn canonical_parameter(text: &[u8], start: usize) -> Option<(usize, usize)> {
    let middle = start + percent::canonical_start(text.get(start..)?);
    let value = text.get(middle..)?.strip_prefix(b"=")?;
    let end = middle + 1 + percent::canonical_start(value);
    matches!(text.get(end), None | Some(b'&')).then_some((middle, end))
}
