//! The colour of a person: XEP-0392 (Consistent Color Generation), so that everybody has the same in every client.

use iced::Color;
use sha1::{Digest, Sha1};

/// How colourful, from 0 to 100. Less than the XEP's 100: a list of people is not a fair.
const SATURATION: f64 = 68.0;

/// The angle of a bare address in degrees (XEP-0392 §5.1): the first two bytes of its SHA-1, little end first.
#[must_use]
pub fn hue(address: &str) -> f64 {
    let digest = Sha1::digest(address.as_bytes());
    let mut bytes = digest.iter().copied();
    let (low, high) = (bytes.next().unwrap_or(0), bytes.next().unwrap_or(0));
    f64::from(u16::from_le_bytes([low, high])) / 65_536.0 * 360.0
}

/// The ground of the initials of somebody with this hue; `lightness` (0 to 100) is the theme's, so that white letters can
/// be read.
#[must_use]
pub fn color(hue: f64, lightness: f64) -> Color {
    hsluv(hue, SATURATION, lightness)
}

/// HSLuv (<https://www.hsluv.org>): hue in degrees, saturation and lightness from 0 to 100.
fn hsluv(hue: f64, saturation: f64, lightness: f64) -> Color {
    let chroma = most_chroma(lightness, hue) / 100.0 * saturation;
    let (sin, cos) = hue.to_radians().sin_cos();
    let (u, v) = (chroma * cos, chroma * sin);
    let (x, y, z) = luv_to_xyz(lightness, u, v);
    let [r, g, b] = MATRIX.map(|[a, b, c]| encode(a * x + b * y + c * z));
    Color::from_rgb(r, g, b)
}

/// From XYZ to linear sRGB.
const MATRIX: [[f64; 3]; 3] = [
    [
        3.240_969_941_904_521,
        -1.537_383_177_570_093,
        -0.498_610_760_293,
    ],
    [
        -0.969_243_636_280_87,
        1.875_967_501_507_72,
        0.041_555_057_407_175,
    ],
    [
        0.055_630_079_696_993,
        -0.203_976_958_888_97,
        1.056_971_514_242_878,
    ],
];
/// The white point.
const WHITE: (f64, f64) = (0.197_830_006_642_83, 0.468_319_994_938_79);
/// Where the curve of lightness meets its straight part.
const KAPPA: f64 = 903.296_296_296_3;
const EPSILON: f64 = 0.008_856_451_679_036;

/// The most chroma of this lightness and hue that a screen can show: the nearest of the six lines that bound it.
fn most_chroma(lightness: f64, hue: f64) -> f64 {
    let third = (lightness + 16.0).powi(3) / 1_560_896.0;
    let sub = if third > EPSILON {
        third
    } else {
        lightness / KAPPA
    };
    let (sin, cos) = hue.to_radians().sin_cos();
    let mut most = f64::MAX;
    for [m1, m2, m3] in MATRIX {
        let top = (284_517.0 * m1 - 94_839.0 * m3) * sub;
        for t in [0.0, 1.0] {
            let bottom = (632_260.0 * m3 - 126_452.0 * m2) * sub + 126_452.0 * t;
            let slope = top / bottom;
            let start = ((838_422.0 * m3 + 769_860.0 * m2 + 731_718.0 * m1) * lightness * sub
                - 769_860.0 * t * lightness)
                / bottom;
            let length = start / (sin - slope * cos);
            if length >= 0.0 {
                most = most.min(length);
            }
        }
    }
    most
}

fn luv_to_xyz(lightness: f64, u: f64, v: f64) -> (f64, f64, f64) {
    if lightness <= 0.0 {
        return (0.0, 0.0, 0.0);
    }
    let (u, v) = (
        u / (13.0 * lightness) + WHITE.0,
        v / (13.0 * lightness) + WHITE.1,
    );
    let y = if lightness > 8.0 {
        ((lightness + 16.0) / 116.0).powi(3)
    } else {
        lightness / KAPPA
    };
    let x = y * 9.0 * u / (4.0 * v);
    let z = (9.0 * y - 15.0 * v * y - v * x) / (3.0 * v);
    (x, y, z)
}

fn encode(linear: f64) -> f32 {
    let linear = linear.clamp(0.0, 1.0);
    let value = if linear <= 0.003_130_8 {
        12.92 * linear
    } else {
        1.055 * linear.powf(1.0 / 2.4) - 0.055
    };
    value as f32
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_angles_are_those_of_the_xep() {
        for (text, angle) in [
            ("Romeo", 327.255_249),
            ("juliet@capulet.lit", 209.410_400),
            ("😺", 331.199_341),
            ("council", 359.994_507),
            ("Board", 171.430_664),
        ] {
            assert!((hue(text) - angle).abs() < 1e-5, "{text}: {}", hue(text));
        }
    }

    #[test]
    fn the_colours_are_those_of_the_xep() {
        // The vectors of XEP-0392: saturation 100, lightness 50.
        for (text, rgb) in [
            ("Romeo", [0.865, 0.000, 0.686]),
            ("juliet@capulet.lit", [0.000, 0.515, 0.573]),
            ("😺", [0.872, 0.000, 0.659]),
            ("council", [0.918, 0.000, 0.394]),
            ("Board", [0.000, 0.527, 0.457]),
        ] {
            let color = hsluv(hue(text), 100.0, 50.0);
            for (ours, theirs) in [color.r, color.g, color.b].into_iter().zip(rgb) {
                assert!((ours - theirs).abs() < 0.002, "{text}: {color:?}");
            }
        }
    }
}
