//! How long the stream waits, with time that is told to pass.

use std::time::Duration;

use minidom::Element;
use oriole_core::{
    error::ErrorKind,
    xmpp::{
        iq::{Answer, DEADLINE},
        ns,
        sm::Counters,
        stream::{Happening, Stream},
    },
};
use tokio::io::AsyncReadExt;

use crate::support::{
    in_memory::{ended, opened, own, stream},
    line::{Acks, Came},
    pattern::parse,
};

#[tokio::test(start_paused = true)]
async fn a_request_without_an_answer_is_given_up_in_time() {
    let (mut stream, mut line) = stream(true).await;
    let before = tokio::time::Instant::now();
    stream.request("get", None, Element::bare("query", "x"), "question");
    // The server lives and says other things.
    let talking = async {
        for number in 0..10 {
            tokio::time::sleep(Duration::from_secs(10)).await;
            line.send(format!("<message id='{number}'/>")).await;
        }
        std::future::pending::<()>().await;
    };
    let waiting = async {
        loop {
            match stream.next().await {
                Happening::Answer {
                    ask: "question",
                    answer: Answer::Lost,
                    number: None,
                } => return,
                Happening::Stanza { .. } => {}
                other => panic!("{other:?}"),
            }
        }
    };
    tokio::select! {
        () = talking => {}
        () = waiting => {}
    }
    assert_eq!(before.elapsed().as_secs(), DEADLINE.as_secs());
}

#[tokio::test(start_paused = true)]
async fn a_silent_server_is_asked_and_then_given_up() {
    for managed in [true, false] {
        let (mut stream, mut line) = stream(managed).await;
        line.acks = Acks::Withheld;
        let end = ended(stream.next().await);
        assert_eq!(end.failure.error.kind, ErrorKind::Timeout);
        assert!(end.resumable);
        drop(stream);
        // It was asked whether it is there.
        match line.next().await {
            Came::Gone => assert!(managed, "nothing was asked"),
            Came::Element(ping) => assert!(!managed && ping.has_child("ping", ns::PING)),
            other => panic!("{other:?}"),
        }
    }
}

#[tokio::test(start_paused = true)]
async fn a_connection_in_doubt_has_twenty_seconds_to_show_that_it_lives() {
    for managed in [true, false] {
        let (mut stream, mut line) = stream(managed).await;
        line.acks = Acks::Withheld;
        let before = tokio::time::Instant::now();
        stream.doubt();
        // Doubting it again does not give it more time.
        tokio::select! {
            happening = stream.next() => panic!("{happening:?}"),
            () = tokio::time::sleep(Duration::from_secs(5)) => stream.doubt(),
        }
        let end = ended(stream.next().await);
        assert_eq!(end.failure.error.kind, ErrorKind::Timeout);
        assert!(end.resumable);
        assert_eq!(before.elapsed().as_secs(), 20);
    }
}

#[tokio::test(start_paused = true)]
async fn a_connection_in_doubt_that_lives_goes_on() {
    for managed in [true, false] {
        let (mut stream, mut line) = stream(managed).await;
        stream.doubt();
        let serving = async {
            loop {
                match line.next().await {
                    Came::Element(ping) => {
                        let id = ping.attr("id").unwrap();
                        line.send(format!("<iq type='result' id='{id}'/>")).await;
                    }
                    other => panic!("{other:?}"),
                }
            }
        };
        let living = async {
            loop {
                match stream.next().await {
                    Happening::Stanza { .. } => {}
                    other => panic!("{other:?}"),
                }
            }
        };
        tokio::select! {
            () = serving => {}
            () = living => {}
            () = tokio::time::sleep(Duration::from_secs(50)) => {}
        }
    }
}

#[tokio::test(start_paused = true)]
async fn a_server_that_answers_now_and_then_is_not_given_up() {
    let (mut stream, mut line) = stream(true).await;
    // Each silence ends with a question, which the line answers.
    let serving = async {
        match line.next().await {
            Came::Gone => {}
            other => panic!("{other:?}"),
        }
    };
    tokio::select! {
        happening = stream.next() => panic!("{happening:?}"),
        () = serving => panic!("the client went"),
        () = tokio::time::sleep(Duration::from_secs(3_600)) => {}
    }
}

#[tokio::test(start_paused = true)]
async fn a_server_that_takes_nothing_any_more_is_given_up() {
    let (xml, meter, mut line) = opened(16 * 1024).await;
    let mut stream: Stream<u32, &str> = Stream::new(xml, meter, own(), true, Counters::default());
    for number in 0..100 {
        let body = "x".repeat(1_000);
        let stanza = parse(&format!(
            "<message id='{number}'><body>{body}</body></message>"
        ));
        stream.send(stanza, Some(number));
    }
    assert!(stream.has_room());
    // It still talks, so it is not its silence that is noticed.
    let talking = async {
        loop {
            tokio::time::sleep(Duration::from_secs(10)).await;
            line.send(" ").await;
        }
    };
    let end = tokio::select! {
        happening = stream.next() => ended(happening),
        () = talking => unreachable!(),
    };
    assert_eq!(end.failure.error.kind, ErrorKind::Timeout);
    assert!(end.resumable);
    let (counters, _) = stream.into_parts();
    assert_eq!(
        counters.waiting(),
        100,
        "nothing of what was not taken is lost"
    );
}

#[tokio::test(start_paused = true)]
async fn a_server_that_reads_a_thousand_bytes_a_second_is_not_given_up() {
    const MESSAGES: usize = 8;
    for managed in [true, false] {
        // All is taken by the system at once, and none of it is at the server yet.
        let (mut stream, mut line) = stream(managed).await;
        for number in 0..MESSAGES {
            let body = "x".repeat(60_000);
            let stanza = parse(&format!(
                "<message id='{number}'><body>{body}</body></message>"
            ));
            stream.send(stanza, Some(u32::try_from(number).unwrap()));
        }
        let reading = async {
            let (mut text, mut answered) = (String::new(), 0);
            loop {
                tokio::time::sleep(Duration::from_secs(1)).await;
                let mut bytes = [0; 1_000];
                let count = line.io.read(&mut bytes).await.unwrap();
                text.push_str(std::str::from_utf8(&bytes[..count]).unwrap());
                // Whichever quotation marks it is written with.
                let end = if managed { "sm:3" } else { "</iq>" };
                let Some(asked) = text.find(end) else {
                    continue;
                };
                let before: String = text.drain(..asked + end.len()).collect();
                answered += before.matches("</message>").count();
                let answer = if managed {
                    format!("<a xmlns='urn:xmpp:sm:3' h='{answered}'/>")
                } else {
                    let (_, id) = before.rsplit_once(" id=").unwrap();
                    let id: String = id.chars().skip(1).take(32).collect();
                    format!("<iq type='result' id='{id}'/>")
                };
                line.send(answer).await;
            }
        };
        let sending = async {
            let mut acknowledged = 0;
            while acknowledged < MESSAGES {
                match stream.next().await {
                    Happening::Acknowledged(tags) => acknowledged += tags.len(),
                    Happening::Stanza { .. } => {}
                    other => panic!("{acknowledged} {other:?}"),
                }
            }
        };
        tokio::select! {
            () = reading => {}
            () = sending => {}
        }
    }
}

#[tokio::test(start_paused = true)]
async fn an_answer_that_comes_slowly_is_waited_for() {
    let (mut stream, mut line) = stream(true).await;
    stream.request("get", None, Element::bare("query", "x"), "question");
    let answering = async {
        let request = line
            .expect("<iq type='get' id='*'><query xmlns='x'/></iq>")
            .await;
        let id = request.attr("id").unwrap();
        let text = "x".repeat(10_000);
        let answer = format!("<iq type='result' id='{id}'><query xmlns='x'>{text}</query></iq>");
        for bytes in answer.as_bytes().chunks(20) {
            line.send(bytes).await;
            tokio::time::sleep(Duration::from_secs(1)).await;
        }
        line
    };
    let waiting = async {
        match stream.next().await {
            Happening::Answer {
                answer: Answer::Result(Some(query)),
                ..
            } => assert_eq!(query.text().len(), 10_000),
            other => panic!("{other:?}"),
        }
    };
    let (_line, ()) = tokio::join!(answering, waiting);
}

#[tokio::test(start_paused = true)]
async fn a_server_that_falls_silent_in_the_middle_of_something_is_given_up() {
    let (mut stream, mut line) = stream(true).await;
    line.acks = Acks::Withheld;
    line.send("<message><body>half a").await;
    let before = tokio::time::Instant::now();
    let end = ended(stream.next().await);
    assert_eq!(end.failure.error.kind, ErrorKind::Timeout);
    assert!(end.resumable);
    assert_eq!(before.elapsed().as_secs(), 80);
}
