//! `oriole --headless`: the engine without a window, spoken to in JSON, one object a line.
//!
//! A thin face on the engine's commands, queries and events. Requests are carried out one at a time and in order, except `diagnose`, which
//! takes long and changes nothing. Replies and events share one way out: when nobody reads it, no more requests are read and no more events
//! taken, and the engine in turn reads less from its servers.

mod event;
mod format;
mod input;
mod output;
mod request;
mod work;

use std::{collections::VecDeque, future::Future, io, pin::pin, time::Duration};

use futures::{
    future::{self, BoxFuture},
    stream::{FuturesUnordered, StreamExt},
};
use oriole_core::{
    engine::{
        event::Event,
        handle::{EventStream, Handle},
    },
    error::{Error, ErrorKind},
};
use serde_json::Value;
use tokio::io::{AsyncBufRead, AsyncWrite};

use input::{Line, Lines};
use output::Output;
use request::Request;

/// How many diagnoses run at the same time; more requests wait.
const DIAGNOSES: usize = 8;

/// How long the last lines may take to be read once everything else has ended.
const LAST_LINES: Duration = Duration::from_secs(4);

/// One line of an error that belongs to no request: that there is no engine to ask.
pub(crate) fn failure(error: &Error) -> String {
    format!("{}\n", format::failed(&Value::Null, error))
}

/// Serves until the input ends, `quit` is asked for, or `stop` comes; then shuts the engine down.
///
/// # Errors
/// Where the output cannot be written. The engine was shut down then too.
pub(crate) async fn run(
    handle: Handle,
    events: EventStream,
    reader: impl AsyncBufRead + Unpin,
    writer: impl AsyncWrite + Unpin,
    stop: impl Future<Output = ()>,
) -> io::Result<()> {
    run_patiently(handle, events, reader, writer, stop, LAST_LINES).await
}

async fn run_patiently(
    handle: Handle,
    mut events: EventStream,
    reader: impl AsyncBufRead + Unpin,
    writer: impl AsyncWrite + Unpin,
    stop: impl Future<Output = ()>,
    patience: Duration,
) -> io::Result<()> {
    let mut output = Output::new(writer);
    let mut server = Server::new(handle.clone());
    let served = server.serve(&mut events, reader, &mut output, stop).await;
    let ((), last) = future::join(handle.shut_down(), server.last_lines(&mut events)).await;
    served?;
    last.into_iter().for_each(|line| output.push(line));
    match tokio::time::timeout(patience, output.write()).await {
        Ok(written) => written,
        Err(_) => {
            tracing::warn!("the last lines were not read by anybody");
            Ok(())
        }
    }
}

/// What is under way.
struct Server {
    handle: Handle,
    /// Events that wait for the one before them.
    backlog: VecDeque<Event>,
    /// The lines of the event at hand.
    event: Option<BoxFuture<'static, Vec<Value>>>,
    /// The reply to the request at hand.
    request: Option<BoxFuture<'static, Value>>,
    diagnoses: FuturesUnordered<BoxFuture<'static, Value>>,
}

/// How to go on after a line.
#[derive(PartialEq, Eq)]
enum Next {
    More,
    Quit,
}

impl Server {
    fn new(handle: Handle) -> Self {
        Self {
            handle,
            backlog: VecDeque::new(),
            event: None,
            request: None,
            diagnoses: FuturesUnordered::new(),
        }
    }

    async fn serve<W: AsyncWrite + Unpin>(
        &mut self,
        events: &mut EventStream,
        reader: impl AsyncBufRead + Unpin,
        output: &mut Output<W>,
        stop: impl Future<Output = ()>,
    ) -> io::Result<()> {
        let mut lines = Lines::new(reader);
        let mut stop = pin!(stop);
        let (mut reading, mut engine_runs) = (true, true);
        while reading || self.request.is_some() || !self.diagnoses.is_empty() || !output.is_empty()
        {
            let written = output.is_empty();
            if reading && written {
                self.begin_event();
            }
            let free = self.request.is_none() && self.diagnoses.len() < DIAGNOSES;
            // While an event is being looked up, others are taken in, so that the engine never waits for us while we wait for it.
            let take = engine_runs && (reading && written || self.event.is_some());
            tokio::select! {
                () = &mut stop => return Ok(()),
                result = output.write(), if !written => result?,
                line = lines.next(), if reading && written && free => {
                    reading = line != Line::End && self.take(line, output) == Next::More;
                }
                reply = under_way(&mut self.request) => {
                    self.request = None;
                    output.push(reply);
                }
                Some(reply) = self.diagnoses.next(), if !self.diagnoses.is_empty() => output.push(reply),
                lines = under_way(&mut self.event) => {
                    self.event = None;
                    lines.into_iter().for_each(|line| output.push(line));
                }
                event = events.next(), if take => {
                    engine_runs = event.is_some();
                    self.backlog.extend(event);
                }
            }
        }
        Ok(())
    }

    fn begin_event(&mut self) {
        if self.event.is_none() {
            self.event = self
                .backlog
                .pop_front()
                .map(|event| -> BoxFuture<'static, Vec<Value>> {
                    Box::pin(event::lines(self.handle.clone(), event))
                });
        }
    }

    /// Begins what a line asks for, or says at once why not.
    fn take<W>(&mut self, line: Line, output: &mut Output<W>) -> Next {
        let (id, request) = match line {
            Line::End => return Next::More,
            Line::TooLong => {
                let detail = format!("A line has at most {} bytes.", input::LONGEST);
                (Value::Null, Err(Error::new(ErrorKind::TooLarge, detail)))
            }
            Line::Text(text) => request::read(&text),
        };
        let handle = self.handle.clone();
        match request {
            Ok(Request::Quit) => {
                output.push(format::done(&id, format::nothing()));
                return Next::Quit;
            }
            Ok(Request::Diagnose(what)) => self
                .diagnoses
                .push(Box::pin(work::diagnose(handle, id, *what))),
            Ok(request) => self.request = Some(Box::pin(work::carry_out(handle, id, request))),
            Err(error) => output.push(format::failed(&id, &error)),
        }
        Next::More
    }

    /// The lines of all events that were not written yet, to the engine's end.
    async fn last_lines(&mut self, events: &mut EventStream) -> Vec<Value> {
        let mut lines = match self.event.take() {
            Some(event) => event.await,
            None => Vec::new(),
        };
        for event in std::mem::take(&mut self.backlog) {
            lines.extend(event::lines(self.handle.clone(), event).await);
        }
        while let Some(event) = events.next().await {
            lines.extend(event::lines(self.handle.clone(), event).await);
        }
        lines
    }
}

/// What comes of a thing that is under way; never, where nothing is.
async fn under_way<T>(slot: &mut Option<BoxFuture<'static, T>>) -> T {
    match slot {
        Some(work) => work.await,
        None => future::pending().await,
    }
}

#[cfg(test)]
mod tests;
