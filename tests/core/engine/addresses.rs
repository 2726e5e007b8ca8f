//! Addresses as servers and people write them: one and the same in whatever form it comes (RFC 7622 §3), or none at all.

use jid::BareJid;

use crate::support::{
    engine::World,
    line::Line,
    script::Server,
    session::{BIND, JULIET, PASSWORD, ROMEO, SM},
};

const SERVERS: u32 = 4;
/// Case, and a final dot after the domain.
const ROMEO_OTHERWISE: &str = "Romeo@MONTAGUE.Example.";
const JULIET_OTHERWISE: &str = "JULIET@Chat.Example.";

async fn begin(line: &mut Line, roster: &str) {
    line.sign_in("SCRAM-SHA-256", PASSWORD).await;
    line.open(&format!("{BIND}{SM}")).await;
    let request = line
        .expect("<iq type='set' id='*'><rest xmlns='any'/></iq>")
        .await;
    let id = request.attr("id").unwrap();
    line.send(format!(
        "<iq type='result' id='{id}'><bind xmlns='urn:ietf:params:xml:ns:xmpp-bind'>\
         <jid>{JULIET_OTHERWISE}/desk</jid></bind></iq>"
    ))
    .await;
    line.enable("s").await;
    line.sync(roster).await;
}

#[tokio::test]
async fn an_address_in_another_form_is_the_same_address() {
    let server = Server::new().await;
    let address = server.address();
    let script = server.play(|server| async move {
        let mut line = server.accept().await;
        let roster = format!(
            "<query xmlns='jabber:iq:roster'>\
             <item jid='{ROMEO_OTHERWISE}' subscription='both' name='Romeo'/></query>"
        );
        begin(&mut line, &roster).await;
        for from in [ROMEO, ROMEO_OTHERWISE] {
            line.send(format!(
                "<message from='{from}/Garden' to='{JULIET_OTHERWISE}'><body>{from}</body></message>"
            ))
            .await;
        }
        // A change of the contact list from our own account, and one from somebody else.
        for (id, from, name) in [
            ("ours", JULIET_OTHERWISE, "My Romeo"),
            ("theirs", "juliet@chat.example.evil.example", "Evil"),
        ] {
            line.send(format!(
                "<iq type='set' id='{id}' from='{from}'><query xmlns='jabber:iq:roster'>\
                 <item jid='{ROMEO}' subscription='both' name='{name}'/></query></iq>"
            ))
            .await;
        }
        line.expect("<iq type='result' id='ours' to='*'/>").await;
        line.expect("<iq type='error' id='theirs' to='*'><rest xmlns='any'/></iq>")
            .await;
        line.expect_message("ours").await;
        line
    });
    let mut world = World::new(address).await;
    world.until_online().await;
    while world.until_message().await.body != ROMEO_OTHERWISE {}
    world.write("ours").await;
    let line = script.end().await;
    let history = world.history(ROMEO).await;
    assert_eq!(history.len(), 3);
    assert!(history.iter().all(|message| !message.stranger));
    assert_eq!(
        world.contacts().await,
        [format!("{ROMEO} My Romeo both")],
        "once"
    );
    world.leave(line, SERVERS + 4).await;
}

#[tokio::test]
async fn what_is_no_address_says_nothing_and_is_counted() {
    let refused = [
        "romeo@montague..example",
        "romeo@.montague.example",
        "romeo@montague.example..",
        "romeo@",
        "@montague.example",
        "a@b@montague.example",
        "ro meo@montague.example",
        "romeo@mon tague.example",
        "romeo@montague.example/",
        "ro&apos;meo@montague.example",
        "\u{202e}@montague.example",
        "romeo@.",
        ".",
        "/",
    ];
    let server = Server::new().await;
    let address = server.address();
    let script = server.play(move |server| async move {
        let mut line = server.accept().await;
        let items: String = refused
            .iter()
            .map(|jid| format!("<item jid='{jid}' subscription='both'/>"))
            .collect();
        let roster = format!("<query xmlns='jabber:iq:roster'>{items}</query>");
        begin(&mut line, &roster).await;
        for from in refused {
            line.send(format!(
                "<message from='{from}'><body>{from}</body></message>"
            ))
            .await;
            line.send(format!("<presence type='subscribe' from='{from}'/>"))
                .await;
        }
        line.expect_handled(SERVERS + 2 * u32::try_from(refused.len()).unwrap())
            .await;
        line
    });
    let mut world = World::new(address).await;
    world.until_online().await;
    let line = script.end().await;
    assert_eq!(world.stored_after_a_while().await, 0);
    // A resource that is empty says nothing of whose it is.
    let contacts = world.contacts().await;
    assert_eq!(contacts, [""; 0]);
    world
        .leave(line, SERVERS + 2 * u32::try_from(refused.len()).unwrap())
        .await;
}

#[test]
fn forms_of_an_address_are_equal_or_refused() {
    let read = |text: &str| BareJid::new(text).map(|jid| jid.to_string()).ok();
    for (text, expected) in [
        ("ROMEO@Montague.Example.", Some(ROMEO)),
        ("romeo@MONTAGUE.EXAMPLE", Some(ROMEO)),
        ("mei@B\u{fc}CHER.example", Some("mei@b\u{fc}cher.example")),
        // The form for the DNS stays as it is: what looks like another name is not made to look like it.
        (
            "mei@xn--bcher-kva.example",
            Some("mei@xn--bcher-kva.example"),
        ),
        ("mei@[::1]", Some("mei@[::1]")),
        ("mei@127.0.0.1", Some("mei@127.0.0.1")),
        ("mei@example.org..", None),
        ("mei@", None),
    ] {
        assert_eq!(read(text).as_deref(), expected, "{text}");
    }
}

/// Our presence goes out once, however the server writes our address.
#[tokio::test]
async fn the_address_that_the_server_gives_us_is_ours_in_any_form() {
    let server = Server::new().await;
    let address = server.address();
    let script = server.play(|server| async move {
        let mut line = server.accept().await;
        begin(&mut line, "<query xmlns='jabber:iq:roster'/>").await;
        line.send(format!(
            "<presence from='{JULIET}/desk'/><presence from='{JULIET_OTHERWISE}/phone'/>"
        ))
        .await;
        line.send("<iq type='get' id='p' from='Chat.Example.'><ping xmlns='urn:xmpp:ping'/></iq>")
            .await;
        line.expect("<iq type='result' id='p' to='*'/>").await;
        line
    });
    let mut world = World::new(address).await;
    world.until_online().await;
    let line = script.end().await;
    world.leave(line, SERVERS + 3).await;
}
