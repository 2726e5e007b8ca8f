//! Signing in: which mechanism is used, that the server has to prove itself, and what protects against less than before.

use oriole_core::{
    error::ErrorKind,
    model::account::Security,
    xmpp::sasl::{Mechanism, Memory},
};
use tokio_rustls::rustls::SupportedProtocolVersion;

use crate::support::{
    connecting::Client,
    line::Line,
    scram::{Outcome, challenge, failure, mechanisms, success},
    script::Server,
    session::{BIND, PASSWORD},
    tls::{ANY_TLS, Identity, ONLY_TLS_12, ONLY_TLS_13, Secret},
};

/// Over TLS of these versions, to a server with this script. Gives what signing in ended with: the mechanism that was used.
async fn signing_in<F>(
    versions: &'static [&'static SupportedProtocolVersion],
    change: impl FnOnce(&mut Client),
    script: impl FnOnce(Line, Secret) -> F,
) -> Result<Mechanism, ErrorKind>
where
    F: Future<Output = ()>,
{
    let server = Server::new().await;
    let identity = Identity::of(&["chat.example"]);
    let mut client = Client::of(&server, Security::DirectTls).pinned(identity.fingerprint());
    change(&mut client);
    let playing = async {
        let line = server.accept().await;
        let (line, secret) = line.secure(&identity, versions).await.unwrap();
        script(line, secret).await;
    };
    let (result, ()) = tokio::join!(client.sign_in(), playing);
    match result {
        Ok((_, choice)) => Ok(choice.mechanism()),
        Err(failure) => Err(failure.error.kind),
    }
}

async fn nothing_special<F>(script: impl FnOnce(Line) -> F) -> Result<Mechanism, ErrorKind>
where
    F: Future<Output = ()>,
{
    signing_in(ANY_TLS, |_| {}, |line, _| script(line)).await
}

/// The server accepts the sign-in and goes on.
async fn accept(line: &mut Line, outcome: &Outcome) {
    assert!(outcome.proven);
    line.send(success(&outcome.proof)).await;
    line.reset();
    line.open(BIND).await;
}

fn bindings(names: &[&str]) -> String {
    let names: String = names
        .iter()
        .map(|name| format!("<channel-binding type='{name}'/>"))
        .collect();
    format!("<sasl-channel-binding xmlns='urn:xmpp:sasl-cb:0'>{names}</sasl-channel-binding>")
}

#[tokio::test]
async fn every_scram_is_spoken_and_the_strongest_taken() {
    for (offered, taken) in [
        (&["SCRAM-SHA-1"][..], "SCRAM-SHA-1"),
        (&["PLAIN", "SCRAM-SHA-256", "SCRAM-SHA-1"], "SCRAM-SHA-256"),
        (
            &["SCRAM-SHA-1", "SCRAM-SHA-512", "X-OAUTH2"],
            "SCRAM-SHA-512",
        ),
    ] {
        let result = nothing_special(|mut line| async move {
            line.open(&mechanisms(offered)).await;
            let outcome = line.scram(taken, PASSWORD, "y,,", b"").await;
            accept(&mut line, &outcome).await;
        });
        assert_eq!(result.await, Ok(Mechanism::from_name(taken).unwrap()));
    }
}

#[tokio::test]
async fn a_binding_is_used_where_the_server_names_one_that_there_is() {
    enum Data {
        Exporter,
        EndPoint,
        Nothing,
    }
    let plus = &["SCRAM-SHA-256-PLUS", "SCRAM-SHA-256"][..];
    let exporter = "p=tls-exporter,,";
    let end_point = "p=tls-server-end-point,,";
    let both = &["tls-exporter", "tls-server-end-point", "tls-unique"][..];
    for (versions, offered, named, header, data) in [
        (ONLY_TLS_13, plus, Some(both), exporter, Data::Exporter),
        (ONLY_TLS_12, plus, Some(both), end_point, Data::EndPoint),
        (
            ONLY_TLS_13,
            plus,
            Some(&["tls-server-end-point"][..]),
            end_point,
            Data::EndPoint,
        ),
        (
            ONLY_TLS_12,
            plus,
            Some(&["tls-exporter"][..]),
            "n,,",
            Data::Nothing,
        ),
        (
            ONLY_TLS_13,
            plus,
            Some(&["tls-unique"][..]),
            "n,,",
            Data::Nothing,
        ),
        // ejabberd 23.01: whatever we tried there would make a right password look wrong.
        (ONLY_TLS_13, plus, None, "n,,", Data::Nothing),
        (ONLY_TLS_13, &plus[1..], Some(both), "y,,", Data::Nothing),
        (ONLY_TLS_12, &plus[1..], None, "y,,", Data::Nothing),
    ] {
        let result = signing_in(
            versions,
            |_| {},
            |mut line, secret| async move {
                let named = named.map(bindings).unwrap_or_default();
                line.open(&format!("{}{named}", mechanisms(offered))).await;
                let (name, data) = match data {
                    Data::Exporter => (plus[0], secret.exporter.unwrap()),
                    Data::EndPoint => (plus[0], secret.end_point),
                    Data::Nothing => (plus[1], Vec::new()),
                };
                let outcome = line.scram(name, PASSWORD, header, &data).await;
                accept(&mut line, &outcome).await;
            },
        );
        result.await.unwrap();
    }
}

#[tokio::test]
async fn plain_is_for_servers_that_have_nothing_else_and_only_inside_tls() {
    let result = nothing_special(|mut line| async move {
        line.open(&mechanisms(&["PLAIN", "DIGEST-MD5"])).await;
        assert_eq!(line.auth("PLAIN").await, format!("\0juliet\0{PASSWORD}"));
        line.send("<success xmlns='urn:ietf:params:xml:ns:xmpp-sasl'/>")
            .await;
        line.reset();
        line.open(BIND).await;
    });
    assert_eq!(result.await, Ok(Mechanism::Plain));

    let server = Server::new().await;
    let client = Client::of(&server, Security::Plain);
    let script = server.play(|server| async move {
        let mut line = server.accept().await;
        line.open(&mechanisms(&["PLAIN"])).await;
        assert_eq!(line.leftover().await, Vec::<u8>::new());
    });
    assert_eq!(client.failure_kind().await, ErrorKind::NoMechanism);
    script.end().await;
}

#[tokio::test]
async fn a_server_without_a_way_to_sign_in_gets_nothing() {
    for features in &[
        mechanisms(&["DIGEST-MD5", "X-OAUTH2"]),
        mechanisms(&[]),
        String::new(),
    ] {
        let result = nothing_special(|mut line| async move {
            line.open(features).await;
            assert_eq!(line.leftover().await, Vec::<u8>::new());
        });
        assert_eq!(result.await, Err(ErrorKind::NoMechanism));
    }
}

#[tokio::test]
async fn refusals_are_told_apart() {
    for (condition, expected) in [
        ("not-authorized", ErrorKind::WrongPassword),
        ("credentials-expired", ErrorKind::WrongPassword),
        ("account-disabled", ErrorKind::AccountDisabled),
        ("temporary-auth-failure", ErrorKind::RemoteError),
        ("invalid-mechanism", ErrorKind::NoMechanism),
        ("encryption-required", ErrorKind::NoEncryption),
        ("a-new-one", ErrorKind::WrongPassword),
    ] {
        let result = nothing_special(|mut line| async move {
            line.open(&mechanisms(&["SCRAM-SHA-1"])).await;
            let outcome = line.scram("SCRAM-SHA-1", "another", "y,,", b"").await;
            assert!(!outcome.proven);
            line.send(failure(condition)).await;
            line.stall().await;
        });
        assert_eq!(result.await, Err(expected), "{condition}");
        let result = nothing_special(|mut line| async move {
            line.open(&mechanisms(&["PLAIN"])).await;
            line.auth("PLAIN").await;
            line.send(failure(condition)).await;
            line.stall().await;
        });
        assert_eq!(result.await, Err(expected), "{condition}, PLAIN");
    }
}

#[tokio::test]
async fn a_server_that_cannot_prove_itself_is_left() {
    let wrong = "v=AAAAAAAAAAAAAAAAAAAAAAAAAAA=";
    for (last, expected) in &[
        (success(wrong), ErrorKind::BadServerSignature),
        (success(""), ErrorKind::BadServerSignature),
        (success("v="), ErrorKind::BadServerSignature),
        (success("x=1"), ErrorKind::BadServerSignature),
        (success("e=invalid-proof"), ErrorKind::WrongPassword),
        (challenge("e=invalid-proof"), ErrorKind::WrongPassword),
        (challenge(wrong), ErrorKind::BadServerSignature),
        (challenge(""), ErrorKind::BadServerSignature),
        (
            "<success xmlns='urn:ietf:params:xml:ns:xmpp-sasl'/>".to_owned(),
            ErrorKind::BadServerSignature,
        ),
        (
            "<success xmlns='urn:ietf:params:xml:ns:xmpp-sasl'>=</success>".to_owned(),
            ErrorKind::BadServerSignature,
        ),
        (
            "<success xmlns='urn:ietf:params:xml:ns:xmpp-sasl'>%%%</success>".to_owned(),
            ErrorKind::BadServerSignature,
        ),
        (
            "<message xmlns='jabber:client'/>".to_owned(),
            ErrorKind::RemoteError,
        ),
        (
            "<thing xmlns='urn:ietf:params:xml:ns:xmpp-sasl'/>".to_owned(),
            ErrorKind::RemoteError,
        ),
    ] {
        let result = nothing_special(|mut line| async move {
            line.open(&mechanisms(&["SCRAM-SHA-1"])).await;
            line.scram("SCRAM-SHA-1", PASSWORD, "y,,", b"").await;
            line.send(last).await;
            line.stall().await;
        });
        assert_eq!(result.await, Err(*expected), "{last}");
    }
}

#[tokio::test]
async fn a_success_before_any_proof_is_none() {
    for early in &[
        success(""),
        success("v=AAAA"),
        challenge("r=another,s=AAAA,i=4096"),
        challenge("r="),
        "<challenge xmlns='urn:ietf:params:xml:ns:xmpp-sasl'/>".to_owned(),
    ] {
        let result = nothing_special(|mut line| async move {
            line.open(&mechanisms(&["SCRAM-SHA-256"])).await;
            line.auth("SCRAM-SHA-256").await;
            line.send(early).await;
            assert_eq!(line.leftover().await, Vec::<u8>::new());
        });
        assert_eq!(result.await, Err(ErrorKind::BadServerSignature), "{early}");
    }
}

#[tokio::test]
async fn the_proof_may_come_in_a_last_challenge() {
    let result = nothing_special(|mut line| async move {
        line.open(&mechanisms(&["SCRAM-SHA-1"])).await;
        let outcome = line.scram("SCRAM-SHA-1", PASSWORD, "y,,", b"").await;
        line.send(challenge(&outcome.proof)).await;
        line.expect("<response xmlns='urn:ietf:params:xml:ns:xmpp-sasl'/>")
            .await;
        line.send("<success xmlns='urn:ietf:params:xml:ns:xmpp-sasl'/>")
            .await;
        line.reset();
        line.open(BIND).await;
    });
    assert_eq!(result.await, Ok(Mechanism::ScramSha1));
}

#[tokio::test]
async fn the_password_is_not_given_away_where_it_was_not_needed_before() {
    let memory: Memory = "SCRAM-SHA-1".parse().unwrap();
    let result = signing_in(
        ANY_TLS,
        |client| client.memory = memory,
        |mut line, _| async move {
            line.open(&mechanisms(&["PLAIN"])).await;
            assert_eq!(line.leftover().await, Vec::<u8>::new());
        },
    );
    assert_eq!(result.await, Err(ErrorKind::Downgrade));
    // The way out, when the person says so.
    let result = signing_in(
        ANY_TLS,
        |client| {
            client.memory = memory;
            client.accept_downgrade = true;
        },
        |mut line, _| async move {
            line.open(&mechanisms(&["PLAIN"])).await;
            line.auth("PLAIN").await;
            line.send("<success xmlns='urn:ietf:params:xml:ns:xmpp-sasl'/>")
                .await;
            line.reset();
            line.open(BIND).await;
        },
    );
    assert_eq!(result.await, Ok(Mechanism::Plain));
}

#[tokio::test]
async fn a_binding_that_was_used_is_required() {
    let memory: Memory = "SCRAM-SHA-256+binding".parse().unwrap();
    for features in &[
        mechanisms(&["SCRAM-SHA-256", "PLAIN"]),
        mechanisms(&["SCRAM-SHA-256-PLUS", "SCRAM-SHA-256"]),
        format!(
            "{}{}",
            mechanisms(&["SCRAM-SHA-256-PLUS", "SCRAM-SHA-256"]),
            bindings(&["tls-unique"])
        ),
    ] {
        let result = signing_in(
            ANY_TLS,
            |client| client.memory = memory,
            |mut line, _| async move {
                line.open(features).await;
                assert_eq!(line.leftover().await, Vec::<u8>::new());
            },
        );
        assert_eq!(result.await, Err(ErrorKind::Downgrade));
    }
    let result = signing_in(
        ANY_TLS,
        |client| {
            client.memory = memory;
            client.accept_downgrade = true;
        },
        |mut line, _| async move {
            line.open(&mechanisms(&["SCRAM-SHA-256"])).await;
            let outcome = line.scram("SCRAM-SHA-256", PASSWORD, "y,,", b"").await;
            accept(&mut line, &outcome).await;
        },
    );
    assert_eq!(result.await, Ok(Mechanism::ScramSha256));
}

#[tokio::test]
async fn a_server_that_falls_silent_while_signing_in_ends_in_time() {
    for point in 0..3 {
        let result = signing_in(
            ANY_TLS,
            |client| client.network.deadlines.answer = std::time::Duration::from_secs(1),
            |mut line, _| async move {
                line.open(&mechanisms(&["SCRAM-SHA-1"])).await;
                if point > 0 {
                    let outcome = line.scram("SCRAM-SHA-1", PASSWORD, "y,,", b"").await;
                    if point > 1 {
                        line.send(success(&outcome.proof)).await;
                    }
                }
                line.stall().await;
            },
        );
        assert_eq!(result.await, Err(ErrorKind::Timeout), "{point}");
    }
}

#[tokio::test]
async fn a_server_that_goes_while_signing_in_is_not_taken_for_something_else() {
    for point in 0..3 {
        let result = nothing_special(|mut line| async move {
            line.open(&mechanisms(&["SCRAM-SHA-1"])).await;
            if point > 0 {
                let outcome = line.scram("SCRAM-SHA-1", PASSWORD, "y,,", b"").await;
                if point > 1 {
                    line.send(success(&outcome.proof)).await;
                }
            }
            line.lose().await;
        });
        assert_eq!(result.await, Err(ErrorKind::ConnectionRefused), "{point}");
    }
}
