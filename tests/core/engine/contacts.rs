//! The contact list, presence, requests and blocking.

use oriole_core::{
    engine::{
        command::{Command, Done},
        event::Event,
        query::ContactRequests,
    },
    error::ErrorKind,
    model::presence::Show,
};

use crate::support::{
    engine::{World, jid},
    line::Line,
    script::Server,
    session::{
        BIND, JULIET, NO_CONTACTS, PASSWORD, PRESENCE, ROMEO, ROMEO_IS_A_CONTACT, SM, VERSIONS,
    },
};

const SERVERS: u32 = 4;
const TYBALT: &str = "tybalt@capulet.example";

async fn sync_with_versions(line: &mut Line, name: &str, version: &str, answer: &str) {
    line.sign_in("SCRAM-SHA-256", PASSWORD).await;
    line.open(&format!("{BIND}{SM}{VERSIONS}")).await;
    line.bind().await;
    line.enable(name).await;
    line.answer(
        &format!("<iq type='get' id='*'><query xmlns='jabber:iq:roster' ver='{version}'/></iq>"),
        answer,
    )
    .await;
    line.answer_the_rest().await;
    line.expect(PRESENCE).await;
}

#[tokio::test]
async fn the_contact_list_is_loaded_once_and_then_kept_by_versions() {
    let server = Server::new().await;
    let address = server.address();
    let script = server.play(|server| async move {
        let mut line = server.accept().await;
        let list = "<query xmlns='jabber:iq:roster' ver='v1'>\
            <item jid='romeo@montague.example' name='Romeo' subscription='both'><group>Lovers</group></item>\
            <item jid='nurse@capulet.example' subscription='unheard-of' ask='subscribe'/>\
            <item jid='@@@'/><item/><thing/></query>";
        sync_with_versions(&mut line, "s", "", list).await;
        line.send(
            "<iq type='set' id='p'><query xmlns='jabber:iq:roster' ver='v2'>\
             <item jid='nurse@capulet.example' name='Nurse' subscription='from'/></query></iq>",
        )
        .await;
        line.expect("<iq type='result' id='p'/>").await;
        line.lose().await;

        let mut line = server.accept().await;
        line.sign_in("SCRAM-SHA-256", PASSWORD).await;
        line.open(&format!("{BIND}{SM}{VERSIONS}")).await;
        line.expect_resume("s", SERVERS + 1).await;
        line.send("<failed xmlns='urn:xmpp:sm:3'/>").await;
        line.bind().await;
        line.enable("s2").await;
        line.answer(
            "<iq type='get' id='*'><query xmlns='jabber:iq:roster' ver='v2'/></iq>",
            "",
        )
        .await;
        line.answer_the_rest().await;
        line.expect(PRESENCE).await;
        line.send(
            "<iq type='set' id='p' from='juliet@chat.example'><query xmlns='jabber:iq:roster' ver='v3'>\
             <item jid='romeo@montague.example' subscription='remove'/></query></iq>",
        )
        .await;
        line.expect("<iq type='result' id='p' to='juliet@chat.example'/>").await;
        line
    });
    let mut world = World::new(address).await;
    world.until_online().await;
    world.until_waiting().await;
    assert_eq!(
        world.contacts().await,
        [
            "nurse@capulet.example Nurse from",
            "romeo@montague.example Romeo both"
        ]
    );
    world.until_online().await;
    let line = script.end().await;
    assert_eq!(world.contacts().await, ["nurse@capulet.example Nurse from"]);
    world.leave(line, SERVERS + 1).await;
}

#[tokio::test]
async fn nobody_else_changes_the_contact_list_or_who_is_blocked() {
    let server = Server::new().await;
    let address = server.address();
    let script = server.play(|server| async move {
        let mut line = server.accept().await;
        let own = line.begin("s", ROMEO_IS_A_CONTACT).await;
        let own = own.as_str();
        for from in [ROMEO, "romeo@montague.example/x", TYBALT, own, "chat.example"] {
            for push in [
                "<query xmlns='jabber:iq:roster'><item jid='evil@there' subscription='both'/></query>",
                "<query xmlns='jabber:iq:roster'><item jid='romeo@montague.example' subscription='remove'/></query>",
                "<block xmlns='urn:xmpp:blocking'><item jid='romeo@montague.example'/></block>",
            ] {
                line.send(format!("<iq type='set' id='p' from='{from}'>{push}</iq>")).await;
                line.expect(&format!(
                    "<iq type='error' id='p' to='{from}'><error type='cancel'>\
                     <service-unavailable xmlns='urn:ietf:params:xml:ns:xmpp-stanzas'/></error></iq>"
                ))
                .await;
            }
        }
        line
    });
    let world = World::new(address).await;
    let line = script.end().await;
    assert_eq!(
        world.contacts().await,
        ["romeo@montague.example Romeo both"]
    );
    world.leave(line, SERVERS + 15).await;
}

#[tokio::test]
async fn a_contact_is_added_renamed_and_removed() {
    let server = Server::new().await;
    let address = server.address();
    let (welcomed, is_welcomed) = tokio::sync::oneshot::channel();
    let script = server.play(|server| async move {
        let mut line = server.accept().await;
        line.begin("s", NO_CONTACTS).await;
        let set = |item: &str| {
            format!("<iq type='set' id='*'><query xmlns='jabber:iq:roster'>{item}</query></iq>")
        };
        let added = "<item jid='romeo@montague.example' name='Romeo'><group>Lovers</group></item>";
        line.answer(&set(added), "").await;
        line.expect("<presence type='subscribe' to='romeo@montague.example'/>").await;
        line.send(
            "<iq type='set' id='p'><query xmlns='jabber:iq:roster'>\
             <item jid='romeo@montague.example' name='Romeo' subscription='none' ask='subscribe'><group>Lovers</group></item></query></iq>",
        )
        .await;
        line.expect("<iq type='result' id='p'/>").await;
        // Whom we asked may see us too, without asking the person again.
        line.send("<presence type='subscribe' from='romeo@montague.example'/>").await;
        line.expect("<presence type='subscribed' to='romeo@montague.example'/>").await;
        welcomed.send(()).unwrap();
        let renamed = "<item jid='romeo@montague.example' name='R. '><group>Lovers</group></item>";
        let request = line.expect(&set(renamed)).await;
        line.send(format!(
            "<iq type='error' id='{}'><error type='cancel'>\
             <not-allowed xmlns='urn:ietf:params:xml:ns:xmpp-stanzas'/></error></iq>",
            request.attr("id").unwrap()
        ))
        .await;
        line.answer(&set("<item jid='romeo@montague.example' subscription='remove'/>"), "")
            .await;
        line.expect_silence().await;
        line
    });
    let mut world = World::new(address).await;
    world.until_online().await;
    let account = world.account;
    let address = jid(ROMEO);
    let add = Command::AddContact {
        account,
        address: address.clone(),
        name: Some("Romeo".to_owned()),
        groups: vec!["Lovers".to_owned()],
    };
    assert_eq!(world.command(add).await, Ok(Done::Ok));
    world
        .until("a contact", |event| {
            matches!(event, Event::ContactChanged { .. }).then_some(())
        })
        .await;
    assert_eq!(
        world.contacts().await,
        ["romeo@montague.example Romeo none asked"]
    );
    is_welcomed.await.unwrap();
    let rename = Command::RenameContact {
        account,
        address: address.clone(),
        name: Some("R.\u{FFFF}".to_owned()),
        groups: None,
    };
    assert_eq!(world.command(rename).await, Ok(Done::Ok));
    let (about, error) = world
        .until("a refusal", |event| match event {
            Event::Failed { address, error, .. } => Some((address.clone(), error.clone())),
            _ => None,
        })
        .await;
    assert_eq!(about, Some(address.clone()));
    assert_eq!(error.kind, ErrorKind::RemoteError);
    let remove = Command::RemoveContact { account, address };
    assert_eq!(world.command(remove).await, Ok(Done::Ok));
    let line = script.end().await;
    for (command, expected) in [
        (
            Command::AddContact {
                account,
                address: jid(JULIET),
                name: None,
                groups: Vec::new(),
            },
            ErrorKind::BadRequest,
        ),
        (
            Command::RemoveContact {
                account,
                address: jid(TYBALT),
            },
            ErrorKind::NotFound,
        ),
    ] {
        assert_eq!(world.command(command).await.unwrap_err().kind, expected);
    }
    world.leave(line, SERVERS + 6).await;
}

#[tokio::test]
async fn whoever_asks_to_see_us_waits_for_the_person() {
    let server = Server::new().await;
    let address = server.address();
    let (declined, is_declined) = tokio::sync::oneshot::channel();
    let script = server.play(|server| async move {
        let mut line = server.accept().await;
        line.begin("s", NO_CONTACTS).await;
        line.send(format!(
            "<presence type='subscribe' from='{TYBALT}/x'><nick xmlns='http://jabber.org/protocol/nick'> Ty\u{202e}balt </nick><status>Peace?\n</status></presence>"
        ))
        .await;
        line.expect(&format!("<presence type='unsubscribed' to='{TYBALT}'/>")).await;
        is_declined.await.unwrap();
        line.send(format!("<presence type='subscribe' from='{ROMEO}'/>")).await;
        line.expect(&format!("<presence type='subscribed' to='{ROMEO}'/>")).await;
        line.expect(&format!("<presence type='subscribe' to='{ROMEO}'/>")).await;
        // One who takes the request back.
        line.send(format!("<presence type='subscribe' from='{TYBALT}'/>")).await;
        line.send(format!("<presence type='unsubscribe' from='{TYBALT}'/>")).await;
        line.expect_silence().await;
        line
    });
    let mut world = World::new(address).await;
    world.until_online().await;
    let account = world.account;
    let requested = |event: &Event| match event {
        Event::ContactRequested(request) => Some(request.clone()),
        _ => None,
    };
    let request = world.until("a request", requested).await;
    assert_eq!(request.address, jid(TYBALT));
    assert_eq!(request.text, "Peace?");
    assert!(request.name.is_some_and(|name| name.starts_with("Ty")));
    let decline = Command::DeclineContact {
        account,
        address: jid(TYBALT),
    };
    world.command(decline).await.unwrap();
    world
        .until("the request to go", |event| {
            matches!(event, Event::ContactRequestGone { .. }).then_some(())
        })
        .await;
    declined.send(()).unwrap();
    assert_eq!(
        world.until("a request", requested).await.address,
        jid(ROMEO)
    );
    let accept = Command::AcceptContact {
        account,
        address: jid(ROMEO),
    };
    world.command(accept).await.unwrap();
    let line = script.end().await;
    let question = ContactRequests {
        account: Some(account),
    };
    assert_eq!(world.handle.query(question).await.unwrap(), []);
    world.leave(line, SERVERS + 5).await;
}

#[tokio::test]
async fn presence_is_the_best_devices_and_goes_with_the_session() {
    let server = Server::new().await;
    let address = server.address();
    let script = server.play(|server| async move {
        let mut line = server.accept().await;
        line.begin("s", ROMEO_IS_A_CONTACT).await;
        for presence in [
            "<presence from='romeo@montague.example/a'><show> away </show><status>Soon</status></presence>",
            "<presence from='romeo@montague.example/b'><show>dnd</show><priority>5</priority></presence>",
            "<presence from='romeo@montague.example/c'><priority/><show/><show>xa</show></presence>",
            "<presence from='romeo@montague.example/b' type='unavailable'/>",
            "<presence from='tybalt@capulet.example/x'/>",
            "<presence from='@@@'/>",
            "<presence from='romeo@montague.example' type='unavailable'/>",
            "<presence from='romeo@montague.example/a'><show>made-up</show></presence>",
        ] {
            line.send(presence).await;
        }
        line.expect_handled(SERVERS + 8).await;
        line.send("</stream:stream>").await;
        line.lose().await;
    });
    let mut world = World::new(address).await;
    world.until_online().await;
    for expected in [
        Show::Away,
        Show::Dnd,
        Show::Online,
        Show::Offline,
        Show::Online,
        // With the session.
        Show::Offline,
    ] {
        let show = world
            .until("a presence", |event| match event {
                Event::Presence {
                    address, presence, ..
                } => {
                    assert_eq!(*address, jid(ROMEO));
                    Some(presence.show)
                }
                _ => None,
            })
            .await;
        assert_eq!(show, expected);
    }
    script.end().await;
    world.end().await;
}

#[tokio::test]
async fn what_was_known_of_others_goes_where_the_account_may_not_sign_in_again() {
    let server = Server::new().await;
    let address = server.address();
    let script = server.play(|server| async move {
        let mut line = server.accept().await;
        line.begin("s", ROMEO_IS_A_CONTACT).await;
        line.send("<presence from='romeo@montague.example/a'/>")
            .await;
        line.expect_handled(SERVERS + 1).await;
        line.lose().await;
        let mut line = server.accept().await;
        line.open(&crate::support::scram::mechanisms(&["SCRAM-SHA-256"]))
            .await;
        line.auth("SCRAM-SHA-256").await;
        line.send(crate::support::scram::failure("account-disabled"))
            .await;
        line.stall().await;
    });
    let mut world = World::new(address).await;
    world.until_online().await;
    for expected in [Show::Online, Show::Offline] {
        let show = world
            .until("a presence", |event| match event {
                Event::Presence { presence, .. } => Some(presence.show),
                _ => None,
            })
            .await;
        assert_eq!(show, expected);
    }
    script.end().await;
    world.end().await;
}
