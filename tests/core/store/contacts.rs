//! The contact list, blocked addresses and contact requests.

use oriole_core::{
    model::contact::{ContactRequest, RosterItem, Subscription},
    store::write::{Change, Write},
};

use super::support::{Fixture, JULIET, jid};

const NURSE: &str = "nurse@capulet.example";

fn item(address: &str, name: Option<&str>) -> RosterItem {
    RosterItem {
        address: jid(address),
        name: name.map(Into::into),
        groups: vec!["A".into(), "Ж".into()],
        subscription: Subscription::To,
        ask: true,
    }
}

fn put(fixture: &Fixture, item: RosterItem) -> Write {
    Write::PutContact {
        account: fixture.account,
        version: Some("v2".into()),
        item,
    }
}

#[tokio::test]
async fn the_whole_list_replaces_what_was_there() {
    let fixture = Fixture::new().await;
    let account = fixture.account;
    fixture.write(put(&fixture, item(NURSE, None))).await;
    let changes = fixture
        .write(Write::ReplaceRoster {
            account,
            version: Some("v9".into()),
            // A server may send nonsense: the last one counts.
            items: vec![item(JULIET, None), item(JULIET, Some("Juliet"))],
        })
        .await;
    assert_eq!(changes, [Change::ContactsReset(account)]);
    let (version, contacts) = fixture.store.roster(account).await.unwrap();
    assert_eq!(version.as_deref(), Some("v9"));
    assert_eq!(contacts.len(), 1);
    assert_eq!(contacts[0].item, item(JULIET, Some("Juliet")));
    assert_eq!(contacts[0].account, account);
}

#[tokio::test]
async fn a_contact_comes_changes_and_goes() {
    let fixture = Fixture::new().await;
    let account = fixture.account;
    let changed = Change::ContactChanged {
        account,
        address: jid(NURSE),
    };
    let changes = fixture.write(put(&fixture, item(NURSE, None))).await;
    assert_eq!(changes, std::slice::from_ref(&changed));
    let mut other = item(NURSE, Some("Nurse"));
    other.groups = vec!["B".into()];
    other.subscription = Subscription::Both;
    other.ask = false;
    let changes = fixture.write(put(&fixture, other.clone())).await;
    assert_eq!(changes, [changed]);
    let (version, contacts) = fixture.store.roster(account).await.unwrap();
    assert_eq!(version.as_deref(), Some("v2"));
    assert_eq!(contacts.len(), 1);
    assert_eq!(contacts[0].item, other);

    let delete = Write::DeleteContact {
        account,
        version: Some("v3".into()),
        address: jid(NURSE),
    };
    let changes = fixture.write(delete.clone()).await;
    assert_eq!(
        changes,
        [Change::ContactRemoved {
            account,
            address: jid(NURSE)
        }]
    );
    assert_eq!(fixture.write(delete).await, []);
    let (version, contacts) = fixture.store.roster(account).await.unwrap();
    assert_eq!(version.as_deref(), Some("v3"));
    assert_eq!(contacts, []);
    assert_eq!(fixture.count("contact_groups"), 0);
}

#[tokio::test]
async fn a_chat_is_told_when_the_contact_list_renames_it() {
    let fixture = Fixture::new().await;
    let account = fixture.account;
    fixture.receive("hello").await;
    let chat = fixture.chat().await;
    let renamed = Change::ChatChanged { account, chat };
    let summary = async || fixture.store.chat(chat).await.unwrap().unwrap();
    assert!(summary().await.stranger);

    let changes = fixture.write(put(&fixture, item(JULIET, Some("J")))).await;
    assert!(changes.contains(&renamed), "{changes:?}");
    assert_eq!(summary().await.name.as_deref(), Some("J"));
    assert!(!summary().await.stranger);

    let changes = fixture.write(put(&fixture, item(JULIET, Some("J")))).await;
    assert!(!changes.contains(&renamed), "{changes:?}");

    let replace = |name: &str| Write::ReplaceRoster {
        account,
        version: None,
        items: vec![item(JULIET, Some(name))],
    };
    assert!(!fixture.write(replace("J")).await.contains(&renamed));
    assert!(fixture.write(replace("Juliet")).await.contains(&renamed));

    let changes = fixture
        .write(Write::DeleteContact {
            account,
            version: None,
            address: jid(JULIET),
        })
        .await;
    assert!(changes.contains(&renamed), "{changes:?}");
    assert_eq!(summary().await.name, None);
    assert!(summary().await.stranger);
}

#[tokio::test]
async fn blocking_shows_at_the_contact() {
    let fixture = Fixture::new().await;
    let account = fixture.account;
    fixture.write(put(&fixture, item(NURSE, None))).await;
    let block = |address: &str, blocked| Write::SetBlocked {
        account,
        address: jid(address),
        blocked,
    };
    let changed = Change::ContactChanged {
        account,
        address: jid(NURSE),
    };
    assert_eq!(
        fixture.write(block(NURSE, true)).await,
        std::slice::from_ref(&changed)
    );
    assert_eq!(fixture.write(block(NURSE, true)).await, []);
    assert_eq!(fixture.write(block(JULIET, true)).await, []);
    assert!(fixture.store.roster(account).await.unwrap().1[0].blocked);
    assert_eq!(
        fixture.store.blocked(account).await.unwrap(),
        [jid(JULIET), jid(NURSE)]
    );
    assert_eq!(fixture.write(block(NURSE, false)).await, [changed]);
    assert!(!fixture.store.roster(account).await.unwrap().1[0].blocked);

    let changes = fixture
        .write(Write::ReplaceBlocked {
            account,
            addresses: vec![jid(NURSE), jid(NURSE)],
        })
        .await;
    assert_eq!(changes, [Change::ContactsReset(account)]);
    assert_eq!(fixture.store.blocked(account).await.unwrap(), [jid(NURSE)]);
    assert!(fixture.store.roster(account).await.unwrap().1[0].blocked);
}

#[tokio::test]
async fn requests_are_kept_in_order_and_told_once() {
    let fixture = Fixture::new().await;
    let account = fixture.account;
    let request = |address: &str, text: &str| ContactRequest {
        account,
        address: jid(address),
        name: None,
        text: text.into(),
    };
    let told = |address: &str, present| Change::RequestChanged {
        account,
        address: jid(address),
        present,
    };
    let put = async |request| fixture.write(Write::PutRequest(request)).await;
    assert_eq!(put(request(NURSE, "")).await, [told(NURSE, true)]);
    assert_eq!(put(request(JULIET, "hi")).await, [told(JULIET, true)]);
    assert_eq!(put(request(JULIET, "hi")).await, []);
    let named = ContactRequest {
        name: Some("Nurse".into()),
        ..request(NURSE, "hello")
    };
    assert_eq!(put(named.clone()).await, [told(NURSE, true)]);
    let all = [named, request(JULIET, "hi")];
    assert_eq!(fixture.store.requests(None).await.unwrap(), all);
    assert_eq!(fixture.store.requests(Some(account)).await.unwrap(), all);

    let delete = Write::DeleteRequest {
        account,
        address: jid(NURSE),
    };
    assert_eq!(fixture.write(delete.clone()).await, [told(NURSE, false)]);
    assert_eq!(fixture.write(delete).await, []);
    assert_eq!(fixture.store.requests(None).await.unwrap(), all[1..]);
}
