//! A server that sends us to another one (RFC 6120 §4.9.3.19), or would rather have a session resumed elsewhere (XEP-0198 §3).

use futures::FutureExt;
use oriole_core::{
    engine::event::ConnectionState,
    error::ErrorKind,
    model::account::{AccountSettings, Security},
};

use crate::support::{
    engine::{World, jid, settings},
    line::{Line, head},
    proxy::ProxyServer,
    script::Server,
    session::{BIND, JULIET, NO_CONTACTS, PASSWORD, SM},
    tls::{ANY_TLS, Identity},
};

const SERVERS: u32 = 4;
const OURS: u32 = 5;

fn identity() -> Identity {
    Identity::of(&["chat.example"])
}

/// The account of a server that has to be secured, and to have this certificate.
fn secure_settings(server: &Server, identity: &Identity) -> AccountSettings {
    AccountSettings {
        server: Some(server.address()),
        security: Security::StartTls,
        pin: Some(identity.fingerprint()),
        ..AccountSettings::new(jid(JULIET))
    }
}

/// The next connection, secured.
async fn secured(server: &Server, identity: &Identity) -> Line {
    let line = server.accept().await;
    let (line, _) = line.start_tls(identity, ANY_TLS).await.unwrap();
    line
}

fn other_host(place: &str) -> String {
    format!(
        "<stream:error><see-other-host xmlns='urn:ietf:params:xml:ns:xmpp-streams'>{place}</see-other-host></stream:error>"
    )
}

fn place_of(server: &Server) -> String {
    server.address().to_string()
}

/// Sends the client there instead of telling it what is offered.
async fn send_on(line: &mut Line, place: &str) {
    let to = line.header().await;
    line.send(format!("{}{}", head(&to), other_host(place)))
        .await;
}

async fn enable(line: &mut Line, answer: &str) {
    line.sign_in_over_tls("SCRAM-SHA-256", PASSWORD).await;
    line.open(&format!("{BIND}{SM}")).await;
    line.bind().await;
    line.expect("<enable xmlns='urn:xmpp:sm:3' resume='true'/>")
        .await;
    line.send(answer).await;
    line.sync(NO_CONTACTS).await;
}

async fn begin(line: &mut Line) {
    let answer = "<enabled xmlns='urn:xmpp:sm:3' id='s' resume='true'/>";
    enable(line, answer).await;
}

async fn resume(line: &mut Line) {
    line.sign_in_over_tls("SCRAM-SHA-256", PASSWORD).await;
    line.open(&format!("{BIND}{SM}")).await;
    line.expect_resume("s", SERVERS).await;
    line.stanzas = OURS;
    line.send(format!(
        "<resumed xmlns='urn:xmpp:sm:3' previd='s' h='{OURS}'/>"
    ))
    .await;
}

#[derive(Debug, Clone, Copy, PartialEq)]
enum When {
    AfterTls,
    AfterSigningIn,
    InTheSession,
}

#[tokio::test]
async fn where_the_server_sends_us_over_tls_we_go_with_the_same_certificate_in_mind() {
    for when in [When::AfterTls, When::AfterSigningIn, When::InTheSession] {
        let identity = identity();
        let first = Server::new().await;
        let settings = secure_settings(&first, &identity);
        let script = first.play(|first| async move {
            let second = Server::new().await;
            let mut line = secured(&first, &identity).await;
            match when {
                When::AfterTls => {}
                When::AfterSigningIn => {
                    line.sign_in_over_tls("SCRAM-SHA-256", PASSWORD).await;
                }
                When::InTheSession => {
                    begin(&mut line).await;
                    line.send(other_host(&place_of(&second))).await;
                }
            }
            if when != When::InTheSession {
                send_on(&mut line, &place_of(&second)).await;
            }
            line.stall().await;
            let mut line = secured(&second, &identity).await;
            begin(&mut line).await;
            line
        });
        let mut world = World::of(settings, None).await;
        world.until_online().await;
        if when == When::InTheSession {
            world.until_online().await;
        }
        let line = script.end().await;
        world.leave(line, SERVERS).await;
    }
}

#[tokio::test]
async fn a_server_that_sends_us_in_circles_is_followed_three_times() {
    let identity = identity();
    let server = Server::new().await;
    let settings = secure_settings(&server, &identity);
    let script = server.play(|server| async move {
        for _ in 0..4 {
            let mut line = secured(&server, &identity).await;
            send_on(&mut line, &place_of(&server)).await;
            line.stall().await;
        }
        server
    });
    let mut world = World::of(settings, None).await;
    let (_, error) = world.until_state(ConnectionState::Waiting).await;
    let error = error.unwrap();
    assert_eq!(error.kind, ErrorKind::RemoteError);
    assert!(error.detail.contains("see-other-host"), "{error}");
    let server = script.end().await;
    drop(server);
    world.end().await;
}

#[tokio::test]
async fn without_tls_nobody_sends_us_anywhere() {
    for security in [Security::StartTls, Security::Plain] {
        let identity = identity();
        let other = Server::new().await;
        let place = place_of(&other);
        let first = Server::new().await;
        let settings = match security {
            Security::Plain => settings(first.address()),
            _ => secure_settings(&first, &identity),
        };
        let script = first.play(move |first| async move {
            let mut line = first.accept().await;
            if security == Security::Plain {
                line.begin("s", NO_CONTACTS).await;
                line.send(other_host(&place)).await;
            } else {
                send_on(&mut line, &place).await;
            }
            line.stall().await;
        });
        let mut world = World::of(settings, None).await;
        let (_, error) = world.until_state(ConnectionState::Waiting).await;
        let error = error.unwrap();
        assert_eq!(error.kind, ErrorKind::RemoteError);
        assert!(
            error.detail.contains("before the connection was secured"),
            "{error}"
        );
        script.end().await;
        assert!(other.accept().now_or_never().is_none(), "it was followed");
        world.end().await;
    }
}

#[tokio::test]
async fn another_certificate_is_no_better_elsewhere() {
    let (identity, another) = (identity(), identity());
    let first = Server::new().await;
    let settings = secure_settings(&first, &identity);
    let script = first.play(|first| async move {
        let second = Server::new().await;
        let mut line = secured(&first, &identity).await;
        send_on(&mut line, &place_of(&second)).await;
        line.stall().await;
        let line = second.accept().await;
        if let Some((mut line, _)) = line.start_tls(&another, ANY_TLS).await {
            assert_eq!(line.leftover().await, Vec::<u8>::new());
        }
    });
    let mut world = World::of(settings, None).await;
    let (_, error) = world.until_state(ConnectionState::Offline).await;
    assert_eq!(error.unwrap().kind, ErrorKind::CertificateUntrusted);
    script.end().await;
    world.end().await;
}

#[tokio::test]
async fn from_this_computer_nobody_sends_us_out_of_it() {
    for place in ["other.example:5222", "[2001:db8::1]:5222", "a b", ""] {
        let identity = identity();
        let first = Server::new().await;
        let settings = secure_settings(&first, &identity);
        let script = first.play(move |first| async move {
            let mut line = secured(&first, &identity).await;
            send_on(&mut line, place).await;
            line.stall().await;
        });
        let mut world = World::of(settings, None).await;
        assert_eq!(
            world.until_waiting().await,
            ErrorKind::RemoteError,
            "{place}"
        );
        script.end().await;
        world.end().await;
    }
}

#[tokio::test]
async fn the_proxy_is_on_the_way_to_the_other_server_too() {
    let identity = identity();
    let proxy = ProxyServer::new().await;
    let first = Server::new().await;
    let mut settings = secure_settings(&first, &identity);
    settings.proxy = Some(Box::new(proxy.address("socks5://")));
    let first_port = first.port();
    let script = first.play(move |first| async move {
        let mut line = secured(&first, &identity).await;
        send_on(&mut line, "other.example:7777").await;
        line.stall().await;
        first
    });
    let world = World::of(settings, None).await;
    let mut guest = proxy.accept().await;
    let expected = format!("address 127.0.0.1 {first_port}");
    assert_eq!(guest.let_in().await, expected);
    guest.send([5, 0, 0, 1, 0, 0, 0, 0, 0, 0]).await;
    tokio::spawn(guest.connect(first_port));
    let mut guest = proxy.accept().await;
    assert_eq!(guest.let_in().await, "name other.example 7777");
    drop(guest);
    script.end().await;
    world.end().await;
}

#[tokio::test]
async fn a_session_is_resumed_where_the_server_wants_it_or_where_it_was() {
    let identity = identity();
    let first = Server::new().await;
    let settings = secure_settings(&first, &identity);
    let script = first.play(|first| async move {
        let second = Server::new().await;
        let place = place_of(&second);
        let mut line = secured(&first, &identity).await;
        let answer =
            format!("<enabled xmlns='urn:xmpp:sm:3' id='s' resume='true' location='{place}'/>");
        enable(&mut line, &answer).await;
        line.expect_handled(SERVERS).await;
        line.lose().await;
        let mut line = secured(&second, &identity).await;
        resume(&mut line).await;
        line.expect_silence().await;
        // What is there no longer is done without.
        drop(second);
        line.lose().await;
        let mut line = secured(&first, &identity).await;
        line.sign_in_over_tls("SCRAM-SHA-256", PASSWORD).await;
        line.open(&format!("{BIND}{SM}")).await;
        line.expect_resume("s", SERVERS + 1).await;
        line.stanzas = OURS + 1;
        line.send("<resumed xmlns='urn:xmpp:sm:3' previd='s' h='6'/>")
            .await;
        line
    });
    let mut world = World::of(settings, None).await;
    world.until_online().await;
    world.until_resumed().await;
    world.until_resumed().await;
    let line = script.end().await;
    world.leave(line, SERVERS + 1).await;
}
