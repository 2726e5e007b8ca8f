//! When something breaks: the server, the network, or Oriole itself. Nothing is lost, nothing doubles, everything keeps its order.

use std::collections::HashSet;
use std::ops::Range;
use std::thread;

use serde_json::{json, Value};

use crate::support::oriole::{account, Oriole, Person, PASSWORD};
use crate::support::probe::{Door, Probe};
use crate::support::proxy::{Direction, Proxy};
use crate::support::{shared, Kind, Options, Server};
use tokio_rustls::rustls::version::TLS13;

for_both! {
    what_is_written_offline_goes_out_once_and_in_order
    what_is_written_offline_outlives_a_crash
    a_restart_of_the_server_in_the_middle_loses_nothing
    a_power_cut_of_the_server_in_the_middle_doubles_nothing
    a_broken_connection_is_resumed
    what_vanished_on_the_way_is_sent_again
    what_arrived_without_an_acknowledgement_is_not_doubled
    a_crash_in_the_middle_neither_loses_nor_doubles
    a_crash_of_the_receiver_neither_loses_nor_doubles
    after_a_crash_the_session_goes_on_with_messages_that_nothing_tells_apart
    after_a_crash_nothing_is_sent_twice_to_somebody_who_would_not_notice
    a_server_with_nothing_but_messages_is_enough
}

fn numbered(who: &str, count: usize) -> Vec<String> {
    (0..count)
        .map(|number| format!("{who} {number} 🐦"))
        .collect()
}

fn what_is_written_offline_goes_out_once_and_in_order(kind: Kind) {
    let mut server = Server::start(kind, Options::default());
    let (mut alice, mut bob) = Person::friends(&server);
    server.stop();
    let ended = alice.oriole.connected("waiting");
    assert!(ended["error"]["kind"].is_string(), "{ended}");
    bob.oriole.connected("waiting");
    let texts = numbered("alice", 20);
    let ids: Vec<Value> = texts
        .iter()
        .map(|text| alice.write(&bob.address, text))
        .collect();
    let history = alice.history(&bob.address);
    assert!(history.iter().all(|message| message["state"] == "queued"));
    let refused = alice.try_ask("contact.add", json!({"address": "carol@example.org"}));
    assert_eq!(refused.unwrap_err()["kind"], "not-allowed");
    server.restart();
    alice.is_there();
    for id in &ids {
        alice.message_is(id, "sent");
    }
    assert_eq!(bob.oriole.incoming(texts.len()), texts);
    assert_eq!(bob.written_by(&alice.address), texts);
}

fn what_is_written_offline_outlives_a_crash(kind: Kind) {
    let mut server = Server::start(kind, Options::default());
    let (mut alice, bob) = Person::friends(&server);
    let bob = bob.leave();
    server.stop();
    alice.oriole.connected("waiting");
    let texts = numbered("alice", 20);
    for text in &texts {
        alice.write(&bob.address, text);
    }
    let mut alice = alice.crash().back_offline();
    let kept = alice.history(&bob.address);
    assert!(kept.iter().all(|message| message["state"] == "queued"));
    assert_eq!(kept.len(), texts.len());
    server.restart();
    alice.is_there();
    for message in &kept {
        alice.message_is(&message["id"], "sent");
    }
    let mut bob = bob.back();
    assert_eq!(bob.oriole.incoming(texts.len()), texts);
    assert_eq!(bob.written_by(&alice.address), texts);
}

const MANY: usize = 200;

/// Messages with their ids, in the order in which they were written.
type Written = Vec<(Value, String)>;

/// Both write many messages, and in the middle of it this begins to happen. Gives what the first and the second wrote.
fn write_many(
    alice: &mut Person,
    bob: &mut Person,
    happening: impl FnOnce() + Send,
) -> (Written, Written) {
    let (by_alice, by_bob) = (numbered("alice", MANY), numbered("bob", MANY));
    let (mut alices, mut bobs) = (Vec::new(), Vec::new());
    thread::scope(|scope| {
        let mut happening = Some(happening);
        for (number, (one, other)) in by_alice.into_iter().zip(by_bob).enumerate() {
            if number == MANY / 2 {
                scope.spawn(happening.take().expect("one middle"));
            }
            alices.push((alice.write(&bob.address, &one), one));
            bobs.push((bob.write(&alice.address, &other), other));
        }
    });
    (alices, bobs)
}

fn texts(written: &Written) -> Vec<&str> {
    written.iter().map(|(_, text)| text.as_str()).collect()
}

/// A server that keeps what did not arrive for the next sign-in. With an archive, ejabberd would take it that everybody looks
/// there, and keep nothing else.
fn without_archive(kind: Kind) -> Server {
    let options = Options {
        archive: false,
        ..Options::default()
    };
    Server::start(kind, options)
}

const LAST: &str = "the last one";

/// Everything that one wrote was taken by the server and has come to the other, once and in order, as told and as stored.
/// `perhaps` need not have come.
fn arrives(
    kind: Kind,
    written: &Written,
    perhaps: &HashSet<String>,
    from: &mut Person,
    to: &mut Person,
) {
    let last = from.write(&to.address, LAST);
    from.message_is(&last, "sent");
    let mut told = Vec::new();
    while told.last().is_none_or(|text| text != LAST) {
        told.extend(to.oriole.incoming(1));
    }
    let mut stored = to.written_by(&from.address);
    match kind {
        Kind::Prosody => assert_eq!(stored, told),
        Kind::Ejabberd => stored = what_ejabberd_has_kept(written, perhaps, from, to),
    }
    stored.retain(|text| text != LAST);
    let mut expected = texts(written);
    expected.retain(|text| stored.iter().any(|found| found == text) || !perhaps.contains(*text));
    assert_eq!(stored, expected);
}

/// Everything that has come in the end, in the order in which it was written. When somebody signs in, ejabberd looks for kept
/// messages once and keeps others a moment later, which then come with the next sign-in; and what it passes on again, it passes
/// on side by side with the rest.
fn what_ejabberd_has_kept(
    written: &Written,
    perhaps: &HashSet<String>,
    from: &mut Person,
    to: &mut Person,
) -> Vec<String> {
    const SIGN_INS: usize = 5;
    for _ in 0..SIGN_INS {
        let stored: HashSet<String> = to.written_by(&from.address).into_iter().collect();
        let wanted = texts(written);
        if wanted
            .iter()
            .all(|text| stored.contains(*text) || perhaps.contains(*text))
        {
            break;
        }
        to.sign_in_again();
        let id = from.write(&to.address, LAST);
        from.message_is(&id, "sent");
        to.oriole.event("message", json!({"body": LAST}));
    }
    let mut stored = to.written_by(&from.address);
    let wanted = texts(written);
    stored.sort_by_key(|text| wanted.iter().position(|other| other == text));
    stored
}

fn a_restart_of_the_server_in_the_middle_loses_nothing(kind: Kind) {
    let mut server = without_archive(kind);
    let (mut alice, mut bob) = Person::friends(&server);
    let (alices, bobs) = write_many(&mut alice, &mut bob, || server.restart());
    let mut alice_taken = sent_before(&mut alice, &alices);
    let mut bob_taken = sent_before(&mut bob, &bobs);
    if kind == Kind::Prosody {
        // It passes everything on before it goes, while in ejabberd that races with its end.
        alice_taken.clear();
        bob_taken.clear();
    }
    arrives(kind, &alices, &alice_taken, &mut alice, &mut bob);
    arrives(kind, &bobs, &bob_taken, &mut bob, &mut alice);
}

/// What a server has acknowledged and not passed on dies with it, so that is all that may be missing until there is an archive
/// to look into.
fn a_power_cut_of_the_server_in_the_middle_doubles_nothing(kind: Kind) {
    let mut server = without_archive(kind);
    let names = Person::befriended(&server);
    // ejabberd writes to the disk a second or two after it says so, and new accounts would be gone too.
    server.restart();
    let (mut alice, mut bob) = Person::both_sign_in(&server, &names);
    let (alices, bobs) = write_many(&mut alice, &mut bob, || {
        server.kill();
        assert!(server.launch());
    });
    let alice_taken = sent_before(&mut alice, &alices);
    let bob_taken = sent_before(&mut bob, &bobs);
    arrives(kind, &alices, &alice_taken, &mut alice, &mut bob);
    arrives(kind, &bobs, &bob_taken, &mut bob, &mut alice);
}

/// Waits until all is sent; gives the texts that were so before the connection was lost.
fn sent_before(person: &mut Person, written: &Written) -> HashSet<String> {
    let ids: HashSet<String> = written.iter().map(|(id, _)| id.to_string()).collect();
    let mut sent = HashSet::new();
    let mut before = None;
    while sent.len() < written.len() {
        let event = person
            .oriole
            .wait_for("a state or a lost connection", |line| {
                line["event"] == "connection" && line["state"] == "waiting"
                    || line["event"] == "message-state" && ids.contains(&line["id"].to_string())
            });
        if event["event"] == "message-state" {
            assert_eq!(event["state"], "sent", "{event}");
            assert!(sent.insert(event["id"].to_string()), "twice: {event}");
        } else if before.is_none() {
            before = Some(sent.clone());
        }
    }
    let before = before.expect("the connection to be lost in the middle");
    let mine = written
        .iter()
        .filter(|(id, _)| before.contains(&id.to_string()));
    mine.map(|(_, text)| text.clone()).collect()
}

/// Alice behind a network that can fail, and Bob.
fn behind_a_proxy(server: &Server) -> (Proxy, Person, Person) {
    let names = ["alice", "bob"].map(|stem| server.unused_name(stem));
    for name in &names {
        server.add_user(name, PASSWORD);
    }
    server.befriend(&names[0], &names[1]);
    let proxy = Proxy::to(server.starttls_port());
    let mut request = account(server, &names[0]);
    request["server"] = json!(format!("127.0.0.1:{}", proxy.port()));
    let bob = Person::sign_in(account(server, &names[1]));
    let mut alice = Person::sign_in(request);
    let there = json!({"address": bob.address, "show": "online"});
    alice.oriole.event("presence", there);
    (proxy, alice, bob)
}

/// Waits until the connection is lost and the session goes on.
fn is_resumed(oriole: &mut Oriole) {
    let states = ["waiting", "connecting", "online"].map(|state| {
        let event = oriole.connection();
        assert_eq!(event["state"], state, "{event}");
        event
    });
    assert_eq!(states[2]["resumed"], true, "{}", states[2]);
}

fn a_broken_connection_is_resumed(kind: Kind) {
    let (proxy, mut alice, mut bob) = behind_a_proxy(shared(kind));
    bob.oriole.event(
        "presence",
        json!({"address": alice.address, "show": "online"}),
    );
    for round in 0..3 {
        proxy.cut();
        is_resumed(&mut alice.oriole);
        let (one, other) = (format!("to {round}"), format!("fro {round}"));
        let id = alice.write(&bob.address, &one);
        alice.message_is(&id, "sent");
        assert_eq!(bob.oriole.incoming(1), [one]);
        bob.write(&alice.address, &other);
        assert_eq!(alice.oriole.incoming(1), [other]);
    }
    // Nobody has noticed.
    assert_eq!(bob.oriole.take_events("presence"), [] as [Value; 0]);
    assert_eq!(alice.oriole.take_events("presence"), [] as [Value; 0]);
}

fn what_vanished_on_the_way_is_sent_again(kind: Kind) {
    let (proxy, mut alice, mut bob) = behind_a_proxy(shared(kind));
    proxy.swallow(Direction::Up);
    proxy.swallow(Direction::Down);
    let (by_alice, by_bob) = (numbered("alice", 20), numbered("bob", 20));
    let mut ids = Vec::new();
    for (one, other) in by_alice.iter().zip(&by_bob) {
        ids.push(alice.write(&bob.address, one));
        let id = bob.write(&alice.address, other);
        bob.message_is(&id, "sent");
    }
    proxy.wait_until_swallowed(Direction::Up);
    proxy.wait_until_swallowed(Direction::Down);
    proxy.cut();
    is_resumed(&mut alice.oriole);
    for id in &ids {
        alice.message_is(id, "sent");
    }
    assert_eq!(alice.oriole.incoming(by_bob.len()), by_bob);
    assert_eq!(bob.oriole.incoming(by_alice.len()), by_alice);
    assert_eq!(alice.written_by(&bob.address), by_bob);
    assert_eq!(bob.written_by(&alice.address), by_alice);
}

fn what_arrived_without_an_acknowledgement_is_not_doubled(kind: Kind) {
    let (proxy, mut alice, mut bob) = behind_a_proxy(shared(kind));
    let by_alice = numbered("alice", 20);
    proxy.swallow(Direction::Down);
    let ids: Vec<Value> = by_alice
        .iter()
        .map(|text| alice.write(&bob.address, text))
        .collect();
    assert_eq!(bob.oriole.incoming(by_alice.len()), by_alice);
    proxy.wait_until_swallowed(Direction::Down);
    let history = alice.history(&bob.address);
    assert!(history.iter().all(|message| message["state"] == "queued"));
    proxy.cut();
    is_resumed(&mut alice.oriole);
    for id in &ids {
        alice.message_is(id, "sent");
    }
    let last = alice.write(&bob.address, "the last one");
    alice.message_is(&last, "sent");
    assert_eq!(bob.oriole.incoming(1), ["the last one"]);
    assert_eq!(bob.written_by(&alice.address).len(), by_alice.len() + 1);
}

/// Oriole dies while messages are on their way from it; what it had promised to send goes out once.
fn a_crash_in_the_middle_neither_loses_nor_doubles(kind: Kind) {
    let (mut alice, mut bob) = Person::friends(shared(kind));
    let texts = numbered("alice", MANY);
    let (early, late) = texts.split_at(MANY / 2);
    for text in early {
        alice.write(&bob.address, text);
    }
    let mut alice = alice.crash().back_offline();
    for text in late {
        alice.write(&bob.address, text);
    }
    let arrived = bob.oriole.incoming(MANY);
    assert_eq!(arrived, texts);
    let last = alice.write(&bob.address, "the last one");
    alice.message_is(&last, "sent");
    assert_eq!(bob.oriole.incoming(1), ["the last one"]);
    assert_eq!(bob.written_by(&alice.address).len(), MANY + 1);
    let own = alice.history(&bob.address);
    assert!(own.iter().all(|message| message["state"] == "sent"));
}

/// Oriole dies while messages are on their way to it; the server keeps what was not stored here.
fn a_crash_of_the_receiver_neither_loses_nor_doubles(kind: Kind) {
    let server = without_archive(kind);
    let (mut alice, mut bob) = Person::friends(&server);
    let mut written = Written::new();
    let mut write = |bob: &mut Person, address: &str, half: Range<usize>| {
        for text in numbered("bob", MANY).drain(half) {
            written.push((bob.write(address, &text), text));
        }
    };
    write(&mut bob, &alice.address, 0..MANY / 2);
    alice.oriole.incoming(1);
    let alice = alice.crash();
    write(&mut bob, &alice.address, MANY / 2..MANY);
    for (id, _) in &written {
        bob.message_is(id, "sent");
    }
    let mut alice = alice.back();
    let last = bob.write(&alice.address, LAST);
    bob.message_is(&last, "sent");
    alice.oriole.event("message", json!({"body": LAST}));
    let mut stored = alice.written_by(&bob.address);
    if kind == Kind::Ejabberd {
        stored = what_ejabberd_has_kept(&written, &HashSet::new(), &mut bob, &mut alice);
    }
    stored.retain(|text| text != LAST);
    assert_eq!(stored, texts(&written));
}

/// Somebody who talks to the server as this test says, and not as Oriole would.
fn somebody_else(server: &Server, name: &str) -> Probe {
    let mut probe = Probe::open(server, Door::StartTls, &[&TLS13]).expect("a connection");
    probe.log_in(name, PASSWORD).expect("to be let in");
    probe.send("<presence/>").expect("to be there");
    probe
}

/// Oriole dies while messages without any id are on their way to it, and goes on with its session: each comes once and in order, on a
/// server without an archive, and the contacts' presence is known.
fn after_a_crash_the_session_goes_on_with_messages_that_nothing_tells_apart(kind: Kind) {
    let server = without_archive(kind);
    let names = Person::befriended(&server);
    let mut alice = Person::sign_in(account(&server, &names[0]));
    let mut bob = somebody_else(&server, &names[1]);
    let bob_address = format!("{}@{}", names[1], server.domain());
    alice.sees(&bob_address, "online");
    let texts = numbered("bob", MANY);
    let mut write = |to: &str, texts: &[String]| {
        for text in texts {
            let message = format!("<message type='chat' to='{to}'><body>{text}</body></message>");
            bob.send(&message).expect("to write");
        }
    };
    let (first, rest) = texts.split_at(MANY / 2);
    write(&alice.address, first);
    alice.oriole.incoming(MANY / 4);
    let away = alice.crash();
    let mut alice = away.back_offline();
    let online = alice.is_there();
    assert_eq!(online["resumed"], true, "{online}");
    alice.sees(&bob_address, "online");
    write(&alice.address, rest);
    let last = &rest[rest.len() - 1];
    alice.oriole.event("message", json!({"body": last}));
    let stored = alice.written_by(&bob_address);
    assert_eq!(stored, [first, rest].concat());
    // Nor does anything come with the next session.
    alice.sign_in_again();
    assert_eq!(alice.written_by(&bob_address).len(), texts.len());
}

/// Oriole dies while it writes to somebody who would show each copy: each arrives once.
fn after_a_crash_nothing_is_sent_twice_to_somebody_who_would_not_notice(kind: Kind) {
    let server = without_archive(kind);
    let names = Person::befriended(&server);
    let mut bob = somebody_else(&server, &names[1]);
    let bob_address = format!("{}@{}", names[1], server.domain());
    let mut alice = Person::sign_in(account(&server, &names[0]));
    alice.sees(&bob_address, "online");
    let texts = numbered("alice", MANY);
    let mut came = String::new();
    for round in 0..4 {
        let part = &texts[round * MANY / 4..(round + 1) * MANY / 4];
        for text in part {
            alice.write(&bob_address, text);
        }
        if round < 3 {
            alice = alice.crash().back_offline();
        }
    }
    let last = alice.write(&bob_address, LAST);
    alice.message_is(&last, "sent");
    came.push_str(&bob.read_until(LAST).expect("what was written"));
    for text in &texts {
        let body = format!("<body>{text}</body>");
        assert_eq!(came.matches(&body).count(), 1, "{text}");
    }
    let history = alice.history(&bob_address);
    assert!(history.iter().all(|message| message["state"] == "sent"));
}

/// Neither stream management nor carbons nor an archive: everything still comes, once and in order, also after the server was away.
fn a_server_with_nothing_but_messages_is_enough(kind: Kind) {
    let options = Options {
        stream_management: false,
        carbons: false,
        archive: false,
        ..Options::default()
    };
    let mut server = Server::start(kind, options);
    let (mut alice, mut bob) = Person::friends(&server);
    let texts = numbered("alice", 60);
    let (early, late) = texts.split_at(30);
    for text in early {
        let id = alice.write(&bob.address, text);
        alice.message_is(&id, "sent");
    }
    assert_eq!(bob.oriole.incoming(early.len()), early);
    server.stop();
    alice.oriole.connected("waiting");
    bob.oriole.connected("waiting");
    let ids: Vec<Value> = late
        .iter()
        .map(|text| alice.write(&bob.address, text))
        .collect();
    server.restart();
    assert_eq!(bob.is_there()["resumed"], false);
    for id in &ids {
        alice.message_is(id, "sent");
    }
    assert_eq!(bob.oriole.incoming(late.len()), late);
    assert_eq!(bob.written_by(&alice.address), texts);
}
