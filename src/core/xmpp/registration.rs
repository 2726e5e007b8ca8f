//! Accounts on servers (XEP-0077): making one before signing in, and, signed in, changing its password or deleting it.
//!
//! Only over encrypted connections: all of it carries passwords, or takes the account away. What a server wants beyond a name and a
//! password is told and never filled in.

use std::borrow::Cow;

use futures::SinkExt;
use jid::Jid;
use minidom::Element;
use tokio::time::timeout;
use xso::exports::rxml::xml_ncname;
use zeroize::Zeroizing;

use super::{
    connect::Secured,
    failure::Failure,
    ns,
    sasl::prepared_password,
    session::{ask_for, establish},
    stanza::{cut, is_writable},
};
use crate::error::ErrorKind;

/// How many fields of a form are looked at, and how many are told of.
const MOST_FIELDS: usize = 64;
const MOST_TOLD: usize = 12;
/// How much of what a server says is repeated, in characters.
const LONGEST_WORDS: usize = 300;

/// Makes an account with this name and password on the server, then ends the stream.
///
/// # Errors
/// `address-taken`; `registration-refused`, with what the server wants and where, if it says so; `no-encryption`; and whatever ends a
/// connection.
pub async fn create(mut secured: Secured, user: &str, password: &str) -> Result<(), Failure> {
    must_be_encrypted(&secured)?;
    let server = Jid::new(&secured.domain).map_err(|error| refused(error.to_string()))?;
    let asked = ask_for(&mut secured, "get", Some(&server), query([])).await;
    let offer = match asked.map_err(refused_stream)? {
        Ok(Some(offer)) if offer.is("query", ns::REGISTER) => offer,
        Ok(_) => return Err(refused("the server's answer was not understood")),
        Err(error) => return Err(refused(error.to_string())),
    };
    let answer = filled_in(&offer, user, &prepared(password)).map_err(refused)?;
    if !is_writable(&answer) {
        return Err(Failure::new(
            ErrorKind::BadRequest,
            "The password has characters that cannot be sent.",
        ));
    }
    let made = ask_for(&mut secured, "set", Some(&server), answer).await;
    let result = match made.map_err(refused_stream)? {
        Ok(_) => Ok(()),
        Err(error) if error.condition == "conflict" => {
            Err(Failure::new(ErrorKind::AddressTaken, error.text))
        }
        Err(error) => Err(refused(error.to_string())),
    };
    close(secured).await;
    result
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

fn must_be_encrypted(secured: &Secured) -> Result<(), Failure> {
    if secured.encrypted {
        return Ok(());
    }
    Err(Failure::new(
        ErrorKind::NoEncryption,
        "accounts are made, changed and deleted over encrypted connections only",
    ))
}

/// Ends the stream; nothing depends on how that goes.
async fn close(mut secured: Secured) {
    let deadline = secured.deadlines.secure;
    let closing = async {
        let _ = SinkExt::<&Element>::flush(&mut secured.xml).await;
        let _ = secured.xml.shutdown().await;
    };
    let _ = timeout(deadline, closing).await;
}

fn refused(detail: impl Into<String>) -> Failure {
    Failure::new(ErrorKind::RegistrationRefused, detail)
}

/// Servers that know nothing of this end the stream, as RFC 6120 §4.9.3.12 has it.
fn refused_stream(failure: Failure) -> Failure {
    match failure.error.kind {
        ErrorKind::WrongPassword | ErrorKind::RemoteError => refused(failure.error.detail),
        _ => failure,
    }
}

/// The password as it will be proved when signing in, whatever the server does with it.
fn prepared(password: &str) -> Zeroizing<String> {
    let prepared = prepared_password(password).ok();
    let text = prepared
        .as_ref()
        .map(|bytes| String::from_utf8_lossy(bytes));
    Zeroizing::new(text.map_or_else(|| password.to_owned(), Cow::into_owned))
}

/// A query with these children.
fn query<'a>(children: impl IntoIterator<Item = (&'a str, &'a str)>) -> Element {
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

/// The answer to what the server offers; as an error what else it wants.
fn filled_in(offer: &Element, user: &str, password: &str) -> Result<Element, String> {
    let form = offer
        .get_child("x", ns::DATA_FORMS)
        .filter(|form| form.attr("type").is_none_or(|kind| kind == "form"));
    if let Some(form) = form {
        let form = fill_form(form, user, password).map_err(|wanted| wants(offer, &wanted))?;
        return Ok(Element::builder("query", ns::REGISTER).append(form).build());
    }
    let names: Vec<&str> = offer
        .children()
        .filter(|child| child.ns() == ns::REGISTER)
        .map(Element::name)
        .filter(|name| !matches!(*name, "instructions" | "registered" | "key"))
        .take(MOST_FIELDS)
        .collect();
    let more: Vec<String> = names
        .iter()
        .filter(|name| !matches!(**name, "username" | "password"))
        .map(|name| (*name).to_owned())
        .collect();
    if !more.is_empty() || !names.contains(&"username") || !names.contains(&"password") {
        return Err(wants(offer, &more));
    }
    let mut answer = query([("username", user), ("password", password)]);
    // What old servers tell an answer to their question by.
    if let Some(key) = offer.get_child("key", ns::REGISTER) {
        answer.append_child(key.clone());
    }
    Ok(answer)
}

/// The form (XEP-0004) with the name and the password filled in, and what was filled in already left so; as an error the fields that a
/// person would have to fill in.
fn fill_form(form: &Element, user: &str, password: &str) -> Result<Element, Vec<String>> {
    let mut answer = Element::builder("x", ns::DATA_FORMS)
        .attr(xml_ncname!("type").to_owned(), "submit")
        .build();
    let (mut known, mut more) = (0, Vec::new());
    for field in form
        .children()
        .filter(|child| child.is("field", ns::DATA_FORMS))
        .take(MOST_FIELDS)
    {
        let Some(name) = field.attr("var").filter(|name| !name.is_empty()) else {
            continue;
        };
        let values: Vec<String> = field
            .children()
            .filter(|child| child.is("value", ns::DATA_FORMS))
            .map(Element::text)
            .collect();
        let hidden = field.attr("type") == Some("hidden");
        let required = field.has_child("required", ns::DATA_FORMS);
        match name {
            "username" => {
                known += 1;
                answer.append_child(answered(name, &[user.to_owned()]));
            }
            "password" => {
                known += 1;
                answer.append_child(answered(name, &[password.to_owned()]));
            }
            // A riddle for people (XEP-0158), with its answer among the fields that are not required.
            "challenge" if hidden => more.push("captcha".to_owned()),
            _ if hidden => {
                answer.append_child(answered(name, &values));
            }
            _ if required => more.push(told(field, name)),
            _ => {}
        }
    }
    if more.is_empty() && known == 2 {
        Ok(answer)
    } else {
        Err(more)
    }
}

fn answered(name: &str, values: &[String]) -> Element {
    let values = values.iter().map(|value| {
        Element::builder("value", ns::DATA_FORMS)
            .append(value.as_str())
            .build()
    });
    Element::builder("field", ns::DATA_FORMS)
        .attr(xml_ncname!("var").to_owned(), name)
        .append_all(values)
        .build()
}

/// What a person is told of a field: its label where it has one.
fn told(field: &Element, name: &str) -> String {
    let label = field.attr("label").filter(|label| !label.trim().is_empty());
    cut(label.unwrap_or(name), 80)
}

/// What else the server wants, what it says about that, and where it can be done instead (XEP-0066).
fn wants(offer: &Element, fields: &[String]) -> String {
    let mut sentences = Vec::new();
    if !fields.is_empty() {
        let fields: Vec<&str> = fields.iter().take(MOST_TOLD).map(String::as_str).collect();
        sentences.push(format!("It also wants: {}.", fields.join(", ")));
    }
    let form = offer.get_child("x", ns::DATA_FORMS);
    let words = offer
        .get_child("instructions", ns::REGISTER)
        .or_else(|| form.and_then(|form| form.get_child("instructions", ns::DATA_FORMS)))
        .map(|instructions| cut(instructions.text().trim(), LONGEST_WORDS))
        .filter(|words| !words.is_empty());
    sentences.extend(words.map(|words| format!("It says: {words}")));
    let web = offer
        .get_child("x", ns::OUT_OF_BAND)
        .and_then(|x| x.get_child("url", ns::OUT_OF_BAND))
        .map(|url| cut(url.text().trim(), LONGEST_WORDS))
        .filter(|url| url.starts_with("https://") || url.starts_with("http://"));
    sentences.extend(web.map(|url| format!("An account can be made at {url}")));
    if sentences.is_empty() {
        sentences.push("It does not ask for a name and a password.".to_owned());
    }
    sentences.join(" ")
}
