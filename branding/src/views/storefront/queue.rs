//! The waiting room before the sale of an event.

use serde::Serialize;

use crate::views::{Moment, View, sample};

/// `GET /events/{slug}/queue`. Everything but [`QueueNumbers`] is the same for all who wait in the same state, so that
/// the page is rendered once for them.
#[derive(Debug, Clone, Serialize)]
pub struct QueueView {
    /// Title of the event.
    pub title: String,
    /// When the event begins.
    pub starts: Moment,
    /// The event's page.
    pub event_url: String,
    /// Address of the artwork.
    pub artwork_url: String,
    /// What the visitor is shown.
    pub state: QueueState,
    /// Changes with the state and with everything that all see.
    pub key: String,
    /// When the draw is.
    pub opens: Moment,
    /// What the organizer says.
    pub message: Option<String>,
    /// Where a place is asked for.
    pub join_action: String,
    /// Where a pass, or more time, is asked for.
    pub pass_action: String,
    /// Where the numbers are read again.
    pub status_url: String,
    /// Where work is set before joining.
    pub challenge_url: String,
    /// How the draw is verified.
    pub draw_url: String,
    /// Hash of the seed, in hexadecimal.
    pub commitment: String,
    /// The seed, after the draw.
    pub seed: Option<String>,
    /// What is the visitor's own.
    pub numbers: QueueNumbers,
}

/// What differs from visitor to visitor, ready to be shown.
#[derive(Debug, Clone, Serialize)]
pub struct QueueNumbers {
    /// Number in the order of coming.
    pub seat: String,
    /// How many come first.
    pub ahead: String,
    /// How long it takes.
    pub wait: String,
    /// How far the visitor has come, in per cent.
    pub progress: String,
    /// Time until the opening, for people.
    pub opens_in: String,
    /// Seconds until the opening.
    pub opens_in_s: String,
    /// How much longer the pass is valid.
    pub left: String,
    /// Seconds until the page is looked at again.
    pub poll_s: String,
}

/// What a visitor is shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum QueueState {
    /// He has no place yet, and the draw is to come.
    JoinBefore,
    /// He has no place yet.
    Join,
    /// He takes part in the draw.
    Before,
    /// The draw is being made.
    Drawing,
    /// Others come first.
    Waiting,
    /// Others come first, and nobody is let in at the moment.
    Paused,
    /// He may enter.
    Turn,
    /// He has entered.
    Pass,
    /// Everything is sold.
    SoldOut,
    /// The event is over or was called off.
    Over,
}

impl QueueState {
    /// All states.
    pub const ALL: [Self; 10] = [
        Self::Waiting,
        Self::JoinBefore,
        Self::Join,
        Self::Before,
        Self::Drawing,
        Self::Paused,
        Self::Turn,
        Self::Pass,
        Self::SoldOut,
        Self::Over,
    ];

    /// Name in the status that programs read.
    pub const fn name(self) -> &'static str {
        match self {
            Self::JoinBefore => "join_before",
            Self::Join => "join",
            Self::Before => "before",
            Self::Drawing => "drawing",
            Self::Waiting => "waiting",
            Self::Paused => "paused",
            Self::Turn => "turn",
            Self::Pass => "pass",
            Self::SoldOut => "sold_out",
            Self::Over => "over",
        }
    }
}

impl View for QueueView {
    const TEMPLATE: &'static str = "storefront/queue.html";

    fn samples() -> Vec<Self> {
        let event = sample::event();
        QueueState::ALL
            .into_iter()
            .map(|state| Self {
                title: event.title.clone(),
                starts: event.starts.clone(),
                event_url: "/events/sample".to_owned(),
                artwork_url: event.artwork_url.clone(),
                state,
                key: state.name().to_owned(),
                opens: sample::moment("2026-12-01T09:00:00Z"),
                message: (state == QueueState::Paused).then(|| "We mend the card payment. Back at noon.".to_owned()),
                join_action: "/events/sample/queue".to_owned(),
                pass_action: "/events/sample/queue/pass".to_owned(),
                status_url: "/events/sample/queue/status".to_owned(),
                challenge_url: "/events/sample/queue/challenge".to_owned(),
                draw_url: "/events/sample/queue/draw".to_owned(),
                commitment: "6b86b273ff34fce19d6b804eff5a3f5747ada4eaa22f1d49c01e52ddb7875b4b".to_owned(),
                seed: (state == QueueState::Waiting)
                    .then(|| "d4735e3a265e16eee03f59718b9b5d03019c07d8b6c51f90da3a666eec13ab35".to_owned()),
                numbers: QueueNumbers {
                    seat: "20741".to_owned(),
                    ahead: "1,284".to_owned(),
                    wait: "about 11 minutes".to_owned(),
                    progress: "62".to_owned(),
                    opens_in: "2:14:09".to_owned(),
                    opens_in_s: "8049".to_owned(),
                    left: "9 more minutes".to_owned(),
                    poll_s: "15".to_owned(),
                },
            })
            .collect()
    }
}
