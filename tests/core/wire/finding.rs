//! Finding the server, and what may be found there instead of one.

use std::sync::Arc;

use oriole_core::{error::ErrorKind, model::account::Security};

use crate::support::{
    connecting::Client,
    line::{Line, head},
    resolve::Names,
    scram::mechanisms,
    script::Server,
    session::BIND,
    tls::{ANY_TLS, Identity},
};

/// What a client says that meets a server with this script, over StartTLS.
async fn met<F>(script: impl FnOnce(Line) -> F) -> ErrorKind
where
    F: Future<Output = ()> + Send + 'static,
{
    let server = Server::new().await;
    let client = Client::of(&server, Security::StartTls);
    let line = server.accept();
    let playing = async { script(line.await).await };
    let (kind, ()) = tokio::join!(client.failure_kind(), playing);
    kind
}

#[tokio::test]
async fn a_name_without_an_address_is_not_resolved() {
    let server = Server::new().await;
    let mut client = Client::of(&server, Security::StartTls);
    client.settings.server = None;
    assert_eq!(client.failure_kind().await, ErrorKind::NameNotResolved);
}

#[tokio::test]
async fn a_name_service_that_is_silent_ends_in_time() {
    let server = Server::new().await;
    let mut client = Client::of(&server, Security::StartTls);
    client.settings.server = None;
    client.network.resolver = Arc::new(Names {
        silent: true,
        ..Names::default()
    });
    client.network.deadlines.resolve = std::time::Duration::from_millis(10);
    assert_eq!(client.failure_kind().await, ErrorKind::Timeout);
}

#[tokio::test(start_paused = true)]
async fn a_name_service_that_is_silent_costs_four_seconds() {
    let server = Server::new().await;
    for typed in [false, true] {
        let mut client = Client::of(&server, Security::Auto);
        client.settings.server = typed.then(|| "elsewhere.example".parse().unwrap());
        client.network.resolver = Arc::new(Names {
            silent: true,
            ..Names::default()
        });
        let before = tokio::time::Instant::now();
        assert_eq!(client.failure_kind().await, ErrorKind::Timeout);
        assert_eq!(before.elapsed().as_secs(), 4, "typed: {typed}");
    }
}

#[tokio::test]
async fn a_service_that_is_not_offered_is_not_looked_for() {
    let server = Server::new().await;
    let mut client = Client::of(&server, Security::StartTls);
    client.settings.server = None;
    let names = Names::here(&["chat.example"]).record("chat.example", 0, ".", 0);
    client.network.resolver = Arc::new(names);
    assert_eq!(client.failure_kind().await, ErrorKind::NameNotResolved);
}

#[tokio::test]
async fn a_port_where_nobody_listens_is_refused() {
    let server = Server::new().await;
    let client = Client::of(&server, Security::StartTls);
    drop(server);
    assert_eq!(client.failure_kind().await, ErrorKind::ConnectionRefused);
}

#[tokio::test]
async fn without_encryption_only_this_machine_is_spoken_to() {
    let server = Server::new().await;
    let mut client = Client::of(&server, Security::Plain);
    client.settings.server.as_mut().unwrap().host = "192.0.2.1".to_owned();
    assert_eq!(client.failure_kind().await, ErrorKind::NotAllowed);
    client.settings.server.as_mut().unwrap().host = "chat.example".to_owned();
    assert_eq!(client.failure_kind().await, ErrorKind::NotAllowed);
}

#[tokio::test]
async fn the_second_record_is_tried_where_the_first_leads_nowhere() {
    let (dead, server) = (Server::new().await, Server::new().await);
    let identity = Identity::of(&["chat.example"]);
    let mut client = Client::of(&server, Security::StartTls).pinned(identity.fingerprint());
    client.settings.server = None;
    let names = Names::here(&["one.example", "two.example", "chat.example"])
        .record("chat.example", 20, "two.example.", server.port())
        .record("chat.example", 10, "one.example.", dead.port())
        .record("chat.example", 5, "nowhere.example.", 5222);
    client.network.resolver = Arc::new(names);
    drop(dead);
    let script = server.play(|server| async move {
        let line = server.accept().await;
        let (mut line, secret) = line.start_tls(&identity, ANY_TLS).await.unwrap();
        // Never the name from the record: nobody vouches for that.
        assert_eq!(secret.name.as_deref(), Some("chat.example"));
        line.open(&mechanisms(&["PLAIN"])).await;
    });
    client.connect().await.map(drop).unwrap();
    script.end().await;
}

#[tokio::test]
async fn the_failure_that_got_furthest_is_told() {
    let (dead, server) = (Server::new().await, Server::new().await);
    let mut client = Client::of(&server, Security::StartTls);
    client.settings.server = None;
    let names = Names::here(&["one.example", "two.example"])
        .record("chat.example", 10, "one.example.", server.port())
        .record("chat.example", 20, "two.example.", dead.port());
    client.network.resolver = Arc::new(names);
    drop(dead);
    let script = server.play(|server| async move {
        let mut line = server.accept().await;
        line.open(BIND).await;
        line.stall().await;
    });
    assert_eq!(client.failure_kind().await, ErrorKind::NoEncryption);
    script.end().await;
}

#[tokio::test]
async fn a_web_server_is_not_an_xmpp_server() {
    let kind = met(|mut line| async move {
        line.send("HTTP/1.1 400 Bad Request\r\nServer: nginx\r\n\r\n<html><body>400</body></html>")
            .await;
        line.stall().await;
    });
    assert_eq!(kind.await, ErrorKind::NotAnXmppServer);
}

#[tokio::test]
async fn a_port_for_direct_tls_is_not_one_for_starttls() {
    let kind = met(|mut line| async move {
        line.header().await;
        // The alert of a server that read what was no greeting of TLS.
        line.send([21, 3, 1, 0, 2, 2, 70]).await;
        line.stall().await;
    });
    assert_eq!(kind.await, ErrorKind::NotAnXmppServer);
}

#[tokio::test]
async fn other_things_are_no_xmpp_servers_either() {
    for greeting in [
        "",
        "220 mail.example ESMTP ready\r\n",
        "SSH-2.0-OpenSSH_9.2\r\n",
        "<html/>",
        "<?xml version='1.0'?><stream:stream xmlns:stream='http://etherx.jabber.org/other' version='1.0'>",
        "<?xml version='1.0'?><stream xmlns='jabber:client' version='1.0'>",
        "<?xml version='1.0'?><!DOCTYPE x><stream:stream>",
        "\0\0\0\0",
    ] {
        let kind = met(move |mut line| async move {
            line.send(greeting).await;
            line.lose().await;
        });
        assert_eq!(kind.await, ErrorKind::NotAnXmppServer, "{greeting}");
    }
}

#[tokio::test]
async fn a_stream_without_features_is_not_xmpp() {
    for first in ["<message xmlns='jabber:client'/>", "hello", "<a><b></a>"] {
        let kind = met(move |mut line| async move {
            let to = line.header().await;
            line.send(head(&to)).await;
            line.send(first).await;
            line.stall().await;
        });
        assert_eq!(kind.await, ErrorKind::NotAnXmppServer, "{first}");
    }
}

#[tokio::test]
async fn a_server_that_closes_after_its_greeting_is_one_that_cannot_be_reached() {
    for last in ["", "</stream:stream>", "<stream:features>"] {
        let kind = met(move |mut line| async move {
            let to = line.header().await;
            line.send(head(&to)).await;
            line.send(last).await;
            line.lose().await;
        });
        assert_eq!(kind.await, ErrorKind::ConnectionRefused, "{last}");
    }
}

#[tokio::test]
async fn a_server_that_serves_another_domain_says_so() {
    let kind = met(|mut line| async move {
        assert_eq!(line.header().await, "chat.example");
        line.send(head("other.example")).await;
        line.send(
            "<stream:error><host-unknown xmlns='urn:ietf:params:xml:ns:xmpp-streams'/></stream:error></stream:stream>",
        )
        .await;
        line.lose().await;
    });
    assert_eq!(kind.await, ErrorKind::RemoteError);
}

#[tokio::test]
async fn too_much_before_signing_in_is_cut_off() {
    for flood in [
        "<a/>".repeat(20_000),
        "<a>".repeat(20_000),
        format!("<a>{}</a>", "x".repeat(300_000)),
    ] {
        let server = Server::new().await;
        let client = Client::of(&server, Security::StartTls);
        let script = server.play(|server| async move {
            let mut line = server.accept().await;
            let to = line.header().await;
            line.send(head(&to)).await;
            line.send(format!("<stream:features>{flood}</stream:features>"))
                .await;
            line.stall().await;
        });
        let kind = client.failure_kind().await;
        assert!(
            matches!(kind, ErrorKind::TooLarge | ErrorKind::NotAnXmppServer),
            "{kind}"
        );
        script.end().await;
    }
}
