//! The page that says how an account reaches its server: which server, how secured, and through which proxy.

use iced::{
    Element, FillPortion,
    widget::{column, container, row, text, text_input},
};
use oriole_core::{
    engine::command::Password,
    error::Error,
    model::account::{Account, AccountUpdate, Proxy, ProxyKind, Security},
};
use zeroize::Zeroizing;

use super::{
    Message as Outer,
    pieces::{ending, heading, help, problem},
};
use crate::{
    i18n::Words,
    screen::{Context, doctor::report::security_words},
    style::{
        self,
        tokens::{size, space},
    },
    typed::{self, Wrong, wrong_words},
    widget::{
        field::{Hint, field},
        picker::{Choice, picker},
    },
};

/// The field of the server.
pub const SERVER: &str = "account-server";
/// The field of its port.
pub const PORT: &str = "account-port";
/// The field of the proxy.
pub const PROXY: &str = "account-proxy";
/// The field of its port.
pub const PROXY_PORT: &str = "account-proxy-port";
/// The field of the name that it knows us by.
pub const PROXY_USER: &str = "account-proxy-user";
/// The field of the password for it.
pub const PROXY_PASSWORD: &str = "account-proxy-password";

/// What the person does here.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Message {
    /// Types the server.
    Server(String),
    /// Types the port.
    Port(String),
    /// Picks how to secure the connection.
    Security(Security),
    /// Picks a proxy's language, or no proxy.
    Proxy(Option<ProxyKind>),
    /// Types the proxy.
    ProxyHost(String),
    /// Types its port.
    ProxyPort(String),
    /// Types the name that it knows us by.
    ProxyUser(String),
    /// Types the password for it.
    ProxyPassword(Password),
    /// Keeps all of it.
    Save,
}

/// What is typed.
#[derive(Debug)]
pub struct Form {
    server: String,
    port: String,
    security: Security,
    proxy: Option<ProxyKind>,
    proxy_host: String,
    proxy_port: String,
    proxy_user: String,
    proxy_password: Zeroizing<String>,
    /// Whether it was to be kept already, so that what is missing is said.
    tried: bool,
    pub(super) busy: bool,
    pub(super) error: Option<Error>,
}

/// What is to be done with what was typed.
pub(super) enum Saved {
    /// Nothing changed.
    Nothing,
    /// This is to be changed, with another password for the proxy.
    Change(Box<AccountUpdate>, Option<Password>),
    /// This field is to be corrected first.
    Wrong(&'static str),
}

impl Form {
    /// As it is now.
    #[must_use]
    pub fn of(account: &Account) -> Self {
        let settings = &account.settings;
        let server = settings.server.as_ref();
        let proxy = settings.proxy.as_deref();
        let port = |port: u16| port.to_string();
        Self {
            server: server.map(|server| server.host.clone()).unwrap_or_default(),
            port: server
                .and_then(|server| server.port)
                .map(port)
                .unwrap_or_default(),
            security: settings.security,
            proxy: proxy.map(|proxy| proxy.kind),
            proxy_host: proxy.map(|proxy| proxy.host.clone()).unwrap_or_default(),
            proxy_port: proxy.map(|proxy| port(proxy.port)).unwrap_or_default(),
            proxy_user: proxy
                .and_then(|proxy| proxy.user.clone())
                .unwrap_or_default(),
            proxy_password: Zeroizing::default(),
            tried: false,
            busy: false,
            error: None,
        }
    }

    /// Takes in what the person typed or picked.
    pub(super) fn update(&mut self, message: Message) {
        match message {
            Message::Server(text) => self.server = text,
            Message::Port(text) => self.port = text,
            Message::Security(security) => self.security = security,
            Message::Proxy(kind) => self.proxy = kind,
            Message::ProxyHost(text) => self.proxy_host = text,
            Message::ProxyPort(text) => self.proxy_port = text,
            Message::ProxyUser(text) => self.proxy_user = text,
            Message::ProxyPassword(password) => {
                self.proxy_password = Zeroizing::new(password.reveal().to_owned());
            }
            Message::Save => {}
        }
    }

    /// What is to be kept of it.
    pub(super) fn save(&mut self, account: &Account) -> Saved {
        self.tried = true;
        let settings = &account.settings;
        let domain = settings.address.domain().as_str();
        let server = match typed::server_and_port(&self.server, &self.port, domain) {
            Ok(server) => server,
            Err(Wrong::Port) => return Saved::Wrong(PORT),
            Err(_) => return Saved::Wrong(SERVER),
        };
        let proxy = match self.typed_proxy() {
            Ok(proxy) => proxy.map(Box::new),
            Err(Wrong::ProxyPort) => return Saved::Wrong(PROXY_PORT),
            Err(Wrong::ProxyUser) => return Saved::Wrong(PROXY_USER),
            Err(_) => return Saved::Wrong(PROXY),
        };
        let knows_us = proxy.as_ref().is_some_and(|proxy| proxy.user.is_some());
        let password = (knows_us && !self.proxy_password.is_empty())
            .then(|| Password::new(self.proxy_password.as_str()));
        let update = AccountUpdate {
            server: (server != settings.server).then_some(server),
            security: (self.security != settings.security).then_some(self.security),
            proxy: (proxy != settings.proxy).then_some(proxy),
            ..AccountUpdate::default()
        };
        if update == AccountUpdate::default() && password.is_none() {
            return Saved::Nothing;
        }
        Saved::Change(Box::new(update), password)
    }

    /// The proxy that is typed; none where none is picked.
    fn typed_proxy(&self) -> Result<Option<Proxy>, Wrong> {
        let Some(kind) = self.proxy else {
            return Ok(None);
        };
        let host = typed::server(&self.proxy_host).map_err(|_| Wrong::ProxyHost)?;
        let host = host.filter(|host| host.port.is_none());
        let host = host.ok_or(Wrong::ProxyHost)?.host;
        let port = typed::port(&self.proxy_port).map_err(|_| Wrong::ProxyPort)?;
        let port = port.ok_or(Wrong::ProxyPort)?;
        let user = self.proxy_user.trim();
        let proxy = Proxy {
            kind,
            host,
            port,
            user: (!user.is_empty()).then(|| user.to_owned()),
        };
        // What can be written and read again can be kept.
        match proxy.to_string().parse::<Proxy>() {
            Ok(same) if same == proxy => Ok(Some(proxy)),
            _ => Err(Wrong::ProxyUser),
        }
    }

    pub(super) fn view<'a>(
        &'a self,
        account: &Account,
        context: Context<'a>,
    ) -> Element<'a, Outer> {
        let words = context.words;
        let mut page = column![
            heading(words.get("connection-title"), words.get("connection-below")),
            self.server_fields(account, context),
            self.proxy_fields(context),
        ]
        .spacing(space::L);
        if let Some(error) = &self.error {
            page = page.push(problem(error, words));
        }
        let save = Outer::Connection(Message::Save);
        page.push(ending(words, words.get("save"), save, !self.busy))
            .into()
    }

    fn server_fields<'a>(&'a self, account: &Account, context: Context<'a>) -> Element<'a, Outer> {
        let words = context.words;
        let hint = match typed::server(&self.server) {
            Err(wrong) => Hint::Wrong(wrong_words(words, wrong)),
            Ok(_) => Hint::Help(words.get("server-hint")),
        };
        let server = self.input(
            &words.get("server-example"),
            &self.server,
            SERVER,
            Message::Server,
        );
        let server = field(words.get("server"), server, hint);
        let hint = match typed::port(&self.port) {
            Err(wrong) => Hint::Wrong(wrong_words(words, wrong)),
            Ok(_) => Hint::None,
        };
        let port = self.input("5222", &self.port, PORT, Message::Port);
        let port = field(words.get("port"), port, hint);
        let mut ways = vec![Security::Auto, Security::StartTls, Security::DirectTls];
        if account.settings.security == Security::Plain {
            ways.push(Security::Plain);
        }
        let choice = |value| Choice {
            value,
            label: security_words(words, value),
        };
        let security = labelled(
            words.get("security"),
            picker(
                ways.into_iter().map(choice).collect(),
                self.security,
                |security| Outer::Connection(Message::Security(security)),
            ),
        );
        three(server, port, security, context.narrow)
    }

    fn proxy_fields<'a>(&'a self, context: Context<'a>) -> Element<'a, Outer> {
        let words = context.words;
        let kinds = [
            (None, words.get("proxy-none")),
            (Some(ProxyKind::Socks5), words.get("proxy-socks5")),
            (Some(ProxyKind::Http), words.get("proxy-http")),
        ];
        let choices = kinds.map(|(value, label)| Choice { value, label });
        let kind = picker(choices.to_vec(), self.proxy, |kind| {
            Outer::Connection(Message::Proxy(kind))
        });
        let kind = labelled(words.get("proxy"), kind);
        let Some(chosen) = self.proxy else {
            return kind;
        };
        let wrong = self.typed_proxy().err().filter(|_| self.tried);
        let hint = |of: Wrong| match wrong {
            Some(wrong) if wrong == of => Hint::Wrong(wrong_words(words, wrong)),
            _ => Hint::None,
        };
        let host = self.input("127.0.0.1", &self.proxy_host, PROXY, Message::ProxyHost);
        let host = field(words.get("proxy-host"), host, hint(Wrong::ProxyHost));
        let usual = match chosen {
            ProxyKind::Socks5 => "9050",
            ProxyKind::Http => "3128",
        };
        let port = self.input(usual, &self.proxy_port, PROXY_PORT, Message::ProxyPort);
        let port = field(words.get("port"), port, hint(Wrong::ProxyPort));
        let user = self.input("", &self.proxy_user, PROXY_USER, Message::ProxyUser);
        let user = field(words.get("proxy-user"), user, hint(Wrong::ProxyUser));
        let password = text_input("", &self.proxy_password)
            .id(PROXY_PASSWORD)
            .secure(true)
            .on_input_maybe((!self.busy).then_some(|text: String| {
                Outer::Connection(Message::ProxyPassword(Password::new(text)))
            }))
            .on_submit(Outer::Connection(Message::Save));
        let kept = Hint::Help(words.get("proxy-password-hint"));
        let password = field(words.get("password"), password, kept);
        let who = row![
            container(user).width(FillPortion(1)),
            container(password).width(FillPortion(1)),
        ]
        .spacing(space::M);
        column![
            three(host, port, kind, context.narrow),
            who,
            help(words.get("proxy-note")),
        ]
        .spacing(space::M)
        .into()
    }

    fn input<'a>(
        &self,
        example: &str,
        value: &'a str,
        id: &'static str,
        to: fn(String) -> Message,
    ) -> text_input::TextInput<'a, Outer> {
        text_input(example, value)
            .id(id)
            .on_input_maybe((!self.busy).then_some(move |text| Outer::Connection(to(text))))
            .on_submit(Outer::Connection(Message::Save))
    }
}

fn labelled<'a>(label: String, control: Element<'a, Outer>) -> Element<'a, Outer> {
    column![text(label).size(size::PREVIEW).font(style::BOLD), control]
        .spacing(space::XS)
        .into()
}

/// A long field, a short one, and one in between.
fn three<'a>(
    long: Element<'a, Outer>,
    short: Element<'a, Outer>,
    other: Element<'a, Outer>,
    narrow: bool,
) -> Element<'a, Outer> {
    if narrow {
        let below = row![
            container(short).width(FillPortion(1)),
            container(other).width(FillPortion(2)),
        ];
        return column![long, below.spacing(space::M)]
            .spacing(space::M)
            .into();
    }
    row![
        container(long).width(iced::Fill),
        container(short).width(90),
        container(other).width(150),
    ]
    .spacing(space::M)
    .into()
}

/// A proxy in words.
#[must_use]
pub fn proxy_words(words: &Words, proxy: &Proxy) -> String {
    let kind = match proxy.kind {
        ProxyKind::Socks5 => words.get("proxy-socks5"),
        ProxyKind::Http => words.get("proxy-http"),
    };
    let place = match proxy.host.contains(':') {
        true => format!("[{}]:{}", proxy.host, proxy.port),
        false => format!("{}:{}", proxy.host, proxy.port),
    };
    format!("{kind} · {}", crate::plain_text::line(&place, 120))
}
