#![allow(clippy::unwrap_used)]

use super::*;

fn found(card: Option<&str>) -> Option<Found> {
    Some(Found {
        card: card.map(str::to_owned),
        at: 1_000_000_000,
        version: VERSION.to_owned(),
    })
}

fn window(width: f32, height: f32, scale: f32) -> Kept {
    Kept {
        size: Some(Size {
            width,
            height,
            scale,
        }),
        found: found(Some("A Card")),
        ..Kept::default()
    }
}

#[test]
fn a_large_window_is_drawn_by_a_real_graphics_card() {
    assert!(window(2560.0, 1440.0, 1.0).by_graphics());
    assert!(window(1200.0, 780.0, 2.0).by_graphics());
    assert!(!window(1200.0, 780.0, 1.0).by_graphics());
    assert!(!window(1920.0, 1080.0, 1.0).by_graphics());
    let none = Kept {
        found: found(None),
        ..window(2560.0, 1440.0, 1.0)
    };
    assert!(!none.by_graphics());
    assert!(!Kept::default().by_graphics());
}

#[test]
fn what_the_person_chose_comes_first_unless_it_failed() {
    let software = Kept {
        drawing: Choice::Software,
        ..window(2560.0, 1440.0, 2.0)
    };
    assert!(!software.by_graphics());
    let graphics = Kept {
        drawing: Choice::Graphics,
        ..Kept::default()
    };
    assert!(graphics.by_graphics());
    let failed = Kept {
        failed: Some(VERSION.to_owned()),
        ..graphics.clone()
    };
    assert!(!failed.by_graphics());
    let failed_long_ago = Kept {
        failed: Some("0.0.1".to_owned()),
        ..graphics
    };
    assert!(failed_long_ago.by_graphics());
}

#[test]
fn a_finding_is_good_for_two_weeks_and_one_version() {
    let kept = window(800.0, 600.0, 1.0);
    assert!(!kept.outdated(1_000_000_000));
    assert!(!kept.outdated(1_000_000_000 + 14 * 86_400));
    assert!(kept.outdated(1_000_000_000 + 15 * 86_400));
    // A clock that was wrong then.
    assert!(kept.outdated(900_000_000));
    assert!(Kept::default().outdated(0));
    let mut old = kept;
    old.found.as_mut().unwrap().version = "0.0.1".to_owned();
    assert!(old.outdated(1_000_000_000));
}

#[test]
fn odd_files_are_as_none() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join(NAME);
    assert_eq!(read(&path), Kept::default());
    for odd in [
        "",
        "{",
        "[]",
        r#"{"drawing":"magic"}"#,
        r#"{"size":"wide"}"#,
    ] {
        fs::write(&path, odd).unwrap();
        assert_eq!(read(&path), Kept::default(), "{odd}");
    }
    for odd in [
        r#"{"size":{"width":1e30,"height":700,"scale":1},"more":true}"#,
        r#"{"size":{"width":900,"height":5,"scale":1}}"#,
        r#"{"size":{"width":900,"height":700,"scale":-1}}"#,
    ] {
        fs::write(&path, odd).unwrap();
        let kept = read(&path);
        assert!(kept.size.is_some());
        assert_eq!(kept.extent(), None, "{odd}");
    }
}

#[test]
fn size_and_choice_are_there_at_the_next_start() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join(NAME);
    let keeper = Arc::new(Keeper {
        path: path.clone(),
        kept: Mutex::new(Kept {
            failed: Some(VERSION.to_owned()),
            trying: true,
            ..Kept::default()
        }),
        runtime: None,
    });
    let shown = Shown::new(Arc::clone(&keeper));
    let extent = Extent {
        width: 900.0,
        height: 700.0,
        scale: 1.5,
    };
    shown.shown(extent);
    shown.choose(Drawing::Graphics);
    keeper.keep();
    let kept = read(&path);
    assert_eq!(kept.extent(), Some(extent));
    assert_eq!(kept.drawing, Choice::Graphics);
    assert_eq!((kept.failed, kept.trying), (None, false));
}

#[test]
fn a_start_that_did_not_come_far_is_not_tried_again() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join(NAME);
    let tried = Kept {
        drawing: Choice::Graphics,
        trying: true,
        ..Kept::default()
    };
    write(&path, &tried).unwrap();
    let keeper = Keeper::open(folder.path());
    assert!(!keeper.lock().by_graphics());
    keeper.keep();
    assert_eq!(read(&path).failed.as_deref(), Some(VERSION));
}
