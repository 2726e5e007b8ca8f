//! A stream on a connection in memory: no sockets, so that a test can let time pass.

use std::{future::Future, str::FromStr};

use jid::FullJid;
use oriole_core::xmpp::{
    element::{ElementStream, Incoming},
    ns,
    sm::Counters,
    stream::{End, Happening, Io, Stream, TIMEOUTS},
    transport::{Meter, Metered},
};
use tokio::io::{BufStream, duplex};
use tokio_xmpp::xmlstream::{StreamHeader, initiate_stream};

use super::line::{Line, head};

/// Messages are numbers and requests are words.
pub(crate) type TestStream = Stream<u32, &'static str>;
pub(crate) type TestHappening = Happening<u32, &'static str>;

pub(crate) fn own() -> FullJid {
    FullJid::from_str("juliet@chat.example/balcony").unwrap()
}

/// Both ends of a connection that takes this many bytes before somebody reads, after the heads of both streams.
pub(crate) async fn opened(room: usize) -> (ElementStream<Io>, Meter, Line) {
    let (ours, theirs) = duplex(room);
    let meter = Meter::default();
    let mut line = Line::new(theirs);
    let io: Io = Box::new(BufStream::new(Metered::new(ours, meter.clone())));
    let header = StreamHeader {
        to: Some("chat.example".into()),
        from: None,
        id: None,
    };
    let answer = async {
        let to = line.header().await;
        line.send(head(&to)).await;
    };
    let (opened, ()) = tokio::join!(initiate_stream(io, ns::CLIENT, header, TIMEOUTS), answer);
    (opened.unwrap().skip_features::<Incoming>(), meter, line)
}

/// A stream that is signed in, and the server's end of it.
pub(crate) async fn stream(managed: bool) -> (TestStream, Line) {
    let (xml, meter, line) = opened(1024 * 1024).await;
    meter.signed_in();
    let stream = Stream::new(xml, meter, own(), managed, Counters::default());
    (stream, line)
}

/// Lets the stream move until this is done; gives its result and what happened meanwhile.
pub(crate) async fn during<T>(
    stream: &mut TestStream,
    other: impl Future<Output = T>,
) -> (T, Vec<TestHappening>) {
    tokio::pin!(other);
    let mut happenings = Vec::new();
    loop {
        tokio::select! {
            biased;
            happening = stream.next() => happenings.push(happening),
            result = &mut other => return (result, happenings),
        }
    }
}

/// The end of the stream, with nothing before it.
pub(crate) fn ended(happening: TestHappening) -> End {
    match happening {
        Happening::Ended(end) => end,
        other => panic!("the stream did not end: {other:?}"),
    }
}
