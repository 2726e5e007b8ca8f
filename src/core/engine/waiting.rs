//! What waits to be sent, or failed, can be taken back, and what waits can be changed.
//!
//! A session does it, which alone knows what it gave to its connection: between being looked at here and being stored, nothing is
//! given to it, so a message either goes out as it was, or not at all (or as it is now).

use jid::BareJid;
use tokio::sync::oneshot;

use super::{command::Done, session::Session};
use crate::{
    error::Error,
    model::ids::MessageId,
    store::write::{Given, Waiting, Write},
};

/// What is to become of a waiting message.
pub(super) struct Revision {
    /// With whom it stands.
    pub(super) with: BareJid,
    /// Which.
    pub(super) message: MessageId,
    /// What it is to say; none where it is to go.
    pub(super) body: Option<String>,
    /// Who waits for the answer.
    pub(super) reply: oneshot::Sender<Result<Done, Error>>,
}

impl Session {
    /// Takes a message back or changes it, unless it is on its way.
    pub(super) async fn revise(&mut self, revision: Revision) {
        let Revision {
            with,
            message,
            body,
            reply,
        } = revision;
        let which = Waiting {
            account: self.account.id,
            with,
            message,
            given: self.outbox.has(message),
        };
        let write = match body {
            Some(body) => Write::EditWaiting { which, body },
            None => Write::TakeBack(which),
        };
        let result = match self.shared.store.write(vec![write]).await {
            Ok(changes) => {
                self.shared.announce(changes).await;
                Ok(Done::Ok)
            }
            Err(error) => Err(error),
        };
        let _ = reply.send(result);
    }

    /// The stream is gone: the server may have what was given to it and not acknowledged.
    pub(super) async fn doubt_in_flight(&mut self) {
        self.set_given(Given::Perhaps).await;
    }

    /// The server does not have what was given to the stream and not acknowledged.
    pub(super) async fn clear_in_flight(&mut self) {
        self.set_given(Given::No).await;
        self.outbox.not_there();
    }

    async fn set_given(&mut self, given: Given) {
        let messages = self.outbox.in_flight();
        if !messages.is_empty() {
            self.put(vec![Write::SetGiven {
                account: self.account.id,
                messages: Some(messages),
                given,
            }])
            .await;
        }
    }
}
