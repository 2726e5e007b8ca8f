//! How deep the elements are nested in the bytes that come.
//!
//! The XML parser looks through all open elements at each new one, so that a hundred thousand of them inside each other, which
//! fit into a stanza, cost it many seconds; and it has no bound. This one stands below it, and counts without understanding: for
//! well-formed XML it is exact, and all else the parser refuses.

/// Counts open elements.
#[derive(Debug, Default)]
pub(super) struct Nesting {
    depth: usize,
    deepest: usize,
    place: Place,
}

/// Where in the markup the last byte stood.
#[derive(Debug, Default, Clone, Copy, PartialEq, Eq)]
enum Place {
    #[default]
    Text,
    /// After `<`.
    Open,
    /// In the head of an element.
    Head,
    /// In the head of an element, after a slash.
    Slash,
    /// In the value of an attribute, up to this quotation mark.
    Value(u8),
    /// In the end of an element.
    End,
    /// In `<?…?>`.
    Instruction,
    /// In `<![CDATA[…]]>`, after this many closing brackets.
    Section(u8),
}

impl Nesting {
    /// Takes in the next bytes.
    pub(super) fn read(&mut self, bytes: &[u8]) {
        for byte in bytes {
            self.place = self.after(*byte);
        }
    }

    /// The most elements that were open at once.
    pub(super) fn deepest(&self) -> usize {
        self.deepest
    }

    fn after(&mut self, byte: u8) -> Place {
        match (self.place, byte) {
            (Place::Text, b'<') => Place::Open,
            (Place::Text, _) => Place::Text,
            (Place::Open, b'/') => {
                self.close();
                Place::End
            }
            (Place::Open, b'!') => Place::Section(0),
            (Place::Open, b'?') => Place::Instruction,
            (Place::Open, _) => {
                self.depth += 1;
                self.deepest = self.deepest.max(self.depth);
                Place::Head
            }
            (Place::Slash, b'>') => {
                self.close();
                Place::Text
            }
            (Place::Head | Place::End | Place::Instruction, b'>') => Place::Text,
            (Place::Head | Place::Slash, b'"' | b'\'') => Place::Value(byte),
            (Place::Head | Place::Slash, b'/') => Place::Slash,
            (Place::Head | Place::Slash, _) => Place::Head,
            (Place::Value(mark), byte) if mark == byte => Place::Head,
            (Place::Section(brackets), b']') => Place::Section((brackets + 1).min(2)),
            (Place::Section(2), b'>') => Place::Text,
            (Place::Section(_), _) => Place::Section(0),
            (place @ (Place::Value(_) | Place::End | Place::Instruction), _) => place,
        }
    }

    fn close(&mut self) {
        self.depth = self.depth.saturating_sub(1);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn all_sorts_of_markup_are_told_apart() {
        for (xml, open, deepest) in [
            ("", 0, 0),
            ("<a>", 1, 1),
            ("<a><b/><b /><b x='/>'/><b x=\"'>\"></b>", 1, 2),
            ("<?xml version='1.0'?><a>/></b/>", 0, 1),
            ("<a><![CDATA[<b><b><b>]]]]><c>]]>", 2, 2),
            ("<a x='<b>' y='</b>'><b>", 2, 2),
            ("<a ", 1, 1),
            ("<", 0, 0),
            ("</a></a><a>", 1, 1),
        ] {
            let mut nesting = Nesting::default();
            for byte in xml.as_bytes().chunks(1) {
                nesting.read(byte);
            }
            assert_eq!((nesting.depth, nesting.deepest), (open, deepest), "{xml}");
        }
    }
}
