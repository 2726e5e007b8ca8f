//! What waits to be sent can be taken back and changed, and is delivered as it is then: once.

use serde_json::{json, Value};

use crate::support::oriole::Person;
use crate::support::{shared, Kind};

for_both! {
    what_was_taken_back_never_arrives_and_what_was_changed_does_so_once
    what_came_back_can_be_deleted
}

fn texts(history: &[Value]) -> Vec<&str> {
    let texts = history.iter().map(|message| message["body"].as_str());
    texts.map(|text| text.expect("a body")).collect()
}

fn what_was_taken_back_never_arrives_and_what_was_changed_does_so_once(kind: Kind) {
    let (mut alice, mut bob) = Person::friends(shared(kind));
    let with = bob.address.clone();
    alice.ask("presence.set", json!({"show": "offline", "status": ""}));
    alice.oriole.connected("offline");
    let [one, two, three] = ["one", "two", "three"].map(|text| alice.write(&with, text));
    alice.ask("chat.cancel", json!({"with": with, "message": two}));
    let gone = alice.oriole.event("message-removed", json!({"id": two}));
    assert_eq!(gone["chat"], with);
    let change = json!({"with": with, "message": three, "body": "three, and more 🐦"});
    alice.ask("chat.edit", change.clone());
    let changed = alice.oriole.event("message-changed", json!({"id": three}));
    assert_eq!(changed["body"], "three, and more 🐦");
    assert_eq!(changed["state"], "queued");
    // As it does over a restart.
    let mut alice = alice.leave().back_offline();
    assert_eq!(texts(&alice.history(&with)), ["one", "three, and more 🐦"]);
    alice.ask("presence.set", json!({"show": "online", "status": ""}));
    for id in [&one, &three] {
        alice.message_is(id, "sent");
    }
    assert_eq!(bob.oriole.incoming(2), ["one", "three, and more 🐦"]);
    // What was sent stays.
    for (verb, fields) in [
        ("chat.cancel", json!({"with": with, "message": one})),
        ("chat.edit", change),
    ] {
        let refused = alice.try_ask(verb, fields).expect_err("a refusal");
        assert_eq!(refused["kind"], "already-sent", "{refused}");
    }
    let last = alice.write(&with, "the last one");
    alice.message_is(&last, "sent");
    assert_eq!(bob.oriole.incoming(1), ["the last one"]);
    assert_eq!(bob.history(&alice.address).len(), 3);
}

fn what_came_back_can_be_deleted(kind: Kind) {
    let server = shared(kind);
    let mut alice = Person::new(server, "alice");
    let nobody = format!("{}@{}", server.unused_name("nobody"), server.domain());
    let id = alice.write(&nobody, "Hello?");
    alice.message_is(&id, "failed");
    alice.ask("chat.cancel", json!({"with": nobody, "message": id}));
    alice.oriole.event("message-removed", json!({"id": id}));
    // The archive has it, and does not bring it back.
    alice.sign_in_again();
    alice.oriole.event("catch-up", json!({"done": true}));
    assert_eq!(alice.history(&nobody), [] as [Value; 0]);
}
