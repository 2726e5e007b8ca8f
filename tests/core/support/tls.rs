//! The server's side of TLS, with a certificate that it made itself.

use std::sync::Arc;

use oriole_core::model::account::Fingerprint;
use rcgen::{CertificateParams, KeyPair};
use ring::digest::{SHA256, digest};
use tokio_rustls::{
    TlsAcceptor,
    rustls::{
        ProtocolVersion, ServerConfig, SupportedProtocolVersion,
        crypto::ring::default_provider,
        pki_types::{CertificateDer, PrivateKeyDer, PrivatePkcs8KeyDer},
        version::{TLS12, TLS13},
    },
};

use super::line::Line;

/// The versions of TLS that a server may be told to speak.
pub(crate) const ANY_TLS: &[&SupportedProtocolVersion] = &[&TLS12, &TLS13];
pub(crate) const ONLY_TLS_12: &[&SupportedProtocolVersion] = &[&TLS12];
pub(crate) const ONLY_TLS_13: &[&SupportedProtocolVersion] = &[&TLS13];

/// A certificate with its key.
pub(crate) struct Identity {
    certificate: CertificateDer<'static>,
    key: KeyPair,
}

impl Identity {
    /// For these names, vouched for by itself.
    pub(crate) fn of(names: &[&str]) -> Self {
        let names: Vec<String> = names.iter().map(|&name| name.to_owned()).collect();
        let key = KeyPair::generate().unwrap();
        let params = CertificateParams::new(names).unwrap();
        let certificate = params.self_signed(&key).unwrap().der().clone();
        Self { certificate, key }
    }

    pub(crate) fn fingerprint(&self) -> Fingerprint {
        let hash = digest(&SHA256, &self.certificate);
        Fingerprint(hash.as_ref().try_into().unwrap())
    }

    fn acceptor(&self, versions: &[&'static SupportedProtocolVersion]) -> TlsAcceptor {
        let key = PrivatePkcs8KeyDer::from(self.key.serialize_der());
        let mut config = ServerConfig::builder_with_provider(Arc::new(default_provider()))
            .with_protocol_versions(versions)
            .unwrap()
            .with_no_client_auth()
            .with_single_cert(vec![self.certificate.clone()], PrivateKeyDer::from(key))
            .unwrap();
        config.alpn_protocols = vec![b"xmpp-client".to_vec()];
        TlsAcceptor::from(Arc::new(config))
    }
}

/// What a server knows of a connection that it secured.
pub(crate) struct Secret {
    /// Only with TLS 1.3.
    pub(crate) exporter: Option<Vec<u8>>,
    /// The hash of the certificate.
    pub(crate) end_point: Vec<u8>,
    /// The protocol that was agreed on, and the name that the client asked for.
    pub(crate) alpn: Option<Vec<u8>>,
    pub(crate) name: Option<String>,
}

impl Line {
    /// Secures the connection from here on; none where the client breaks it off.
    pub(crate) async fn secure(
        self,
        identity: &Identity,
        versions: &[&'static SupportedProtocolVersion],
    ) -> Option<(Line, Secret)> {
        let tls = identity.acceptor(versions).accept(self.io).await.ok()?;
        let connection = tls.get_ref().1;
        let exporter = match connection.protocol_version() {
            Some(ProtocolVersion::TLSv1_3) => connection
                .export_keying_material(vec![0; 32], b"EXPORTER-Channel-Binding", None)
                .ok(),
            _ => None,
        };
        let secret = Secret {
            exporter,
            end_point: identity.fingerprint().0.to_vec(),
            alpn: connection.alpn_protocol().map(<[u8]>::to_vec),
            name: connection.server_name().map(str::to_owned),
        };
        Some((Line::new(tls), secret))
    }

    /// Offers StartTLS, lets the client begin, and secures the connection.
    pub(crate) async fn start_tls(
        mut self,
        identity: &Identity,
        versions: &[&'static SupportedProtocolVersion],
    ) -> Option<(Line, Secret)> {
        self.open("<starttls xmlns='urn:ietf:params:xml:ns:xmpp-tls'><required/></starttls>")
            .await;
        self.expect("<starttls xmlns='urn:ietf:params:xml:ns:xmpp-tls'/>")
            .await;
        self.send("<proceed xmlns='urn:ietf:params:xml:ns:xmpp-tls'/>")
            .await;
        self.secure(identity, versions).await
    }
}
