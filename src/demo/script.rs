//! What the people of the demo are like and what they say. Data only; what they do with it is in [`friends`](super::friends).
//!
//! Everything is invented, and every address and link is under a domain that is nobody's (RFC 6761 §6.5).

mod chinese;
mod english;

use oriole_core::model::presence::Show;
use oriole_ui::i18n::Language;

/// The server's name.
pub(super) const DOMAIN: &str = "oriole.example";
/// The account's name before the @.
pub(super) const USER: &str = "you";

/// A demo in one language.
pub(super) struct Script {
    /// What our own status says.
    pub(super) own_status: &'static str,
    /// Who is in the contact list, and who will ask to be.
    pub(super) people: &'static [Person],
    /// Somebody whom nobody has thought of before.
    pub(super) newcomer: Person,
    /// What happens by itself.
    pub(super) beats: &'static [Beat],
}

/// Somebody.
pub(super) struct Person {
    /// The address before the @.
    pub(super) local: &'static str,
    /// What they are called.
    pub(super) name: &'static str,
    /// The group they are in; none for those who are no contacts at first.
    pub(super) group: Option<&'static str>,
    /// The device they write from.
    pub(super) device: &'static str,
    /// How available they are at first.
    pub(super) show: Show,
    /// In their own words; may be empty.
    pub(super) status: &'static str,
    /// What they wrote before: how many minutes ago, oldest first, and what.
    pub(super) history: &'static [(i64, &'static str)],
    /// What they write once they see us and we see them, where that was not so from the start; empty for nothing.
    pub(super) thanks: &'static str,
    /// What they answer.
    pub(super) voice: Voice,
}

/// What somebody answers, in turn; none of these is empty.
pub(super) struct Voice {
    /// To a greeting.
    pub(super) greeting: &'static [&'static str],
    /// To a question.
    pub(super) question: &'static [&'static str],
    /// To thanks.
    pub(super) thanks: &'static [&'static str],
    /// To everything else.
    pub(super) other: &'static [&'static str],
}

/// Something that happens by itself, once.
pub(super) struct Beat {
    /// How many seconds after the first sign-in.
    pub(super) after: u64,
    /// Who does it: their address before the @.
    pub(super) who: &'static str,
    /// What.
    pub(super) what: Move,
}

/// What somebody does by themselves.
pub(super) enum Move {
    /// Types, and then writes this.
    Write(&'static str),
    /// Is more or less available.
    Appear(Show, &'static str),
    /// Asks to be a contact, with these words.
    Ask(&'static str),
}

/// The demo in this language.
pub(super) fn script(language: Language) -> &'static Script {
    match language {
        Language::English => &english::SCRIPT,
        Language::Chinese => &chinese::SCRIPT,
    }
}

/// What a message is, as far as an answer depends on it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    /// A greeting.
    Greeting,
    /// A question.
    Question,
    /// Thanks.
    Thanks,
    /// Anything else.
    Other,
}

const GREETINGS: [&str; 16] = [
    "hi",
    "hello",
    "hey",
    "hullo",
    "hallo",
    "ahoj",
    "moin",
    "good morning",
    "good evening",
    "good afternoon",
    "你好",
    "您好",
    "嗨",
    "哈喽",
    "早上好",
    "晚上好",
];
const THANKS: [&str; 6] = ["thank", "thx", "cheers", "谢", "多谢", "感谢"];
const QUESTION_ENDINGS: [char; 2] = ['吗', '呢'];
/// A greeting has no more characters than this; what is longer only begins with one.
const LONGEST_GREETING: usize = 24;

/// What this message is, in any of the languages.
pub(super) fn kind(text: &str) -> Kind {
    let start: String = text.trim().chars().take(200).collect();
    let lower = start.to_lowercase();
    let words_end = |rest: &str| {
        rest.chars()
            .next()
            .is_none_or(|next| !next.is_ascii_alphanumeric())
    };
    let greets = GREETINGS
        .iter()
        .filter_map(|greeting| lower.strip_prefix(greeting))
        .any(words_end);
    let question = text.contains(['?', '？']) || text.trim().ends_with(QUESTION_ENDINGS);
    if question {
        Kind::Question
    } else if greets && lower.chars().count() <= LONGEST_GREETING {
        Kind::Greeting
    } else if THANKS.iter().any(|word| lower.starts_with(word)) {
        Kind::Thanks
    } else {
        Kind::Other
    }
}

impl Voice {
    /// The next answer to a message of this kind; `turn` counts the answers given before.
    pub(super) fn answer(&self, kind: Kind, turn: usize) -> &'static str {
        let answers = match kind {
            Kind::Greeting => self.greeting,
            Kind::Question => self.question,
            Kind::Thanks => self.thanks,
            Kind::Other => self.other,
        };
        answers
            .get(turn.checked_rem(answers.len()).unwrap_or_default())
            .copied()
            .unwrap_or_default()
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn messages_are_told_apart() {
        for (text, expected) in [
            ("Hi!", Kind::Greeting),
            ("  hello Mei", Kind::Greeting),
            ("你好", Kind::Greeting),
            ("你好啊", Kind::Greeting),
            ("Hi, are you there?", Kind::Question),
            ("去吗", Kind::Question),
            ("早餐吃了", Kind::Other),
            ("Highlands", Kind::Other),
            (
                "Hello world is the first program that one writes",
                Kind::Other,
            ),
            ("Thanks a lot", Kind::Thanks),
            ("谢谢你", Kind::Thanks),
            ("", Kind::Other),
            ("\u{1F600}", Kind::Other),
        ] {
            assert_eq!(kind(text), expected, "{text:?}");
        }
    }

    #[test]
    fn answers_take_turns_and_there_always_is_one() {
        for language in Language::ALL {
            let script = script(language);
            for person in script.people.iter().chain([&script.newcomer]) {
                for kind in [Kind::Greeting, Kind::Question, Kind::Thanks, Kind::Other] {
                    let answers: Vec<_> = (0..12)
                        .map(|turn| person.voice.answer(kind, turn))
                        .collect();
                    assert!(answers.iter().all(|answer| !answer.is_empty()));
                }
                let other = &person.voice.other;
                assert!(other.len() > 1, "{}", person.local);
                assert_ne!(
                    person.voice.answer(Kind::Other, 0),
                    person.voice.answer(Kind::Other, 1)
                );
            }
        }
    }

    #[test]
    fn a_demo_says_that_it_is_one_in_both_languages_whatever_the_language() {
        for language in Language::ALL {
            let script = script(language);
            let told = script
                .people
                .iter()
                .flat_map(|person| person.history)
                .min_by_key(|(minutes, _)| *minutes)
                .unwrap();
            assert!(told.1.contains("This is a demo"), "{}", told.1);
            assert!(told.1.contains("这是演示"), "{}", told.1);
            assert!(script.own_status.contains("demo"));
            assert!(script.own_status.contains("演示"));
        }
    }

    #[test]
    fn every_script_is_whole() {
        for language in Language::ALL {
            let script = script(language);
            let names: BTreeSet<_> = script.people.iter().map(|person| person.local).collect();
            assert_eq!(names.len(), script.people.len());
            for beat in script.beats {
                assert!(names.contains(beat.who), "{}", beat.who);
            }
            for person in script.people {
                let times: Vec<i64> = person.history.iter().map(|(minutes, _)| *minutes).collect();
                assert!(times.is_sorted_by(|a, b| a > b), "{}", person.local);
                assert!(jid::BareJid::new(&format!("{}@{DOMAIN}", person.local)).is_ok());
            }
            let asking = |beat: &&Beat| matches!(beat.what, Move::Ask(_));
            assert_eq!(script.beats.iter().filter(asking).count(), 1);
        }
    }

    #[test]
    fn links_lead_nowhere() {
        for language in Language::ALL {
            let script = script(language);
            for (_, text) in script.people.iter().flat_map(|person| person.history) {
                for link in text
                    .match_indices("://")
                    .map(|(at, _)| text.get(at + 3..).unwrap())
                {
                    assert!(link.starts_with("example.org/"), "{link}");
                }
            }
        }
    }
}
