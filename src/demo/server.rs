//! The demo's server: a listener on this machine only, the beginning of a stream, and the one session that there can be.
//!
//! Not a server for anybody else, now or ever: one account, one session, no encryption, no federation, nothing kept. It listens on
//! 127.0.0.1 and lets in nobody but the client of its own process, which alone knows the random password. What comes in is bounded in size,
//! number and time like everything from a network.

use std::{borrow::Cow, io, sync::Arc, time::Duration};

use futures::{SinkExt, StreamExt};
use jid::FullJid;
use oriole_core::xmpp::{
    element::Incoming,
    ns,
    stanza::{child_text, iq_result},
    stream::random_id,
    transport::{Meter, Metered},
};
use tokio::{
    io::BufStream,
    net::{TcpListener, TcpStream},
    sync::{Mutex, Semaphore},
    time::{sleep_until, timeout, Instant},
};
use tokio_xmpp::{
    minidom::Element,
    parsers::{
        bind::BindFeature,
        stream_error::{DefinedCondition, StreamError},
        stream_features::StreamFeatures,
    },
    xmlstream::{accept_stream, AcceptedStream, StreamHeader, Timeouts, XmlStream},
};

use super::{
    friends::{own_address, Act, Friends, Out},
    scram::{self, Verifier},
    script::DOMAIN,
    stanza, Pace,
};

/// How many connections there can be at once; only one of them gets a session.
const MOST_CONNECTIONS: usize = 8;
/// How long signing in may take, with waiting for the session before to end.
const SIGNING_IN: Duration = Duration::from_secs(30);
/// How long the client may refuse to take what is sent.
const WRITE_STALL: Duration = Duration::from_secs(60);
/// The client breaks its silence long before this.
const TIMEOUTS: Timeouts = Timeouts {
    read_timeout: Duration::from_secs(600),
    response_timeout: Duration::from_secs(60),
};
/// How many things people may be about to do; what else they would do is forgotten.
const MOST_PLANS: usize = 1_000;

type Xml = XmlStream<BufStream<Metered<TcpStream>>, Incoming>;

/// What outlives a session: the people, and what they are about to do.
pub(super) struct Stage {
    friends: Friends,
    plans: Vec<(Instant, Act)>,
    pace: Pace,
}

impl Stage {
    /// A stage for these people.
    pub(super) fn new(friends: Friends, pace: Pace) -> Self {
        Self {
            friends,
            plans: Vec::new(),
            pace,
        }
    }

    /// Notes what is to be done later, and gives what is to be sent at once.
    fn note(&mut self, out: Out) -> Vec<Element> {
        let now = Instant::now();
        for (after, act) in out.later {
            if self.plans.len() < MOST_PLANS {
                let due = now + self.pace.of(after);
                // What is due at the same time keeps its order.
                let place = self.plans.partition_point(|(other, _)| *other <= due);
                self.plans.insert(place, (due, act));
            }
        }
        out.now
    }

    /// Done when somebody has something to do; never, while nobody is there to see it.
    async fn due(&mut self) -> Act {
        match self.plans.first() {
            Some((due, _)) if self.friends.is_awake() => sleep_until(*due).await,
            _ => std::future::pending().await,
        }
        self.plans.remove(0).1
    }
}

/// Lets the client in whenever it comes, to the end of the process.
pub(super) async fn serve(listener: TcpListener, password: &str, stage: Stage) {
    let verifier = Arc::new(Verifier::new(super::script::USER, password));
    let stage = Arc::new(Mutex::new(stage));
    let connections = Arc::new(Semaphore::new(MOST_CONNECTIONS));
    loop {
        let Ok(permit) = Arc::clone(&connections).acquire_owned().await else {
            return;
        };
        match listener.accept().await {
            Ok((tcp, _)) => {
                let (verifier, stage) = (Arc::clone(&verifier), Arc::clone(&stage));
                tokio::spawn(async move {
                    if let Err(error) = connection(tcp, &verifier, &stage).await {
                        tracing::info!("a connection to the demo ended: {error}");
                    }
                    drop(permit);
                });
            }
            Err(error) => {
                tracing::warn!("the demo cannot be connected to: {error}");
                tokio::time::sleep(Duration::from_secs(1)).await;
            }
        }
    }
}

async fn connection(tcp: TcpStream, verifier: &Verifier, stage: &Mutex<Stage>) -> io::Result<()> {
    let meter = Meter::default();
    let begin = async {
        let Some(xml) = sign_in(tcp, verifier, &meter).await? else {
            return Ok(None);
        };
        let Some((xml, session)) = bind(xml, &meter).await? else {
            return Ok(None);
        };
        // One session at a time: that of a connection that was lost ends by itself.
        Ok::<_, io::Error>(Some((xml, session, stage.lock().await)))
    };
    let Some((mut xml, session, mut stage)) = timeout(SIGNING_IN, begin).await?? else {
        return Ok(());
    };
    stage.friends.arrive(session);
    let ended = talk(&mut xml, &meter, &mut stage).await;
    stage.friends.leave();
    ended?;
    timeout(WRITE_STALL, xml.shutdown()).await?
}

/// Answers and lets things happen, until the client ends the stream.
async fn talk(xml: &mut Xml, meter: &Meter, stage: &mut Stage) -> io::Result<()> {
    loop {
        let out = tokio::select! {
            biased;
            read = next(xml, meter) => match read? {
                Some(stanza) => stage.friends.take(&stanza),
                None => return Ok(()),
            },
            act = stage.due() => stage.friends.act(act),
        };
        for element in stage.note(out) {
            timeout(WRITE_STALL, xml.send(&element)).await??;
        }
    }
}

/// The next element; none at the end of the stream.
async fn next(xml: &mut Xml, meter: &Meter) -> io::Result<Option<Element>> {
    use tokio_xmpp::xmlstream::ReadError;
    loop {
        let read = xml.next().await;
        meter.reset();
        return match read {
            Some(Ok(Incoming::Element(element, size))) if size.is_stanza() => Ok(Some(element)),
            // Whatever is so large, nobody here has an answer to it.
            Some(Ok(_)) => continue,
            None | Some(Err(ReadError::StreamFooterReceived)) => Ok(None),
            Some(Err(ReadError::SoftTimeout)) => Err(io::ErrorKind::TimedOut.into()),
            Some(Err(ReadError::HardError(error))) => Err(error),
            Some(Err(ReadError::ParseError(error))) => {
                Err(io::Error::new(io::ErrorKind::InvalidData, error))
            }
        };
    }
}

/// Opens the stream as far as the features; none where somebody wants another server.
async fn open(
    accepted: AcceptedStream<BufStream<Metered<TcpStream>>>,
    features: &StreamFeatures,
) -> io::Result<Option<Xml>> {
    let wanted = accepted.header().to.is_none_or(|to| to == DOMAIN);
    let header = StreamHeader {
        from: Some(Cow::Borrowed(DOMAIN)),
        to: None,
        id: Some(Cow::Owned(random_id())),
    };
    let pending = accepted.send_header(header).await?;
    if wanted {
        return pending.send_features(features).await.map(Some);
    }
    let error = StreamError {
        condition: DefinedCondition::HostUnknown,
        texts: Default::default(),
        application_specific: Vec::new(),
    };
    pending.send_error(&error).await.map(|()| None)
}

/// Lets in who knows the password (RFC 6120 §6); none for everybody else, who has been told.
async fn sign_in(tcp: TcpStream, verifier: &Verifier, meter: &Meter) -> io::Result<Option<Xml>> {
    let io = BufStream::new(Metered::new(tcp, meter.clone()));
    let features = StreamFeatures {
        sasl_mechanisms: [scram::MECHANISM.to_owned()].into(),
        ..StreamFeatures::default()
    };
    let accepted = accept_stream(io, ns::CLIENT, TIMEOUTS).await?;
    let Some(mut xml) = open(accepted, &features).await? else {
        return Ok(None);
    };
    let proof = match next(&mut xml, meter).await? {
        Some(auth) if auth.is("auth", ns::SASL) => {
            if auth.attr("mechanism") != Some(scram::MECHANISM) {
                return refuse(xml, "invalid-mechanism").await;
            }
            let Ok((exchange, challenge)) = verifier.begin(&auth.text()) else {
                return refuse(xml, "not-authorized").await;
            };
            let challenge = stanza::text("challenge", ns::SASL, &challenge);
            xml.send(&challenge).await?;
            match next(&mut xml, meter).await? {
                Some(response) if response.is("response", ns::SASL) => {
                    exchange.finish(&response.text())
                }
                _ => Err(scram::Refused),
            }
        }
        _ => Err(scram::Refused),
    };
    let Ok(proof) = proof else {
        return refuse(xml, "not-authorized").await;
    };
    meter.signed_in();
    let success = stanza::text("success", ns::SASL, &proof);
    let features = StreamFeatures {
        bind: Some(BindFeature { required: true }),
        ..StreamFeatures::default()
    };
    open(xml.accept_reset(&success).await?, &features).await
}

async fn refuse(mut xml: Xml, condition: &str) -> io::Result<Option<Xml>> {
    let failure = Element::builder("failure", ns::SASL)
        .append(Element::bare(condition, ns::SASL))
        .build();
    xml.send(&failure).await?;
    xml.shutdown().await?;
    Ok(None)
}

/// Gives the session its address (RFC 6120 §7); none where the client wants something else.
async fn bind(mut xml: Xml, meter: &Meter) -> io::Result<Option<(Xml, FullJid)>> {
    let Some(request) = next(&mut xml, meter).await? else {
        return Ok(None);
    };
    let wanted = request
        .get_child("bind", ns::BIND)
        .filter(|_| request.name() == "iq" && request.attr("type") == Some("set"));
    let (Some(wanted), Some(own)) = (wanted, own_address()) else {
        xml.shutdown().await?;
        return Ok(None);
    };
    let session = child_text(wanted, "resource", ns::BIND)
        .and_then(|resource| own.with_resource_str(&resource).ok());
    let Some(session) = session.or_else(|| own.with_resource_str(&random_id()).ok()) else {
        return Ok(None);
    };
    let result = iq_result(&request, Some(stanza::bound(&session)));
    xml.send(&result).await?;
    Ok(Some((xml, session)))
}
