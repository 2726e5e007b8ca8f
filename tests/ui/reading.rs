//! Reading a conversation: the line before what is new, links, the place kept per chat, the way to the end.

use oriole_core::{
    engine::event::TimelineChange,
    model::{
        chat::{Anchor, Page},
        ids::{ChatId, MessageId, Place},
        message::Message as ChatMessage,
    },
};
use oriole_ui::{
    action::Action,
    chat::{
        conversation::{Conversation, Message as Deed},
        timeline::{Part, RowKey},
    },
    i18n::Language,
    sidebar,
    widget::{
        rich_body::Link,
        virtual_list::{Edge, Position, Visible},
    },
    world::{Answer, Question},
};

use crate::support::{CHAT, Window, asked_history, message, summary, timeline};

const OTHER: ChatId = ChatId(11);

fn range(ids: std::ops::Range<i64>) -> Vec<ChatMessage> {
    ids.map(|id| message(id, false, &id.to_string())).collect()
}

fn window(unread: u32) -> Window {
    let chat = |id, with| summary(id, with, Some(&message(9, false, "hi")), 0);
    let mut first = chat(CHAT, "mei@example.org");
    first.unread = unread;
    Window::online(
        Language::English,
        vec![first, chat(OTHER, "tom@example.org")],
    )
}

fn open(window: &Window) -> &Conversation {
    window.ui.main().conversation().unwrap()
}

fn row(place: i64, part: Part) -> RowKey {
    RowKey {
        place: Place(place),
        part,
    }
}

fn seen(position: Position<RowKey>, at_end: bool) -> Deed {
    Deed::Seen(Visible {
        first: row(100, Part::Bubble),
        last: row(120, Part::Bubble),
        at_end,
        position,
        jumped: 0,
    })
}

#[test]
fn a_line_stands_before_the_first_message_that_is_new() {
    let mut window = window(3);
    let mut messages = range(1..10);
    messages.push(message(10, true, "mine"));
    window.open(CHAT, messages, false);
    let unread: Vec<RowKey> = open(&window)
        .timeline()
        .rows()
        .iter()
        .copied()
        .filter(|row| row.part == Part::Unread)
        .collect();
    assert_eq!(unread, [row(7, Part::Unread)], "own messages do not count");
    let Some(Position::At { key, .. }) = open(&window).position() else {
        panic!("not at the line");
    };
    assert_eq!(key, row(7, Part::Unread));
}

#[test]
fn where_one_was_is_where_one_comes_back() {
    let mut window = window(0);
    window.open(CHAT, range(100..150), true);
    let position = Position::At {
        key: row(120, Part::Bubble),
        offset: -4.0,
    };
    window.conversation(seen(position, false));
    window.sidebar(sidebar::Message::Open(OTHER));
    let actions = window.sidebar(sidebar::Message::Open(CHAT));
    assert_eq!(open(&window).position(), Some(position));
    let Some(Question::History { anchor, .. }) = asked_history(&actions) else {
        panic!("nothing asked");
    };
    assert_eq!(anchor, Anchor::After(Place(119)));
}

#[test]
fn later_pages_follow_until_the_end() {
    let mut window = window(0);
    window.open(CHAT, range(100..150), true);
    let position = Position::At {
        key: row(120, Part::Bubble),
        offset: 0.0,
    };
    window.conversation(seen(position, false));
    window.sidebar(sidebar::Message::Open(OTHER));
    let question = asked_history(&window.sidebar(sidebar::Message::Open(CHAT))).unwrap();
    let page = |messages, more| Answer::History(Page { messages, more });
    window.answer(question, page(range(120..170), true));
    assert!(open(&window).timeline().later());
    let question = asked_history(&window.conversation(Deed::Edge(Edge::End))).unwrap();
    window.answer(question, page(range(170..180), false));
    assert!(!open(&window).timeline().later());
    assert_eq!(open(&window).timeline().newest(), Some(Place(179)));
    assert_eq!(
        asked_history(&window.conversation(Deed::Edge(Edge::End))),
        None
    );
}

#[test]
fn what_comes_below_is_counted_until_it_is_seen() {
    let mut window = window(0);
    window.open(CHAT, range(100..150), true);
    let position = Position::At {
        key: row(110, Part::Bubble),
        offset: 0.0,
    };
    window.conversation(seen(position, false));
    window.events([timeline(TimelineChange::Inserted(vec![MessageId(150)]))]);
    assert_eq!(open(&window).fresh(), 1);
    window.conversation(seen(Position::End, true));
    assert_eq!(open(&window).fresh(), 0);
    assert!(open(&window).at_end());
}

#[test]
fn a_link_that_could_deceive_asks_first() {
    let mut window = window(0);
    let honest = "https://example.org/a";
    let sly = "https://bank.example@evil.example/";
    let messages = vec![message(1, false, honest), message(2, false, sly)];
    window.open(CHAT, messages, false);
    let opened = |actions: Vec<Action>| -> Vec<String> {
        let link = |action| match action {
            Action::OpenLink(link) => Some(link),
            _ => None,
        };
        actions.into_iter().filter_map(link).collect()
    };
    assert_eq!(
        opened(window.conversation(Deed::Link(Link::from(honest)))),
        [honest]
    );
    assert_eq!(
        opened(window.conversation(Deed::Link(Link::from(sly)))),
        [""; 0]
    );
    assert_eq!(open(&window).doubtful().unwrap().host, "evil.example");
    window.conversation(Deed::CloseDoubtful);
    assert_eq!(opened(window.conversation(Deed::OpenDoubtful)), [""; 0]);
    window.conversation(Deed::Link(Link::from(sly)));
    assert_eq!(opened(window.conversation(Deed::OpenDoubtful)), [sly]);
}
