//! Builders and a window without a screen.

#[allow(dead_code, reason = "the benches use the rest")]
pub(crate) mod harness;
pub(crate) use harness::fonts;

use std::str::FromStr;

use chrono::{DateTime, FixedOffset, TimeDelta, Utc};
use jid::BareJid;
use oriole_core::{
    engine::{
        command::Command,
        diagnose::{Diagnosis, Outcome, StepReport},
        event::{ConnectionState, Event, TimelineChange},
        query::{AccountStatus, ContactStatus},
    },
    error::{Error, ErrorKind},
    model::{
        account::{Account, AccountSettings, Fingerprint},
        certificate::{CertificateFacts, CertificateProblem},
        chat::{ChatSummary, Page, Preview},
        contact::{Contact, RosterItem, Subscription},
        ids::{AccountId, ChatId, MessageId, Place},
        message::{Message as ChatMessage, MessageState, Origin},
        presence::{OwnPresence, Presence, Show},
        step::Step,
    },
};
use oriole_ui::{
    action::{Action, Actions, Purpose},
    i18n::{Language, Words},
    message::Message,
    screen::{Ui, doctor, main, sign_in},
    sidebar,
    time_format::Zone,
    world::{Answer, Question},
};

/// The account of most tests.
pub(crate) const ME: AccountId = AccountId(1);
/// The chat of most tests.
pub(crate) const CHAT: ChatId = ChatId(10);

pub(crate) fn jid(text: &str) -> BareJid {
    BareJid::from_str(text).unwrap()
}

/// Some time, so many minutes later. The 12th of November 2026 is a Thursday.
pub(crate) fn at(minutes: i64) -> DateTime<Utc> {
    "2026-11-12T14:00:00Z".parse::<DateTime<Utc>>().unwrap() + TimeDelta::minutes(minutes)
}

pub(crate) fn account(id: i64, address: &str) -> AccountStatus {
    AccountStatus {
        account: Account {
            id: AccountId(id),
            settings: AccountSettings::new(jid(address)),
            enabled: true,
            resource: "oriole".into(),
            sasl_memory: String::new(),
            presence: OwnPresence::default(),
        },
        connection: ConnectionState::Connecting,
    }
}

pub(crate) fn summary(
    chat: ChatId,
    with: &str,
    last: Option<&ChatMessage>,
    unread: u32,
) -> ChatSummary {
    ChatSummary {
        id: chat,
        account: ME,
        with: jid(with),
        name: None,
        unread,
        last: last.map(|message| Preview {
            message: message.id,
            place: message.place,
            text: message.body.chars().take(200).collect(),
            time: message.time,
            outgoing: message.outgoing,
            state: message.state,
        }),
        draft: String::new(),
        stranger: false,
    }
}

pub(crate) fn message(id: i64, outgoing: bool, body: &str) -> ChatMessage {
    ChatMessage {
        id: MessageId(id),
        place: Place(id),
        account: ME,
        chat: CHAT,
        with: jid("mei@example.org"),
        from: jid(if outgoing {
            "me@example.org"
        } else {
            "mei@example.org"
        }),
        outgoing,
        body: body.into(),
        time: at(id),
        state: if outgoing {
            MessageState::Queued
        } else {
            MessageState::Delivered
        },
        origin: Origin::Live,
        error: None,
        stranger: false,
    }
}

pub(crate) fn contact(address: &str, name: &str, show: Show) -> ContactStatus {
    ContactStatus {
        contact: Contact {
            account: ME,
            item: RosterItem {
                address: jid(address),
                name: (!name.is_empty()).then(|| name.to_owned()),
                groups: Vec::new(),
                subscription: Subscription::Both,
                ask: false,
            },
            blocked: false,
        },
        presence: Presence {
            show,
            status: String::new(),
        },
    }
}

pub(crate) fn certificate() -> CertificateFacts {
    CertificateFacts {
        sha256: Fingerprint([0xAB; 32]),
        subject: "CN=chat.example.org".into(),
        issuer: "CN=Example Test Authority".into(),
        names: vec!["chat.example.org".into(), "example.org".into()],
        name_matches: true,
        not_before: at(0),
        not_after: at(60 * 24 * 90),
        why: CertificateProblem::SelfSigned,
    }
}

pub(crate) fn connection(
    account: AccountId,
    state: ConnectionState,
    kind: Option<ErrorKind>,
) -> Event {
    Event::Connection {
        account,
        state,
        resumed: false,
        error: kind.map(|kind| Error::new(kind, "the detail of it")),
        certificate: None,
    }
}

/// What trying a connection found, up to the step that failed.
pub(crate) fn diagnosis(failed: Option<(Step, Error)>) -> Diagnosis {
    let steps = Step::ALL.into_iter().map(|step| {
        let (ms, detail) = match step {
            Step::Resolve => (38, "xmpp.chat.local:5222"),
            Step::Connect => (12, "192.0.2.15:5222"),
            Step::Secure => (41, "TLSv1_3"),
            Step::SignIn => (1063, "SCRAM-SHA-256"),
            Step::Ready => (22, "chat.local, acknowledges messages"),
        };
        let outcome = match &failed {
            Some((at, error)) if *at == step => Outcome::Failed(error.clone()),
            Some((at, _)) if *at < step => Outcome::Skipped,
            _ => Outcome::Ok,
        };
        let well = outcome == Outcome::Ok;
        StepReport {
            step,
            ms: if outcome == Outcome::Skipped { 0 } else { ms },
            detail: if well { detail.into() } else { String::new() },
            outcome,
        }
    });
    Diagnosis {
        steps: steps.collect(),
        certificate: None,
    }
}

/// The same, where the server's certificate was not trusted.
pub(crate) fn doubtful(facts: CertificateFacts) -> Diagnosis {
    let error = Error::new(ErrorKind::CertificateUntrusted, "not trusted");
    Diagnosis {
        certificate: Some(Box::new(facts)),
        ..diagnosis(Some((Step::Secure, error)))
    }
}

pub(crate) fn timeline(change: TimelineChange) -> Event {
    Event::Timeline {
        account: ME,
        chat: CHAT,
        change,
    }
}

/// A window without a screen, in UTC, at a fixed time.
pub(crate) struct Window {
    pub(crate) ui: Ui,
}

impl Window {
    /// Opened, with the engine started and nothing answered yet.
    pub(crate) fn started(language: Language) -> (Self, Actions) {
        let zone = Zone::Fixed(FixedOffset::east_opt(0).unwrap());
        let mut window = Self {
            ui: Ui::new(Words::new(language)).in_zone(zone),
        };
        assert_eq!(window.tell(Message::Opened), [Action::StartEngine]);
        let asked = window.tell(Message::Started(Ok(())));
        (window, asked)
    }

    /// With these accounts, online, and these chats.
    pub(crate) fn online(language: Language, chats: Vec<ChatSummary>) -> Self {
        let (mut window, _) = Self::started(language);
        window.answer(Question::Chats, Answer::Chats(chats));
        window.answer(Question::Requests, Answer::Requests(Vec::new()));
        let accounts = vec![account(1, "me@example.org")];
        window.answer(Question::Accounts, Answer::Accounts(accounts));
        window.answer(
            Question::Contacts(ME),
            Answer::Contacts(vec![contact("mei@example.org", "Mei Lin", Show::Online)]),
        );
        window.events([connection(ME, ConnectionState::Online, None)]);
        window.answer(
            Question::Contacts(ME),
            Answer::Contacts(vec![contact("mei@example.org", "Mei Lin", Show::Online)]),
        );
        window
    }

    pub(crate) fn tell(&mut self, message: Message) -> Actions {
        self.ui.update_at(at(35), message)
    }

    pub(crate) fn answer(&mut self, question: Question, answer: Answer) -> Actions {
        self.tell(Message::Answered(question, Ok(answer)))
    }

    pub(crate) fn events(&mut self, events: impl IntoIterator<Item = Event>) -> Actions {
        self.tell(Message::Engine(events.into_iter().collect()))
    }

    pub(crate) fn sign_in(&mut self, message: sign_in::Message) -> Actions {
        self.tell(Message::SignIn(message))
    }

    pub(crate) fn main(&mut self, message: main::Message) -> Actions {
        self.tell(Message::Main(message))
    }

    /// Looks at an account's connection.
    pub(crate) fn diagnose(&mut self, account: AccountId) -> Actions {
        self.sidebar(sidebar::Message::Diagnose(account))
    }

    /// In the dialog about a connection.
    pub(crate) fn doctor(&mut self, message: doctor::Message) -> Actions {
        self.tell(Message::Doctor(message))
    }

    pub(crate) fn sidebar(&mut self, message: sidebar::Message) -> Actions {
        self.main(main::Message::Sidebar(message))
    }

    pub(crate) fn conversation(
        &mut self,
        message: oriole_ui::chat::conversation::Message,
    ) -> Actions {
        self.main(main::Message::Conversation(message))
    }

    /// Opens a chat and answers the question for its newest page.
    pub(crate) fn open(&mut self, chat: ChatId, messages: Vec<ChatMessage>, more: bool) -> Actions {
        let asked = self.sidebar(sidebar::Message::Open(chat));
        let question = asked_history(&asked).expect("a page is asked for");
        let mut actions = asked;
        actions.extend(self.answer(question, Answer::History(Page { messages, more })));
        actions
    }

    /// Types into the open conversation.
    pub(crate) fn type_text(&mut self, text: &str) -> Actions {
        use iced::widget::text_editor::{Action as Edit, Edit as Kind};
        let edit = Edit::Edit(Kind::Paste(std::sync::Arc::new(text.to_owned())));
        self.conversation(oriole_ui::chat::conversation::Message::Edit(edit))
    }

    /// The bodies on the screen, oldest first.
    pub(crate) fn bodies(&self) -> Vec<String> {
        let open = self.ui.main().conversation().expect("a chat is open");
        let bubbles = open.timeline().bubbles().iter();
        bubbles.map(|bubble| bubble.text().to_owned()).collect()
    }
}

pub(crate) fn commands(actions: &Actions) -> Vec<Command> {
    let sent = actions.iter().filter_map(|action| match action {
        Action::Send(command, _) => Some(command.clone()),
        _ => None,
    });
    sent.collect()
}

pub(crate) fn questions(actions: &Actions) -> Vec<Question> {
    let asked = actions.iter().filter_map(|action| match action {
        Action::Ask(question) => Some(question.clone()),
        _ => None,
    });
    asked.collect()
}

pub(crate) fn asked_history(actions: &Actions) -> Option<Question> {
    questions(actions)
        .into_iter()
        .find(|question| matches!(question, Question::History { .. }))
}

pub(crate) fn purpose(actions: &Actions) -> Purpose {
    let mut purposes = actions.iter().filter_map(|action| match action {
        Action::Send(_, purpose) => Some(purpose.clone()),
        _ => None,
    });
    purposes.next().expect("something was sent")
}
