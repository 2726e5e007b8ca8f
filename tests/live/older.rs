//! What is older than what is read of the archive by itself comes chat by chat, as it is asked for, or all where that is wanted.

use serde_json::{json, Value};

use crate::support::oriole::{account, Person, PASSWORD};
use crate::support::{shared, Kind};

for_both! {
    older_messages_come_as_they_are_asked_for
    all_of_the_archive_comes_where_that_is_wanted
}

/// How many messages there are of each chat: more than fit a page.
const MANY: usize = 60;

/// Alice's account, which no Oriole knows yet, with its chats with two people.
fn prepared(kind: Kind) -> (Value, [String; 2]) {
    let server = shared(kind);
    let names = ["alice", "bob", "carol"].map(|stem| server.unused_name(stem));
    for name in &names {
        server.add_user(name, PASSWORD);
    }
    let [alice, bob, carol] = names.map(|name| account(server, &name));
    let mut writer = Person::sign_in(alice.clone());
    let friends = [bob, carol].map(|friend| friend["address"].as_str().expect("it").to_owned());
    for number in 0..MANY {
        for friend in &friends {
            let id = writer.write(friend, &number.to_string());
            writer.message_is(&id, "sent");
        }
    }
    writer.leave();
    (alice, friends)
}

fn numbers(history: &[Value]) -> Vec<usize> {
    let texts = history.iter().map(|message| message["body"].as_str());
    let numbers = texts.map(|text| text.expect("a body").parse());
    numbers.collect::<Result<_, _>>().expect("numbers")
}

/// Signs in on a new profile that reads nothing of the archive by itself, but for what is of the same moment.
fn new_one(alice: Value) -> Person {
    let mut person = Person::sign_in_with_archive_of(alice, 0);
    person.oriole.event("catch-up", json!({"done": true}));
    person
}

fn older_messages_come_as_they_are_asked_for(kind: Kind) {
    let (alice, [bob, carol]) = prepared(kind);
    let mut alice = new_one(alice);
    let mut there = alice.history(&bob).len();
    let of_carol = alice.history(&carol).len();
    let mut done = false;
    while !done {
        alice.ask("chat.older", json!({"with": bob}));
        let end = alice.oriole.event("catch-up", json!({"chat": bob}));
        done = end["done"] == true;
        let stored = end["stored"].as_u64().expect("a number");
        assert!(stored > 0 || done, "{end}");
        there += usize::try_from(stored).expect("not many");
        let history = alice.history(&bob);
        let all: Vec<usize> = (0..MANY).collect();
        assert_eq!(numbers(&history), all[MANY - there..]);
        assert!(history.iter().all(|message| message["origin"] == "archive"));
    }
    assert_eq!(there, MANY);
    assert_eq!(alice.history(&carol).len(), of_carol);
    let chats = alice.ask("chat.list", json!({}));
    assert_eq!(chats["chats"][0]["unread"], 0, "{chats}");
}

fn all_of_the_archive_comes_where_that_is_wanted(kind: Kind) {
    let (alice, friends) = prepared(kind);
    let mut alice = new_one(alice);
    alice.ask("account.update", json!({"archive_days": null}));
    alice.oriole.event("catch-up", json!({"done": true}));
    for friend in &friends {
        let history = alice.history(friend);
        assert_eq!(numbers(&history), (0..MANY).collect::<Vec<_>>());
    }
}
