//! A server's process, which cannot outlive the test.
//!
//! Between the test and the server stands a small shell, the guard, in a process group of its own (so that a Ctrl-C or a runner's
//! signal to the group does not end it before its work is done). It reads one word from a pipe that only the test holds: `term`
//! and `kill` end the server that way. If the test's process dies, however it dies, the pipe ends without a word, and the guard
//! kills the server and removes its folder, which no destructor did. Should the guard itself be killed, the kernel kills the
//! server (PR_SET_PDEATHSIG); that signal is tied to the guard and not to a thread of the test, as threads of tests end early.

use std::fs::File;
use std::io::{BufRead, BufReader, Write};
use std::os::unix::fs::MetadataExt;
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdin, Command, Stdio};
use std::thread;
use std::time::Instant;

use super::{PATIENCE, PAUSE};

/// The guard. Arguments: the folder to remove if nobody says how to end, the log, the command. Says the server's process id.
const GUARD: &str = r#"
folder=$1 log=$2
shift 2
"$@" </dev/null >>"$log" 2>&1 &
server=$!
echo "$server"
read -r word
case $word in
    term) kill -TERM "$server" ;;
    *) kill -KILL "$server" ;;
esac
wait "$server"
case $word in
    term | kill) ;;
    *) rm -rf -- "$folder" ;;
esac
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

/// A running server behind its guard.
pub(crate) struct Process {
    guard: Child,
    word: Option<ChildStdin>,
    id: u32,
}

impl Process {
    /// Runs the program as `user` if we are root, and as ourselves otherwise. Its output is appended to `log`. `folder` is removed
    /// if this process ends without having called `end`.
    pub(crate) fn spawn(folder: &Path, log: &Path, run: &Invocation, user: &str) -> Process {
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
        let mut answer = String::new();
        BufReader::new(guard.stdout.take().expect("a pipe"))
            .read_line(&mut answer)
            .expect("the guard's answer");
        Process {
            word: guard.stdin.take(),
            guard,
            id: answer.trim().parse().expect("a process id"),
        }
    }

    /// The id of the server's process.
    pub(crate) fn id(&self) -> u32 {
        self.id
    }

    /// The id of the guard's process.
    pub(crate) fn guard_id(&self) -> u32 {
        self.guard.id()
    }

    /// Whether the server has not ended by itself.
    pub(crate) fn is_running(&self) -> bool {
        is_running(self.id)
    }

    /// Ends the server and returns when it is gone. Its folder stays.
    pub(crate) fn end(mut self, ending: Ending) {
        if ending == Ending::InGoodOrder {
            self.wait_for_rest();
        }
        let word: &[u8] = match ending {
            Ending::InGoodOrder => b"term\n",
            Ending::AtOnce => b"kill\n",
        };
        if let Some(mut pipe) = self.word.take() {
            // The guard may be gone already, and the server with it.
            let _ = pipe.write_all(word);
        }
        let deadline = Instant::now() + PATIENCE;
        while self.guard.try_wait().expect("the guard's state").is_none() {
            if Instant::now() > deadline {
                self.guard.kill().expect("to kill the guard");
            }
            thread::sleep(PAUSE);
        }
        while is_running(self.id) {
            assert!(
                Instant::now() < deadline + PATIENCE,
                "a server that cannot be killed"
            );
            thread::sleep(PAUSE);
        }
    }

    /// Waits until the server has nothing to do. Prosody obeys SIGTERM wherever it happens to be, and loses its goodbye to a client
    /// if that is in the middle of writing to it.
    fn wait_for_rest(&self) {
        let deadline = Instant::now() + PATIENCE;
        while status(self.id).is_some_and(|(state, _)| state != 'S') {
            if Instant::now() > deadline {
                return;
            }
            thread::sleep(PAUSE);
        }
    }

    /// Does what the death of this process would do: lets go of the pipe without a word. Returns when the guard is done.
    pub(crate) fn abandon(mut self) {
        drop(self.word.take());
        self.guard.wait().expect("the guard's end");
    }
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

/// Runs a short-lived program the way `Process::spawn` would and returns its output. Panics if it fails.
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
