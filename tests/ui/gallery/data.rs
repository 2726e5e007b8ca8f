//! What the pictures of the gallery show: the same people, the same words, at the same time.

use oriole_core::{
    engine::event::{ConnectionState, Event},
    error::{Error, ErrorKind},
    model::{
        chat::ChatSummary,
        contact::ContactRequest,
        ids::{AccountId, ChatId},
        message::{Message as ChatMessage, MessageState},
        presence::{Presence, Show},
    },
};
use oriole_ui::{
    i18n::Language,
    preferences::{Appearance, Change},
    sidebar::{self, Tab},
    world::{Answer, Question},
};

use crate::{
    screen::Screen,
    support::{CHAT, ME, Window, account, connection, contact, jid, message, summary},
};

/// Both languages, with what the names of their pictures end in.
pub(super) const LANGUAGES: [(Language, &str); 2] =
    [(Language::English, ""), (Language::Chinese, "-zh")];

/// Who is there, in the order of the chat list.
pub(super) const ADDRESSES: [&str; 5] = [
    "mei@example.org",
    "tom.becker@example.org",
    "lilei@example.org",
    "han@example.org",
    "support.desk@example.net",
];

/// The words of one language.
pub(super) struct Talk {
    /// Who is there; the last has no name but the address.
    pub(super) names: [&'static str; 5],
    lasts: [&'static str; 5],
    draft: &'static str,
    /// Theirs, ours, ours again, theirs.
    bodies: [&'static str; 5],
    /// Theirs, and ours: sent, failed, waiting.
    troubles: [&'static str; 4],
    /// What a stranger says who asks to be a contact.
    asks: (&'static str, &'static str),
    statuses: [&'static str; 2],
}

const ENGLISH: Talk = Talk {
    names: ["Mei Lin", "Tom Becker", "Li Lei", "Han Meimei", ""],
    lasts: [
        "The photos came out great! Can you send me the originals?",
        "budget.xlsx is in the usual place",
        "see you then",
        "Good night!",
        "thanks, that fixed it",
    ],
    draft: "see you tomorrow at the bridge",
    bodies: [
        "Did you sort out the pictures from yesterday?",
        "This is the trail we should take next time: https://trails.example/ridge-loop",
        "Done! Here is the best one",
        "I bring tea, you bring the map, and if it rains we take the short way along the river and back.",
        "The photos came out great! Can you send me the originals? 😍👍",
    ],
    troubles: [
        "Did you sort out the pictures from yesterday?",
        "Done! 🥾⛰️",
        "Are you there?",
        "I am under the bridge now",
    ],
    asks: ("Zhang Wei", "We met on the hill on Sunday."),
    statuses: ["Hiking this weekend", "In a meeting"],
};

const CHINESE: Talk = Talk {
    names: ["林梅", "王小明", "李雷", "韩梅梅", ""],
    lasts: [
        "照片拍得真好！能把原图发给我吗？",
        "预算表放在老地方了",
        "好的，明天见",
        "晚安！",
        "谢谢，已经好了",
    ],
    draft: "明天桥下见",
    bodies: [
        "昨天的照片整理好了吗？",
        "下次我们走这条路： https://trails.example/ridge-loop",
        "整理好了，先发你一张",
        "我带茶，你带地图。如果下雨，我们就走沿河的近路回来。",
        "照片拍得真好！能把原图发给我吗？😍👍",
    ],
    troubles: [
        "昨天的照片整理好了吗？",
        "整理好了 🥾⛰️",
        "你在吗？",
        "我已经在桥下了",
    ],
    asks: ("周强", "我们星期天在山上见过。"),
    statuses: ["周末爬山", "开会"],
};

/// The words of this language.
pub(super) fn words(language: Language) -> &'static Talk {
    match language {
        Language::English => &ENGLISH,
        Language::Chinese => &CHINESE,
    }
}

fn conversation(talk: &Talk) -> Vec<ChatMessage> {
    let outgoing = [false, false, true, true, false];
    let minutes = [-1498, 3, 5, 8, 32];
    let mut messages: Vec<ChatMessage> = talk
        .bodies
        .iter()
        .zip(outgoing)
        .zip(minutes)
        .map(|((body, outgoing), minute)| message(minute, outgoing, body))
        .collect();
    messages[2].state = MessageState::Displayed;
    messages[3].state = MessageState::Delivered;
    messages
}

fn troubles(talk: &Talk) -> Vec<ChatMessage> {
    let minutes = [2, 5, 20, 31];
    let mut messages: Vec<ChatMessage> = talk
        .troubles
        .iter()
        .zip(minutes)
        .map(|(body, minute)| message(minute, minute != 2, body))
        .collect();
    messages[1].state = MessageState::Sent;
    messages[2].state = MessageState::Failed;
    messages[2].error = Some(Error::new(ErrorKind::RemoteError, ""));
    messages
}

fn chats(talk: &Talk, unread: u32) -> Vec<ChatSummary> {
    let minutes = [32, -55, -132, -60 * 24 * 2, -60 * 24 * 3];
    (0..5)
        .map(|at| {
            let last = message(minutes[at], at == 4, talk.lasts[at]);
            let count = [unread, 3, 0, 0, 0][at];
            let id = ChatId(CHAT.0 + at as i64);
            let mut chat = summary(id, ADDRESSES[at], Some(&last), count);
            chat.name = Some(talk.names[at].to_owned());
            if at == 2 {
                chat.draft = talk.draft.to_owned();
            }
            chat
        })
        .collect()
}

/// With chats, friends and two accounts, and no chat open.
pub(super) fn with_chats(language: Language, unread: u32) -> Window {
    let talk = words(language);
    let mut window = Window::online(language, chats(talk, unread));
    let shows = [
        Show::Online,
        Show::Away,
        Show::Offline,
        Show::Dnd,
        Show::Online,
    ];
    for (address, show) in ADDRESSES.iter().zip(shows) {
        window.events([Event::Presence {
            account: ME,
            address: jid(address),
            presence: Presence {
                show,
                status: String::new(),
            },
        }]);
    }
    let accounts = vec![account(1, "you@chat.local"), account(2, "work@example.org")];
    window.answer(Question::Accounts, Answer::Accounts(accounts));
    window.events([connection(AccountId(2), ConnectionState::Online, None)]);
    window
}

/// In the middle of a conversation, with something new in it.
pub(super) fn talking(language: Language) -> Window {
    let talk = words(language);
    let mut window = with_chats(language, 1);
    window.open(CHAT, conversation(talk), false);
    // It was read by being opened.
    window.answer(Question::Chats, Answer::Chats(chats(talk, 0)));
    window
}

/// With messages that failed or wait.
pub(super) fn in_trouble(language: Language) -> Window {
    let talk = words(language);
    let mut window = with_chats(language, 0);
    window.open(CHAT, troubles(talk), false);
    window
}

/// In a conversation with these messages.
pub(super) fn saying(language: Language, messages: Vec<ChatMessage>) -> Window {
    let mut window = with_chats(language, 0);
    window.open(CHAT, messages, false);
    window
}

/// With the contacts shown beside the conversation, and one who asks to be one.
pub(super) fn contacts(language: Language) -> Window {
    let talk = words(language);
    let mut window = talking(language);
    let request = ContactRequest {
        account: ME,
        address: jid("zhang.wei@example.org"),
        name: Some(talk.asks.0.into()),
        text: talk.asks.1.into(),
    };
    window.events([Event::ContactRequested(request.clone())]);
    window.answer(Question::Requests, Answer::Requests(vec![request]));
    window.events([Event::ContactsReset(ME)]);
    let mut mei = contact(ADDRESSES[0], talk.names[0], Show::Online);
    mei.presence.status = talk.statuses[0].into();
    let mut han = contact(ADDRESSES[3], talk.names[3], Show::Dnd);
    han.presence.status = talk.statuses[1].into();
    let mut anna = contact("anna@example.org", "", Show::Offline);
    anna.contact.item.subscription = oriole_core::model::contact::Subscription::None;
    anna.contact.item.ask = true;
    let all = vec![
        mei,
        contact(ADDRESSES[1], talk.names[1], Show::Away),
        contact(ADDRESSES[2], talk.names[2], Show::Offline),
        han,
        anna,
    ];
    window.answer(Question::Contacts(ME), Answer::Contacts(all));
    window.sidebar(sidebar::Message::Tab(Tab::Contacts));
    window
}

/// Before there is an account.
pub(super) fn at_sign_in(language: Language) -> Window {
    let (mut window, _) = Window::started(language);
    window.answer(Question::Accounts, Answer::Accounts(Vec::new()));
    window
}

/// With an account and nothing else.
pub(super) fn empty(language: Language) -> Window {
    let mut window = Window::online(language, Vec::new());
    let accounts = vec![account(1, "you@chat.local")];
    window.answer(Question::Accounts, Answer::Accounts(accounts));
    window
}

/// Changes how a window looks, as its menu does.
pub(super) fn look(screen: &mut Screen, appearance: Appearance) {
    let change = Change::Appearance(appearance);
    screen.window.sidebar(sidebar::Message::Prefer(change));
}
