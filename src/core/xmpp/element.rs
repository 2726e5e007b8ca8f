//! Elements as they come from the wire, within bounds.
//!
//! Every child of the stream is read into a [`minidom::Element`] by a builder that counts bytes, elements and depth.
//! What exceeds the bounds is skipped to its end in constant memory and reported as [`Incoming::Rejected`], so that it
//! can be counted (XEP-0198) and answered. Nothing here interprets an element.

use minidom::Element;
use tokio_xmpp::xmlstream::XmlStream;
use xso::{Context, FromEventsBuilder, FromXml, exports::rxml};

/// The greatest size of a stanza: bytes of names, attributes and text.
pub const STANZA_BYTES: usize = 1024 * 1024;
/// The greatest number of elements in a stanza.
pub const STANZA_ELEMENTS: usize = 10_000;
/// The greatest size of a result that we asked our own server for.
pub const RESULT_BYTES: usize = 10 * 1024 * 1024;
/// The greatest number of elements in a result that we asked our own server for.
pub const RESULT_ELEMENTS: usize = 100_000;
/// The greatest depth of elements, the stanza itself included.
pub const DEPTH: usize = 64;

/// A child of the stream.
#[derive(Debug)]
pub enum Incoming {
    /// Within the bounds of a result. Whether it may be larger than a stanza is for the reader to decide, who knows
    /// what was asked for: see [`Size::is_stanza`].
    Element(Element, Size),
    /// Beyond them; only its head was kept.
    Rejected(Element),
}

/// How large an element is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Size {
    /// Bytes of names, attributes and text.
    pub bytes: usize,
    /// Elements.
    pub elements: usize,
}

impl Size {
    /// Whether it is within the bounds of any stanza.
    #[must_use]
    pub fn is_stanza(self) -> bool {
        self.bytes <= STANZA_BYTES && self.elements <= STANZA_ELEMENTS
    }

    fn is_result(self) -> bool {
        self.bytes <= RESULT_BYTES && self.elements <= RESULT_ELEMENTS
    }
}

/// Builds one [`Incoming`] from the parser's events, without recursion.
#[derive(Debug)]
pub struct IncomingBuilder {
    /// The elements that are open, the outermost first; only that one, once over the bounds.
    open: Vec<Element>,
    depth: usize,
    size: Size,
    large_allowed: bool,
    rejected: bool,
}

impl IncomingBuilder {
    fn start(&mut self, name: rxml::QName, attributes: rxml::AttrMap) {
        self.depth += 1;
        self.size.elements += 1;
        self.size.bytes += name.0.len() + name.1.len();
        for ((namespace, name), value) in attributes.iter() {
            self.size.bytes += namespace.len() + name.len() + value.len();
        }
        self.check();
        if self.rejected && !self.open.is_empty() {
            return;
        }
        let mut builder = Element::builder(name.1, name.0);
        for ((namespace, name), value) in attributes {
            builder = builder.attr_ns(namespace, name, value);
        }
        self.open.push(builder.build());
    }

    fn text(&mut self, text: &str) {
        self.size.bytes += text.len();
        self.check();
        if !self.rejected
            && let Some(element) = self.open.last_mut()
        {
            element.append_text(text);
        }
    }

    fn end(&mut self) -> Option<Incoming> {
        self.depth = self.depth.saturating_sub(1);
        if self.depth == 0 {
            let element = self.open.pop()?;
            return Some(if self.rejected {
                Incoming::Rejected(element)
            } else {
                Incoming::Element(element, self.size)
            });
        }
        if !self.rejected
            && let Some(element) = self.open.pop()
            && let Some(parent) = self.open.last_mut()
        {
            parent.append_child(element);
        }
        None
    }

    fn check(&mut self) {
        let within = if self.large_allowed {
            self.size.is_result()
        } else {
            self.size.is_stanza()
        };
        if !self.rejected && (!within || self.depth > DEPTH) {
            self.rejected = true;
            self.open.truncate(1);
            if let Some(head) = self.open.first_mut() {
                head.take_nodes();
            }
        }
    }
}

impl FromEventsBuilder for IncomingBuilder {
    type Output = Incoming;

    fn feed(
        &mut self,
        event: rxml::Event,
        _: &Context<'_>,
    ) -> Result<Option<Incoming>, xso::error::Error> {
        match event {
            rxml::Event::XmlDeclaration(..) => Ok(None),
            rxml::Event::StartElement(_, name, attributes) => {
                self.start(name, attributes);
                Ok(None)
            }
            rxml::Event::Text(_, text) => {
                self.text(&text);
                Ok(None)
            }
            rxml::Event::EndElement(_) => Ok(self.end()),
        }
    }
}

impl FromXml for Incoming {
    type Builder = IncomingBuilder;

    fn from_events(
        name: rxml::QName,
        attributes: rxml::AttrMap,
        _: &Context<'_>,
    ) -> Result<IncomingBuilder, xso::error::FromEventsError> {
        let large_allowed = name.1 == "iq"
            && attributes
                .get(&rxml::Namespace::NONE, "type")
                .is_some_and(|kind| kind == "result");
        let mut builder = IncomingBuilder {
            open: Vec::new(),
            depth: 0,
            size: Size::default(),
            large_allowed,
            rejected: false,
        };
        builder.start(name, attributes);
        Ok(builder)
    }
}

/// A stream of bounded elements.
pub type ElementStream<Io> = XmlStream<Io, Incoming>;

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::panic)]
    use super::*;

    fn read(xml: &str) -> Incoming {
        xso::from_bytes::<Incoming>(xml.as_bytes()).unwrap()
    }

    #[test]
    fn an_element_is_kept_whole() {
        let xml =
            "<message xmlns='jabber:client' id='1'><body>a<b/>c &amp; 黄鹂 🐦</body></message>";
        let Incoming::Element(element, size) = read(xml) else {
            panic!("rejected");
        };
        assert_eq!(element, xml.parse().unwrap());
        assert_eq!(size.elements, 3);
    }

    #[test]
    fn depth_is_bounded() {
        let nested = |depth: usize| {
            let inner = "<a>".repeat(depth - 1) + &"</a>".repeat(depth - 1);
            read(&format!(
                "<message xmlns='jabber:client' id='x'>{inner}</message>"
            ))
        };
        assert!(matches!(nested(DEPTH), Incoming::Element(..)));
        let Incoming::Rejected(head) = nested(DEPTH + 1) else {
            panic!("accepted");
        };
        assert_eq!(head.attr("id"), Some("x"));
        assert_eq!(head.nodes().count(), 0);
        assert!(matches!(nested(5_000), Incoming::Rejected(_)));
    }

    #[test]
    fn elements_are_counted() {
        let many = |count: usize, kind: &str| {
            read(&format!(
                "<iq xmlns='jabber:client' type='{kind}'>{}</iq>",
                "<a/>".repeat(count - 1)
            ))
        };
        assert!(matches!(
            many(STANZA_ELEMENTS, "set"),
            Incoming::Element(..)
        ));
        assert!(matches!(
            many(STANZA_ELEMENTS + 1, "set"),
            Incoming::Rejected(_)
        ));
        let Incoming::Element(_, size) = many(STANZA_ELEMENTS + 1, "result") else {
            panic!("rejected");
        };
        assert!(!size.is_stanza());
        assert!(matches!(
            many(RESULT_ELEMENTS + 1, "result"),
            Incoming::Rejected(_)
        ));
    }

    #[test]
    fn bytes_are_counted() {
        let long = |bytes: usize| {
            read(&format!(
                "<message xmlns='jabber:client'><body>{}</body></message>",
                "x".repeat(bytes)
            ))
        };
        assert!(matches!(long(STANZA_BYTES - 100), Incoming::Element(..)));
        let Incoming::Rejected(head) = long(STANZA_BYTES) else {
            panic!("accepted");
        };
        assert_eq!(head.nodes().count(), 0);
    }
}
