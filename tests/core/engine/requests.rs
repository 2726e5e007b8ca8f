//! What others may ask this program: contacts and our server get truthful answers, all others none that tells them anything.

use base64::{Engine as _, engine::general_purpose::STANDARD as BASE64};
use minidom::Element;
use sha1::{Digest, Sha1};
use xmpp_parsers::{caps::compute_disco, disco::DiscoInfoResult};

use crate::support::{
    engine::World,
    script::Server,
    session::{JULIET, PRESENCE, ROMEO, ROSTER_REQUEST},
};

const SERVERS: u32 = 4;

/// A contact list with all kinds of subscriptions.
const ROSTER: &str = "<query xmlns='jabber:iq:roster'>\
    <item jid='romeo@montague.example' subscription='both'/>\
    <item jid='nurse@capulet.example' subscription='from'/>\
    <item jid='paris@verona.example' subscription='to'/>\
    <item jid='mercutio@verona.example' subscription='none' ask='subscribe'/></query>";

const QUESTIONS: [&str; 6] = [
    "<query xmlns='http://jabber.org/protocol/disco#info'/>",
    "<query xmlns='http://jabber.org/protocol/disco#items'/>",
    "<ping xmlns='urn:xmpp:ping'/>",
    "<query xmlns='jabber:iq:version'/>",
    "<time xmlns='urn:xmpp:time'/>",
    "<unknown xmlns='of:nobody'/>",
];

#[tokio::test]
async fn only_those_who_see_us_learn_anything() {
    let server = Server::new().await;
    let address = server.address();
    let script = server.play(|server| async move {
        let mut line = server.accept().await;
        line.begin("s", ROSTER).await;
        let mut sent = SERVERS;
        for (from, may) in [
            (ROMEO, true),
            ("romeo@montague.example/garden", true),
            ("nurse@capulet.example/x", true),
            ("juliet@chat.example/phone", true),
            (JULIET, true),
            ("chat.example", true),
            ("paris@verona.example/x", false),
            ("mercutio@verona.example", false),
            ("tybalt@capulet.example/x", false),
            ("chat.example/x", false),
            ("other@chat.example", false),
            ("montague.example", false),
        ] {
            for kind in ["get", "set"] {
                for question in QUESTIONS {
                    line.send(format!(
                        "<iq type='{kind}' id='q' from='{from}'>{question}</iq>"
                    ))
                    .await;
                    sent += 1;
                    let known = kind == "get" && !question.contains("nobody");
                    let expected = if may && known {
                        format!("<iq type='result' id='q' to='{from}'><rest xmlns='any'/></iq>")
                    } else {
                        format!(
                            "<iq type='error' id='q' to='{from}'><error type='cancel'>\
                             <service-unavailable xmlns='urn:ietf:params:xml:ns:xmpp-stanzas'/>\
                             </error></iq>"
                        )
                    };
                    line.expect(&expected).await;
                }
            }
        }
        // Neither answers nor addresses that are none are answered.
        line.send(
            "<iq type='result' id='a' from='romeo@montague.example'/><iq type='error' id='b'/>\
             <iq id='c' from='romeo@montague.example'/><iq type='get' id='d' from='@@@'><ping xmlns='urn:xmpp:ping'/></iq>",
        )
        .await;
        line.expect_silence().await;
        (line, sent + 5)
    });
    let mut world = World::new(address).await;
    world.until_online().await;
    let (line, sent) = script.end().await;
    world.leave(line, sent).await;
}

#[tokio::test]
async fn what_is_told_is_what_the_presence_promises() {
    let server = Server::new().await;
    let address = server.address();
    let script = server.play(|server| async move {
        let mut line = server.accept().await;
        line.sign_in("SCRAM-SHA-256", crate::support::session::PASSWORD)
            .await;
        line.open(&format!(
            "{}{}",
            crate::support::session::BIND,
            crate::support::session::SM
        ))
        .await;
        line.bind().await;
        line.enable("s").await;
        line.answer(ROSTER_REQUEST, ROSTER).await;
        line.answer_the_rest().await;
        let presence = line.expect(PRESENCE).await;
        let caps = presence
            .get_child("c", "http://jabber.org/protocol/caps")
            .unwrap();
        let node = format!(
            "{}#{}",
            caps.attr("node").unwrap(),
            caps.attr("ver").unwrap()
        );
        let mut infos: Vec<DiscoInfoResult> = Vec::new();
        for question in [String::new(), format!("node='{node}'")] {
            line.send(format!(
                "<iq type='get' id='q' from='{ROMEO}/x'>\
                 <query xmlns='http://jabber.org/protocol/disco#info' {question}/></iq>"
            ))
            .await;
            let answer = line
                .expect(&format!(
                    "<iq type='result' id='q' to='{ROMEO}/x'><rest xmlns='any'/></iq>"
                ))
                .await;
            let query: &Element = answer.children().next().unwrap();
            assert_eq!(query.attr("node").is_some(), !question.is_empty());
            infos.push(query.clone().try_into().unwrap());
        }
        for info in &infos {
            let ver = BASE64.encode(Sha1::digest(compute_disco(info)));
            assert_eq!(caps.attr("ver"), Some(ver.as_str()));
        }
        line.send(format!(
            "<iq type='get' id='q' from='{ROMEO}/x'>\
             <query xmlns='http://jabber.org/protocol/disco#info' node='another'/></iq>"
        ))
        .await;
        line.expect(&format!(
            "<iq type='error' id='q' to='{ROMEO}/x'><error type='cancel'>\
             <item-not-found xmlns='urn:ietf:params:xml:ns:xmpp-stanzas'/></error></iq>"
        ))
        .await;
        // All that is promised is answered.
        for (feature, question) in [
            ("urn:xmpp:ping", "<ping xmlns='urn:xmpp:ping'/>"),
            ("urn:xmpp:time", "<time xmlns='urn:xmpp:time'/>"),
            ("jabber:iq:version", "<query xmlns='jabber:iq:version'/>"),
        ] {
            assert!(infos[0].features.contains(feature), "{feature}");
            line.send(format!("<iq type='get' id='q'>{question}</iq>"))
                .await;
            line.expect("<iq type='result' id='q'><rest xmlns='any'/></iq>")
                .await;
        }
        line
    });
    let world = World::new(address).await;
    let line = script.end().await;
    world.leave(line, SERVERS + 6).await;
}

#[tokio::test]
async fn a_request_that_is_too_large_is_refused_as_others_are() {
    let server = Server::new().await;
    let address = server.address();
    let script = server.play(|server| async move {
        let mut line = server.accept().await;
        line.begin("s", ROSTER).await;
        for (from, kind, condition) in [
            (ROMEO, "modify", "policy-violation"),
            ("tybalt@capulet.example", "cancel", "service-unavailable"),
        ] {
            line.send(format!(
                "<iq type='get' id='q' from='{from}'><query xmlns='x'>{}</query></iq>",
                "<a/>".repeat(10_000)
            ))
            .await;
            line.expect(&format!(
                "<iq type='error' id='q' to='{from}'><error type='{kind}'>\
                 <{condition} xmlns='urn:ietf:params:xml:ns:xmpp-stanzas'/></error></iq>"
            ))
            .await;
        }
        line
    });
    let world = World::new(address).await;
    let line = script.end().await;
    world.leave(line, SERVERS + 2).await;
}
