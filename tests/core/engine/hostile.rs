//! A stanza that ends the stream costs a session, and comes only once.

use oriole_core::error::ErrorKind;

use crate::support::{
    engine::World,
    line::Line,
    script::Server,
    session::{NO_CONTACTS, ROMEO, from_romeo},
};

const SERVERS: u32 = 4;

#[tokio::test]
async fn a_stanza_that_cannot_be_read_costs_a_session_and_is_not_asked_for_again() {
    for hostile in [
        format!("<message id='{}'/>", "x".repeat(9_000)),
        format!("<message>{}", "<a>".repeat(20_000)),
        "<message><body>&lol;</body></message>".to_owned(),
    ] {
        let server = Server::new().await;
        let address = server.address();
        let script = server.play(|server| async move {
            let mut line = server.accept().await;
            line.begin("s", NO_CONTACTS).await;
            line.send(from_romeo("m1", "one")).await;
            line.send(hostile).await;
            line.send(from_romeo("m2", "two")).await;
            // The message before it and the stanza itself are done with; what comes after is not.
            line.expect_goodbye(SERVERS + 2).await;
            drop(line);

            let mut line = server.accept().await;
            line.begin("s2", NO_CONTACTS).await;
            line.send(from_romeo("m2", "two")).await;
            line.expect_silence().await;
            line
        });
        let mut world = World::new(address).await;
        world.until_online().await;
        let kind = world.until_waiting().await;
        assert!(
            matches!(kind, ErrorKind::RemoteError | ErrorKind::TooLarge),
            "{kind}"
        );
        world.until_online().await;
        let line: Line = script.end().await;
        assert_eq!(world.texts(ROMEO).await, ["one", "two"]);
        world.leave(line, SERVERS + 2).await;
    }
}

#[tokio::test]
async fn a_stanza_that_is_too_large_is_left_out_and_the_session_goes_on() {
    let server = Server::new().await;
    let address = server.address();
    let script = server.play(|server| async move {
        let mut line = server.accept().await;
        line.begin("s", NO_CONTACTS).await;
        line.send(format!(
            "<message from='{ROMEO}'><body>{}</body></message>",
            "x".repeat(1_100_000)
        ))
        .await;
        line.send(format!(
            "<message from='{ROMEO}'><body>deep</body>{}{}</message>",
            "<a>".repeat(70),
            "</a>".repeat(70)
        ))
        .await;
        line.send(from_romeo("m1", "one")).await;
        line.expect_handled(SERVERS + 3).await;
        line
    });
    let world = World::new(address).await;
    let line = script.end().await;
    assert_eq!(world.texts(ROMEO).await, ["one"]);
    world.leave(line, SERVERS + 3).await;
}
