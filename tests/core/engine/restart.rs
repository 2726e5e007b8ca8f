//! Oriole is killed and started again: it goes on with the session (XEP-0198 §5), in which nothing is lost and nothing doubles, and
//! knows who is there.

use oriole_core::{engine::event::ConnectionState, error::ErrorKind, model::message::MessageState};
use tokio::sync::oneshot;

use crate::support::{
    engine::World,
    line::{Acks, Line},
    script::Server,
    session::{
        BIND, JULIET, NO_CONTACTS, PASSWORD, PRESENCE, ROMEO, ROMEO_IS_A_CONTACT, ROSTER_REQUEST,
        SM,
    },
};

const SERVERS: u32 = 4;
const OURS: u32 = 5;
const GONE: &str = "<presence type='unavailable'/>";

/// A message of Romeo's without anything to tell copies by.
fn nameless(body: &str) -> String {
    format!(
        "<message type='chat' from='{ROMEO}/garden' to='{JULIET}'><body>{body}</body></message>"
    )
}

/// Sets the session up: our presence before the crash is taken back, and the server tells of everybody again.
async fn sync_again(line: &mut Line, roster: &str) {
    line.answer(ROSTER_REQUEST, roster).await;
    line.answer_the_rest().await;
    line.expect(GONE).await;
    line.expect(PRESENCE).await;
}

async fn until_gone_on_with(world: &mut World) {
    let (resumed, error) = world.until_state(ConnectionState::Online).await;
    assert_eq!((resumed, error), (true, None));
}

#[tokio::test]
async fn everything_comes_and_goes_once_whatever_was_acknowledged_before_a_crash() {
    let server = Server::new().await;
    let address = server.address();
    let (told, is_told) = oneshot::channel();
    let script = server.play(|server| async move {
        let mut line = server.accept().await;
        line.begin("s", ROMEO_IS_A_CONTACT).await;
        line.send(nameless("one")).await;
        line.expect_handled(SERVERS + 1).await;
        // Nothing is to be stored with this one, and yet its number is before the server is told.
        line.send(format!("<presence from='{ROMEO}/garden'/>"))
            .await;
        line.expect_handled(SERVERS + 2).await;
        line.acks = Acks::Withheld;
        let ids = [
            line.expect_message("ours one").await,
            line.expect_message("ours two").await,
        ];
        // The server never hears that this one came.
        line.send(nameless("two")).await;
        is_told.await.unwrap();
        line.until_footer().await;

        let mut line = server.accept().await;
        line.resume("s", SERVERS + 3, OURS + 1).await;
        line.send(nameless("three")).await;
        sync_again(&mut line, ROMEO_IS_A_CONTACT).await;
        assert_eq!(line.expect_message("ours two").await, ids[1]);
        line.expect_silence().await;
        line.expect_handled(SERVERS + 3 + 1 + SERVERS + 1).await;
        line
    });
    let mut world = World::new(address).await;
    world.until_online().await;
    assert_eq!(world.until_message().await.body, "one");
    let one = world.write("ours one").await;
    let two = world.write("ours two").await;
    while world.until_message().await.body != "two" {}
    told.send(()).unwrap();
    let mut world = world.crash().await;
    world.until_message_is(one, MessageState::Sent).await;
    until_gone_on_with(&mut world).await;
    world.until_message_is(two, MessageState::Sent).await;
    let line = script.end().await;
    let texts = world.texts(ROMEO).await;
    assert_eq!(texts, ["one", "ours one", "ours two", "two", "three"]);
    world.leave(line, SERVERS + 3 + 1 + SERVERS + 1).await;
}

#[tokio::test]
async fn a_server_that_has_only_kept_its_count_says_what_arrived() {
    for (known, again) in [("h='6'", &["two"][..]), ("", &["one", "two"])] {
        let server = Server::new().await;
        let address = server.address();
        let (begun, is_begun) = oneshot::channel();
        let (written, is_written) = oneshot::channel();
        let script = server.play(move |server| async move {
            let mut line = server.accept().await;
            line.begin("s", NO_CONTACTS).await;
            line.expect_handled(SERVERS).await;
            let _: Result<(), _> = begun.send(());
            line.acks = Acks::Withheld;
            line.expect_message("one").await;
            line.expect_message("two").await;
            let _: Result<(), _> = written.send(());
            line.until_footer().await;

            let mut line = server.accept().await;
            line.sign_in("SCRAM-SHA-256", PASSWORD).await;
            line.open(&format!("{BIND}{SM}")).await;
            line.expect_resume("s", SERVERS).await;
            line.send(format!("<failed xmlns='urn:xmpp:sm:3' {known}/>"))
                .await;
            line.bind().await;
            line.enable("s2").await;
            line.sync(NO_CONTACTS).await;
            for body in again {
                line.expect_message(body).await;
            }
            line.expect_silence().await;
            line
        });
        let mut world = World::new(address).await;
        world.until_online().await;
        is_begun.await.unwrap();
        world.write("one").await;
        let two = world.write("two").await;
        is_written.await.unwrap();
        let mut world = world.crash().await;
        world.until_online().await;
        world.until_message_is(two, MessageState::Sent).await;
        let line = script.end().await;
        world.leave(line, SERVERS + 1).await;
    }
}

#[tokio::test]
async fn a_message_that_never_arrived_is_sent_however_often_oriole_is_killed() {
    let server = Server::new().await;
    let address = server.address();
    let (begun, is_begun) = oneshot::channel();
    let (written, is_written) = oneshot::channel();
    let (asked, is_asked) = oneshot::channel();
    let script = server.play(move |server| async move {
        let mut line = server.accept().await;
        line.begin("s", NO_CONTACTS).await;
        line.expect_handled(SERVERS).await;
        let _: Result<(), _> = begun.send(());
        line.acks = Acks::Withheld;
        line.expect_message("one").await;
        let _: Result<(), _> = written.send(());
        line.until_footer().await;

        // It has the number of a request now, which does arrive.
        let mut line = server.accept().await;
        line.resume("s", SERVERS, OURS).await;
        line.expect(ROSTER_REQUEST).await;
        let _: Result<(), _> = asked.send(());
        line.until_footer().await;

        let mut line = server.accept().await;
        line.resume("s", SERVERS, OURS + 4).await;
        sync_again(&mut line, NO_CONTACTS).await;
        line.expect_message("one").await;
        line.expect_silence().await;
        line
    });
    let mut world = World::new(address).await;
    world.until_online().await;
    is_begun.await.unwrap();
    let one = world.write("one").await;
    is_written.await.unwrap();
    let world = world.crash().await;
    is_asked.await.unwrap();
    let mut world = world.crash().await;
    until_gone_on_with(&mut world).await;
    world.until_message_is(one, MessageState::Sent).await;
    let line = script.end().await;
    world.leave(line, SERVERS + SERVERS + 1).await;
}

#[tokio::test]
async fn a_connection_that_breaks_before_the_session_is_set_up_again_costs_nothing() {
    let server = Server::new().await;
    let address = server.address();
    let (begun, is_begun) = oneshot::channel();
    let script = server.play(|server| async move {
        let mut line = server.accept().await;
        line.begin("s", NO_CONTACTS).await;
        line.expect_handled(SERVERS).await;
        let _: Result<(), _> = begun.send(());
        line.until_footer().await;

        let mut line = server.accept().await;
        line.resume("s", SERVERS, OURS).await;
        line.send(nameless("one")).await;
        line.expect(ROSTER_REQUEST).await;
        line.answer_the_rest().await;
        line.expect_handled(SERVERS + 1 + 3).await;
        line.lose().await;

        let mut line = server.accept().await;
        line.resume("s", SERVERS + 1 + 3, OURS + 4).await;
        line.send(nameless("two")).await;
        sync_again(&mut line, NO_CONTACTS).await;
        line.expect_silence().await;
        line
    });
    let mut world = World::new(address).await;
    world.until_online().await;
    is_begun.await.unwrap();
    let mut world = world.crash().await;
    assert_eq!(world.until_waiting().await, ErrorKind::ConnectionRefused);
    until_gone_on_with(&mut world).await;
    let line = script.end().await;
    assert_eq!(world.texts(ROMEO).await, ["one", "two"]);
    world.leave(line, SERVERS + 1 + 3 + 1 + SERVERS + 1).await;
}

#[tokio::test]
async fn whose_ids_can_be_trusted_is_known_before_the_server_says_so_again() {
    const PAGE: &str = "<iq type='set' id='*'><query xmlns='urn:xmpp:mam:2' queryid='*'>\
        <rest xmlns='any'/></query></iq>";
    const ALL: &str = "<fin xmlns='urn:xmpp:mam:2' complete='true'>\
        <set xmlns='http://jabber.org/protocol/rsm'/></fin>";
    let server = Server::new().await;
    let address = server.address();
    let (begun, is_begun) = oneshot::channel();
    let script = server.play(|server| async move {
        let mut line = server.accept().await;
        line.begin_with_archive("s", NO_CONTACTS).await;
        line.answer(PAGE, ALL).await;
        line.expect_handled(SERVERS + 1).await;
        let _: Result<(), _> = begun.send(());
        line.until_footer().await;

        let mut line = server.accept().await;
        line.resume("s", SERVERS + 1, OURS + 1).await;
        line.send(format!(
            "<message from='{ROMEO}/garden'><body>one</body>\
             <stanza-id xmlns='urn:xmpp:sid:0' by='{JULIET}' id='a1'/></message>"
        ))
        .await;
        line.expect(ROSTER_REQUEST).await;
        line
    });
    let mut world = World::new(address).await;
    world.until_online().await;
    is_begun.await.unwrap();
    let mut world = world.crash().await;
    assert_eq!(world.until_message().await.body, "one");
    let count = |world: &World| -> i64 {
        let sql = "SELECT count(*) FROM archive_ids WHERE id = 'a1'";
        world
            .database()
            .query_row(sql, (), |row| row.get(0))
            .unwrap()
    };
    assert_eq!(count(&world), 1);
    let line = script.end().await;
    let (ending, leaving) = (world.handle.clone(), line.until_footer());
    tokio::join!(ending.shut_down(), leaving);
}
