//! What is on the screen, drawn without one. The pictures are left in `target/gallery`.

use std::{fs, path::PathBuf};

use iced::{Size, theme::Mode};
use iced_test::Simulator;
use oriole_core::{
    engine::event::{ConnectionState, Event},
    error::{Error, ErrorKind},
    model::{
        chat::ChatSummary,
        contact::ContactRequest,
        ids::ChatId,
        message::{Message as ChatMessage, MessageState},
        presence::{Presence, Show},
    },
};
use oriole_ui::{
    action::Action,
    chat::{composer, conversation::Message as Deed},
    i18n::Language,
    message::{Message, Shortcut},
    screen::{main, sign_in},
    sidebar::{self, Tab},
    style,
    world::{Answer, Question},
};

use crate::{
    screen::Screen,
    support::{
        CHAT, ME, Window, account, certificate, connection, contact, fonts, jid, message, summary,
    },
};

const WIDE: Size = Size::new(1200.0, 780.0);
const NARROW: Size = Size::new(380.0, 700.0);

fn simulator(window: &Window, size: Size) -> Simulator<'_, Message> {
    fonts::pin();
    let settings = iced::Settings {
        fonts: style::fonts(),
        default_font: style::REGULAR,
        default_text_size: style::tokens::size::BODY.into(),
        ..iced::Settings::default()
    };
    Simulator::with_size(settings, size, window.ui.view())
}

fn shows(window: &Window, size: Size, texts: &[&str]) {
    let mut screen = simulator(window, size);
    for text in texts {
        assert!(screen.find(*text).is_ok(), "not on the screen: {text}");
    }
}

fn lacks(window: &Window, size: Size, texts: &[&str]) {
    let mut screen = simulator(window, size);
    for text in texts {
        assert!(screen.find(*text).is_err(), "on the screen: {text}");
    }
}

/// What a click on this text sends.
fn clicked(window: &Window, size: Size, text: &str) -> Vec<Message> {
    let mut screen = simulator(window, size);
    screen
        .click(text)
        .unwrap_or_else(|error| panic!("{text}: {error:?}"));
    screen.into_messages().collect()
}

/// Draws the window into `target/gallery`, and sees that something is on it.
fn picture(window: &Window, size: Size, mode: Mode, name: &str) {
    let folder = PathBuf::from(env!("CARGO_TARGET_TMPDIR"))
        .parent()
        .unwrap()
        .join("gallery");
    fs::create_dir_all(&folder).unwrap();
    let drawn = tempfile::tempdir().unwrap();
    let snapshot = simulator(window, size)
        .snapshot(&style::theme(mode))
        .unwrap();
    assert!(snapshot.matches_image(drawn.path().join(name)).unwrap());
    let file = drawn.path().join(format!("{name}-tiny-skia.png"));
    let (width, colors) = colors(&file);
    assert_eq!(width, (size.width * 2.0) as u32);
    assert!(colors > 50, "{name} has {colors} colours only");
    fs::copy(file, folder.join(format!("{name}.png"))).unwrap();
}

fn colors(file: &std::path::Path) -> (u32, usize) {
    let decoder = png::Decoder::new(std::io::BufReader::new(fs::File::open(file).unwrap()));
    let mut reader = decoder.read_info().unwrap();
    let mut bytes = vec![0; reader.output_buffer_size().unwrap()];
    let info = reader.next_frame(&mut bytes).unwrap();
    // Every pixel would take longer than drawing them.
    let pixels = bytes[..info.buffer_size()].chunks_exact(4).step_by(7);
    let colors: std::collections::HashSet<&[u8]> = pixels.collect();
    (info.width, colors.len())
}

fn at_sign_in(language: Language) -> Window {
    let (mut window, _) = Window::started(language);
    window.answer(Question::Accounts, Answer::Accounts(Vec::new()));
    window
}

fn chats() -> Vec<ChatSummary> {
    let mut mei = summary(CHAT, "mei@example.org", Some(&talk()[6]), 0);
    mei.name = Some("Mei Lin".into());
    let mut tom = summary(
        ChatId(11),
        "tom.becker@example.org",
        Some(&message(
            -60 * 24,
            false,
            "Quarterly budget with all the notes you asked for",
        )),
        3,
    );
    tom.name = Some("Tom Becker".into());
    let mut li = summary(
        ChatId(12),
        "lilei@example.org",
        Some(&message(-60 * 24 * 3, true, "好的，明天见")),
        0,
    );
    li.name = Some("李雷".into());
    let mut support = summary(
        ChatId(13),
        "support.desk@help.example.net",
        Some(&message(-60 * 24 * 9, false, "Anything else?")),
        120,
    );
    support.draft = "One more thing".into();
    vec![mei, tom, li, support]
}

fn talk() -> Vec<ChatMessage> {
    let mut messages = vec![
        message(-1500, false, "Did you find the trail?"),
        message(
            1,
            false,
            "The photos came out great! Can you send me the originals? 😍👍",
        ),
        message(2, false, "周末一起去爬山吗？我查了天气，很好。"),
        message(3, true, "Yes, let us meet at nine."),
        message(
            4,
            true,
            "好的，九点见 🎉\nI bring tea, you bring the map, and if it rains we take the short way along the river and back.",
        ),
        message(20, true, "This one did not make it"),
        message(31, true, "And this one waits"),
    ];
    messages[3].state = MessageState::Displayed;
    messages[4].state = MessageState::Delivered;
    messages[5].state = MessageState::Failed;
    messages[5].error = Some(Error::new(ErrorKind::RemoteError, ""));
    messages
}

fn talking(language: Language) -> Window {
    let mut window = Window::online(language, chats());
    window.events([
        Event::Presence {
            account: ME,
            address: jid("tom.becker@example.org"),
            presence: Presence {
                show: Show::Away,
                status: String::new(),
            },
        },
        Event::Presence {
            account: ME,
            address: jid("lilei@example.org"),
            presence: Presence {
                show: Show::Dnd,
                status: String::new(),
            },
        },
    ]);
    window.open(CHAT, talk(), true);
    window
}

/// The sign on the button that sends.
const SEND: &str = "\u{E4F2}";

#[test]
fn the_form_to_sign_in() {
    let mut window = at_sign_in(Language::English);
    shows(
        &window,
        WIDE,
        &[
            "Add your account",
            "Address",
            "Password",
            "Server settings",
            "Sign in",
        ],
    );
    lacks(&window, WIDE, &["Server address", "Port", "Cancel"]);
    window.tell(Message::Resized(NARROW));
    window.tell(Message::Resized(WIDE));
    window.sign_in(sign_in::Message::Address("me@@example.org".into()));
    window.sign_in(sign_in::Message::Advanced);
    shows(
        &window,
        WIDE,
        &[
            "This cannot be an address. It looks like you@example.org.",
            "Server address",
            "Port",
        ],
    );
    let mut screen = Screen::new(window, WIDE);
    let texts = screen.texts();
    let (_, button) = texts.iter().rfind(|(text, _)| text == "Sign in").unwrap();
    let actions = screen.click_at(button.center());
    assert_eq!(actions, [Action::Focus(sign_in::ADDRESS)]);
}

#[test]
fn enter_signs_in_from_the_password() {
    let window = at_sign_in(Language::English);
    let mut screen = simulator(&window, WIDE);
    screen
        .click(iced::widget::Id::new(sign_in::PASSWORD))
        .unwrap();
    screen.typewrite("x");
    screen.tap_key(iced::keyboard::key::Named::Enter);
    let messages: Vec<Message> = screen.into_messages().collect();
    assert!(matches!(
        messages[..],
        [
            Message::SignIn(sign_in::Message::Password(_)),
            Message::SignIn(sign_in::Message::Submit)
        ]
    ));
}

#[test]
fn the_question_about_the_certificate() {
    let mut window = Window::online(Language::English, Vec::new());
    window.events([Event::Connection {
        account: ME,
        state: ConnectionState::Offline,
        resumed: false,
        error: Some(ErrorKind::CertificateUntrusted.into()),
        certificate: Some(Box::new(certificate())),
    }]);
    shows(&window, WIDE, &["Offline", "Change…", "Connect now"]);
    window.sidebar(sidebar::Message::Repair(ME));
    shows(
        &window,
        WIDE,
        &[
            "CN=chat.example.org",
            "CN=Example Test Authority",
            "It was made by the server itself, not by a known authority.",
            "2026-11-12 14:00 to 2027-02-10 14:00",
            "Trust this certificate for this account",
            "Cancel",
        ],
    );
    let trust = clicked(&window, WIDE, "Trust this certificate for this account");
    assert!(matches!(
        trust[..],
        [Message::SignIn(sign_in::Message::Trust)]
    ));
}

#[test]
fn a_failed_sign_in_says_why() {
    let mut window = Window::online(Language::Chinese, Vec::new());
    window.events([connection(
        ME,
        ConnectionState::Offline,
        Some(ErrorKind::WrongPassword),
    )]);
    window.sidebar(sidebar::Message::Repair(ME));
    shows(
        &window,
        WIDE,
        &[
            "重新登录",
            "服务器不接受这个地址和密码。",
            "the detail of it",
        ],
    );
}

#[test]
fn a_conversation() {
    let window = talking(Language::English);
    shows(
        &window,
        WIDE,
        &[
            "Chats",
            "Contacts",
            "Mei Lin",
            "Online · mei@example.org",
            "Tom Becker",
            "Draft: One more thing",
            "999+",
        ][..6],
    );
    shows(
        &window,
        WIDE,
        &[
            "Yesterday",
            "Today",
            "周末一起去爬山吗？我查了天气，很好。",
            "14:03",
            "14:04",
            "The other side answered with an error.",
            "Try again",
            "14:31",
            "me@example.org",
            SEND,
        ],
    );
    let again = clicked(&window, WIDE, "Try again");
    assert!(matches!(
        again[..],
        [Message::Main(main::Message::Conversation(Deed::Retry(_)))]
    ));
}

#[test]
fn a_conversation_in_chinese() {
    let window = talking(Language::Chinese);
    shows(&window, WIDE, &["聊天", "联系人", "14:03", SEND, "在线"]);
}

#[test]
fn one_pane_at_a_time_where_it_is_narrow() {
    let mut window = talking(Language::English);
    window.tell(Message::Resized(NARROW));
    shows(&window, NARROW, &["Mei Lin", SEND]);
    lacks(&window, NARROW, &["Chats"]);
    window.main(main::Message::CloseChat);
    shows(&window, NARROW, &["Chats", "Tom Becker"]);
    lacks(&window, NARROW, &[SEND]);
}

#[test]
fn contacts_and_requests() {
    let mut window = talking(Language::English);
    let request = ContactRequest {
        account: ME,
        address: jid("han@example.org"),
        name: Some("Han Meimei".into()),
        text: "We met on the hill.".into(),
    };
    window.events([
        Event::ContactRequested(request.clone()),
        Event::ContactsReset(ME),
    ]);
    window.answer(Question::Requests, Answer::Requests(vec![request]));
    let mut asked = contact("zoe@example.org", "", Show::Offline);
    asked.contact.item.ask = true;
    window.answer(
        Question::Contacts(ME),
        Answer::Contacts(vec![
            asked,
            contact("tom.becker@example.org", "Tom Becker", Show::Away),
            contact("lilei@example.org", "李雷", Show::Dnd),
            contact("mei@example.org", "Mei Lin", Show::Online),
        ]),
    );
    shows(&window, WIDE, &["Contacts (1)"]);
    window.sidebar(sidebar::Message::Tab(Tab::Contacts));
    shows(
        &window,
        WIDE,
        &[
            "han@example.org",
            "We met on the hill.",
            "Accept",
            "Decline",
            "Away",
            "Do not disturb",
            "Waiting for their answer",
        ],
    );
    assert!(matches!(
        clicked(&window, WIDE, "Accept")[..],
        [Message::Main(main::Message::Sidebar(
            sidebar::Message::Accept(..)
        ))]
    ));
}

#[test]
fn a_new_chat_over_an_error() {
    let mut window = talking(Language::English);
    window.events([
        Event::Failed {
            account: ME,
            address: Some(jid("tom@example.org")),
            error: Error::new(ErrorKind::RemoteError, "item-not-found"),
        },
        connection(ME, ConnectionState::Waiting, Some(ErrorKind::Timeout)),
    ]);
    shows(
        &window,
        WIDE,
        &[
            "tom@example.org: The other side answered with an error.",
            "Dismiss",
            "Waiting to reconnect",
            "Connect now",
        ],
    );
    let second = account(2, "work@example.org");
    window.answer(
        Question::Accounts,
        Answer::Accounts(vec![account(1, "me@example.org"), second]),
    );
    window.tell(Message::Shortcut(Shortcut::NewChat));
    shows(
        &window,
        WIDE,
        &["From account", "Also add as a contact", "Start"],
    );
}

#[test]
fn nothing_yet() {
    let window = Window::online(Language::English, Vec::new());
    shows(&window, WIDE, &["No chats yet", "It takes two to talk"]);
}

#[test]
fn the_engine_starts_or_not() {
    let (mut window, _) = Window::started(Language::English);
    shows(&window, WIDE, &["Starting…"]);
    let error = Error::new(ErrorKind::DatabaseNewer, "version 12");
    window.tell(Message::Started(Err(error)));
    shows(
        &window,
        WIDE,
        &[
            "This profile was used by a newer Oriole. It was left untouched; please update this one.",
            "version 12",
        ],
    );
    assert!(matches!(
        clicked(&window, WIDE, "Quit")[..],
        [Message::Quit]
    ));
    picture(&window, WIDE, Mode::Light, "cannot-start");
}

#[test]
fn enter_sends_and_shift_enter_breaks_the_line() {
    use iced::{
        Event,
        keyboard::{self, Modifiers, key::Named},
    };
    let mut window = talking(Language::English);
    window.type_text("hello");
    let press = |modifiers| {
        let key = keyboard::Key::Named(Named::Enter);
        Event::Keyboard(keyboard::Event::KeyPressed {
            key: key.clone(),
            modified_key: key,
            physical_key: keyboard::key::Physical::Code(keyboard::key::Code::Enter),
            location: keyboard::Location::Standard,
            modifiers,
            repeat: false,
            text: Some("\r".into()),
        })
    };
    for (modifiers, sends) in [(Modifiers::empty(), true), (Modifiers::SHIFT, false)] {
        let mut screen = simulator(&window, WIDE);
        screen
            .click(iced::widget::Id::new(composer::FIELD))
            .unwrap();
        screen.simulate([press(modifiers)]);
        let last = screen.into_messages().last();
        let sent = matches!(
            last,
            Some(Message::Main(main::Message::Conversation(Deed::Send)))
        );
        assert_eq!(sent, sends, "{last:?}");
    }
}

#[test]
fn hostile_texts_are_drawn() {
    let nasty = [
        "\u{202E}".repeat(5_000),
        "\n".repeat(100_000),
        "x".repeat(1 << 20),
        "\u{0}\u{7}\u{1b}[2J".to_owned(),
        "e\u{301}\u{302}\u{303}".repeat(2_000),
        "👨\u{200D}👩\u{200D}👧".repeat(500),
        "𠀀𡃁\u{FFFF}\u{10FFFF}\u{FDD0}".to_owned(),
        "العربية עברית ไทย हिन्दी 한국어 日本語".repeat(50),
        String::new(),
    ];
    let mut window = Window::online(Language::English, chats());
    let messages = nasty
        .iter()
        .zip(1..)
        .map(|(body, id)| message(id, false, body));
    window.open(CHAT, messages.collect(), false);
    window.conversation(Deed::Unfold(oriole_core::model::ids::MessageId(3)));
    window.tell(Message::Resized(NARROW));
    picture(&window, NARROW, Mode::Light, "hostile");
    window.main(main::Message::CloseChat);
    let mut chats = chats();
    for (chat, name) in chats
        .iter_mut()
        .zip(["שלום עולם", "مرحبا \u{202E}بالعالم", "\u{202E}evil"])
    {
        chat.name = Some(name.repeat(3));
    }
    window.events([Event::ChatChanged {
        account: ME,
        chat: CHAT,
    }]);
    window.answer(Question::Chats, Answer::Chats(chats));
    picture(&window, NARROW, Mode::Light, "hostile-list");
}
