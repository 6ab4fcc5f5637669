//! A corpus in one file: one input per line, in hexadecimal, sorted. A thousand small files would
//! be slow to check out, and nobody could review what changed.

use std::collections::BTreeSet;

use sigv4_protocol::hex::hex;

/// The inputs of a corpus.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub struct Pack(BTreeSet<Vec<u8>>);

/// A line that is not an input.
#[derive(Clone, Debug, Eq, PartialEq, thiserror::Error)]
#[error("line {line}: expected pairs of hexadecimal digits")]
pub struct PackError {
    /// The line, from 1.
    line: usize,
}

impl Pack {
    /// Reads what [`Self::text`] wrote.
    ///
    /// # Errors
    /// The first line that is not an input.
    pub fn parse(text: &str) -> Result<Self, PackError> {
        let inputs = text
            .lines()
            .enumerate()
            .map(|(index, line)| unhex(line.as_bytes()).ok_or(PackError { line: index + 1 }));
        inputs.collect::<Result<_, _>>().map(Self)
    }

    /// The contents of its file.
    #[must_use]
    pub fn text(&self) -> String {
        self.0.iter().flat_map(|input| [hex(input), "\n".to_owned()]).collect()
    }

    /// The inputs, sorted, without duplicates.
    pub fn inputs(&self) -> impl ExactSizeIterator<Item = &[u8]> {
        self.0.iter().map(Vec::as_slice)
    }
}

impl FromIterator<Vec<u8>> for Pack {
    fn from_iter<I: IntoIterator<Item = Vec<u8>>>(inputs: I) -> Self {
        Self(inputs.into_iter().collect())
    }
}

fn unhex(digits: &[u8]) -> Option<Vec<u8>> {
    let digit =
        |byte: &u8| char::from(*byte).to_digit(16).and_then(|value| u8::try_from(value).ok());
    let (pairs, rest) = digits.as_chunks::<2>();
    if !rest.is_empty() {
        return None;
    }
    pairs.iter().map(|[high, low]| Some(digit(high)? << 4 | digit(low)?)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_pack_reads_back_whatever_its_inputs() {
        let inputs = [b"\xFFb".to_vec(), b"".to_vec(), b"a\n".to_vec(), b"\xFFb".to_vec()];
        let pack: Pack = inputs.into_iter().collect();
        assert_eq!(pack.text(), "\n610a\nff62\n");
        assert_eq!(Pack::parse(&pack.text()), Ok(pack));
    }

    #[test]
    fn a_line_that_is_no_input_is_named() {
        for (text, line) in [("abc\n", 1), ("ab\nzz\n", 2), ("\n\n ", 3)] {
            assert_eq!(Pack::parse(text), Err(PackError { line }), "{text:?}");
        }
    }
}
