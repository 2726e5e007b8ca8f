//! What whole parts of the program make of elements out of the words of the protocol.

use oriole_core::{error::ErrorKind, model::account::Security, xmpp::registration::create};
use proptest::{collection::vec, prelude::*};

use super::often;
use crate::support::{
    connecting::Client,
    engine::World,
    line::Came,
    patiently,
    script::Server,
    session::{PASSWORD, ROMEO_IS_A_CONTACT},
    tls::{ANY_TLS, Identity},
    wild,
};

proptest! {
    #![proptest_config(often(12))]

    /// It takes in what comes after them, too.
    #[test]
    fn an_engine_outlives_all_stanzas(stanzas in vec(wild::stanza(), 1..80)) {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        runtime.block_on(async {
            let server = Server::new().await;
            let address = server.address();
            let script = server.play(|server| async move {
                let mut line = server.accept().await;
                line.begin("s", ROMEO_IS_A_CONTACT).await;
                for stanza in stanzas {
                    line.send(String::from(&stanza)).await;
                }
                // From somebody of whom no stanza can say that they are blocked.
                line.send("<message from='benvolio@montague.example'><body>the last one</body></message>")
                    .await;
                while !matches!(patiently("the end of the stream", line.next()).await, Came::Footer) {}
                line.close().await;
            });
            let mut world = World::new(address).await;
            while world.until_message().await.body != "the last one" {}
            world.end().await;
            script.end().await;
        });
    }

    #[test]
    fn a_form_is_filled_in_or_told_of(form in wild::element()) {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        runtime.block_on(async {
            let identity = Identity::of(&["chat.example"]);
            let server = Server::new().await;
            let client = Client::of(&server, Security::DirectTls).pinned(identity.fingerprint());
            let serving = async {
                let (mut line, _) = server.accept().await.secure(&identity, ANY_TLS).await.unwrap();
                line.open("<register xmlns='http://jabber.org/features/iq-register'/>").await;
                let form = String::from(&form);
                line.answer(
                    "<iq type='get' id='*' to='chat.example'><query xmlns='jabber:iq:register'/></iq>",
                    &format!("<query xmlns='jabber:iq:register'>{form}<username/><password/></query>"),
                )
                .await;
                match line.next().await {
                    Came::Element(answer) if answer.name() == "iq" => {
                        let id = answer.attr("id").unwrap();
                        line.send(format!("<iq type='result' id='{id}' from='chat.example'/>")).await;
                        line.stall().await;
                    }
                    _ => {}
                }
            };
            let creating = async {
                let secured = client.connect().await.unwrap();
                create(secured, "juliet", PASSWORD).await
            };
            let (created, ()) = tokio::join!(creating, serving);
            if let Err(failure) = created {
                assert_eq!(failure.error.kind, ErrorKind::RegistrationRefused, "{failure}");
                assert!(failure.error.detail.chars().count() < 3_000, "{failure}");
                assert!(!failure.error.detail.contains(PASSWORD));
            }
        });
    }
}
