//! Accounts that are removed: with their history kept for when they come back, or with everything erased from the file.

use oriole_core::{
    error::ErrorKind,
    model::{
        account::AccountSettings,
        chat::Anchor,
        contact::{ContactRequest, RosterItem, Subscription},
        message::MessageState,
    },
    store::{
        FILE_NAME,
        write::{Change, StreamState, Write},
    },
};

use super::support::{Fixture, JULIET, ROMEO, add_account, at, jid};

/// With a contact, a history, a draft, a stream, a part of an archive that is not read, and a message that waits.
async fn lived_in() -> Fixture {
    let fixture = Fixture::new().await;
    let account = fixture.account;
    let mut message = fixture.incoming("the lark, the herald of the morn");
    message.ids.archive = Some("archived-7".into());
    fixture.write(Write::Incoming(message)).await;
    fixture.send("night's candles are burnt out", "s1").await;
    let chat = fixture.chat().await;
    let draft = |text: &str| Write::SetDraft {
        chat,
        text: text.into(),
    };
    fixture
        .write(draft("more light and light, more dark"))
        .await;
    fixture.write(draft("stay")).await;
    let item = RosterItem {
        address: jid(JULIET),
        name: Some("the Sun".into()),
        groups: vec!["Verona".into()],
        subscription: Subscription::Both,
        ask: false,
    };
    let version = Some("v1".into());
    for write in [
        Write::SetBlocked {
            account,
            address: jid("tybalt@capulet.example"),
            blocked: true,
        },
        Write::PutRequest(ContactRequest {
            account,
            address: jid("paris@verona.example"),
            name: None,
            text: String::new(),
        }),
        Write::PutContact {
            account,
            version,
            item,
        },
        Write::SetStream {
            account,
            stream: Some(StreamState {
                id: "stream-of-romeo".into(),
                handled: 3,
                own: None,
                location: None,
                features: Vec::new(),
            }),
        },
        Write::OpenArchive {
            account,
            since: at(0),
        },
    ] {
        fixture.write(write).await;
    }
    fixture
}

fn adding(address: &str) -> Write {
    Write::AddAccount {
        settings: AccountSettings::new(jid(address)),
        resource: "another".into(),
    }
}

#[tokio::test]
async fn a_history_that_is_kept_is_unseen_until_the_address_is_added_again() {
    let fixture = lived_in().await;
    let account = fixture.account;
    let other = add_account(&fixture.store, "nurse@capulet.example").await;
    let (before, chat) = (fixture.history().await, fixture.chat().await);
    let ids: Vec<_> = before.iter().map(|message| message.id).collect();
    let changes = fixture.write(Write::SetAside(account)).await;
    assert_eq!(changes, [Change::AccountRemoved(account)]);

    let store = &fixture.store;
    let accounts = store.accounts().await.unwrap();
    assert_eq!(accounts.iter().map(|a| a.id).collect::<Vec<_>>(), [other]);
    assert_eq!(store.account(account).await.unwrap(), None);
    assert_eq!(store.chats(None).await.unwrap(), []);
    assert_eq!(store.chat(chat).await.unwrap(), None);
    assert_eq!(store.messages(&ids).await.unwrap(), []);
    let page = store.page(chat, Anchor::Newest, 9).await.unwrap();
    assert_eq!(page.messages, []);
    for gone in [
        "contacts",
        "contact_groups",
        "streams",
        "blocked",
        "requests",
    ] {
        assert_eq!(fixture.count(gone), 0, "{gone}");
    }
    for kept in ["chats", "archive_gaps", "archive_ids", "sender_ids"] {
        assert!(fixture.count(kept) > 0, "{kept}");
    }
    let twice = store.write(vec![Write::SetAside(account)]).await;
    assert_eq!(twice.unwrap_err().kind, ErrorKind::NotFound);

    let changes = fixture.write(adding(ROMEO)).await;
    let there = Change::ChatChanged { account, chat };
    assert_eq!(changes, [Change::AccountAdded(account), there]);
    let accounts = store.accounts().await.unwrap();
    let order: Vec<_> = accounts.iter().map(|a| a.id).collect();
    assert_eq!(order, [other, account], "a new account is the last");
    assert_eq!(accounts[1].resource, "another");
    assert!(accounts[1].enabled);
    assert_eq!(store.roster(account).await.unwrap(), (None, Vec::new()));
    let after = fixture.history().await;
    let bodies = |messages: &[oriole_core::model::message::Message]| {
        let bodies = messages.iter().map(|message| message.body.clone());
        bodies.collect::<Vec<_>>()
    };
    assert_eq!(bodies(&after), bodies(&before));
    // Nothing is sent by surprise.
    assert_eq!(after[1].state, MessageState::Failed);
    assert!(after[1].error.is_some());
    assert_eq!(store.queued(account, None, 9).await.unwrap(), []);
    assert_eq!(store.chats(None).await.unwrap()[0].draft, "stay");
    // What the archive has of it is recognised.
    let mut copy = fixture.incoming("the lark, the herald of the morn");
    copy.ids.archive = Some("archived-7".into());
    assert_eq!(fixture.write(Write::Incoming(copy)).await, []);

    let twice = store.write(vec![adding(ROMEO)]).await;
    assert_eq!(twice.unwrap_err().kind, ErrorKind::BadRequest);
}

#[tokio::test]
async fn what_is_erased_is_not_in_the_file_any_more() {
    let fixture = lived_in().await;
    let secrets = [
        ROMEO,
        JULIET,
        "the herald of the morn",
        "candles are burnt out",
        "more light and light",
        "the Sun",
        "Verona",
        "stream-of-romeo",
        "archived-7",
    ];
    let other = add_account(&fixture.store, "nurse@capulet.example").await;
    let traces = || {
        let mut bytes = Vec::new();
        for name in [FILE_NAME.to_owned(), format!("{FILE_NAME}-wal")] {
            bytes.extend(std::fs::read(fixture.folder.path().join(name)).unwrap_or_default());
        }
        let there = |text: &&str| bytes.windows(text.len()).any(|w| w == text.as_bytes());
        secrets.into_iter().filter(there).collect::<Vec<_>>()
    };
    assert_eq!(traces(), secrets, "all of it was there");
    fixture.write(Write::RemoveAccount(fixture.account)).await;
    fixture.store.purge().await.unwrap();
    assert_eq!(traces(), [""; 0]);
    assert_eq!(fixture.count("archive_gaps"), 0);
    let accounts = fixture.store.accounts().await.unwrap();
    assert_eq!(accounts.iter().map(|a| a.id).collect::<Vec<_>>(), [other]);
    fixture.store.close().await;
    assert_eq!(
        fixture.store.purge().await.unwrap_err().kind,
        ErrorKind::Storage
    );
}

#[tokio::test]
async fn erasing_waits_for_its_turn_among_writes() {
    let fixture = lived_in().await;
    let chat = fixture.chat().await;
    let write = |text: &str| {
        let text = text.to_owned();
        fixture.store.write(vec![Write::SetDraft { chat, text }])
    };
    let two = async { write("two").await };
    let (one, purged, two) = tokio::join!(write("one"), fixture.store.purge(), two);
    assert!(one.is_ok() && two.is_ok(), "{one:?} {two:?}");
    purged.unwrap();
    assert_eq!(fixture.store.chats(None).await.unwrap()[0].draft, "two");
}

#[tokio::test]
async fn an_account_without_a_history_leaves_nothing() {
    let fixture = Fixture::new().await;
    let changes = fixture.write(Write::SetAside(fixture.account)).await;
    assert_eq!(changes, [Change::AccountRemoved(fixture.account)]);
    assert_eq!(fixture.count("accounts"), 0);
    let again = add_account(&fixture.store, ROMEO).await;
    assert!(again > fixture.account);
}

#[tokio::test]
async fn a_history_that_was_kept_can_be_erased_without_its_account() {
    let fixture = lived_in().await;
    let other = add_account(&fixture.store, "nurse@capulet.example").await;
    let store = &fixture.store;
    let erase = |address: &str| store.write(vec![Write::EraseHistory(jid(address))]);
    // An account that is used is not one.
    let used = erase(ROMEO).await.unwrap_err();
    assert_eq!(used.kind, ErrorKind::NotFound);
    assert!(store.kept_histories().await.unwrap().is_empty());
    fixture.write(Write::SetAside(fixture.account)).await;
    assert_eq!(store.kept_histories().await.unwrap(), [jid(ROMEO)]);
    assert_eq!(erase(ROMEO).await.unwrap(), []);
    assert!(store.kept_histories().await.unwrap().is_empty());
    for gone in ["chats", "messages", "archive_ids", "archive_gaps"] {
        assert_eq!(fixture.count(gone), 0, "{gone}");
    }
    let accounts = store.accounts().await.unwrap();
    assert_eq!(accounts.iter().map(|a| a.id).collect::<Vec<_>>(), [other]);
}
