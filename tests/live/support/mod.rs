//! Real XMPP servers for tests: started on free loopback ports, with their data in a temporary folder, gone with the test.
//!
//! `Server` is what tests talk to; what differs between Prosody and ejabberd is in the file of each. Everything panics with the
//! reason (and the end of the server's log) when it cannot do what was asked: a test without its server must fail.
//!
//! Nothing in here uses oriole-core: a mistake in the program must not be able to hide in its own test bench. Oriole itself is
//! run as the program it is (`oriole`), over a network that can fail (`proxy`).

pub(crate) mod certificate;
pub(crate) mod guide;
pub(crate) mod oriole;
pub(crate) mod peer;
pub(crate) mod ports;
pub(crate) mod probe;
pub(crate) mod process;
pub(crate) mod proxy;
pub(crate) mod seed;

mod ejabberd;
mod prosody;

use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::OnceLock;
use std::thread;
use std::time::{Duration, Instant};

use tempfile::TempDir;

use certificate::Certificate;
use ports::Ports;
use process::{Ending, Process};

/// How long a server may take to come up before the test fails, and how long it may take to stop when asked to. A bound for
/// when something is broken, never a thing that is measured.
pub(crate) const PATIENCE: Duration = Duration::from_secs(60);

/// How often a condition is looked at while waiting for it.
pub(crate) const PAUSE: Duration = Duration::from_millis(10);

/// Which server.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    /// Prosody 0.12, domain `prosody.local`.
    Prosody,
    /// ejabberd 23.01, domain `ejab.local`.
    Ejabberd,
}

/// How the server keeps passwords, which decides the SASL mechanisms it can offer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Passwords {
    /// Hashed: SCRAM-SHA-1 and PLAIN.
    Sha1,
    /// Hashed: SCRAM-SHA-256 and PLAIN.
    Sha256,
    /// Hashed: SCRAM-SHA-512 and PLAIN. ejabberd only: Prosody 0.12 knows no such mechanism.
    Sha512,
    /// Readable: every SCRAM the server knows, and PLAIN.
    Readable,
}

/// What the server is to offer and to demand.
#[derive(Clone, Debug)]
pub(crate) struct Options {
    /// The STARTTLS port demands TLS before anything else (`<required/>`).
    pub(crate) require_tls: bool,
    /// See `Passwords`.
    pub(crate) passwords: Passwords,
    /// XEP-0198.
    pub(crate) stream_management: bool,
    /// How long a broken XEP-0198 session can be resumed, in seconds.
    pub(crate) resume_seconds: u32,
    /// XEP-0313, archiving every message of everybody.
    pub(crate) archive: bool,
    /// XEP-0280.
    pub(crate) carbons: bool,
    /// Whether people can make accounts for themselves (XEP-0077).
    pub(crate) registration: bool,
    /// Whether people can invite others (XEP-0379, XEP-0445). Prosody only.
    pub(crate) invitations: bool,
    /// The longest stanza the server takes from a client, in bytes.
    pub(crate) max_stanza_bytes: usize,
}

impl Default for Options {
    fn default() -> Options {
        Options {
            require_tls: true,
            passwords: Passwords::Sha1,
            stream_management: true,
            resume_seconds: 300,
            archive: true,
            carbons: true,
            registration: true,
            invitations: false,
            max_stanza_bytes: 256 * 1024,
        }
    }
}

/// What both servers' files need to know of the place they run in.
struct Site {
    folder: PathBuf,
    ports: Ports,
    certificate: Certificate,
    options: Options,
}

/// A running server. Dropping it ends it at once and removes its data; so does the end of this process, however it ends.
pub(crate) struct Server {
    kind: Kind,
    site: Site,
    process: Process,
    names: AtomicUsize,
    // After the process: first it ends, then its folder goes.
    _folder: TempDir,
}

impl Server {
    /// Starts a server of its own for the caller and returns once it answers.
    pub(crate) fn start(kind: Kind, options: Options) -> Server {
        const ATTEMPTS: usize = 5;
        for _ in 0..ATTEMPTS {
            let mut server = Server::prepare(kind, options.clone());
            if server.launch() {
                return server;
            }
        }
        panic!("{kind:?} found its ports taken {ATTEMPTS} times in a row");
    }

    fn prepare(kind: Kind, options: Options) -> Server {
        let folder = tempfile::Builder::new()
            .prefix("oriole-live-")
            .tempdir()
            .expect("a temporary folder");
        let domain = domain_of(kind);
        let site = Site {
            folder: folder.path().to_owned(),
            ports: Ports::choose(),
            certificate: Certificate::make(&[
                domain,
                &plain_domain_of(kind),
                &format!("conference.{domain}"),
            ]),
            options,
        };
        let command = match kind {
            Kind::Prosody => {
                prosody::write_configuration(&site);
                prosody::command(&site)
            }
            Kind::Ejabberd => {
                ejabberd::write_configuration(&site);
                ejabberd::command(&site)
            }
        };
        process::hand_over(&site.folder, user_of(kind));
        let log = log_path(&site);
        let process = Process::new(&site.folder, &log, &command, user_of(kind));
        Server {
            kind,
            site,
            process,
            names: AtomicUsize::new(0),
            _folder: folder,
        }
    }

    /// Runs the server and waits until it listens on all its ports and answers; `false` if another program had one of them.
    pub(crate) fn launch(&mut self) -> bool {
        let from = self.log().len();
        self.process.start();
        let signs = match self.kind {
            Kind::Prosody => prosody::signs_of_life(&self.site),
            Kind::Ejabberd => ejabberd::signs_of_life(&self.site),
        };
        let taken = match self.kind {
            Kind::Prosody => prosody::PORT_TAKEN,
            Kind::Ejabberd => ejabberd::PORT_TAKEN,
        };
        let deadline = Instant::now() + PATIENCE;
        loop {
            let log = self.log();
            let log = log.get(from..).unwrap_or_default();
            if log.contains(taken) {
                self.process.end(Ending::AtOnce);
                return false;
            }
            // Its own log, not only its ports: a port that answers might be another server's.
            if signs.iter().all(|sign| log.contains(sign.as_str()))
                && probe::plain_features(self.starttls_port(), self.domain()).is_ok()
            {
                return true;
            }
            assert!(
                self.process.is_running(),
                "{:?} ended by itself:\n{}",
                self.kind,
                tail(log)
            );
            assert!(
                Instant::now() < deadline,
                "{:?} does not come up:\n{}",
                self.kind,
                tail(log)
            );
            thread::sleep(PAUSE);
        }
    }

    /// The domain of the accounts. It resolves nowhere: connect to 127.0.0.1 and one of the ports.
    pub(crate) fn domain(&self) -> &'static str {
        domain_of(self.kind)
    }

    /// The port on 127.0.0.1 for plain TCP and then STARTTLS (RFC 6120, section 5).
    pub(crate) fn starttls_port(&self) -> u16 {
        self.site.ports.starttls
    }

    /// The port on 127.0.0.1 for TLS from the first byte (XEP-0368).
    pub(crate) fn direct_tls_port(&self) -> u16 {
        self.site.ports.direct_tls
    }

    /// Where the server lets people in without any TLS, not even offering it: a port on 127.0.0.1, and the domain to name in
    /// the stream header (`plain_domain`). For tests that the client does not go there.
    pub(crate) fn plain_port(&self) -> u16 {
        match self.kind {
            Kind::Prosody => self.site.ports.starttls,
            Kind::Ejabberd => self.site.ports.plain,
        }
    }

    /// The domain served without TLS on `plain_port`. Prosody decides by domain, so it is one of its own there, where every
    /// account exists too; at ejabberd it is the ordinary one.
    pub(crate) fn plain_domain(&self) -> String {
        plain_domain_of(self.kind)
    }

    /// The domain of the group chat service (XEP-0045), with a certificate that names it.
    pub(crate) fn conference_domain(&self) -> String {
        format!("conference.{}", self.domain())
    }

    /// SHA-256 of the certificate (DER) on both TLS ports.
    pub(crate) fn certificate_sha256(&self) -> [u8; 32] {
        self.site.certificate.sha256()
    }

    /// The certificate (DER) on both TLS ports: issued by itself, naming every domain of the server.
    pub(crate) fn certificate_der(&self) -> &[u8] {
        self.site.certificate.der()
    }

    /// A name no other test of this process has got from this server, e.g. `alice-3` for `alice`. The account is not made.
    pub(crate) fn unused_name(&self, stem: &str) -> String {
        format!("{stem}-{}", self.names.fetch_add(1, Ordering::Relaxed) + 1)
    }

    /// Makes the account `name@domain`.
    pub(crate) fn add_user(&self, name: &str, password: &str) {
        match self.kind {
            Kind::Prosody => prosody::add_user(&self.site, name, password),
            Kind::Ejabberd => ejabberd::add_user(&self.site, name, password),
        }
    }

    /// Makes two accounts of this server contacts of each other: subscription "both" on either side (RFC 6121, section 2.1.2.5).
    /// At Prosody neither of them may be online yet, as it holds the rosters of people online in memory; ejabberd pushes the
    /// change to them.
    pub(crate) fn befriend(&self, one: &str, other: &str) {
        match self.kind {
            Kind::Prosody => prosody::befriend(&self.site, one, other),
            Kind::Ejabberd => ejabberd::befriend(&self.site, one, other),
        }
    }

    /// Lets somebody invite others with this token, to be their contacts and to have an account. Prosody only.
    pub(crate) fn invite(&self, name: &str, token: &str) {
        assert_eq!(
            self.kind,
            Kind::Prosody,
            "ejabberd 23.01 knows no invitations"
        );
        prosody::invite(&self.site, name, token);
    }

    /// Shuts the server down in good order (SIGTERM). Prosody tells its clients with the stream error `system-shutdown`; ejabberd
    /// mostly just closes the connections. Data and ports are kept for `restart`.
    pub(crate) fn stop(&mut self) {
        self.process.end(Ending::InGoodOrder);
    }

    /// Ends the server as a power cut would: connections break without a word. Data and ports are kept for `restart`.
    pub(crate) fn kill(&mut self) {
        self.process.end(Ending::AtOnce);
    }

    /// Stops the server in good order if it runs, and starts it again on the same ports with the same data.
    pub(crate) fn restart(&mut self) {
        self.stop();
        let deadline = Instant::now() + PATIENCE;
        while !self.launch() {
            assert!(
                Instant::now() < deadline,
                "{:?} does not get its ports back:\n{}",
                self.kind,
                tail(&self.log())
            );
        }
    }

    /// Everything the server has written to its log so far, over all its starts.
    pub(crate) fn log(&self) -> String {
        let bytes = std::fs::read(log_path(&self.site)).unwrap_or_default();
        String::from_utf8_lossy(&bytes).into_owned()
    }

    /// The id of the server's process. Panics if it is stopped.
    pub(crate) fn process_id(&self) -> u32 {
        self.process.id().expect("a running server")
    }

    /// The folder with all the server's files.
    pub(crate) fn folder(&self) -> &Path {
        &self.site.folder
    }
}

/// The one server of this kind that all tests of this process share, with the default options; started by the first who asks.
/// Use `Server::unused_name` for accounts, and neither stop nor restart it. Under a runner with one process per test, that is
/// one server per test.
pub(crate) fn shared(kind: Kind) -> &'static Server {
    static PROSODY: OnceLock<Server> = OnceLock::new();
    static EJABBERD: OnceLock<Server> = OnceLock::new();
    let place = match kind {
        Kind::Prosody => &PROSODY,
        Kind::Ejabberd => &EJABBERD,
    };
    place.get_or_init(|| Server::start(kind, Options::default()))
}

fn domain_of(kind: Kind) -> &'static str {
    match kind {
        Kind::Prosody => prosody::DOMAIN,
        Kind::Ejabberd => ejabberd::DOMAIN,
    }
}

fn plain_domain_of(kind: Kind) -> String {
    match kind {
        Kind::Prosody => prosody::PLAIN_DOMAIN.to_owned(),
        Kind::Ejabberd => ejabberd::DOMAIN.to_owned(),
    }
}

/// The account of this machine that the package made for the server.
fn user_of(kind: Kind) -> &'static str {
    match kind {
        Kind::Prosody => "prosody",
        Kind::Ejabberd => "ejabberd",
    }
}

fn log_path(site: &Site) -> PathBuf {
    site.folder.join("server.log")
}

/// The last lines of a log, for the message of a failure.
fn tail(log: &str) -> String {
    const LINES: usize = 40;
    let lines: Vec<&str> = log.lines().collect();
    lines[lines.len().saturating_sub(LINES)..].join("\n")
}
