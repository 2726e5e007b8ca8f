//! Handshakes against servers with certificates of every kind, in memory.
#![allow(clippy::unwrap_used, clippy::panic)]

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD as BASE64;
use proptest::prelude::*;
use rcgen::{
    BasicConstraints, CertificateParams, CertifiedIssuer, DnType, IsCa, KeyPair, OtherNameValue,
    SanType, date_time_ymd,
};
use ring::digest;
use tokio::io::{AsyncReadExt, AsyncWriteExt, DuplexStream, duplex};
use tokio_rustls::TlsAcceptor;
use tokio_rustls::rustls::client::danger::ServerCertVerifier;
use tokio_rustls::rustls::pki_types::{
    CertificateDer, PrivateKeyDer, PrivatePkcs8KeyDer, UnixTime,
};
use tokio_rustls::rustls::version::{TLS12, TLS13};
use tokio_rustls::rustls::{ServerConfig, SupportedProtocolVersion};
use tokio_rustls::server::TlsStream as ServerStream;

use super::certificate::{clean, end_point};
use super::fixtures::{PSS_SHA384, RSA_1024, RSA_SHA1, VERSION_1};
use super::*;
use crate::model::certificate::CertificateProblem;

const DOMAIN: &str = "chat.example";
const BOTH: &[&SupportedProtocolVersion] = &[&TLS12, &TLS13];

/// A certificate with its key, and its issuer's certificate if it has one.
struct Identity {
    leaf: CertificateDer<'static>,
    key: KeyPair,
    authority: Option<CertificateDer<'static>>,
}

fn params(names: &[&str]) -> CertificateParams {
    let names: Vec<String> = names.iter().map(|name| (*name).to_owned()).collect();
    let mut params = CertificateParams::new(names).unwrap();
    params
        .distinguished_name
        .push(DnType::CommonName, "The Chat");
    params
}

fn self_signed(params: &CertificateParams) -> Identity {
    let key = KeyPair::generate().unwrap();
    let leaf = params.self_signed(&key).unwrap().der().clone();
    Identity {
        leaf,
        key,
        authority: None,
    }
}

/// Issued by an authority of its own.
fn issued(params: &CertificateParams) -> Identity {
    let mut authority = CertificateParams::default();
    authority.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    authority
        .distinguished_name
        .push(DnType::CommonName, "An Authority");
    let authority = CertifiedIssuer::self_signed(authority, KeyPair::generate().unwrap()).unwrap();
    let key = KeyPair::generate().unwrap();
    let leaf = params.signed_by(&key, &authority).unwrap().der().clone();
    Identity {
        leaf,
        key,
        authority: Some(authority.der().clone()),
    }
}

impl Identity {
    fn roots(&self) -> Roots {
        Roots::of(self.authority.clone())
    }

    fn pin(&self) -> Trust {
        Trust::Pin(Fingerprint(sha256(&self.leaf)))
    }

    fn server(
        &self,
        versions: &[&'static SupportedProtocolVersion],
        alpn: &[&[u8]],
    ) -> TlsAcceptor {
        let key = PrivateKeyDer::Pkcs8(PrivatePkcs8KeyDer::from(self.key.serialize_der()));
        let mut config = ServerConfig::builder_with_provider(provider())
            .with_protocol_versions(versions)
            .unwrap()
            .with_no_client_auth()
            .with_single_cert(vec![self.leaf.clone()], key)
            .unwrap();
        config.alpn_protocols = alpn.iter().map(|name| name.to_vec()).collect();
        TlsAcceptor::from(Arc::new(config))
    }
}

fn sha256(bytes: &[u8]) -> [u8; 32] {
    digest::digest(&digest::SHA256, bytes)
        .as_ref()
        .try_into()
        .unwrap()
}

type Pair = (TlsStream<DuplexStream>, ServerStream<DuplexStream>);

/// One handshake; both ends of it.
async fn handshake(
    acceptor: TlsAcceptor,
    domain: &str,
    trust: Trust,
    alpn: Option<&[u8]>,
    roots: &Roots,
) -> Result<Pair, TlsError> {
    let (ours, theirs) = duplex(64 * 1024);
    let (client, server) = tokio::join!(
        connect_with_roots(ours, domain, &trust, alpn, roots),
        acceptor.accept(theirs)
    );
    client.map(|client| (client, server.unwrap()))
}

async fn outcome(
    identity: &Identity,
    domain: &str,
    trust: Trust,
    roots: &Roots,
) -> Result<(), TlsError> {
    handshake(identity.server(BOTH, &[]), domain, trust, None, roots)
        .await
        .map(|_| ())
}

async fn facts(identity: &Identity, domain: &str, trust: Trust, roots: &Roots) -> CertificateFacts {
    match outcome(identity, domain, trust, roots).await {
        Err(TlsError::Untrusted(facts)) => *facts,
        other => panic!("{other:?}"),
    }
}

#[tokio::test]
async fn a_certificate_from_a_known_authority_is_trusted_with_both_versions() {
    let identity = issued(&params(&[DOMAIN]));
    for (version, description_start) in [(&TLS12, "TLS 1.2, "), (&TLS13, "TLS 1.3, ")] {
        let acceptor = identity.server(&[version], &[]);
        let (mut client, mut server) =
            handshake(acceptor, DOMAIN, Trust::System, None, &identity.roots())
                .await
                .unwrap();
        assert!(
            description(&client).starts_with(description_start),
            "{}",
            description(&client)
        );
        client.write_all(b"hello").await.unwrap();
        client.flush().await.unwrap();
        let mut heard = [0; 5];
        server.read_exact(&mut heard).await.unwrap();
        assert_eq!(&heard, b"hello");
    }
}

#[tokio::test]
async fn a_self_signed_certificate_is_shown_with_its_facts() {
    let mut params = params(&[DOMAIN, "*.chat.example"]);
    params
        .subject_alt_names
        .push(SanType::IpAddress("192.0.2.1".parse().unwrap()));
    let xmpp_address = (
        vec![1, 3, 6, 1, 5, 5, 7, 8, 5],
        OtherNameValue::Utf8String("me.example".to_owned()),
    );
    params
        .subject_alt_names
        .push(SanType::OtherName(xmpp_address));
    params.not_before = date_time_ymd(2020, 1, 2);
    params.not_after = date_time_ymd(2120, 3, 4);
    let identity = self_signed(&params);
    let facts = facts(&identity, DOMAIN, Trust::System, &issued(&params).roots()).await;
    assert_eq!(facts.why, CertificateProblem::SelfSigned);
    assert_eq!(facts.sha256.0, sha256(&identity.leaf));
    assert_eq!(
        (facts.subject.as_str(), facts.issuer.as_str()),
        ("CN=The Chat", "CN=The Chat")
    );
    assert_eq!(
        facts.names,
        [DOMAIN, "*.chat.example", "192.0.2.1", "me.example"]
    );
    assert!(facts.name_matches);
    assert_eq!(facts.not_before.to_rfc3339(), "2020-01-02T00:00:00+00:00");
    assert_eq!(facts.not_after.to_rfc3339(), "2120-03-04T00:00:00+00:00");
    assert!(
        TlsError::Untrusted(Box::new(facts))
            .to_string()
            .contains("vouches")
    );
}

#[tokio::test]
async fn a_self_signed_authority_as_server_certificate_is_self_signed_too() {
    // What prosodyctl and many guides make.
    let mut params = params(&[DOMAIN]);
    params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    let identity = self_signed(&params);
    let facts = facts(&identity, DOMAIN, Trust::System, &issued(&params).roots()).await;
    assert_eq!(facts.why, CertificateProblem::SelfSigned);
    assert_eq!(
        outcome(&identity, DOMAIN, identity.pin(), &Roots::none()).await,
        Ok(())
    );
}

#[tokio::test]
async fn an_unknown_authority_is_told_apart_from_none() {
    let identity = issued(&params(&["other.example"]));
    let stranger = issued(&params(&[DOMAIN]));
    let unknown = facts(&identity, DOMAIN, Trust::System, &stranger.roots()).await;
    assert_eq!(unknown.why, CertificateProblem::UnknownIssuer);
    assert_eq!(unknown.issuer, "CN=An Authority");
    assert!(!unknown.name_matches);
    let without_roots = facts(&identity, DOMAIN, Trust::System, &Roots::none()).await;
    assert!(
        without_roots
            .why
            .to_string()
            .contains("no list of certificate authorities")
    );
}

#[tokio::test]
async fn the_address_s_domain_must_be_in_the_certificate() {
    let identity = issued(&params(&["xmpp.chat.example", "xn--bcher-kva.example"]));
    let roots = identity.roots();
    let wrong = facts(&identity, DOMAIN, Trust::System, &roots).await;
    assert_eq!(wrong.why, CertificateProblem::WrongName(DOMAIN.to_owned()));
    assert!(!wrong.name_matches);
    assert_eq!(
        outcome(&identity, "XMPP.chat.example.", Trust::System, &roots).await,
        Ok(())
    );
    assert_eq!(
        outcome(&identity, "bücher.example", Trust::System, &roots).await,
        Ok(())
    );
    assert!(matches!(
        outcome(&identity, "not a name", Trust::System, &roots).await,
        Err(TlsError::Failed { .. })
    ));
}

#[tokio::test]
async fn a_domain_may_be_an_ip_address() {
    let identity = issued(&params(&["192.0.2.1", "2001:db8::1"]));
    let roots = identity.roots();
    for domain in ["192.0.2.1", "2001:db8::1", "[2001:db8::1]"] {
        assert_eq!(
            outcome(&identity, domain, Trust::System, &roots).await,
            Ok(()),
            "{domain}"
        );
    }
    let wrong = facts(&identity, "192.0.2.2", Trust::System, &roots).await;
    assert!(matches!(wrong.why, CertificateProblem::WrongName(_)));
}

#[tokio::test]
async fn dates_are_checked() {
    let mut past = params(&[DOMAIN]);
    past.not_before = date_time_ymd(2001, 1, 1);
    past.not_after = date_time_ymd(2002, 1, 1);
    let mut future = params(&[DOMAIN]);
    future.not_before = date_time_ymd(2990, 1, 1);
    future.not_after = date_time_ymd(2999, 1, 1);
    let stranger = issued(&params(&[DOMAIN]));
    for (params, problem) in [
        (&past, CertificateProblem::Expired),
        (&future, CertificateProblem::NotYetValid),
    ] {
        let identity = issued(params);
        assert_eq!(
            facts(&identity, DOMAIN, Trust::System, &identity.roots())
                .await
                .why,
            problem
        );
        let unknown = facts(&identity, DOMAIN, Trust::System, &stranger.roots()).await;
        assert_eq!(unknown.why, CertificateProblem::UnknownIssuer);
        assert_eq!(
            outcome(&identity, DOMAIN, identity.pin(), &Roots::none()).await,
            Ok(())
        );
    }
}

#[tokio::test]
async fn a_pin_accepts_exactly_its_certificate() {
    let identity = self_signed(&params(&["other.example"]));
    for version in [&TLS12, &TLS13] {
        let acceptor = identity.server(&[version], &[]);
        assert!(
            handshake(acceptor, DOMAIN, identity.pin(), None, &Roots::none())
                .await
                .is_ok()
        );
    }
    let trusted = issued(&params(&[DOMAIN]));
    let mismatch = facts(&trusted, DOMAIN, identity.pin(), &trusted.roots()).await;
    assert_eq!(mismatch.why, CertificateProblem::NotThePinned);
    assert_eq!(mismatch.sha256.0, sha256(&trusted.leaf));
}

#[tokio::test]
async fn a_pinned_certificate_without_its_key_is_worthless() {
    let pinned = self_signed(&params(&[DOMAIN]));
    let thief = Identity {
        leaf: pinned.leaf.clone(),
        key: KeyPair::generate().unwrap(),
        authority: None,
    };
    for version in [&TLS12, &TLS13] {
        let key = PrivateKeyDer::Pkcs8(PrivatePkcs8KeyDer::from(thief.key.serialize_der()));
        let signer = tokio_rustls::rustls::crypto::ring::sign::any_supported_type(&key).unwrap();
        let certified =
            tokio_rustls::rustls::sign::CertifiedKey::new(vec![thief.leaf.clone()], signer);
        let config = ServerConfig::builder_with_provider(provider())
            .with_protocol_versions(&[version])
            .unwrap()
            .with_no_client_auth()
            .with_cert_resolver(Arc::new(
                tokio_rustls::rustls::sign::SingleCertAndKey::from(certified),
            ));
        let acceptor = TlsAcceptor::from(Arc::new(config));
        let (ours, theirs) = duplex(64 * 1024);
        let trust = pinned.pin();
        let (client, _) =
            tokio::join!(connect(ours, DOMAIN, &trust, None), acceptor.accept(theirs));
        assert!(
            matches!(client, Err(TlsError::Failed { .. })),
            "{:?}",
            client.err()
        );
    }
}

#[tokio::test]
async fn alpn_is_offered_for_direct_tls_only() {
    let identity = issued(&params(&[DOMAIN]));
    let roots = identity.roots();
    let chosen = async |server: &[&[u8]], alpn| {
        let acceptor = identity.server(BOTH, server);
        let pair = handshake(acceptor, DOMAIN, Trust::System, alpn, &roots).await;
        pair.map(|(client, _)| client.get_ref().1.alpn_protocol().map(<[u8]>::to_vec))
    };
    assert_eq!(
        chosen(&[b"h2", ALPN_XMPP_CLIENT], Some(ALPN_XMPP_CLIENT)).await,
        Ok(Some(ALPN_XMPP_CLIENT.to_vec()))
    );
    assert_eq!(chosen(&[], Some(ALPN_XMPP_CLIENT)).await, Ok(None));
    assert_eq!(chosen(&[b"h2"], None).await, Ok(None));
    let (ours, theirs) = duplex(64 * 1024);
    let acceptor = identity.server(BOTH, &[b"h2"]);
    let (client, _) = tokio::join!(
        connect_with_roots(ours, DOMAIN, &Trust::System, Some(ALPN_XMPP_CLIENT), &roots),
        acceptor.accept(theirs)
    );
    match client {
        Err(TlsError::Failed { detail }) => {
            assert!(detail.contains("does not offer chat"), "{detail}")
        }
        other => panic!("{:?}", other.err()),
    }
}

#[tokio::test]
async fn both_ends_have_the_same_bindings() {
    let identity = issued(&params(&[DOMAIN]));
    let acceptor = identity.server(&[&TLS13], &[]);
    let (client, server) = handshake(acceptor, DOMAIN, Trust::System, None, &identity.roots())
        .await
        .unwrap();
    let ours = bindings(&client);
    let theirs = server
        .get_ref()
        .1
        .export_keying_material(vec![0; 32], b"EXPORTER-Channel-Binding", Some(b""))
        .unwrap();
    assert_eq!(ours.tls_exporter, Some(theirs));
    assert_eq!(
        ours.tls_server_end_point,
        Some(sha256(&identity.leaf).to_vec())
    );
    assert!(!format!("{ours:?}").contains('['), "{ours:?}");

    let acceptor = identity.server(&[&TLS12], &[]);
    let (client, _server) = handshake(acceptor, DOMAIN, Trust::System, None, &identity.roots())
        .await
        .unwrap();
    let ours = bindings(&client);
    assert_eq!(ours.tls_exporter, None);
    assert_eq!(
        ours.tls_server_end_point,
        Some(sha256(&identity.leaf).to_vec())
    );
}

fn der(base64: &str) -> Vec<u8> {
    BASE64.decode(base64).unwrap()
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

#[test]
fn the_end_point_binding_follows_the_signature_s_hash() {
    // Hashes by the openssl program.
    assert_eq!(
        hex(&end_point(&der(PSS_SHA384)).unwrap()),
        "611fb63779d1697d96b49bc1237f901a16fb56e68e4c1e66638c96002f27b29432ddc20fe3575e12d02a4db303b3f5ba"
    );
    assert_eq!(
        hex(&end_point(&der(RSA_SHA1)).unwrap()),
        "fb434f3a393e6763a79bde1e1d6fd6df0c19a8d194e80ca619f81ce170dc428d"
    );
    let signed_with = |algorithm| {
        let key = KeyPair::generate_for(algorithm).unwrap();
        params(&[DOMAIN]).self_signed(&key).unwrap().der().to_vec()
    };
    let p384 = signed_with(&rcgen::PKCS_ECDSA_P384_SHA384);
    assert_eq!(
        end_point(&p384).unwrap(),
        digest::digest(&digest::SHA384, &p384).as_ref()
    );
    assert_eq!(end_point(&signed_with(&rcgen::PKCS_ED25519)), None);
    assert_eq!(end_point(b"nonsense"), None);
}

#[test]
fn what_cannot_work_is_not_offered_for_trusting() {
    let judged = |base64: &str| {
        let verdict = Arc::new(Mutex::new(None));
        let name = ServerName::try_from("small.example").unwrap();
        let certificate = CertificateDer::from(der(base64));
        for trust in [Trust::System, Trust::Pin(Fingerprint(sha256(&certificate)))] {
            let verifier = Verifier::new(
                trust,
                Roots::none(),
                name.clone(),
                &provider(),
                Arc::clone(&verdict),
            );
            let result =
                verifier.verify_server_cert(&certificate, &[], &name, &[], UnixTime::now());
            assert!(result.is_err());
        }
        verdict.lock().unwrap().take().unwrap()
    };
    for (base64, words) in [(RSA_1024, "1024 bits"), (VERSION_1, "version 1")] {
        match judged(base64) {
            TlsError::TooOld { detail } => assert!(detail.contains(words), "{detail}"),
            other => panic!("{other:?}"),
        }
    }
    assert!(matches!(judged("MAA="), TlsError::Failed { .. }));
}

/// A server that waits for our first message and answers with these bytes, then hangs up.
async fn answered(bytes: &[u8]) -> TlsError {
    let (ours, mut theirs) = duplex(64 * 1024);
    let server = async {
        let mut hello = [0; 5];
        theirs.read_exact(&mut hello).await.unwrap();
        theirs.write_all(bytes).await.unwrap();
        theirs.shutdown().await.unwrap();
        // The rest is read, so that our side sees the answer and not a broken pipe.
        let mut rest = Vec::new();
        let _ = theirs.read_to_end(&mut rest).await;
    };
    let roots = Roots::none();
    let (client, ()) = tokio::join!(
        connect_with_roots(ours, DOMAIN, &Trust::System, None, &roots),
        server
    );
    client.err().unwrap()
}

/// A ServerHello without extensions.
fn server_hello(version: [u8; 2], cipher: [u8; 2]) -> Vec<u8> {
    let body = [&version[..], &[7; 32], &[0], &cipher, &[0]].concat();
    let length = u8::try_from(body.len()).unwrap();
    let record = [
        &[0x16, version[0], version[1], 0, length + 4],
        &[2, 0, 0, length][..],
        &body,
    ];
    record.concat()
}

#[tokio::test]
async fn an_old_server_is_recognised() {
    for (bytes, why) in [
        (vec![0x15, 3, 1, 0, 2, 2, 70], "alert protocol_version"),
        (vec![0x15, 3, 3, 0, 2, 2, 40], "alert handshake_failure"),
        (vec![0x15, 3, 3, 0, 2, 2, 71], "alert insufficient_security"),
        (server_hello([3, 1], [0, 0x2f]), "TLS 1.0"),
        (server_hello([3, 0], [0, 0x0a]), "SSL 3"),
        (
            server_hello([3, 3], [0, 0x9c]),
            "TLS 1.2 with RSA key exchange",
        ),
    ] {
        let error = answered(&bytes).await;
        assert!(matches!(error, TlsError::TooOld { .. }), "{why}: {error:?}");
        assert!(error.to_string().contains("administrator"), "{error}");
    }
}

#[tokio::test]
async fn what_is_no_tls_is_not_called_old() {
    for bytes in [
        &b""[..],
        b"HTTP/1.1 400 Bad Request\r\n\r\n",
        b"<?xml version='1.0'?><stream:stream>",
        &[0; 64],
        &[0x16, 3, 3, 0, 4, 2, 0, 0, 0],
        &[0x15, 3, 3, 0, 2, 2, 112],
        &[0x15, 3, 3, 0, 2, 2, 80],
    ] {
        let error = answered(bytes).await;
        assert!(
            matches!(error, TlsError::Failed { .. }),
            "{bytes:?}: {error:?}"
        );
    }
}

#[test]
fn every_sign_of_age_counts() {
    for error in [
        Error::PeerIncompatible(PeerIncompatible::NoSignatureSchemesInCommon),
        Error::PeerIncompatible(PeerIncompatible::NoKxGroupsInCommon),
        Error::PeerMisbehaved(PeerMisbehaved::SignedHandshakeWithUnadvertisedSigScheme),
        Error::PeerMisbehaved(PeerMisbehaved::SelectedUnofferedKxGroup),
    ] {
        assert!(
            matches!(explained_tls(&error), TlsError::TooOld { .. }),
            "{error}"
        );
    }
    for error in [
        Error::PeerMisbehaved(PeerMisbehaved::AttemptedDowngradeToTls12WhenTls13IsSupported),
        Error::DecryptError,
        Error::AlertReceived(AlertDescription::InternalError),
    ] {
        assert!(
            matches!(explained_tls(&error), TlsError::Failed { .. }),
            "{error}"
        );
    }
}

#[tokio::test]
async fn a_hostile_certificate_is_shown_cleaned_and_cut() {
    let mut params = params(&[DOMAIN]);
    let name = format!("evil\u{1b}[2J\u{202e}\u{200b}\n{}", "x".repeat(5000));
    params.distinguished_name.push(DnType::CommonName, name);
    params
        .distinguished_name
        .push(DnType::OrganizationName, "y".repeat(5000));
    for n in 0..500 {
        params.subject_alt_names.push(SanType::DnsName(
            format!("h{n}.example").try_into().unwrap(),
        ));
    }
    let facts = facts(&self_signed(&params), DOMAIN, Trust::System, &Roots::none()).await;
    assert_eq!(facts.names.len(), 32);
    assert!(facts.subject.contains("evil[2Jx"), "{}", facts.subject);
    assert!(facts.subject.chars().count() < 310);
    assert!(
        !facts
            .subject
            .contains(['\u{1b}', '\u{202e}', '\u{200b}', '\n'])
    );
}

#[test]
fn cleaning_marks_what_it_cuts() {
    assert_eq!(clean("abc", 3), "abc");
    assert_eq!(clean("abcd", 3), "abc…");
    assert_eq!(clean("a\u{202e}b\u{7}c", 3), "abc");
    assert_eq!(clean("北京 é", 9), "北京 é");
}

#[tokio::test]
async fn the_system_s_authorities_can_be_asked() {
    // Whether there are any depends on the computer; that the question is answered does not.
    let first = Roots::system().await;
    let second = Roots::system().await;
    assert_eq!(format!("{first:?}"), format!("{second:?}"));
}

/// The driver runs this inside a task that may move between threads.
#[test]
fn the_future_may_move_between_threads() {
    fn movable<T: Send>(_: &T) {}
    let (ours, _) = duplex(64);
    movable(&connect(ours, DOMAIN, &Trust::System, None));
}

proptest! {
    #[test]
    fn no_certificate_makes_it_panic(position in 0_usize..800, value: u8, cut in 0_usize..900) {
        let mut bytes = der(PSS_SHA384);
        if let Some(byte) = bytes.get_mut(position) {
            *byte = value;
        }
        bytes.truncate(cut);
        let leaf = certificate::Leaf::read(&bytes);
        prop_assert_eq!(leaf.sha256, sha256(&bytes));
        let _ = end_point(&bytes);
    }
}
