//! The stream of stanzas: acknowledgements, answers, deadlines, and what it does when the other side is slow.

use minidom::Element;
use oriole_core::{
    error::ErrorKind,
    xmpp::{
        iq::{Answer, Requests},
        ns,
        sm::Counters,
        stream::{Happening, Stream},
    },
};

use crate::support::{
    in_memory::{TestHappening, during, ended, opened, own, stream},
    line::{Acks, Came},
    patiently,
    pattern::parse,
};

fn message(id: &str) -> Element {
    parse(&format!("<message id='{id}'/>"))
}

/// What happened, in short.
fn short(happenings: &[TestHappening]) -> Vec<String> {
    happenings
        .iter()
        .map(|happening| match happening {
            Happening::Stanza { stanza, number } => {
                format!("{} {number}", stanza.attr("id").unwrap_or_default())
            }
            Happening::TooLarge { number, .. } => format!("too large {number}"),
            Happening::Answer { ask, answer, .. } => match answer {
                Answer::Result(_) => format!("{ask} answered"),
                Answer::Error(error) => format!("{ask} {}", error.condition),
                Answer::Lost => format!("{ask} lost"),
                Answer::TooLarge => format!("{ask} too large"),
            },
            Happening::Asked => "asked".to_owned(),
            Happening::Acknowledged(tags) => format!("acknowledged {tags:?}"),
            Happening::Unsendable(tag) => format!("unsendable {tag:?}"),
            Happening::Ended(end) => format!("ended {}", end.failure.error.kind),
        })
        .collect()
}

#[tokio::test]
async fn text_is_whole_however_it_comes() {
    let (mut stream, mut line) = stream(true).await;
    let body = "Where art thou? 罗密欧 🌹 &amp; so on";
    let xml = format!("<message id='m'><body>{body}</body></message>");
    let sending = async {
        for byte in xml.as_bytes() {
            line.send([*byte]).await;
            tokio::task::yield_now().await;
        }
        line.expect_silence().await;
    };
    let receiving = async {
        loop {
            match stream.next().await {
                Happening::Stanza { stanza, number: 2 } => {
                    stream.send(
                        parse(&format!(
                            "<iq type='result' id='{}'/>",
                            stanza.attr("id").unwrap()
                        )),
                        None,
                    );
                }
                Happening::Stanza { stanza, number: 1 } => assert_eq!(
                    stanza.get_child("body", ns::CLIENT).unwrap().text(),
                    "Where art thou? 罗密欧 🌹 & so on"
                ),
                other => panic!("{other:?}"),
            }
        }
    };
    tokio::select! {
        () = sending => {}
        () = receiving => {}
    }
}

#[tokio::test]
async fn what_was_handled_is_acknowledged_and_no_more() {
    let (mut stream, mut line) = stream(true).await;
    line.send(
        "<message id='1'/><r xmlns='urn:xmpp:sm:3'/><message id='2'/><r xmlns='urn:xmpp:sm:3'/>",
    )
    .await;
    let first = patiently("a stanza", stream.next()).await;
    let mut happenings = vec![first];
    while happenings.len() < 4 {
        happenings.push(patiently("a stanza", stream.next()).await);
    }
    assert_eq!(short(&happenings), ["1 1", "asked", "2 2", "asked"]);
    assert_eq!(stream.h(), 0);
    // Nothing was handled, so nothing is said but this.
    stream.send(message("ours"), None);
    let (_, none) = during(&mut stream, line.expect("<message id='ours'/>")).await;
    assert_eq!(none.len(), 0);
    stream.handled(1);
    let pattern = "<a xmlns='urn:xmpp:sm:3' h='1'/>";
    during(&mut stream, line.expect(pattern)).await;
    stream.handled(2);
    let pattern = "<a xmlns='urn:xmpp:sm:3' h='2'/>";
    during(&mut stream, line.expect(pattern)).await;
}

#[tokio::test]
async fn the_server_is_asked_for_acknowledgements_and_they_come_by_name() {
    let (mut stream, mut line) = stream(true).await;
    stream.send(message("a"), Some(1));
    stream.send(message("b"), None);
    stream.send(message("c"), Some(2));
    let script = async {
        for id in ["a", "b", "c"] {
            line.expect(&format!("<message id='{id}'/>")).await;
        }
        // Reading further meets the question, and answers it.
        line.next().await
    };
    let (happening, _) = tokio::select! {
        happening = stream.next() => (happening, ()),
        _ = script => panic!("the client said something else"),
    };
    assert_eq!(short(&[happening]), ["acknowledged [1, 2]"]);
}

#[tokio::test]
async fn a_count_that_cannot_be_ends_the_stream_for_good() {
    for counts in [&[3][..], &[2, 1], &[u32::MAX]] {
        let (mut stream, mut line) = stream(true).await;
        line.acks = Acks::Withheld;
        stream.send(message("a"), Some(1));
        stream.send(message("b"), Some(2));
        let script = async {
            line.expect("<message id='a'/>").await;
            line.expect("<message id='b'/>").await;
            for h in counts {
                line.send(format!("<a xmlns='urn:xmpp:sm:3' h='{h}'/>"))
                    .await;
            }
        };
        let ((), mut happenings) = during(&mut stream, script).await;
        while !matches!(happenings.last(), Some(Happening::Ended(_))) {
            happenings.push(patiently("the end", stream.next()).await);
        }
        let end = ended(happenings.pop().unwrap());
        assert_eq!(end.failure.error.kind, ErrorKind::RemoteError);
        assert!(!end.resumable);
        let acknowledged = if counts.len() == 2 {
            vec!["acknowledged [1, 2]"]
        } else {
            Vec::new()
        };
        assert_eq!(short(&happenings), acknowledged);
    }
}

#[tokio::test]
async fn without_stream_management_pings_acknowledge() {
    let (mut stream, mut line) = stream(false).await;
    stream.send(message("a"), Some(1));
    stream.send(message("b"), Some(2));
    let ping = "<iq type='get' id='*' to='chat.example'><ping xmlns='urn:xmpp:ping'/></iq>";
    let script = async {
        line.expect("<message id='a'/>").await;
        line.expect("<message id='b'/>").await;
        let request = line.expect(ping).await;
        let id = request.attr("id").unwrap();
        // Others cannot answer in the server's place.
        line.send(format!("<iq type='result' id='{id}' from='evil@there'/>"))
            .await;
        line.send(format!("<iq type='error' id='{id}' from='chat.example'/>"))
            .await;
    };
    let ((), mut happenings) = during(&mut stream, script).await;
    while happenings.len() < 3 {
        happenings.push(patiently("an answer", stream.next()).await);
    }
    let short = short(&happenings);
    assert!(
        short[0].ends_with(" 1"),
        "the forged answer is a stanza like any: {short:?}"
    );
    assert_eq!(short[1], "acknowledged [1, 2]");
    // Nothing is sent again in another session that was acknowledged.
    stream.send(message("c"), Some(3));
    let script = async {
        line.expect("<message id='c'/>").await;
        line.expect(ping).await;
    };
    during(&mut stream, script).await;
    let (mut counters, _) = stream.into_parts();
    let left: Vec<_> = counters.take_unacknowledged().into();
    assert_eq!(left.len(), 1);
    assert_eq!(left[0].tag, Some(3));
}

#[tokio::test]
async fn an_answer_counts_only_from_whom_was_asked() {
    let (mut stream, mut line) = stream(true).await;
    let to = "romeo@montague.example/garden".parse().unwrap();
    stream.request("get", Some(to), Element::bare("query", "x"), "question");
    let script = async {
        let request = line
            .expect(
                "<iq type='get' id='*' to='romeo@montague.example/garden'><query xmlns='x'/></iq>",
            )
            .await;
        let id = request.attr("id").unwrap();
        for from in [
            "",
            "from='@'",
            "from='tybalt@capulet.example'",
            "from='romeo@montague.example'",
        ] {
            line.send(format!("<iq type='result' id='{id}' {from}/>"))
                .await;
        }
        let from = "from='romeo@montague.example/garden'";
        line.send(format!("<iq type='result' id='1' {from}/>"))
            .await;
        line.send(format!(
            "<iq type='error' id='{id}' {from}><error type='cancel'>\
             <forbidden xmlns='urn:ietf:params:xml:ns:xmpp-stanzas'/></error></iq>"
        ))
        .await;
    };
    let ((), mut happenings) = during(&mut stream, script).await;
    while happenings.len() < 6 {
        happenings.push(patiently("an answer", stream.next()).await);
    }
    let short = short(&happenings);
    for forged in &short[..5] {
        assert!(!forged.starts_with("question"), "{short:?}");
    }
    assert_eq!(short[5], "question forbidden");
}

#[tokio::test]
async fn what_cannot_be_written_is_left_out_and_spoils_nothing() {
    let (mut stream, mut line) = stream(true).await;
    let mut in_an_attribute = message("a");
    let mut child = Element::bare("item", "x");
    child.set_attr(
        xso::exports::rxml::Namespace::NONE,
        "name".try_into().unwrap(),
        "\u{FFFF}",
    );
    in_an_attribute.append_child(child);
    let mut in_a_text = message("b");
    in_a_text.append_text("\u{0}");
    stream.send(in_an_attribute, Some(1));
    stream.send(in_a_text, None);
    stream.send(message("c"), Some(2));
    let script = async {
        line.expect("<message id='c'/>").await;
        line.acknowledge().await;
        line
    };
    let (mut line, mut happenings) = during(&mut stream, script).await;
    while happenings.len() < 3 {
        happenings.push(patiently("an acknowledgement", stream.next()).await);
    }
    assert_eq!(
        short(&happenings),
        ["unsendable Some(1)", "unsendable None", "acknowledged [2]"]
    );
    let closing = tokio::spawn(stream.close());
    line.expect_goodbye(0).await;
    assert_eq!(closing.await.unwrap(), Vec::<u32>::new());
}

#[tokio::test]
async fn a_resumed_stream_sends_the_rest_and_its_requests_wait_on() {
    let (mut first, mut line) = stream(true).await;
    line.acks = Acks::Withheld;
    first.send(message("a"), Some(1));
    first.request("get", None, Element::bare("query", "x"), "question");
    first.send(message("b"), Some(2));
    let script = async {
        line.expect("<message id='a'/>").await;
        let request = line
            .expect("<iq type='get' id='*'><query xmlns='x'/></iq>")
            .await;
        line.expect("<message id='b'/>").await;
        request.attr("id").unwrap().to_owned()
    };
    let (id, _) = during(&mut first, script).await;
    let parts = first.into_parts();

    let (xml, meter, mut line) = opened(64 * 1024).await;
    let (mut second, acknowledged) = Stream::resumed(xml, meter, own(), parts, 1).unwrap();
    assert_eq!(acknowledged, [1]);
    let script = async {
        line.expect(&format!("<iq type='get' id='{id}'><query xmlns='x'/></iq>"))
            .await;
        line.expect("<message id='b'/>").await;
        line.send(format!(
            "<iq type='result' id='{id}'/><a xmlns='urn:xmpp:sm:3' h='3'/>"
        ))
        .await;
    };
    let ((), mut happenings) = during(&mut second, script).await;
    while happenings.len() < 2 {
        happenings.push(patiently("an answer", second.next()).await);
    }
    assert_eq!(
        short(&happenings),
        ["question answered", "acknowledged [2]"]
    );
}

#[tokio::test]
async fn nobody_resumes_with_more_than_was_sent() {
    let (xml, meter, _line) = opened(1024).await;
    let parts = (Counters::<u32>::default(), Requests::<&str>::default());
    let Err(failure) = Stream::resumed(xml, meter, own(), parts, 1) else {
        panic!("resumed");
    };
    assert_eq!(failure.error.kind, ErrorKind::RemoteError);
}

#[tokio::test]
async fn what_cannot_be_read_is_told_to_be_handled_once_all_before_it_is() {
    let (mut first, mut line) = stream(true).await;
    line.send("<message id='1'/><message id='2'").await;
    line.send(format!(" x='{}'/><message id='3'/>", "x".repeat(9_000)))
        .await;
    assert_eq!(short(&[first.next().await]), ["1 1"]);
    assert!(!ended(first.next().await).resumable);
    first.handled(1);
    let giving_up = tokio::spawn(first.give_up());
    line.expect_goodbye(2).await;
    giving_up.await.unwrap();

    let (mut unhandled, mut line) = stream(true).await;
    line.send("<message id='1'/>&").await;
    line.send(";").await;
    assert_eq!(short(&[unhandled.next().await]), ["1 1"]);
    ended(unhandled.next().await);
    unhandled.give_up().await;
    assert!(
        matches!(line.next().await, Came::Gone),
        "a promise that may not hold"
    );
}

#[tokio::test]
async fn a_pause_stops_reading_and_nothing_else() {
    let (mut stream, mut line) = stream(true).await;
    stream.pause_reading(true);
    line.send("<message id='1'/>").await;
    stream.send(message("ours"), None);
    let (_, none) = during(&mut stream, line.expect("<message id='ours'/>")).await;
    assert_eq!(none.len(), 0);
    stream.pause_reading(false);
    assert_eq!(
        short(&[patiently("a stanza", stream.next()).await]),
        ["1 1"]
    );
}

#[tokio::test]
async fn closing_waits_for_acknowledgements_though_reading_is_paused() {
    let (mut stream, mut line) = stream(true).await;
    stream.send(message("a"), Some(1));
    stream.pause_reading(true);
    let closing = tokio::spawn(stream.close());
    line.expect("<message id='a'/>").await;
    line.expect_goodbye(0).await;
    assert_eq!(closing.await.unwrap(), [1]);
}

#[tokio::test]
async fn closing_sends_what_is_queued_and_does_not_wait_for_what_nobody_waits_for() {
    let (mut stream, mut line) = stream(true).await;
    line.acks = Acks::Withheld;
    stream.send(message("a"), None);
    let closing = tokio::spawn(stream.close());
    line.expect("<message id='a'/>").await;
    line.expect_goodbye(0).await;
    assert_eq!(closing.await.unwrap(), Vec::<u32>::new());
}
