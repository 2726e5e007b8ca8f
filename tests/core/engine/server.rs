//! What is known of the connection, and of what the server can do.

use std::collections::BTreeSet;

use oriole_core::{
    engine::{
        command::{Command, Done},
        event::{ConnectionState, Event},
        query::Server as Question,
    },
    error::ErrorKind,
    model::server::{Offer, Offers, ServerFacts},
};

use crate::support::{
    engine::World,
    line::Line,
    script::Server,
    session::{BIND, NO_CONTACTS, PASSWORD, SM},
};

const CSI: &str = "<csi xmlns='urn:xmpp:csi:0'/>";
const ASKED_FOR_MACHINES: &str = "<iq type='get' id='*' to='chat.example'>\
    <query xmlns='http://jabber.org/protocol/disco#items'/></iq>";

fn info(payload: &str) -> String {
    format!("<query xmlns='http://jabber.org/protocol/disco#info'>{payload}</query>")
}

impl Line {
    /// A new session on a server that can do this.
    async fn begin_on(&mut self, features: &str) {
        self.sign_in("SCRAM-SHA-256", PASSWORD).await;
        self.open(&format!("{BIND}{SM}{CSI}")).await;
        self.bind().await;
        self.enable("s").await;
        self.sync_late(NO_CONTACTS, features).await;
    }

    /// The client asks this machine what it can do.
    async fn tell(&mut self, machine: &str, payload: &str) {
        let question = format!(
            "<iq type='get' id='*' to='{machine}'>\
             <query xmlns='http://jabber.org/protocol/disco#info'/></iq>"
        );
        self.answer(&question, &info(payload)).await;
    }
}

impl World {
    async fn until_offers(&mut self) -> Offers {
        self.until("what the server can do", |event| match event {
            Event::Offers { offers, .. } => Some((**offers).clone()),
            _ => None,
        })
        .await
    }

    async fn facts(&self) -> Option<ServerFacts> {
        let account = self.account;
        self.handle.query(Question { account }).await.unwrap()
    }
}

#[tokio::test]
async fn what_the_server_says_is_told_and_its_machines_are_asked_on_request_only() {
    let server = Server::new().await;
    let (address, port) = (server.address(), server.port());
    let script = server.play(|server| async move {
        let mut line = server.accept().await;
        line.begin_on(
            "<identity category='pubsub' type='pep'/><feature var='jabber:iq:register'/>\
             <feature var='msgoffline'/><feature/><thing var='urn:xmpp:mam:2'/>",
        )
        .await;
        line.expect_silence().await;
        line
    });
    let mut world = World::new(address).await;
    let has = BTreeSet::from([Offer::Profile, Offer::Registration, Offer::Offline]);
    let said = Offers {
        has,
        ..Offers::default()
    };
    assert_eq!(world.until_offers().await, said);
    world.until_online().await;
    let facts = world.facts().await.unwrap();
    assert_eq!(facts.route.place, format!("127.0.0.1:{port}"));
    assert_eq!((facts.route.tls, facts.route.pinned), (None, false));
    assert_eq!(facts.route.mechanism, "SCRAM-SHA-256");
    let stream = BTreeSet::from([Offer::Resumption, Offer::Quiet]);
    assert_eq!(facts.route.offers, stream);
    assert_eq!((&facts.offers, facts.resumed), (&Some(said), None));
    assert_eq!(facts.can(Offer::Upload), None);

    let mut line = script.end().await;
    let telling = async {
        line.answer(
            ASKED_FOR_MACHINES,
            "<query xmlns='http://jabber.org/protocol/disco#items'>\
             <item jid='upload.chat.example'/><item jid='upload.chat.example'/>\
             <item jid='rooms.chat.example'/><item jid='nobody@chat.example'/>\
             <item jid='chat.example'/><item jid='@@'/><item/>\
             <item jid='notes.chat.example' node='notes'/></query>",
        )
        .await;
        line.tell(
            "upload.chat.example",
            "<feature var='urn:xmpp:http:upload:0'/><x xmlns='jabber:x:data' type='result'>\
             <field var='FORM_TYPE'><value>urn:xmpp:http:upload:0</value></field>\
             <field var='max-file-size'><value>5242880</value></field></x>",
        )
        .await;
        line.tell(
            "rooms.chat.example",
            "<identity category='conference' type='text'/><feature var='http://jabber.org/protocol/muc'/>",
        )
        .await;
        line.expect_silence().await;
    };
    let explore = Command::ExploreServer(world.account);
    let (explored, ()) = tokio::join!(world.command(explore), telling);
    assert_eq!(explored, Ok(Done::Ok));
    let offers = world.until_offers().await;
    let found = [Offer::Upload, Offer::GroupChats];
    assert!(found.iter().all(|offer| offers.has.contains(offer)));
    assert_eq!(
        (offers.upload_limit, offers.complete),
        (Some(5_242_880), true)
    );
    let facts = world.facts().await.unwrap();
    assert_eq!(facts.offers, Some(offers));
    assert_eq!(facts.can(Offer::Relay), Some(false));
    world.leave(line, 9).await;
}

#[tokio::test]
async fn an_old_server_that_refuses_to_say_anything_is_one_that_can_do_nothing() {
    let server = Server::new().await;
    let address = server.address();
    let script = server.play(|server| async move {
        let mut line = server.accept().await;
        line.begin_unmanaged(NO_CONTACTS).await;
        let request = line.expect(ASKED_FOR_MACHINES).await;
        let id = request.attr("id").unwrap();
        line.send(format!(
            "<iq type='error' id='{id}' from='chat.example'><error type='cancel'>\
             <feature-not-implemented xmlns='urn:ietf:params:xml:ns:xmpp-stanzas'/></error></iq>"
        ))
        .await;
        line.expect_silence().await;
        line.expect_footer().await;
    });
    let mut world = World::new(address).await;
    world.until_online().await;
    let account = world.account;
    world
        .command(Command::ExploreServer(account))
        .await
        .unwrap();
    let nothing = Offers {
        complete: true,
        ..Offers::default()
    };
    while world.until_offers().await != nothing {}
    let facts = world.facts().await.unwrap();
    for offer in Offer::ALL {
        assert_eq!(facts.can(offer), Some(false), "{offer:?}");
    }
    world.end().await;
    script.end().await;
}

#[tokio::test]
async fn nothing_is_known_while_there_is_no_connection_and_a_session_keeps_its_beginning() {
    let server = Server::new().await;
    let address = server.address();
    let script = server.play(|server| async move {
        let mut line = server.accept().await;
        line.begin("s", NO_CONTACTS).await;
        line.expect_silence().await;
        line.lose().await;
        let mut line = server.accept().await;
        line.resume("s", 5, 6).await;
        line.expect_silence().await;
        line
    });
    let mut world = World::new(address).await;
    world.until_online().await;
    let before = world.facts().await.unwrap();
    world.until_state(ConnectionState::Waiting).await;
    world.until_resumed().await;
    let after = world.facts().await.unwrap();
    assert_eq!(after.since, before.since);
    assert!(after.resumed >= Some(before.since));
    assert!(after.offers.is_some());
    let line = script.end().await;
    drop(line);
    world.until_state(ConnectionState::Waiting).await;
    assert_eq!(world.facts().await, None);
    let explore = Command::ExploreServer(world.account);
    let refused = world.command(explore).await.unwrap_err();
    assert_eq!(refused.kind, ErrorKind::NotAllowed);
    world.end().await;
}
