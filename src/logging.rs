//! Logs: to stderr, as much as `ORIOLE_LOG` asks for, and never what would give secrets away.
//!
//! Some libraries write whole stanzas, passwords among them, when they are asked for detail. They use the `log` crate, which nothing here
//! listens to and whose detail is compiled out (see Cargo.toml); for the case that one of them changes to `tracing`, their detail is held
//! back here too.

use std::io::{self, Write};

use tracing::{level_filters::LevelFilter, Metadata, Subscriber};
use tracing_subscriber::{
    filter::filter_fn, fmt::MakeWriter, layer::SubscriberExt, util::SubscriberInitExt, EnvFilter,
};

/// The environment variable with the filter, in the language of tracing-subscriber's `EnvFilter`.
const VARIABLE: &str = "ORIOLE_LOG";

/// Crates that write secrets into their detail.
const TALKATIVE: [&str; 5] = ["tokio_xmpp", "xmpp_parsers", "rxml", "xso", "rustls"];

/// Sends the program's log to stderr. To be called once, before anything is logged.
pub(crate) fn start() {
    let asked = std::env::var(VARIABLE).unwrap_or_default();
    let (filter, problem) = match EnvFilter::try_new(&asked) {
        Ok(filter) if !asked.is_empty() => (filter, None),
        Ok(_) => (EnvFilter::new("warn"), None),
        Err(error) => (EnvFilter::new("warn"), Some(error)),
    };
    if subscriber(filter, io::stderr).try_init().is_err() {
        // Somebody listens already; nothing is lost.
        return;
    }
    if let Some(error) = problem {
        tracing::warn!("{VARIABLE} is not understood: {error}");
    }
}

/// Says something to whoever started the program, whatever the log's filter is.
pub(crate) fn say(sentence: &str) {
    // Where stderr is closed there is nobody to tell.
    let _ = writeln!(io::stderr(), "{sentence}");
}

fn subscriber<W>(filter: EnvFilter, writer: W) -> impl Subscriber + Send + Sync
where
    W: for<'a> MakeWriter<'a> + Send + Sync + 'static,
{
    tracing_subscriber::registry()
        .with(filter)
        .with(filter_fn(harmless))
        .with(
            tracing_subscriber::fmt::layer()
                .with_ansi(false)
                .with_writer(writer),
        )
}

/// Whether a record can be shown at all, whatever was asked for.
fn harmless(record: &Metadata<'_>) -> bool {
    let origin = record.target().split("::").next().unwrap_or_default();
    *record.level() <= LevelFilter::WARN || !TALKATIVE.contains(&origin)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use std::sync::{Arc, Mutex};

    use super::*;

    #[derive(Clone, Default)]
    struct Sink(Arc<Mutex<Vec<u8>>>);

    impl Write for Sink {
        fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
            self.0.lock().unwrap().write(bytes)
        }

        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }

    #[test]
    fn detail_that_holds_secrets_cannot_be_asked_for() {
        for asked in [
            "trace",
            "trace,tokio_xmpp=trace,rustls=debug",
            "tokio_xmpp::xmlstream=trace,oriole=trace",
        ] {
            let sink = Sink::default();
            let writer = sink.clone();
            let subscriber = subscriber(EnvFilter::new(asked), move || writer.clone());
            tracing::subscriber::with_default(subscriber, || {
                tracing::trace!(target: "tokio_xmpp::xmlstream", "a secret");
                tracing::debug!(target: "tokio_xmpp", "a secret");
                tracing::info!(target: "rustls::client", "a secret");
                tracing::info!(target: "xso", "a secret");
                tracing::trace!(target: "oriole", "plain");
                tracing::warn!(target: "tokio_xmpp::xmlstream", "a warning");
            });
            let written = String::from_utf8(sink.0.lock().unwrap().clone()).unwrap();
            assert!(!written.contains("secret"), "{asked}: {written}");
            assert!(written.contains("plain"), "{asked}: {written}");
            assert!(written.contains("a warning"), "{asked}: {written}");
        }
    }

    #[test]
    fn detail_through_the_log_crate_is_compiled_out() {
        assert_eq!(log::STATIC_MAX_LEVEL, log::LevelFilter::Warn);
    }
}
