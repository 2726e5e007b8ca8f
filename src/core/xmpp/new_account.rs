//! The conversation about a new account, before signing in: an invitation (XEP-0445), what the server wants to know (XEP-0077), and the
//! answers. Only over an encrypted connection, and always about the name and the password that were asked for.

use std::{sync::Arc, time::Duration};

use jid::Jid;
use minidom::Element;
use xso::exports::rxml::xml_ncname;

use super::{
    connect::{Secured, read},
    failure::Failure,
    forms::{self, Enclosed},
    ns,
    registration::{close, must_be_encrypted, prepared, query, refused},
    session::{ask_for, ask_whole},
    stanza::{StanzaError, cut, is_writable},
};
use crate::{
    error::ErrorKind,
    model::{
        form::{Field, FieldKind, Form, Media},
        registration::{Offer, Refusal, Shape, Why},
    },
};

/// How long it takes to see that a stream has ended.
const A_LOOK: Duration = Duration::from_millis(50);
/// How many elements may have come while the person typed.
const MOST_UNASKED: usize = 32;
/// What servers of old tell an answer to their question by; it goes back as it came.
const KEY: &str = "key";

/// A stream to talk about a new account on.
pub struct NewAccount {
    secured: Secured,
    server: Jid,
}

impl NewAccount {
    /// Begins on a stream that is secured and not signed in.
    ///
    /// # Errors
    /// `no-encryption`.
    pub fn begin(secured: Secured) -> Result<Self, Failure> {
        must_be_encrypted(&secured)?;
        let server = Jid::new(&secured.domain).map_err(|error| refused(error.to_string()))?;
        Ok(Self { secured, server })
    }

    /// Shows an invitation (XEP-0445 §3.1); as the inner error what is said against it.
    ///
    /// # Errors
    /// Whatever ends a connection.
    pub async fn invited(&mut self, token: &str) -> Result<Result<(), Refusal>, Failure> {
        let asked = self.ask("set", preauth(token)).await?;
        Ok(asked.map(drop).map_err(|error| Refusal {
            why: Why::Invitation,
            said: error.text,
        }))
    }

    /// Asks what the server wants to know (XEP-0077 §3.1).
    ///
    /// # Errors
    /// `registration-refused`, and whatever ends a connection.
    pub async fn offer(&mut self) -> Result<Offer, Failure> {
        let asked = ask_whole(&mut self.secured, "get", Some(&self.server), query([])).await;
        let answer = match asked.map_err(refused_stream)? {
            Ok(answer) => answer,
            Err(error) => return Err(refused(error.to_string())),
        };
        match answer.children().next() {
            Some(offered) if offered.is("query", ns::REGISTER) => {
                Ok(read_offer(offered, &forms::enclosed(&answer)))
            }
            _ => Err(refused("the server's answer was not understood")),
        }
    }

    /// Answers with this name and password, and with what is filled into the form; as the inner error the server's refusal.
    ///
    /// # Errors
    /// `bad-request` where something has characters that cannot be sent, and whatever ends a connection: it is not known then whether
    /// the account was made.
    pub async fn submit(
        &mut self,
        offer: &Offer,
        user: &str,
        password: &str,
    ) -> Result<Result<(), Refusal>, Failure> {
        let answer = written(offer, user, &prepared(password));
        if !is_writable(&answer) {
            return Err(Failure::new(
                ErrorKind::BadRequest,
                "What was filled in has characters that cannot be sent.",
            ));
        }
        let riddle = offer.form.has_riddle();
        let made = self.ask("set", answer).await?;
        Ok(made.map(drop).map_err(|error| refusal(error, riddle)))
    }

    /// Whether the stream is still there after the person took their time, as far as can be known without saying anything.
    pub async fn is_there(&mut self) -> bool {
        for _ in 0..MOST_UNASKED {
            let came = read(&mut self.secured.xml, &self.secured.meter, A_LOOK).await;
            match came {
                Ok(_) => {}
                Err(failure) => return failure.error.kind == ErrorKind::Timeout,
            }
        }
        false
    }

    /// Ends the stream.
    pub async fn end(self) {
        close(self.secured).await;
    }

    async fn ask(
        &mut self,
        kind: &str,
        payload: Element,
    ) -> Result<Result<Option<Element>, StanzaError>, Failure> {
        let asked = ask_for(&mut self.secured, kind, Some(&self.server), payload).await;
        asked.map_err(refused_stream)
    }
}

/// The token of an invitation as it is shown, to a server or to the one who invites (XEP-0379 §3.2).
#[must_use]
pub fn preauth(token: &str) -> Element {
    Element::builder("preauth", ns::PREAUTH)
        .attr(xml_ncname!("token").to_owned(), token)
        .build()
}

/// Servers that know nothing of this end the stream, as RFC 6120 §4.9.3.12 has it.
fn refused_stream(failure: Failure) -> Failure {
    match failure.error.kind {
        ErrorKind::WrongPassword | ErrorKind::RemoteError => refused(failure.error.detail),
        _ => failure,
    }
}

fn refusal(error: StanzaError, riddle: bool) -> Refusal {
    let why = match error.condition.as_str() {
        "conflict" => Why::Taken,
        "not-acceptable" | "not-allowed" if riddle => Why::Riddle,
        "not-acceptable" | "bad-request" | "jid-malformed" => Why::NotAcceptable,
        "resource-constraint" | "policy-violation" => Why::Wait,
        "not-allowed" | "forbidden" | "service-unavailable" | "feature-not-implemented" => {
            Why::NotAllowed
        }
        _ => Why::Other,
    };
    let said = match (error.text.is_empty(), why) {
        (true, Why::Other) => error.condition,
        _ => error.text,
    };
    Refusal { why, said }
}

/// What a server offers, without the name and the password.
fn read_offer(offered: &Element, enclosed: &Enclosed) -> Offer {
    let x = offered
        .get_child("x", ns::DATA_FORMS)
        .filter(|form| form.attr("type").is_none_or(|kind| kind == "form"));
    let (shape, mut form) = match x {
        Some(x) => (Shape::Form, forms::read(x, enclosed)),
        None => (Shape::Plain, plain(offered)),
    };
    if form.instructions.is_empty() {
        let words = offered.get_child("instructions", ns::REGISTER);
        form.instructions = words
            .map(|words| forms::paragraphs(&words.text()))
            .unwrap_or_default();
    }
    let open = form.field("username").is_some() && form.field("password").is_some();
    form.fields
        .retain(|field| !matches!(field.name.as_str(), "username" | "password"));
    without_fallbacks(&mut form);
    let web = offered
        .get_child("x", ns::OUT_OF_BAND)
        .and_then(|x| x.get_child("url", ns::OUT_OF_BAND))
        .and_then(|url| forms::web(&url.text()));
    Offer {
        form,
        open,
        web,
        shape,
    }
}

/// The fields of an offer without a form; their names say what they mean.
fn plain(offered: &Element) -> Form {
    let mut fields: Vec<Field> = Vec::new();
    let children = offered
        .children()
        .filter(|child| child.ns() == ns::REGISTER)
        .filter(|child| !matches!(child.name(), "instructions" | "registered"));
    for child in children.take(forms::MOST_FIELDS) {
        let name = child.name();
        if fields.iter().any(|field| field.name == name) {
            continue;
        }
        let kind = match name {
            KEY => FieldKind::Hidden,
            "password" => FieldKind::Private,
            _ => FieldKind::Text,
        };
        fields.push(Field {
            name: name.to_owned(),
            kind,
            label: String::new(),
            description: String::new(),
            required: name != KEY,
            media: Vec::new(),
            values: vec![cut(&child.text(), 1_000)],
        });
    }
    Form {
        fields,
        ..Form::default()
    }
}

/// ejabberd tells those who see no picture where it is on the web. Where it came along, that is only in the way; elsewhere it is a link.
fn without_fallbacks(form: &mut Form) {
    let mut media = form.fields.iter().flat_map(|field| &field.media);
    let seen = media.any(|media| matches!(media, Media::Data(_)));
    for field in &mut form.fields {
        match field.name.as_str() {
            "captcha-fallback-text" | "captcha-fallback-url" if seen => {
                field.kind = FieldKind::Hidden;
            }
            "captcha-fallback-url" => {
                let link = forms::web(field.value()).map(Media::Link);
                field.kind = FieldKind::Fixed;
                field.media = link.into_iter().collect();
                field.values = Vec::new();
            }
            _ => {}
        }
    }
}

/// The answer to an offer.
fn written(offer: &Offer, user: &str, password: &str) -> Element {
    let fields = &offer.form.fields;
    match offer.shape {
        Shape::Plain => {
            let named = [("username", user), ("password", password)];
            let others = fields.iter().filter(|field| field.name != KEY);
            let key = fields.iter().filter(|field| field.name == KEY);
            let others = others.chain(key);
            let others = others.map(|field| (field.name.as_str(), field.value()));
            query(named.into_iter().chain(others))
        }
        Shape::Form => {
            let field = |name: &str, kind, value: &str| Field {
                name: name.to_owned(),
                kind,
                label: String::new(),
                description: String::new(),
                required: true,
                media: Vec::new(),
                values: vec![value.to_owned()],
            };
            let named = [
                field("username", FieldKind::Text, user),
                field("password", FieldKind::Private, password),
            ];
            let (mut first, rest): (Vec<Field>, Vec<Field>) = fields
                .iter()
                .cloned()
                .partition(|field| field.name == "FORM_TYPE");
            first.extend(named);
            first.extend(rest);
            let form = Form {
                fields: first,
                ..Form::default()
            };
            Element::builder("query", ns::REGISTER)
                .append(forms::submission(&form))
                .build()
        }
    }
}

/// The pictures of a form as they came, to be looked at by somebody who can, and put back by [`see`].
#[must_use]
pub fn unseen(form: &Form) -> Vec<Arc<[u8]>> {
    let media = form.fields.iter().flat_map(|field| &field.media);
    let data = media.filter_map(|media| match media {
        Media::Data(bytes) => Some(Arc::clone(bytes)),
        _ => None,
    });
    data.collect()
}

/// Puts what pictures turned out to be in their places, in the order of [`unseen`].
pub fn see(form: &mut Form, seen: impl IntoIterator<Item = Media>) {
    let media = form.fields.iter_mut().flat_map(|field| &mut field.media);
    let data = media.filter(|media| matches!(media, Media::Data(_)));
    for (media, seen) in data.zip(seen) {
        *media = seen;
    }
}
