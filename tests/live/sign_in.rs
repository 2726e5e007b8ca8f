//! Signing in: every way in, every mechanism, what a diagnosis says about it, and the account afterwards.

use serde_json::{json, Value};

use crate::support::oriole::{account, hex, Oriole, Person, PASSWORD};
use crate::support::{shared, Kind, Options, Passwords, Server};

for_both! {
    every_way_in_leads_online
    plain_text_is_for_this_machine_only_and_only_when_asked_for
    a_diagnosis_tells_of_every_step
    an_account_is_there_again_after_a_restart
    an_account_can_be_switched_off_and_removed
}

/// The requests that differ in the way in.
fn ways(server: &Server, name: &str) -> Vec<Value> {
    [
        ("starttls", server.starttls_port()),
        ("auto", server.starttls_port()),
        ("direct-tls", server.direct_tls_port()),
        // StartTLS does not work on this port, so the other way has to be found.
        ("auto", server.direct_tls_port()),
    ]
    .into_iter()
    .map(|(security, port)| {
        let mut request = account(server, name);
        request["security"] = json!(security);
        request["server"] = json!(format!("127.0.0.1:{port}"));
        request
    })
    .collect()
}

/// The step of a diagnosis with this name.
pub(crate) fn step<'a>(diagnosis: &'a Value, name: &str) -> &'a Value {
    let steps = diagnosis["steps"].as_array().expect("steps");
    let names: Vec<&str> = steps
        .iter()
        .filter_map(|step| step["step"].as_str())
        .collect();
    assert_eq!(names, ["resolve", "connect", "secure", "sign-in", "ready"]);
    steps.iter().find(|step| step["step"] == name).expect("it")
}

/// The same as a request for a diagnosis.
pub(crate) fn as_diagnosis(mut request: Value) -> Value {
    request["do"] = json!("diagnose");
    request
}

fn every_way_in_leads_online(kind: Kind) {
    let server = shared(kind);
    for way in 0..4 {
        let name = server.unused_name("alice");
        server.add_user(&name, PASSWORD);
        let request = ways(server, &name).remove(way);
        let profile = tempfile::tempdir().unwrap();
        let mut oriole = Oriole::start(profile.path());
        let account = oriole.ask(request.clone())["account"].clone();
        for state in ["connecting", "syncing", "online"] {
            let event = oriole.connection();
            assert_eq!(event["state"], state, "{request}: {event}");
            assert_eq!(event["account"], account);
            assert_eq!(event["resumed"], false);
            assert!(event.get("error").is_none(), "{event}");
        }
        let accounts = oriole.ask(json!({"do": "account.list"}));
        let listed = &accounts["accounts"][0];
        assert_eq!(listed["state"], "online");
        for field in ["address", "server", "security", "pin"] {
            assert_eq!(listed[field], request[field], "{listed}");
        }
        assert!(listed.get("password").is_none());
        let rest = oriole.quit();
        let last = rest.iter().rfind(|line| line["event"] == "connection");
        assert_eq!(last.unwrap()["state"], "offline");
    }
}

fn plain_text_is_for_this_machine_only_and_only_when_asked_for(kind: Kind) {
    let server = shared(kind);
    let name = server.unused_name("alice");
    server.add_user(&name, PASSWORD);
    let mut request = account(server, &name);
    request["address"] = json!(format!("{name}@{}", server.plain_domain()));
    request["server"] = json!(format!("127.0.0.1:{}", server.plain_port()));
    request["security"] = json!("plain");
    let mut person = Person::sign_in(request.clone());
    // The server that has just let somebody in without encryption does not get the others.
    person.ask("account.update", json!({"security": "starttls"}));
    let refused = person.oriole.connected("offline");
    assert_eq!(refused["error"]["kind"], "no-encryption", "{refused}");
    person.oriole.quit();

    request["server"] = json!("192.0.2.1:5222");
    let profile = tempfile::tempdir().unwrap();
    let mut oriole = Oriole::start(profile.path());
    let refused = oriole.try_ask(request.clone()).unwrap_err();
    assert_eq!(refused["kind"], "not-allowed", "{refused}");
    let diagnosis = oriole.ask(as_diagnosis(request));
    let resolve = step(&diagnosis, "resolve");
    assert_eq!(resolve["error"]["kind"], "not-allowed", "{diagnosis}");
    assert_eq!(step(&diagnosis, "connect")["outcome"], "skipped");
}

fn a_diagnosis_tells_of_every_step(kind: Kind) {
    let server = shared(kind);
    let name = server.unused_name("alice");
    server.add_user(&name, PASSWORD);
    let profile = tempfile::tempdir().unwrap();
    let mut oriole = Oriole::start(profile.path());
    for way in ways(server, &name) {
        let mut request = as_diagnosis(way);
        let diagnosis = oriole.ask(request.clone());
        for name in ["resolve", "connect", "secure", "sign-in", "ready"] {
            let step = step(&diagnosis, name);
            assert_eq!(step["outcome"], "ok", "{diagnosis}");
            assert!(step.get("error").is_none());
            assert!(step["ms"].is_u64());
        }
        assert!(diagnosis.get("certificate").is_none());
        let detail = |name: &str| {
            step(&diagnosis, name)["detail"]
                .as_str()
                .unwrap()
                .to_owned()
        };
        assert!(detail("connect").contains("127.0.0.1"), "{diagnosis}");
        assert!(detail("secure").contains("TLSv1_3"), "{diagnosis}");
        assert!(detail("sign-in").contains("SCRAM-SHA-1"), "{diagnosis}");
        assert!(detail("ready").contains("acknowledges"), "{diagnosis}");

        request.as_object_mut().unwrap().remove("password");
        let diagnosis = oriole.ask(request);
        assert_eq!(step(&diagnosis, "secure")["outcome"], "ok");
        assert_eq!(step(&diagnosis, "sign-in")["outcome"], "skipped");
        assert_eq!(step(&diagnosis, "ready")["outcome"], "skipped");
    }
    // Trying changes nothing.
    assert_eq!(
        oriole.ask(json!({"do": "account.list"})),
        json!({"accounts": []})
    );
}

#[test]
fn the_strongest_mechanism_is_used() {
    use Kind::{Ejabberd, Prosody};
    for (kind, passwords, expected) in [
        (Prosody, Passwords::Sha1, "SCRAM-SHA-1"),
        (Prosody, Passwords::Sha256, "SCRAM-SHA-256"),
        (Prosody, Passwords::Readable, "SCRAM-SHA-256"),
        (Ejabberd, Passwords::Sha1, "SCRAM-SHA-1"),
        (Ejabberd, Passwords::Sha256, "SCRAM-SHA-256"),
        (Ejabberd, Passwords::Sha512, "SCRAM-SHA-512"),
        (Ejabberd, Passwords::Readable, "SCRAM-SHA-512"),
    ] {
        let options = Options {
            passwords,
            ..Options::default()
        };
        let server = Server::start(kind, options);
        let mut person = Person::new(&server, "alice");
        let name = person.address.split('@').next().unwrap().to_owned();
        let request = as_diagnosis(account(&server, &name));
        let diagnosis = person.oriole.ask(request);
        let detail = &step(&diagnosis, "sign-in")["detail"];
        assert_eq!(detail, expected, "{kind:?} {passwords:?}: {diagnosis}");
    }
}

fn an_account_is_there_again_after_a_restart(kind: Kind) {
    let server = shared(kind);
    let mut person = Person::new(server, "alice");
    let before = person.oriole.ask(json!({"do": "account.list"}));
    let mut person = person.leave().back();
    assert_eq!(person.oriole.ask(json!({"do": "account.list"})), before);
    let mut person = person.crash().back();
    assert_eq!(person.oriole.ask(json!({"do": "account.list"})), before);
}

fn an_account_can_be_switched_off_and_removed(kind: Kind) {
    let server = shared(kind);
    let (mut alice, mut bob) = Person::friends(server);
    let bob_is = |show: &str| json!({"address": bob.address, "show": show});
    let (there, gone) = (bob_is("online"), bob_is("offline"));
    bob.ask("account.disable", json!({}));
    assert!(bob.oriole.connected("offline").get("error").is_none());
    alice.oriole.event("presence", gone.clone());
    let mut bob = bob.leave().back_offline();
    let accounts = bob.oriole.ask(json!({"do": "account.list"}));
    assert_eq!(accounts["accounts"][0]["enabled"], false);
    assert_eq!(accounts["accounts"][0]["state"], "offline");
    bob.ask("account.enable", json!({}));
    bob.is_there();
    alice.oriole.event("presence", there);
    bob.ask("account.remove", json!({}));
    alice.oriole.event("presence", gone);
    assert_eq!(
        bob.oriole.ask(json!({"do": "account.list"})),
        json!({"accounts": []})
    );
    let secrets = std::fs::read_to_string(bob.profile().join("secrets.json"));
    assert!(secrets.is_ok_and(|text| !text.contains(&bob.address)));
    let refused = bob.try_ask("chat.history", json!({"with": alice.address}));
    assert_eq!(refused.unwrap_err()["kind"], "not-found");
}

#[test]
fn a_pin_is_the_certificates_fingerprint() {
    assert_eq!(hex(&[0, 0x1f, 0xff]), "001fff");
}
