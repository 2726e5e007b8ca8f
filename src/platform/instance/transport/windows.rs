//! A named pipe. The system lets only its owner (and administrators) write to it, and names end with the process that made them.

use std::{
    io::{self, Read, Write},
    path::Path,
};

use interprocess::local_socket::{
    prelude::*, GenericNamespaced, Listener as PipeListener, ListenerOptions, Name, Stream,
};

/// A profile's pipe.
#[derive(Debug, Clone)]
pub(crate) struct Address(String);

impl Address {
    /// The one for a profile, given by its whole path.
    pub(crate) fn of(directory: &Path) -> io::Result<Self> {
        Ok(Self(format!(
            "im.oriole.Oriole-{}",
            super::short_name(directory)
        )))
    }

    /// Nothing is left of a pipe.
    pub(crate) fn forget(&self) {}

    fn name(&self) -> io::Result<Name<'_>> {
        self.0.as_str().to_ns_name::<GenericNamespaced>()
    }
}

/// The end that is asked.
pub(crate) struct Listener(PipeListener);

impl Listener {
    /// Takes the address over.
    pub(crate) fn bind(address: &Address) -> io::Result<Self> {
        let listener = ListenerOptions::new().name(address.name()?).create_sync()?;
        Ok(Self(listener))
    }

    /// Waits for somebody who asks.
    pub(crate) fn accept(&self) -> io::Result<Stream> {
        self.0.accept()
    }
}

/// The end that asks.
pub(crate) fn connect(address: &Address) -> io::Result<impl Read + Write> {
    Stream::connect(address.name()?)
}
