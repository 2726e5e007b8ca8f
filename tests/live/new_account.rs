//! New accounts as the window makes them, in two steps, and invitations. The program without a window has no such conversation, so here
//! its engine is spoken to directly.

use std::future::Future;
use std::sync::Arc;

use oriole_core::engine::command::{Command, Done, Password};
use oriole_core::engine::event::{ConnectionState, Event};
use oriole_core::engine::handle::{start, Config, Delivery, EventStream, Handle};
use oriole_core::engine::new_account::{Answered, Asked, Invitation, Request};
use oriole_core::engine::query::Contacts;
use oriole_core::model::account::{AccountSettings, Fingerprint, Security, ServerAddress};
use oriole_core::model::contact::Subscription;
use oriole_core::model::ids::AccountId;
use oriole_core::model::registration::{Offer, Why};
use oriole_core::testing::MemorySecrets;
use oriole_core::xmpp::connect::Network;
use tempfile::TempDir;

use crate::support::oriole::{Person, PASSWORD};
use crate::support::{shared, Kind, Options, Server, PATIENCE};

for_both! {
    an_account_is_made_in_two_steps
}

/// An engine without accounts.
struct Engine {
    handle: Handle,
    events: EventStream,
    _folder: TempDir,
}

impl Engine {
    async fn new() -> Engine {
        let folder = tempfile::tempdir().unwrap();
        let config = Config {
            directory: folder.path().to_owned(),
            secrets: Arc::new(MemorySecrets::default()),
            delivery: Delivery::Complete,
            network: Network::default(),
        };
        let (handle, events) = start(config).await.unwrap();
        Engine {
            handle,
            events,
            _folder: folder,
        }
    }

    async fn online(&mut self) {
        self.until(|event| {
            matches!(
                event,
                Event::Connection {
                    state: ConnectionState::Online,
                    ..
                }
            )
        })
        .await;
    }

    async fn until(&mut self, is_it: impl Fn(&Event) -> bool) {
        patiently(async { while !is_it(&self.events.next().await.expect("more events")) {} }).await;
    }

    /// Waits until both see each other.
    async fn befriended(&mut self, account: AccountId, with: &str) {
        loop {
            let contacts = self.handle.query(Contacts { account }).await.unwrap();
            let mut items = contacts.iter().map(|status| &status.contact.item);
            let friend = items.find(|item| item.address.as_str() == with);
            if friend.is_some_and(|item| item.subscription == Subscription::Both) {
                return;
            }
            self.until(|event| {
                matches!(
                    event,
                    Event::ContactChanged { .. } | Event::ContactsReset(_)
                )
            })
            .await;
        }
    }
}

async fn patiently<T>(work: impl Future<Output = T>) -> T {
    let patience = tokio::time::timeout(PATIENCE, work).await;
    patience.expect("to come in time")
}

fn run(test: impl Future<Output = ()>) {
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(2)
        .enable_all()
        .build()
        .unwrap();
    runtime.block_on(test);
}

fn request(server: &Server, name: &str) -> Request {
    let address = format!("{name}@{}", server.domain()).parse().unwrap();
    Request {
        settings: AccountSettings {
            server: Some(ServerAddress {
                host: "127.0.0.1".to_owned(),
                port: Some(server.starttls_port()),
            }),
            security: Security::StartTls,
            pin: Some(Fingerprint(server.certificate_sha256())),
            ..AccountSettings::new(address)
        },
        proxy_password: None,
        invitation: None,
    }
}

async fn asked(engine: &Engine, request: &Request) -> Offer {
    match patiently(engine.handle.ask_to_register(request.clone())).await {
        Ok(Asked::Offer(offer)) => *offer,
        other => panic!("{other:?}"),
    }
}

async fn answered(engine: &Engine, request: &Request, offer: Offer) -> Answered {
    let password = Password::new(PASSWORD);
    let answering = engine.handle.register(request.clone(), offer, password);
    patiently(answering).await.unwrap()
}

fn an_account_is_made_in_two_steps(kind: Kind) {
    run(async {
        let server = shared(kind);
        let mut engine = Engine::new().await;
        let request = request(server, &server.unused_name("alice"));
        let offer = asked(&engine, &request).await;
        assert!(offer.open, "{offer:?}");
        let made = answered(&engine, &request, offer).await;
        assert!(matches!(made, Answered::Made(_)), "{made:?}");
        engine.online().await;
        engine.handle.shut_down().await;
        // Whoever comes second is told so, and may choose another name on the same stream.
        let mut engine = Engine::new().await;
        let offer = asked(&engine, &request).await;
        let refused = answered(&engine, &request, offer.clone()).await;
        let Answered::Refused(refusal, None) = refused else {
            panic!("{refused:?}");
        };
        assert_eq!(refusal.why, Why::Taken, "{refusal:?}");
        let other = self::request(server, &server.unused_name("bob"));
        let made = answered(&engine, &other, offer).await;
        assert!(matches!(made, Answered::Made(_)), "{made:?}");
        engine.online().await;
        engine.handle.shut_down().await;
    });
}

#[test]
fn an_invitation_opens_the_door_and_makes_a_contact() {
    let options = Options {
        invitations: true,
        ..Options::default()
    };
    let server = Server::start(Kind::Prosody, options);
    let names = ["alice", "bob"].map(|stem| server.unused_name(stem));
    for name in &names {
        server.add_user(name, PASSWORD);
    }
    server.invite(&names[0], "t0ken-one");
    server.invite(&names[0], "t0ken-two");
    let mut alice = Person::sign_in(crate::support::oriole::account(&server, &names[0]));
    let inviter = alice.address.clone();
    run(async {
        let invited = |name: &str, token: &str| Request {
            invitation: Some(Invitation {
                token: Password::new(token),
                inviter: Some(inviter.parse().unwrap()),
            }),
            ..request(&server, name)
        };
        let mut engine = Engine::new().await;
        // Without an invitation, or with one that is none, nobody gets an account here.
        let name = server.unused_name("carol");
        let uninvited = request(&server, &name);
        let offer = asked(&engine, &uninvited).await;
        let refused = answered(&engine, &uninvited, offer).await;
        assert!(matches!(refused, Answered::Refused(..)), "{refused:?}");
        let forged = invited(&name, "forged");
        let refused = patiently(engine.handle.ask_to_register(forged)).await;
        let Ok(Asked::Refused(refusal)) = refused else {
            panic!("{refused:?}");
        };
        assert_eq!(refusal.why, Why::Invitation);
        let request = invited(&name, "t0ken-one");
        let offer = asked(&engine, &request).await;
        let Answered::Made(account) = answered(&engine, &request, offer).await else {
            panic!("the invitation was not taken");
        };
        engine.online().await;
        engine.befriended(account, &inviter).await;
        engine.handle.shut_down().await;

        // Whoever has an account already shows the invitation with the question, and nobody has to answer.
        let mut engine = Engine::new().await;
        let add = Command::AddAccount {
            settings: self::request(&server, &names[1]).settings,
            password: Password::new(PASSWORD),
            proxy_password: None,
            register: false,
        };
        let Ok(Done::Account(account)) = engine.handle.send(add).await else {
            panic!("no account");
        };
        engine.online().await;
        let follow = Command::AcceptInvitation {
            account,
            address: inviter.parse().unwrap(),
            token: Password::new("t0ken-two"),
        };
        engine.handle.send(follow).await.unwrap();
        // The server accepts in her place, and her question in return is answered by itself: he asked first.
        engine.befriended(account, &inviter).await;
        engine.handle.shut_down().await;
    });
    let bob = format!("{}@{}", names[1], server.domain());
    alice.sees(&bob, "offline");
}
