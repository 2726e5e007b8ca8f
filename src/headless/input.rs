//! Lines from whoever asks: bounded in length, wiped after use because passwords pass through here.

use tokio::io::{AsyncBufRead, AsyncBufReadExt};
use zeroize::Zeroizing;

/// The longest line that is read, in bytes.
pub(super) const LONGEST: usize = 1024 * 1024;

/// What was read.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Line {
    /// A line, without its end.
    Text(Zeroizing<Vec<u8>>),
    /// One that was longer than [`LONGEST`]; its rest was skipped.
    TooLong,
    /// There are no more.
    End,
}

/// Reads lines.
pub(super) struct Lines<R> {
    reader: R,
    line: Zeroizing<Vec<u8>>,
    too_long: bool,
}

impl<R: AsyncBufRead + Unpin> Lines<R> {
    /// Reads lines from here.
    pub(super) fn new(reader: R) -> Self {
        Self {
            reader,
            line: Zeroizing::default(),
            too_long: false,
        }
    }

    /// The next line that is not empty. Input that cannot be read has ended. Nothing is lost when this is dropped half-way.
    pub(super) async fn next(&mut self) -> Line {
        loop {
            let Ok(available) = self.reader.fill_buf().await else {
                return Line::End;
            };
            let at_end = available.is_empty();
            let end = available.iter().position(|byte| *byte == b'\n');
            let part = available.get(..end.unwrap_or(available.len()));
            let part = part.unwrap_or_default();
            if self.too_long || self.line.len() + part.len() > LONGEST {
                self.too_long = true;
                self.line = Zeroizing::default();
            } else {
                self.line.extend_from_slice(part);
            }
            let used = part.len() + usize::from(end.is_some());
            self.reader.consume(used);
            if end.is_some() || at_end {
                let line = std::mem::take(&mut self.line);
                if std::mem::take(&mut self.too_long) {
                    return Line::TooLong;
                }
                if !line.trim_ascii().is_empty() {
                    return Line::Text(line);
                }
                if at_end {
                    return Line::End;
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use tokio::io::{AsyncWriteExt, BufReader};

    use super::*;

    async fn all(input: &[u8], capacity: usize) -> Vec<Line> {
        let mut lines = Lines::new(BufReader::with_capacity(capacity, input));
        let mut found = Vec::new();
        loop {
            match lines.next().await {
                Line::End => return found,
                line => found.push(line),
            }
        }
    }

    fn text(text: &str) -> Line {
        Line::Text(Zeroizing::new(text.as_bytes().to_vec()))
    }

    #[tokio::test]
    async fn lines_end_where_they_should_whatever_the_pieces() {
        for capacity in [1, 2, 3, 64] {
            let lines = all(b"one\n\n  \ntwo\r\n\xff\nthree", capacity).await;
            let broken = Line::Text(Zeroizing::new(vec![0xff]));
            assert_eq!(
                lines,
                [text("one"), text("two\r"), broken, text("three")],
                "{capacity}"
            );
        }
    }

    #[tokio::test]
    async fn what_is_too_long_is_skipped_to_its_end() {
        let fits = "x".repeat(LONGEST);
        let input = format!("{fits}y\n{fits}\nafter\n{fits}yy");
        let lines = all(input.as_bytes(), 4096).await;
        assert_eq!(
            lines,
            [Line::TooLong, text(&fits), text("after"), Line::TooLong]
        );
    }

    #[tokio::test]
    async fn nothing_is_lost_when_waiting_is_given_up() {
        let (mut writer, reader) = tokio::io::duplex(64);
        let mut lines = Lines::new(BufReader::new(reader));
        writer.write_all(b"ha").await.unwrap();
        tokio::select! {
            biased;
            _ = lines.next() => unreachable!(),
            () = std::future::ready(()) => {}
        }
        writer.write_all(b"lf\n").await.unwrap();
        assert_eq!(lines.next().await, text("half"));
    }
}
