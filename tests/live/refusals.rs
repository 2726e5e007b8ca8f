//! What cannot work: each case with its own error, in the event and in the diagnosis, and the way out where there is one.

use serde_json::{json, Value};

use crate::sign_in::{as_diagnosis, step};
use crate::support::oriole::{account, hex, Oriole, PASSWORD};
use crate::support::{ports, shared, Kind, Server};

for_both! {
    a_wrong_password_is_told_and_can_be_put_right
    an_account_that_is_not_there_is_like_a_wrong_password
    a_certificate_nobody_vouches_for_is_shown_and_can_be_accepted
    another_certificate_than_the_accepted_one_is_refused
    a_refused_port_is_told
}

/// A server with an account, and what adds it.
fn prepared(kind: Kind) -> (&'static Server, Value) {
    let server = shared(kind);
    let name = server.unused_name("alice");
    server.add_user(&name, PASSWORD);
    (server, account(server, &name))
}

/// Checks that this fails with this kind in this step, in the event and in the diagnosis; gives the event.
fn fails(oriole: &mut Oriole, request: &Value, state: &str, kind: &str, where_: &str) -> Value {
    oriole.ask(request.clone());
    assert_eq!(oriole.connection()["state"], "connecting");
    let event = oriole.connection();
    assert_eq!(event["state"], state, "{event}");
    assert_eq!(event["error"]["kind"], kind, "{event}");
    let message = event["error"]["message"].as_str().unwrap();
    assert!(
        !message.is_empty() && !message.contains(PASSWORD),
        "{event}"
    );

    let diagnosis = oriole.ask(as_diagnosis(request.clone()));
    let mut reached = true;
    for name in ["resolve", "connect", "secure", "sign-in", "ready"] {
        let step = step(&diagnosis, name);
        if name == where_ {
            assert_eq!(step["outcome"], "failed", "{diagnosis}");
            assert_eq!(step["error"]["kind"], kind, "{diagnosis}");
            reached = false;
        } else {
            let expected = if reached { "ok" } else { "skipped" };
            assert_eq!(step["outcome"], expected, "{name}: {diagnosis}");
        }
    }
    assert_eq!(event.get("certificate"), diagnosis.get("certificate"));
    event
}

fn a_wrong_password_is_told_and_can_be_put_right(kind: Kind) {
    let (_, mut request) = prepared(kind);
    request["password"] = json!("another");
    let profile = tempfile::tempdir().unwrap();
    let mut oriole = Oriole::start(profile.path());
    fails(
        &mut oriole,
        &request,
        "offline",
        "wrong-password",
        "sign-in",
    );
    let right =
        json!({"do": "account.update", "account": request["address"], "password": PASSWORD});
    oriole.ask(right);
    oriole.connected("online");
}

fn an_account_that_is_not_there_is_like_a_wrong_password(kind: Kind) {
    let server = shared(kind);
    let request = account(server, &server.unused_name("nobody"));
    let profile = tempfile::tempdir().unwrap();
    let mut oriole = Oriole::start(profile.path());
    fails(
        &mut oriole,
        &request,
        "offline",
        "wrong-password",
        "sign-in",
    );
}

fn a_certificate_nobody_vouches_for_is_shown_and_can_be_accepted(kind: Kind) {
    let (server, mut request) = prepared(kind);
    for (security, port) in [
        ("starttls", server.starttls_port()),
        ("direct-tls", server.direct_tls_port()),
        ("auto", server.starttls_port()),
    ] {
        request.as_object_mut().unwrap().remove("pin");
        request["security"] = json!(security);
        request["server"] = json!(format!("127.0.0.1:{port}"));
        let profile = tempfile::tempdir().unwrap();
        let mut oriole = Oriole::start(profile.path());
        let event = fails(
            &mut oriole,
            &request,
            "offline",
            "certificate-untrusted",
            "secure",
        );
        let certificate = &event["certificate"];
        assert_eq!(certificate["sha256"], hex(&server.certificate_sha256()));
        for name in ["subject", "issuer"] {
            let text = certificate[name].as_str().unwrap();
            assert!(text.contains(server.domain()), "{certificate}");
        }
        let ends = certificate["not_after"].as_str().unwrap();
        assert!(ends.starts_with("2049-12-31T"), "{certificate}");
        assert!(!certificate["why"].as_str().unwrap().is_empty());
        // It is accepted, and so the only one from then on.
        oriole.ask(json!({
            "do": "account.update",
            "account": request["address"],
            "pin": certificate["sha256"],
        }));
        oriole.connected("online");
    }
}

fn another_certificate_than_the_accepted_one_is_refused(kind: Kind) {
    let (server, mut request) = prepared(kind);
    request["pin"] = json!("ab".repeat(32));
    let profile = tempfile::tempdir().unwrap();
    let mut oriole = Oriole::start(profile.path());
    let event = fails(
        &mut oriole,
        &request,
        "offline",
        "certificate-untrusted",
        "secure",
    );
    let certificate = &event["certificate"];
    assert_eq!(certificate["sha256"], hex(&server.certificate_sha256()));
    assert_ne!(certificate["why"], "");
}

fn a_refused_port_is_told(kind: Kind) {
    let (_, mut request) = prepared(kind);
    let port = ports::free().local_addr().unwrap().port();
    request["server"] = json!(format!("127.0.0.1:{port}"));
    let profile = tempfile::tempdir().unwrap();
    let mut oriole = Oriole::start(profile.path());
    // It may pass, so it is tried again.
    fails(
        &mut oriole,
        &request,
        "waiting",
        "connection-refused",
        "connect",
    );
}

#[test]
fn a_name_that_leads_nowhere_is_told() {
    let profile = tempfile::tempdir().unwrap();
    let mut oriole = Oriole::start(profile.path());
    // No name ends in .invalid (RFC 6761, section 6.4).
    let request =
        json!({"do": "account.add", "address": "alice@oriole-test.invalid", "password": PASSWORD});
    fails(
        &mut oriole,
        &request,
        "waiting",
        "name-not-resolved",
        "resolve",
    );
}
