//! Through the messages of a conversation with the keyboard alone: from one to the next, what can be done with each, and
//! back to the field.

use std::time::Duration;

use iced::{
    Element, Point, Rectangle, Size, Task,
    advanced::{
        mouse,
        widget::{
            Id, Operation,
            operation::{self, Focusable},
        },
    },
    keyboard::{Key, Modifiers, key::Named},
};
use oriole_core::{
    engine::{command::Command, event::TimelineChange},
    error::{Error, ErrorKind},
    model::{
        ids::MessageId,
        message::{Message as ChatMessage, MessageState},
    },
};
use oriole_ui::{
    action::Action,
    app,
    chat::{
        composer,
        pieces::{CHARS, LINES},
        rows,
    },
    i18n::Language,
    message::Message,
    style::{self, tokens::BUBBLE_WIDTH},
    world::{Answer, Question},
};

use crate::{
    screen::{NARROW, WIDE},
    support::{
        CHAT, Window, commands,
        harness::{App, Harness, Paint, pressed, wheel},
        message, summary, timeline,
    },
};

const NONE: Modifiers = Modifiers::empty();

/// The whole window, with what it asked for.
struct Whole {
    window: Window,
    asked: Vec<Action>,
}

impl App for Whole {
    type Message = Message;

    fn update(&mut self, message: Message) -> Task<Message> {
        let actions = self.window.tell(message);
        let tasks: Vec<Task<Message>> = actions
            .iter()
            .map(|action| match action {
                Action::Focus(id) => iced::widget::operation::focus(*id),
                Action::Copy(text) => iced::clipboard::write(text.clone()),
                _ => Task::none(),
            })
            .collect();
        self.asked.extend(actions);
        Task::batch(tasks)
    }

    fn view(&self) -> Element<'_, Message> {
        self.window.ui.view()
    }
}

/// Where the keyboard is.
#[derive(Debug, Default)]
struct Focused {
    found: Vec<(Option<Id>, Rectangle)>,
}

impl Operation for Focused {
    fn traverse(&mut self, operate: &mut dyn FnMut(&mut dyn Operation)) {
        operate(self);
    }

    fn focusable(&mut self, id: Option<&Id>, bounds: Rectangle, state: &mut dyn Focusable) {
        if state.is_focused() {
            self.found.push((id.cloned(), bounds));
        }
    }
}

struct Walk {
    harness: Harness<Whole>,
}

impl Walk {
    fn of(messages: Vec<ChatMessage>, size: Size) -> Self {
        let chat = summary(CHAT, "mei@example.org", None, 0);
        let mut window = Window::online(Language::English, vec![chat]);
        window.tell(Message::Resized(size));
        window.open(CHAT, messages, false);
        let whole = Whole {
            window,
            asked: Vec::new(),
        };
        let mut harness = Harness::new(whole, size);
        harness.operate(&mut operation::focusable::focus::<()>(Id::new(
            composer::FIELD,
        )));
        let mut walk = Self { harness };
        walk.rest();
        walk
    }

    /// Lets time pass until the list has told what is seen. The cursor of the field blinks for ever.
    fn rest(&mut self) {
        for _ in 0..4 {
            self.harness.wait(Duration::from_millis(100));
        }
    }

    /// From the field into the messages.
    fn entered(messages: Vec<ChatMessage>) -> Self {
        let mut walk = Self::of(messages, WIDE);
        walk.press(Named::F6, Modifiers::SHIFT);
        assert_eq!(walk.focused(), Some(Id::new(rows::LIST)));
        walk
    }

    /// Presses a key as the shell does: the widgets hear it first, then the window.
    fn press(&mut self, key: Named, modifiers: Modifiers) {
        let text = (key == Named::Space).then_some(" ");
        let event = pressed(Key::Named(key), text, modifiers);
        self.harness.events(vec![event.clone()]);
        let iced::Event::Keyboard(iced::keyboard::Event::KeyPressed {
            key, physical_key, ..
        }) = event
        else {
            unreachable!()
        };
        if let Some(shortcut) = app::shortcut(&key, physical_key, modifiers) {
            self.harness.tell(Message::Shortcut(shortcut));
        }
    }

    fn key(&mut self, key: Named) {
        self.press(key, NONE);
    }

    fn keys(&mut self, key: Named, times: usize) {
        for _ in 0..times {
            self.key(key);
        }
    }

    /// The name of what has the focus, which is one thing at most.
    fn focused(&mut self) -> Option<Id> {
        let mut focused = Focused::default();
        self.harness.operate(&mut focused);
        assert!(focused.found.len() < 2, "{focused:?}");
        focused.found.pop().and_then(|(id, _)| id)
    }

    /// Where what has the focus is.
    fn place(&mut self) -> Rectangle {
        let mut focused = Focused::default();
        self.harness.operate(&mut focused);
        assert_eq!(focused.found.len(), 1, "{focused:?}");
        focused.found[0].1
    }

    fn copied(&mut self) -> Option<String> {
        self.harness.clipboard.standard = None;
        self.harness.chord(Modifiers::COMMAND, "c");
        self.harness.clipboard.standard.take()
    }

    fn text(&mut self, content: &str) -> Option<Rectangle> {
        self.harness.find(content).map(|text| text.bounds)
    }

    fn is_seen(&mut self, content: &str) -> bool {
        let size = WIDE;
        self.text(content)
            .is_some_and(|bounds| bounds.y > 56.0 && bounds.y + bounds.height < size.height - 58.0)
    }

    /// What was asked for since the last time.
    fn asked(&mut self) -> Vec<Action> {
        std::mem::take(&mut self.harness.app.asked)
    }

    fn answer(&mut self, ids: std::ops::Range<i64>) {
        let generation = self
            .harness
            .app
            .window
            .ui
            .main()
            .conversation()
            .unwrap()
            .generation();
        let came: Vec<MessageId> = ids.clone().map(MessageId).collect();
        let event = timeline(TimelineChange::Inserted(came.clone()));
        self.harness.tell(Message::Engine(vec![event]));
        let question = Question::Messages {
            chat: CHAT,
            generation,
            ids: came,
        };
        let messages = ids.map(|id| message(id, false, &body(id))).collect();
        let answer = Answer::Messages(messages);
        self.harness.tell(Message::Answered(question, Ok(answer)));
    }
}

fn body(id: i64) -> String {
    format!("message {id}")
}

fn many(ids: std::ops::Range<i64>) -> Vec<ChatMessage> {
    ids.map(|id| message(id, false, &body(id))).collect()
}

fn failed(id: i64) -> ChatMessage {
    ChatMessage {
        state: MessageState::Failed,
        error: Some(Error::from(ErrorKind::RemoteError)),
        ..message(id, true, "did not get there")
    }
}

#[test]
fn arrows_go_from_message_to_message_which_stays_in_sight() {
    let mut walk = Walk::entered(many(1..80));
    assert_eq!(walk.copied(), Some(body(79)));
    let before = walk.harness.messages;
    for id in (20..79).rev() {
        walk.key(Named::ArrowUp);
        assert_eq!(walk.copied(), Some(body(id)));
        assert!(walk.is_seen(&body(id)), "{id}");
    }
    assert_eq!(walk.harness.messages, before, "no message for a key");
    walk.keys(Named::ArrowDown, 3);
    assert_eq!(walk.copied(), Some(body(23)));
    walk.key(Named::Home);
    assert_eq!(walk.copied(), Some(body(1)));
    assert!(walk.is_seen(&body(1)));
    walk.key(Named::ArrowUp);
    assert_eq!(walk.copied(), Some(body(1)));
    walk.key(Named::PageDown);
    let paged = walk.copied().unwrap();
    assert!(walk.is_seen(&paged) && paged != body(1) && !walk.is_seen(&body(1)));
    walk.key(Named::PageUp);
    assert_eq!(walk.copied(), Some(body(1)));
    walk.key(Named::End);
    assert_eq!(walk.copied(), Some(body(79)));
    assert!(walk.is_seen(&body(79)));
    walk.key(Named::PageUp);
    let paged = walk.copied().unwrap();
    assert!(walk.is_seen(&paged) && !walk.is_seen(&body(79)), "{paged}");
    assert_eq!(walk.focused(), Some(Id::new(rows::LIST)));
}

#[test]
fn keys_pressed_at_once_lead_as_far_as_one_by_one() {
    let mut walk = Walk::of(many(1..80), WIDE);
    let mut events = vec![pressed(Key::Named(Named::F6), None, Modifiers::SHIFT)];
    events.extend((0..5).map(|_| pressed(Key::Named(Named::ArrowUp), None, NONE)));
    walk.harness.events(events);
    assert_eq!(walk.copied(), Some(body(74)));
}

#[test]
fn what_arrives_does_not_move_the_keyboard() {
    let mut walk = Walk::entered(many(50..80));
    walk.keys(Named::ArrowUp, 8);
    assert_eq!(walk.copied(), Some(body(71)));
    walk.answer(80..95);
    assert_eq!(walk.copied(), Some(body(71)));
    walk.key(Named::ArrowDown);
    assert_eq!(walk.copied(), Some(body(72)));
    assert!(walk.is_seen(&body(72)));
    // The one that has it goes: the one before it takes it.
    let gone = timeline(TimelineChange::Removed(vec![MessageId(72)]));
    walk.harness.tell(Message::Engine(vec![gone]));
    assert_eq!(walk.copied(), Some(body(71)));
    let gone = (50..95).map(MessageId).collect();
    let gone = timeline(TimelineChange::Removed(gone));
    walk.harness.tell(Message::Engine(vec![gone]));
    assert_eq!(walk.copied(), None);
    walk.key(Named::ArrowUp);
    walk.key(Named::Escape);
    assert_eq!(walk.focused(), Some(Id::new(composer::FIELD)));
}

#[test]
fn the_menu_is_opened_walked_and_closed_by_keys() {
    for (key, modifiers) in [
        (Named::Enter, NONE),
        (Named::ContextMenu, NONE),
        (Named::F10, Modifiers::SHIFT),
    ] {
        let mut walk = Walk::entered(many(1..80));
        walk.keys(Named::ArrowUp, 2);
        assert!(walk.text("Copy message").is_none());
        walk.press(key, modifiers);
        let line = walk.text("Copy message").expect("the menu");
        let body_at = walk.text(&body(77)).unwrap();
        assert!((line.y - body_at.y).abs() < 120.0, "{line:?} {body_at:?}");
        // Escape closes it and the message has the keyboard again.
        walk.key(Named::Escape);
        assert!(walk.text("Copy message").is_none());
        assert_eq!(walk.copied(), Some(body(77)));
        walk.press(key, modifiers);
        walk.key(Named::Enter);
        assert!(walk.text("Copy message").is_none());
        assert_eq!(walk.harness.clipboard.standard, Some(body(77)));
        assert_eq!(walk.focused(), Some(Id::new(rows::LIST)));
    }
}

#[test]
fn the_menu_of_the_right_button_is_walked_too_and_fits_into_the_window() {
    let mut walk = Walk::of(many(1..80), WIDE);
    let place = walk.text(&body(79)).unwrap().center();
    walk.harness.point(place);
    walk.harness.press(mouse::Button::Right);
    let line = walk.text("Copy message").expect("the menu");
    assert!(line.y + line.height < WIDE.height, "{line:?}");
    walk.key(Named::ArrowDown);
    let focused = walk.place();
    assert!(focused.contains(line.center()));
    walk.key(Named::Space);
    assert_eq!(walk.harness.clipboard.standard, Some(body(79)));
    // A click beside it closes it.
    walk.harness.press(mouse::Button::Right);
    walk.harness.click(Point::new(700.0, 100.0));
    assert!(walk.text("Copy message").is_none());
}

#[test]
fn links_are_in_the_menu_and_reached_by_tab() {
    let links = "see https://example.org/a and https://example.org/b";
    let mut messages = many(1..30);
    messages.push(message(30, false, links));
    messages.push(message(31, false, "after"));
    let mut walk = Walk::entered(messages);
    walk.key(Named::ArrowUp);
    walk.key(Named::Enter);
    for link in ["https://example.org/a", "https://example.org/b"] {
        assert!(walk.text(&format!("Open {link}")).is_some());
    }
    walk.key(Named::ArrowDown);
    walk.key(Named::Enter);
    let open = |link: &str| Action::OpenLink(link.to_owned());
    assert!(walk.asked().contains(&open("https://example.org/b")));
    // The same by Tab: first into the message, link by link, then out of it.
    walk.key(Named::Tab);
    let first = walk.place();
    walk.key(Named::Enter);
    assert!(walk.asked().contains(&open("https://example.org/a")));
    walk.key(Named::Tab);
    let second = walk.place();
    assert!(second.x > first.x && (second.y - first.y).abs() < 1.0);
    walk.key(Named::Space);
    assert!(walk.asked().contains(&open("https://example.org/b")));
    assert_eq!(walk.copied().as_deref(), Some(links));
    walk.key(Named::Tab);
    assert_eq!(walk.focused(), Some(Id::new(composer::FIELD)));
    // Back the same way; an arrow leads on from the message that the link is in.
    walk.press(Named::Tab, Modifiers::SHIFT);
    assert_eq!(walk.place(), second);
    walk.key(Named::ArrowDown);
    assert_eq!(walk.focused(), Some(Id::new(rows::LIST)));
    assert_eq!(walk.copied().as_deref(), Some("after"));
}

#[test]
fn a_link_that_may_deceive_is_asked_about_and_the_safe_answer_comes_first() {
    let sly = "https://bank.example@evil.example/";
    let mut walk = Walk::entered(vec![message(1, false, sly)]);
    walk.key(Named::Enter);
    walk.key(Named::Enter);
    let cancel = walk.text("Cancel").expect("the question").center();
    assert!(walk.place().contains(cancel));
    walk.key(Named::Enter);
    assert!(walk.text("Cancel").is_none());
    let opened = |actions: Vec<Action>| {
        let mut actions = actions.into_iter();
        actions.any(|action| matches!(action, Action::OpenLink(_)))
    };
    assert!(!opened(walk.asked()));
    assert_eq!(walk.focused(), Some(Id::new(rows::LIST)));
    walk.key(Named::Tab);
    walk.key(Named::Enter);
    walk.press(Named::Tab, Modifiers::SHIFT);
    walk.key(Named::Enter);
    assert!(opened(walk.asked()));
}

#[test]
fn a_failed_message_is_tried_again_by_keys() {
    for by_menu in [true, false] {
        let mut walk = Walk::entered(vec![message(1, false, "hello"), failed(2)]);
        if by_menu {
            walk.key(Named::Enter);
            walk.key(Named::End);
            // Over what takes it back, and what deletes it.
            walk.key(Named::ArrowUp);
            walk.key(Named::ArrowUp);
        } else {
            walk.key(Named::Tab);
        }
        walk.key(Named::Enter);
        let sent = commands(&walk.asked());
        assert_eq!(sent, [Command::RetryMessage(MessageId(2))]);
        assert!(walk.text("Try again").is_none());
        // What was pressed is gone; the message itself has the keyboard.
        assert_eq!(walk.focused(), Some(Id::new(rows::LIST)));
        assert_eq!(walk.copied().as_deref(), Some("did not get there"));
    }
}

#[test]
fn a_long_message_is_unfolded_read_and_folded_by_keys() {
    let long: Vec<String> = (0..200)
        .map(|line| format!("line {line} {}", "x".repeat(line / 3)))
        .collect();
    let long = long.join("\n");
    let mut messages = many(1..10);
    messages.push(message(10, false, &long));
    messages.extend(many(11..14));
    let mut walk = Walk::entered(messages);
    walk.keys(Named::ArrowUp, 3);
    assert_eq!(walk.copied(), Some(long.clone()));
    walk.key(Named::Tab);
    walk.key(Named::Space);
    assert_eq!(walk.focused(), Some(Id::new(rows::LIST)));
    // In pieces, of which each has the keyboard in turn, and none is more than a frame has time for.
    let mut pieces = 0;
    while walk.copied() == Some(long.clone()) {
        walk.key(Named::ArrowDown);
        for text in walk.harness.texts() {
            assert!(text.content.len() < CHARS + LINES, "{}", text.content);
            let of_it = text.content.starts_with("line ");
            assert!(!of_it || text.bounds.width < BUBBLE_WIDTH);
        }
        pieces += 1;
        assert!(pieces < 100);
    }
    assert!((17..=30).contains(&pieces), "{pieces}");
    assert_eq!(walk.copied(), Some(body(11)));
    walk.key(Named::ArrowUp);
    walk.key(Named::Tab);
    walk.key(Named::Enter);
    assert!(walk.text("Show less").is_none());
    assert_eq!(walk.focused(), Some(Id::new(rows::LIST)));
    assert_eq!(walk.copied(), Some(long));
    assert!(walk.text("Show all").is_some());
    walk.key(Named::ArrowDown);
    assert_eq!(walk.copied(), Some(body(11)));
}

#[test]
fn an_unfolded_message_is_copied_as_it_was() {
    let paragraph = "some words of it ".repeat(150);
    let long = format!("{paragraph}\n\n{}", "end\n".repeat(30).trim_end());
    let mut walk = Walk::entered(vec![message(1, false, &long)]);
    walk.key(Named::Tab);
    walk.key(Named::Enter);
    walk.harness.chord(Modifiers::COMMAND, "a");
    assert_eq!(walk.copied(), Some(long));
}

#[test]
fn the_way_to_the_newest_is_pressed_by_keys() {
    let mut walk = Walk::entered(many(1..80));
    walk.key(Named::Home);
    walk.rest();
    assert!(walk.text("To the newest messages").is_some());
    walk.key(Named::Tab);
    walk.key(Named::Enter);
    walk.rest();
    assert!(walk.text("To the newest messages").is_none());
    assert!(walk.is_seen(&body(79)));
    assert_eq!(walk.focused(), Some(Id::new(composer::FIELD)));
}

#[test]
fn escape_goes_back_to_the_field_first_where_it_is_narrow() {
    let mut walk = Walk::of(many(1..80), NARROW);
    walk.press(Named::F6, Modifiers::SHIFT);
    walk.key(Named::ArrowUp);
    walk.key(Named::Escape);
    assert_eq!(walk.focused(), Some(Id::new(composer::FIELD)));
    walk.key(Named::Escape);
    assert!(walk.harness.app.window.ui.main().conversation().is_none());
}

#[test]
fn what_was_scrolled_away_comes_back_with_the_next_key() {
    let mut walk = Walk::entered(many(1..80));
    walk.harness.point(Point::new(700.0, 300.0));
    for _ in 0..20 {
        walk.harness.events(vec![wheel(3.0)]);
    }
    assert!(!walk.is_seen(&body(79)));
    walk.key(Named::ArrowUp);
    assert_eq!(walk.copied(), Some(body(78)));
    assert!(walk.is_seen(&body(78)));
    // A focus that comes anew takes what is seen.
    walk.key(Named::Escape);
    walk.key(Named::Home);
    for _ in 0..20 {
        walk.harness.events(vec![wheel(3.0)]);
    }
    walk.press(Named::F6, Modifiers::SHIFT);
    let taken = walk.copied().unwrap();
    assert!(taken != body(78) && walk.is_seen(&taken), "{taken}");
}

#[test]
fn the_ring_is_around_the_message_and_is_painted_as_it_moves() {
    let mut walk = Walk::of(many(1..80), WIDE);
    walk.harness.paint = Paint::AndCompare;
    walk.press(Named::F6, Modifiers::SHIFT);
    for _ in 0..25 {
        walk.key(Named::ArrowUp);
    }
    walk.key(Named::Escape);
    assert_eq!(walk.harness.stale, 0);
    let focus = style::tokens::LIGHT.focus.into_rgba8();
    let mut screen = crate::screen::Screen::new(
        {
            let last = message(9, false, "x");
            let chat = summary(CHAT, "mei@example.org", Some(&last), 0);
            let mut window = Window::online(Language::English, vec![chat]);
            window.open(CHAT, many(1..80), false);
            window
        },
        WIDE,
    );
    let ringed = |screen: &mut crate::screen::Screen| -> Vec<usize> {
        let (width, _, pixels) = screen.picture();
        let row = 4 * width as usize;
        let lines = pixels.chunks_exact(row).enumerate();
        lines
            .filter(|(_, line)| {
                let part = line[4 * 400..4 * 1000].chunks_exact(4);
                part.filter(|pixel| *pixel == focus).count() > 550
            })
            .map(|(y, _)| y)
            .collect()
    };
    assert_eq!(ringed(&mut screen), [0_usize; 0]);
    let focus_list = operation::focusable::focus::<()>;
    screen.operate(&mut focus_list(Id::new(rows::LIST)));
    let ring = ringed(&mut screen);
    assert_eq!(ring.len(), 4, "two lines above, two below: {ring:?}");
    screen.key(Named::ArrowUp, NONE);
    let above = ringed(&mut screen);
    assert_eq!(above.len(), 4);
    assert!(above[0] < ring[0]);
}

#[test]
fn a_link_that_was_scrolled_away_gives_the_keyboard_back() {
    let mut messages = many(1..80);
    messages.push(message(80, false, "see https://example.org/a"));
    let mut walk = Walk::entered(messages);
    walk.key(Named::Tab);
    assert_eq!(walk.focused(), None, "a link has no name");
    walk.place();
    walk.harness.point(Point::new(700.0, 300.0));
    for _ in 0..20 {
        walk.harness.events(vec![wheel(3.0)]);
    }
    assert_eq!(walk.focused(), Some(Id::new(rows::LIST)));
    walk.key(Named::Escape);
    assert_eq!(walk.focused(), Some(Id::new(composer::FIELD)));
    for _ in 0..20 {
        walk.harness.events(vec![wheel(-3.0)]);
    }
    assert!(walk.is_seen("see https://example.org/a"));
    assert_eq!(walk.focused(), Some(Id::new(composer::FIELD)));
}

#[test]
fn a_link_at_the_edge_is_scrolled_into_sight() {
    let mut messages = many(1..40);
    messages.push(message(
        40,
        false,
        &format!("{}https://example.org/a", "line\n".repeat(20)),
    ));
    messages.extend(many(41..80));
    let mut walk = Walk::entered(messages);
    walk.keys(Named::ArrowUp, 39);
    walk.harness.point(Point::new(700.0, 300.0));
    walk.harness.events(vec![wheel(3.0), wheel(2.0)]);
    // The beginning of the message is seen, the link at its end is not.
    walk.key(Named::Tab);
    walk.rest();
    let place = walk.place();
    assert!(
        place.y > 56.0 && place.y + place.height < 722.0,
        "{place:?}"
    );
}
