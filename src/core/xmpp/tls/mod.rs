//! Encryption of the connection (TLS 1.2 and 1.3), and whom it trusts.
//!
//! The name that is checked is the domain of the person's address, never a name from DNS or one typed as server (RFC 6120 §13.7). With a pin,
//! exactly that leaf certificate is accepted and nothing else. The crypto provider is handed over explicitly everywhere: the program
//! has one, and no global default that two libraries could fight over.

mod certificate;
mod verify;

use std::io;
use std::sync::{Arc, Mutex};

use tokio::io::{AsyncRead, AsyncWrite};
use tokio_rustls::TlsConnector;
use tokio_rustls::rustls::client::Resumption;
use tokio_rustls::rustls::crypto::{self, CryptoProvider};
use tokio_rustls::rustls::pki_types::ServerName;
use tokio_rustls::rustls::{
    AlertDescription, ClientConfig, Error, InvalidMessage, PeerIncompatible, PeerMisbehaved,
    ProtocolVersion,
};

use super::dns::ascii_name;
use super::sasl::Bindings;
use crate::model::{account::Fingerprint, certificate::CertificateFacts, server::TlsVersion};

pub use tokio_rustls::client::TlsStream;
pub use verify::Roots;

use verify::Verifier;

/// The protocol name for direct TLS (XEP-0368 §4).
pub const ALPN_XMPP_CLIENT: &[u8] = b"xmpp-client";

/// The label of RFC 9266 §2; its context is empty.
const EXPORTER_LABEL: &[u8] = b"EXPORTER-Channel-Binding";

/// Which certificates are accepted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Trust {
    /// Those that the system's authorities vouch for, with the address's domain in them.
    System,
    /// Exactly the one leaf certificate whose SHA-256 this is, whatever its dates, names and issuer.
    Pin(Fingerprint),
}

/// Why there is no encrypted connection.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum TlsError {
    /// The certificate is not trusted. The person may decide otherwise and pin it.
    #[error("the server's certificate is not trusted: {}", .0.why)]
    Untrusted(Box<CertificateFacts>),
    /// The server has only encryption that is no longer safe; its administrator can change that.
    #[error(
        "the server's encryption is too old: {detail}. Its administrator should enable TLS 1.2 or newer with current ciphers"
    )]
    TooOld {
        /// What exactly is too old.
        detail: String,
    },
    /// Anything else: no TLS there at all, a broken server, a broken connection.
    #[error("the encrypted connection failed: {detail}")]
    Failed {
        /// What happened.
        detail: String,
    },
}

impl TlsError {
    fn too_old(detail: impl Into<String>) -> TlsError {
        TlsError::TooOld {
            detail: detail.into(),
        }
    }

    fn failed(detail: impl Into<String>) -> TlsError {
        TlsError::Failed {
            detail: detail.into(),
        }
    }
}

/// The one crypto provider of the program.
#[must_use]
pub fn provider() -> Arc<CryptoProvider> {
    Arc::new(crypto::ring::default_provider())
}

/// Encrypts a connection to the server of `domain` (in any script, or an IP address), with the system's authorities.
///
/// `alpn` is [`ALPN_XMPP_CLIENT`] for direct TLS and `None` after StartTLS. There is no deadline here: the caller sets one.
///
/// # Errors
/// [`TlsError`].
pub async fn connect<IO>(
    io: IO,
    domain: &str,
    trust: &Trust,
    alpn: Option<&[u8]>,
) -> Result<TlsStream<IO>, TlsError>
where
    IO: AsyncRead + AsyncWrite + Unpin + Send,
{
    let roots = match trust {
        Trust::System => Roots::system().await,
        Trust::Pin(_) => Roots::none(),
    };
    connect_with_roots(io, domain, trust, alpn, &roots).await
}

/// As [`connect`], with authorities of the caller's own in place of the system's.
///
/// # Errors
/// [`TlsError`].
pub async fn connect_with_roots<IO>(
    io: IO,
    domain: &str,
    trust: &Trust,
    alpn: Option<&[u8]>,
    roots: &Roots,
) -> Result<TlsStream<IO>, TlsError>
where
    IO: AsyncRead + AsyncWrite + Unpin + Send,
{
    let name = ascii_name(domain)
        .ok()
        .and_then(|name| ServerName::try_from(name).ok())
        .ok_or_else(|| {
            TlsError::failed("the address's domain is no name that a certificate could have")
        })?;
    let provider = provider();
    let verdict = Arc::new(Mutex::new(None));
    let verifier = Verifier::new(
        *trust,
        roots.clone(),
        name.clone(),
        &provider,
        Arc::clone(&verdict),
    );
    let mut config = ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .map_err(|error| TlsError::failed(error.to_string()))?
        .dangerous()
        .with_custom_certificate_verifier(Arc::new(verifier))
        .with_no_client_auth();
    // A resumed session would not show its certificate again, and would tie our connections together for onlookers.
    config.resumption = Resumption::disabled();
    config.alpn_protocols = alpn.map(<[u8]>::to_vec).into_iter().collect();
    match TlsConnector::from(Arc::new(config)).connect(name, io).await {
        Ok(stream) => Ok(stream),
        Err(error) => {
            let verdict = verdict.lock().ok().and_then(|mut verdict| verdict.take());
            Err(verdict.unwrap_or_else(|| explained(&error)))
        }
    }
}

/// The channel bindings that this connection can give to SASL: `tls-exporter` (RFC 9266, only with TLS 1.3) and `tls-server-end-point`
/// (RFC 5929 §4, only where the certificate's signature has a hash).
#[must_use]
pub fn bindings<IO>(stream: &TlsStream<IO>) -> Bindings {
    let connection = stream.get_ref().1;
    let tls_exporter = match connection.protocol_version() {
        Some(ProtocolVersion::TLSv1_3) => connection
            .export_keying_material(vec![0; 32], EXPORTER_LABEL, None)
            .ok(),
        _ => None,
    };
    let tls_server_end_point = connection
        .peer_certificates()
        .and_then(|chain| chain.first())
        .and_then(|leaf| certificate::end_point(leaf));
    Bindings {
        tls_exporter,
        tls_server_end_point,
    }
}

/// The version of the protocol in use.
#[must_use]
pub fn version<IO>(stream: &TlsStream<IO>) -> Option<TlsVersion> {
    match stream.get_ref().1.protocol_version() {
        Some(ProtocolVersion::TLSv1_3) => Some(TlsVersion::Tls13),
        Some(ProtocolVersion::TLSv1_2) => Some(TlsVersion::Tls12),
        _ => None,
    }
}

/// The protocol and cipher in use, such as `TLS 1.3, TLS13_AES_256_GCM_SHA384`, for `diagnose`.
#[must_use]
pub fn description<IO>(stream: &TlsStream<IO>) -> String {
    let connection = stream.get_ref().1;
    let version = match connection.protocol_version() {
        Some(ProtocolVersion::TLSv1_3) => "TLS 1.3",
        Some(ProtocolVersion::TLSv1_2) => "TLS 1.2",
        _ => "TLS",
    };
    match connection.negotiated_cipher_suite() {
        Some(suite) => format!("{version}, {:?}", suite.suite()),
        None => version.to_owned(),
    }
}

/// Whose fault a failed handshake is, in words.
fn explained(error: &io::Error) -> TlsError {
    let inner = error
        .get_ref()
        .and_then(|inner| inner.downcast_ref::<Error>());
    match (inner, error.kind()) {
        (Some(tls), _) => explained_tls(tls),
        // Old servers say so with an alert. A connection that just ends says nothing about age.
        (None, io::ErrorKind::UnexpectedEof) => {
            TlsError::failed("the server closed the connection before encryption began")
        }
        (None, io::ErrorKind::ConnectionReset | io::ErrorKind::BrokenPipe) => {
            TlsError::failed("the connection broke before encryption began")
        }
        (None, _) => TlsError::failed(error.to_string()),
    }
}

fn explained_tls(error: &Error) -> TlsError {
    match error {
        Error::AlertReceived(AlertDescription::ProtocolVersion) => {
            TlsError::too_old("it refuses TLS 1.2 and newer")
        }
        Error::AlertReceived(
            AlertDescription::InsufficientSecurity | AlertDescription::HandshakeFailure,
        ) => TlsError::too_old(
            "it has no cipher, key or signature method in common with us (or no certificate for this domain)",
        ),
        Error::AlertReceived(AlertDescription::UnrecognisedName) => {
            TlsError::failed("the server has no certificate for this domain")
        }
        Error::AlertReceived(AlertDescription::NoApplicationProtocol)
        | Error::NoApplicationProtocol => {
            TlsError::failed("the server does not offer chat on this port")
        }
        Error::AlertReceived(alert) => {
            TlsError::failed(format!("the server broke off the handshake ({alert:?})"))
        }
        Error::PeerIncompatible(reason) => incompatible(reason),
        Error::PeerMisbehaved(
            // Servers that know only exchanges without forward secrecy choose one although we did not offer it.
            PeerMisbehaved::SelectedUnofferedCipherSuite
            | PeerMisbehaved::SelectedUnusableCipherSuiteForVersion,
        ) => TlsError::too_old("it insists on a cipher that is no longer safe"),
        Error::PeerMisbehaved(
            PeerMisbehaved::SelectedUnofferedKxGroup | PeerMisbehaved::SelectedUnofferedCompression,
        ) => TlsError::too_old("it insists on a key exchange that is no longer safe"),
        Error::PeerMisbehaved(
            PeerMisbehaved::SignedHandshakeWithUnadvertisedSigScheme
            | PeerMisbehaved::SignedKxWithWrongAlgorithm,
        ) => TlsError::too_old("it signs with a method that is no longer safe, such as SHA-1"),
        Error::InvalidMessage(
            InvalidMessage::InvalidDhParams | InvalidMessage::UnsupportedCurveType,
        ) => TlsError::too_old("it insists on a key exchange that is no longer safe"),
        Error::InvalidMessage(
            InvalidMessage::InvalidContentType | InvalidMessage::UnknownProtocolVersion,
        ) => TlsError::failed("what answered does not speak TLS"),
        other => TlsError::failed(other.to_string()),
    }
}

fn incompatible(reason: &PeerIncompatible) -> TlsError {
    match reason {
        PeerIncompatible::ServerDoesNotSupportTls12Or13
        | PeerIncompatible::ServerTlsVersionIsDisabledByOurConfig
        | PeerIncompatible::SupportedVersionsExtensionRequired
        | PeerIncompatible::Tls12NotOffered
        | PeerIncompatible::Tls12NotOfferedOrEnabled => {
            TlsError::too_old("it has only versions before TLS 1.2")
        }
        PeerIncompatible::NoCipherSuitesInCommon
        | PeerIncompatible::NoKxGroupsInCommon
        | PeerIncompatible::NoEcPointFormatsInCommon
        | PeerIncompatible::UncompressedEcPointsRequired
        | PeerIncompatible::EcPointsExtensionRequired
        | PeerIncompatible::NullCompressionRequired
        | PeerIncompatible::KeyShareExtensionRequired
        | PeerIncompatible::NamedGroupsExtensionRequired => {
            TlsError::too_old("it has no safe key exchange or cipher in common with us")
        }
        PeerIncompatible::NoSignatureSchemesInCommon
        | PeerIncompatible::SignatureAlgorithmsExtensionRequired => {
            TlsError::too_old("it has no safe signature method in common with us")
        }
        PeerIncompatible::ExtendedMasterSecretExtensionRequired => {
            TlsError::too_old("it lacks the extended master secret (RFC 7627)")
        }
        other => TlsError::failed(format!("the server's TLS does not fit ours ({other:?})")),
    }
}

#[cfg(test)]
mod fixtures;
#[cfg(test)]
mod tests;
