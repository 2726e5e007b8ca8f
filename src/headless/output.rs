//! The one way out: replies and events, a line each, never torn.

use std::io;

use serde_json::Value;
use tokio::io::{AsyncWrite, AsyncWriteExt};

/// Lines that wait to be written, and where they go.
pub(super) struct Output<W> {
    writer: W,
    waiting: Vec<u8>,
    written: usize,
}

impl<W> Output<W> {
    /// Writes lines here.
    pub(super) fn new(writer: W) -> Self {
        Self {
            writer,
            waiting: Vec::new(),
            written: 0,
        }
    }

    /// Whether everything was written.
    pub(super) fn is_empty(&self) -> bool {
        self.waiting.is_empty()
    }

    /// Adds a line.
    pub(super) fn push(&mut self, line: Value) {
        self.waiting.extend_from_slice(line.to_string().as_bytes());
        self.waiting.push(b'\n');
    }
}

impl<W: AsyncWrite + Unpin> Output<W> {
    /// Writes everything. When this is dropped half-way, the next call goes on at the same byte.
    pub(super) async fn write(&mut self) -> io::Result<()> {
        while let Some(rest) = self
            .waiting
            .get(self.written..)
            .filter(|rest| !rest.is_empty())
        {
            match self.writer.write(rest).await? {
                0 => return Err(io::ErrorKind::WriteZero.into()),
                count => self.written += count,
            }
        }
        self.writer.flush().await?;
        self.waiting = Vec::new();
        self.written = 0;
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use serde_json::json;
    use tokio::io::AsyncReadExt;

    use super::*;

    #[tokio::test]
    async fn lines_are_whole_although_writing_was_given_up_many_times() {
        let (writer, mut reader) = tokio::io::duplex(3);
        let mut output = Output::new(writer);
        output.push(json!({"a": "线\n行"}));
        let mut read = Vec::new();
        while !output.is_empty() {
            tokio::select! {
                biased;
                result = output.write() => result.unwrap(),
                () = std::future::ready(()) => {
                    if read.is_empty() {
                        output.push(json!([1]));
                    }
                    reader.read_buf(&mut read).await.unwrap();
                }
            }
        }
        drop(output);
        reader.read_to_end(&mut read).await.unwrap();
        let text = String::from_utf8(read).unwrap();
        assert_eq!(text, "{\"a\":\"线\\n行\"}\n[1]\n");
    }

    #[tokio::test]
    async fn a_reader_that_is_gone_is_an_error() {
        let (writer, reader) = tokio::io::duplex(3);
        drop(reader);
        let mut output = Output::new(writer);
        output.push(json!(1));
        assert!(output.write().await.is_err());
    }
}
