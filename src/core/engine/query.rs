//! Queries: what the engine can be asked. All are answered without the network.

use jid::BareJid;

use super::{event::ConnectionState, shared::Shared};
use crate::{
    error::{Error, ErrorKind},
    model::{
        account::Account,
        chat::{Anchor, ChatSummary, Page},
        contact::{Contact, ContactRequest},
        ids::{AccountId, ChatId, MessageId},
        message::Message,
        presence::Presence,
        server::ServerFacts,
    },
};

/// A question with its type of answer. The questions are the types of this module.
pub trait Query: Send + 'static {
    /// What comes back.
    type Answer: Send + 'static;

    /// Finds the answer, in the database and in what is known now.
    #[doc(hidden)]
    fn answer(self, shared: &Shared) -> impl Future<Output = Result<Self::Answer, Error>> + Send;
}

macro_rules! query {
    (
        $(#[$doc:meta])*
        $name:ident { $($(#[$field_doc:meta])* $field:ident: $type:ty),* $(,)? } -> $answer:ty,
        |$question:ident, $shared:ident| $body:expr
    ) => {
        $(#[$doc])*
        #[derive(Debug, Clone, PartialEq, Eq)]
        pub struct $name {
            $($(#[$field_doc])* pub $field: $type,)*
        }

        impl Query for $name {
            type Answer = $answer;

            async fn answer(self, $shared: &Shared) -> Result<$answer, Error> {
                let $question = self;
                $body
            }
        }
    };
}

/// An account with what is known of its connection now.
#[derive(Debug, Clone, PartialEq)]
pub struct AccountStatus {
    /// As stored.
    pub account: Account,
    /// Whether it is connected.
    pub connection: ConnectionState,
}

/// A contact with what is known of them now.
#[derive(Debug, Clone, PartialEq)]
pub struct ContactStatus {
    /// As stored.
    pub contact: Contact,
    /// Their best device's presence.
    pub presence: Presence,
}

query! {
    /// All accounts, in their order.
    Accounts {} -> Vec<AccountStatus>,
    |_question, shared| {
        let accounts = shared.store.accounts().await?;
        Ok(accounts
            .into_iter()
            .map(|account| AccountStatus {
                connection: shared.now(account.id, |live| live.connection),
                account,
            })
            .collect())
    }
}
query! {
    /// An account's contacts, by address.
    Contacts {
        /// Whose.
        account: AccountId,
    } -> Vec<ContactStatus>,
    |question, shared| {
        if shared.store.account(question.account).await?.is_none() {
            return Err(ErrorKind::NotFound.into());
        }
        let (_, contacts) = shared.store.roster(question.account).await?;
        Ok(shared.now(question.account, |live| {
            contacts
                .into_iter()
                .map(|contact| ContactStatus {
                    presence: live.presence(&contact.item.address),
                    contact,
                })
                .collect()
        }))
    }
}
query! {
    /// Unanswered contact requests, oldest first.
    ContactRequests {
        /// Whose; none for all accounts'.
        account: Option<AccountId>,
    } -> Vec<ContactRequest>,
    |question, shared| shared.store.requests(question.account).await
}
query! {
    /// The chat list, the one with the newest message first.
    Chats {
        /// Whose; none for all accounts'.
        account: Option<AccountId>,
    } -> Vec<ChatSummary>,
    |question, shared| shared.store.chats(question.account).await
}
query! {
    /// One line of the chat list; none where there is no such chat.
    Chat {
        /// Which.
        chat: ChatId,
    } -> Option<ChatSummary>,
    |question, shared| shared.store.chat(question.chat).await
}
query! {
    /// A stretch of a chat's history.
    History {
        /// Which.
        chat: ChatId,
        /// Where it starts.
        anchor: Anchor,
        /// How many messages at most.
        limit: u32,
    } -> Page,
    |question, shared| {
        shared
            .store
            .page(question.chat, question.anchor, question.limit)
            .await
    }
}
query! {
    /// The same, for those who know the address only. Empty where there is no such chat.
    HistoryWith {
        /// Whose.
        account: AccountId,
        /// With whom.
        with: BareJid,
        /// Where it starts.
        anchor: Anchor,
        /// How many messages at most.
        limit: u32,
    } -> Page,
    |question, shared| {
        if shared.store.account(question.account).await?.is_none() {
            return Err(ErrorKind::NotFound.into());
        }
        match shared.store.chat_with(question.account, &question.with).await? {
            Some(chat) => shared.store.page(chat, question.anchor, question.limit).await,
            None => Ok(Page {
                messages: Vec::new(),
                more: false,
            }),
        }
    }
}
query! {
    /// These messages, in the order of their ids; those that are not there are left out.
    Messages {
        /// Which.
        ids: Vec<MessageId>,
    } -> Vec<Message>,
    |question, shared| shared.store.messages(&question.ids).await
}
query! {
    /// What somebody's best device says.
    PresenceOf {
        /// Seen by whom.
        account: AccountId,
        /// Whose.
        address: BareJid,
    } -> Presence,
    |question, shared| {
        Ok(shared.now(question.account, |live| live.presence(&question.address)))
    }
}
query! {
    /// What is known of an account's connection and its server; none while it is not signed in.
    Server {
        /// Whose.
        account: AccountId,
    } -> Option<ServerFacts>,
    |question, shared| Ok(shared.now(question.account, |live| live.server()))
}
query! {
    /// The addresses of removed accounts whose chats are still here, see
    /// [`SetAside`](super::command::Command::SetAside).
    KeptHistories {} -> Vec<BareJid>,
    |_question, shared| shared.store.kept_histories().await
}
query! {
    /// A setting of the program; none where it was never set.
    Setting {
        /// Its name.
        key: String,
    } -> Option<String>,
    |question, shared| shared.store.setting(&question.key).await
}
