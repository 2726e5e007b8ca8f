//! A server on a real TCP port of this machine that follows a script. A script that was not played to its end fails the
//! test, and so does one that nobody waited for.

use std::{future::Future, panic::resume_unwind};

use oriole_core::model::account::ServerAddress;
use tokio::{net::TcpListener, task::JoinHandle};

use super::{line::Line, patiently};

/// A server that listens.
pub(crate) struct Server {
    listener: TcpListener,
}

impl Server {
    pub(crate) async fn new() -> Self {
        Self {
            listener: TcpListener::bind("127.0.0.1:0").await.unwrap(),
        }
    }

    pub(crate) fn port(&self) -> u16 {
        self.listener.local_addr().unwrap().port()
    }

    pub(crate) fn address(&self) -> ServerAddress {
        ServerAddress {
            host: "127.0.0.1".to_owned(),
            port: Some(self.port()),
        }
    }

    /// The next connection.
    pub(crate) async fn accept(&self) -> Line {
        let accepted = patiently("a connection", self.listener.accept()).await;
        let (tcp, _) = accepted.unwrap();
        tcp.set_nodelay(true).unwrap();
        Line::new(tcp)
    }

    /// Plays this script beside the test.
    pub(crate) fn play<T: Send + 'static, F>(self, script: impl FnOnce(Self) -> F) -> Script<T>
    where
        F: Future<Output = T> + Send + 'static,
    {
        Script(Some(tokio::spawn(script(self))))
    }
}

/// A script that is being played.
#[must_use = "a script has to be waited for"]
pub(crate) struct Script<T>(Option<JoinHandle<T>>);

impl<T> Script<T> {
    /// Waits until the script was played to its end, and gives what it leaves; fails where it failed.
    pub(crate) async fn end(mut self) -> T {
        let script = self.0.take().unwrap();
        match patiently("the end of the script", script).await {
            Ok(left) => left,
            Err(error) => resume_unwind(error.into_panic()),
        }
    }
}

impl<T> Drop for Script<T> {
    fn drop(&mut self) {
        if let Some(script) = self.0.take() {
            script.abort();
            assert!(
                std::thread::panicking(),
                "the script was not played to its end"
            );
        }
    }
}
