//! Accounts, what goes with them, streams, archives and settings.

use oriole_core::{
    error::ErrorKind,
    model::{
        account::{
            Accent, AccountSettings, AccountUpdate, Fingerprint, Proxy, Security, ServerAddress,
            Tag,
        },
        contact::{ContactRequest, RosterItem, Subscription},
        ids::{AccountId, ChatId},
        message::MessageState,
        presence::{OwnPresence, Show},
    },
    store::write::{Change, StreamState, Write},
};

use super::support::{Fixture, JULIET, ROMEO, add_account, jid};

fn proxy(text: &str) -> Box<Proxy> {
    Box::new(text.parse().unwrap())
}

#[tokio::test]
async fn an_account_comes_back_as_it_was_stored() {
    let fixture = Fixture::new().await;
    let settings = AccountSettings {
        address: jid("nurse@capulet.example"),
        server: Some(ServerAddress {
            host: "10.0.0.1".into(),
            port: Some(65_535),
        }),
        security: Security::DirectTls,
        pin: Some(Fingerprint([7; 32])),
        proxy: Some(proxy("socks5://m%20e@[2001:db8::1]:1080")),
    };
    fixture
        .write(Write::AddAccount {
            settings: settings.clone(),
            resource: "r".into(),
        })
        .await;
    let accounts = fixture.store.accounts().await.unwrap();
    assert_eq!(accounts.len(), 2);
    assert_eq!(accounts[0].settings, AccountSettings::new(jid(ROMEO)));
    assert_eq!(accounts[0].id, fixture.account);
    assert_eq!(accounts[1].settings, settings);
    assert_eq!(accounts[1].resource, "r");
    assert_eq!(accounts[1].sasl_memory, "");
    assert_eq!(accounts[1].presence, OwnPresence::default());
    assert!(accounts[1].enabled);
    let one = fixture.store.account(accounts[1].id).await.unwrap();
    assert_eq!(one.as_ref(), Some(&accounts[1]));
    assert_eq!(fixture.store.account(AccountId(99)).await.unwrap(), None);
}

#[tokio::test]
async fn the_same_address_twice_is_refused() {
    let fixture = Fixture::new().await;
    let error = fixture
        .store
        .write(vec![Write::AddAccount {
            settings: AccountSettings::new(jid(ROMEO)),
            resource: "r".into(),
        }])
        .await
        .unwrap_err();
    assert_eq!(error.kind, ErrorKind::BadRequest);
    assert!(error.detail.contains(ROMEO), "{error:?}");
    assert_eq!(fixture.store.accounts().await.unwrap().len(), 1);
}

#[tokio::test]
async fn an_update_changes_what_it_names_and_nothing_else() {
    let fixture = Fixture::new().await;
    let account = fixture.account;
    let update = |update| Write::UpdateAccount { account, update };
    let server = ServerAddress {
        host: "xmpp.montague.example".into(),
        port: None,
    };
    let changes = fixture
        .write(update(AccountUpdate {
            server: Some(Some(server.clone())),
            pin: Some(Some(Fingerprint([1; 32]))),
            proxy: Some(Some(proxy("http://proxy.example:3128"))),
            ..AccountUpdate::default()
        }))
        .await;
    assert_eq!(changes, [Change::AccountChanged(account)]);
    fixture
        .write(update(AccountUpdate {
            security: Some(Security::StartTls),
            enabled: Some(false),
            ..AccountUpdate::default()
        }))
        .await;
    let stored = fixture.store.account(account).await.unwrap().unwrap();
    assert_eq!(stored.settings.server, Some(server));
    assert_eq!(stored.settings.pin, Some(Fingerprint([1; 32])));
    assert_eq!(stored.settings.security, Security::StartTls);
    let proxy = stored.settings.proxy.map(|proxy| proxy.to_string());
    assert_eq!(proxy.as_deref(), Some("http://proxy.example:3128"));
    assert!(!stored.enabled);

    fixture
        .write(update(AccountUpdate {
            server: Some(None),
            pin: Some(None),
            proxy: Some(None),
            ..AccountUpdate::default()
        }))
        .await;
    let stored = fixture.store.account(account).await.unwrap().unwrap();
    assert_eq!(stored.settings.server, None);
    assert_eq!(stored.settings.pin, None);
    assert_eq!(stored.settings.proxy, None);
    assert_eq!(stored.settings.security, Security::StartTls);
}

#[tokio::test]
async fn an_account_whose_proxy_makes_no_sense_is_not_signed_in_without_one() {
    let fixture = Fixture::new().await;
    fixture
        .outside()
        .execute("UPDATE accounts SET proxy = 'socks6://proxy.example'", ())
        .unwrap();
    assert_eq!(fixture.store.accounts().await.unwrap(), []);
    let one = fixture.store.account(fixture.account).await.unwrap();
    assert_eq!(one, None);
}

#[tokio::test]
async fn resource_memory_and_presence_are_kept() {
    let fixture = Fixture::new().await;
    let account = fixture.account;
    let presence = OwnPresence {
        show: Show::Dnd,
        status: "在图书馆 📚".into(),
    };
    let changes = fixture
        .store
        .write(vec![
            Write::SetResource {
                account,
                resource: "other".into(),
            },
            Write::SetSaslMemory {
                account,
                memory: "scram".into(),
            },
            Write::SetPresence {
                account,
                presence: presence.clone(),
            },
        ])
        .await
        .unwrap();
    assert_eq!(changes, [Change::AccountChanged(account)]);
    let stored = fixture.store.account(account).await.unwrap().unwrap();
    assert_eq!(stored.resource, "other");
    assert_eq!(stored.sasl_memory, "scram");
    assert_eq!(stored.presence, presence);
}

#[tokio::test]
async fn what_is_not_there_is_not_found() {
    let fixture = Fixture::new().await;
    let account = AccountId(99);
    let mut message = fixture.incoming("lost");
    message.account = account;
    let writes = [
        Write::UpdateAccount {
            account,
            update: AccountUpdate::default(),
        },
        Write::RemoveAccount(account),
        Write::SetResource {
            account,
            resource: String::new(),
        },
        Write::SetSaslMemory {
            account,
            memory: String::new(),
        },
        Write::SetPresence {
            account,
            presence: OwnPresence::default(),
        },
        Write::Incoming(message),
        Write::EnsureChat {
            account,
            with: jid(JULIET),
        },
        Write::MarkRead(ChatId(99)),
        Write::SetDraft {
            chat: ChatId(99),
            text: "x".into(),
        },
        Write::ReplaceRoster {
            account,
            version: None,
            items: Vec::new(),
        },
        Write::SetBlocked {
            account,
            address: jid(JULIET),
            blocked: true,
        },
        Write::SetStream {
            account,
            stream: Some(stream("s", 0)),
        },
        Write::SetArchivePosition {
            account,
            archive: jid(ROMEO),
            id: "a".into(),
        },
    ];
    for write in writes {
        let error = fixture.store.write(vec![write.clone()]).await.unwrap_err();
        assert_eq!(error.kind, ErrorKind::NotFound, "{write:?}");
    }
}

#[tokio::test]
async fn everything_of_an_account_goes_with_it_and_nothing_of_others() {
    let fixture = Fixture::new().await;
    let other = add_account(&fixture.store, "nurse@capulet.example").await;
    for account in [fixture.account, other] {
        let mut message = fixture.incoming("hello");
        message.account = account;
        message.ids.archive = Some("a1".into());
        message.ids.stanza = Some("12345678".into());
        fixture
            .store
            .write(vec![
                Write::Incoming(message),
                Write::PutContact {
                    account,
                    version: Some("v1".into()),
                    item: RosterItem {
                        address: jid(JULIET),
                        name: None,
                        groups: vec!["Verona".into()],
                        subscription: Subscription::Both,
                        ask: false,
                    },
                },
                Write::SetBlocked {
                    account,
                    address: jid(JULIET),
                    blocked: true,
                },
                Write::PutRequest(ContactRequest {
                    account,
                    address: jid(JULIET),
                    name: None,
                    text: String::new(),
                }),
                Write::SetStream {
                    account,
                    stream: Some(stream("s", 1)),
                },
                Write::SetArchivePosition {
                    account,
                    archive: jid(ROMEO),
                    id: "a1".into(),
                },
            ])
            .await
            .unwrap();
    }
    let tables = [
        "accounts",
        "messages",
        "chats",
        "contacts",
        "contact_groups",
        "blocked",
        "requests",
        "streams",
        "archives",
        "archive_ids",
        "sender_ids",
    ];
    for table in tables {
        assert_eq!(fixture.count(table), 2, "{table}");
    }
    let changes = fixture.write(Write::RemoveAccount(fixture.account)).await;
    assert_eq!(changes, [Change::AccountRemoved(fixture.account)]);
    for table in tables {
        assert_eq!(fixture.count(table), 1, "{table}");
    }
    let roster = fixture.store.roster(other).await.unwrap();
    assert_eq!(roster.0.as_deref(), Some("v1"));

    let again = add_account(&fixture.store, ROMEO).await;
    assert!(again > other, "ids are never used again");
}

#[tokio::test]
async fn removing_an_account_looks_everything_up_by_index() {
    let fixture = Fixture::new().await;
    let outside = fixture.outside();
    let children: Vec<(String, String)> = outside
        .prepare(
            "SELECT tables.name, \"from\" FROM sqlite_schema AS tables
             JOIN pragma_foreign_key_list(tables.name) WHERE tables.type = 'table' AND seq = 0",
        )
        .unwrap()
        .query_map((), |row| Ok((row.get(0)?, row.get(1)?)))
        .unwrap()
        .collect::<Result<_, _>>()
        .unwrap();
    assert!(children.len() >= 10, "{children:?}");
    for (table, column) in children {
        let plan: String = outside
            .query_row(
                &format!("EXPLAIN QUERY PLAN SELECT 1 FROM {table} WHERE {column} = 1"),
                (),
                |row| row.get(3),
            )
            .unwrap();
        assert!(plan.starts_with("SEARCH"), "{table}.{column}: {plan}");
    }
}

fn stream(id: &str, handled: u32) -> StreamState {
    StreamState {
        id: id.into(),
        handled,
        own: Some("romeo@montague.example/garden".parse().unwrap()),
        location: Some("[::1]:5222".parse().unwrap()),
        features: vec!["urn:xmpp:mam:2".into(), "urn:xmpp:sid:0".into()],
    }
}

#[tokio::test]
async fn a_stream_is_counted_only_where_there_is_one_and_without_gaps() {
    let fixture = Fixture::new().await;
    let account = fixture.account;
    let handled = |before, handled| Write::SetHandled {
        account,
        before,
        handled,
    };
    let set = |stream| Write::SetStream { account, stream };
    fixture.write(handled(0, 5)).await;
    assert_eq!(fixture.store.stream(account).await.unwrap(), None);

    fixture.write(set(Some(stream("sm-1", u32::MAX)))).await;
    fixture.write(handled(u32::MAX, 3)).await;
    let stored = fixture.store.stream(account).await.unwrap().unwrap();
    assert_eq!(stored, stream("sm-1", 3));
    // Four is missing, so what comes with five is not stored either.
    let writes = vec![Write::Incoming(fixture.incoming("five")), handled(4, 5)];
    let error = fixture.store.write(writes).await.unwrap_err();
    assert_eq!(error.kind, ErrorKind::Storage);
    assert_eq!(fixture.count("messages"), 0);
    fixture
        .write(Write::SetStreamFeatures {
            account,
            features: Vec::new(),
        })
        .await;
    let stored = fixture.store.stream(account).await.unwrap().unwrap();
    assert_eq!((stored.handled, stored.features.len()), (3, 0));

    fixture.write(set(None)).await;
    assert_eq!(fixture.store.stream(account).await.unwrap(), None);
}

#[tokio::test]
async fn what_was_given_to_a_stream_is_known_until_its_fate_is() {
    let fixture = Fixture::new().await;
    let (account, store) = (fixture.account, &fixture.store);
    let give = |messages| Write::GiveToStream { account, messages };
    let given = async || store.given_to_stream(account).await.unwrap();
    let mut ids = Vec::new();
    for body in ["one", "two", "three"] {
        ids.push(fixture.send(body, body).await);
    }
    fixture.write(give(vec![(ids[0], 1)])).await;
    assert_eq!(given().await, [], "there is no stream");
    let set = |stream| Write::SetStream { account, stream };
    fixture.write(set(Some(stream("sm-1", 0)))).await;
    fixture
        .write(give(vec![(ids[0], u32::MAX), (ids[1], 0)]))
        .await;
    assert_eq!(given().await, [(ids[0], u32::MAX), (ids[1], 0)]);
    fixture
        .write(Write::SetMessageState {
            message: ids[0],
            state: MessageState::Sent,
            error: None,
        })
        .await;
    assert_eq!(given().await, [(ids[1], 0)]);
    fixture.write(give(vec![(ids[2], 1)])).await;
    assert_eq!(given().await, [(ids[1], 0), (ids[2], 1)]);
    assert_eq!(fixture.count("stream_messages"), 2, "the first is not kept");
    // One that came back and is tried again will be another stanza.
    for (state, error) in [
        (MessageState::Failed, Some(ErrorKind::RemoteError.into())),
        (MessageState::Queued, None),
    ] {
        fixture
            .write(Write::SetMessageState {
                message: ids[1],
                state,
                error,
            })
            .await;
    }
    assert_eq!(given().await, [(ids[2], 1)]);
    fixture.write(set(Some(stream("sm-2", 0)))).await;
    assert_eq!(given().await, [], "another stream");
    fixture.write(give(vec![(ids[2], 7)])).await;
    fixture.write(set(None)).await;
    assert_eq!(fixture.count("stream_messages"), 0);
}

#[tokio::test]
async fn archives_and_settings_keep_their_newest_value() {
    let fixture = Fixture::new().await;
    let account = fixture.account;
    let store = &fixture.store;
    for id in ["a1", "a2"] {
        fixture
            .write(Write::SetArchivePosition {
                account,
                archive: jid(ROMEO),
                id: id.into(),
            })
            .await;
        fixture
            .write(Write::SetSetting {
                key: "theme".into(),
                value: Some(id.into()),
            })
            .await;
    }
    let position = store.archive_position(account, &jid(ROMEO)).await.unwrap();
    assert_eq!(position.as_deref(), Some("a2"));
    let none = store.archive_position(account, &jid(JULIET)).await.unwrap();
    assert_eq!(none, None);
    let setting = store.setting("theme").await.unwrap();
    assert_eq!(setting.as_deref(), Some("a2"));
    fixture
        .write(Write::SetSetting {
            key: "theme".into(),
            value: None,
        })
        .await;
    assert_eq!(store.setting("theme").await.unwrap(), None);
}

#[tokio::test]
async fn accounts_are_told_apart_and_stand_in_the_order_of_the_person() {
    let fixture = Fixture::new().await;
    let (first, store) = (fixture.account, &fixture.store);
    let second = add_account(store, "nurse@capulet.example").await;
    let aside = add_account(store, "paris@verona.example").await;
    let third = add_account(store, JULIET).await;
    let with = jid(JULIET);
    let account = aside;
    fixture.write(Write::EnsureChat { account, with }).await;
    fixture.write(Write::SetAside(aside)).await;
    let tag = Tag {
        label: "工作 🌙".into(),
        accent: Some(Accent::Violet),
    };
    let update = AccountUpdate {
        tag: Some(tag.clone()),
        ..AccountUpdate::default()
    };
    let account = second;
    fixture
        .write(Write::UpdateAccount { account, update })
        .await;
    let order = || async {
        let accounts = store.accounts().await.unwrap();
        accounts.iter().map(|a| a.id).collect::<Vec<_>>()
    };
    let step = |account, up| fixture.write(Write::MoveAccount { account, up });
    assert_eq!(step(third, true).await, [Change::AccountChanged(third)]);
    assert_eq!(order().await, [first, third, second]);
    step(first, false).await;
    assert_eq!(order().await, [third, first, second]);
    // There is nothing above the first nor below the last.
    assert_eq!(step(third, true).await, []);
    assert_eq!(step(second, false).await, []);
    assert_eq!(order().await, [third, first, second]);
    let accounts = store.accounts().await.unwrap();
    assert_eq!(
        (&accounts[1].tag, &accounts[2].tag),
        (&Tag::default(), &tag)
    );
    let gone = store
        .write(vec![Write::MoveAccount {
            account: aside,
            up: true,
        }])
        .await;
    assert_eq!(gone.unwrap_err().kind, ErrorKind::NotFound);
}
