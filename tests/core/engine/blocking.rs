//! Blocking (XEP-0191): what the server says is blocked is, and nothing of it gets through.

use oriole_core::engine::{
    command::{Command, Done},
    event::Event,
};

use crate::support::{
    engine::{World, jid},
    script::Server,
    session::{ROMEO, ROMEO_IS_A_CONTACT},
};

const SERVERS: u32 = 4;

#[tokio::test]
async fn blocking_is_asked_for_and_kept_as_the_server_says() {
    let server = Server::new().await;
    let address = server.address();
    let item = "<item jid='romeo@montague.example'/>";
    let script = server.play(move |server| async move {
        let mut line = server.accept().await;
        line.begin("s", ROMEO_IS_A_CONTACT).await;
        line.answer(
            &format!("<iq type='set' id='*'><block xmlns='urn:xmpp:blocking'>{item}</block></iq>"),
            "",
        )
        .await;
        line.send(format!(
            "<iq type='set' id='p'><block xmlns='urn:xmpp:blocking'>{item}</block></iq>"
        ))
        .await;
        line.expect("<iq type='result' id='p'/>").await;
        // Whatever comes through all the same is left out.
        line.send(format!(
            "<message from='{ROMEO}'><body>Hear me</body></message>"
        ))
        .await;
        let request = line
            .expect(&format!(
                "<iq type='set' id='*'><unblock xmlns='urn:xmpp:blocking'>{item}</unblock></iq>"
            ))
            .await;
        line.send(format!(
            "<iq type='error' id='{}'><error type='cancel'>\
             <internal-server-error xmlns='urn:ietf:params:xml:ns:xmpp-stanzas'/></error></iq>",
            request.attr("id").unwrap()
        ))
        .await;
        line.send("<iq type='set' id='p'><unblock xmlns='urn:xmpp:blocking'/></iq>")
            .await;
        line.expect("<iq type='result' id='p'/>").await;
        line.expect_silence().await;
        line
    });
    let mut world = World::new(address).await;
    world.until_online().await;
    let (account, address) = (world.account, jid(ROMEO));
    for (blocked, expected) in [(true, " blocked"), (false, "")] {
        let command = Command::SetBlocked {
            account,
            address: address.clone(),
            blocked,
        };
        assert_eq!(world.command(command).await, Ok(Done::Ok));
        if !blocked {
            world
                .until("a refusal", |event| {
                    matches!(event, Event::Failed { .. }).then_some(())
                })
                .await;
        }
        let expected = [format!("romeo@montague.example Romeo both{expected}")];
        while world.contacts().await != expected {
            world.until("another contact list", |_| Some(())).await;
        }
    }
    let line = script.end().await;
    assert_eq!(world.history(ROMEO).await.len(), 0);
    world.leave(line, SERVERS + 6).await;
}
