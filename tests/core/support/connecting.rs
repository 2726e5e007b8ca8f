//! What a client needs to connect to a scripted server, all the way or part of it.

use std::{sync::Arc, time::Duration};

use oriole_core::{
    error::ErrorKind,
    model::account::{AccountSettings, Fingerprint, Security},
    xmpp::{
        connect::{Deadlines, Network, Secured, connect},
        failure::Failure,
        sasl::{Choice, Memory},
        session::{Ready, Resume, begin},
        sign_in::{Credentials, sign_in},
    },
};

use super::{
    engine::jid,
    patiently,
    resolve::Names,
    script::Server,
    session::{JULIET, PASSWORD},
};

/// A client before it connects.
pub(crate) struct Client {
    pub(crate) network: Network,
    pub(crate) settings: AccountSettings,
    pub(crate) memory: Memory,
    pub(crate) accept_downgrade: bool,
    pub(crate) password: &'static str,
    pub(crate) proxy_password: Option<&'static str>,
}

impl Client {
    /// Of this server, secured in this way.
    pub(crate) fn of(server: &Server, security: Security) -> Self {
        Self {
            network: Network {
                resolver: Arc::new(Names::default()),
                deadlines: Deadlines::default(),
            },
            settings: AccountSettings {
                server: Some(server.address()),
                security,
                ..AccountSettings::new(jid(JULIET))
            },
            memory: Memory::default(),
            accept_downgrade: false,
            password: PASSWORD,
            proxy_password: None,
        }
    }

    pub(crate) fn pinned(mut self, pin: Fingerprint) -> Self {
        self.settings.pin = Some(pin);
        self
    }

    /// Whose patience with answers is short, for servers that give none.
    pub(crate) fn impatient(mut self) -> Self {
        self.network.deadlines = Deadlines {
            secure: Duration::from_secs(1),
            answer: Duration::from_secs(1),
            ..Deadlines::default()
        };
        self
    }

    pub(crate) async fn connect(&self) -> Result<Secured, Failure> {
        let mut nobody = ();
        let connecting = connect(
            &self.network,
            &self.settings,
            self.proxy_password,
            &mut nobody,
        );
        patiently("the end of connecting", connecting).await
    }

    pub(crate) async fn sign_in(&self) -> Result<(Secured, Choice), Failure> {
        let secured = self.connect().await?;
        let credentials = Credentials {
            user: "juliet",
            password: self.password,
            memory: &self.memory,
            accept_downgrade: self.accept_downgrade,
        };
        patiently("the end of signing in", sign_in(secured, credentials)).await
    }

    pub(crate) async fn begin(&self, resume: Option<&Resume>) -> Result<Ready, Failure> {
        let (secured, _) = self.sign_in().await?;
        patiently("the end of beginning", begin(secured, "desk", resume)).await
    }

    /// The error that connecting, signing in and binding end with.
    pub(crate) async fn failure(&self) -> Failure {
        match self.begin(None).await {
            Ok(_) => panic!("the session began"),
            Err(failure) => failure,
        }
    }

    pub(crate) async fn failure_kind(&self) -> ErrorKind {
        self.failure().await.error.kind
    }
}
