//! Contacts: finding each other, seeing each other, names and groups, parting, and blocking.

use serde_json::{json, Value};

use crate::support::oriole::Person;
use crate::support::{shared, Kind};

for_both! {
    friends_see_each_other_come_change_and_go
    people_become_friends
    somebody_who_is_declined_stays_a_stranger
    names_and_groups_are_kept
    people_part
    nothing_comes_from_somebody_blocked
}

/// What a person's list says of somebody.
fn entry(person: &mut Person, address: &str) -> Value {
    let list = person.ask("contacts", json!({}));
    let contacts = list["contacts"].as_array().unwrap();
    let found = contacts.iter().find(|entry| entry["address"] == address);
    found.cloned().unwrap_or(Value::Null)
}

fn requests(person: &mut Person) -> Value {
    person.ask("contacts", json!({}))["requests"].clone()
}

fn friends_see_each_other_come_change_and_go(kind: Kind) {
    let (mut alice, mut bob) = Person::friends(shared(kind));
    for (show, status) in [
        ("away", ""),
        ("dnd", "在忙 🐦 <&>"),
        ("xa", "x"),
        ("online", ""),
    ] {
        bob.ask("presence.set", json!({"show": show, "status": status}));
        assert_eq!(alice.sees(&bob.address, show)["status"], status);
        let entry = entry(&mut alice, &bob.address);
        assert_eq!(entry["show"], show);
        assert_eq!(entry["status"], status);
        assert_eq!(entry["subscription"], "both");
    }
    // Offline is signing out, and stays so over a restart.
    bob.ask("presence.set", json!({"show": "offline"}));
    bob.oriole.connected("offline");
    alice.sees(&bob.address, "offline");
    let mut bob = bob.leave().back_offline();
    let accounts = bob.oriole.ask(json!({"do": "account.list"}));
    assert_eq!(accounts["accounts"][0]["state"], "offline");
    bob.ask("presence.set", json!({"show": "dnd", "status": "back"}));
    bob.is_there();
    assert_eq!(alice.sees(&bob.address, "dnd")["status"], "back");
    let bob = bob.leave();
    alice.sees(&bob.address, "offline");
}

fn people_become_friends(kind: Kind) {
    let server = shared(kind);
    let mut alice = Person::new(server, "alice");
    let mut bob = Person::new(server, "bob");
    let with = json!({"address": bob.address, "name": "Bob 鲍勃", "groups": ["Verona <&>"]});
    alice.ask("contact.add", with.clone());
    let asked = json!({"address": alice.address});
    bob.oriole.event("contact-request", asked.clone());
    assert_eq!(requests(&mut bob)[0]["address"], alice.address);
    let added = json!({"address": bob.address, "subscription": "none"});
    alice.oriole.event("contact", added);
    // A restart in between forgets nobody.
    let mut bob = bob.leave().back();
    assert_eq!(requests(&mut bob)[0]["address"], alice.address);

    bob.ask("contact.accept", asked);
    let (a, b) = (alice.address.clone(), bob.address.clone());
    let both = |address: &str| json!({"address": address, "subscription": "both"});
    let there = |address: &str| json!({"address": address, "show": "online"});
    alice.oriole.event("contact", both(&b));
    alice.oriole.event("presence", there(&b));
    bob.oriole.event("contact", both(&a));
    bob.oriole.event("presence", there(&a));
    assert_eq!(requests(&mut bob), json!([]));
    assert_eq!(requests(&mut alice), json!([]), "asking once is enough");
    let entry = entry(&mut alice, &b);
    assert_eq!(entry["name"], with["name"]);
    assert_eq!(entry["groups"], with["groups"]);
}

fn somebody_who_is_declined_stays_a_stranger(kind: Kind) {
    let server = shared(kind);
    let mut alice = Person::new(server, "alice");
    let mut bob = Person::new(server, "bob");
    alice.ask("contact.add", json!({"address": bob.address}));
    let asked = json!({"address": alice.address});
    bob.oriole.event("contact-request", asked.clone());
    bob.ask("contact.decline", asked);
    assert_eq!(requests(&mut bob), json!([]));
    // What comes after the refusal shows that it has arrived.
    let id = bob.write(&alice.address, "sorry");
    bob.message_is(&id, "sent");
    assert_eq!(alice.oriole.incoming(1), ["sorry"]);
    assert_eq!(entry(&mut alice, &bob.address)["subscription"], "none");
    // It is not asked again at the next sign-in.
    let mut bob = bob.leave().back();
    alice.write(&bob.address, "why");
    assert_eq!(bob.oriole.incoming(1), ["why"]);
    assert_eq!(requests(&mut bob), json!([]));
    assert_eq!(entry(&mut bob, &alice.address), Value::Null);
}

fn names_and_groups_are_kept(kind: Kind) {
    let (mut alice, bob) = Person::friends(shared(kind));
    let rename = |alice: &mut Person, fields: Value| {
        let mut all = fields;
        all["address"] = json!(bob.address);
        alice.ask("contact.rename", all);
    };
    rename(
        &mut alice,
        json!({"name": "鲍勃 🐦 \"<&>'", "groups": ["b", "a"]}),
    );
    let renamed = json!({"address": bob.address, "name": "鲍勃 🐦 \"<&>'"});
    alice.oriole.event("contact", renamed);
    rename(&mut alice, json!({"name": "Bobby"}));
    let renamed = json!({"address": bob.address, "name": "Bobby"});
    alice.oriole.event("contact", renamed);
    let entry = |person: &mut Person| entry(person, &bob.address);
    assert_eq!(entry(&mut alice)["groups"], json!(["a", "b"]), "left alone");
    assert_eq!(entry(&mut alice)["subscription"], "both");
    alice.ask("contact.add", json!({"address": bob.address}));
    let kept = json!({"address": bob.address, "name": "Bobby"});
    alice.oriole.event("contact", kept);
    assert_eq!(
        entry(&mut alice)["groups"],
        json!(["a", "b"]),
        "asked again"
    );

    // From the profile after a restart, from the server on a new profile.
    let mut alice = alice.leave().back();
    assert_eq!(entry(&mut alice)["name"], "Bobby");
    rename(&mut alice, json!({"name": null, "groups": []}));
    alice.oriole.wait_for("a contact without a name", |line| {
        line["event"] == "contact" && line["address"] == bob.address && line.get("name").is_none()
    });
    let mut alice = alice.leave().back();
    assert!(entry(&mut alice).get("name").is_none());
    assert_eq!(entry(&mut alice)["groups"], json!([]));
}

fn people_part(kind: Kind) {
    let (mut alice, mut bob) = Person::friends(shared(kind));
    let (a, b) = (alice.address.clone(), bob.address.clone());
    alice.ask("contact.remove", json!({"address": b}));
    alice
        .oriole
        .event("contact", json!({"address": b, "subscription": "remove"}));
    assert_eq!(entry(&mut alice, &b), Value::Null);
    bob.sees(&a, "offline");
    bob.oriole
        .event("contact", json!({"address": a, "subscription": "none"}));
    let refused = alice.try_ask("contact.remove", json!({"address": b}));
    assert_eq!(refused.unwrap_err()["kind"], "not-found");
    let mut alice = alice.leave().back();
    assert_eq!(entry(&mut alice, &b), Value::Null);
    // Who left can be asked again.
    bob.ask("contact.add", json!({"address": a}));
    alice.oriole.event("contact-request", json!({"address": b}));
}

fn nothing_comes_from_somebody_blocked(kind: Kind) {
    let (mut alice, mut bob) = Person::friends(shared(kind));
    alice.ask("contact.block", json!({"address": bob.address}));
    let blocked = json!({"address": bob.address, "blocked": true});
    alice.oriole.event("contact", blocked);
    assert_eq!(entry(&mut alice, &bob.address)["blocked"], true);
    let id = bob.write(&alice.address, "do you hear me?");
    let failed = bob.message_is(&id, "failed");
    assert_eq!(failed["error"]["kind"], "remote-error", "{failed}");

    let mut alice = alice.leave().back();
    assert_eq!(entry(&mut alice, &bob.address)["blocked"], true);
    alice.ask("contact.unblock", json!({"address": bob.address}));
    let unblocked = json!({"address": bob.address, "blocked": false});
    alice.oriole.event("contact", unblocked);
    assert_eq!(entry(&mut alice, &bob.address)["blocked"], false);
    bob.write(&alice.address, "and now?");
    assert_eq!(alice.oriole.incoming(1), ["and now?"]);
    assert_eq!(alice.written_by(&bob.address), ["and now?"]);
}
