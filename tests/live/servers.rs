//! Tests of the test bench: that the servers the other tests rely on are what they are taken for, and leave nothing behind.

use std::io::ErrorKind;
use std::net::{Ipv4Addr, TcpListener};
use std::path::Path;

use tokio_rustls::rustls::version::{TLS12, TLS13};
use tokio_rustls::rustls::SupportedProtocolVersion;

use crate::support::probe::{plain_features, Door, Probe};
use crate::support::process::{descendants, is_running, signal, wait_for, Invocation, Process};
use crate::support::{shared, Kind, Options, Passwords, Server};

const BOTH: &[&SupportedProtocolVersion] = &[&TLS12, &TLS13];
const ROSTER: &str = "<query xmlns='jabber:iq:roster'/>";

for_both! {
    answers_plain_tcp_with_starttls_only
    shows_its_certificate_on_both_tls_ports
    lets_people_in_without_tls_where_it_should
    does_not_demand_tls_when_told
    lets_in_only_with_the_password
    makes_friends
    keeps_accounts_over_a_restart
    keeps_accounts_over_a_power_cut
    ends_connections_when_stopped
    serves_group_chats
    refuses_long_stanzas
    leaves_out_what_is_switched_off
    leaves_nothing_behind
    notices_that_a_port_is_taken
}

fn answers_plain_tcp_with_starttls_only(kind: Kind) {
    let server = shared(kind);
    let features = plain_features(server.starttls_port(), server.domain()).unwrap();
    assert!(features.contains("<starttls "), "{features}");
    assert!(features.contains("<required/>"), "{features}");
    assert!(!features.contains("<mechanism>"), "{features}");
}

fn shows_its_certificate_on_both_tls_ports(kind: Kind) {
    let server = shared(kind);
    for door in [Door::StartTls, Door::DirectTls] {
        for version in [&TLS12, &TLS13] {
            let probe = Probe::open(server, door, &[version]).unwrap();
            assert_eq!(
                probe.certificate_sha256(),
                Some(server.certificate_sha256())
            );
        }
    }
}

fn lets_people_in_without_tls_where_it_should(kind: Kind) {
    let server = shared(kind);
    let name = server.unused_name("plain");
    server.add_user(&name, "secret");
    let mut probe = Probe::open(server, Door::Plain, BOTH).unwrap();
    assert!(
        !probe.features().contains("starttls"),
        "{}",
        probe.features()
    );
    probe.log_in(&name, "secret").unwrap();
}

fn does_not_demand_tls_when_told(kind: Kind) {
    let options = Options {
        require_tls: false,
        ..Options::default()
    };
    let server = Server::start(kind, options);
    let features = plain_features(server.starttls_port(), server.domain()).unwrap();
    assert!(features.contains("<starttls "), "{features}");
    assert!(!features.contains("<required/>"), "{features}");
    assert!(features.contains("<mechanism>"), "{features}");
}

fn lets_in_only_with_the_password(kind: Kind) {
    let server = shared(kind);
    let name = server.unused_name("alice");
    let password = "pass \"word\" \\ with 'quotes' and ü";
    server.add_user(&name, password);
    let open = || Probe::open(server, Door::DirectTls, BOTH).unwrap();
    open().log_in(&name, password).unwrap();
    let refusal = open().log_in(&name, "another").unwrap_err();
    assert_eq!(refusal.kind(), ErrorKind::PermissionDenied);
}

fn makes_friends(kind: Kind) {
    let server = shared(kind);
    let names = ["alice", "bob", "carol"].map(|stem| server.unused_name(stem));
    let [alice, bob, carol] = &names;
    for name in &names {
        server.add_user(name, "secret");
    }
    server.befriend(alice, bob);
    server.befriend(alice, carol);
    let roster_of = |name: &str| {
        let mut probe = Probe::open(server, Door::StartTls, BOTH).unwrap();
        probe.log_in(name, "secret").unwrap();
        probe.ask("get", ROSTER).unwrap()
    };
    let roster = roster_of(alice);
    assert_eq!(roster.matches("<item ").count(), 2, "{roster}");
    assert_eq!(count(&roster, "subscription='both'"), 2, "{roster}");
    for friend in [bob, carol] {
        let address = format!("jid='{friend}@{}'", server.domain());
        assert_eq!(count(&roster, &address), 1, "{roster}");
    }
    let roster = roster_of(bob);
    assert_eq!(roster.matches("<item ").count(), 1, "{roster}");
    assert_eq!(count(&roster, "subscription='both'"), 1, "{roster}");
}

fn keeps_accounts_over_a_restart(kind: Kind) {
    keeps_accounts(kind, Server::stop);
}

fn keeps_accounts_over_a_power_cut(kind: Kind) {
    keeps_accounts(kind, Server::kill);
}

fn keeps_accounts(kind: Kind, end: fn(&mut Server)) {
    let mut server = Server::start(kind, Options::default());
    server.add_user("alice", "secret");
    server.add_user("bob", "secret");
    server.befriend("alice", "bob");
    let log_in = |server: &Server| {
        let mut probe = Probe::open(server, Door::StartTls, BOTH).unwrap();
        probe.log_in("alice", "secret").unwrap();
        probe
    };
    // A connection that is open at the end must not keep the port from being used again.
    let open = log_in(&server);
    let (starttls, direct_tls) = (server.starttls_port(), server.direct_tls_port());
    end(&mut server);
    assert!(plain_features(starttls, server.domain()).is_err());
    server.restart();
    assert_eq!(server.starttls_port(), starttls);
    assert_eq!(server.direct_tls_port(), direct_tls);
    let roster = log_in(&server).ask("get", ROSTER).unwrap();
    assert_eq!(count(&roster, "subscription='both'"), 1, "{roster}");
    drop(open);
}

fn ends_connections_when_stopped(kind: Kind) {
    let mut server = Server::start(kind, Options::default());
    server.add_user("alice", "secret");
    let mut probe = Probe::open(&server, Door::StartTls, BOTH).unwrap();
    probe.log_in("alice", "secret").unwrap();
    server.stop();
    match (kind, probe.read_until("</stream:stream>")) {
        (Kind::Prosody, goodbye) => assert!(goodbye.unwrap().contains("<system-shutdown")),
        // Its sessions race with the end of the Erlang machine, and mostly lose.
        (Kind::Ejabberd, Ok(goodbye)) => assert!(goodbye.contains("<system-shutdown")),
        (Kind::Ejabberd, Err(end)) => assert!(matches!(
            end.kind(),
            ErrorKind::UnexpectedEof | ErrorKind::ConnectionReset
        )),
    }
}

fn serves_group_chats(kind: Kind) {
    let server = shared(kind);
    let name = server.unused_name("alice");
    server.add_user(&name, "secret");
    let mut probe = Probe::open(server, Door::StartTls, BOTH).unwrap();
    probe.log_in(&name, "secret").unwrap();
    let to = server.conference_domain();
    let disco = "<query xmlns='http://jabber.org/protocol/disco#info'/>";
    probe
        .send(&format!("<iq type='get' id='c' to='{to}'>{disco}</iq>"))
        .unwrap();
    let answer = probe.read_until("</iq>").unwrap();
    assert!(
        answer.contains("http://jabber.org/protocol/muc"),
        "{answer}"
    );
}

fn refuses_long_stanzas(kind: Kind) {
    let options = Options {
        max_stanza_bytes: 20_000,
        ..Options::default()
    };
    let server = Server::start(kind, options);
    server.add_user("alice", "secret");
    let send = |length: usize| {
        let mut probe = Probe::open(&server, Door::StartTls, BOTH).unwrap();
        probe.log_in("alice", "secret").unwrap();
        let text = "x".repeat(length);
        probe
            .send(&format!(
                "<iq type='get' id='long'><query xmlns='jabber:iq:roster'>{text}</query></iq>"
            ))
            .unwrap();
        probe
    };
    send(10_000).read_until("</iq>").unwrap();
    let refusal = send(30_000).read_until("</stream:stream>").unwrap();
    assert!(refusal.contains("<policy-violation"), "{refusal}");
}

fn leaves_out_what_is_switched_off(kind: Kind) {
    let disco = "<query xmlns='http://jabber.org/protocol/disco#info'/>";
    let ask = |server: &Server| {
        server.add_user("alice", "secret");
        let mut probe = Probe::open(server, Door::StartTls, BOTH).unwrap();
        probe.log_in("alice", "secret").unwrap();
        let sm = probe.features().contains("urn:xmpp:sm:3");
        let to = server.domain();
        let server_info = format!("<iq type='get' id='s' to='{to}'>{disco}</iq>");
        probe.send(&server_info).unwrap();
        let carbons = probe
            .read_until("</iq>")
            .unwrap()
            .contains("urn:xmpp:carbons:2");
        let archive = probe.ask("get", disco).unwrap().contains("urn:xmpp:mam:2");
        [sm, carbons, archive]
    };
    assert_eq!(ask(&Server::start(kind, Options::default())), [true; 3]);
    let options = Options {
        stream_management: false,
        carbons: false,
        archive: false,
        ..Options::default()
    };
    assert_eq!(ask(&Server::start(kind, options)), [false; 3]);
}

fn leaves_nothing_behind(kind: Kind) {
    let server = Server::start(kind, Options::default());
    let mut processes = descendants(server.process_id());
    processes.push(server.process_id());
    let folder = server.folder().to_owned();
    let port = server.starttls_port();
    assert!(folder.exists());
    drop(server);
    for process in processes {
        assert!(wait_for(|| !is_running(process)), "a process is left");
    }
    assert!(!folder.exists());
    TcpListener::bind((Ipv4Addr::LOCALHOST, port)).unwrap();
}

fn notices_that_a_port_is_taken(kind: Kind) {
    let mut server = Server::start(kind, Options::default());
    for port in [server.starttls_port(), server.direct_tls_port()] {
        server.kill();
        let taken = TcpListener::bind((Ipv4Addr::LOCALHOST, port)).unwrap();
        assert!(!server.launch());
        drop(taken);
        assert!(server.launch());
    }
}

#[test]
fn mechanisms_follow_the_way_passwords_are_kept() {
    use Kind::{Ejabberd, Prosody};
    // Both servers know only tls-unique for channel binding and announce no type (XEP-0440): Prosody knows that there is none in
    // TLS 1.3, ejabberd 23.01 offers -PLUS there nevertheless.
    let cases: &[(Kind, Passwords, &str, &str)] = &[
        (Prosody, Passwords::Sha1, "PLAIN 1 1+", "PLAIN 1"),
        (Prosody, Passwords::Sha256, "PLAIN 256 256+", "PLAIN 256"),
        (
            Prosody,
            Passwords::Readable,
            "PLAIN 1 1+ 256 256+",
            "PLAIN 1 256",
        ),
        (Ejabberd, Passwords::Sha1, "PLAIN 1 1+", "PLAIN 1 1+"),
        (
            Ejabberd,
            Passwords::Sha256,
            "PLAIN 256 256+",
            "PLAIN 256 256+",
        ),
        (
            Ejabberd,
            Passwords::Sha512,
            "PLAIN 512 512+",
            "PLAIN 512 512+",
        ),
        (
            Ejabberd,
            Passwords::Readable,
            "DIGEST-MD5 PLAIN 1 1+ 256 256+ 512 512+",
            "DIGEST-MD5 PLAIN 1 1+ 256 256+ 512 512+",
        ),
    ];
    for &(kind, passwords, in_tls12, in_tls13) in cases {
        let options = Options {
            passwords,
            ..Options::default()
        };
        let server = Server::start(kind, options);
        for (version, expected) in [(&TLS12, in_tls12), (&TLS13, in_tls13)] {
            let probe = Probe::open(&server, Door::StartTls, &[version]).unwrap();
            let short = |name: &str| name.replace("SCRAM-SHA-", "").replace("-PLUS", "+");
            let names: Vec<String> = probe.mechanisms().into_iter().map(short).collect();
            assert_eq!(names.join(" "), expected, "{kind:?} {passwords:?}");
            assert!(!probe.features().contains("sasl-channel-binding"));
        }
    }
}

#[test]
fn a_server_goes_and_tidies_up_when_the_test_dies() {
    let (folder, process) = idle_process();
    let id = process.id().unwrap();
    assert!(is_running(id));
    // All that the guard sees of either is the end of its pipe.
    drop(process);
    assert!(!is_running(id));
    assert!(!folder.path().exists());
}

#[test]
fn a_server_goes_when_its_guard_dies() {
    let (_folder, process) = idle_process();
    let id = process.id().unwrap();
    // Only the program itself, no longer the shell or setpriv, is sure to have told the kernel.
    let path = format!("/proc/{id}/cmdline");
    let started = || std::fs::read(&path).is_ok_and(|line| line.starts_with(b"/bin/sleep"));
    assert!(wait_for(started), "it does not start");
    assert!(signal("KILL", process.guard_id()).unwrap().success());
    assert!(wait_for(|| !is_running(id)), "it has outlived its guard");
}

/// A process that does nothing, run as a server would be.
fn idle_process() -> (tempfile::TempDir, Process) {
    let folder = tempfile::tempdir().unwrap();
    let run = Invocation {
        program: Path::new("/bin/sleep").to_owned(),
        arguments: vec!["1000".to_owned()],
        environment: Vec::new(),
    };
    let log = folder.path().join("log");
    let mut process = Process::new(folder.path(), &log, &run, "prosody");
    process.start();
    (folder, process)
}

/// How often a piece of XML occurs, whichever quotation marks the server likes.
fn count(xml: &str, piece: &str) -> usize {
    xml.replace('"', "'").matches(piece).count()
}
