//! One Oriole a profile: the first keeps a lock on it, a second asks the first to show itself.
//!
//! The lock is the system's own on `oriole.lock`, so it ends with the process however that ends. Whoever connects to the first one's socket,
//! which only its owner can, says in one line what is wanted: `show`, or `open` and a link; and gets one word back, which says what the first
//! one is. A line that says anything else is as `show`.

mod transport;

use std::{
    fs::{File, TryLockError},
    io::{self, BufRead, BufReader, Read, Write},
    path::{Path, PathBuf},
    sync::{
        atomic::{AtomicBool, Ordering},
        Arc,
    },
    thread,
    time::{Duration, Instant},
};

use oriole_core::error::{Error, ErrorKind};

use super::folder;
use transport::{Address, Listener};

const LOCK: &str = "oriole.lock";

/// For how long a second one looks for the first, and how long it waits between: the first may be starting or ending.
const PATIENCE: Duration = Duration::from_secs(6);
const PAUSE: Duration = Duration::from_millis(100);

/// What an Oriole is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Role {
    /// One with a window.
    Window,
    /// One without.
    Headless,
}

impl Role {
    /// What it answers to a second one.
    fn word(self) -> &'static str {
        match self {
            Self::Window => "window\n",
            Self::Headless => "headless\n",
        }
    }

    fn from_word(word: &str) -> Option<Self> {
        [Self::Window, Self::Headless]
            .into_iter()
            .find(|role| role.word() == word)
    }
}

/// What a second one wants of the first.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Wish {
    /// That it shows itself.
    Show,
    /// That it shows what this link leads to.
    Open(String),
}

impl Wish {
    /// The longest line, in bytes.
    const LIMIT: u64 = 4096;

    fn line(&self) -> String {
        match self {
            Self::Show => "show\n".to_owned(),
            Self::Open(link) => format!("open {link}\n"),
        }
    }

    fn of_line(line: &str) -> Self {
        match line
            .strip_suffix('\n')
            .and_then(|line| line.strip_prefix("open "))
        {
            Some(link) => Self::Open(link.to_owned()),
            None => Self::Show,
        }
    }
}

/// What came of claiming a profile.
#[derive(Debug)]
pub(crate) enum Claim {
    /// It is ours.
    First(Instance),
    /// It is another's, who was asked to come to the front if it is a window.
    Second(Role),
}

/// The hold on a profile; released when dropped.
#[derive(Debug)]
pub(crate) struct Instance {
    directory: PathBuf,
    role: Role,
    listening: Option<Listening>,
    /// Last, so that the lock ends after everything else.
    _lock: File,
}

#[derive(Debug)]
struct Listening {
    address: Address,
    over: Arc<AtomicBool>,
}

/// Claims a profile, or tells whoever has it what is wanted. Makes its folder where it is not there yet.
///
/// # Errors
/// `storage` where the folder cannot be used; `profile-in-use` where another has it, for a headless one always, for a window where the other
/// does not answer within a few seconds.
pub(crate) fn claim(directory: &Path, role: Role, wish: &Wish) -> Result<Claim, Error> {
    let storage = |error: io::Error| {
        let directory = directory.display();
        Error::new(
            ErrorKind::Storage,
            format!("The folder {directory} cannot be used: {error}."),
        )
    };
    folder::make_private(directory).map_err(storage)?;
    let directory = directory.canonicalize().map_err(storage)?;
    let in_use = || Error::new(ErrorKind::ProfileInUse, directory.display().to_string());
    let deadline = Instant::now() + PATIENCE;
    loop {
        if let Some(lock) = lock(&directory).map_err(storage)? {
            return Ok(Claim::First(Instance {
                directory,
                role,
                listening: None,
                _lock: lock,
            }));
        }
        if role == Role::Headless {
            return Err(in_use());
        }
        if let Some(other) = hand_over(&directory, wish) {
            return Ok(Claim::Second(other));
        }
        if Instant::now() > deadline {
            return Err(in_use());
        }
        thread::sleep(PAUSE);
    }
}

/// The lock; none where another has it.
fn lock(directory: &Path) -> io::Result<Option<File>> {
    let file = folder::private_file()
        .write(true)
        .create(true)
        .truncate(false)
        .open(directory.join(LOCK))?;
    match file.try_lock() {
        Ok(()) => Ok(Some(file)),
        Err(TryLockError::WouldBlock) => Ok(None),
        Err(TryLockError::Error(error)) => Err(error),
    }
}

/// Tells whoever has the profile what is wanted; none where nobody answers.
fn hand_over(directory: &Path, wish: &Wish) -> Option<Role> {
    let mut connection = transport::connect(&Address::of(directory).ok()?).ok()?;
    connection.write_all(wish.line().as_bytes()).ok()?;
    let mut word = String::new();
    connection.take(16).read_to_string(&mut word).ok()?;
    Role::from_word(&word)
}

impl Instance {
    /// Answers those who start Oriole on this profile once more; `asked` is called for each, on other threads.
    ///
    /// # Errors
    /// Where no socket can be made. The profile is still ours; a second Oriole only cannot ask.
    pub(crate) fn listen(
        &mut self,
        asked: impl Fn(Wish) + Send + Sync + 'static,
    ) -> io::Result<()> {
        let address = Address::of(&self.directory)?;
        let listener = Listener::bind(&address)?;
        let over = Arc::new(AtomicBool::new(false));
        let (ended, word) = (Arc::clone(&over), self.role.word());
        thread::Builder::new()
            .name("instance".to_owned())
            .spawn(move || answer(&listener, &ended, word, &Arc::new(asked)))?;
        self.listening = Some(Listening { address, over });
        Ok(())
    }
}

impl Drop for Instance {
    fn drop(&mut self) {
        if let Some(Listening { address, over }) = &self.listening {
            over.store(true, Ordering::SeqCst);
            // Wakes the thread, which then sees that it is over. Where it does not, it ends with the process.
            let _ = transport::connect(address);
            address.forget();
        }
    }
}

fn answer<A: Fn(Wish) + Send + Sync + 'static>(
    listener: &Listener,
    over: &AtomicBool,
    word: &'static str,
    asked: &Arc<A>,
) {
    loop {
        let connection = listener.accept();
        if over.load(Ordering::SeqCst) {
            return;
        }
        let answered = connection.and_then(|connection| {
            let asked = Arc::clone(asked);
            // On a thread of its own, so that one who connects and says nothing is in nobody's way.
            thread::Builder::new().spawn(move || serve(connection, word, &*asked))
        });
        if let Err(error) = answered {
            tracing::warn!("a second Oriole could not be answered: {error}");
            thread::sleep(PAUSE);
        }
    }
}

/// Reads what is wanted, and says what we are. Who has gone without a word wants nothing.
fn serve(connection: impl Read + Write, word: &str, asked: &dyn Fn(Wish)) {
    let mut connection = BufReader::new(connection.take(Wish::LIMIT));
    let mut line = String::new();
    match connection.read_line(&mut line) {
        Ok(0) | Err(_) => return,
        Ok(_) => asked(Wish::of_line(&line)),
    }
    // One word fits into any buffer, so this does not wait; who has gone does not need it.
    let _ = connection.get_mut().get_mut().write_all(word.as_bytes());
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::panic)]

    use std::sync::mpsc;

    use super::*;

    fn first(directory: &Path, role: Role) -> Instance {
        match claim(directory, role, &Wish::Show).unwrap() {
            Claim::First(instance) => instance,
            Claim::Second(role) => panic!("in use by {role:?}"),
        }
    }

    fn in_use(directory: &Path) -> bool {
        match claim(directory, Role::Headless, &Wish::Show) {
            Ok(_) => false,
            Err(error) => error.kind == ErrorKind::ProfileInUse,
        }
    }

    #[test]
    fn a_second_window_asks_the_first_to_show_itself() {
        let folder = tempfile::tempdir().unwrap();
        let directory = folder.path().join("profile");
        let mut instance = first(&directory, Role::Window);
        let (sender, asked) = mpsc::channel();
        instance
            .listen(move |wish| sender.send(wish).unwrap())
            .unwrap();
        for _ in 0..3 {
            let claim = claim(&directory, Role::Window, &Wish::Show).unwrap();
            assert!(matches!(claim, Claim::Second(Role::Window)));
            assert_eq!(asked.recv().unwrap(), Wish::Show);
        }
        let link = Wish::Open("xmpp:mei@example.org?message;body=你好".to_owned());
        let claim = claim(&directory, Role::Window, &link).unwrap();
        assert!(matches!(claim, Claim::Second(Role::Window)));
        assert_eq!(asked.recv().unwrap(), link);
        drop(instance);
        // The thread ends, and what it called goes with it.
        assert!(asked.recv().is_err());
        first(&directory, Role::Window);
    }

    #[test]
    fn a_window_learns_that_a_headless_one_has_the_profile() {
        let folder = tempfile::tempdir().unwrap();
        let mut instance = first(folder.path(), Role::Headless);
        instance.listen(|_| ()).unwrap();
        let claim = claim(folder.path(), Role::Window, &Wish::Show).unwrap();
        assert!(matches!(claim, Claim::Second(Role::Headless)));
    }

    #[test]
    fn a_headless_one_does_not_ask() {
        let folder = tempfile::tempdir().unwrap();
        let mut instance = first(folder.path(), Role::Window);
        let (sender, asked) = mpsc::channel();
        instance
            .listen(move |wish| sender.send(wish).unwrap())
            .unwrap();
        assert!(in_use(folder.path()));
        assert!(asked.try_recv().is_err());
        drop(instance);
        assert!(!in_use(folder.path()));
    }

    #[test]
    fn a_second_window_takes_over_when_the_first_ends_while_it_waits() {
        let folder = tempfile::tempdir().unwrap();
        // Does not listen, as while it starts or ends.
        let instance = first(folder.path(), Role::Window);
        let directory = folder.path().to_owned();
        let second = thread::spawn(move || claim(&directory, Role::Window, &Wish::Show).unwrap());
        drop(instance);
        assert!(matches!(second.join().unwrap(), Claim::First(_)));
    }

    #[test]
    fn odd_lines_only_ask_to_be_shown() {
        for line in ["", "show", "show\n", "open\n", "open x", "close\n", "\n"] {
            assert_eq!(Wish::of_line(line), Wish::Show, "{line:?}");
        }
        let link = Wish::Open("xmpp:a@b".to_owned());
        assert_eq!(Wish::of_line(&link.line()), link);
    }

    #[test]
    fn a_folder_that_cannot_be_made_is_an_error() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("file");
        std::fs::write(&file, "").unwrap();
        let error = claim(&file.join("profile"), Role::Window, &Wish::Show).unwrap_err();
        assert_eq!(error.kind, ErrorKind::Storage);
    }

    #[cfg(unix)]
    mod unix {
        use std::os::unix::{fs::PermissionsExt, net::UnixListener};

        use super::*;

        #[test]
        fn what_a_crash_left_behind_is_in_nobodys_way() {
            let folder = tempfile::tempdir().unwrap();
            std::fs::write(folder.path().join(LOCK), "").unwrap();
            let stale = UnixListener::bind(folder.path().join("oriole.sock")).unwrap();
            drop(stale);
            let mut instance = first(folder.path(), Role::Window);
            instance.listen(|_| ()).unwrap();
            let claim = claim(folder.path(), Role::Window, &Wish::Show).unwrap();
            assert!(matches!(claim, Claim::Second(Role::Window)));
        }

        #[test]
        fn only_the_owner_can_ask_and_nothing_is_left_behind() {
            let folder = tempfile::tempdir().unwrap();
            let directory = folder.path().join("profile");
            let socket = directory.join("oriole.sock");
            let mut instance = first(&directory, Role::Window);
            instance.listen(|_| ()).unwrap();
            let mode = |path: &Path| path.metadata().unwrap().permissions().mode() & 0o777;
            assert_eq!(mode(&directory), 0o700);
            assert_eq!(mode(&directory.join(LOCK)), 0o600);
            assert_eq!(mode(&socket), 0o600);
            drop(instance);
            assert!(!socket.exists());
        }

        #[test]
        fn a_folder_with_a_long_path_works_too() {
            let folder = tempfile::tempdir().unwrap();
            let directory = folder.path().join("x".repeat(120));
            let mut instance = first(&directory, Role::Window);
            instance.listen(|_| ()).unwrap();
            let claim = claim(&directory, Role::Window, &Wish::Show).unwrap();
            assert!(matches!(claim, Claim::Second(Role::Window)));
        }

        #[test]
        fn a_second_one_gives_up_on_a_socket_that_says_something_else() {
            let folder = tempfile::tempdir().unwrap();
            let listener = UnixListener::bind(folder.path().join("oriole.sock")).unwrap();
            let stranger = thread::spawn(move || {
                let (mut connection, _) = listener.accept().unwrap();
                // More than is read, so the other end may hang up before all is written.
                let _ = connection.write_all(&[b'x'; 4096]);
            });
            assert_eq!(
                hand_over(&folder.path().canonicalize().unwrap(), &Wish::Show),
                None
            );
            stranger.join().unwrap();
        }
    }
}
