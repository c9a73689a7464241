//! The waiting room of an event: what is asked of it, and what goes on in it.

use serde::Serialize;

use crate::views::{FieldErrors, View};

/// `GET /manage/events/{id}/waiting-room`. Fields: `mode`, `opens`, `per_minute`, `pass_minutes`, `auto_wait_s`, `message`.
#[derive(Debug, Clone, Serialize)]
pub struct WaitingRoomView {
    /// Title of the event.
    pub title: String,
    /// The event in the console.
    pub event_url: String,
    /// The room as buyers see it, while it is open.
    pub public_url: Option<String>,
    /// What goes on.
    pub state: RoomState,
    /// Counters.
    pub figures: RoomFigures,
    /// Where the counters are read again.
    pub figures_url: String,
    /// Where the settings are posted to.
    pub action: String,
    /// Where a pause, or its end, is posted to.
    pub pause_action: String,
    /// Values as typed.
    pub form: RoomForm,
    /// What is wrong with them.
    pub errors: FieldErrors,
    /// Zone of the opening.
    pub zone: String,
    /// Hash of the seed, in hexadecimal, once there is a draw to come.
    pub commitment: Option<String>,
    /// The seed, after the draw.
    pub seed: Option<String>,
    /// How the draw is verified.
    pub draw_url: String,
}

/// What goes on in a room.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum RoomState {
    /// It is not used.
    Off,
    /// It opens by itself when it is needed.
    Ready,
    /// People gather for the draw.
    Before,
    /// People are let in.
    Open,
    /// Nobody is let in at the moment.
    Paused,
}

/// Counters of a room.
#[derive(Debug, Clone, Copy, Default, Serialize)]
pub struct RoomFigures {
    /// People whose turn is to come.
    pub waiting: u64,
    /// People whose turn has come.
    pub admitted: u64,
    /// People who have entered.
    pub entered: u64,
    /// People who took part in the draw.
    pub drawn: u64,
    /// People who came in the last minute.
    pub joined_a_minute: u64,
}

/// Settings as typed; the opening is local time.
#[derive(Debug, Clone, Default, Serialize)]
pub struct RoomForm {
    /// `off`, `on` or `auto`.
    pub mode: String,
    /// When the draw is.
    pub opens: String,
    /// Places let in a minute.
    pub per_minute: String,
    /// Minutes for which a pass is valid.
    pub pass_minutes: String,
    /// Seconds of waiting from which on it opens by itself.
    pub auto_wait_s: String,
    /// What those who wait are told.
    pub message: String,
}

impl View for WaitingRoomView {
    const TEMPLATE: &'static str = "console/waiting_room.html";

    fn samples() -> Vec<Self> {
        let view = |state, mode: &str| Self {
            title: "Nordlys Festival 2027".to_owned(),
            event_url: "/manage/events/evt_0".to_owned(),
            public_url: (state != RoomState::Off).then(|| "/events/nordlys-2027/queue".to_owned()),
            state,
            figures: RoomFigures {
                waiting: 18_204,
                admitted: 3_600,
                entered: 3_412,
                drawn: 20_117,
                joined_a_minute: 84,
            },
            figures_url: "/manage/events/evt_0/waiting-room/figures".to_owned(),
            action: "/manage/events/evt_0/waiting-room".to_owned(),
            pause_action: "/manage/events/evt_0/waiting-room/pause".to_owned(),
            form: RoomForm {
                mode: mode.to_owned(),
                opens: "2026-12-01T10:00".to_owned(),
                per_minute: "600".to_owned(),
                pass_minutes: "10".to_owned(),
                auto_wait_s: "10".to_owned(),
                message: String::new(),
            },
            errors: FieldErrors::none(),
            zone: "Europe/Oslo".to_owned(),
            commitment: (state != RoomState::Off)
                .then(|| "6b86b273ff34fce19d6b804eff5a3f5747ada4eaa22f1d49c01e52ddb7875b4b".to_owned()),
            seed: (state == RoomState::Open)
                .then(|| "d4735e3a265e16eee03f59718b9b5d03019c07d8b6c51f90da3a666eec13ab35".to_owned()),
            draw_url: "/events/nordlys-2027/queue/draw".to_owned(),
        };
        vec![
            view(RoomState::Open, "on"),
            view(RoomState::Before, "on"),
            view(RoomState::Paused, "on"),
            view(RoomState::Ready, "auto"),
            view(RoomState::Off, "off"),
        ]
    }
}
