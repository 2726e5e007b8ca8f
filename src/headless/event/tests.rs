//! How each event and each thing looks: the promise to other programs, field by field.
#![allow(clippy::unwrap_used)]

use chrono::{DateTime, Utc};
use oriole_core::{
    engine::{
        command::Done,
        diagnose::{Diagnosis, Found, Outcome, Step, StepReport},
        query::{AccountStatus, ContactStatus},
    },
    error::ErrorKind,
    model::{
        account::{
            Account, AccountSettings, ArchiveDepth, Fingerprint, Security, ServerAddress, Tag,
        },
        certificate::CertificateProblem,
        chat::{ChatSummary, Preview},
        contact::{Contact, ContactRequest, RosterItem, Subscription},
        ids::Place,
        message::{Message, Origin},
        presence::{OwnPresence, Show},
    },
};

use super::*;

const ACCOUNT: AccountId = AccountId(3);

fn juliet() -> BareJid {
    "juliet@example.org".parse().unwrap()
}

fn time() -> DateTime<Utc> {
    "2026-02-03T04:05:06.7+01:00".parse().unwrap()
}

fn certificate() -> CertificateFacts {
    CertificateFacts {
        sha256: Fingerprint([0xab; 32]),
        subject: "CN=example.org".to_owned(),
        issuer: "CN=nobody".to_owned(),
        names: vec!["example.org".to_owned()],
        name_matches: true,
        not_before: time(),
        not_after: time(),
        why: CertificateProblem::SelfSigned,
    }
}

fn certificate_json() -> Value {
    json!({
        "sha256": "ab".repeat(32),
        "subject": "CN=example.org",
        "issuer": "CN=nobody",
        "not_after": "2026-02-03T03:05:06.700Z",
        "why": "Nobody but the server itself vouches for it.",
    })
}

fn failure() -> Error {
    Error::new(ErrorKind::Timeout, "Nothing for 30 s.")
}

fn failure_json() -> Value {
    json!({ "kind": "timeout", "message": format!("{} Nothing for 30 s.", ErrorKind::Timeout.sentence()) })
}

fn message() -> Message {
    Message {
        id: MessageId(12),
        place: Place(12),
        account: ACCOUNT,
        chat: ChatId(5),
        with: juliet(),
        from: "romeo@example.org".parse().unwrap(),
        outgoing: true,
        body: "你好 🌹".to_owned(),
        time: time(),
        state: MessageState::Failed,
        origin: Origin::Carbon,
        error: Some(failure()),
        stranger: false,
    }
}

#[test]
fn connections() {
    assert_eq!(
        connection(ACCOUNT, ConnectionState::Online, true, None, None),
        json!({"event": "connection", "account": "3", "state": "online", "resumed": true})
    );
    let (error, certificate) = (failure(), certificate());
    assert_eq!(
        connection(
            ACCOUNT,
            ConnectionState::Waiting,
            false,
            Some(&error),
            Some(&certificate)
        ),
        json!({
            "event": "connection", "account": "3", "state": "waiting", "resumed": false,
            "error": failure_json(), "certificate": certificate_json(),
        })
    );
}

#[test]
fn messages() {
    let mut told = message();
    assert_eq!(
        named("message", format::message(&told)),
        json!({
            "event": "message", "account": "3", "chat": "juliet@example.org", "from": "romeo@example.org", "id": "12", "body": "你好 🌹",
            "time": "2026-02-03T03:05:06.700Z", "outgoing": true, "state": "failed", "origin": "carbon", "stranger": false,
            "error": failure_json(),
        })
    );
    told.error = None;
    told.stranger = true;
    let line = format::message(&told);
    assert_eq!(line.get("error"), None);
    assert_eq!(line.get("event"), None);
    assert_eq!(line.get("stranger"), Some(&json!(true)));
}

#[test]
fn message_states() {
    let (with, id) = (juliet(), MessageId(12));
    assert_eq!(
        message_state(ACCOUNT, &with, id, MessageState::Sent, None),
        json!({"event": "message-state", "account": "3", "chat": "juliet@example.org", "id": "12", "state": "sent"})
    );
    assert_eq!(
        message_state(ACCOUNT, &with, id, MessageState::Failed, Some(&failure())),
        json!({
            "event": "message-state", "account": "3", "chat": "juliet@example.org", "id": "12", "state": "failed",
            "error": failure_json(),
        })
    );
}

#[test]
fn removed_messages() {
    assert_eq!(
        message_removed(ACCOUNT, &juliet(), MessageId(12)),
        json!({"event": "message-removed", "account": "3", "chat": "juliet@example.org", "id": "12"})
    );
}

#[test]
fn archives() {
    assert_eq!(
        caught_up(ACCOUNT, None, (7, 0), false),
        json!({"event": "catch-up", "account": "3", "stored": 7, "done": false})
    );
    assert_eq!(
        caught_up(ACCOUNT, Some(&juliet()), (0, 2), true),
        json!({"event": "catch-up", "account": "3", "chat": "juliet@example.org", "stored": 0, "unreadable": 2, "done": true})
    );
}

#[test]
fn presences() {
    let seen = Presence {
        show: Show::Xa,
        status: "gone".to_owned(),
    };
    assert_eq!(
        presence(ACCOUNT, &juliet(), &seen),
        json!({"event": "presence", "account": "3", "address": "juliet@example.org", "show": "xa", "status": "gone"})
    );
}

#[test]
fn contact_requests_and_removals() {
    let mut request = ContactRequest {
        account: ACCOUNT,
        address: juliet(),
        name: Some("Juliet".to_owned()),
        text: "It is me.".to_owned(),
    };
    let line = named("contact-request", format::contact_request(&request));
    assert_eq!(
        line,
        json!({"event": "contact-request", "account": "3", "address": "juliet@example.org", "name": "Juliet"})
    );
    request.name = None;
    assert_eq!(format::contact_request(&request).get("name"), None);
    assert_eq!(
        contact_removed(ACCOUNT, &juliet()),
        json!({"event": "contact", "account": "3", "address": "juliet@example.org", "subscription": "remove"})
    );
}

#[test]
fn commands_that_failed_later() {
    assert_eq!(
        failed(ACCOUNT, Some(&juliet()), &failure()),
        json!({"event": "failed", "account": "3", "address": "juliet@example.org", "error": failure_json()})
    );
    assert_eq!(failed(ACCOUNT, None, &failure()).get("address"), None);
}

#[test]
fn replies() {
    let id = json!({"any": 1});
    assert_eq!(
        format::done(&id, format::nothing()),
        json!({"re": {"any": 1}, "ok": {}})
    );
    assert_eq!(
        format::failed(&Value::Null, &failure()),
        json!({"re": null, "error": failure_json()})
    );
    assert_eq!(format::command_done(Done::Ok), json!({}));
    assert_eq!(
        format::command_done(Done::Account(ACCOUNT)),
        json!({"account": "3"})
    );
    assert_eq!(
        format::command_done(Done::Message(ChatId(5), MessageId(12))),
        json!({"id": "12"})
    );
}

#[test]
fn accounts() {
    let mut status = AccountStatus {
        account: Account {
            id: ACCOUNT,
            settings: AccountSettings::new(juliet()),
            enabled: true,
            resource: "secret-ish".to_owned(),
            sasl_memory: String::new(),
            tag: Tag::default(),
            presence: OwnPresence::default(),
            archive: ArchiveDepth::default(),
        },
        connection: ConnectionState::Syncing,
    };
    assert_eq!(
        format::account(&status),
        json!({"account": "3", "address": "juliet@example.org", "enabled": true, "security": "auto", "state": "syncing", "archive_days": 90})
    );
    status.account.archive = ArchiveDepth::Everything;
    let settings = &mut status.account.settings;
    settings.security = Security::DirectTls;
    settings.pin = Some(Fingerprint([0xab; 32]));
    for (host, port, text) in [
        ("host", None, "host"),
        ("host", Some(1), "host:1"),
        ("::1", None, "::1"),
        ("::1", Some(1), "[::1]:1"),
    ] {
        let host = host.to_owned();
        status.account.settings.server = Some(ServerAddress { host, port });
        assert_eq!(
            format::account(&status),
            json!({
                "account": "3", "address": "juliet@example.org", "enabled": true, "security": "direct-tls", "state": "syncing",
                "server": text, "pin": "ab".repeat(32), "archive_days": null,
            })
        );
    }
}

#[test]
fn contacts_in_lists() {
    let mut status = ContactStatus {
        contact: Contact {
            account: ACCOUNT,
            item: RosterItem {
                address: juliet(),
                name: Some("Juliet".to_owned()),
                groups: vec!["Verona".to_owned()],
                subscription: Subscription::To,
                ask: false,
            },
            blocked: false,
        },
        presence: Presence {
            show: Show::Online,
            status: "here".to_owned(),
        },
    };
    assert_eq!(
        format::contact(&status),
        json!({
            "account": "3", "address": "juliet@example.org", "name": "Juliet", "groups": ["Verona"], "subscription": "to",
            "blocked": false, "show": "online", "status": "here",
        })
    );
    status.contact.item.name = None;
    assert_eq!(format::contact(&status).get("name"), None);
}

#[test]
fn chats_in_lists() {
    let mut chat = ChatSummary {
        id: ChatId(5),
        account: ACCOUNT,
        with: juliet(),
        name: None,
        unread: 2,
        last: None,
        draft: "half".to_owned(),
        stranger: true,
    };
    let bare = json!({"account": "3", "chat": "juliet@example.org", "unread": 2, "draft": "half", "stranger": true});
    assert_eq!(format::chat(&chat), bare);
    chat.name = Some("Juliet".to_owned());
    chat.last = Some(Preview {
        message: MessageId(12),
        place: Place(12),
        text: "Hi".to_owned(),
        time: time(),
        outgoing: false,
        state: MessageState::Delivered,
    });
    assert_eq!(
        format::chat(&chat),
        json!({
            "account": "3", "chat": "juliet@example.org", "unread": 2, "draft": "half", "stranger": true, "name": "Juliet",
            "last": {"id": "12", "text": "Hi", "time": "2026-02-03T03:05:06.700Z", "outgoing": false, "state": "delivered"},
        })
    );
}

#[test]
fn diagnoses() {
    let report = |step, outcome, found: &[&str]| StepReport {
        step,
        outcome,
        found: found
            .iter()
            .map(|at| Found::Peer((*at).to_owned()))
            .collect(),
        ms: 7,
    };
    let found = Diagnosis {
        steps: vec![
            report(Step::Resolve, Outcome::Ok, &["127.0.0.1"]),
            report(Step::Connect, Outcome::Failed(failure()), &[]),
            report(Step::SignIn, Outcome::Skipped, &[]),
        ],
        certificate: Some(Box::new(certificate())),
    };
    let failure = failure_json();
    assert_eq!(
        format::diagnosis(&found),
        json!({
            "steps": [
                {"step": "resolve", "outcome": "ok", "detail": "127.0.0.1", "ms": 7},
                {"step": "connect", "outcome": "failed", "detail": failure.get("message"), "ms": 7, "error": failure},
                {"step": "sign-in", "outcome": "skipped", "detail": "", "ms": 7},
            ],
            "certificate": certificate_json(),
        })
    );
}
