//! Securing the connection: nothing is sent in clear, and to nobody whose certificate was not accepted.

use oriole_core::{
    error::ErrorKind,
    model::{
        account::{Fingerprint, Security},
        certificate::CertificateProblem,
    },
};

use crate::support::{
    connecting::Client,
    line::{Line, head},
    scram::mechanisms,
    script::Server,
    tls::{ANY_TLS, Identity},
};

const START_TLS: &str = "<starttls xmlns='urn:ietf:params:xml:ns:xmpp-tls'/>";

/// What a client says that meets a server with this script.
async fn met<F>(security: Security, script: impl FnOnce(Line) -> F) -> ErrorKind
where
    F: Future<Output = ()> + Send + 'static,
{
    let server = Server::new().await;
    let client = Client::of(&server, security).impatient();
    let line = server.accept();
    let playing = async { script(line.await).await };
    let (kind, ()) = tokio::join!(client.failure_kind(), playing);
    kind
}

#[tokio::test]
async fn a_server_without_encryption_gets_nothing() {
    let kind = met(Security::StartTls, |mut line| async move {
        line.open(&mechanisms(&["PLAIN", "SCRAM-SHA-1"])).await;
        line.stall().await;
    });
    assert_eq!(kind.await, ErrorKind::NoEncryption);
}

#[tokio::test]
async fn a_server_may_refuse_to_start_tls() {
    for answer in [
        "<failure xmlns='urn:ietf:params:xml:ns:xmpp-tls'/>",
        "<success xmlns='urn:ietf:params:xml:ns:xmpp-sasl'/>",
        "<proceed xmlns='urn:ietf:params:xml:ns:xmpp-sasl'/>",
    ] {
        let kind = met(Security::StartTls, move |mut line| async move {
            line.open(START_TLS).await;
            line.expect(START_TLS).await;
            line.send(answer).await;
            line.stall().await;
        });
        assert_eq!(kind.await, ErrorKind::TlsFailed, "{answer}");
    }
}

#[tokio::test]
async fn tls_that_fails_is_told_from_tls_that_is_too_old() {
    for (answer, expected) in [
        // Alerts: protocol_version, handshake_failure, internal_error.
        (&[21, 3, 1, 0, 2, 2, 70][..], ErrorKind::TlsTooOld),
        (&[21, 3, 1, 0, 2, 2, 40], ErrorKind::TlsTooOld),
        (&[21, 3, 3, 0, 2, 2, 80], ErrorKind::TlsFailed),
        (b"<stream:features/>", ErrorKind::TlsFailed),
        (&[], ErrorKind::TlsFailed),
    ] {
        for security in [Security::StartTls, Security::DirectTls] {
            let kind = met(security, move |mut line| async move {
                if security == Security::StartTls {
                    line.open(START_TLS).await;
                    line.expect(START_TLS).await;
                    line.send("<proceed xmlns='urn:ietf:params:xml:ns:xmpp-tls'/>")
                        .await;
                }
                // The client greets first; only then does the server answer.
                tokio::io::AsyncReadExt::read_u8(&mut line.io)
                    .await
                    .unwrap();
                line.send(answer).await;
                line.lose().await;
            });
            assert_eq!(kind.await, expected, "{answer:?} {security:?}");
        }
    }
}

#[tokio::test]
async fn a_silent_server_ends_in_time_whatever_it_is_silent_about() {
    let kind = met(Security::StartTls, Line::stall);
    assert_eq!(kind.await, ErrorKind::Timeout, "after the connection");
    let kind = met(Security::DirectTls, Line::stall);
    assert_eq!(kind.await, ErrorKind::Timeout, "during TLS");
    let kind = met(Security::StartTls, |mut line| async move {
        let to = line.header().await;
        line.send(head(&to)).await;
        line.stall().await;
    });
    assert_eq!(kind.await, ErrorKind::Timeout, "after the head");
    let kind = met(Security::StartTls, |mut line| async move {
        line.open(START_TLS).await;
        line.expect(START_TLS).await;
        line.stall().await;
    });
    assert_eq!(kind.await, ErrorKind::Timeout, "asked for TLS");
    let kind = met(Security::StartTls, |mut line| async move {
        line.open(START_TLS).await;
        line.expect(START_TLS).await;
        line.send("<proceed xmlns='urn:ietf:params:xml:ns:xmpp-tls'/>")
            .await;
        line.stall().await;
    });
    assert_eq!(kind.await, ErrorKind::Timeout, "during TLS after StartTLS");
    // One that keeps the connection alive without ever getting on.
    let kind = met(Security::StartTls, |mut line| async move {
        let to = line.header().await;
        line.send(head(&to)).await;
        while line.io_is_open().await {
            line.send(" ").await;
            tokio::task::yield_now().await;
        }
    });
    assert_eq!(kind.await, ErrorKind::Timeout, "whitespace for ever");
}

#[tokio::test]
async fn a_certificate_that_nobody_vouches_for_is_shown_and_nothing_sent() {
    for security in [Security::StartTls, Security::DirectTls] {
        let server = Server::new().await;
        let identity = Identity::of(&["chat.example", "*.chat.example"]);
        let fingerprint = identity.fingerprint();
        let client = Client::of(&server, security);
        let script = server.play(move |server| async move {
            let line = server.accept().await;
            let secured = match security {
                Security::StartTls => line.start_tls(&identity, ANY_TLS).await,
                _ => line.secure(&identity, ANY_TLS).await,
            };
            // With TLS 1.3 the server thinks that it is done before the client has judged.
            if let Some((mut line, _)) = secured {
                assert_eq!(line.leftover().await, Vec::<u8>::new());
            }
        });
        let failure = client.failure().await;
        assert_eq!(failure.error.kind, ErrorKind::CertificateUntrusted);
        assert!(!failure.is_passing(), "it is for the person to decide");
        let facts = failure.certificate.unwrap();
        assert_eq!(facts.sha256, fingerprint);
        assert_eq!(facts.why, CertificateProblem::SelfSigned);
        assert!(facts.name_matches);
        assert_eq!(facts.names, ["chat.example", "*.chat.example"]);
        script.end().await;
    }
}

#[tokio::test]
async fn a_pin_means_that_certificate_and_no_other() {
    let identity = Identity::of(&["quite.another.example"]);
    let pin = identity.fingerprint();
    for (pin, accepted) in [(pin, true), (Fingerprint([7; 32]), false)] {
        let server = Server::new().await;
        let client = Client::of(&server, Security::DirectTls).pinned(pin);
        let line = server.accept();
        let playing = async {
            if let Some((mut line, secret)) = line.await.secure(&identity, ANY_TLS).await {
                // The name asked for is the address's domain, though the server was typed as an address.
                assert_eq!(secret.name.as_deref(), Some("chat.example"));
                assert_eq!(secret.alpn.as_deref(), Some(&b"xmpp-client"[..]));
                if accepted {
                    line.open(&mechanisms(&["PLAIN"])).await;
                } else {
                    assert_eq!(line.leftover().await, Vec::<u8>::new());
                }
            }
        };
        let (secured, ()) = tokio::join!(client.connect(), playing);
        match secured {
            Ok(_) => assert!(accepted),
            Err(failure) => {
                assert!(!accepted, "{failure}");
                assert_eq!(failure.error.kind, ErrorKind::CertificateUntrusted);
                let facts = failure.certificate.unwrap();
                assert_eq!(facts.why, CertificateProblem::NotThePinned);
                assert!(!facts.name_matches);
            }
        }
    }
}

#[tokio::test]
async fn what_was_slipped_in_before_tls_is_thrown_away() {
    let server = Server::new().await;
    let identity = Identity::of(&["chat.example"]);
    let client = Client::of(&server, Security::StartTls).pinned(identity.fingerprint());
    let script = server.play(|server| async move {
        let mut line = server.accept().await;
        line.open(START_TLS).await;
        line.expect(START_TLS).await;
        // As somebody in between could, in one piece, so that it arrives together.
        let slipped = format!(
            "<proceed xmlns='urn:ietf:params:xml:ns:xmpp-tls'/>{}<stream:features>{}</stream:features>",
            head("chat.example"),
            mechanisms(&["PLAIN"])
        );
        line.send(slipped).await;
        let (mut line, _) = line.secure(&identity, ANY_TLS).await.unwrap();
        line.open(&mechanisms(&["SCRAM-SHA-1"])).await;
        line.auth("SCRAM-SHA-1").await;
    });
    let failure = client.failure_kind().await;
    assert_eq!(
        failure,
        ErrorKind::ConnectionRefused,
        "the script ended there"
    );
    script.end().await;
}

#[tokio::test]
async fn either_kind_of_tls_is_found_on_a_typed_port() {
    let server = Server::new().await;
    let identity = Identity::of(&["chat.example"]);
    let client = Client::of(&server, Security::Auto).pinned(identity.fingerprint());
    let script = server.play(|server| async move {
        // The first try is StartTLS, which a server for direct TLS does not understand.
        let mut line = server.accept().await;
        line.header().await;
        line.send([21, 3, 1, 0, 2, 2, 70]).await;
        line.stall().await;
        let line = server.accept().await;
        let (mut line, _) = line.secure(&identity, ANY_TLS).await.unwrap();
        line.open(&mechanisms(&["PLAIN"])).await;
    });
    client.connect().await.map(drop).unwrap();
    script.end().await;
}
