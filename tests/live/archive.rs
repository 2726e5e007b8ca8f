//! What is said while an Oriole is away, or by another client of the same account, is in its history when it is back: once,
//! and in order.

use std::env;

use serde_json::{json, Value};
use tokio_rustls::rustls::ALL_VERSIONS;

use crate::support::oriole::{account, Person, PASSWORD};
use crate::support::probe::{Door, Probe};
use crate::support::proxy::Proxy;
use crate::support::seed::long_conversation;
use crate::support::{shared, Kind, Server};

for_both! {
    what_was_said_while_away_is_there_at_the_return
    a_new_profile_finds_what_was_said_before
    what_came_as_it_was_sent_is_not_doubled_by_the_archive
    a_crash_of_the_receiver_loses_nothing
    a_crash_of_the_sender_doubles_nothing
    a_long_archive_is_read_whole_though_the_connection_is_cut
}

/// Alice, and her contact Bob, who is signed in; and what adds Alice's account.
fn alice_and_bob(server: &Server) -> (Value, Person) {
    let names = ["alice", "bob"].map(|stem| server.unused_name(stem));
    for name in &names {
        server.add_user(name, PASSWORD);
    }
    server.befriend(&names[0], &names[1]);
    let [alice, bob] = names.map(|name| account(server, &name));
    (alice, Person::sign_in(bob))
}

/// Waits until all of the archive was read.
fn caught_up(person: &mut Person) -> Value {
    person.oriole.event("catch-up", json!({"done": true}))
}

fn texts(history: &[Value]) -> Vec<&str> {
    let texts = history.iter().map(|message| message["body"].as_str());
    texts.map(|text| text.expect("a body")).collect()
}

fn what_was_said_while_away_is_there_at_the_return(kind: Kind) {
    let (alice, mut bob) = alice_and_bob(shared(kind));
    let mut here = Person::sign_in(alice.clone());
    let address = here.address.clone();
    caught_up(&mut here);
    bob.sees(&address, "online");
    bob.write(&address, "before");
    assert_eq!(here.oriole.incoming(1), ["before"]);
    let here = here.leave();

    // More than fits a page, from both sides, with another client of Alice's.
    let mut expected = vec!["before".to_owned()];
    let mut there = Person::sign_in(alice);
    caught_up(&mut there);
    for number in 0..40 {
        let texts = [format!("bob {number}"), format!("alice {number}")];
        bob.write(&address, &texts[0]);
        there.oriole.wait_for("it", |line| line["body"] == texts[0]);
        let answer = there.write(&bob.address, &texts[1]);
        there.message_is(&answer, "sent");
        bob.oriole.wait_for("it", |line| line["body"] == texts[1]);
        expected.extend(texts);
    }
    there.leave();
    bob.oriole
        .event("presence", json!({"address": address, "show": "offline"}));
    let last = bob.write(&address, "into the void");
    bob.message_is(&last, "sent");
    expected.push("into the void".to_owned());

    let mut here = here.back();
    caught_up(&mut here);
    let history = here.history(&bob.address);
    assert_eq!(texts(&history), expected);
    let elsewhere = history.iter().find(|message| message["body"] == "alice 7");
    let elsewhere = elsewhere.expect("a message of the other client");
    assert_eq!(elsewhere["origin"], "archive");
    assert_eq!(
        (&elsewhere["outgoing"], &elsewhere["state"]),
        (&json!(true), &json!("sent"))
    );
    // What was answered elsewhere was read there.
    let chats = here.ask("chat.list", json!({}));
    assert_eq!(chats["chats"][0]["unread"], 1, "{chats}");
    // It is known now, and not read again.
    here.sign_in_again();
    assert_eq!(caught_up(&mut here)["stored"], 0);
    assert_eq!(here.history(&bob.address).len(), expected.len());
}

fn a_new_profile_finds_what_was_said_before(kind: Kind) {
    let (alice, mut bob) = alice_and_bob(shared(kind));
    let mut old = Person::sign_in(alice.clone());
    let address = old.address.clone();
    bob.sees(&address, "online");
    for number in 0..5 {
        bob.write(&address, &number.to_string());
    }
    old.oriole.incoming(5);
    old.leave();

    let mut new = Person::sign_in(alice);
    assert_eq!(caught_up(&mut new)["stored"], 5);
    assert_eq!(texts(&new.history(&bob.address)), ["0", "1", "2", "3", "4"]);
    let chats = new.ask("chat.list", json!({}));
    assert_eq!(chats["chats"][0]["unread"], 0, "{chats}");
}

fn what_came_as_it_was_sent_is_not_doubled_by_the_archive(kind: Kind) {
    let (mut alice, mut bob) = Person::friends(shared(kind));
    for number in 0..3 {
        bob.write(&alice.address, &format!("bob {number}"));
        alice.oriole.incoming(1);
        let id = alice.write(&bob.address, &format!("alice {number}"));
        alice.message_is(&id, "sent");
    }
    // The same words again are another message.
    for _ in 0..2 {
        bob.write(&alice.address, "again");
        alice.oriole.incoming(1);
    }
    for person in [&mut alice, &mut bob] {
        person.sign_in_again();
        assert_eq!(caught_up(person)["stored"], 0);
    }
    assert_eq!(alice.history(&bob.address).len(), 8);
    assert_eq!(bob.history(&alice.address).len(), 8);
}

/// How many messages are written around a crash.
const MANY: usize = 40;

fn numbered() -> Vec<String> {
    (0..MANY).map(|number| format!("{number} 🐦")).collect()
}

fn a_crash_of_the_receiver_loses_nothing(kind: Kind) {
    let (mut alice, mut bob) = Person::friends(shared(kind));
    let texts = numbered();
    let (early, late) = texts.split_at(MANY / 2);
    for text in early {
        bob.write(&alice.address, text);
    }
    alice.oriole.incoming(1);
    let alice = alice.crash();
    let ids: Vec<Value> = late
        .iter()
        .map(|text| bob.write(&alice.address, text))
        .collect();
    for id in &ids {
        bob.message_is(id, "sent");
    }
    let mut alice = alice.back();
    // What the server kept for the session that is gone may come a moment later, and once more.
    let wanted = |alice: &mut Person| alice.written_by(&bob.address).len() == MANY;
    caught_up(&mut alice);
    while !wanted(&mut alice) {
        alice.oriole.event("message", json!({}));
    }
    assert_eq!(alice.written_by(&bob.address), texts);
    alice.sign_in_again();
    caught_up(&mut alice);
    assert_eq!(alice.written_by(&bob.address), texts);
}

fn a_crash_of_the_sender_doubles_nothing(kind: Kind) {
    let (mut alice, mut bob) = Person::friends(shared(kind));
    let texts = numbered();
    for text in &texts {
        alice.write(&bob.address, text);
    }
    let mut alice = alice.crash().back();
    let last = alice.write(&bob.address, "the last one");
    alice.message_is(&last, "sent");
    let mut told = Vec::new();
    while told.last().is_none_or(|text| text != "the last one") {
        told.extend(bob.oriole.incoming(1));
    }
    told.pop();
    assert_eq!(told, texts);
    let own = alice.history(&bob.address);
    assert_eq!(own.len(), MANY + 1);
    assert!(own.iter().all(|message| message["state"] == "sent"));
    // Nor did the server get any of them twice, as another client of Bob's sees, which knows nothing of copies.
    let name = bob.address.split('@').next().expect("a name").to_owned();
    bob.leave();
    let mut probe = Probe::open(shared(kind), Door::StartTls, ALL_VERSIONS).expect("a server");
    probe.log_in(&name, PASSWORD).expect("an account");
    let query = format!(
        "<query xmlns='urn:xmpp:mam:2'><set xmlns='http://jabber.org/protocol/rsm'><max>{}</max></set></query>",
        2 * MANY
    );
    let archive = probe.ask("set", &query).expect("an archive");
    assert_eq!(archive.matches("<result ").count(), MANY + 1);
}

/// How many messages a long archive has, where `ORIOLE_ARCHIVE` in the environment does not say another number.
const LONG: usize = 1_000;
fn a_long_archive_is_read_whole_though_the_connection_is_cut(kind: Kind) {
    let count = env::var("ORIOLE_ARCHIVE").map_or(LONG, |count| count.parse().expect("a number"));
    let server = shared(kind);
    let names = long_conversation(server, count);
    let bob = format!("{}@{}", names[1], server.domain());
    let proxy = Proxy::to(server.starttls_port());
    let mut request = account(server, &names[0]);
    request["server"] = json!(format!("127.0.0.1:{}", proxy.port()));
    let mut alice = Person::sign_in(request);
    // The first page is there, and many are not.
    alice.oriole.event("message", json!({}));
    proxy.cut();
    alice.oriole.connected("waiting");
    assert_eq!(alice.oriole.take_events("catch-up"), [] as [Value; 0]);
    alice.oriole.connected("online");
    caught_up(&mut alice);
    let expected: Vec<String> = (0..count).map(|number| number.to_string()).collect();
    assert_eq!(alice.written_by(&bob), expected);
}
