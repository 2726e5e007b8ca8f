//! The open conversation: sending, receiving, paging, drafts, reading.

use oriole_core::{
    engine::{
        command::{Command, Done},
        event::{Event, TimelineChange},
    },
    error::{Error, ErrorKind},
    model::{
        chat::{Anchor, Page},
        ids::{ChatId, MessageId, Place},
        message::{Message as ChatMessage, MessageState},
    },
};
use oriole_ui::{
    action::{Action, Timer},
    chat::{
        conversation::Message as Deed,
        menu::Choice,
        timeline::{Part, RowKey},
    },
    i18n::Language,
    message::{Message, Shortcut},
    sidebar,
    widget::virtual_list::{Context, Edge, Position, Visible},
    world::{Answer, Question},
};

use crate::support::{
    CHAT, ME, Window, asked_history, commands, jid, message, purpose, questions, summary, timeline,
};

const OTHER: ChatId = ChatId(11);

fn window() -> Window {
    Window::online(
        Language::English,
        vec![
            summary(CHAT, "mei@example.org", Some(&message(9, false, "hi")), 0),
            summary(OTHER, "tom@example.org", Some(&message(5, false, "yo")), 0),
        ],
    )
}

fn opened(messages: Vec<ChatMessage>, more: bool) -> Window {
    let mut window = window();
    window.open(CHAT, messages, more);
    window
}

fn range(ids: std::ops::Range<i64>) -> Vec<ChatMessage> {
    ids.map(|id| message(id, false, &id.to_string())).collect()
}

fn ask(ids: &[i64]) -> Question {
    Question::Messages {
        chat: CHAT,
        generation: 1,
        ids: ids.iter().copied().map(MessageId).collect(),
    }
}

fn first_id(window: &Window) -> i64 {
    let open = window.ui.main().conversation().unwrap();
    open.timeline().oldest().unwrap().0
}

#[test]
fn sending_clears_the_field_and_the_message_comes_by_its_event() {
    let mut window = opened(range(1..3), false);
    window.type_text("hello\nyou\n");
    let actions = window.conversation(Deed::Send);
    let expected = Command::SendMessage {
        account: ME,
        to: jid("mei@example.org"),
        body: "hello\nyou".into(),
    };
    assert_eq!(commands(&actions), [expected]);
    assert_eq!(commands(&window.conversation(Deed::Send)), []);
    window.tell(Message::Done(
        purpose(&actions),
        Ok(Done::Message(CHAT, MessageId(3))),
    ));
    let actions = window.events([timeline(TimelineChange::Inserted(vec![MessageId(3)]))]);
    assert_eq!(questions(&actions), [Question::Chat(CHAT), ask(&[3])]);
    // It got further before the answer came: the answer may be older, so it is asked again.
    window.events([timeline(TimelineChange::State {
        message: MessageId(3),
        state: MessageState::Sent,
        error: None,
    })]);
    let mut own = message(3, true, "hello\nyou");
    let actions = window.answer(ask(&[3]), Answer::Messages(vec![own.clone()]));
    assert_eq!(questions(&actions), [ask(&[3])]);
    own.state = MessageState::Sent;
    window.answer(ask(&[3]), Answer::Messages(vec![own]));
    assert_eq!(window.bodies(), ["1", "2", "hello\nyou"]);
    let open = window.ui.main().conversation().unwrap();
    let last = open.timeline().bubbles().last().unwrap();
    assert_eq!(last.state, MessageState::Sent);
}

#[test]
fn a_message_that_cannot_be_stored_is_put_back() {
    let mut window = opened(Vec::new(), false);
    window.type_text("too much");
    let actions = window.conversation(Deed::Send);
    let refused = Error::from(ErrorKind::TooLarge);
    window.tell(Message::Done(purpose(&actions), Err(refused)));
    let open = window.ui.main().conversation().unwrap();
    assert_eq!(open.composer().text(), "too much");
    assert_eq!(window.ui.main().notices().len(), 1);
}

#[test]
fn a_failed_message_is_tried_again() {
    let mut window = opened(vec![message(1, true, "hello")], false);
    let failure = Error::new(ErrorKind::RemoteError, "service-unavailable");
    window.events([timeline(TimelineChange::State {
        message: MessageId(1),
        state: MessageState::Failed,
        error: Some(failure.clone()),
    })]);
    let bubble = |window: &Window| {
        let open = window.ui.main().conversation().unwrap();
        open.timeline().bubbles()[0].clone()
    };
    assert_eq!(bubble(&window).error, Some(failure));
    let actions = window.conversation(Deed::Retry(MessageId(1)));
    assert_eq!(commands(&actions), [Command::RetryMessage(MessageId(1))]);
    assert_eq!(bubble(&window).state, MessageState::Queued);
    let again = Error::from(ErrorKind::Storage);
    window.tell(Message::Done(purpose(&actions), Err(again.clone())));
    assert_eq!(bubble(&window).state, MessageState::Failed);
    assert_eq!(bubble(&window).error, Some(again));
}

#[test]
fn an_incoming_message_reaches_the_list_and_the_open_conversation_and_counts_as_read() {
    let mut window = opened(range(1..3), false);
    let actions = window.events([timeline(TimelineChange::Inserted(vec![MessageId(7)]))]);
    assert_eq!(questions(&actions), [Question::Chat(CHAT), ask(&[7])]);
    let new = message(7, false, "news");
    window.answer(ask(&[7]), Answer::Messages(vec![new.clone()]));
    let line = summary(CHAT, "mei@example.org", Some(&new), 1);
    let actions = window.answer(Question::Chat(CHAT), Answer::Chat(Some(line)));
    assert_eq!(commands(&actions), [Command::MarkRead(CHAT)]);
    assert_eq!(window.bodies(), ["1", "2", "news"]);
    assert_eq!(window.ui.world().chat(CHAT).unwrap().unread, 0);
}

#[test]
fn nothing_is_read_while_the_window_is_not_looked_at() {
    let mut window = opened(range(1..3), false);
    window.tell(Message::Focused(false));
    window.events([Event::ChatChanged {
        account: ME,
        chat: CHAT,
    }]);
    let line = summary(CHAT, "mei@example.org", Some(&message(3, false, "x")), 2);
    let actions = window.answer(Question::Chat(CHAT), Answer::Chat(Some(line)));
    assert_eq!(commands(&actions), []);
    assert_eq!(window.ui.world().chat(CHAT).unwrap().unread, 2);
    let actions = window.tell(Message::Focused(true));
    assert_eq!(commands(&actions), [Command::MarkRead(CHAT)]);
}

#[test]
fn opening_an_unread_chat_reads_it_once_it_is_shown() {
    let line = summary(CHAT, "mei@example.org", Some(&message(3, false, "x")), 4);
    let mut window = Window::online(Language::English, vec![line]);
    let actions = window.sidebar(sidebar::Message::Open(CHAT));
    assert_eq!(commands(&actions), []);
    let page = Page {
        messages: range(1..4),
        more: false,
    };
    let actions = window.answer(asked_history(&actions).unwrap(), Answer::History(page));
    assert_eq!(commands(&actions), [Command::MarkRead(CHAT)]);
}

#[test]
fn earlier_pages_come_on_demand_and_one_at_a_time() {
    let mut window = opened(range(100..150), true);
    let actions = window.conversation(Deed::Edge(Edge::Start));
    let question = asked_history(&actions).unwrap();
    assert_eq!(
        question,
        Question::History {
            chat: CHAT,
            generation: 1,
            anchor: Anchor::Before(Place(100)),
            limit: 50
        }
    );
    assert_eq!(window.conversation(Deed::Edge(Edge::Start)), []);
    let page = Page {
        messages: range(50..100),
        more: false,
    };
    window.answer(question, Answer::History(page));
    assert_eq!(window.bodies().len(), 100);
    assert_eq!(first_id(&window), 50);
    assert_eq!(window.conversation(Deed::Edge(Edge::Start)), []);
}

#[test]
fn a_page_that_fails_can_be_asked_for_again() {
    let mut window = opened(range(100..150), true);
    let question = asked_history(&window.conversation(Deed::Edge(Edge::Start))).unwrap();
    window.tell(Message::Answered(
        question.clone(),
        Err(ErrorKind::Storage.into()),
    ));
    assert_eq!(
        asked_history(&window.conversation(Deed::Edge(Edge::Start))),
        Some(question)
    );
}

#[test]
fn the_window_of_messages_is_bounded_at_both_ends() {
    let mut window = opened(range(1000..1050), true);
    for page in 0..8 {
        let from = 950 - page * 50;
        let question = asked_history(&window.conversation(Deed::Edge(Edge::Start))).unwrap();
        let page = Page {
            messages: range(from..from + 50),
            more: true,
        };
        window.answer(question, Answer::History(page));
    }
    assert_eq!(window.bodies().len(), 300);
    assert_eq!(first_id(&window), 600);
    let open = window.ui.main().conversation().unwrap();
    assert!(open.timeline().later());
    // What comes now belongs below the end of what is there.
    let actions = window.events([timeline(TimelineChange::Inserted(vec![MessageId(1050)]))]);
    assert_eq!(questions(&actions), [Question::Chat(CHAT)]);
    let question = asked_history(&window.conversation(Deed::Newest)).unwrap();
    let page = Page {
        messages: range(1001..1051),
        more: true,
    };
    window.answer(question, Answer::History(page));
    assert_eq!(first_id(&window), 1001);
    for id in 1051..1400 {
        window.events([timeline(TimelineChange::Inserted(vec![MessageId(id)]))]);
        let new = message(id, false, "x");
        window.answer(ask(&[id]), Answer::Messages(vec![new]));
    }
    assert_eq!(window.bodies().len(), 300);
    assert_eq!(first_id(&window), 1100);
}

#[test]
fn stale_answers_are_ignored() {
    let mut window = window();
    let first = asked_history(&window.sidebar(sidebar::Message::Open(CHAT))).unwrap();
    window.sidebar(sidebar::Message::Open(OTHER));
    let second = asked_history(&window.sidebar(sidebar::Message::Open(CHAT))).unwrap();
    assert_ne!(first, second);
    let page = |messages| {
        Answer::History(Page {
            messages,
            more: false,
        })
    };
    window.answer(second, page(range(1..4)));
    window.answer(first.clone(), page(range(1..2)));
    assert_eq!(window.bodies(), ["1", "2", "3"]);
    // Nor do stale errors make a noise.
    window.tell(Message::Answered(first, Err(ErrorKind::Storage.into())));
    assert!(window.ui.main().notices().is_empty());
}

#[test]
fn a_message_that_comes_while_the_first_page_is_read_is_not_lost() {
    let mut window = window();
    let page = asked_history(&window.sidebar(sidebar::Message::Open(CHAT))).unwrap();
    window.events([timeline(TimelineChange::Inserted(vec![MessageId(9)]))]);
    window.answer(ask(&[9]), Answer::Messages(range(9..10)));
    let old = Page {
        messages: range(1..9),
        more: false,
    };
    let actions = window.answer(page.clone(), Answer::History(old));
    assert_eq!(questions(&actions), std::slice::from_ref(&page));
    let new = Page {
        messages: range(1..10),
        more: false,
    };
    assert_eq!(window.answer(page, Answer::History(new)), []);
    assert_eq!(window.bodies().len(), 9);
}

#[test]
fn changes_removals_and_resets_are_followed() {
    let mut window = opened(range(1..6), false);
    let actions = window.events([timeline(TimelineChange::Changed(vec![
        MessageId(2),
        MessageId(77),
    ]))]);
    // One that is not there may have been moved here.
    let both = ask(&[2, 77]);
    assert!(questions(&actions).contains(&both));
    let moved = |id, place, body| ChatMessage {
        place: Place(place),
        ..message(id, false, body)
    };
    let answer = vec![moved(77, 6, "from afar"), moved(2, 7, "two")];
    window.answer(both, Answer::Messages(answer));
    window.events([timeline(TimelineChange::Removed(vec![MessageId(4)]))]);
    assert_eq!(window.bodies(), ["1", "3", "5", "from afar", "two"]);
    let actions = window.events([timeline(TimelineChange::Reset)]);
    let question = asked_history(&actions).unwrap();
    let page = Page {
        messages: range(20..22),
        more: false,
    };
    window.answer(question, Answer::History(page));
    assert_eq!(window.bodies(), ["20", "21"]);
}

fn bubble(id: i64) -> RowKey {
    RowKey {
        place: Place(id),
        part: Part::Bubble,
    }
}

/// Opens the menu of a message; gives whether it offers this.
fn offers(window: &mut Window, id: i64, choice: Choice) -> bool {
    window.conversation(Deed::Context(Context {
        key: bubble(id),
        point: iced::Point::ORIGIN,
        link: None,
        selection: None,
    }));
    let open = window.ui.main().conversation().unwrap();
    open.menu().unwrap().choices().any(|c| c == choice)
}

/// Chooses something in the menu of a message.
fn choose(window: &mut Window, id: i64, choice: Choice) -> Vec<Action> {
    assert!(offers(window, id, choice));
    window.conversation(Deed::Menu(choice))
}

fn in_state(id: i64, state: MessageState, body: &str) -> ChatMessage {
    ChatMessage {
        state,
        ..message(id, true, body)
    }
}

fn cancel(id: i64) -> Command {
    Command::CancelMessage {
        account: ME,
        with: jid("mei@example.org"),
        message: MessageId(id),
    }
}

#[test]
fn only_what_waits_or_failed_can_be_taken_back() {
    let states = [
        (MessageState::Queued, true),
        (MessageState::Sent, false),
        (MessageState::Delivered, false),
        (MessageState::Displayed, false),
        (MessageState::Failed, true),
    ];
    let mut messages: Vec<ChatMessage> = states
        .iter()
        .zip(1..)
        .map(|((state, _), id)| in_state(id, *state, "x"))
        .collect();
    messages.push(message(6, false, "theirs"));
    let mut window = opened(messages, false);
    for ((_, can), id) in states.into_iter().zip(1..) {
        for choice in [Choice::Edit, Choice::Remove] {
            assert_eq!(offers(&mut window, id, choice), can, "{id} {choice:?}");
        }
    }
    assert!(!offers(&mut window, 6, Choice::Remove));
    assert_eq!(
        commands(&choose(&mut window, 5, Choice::Remove)),
        [cancel(5)]
    );
    window.events([timeline(TimelineChange::Removed(vec![MessageId(5)]))]);
    let open = window.ui.main().conversation().unwrap();
    assert_eq!(open.composer().text(), "");
    assert_eq!(window.bodies().len(), 5);
    // What is being written is not mixed with it.
    window.type_text("something else");
    assert!(!offers(&mut window, 1, Choice::Edit));
    assert!(offers(&mut window, 1, Choice::Remove));
}

#[test]
fn a_waiting_message_is_taken_back_into_the_field_once_it_is_gone() {
    let body = "  line\n\twith <signs>, and more\n".repeat(60);
    let mut window = opened(vec![in_state(1, MessageState::Queued, &body)], false);
    let text = |window: &Window| {
        let open = window.ui.main().conversation().unwrap();
        open.composer().text()
    };
    assert_eq!(commands(&choose(&mut window, 1, Choice::Edit)), [cancel(1)]);
    assert_eq!(text(&window), "", "it may still go out");
    // Of another message.
    window.events([timeline(TimelineChange::Removed(vec![MessageId(7)]))]);
    assert_eq!(text(&window), "");
    window.events([timeline(TimelineChange::Removed(vec![MessageId(1)]))]);
    assert_eq!(text(&window), body.trim_end());
    assert!(window.bodies().is_empty());
    assert_eq!(window.ui.main().notices().len(), 0);
}

#[test]
fn a_message_that_went_out_meanwhile_stays_and_the_field_empty() {
    let mut window = opened(vec![in_state(1, MessageState::Queued, "hello")], false);
    let actions = choose(&mut window, 1, Choice::Edit);
    let refused = Error::from(ErrorKind::AlreadySent);
    window.tell(Message::Done(purpose(&actions), Err(refused)));
    window.events([timeline(TimelineChange::State {
        message: MessageId(1),
        state: MessageState::Sent,
        error: None,
    })]);
    let open = window.ui.main().conversation().unwrap();
    assert_eq!(open.composer().text(), "");
    assert_eq!(window.bodies(), ["hello"]);
    assert_eq!(window.ui.main().notices().len(), 1);
    // Nor does its text come when it is deleted in another way, later.
    window.events([timeline(TimelineChange::Removed(vec![MessageId(1)]))]);
    let open = window.ui.main().conversation().unwrap();
    assert_eq!(open.composer().text(), "");
}

#[test]
fn a_message_that_is_being_taken_back_is_not_lost_by_leaving_the_chat() {
    let mut window = opened(vec![in_state(1, MessageState::Failed, "hello")], false);
    choose(&mut window, 1, Choice::Edit);
    let actions = window.sidebar(sidebar::Message::Open(OTHER));
    let draft = Command::SetDraft {
        chat: CHAT,
        text: "hello".into(),
    };
    assert_eq!(commands(&actions), [draft]);
}

#[test]
fn what_comes_above_is_not_counted_as_new_below() {
    let mut window = opened(range(10..12), false);
    // Away from the end.
    let key = bubble(10);
    window.conversation(Deed::Seen(Visible {
        first: key,
        last: key,
        at_end: false,
        position: Position::At { key, offset: 0.0 },
        jumped: 0,
    }));
    let fresh = |window: &Window| window.ui.main().conversation().unwrap().fresh();
    let ids = |ids: &[i64]| {
        timeline(TimelineChange::Inserted(
            ids.iter().copied().map(MessageId).collect(),
        ))
    };
    window.events([ids(&[3, 4, 5])]);
    assert_eq!(fresh(&window), 0);
    window.events([ids(&[6, 12])]);
    window.events([ids(&[13])]);
    assert_eq!(fresh(&window), 2);
}

#[test]
fn a_flood_is_read_as_a_page() {
    let mut window = opened(range(1..6), false);
    let ids = (6..5000).map(MessageId).collect();
    let actions = window.events([timeline(TimelineChange::Inserted(ids))]);
    assert!(asked_history(&actions).is_some());
    assert_eq!(questions(&actions).len(), 2);
}

#[test]
fn drafts_are_kept_while_typing_on_leaving_and_given_back() {
    let mut window = opened(Vec::new(), false);
    let later = |actions: &Vec<Action>| {
        let timers = actions.iter().filter(|a| matches!(a, Action::Later(..)));
        timers.count()
    };
    assert_eq!(later(&window.type_text("Hel")), 1);
    assert_eq!(later(&window.type_text("lo")), 0);
    let draft = |chat, text: &str| Command::SetDraft {
        chat,
        text: text.into(),
    };
    let actions = window.tell(Message::Timer(Timer::Draft(CHAT)));
    assert_eq!(commands(&actions), [draft(CHAT, "Hello")]);
    assert_eq!(later(&window.type_text(" there")), 1);
    let actions = window.sidebar(sidebar::Message::Open(OTHER));
    assert_eq!(commands(&actions), [draft(CHAT, "Hello there")]);
    // The timer of the chat that was left has nothing to do with this one.
    window.type_text("x");
    assert_eq!(window.tell(Message::Timer(Timer::Draft(CHAT))), []);
    let actions = window.sidebar(sidebar::Message::Open(CHAT));
    assert_eq!(commands(&actions), [draft(OTHER, "x")]);
    let open = window.ui.main().conversation().unwrap();
    assert_eq!(open.composer().text(), "Hello there");
    let sent = commands(&window.conversation(Deed::Send));
    assert_eq!(sent[1], draft(CHAT, ""));
}

#[test]
fn the_keyboard_walks_through_the_chats() {
    let mut window = window();
    let open = |window: &Window| window.ui.main().conversation().map(|open| open.chat());
    window.tell(Message::Shortcut(Shortcut::NextChat));
    assert_eq!(open(&window), Some(CHAT));
    window.tell(Message::Shortcut(Shortcut::NextChat));
    assert_eq!(open(&window), Some(OTHER));
    window.tell(Message::Shortcut(Shortcut::NextChat));
    assert_eq!(open(&window), Some(OTHER));
    window.tell(Message::Shortcut(Shortcut::PreviousChat));
    assert_eq!(open(&window), Some(CHAT));
}

#[test]
fn long_messages_are_folded_and_bounded() {
    let body = "line\n".repeat(100_000);
    let mut window = opened(vec![message(1, false, &body)], false);
    let lines = |window: &Window| window.bodies()[0].lines().count();
    assert_eq!(lines(&window), 24);
    window.conversation(Deed::Unfold(MessageId(1)));
    assert_eq!(lines(&window), 400);
    window.conversation(Deed::Unfold(MessageId(1)));
    assert_eq!(lines(&window), 24);
}
