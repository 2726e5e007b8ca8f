//! When something breaks: the server, the network, or Oriole itself. Nothing is lost, nothing doubles, everything keeps its order.

use std::collections::HashSet;
use std::thread;

use serde_json::{json, Value};

use crate::support::oriole::{account, Oriole, Person, PASSWORD};
use crate::support::proxy::{Direction, Proxy};
use crate::support::{shared, Kind, Options, Server};

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

/// Everything that one wrote was taken by the server and has come to the other, once and in order, as told and as stored.
fn all_arrives(written: &Written, from: &mut Person, to: &mut Person) {
    for (id, _) in written {
        from.message_is(id, "sent");
    }
    let arrived = until_the_last(from, to);
    assert_eq!(arrived, texts(written));
    let history = from.history(&to.address);
    let own = history.iter().filter(|message| message["outgoing"] == true);
    assert_eq!(
        own.filter(|message| message["state"] == "sent").count(),
        MANY + 1
    );
}

/// Writes one more message; gives all that came before it, as told, which has to be what is stored.
fn until_the_last(from: &mut Person, to: &mut Person) -> Vec<String> {
    let last = from.write(&to.address, "the last one");
    from.message_is(&last, "sent");
    let mut arrived = Vec::new();
    loop {
        let text = to.oriole.incoming(1).remove(0);
        if text == "the last one" {
            break;
        }
        arrived.push(text);
    }
    let mut stored = to.written_by(&from.address);
    assert_eq!(stored.pop().as_deref(), Some("the last one"));
    assert_eq!(stored, arrived);
    arrived
}

fn a_restart_of_the_server_in_the_middle_loses_nothing(kind: Kind) {
    let mut server = Server::start(kind, Options::default());
    let (mut alice, mut bob) = Person::friends(&server);
    let (alices, bobs) = write_many(&mut alice, &mut bob, || server.restart());
    all_arrives(&alices, &mut alice, &mut bob);
    all_arrives(&bobs, &mut bob, &mut alice);
}

/// What a server has acknowledged and not passed on dies with it, so that is all that may be missing until there is an archive
/// to look into.
fn a_power_cut_of_the_server_in_the_middle_doubles_nothing(kind: Kind) {
    let mut server = Server::start(kind, Options::default());
    let (mut alice, mut bob) = Person::friends(&server);
    let (alices, bobs) = write_many(&mut alice, &mut bob, || {
        server.kill();
        assert!(server.launch());
    });
    let taken_before = [
        sent_before(&mut alice, &alices),
        sent_before(&mut bob, &bobs),
    ];
    let [alice_taken, bob_taken] = taken_before;
    arrives_unless(&alices, &alice_taken, &mut alice, &mut bob);
    arrives_unless(&bobs, &bob_taken, &mut bob, &mut alice);
}

/// Waits until all is sent; gives the texts that were so before the connection was lost.
fn sent_before(person: &mut Person, written: &Written) -> HashSet<String> {
    let ids: HashSet<String> = written.iter().map(|(id, _)| id.to_string()).collect();
    let mut sent = HashSet::new();
    let mut before = None;
    while sent.len() < written.len() {
        let event = person.oriole.wait_for("a state or a connection", |line| {
            line["event"] == "connection"
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

fn arrives_unless(written: &Written, taken: &HashSet<String>, from: &mut Person, to: &mut Person) {
    let arrived = until_the_last(from, to);
    let mut expected = texts(written);
    expected.retain(|text| arrived.iter().any(|found| found == text) || !taken.contains(*text));
    assert_eq!(arrived, expected);
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

/// Oriole dies while messages are on their way to it; the server keeps what was not stored here. With an archive, ejabberd would
/// take it that everybody looks there after a crash, and keep nothing else.
fn a_crash_of_the_receiver_neither_loses_nor_doubles(kind: Kind) {
    let options = Options {
        archive: false,
        ..Options::default()
    };
    let server = Server::start(kind, options);
    let (mut alice, mut bob) = Person::friends(&server);
    let texts = numbered("bob", MANY);
    let (early, late) = texts.split_at(MANY / 2);
    let mut ids = Vec::new();
    for text in early {
        ids.push(bob.write(&alice.address, text));
    }
    alice.oriole.incoming(1);
    let alice = alice.crash();
    for text in late {
        ids.push(bob.write(&alice.address, text));
    }
    for id in &ids {
        bob.message_is(id, "sent");
    }
    let mut alice = alice.back();
    bob.write(&alice.address, "the last one");
    let last = json!({"body": "the last one"});
    alice.oriole.event("message", last);
    let mut arrived = alice.written_by(&bob.address);
    assert_eq!(arrived.pop().as_deref(), Some("the last one"));
    assert_eq!(arrived, texts);
}
