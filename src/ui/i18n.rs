//! Every word on the screen, in the person's language.

use std::env;

use fluent_bundle::{FluentArgs, FluentBundle, FluentResource, FluentValue};
use oriole_core::error::{Error, ErrorKind};
use unic_langid::{LanguageIdentifier, langid};

/// The languages that Oriole speaks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Language {
    /// English.
    English,
    /// Simplified Chinese.
    Chinese,
}

impl Language {
    /// Every language.
    pub const ALL: [Self; 2] = [Self::English, Self::Chinese];

    /// The language that the system asks for; the environment's `ORIOLE_LANG` goes before it.
    #[must_use]
    pub fn of_system() -> Self {
        let tag = env::var("ORIOLE_LANG")
            .ok()
            .filter(|tag| !tag.is_empty())
            .or_else(sys_locale::get_locale)
            .unwrap_or_default();
        Self::of_tag(&tag)
    }

    /// The language nearest to a language tag, as in `zh_CN.UTF-8`.
    #[must_use]
    pub fn of_tag(tag: &str) -> Self {
        let main = tag.split(['-', '_', '.', '@']).next().unwrap_or_default();
        if main.eq_ignore_ascii_case("zh") {
            Self::Chinese
        } else {
            Self::English
        }
    }

    /// The words as written in the repository.
    #[must_use]
    pub fn source(self) -> &'static str {
        match self {
            Self::English => include_str!("../../resources/locales/en/main.ftl"),
            Self::Chinese => include_str!("../../resources/locales/zh-CN/main.ftl"),
        }
    }

    /// Its tag, as it is kept in the settings.
    #[must_use]
    pub fn tag(self) -> &'static str {
        match self {
            Self::English => "en",
            Self::Chinese => "zh-CN",
        }
    }

    fn id(self) -> LanguageIdentifier {
        match self {
            Self::English => langid!("en"),
            Self::Chinese => langid!("zh-CN"),
        }
    }
}

/// The words of one language.
pub struct Words {
    language: Language,
    bundle: FluentBundle<FluentResource>,
}

impl Words {
    /// The words of this language. What is broken in their source is left out, and found by a test.
    #[must_use]
    pub fn new(language: Language) -> Self {
        let resource = match FluentResource::try_new(language.source().to_owned()) {
            Ok(resource) | Err((resource, _)) => resource,
        };
        let mut bundle = FluentBundle::new(vec![language.id()]);
        // The isolating marks would be drawn as boxes by some fonts; what is put in is cleaned of anything that turns the writing.
        bundle.set_use_isolating(false);
        if bundle.add_resource(resource).is_err() {
            tracing::error!("a word is defined twice");
        }
        Self { language, bundle }
    }

    /// Which language.
    #[must_use]
    pub fn language(&self) -> Language {
        self.language
    }

    /// The words under this key; the key itself where there are none.
    #[must_use]
    pub fn get(&self, key: &str) -> String {
        self.with(key, &[])
    }

    /// The words under this key, with these values put in.
    #[must_use]
    pub fn with(&self, key: &str, values: &[(&str, FluentValue<'_>)]) -> String {
        let Some(pattern) = self.bundle.get_message(key).and_then(|m| m.value()) else {
            return key.to_owned();
        };
        let mut args = FluentArgs::new();
        for (name, value) in values {
            args.set(*name, value.clone());
        }
        let mut errors = Vec::new();
        self.bundle
            .format_pattern(pattern, Some(&args), &mut errors)
            .into_owned()
    }

    /// What went wrong, in one sentence.
    #[must_use]
    pub fn error(&self, kind: ErrorKind) -> String {
        let key = format!("error-{kind}");
        if self.bundle.has_message(&key) {
            self.get(&key)
        } else {
            kind.sentence().to_owned()
        }
    }

    /// What went wrong, in one sentence, and the detail, which may be empty.
    #[must_use]
    pub fn error_with_detail(&self, error: &Error) -> (String, String) {
        (
            self.error(error.kind),
            crate::plain_text::line(&error.detail, 300),
        )
    }
}
