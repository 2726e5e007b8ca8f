//! Commands: what the engine can be told to do.

use std::fmt;

use jid::BareJid;
use zeroize::Zeroizing;

use crate::model::{
    account::{AccountSettings, AccountUpdate},
    address,
    ids::{AccountId, ChatId, MessageId},
    presence::OwnPresence,
};

/// A password on its way: wiped from memory when dropped, never shown.
#[derive(Clone, PartialEq, Eq)]
pub struct Password(Zeroizing<String>);

impl Password {
    /// Takes the password over.
    #[must_use]
    pub fn new(text: impl Into<String>) -> Self {
        Self(Zeroizing::new(text.into()))
    }

    /// The password itself.
    #[must_use]
    pub fn reveal(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for Password {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Password(…)")
    }
}

/// Something to do. The answer is a [`Done`], once it is stored (or sent, where nothing is to be stored).
#[derive(Debug, Clone, PartialEq)]
pub enum Command {
    /// Adds an account and signs in.
    AddAccount {
        /// Where and how.
        settings: AccountSettings,
        /// Kept in the system's keyring.
        password: Password,
        /// For the proxy in the settings, where it wants one; kept there too.
        proxy_password: Option<Password>,
        /// Whether the account is to be made on the server first (XEP-0077 §3.1). The answer then comes once the server agreed, or with
        /// its refusal, and nothing is added.
        register: bool,
    },
    /// Changes an account, and signs in anew where that matters.
    UpdateAccount {
        /// Which.
        account: AccountId,
        /// What changes.
        update: AccountUpdate,
        /// Another password.
        password: Option<Password>,
        /// Another password for the proxy. Another proxy without one has none.
        proxy_password: Option<Password>,
    },
    /// Changes an account's password on the server (XEP-0077 §3.3), and here once the server agreed; then signs in anew. The answer comes
    /// once it is kept.
    ChangePassword {
        /// Which.
        account: AccountId,
        /// The new one.
        password: Password,
    },
    /// Deletes an account on its server (XEP-0077 §3.2), and then on this machine as [`Command::RemoveAccount`] does. Where the server
    /// refuses, nothing is removed.
    DeleteAccount(AccountId),
    /// Lets an account sign in although the server offers less protection than before.
    AcceptDowngrade(AccountId),
    /// Removes an account from this machine, with its history and its password.
    RemoveAccount(AccountId),
    /// Tries to connect at once, where an account waits for its next try.
    ConnectNow(AccountId),
    /// The way to the servers may be another: the machine woke up or has another address. Accounts that wait for their next try connect at
    /// once; connections that are there have to show that they live.
    NetworkChanged,
    /// Whether somebody looks at Oriole; servers then know what can wait (XEP-0352). At the start somebody does.
    SetActive(bool),
    /// What others shall see. `Offline` signs out.
    SetPresence {
        /// Whose; none for all.
        account: Option<AccountId>,
        /// What.
        presence: OwnPresence,
    },
    /// Adds a contact and asks to see their presence (RFC 6121 §3.1).
    AddContact {
        /// Whose contact list.
        account: AccountId,
        /// Whom.
        address: BareJid,
        /// What to call them.
        name: Option<String>,
        /// Groups to put them in.
        groups: Vec<String>,
    },
    /// Lets somebody who asked see our presence, and asks to see theirs.
    AcceptContact {
        /// Whose contact list.
        account: AccountId,
        /// Whom.
        address: BareJid,
    },
    /// Does not let somebody who asked see our presence.
    DeclineContact {
        /// Whose contact list.
        account: AccountId,
        /// Whom.
        address: BareJid,
    },
    /// Gives a contact another name or other groups.
    RenameContact {
        /// Whose contact list.
        account: AccountId,
        /// Whom.
        address: BareJid,
        /// What to call them; none to leave it to them.
        name: Option<String>,
        /// Their groups; none to leave them as they are.
        groups: Option<Vec<String>>,
    },
    /// Removes a contact; neither sees the other's presence any more.
    RemoveContact {
        /// Whose contact list.
        account: AccountId,
        /// Whom.
        address: BareJid,
    },
    /// Lets nothing of somebody through any more, or again (XEP-0191).
    SetBlocked {
        /// Whose contact list.
        account: AccountId,
        /// Whom.
        address: BareJid,
        /// Which of both.
        blocked: bool,
    },
    /// Opens a chat with somebody, whether or not anything was written yet.
    OpenChat {
        /// Whose.
        account: AccountId,
        /// With whom.
        with: BareJid,
    },
    /// Writes a message; it is sent as soon as there is a connection.
    SendMessage {
        /// Whose.
        account: AccountId,
        /// To whom.
        to: BareJid,
        /// The text, not empty.
        body: String,
    },
    /// Takes a message back that waits to be sent, or deletes one that failed. Fails with `already-sent` where the server has it, or
    /// may have it.
    CancelMessage {
        /// Whose.
        account: AccountId,
        /// With whom it stands.
        with: BareJid,
        /// Which.
        message: MessageId,
    },
    /// Changes a message that waits to be sent; it keeps its id, its time and its place. Fails as [`Command::CancelMessage`] does.
    EditMessage {
        /// Whose.
        account: AccountId,
        /// With whom it stands.
        with: BareJid,
        /// Which.
        message: MessageId,
        /// The new text, not empty.
        body: String,
    },
    /// Sends a failed message again.
    RetryMessage(MessageId),
    /// Everything in the chat was read.
    MarkRead(ChatId),
    /// Keeps what was typed and not sent.
    SetDraft {
        /// Where.
        chat: ChatId,
        /// What; empty for nothing.
        text: String,
    },
    /// Keeps a setting of the program.
    SetSetting {
        /// Its name.
        key: String,
        /// Its value; none to forget it.
        value: Option<String>,
    },
}

impl Command {
    /// The same with its addresses as they are stored, see [`address::tidy`].
    #[must_use]
    pub fn tidied(mut self) -> Self {
        let address = match &mut self {
            Self::AddAccount { settings, .. } => &mut settings.address,
            Self::AddContact { address, .. }
            | Self::AcceptContact { address, .. }
            | Self::DeclineContact { address, .. }
            | Self::RenameContact { address, .. }
            | Self::RemoveContact { address, .. }
            | Self::SetBlocked { address, .. }
            | Self::OpenChat { with: address, .. }
            | Self::CancelMessage { with: address, .. }
            | Self::EditMessage { with: address, .. }
            | Self::SendMessage { to: address, .. } => address,
            _ => return self,
        };
        *address = address::tidy(address.clone());
        self
    }
}

/// What came of a command.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Done {
    /// It was done.
    Ok,
    /// An account is there.
    Account(AccountId),
    /// A chat is there.
    Chat(ChatId),
    /// A message is in the database.
    Message(ChatId, MessageId),
}
