//! The bytes below the stream: a meter that bounds what a server may send before it completes an element, and notes the end of
//! the connection, which the XML parser cannot tell from broken XML.
//!
//! The XML parser has no bound on the number of attributes or open elements; these stand below it.

use std::{
    io,
    pin::Pin,
    sync::{
        Arc,
        atomic::{AtomicBool, AtomicU64, AtomicUsize, Ordering},
    },
    task::{Context, Poll},
};

use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};

use super::{element::RESULT_BYTES, nesting::Nesting};

/// How many bytes may come without completing an element: more than markup and text of the largest result take.
const MOST_BYTES: usize = 4 * RESULT_BYTES;
/// The same before signing in, when nothing large has any business to come.
const MOST_BYTES_AT_FIRST: usize = 256 * 1024;

/// How many elements may be open at once. Far more than is read (see [`super::element::DEPTH`]), so that what is too deep is
/// skipped; and so few that skipping costs nothing.
const MOST_OPEN: usize = 4_096;

/// Counts the bytes that came since the last complete element, and all that move.
#[derive(Debug, Clone)]
pub struct Meter(Arc<Counts>);

#[derive(Debug)]
struct Counts {
    read: AtomicUsize,
    most: AtomicUsize,
    ended: AtomicBool,
    all_read: AtomicU64,
    all_written: AtomicU64,
}

impl Default for Meter {
    fn default() -> Self {
        Self(Arc::new(Counts {
            read: AtomicUsize::new(0),
            most: AtomicUsize::new(MOST_BYTES_AT_FIRST),
            ended: AtomicBool::new(false),
            all_read: AtomicU64::new(0),
            all_written: AtomicU64::new(0),
        }))
    }
}

impl Meter {
    /// An element was completed.
    pub fn reset(&self) {
        self.0.read.store(0, Ordering::Relaxed);
    }

    /// Whether something came since the last element was completed.
    #[must_use]
    pub fn begun(&self) -> bool {
        self.0.read.load(Ordering::Relaxed) > 0
    }

    /// Whether the other side closed the connection, and all that it sent before was read.
    #[must_use]
    pub fn ended(&self) -> bool {
        self.0.ended.load(Ordering::Relaxed)
    }

    /// How many bytes came in all.
    #[must_use]
    pub fn bytes_read(&self) -> u64 {
        self.0.all_read.load(Ordering::Relaxed)
    }

    /// How many bytes the connection has taken in all.
    #[must_use]
    pub fn bytes_written(&self) -> u64 {
        self.0.all_written.load(Ordering::Relaxed)
    }

    /// The server has proved who it is: it may send large results from now on.
    pub fn signed_in(&self) {
        self.reset();
        self.0.most.store(MOST_BYTES, Ordering::Relaxed);
    }
}

/// A connection whose reading is metered.
#[derive(Debug)]
pub struct Metered<Io> {
    io: Io,
    meter: Meter,
    nesting: Nesting,
}

impl<Io> Metered<Io> {
    /// Meters this connection.
    pub fn new(io: Io, meter: Meter) -> Self {
        Self {
            io,
            meter,
            nesting: Nesting::default(),
        }
    }

    /// The connection itself.
    pub fn into_inner(self) -> Io {
        self.io
    }

    /// The connection itself.
    pub fn get_ref(&self) -> &Io {
        &self.io
    }
}

impl<Io: AsyncRead + Unpin> AsyncRead for Metered<Io> {
    fn poll_read(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        // What came with the element that is too deep is read first: it may be whole stanzas, and they count.
        if self.nesting.deepest() > MOST_OPEN {
            return Poll::Ready(Err(io::Error::new(
                io::ErrorKind::FileTooLarge,
                "the server sent elements inside each other without end",
            )));
        }
        let before = buffer.filled().len();
        let wanted = buffer.remaining() > 0;
        let result = Pin::new(&mut self.io).poll_read(context, buffer);
        let count = buffer.filled().len().saturating_sub(before);
        if let Some(bytes) = buffer.filled().get(before..) {
            self.nesting.read(bytes);
        }
        let counts = &self.meter.0;
        if wanted && count == 0 && matches!(result, Poll::Ready(Ok(()))) {
            counts.ended.store(true, Ordering::Relaxed);
        }
        counts.all_read.fetch_add(count as u64, Ordering::Relaxed);
        let read = counts.read.fetch_add(count, Ordering::Relaxed) + count;
        if read > counts.most.load(Ordering::Relaxed) {
            return Poll::Ready(Err(io::Error::new(
                io::ErrorKind::FileTooLarge,
                "the server sent more than anybody may without completing an element",
            )));
        }
        result
    }
}

impl<Io: AsyncWrite + Unpin> AsyncWrite for Metered<Io> {
    fn poll_write(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        let result = Pin::new(&mut self.io).poll_write(context, bytes);
        if let Poll::Ready(Ok(count)) = &result {
            let counts = &self.meter.0;
            counts
                .all_written
                .fetch_add(*count as u64, Ordering::Relaxed);
        }
        result
    }

    fn poll_flush(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.io).poll_flush(context)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.io).poll_shutdown(context)
    }
}
