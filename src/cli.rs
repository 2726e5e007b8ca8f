//! What can be said on the command line, and where a profile's folder is.
//!
//! Must not touch the disk: whoever uses the folder makes it.

use std::path::PathBuf;

use clap::{Parser, ValueEnum};
use directories::ProjectDirs;
use oriole_core::text::uri;

/// A desktop messenger for XMPP.
#[derive(Debug, Clone, PartialEq, Eq, Parser)]
#[command(name = "oriole", version)]
pub(crate) struct Arguments {
    /// Keep everything of the profile in this folder.
    #[arg(long, value_name = "DIR", conflicts_with = "profile")]
    pub(crate) data_dir: Option<PathBuf>,
    /// Use another profile than the usual one.
    #[arg(long, value_name = "NAME", value_parser = profile_name)]
    pub(crate) profile: Option<String>,
    /// Run without a window: JSON requests on stdin, replies and events on stdout.
    #[arg(long)]
    pub(crate) headless: bool,
    /// Try Oriole without an account: friends in this program, a profile that goes away at the end.
    #[arg(long, conflicts_with_all = ["data_dir", "profile", "keyring"])]
    pub(crate) demo: bool,
    /// Where passwords are kept.
    #[arg(long, value_enum, default_value = "system")]
    pub(crate) keyring: Keyring,
    /// A link to a person, as in xmpp:mei@example.org. Opens a dialog that is filled in; an Oriole that runs already shows it.
    #[arg(value_name = "LINK", value_parser = link, conflicts_with = "headless")]
    pub(crate) link: Option<String>,
    /// Write the name of the graphics card and end: what Oriole asks another process of its own.
    #[arg(long, hide = true)]
    pub(crate) probe_graphics: bool,
}

/// Where passwords are kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Keyring {
    /// The system's keyring; where there is none, Oriole asks for passwords at each start.
    System,
    /// A file in the profile that only its owner can read.
    File,
}

/// A profile.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Profile {
    /// Its folder.
    pub(crate) directory: PathBuf,
    /// Whether it is the one that is used when none is named.
    pub(crate) usual: bool,
}

impl Arguments {
    /// The profile asked for; none where the system does not say where a person's data belong.
    pub(crate) fn profile(&self) -> Option<Profile> {
        // The local place on Windows: a database is not to roam from machine to machine.
        let usual = ProjectDirs::from("im", "oriole", "Oriole")
            .map(|directories| directories.data_local_dir().to_owned());
        let directory = match (&self.data_dir, &self.profile) {
            (Some(directory), _) => directory.clone(),
            (None, Some(name)) => usual.as_ref()?.join("profiles").join(name),
            (None, None) => usual.clone()?,
        };
        Some(Profile {
            usual: usual.as_ref() == Some(&directory),
            directory,
        })
    }
}

/// A profile's name becomes a folder's, so it must be one on every system, and never lead elsewhere.
fn profile_name(text: &str) -> Result<String, String> {
    let fits = !text.is_empty()
        && text.chars().count() <= 64
        && text
            .chars()
            .all(|c| c.is_alphanumeric() || matches!(c, '-' | '_'));
    if fits {
        Ok(text.to_owned())
    } else {
        Err("a profile's name is made of letters, digits, - and _, at most 64 of them".to_owned())
    }
}

/// Links come from other programs, which show what is wrong with them, or nothing at all.
fn link(text: &str) -> Result<String, String> {
    match uri::parse(text) {
        Some(_) => Ok(text.to_owned()),
        None => Err("only links as xmpp:name@server are understood".to_owned()),
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::*;

    fn parse(words: &[&str]) -> Result<Arguments, clap::Error> {
        Arguments::try_parse_from([&["oriole"], words].concat())
    }

    #[test]
    fn the_definition_is_sound() {
        <Arguments as clap::CommandFactory>::command().debug_assert();
    }

    #[test]
    fn nothing_means_a_window_on_the_usual_profile_with_the_systems_keyring() {
        let arguments = parse(&[]).unwrap();
        assert!(!arguments.headless);
        assert_eq!(arguments.keyring, Keyring::System);
        let Profile { directory, usual } = arguments.profile().unwrap();
        assert!(usual);
        #[cfg(target_os = "linux")]
        assert!(directory.ends_with("oriole"), "{directory:?}");
        let named = parse(&["--profile", "work"]).unwrap().profile().unwrap();
        assert_eq!(named.directory, directory.join("profiles").join("work"));
        assert!(!named.usual);
    }

    #[test]
    fn a_folder_can_be_given() {
        let arguments = parse(&["--headless", "--data-dir", "/x/y", "--keyring", "file"]).unwrap();
        assert!(arguments.headless);
        assert_eq!(arguments.keyring, Keyring::File);
        let directory = PathBuf::from("/x/y");
        let usual = false;
        assert_eq!(arguments.profile(), Some(Profile { directory, usual }));
    }

    #[test]
    fn a_demo_has_nothing_to_do_with_any_profile() {
        assert!(parse(&["--demo"]).unwrap().demo);
        assert!(parse(&["--demo", "--headless"]).unwrap().headless);
        for other in [
            ["--data-dir", "x"],
            ["--profile", "x"],
            ["--keyring", "file"],
        ] {
            assert!(
                parse(&[&["--demo"], &other[..]].concat()).is_err(),
                "{other:?}"
            );
        }
    }

    #[test]
    fn links_are_checked() {
        let link = "xmpp:mei@example.org?roster";
        assert_eq!(parse(&[link]).unwrap().link.as_deref(), Some(link));
        for odd in ["mei@example.org", "https://example.org", "xmpp:", ""] {
            assert!(parse(&[odd]).is_err(), "{odd:?}");
        }
        assert!(parse(&[link, link]).is_err());
        assert!(parse(&["--headless", link]).is_err());
    }

    #[test]
    fn a_profiles_name_leads_nowhere_else() {
        for name in ["", ".", "..", "a/b", "a\\b", "a.b", "a b", "C:", "\0"] {
            assert!(parse(&["--profile", name]).is_err(), "{name:?}");
        }
        assert!(parse(&["--profile", &"x".repeat(65)]).is_err());
        assert!(parse(&["--profile", "工作_2"]).is_ok());
        assert!(parse(&["--profile", "a", "--data-dir", "b"]).is_err());
    }
}
