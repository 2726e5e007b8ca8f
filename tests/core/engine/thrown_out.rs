//! What a server says when it ends a stream, or lets nobody in: taken for what it is, and never fought over.

use oriole_core::{
    engine::{command::Command, event::ConnectionState},
    error::ErrorKind,
    model::{account::Security, message::MessageState},
};

use crate::support::{
    engine::{World, settings},
    line::Line,
    proxy::ProxyServer,
    scram::{failure, mechanisms},
    script::Server,
    session::{NO_CONTACTS, PASSWORD, ROMEO},
};

const SERVERS: u32 = 4;

fn error(condition: &str) -> String {
    format!(
        "<stream:error><{condition} xmlns='urn:ietf:params:xml:ns:xmpp-streams'/></stream:error>"
    )
}

#[tokio::test]
async fn two_programs_do_not_throw_each_other_out_for_ever() {
    // Somebody whose password was changed may find that out by signing in again, but not for ever either.
    for (condition, kind) in [
        ("conflict", ErrorKind::Conflict),
        ("not-authorized", ErrorKind::WrongPassword),
    ] {
        let server = Server::new().await;
        let address = server.address();
        let script = server.play(move |server| async move {
            for round in 0..3 {
                let mut line = server.accept().await;
                line.begin(&format!("s{round}"), NO_CONTACTS).await;
                line.send(error(condition)).await;
                line.close().await;
            }
            // Told to, it comes back.
            let mut line = server.accept().await;
            line.begin("s", NO_CONTACTS).await;
            line
        });
        let mut world = World::new(address).await;
        assert_eq!(world.until_waiting().await, kind);
        assert_eq!(world.until_waiting().await, kind);
        let (_, error) = world.until_state(ConnectionState::Offline).await;
        let error = error.unwrap();
        assert_eq!(error.kind, kind);
        assert!(error.detail.contains("3 times"), "{error}");
        world.command(Command::NetworkChanged).await.unwrap();
        let account = world.account;
        world.command(Command::ConnectNow(account)).await.unwrap();
        world.until_online().await;
        let line = script.end().await;
        world.leave(line, SERVERS).await;
    }
}

#[tokio::test]
async fn what_passes_is_waited_for() {
    for (condition, kind) in [
        ("system-shutdown", ErrorKind::ServerShutdown),
        ("reset", ErrorKind::ServerShutdown),
        ("connection-timeout", ErrorKind::Timeout),
        ("resource-constraint", ErrorKind::RemoteError),
        ("policy-violation", ErrorKind::RemoteError),
        ("internal-server-error", ErrorKind::RemoteError),
        ("undefined-condition", ErrorKind::RemoteError),
        ("something-new", ErrorKind::RemoteError),
    ] {
        let server = Server::new().await;
        let address = server.address();
        let script = server.play(move |server| async move {
            let mut line = server.accept().await;
            line.begin("s", NO_CONTACTS).await;
            line.send(error(condition)).await;
            line.close().await;
            let mut line: Line = server.accept().await;
            line.begin("s2", NO_CONTACTS).await;
            line
        });
        let mut world = World::new(address).await;
        assert_eq!(world.until_waiting().await, kind, "{condition}");
        world.until_online().await;
        let line = script.end().await;
        world.leave(line, SERVERS).await;
    }
}

#[tokio::test]
async fn what_the_server_finds_too_large_is_sent_once_and_holds_nothing_up() {
    let server = Server::new().await;
    let address = server.address();
    let script = server.play(|server| async move {
        let mut line = server.accept().await;
        line.begin("s", NO_CONTACTS).await;
        line.acks = crate::support::line::Acks::Withheld;
        line.expect_message("*").await;
        line.send(error("policy-violation")).await;
        line.close().await;
        let mut line = server.accept().await;
        line.begin("s2", NO_CONTACTS).await;
        line.expect_message("small").await;
        line.expect_silence().await;
        line
    });
    let mut world = World::new(address).await;
    world.until_online().await;
    let large = world.write(&"large ".repeat(3_000)).await;
    world.until_message_is(large, MessageState::Failed).await;
    let small = world.write("small").await;
    world.until_message_is(small, MessageState::Sent).await;
    let error = world.message(large).await.error.unwrap();
    assert_eq!(error.kind, ErrorKind::TooLarge);
    assert!(error.detail.contains("policy-violation"), "{error}");
    assert_eq!(world.history(ROMEO).await.len(), 2);
    let line = script.end().await;
    world.leave(line, SERVERS + 1).await;
}

#[tokio::test]
async fn an_account_that_is_disabled_waits_for_the_person() {
    let server = Server::new().await;
    let address = server.address();
    let script = server.play(|server| async move {
        let mut line = server.accept().await;
        line.begin("s", NO_CONTACTS).await;
        line.send(error("not-authorized")).await;
        line.close().await;
        let mut line = server.accept().await;
        line.open(&mechanisms(&["SCRAM-SHA-256"])).await;
        line.scram("SCRAM-SHA-256", PASSWORD, "n,,", b"").await;
        line.send(failure("account-disabled")).await;
        line.stall().await;
    });
    let mut world = World::new(address).await;
    assert_eq!(world.until_waiting().await, ErrorKind::WrongPassword);
    let (_, error) = world.until_state(ConnectionState::Offline).await;
    assert_eq!(error.unwrap().kind, ErrorKind::AccountDisabled);
    script.end().await;
    world.end().await;
}

#[tokio::test]
async fn a_proxy_is_told_a_wrong_password_once() {
    let server = Server::new().await;
    let proxy = ProxyServer::new().await;
    let mut settings = settings(server.address());
    settings.security = Security::StartTls;
    settings.proxy = Some(Box::new(proxy.address("socks5://me@")));
    let mut world = World::of(settings, Some("wrong")).await;
    let mut guest = proxy.accept().await;
    guest.methods().await;
    guest.send([5, 2]).await;
    assert_eq!(
        guest.credentials().await,
        ("me".to_owned(), "wrong".to_owned())
    );
    guest.send([1, 1]).await;
    assert_eq!(guest.rest().await, Vec::<u8>::new());
    let (_, error) = world.until_state(ConnectionState::Offline).await;
    let error = error.unwrap();
    assert_eq!(error.kind, ErrorKind::ProxyFailed);
    assert!(!error.detail.contains("wrong"), "{error}");
    world.end().await;
}
