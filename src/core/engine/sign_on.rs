//! Making a connection for an account: its password, its server, its sign-in, its session. No state of its own, so that
//! a session can drop it at any time.

use std::sync::Arc;

use super::{command::Password, secrets::SecretName, shared::Shared};
use crate::{
    error::ErrorKind,
    model::{
        account::{Account, AccountSettings, ServerAddress},
        server::{Offer, Route},
    },
    xmpp::{
        connect::{self, MOST_HOPS, Secured, sent_to},
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
    /// How often the server has sent us on.
    pub(super) hops: u32,
    /// How the server was reached.
    pub(super) route: Route,
}

/// Where to look for a server that said where it is.
#[derive(Debug, Clone, Default, PartialEq)]
pub(super) struct Way {
    /// The place; none for where it usually is.
    pub(super) place: Option<ServerAddress>,
    /// How often it has sent us on.
    pub(super) hops: u32,
}

/// What session to go on with.
pub(super) struct Before {
    /// Its name.
    pub(super) resume: Resume,
    /// Where the server would rather have it (XEP-0198 §5).
    pub(super) location: Option<ServerAddress>,
}

/// Finds the server, signs in, and resumes or begins a session. Goes where the server sends us (RFC 6120 §4.9.3.19), a few times.
pub(super) async fn sign_on(
    shared: Arc<Shared>,
    account: Account,
    accept_downgrade: bool,
    before: Option<Before>,
    Way {
        mut place,
        mut hops,
    }: Way,
) -> Result<Attempt, Failure> {
    if let Some(location) = before.as_ref().and_then(|before| before.location.clone())
        && place.is_none()
        && let Some(settings) = sent_to(&account.settings, &location)
    {
        match signed_in_at(&shared, &account, &settings, accept_downgrade).await {
            Ok(signed_in) => {
                let resume = before.as_ref().map(|before| &before.resume);
                return begin(signed_in, &account, resume, hops).await;
            }
            // It was a wish of the server's. What is wrong at the usual place is what a person is told.
            Err(failure) => tracing::info!("not where the server would have us: {failure}"),
        }
    }
    let resume = before.as_ref().map(|before| &before.resume);
    loop {
        let there = place
            .as_ref()
            .and_then(|place| sent_to(&account.settings, place));
        let settings = there.as_ref().unwrap_or(&account.settings);
        let attempt = async {
            let signed_in = signed_in_at(&shared, &account, settings, accept_downgrade).await?;
            begin(signed_in, &account, resume, hops).await
        };
        let failure = match attempt.await {
            Ok(attempt) => return Ok(attempt),
            Err(failure) => failure,
        };
        match &failure.elsewhere {
            Some(other) if hops < MOST_HOPS && sent_to(&account.settings, other).is_some() => {
                hops += 1;
                place = Some(ServerAddress::clone(other));
            }
            _ => return Err(failure),
        }
    }
}

async fn begin(
    (secured, memory): (Secured, Memory),
    account: &Account,
    resume: Option<&Resume>,
    hops: u32,
) -> Result<Attempt, Failure> {
    let encrypted = secured.encrypted();
    let mut route = secured.route();
    let ready = session::begin(secured, &account.resource, resume)
        .await
        .map_err(|failure| {
            if encrypted {
                failure
            } else {
                failure.in_clear()
            }
        })?;
    if let Session::Fresh { management, .. } = &ready.session
        && !matches!(management, Some(management) if management.name.is_some())
    {
        route.offers.remove(&Offer::Resumption);
    }
    Ok(Attempt {
        ready,
        route,
        memory: memory.to_string(),
        hops,
    })
}

/// Finds the server and signs in, with the passwords that are kept. Gives the stream without a session, and what was used.
pub(super) async fn signed_in(
    shared: &Shared,
    account: &Account,
    accept_downgrade: bool,
) -> Result<(Secured, Memory), Failure> {
    signed_in_at(shared, account, &account.settings, accept_downgrade).await
}

/// The same with settings that lead to another place.
async fn signed_in_at(
    shared: &Shared,
    account: &Account,
    settings: &AccountSettings,
    accept_downgrade: bool,
) -> Result<(Secured, Memory), Failure> {
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
    let encrypted = secured.encrypted();
    let (secured, choice) = sign_in(secured, credentials).await.map_err(|failure| {
        if encrypted {
            failure
        } else {
            failure.in_clear()
        }
    })?;
    memory.succeeded(&choice);
    Ok((secured, memory))
}
