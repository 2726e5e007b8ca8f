//! A menu on top of the window, beside what opened it.

use iced::{
    Bottom, Center, Element, Fill, Left, Padding, Point, Right, Top,
    widget::{Column, button, container, mouse_area, opaque, responsive, row, text},
};

use super::focus::{Ring, press, rows};
use crate::style::{
    self, controls,
    icons::{self, Icon, icon},
    surfaces,
    tokens::{MENU_WIDTH, size, space},
};

/// What stands before a line of a menu.
pub enum Sign<'a, Message> {
    /// A sign.
    Icon(Icon),
    /// Something drawn.
    Drawn(Element<'a, Message>),
}

/// A line to press; a tick says that it is chosen.
pub fn line<'a, Message: Clone + 'a>(
    sign: Sign<'a, Message>,
    label: String,
    chosen: bool,
    message: Message,
) -> Element<'a, Message> {
    let sign: Element<'a, Message> = match sign {
        Sign::Icon(sign) => icon(sign, 16.0).style(surfaces::sub).into(),
        Sign::Drawn(drawn) => drawn,
    };
    let mut content = row![
        container(sign).center_x(20),
        text(label).size(size::BODY).width(Fill)
    ]
    .spacing(10)
    .align_y(Center);
    if chosen {
        content = content.push(icon(icons::CHECK, 16.0).style(surfaces::accent));
    }
    press(
        button(content)
            .width(Fill)
            .padding([7.0, 10.0])
            .style(controls::menu_line)
            .on_press(message.clone()),
        Some(message),
    )
    .ring(Ring::ROW)
    .into()
}

/// What the lines below are about.
pub fn heading<'a, Message: 'a>(label: String) -> Element<'a, Message> {
    container(
        text(label)
            .size(size::SMALL)
            .font(style::BOLD)
            .style(surfaces::faint),
    )
    .padding(Padding::new(10.0).top(space::S).bottom(space::XS))
    .into()
}

/// A menu at the lower left of the window, so many px above its lower edge; a click beside it sends the message.
pub fn lower_left<'a, Message: Clone + 'a>(
    lines: Column<'a, Message>,
    above: f32,
    beside: Message,
) -> Element<'a, Message> {
    opaque(
        mouse_area(
            container(card(lines))
                .width(Fill)
                .height(Fill)
                .align_x(Left)
                .align_y(Bottom)
                .padding(Padding::new(space::M).bottom(above)),
        )
        .on_press(beside),
    )
}

/// A menu beside a point of the window, in px, on the side where there is more room; a click beside it sends the message.
/// The arrows go through its lines.
pub fn beside<'a, Message: Clone + 'a>(
    point: Point,
    lines: impl Fn() -> Column<'a, Message> + 'a,
    beside: Message,
) -> Element<'a, Message> {
    opaque(
        mouse_area(responsive(move |size| {
            let far = Point::new(size.width - point.x, size.height - point.y);
            let (x, left, right) = if point.x <= far.x {
                (Left, point.x, 0.0)
            } else {
                (Right, 0.0, far.x)
            };
            let (y, top, bottom) = if point.y <= far.y {
                (Top, point.y, 0.0)
            } else {
                (Bottom, 0.0, far.y)
            };
            let room = Padding {
                top: top.max(0.0),
                right: right.max(0.0),
                bottom: bottom.max(0.0),
                left: left.max(0.0),
            };
            container(rows(card(lines())).alone())
                .width(Fill)
                .height(Fill)
                .align_x(x)
                .align_y(y)
                .padding(room)
                .into()
        }))
        .on_press(beside.clone())
        .on_right_press(beside),
    )
}

fn card<'a, Message: 'a>(lines: Column<'a, Message>) -> Element<'a, Message> {
    opaque(
        container(
            iced::widget::scrollable(container(lines.width(Fill)).padding(6.0))
                .style(controls::scroll),
        )
        .width(MENU_WIDTH)
        .style(surfaces::menu),
    )
}
