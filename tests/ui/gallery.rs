//! The gallery: every screen drawn by the software renderer at a scale of 1, into `target/gallery`, with the names of the
//! design's pictures. Those that are final are compared with `tests/ui/gallery`; `ORIOLE_BLESS=1` writes them anew.

use std::{
    fs,
    path::{Path, PathBuf},
};

use iced::{Size, keyboard::Modifiers, keyboard::key::Named};
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
    i18n::Language,
    message::{Message, Shortcut},
    preferences::{Appearance, Change},
    screen::sign_in,
    sidebar::{self, Menu, Tab},
    world::{Answer, Question},
};

use crate::{
    screen::{NARROW, Screen, WIDE},
    support::{CHAT, ME, Window, account, certificate, connection, contact, jid, message, summary},
};

/// How far a channel of a pixel may be from the reference, of 255.
const NEAR: u8 = 24;
/// How many pixels of a thousand may be further.
const FEW: usize = 1;
/// How large a reference may be, in bytes.
const MOST_BYTES: u64 = 100_000;

fn target() -> PathBuf {
    Path::new(env!("CARGO_TARGET_TMPDIR"))
        .parent()
        .unwrap()
        .join("gallery")
}

fn references() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/ui/gallery")
}

fn write(file: &Path, (width, height, pixels): &(u32, u32, Vec<u8>)) {
    fs::create_dir_all(file.parent().unwrap()).unwrap();
    let out = std::io::BufWriter::new(fs::File::create(file).unwrap());
    let mut encoder = png::Encoder::new(out, *width, *height);
    // Nothing of a window shines through, so three channels are enough.
    encoder.set_color(png::ColorType::Rgb);
    encoder.set_depth(png::BitDepth::Eight);
    encoder.set_compression(png::Compression::High);
    let rgb: Vec<u8> = pixels
        .chunks_exact(4)
        .flat_map(|p| [p[0], p[1], p[2]])
        .collect();
    encoder
        .write_header()
        .unwrap()
        .write_image_data(&rgb)
        .unwrap();
}

fn read(file: &Path) -> (u32, u32, Vec<u8>) {
    let file = fs::File::open(file)
        .unwrap_or_else(|error| panic!("{}: {error}; ORIOLE_BLESS=1 writes it", file.display()));
    let mut reader = png::Decoder::new(std::io::BufReader::new(file))
        .read_info()
        .unwrap();
    let mut bytes = vec![0; reader.output_buffer_size().unwrap()];
    let info = reader.next_frame(&mut bytes).unwrap();
    (info.width, info.height, bytes)
}

/// Draws a screen into the gallery.
fn draw(screen: &mut Screen, name: &str) -> (u32, u32, Vec<u8>) {
    let picture = screen.picture();
    write(&target().join(format!("{name}.png")), &picture);
    let colors: std::collections::HashSet<&[u8]> = picture.2.chunks_exact(4).step_by(7).collect();
    assert!(colors.len() > 20, "{name} has {} colours", colors.len());
    picture
}

/// Draws a screen that is final, and compares it with its reference.
fn compare(screen: &mut Screen, name: &str) {
    let (width, height, pixels) = draw(screen, name);
    let reference = references().join(format!("{name}.png"));
    if std::env::var_os("ORIOLE_BLESS").is_some() {
        fs::create_dir_all(references()).unwrap();
        fs::copy(target().join(format!("{name}.png")), &reference).unwrap();
        return;
    }
    let (theirs_width, theirs_height, theirs) = read(&reference);
    assert_eq!((width, height), (theirs_width, theirs_height), "{name}");
    let far = pixels
        .chunks_exact(4)
        .zip(theirs.chunks_exact(3))
        .filter(|(a, b)| a.iter().zip(*b).any(|(a, b)| a.abs_diff(*b) > NEAR))
        .count();
    let most = (width * height) as usize * FEW / 1000;
    assert!(
        far <= most,
        "{name}: {far} pixels differ, {most} may; see {}",
        target().join(format!("{name}.png")).display()
    );
    assert!(
        fs::metadata(&reference).unwrap().len() < MOST_BYTES,
        "{name}"
    );
}

fn look(screen: &mut Screen, appearance: Appearance) {
    let change = Change::Appearance(appearance);
    screen.window.sidebar(sidebar::Message::Prefer(change));
}

struct Talk {
    names: [&'static str; 5],
    lasts: [&'static str; 5],
    draft: &'static str,
    bodies: [&'static str; 6],
}

const ENGLISH: Talk = Talk {
    names: ["Mei Lin", "Tom Becker", "Li Lei", "Han Meimei", ""],
    lasts: [
        "",
        "budget.xlsx is in the usual place",
        "see you then",
        "Good night!",
        "thanks, that fixed it",
    ],
    draft: "see you tomorrow at the bridge",
    bodies: [
        "Did you sort out the pictures from yesterday?",
        "Done! This is the trail we should take next time: https://trails.example/ridge-loop",
        "The photos came out great! Can you send me the originals?",
        "I bring tea, you bring the map, and if it rains we take the short way along the river and back.",
        "Are you there?",
        "I am under the bridge now",
    ],
};

const CHINESE: Talk = Talk {
    names: ["林梅", "王小明", "李雷", "韩梅梅", "周末爬山"],
    lasts: [
        "",
        "预算表放在老地方了",
        "好的，明天见",
        "晚安！",
        "谢谢，已经好了",
    ],
    draft: "明天桥下见",
    bodies: [
        "昨天的照片整理好了吗？",
        "整理好了，先发你一张",
        "照片拍得真好！能把原图发给我吗？",
        "我带茶，你带地图。如果下雨，我们就走沿河的近路回来。",
        "你在吗？",
        "我已经在桥下了",
    ],
};

fn conversation(talk: &Talk) -> Vec<ChatMessage> {
    let outgoing = [false, true, false, true, true, true];
    let minutes = [-1500, 5, 6, 8, 20, 31];
    let mut messages: Vec<ChatMessage> = talk
        .bodies
        .iter()
        .zip(outgoing)
        .zip(minutes)
        .map(|((body, outgoing), minute)| message(minute, outgoing, body))
        .collect();
    messages[1].state = MessageState::Displayed;
    messages[3].state = MessageState::Delivered;
    messages[4].state = MessageState::Failed;
    messages[4].error = Some(Error::new(ErrorKind::RemoteError, ""));
    messages
}

const ADDRESSES: [&str; 5] = [
    "mei@example.org",
    "tom.becker@example.org",
    "lilei@example.org",
    "han@example.org",
    "support.desk@example.net",
];

fn chats(talk: &Talk) -> Vec<ChatSummary> {
    let last = conversation(talk).pop().unwrap();
    let minutes = [31, -55, -132, -60 * 24 * 2, -60 * 24 * 3];
    (0..5)
        .map(|at| {
            let mut shown = message(minutes[at], at == 4, talk.lasts[at]);
            if at == 0 {
                shown = last.clone();
            }
            let id = ChatId(CHAT.0 + at as i64);
            let mut chat = summary(id, ADDRESSES[at], Some(&shown), if at == 1 { 3 } else { 0 });
            chat.name = Some(talk.names[at].to_owned());
            if at == 2 {
                chat.draft = talk.draft.to_owned();
            }
            chat
        })
        .collect()
}

fn talking(language: Language) -> Window {
    let talk = match language {
        Language::English => &ENGLISH,
        Language::Chinese => &CHINESE,
    };
    let mut window = Window::online(language, chats(talk));
    for (address, show) in ADDRESSES.iter().zip([
        Show::Online,
        Show::Away,
        Show::Offline,
        Show::Dnd,
        Show::Online,
    ]) {
        window.events([Event::Presence {
            account: ME,
            address: jid(address),
            presence: Presence {
                show,
                status: String::new(),
            },
        }]);
    }
    window.answer(
        Question::Accounts,
        Answer::Accounts(vec![
            account(1, "you@chat.local"),
            account(2, "work@example.org"),
        ]),
    );
    window.open(CHAT, conversation(talk), false);
    window
}

fn at_sign_in(language: Language) -> Window {
    let (mut window, _) = Window::started(language);
    window.answer(Question::Accounts, Answer::Accounts(Vec::new()));
    window
}

fn empty(language: Language) -> Window {
    let mut window = Window::online(language, Vec::new());
    window.answer(
        Question::Accounts,
        Answer::Accounts(vec![account(1, "you@chat.local")]),
    );
    window
}

#[test]
fn chat_light_dark_and_high_contrast() {
    let mut screen = Screen::new(talking(Language::English), WIDE);
    draw(&mut screen, "01-chat-light");
    look(&mut screen, Appearance::Dark);
    draw(&mut screen, "02-chat-dark");
    look(&mut screen, Appearance::HighContrast);
    draw(&mut screen, "02-chat-high-contrast");
}

#[test]
fn chat_in_chinese() {
    let mut screen = Screen::new(talking(Language::Chinese), WIDE);
    draw(&mut screen, "03-chat-zh");
}

#[test]
fn welcome() {
    let mut screen = Screen::new(at_sign_in(Language::English), WIDE);
    screen.key(Named::Tab, Modifiers::empty());
    compare(&mut screen, "04-welcome");
    screen.window.tell(Message::Theme(iced::theme::Mode::Dark));
    compare(&mut screen, "04-welcome-dark");
    let mut screen = Screen::new(at_sign_in(Language::Chinese), WIDE);
    draw(&mut screen, "04-welcome-zh");
    let mut screen = Screen::new(at_sign_in(Language::English), NARROW);
    compare(&mut screen, "04-welcome-narrow");
}

#[test]
fn welcome_filled_in_and_refused() {
    use sign_in::Message as M;
    let mut window = at_sign_in(Language::English);
    window.sign_in(M::Address("you@chat.local".into()));
    window.sign_in(M::Password(oriole_core::engine::command::Password::new(
        "secretword",
    )));
    window.sign_in(M::Advanced);
    window.sign_in(M::Server("192.0.2.15".into()));
    window.sign_in(M::Port("5222".into()));
    let mut screen = Screen::new(window, WIDE);
    screen.key(Named::Tab, Modifiers::empty());
    compare(&mut screen, "04-welcome-filled");
    let mut window = Window::online(Language::English, Vec::new());
    window.events([connection(
        ME,
        ConnectionState::Offline,
        Some(ErrorKind::WrongPassword),
    )]);
    window.sidebar(sidebar::Message::Repair(ME));
    compare(&mut Screen::new(window, WIDE), "05-wrong-password");
    let mut window = Window::online(Language::English, Vec::new());
    window.events([Event::Connection {
        account: ME,
        state: ConnectionState::Offline,
        resumed: false,
        error: Some(ErrorKind::CertificateUntrusted.into()),
        certificate: Some(Box::new(certificate())),
    }]);
    window.sidebar(sidebar::Message::Repair(ME));
    compare(&mut Screen::new(window, WIDE), "05-certificate");
}

#[test]
fn contacts_and_a_request() {
    let mut window = talking(Language::English);
    let request = ContactRequest {
        account: ME,
        address: jid("zoe@example.org"),
        name: Some("Zoe".into()),
        text: "We met on the hill.".into(),
    };
    window.events([Event::ContactRequested(request.clone())]);
    window.answer(Question::Requests, Answer::Requests(vec![request]));
    window.events([Event::ContactsReset(ME)]);
    window.answer(
        Question::Contacts(ME),
        Answer::Contacts(vec![
            contact(ADDRESSES[0], "Mei Lin", Show::Online),
            contact(ADDRESSES[1], "Tom Becker", Show::Away),
            contact(ADDRESSES[2], "Li Lei", Show::Offline),
            contact(ADDRESSES[3], "Han Meimei", Show::Dnd),
        ]),
    );
    window.sidebar(sidebar::Message::Tab(Tab::Contacts));
    draw(&mut Screen::new(window, WIDE), "06-contacts");
}

#[test]
fn menus_and_dialogs() {
    let mut screen = Screen::new(talking(Language::English), WIDE);
    screen.tell(Message::Main(main_message(sidebar::Message::OpenMenu(
        Menu::Account,
    ))));
    draw(&mut screen, "10-account-menu");
    screen.tell(Message::Shortcut(Shortcut::Close));
    screen.chord(",", Modifiers::COMMAND);
    screen.key(Named::ArrowDown, Modifiers::empty());
    draw(&mut screen, "10-settings-menu");
    screen.key(Named::Escape, Modifiers::empty());
    screen.chord("n", Modifiers::COMMAND);
    draw(&mut screen, "06-new-chat");
    let mut window = talking(Language::English);
    window.events([
        Event::Failed {
            account: ME,
            address: Some(jid("tom.becker@example.org")),
            error: Error::new(ErrorKind::RemoteError, "item-not-found"),
        },
        connection(ME, ConnectionState::Waiting, Some(ErrorKind::Timeout)),
    ]);
    draw(&mut Screen::new(window, WIDE), "05-connection-lost");
}

fn main_message(message: sidebar::Message) -> oriole_ui::screen::main::Message {
    oriole_ui::screen::main::Message::Sidebar(message)
}

#[test]
fn narrow() {
    let mut screen = Screen::new(talking(Language::English), NARROW);
    draw(&mut screen, "15-narrow-chat");
    screen.tell(Message::Main(oriole_ui::screen::main::Message::CloseChat));
    draw(&mut screen, "15-narrow");
    let mut screen = Screen::new(talking(Language::English), Size::new(720.0, 780.0));
    draw(&mut screen, "15-two-panes");
}

#[test]
fn nothing_yet() {
    let mut screen = Screen::new(empty(Language::English), WIDE);
    compare(&mut screen, "16-empty");
    screen.window.tell(Message::Theme(iced::theme::Mode::Dark));
    compare(&mut screen, "16-empty-dark");
    look(&mut screen, Appearance::HighContrast);
    screen.key(Named::Tab, Modifiers::empty());
    compare(&mut screen, "16-empty-high-contrast");
    draw(
        &mut Screen::new(empty(Language::Chinese), WIDE),
        "16-empty-zh",
    );
}

#[test]
fn zoomed() {
    let mut screen = Screen::new(talking(Language::English), WIDE);
    for _ in 0..2 {
        screen.chord("+", Modifiers::COMMAND);
    }
    draw(&mut screen, "01-chat-zoom-125");
}
