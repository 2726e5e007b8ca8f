//! Two Orioles on one account: both are there, both hear, and neither throws the other out.

use std::fs;
use std::path::Path;

use serde_json::json;

use crate::support::oriole::{account, Oriole, Person, PASSWORD};
use crate::support::{shared, Kind, Server};

for_both! {
    two_of_them_live_side_by_side
    a_copied_profile_finds_its_own_place
}

/// Alice, her contact Bob, and what adds her account.
fn prepared(server: &Server) -> (serde_json::Value, serde_json::Value) {
    let names = ["alice", "bob"].map(|stem| server.unused_name(stem));
    for name in &names {
        server.add_user(name, PASSWORD);
    }
    server.befriend(&names[0], &names[1]);
    let [alice, bob] = names.map(|name| account(server, &name));
    (alice, bob)
}

/// Both hear what Bob writes, and the connections stay as they are.
fn both_hear(one: &mut Oriole, other: &mut Oriole, bob: &mut Person, alice: &str) {
    for number in 0..3 {
        let text = format!("to both {number}");
        bob.write(alice, &text);
        for oriole in [&mut *one, &mut *other] {
            assert_eq!(oriole.incoming(1), [text.as_str()]);
        }
    }
    for oriole in [one, other] {
        assert_eq!(
            oriole.take_events("connection"),
            [] as [serde_json::Value; 0]
        );
    }
}

fn two_of_them_live_side_by_side(kind: Kind) {
    let (alice, bob) = prepared(shared(kind));
    let mut one = Person::sign_in(alice.clone());
    let mut other = Person::sign_in(alice);
    let mut bob = Person::sign_in(bob);
    let there = json!({"address": bob.address, "show": "online"});
    one.oriole.event("presence", there.clone());
    other.oriole.event("presence", there);
    let address = one.address.clone();
    both_hear(&mut one.oriole, &mut other.oriole, &mut bob, &address);
    // The one that goes does not take the other along.
    bob.oriole
        .event("presence", json!({"address": address, "show": "online"}));
    let one = one.leave();
    bob.write(&address, "still there?");
    assert_eq!(other.oriole.incoming(1), ["still there?"]);
    let mut one = one.back();
    // From the archive.
    assert_eq!(one.oriole.incoming(1), ["still there?"]);
    both_hear(&mut one.oriole, &mut other.oriole, &mut bob, &address);
    let away = bob.oriole.take_events("presence");
    assert!(
        away.iter().all(|event| event["show"] != "offline"),
        "{away:?}"
    );
}

fn a_copied_profile_finds_its_own_place(kind: Kind) {
    let (alice, bob) = prepared(shared(kind));
    let mut bob = Person::sign_in(bob);
    let one = Person::sign_in(alice).leave();
    let address = one.address.clone();
    let there = json!({"address": bob.address, "show": "online"});
    let copy = tempfile::tempdir().unwrap();
    copy_folder(one.profile(), copy.path());
    let mut one = one.back();
    one.sees(&bob.address, "online");
    // With the same resource as the first, which the server then ends: the first takes another one and comes back.
    let mut other = Oriole::start(copy.path());
    other.connected("online");
    other.event("presence", there.clone());
    let ended = one.oriole.connected("waiting");
    assert_eq!(ended["error"]["kind"], "conflict", "{ended}");
    one.sees(&bob.address, "offline");
    let back = one.oriole.connected("online");
    assert_eq!(back["resumed"], false);
    one.oriole.event("presence", there);
    both_hear(&mut one.oriole, &mut other, &mut bob, &address);
}

/// A profile is a folder of files.
fn copy_folder(from: &Path, to: &Path) {
    for entry in fs::read_dir(from).unwrap() {
        let entry = entry.unwrap();
        if entry.file_type().unwrap().is_file() {
            fs::copy(entry.path(), to.join(entry.file_name())).unwrap();
        }
    }
}
