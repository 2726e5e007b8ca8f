//! The steps on the way to being connected, as a person is told of them.

/// A step on the way to being connected.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Step {
    /// Find the server.
    Resolve,
    /// Open a connection.
    Connect,
    /// Secure it.
    Secure,
    /// Sign in.
    SignIn,
    /// Ready for messages.
    Ready,
}

impl Step {
    /// All steps in their order.
    pub const ALL: [Step; 5] = [
        Step::Resolve,
        Step::Connect,
        Step::Secure,
        Step::SignIn,
        Step::Ready,
    ];

    /// The stable word of the headless protocol.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Resolve => "resolve",
            Self::Connect => "connect",
            Self::Secure => "secure",
            Self::SignIn => "sign-in",
            Self::Ready => "ready",
        }
    }
}
