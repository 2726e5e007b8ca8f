//! A server's process, which cannot outlive the test.
//!
//! Between the test and the server stands a small shell, the guard, in a process group of its own (so that a Ctrl-C or a runner's
//! signal to the group does not end it before its work is done). It obeys words from a pipe that only the test holds. If the
//! test's process dies, however it dies, the pipe ends, and the guard kills the server and removes its folder, which no destructor
//! did. Should the guard itself be killed, the kernel kills the server (PR_SET_PDEATHSIG); that signal is tied to the guard and not
//! to a thread of the test, as threads of tests end early.

use std::fs::File;
use std::io::{BufRead, BufReader, Write};
use std::os::unix::fs::MetadataExt;
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdin, ChildStdout, Command, ExitStatus, Stdio};
use std::thread;
use std::time::Instant;

use super::{PATIENCE, PAUSE};

/// The guard. Arguments: the folder to remove in the end, the log, the command. Answers `start` with the server's process id and
/// `kill` with an empty line once the server is gone.
const GUARD: &str = r#"
folder=$1 log=$2 server=
shift 2
while read -r word; do
    case $word in
        start)
            "$@" </dev/null >>"$log" 2>&1 &
            server=$!
            echo "$server"
            ;;
        kill)
            kill -KILL "$server"
            wait "$server"
            server=
            echo
            ;;
    esac
done
[ -z "$server" ] || kill -KILL "$server"
wait
rm -rf -- "$folder"
"#;

/// A program with its arguments and the whole of its environment (apart from PATH and LANG).
pub(crate) struct Invocation {
    pub(crate) program: PathBuf,
    pub(crate) arguments: Vec<String>,
    pub(crate) environment: Vec<(&'static str, String)>,
}

/// How to end a server.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Ending {
    /// SIGTERM, and SIGKILL if that does not help.
    InGoodOrder,
    /// SIGKILL.
    AtOnce,
}

/// A server's process behind its guard, running or not. Dropping it ends the server and removes its folder.
pub(crate) struct Process {
    guard: Child,
    words: Option<ChildStdin>,
    answers: BufReader<ChildStdout>,
    server: Option<u32>,
}

impl Process {
    /// Sets up the guard of a program that `start` will run: as `user` if we are root, and as ourselves otherwise, its output
    /// appended to `log`. From here on, the folder is removed when this process ends.
    pub(crate) fn new(folder: &Path, log: &Path, run: &Invocation, user: &str) -> Process {
        let mut guard = Command::new("/bin/sh");
        guard.args(["-c", GUARD, "guard"]).arg(folder).arg(log);
        guard.args(["setpriv", "--pdeathsig", "KILL"]);
        if we_are_root() {
            guard.args(become_user(user));
        }
        guard.arg("--").arg(&run.program).args(&run.arguments);
        let mut guard = in_environment(&mut guard, run)
            .current_dir(folder)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .process_group(0)
            .spawn()
            .expect("to run /bin/sh");
        Process {
            words: guard.stdin.take(),
            answers: BufReader::new(guard.stdout.take().expect("a pipe")),
            guard,
            server: None,
        }
    }

    /// Runs the program. It must not be running.
    pub(crate) fn start(&mut self) {
        assert!(self.server.is_none(), "the server runs already");
        let id = self.say("start");
        self.server = Some(id.parse().expect("a process id"));
    }

    /// The id of the server's process, or of none after `end`.
    pub(crate) fn id(&self) -> Option<u32> {
        self.server
    }

    /// The id of the guard's process.
    pub(crate) fn guard_id(&self) -> u32 {
        self.guard.id()
    }

    /// Whether the server was started and has ended neither by itself nor by `end`.
    pub(crate) fn is_running(&self) -> bool {
        self.server.is_some_and(is_running)
    }

    /// Ends the server and returns when it is gone. Its folder stays. Does nothing if it has been ended before.
    pub(crate) fn end(&mut self, ending: Ending) {
        let Some(id) = self.server else { return };
        if ending == Ending::InGoodOrder {
            // Prosody obeys SIGTERM wherever it happens to be, and loses its goodbye to a client if that is in the middle of
            // writing to it. So not before it sleeps.
            wait_for(|| status(id).is_none_or(|(state, _)| matches!(state, 'S' | 'Z')));
            // If it has ended by itself, there is nobody to tell.
            let _ = signal("TERM", id);
            wait_for(|| !is_running(id));
        }
        self.say("kill");
        self.server = None;
    }

    /// Says a word to the guard and returns its answer.
    fn say(&mut self, word: &str) -> String {
        let words = self.words.as_mut().expect("the guard's ear");
        writeln!(words, "{word}").expect("the guard to listen");
        let mut answer = String::new();
        self.answers.read_line(&mut answer).expect("an answer");
        answer.trim().to_owned()
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        // Just what the death of this process would do.
        drop(self.words.take());
        let _ = self.guard.wait();
    }
}

/// Sends a signal, e.g. `TERM`, to a process.
pub(crate) fn signal(name: &str, id: u32) -> std::io::Result<ExitStatus> {
    Command::new("kill")
        .args([format!("-{name}"), id.to_string()])
        .stderr(Stdio::null())
        .status()
}

/// Waits until the condition holds; whether it came to hold within `PATIENCE`.
pub(crate) fn wait_for(condition: impl Fn() -> bool) -> bool {
    let deadline = Instant::now() + PATIENCE;
    while !condition() {
        if Instant::now() > deadline {
            return false;
        }
        thread::sleep(PAUSE);
    }
    true
}

/// Whether a process exists and has not merely not been waited for yet.
pub(crate) fn is_running(id: u32) -> bool {
    status(id).is_some_and(|(state, _)| state != 'Z' && state != 'X')
}

/// The processes started by a process, by those, and so on.
pub(crate) fn descendants(id: u32) -> Vec<u32> {
    let parents: Vec<(u32, u32)> = std::fs::read_dir("/proc")
        .expect("/proc")
        .filter_map(|entry| entry.ok()?.file_name().to_str()?.parse().ok())
        .filter_map(|process| Some((process, status(process)?.1)))
        .collect();
    let mut found = vec![id];
    let mut next = 0;
    while next < found.len() {
        let parent = found[next];
        found.extend(parents.iter().filter(|(_, p)| *p == parent).map(|(c, _)| c));
        next += 1;
    }
    found.remove(0);
    found
}

/// State and parent of a process: the third and the fourth field of /proc/N/stat, after the name in brackets.
fn status(id: u32) -> Option<(char, u32)> {
    let line = std::fs::read_to_string(format!("/proc/{id}/stat")).ok()?;
    let (_, rest) = line.rsplit_once(')')?;
    let mut fields = rest.split_whitespace();
    Some((fields.next()?.chars().next()?, fields.next()?.parse().ok()?))
}

/// Runs a short-lived program the way `Process` would and returns its output. Panics if it fails.
pub(crate) fn run(run: &Invocation, user: &str) -> String {
    let mut command;
    if we_are_root() {
        command = Command::new("setpriv");
        command.args(become_user(user)).arg("--").arg(&run.program);
    } else {
        command = Command::new(&run.program);
    }
    command.args(&run.arguments);
    let output = in_environment(&mut command, run)
        .stdin(Stdio::null())
        .output()
        .expect("to run a server's tool");
    let said = [output.stdout, output.stderr].concat();
    let said = String::from_utf8_lossy(&said).into_owned();
    assert!(output.status.success(), "{}: {said}", run.program.display());
    said
}

/// Makes the folder and all in it the user's, if we are root; otherwise the server runs as ourselves.
pub(crate) fn hand_over(folder: &Path, user: &str) {
    // The log is opened by the guard, and must be ours to read.
    File::create(folder.join("server.log")).expect("a log");
    if we_are_root() {
        let status = Command::new("chown")
            .args(["-R", &format!("{user}:{user}")])
            .arg(folder)
            .status()
            .expect("to run chown");
        assert!(status.success(), "chown {user} failed");
    }
}

/// Panics unless the program is there.
pub(crate) fn assert_installed(program: &str, server: &str) {
    assert!(
        Path::new(program).exists(),
        "{server} is not installed: run packaging/test.sh"
    );
}

fn become_user(user: &str) -> [String; 3] {
    [
        format!("--reuid={user}"),
        format!("--regid={user}"),
        "--init-groups".to_owned(),
    ]
}

fn we_are_root() -> bool {
    std::fs::metadata("/proc/self").expect("/proc/self").uid() == 0
}

/// Nothing of the test's own environment reaches a server: no library paths, no Lua or Erlang settings.
fn in_environment<'a>(command: &'a mut Command, run: &Invocation) -> &'a mut Command {
    command
        .env_clear()
        .env("PATH", "/usr/local/bin:/usr/bin:/bin:/usr/sbin:/sbin")
        .env("LANG", "C.UTF-8")
        .envs(run.environment.iter().map(|(name, value)| (name, value)))
}
