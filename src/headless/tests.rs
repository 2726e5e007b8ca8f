//! The loop between requests and events, over pipes in memory, with an engine that has no accounts.
#![allow(clippy::unwrap_used, clippy::indexing_slicing)]

use std::sync::Arc;

use oriole_core::engine::{
    command::Password,
    handle::{start, Config, Delivery},
    secrets::{SecretName, Secrets},
};
use serde_json::json;
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt, BufReader, DuplexStream},
    sync::oneshot,
    task::JoinHandle,
};

use super::*;

struct NoSecrets;

impl Secrets for NoSecrets {
    fn get(&self, _: &SecretName) -> Result<Option<Password>, Error> {
        Ok(None)
    }

    fn set(&self, _: &SecretName, _: &Password) -> Result<(), Error> {
        Ok(())
    }

    fn remove(&self, _: &SecretName) -> Result<(), Error> {
        Ok(())
    }
}

struct Running {
    input: DuplexStream,
    output: DuplexStream,
    stop: oneshot::Sender<()>,
    ended: JoinHandle<io::Result<()>>,
    _folder: tempfile::TempDir,
}

/// `capacity` is how much output fits into the pipe before it must be read.
async fn running(capacity: usize) -> Running {
    let folder = tempfile::tempdir().unwrap();
    let config = Config {
        directory: folder.path().to_owned(),
        secrets: Arc::new(NoSecrets),
        delivery: Delivery::Complete,
        network: oriole_core::xmpp::connect::Network::default(),
    };
    let (handle, events) = start(config).await.unwrap();
    let (input, reader) = tokio::io::duplex(4096);
    let (writer, output) = tokio::io::duplex(capacity);
    let (stop, stopped) = oneshot::channel::<()>();
    let stopped = async {
        if stopped.await.is_err() {
            future::pending().await
        }
    };
    let ended = tokio::spawn(run_patiently(
        handle,
        events,
        BufReader::new(reader),
        writer,
        stopped,
        Duration::from_millis(1),
    ));
    Running {
        input,
        output,
        stop,
        ended,
        _folder: folder,
    }
}

/// All replies to these lines; the input ends after them.
async fn replies(capacity: usize, lines: &str) -> Vec<Value> {
    let mut running = running(capacity).await;
    let (mut input, text) = (running.input, lines.to_owned());
    let feed = tokio::spawn(async move {
        // The program may end before it has read everything.
        let _ = input.write_all(text.as_bytes()).await;
    });
    let mut output = String::new();
    running.output.read_to_string(&mut output).await.unwrap();
    feed.await.unwrap();
    running.ended.await.unwrap().unwrap();
    output
        .lines()
        .map(|line| serde_json::from_str(line).unwrap())
        .collect()
}

fn kind(reply: &Value) -> (Value, &str) {
    let kind = reply.pointer("/error/kind").and_then(Value::as_str);
    (reply["re"].clone(), kind.unwrap_or("none"))
}

#[tokio::test]
async fn every_line_gets_its_reply_in_order() {
    for capacity in [7, 4096] {
        let lines = "{\n\n{\"id\":1,\"do\":\"sing\"}\n{\"id\":\"two\",\"do\":\"chat.send\"}\n[]\n{\"id\":[3],\"do\":\"quit\"}\n{\"id\":4,\"do\":\"sing\"}\n";
        let replies = replies(capacity, lines).await;
        let kinds: Vec<_> = replies.iter().map(kind).collect();
        assert_eq!(
            kinds,
            [
                (json!(null), "bad-request"),
                (json!(1), "bad-request"),
                (json!("two"), "bad-request"),
                (json!(null), "bad-request"),
                (json!([3]), "none"),
            ]
        );
        assert_eq!(replies.last().unwrap()["ok"], json!({}));
    }
}

#[tokio::test]
async fn the_end_of_the_input_is_the_end() {
    assert_eq!(replies(64, "").await, Vec::<Value>::new());
    // Without an end of line.
    let replies = replies(64, "{\"id\":1,\"do\":\"sing\"}").await;
    assert_eq!(kind(&replies[0]), (json!(1), "bad-request"));
}

#[tokio::test]
async fn a_diagnosis_is_answered_although_the_input_has_ended() {
    let lines =
        "{\"id\":1,\"do\":\"diagnose\",\"address\":\"a@localhost\",\"server\":\"127.0.0.1:1\"}\n";
    let replies = replies(64, lines).await;
    assert_eq!(replies.len(), 1);
    assert!(replies[0].pointer("/ok/steps").is_some(), "{replies:?}");
}

#[tokio::test]
async fn a_line_that_is_too_long_is_refused_and_the_next_is_read() {
    let long = "x".repeat(input::LONGEST + 1);
    let replies = replies(64, &format!("{long}\n{{\"id\":1,\"do\":\"quit\"}}\n")).await;
    assert_eq!(kind(&replies[0]), (json!(null), "too-large"));
    assert_eq!(kind(&replies[1]), (json!(1), "none"));
}

#[tokio::test]
async fn it_stops_when_it_is_told_to_while_the_input_stays_open() {
    let mut running = running(64).await;
    running.stop.send(()).unwrap();
    let mut output = String::new();
    running.output.read_to_string(&mut output).await.unwrap();
    running.ended.await.unwrap().unwrap();
    assert_eq!(output, "");
}

#[tokio::test]
async fn it_stops_when_it_is_told_to_although_nobody_reads() {
    let mut running = running(4).await;
    running.input.write_all(b"{\n{\n{\n").await.unwrap();
    // Until the pipe is full, so that the rest waits.
    running.output.read_exact(&mut [0; 2]).await.unwrap();
    running.stop.send(()).unwrap();
    running.ended.await.unwrap().unwrap();
}

#[tokio::test]
async fn an_output_that_is_closed_ends_it() {
    let mut running = running(64).await;
    drop(running.output);
    running.input.write_all(b"{\n").await.unwrap();
    assert!(running.ended.await.unwrap().is_err());
}
