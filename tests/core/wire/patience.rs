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
