//! Opens links in the program that the system has for them.

/// The schemes that are opened; everything else stays text.
const SCHEMES: [&str; 5] = ["http", "https", "mailto", "geo", "xmpp"];

/// Whether this address may be opened: it names one of our schemes and has no character that could end a command.
#[must_use]
pub fn may_open(address: &str) -> bool {
    let scheme = address.split_once(':').map(|(scheme, _)| scheme);
    scheme.is_some_and(|scheme| {
        SCHEMES
            .iter()
            .any(|known| known.eq_ignore_ascii_case(scheme))
    }) && !address.chars().any(|c| c.is_control() || c.is_whitespace())
}

/// Whether this address is one that Oriole opens itself.
#[must_use]
pub fn ours(address: &str) -> bool {
    let scheme = address.split_once(':').map(|(scheme, _)| scheme);
    scheme.is_some_and(|scheme| scheme.eq_ignore_ascii_case("xmpp"))
}

/// Opens this address, if it may be opened, without waiting for the program that shows it.
pub fn link(address: String) {
    if !may_open(&address) {
        tracing::warn!("a link with another scheme was not opened");
        return;
    }
    std::thread::spawn(move || {
        if let Err(error) = open::that_detached(address) {
            tracing::warn!("a link could not be opened: {}", error.kind());
        }
    });
}

#[cfg(test)]
mod tests {
    use super::may_open;

    #[test]
    fn only_harmless_schemes_are_opened() {
        for good in [
            "https://example.org/a?b#c",
            "HTTP://example.org",
            "mailto:a@b",
            "geo:1,2",
            "xmpp:a@b",
        ] {
            assert!(may_open(good), "{good}");
        }
        for bad in [
            "file:///etc/passwd",
            "javascript:1",
            "example.org",
            "",
            "https://a b",
            "https://a\nb",
            "smb://x",
            "-x",
        ] {
            assert!(!may_open(bad), "{bad}");
        }
    }
}
