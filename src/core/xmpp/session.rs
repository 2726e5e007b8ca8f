//! After signing in: resume the session from before (XEP-0198 §5), or begin one: bind a resource (RFC 6120 §7), establish
//! the session where an old server demands it (RFC 3921 §3), and enable stream management (XEP-0198 §3).

use futures::SinkExt;
use jid::{FullJid, Jid};
use minidom::Element;
use tokio::time::timeout;
use xmpp_parsers::bind::BindResponse;
use xso::exports::rxml::xml_ncname;

use super::{
    connect::{Secured, io_failure, read},
    element::ElementStream,
    failure::Failure,
    ns,
    stanza::{StanzaError, iq},
    stream::{Io, random_id},
    transport::Meter,
};
use crate::{error::ErrorKind, model::account::ServerAddress};

/// How many elements may come unasked while one is waited for.
const MOST_UNASKED: usize = 32;

/// The session to resume.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Resume {
    /// The server's name for it.
    pub id: String,
    /// How many stanzas of the server were handled, modulo 2³².
    pub h: u32,
}

/// How the server keeps a session (XEP-0198 §3).
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Management {
    /// Its name for the session, where it can be resumed. For how long is not asked for: the answer to an attempt says that, and
    /// with it what the server got last.
    pub name: Option<String>,
    /// Where the server would rather have it resumed. Only said over TLS.
    pub location: Option<ServerAddress>,
}

/// A stream that is ready for stanzas.
pub struct Ready {
    /// The stream.
    pub xml: ElementStream<Io>,
    /// Its meter.
    pub meter: Meter,
    /// What kind of session it carries.
    pub session: Session,
    /// Whether the contact list has versions.
    pub roster_versions: bool,
    /// Whether the server wants to know if somebody looks (XEP-0352).
    pub client_state: bool,
    /// Whether it is encrypted.
    pub encrypted: bool,
}

/// What kind of session a stream carries.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Session {
    /// The one from before; the server has this many of our stanzas.
    Resumed {
        /// Modulo 2³².
        h: u32,
    },
    /// A new one.
    Fresh {
        /// The address that the server gave us.
        own: FullJid,
        /// How the server acknowledges stanzas, where it does.
        management: Option<Management>,
        /// How many of our stanzas the server has of the session that could not be resumed, where it says so.
        before: Option<u32>,
    },
}

/// Resumes the session from before, or begins one with this resource.
///
/// # Errors
/// `conflict` where the resource is taken, and whatever ends a connection.
pub async fn begin(
    mut secured: Secured,
    resource: &str,
    resume: Option<&Resume>,
) -> Result<Ready, Failure> {
    let features = secured.features.clone();
    let mut before = None;
    if let Some(resume) = resume.filter(|_| features.management) {
        match try_resume(&mut secured, resume).await? {
            Ok(h) => return Ok(ready(secured, Session::Resumed { h })),
            Err(h) => before = h,
        }
    }
    let own = establish(&mut secured, resource).await?;
    let management = if features.management {
        enable(&mut secured).await?
    } else {
        None
    };
    let session = Session::Fresh {
        own,
        management,
        before,
    };
    Ok(ready(secured, session))
}

/// Begins a session that nobody is told of; gives its address.
///
/// # Errors
/// `conflict` where the resource is taken, and whatever ends a connection.
pub(super) async fn establish(secured: &mut Secured, resource: &str) -> Result<FullJid, Failure> {
    let own = bind(secured, resource).await?;
    if secured.features.session_required {
        let payload = Element::bare("session", ns::SESSION);
        ask(secured, payload).await?;
    }
    Ok(own)
}

fn ready(secured: Secured, session: Session) -> Ready {
    Ready {
        xml: secured.xml,
        meter: secured.meter,
        session,
        roster_versions: secured.features.roster_versions,
        client_state: secured.features.client_state,
        encrypted: secured.encrypted,
    }
}

/// Gives how many of our stanzas the server has; as an error where the session is gone.
async fn try_resume(
    secured: &mut Secured,
    resume: &Resume,
) -> Result<Result<u32, Option<u32>>, Failure> {
    let request = Element::builder("resume", ns::SM)
        .attr(xml_ncname!("h").to_owned(), resume.h.to_string())
        .attr(xml_ncname!("previd").to_owned(), resume.id.as_str())
        .build();
    send(secured, &request).await?;
    let answer = wait_for(secured, |element| {
        element.ns() == ns::SM && matches!(element.name(), "resumed" | "failed")
    })
    .await?;
    let h = answer.attr("h").and_then(|h| h.parse().ok());
    match (answer.name(), h) {
        ("resumed", Some(h)) => Ok(Ok(h)),
        ("resumed", None) => Err(Failure::new(
            ErrorKind::RemoteError,
            "the session was resumed without a count",
        )),
        (_, h) => Ok(Err(h)),
    }
}

async fn bind(secured: &mut Secured, resource: &str) -> Result<FullJid, Failure> {
    let payload = Element::builder("bind", ns::BIND)
        .append(
            Element::builder("resource", ns::BIND)
                .append(resource)
                .build(),
        )
        .build();
    let answer = ask(secured, payload).await?;
    answer
        .and_then(|payload| BindResponse::try_from(payload).ok())
        .map(FullJid::from)
        .ok_or_else(|| {
            Failure::new(
                ErrorKind::RemoteError,
                "the server gave no address for the session",
            )
        })
}

async fn enable(secured: &mut Secured) -> Result<Option<Management>, Failure> {
    let request = Element::builder("enable", ns::SM)
        .attr(xml_ncname!("resume").to_owned(), "true")
        .build();
    send(secured, &request).await?;
    let answer = wait_for(secured, |element| {
        element.ns() == ns::SM && matches!(element.name(), "enabled" | "failed")
    })
    .await?;
    if answer.name() == "failed" {
        return Ok(None);
    }
    let resumable = matches!(answer.attr("resume"), Some("true" | "1"));
    Ok(Some(Management {
        name: answer
            .attr("id")
            .filter(|id| resumable && !id.is_empty())
            .map(str::to_owned),
        location: answer
            .attr("location")
            .filter(|_| secured.encrypted)
            .and_then(|place| place.parse().ok()),
    }))
}

/// Asks our own server and gives the payload of its answer.
async fn ask(secured: &mut Secured, payload: Element) -> Result<Option<Element>, Failure> {
    let error = match ask_for(secured, "set", None, payload).await? {
        Ok(payload) => return Ok(payload),
        Err(error) => error,
    };
    let kind = match error.condition.as_str() {
        "conflict" => ErrorKind::Conflict,
        _ => ErrorKind::RemoteError,
    };
    Err(Failure::new(
        kind,
        format!("the server refused to begin a session: {error}"),
    ))
}

/// Asks, and gives the payload of the answer or what is said against it.
pub(super) async fn ask_for(
    secured: &mut Secured,
    kind: &str,
    to: Option<&Jid>,
    payload: Element,
) -> Result<Result<Option<Element>, StanzaError>, Failure> {
    let answer = ask_whole(secured, kind, to, payload).await?;
    Ok(answer.map(|answer| answer.children().next().cloned()))
}

/// Asks, and gives the whole answer, which may bring more than its payload, or what is said against it.
pub(super) async fn ask_whole(
    secured: &mut Secured,
    kind: &str,
    to: Option<&Jid>,
    payload: Element,
) -> Result<Result<Element, StanzaError>, Failure> {
    let id = random_id();
    send(secured, &iq(kind, to, &id, Some(payload))).await?;
    let answer = wait_for(secured, |element| {
        element.is("iq", ns::CLIENT)
            && element.attr("id") == Some(&id)
            && matches!(element.attr("type"), Some("result" | "error"))
    })
    .await?;
    if answer.attr("type") == Some("result") {
        return Ok(Ok(answer));
    }
    Ok(Err(StanzaError::of(&answer)))
}

async fn send(secured: &mut Secured, element: &Element) -> Result<(), Failure> {
    timeout(secured.deadlines.answer, secured.xml.send(element))
        .await
        .map_err(|_| Failure::new(ErrorKind::Timeout, "the server stopped taking what is sent"))?
        .map_err(io_failure)
}

async fn wait_for(
    secured: &mut Secured,
    is_it: impl Fn(&Element) -> bool,
) -> Result<Element, Failure> {
    let deadline = secured.deadlines.answer;
    let waiting = async {
        for _ in 0..MOST_UNASKED {
            let element = read(&mut secured.xml, &secured.meter, deadline).await?;
            if is_it(&element) {
                return Ok(element);
            }
            tracing::info!("an element came before the session was ready and was left aside");
        }
        Err(Failure::new(
            ErrorKind::RemoteError,
            "the server answered with something else than was asked for",
        ))
    };
    timeout(deadline, waiting).await.unwrap_or_else(|_| {
        Err(Failure::new(
            ErrorKind::Timeout,
            "the server did not answer in time",
        ))
    })
}
