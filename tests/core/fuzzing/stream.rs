//! What a server may send on a stream: any bytes, and stanzas with a few bytes changed, cut anywhere.

use oriole_core::xmpp::{
    element::{STANZA_BYTES, STANZA_ELEMENTS},
    stream::Happening,
};
use proptest::{collection::vec, prelude::*};

use super::{often, runtime};
use crate::support::{in_memory::stream, wild};

const STANZAS: &[&str] = &[
    "<message type='chat' from='romeo@montague.example/garden' id='m1'><body>Where &amp; when? 🐦</body></message>",
    "<message><body xml:lang='de'>a<![CDATA[<b>]]>c</body><x:x xmlns:x='urn:x' x:y='z'/></message>",
    "<message from='a@b'><html xmlns='http://jabber.org/protocol/xhtml-im'><body xmlns='http://www.w3.org/1999/xhtml'><p>a<b>c</b></p></body></html></message>",
    "<presence from='romeo@montague.example/garden'><show>away</show><priority>-1</priority></presence>",
    "<iq type='set' id='push' from='juliet@chat.example'><query xmlns='jabber:iq:roster'><item jid='a@b' subscription='both'/></query></iq>",
    "<iq type='result' id='unasked'/>",
    "<iq type='get' id='p'><ping xmlns='urn:xmpp:ping'/></iq>",
    "<r xmlns='urn:xmpp:sm:3'/>",
    "<a xmlns='urn:xmpp:sm:3' h='0'/>",
    " \n",
    "<stream:features><sm xmlns='urn:xmpp:sm:3'/></stream:features>",
    "<stream:error><conflict xmlns='urn:ietf:params:xml:ns:xmpp-streams'/><text xmlns='urn:ietf:params:xml:ns:xmpp-streams'>bye</text></stream:error>",
    "</stream:stream>",
];

/// The size of what was handed on: its elements, and the bytes of its texts.
fn size(element: &minidom::Element) -> (usize, usize) {
    let (mut elements, mut bytes, mut waiting) = (0, 0, vec![element]);
    while let Some(element) = waiting.pop() {
        elements += 1;
        bytes += element.texts().map(str::len).sum::<usize>();
        waiting.extend(element.children());
    }
    (elements, bytes)
}

/// All that happens on a stream that gets these bytes, in pieces of these lengths, and nothing more.
fn happenings(bytes: &[u8], pieces: &[usize]) -> Vec<String> {
    runtime().block_on(async {
        let (mut stream, mut line) = stream(true).await;
        let bytes = bytes.to_vec();
        let pieces = pieces.to_vec();
        let sending = tokio::spawn(async move {
            let mut rest = &bytes[..];
            for length in pieces {
                let (piece, after) = rest.split_at(length.min(rest.len()));
                line.send(piece).await;
                tokio::task::yield_now().await;
                rest = after;
            }
            line.send(rest).await;
            line
        });
        let mut happenings = Vec::new();
        loop {
            // Time passes by itself, so a server that says no more is given up in the end.
            let happening = stream.next().await;
            match &happening {
                Happening::Stanza { stanza, number } => {
                    let (elements, bytes) = size(stanza);
                    assert!(elements <= STANZA_ELEMENTS && bytes <= STANZA_BYTES);
                    stream.handled(*number);
                }
                Happening::TooLarge { head, number } => {
                    assert_eq!(head.nodes().count(), 0);
                    stream.handled(*number);
                }
                Happening::Ended(end) => {
                    assert!(end.failure.error.detail.chars().count() < 2_000);
                    happenings.push(format!("{:?} {}", end.failure.error.kind, end.resumable));
                    break;
                }
                _ => {}
            }
            happenings.push(format!("{happening:?}"));
        }
        sending.await.unwrap();
        happenings
    })
}

proptest! {
    #![proptest_config(often(200))]

    #[test]
    fn any_bytes_end_the_stream_or_are_waited_through(bytes in wild::bytes()) {
        prop_assert!(!happenings(&bytes, &[]).is_empty());
    }

    #[test]
    fn however_it_is_cut_the_same_comes_of_it(
        bytes in wild::almost(STANZAS),
        pieces in vec(1_usize..40, 0..60),
    ) {
        prop_assert_eq!(happenings(&bytes, &pieces), happenings(&bytes, &[]));
    }
}
