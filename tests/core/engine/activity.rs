//! Telling servers whether somebody looks (XEP-0352): those that want to know, once per change, and anew on every connection.

use oriole_core::{engine::command::Command, engine::event::ConnectionState};

use crate::support::{
    engine::World,
    script::Server,
    session::{BIND, NO_CONTACTS, PASSWORD, SM},
};

const CSI: &str = "<csi xmlns='urn:xmpp:csi:0'/>";
const ACTIVE: &str = "<active xmlns='urn:xmpp:csi:0'/>";
const INACTIVE: &str = "<inactive xmlns='urn:xmpp:csi:0'/>";

/// What a server has sent once a session has begun: four answers.
const SERVERS: u32 = 4;
const OURS: u32 = 5;

#[tokio::test]
async fn a_server_that_wants_to_know_is_told_and_told_again_after_resuming() {
    let server = Server::new().await;
    let address = server.address();
    let (told, mut is_told) = tokio::sync::mpsc::unbounded_channel();
    let script = server.play(|server| async move {
        let mut line = server.accept().await;
        line.sign_in("SCRAM-SHA-256", PASSWORD).await;
        line.open(&format!("{BIND}{SM}{CSI}")).await;
        line.bind().await;
        line.enable("s").await;
        line.sync(NO_CONTACTS).await;
        told.send(()).unwrap();
        for state in [INACTIVE, ACTIVE, INACTIVE] {
            line.expect(state).await;
            told.send(()).unwrap();
        }
        // This asks something, and is answered.
        line.expect_silence().await;
        line.lose().await;

        let mut line = server.accept().await;
        line.sign_in("SCRAM-SHA-256", PASSWORD).await;
        line.open(&format!("{BIND}{SM}{CSI}")).await;
        line.expect_resume("s", SERVERS + 1).await;
        line.stanzas = OURS + 1;
        line.send(format!(
            "<resumed xmlns='urn:xmpp:sm:3' previd='s' h='{}'/>",
            OURS + 1
        ))
        .await;
        line.expect(INACTIVE).await;
        line
    });
    let mut world = World::new(address).await;
    world.until_online().await;
    is_told.recv().await.unwrap();
    world.command(Command::SetActive(true)).await.unwrap();
    for active in [false, true, false] {
        world.command(Command::SetActive(active)).await.unwrap();
        is_told.recv().await.unwrap();
        world.command(Command::SetActive(active)).await.unwrap();
    }
    world.until_waiting().await;
    world.until_state(ConnectionState::Online).await;
    let line = script.end().await;
    world.leave(line, SERVERS + 1).await;
}

#[tokio::test]
async fn a_server_that_does_not_want_to_know_is_not_told() {
    let server = Server::new().await;
    let address = server.address();
    let script = server.play(|server| async move {
        let mut line = server.accept().await;
        line.begin("s", NO_CONTACTS).await;
        line.expect_message("hello").await;
        line
    });
    let mut world = World::new(address).await;
    world.until_online().await;
    world.command(Command::SetActive(false)).await.unwrap();
    world.write("hello").await;
    let line = script.end().await;
    world.leave(line, SERVERS).await;
}
