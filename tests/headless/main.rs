//! `oriole --headless` as other programs meet it: the program itself, over its pipes.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing
)]

mod demo;
mod program;

use program::Program;
use serde_json::{json, Value};

fn kind(reply: &Value) -> (&Value, &str) {
    let kind = reply.pointer("/error/kind").and_then(Value::as_str);
    (&reply["re"], kind.unwrap_or("none"))
}

#[test]
fn what_makes_no_sense_is_refused_and_changes_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let mut program = Program::start(folder.path());
    for (line, re, expected) in [
        ("{", json!(null), "bad-request"),
        ("[1]", json!(null), "bad-request"),
        ("{\"do\":\"quit\"}", json!(null), "bad-request"),
        ("{\"id\":1}", json!(1), "bad-request"),
        ("{\"id\":2,\"do\":\"sing\"}", json!(2), "bad-request"),
        ("{\"id\":\"3\",\"do\":\"chat.send\",\"account\":\"1\"}", json!("3"), "bad-request"),
        ("{\"id\":4,\"do\":\"account.add\",\"address\":\"a@b\"}", json!(4), "bad-request"),
        (
            "{\"id\":5,\"do\":\"account.add\",\"address\":\"a@b\",\"password\":\"p\",\"register\":1}",
            json!(5),
            "bad-request",
        ),
        (
            "{\"id\":6,\"do\":\"account.update\",\"account\":\"1\",\"proxy\":\"socks5://x\"}",
            json!(6),
            "bad-request",
        ),
        (
            "{\"id\":61,\"do\":\"account.add\",\"address\":\"a@b\",\"password\":\"p\",\"security\":\"plain\"}",
            json!(61),
            "not-allowed",
        ),
        ("{\"id\":62,\"do\":\"chat.list\",\"account\":\"7\"}", json!(62), "not-found"),
        ("{\"id\":7,\"do\":\"contacts\",\"account\":\"nobody\"}", json!(7), "not-found"),
    ] {
        program.write(line);
        let reply = program.read();
        assert_eq!(kind(&reply), (&re, expected), "{line}");
        let message = reply.pointer("/error/message").and_then(Value::as_str);
        assert!(message.is_some_and(|message| !message.is_empty()), "{reply}");
    }
    program.write(&"x".repeat(1024 * 1024 + 1));
    assert_eq!(kind(&program.read()), (&json!(null), "too-large"));
    program.write_bytes(b"{\"id\":1,\"do\":\"\xff\"}\n");
    assert_eq!(kind(&program.read()), (&json!(null), "bad-request"));

    program.write("{\"id\":{\"a\":[1]},\"do\":\"quit\"}");
    assert_eq!(program.read(), json!({"re": {"a": [1]}, "ok": {}}));
    let (success, rest) = program.end();
    assert!(success);
    assert_eq!(rest, Vec::<Value>::new());
}

#[test]
fn the_end_of_the_input_ends_it() {
    let folder = tempfile::tempdir().unwrap();
    let mut program = Program::start(folder.path());
    program.write("{\"id\":1,\"do\":\"sing\"}");
    program.close_input();
    assert_eq!(kind(&program.read()), (&json!(1), "bad-request"));
    assert!(program.end().0);
}

#[cfg(unix)]
#[test]
fn signals_end_it_in_order() {
    for signal in ["TERM", "INT"] {
        let folder = tempfile::tempdir().unwrap();
        let mut program = Program::start(folder.path());
        program.ready();
        program.signal(signal);
        assert!(program.end().0, "{signal}");
        // And the profile is free again.
        let mut program = Program::start(folder.path());
        program.ready();
    }
}

#[test]
fn a_profile_has_one_oriole() {
    let folder = tempfile::tempdir().unwrap();
    let mut first = Program::start(folder.path());
    first.ready();
    let mut second = Program::start(folder.path());
    let refused = second.read();
    assert_eq!(kind(&refused), (&json!(null), "profile-in-use"));
    let (success, rest) = second.end();
    assert!(!success);
    assert_eq!(rest, Vec::<Value>::new());

    let window = Program::command(folder.path()).output().unwrap();
    assert!(!window.status.success());
    assert!(window.stdout.is_empty());
    let said = String::from_utf8(window.stderr).unwrap();
    assert!(said.contains("without a window"), "{said}");

    first.ready();
    first.close_input();
    assert!(first.end().0);
}

#[test]
fn a_profile_that_cannot_be_made_is_an_error_as_json() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("file");
    std::fs::write(&file, "").unwrap();
    let mut program = Program::start(&file.join("profile"));
    assert_eq!(kind(&program.read()), (&json!(null), "storage"));
    assert!(!program.end().0);
}

#[test]
fn passwords_in_a_file_are_warned_of_on_stderr_only() {
    let folder = tempfile::tempdir().unwrap();
    let output = Program::command(folder.path())
        .args(["--headless", "--keyring", "file"])
        .stdin(std::process::Stdio::null())
        .output()
        .unwrap();
    assert!(output.status.success());
    assert!(output.stdout.is_empty());
    let said = String::from_utf8(output.stderr).unwrap();
    assert!(said.contains("unencrypted"), "{said}");
    assert!(said.contains("secrets.json"), "{said}");
}
