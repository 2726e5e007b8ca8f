//! The threads that read, each with a connection that cannot write.

use std::{
    sync::{
        Arc, Mutex, PoisonError,
        mpsc::{Receiver, Sender, channel},
    },
    thread,
};

use rusqlite::Connection;
use tokio::sync::oneshot;

use super::failure::closed;
use crate::error::{Error, ErrorKind};

/// What a thread can be asked.
enum Job {
    Read(Box<dyn FnOnce(&mut Connection) + Send>),
    Close(oneshot::Sender<()>),
}

/// The readers: whoever is free takes the next question.
pub(super) struct Readers {
    jobs: Sender<Job>,
    count: usize,
}

impl Readers {
    /// Starts one thread for each connection. They end after [`Readers::close`], or when this is dropped.
    pub(super) fn start(connections: Vec<Connection>) -> Result<Self, Error> {
        let (sender, jobs) = channel();
        let jobs = Arc::new(Mutex::new(jobs));
        let count = connections.len();
        for connection in connections {
            let jobs = Arc::clone(&jobs);
            thread::Builder::new()
                .name("store-reader".into())
                .spawn(move || run(connection, &jobs))
                .map_err(|error| Error::new(ErrorKind::Storage, error.to_string()))?;
        }
        Ok(Self {
            jobs: sender,
            count,
        })
    }

    /// Reads, all of it from the same moment.
    pub(super) async fn read<T: Send + 'static>(
        &self,
        read: impl FnOnce(&Connection) -> Result<T, Error> + Send + 'static,
    ) -> Result<T, Error> {
        let (reply, answer) = oneshot::channel();
        let job = Job::Read(Box::new(move |connection| {
            if reply.is_closed() {
                return;
            }
            let result = connection
                .transaction()
                .map_err(Error::from)
                .and_then(|transaction| read(&transaction));
            // Who asked may have gone.
            let _ = reply.send(result);
        }));
        self.jobs.send(job).map_err(|_| closed())?;
        answer.await.unwrap_or_else(|_| Err(closed()))
    }

    /// Ends the threads once they have answered what was asked before.
    pub(super) async fn close(&self) {
        for _ in 0..self.count {
            let (reply, closed) = oneshot::channel();
            if self.jobs.send(Job::Close(reply)).is_ok() {
                // An error says that it has ended, too.
                let _ = closed.await;
            }
        }
    }
}

fn run(mut connection: Connection, jobs: &Mutex<Receiver<Job>>) {
    loop {
        let job = jobs.lock().unwrap_or_else(PoisonError::into_inner).recv();
        match job {
            Ok(Job::Read(read)) => read(&mut connection),
            Ok(Job::Close(reply)) => {
                drop(connection);
                drop(reply);
                return;
            }
            Err(_) => return,
        }
    }
}
