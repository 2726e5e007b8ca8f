//! Making a connection for an account: its password, its server, its sign-in, its session. No state of its own, so that
//! a session can drop it at any time.

use std::sync::Arc;

use super::shared::Shared;
use crate::{
    error::ErrorKind,
    model::account::Account,
    xmpp::{
        connect,
        failure::Failure,
        sasl::Memory,
        session::{self, Ready, Resume},
        sign_in::{Credentials, sign_in},
    },
};

/// A connection that was made.
pub(super) struct Attempt {
    /// The stream, ready for stanzas.
    pub(super) ready: Ready,
    /// What is to be remembered of the sign-in, against downgrades.
    pub(super) memory: String,
}

/// Finds the server, signs in, and resumes or begins a session.
pub(super) async fn sign_on(
    shared: Arc<Shared>,
    account: Account,
    accept_downgrade: bool,
    resume: Option<Resume>,
) -> Result<Attempt, Failure> {
    let settings = &account.settings;
    let password = shared
        .password(&settings.address)
        .await
        .map_err(|error| Failure::new(error.kind, error.detail))?
        .ok_or_else(|| {
            Failure::new(
                ErrorKind::WrongPassword,
                "No password is kept for this account.",
            )
        })?;
    let secured = connect::connect(&shared.network, settings, &mut ()).await?;
    let mut memory: Memory = if accept_downgrade {
        Memory::default()
    } else {
        account.sasl_memory.parse().unwrap_or_default()
    };
    let credentials = Credentials {
        user: settings.address.node().map_or("", |node| node.as_str()),
        password: password.reveal(),
        memory: &memory,
        accept_downgrade,
    };
    let (secured, choice) = sign_in(secured, credentials).await?;
    memory.succeeded(&choice);
    let ready = session::begin(secured, &account.resource, resume.as_ref()).await?;
    Ok(Attempt {
        ready,
        memory: memory.to_string(),
    })
}
