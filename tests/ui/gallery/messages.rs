//! What can happen to messages: menus, questions, emoji, failing, waiting, selecting, and writing from right to left.

use iced::{Point, keyboard::Modifiers, mouse::Button};
use oriole_core::{
    engine::event::TimelineChange,
    model::{
        chat::{ChatSummary, Page},
        ids::MessageId,
        message::{Message as ChatMessage, MessageState},
    },
};
use oriole_ui::{
    chat::{composer::FIELD, conversation::Message as Deed},
    i18n::Language,
    message::Message,
    preferences::Appearance,
    widget::rich_body::Link,
    world::{Answer, Question, Setting},
};

use super::{
    compare,
    data::{LANGUAGES, in_trouble, look, saying, talking, with_chats, words},
};
use crate::{
    screen::{NARROW, Screen, WIDE},
    support::{CHAT, Window, asked_history, message, timeline},
};

#[test]
fn failed_and_waiting() {
    for (language, suffix) in LANGUAGES {
        let mut screen = Screen::new(in_trouble(language), WIDE);
        compare(&mut screen, &format!("14-failed-and-waiting{suffix}"));
        if suffix.is_empty() {
            look(&mut screen, Appearance::Dark);
            compare(&mut screen, "14-failed-and-waiting-dark");
            look(&mut screen, Appearance::HighContrast);
            compare(&mut screen, "14-failed-and-waiting-high-contrast");
        }
    }
    let mut screen = Screen::new(in_trouble(Language::English), NARROW);
    compare(&mut screen, "14-failed-and-waiting-narrow");
}

#[test]
fn every_stage_of_delivery() {
    let states = [
        MessageState::Queued,
        MessageState::Sent,
        MessageState::Delivered,
        MessageState::Displayed,
        MessageState::Failed,
    ];
    let texts = ["Waiting", "Sent", "Delivered", "Read", "Failed"];
    let messages = states
        .iter()
        .zip(texts)
        .zip(1..)
        .map(|((state, text), minute)| ChatMessage {
            state: *state,
            ..message(minute, true, text)
        });
    let mut screen = Screen::new(saying(Language::English, messages.collect()), WIDE);
    compare(&mut screen, "14-delivery");
}

#[test]
fn the_menu_of_a_message() {
    for (language, suffix) in LANGUAGES {
        let mut screen = Screen::new(in_trouble(language), WIDE);
        screen.hover(if suffix.is_empty() {
            "Are you there?"
        } else {
            "你在吗？"
        });
        screen.press(Button::Right);
        screen.release(Button::Right);
        compare(&mut screen, &format!("14-message-menu{suffix}"));
    }
}

#[test]
fn a_doubtful_link() {
    for (language, suffix) in LANGUAGES {
        let sly = "https://bank.example@evil.example/";
        let messages = vec![
            message(1, false, "https://example.org/"),
            message(2, false, sly),
        ];
        let mut window = saying(language, messages);
        window.conversation(Deed::Link(Link::from(sly)));
        compare(
            &mut Screen::new(window, WIDE),
            &format!("14-doubtful-link{suffix}"),
        );
    }
}

#[test]
fn emoji() {
    for (language, suffix) in LANGUAGES {
        let mut window = talking(language);
        let kept = Setting::EmojiRecent.key();
        let used = "🥾 ⛰️ 😀 😍 👍 🎉 😂 🙏 ❤️ 🔥 🐦 🌿".to_owned();
        window.answer(Question::Setting(kept), Answer::Setting(Some(used)));
        let mut screen = Screen::new(window, WIDE);
        write(&mut screen);
        screen.chord("e", Modifiers::COMMAND);
        compare(&mut screen, &format!("14-emoji-picker{suffix}"));
        screen.type_text(if suffix.is_empty() { "bird" } else { "鸟" });
        compare(&mut screen, &format!("14-emoji-search{suffix}"));
        if suffix.is_empty() {
            look(&mut screen, Appearance::Dark);
            compare(&mut screen, "14-emoji-search-dark");
        }
    }
}

#[test]
fn a_message_being_written() {
    let mut window = talking(Language::English);
    window.type_text("On their way. It was a long walk 🥾 and it was worth it :hear");
    let mut screen = Screen::new(window, WIDE);
    write(&mut screen);
    compare(&mut screen, "14-writing");
}

/// Puts the cursor into the field to write.
fn write(screen: &mut Screen) {
    let focus = iced_test::core::widget::operation::focusable::focus::<()>;
    screen.operate(&mut focus(iced::widget::Id::new(FIELD)));
}

/// A hundred messages of both, the first of them the oldest.
fn many(language: Language) -> Vec<ChatMessage> {
    (0..100)
        .map(|place| {
            let body = match language {
                Language::English => format!("Message number {place} of the walk"),
                Language::Chinese => format!("爬山的第 {place} 条消息"),
            };
            let mut said = message(place - 100, place % 3 == 0, &body);
            if said.outgoing {
                said.state = MessageState::Delivered;
            }
            said
        })
        .collect()
}

#[test]
fn new_ones_below_and_new_ones_above() {
    for (language, suffix) in LANGUAGES {
        let mut window = with_chats(language, 12);
        window.open(CHAT, many(language), false);
        let mut screen = Screen::new(window, WIDE);
        // Where it was opened: the line before what is new.
        screen.wait(std::time::Duration::from_secs(1));
        compare(&mut screen, &format!("14-unread{suffix}"));
        let mut screen = Screen::new(saying(language, many(language)), WIDE);
        screen.point(Point::new(752.0, 300.0));
        screen.events(&[iced::Event::Mouse(iced::mouse::Event::WheelScrolled {
            delta: iced::mouse::ScrollDelta::Pixels { x: 0.0, y: 900.0 },
        })]);
        for _ in 0..2 {
            screen.wait(std::time::Duration::from_secs(1));
        }
        let open = screen.window.ui.main().conversation().unwrap();
        assert!(!open.at_end());
        arrive(
            &mut screen,
            (1..4).map(|id| message(id, false, "And on it goes")),
        );
        let open = screen.window.ui.main().conversation().unwrap();
        assert_eq!(open.fresh(), 3);
        compare(&mut screen, &format!("14-new-below{suffix}"));
    }
}

/// Lets messages arrive in the open chat.
fn arrive(screen: &mut Screen, messages: impl Iterator<Item = ChatMessage>) {
    let messages: Vec<ChatMessage> = messages.collect();
    let ids: Vec<MessageId> = messages.iter().map(|message| message.id).collect();
    let change = TimelineChange::Inserted(ids);
    let asked = screen.tell(Message::Engine(vec![timeline(change)]));
    if let Some(question) = asked_history(&asked) {
        let page = Answer::History(Page {
            messages,
            more: false,
        });
        screen.tell(Message::Answered(question, Ok(page)));
    }
}

#[test]
fn a_long_message_folded_and_not() {
    let long = |verse: &str| {
        let lines = (1..=80).map(|line| format!("{line}. {verse}"));
        lines.collect::<Vec<_>>().join("\n")
    };
    let verses = [
        "Two golden orioles sing among the green willows.",
        "两个黄鹂鸣翠柳。",
    ];
    for ((language, suffix), verse) in LANGUAGES.into_iter().zip(verses) {
        let messages = vec![message(1, false, &long(verse))];
        let mut screen = Screen::new(saying(language, messages), WIDE);
        compare(&mut screen, &format!("14-folded{suffix}"));
    }
    let mut window = saying(Language::English, vec![message(1, true, &long(verses[0]))]);
    window.conversation(Deed::Unfold(MessageId(1)));
    compare(&mut Screen::new(window, WIDE), "14-unfolded");
}

#[test]
fn a_selection_over_several_messages() {
    for (language, suffix) in LANGUAGES {
        let mut screen = select(talking(language));
        compare(&mut screen, &format!("14-selection{suffix}"));
        if suffix.is_empty() {
            look(&mut screen, Appearance::HighContrast);
            compare(&mut screen, "14-selection-high-contrast");
        }
    }
}

/// Drags from within the first message to within the last.
fn select(window: Window) -> Screen {
    let mut screen = Screen::new(window, WIDE);
    let bodies = screen.window.bodies();
    let from = screen.find(&bodies[0]).unwrap();
    let to = screen.find(&bodies[3]).unwrap();
    screen.point(from);
    screen.press(Button::Left);
    screen.point(to);
    screen.release(Button::Left);
    screen.point(Point::new(600.0, 20.0));
    screen
}

#[test]
fn from_right_to_left() {
    let bodies = [
        (false, "שלום! ראית את התמונות מאתמול?"),
        (true, "כן, הן יפות מאוד 😍"),
        (false, "مرحبا، هل نلتقي غدا عند الجسر؟"),
        (
            true,
            "The bridge is called גשר, see https://example.org/bridge",
        ),
        (
            false,
            "אני מביא תה, אתה מביא את המפה, ואם ירד גשם נלך בדרך הקצרה לאורך הנהר ובחזרה.",
        ),
    ];
    let messages = bodies.iter().zip(1..).map(|((outgoing, body), minute)| {
        let mut said = message(minute * 6, *outgoing, body);
        if *outgoing {
            said.state = MessageState::Delivered;
        }
        said
    });
    let messages: Vec<ChatMessage> = messages.collect();
    let mut window = saying(Language::English, messages);
    let names = ["מיה לין", "טום בקר", "لي لي"];
    let chats: Vec<ChatSummary> = window
        .ui
        .world()
        .chats()
        .iter()
        .cloned()
        .zip(names.map(Some).into_iter().chain([None, None]))
        .map(|(mut chat, name)| {
            if let Some(name) = name {
                chat.name = Some(name.to_owned());
            }
            chat
        })
        .collect();
    window.answer(Question::Chats, Answer::Chats(chats));
    assert_eq!(words(Language::English).names[0], "Mei Lin");
    compare(&mut Screen::new(window, WIDE), "14-right-to-left");
}
