//! The list of chats: order, unread counts, previews, drafts.

use oriole_core::{
    model::{ids::ChatId, message::MessageState},
    store::write::{Change, Write},
};

use super::support::{Fixture, JULIET, add_account, jid};

#[tokio::test]
async fn the_newest_message_comes_first_and_empty_chats_last() {
    let fixture = Fixture::new().await;
    let ensure = |with: &str| Write::EnsureChat {
        account: fixture.account,
        with: jid(with),
    };
    for with in ["a@x.example", "b@x.example", "c@x.example", "d@x.example"] {
        let changes = fixture.write(ensure(with)).await;
        assert!(matches!(changes[..], [Change::ChatChanged { .. }]));
        assert_eq!(fixture.write(ensure(with)).await, []);
    }
    for with in ["a@x.example", "b@x.example", "a@x.example"] {
        let mut message = fixture.incoming("hi");
        message.with = jid(with);
        message.from = jid(with);
        fixture.write(Write::Incoming(message)).await;
    }
    let other = add_account(&fixture.store, "nurse@capulet.example").await;
    fixture
        .write(Write::EnsureChat {
            account: other,
            with: jid(JULIET),
        })
        .await;

    let order = async |account| -> Vec<String> {
        let chats = fixture.store.chats(account).await.unwrap();
        chats.iter().map(|chat| chat.with.to_string()).collect()
    };
    let own = ["a@x.example", "b@x.example", "d@x.example", "c@x.example"];
    assert_eq!(order(Some(fixture.account)).await, own);
    assert_eq!(order(None).await.len(), 5);
    assert_eq!(order(None).await[2], JULIET);
    assert_eq!(fixture.store.chat(ChatId(99)).await.unwrap(), None);
}

#[tokio::test]
async fn unread_counts_others_messages_until_they_are_read() {
    let fixture = Fixture::new().await;
    fixture.receive("one").await;
    fixture.receive("two").await;
    let message = fixture.send("mine", "own-00001").await;
    fixture
        .write(Write::SetMessageState {
            message,
            state: MessageState::Delivered,
            error: None,
        })
        .await;
    let mut elsewhere = fixture.incoming("mine too");
    elsewhere.outgoing = true;
    fixture.write(Write::Incoming(elsewhere)).await;
    let chat = fixture.chat().await;
    let summary = async || fixture.store.chat(chat).await.unwrap().unwrap();
    assert_eq!(summary().await.unread, 2);
    let states = async || -> Vec<MessageState> {
        let history = fixture.history().await;
        history.iter().map(|message| message.state).collect()
    };
    let own = [MessageState::Delivered, MessageState::Sent];
    assert_eq!(states().await[..2], [MessageState::Delivered; 2]);
    assert_eq!(states().await[2..], own);

    let told = [Change::ChatChanged {
        account: fixture.account,
        chat,
    }];
    assert_eq!(fixture.write(Write::MarkRead(chat)).await, told);
    assert_eq!(summary().await.unread, 0);
    assert_eq!(states().await[..2], [MessageState::Displayed; 2]);
    assert_eq!(states().await[2..], own);
    assert_eq!(fixture.write(Write::MarkRead(chat)).await, []);

    let last = fixture.receive("three").await;
    assert_eq!(summary().await.unread, 1);
    assert_eq!(fixture.message(last).await.state, MessageState::Delivered);
    let preview = summary().await.last.unwrap();
    assert_eq!(preview.state, MessageState::Delivered);
}

#[tokio::test]
async fn the_preview_is_the_start_of_the_first_line() {
    let fixture = Fixture::new().await;
    let long = "鸟".repeat(300);
    let cases = [
        ("one\ntwo".to_owned(), "one".to_owned()),
        ("\n  \n two \nthree".to_owned(), "two ".to_owned()),
        (long, "鸟".repeat(200)),
        ("nul\0inside".to_owned(), "nul\0inside".to_owned()),
        (String::new(), String::new()),
    ];
    for (body, expected) in cases {
        let id = fixture.receive(&body).await;
        let chat = fixture.chat().await;
        let summary = fixture.store.chat(chat).await.unwrap().unwrap();
        let preview = summary.last.unwrap();
        assert_eq!(preview.text, expected);
        assert_eq!(preview.message, id);
        assert!(!preview.outgoing);
        assert_eq!(preview.time.timestamp_millis(), 1_000);
    }
}

#[tokio::test]
async fn the_preview_follows_the_state_of_the_message() {
    let fixture = Fixture::new().await;
    let message = fixture.send("hello", "own-00001").await;
    let chat = fixture.chat().await;
    let changes = fixture
        .write(Write::SetMessageState {
            message,
            state: MessageState::Sent,
            error: None,
        })
        .await;
    assert!(changes.contains(&Change::ChatChanged {
        account: fixture.account,
        chat
    }));
    let preview = fixture.store.chat(chat).await.unwrap().unwrap().last;
    let preview = preview.unwrap();
    assert_eq!(preview.state, MessageState::Sent);
    assert!(preview.outgoing);
}

#[tokio::test]
async fn a_draft_is_kept_and_told_when_it_changes() {
    let fixture = Fixture::new().await;
    fixture.receive("hello").await;
    let chat = fixture.chat().await;
    let draft = |text: &str| Write::SetDraft {
        chat,
        text: text.into(),
    };
    assert_eq!(fixture.write(draft("你好 wor")).await.len(), 1);
    assert_eq!(fixture.write(draft("你好 wor")).await, []);
    let stored = fixture.store.chat(chat).await.unwrap().unwrap();
    assert_eq!(stored.draft, "你好 wor");
    assert_eq!(fixture.write(draft("")).await.len(), 1);
    let stored = fixture.store.chat(chat).await.unwrap().unwrap();
    assert_eq!(stored.draft, "");
}
