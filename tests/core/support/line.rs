//! One connection of a scripted server: reads what the client sends element by element, and sends whatever it is told to,
//! well-formed or not.

use std::collections::VecDeque;

use minidom::Element;
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt};
use xso::exports::rxml::{self, Parse};

use super::{
    patiently,
    pattern::{difference, parse},
};

/// Any connection.
pub(crate) trait Duplex: AsyncRead + AsyncWrite + Send + Unpin {}

impl<T: AsyncRead + AsyncWrite + Send + Unpin> Duplex for T {}

/// What came from the client.
#[derive(Debug)]
pub(crate) enum Came {
    /// The head of a stream.
    Header(Element),
    /// A child of the stream.
    Element(Element),
    /// The end of the stream.
    Footer,
    /// The end of the connection.
    Gone,
}

/// What the server does when the client asks for an acknowledgement.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Acks {
    /// Acknowledges all that came.
    Given,
    /// Is silent.
    Withheld,
}

/// One connection, as the server sees it.
pub(crate) struct Line {
    pub(crate) io: Box<dyn Duplex>,
    parser: rxml::Parser,
    bytes: VecDeque<u8>,
    open: Vec<Element>,
    began: bool,
    /// What to do about `<r/>`.
    pub(crate) acks: Acks,
    /// How many stanzas came since `<enable/>`.
    pub(crate) stanzas: u32,
}

impl Line {
    pub(crate) fn new(io: impl Duplex + 'static) -> Self {
        Self {
            io: Box::new(io),
            parser: rxml::Parser::default(),
            bytes: VecDeque::new(),
            open: Vec::new(),
            began: false,
            acks: Acks::Given,
            stanzas: 0,
        }
    }

    /// The client is about to begin its stream anew.
    pub(crate) fn reset(&mut self) {
        assert!(
            self.bytes.is_empty(),
            "the client sent more than it may yet"
        );
        self.parser = rxml::Parser::default();
        self.open.clear();
        self.began = false;
    }

    /// Sends this, as it is.
    pub(crate) async fn send(&mut self, xml: impl AsRef<[u8]>) {
        // Where the client has gone already, the script finds that out when it reads.
        let _ = self.io.write_all(xml.as_ref()).await;
        let _ = self.io.flush().await;
    }

    /// What the client sends next; questions for acknowledgements are left out, and answered as `acks` says.
    pub(crate) async fn next(&mut self) -> Came {
        loop {
            let came = self.read().await;
            if let Came::Element(element) = &came {
                if element.is("enable", "urn:xmpp:sm:3") {
                    self.stanzas = 0;
                }
                if element.is("r", "urn:xmpp:sm:3") {
                    if self.acks == Acks::Given {
                        self.acknowledge().await;
                    }
                    continue;
                }
                if element.ns() == "jabber:client" {
                    self.stanzas += 1;
                }
            }
            return came;
        }
    }

    /// Tells the client that all that came is here.
    pub(crate) async fn acknowledge(&mut self) {
        let h = self.stanzas;
        self.send(format!("<a xmlns='urn:xmpp:sm:3' h='{h}'/>"))
            .await;
    }

    /// The next element, which has to match.
    pub(crate) async fn expect(&mut self, pattern: &str) -> Element {
        match patiently(pattern, self.next()).await {
            Came::Element(element) => {
                if let Some(difference) = difference(&parse(pattern), &element) {
                    let found = String::from(&element);
                    panic!("expected {pattern}\nfound    {found}\n{difference}");
                }
                element
            }
            other => panic!("expected {pattern}\nfound    {other:?}"),
        }
    }

    /// The next request, which has to match; it is answered with this payload.
    pub(crate) async fn answer(&mut self, pattern: &str, payload: &str) -> Element {
        let request = self.expect(pattern).await;
        let id = request.attr("id").unwrap();
        let from = request
            .attr("to")
            .map(|to| format!(" from='{to}'"))
            .unwrap_or_default();
        self.send(format!("<iq type='result' id='{id}'{from}>{payload}</iq>"))
            .await;
        request
    }

    /// The client says nothing before it answers this ping: neither more nor other things than the script says were sent.
    pub(crate) async fn expect_silence(&mut self) {
        self.send("<iq type='get' id='still there?'><ping xmlns='urn:xmpp:ping'/></iq>")
            .await;
        self.expect("<iq type='result' id='still there?'/>").await;
    }

    /// The head of the client's stream; answers with the server's and these features.
    pub(crate) async fn open(&mut self, features: &str) {
        let to = self.header().await;
        self.send(format!(
            "{}<stream:features>{features}</stream:features>",
            head(&to)
        ))
        .await;
    }

    /// The head of the client's stream; gives whom it is to.
    pub(crate) async fn header(&mut self) -> String {
        match patiently("the head of a stream", self.next()).await {
            Came::Header(header) => {
                assert_eq!(header.attr("version"), Some("1.0"));
                assert_eq!(header.attr("from"), None, "nothing is said of us in clear");
                header.attr("to").unwrap().to_owned()
            }
            other => panic!("expected the head of a stream, found {other:?}"),
        }
    }

    /// The client ends its stream in order, with nothing before that; the server does so too.
    pub(crate) async fn expect_footer(&mut self) {
        match patiently("the end of the stream", self.next()).await {
            Came::Footer => {}
            other => panic!("expected the end of the stream, found {other:?}"),
        }
        self.send("</stream:stream>").await;
        let _ = self.io.shutdown().await;
    }

    /// The client ends its stream in order, however many stanzas it has handled.
    pub(crate) async fn expect_leaving(&mut self) {
        self.expect("<a xmlns='urn:xmpp:sm:3' h='*'/>").await;
        self.expect_footer().await;
    }

    /// The client says how many stanzas it has handled and ends its stream.
    pub(crate) async fn expect_goodbye(&mut self, h: u32) {
        self.expect(&format!("<a xmlns='urn:xmpp:sm:3' h='{h}'/>"))
            .await;
        self.expect_footer().await;
    }

    /// The client ends its stream, whatever it says before.
    pub(crate) async fn until_footer(mut self) {
        while !matches!(
            patiently("the end of the stream", self.next()).await,
            Came::Footer | Came::Gone
        ) {}
        self.close().await;
    }

    /// Stays silent until the client has gone; whatever it still sends does not matter.
    pub(crate) async fn stall(mut self) {
        let gone = async {
            let mut bytes = [0; 4096];
            while !matches!(self.io.read(&mut bytes).await, Ok(0) | Err(_)) {}
        };
        patiently("the client to give up", gone).await;
    }

    /// Ends the stream in order.
    pub(crate) async fn close(mut self) {
        self.send("</stream:stream>").await;
        let _ = self.io.shutdown().await;
        self.stall().await;
    }

    /// Ends the stream and the connection, whatever the client does.
    pub(crate) async fn close_soon(mut self) {
        self.send("</stream:stream>").await;
        let _ = self.io.shutdown().await;
    }

    /// Whether the client is still there.
    pub(crate) async fn io_is_open(&mut self) -> bool {
        self.io.write_all(b" ").await.is_ok() && self.io.flush().await.is_ok()
    }

    /// All that the client sends until it goes, as it is.
    pub(crate) async fn leftover(&mut self) -> Vec<u8> {
        let mut bytes = Vec::new();
        let reading = self.io.read_to_end(&mut bytes);
        let _ = patiently("the client to go", reading).await;
        bytes
    }

    /// The connection breaks, after all that was sent has arrived.
    pub(crate) async fn lose(mut self) {
        let _ = self.io.shutdown().await;
        self.stall().await;
    }

    /// The parser's next event turned into what came.
    async fn read(&mut self) -> Came {
        loop {
            let event = match self.event() {
                Some(event) => event,
                None => {
                    let mut bytes = [0; 16_384];
                    match self.io.read(&mut bytes).await {
                        Ok(0) | Err(_) => return Came::Gone,
                        Ok(count) => self.bytes.extend(&bytes[..count]),
                    }
                    continue;
                }
            };
            if let Some(came) = self.take(event) {
                return came;
            }
        }
    }

    fn event(&mut self) -> Option<rxml::Event> {
        let mut rest: &[u8] = self.bytes.make_contiguous();
        let before = rest.len();
        let event = self.parser.parse(&mut rest, false);
        let used = before - rest.len();
        self.bytes.drain(..used);
        match event {
            Ok(event) => event,
            Err(rxml::error::EndOrError::NeedMoreData) => None,
            Err(error) => panic!("the client sent broken XML: {error:?}"),
        }
    }

    fn take(&mut self, event: rxml::Event) -> Option<Came> {
        match event {
            rxml::Event::XmlDeclaration(..) => None,
            rxml::Event::StartElement(_, name, attributes) => {
                let mut builder = Element::builder(name.1, name.0);
                for ((namespace, name), value) in attributes {
                    builder = builder.attr_ns(namespace, name, value);
                }
                let element = builder.build();
                if self.began {
                    self.open.push(element);
                    return None;
                }
                self.began = true;
                assert!(element.is("stream", "http://etherx.jabber.org/streams"));
                Some(Came::Header(element))
            }
            rxml::Event::Text(_, text) => {
                match self.open.last_mut() {
                    Some(element) => element.append_text(&text),
                    None => assert_eq!(text.trim(), "", "text outside of an element"),
                }
                None
            }
            rxml::Event::EndElement(_) => match self.open.pop() {
                None => Some(Came::Footer),
                Some(element) => match self.open.last_mut() {
                    Some(parent) => {
                        parent.append_child(element);
                        None
                    }
                    None => Some(Came::Element(element)),
                },
            },
        }
    }
}

/// The head of a server's stream.
pub(crate) fn head(domain: &str) -> String {
    format!(
        "<?xml version='1.0'?><stream:stream xmlns='jabber:client' xmlns:stream='http://etherx.jabber.org/streams' \
         from='{domain}' id='s1' version='1.0' xml:lang='en'>"
    )
}
