//! Two Orioles on one account (XEP-0280): each has the whole conversation while it goes on, each message once, whatever is lost and
//! whatever the server keeps.

use serde_json::{json, Value};

use crate::support::oriole::{account, has, Person, PASSWORD};
use crate::support::{shared, Kind, Options, Server};

for_both! {
    both_have_both_sides_at_once
    without_an_archive_they_have_them_all_the_same
    a_crash_of_one_doubles_nothing_for_the_other
    a_server_without_copies_gives_them_at_the_next_sign_in
}

/// How many messages each writes.
const MANY: usize = 12;

/// Alice with two Orioles, and her contact Bob, all signed in.
fn three(server: &Server) -> (Person, Person, Person) {
    let [alice, bob] = Person::befriended(server).map(|name| account(server, &name));
    let one = Person::sign_in(alice.clone());
    let other = Person::sign_in(alice);
    let bob = Person::sign_in(bob);
    (one, other, bob)
}

fn texts(history: &[Value]) -> Vec<&str> {
    let texts = history.iter().map(|message| message["body"].as_str());
    texts.map(|text| text.expect("a body")).collect()
}

/// Takes the message with this text; gives it.
fn gets(person: &mut Person, text: &str) -> Value {
    person.oriole.wait_for(text, |line| {
        line["event"] == "message" && line["body"] == text
    })
}

/// All three write in turn, each as soon as everybody has what was written before; gives the texts.
fn talk(one: &mut Person, other: &mut Person, bob: &mut Person) -> Vec<String> {
    let mut said = Vec::new();
    for number in 0..MANY {
        for writer in ["one", "other", "bob"] {
            let text = format!("{writer} {number} 黄鹂");
            match writer {
                "one" => one.write(&bob.address, &text),
                "other" => other.write(&bob.address, &text),
                _ => bob.write(&one.address, &text),
            };
            for person in [&mut *one, &mut *other, &mut *bob] {
                gets(person, &text);
            }
            said.push(text);
        }
    }
    said
}

fn both_have_both_sides_at_once(kind: Kind) {
    let (mut one, mut other, mut bob) = three(shared(kind));
    let id = one.write(&bob.address, "first");
    one.message_is(&id, "sent");
    let copy = gets(&mut other, "first");
    let expected = json!({
        "chat": bob.address, "from": one.address, "outgoing": true, "state": "sent",
        "origin": "carbon", "stranger": false,
    });
    assert!(has(&copy, &expected), "{copy}");
    assert!(gets(&mut one, "first")["origin"] == "live");
    gets(&mut bob, "first");
    let mut said = vec!["first".to_owned()];
    said.extend(talk(&mut one, &mut other, &mut bob));
    // A message to oneself is one, too, wherever it is read.
    let address = one.address.clone();
    one.write(&address, "a note");
    gets(&mut other, "a note");

    for person in [&mut one, &mut other] {
        assert_eq!(texts(&person.history(&bob.address)), said);
        assert_eq!(texts(&person.history(&address)), ["a note"]);
    }
    assert_eq!(texts(&bob.history(&address)), said);
    // Nor does the archive add anything.
    for person in [&mut one, &mut other] {
        person.sign_in_again();
        let caught_up = person.oriole.event("catch-up", json!({"done": true}));
        assert_eq!(caught_up["stored"], 0);
        assert_eq!(person.history(&bob.address).len(), said.len());
        assert_eq!(person.history(&address).len(), 1);
    }
}

fn without_an_archive_they_have_them_all_the_same(kind: Kind) {
    let server = Server::start(
        kind,
        Options {
            archive: false,
            ..Options::default()
        },
    );
    let (mut one, mut other, mut bob) = three(&server);
    let said = talk(&mut one, &mut other, &mut bob);
    for person in [&mut one, &mut other] {
        assert_eq!(texts(&person.history(&bob.address)), said);
        person.sign_in_again();
        assert_eq!(texts(&person.history(&bob.address)), said);
    }
}

fn a_crash_of_one_doubles_nothing_for_the_other(kind: Kind) {
    let (mut one, mut other, mut bob) = three(shared(kind));
    let said: Vec<String> = (0..40).map(|number| format!("{number} 🐦")).collect();
    for text in &said {
        one.write(&bob.address, text);
    }
    // What it had sent and not yet heard of is looked up, and else sent again.
    let mut one = one.crash().back();
    let last = one.write(&bob.address, "the last one");
    one.message_is(&last, "sent");
    gets(&mut other, "the last one");
    gets(&mut bob, "the last one");
    let address = one.address.clone();
    let with = bob.address.clone();
    for (person, with) in [(&mut one, &with), (&mut other, &with), (&mut bob, &address)] {
        let history = person.history(with);
        let mut found = texts(&history);
        assert_eq!(found.pop(), Some("the last one"));
        assert_eq!(found, said);
    }
}

fn a_server_without_copies_gives_them_at_the_next_sign_in(kind: Kind) {
    let server = Server::start(
        kind,
        Options {
            carbons: false,
            ..Options::default()
        },
    );
    let names = ["alice", "bob"];
    for name in names {
        server.add_user(name, PASSWORD);
    }
    server.befriend(names[0], names[1]);
    let [alice, bob] = names.map(|name| account(&server, name));
    let mut one = Person::sign_in(alice.clone());
    let mut other = Person::sign_in(alice);
    let mut bob = Person::sign_in(bob);
    let id = one.write(&bob.address, "first");
    one.message_is(&id, "sent");
    gets(&mut bob, "first");
    other.sign_in_again();
    assert_eq!(gets(&mut other, "first")["origin"], "archive");
    assert_eq!(texts(&other.history(&bob.address)), ["first"]);
}
