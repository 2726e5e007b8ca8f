//! Making a connection for an account: its password, its server, its sign-in, its session. No state of its own, so that
//! a session can drop it at any time.

use std::sync::Arc;

use super::{command::Password, secrets::SecretName, shared::Shared};
use crate::{
    error::ErrorKind,
    model::{
        account::Account,
        server::{Offer, Route},
    },
    xmpp::{
        connect::{self, Secured},
        failure::Failure,
        sasl::Memory,
        session::{self, Ready, Resume, Session},
        sign_in::{Credentials, sign_in},
    },
};

/// A connection that was made.
pub(super) struct Attempt {
    /// The stream, ready for stanzas.
    pub(super) ready: Ready,
    /// What is to be remembered of the sign-in, against downgrades.
    pub(super) memory: String,
    /// How the server was reached.
    pub(super) route: Route,
}

/// Finds the server, signs in, and resumes or begins a session.
pub(super) async fn sign_on(
    shared: Arc<Shared>,
    account: Account,
    accept_downgrade: bool,
    resume: Option<Resume>,
) -> Result<Attempt, Failure> {
    let (secured, memory) = signed_in(&shared, &account, accept_downgrade).await?;
    let mut route = secured.route();
    let ready = session::begin(secured, &account.resource, resume.as_ref()).await?;
    if let Session::Fresh { management, .. } = &ready.session
        && !matches!(management, Some(Some(_)))
    {
        route.offers.remove(&Offer::Resumption);
    }
    Ok(Attempt {
        ready,
        route,
        memory: memory.to_string(),
    })
}

/// Finds the server and signs in, with the passwords that are kept. Gives the stream without a session, and what was used.
pub(super) async fn signed_in(
    shared: &Shared,
    account: &Account,
    accept_downgrade: bool,
) -> Result<(Secured, Memory), Failure> {
    let settings = &account.settings;
    let needed = |detail: String| Failure::new(ErrorKind::PasswordNeeded, detail);
    let password = shared
        .password(SecretName::account(&settings.address))
        .await
        .map_err(|error| needed(error.detail))?
        .ok_or_else(|| needed(String::new()))?;
    // Where it is not known, the proxy says that it wants one.
    let proxy_password = shared.proxy_password(settings).await.ok().flatten();
    let proxy_password = proxy_password.as_ref().map(Password::reveal);
    let secured = connect::connect(&shared.network, settings, proxy_password, &mut ()).await?;
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
    Ok((secured, memory))
}
