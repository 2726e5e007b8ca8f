//! Whatever a server sends ends as a typed error or is stepped over.

use minidom::Element;
use oriole_core::{
    error::ErrorKind,
    xmpp::{
        element::{DEPTH, RESULT_ELEMENTS, STANZA_BYTES, STANZA_ELEMENTS},
        iq::Answer,
        sm::Counters,
        stream::{Happening, Stream},
    },
};

use crate::support::{
    in_memory::{TestHappening, ended, opened, own, stream},
    patiently,
};

const AFTER: &str = "<message id='after'/>";

/// What comes of these bytes on a stream with stream management.
async fn outcome(bytes: impl AsRef<[u8]>) -> TestHappening {
    let (mut stream, mut line) = stream(true).await;
    let bytes = bytes.as_ref().to_vec();
    let sending = tokio::spawn(async move {
        line.send(bytes).await;
        line.send(AFTER).await;
        line
    });
    let happening = patiently("what comes of it", stream.next()).await;
    drop(stream);
    sending.await.unwrap();
    happening
}

fn is_after(happening: &TestHappening) -> bool {
    matches!(happening, Happening::Stanza { stanza, number: 1 } if stanza.attr("id") == Some("after"))
}

#[tokio::test]
async fn what_is_no_xml_ends_the_stream_for_good() {
    let long = "x".repeat(9_000);
    let table: Vec<(&str, Vec<u8>)> = vec![
        ("a long attribute", format!("<message id='{long}'/>").into()),
        (
            "a long name",
            format!("<message><{long}/></message>").into(),
        ),
        (
            "an entity",
            b"<message><body>&lol;</body></message>".to_vec(),
        ),
        (
            "a document type",
            b"<!DOCTYPE lolz [<!ENTITY lol 'lol'>]><message/>".to_vec(),
        ),
        ("an instruction", b"<?php echo 1 ?>".to_vec()),
        ("a comment", b"<!-- hello -->".to_vec()),
        (
            "broken UTF-8",
            b"<message><body>\xc3\x28</body></message>".to_vec(),
        ),
        (
            "half a surrogate",
            b"<message><body>\xed\xa0\x80</body></message>".to_vec(),
        ),
        (
            "a forbidden character",
            b"<message><body>\x01</body></message>".to_vec(),
        ),
        (
            "a forbidden character by number",
            b"<message><body>&#0;</body></message>".to_vec(),
        ),
        (
            "crossed elements",
            b"<message><body></message></body>".to_vec(),
        ),
        ("text between stanzas", b"hello".to_vec()),
        ("a prefix that nobody declared", b"<x:message/>".to_vec()),
        ("an attribute twice", b"<message id='1' id='2'/>".to_vec()),
        ("an attribute without quotes", b"<message id=1/>".to_vec()),
        ("another head", b"<?xml version='1.0'?>".to_vec()),
        ("nothing but zeros", vec![0; 100]),
        ("CDATA outside", b"<![CDATA[<message/>]]>".to_vec()),
    ];
    for (what, bytes) in table {
        let end = ended(outcome(bytes).await);
        assert_eq!(end.failure.error.kind, ErrorKind::RemoteError, "{what}");
        assert!(!end.resumable, "{what}");
    }
}

#[tokio::test]
async fn what_the_server_says_at_the_end_is_told() {
    let error = |condition: &str| {
        format!(
            "<stream:error><{condition} xmlns='urn:ietf:params:xml:ns:xmpp-streams'/>\
             <text xmlns='urn:ietf:params:xml:ns:xmpp-streams'>Because\t.</text></stream:error>"
        )
    };
    for (condition, kind) in [
        ("conflict", ErrorKind::Conflict),
        ("system-shutdown", ErrorKind::ServerShutdown),
        ("reset", ErrorKind::ServerShutdown),
        ("connection-timeout", ErrorKind::Timeout),
        ("not-authorized", ErrorKind::WrongPassword),
        ("something-new", ErrorKind::RemoteError),
    ] {
        let end = ended(outcome(error(condition)).await);
        assert_eq!(end.failure.error.kind, kind, "{condition}");
        assert!(!end.resumable, "{condition}");
        let detail = &end.failure.error.detail;
        assert!(
            detail.ends_with(&format!("{condition}: Because .")),
            "{detail}"
        );
    }
    let end = ended(outcome("<stream:error/>").await);
    assert_eq!(end.failure.error.kind, ErrorKind::RemoteError);
    let end = ended(outcome("</stream:stream>").await);
    assert_eq!(end.failure.error.kind, ErrorKind::ServerShutdown);
    assert!(!end.resumable);
}

#[tokio::test]
async fn a_connection_that_breaks_can_be_resumed_wherever_it_breaks() {
    for rest in [
        "",
        "<message",
        "<message><body>half a",
        "<message><body/>",
        " ",
    ] {
        let (mut stream, mut line) = stream(true).await;
        line.send(rest).await;
        drop(line);
        let end = ended(patiently("the end", stream.next()).await);
        assert_eq!(
            end.failure.error.kind,
            ErrorKind::ConnectionRefused,
            "{rest}"
        );
        assert!(end.resumable, "{rest}");
    }
}

#[tokio::test]
async fn what_is_no_stanza_is_stepped_over_and_not_counted() {
    for xml in [
        "",
        " \n\t",
        "<message xmlns='jabber:server'/>",
        "<thing xmlns='jabber:client'/>",
        "<message xmlns='http://etherx.jabber.org/streams'/>",
        "<enabled xmlns='urn:xmpp:sm:3' id='x' resume='true'/>",
        "<resumed xmlns='urn:xmpp:sm:3' previd='x' h='7'/>",
        "<failed xmlns='urn:xmpp:sm:3'/>",
        "<a xmlns='urn:xmpp:sm:3'/>",
        "<a xmlns='urn:xmpp:sm:3' h='-1'/>",
        "<a xmlns='urn:xmpp:sm:3' h='4294967296'/>",
        "<a xmlns='urn:xmpp:sm:3' h='many'/>",
        "<a xmlns='urn:xmpp:sm:3' h='0'/>",
        "<success xmlns='urn:ietf:params:xml:ns:xmpp-sasl'/>",
        "<stream:features/>",
        "<proceed xmlns='urn:ietf:params:xml:ns:xmpp-tls'/>",
    ] {
        let happening = outcome(xml).await;
        assert!(is_after(&happening), "{xml}: {happening:?}");
    }
}

#[tokio::test]
async fn odd_stanzas_are_handed_on() {
    let many: String = (0..5_000).map(|n| format!(" a{n}='{n}'")).collect();
    for xml in [
        "<message from='@@@'/>".to_owned(),
        "<message from='a@b/\u{1F600}' to=''/>".to_owned(),
        "<message type='urgent'/>".to_owned(),
        "<iq/>".to_owned(),
        "<iq type='result' id='unasked'><query xmlns='jabber:iq:roster'/></iq>".to_owned(),
        "<iq type='error' id='x'/>".to_owned(),
        "<presence type='probe'><show/><show>dnd</show><priority>999</priority></presence>"
            .to_owned(),
        "<message><body>a&lt;&#x1F600;<![CDATA[<b>]]></body></message>".to_owned(),
        format!("<message{many}/>"),
        "<m:message xmlns:m='jabber:client'/>".to_owned(),
    ] {
        let expected: Element = format!("<w xmlns='jabber:client'>{xml}</w>")
            .parse()
            .unwrap();
        let expected = expected.children().next().unwrap();
        match outcome(&xml).await {
            Happening::Stanza { stanza, number: 1 } => assert_eq!(stanza, *expected),
            other => panic!("{xml}: {other:?}"),
        }
    }
}

#[tokio::test]
async fn what_is_too_large_is_skipped_and_counted() {
    let deep = |depth: usize| "<a>".repeat(depth) + &"</a>".repeat(depth);
    let long: String = (0..200)
        .map(|n| format!(" a{n}='{}'", "x".repeat(6_000)))
        .collect();
    for (what, inside) in [
        ("deep", deep(DEPTH)),
        ("very deep", deep(4_000)),
        ("many", "<a/>".repeat(STANZA_ELEMENTS)),
        ("long", "x".repeat(STANZA_BYTES + 1)),
        ("long in an attribute", format!("<a{long}/>")),
        (
            "long in many",
            format!("<a>{}</a>", "x".repeat(1_000)).repeat(1_100),
        ),
    ] {
        match outcome(format!("<message id='big' from='a@b'>{inside}</message>")).await {
            Happening::TooLarge { head, number: 1 } => {
                assert_eq!(head.attr("id"), Some("big"), "{what}");
                assert_eq!(head.nodes().count(), 0, "{what}");
            }
            other => panic!("{what}: {other:?}"),
        }
    }
    match outcome(format!("<message id='fits'>{}</message>", deep(DEPTH - 1))).await {
        Happening::Stanza { stanza, .. } => assert_eq!(stanza.attr("id"), Some("fits")),
        other => panic!("{other:?}"),
    }
}

#[tokio::test]
async fn an_element_that_never_ends_is_cut_off() {
    // As many bytes as may come before signing in, in attributes that the parser keeps.
    let attributes: String = (0..60)
        .map(|number| format!(" a{number}='{}'", "x".repeat(5_000)))
        .collect();
    for endless in [attributes, format!(">{}", "<a>".repeat(50_000))] {
        let (xml, meter, mut line) = opened(64 * 1024).await;
        let mut stream: Stream<u32, &str> =
            Stream::new(xml, meter, own(), true, Counters::default());
        let sending = tokio::spawn(async move {
            line.send("<message id='whole'/><message").await;
            line.send(endless).await;
            line
        });
        match patiently("a stanza", stream.next()).await {
            Happening::Stanza { number: 1, .. } => stream.handled(1),
            other => panic!("{other:?}"),
        }
        let end = ended(patiently("the end", stream.next()).await);
        assert_eq!(end.failure.error.kind, ErrorKind::TooLarge);
        assert!(!end.resumable);
        drop(stream);
        sending.await.unwrap();
    }
}

#[tokio::test]
async fn a_large_result_is_taken_from_our_own_server_where_we_asked() {
    let (large, larger) = (STANZA_ELEMENTS, RESULT_ELEMENTS);
    for (asked, sender, size, expected) in [
        (true, "", large, "answer"),
        (true, "from='romeo@montague.example'", large, "too large"),
        (true, "", larger, "too large"),
        (false, "", large, "skipped"),
        (false, "from='romeo@montague.example'", large, "skipped"),
    ] {
        let (mut stream, mut line) = stream(true).await;
        let whom = sender.replace("from", "to");
        let to = sender.split('\'').nth(1).map(|to| to.parse().unwrap());
        if asked {
            stream.request("get", to, Element::bare("query", "x"), "question");
        }
        let sending = tokio::spawn(async move {
            let id = if asked {
                let pattern = format!("<iq type='get' id='*' {whom}><query xmlns='x'/></iq>");
                let request = line.expect(&pattern).await;
                request.attr("id").unwrap().to_owned()
            } else {
                "unasked".to_owned()
            };
            line.send(format!(
                "<iq type='result' id='{id}' {sender}><query xmlns='x'>"
            ))
            .await;
            line.send("<a/>".repeat(size)).await;
            line.send("</query></iq>").await;
            line
        });
        let found = match patiently("what comes of it", stream.next()).await {
            Happening::Answer {
                answer: Answer::Result(Some(query)),
                number: Some(1),
                ..
            } => {
                assert_eq!(query.children().count(), size);
                "answer"
            }
            Happening::Answer {
                answer: Answer::TooLarge,
                number: Some(1),
                ..
            } => "too large",
            Happening::TooLarge { number: 1, .. } => "skipped",
            other => panic!("{other:?}"),
        };
        assert_eq!(found, expected, "{asked} {sender} {size}");
        sending.await.unwrap();
    }
}
