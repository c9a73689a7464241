//! The door: one field, one huge answer.

use serde::Serialize;

use crate::{
    texts,
    views::{Moment, Text, View, sample},
};

/// `GET /manage/check-in`: which event.
#[derive(Debug, Clone, Serialize)]
pub struct CheckInPickView {
    /// Events of today and the days around.
    pub events: Vec<PickRow>,
}

/// An event to check in at.
#[derive(Debug, Clone, Serialize)]
pub struct PickRow {
    /// Address of its check-in page.
    pub url: String,
    /// Title.
    pub title: String,
    /// Begin.
    pub starts: Moment,
    /// Name of the venue.
    pub venue: String,
    /// People inside and expected.
    pub counts: CheckInCounts,
}

/// `GET|POST /manage/events/{id}/check-in`. Fields: `code`, `gate`, `request_key`.
#[derive(Debug, Clone, Serialize)]
pub struct CheckInView {
    /// Title of the event.
    pub event: String,
    /// Begin.
    pub starts: Moment,
    /// Its page in the console, if the person may see it.
    pub event_url: Option<String>,
    /// Back to the choice of events.
    pub pick_url: String,
    /// Where tickets are sold at the door, if the person may.
    pub sale_url: Option<String>,
    /// Where a code is posted to.
    pub action: String,
    /// Makes a repeated sending harmless; field `request_key`.
    pub request_key: String,
    /// Name of the gate, kept from scan to scan.
    pub gate: String,
    /// Answer to the code just sent.
    pub result: Option<DoorResult>,
    /// People inside and expected.
    pub counts: CheckInCounts,
    /// People inside per gate, the busiest first; empty while nobody named one.
    pub gates: Vec<GateRow>,
    /// The last scans at this event, newest first.
    pub recent: Vec<ScanRow>,
}

/// The answer to a code.
#[derive(Debug, Clone, Serialize)]
pub struct DoorResult {
    /// Green, amber or red.
    pub tone: DoorTone,
    /// Why: one of `DOOR_*`.
    pub reason: Text,
    /// Who.
    pub holder: Option<String>,
    /// Name of the ticket type.
    pub type_name: Option<String>,
    /// Where the person sits (`SEAT_LABEL`), when it has one.
    pub seat: Option<Text>,
    /// When the ticket was used first.
    pub used: Option<Moment>,
}

/// Colour of an answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum DoorTone {
    /// Let in.
    Admit,
    /// Look closer: used already, wrong day.
    Check,
    /// Do not let in.
    Refuse,
}

/// People inside and expected.
#[derive(Debug, Clone, Copy, Serialize)]
pub struct CheckInCounts {
    /// Inside.
    pub admitted: u32,
    /// Valid tickets.
    pub expected: u32,
    /// Share in per cent, 0 to 100.
    pub percent: u32,
}

/// People admitted at one gate.
#[derive(Debug, Clone, Serialize)]
pub struct GateRow {
    /// Name of the gate; empty for scans without one.
    pub name: String,
    /// How many.
    pub admitted: u32,
    /// Share of all who are inside, in per cent.
    pub percent: u32,
    /// Whether it is the gate of this device.
    pub is_here: bool,
}

/// A scan.
#[derive(Debug, Clone, Serialize)]
pub struct ScanRow {
    /// When.
    pub at: Moment,
    /// Colour of the answer.
    pub tone: DoorTone,
    /// Why: one of `DOOR_*`.
    pub reason: Text,
    /// Who.
    pub holder: Option<String>,
}

impl View for CheckInPickView {
    const TEMPLATE: &'static str = "console/check_in_pick.html";

    fn samples() -> Vec<Self> {
        let row = |title: &str, admitted, percent| PickRow {
            url: "/manage/events/evt_0/check-in".to_owned(),
            title: title.to_owned(),
            starts: sample::moment("2026-11-22T18:30:00Z"),
            venue: "Tøyen Church".to_owned(),
            counts: CheckInCounts {
                admitted,
                expected: 420,
                percent,
            },
        };
        vec![
            Self {
                events: vec![row("Midnight Choir", 212, 50), row("Polar Sessions", 0, 0)],
            },
            Self { events: Vec::new() },
        ]
    }
}

impl View for CheckInView {
    const TEMPLATE: &'static str = "console/check_in.html";

    fn samples() -> Vec<Self> {
        let first = sample::moment("2026-11-22T17:58:00Z");
        let result = |tone, reason: &str, used: Option<Moment>| DoorResult {
            tone,
            reason: Text::new(reason),
            holder: (tone != DoorTone::Refuse).then(|| "Sample Guest".to_owned()),
            type_name: (tone != DoorTone::Refuse).then(|| "Festival pass".to_owned()),
            seat: Some(sample::seat(12)),
            used,
        };
        let scan = |tone, reason: &str| ScanRow {
            at: sample::moment("2026-11-22T18:02:00Z"),
            tone,
            reason: Text::new(reason),
            holder: (tone != DoorTone::Refuse).then(|| "Ingrid Bjørnson-Haugen".to_owned()),
        };
        let view = |result: Option<DoorResult>| Self {
            event: "Midnight Choir".to_owned(),
            starts: sample::moment("2026-11-22T18:30:00Z"),
            event_url: Some("/manage/events/evt_0".to_owned()),
            pick_url: "/manage/check-in".to_owned(),
            sale_url: Some("/manage/events/evt_0/door-sale".to_owned()),
            action: "/manage/events/evt_0/check-in".to_owned(),
            request_key: "0123456789abcdef".to_owned(),
            gate: "North".to_owned(),
            result,
            counts: CheckInCounts {
                admitted: 212,
                expected: 420,
                percent: 50,
            },
            gates: [("North", 131, 62, true), ("South", 76, 36, false), ("", 5, 2, false)]
                .into_iter()
                .map(|(name, admitted, percent, is_here)| GateRow {
                    name: name.to_owned(),
                    admitted,
                    percent,
                    is_here,
                })
                .collect(),
            recent: vec![
                scan(DoorTone::Admit, texts::DOOR_ADMITTED),
                scan(DoorTone::Check, texts::DOOR_ALREADY_USED),
                scan(DoorTone::Refuse, texts::DOOR_UNKNOWN),
            ],
        };
        let mut answers = vec![
            view(None),
            view(Some(result(DoorTone::Admit, texts::DOOR_ADMITTED, None))),
            view(Some(result(DoorTone::Check, texts::DOOR_ALREADY_USED, Some(first)))),
        ];
        let refusals = [
            texts::DOOR_UNKNOWN,
            texts::DOOR_OTHER_EVENT,
            texts::DOOR_CANCELLED,
            texts::DOOR_TOO_EARLY,
            texts::DOOR_NOT_READABLE,
        ];
        answers.extend(refusals.map(|reason| view(Some(result(DoorTone::Refuse, reason, None)))));
        answers
    }
}
