//! How things look in JSON. The names of fields are a promise to other programs.

use chrono::{DateTime, SecondsFormat, Utc};
use oriole_core::{
    engine::{
        command::Done,
        diagnose::{Diagnosis, Outcome},
        query::{AccountStatus, ContactStatus},
    },
    error::Error,
    model::{
        account::{Accent, ArchiveDepth, ServerAddress},
        certificate::CertificateFacts,
        chat::ChatSummary,
        contact::ContactRequest,
        message::Message,
        server::{Offers, ServerFacts},
    },
};
use serde_json::{json, Map, Value};

/// The reply to a request that was carried out.
pub(super) fn done(id: &Value, ok: Value) -> Value {
    json!({ "re": id, "ok": ok })
}

/// The reply to one that was not.
pub(super) fn failed(id: &Value, problem: &Error) -> Value {
    json!({ "re": id, "error": error(problem) })
}

/// What is there to say where nothing is to be said.
pub(super) fn nothing() -> Value {
    Value::Object(Map::new())
}

/// Adds a field where there is something to put there.
pub(super) fn put_some(object: &mut Value, field: &str, value: Option<impl Into<Value>>) {
    if let (Some(fields), Some(value)) = (object.as_object_mut(), value) {
        fields.insert(field.to_owned(), value.into());
    }
}

/// A kind and a sentence.
pub(super) fn error(error: &Error) -> Value {
    json!({ "kind": error.kind.as_str(), "message": error.to_string() })
}

/// RFC 3339 in UTC, with milliseconds.
fn time(time: DateTime<Utc>) -> String {
    time.to_rfc3339_opts(SecondsFormat::Millis, true)
}

/// What came of a command.
pub(super) fn command_done(done: Done) -> Value {
    match done {
        Done::Ok | Done::Chat(_) => nothing(),
        Done::Account(account) => json!({ "account": account.to_string() }),
        Done::Message(_, message) => json!({ "id": message.to_string() }),
    }
}

/// An account with its settings, without its password.
pub(super) fn account(status: &AccountStatus) -> Value {
    let settings = &status.account.settings;
    let mut object = json!({
        "account": status.account.id.to_string(),
        "address": settings.address.as_str(),
        "enabled": status.account.enabled,
        "security": settings.security.as_str(),
        "state": status.connection.as_str(),
        "archive_days": match status.account.archive {
            ArchiveDepth::Days(days) => json!(days),
            ArchiveDepth::Everything => Value::Null,
        },
    });
    put_some(&mut object, "server", settings.server.as_ref().map(server));
    put_some(&mut object, "pin", settings.pin.map(|pin| pin.to_string()));
    let proxy = settings.proxy.as_ref().map(ToString::to_string);
    put_some(&mut object, "proxy", proxy);
    let tag = &status.account.tag;
    let label = Some(tag.label.as_str()).filter(|label| !label.is_empty());
    put_some(&mut object, "label", label);
    put_some(&mut object, "accent", tag.accent.map(Accent::as_str));
    object
}

/// What a server says it can do.
pub(super) fn offers(offers: &Offers) -> Value {
    let has: Vec<&str> = offers.has.iter().map(|offer| offer.as_str()).collect();
    let mut object = json!({ "offers": has, "complete": offers.complete });
    put_some(&mut object, "upload_limit", offers.upload_limit);
    object
}

/// An account's connection, while there is one.
pub(super) fn server_facts(facts: &ServerFacts) -> Value {
    let route = &facts.route;
    let mut known = facts.offers.clone().unwrap_or_default();
    known.has.extend(&route.offers);
    let mut object = offers(&known);
    put_some(&mut object, "since", Some(time(facts.since)));
    put_some(&mut object, "resumed", facts.resumed.map(time));
    put_some(&mut object, "server", Some(route.place.as_str()));
    put_some(&mut object, "tls", route.tls.map(|tls| tls.to_string()));
    put_some(&mut object, "pinned", Some(route.pinned));
    put_some(&mut object, "mechanism", Some(route.mechanism.as_str()));
    object
}

fn server(address: &ServerAddress) -> String {
    match (address.port, address.host.contains(':')) {
        (Some(port), true) => format!("[{}]:{port}", address.host),
        (Some(port), false) => format!("{}:{port}", address.host),
        (None, _) => address.host.clone(),
    }
}

/// A contact with their presence.
pub(super) fn contact(status: &ContactStatus) -> Value {
    let item = &status.contact.item;
    let mut object = json!({
        "account": status.contact.account.to_string(),
        "address": item.address.as_str(),
        "groups": item.groups,
        "subscription": item.subscription.as_str(),
        "blocked": status.contact.blocked,
        "show": status.presence.show.as_str(),
        "status": status.presence.status,
    });
    put_some(&mut object, "name", item.name.as_deref());
    object
}

/// Somebody who asks.
pub(super) fn contact_request(request: &ContactRequest) -> Value {
    let mut object = json!({
        "account": request.account.to_string(),
        "address": request.address.as_str(),
    });
    put_some(&mut object, "name", request.name.as_deref());
    object
}

/// A line of the chat list.
pub(super) fn chat(chat: &ChatSummary) -> Value {
    let mut object = json!({
        "account": chat.account.to_string(),
        "chat": chat.with.as_str(),
        "unread": chat.unread,
        "draft": chat.draft,
        "stranger": chat.stranger,
    });
    put_some(&mut object, "name", chat.name.as_deref());
    let last = chat.last.as_ref().map(|last| {
        json!({
            "id": last.message.to_string(),
            "text": last.text,
            "time": time(last.time),
            "outgoing": last.outgoing,
            "state": last.state.as_str(),
        })
    });
    put_some(&mut object, "last", last);
    object
}

/// A message, as in the event and in history.
pub(super) fn message(message: &Message) -> Value {
    let mut object = json!({
        "account": message.account.to_string(),
        "chat": message.with.as_str(),
        "from": message.from.as_str(),
        "id": message.id.to_string(),
        "body": message.body,
        "time": time(message.time),
        "outgoing": message.outgoing,
        "state": message.state.as_str(),
        "origin": message.origin.as_str(),
        "stranger": message.stranger,
    });
    put_some(&mut object, "error", message.error.as_ref().map(error));
    object
}

/// A certificate that was not trusted.
pub(super) fn certificate(certificate: &CertificateFacts) -> Value {
    json!({
        "sha256": certificate.sha256.to_string(),
        "subject": certificate.subject,
        "issuer": certificate.issuer,
        "not_after": time(certificate.not_after),
        "why": certificate.why.to_string(),
    })
}

/// What was found out step by step.
pub(super) fn diagnosis(diagnosis: &Diagnosis) -> Value {
    let steps: Vec<Value> = diagnosis
        .steps
        .iter()
        .map(|report| {
            let mut step = json!({
                "step": report.step.as_str(),
                "outcome": report.outcome.as_str(),
                "detail": report.detail(),
                "ms": report.ms,
            });
            if let Outcome::Failed(problem) = &report.outcome {
                put_some(&mut step, "error", Some(error(problem)));
                if report.found.is_empty() {
                    put_some(&mut step, "detail", Some(problem.to_string()));
                }
            }
            step
        })
        .collect();
    let mut object = json!({ "steps": steps });
    put_some(
        &mut object,
        "certificate",
        diagnosis.certificate.as_deref().map(certificate),
    );
    object
}
