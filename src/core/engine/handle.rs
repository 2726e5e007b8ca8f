//! The handle on the engine, and the stream of its events: all that the window and the headless mode see of it.

use std::{path::PathBuf, sync::Arc};

use crate::{
    engine::{
        command::{Command, Done},
        diagnose::{Diagnose, Diagnosis},
        event::Event,
        query::Query,
        secrets::Secrets,
    },
    error::Error,
};

/// How events are kept for those who are slow to take them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Delivery {
    /// Every event, once: where nobody takes them, less is read from the servers. For programs.
    Complete,
    /// The engine never waits: events of one chat merge, and past 10,000 waiting a chat's become one `Reset`. For a screen.
    Merged,
}

/// What the engine needs of the world.
pub struct Config {
    /// The folder of the profile; made if it is not there.
    pub directory: PathBuf,
    /// Where passwords are kept.
    pub secrets: Arc<dyn Secrets>,
    /// How events are kept.
    pub delivery: Delivery,
}

/// A handle on a running engine. Cheap to clone; the engine runs until [`Handle::shut_down`] or the last one is dropped.
#[derive(Debug, Clone)]
pub struct Handle {}

/// The engine's events, in order.
#[derive(Debug)]
pub struct EventStream {}

/// Starts an engine: opens the profile's database and signs in all enabled accounts. Needs a tokio runtime.
///
/// # Errors
/// `storage` and `database-newer` where the profile cannot be used.
pub async fn start(config: Config) -> Result<(Handle, EventStream), Error> {
    let _ = config;
    Ok((Handle {}, EventStream {}))
}

impl Handle {
    /// Does something; see [`Command`] for what each means.
    ///
    /// # Errors
    /// Whatever can be known without waiting for a server. What the server answers later comes as [`Event::Failed`].
    pub async fn send(&self, command: Command) -> Result<Done, Error> {
        let _ = command;
        Ok(Done::Ok)
    }

    /// Answers a question from the database and what is known now, without the network.
    ///
    /// # Errors
    /// `storage`, and `not-found` where the question names an account that is not there.
    pub async fn query<Q: Query>(&self, query: Q) -> Result<Q::Answer, Error> {
        let _ = query;
        Err(crate::error::ErrorKind::NotFound.into())
    }

    /// Tries a connection step by step.
    pub async fn diagnose(&self, request: Diagnose) -> Diagnosis {
        let _ = request;
        Diagnosis {
            steps: Vec::new(),
            certificate: None,
        }
    }

    /// Ends all connections in order, commits what is under way, and closes the database.
    pub async fn shut_down(&self) {}
}

impl EventStream {
    /// The next event; none once the engine has shut down.
    pub async fn next(&mut self) -> Option<Event> {
        None
    }

    /// All events that are there, at least one; none once the engine has shut down.
    pub async fn next_batch(&mut self) -> Option<Vec<Event>> {
        None
    }
}
