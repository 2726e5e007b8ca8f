//! The end of a stream, from our side: in order (RFC 6120 §4.4), and with nothing that was sent taken back.

use std::{
    future::poll_fn,
    pin::Pin,
    task::{Context, Poll},
    time::Duration,
};

use futures::Stream as _;
use tokio_xmpp::xmlstream::ReadError;

use super::{Happening, Stream};

/// How long closing a stream may take.
const CLOSING: Duration = Duration::from_secs(3);
/// How long a connection is kept after the last was written to it, where nothing more can be read: closing it at once would take
/// that back.
const LINGER: Duration = Duration::from_secs(1);

impl<Tag, Ask> Stream<Tag, Ask> {
    /// Sends what is queued, waits a moment for its acknowledgement, and closes the stream in order (RFC 6120 §4.4).
    /// Gives the tags that were still acknowledged. What still comes meanwhile is not handled, so the server keeps it.
    pub async fn close(mut self) -> Vec<Tag> {
        let mut acknowledged = Vec::new();
        self.paused = false;
        let flush = async {
            poll_fn(|context| self.poll_settled(context, &mut acknowledged)).await;
            if self.ended {
                return;
            }
            if self.managed {
                self.nonzas.push_back(self.answer());
            }
            let _ = poll_fn(|context| self.poll_write(context)).await;
            let _ = self.xml.shutdown().await;
            // Until the server has closed its side too: with something unread on our side, the system would drop the
            // connection, and with it what the server has not read yet.
            while let Some(
                Ok(_) | Err(ReadError::ParseError(_) | ReadError::StreamFooterReceived),
            ) = poll_fn(|context| Pin::new(&mut self.xml).poll_next(context)).await
            {}
        };
        let _ = tokio::time::timeout(CLOSING, flush).await;
        acknowledged
    }

    /// Ready once nothing is queued and no tag waits for its acknowledgement, or the stream has ended.
    fn poll_settled(&mut self, context: &mut Context<'_>, acknowledged: &mut Vec<Tag>) -> Poll<()> {
        loop {
            let happening = self.poll(context);
            let tags_wait = self
                .counters
                .unacknowledged()
                .any(|outgoing| outgoing.tag.is_some());
            let settled = self.queue.is_empty() && !tags_wait;
            match happening {
                Poll::Ready(Happening::Acknowledged(tags)) => acknowledged.extend(tags),
                Poll::Ready(_) => {}
                Poll::Pending if settled || self.ended => return Poll::Ready(()),
                Poll::Pending => return Poll::Pending,
            }
        }
    }

    /// Gives up a stream that ended with something that cannot be read. Where that may have been a stanza, the server is told
    /// that it was handled, or it would come again in every session. All that came before has to be handled already.
    pub async fn give_up(mut self) {
        if !self.unreadable || !self.managed || !self.counters.all_handled() {
            return;
        }
        let number = self.counters.received();
        self.counters.handled(number);
        self.queue.clear();
        let answer = self.answer();
        self.nonzas.push_back(answer);
        let flush = async {
            let _ = poll_fn(|context| self.poll_write(context)).await;
            let _ = self.xml.shutdown().await;
            tokio::time::sleep(LINGER).await;
        };
        let _ = tokio::time::timeout(CLOSING, flush).await;
    }
}
