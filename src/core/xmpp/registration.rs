//! Accounts on servers (XEP-0077): making one before signing in, and, signed in, changing its password or deleting it.
//!
//! Only over encrypted connections: all of it carries passwords, or takes the account away. Here, what a server wants beyond a name and a
//! password is told and never filled in; a person fills it in through [`super::new_account`].

use std::borrow::Cow;

use futures::SinkExt;
use minidom::Element;
use tokio::time::timeout;
use zeroize::Zeroizing;

use super::{
    connect::Secured,
    failure::Failure,
    new_account::NewAccount,
    ns,
    sasl::prepared_password,
    session::{ask_for, establish},
    stanza::{cut, is_writable},
};
use crate::{
    error::ErrorKind,
    model::registration::{Offer, Why},
};

/// How many fields are told of.
const MOST_TOLD: usize = 12;
/// How much of what a server says is repeated, in characters.
const LONGEST_WORDS: usize = 300;

/// Makes an account with this name and password on the server, then ends the stream.
///
/// # Errors
/// `address-taken`; `registration-refused`, with what the server wants and where, if it says so; `no-encryption`; and whatever ends a
/// connection.
pub async fn create(secured: Secured, user: &str, password: &str) -> Result<(), Failure> {
    let mut conversation = NewAccount::begin(secured)?;
    let offer = conversation.offer().await?;
    if let Some(wanted) = wants(&offer) {
        return Err(refused(wanted));
    }
    let made = conversation.submit(&offer, user, password).await?;
    conversation.end().await;
    made.map_err(|refusal| match refusal.why {
        Why::Taken => Failure::new(ErrorKind::AddressTaken, refusal.said),
        _ => refused(refusal.said),
    })
}

/// Changes the password on a stream that is signed in, then ends the stream. `resource` is for this short session.
///
/// # Errors
/// `not-allowed` where the server refuses; `no-encryption`; and whatever ends a connection.
pub async fn change_password(
    secured: Secured,
    resource: &str,
    user: &str,
    password: &str,
) -> Result<(), Failure> {
    let password = prepared(password);
    let query = query([("username", user), ("password", &password)]);
    set(secured, resource, query).await
}

/// Deletes the account on a stream that is signed in, then ends the stream.
///
/// # Errors
/// The same as [`change_password`].
pub async fn delete(secured: Secured, resource: &str) -> Result<(), Failure> {
    set(secured, resource, query([("remove", "")])).await
}

async fn set(mut secured: Secured, resource: &str, query: Element) -> Result<(), Failure> {
    must_be_encrypted(&secured)?;
    if !is_writable(&query) {
        return Err(Failure::new(
            ErrorKind::BadRequest,
            "The password has characters that cannot be sent.",
        ));
    }
    establish(&mut secured, resource).await?;
    let result = match ask_for(&mut secured, "set", None, query).await? {
        Ok(_) => Ok(()),
        Err(error) => Err(Failure::new(
            ErrorKind::NotAllowed,
            format!("the server refused: {error}"),
        )),
    };
    close(secured).await;
    result
}

pub(super) fn must_be_encrypted(secured: &Secured) -> Result<(), Failure> {
    if secured.encrypted {
        return Ok(());
    }
    Err(Failure::new(
        ErrorKind::NoEncryption,
        "accounts are made, changed and deleted over encrypted connections only",
    ))
}

/// Ends the stream; nothing depends on how that goes.
pub(super) async fn close(mut secured: Secured) {
    let deadline = secured.deadlines.secure;
    let closing = async {
        let _ = SinkExt::<&Element>::flush(&mut secured.xml).await;
        let _ = secured.xml.shutdown().await;
    };
    let _ = timeout(deadline, closing).await;
}

pub(super) fn refused(detail: impl Into<String>) -> Failure {
    Failure::new(ErrorKind::RegistrationRefused, detail)
}

/// The password as it will be proved when signing in, whatever the server does with it.
pub(super) fn prepared(password: &str) -> Zeroizing<String> {
    let prepared = prepared_password(password).ok();
    let text = prepared
        .as_ref()
        .map(|bytes| String::from_utf8_lossy(bytes));
    Zeroizing::new(text.map_or_else(|| password.to_owned(), Cow::into_owned))
}

/// A query with these children.
pub(super) fn query<'a>(children: impl IntoIterator<Item = (&'a str, &'a str)>) -> Element {
    let children = children.into_iter().map(|(name, text)| {
        let mut child = Element::bare(name, ns::REGISTER);
        if !text.is_empty() {
            child.append_text_node(text);
        }
        child
    });
    Element::builder("query", ns::REGISTER)
        .append_all(children)
        .build()
}

/// What else the server wants than a name and a password, what it says about that, and where it can be done instead; none where it wants
/// nothing else.
fn wants(offer: &Offer) -> Option<String> {
    let mut wanted: Vec<&str> = Vec::new();
    for field in &offer.form.fields {
        // A riddle for people (XEP-0158), with its answer among the fields that are not required.
        let riddle = field.name == "challenge" && !field.is_asked();
        let name = match field.label.as_str() {
            _ if riddle => "captcha",
            "" => &field.name,
            label => label,
        };
        let needed = riddle || (field.is_asked() && field.required && field.value().is_empty());
        if needed && !wanted.contains(&name) {
            wanted.push(name);
        }
    }
    if offer.open && wanted.is_empty() {
        return None;
    }
    let mut sentences = Vec::new();
    if !wanted.is_empty() {
        let names = wanted.iter().take(MOST_TOLD).map(|name| cut(name, 80));
        let names: Vec<String> = names.collect();
        sentences.push(format!("It also wants: {}.", names.join(", ")));
    }
    let words = cut(&offer.form.instructions, LONGEST_WORDS);
    if !words.is_empty() {
        sentences.push(format!("It says: {words}"));
    }
    let web = offer.web.as_deref().map(|url| cut(url, LONGEST_WORDS));
    sentences.extend(web.map(|url| format!("An account can be made at {url}")));
    if sentences.is_empty() {
        sentences.push("It does not ask for a name and a password.".to_owned());
    }
    Some(sentences.join(" "))
}
