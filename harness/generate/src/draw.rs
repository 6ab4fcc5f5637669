//! Decisions drawn from bytes: those of a fuzzer, or of a seeded generator.

use arbitrary::Unstructured;
use sigv4_vectors::Bytes;

/// A source of decisions. A zero byte, or the end of the bytes, selects the plainest choice, so
/// that fewer and smaller bytes make a plainer request.
#[derive(Debug)]
pub(super) struct Draw<'d, 'b> {
    bytes: &'d mut Unstructured<'b>,
    /// Whether the parts drawn now may contain what the vendor's signers disagree on.
    pub(super) odd: bool,
    /// A buffer in which texts are assembled, one at a time.
    pub(super) scratch: Vec<u8>,
}

impl<'d, 'b> Draw<'d, 'b> {
    pub(super) fn new(bytes: &'d mut Unstructured<'b>) -> Self {
        Self { bytes, odd: false, scratch: Vec::new() }
    }

    pub(super) fn byte(&mut self) -> u8 {
        // After the end, `Unstructured` returns zeros.
        self.bytes.arbitrary().unwrap_or_default()
    }

    /// A number below `count`, which is at most 256.
    pub(super) fn below(&mut self, count: usize) -> usize {
        (usize::from(self.byte()) * count) >> 8
    }

    /// True in `times` of 256 cases.
    pub(super) fn odds(&mut self, times: u16) -> bool {
        u16::from(self.byte()) + times > 0xFF
    }

    /// Any number below `count`.
    pub(super) fn number(&mut self, count: u64) -> u64 {
        let wide = (0..4).fold(0, |number, _| (number << 8) | u64::from(self.byte()));
        (wide * count) >> 32
    }

    pub(super) fn pick<T: Copy>(&mut self, words: &[T]) -> T {
        words[self.below(words.len())]
    }

    /// One of the plain words; if odd ones are allowed, one of those just as often.
    pub(super) fn word(&mut self, words: &Words) -> &'static [u8] {
        let odd = self.odd && self.byte() >= 0x80;
        self.pick(if odd { words.odd } else { words.plain })
    }

    /// Up to `most` words, concatenated.
    pub(super) fn text(&mut self, words: &Words, most: usize) -> Bytes {
        let mut text = std::mem::take(&mut self.scratch);
        text.clear();
        self.append_text(words, most, &mut text);
        let bytes = Bytes::from(&text[..]);
        self.scratch = text;
        bytes
    }

    /// Appends up to `most` words to a text.
    pub(super) fn append_text(&mut self, words: &Words, most: usize, text: &mut Vec<u8>) {
        for _ in 0..self.below(most + 1) {
            text.extend_from_slice(self.word(words));
        }
    }

    /// Up to `most` bytes of any kind.
    pub(super) fn bytes(&mut self, most: usize) -> Vec<u8> {
        let length = self.below(most + 1);
        (0..length).map(|_| self.byte()).collect()
    }
}

/// What a text is assembled from.
#[derive(Debug)]
pub(super) struct Words {
    /// Words on which all of the vendor's signers agree.
    pub(super) plain: &'static [&'static [u8]],
    /// Words on which they disagree.
    pub(super) odd: &'static [&'static [u8]],
}
