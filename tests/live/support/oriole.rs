//! Oriole as these tests meet it: the program itself, run without a window, on a profile in a temporary folder.
//!
//! Everything that it says is read at once and kept until a test asks for it, so no test depends on which of two events comes
//! first unless it wants to. Waiting ends with the event that is waited for, or, when something is broken, after `PATIENCE`.

use std::collections::VecDeque;
use std::io::{BufRead, BufReader, Write};
use std::path::Path;
use std::process::{Child, ChildStdin, Command, Stdio};
use std::sync::mpsc::{channel, Receiver};
use std::thread;
use std::time::Instant;

use serde_json::{json, Value};
use tempfile::TempDir;

use super::{Server, PATIENCE};

/// The password of everybody who does not say another.
pub(crate) const PASSWORD: &str = "pass \"word\" \\ & <ü> 黄鹂";

/// A running `oriole --headless`. Dropping it ends it at once, as a power cut would.
pub(crate) struct Oriole {
    child: Child,
    input: Option<ChildStdin>,
    output: Receiver<Value>,
    /// What was said and not asked for yet.
    unread: VecDeque<Value>,
    requests: u64,
}

impl Oriole {
    /// Starts Oriole on this profile, with its passwords in a file, as there is no keyring here.
    pub(crate) fn start(profile: &Path) -> Oriole {
        let mut child = Command::new(env!("CARGO_BIN_EXE_oriole"))
            .arg("--data-dir")
            .arg(profile)
            .args(["--headless", "--keyring", "file"])
            .env_remove("DISPLAY")
            .env_remove("WAYLAND_DISPLAY")
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .expect("to start oriole");
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
        Oriole {
            input: child.stdin.take(),
            child,
            output,
            unread: VecDeque::new(),
            requests: 0,
        }
    }

    /// The id of its process, for measuring.
    #[allow(dead_code, reason = "no test measures")]
    pub(crate) fn process_id(&self) -> u32 {
        self.child.id()
    }

    /// Sends a request without waiting; gives its id.
    pub(crate) fn request(&mut self, mut request: Value) -> u64 {
        self.requests += 1;
        request["id"] = json!(self.requests);
        let input = self.input.as_mut().expect("an open input");
        writeln!(input, "{request}").expect("to ask");
        self.requests
    }

    /// Does something and gives what is under `ok`, or else what is under `error`.
    pub(crate) fn try_ask(&mut self, request: Value) -> Result<Value, Value> {
        let what = request.to_string();
        let id = self.request(request);
        let reply = self.wait_for(&what, |line| line["re"] == json!(id));
        match reply.get("ok") {
            Some(ok) => Ok(ok.clone()),
            None => Err(reply["error"].clone()),
        }
    }

    /// Does something that has to work.
    pub(crate) fn ask(&mut self, request: Value) -> Value {
        let what = request.to_string();
        self.try_ask(request)
            .unwrap_or_else(|error| panic!("{what} was refused: {error}"))
    }

    /// Waits for the first line, of those not taken yet, that is the one; takes it and leaves the others.
    pub(crate) fn wait_for(&mut self, what: &str, mut is_it: impl FnMut(&Value) -> bool) -> Value {
        if let Some(place) = self.unread.iter().position(&mut is_it) {
            return self.unread.remove(place).expect("it is there");
        }
        let deadline = Instant::now() + PATIENCE;
        loop {
            let left = deadline.saturating_duration_since(Instant::now());
            match self.output.recv_timeout(left) {
                Ok(line) if is_it(&line) => return line,
                Ok(line) => self.unread.push_back(line),
                Err(end) => panic!("{end}: no {what}; unread is {}", self.last_unread()),
            }
        }
    }

    /// Waits for an event with this name and these fields.
    pub(crate) fn event(&mut self, name: &str, fields: Value) -> Value {
        self.wait_for(&format!("{name} {fields}"), |line| {
            line["event"] == name && has(line, &fields)
        })
    }

    /// Waits for the connection's next change, whatever it is.
    pub(crate) fn connection(&mut self) -> Value {
        self.event("connection", json!({}))
    }

    /// Waits until the connection has got this far; gives that event and drops those about the way there.
    pub(crate) fn connected(&mut self, state: &str) -> Value {
        loop {
            let event = self.connection();
            if event["state"] == state {
                return event;
            }
        }
    }

    /// Waits for this many incoming messages; gives their texts in the order in which they came.
    pub(crate) fn incoming(&mut self, count: usize) -> Vec<String> {
        (0..count)
            .map(|_| {
                let message = self.event("message", json!({"outgoing": false}));
                message["body"].as_str().expect("a body").to_owned()
            })
            .collect()
    }

    /// The events with this name that came and were not taken yet, in order, taken now. Says nothing of what is on its way.
    pub(crate) fn take_events(&mut self, name: &str) -> Vec<Value> {
        self.unread.extend(self.output.try_iter());
        let (taken, rest) = self
            .unread
            .drain(..)
            .partition(|line| line["event"] == name);
        self.unread = rest;
        Vec::from(taken)
    }

    /// Drops everything that came and was not asked for.
    pub(crate) fn forget(&mut self) {
        self.unread.clear();
        self.output.try_iter().for_each(drop);
    }

    /// Ends it in good order; gives what it still said.
    pub(crate) fn quit(&mut self) -> Vec<Value> {
        self.ask(json!({"do": "quit"}));
        self.input = None;
        let mut rest = Vec::from(std::mem::take(&mut self.unread));
        let deadline = Instant::now() + PATIENCE;
        // The output ends with the program.
        while let Ok(line) = self
            .output
            .recv_timeout(deadline.saturating_duration_since(Instant::now()))
        {
            rest.push(line);
        }
        assert!(Instant::now() < deadline, "oriole does not end");
        assert!(self.child.wait().expect("its end").success());
        rest
    }

    fn last_unread(&self) -> String {
        const LINES: usize = 30;
        let skipped = self.unread.len().saturating_sub(LINES);
        let lines: Vec<String> = self
            .unread
            .iter()
            .skip(skipped)
            .map(|line| line.to_string().chars().take(400).collect())
            .collect();
        format!("{skipped} lines and\n{}", lines.join("\n"))
    }
}

impl Drop for Oriole {
    fn drop(&mut self) {
        // Where it has ended already, there is nothing to end.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// Whether a line has these fields with these values.
pub(crate) fn has(line: &Value, fields: &Value) -> bool {
    let fields = fields.as_object().expect("fields");
    fields.iter().all(|(name, value)| line[name] == *value)
}

/// The request that adds an account of this server, by STARTTLS and with the server's certificate as its pin.
pub(crate) fn account(server: &Server, name: &str) -> Value {
    json!({
        "do": "account.add",
        "address": format!("{name}@{}", server.domain()),
        "password": PASSWORD,
        "server": format!("127.0.0.1:{}", server.starttls_port()),
        "security": "starttls",
        "pin": hex(&server.certificate_sha256()),
    })
}

/// Bytes as lower-case hexadecimal digits.
pub(crate) fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// Somebody with an account on a server, signed in through an Oriole of their own.
pub(crate) struct Person {
    /// `name@domain`.
    pub(crate) address: String,
    /// Their Oriole.
    pub(crate) oriole: Oriole,
    profile: TempDir,
}

impl Person {
    /// Makes the account with a name nobody else has, and signs in.
    pub(crate) fn new(server: &Server, stem: &str) -> Person {
        let name = server.unused_name(stem);
        server.add_user(&name, PASSWORD);
        Person::sign_in(account(server, &name))
    }

    /// Two people who are each other's contacts, both signed in and seeing each other.
    pub(crate) fn friends(server: &Server) -> (Person, Person) {
        let names = Person::befriended(server);
        Person::both_sign_in(server, &names)
    }

    /// The names of two new accounts that are contacts of each other.
    pub(crate) fn befriended(server: &Server) -> [String; 2] {
        let names = ["alice", "bob"].map(|stem| server.unused_name(stem));
        for name in &names {
            server.add_user(name, PASSWORD);
        }
        server.befriend(&names[0], &names[1]);
        names
    }

    /// Both sign in, and see each other.
    pub(crate) fn both_sign_in(server: &Server, [alice, bob]: &[String; 2]) -> (Person, Person) {
        let mut alice = Person::sign_in(account(server, alice));
        let mut bob = Person::sign_in(account(server, bob));
        alice.sees(&bob.address, "online");
        bob.sees(&alice.address, "online");
        (alice, bob)
    }

    /// Signs in with this `account.add`, on a new profile.
    pub(crate) fn sign_in(account: Value) -> Person {
        let profile = tempfile::tempdir().expect("a temporary folder");
        let mut oriole = Oriole::start(profile.path());
        let address = account["address"].as_str().expect("an address").to_owned();
        oriole.ask(account);
        let mut person = Person {
            address,
            oriole,
            profile,
        };
        person.is_there();
        person
    }

    /// The same, reading only so many days of the archive by itself.
    pub(crate) fn sign_in_with_archive_of(mut account: Value, days: u32) -> Person {
        let profile = tempfile::tempdir().expect("a temporary folder");
        let mut oriole = Oriole::start(profile.path());
        let address = account["address"].as_str().expect("an address").to_owned();
        // First to where nobody listens, so that nothing is read before it is set.
        let server = std::mem::replace(&mut account["server"], json!("127.0.0.1:1"));
        oriole.ask(account);
        let mut person = Person {
            address,
            oriole,
            profile,
        };
        let update = json!({"server": server, "archive_days": days});
        person.ask("account.update", update);
        person.is_there();
        person
    }

    /// Waits for the connection, and until the server has told everybody of it, themselves included. In the moment before,
    /// ejabberd may keep messages for the next sign-in.
    pub(crate) fn is_there(&mut self) -> Value {
        let online = self.oriole.connected("online");
        let address = self.address.clone();
        self.oriole.wait_for("own presence", |line| {
            line["event"] == "presence" && line["address"] == address && line["show"] != "offline"
        });
        online
    }

    /// The folder with everything that this Oriole keeps.
    pub(crate) fn profile(&self) -> &Path {
        self.profile.path()
    }

    /// Ends their Oriole in good order.
    pub(crate) fn leave(self) -> Away {
        let Person {
            address,
            mut oriole,
            profile,
        } = self;
        oriole.quit();
        Away { address, profile }
    }

    /// Ends their Oriole in good order and starts it again.
    pub(crate) fn sign_in_again(&mut self) {
        self.oriole.quit();
        self.oriole = Oriole::start(self.profile.path());
        self.is_there();
    }

    /// Ends their Oriole without a word.
    pub(crate) fn crash(self) -> Away {
        Away {
            address: self.address,
            profile: self.profile,
        }
    }

    /// Waits until they see somebody this way.
    pub(crate) fn sees(&mut self, whom: &str, show: &str) -> Value {
        self.oriole
            .event("presence", json!({"address": whom, "show": show}))
    }

    /// A request about their account.
    pub(crate) fn ask(&mut self, verb: &str, fields: Value) -> Value {
        self.try_ask(verb, fields)
            .unwrap_or_else(|error| panic!("{verb} was refused: {error}"))
    }

    /// A request about their account, which may be refused.
    pub(crate) fn try_ask(&mut self, verb: &str, mut fields: Value) -> Result<Value, Value> {
        fields["do"] = json!(verb);
        fields["account"] = json!(self.address);
        self.oriole.try_ask(fields)
    }

    /// Writes a message; gives its id.
    pub(crate) fn write(&mut self, to: &str, body: &str) -> Value {
        self.ask("chat.send", json!({"to": to, "body": body}))["id"].clone()
    }

    /// Waits until a message has got this far; gives the event.
    pub(crate) fn message_is(&mut self, id: &Value, state: &str) -> Value {
        self.oriole
            .event("message-state", json!({"id": id, "state": state}))
    }

    /// Everything that was said with somebody, oldest first.
    pub(crate) fn history(&mut self, with: &str) -> Vec<Value> {
        let history = self.ask("chat.history", json!({"with": with, "limit": 100_000}));
        history["messages"].as_array().expect("messages").clone()
    }

    /// What somebody wrote to them, oldest first.
    pub(crate) fn written_by(&mut self, whom: &str) -> Vec<String> {
        self.history(whom)
            .iter()
            .filter(|message| message["from"] == whom)
            .map(|message| message["body"].as_str().expect("a body").to_owned())
            .collect()
    }
}

/// Somebody whose Oriole has ended, with its profile.
pub(crate) struct Away {
    /// `name@domain`.
    pub(crate) address: String,
    profile: TempDir,
}

impl Away {
    /// Starts their Oriole again and waits for its connection.
    pub(crate) fn back(self) -> Person {
        let mut person = self.back_offline();
        person.is_there();
        person
    }

    /// Starts their Oriole again, whether or not there is a server.
    pub(crate) fn back_offline(self) -> Person {
        Person {
            oriole: Oriole::start(self.profile.path()),
            address: self.address,
            profile: self.profile,
        }
    }

    /// The folder with everything that their Oriole has kept.
    pub(crate) fn profile(&self) -> &Path {
        self.profile.path()
    }
}
