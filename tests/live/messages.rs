//! Messages between two people: every sort of text, its way through the states, the history, and what does not arrive.

use serde_json::{json, Value};

use crate::support::oriole::{has, Person};
use crate::support::{shared, Kind, Options, Server};

for_both! {
    words_arrive_as_they_were_written
    history_is_the_same_after_a_restart
    history_comes_in_pages
    a_message_waits_for_somebody_who_is_away
    a_message_to_nobody_comes_back
    a_message_nobody_may_send_is_refused
    a_server_without_acknowledgements_is_asked_otherwise
    a_message_the_server_finds_too_long_fails_and_holds_up_nothing
}

/// Texts that something on the way could spoil.
fn texts() -> Vec<String> {
    let mut texts = [
        "Hello, world!",
        "今天下午三点在老地方见,别迟到!",
        "Family 👨‍👩‍👧‍👦, flag 🇨🇳, skin 👍🏽, new 🫠, heart ❤️",
        "<b>&amp; \"quoted\" 'single' ]]> <!-- --> <?xml?> &#10;",
        "two\nlines\tand a tab\n\n  leading and trailing  ",
        "שלום עולם مرحبا ‏e\u{301} 𝔘𝔫𝔦 ﷽",
        " ",
    ]
    .map(str::to_owned)
    .to_vec();
    // Nothing but spaces is nothing to say.
    texts.retain(|text| !text.trim().is_empty());
    texts.push("鹂".repeat(10_000));
    texts.push(
        (0..50_000_u32)
            .map(|i| char::from(b'a' + (i % 26) as u8))
            .collect(),
    );
    texts
}

fn words_arrive_as_they_were_written(kind: Kind) {
    let (mut alice, mut bob) = Person::friends(shared(kind));
    for text in texts() {
        for alice_writes in [true, false] {
            let (from, to) = if alice_writes {
                (&mut alice, &mut bob)
            } else {
                (&mut bob, &mut alice)
            };
            let id = from.write(&to.address, &text);
            let own = from.oriole.event("message", json!({"id": id}));
            let expected = json!({
                "chat": to.address, "from": from.address, "body": text, "outgoing": true,
                "origin": "live", "stranger": false,
            });
            assert!(has(&own, &expected), "{own}");
            // It tells how far the message is now, which may be further than when it was written.
            assert!(own["state"] == "queued" || own["state"] == "sent", "{own}");
            let state = from.oriole.event("message-state", json!({"id": id}));
            assert_eq!(state["state"], "sent");
            assert_eq!(state["chat"], to.address);
            let theirs = to.oriole.event("message", json!({}));
            let expected = json!({
                "chat": from.address, "from": from.address, "body": text, "outgoing": false,
                "state": "delivered", "origin": "live", "stranger": false,
            });
            assert!(has(&theirs, &expected), "{theirs}");
        }
    }
    let count = texts().len();
    assert_eq!(alice.history(&bob.address).len(), 2 * count);
    assert_eq!(bob.history(&alice.address).len(), 2 * count);
    let (a, b) = (alice.address.clone(), bob.address.clone());
    for (person, other) in [(&mut alice, b), (&mut bob, a)] {
        let chats = person.ask("chat.list", json!({}));
        assert_eq!(chats["chats"][0]["chat"], other);
        assert_eq!(chats["chats"][0]["unread"], count);
    }
}

fn history_is_the_same_after_a_restart(kind: Kind) {
    let (mut alice, mut bob) = Person::friends(shared(kind));
    for turn in 0..5 {
        let id = alice.write(&bob.address, &format!("问 {turn} 🐦"));
        alice.message_is(&id, "sent");
        bob.oriole.incoming(1);
        let id = bob.write(&alice.address, &format!("答 {turn}"));
        bob.message_is(&id, "sent");
        alice.oriole.incoming(1);
    }
    let before = alice.history(&bob.address);
    let texts: Vec<&Value> = before.iter().map(|message| &message["body"]).collect();
    assert_eq!(texts[..2], ["问 0 🐦", "答 0"]);
    assert_eq!(texts.len(), 10);
    assert!(before.iter().all(|message| message["state"] != "queued"));
    // In good order, and as in a power cut; and it can be read before there is a connection.
    let mut alice = alice.leave().back();
    assert_eq!(alice.history(&bob.address), before);
    let mut alice = alice.crash().back_offline();
    assert_eq!(alice.history(&bob.address), before);
    alice.is_there();
    assert_eq!(alice.history(&bob.address), before);
    // And nothing of it is sent or received again.
    let id = alice.write(&bob.address, "last");
    alice.message_is(&id, "sent");
    assert_eq!(bob.oriole.incoming(1), ["last"]);
    assert_eq!(alice.history(&bob.address).len(), 11);
    assert_eq!(bob.history(&alice.address).len(), 11);
}

fn history_comes_in_pages(kind: Kind) {
    let (mut alice, mut bob) = Person::friends(shared(kind));
    let texts: Vec<String> = (0..120).map(|number| format!("message {number}")).collect();
    for text in &texts {
        alice.write(&bob.address, text);
    }
    assert_eq!(bob.oriole.incoming(texts.len()), texts);
    let mut found: Vec<Value> = Vec::new();
    let mut before = Value::Null;
    loop {
        let fields = json!({"with": alice.address, "limit": 50, "before": before});
        let page = bob.ask("chat.history", fields)["messages"].take();
        let page = page.as_array().unwrap();
        if page.is_empty() {
            break;
        }
        assert_eq!(page.len(), (texts.len() - found.len()).min(50));
        before = page[0]["id"].clone();
        found.splice(0..0, page.iter().map(|message| message["body"].clone()));
    }
    assert_eq!(found, texts);
}

fn a_message_waits_for_somebody_who_is_away(kind: Kind) {
    let (mut alice, bob) = Person::friends(shared(kind));
    let bob = bob.leave();
    let gone = json!({"address": bob.address, "show": "offline"});
    alice.oriole.event("presence", gone);
    let texts: Vec<String> = (0..5).map(|number| format!("等你 {number}")).collect();
    for text in &texts {
        let id = alice.write(&bob.address, text);
        alice.message_is(&id, "sent");
    }
    let mut bob = bob.back();
    for text in &texts {
        let message = bob.oriole.event("message", json!({}));
        assert_eq!(message["body"], *text);
        assert_eq!(message["origin"], "offline", "{message}");
        assert_eq!(message["stranger"], false);
    }
    let before = bob.history(&alice.address);
    let mut bob = bob.leave().back();
    alice.write(&bob.address, "live again");
    let message = bob.oriole.event("message", json!({}));
    assert_eq!(message["body"], "live again");
    assert_eq!(message["origin"], "live");
    assert_eq!(bob.history(&alice.address)[..5], before);
}

fn a_message_to_nobody_comes_back(kind: Kind) {
    let server = shared(kind);
    let mut alice = Person::new(server, "alice");
    let nobody = format!("nobody@{}", server.domain());
    let id = alice.write(&nobody, "is there anybody?");
    let failed = alice.message_is(&id, "failed");
    assert_eq!(failed["chat"], nobody);
    assert_eq!(failed["error"]["kind"], "remote-error", "{failed}");
    assert_ne!(failed["error"]["message"], "");
    let mut alice = alice.leave().back();
    let history = alice.history(&nobody);
    assert_eq!(history.len(), 1, "a bounce is no message");
    assert_eq!(history[0]["state"], "failed");
    assert_eq!(history[0]["error"], failed["error"]);
}

fn a_message_nobody_may_send_is_refused(kind: Kind) {
    let (mut alice, mut bob) = Person::friends(shared(kind));
    let long = "x".repeat(60_001);
    for (body, kind) in [
        ("", "bad-request"),
        (" \n ", "bad-request"),
        (&long, "too-large"),
    ] {
        let refused = alice.try_ask("chat.send", json!({"to": bob.address, "body": body}));
        assert_eq!(refused.unwrap_err()["kind"], kind);
    }
    // What XML has no way to write is left out, and never ends the stream.
    alice.write(&bob.address, "a\u{0}b\u{b}c\u{FFFF}d\u{1b}[0m");
    assert_eq!(bob.oriole.incoming(1), ["abcd[0m"]);
    assert_eq!(alice.history(&bob.address).len(), 1);
}

fn a_server_without_acknowledgements_is_asked_otherwise(kind: Kind) {
    let options = Options {
        stream_management: false,
        ..Options::default()
    };
    let server = Server::start(kind, options);
    let (mut alice, mut bob) = Person::friends(&server);
    let texts: Vec<String> = (0..30).map(|number| format!("{number} 🐦")).collect();
    let ids: Vec<Value> = texts
        .iter()
        .map(|text| alice.write(&bob.address, text))
        .collect();
    for id in &ids {
        let state = alice.oriole.event("message-state", json!({"id": id}));
        assert_eq!(state["state"], "sent");
    }
    assert_eq!(bob.oriole.incoming(texts.len()), texts);
}

fn a_message_the_server_finds_too_long_fails_and_holds_up_nothing(kind: Kind) {
    let options = Options {
        max_stanza_bytes: 20_000,
        ..Options::default()
    };
    let server = Server::start(kind, options);
    let (mut alice, mut bob) = Person::friends(&server);
    let long = alice.write(&bob.address, &"x".repeat(30_000));
    let short = alice.write(&bob.address, "short");
    let failed = alice.oriole.event("message-state", json!({"id": long}));
    assert_eq!(failed["state"], "failed");
    assert_eq!(failed["error"]["kind"], "too-large");
    let sent = alice.oriole.event("message-state", json!({"id": short}));
    assert_eq!(sent["state"], "sent");
    assert_eq!(bob.oriole.incoming(1), ["short"]);
}
