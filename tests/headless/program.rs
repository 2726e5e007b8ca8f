//! A running `oriole --headless`, ended with the test whatever happens.

use std::{
    io::{BufRead, BufReader, Read, Write},
    path::Path,
    process::{Child, ChildStdin, ChildStdout, Command, Stdio},
};

use serde_json::{json, Value};

pub(crate) struct Program {
    child: Child,
    input: Option<ChildStdin>,
    output: BufReader<ChildStdout>,
    pings: u64,
}

impl Program {
    /// The program on this profile, without a window's screen and without anybody's keyring.
    pub(crate) fn command(profile: &Path) -> Command {
        let mut command = Self::bare();
        command.arg("--data-dir").arg(profile);
        command
    }

    fn bare() -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_oriole"));
        command
            .env_remove("DISPLAY")
            .env_remove("WAYLAND_DISPLAY")
            .env_remove("ORIOLE_LOG")
            .env("DBUS_SESSION_BUS_ADDRESS", "unix:path=/nonexistent/bus");
        command
    }

    pub(crate) fn start(profile: &Path) -> Self {
        let mut command = Self::command(profile);
        command.args(["--headless", "--keyring", "file"]);
        Self::run(command)
    }

    /// The demo in this language, with this folder as the person's and this as the system's folder for what passes.
    pub(crate) fn demo(language: &str, home: &Path, temporary: &Path) -> Self {
        let mut command = Self::bare();
        command
            .args(["--demo", "--headless"])
            .env("ORIOLE_LANG", language)
            .env("HOME", home)
            .env("XDG_DATA_HOME", home)
            .env("LOCALAPPDATA", home)
            .env("TMPDIR", temporary)
            .env("TMP", temporary)
            .env("TEMP", temporary);
        Self::run(command)
    }

    fn run(mut command: Command) -> Self {
        let mut child = command
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        Self {
            input: child.stdin.take(),
            output: BufReader::new(child.stdout.take().unwrap()),
            child,
            pings: 0,
        }
    }

    pub(crate) fn write(&mut self, line: &str) {
        self.write_bytes(format!("{line}\n").as_bytes());
    }

    pub(crate) fn write_bytes(&mut self, bytes: &[u8]) {
        let input = self.input.as_mut().expect("the input was closed");
        input.write_all(bytes).unwrap();
    }

    pub(crate) fn close_input(&mut self) {
        self.input = None;
    }

    /// The next line.
    pub(crate) fn read(&mut self) -> Value {
        let mut line = String::new();
        self.output.read_line(&mut line).unwrap();
        serde_json::from_str(&line).unwrap_or_else(|error| panic!("{error}: {line:?}"))
    }

    /// Waits until it answers.
    pub(crate) fn ready(&mut self) {
        self.pings += 1;
        let id = format!("ping {}", self.pings);
        self.write(&json!({"id": id, "do": "no such verb"}).to_string());
        while self.read()["re"] != json!(id) {}
    }

    #[cfg(unix)]
    pub(crate) fn signal(&mut self, name: &str) {
        let sent = Command::new("kill")
            .args(["-s", name, &self.child.id().to_string()])
            .status()
            .unwrap();
        assert!(sent.success());
    }

    /// Waits for its end: whether it was a good one, and what it still said.
    pub(crate) fn end(&mut self) -> (bool, Vec<Value>) {
        let mut rest = String::new();
        self.output.read_to_string(&mut rest).unwrap();
        let lines = rest.lines();
        let values = lines.map(|line| serde_json::from_str(line).unwrap());
        let values = values.collect();
        (self.child.wait().unwrap().success(), values)
    }
}

impl Drop for Program {
    fn drop(&mut self) {
        // Where it has ended already, there is nothing to end.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
