//! Somebody with another client, so that Oriole is not only understood by itself: slixmpp, run by `peer.py` beside this file.

use std::io::{BufRead, BufReader, Write};
use std::process::{Child, ChildStdin, Command, Stdio};
use std::sync::mpsc::{channel, Receiver};
use std::thread;
use std::time::Instant;

use serde_json::{json, Value};

use super::oriole::PASSWORD;
use super::{Server, PATIENCE};

/// Debian's, which has slixmpp, whatever else is called so on this machine.
const PYTHON: &str = "/usr/bin/python3";

/// Another client that is signed in. It connects again whenever its connection breaks.
pub(crate) struct Peer {
    /// `name@domain`.
    pub(crate) address: String,
    child: Child,
    input: ChildStdin,
    output: Receiver<Value>,
}

impl Peer {
    /// Signs in with this account of the server.
    pub(crate) fn sign_in(server: &Server, name: &str) -> Peer {
        let address = format!("{name}@{}", server.domain());
        let script = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/live/support/peer.py");
        let mut child = Command::new(PYTHON)
            .args([script, &address, &server.starttls_port().to_string()])
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .expect("to start Python");
        let lines = BufReader::new(child.stdout.take().expect("its output")).lines();
        let (sender, output) = channel();
        thread::spawn(move || {
            for line in lines.map_while(Result::ok) {
                let value = serde_json::from_str(&line).expect("a line of JSON");
                if sender.send(value).is_err() {
                    return;
                }
            }
        });
        let mut input = child.stdin.take().expect("its input");
        writeln!(input, "{PASSWORD}").expect("to say the password");
        let mut peer = Peer {
            address,
            child,
            input,
            output,
        };
        peer.wait_for("online", |line| line["event"] == "online");
        peer
    }

    /// Begins to write a message; what is begun is done in order.
    pub(crate) fn begin_to_write(&mut self, to: &str, body: &str) {
        let request = json!({"do": "write", "to": to, "body": body});
        writeln!(self.input, "{request}").expect("to ask");
    }

    /// Waits until the server has the message with this text.
    pub(crate) fn has_written(&mut self, body: &str) {
        self.wait_for(body, |line| line["done"] == body);
    }

    /// Waits for a line and drops those before it.
    fn wait_for(&mut self, what: &str, is_it: impl Fn(&Value) -> bool) -> Value {
        let deadline = Instant::now() + PATIENCE;
        loop {
            let left = deadline.saturating_duration_since(Instant::now());
            match self.output.recv_timeout(left) {
                Ok(line) if is_it(&line) => return line,
                Ok(_) => {}
                Err(end) => panic!("{end}: the other client does not say {what}"),
            }
        }
    }
}

impl Drop for Peer {
    fn drop(&mut self) {
        // Where it has ended already, there is nothing to end.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
