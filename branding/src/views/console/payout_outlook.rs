//! When the money of an event would be paid out, shown before it is on sale.

use serde::Serialize;

use crate::{
    texts,
    views::{Moment, Percent, Text, sample},
};

/// When the money of an event would be paid out.
#[derive(Debug, Clone, Serialize)]
pub struct PayoutOutlook {
    /// From when on it was reckoned (`OUTLOOK_BASIS`).
    pub basis: Text,
    /// That much would go before the event (`OUTLOOK_WARNING`).
    pub warning: Option<Text>,
    /// That no more than an amount goes before the event (`OUTLOOK_LIMIT`).
    pub limit: Option<Text>,
    /// What goes when.
    pub portions: Vec<OutlookPortion>,
}

/// A share of the money.
#[derive(Debug, Clone, Serialize)]
pub struct OutlookPortion {
    /// Why it goes then (`OUTLOOK_*`).
    pub why: Text,
    /// Per cent.
    pub share: Percent,
    /// When its first part goes.
    pub first: Moment,
    /// When its last part goes, unless that is the same day.
    pub last: Option<Moment>,
}

/// A festival that is sold half a year before.
pub(super) fn sample_outlook() -> PayoutOutlook {
    let portion = |key, share: i64, first, last: Option<&str>| OutlookPortion {
        why: Text::new(key),
        share: Percent::of_bp(share),
        first: sample::moment(first),
        last: last.map(sample::moment),
    };
    PayoutOutlook {
        basis: Text::new(texts::OUTLOOK_BASIS).with("from", sample::moment("2026-12-01T09:00:00Z")),
        warning: Some(
            Text::new(texts::OUTLOOK_WARNING)
                .with("share", Percent::of_bp(6_150))
                .with("days", 83_i64),
        ),
        limit: Some(Text::new(texts::OUTLOOK_LIMIT).with("limit", sample::nok(20_000_000))),
        portions: vec![
            portion(
                texts::OUTLOOK_DEADLINE,
                6_150,
                "2027-02-22T09:00:00Z",
                Some("2027-05-20T09:00:00Z"),
            ),
            portion(texts::OUTLOOK_RELEASE, 3_465, "2027-06-10T21:00:00Z", None),
            portion(texts::OUTLOOK_RESERVE, 385, "2027-07-05T21:00:00Z", None),
        ],
    }
}
