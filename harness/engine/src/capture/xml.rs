//! Writing XML.

/// A document that is being written.
#[derive(Debug)]
pub(super) struct Xml(String);

impl Xml {
    pub(super) fn new() -> Self {
        Self("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n".to_owned())
    }

    /// Begins an element. `name` may be followed by attributes.
    pub(super) fn open(&mut self, name: &str) {
        self.0.push('<');
        self.0.push_str(name);
        self.0.push('>');
    }

    pub(super) fn close(&mut self, name: &str) {
        self.0.push_str("</");
        self.0.push_str(name);
        self.0.push('>');
    }

    /// An element that holds text.
    pub(super) fn leaf(&mut self, name: &str, text: &str) {
        self.open(name);
        for character in text.chars() {
            match character {
                '&' => self.0.push_str("&amp;"),
                '<' => self.0.push_str("&lt;"),
                '>' => self.0.push_str("&gt;"),
                '"' => self.0.push_str("&quot;"),
                // A reader would turn it into a line feed.
                '\r' => self.0.push_str("&#13;"),
                // XML 1.0 has no way to write these.
                '\0'..='\u{8}'
                | '\u{b}'
                | '\u{c}'
                | '\u{e}'..='\u{1f}'
                | '\u{fffe}'
                | '\u{ffff}' => {
                    self.0.push('\u{fffd}');
                }
                other => self.0.push(other),
            }
        }
        self.close(name);
    }

    /// An element that holds text, which may not be UTF-8.
    pub(super) fn bytes(&mut self, name: &str, bytes: &[u8]) {
        self.leaf(name, &String::from_utf8_lossy(bytes));
    }

    pub(super) fn finish(self) -> String {
        self.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_is_read_back_as_it_was() {
        let mut xml = Xml::new();
        xml.open("a xmlns=\"urn:x\"");
        xml.leaf("b", "<&>\"'\r\n\u{1}é");
        xml.bytes("c", b"\xff");
        xml.close("a");
        let text = xml.finish();
        let document = roxmltree::Document::parse(&text).expect("XML");
        let leaves: Vec<_> = document.descendants().filter_map(|node| node.text()).collect();
        assert_eq!(leaves[0], "<&>\"'\r\n\u{fffd}é");
        assert!(leaves.contains(&"\u{fffd}"));
    }
}
