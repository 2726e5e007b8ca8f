//! What is known of emoji.

use oriole_ui::emoji::{Tone, by_shortcode, kinds, known, runs, search, toned};

fn found(query: &str) -> Vec<&'static str> {
    search(query, 5)
        .into_iter()
        .map(|found| found.emoji)
        .collect()
}

#[test]
fn there_are_nine_kinds_and_no_tones_among_them() {
    let kinds = kinds();
    assert_eq!(kinds.len(), 9);
    let all: Vec<&str> = kinds.concat();
    assert!((1_500..2_100).contains(&all.len()), "{}", all.len());
    assert!(all.contains(&"👋") && !all.contains(&"👋🏽"));
}

#[test]
fn the_best_is_found_first() {
    assert_eq!(found("smile")[0], "😄");
    assert_eq!(found("thumbsup")[0], "👍");
    assert_eq!(found(":heart:")[0], "❤\u{FE0F}");
    assert_eq!(found("Hiking Boot"), ["🥾"]);
    assert_eq!(found("哭")[0], "😢");
    assert_eq!(found("爬山"), ["⛰\u{FE0F}", "🥾"]);
    assert_eq!(found("笑").len(), 5);
    assert_eq!(found("%&"), [""; 0]);
    assert_eq!(found("  "), [""; 0]);
}

#[test]
fn names_and_tones() {
    assert_eq!(by_shortcode("tada"), Some("🎉"));
    assert_eq!(by_shortcode("nosuch"), None);
    assert_eq!(toned("👋", Tone::Dark), "👋🏿");
    assert_eq!(toned("👋🏽", Tone::None), "👋");
    assert_eq!(toned("🎉", Tone::Dark), "🎉");
    assert_eq!(known("👋🏽"), Some("👋🏽"));
    assert_eq!(known("<script>"), None);
    for tone in Tone::ALL {
        assert_eq!(Tone::of_number(tone.number()), tone);
    }
    assert_eq!(Tone::of_number(77), Tone::None);
}

#[test]
fn runs_of_emoji_are_seen_and_nothing_else() {
    let text = "1 #️⃣ 你好😀👨\u{200D}👩\u{200D}👧, 2";
    let seen: Vec<&str> = runs(text).into_iter().map(|run| &text[run]).collect();
    assert_eq!(seen, ["#️⃣", "😀👨\u{200D}👩\u{200D}👧"]);
    assert!(runs("plain 1 # * text, 汉字").is_empty());
}

#[test]
fn every_chinese_word_leads_to_its_emoji() {
    for word in [
        "开心", "红包", "饺子", "晚安", "谢谢", "加油", "熊猫", "中国",
    ] {
        assert!(!found(word).is_empty(), "{word}");
    }
}
