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
    /// Room for [`scan`].
    pub(crate) scanned: Vec<Parameter>,
}

/// The parameters that [`scan`] found, or the offset of an invalid escape.
pub(crate) type Scanned<'s> = Result<Option<&'s [Parameter]>, usize>;

/// Where a parameter is in a text.
pub(crate) struct Parameter {
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
        let mut scanned = std::mem::take(&mut self.scanned);
        let is_canonical = scan(text, &mut scanned);
        if is_canonical == Ok(true) {
            self.add_scanned(out, text, &scanned, &keep);
        }
        self.scanned = scanned;
        if is_canonical? { Ok(()) } else { self.add_recoded(out, text, keep) }
    }

    /// The same for a query that is not in canonical form.
    pub(crate) fn add_recoded(
        &mut self,
        out: &mut Text,
        text: &[u8],
        keep: impl Fn(&[u8]) -> bool,
    ) -> Result<(), usize> {
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

    /// Adds a query whose parameters [`scan`] found, without those for which `keep` returns false. Each
    /// run of kept parameters is copied as a whole.
    #[inline]
    pub(crate) fn add_scanned(
        &mut self,
        out: &mut Text,
        text: &[u8],
        scanned: &[Parameter],
        keep: impl Fn(&[u8]) -> bool,
    ) {
        let known = self.parameters.len();
        // Where the run starts that is not copied yet, and where it will be written.
        let (mut run, mut place) = (0, self.next_place(out));
        for parameter in scanned {
            let Parameter { prefix, start, middle, end } = *parameter;
            let is_kept = keep(&text[start..middle]);
            if is_kept {
                let shifted = |at| place + at - run;
                self.parameters.push(Parameter {
                    prefix,
                    start: shifted(start),
                    middle: shifted(middle),
                    end: shifted(end),
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
        }
        let new = &self.parameters[known.saturating_sub(1)..];
        self.is_sorted &= new.is_sorted_by(|left, right| left.cmp(right, out).is_le());
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
    /// Name and value in a text in which [`scan`] found the parameter.
    #[inline]
    pub(crate) fn name_and_value<'t>(&self, text: &'t [u8]) -> (&'t [u8], &'t [u8]) {
        (&text[self.start..self.middle], &text[self.middle + 1..self.end])
    }

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

/// Finds the parameters of a query as sent and puts them into `parameters`, if all of them are in
/// canonical form, in any order. Returns whether they are. Fails with the offset of an invalid escape
/// if nothing before it differs from the canonical form.
#[inline]
pub(crate) fn scan(text: &[u8], parameters: &mut Vec<Parameter>) -> Result<bool, usize> {
    parameters.clear();
    let mut add = |start, middle, end| {
        let prefix = bytes::prefix(&text[start..middle]);
        parameters.push(Parameter { prefix, start, middle, end });
    };
    let (mut start, mut equals) = (0, None);
    for at in percent::reserved(text) {
        match (text[at], equals) {
            (b'=', None) => equals = Some(at),
            (b'&', Some(middle)) => {
                add(start, middle, at);
                (start, equals) = (at + 1, None);
            }
            (b'%', _) if percent::is_canonical_escape(&text[at..]) => {}
            (b'%', _) if !percent::is_escape(&text[at..]) => return Err(at),
            _ => return Ok(false),
        }
    }
    if let Some(middle) = equals {
        add(start, middle, text.len());
    }
    Ok(equals.is_some() || text.is_empty())
}
