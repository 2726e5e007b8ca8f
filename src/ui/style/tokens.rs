//! The colours and sizes of the design, for light and dark. Everything drawn takes its colours from here.

use iced::{Color, color};

/// The colours of one theme.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Tokens {
    /// Behind the conversation.
    pub window: Color,
    /// Behind the chat list.
    pub side: Color,
    /// Headers, fields, dialogs.
    pub panel: Color,
    /// Hairlines and borders.
    pub line: Color,
    /// Text to be read.
    pub text: Color,
    /// Secondary text.
    pub sub: Color,
    /// Times, hints.
    pub faint: Color,
    /// Actions.
    pub accent: Color,
    /// Text on the accent.
    pub on_accent: Color,
    /// A breath of the accent.
    pub accent_soft: Color,
    /// Own messages.
    pub out: Color,
    /// The edge of own messages.
    pub out_line: Color,
    /// Others' messages.
    pub incoming: Color,
    /// What asks for attention, as text.
    pub amber: Color,
    /// The line beside it.
    pub amber_line: Color,
    /// The unread count.
    pub badge: Color,
    /// Text on the unread count.
    pub on_badge: Color,
    /// What went wrong.
    pub danger: Color,
    /// The selected row.
    pub selected: Color,
    /// The row under the pointer.
    pub hover: Color,
    /// Notes and day headings.
    pub chip: Color,
    /// What went well.
    pub ok: Color,
    /// Somebody is there.
    pub online: Color,
    /// Somebody is away.
    pub away: Color,
    /// Somebody is not to be disturbed.
    pub dnd: Color,
    /// Somebody is not there.
    pub off: Color,
    /// The ring around what has the focus.
    pub focus: Color,
    /// How light the ground of somebody's initials is, from 0 to 100.
    pub person: f32,
    /// How light the colours are that tell accounts apart, from 0 to 100.
    pub tag: f32,
}

/// The light theme.
pub const LIGHT: Tokens = Tokens {
    window: color!(0xF4F6F2),
    side: color!(0xECF0EA),
    panel: color!(0xFFFFFF),
    line: color!(0xDDE4DC),
    text: color!(0x1B2420),
    sub: color!(0x5B6962),
    faint: color!(0x59655F),
    accent: color!(0x236B4B),
    on_accent: color!(0xFFFFFF),
    accent_soft: color!(0xDDEFE5),
    out: color!(0xDCF0E4),
    out_line: Color::TRANSPARENT,
    incoming: color!(0xFFFFFF),
    amber: color!(0x995208),
    amber_line: color!(0x995208, 0.45),
    badge: color!(0xB45309),
    on_badge: color!(0xFFFFFF),
    danger: color!(0xB3372F),
    selected: color!(0xDCE8DF),
    hover: color!(0xE4EBE3),
    chip: color!(0xEEF2EC),
    ok: color!(0x1C7A4F),
    online: color!(0x2FA36B),
    away: color!(0xE0A21B),
    dnd: color!(0xCF4A3F),
    off: color!(0x8A968F),
    focus: color!(0x236B4B),
    person: 46.0,
    tag: 46.0,
};

/// The dark theme.
pub const DARK: Tokens = Tokens {
    window: color!(0x141917),
    side: color!(0x191F1C),
    panel: color!(0x1D2421),
    line: color!(0x2B3430),
    text: color!(0xE6ECE8),
    sub: color!(0xA2B0A8),
    faint: color!(0xA2B0A8),
    accent: color!(0x57C08F),
    on_accent: color!(0x0D1A14),
    accent_soft: color!(0x21382D),
    out: color!(0x1E4534),
    out_line: Color::TRANSPARENT,
    incoming: color!(0x27302C),
    amber: color!(0xF2B441),
    amber_line: color!(0xF2B441, 0.45),
    badge: color!(0xF2B441),
    on_badge: color!(0x1B1406),
    danger: color!(0xF08A80),
    selected: color!(0x26322C),
    hover: color!(0x212A26),
    chip: color!(0x26302B),
    ok: color!(0x57C08F),
    online: color!(0x2FA36B),
    away: color!(0xE0A21B),
    dnd: color!(0xCF4A3F),
    off: color!(0x8A968F),
    focus: color!(0x57C08F),
    person: 46.0,
    tag: 66.0,
};

/// The theme of high contrast: bright on black, every edge drawn.
pub const HIGH_CONTRAST: Tokens = Tokens {
    window: color!(0x000000),
    side: color!(0x000000),
    panel: color!(0x000000),
    line: color!(0x9AA8A0),
    text: color!(0xFFFFFF),
    sub: color!(0xE2EAE5),
    faint: color!(0xE2EAE5),
    accent: color!(0x7BF0B8),
    on_accent: color!(0x000000),
    accent_soft: color!(0x003A22),
    out: color!(0x00331E),
    out_line: color!(0x7BF0B8),
    incoming: color!(0x0C0F0D),
    amber: color!(0xFFD24A),
    amber_line: color!(0xFFD24A),
    badge: color!(0xFFD24A),
    on_badge: color!(0x000000),
    danger: color!(0xFFAEA6),
    selected: color!(0x1F4434),
    hover: color!(0x17261F),
    chip: color!(0x17261F),
    ok: color!(0x7BF0B8),
    online: color!(0x5BE39B),
    away: color!(0xFFD24A),
    dnd: color!(0xFF8A7E),
    off: color!(0xC3CFC8),
    focus: color!(0xFFD24A),
    person: 34.0,
    tag: 78.0,
};

/// The white of initials.
pub const ON_PERSON: Color = Color::WHITE;
/// The green of the welcome, above and below; the same in every theme.
pub const BRAND: (Color, Color) = (color!(0x2B7A56), color!(0x1E5A43));
/// Text on it.
pub const ON_BRAND: Color = Color::WHITE;
/// Less important text on it.
pub const ON_BRAND_SUB: Color = color!(0xEDF6F1);

/// Distances, on a grid of 4 px.
pub mod space {
    /// 4 px.
    pub const XS: f32 = 4.0;
    /// 8 px.
    pub const S: f32 = 8.0;
    /// 12 px.
    pub const M: f32 = 12.0;
    /// 16 px.
    pub const L: f32 = 16.0;
    /// 24 px.
    pub const XL: f32 = 24.0;
}

/// How round corners are, in px.
pub mod radius {
    /// Buttons and fields.
    pub const CONTROL: f32 = 8.0;
    /// Rows of lists.
    pub const ROW: f32 = 10.0;
    /// Cards and the composer.
    pub const CARD: f32 = 12.0;
    /// Messages.
    pub const BUBBLE: f32 = 14.0;
    /// Dialogs.
    pub const DIALOG: f32 = 16.0;
}

/// Sizes of type, in px.
pub mod size {
    /// Times.
    pub const TIME: f32 = 11.0;
    /// Secondary text.
    pub const SMALL: f32 = 12.0;
    /// Previews and labels.
    pub const PREVIEW: f32 = 13.0;
    /// Text to be read.
    pub const BODY: f32 = 14.0;
    /// Names in headers.
    pub const TITLE: f32 = 15.0;
    /// Titles of dialogs.
    pub const DIALOG: f32 = 18.0;
    /// Titles of pages.
    pub const PAGE: f32 = 24.0;
}

/// The width of the chat list, in px.
pub const SIDE_WIDTH: f32 = 304.0;
/// The widest a message gets, in px.
pub const BUBBLE_WIDTH: f32 = 520.0;
/// The height of the head of a conversation, in px.
pub const HEAD_HEIGHT: f32 = 58.0;
/// The width of menus, in px.
pub const MENU_WIDTH: f32 = 280.0;
/// Below this width of the window, one pane is shown at a time, in px.
pub const NARROW: f32 = 720.0;
