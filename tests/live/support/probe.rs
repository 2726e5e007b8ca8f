//! A client of a few lines: enough XMPP to see that a server is there and what it offers, independent of oriole-core.
//!
//! It looks for pieces of text in what arrives and parses nothing: for the tests of the test bench only.

use std::io::{Error, ErrorKind, Read, Result, Write};
use std::net::{Ipv4Addr, TcpStream};
use std::sync::Arc;
use std::time::Duration;

use base64::engine::general_purpose::STANDARD as BASE64;
use base64::Engine as _;
use tokio_rustls::rustls::crypto::ring::default_provider;
use tokio_rustls::rustls::pki_types::{CertificateDer, ServerName};
use tokio_rustls::rustls::{
    ClientConfig, ClientConnection, RootCertStore, StreamOwned, SupportedProtocolVersion,
};

use super::certificate::sha256;
use super::Server;

/// How long to wait for the next bytes of a server that has nothing else to do.
const SILENCE: Duration = Duration::from_secs(20);

/// The ways in.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Door {
    /// `Server::starttls_port`, with STARTTLS.
    StartTls,
    /// `Server::direct_tls_port`.
    DirectTls,
    /// `Server::plain_port` and `Server::plain_domain`, without TLS.
    Plain,
}

/// What a connection runs over.
trait Wire: Read + Write {}
impl<T: Read + Write> Wire for T {}

/// An open stream.
pub(crate) struct Probe {
    wire: Box<dyn Wire>,
    domain: String,
    certificate_sha256: Option<[u8; 32]>,
    features: String,
    unread: String,
}

/// The `<stream:features>` that the port sends before any TLS.
pub(crate) fn plain_features(port: u16, domain: &str) -> Result<String> {
    let mut wire = connect(port)?;
    open_stream(&mut wire, domain, &mut String::new())
}

impl Probe {
    /// Connects, with the given versions of TLS allowed, trusting the server's certificate and no other, and opens the stream.
    pub(crate) fn open(
        server: &Server,
        door: Door,
        versions: &[&'static SupportedProtocolVersion],
    ) -> Result<Probe> {
        let (port, domain) = match door {
            Door::StartTls => (server.starttls_port(), server.domain().to_owned()),
            Door::DirectTls => (server.direct_tls_port(), server.domain().to_owned()),
            Door::Plain => (server.plain_port(), server.plain_domain()),
        };
        let mut tcp = connect(port)?;
        if let Door::StartTls = door {
            let mut unread = String::new();
            open_stream(&mut tcp, &domain, &mut unread)?;
            tcp.write_all(b"<starttls xmlns='urn:ietf:params:xml:ns:xmpp-tls'/>")?;
            read_until(&mut tcp, "<proceed", &mut unread)?;
        }
        let mut certificate_sha256 = None;
        let mut wire: Box<dyn Wire> = match door {
            Door::Plain => Box::new(tcp),
            Door::StartTls | Door::DirectTls => {
                let mut tls = client(server, &domain, versions)?;
                tls.complete_io(&mut tcp)?;
                certificate_sha256 = tls
                    .peer_certificates()
                    .and_then(|chain| chain.first())
                    .map(|certificate| sha256(certificate));
                Box::new(StreamOwned::new(tls, tcp))
            }
        };
        let mut unread = String::new();
        let features = open_stream(&mut wire, &domain, &mut unread)?;
        Ok(Probe {
            wire,
            domain,
            certificate_sha256,
            features,
            unread,
        })
    }

    /// SHA-256 of the certificate the server showed.
    pub(crate) fn certificate_sha256(&self) -> Option<[u8; 32]> {
        self.certificate_sha256
    }

    /// The latest `<stream:features>`.
    pub(crate) fn features(&self) -> &str {
        &self.features
    }

    /// The SASL mechanisms in the latest `<stream:features>`, in alphabetical order.
    pub(crate) fn mechanisms(&self) -> Vec<&str> {
        let pieces = self.features.split("<mechanism>").skip(1);
        let mut names: Vec<&str> = pieces
            .filter_map(|piece| Some(piece.split_once("</mechanism>")?.0))
            .collect();
        names.sort_unstable();
        names
    }

    /// Logs in with SASL PLAIN and binds a resource. An error of kind `PermissionDenied` is the server's refusal.
    pub(crate) fn log_in(&mut self, name: &str, password: &str) -> Result<()> {
        let secret = BASE64.encode(format!("\0{name}\0{password}"));
        self.send(&format!(
            "<auth xmlns='urn:ietf:params:xml:ns:xmpp-sasl' mechanism='PLAIN'>{secret}</auth>"
        ))?;
        let answer = read_until(&mut self.wire, ">", &mut self.unread)?;
        if !answer.contains("<success") {
            return Err(Error::new(ErrorKind::PermissionDenied, answer));
        }
        self.unread.clear();
        self.features = open_stream(&mut self.wire, &self.domain, &mut self.unread)?;
        let bind = "<bind xmlns='urn:ietf:params:xml:ns:xmpp-bind'/>";
        self.ask("set", bind)?;
        Ok(())
    }

    /// Sends an IQ to the own account's server and returns everything up to the end of the answer.
    pub(crate) fn ask(&mut self, kind: &str, payload: &str) -> Result<String> {
        self.send(&format!("<iq type='{kind}' id='a'>{payload}</iq>"))?;
        read_until(&mut self.wire, "</iq>", &mut self.unread)
    }

    /// Sends text as it is.
    pub(crate) fn send(&mut self, text: &str) -> Result<()> {
        self.wire.write_all(text.as_bytes())?;
        self.wire.flush()
    }

    /// Everything up to and including the given text.
    pub(crate) fn read_until(&mut self, end: &str) -> Result<String> {
        read_until(&mut self.wire, end, &mut self.unread)
    }
}

fn client(
    server: &Server,
    domain: &str,
    versions: &[&'static SupportedProtocolVersion],
) -> Result<ClientConnection> {
    let mut roots = RootCertStore::empty();
    roots
        .add(CertificateDer::from(server.certificate_der().to_vec()))
        .map_err(Error::other)?;
    let configuration = ClientConfig::builder_with_provider(Arc::new(default_provider()))
        .with_protocol_versions(versions)
        .map_err(Error::other)?
        .with_root_certificates(roots)
        .with_no_client_auth();
    let name = ServerName::try_from(domain.to_owned()).map_err(Error::other)?;
    ClientConnection::new(Arc::new(configuration), name).map_err(Error::other)
}

fn connect(port: u16) -> Result<TcpStream> {
    let tcp = TcpStream::connect((Ipv4Addr::LOCALHOST, port))?;
    tcp.set_read_timeout(Some(SILENCE))?;
    Ok(tcp)
}

fn open_stream(wire: &mut dyn Wire, domain: &str, unread: &mut String) -> Result<String> {
    write!(
        wire,
        "<?xml version='1.0'?><stream:stream xmlns='jabber:client' xmlns:stream='http://etherx.jabber.org/streams' version='1.0' to='{domain}'>"
    )?;
    wire.flush()?;
    let text = read_until(wire, "</stream:features>", unread)?;
    let start = text.find("<stream:features").unwrap_or(0);
    Ok(text[start..].to_owned())
}

/// Reads until the text appears, and keeps what follows it.
fn read_until(wire: &mut dyn Wire, end: &str, unread: &mut String) -> Result<String> {
    let mut buffer = [0; 16 * 1024];
    loop {
        if let Some(at) = unread.find(end) {
            let rest = unread.split_off(at + end.len());
            return Ok(std::mem::replace(unread, rest));
        }
        let count = wire.read(&mut buffer)?;
        if count == 0 {
            let text = format!("closed before {end}: {unread}");
            return Err(Error::new(ErrorKind::UnexpectedEof, text));
        }
        unread.push_str(&String::from_utf8_lossy(&buffer[..count]));
    }
}
