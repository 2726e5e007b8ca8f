//! From an address to a secured stream: find the server, open a connection, secure it.
//!
//! Every step has its own deadline. Places are tried in order; the failure that got furthest is the one that is told.

use std::{borrow::Cow, collections::BTreeSet, sync::Arc, time::Duration};

use futures::SinkExt;
use jid::BareJid;
use minidom::Element;
use tokio::{io::BufStream, net::TcpStream, time::timeout};
use tokio_xmpp::xmlstream::{self, PendingFeaturesRecv, StreamHeader};

use super::{
    dns::{self, Candidate, DnsError, Remembered, Resolve, SystemResolver, TlsMode},
    element::{ElementStream, Incoming},
    failure::{Failure, stream_error},
    features::Features,
    ns, reach,
    sasl::Bindings,
    stream::{Io, TIMEOUTS},
    tls::{self, TlsError, Trust},
    transport::{Meter, Metered},
};
use crate::{
    error::ErrorKind,
    model::{
        account::{AccountSettings, ServerAddress},
        server::{Route, TlsVersion},
        step::{Found, Step},
    },
};

/// The protocol's name in TLS (XEP-0368 §4).
const ALPN: &[u8] = b"xmpp-client";

/// How long each step may take.
#[derive(Debug, Clone, Copy)]
pub struct Deadlines {
    /// For what the name service is asked about a domain, and for each other host.
    pub resolve: Duration,
    /// For each address.
    pub connect: Duration,
    /// For agreeing on TLS.
    pub secure: Duration,
    /// For each answer of the server while signing in.
    pub answer: Duration,
    /// The first wait after a failure; later ones are longer.
    pub retry: Duration,
}

impl Default for Deadlines {
    fn default() -> Self {
        Self {
            resolve: Duration::from_secs(4),
            connect: Duration::from_secs(15),
            secure: Duration::from_secs(15),
            answer: Duration::from_secs(30),
            retry: Duration::from_secs(1),
        }
    }
}

/// What the wire needs of the world.
#[derive(Clone)]
pub struct Network {
    /// Asks the DNS.
    pub resolver: Arc<dyn Resolve>,
    /// How long each step may take.
    pub deadlines: Deadlines,
}

impl Default for Network {
    fn default() -> Self {
        Self {
            resolver: Arc::new(SystemResolver),
            deadlines: Deadlines::default(),
        }
    }
}

/// Watches the steps, for those who want to tell a person.
pub trait Watch: Send {
    /// A step begins, for the first time or with another place.
    fn begin(&mut self, step: Step);
    /// Something was found out in a step.
    fn found(&mut self, step: Step, found: Found);
}

impl Watch for () {
    fn begin(&mut self, _: Step) {}
    fn found(&mut self, _: Step, _: Found) {}
}

/// A stream before signing in.
pub struct Secured {
    pub(super) xml: ElementStream<Io>,
    pub(super) meter: Meter,
    pub(super) features: Features,
    pub(super) bindings: Bindings,
    pub(super) encrypted: bool,
    pub(super) domain: String,
    pub(super) deadlines: Deadlines,
    pub(super) route: Route,
}

impl Secured {
    /// The way that was taken, with what the server offers on it now.
    #[must_use]
    pub fn route(&self) -> Route {
        Route {
            offers: self.features.offers(),
            ..self.route.clone()
        }
    }

    /// Whether the connection is encrypted; it is not where that was asked for, towards this same computer.
    #[must_use]
    pub fn encrypted(&self) -> bool {
        self.encrypted
    }
}

/// A failure and the step it happened in.
pub(super) struct Stopped {
    pub(super) step: Step,
    pub(super) failure: Failure,
    /// Whether another place could do better.
    pub(super) try_next: bool,
}

impl Stopped {
    pub(super) fn new(step: Step, kind: ErrorKind, detail: impl Into<String>) -> Self {
        Self {
            step,
            failure: Failure::new(kind, detail),
            try_next: true,
        }
    }
}

/// Finds the server of this account, connects, and secures the connection.
///
/// Where the account has a proxy, nothing else is connected to, and the name service is asked for nothing but the proxy's own name.
///
/// # Errors
/// The failure that got furthest, of all places tried.
pub async fn connect(
    network: &Network,
    settings: &AccountSettings,
    proxy_password: Option<&str>,
    watch: &mut dyn Watch,
) -> Result<Secured, Failure> {
    watch.begin(Step::Resolve);
    let deadlines = network.deadlines;
    let names = Remembered::new(network.resolver.as_ref(), deadlines.resolve);
    let candidates = reach::candidates(&names, settings)
        .await
        .map_err(|stopped| stopped.failure)?;
    if let Some(note) = &candidates.note {
        let words = match note {
            DnsError::Timeout => None,
            error => Some(error.to_string()),
        };
        watch.found(Step::Resolve, Found::NoRecords(words));
    }
    let mut furthest: Option<Stopped> = None;
    for candidate in &candidates.list {
        match attempt(
            deadlines,
            &names,
            settings,
            proxy_password,
            candidate,
            watch,
        )
        .await
        {
            Ok(secured) => return Ok(secured),
            Err(stopped) if !stopped.try_next => return Err(stopped.failure),
            Err(stopped) => {
                tracing::info!(
                    "{}:{}: {}",
                    candidate.host,
                    candidate.port,
                    stopped.failure.error.detail
                );
                if furthest
                    .as_ref()
                    .is_none_or(|best| best.step < stopped.step)
                {
                    furthest = Some(stopped);
                }
            }
        }
    }
    Err(furthest.map_or_else(
        || Failure::new(ErrorKind::NameNotResolved, "there is no place to try"),
        |stopped| stopped.failure,
    ))
}

/// How often a server may send us on to another before a session is there (RFC 6120 §4.9.3.19: at least two times, at most five).
pub const MOST_HOPS: u32 = 3;

/// The settings with which this account's server is looked for at another place, to which it sends us over TLS: all else is as it was,
/// the domain or the pin that the certificate is checked against, how the connection is secured, and the proxy. None where somebody
/// typed a server on this computer, the end of a tunnel most likely, and the place is not on it.
#[must_use]
pub fn sent_to(settings: &AccountSettings, place: &ServerAddress) -> Option<AccountSettings> {
    let there = AccountSettings {
        server: Some(place.clone()),
        ..settings.clone()
    };
    (!dns::is_here(settings) || dns::is_here(&there)).then_some(there)
}

async fn attempt(
    deadlines: Deadlines,
    names: &Remembered<'_>,
    settings: &AccountSettings,
    proxy_password: Option<&str>,
    candidate: &Candidate,
    watch: &mut dyn Watch,
) -> Result<Secured, Stopped> {
    let place = format!("{}:{}", candidate.host, candidate.port);
    let tcp =
        reach::connection(deadlines, names, settings, proxy_password, candidate, watch).await?;
    watch.begin(Step::Secure);
    secure(tcp, settings, candidate, deadlines, watch)
        .await
        .map_err(|mut stopped| {
            stopped.failure.error.detail = format!("{place}: {}", stopped.failure.error.detail);
            stopped
        })
}

async fn secure(
    tcp: TcpStream,
    settings: &AccountSettings,
    candidate: &Candidate,
    deadlines: Deadlines,
    watch: &mut dyn Watch,
) -> Result<Secured, Stopped> {
    let domain = settings.address.domain().as_str();
    let meter = Meter::default();
    let (io, bindings, tls): (Io, Bindings, _) = match candidate.tls {
        TlsMode::None => {
            watch.found(Step::Secure, Found::Plain);
            let io = BufStream::new(Metered::new(tcp, meter.clone()));
            (Box::new(io), Bindings::default(), None)
        }
        TlsMode::Direct => encrypt(tcp, settings, Some(ALPN), &meter, deadlines, watch).await?,
        TlsMode::Start => {
            let tcp = start_tls(tcp, domain, &meter, deadlines).await?;
            encrypt(tcp, settings, None, &meter, deadlines, watch).await?
        }
    };
    let encrypted = candidate.tls != TlsMode::None;
    let opened = open(io, domain, &meter, deadlines).await;
    let (features, xml) = opened.map_err(|stopped| match encrypted {
        true => stopped,
        false => in_clear(stopped),
    })?;
    Ok(Secured {
        xml,
        meter,
        features,
        bindings,
        encrypted,
        domain: domain.to_owned(),
        deadlines,
        route: Route {
            place: format!("{}:{}", candidate.host, candidate.port),
            tls,
            pinned: settings.pin.is_some() && tls.is_some(),
            mechanism: String::new(),
            offers: BTreeSet::new(),
        },
    })
}

async fn encrypt(
    tcp: TcpStream,
    settings: &AccountSettings,
    alpn: Option<&[u8]>,
    meter: &Meter,
    deadlines: Deadlines,
    watch: &mut dyn Watch,
) -> Result<(Io, Bindings, Option<TlsVersion>), Stopped> {
    let trust = settings.pin.map_or(Trust::System, Trust::Pin);
    let domain = settings.address.domain().as_str();
    let tls = timeout(deadlines.secure, tls::connect(tcp, domain, &trust, alpn))
        .await
        .map_err(|_| {
            Stopped::new(
                Step::Secure,
                ErrorKind::Timeout,
                "TLS was not agreed on in time",
            )
        })?
        .map_err(tls_failure)?;
    let version = tls.get_ref().1.protocol_version();
    watch.found(
        Step::Secure,
        Found::Tls(version.map_or_else(|| "TLS".to_owned(), |version| format!("{version:?}"))),
    );
    let (bindings, version) = (tls::bindings(&tls), tls::version(&tls));
    let io = BufStream::new(Metered::new(tls, meter.clone()));
    Ok((Box::new(io), bindings, version))
}

/// Asks for TLS (RFC 6120 §5.4); whatever came after the server's consent in clear is thrown away with the buffer.
async fn start_tls(
    tcp: TcpStream,
    domain: &str,
    meter: &Meter,
    deadlines: Deadlines,
) -> Result<TcpStream, Stopped> {
    let io = BufStream::new(Metered::new(tcp, meter.clone()));
    let (features, mut xml) = open(io, domain, meter, deadlines).await.map_err(in_clear)?;
    if !features.start_tls {
        return Err(Stopped::new(
            Step::Secure,
            ErrorKind::NoEncryption,
            "StartTLS is not offered",
        ));
    }
    let request = Element::bare("starttls", ns::TLS);
    let answer = async {
        xml.send(&request).await.map_err(io_failure)?;
        read(&mut xml, meter, deadlines.answer).await
    };
    let answer = answer.await.map_err(at_secure).map_err(in_clear)?;
    if !answer.is("proceed", ns::TLS) {
        return Err(Stopped::new(
            Step::Secure,
            ErrorKind::TlsFailed,
            "the server refused to start TLS",
        ));
    }
    Ok(xml.into_inner().into_inner().into_inner())
}

/// Opens a stream and reads what the server offers.
async fn open<S>(
    io: S,
    domain: &str,
    meter: &Meter,
    deadlines: Deadlines,
) -> Result<(Features, ElementStream<S>), Stopped>
where
    S: tokio::io::AsyncBufRead + tokio::io::AsyncWrite + Unpin,
{
    let opening = xmlstream::initiate_stream(io, ns::CLIENT, header(domain), TIMEOUTS);
    let pending = timeout(deadlines.answer, opening)
        .await
        .map_err(|_| {
            Stopped::new(
                Step::Secure,
                ErrorKind::Timeout,
                "no stream was opened in time",
            )
        })?
        .map_err(|error| {
            Stopped::new(
                Step::Secure,
                not_xmpp(&error),
                format!("no XMPP stream: {error}"),
            )
        })?;
    offered(pending, meter, deadlines).await.map_err(at_secure)
}

fn at_secure(failure: Failure) -> Stopped {
    Stopped {
        step: Step::Secure,
        // Where the server says where else it is, its other doors say the same.
        try_next: failure.elsewhere.is_none(),
        failure,
    }
}

fn in_clear(stopped: Stopped) -> Stopped {
    Stopped {
        failure: stopped.failure.in_clear(),
        try_next: true,
        ..stopped
    }
}

/// Reads what the server offers at the start of a stream.
pub(super) async fn offered<S>(
    pending: PendingFeaturesRecv<S>,
    meter: &Meter,
    deadlines: Deadlines,
) -> Result<(Features, ElementStream<S>), Failure>
where
    S: tokio::io::AsyncBufRead + tokio::io::AsyncWrite + Unpin,
{
    meter.reset();
    let mut xml = pending.skip_features::<Incoming>();
    let element = read(&mut xml, meter, deadlines.answer).await?;
    if !element.is("features", ns::STREAM) {
        return Err(Failure::new(
            ErrorKind::NotAnXmppServer,
            "the stream began without features",
        ));
    }
    Ok((Features::read(&element), xml))
}

pub(super) fn header(domain: &str) -> StreamHeader<'_> {
    StreamHeader {
        to: Some(Cow::Borrowed(domain)),
        from: None,
        id: None,
    }
}

/// Reads the next element while the stream is being set up.
///
/// # Errors
/// Stream errors, elements out of bounds, the end of the connection, and a `timeout`.
pub(super) async fn read<S>(
    xml: &mut ElementStream<S>,
    meter: &Meter,
    deadline: Duration,
) -> Result<Element, Failure>
where
    S: tokio::io::AsyncBufRead + tokio::io::AsyncWrite + Unpin,
{
    use futures::StreamExt;
    use tokio_xmpp::xmlstream::ReadError;
    let reading = async {
        loop {
            return match xml.next().await {
                Some(Ok(Incoming::Element(element, size))) if size.is_stanza() => {
                    meter.reset();
                    if element.is("error", ns::STREAM) {
                        Err(stream_error(&element))
                    } else {
                        Ok(element)
                    }
                }
                Some(Ok(_)) => Err(Failure::new(
                    ErrorKind::TooLarge,
                    "the server sent too much while the stream was being set up",
                )),
                Some(Err(ReadError::SoftTimeout)) => continue,
                Some(Err(ReadError::HardError(error))) => Err(read_failure(error, meter)),
                Some(Err(ReadError::ParseError(error))) => Err(Failure::new(
                    ErrorKind::NotAnXmppServer,
                    format!("broken XML came from the server: {error}"),
                )),
                Some(Err(ReadError::StreamFooterReceived)) | None => Err(Failure::new(
                    ErrorKind::ConnectionRefused,
                    "the server closed the stream while it was being set up",
                )),
            };
        }
    };
    timeout(deadline, reading).await.unwrap_or_else(|_| {
        Err(Failure::new(
            ErrorKind::Timeout,
            "the server did not answer in time",
        ))
    })
}

/// Why nothing more can be read of a server that was found to speak XMPP. For the parser, the end of a connection is broken XML.
pub(super) fn read_failure(error: std::io::Error, meter: &Meter) -> Failure {
    if meter.ended() || error.kind() == std::io::ErrorKind::UnexpectedEof {
        return Failure::new(
            ErrorKind::ConnectionRefused,
            "the server closed the connection while it was being set up",
        );
    }
    io_failure(error)
}

pub(super) fn io_failure(error: std::io::Error) -> Failure {
    Failure::new(not_xmpp(&error), format!("the connection failed: {error}"))
}

fn not_xmpp(error: &std::io::Error) -> ErrorKind {
    use std::io::ErrorKind as Io;
    match error.kind() {
        Io::InvalidData | Io::UnexpectedEof | Io::InvalidInput | Io::FileTooLarge => {
            ErrorKind::NotAnXmppServer
        }
        Io::TimedOut => ErrorKind::Timeout,
        _ => ErrorKind::ConnectionRefused,
    }
}

fn tls_failure(error: TlsError) -> Stopped {
    match error {
        TlsError::Untrusted(facts) => Stopped {
            step: Step::Secure,
            failure: Failure {
                certificate: Some(facts.clone()),
                ..Failure::new(ErrorKind::CertificateUntrusted, facts.why.to_string())
            },
            try_next: false,
        },
        TlsError::TooOld { detail } => Stopped::new(Step::Secure, ErrorKind::TlsTooOld, detail),
        TlsError::Failed { detail } => Stopped::new(Step::Secure, ErrorKind::TlsFailed, detail),
    }
}

/// The account's address without what it does not need, for logs: the domain only.
#[must_use]
pub fn for_logs(address: &BareJid) -> &str {
    address.domain().as_str()
}
