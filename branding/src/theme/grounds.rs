//! The neutral colours of each family, for light and dark.

use super::{
    Ground,
    colour::Rgb,
    palette::{self},
};

const fn ground(surface: u32, raised: u32, sunken: u32, text: u32, muted: u32, border: u32) -> palette::Ground {
    palette::Ground {
        surface: Rgb::hex(surface),
        raised: Rgb::hex(raised),
        sunken: Rgb::hex(sunken),
        text: Rgb::hex(text),
        muted: Rgb::hex(muted),
        border: Rgb::hex(border),
    }
}

impl Ground {
    /// Colours by day.
    pub(super) const fn light(self) -> palette::Ground {
        match self {
            Self::Neutral => ground(
                0x00fb_fbfc,
                0x00ff_ffff,
                0x00f2_f3f5,
                0x0016_181d,
                0x005c_626d,
                0x00e2_e4e9,
            ),
            Self::Night => ground(
                0x00f5_f8fb,
                0x00ff_ffff,
                0x00e9_eff5,
                0x000b_1626,
                0x004f_5d70,
                0x00d8_e1ea,
            ),
            Self::Ivory => ground(
                0x00fa_f6ec,
                0x00ff_fdf7,
                0x00f1_ebdc,
                0x0023_1a17,
                0x006a_5d54,
                0x00e0_d7c4,
            ),
            Self::Mono => ground(
                0x00ff_ffff,
                0x00ff_ffff,
                0x00f4_f4f4,
                0x000a_0a0a,
                0x005e_5e5e,
                0x00e0_e0e0,
            ),
        }
    }

    /// Colours by night.
    pub(super) const fn dark(self) -> palette::Ground {
        match self {
            Self::Neutral => ground(
                0x0012_1317,
                0x001a_1c21,
                0x000c_0d10,
                0x00ec_edf0,
                0x009b_a1ac,
                0x002c_2f36,
            ),
            Self::Night => ground(
                0x0008_0e1c,
                0x0010_192c,
                0x0005_0914,
                0x00e9_f0f7,
                0x0093_a5ba,
                0x0021_2e45,
            ),
            Self::Ivory => ground(
                0x0019_1413,
                0x0022_1c1a,
                0x0012_0e0d,
                0x00f3_ebdd,
                0x00b0_a294,
                0x003a_302b,
            ),
            Self::Mono => ground(
                0x000a_0a0a,
                0x0014_1414,
                0x0005_0505,
                0x00f5_f5f5,
                0x00a0_a0a0,
                0x002c_2c2c,
            ),
        }
    }
}
