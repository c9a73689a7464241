//! The door of one event: a code in, a green, amber or red answer out.
//!
//! The answer is shown at once and not behind a redirect: it belongs to one person who stands at
//! the door. Each form has a key, so that a second click or a reload shows the same answer again and
//! not that the ticket was used.

use axum::response::Response;
use bilten_branding::{
    texts,
    views::{
        Section, Text,
        console::{CheckInView, DoorResult, DoorTone, GateRow, ScanRow},
    },
};
use bilten_core::{
    catalog::{self, Event},
    check_in::{self, Admission, AdmitTicket, Refusal, ScanInput},
    reports::{self, DoorReport, GateCount, Scan},
};
use bilten_kernel::{EventId, EventKind, ZoneName};
use bilten_tenancy::{idempotency::Key, permissions::Permission};
use serde::Deserialize;
use sha2::{Digest as _, Sha256};

use crate::{
    http::{
        extract::{CsrfForm, Params, is_request_key},
        ids::PathId,
        problem::Problem,
    },
    organizer::{console::Console, figures, urls},
};

/// Longest code that can be typed by hand, such as `K7QXM2RT-12`.
const MANUAL_LENGTH: usize = 20;
/// Letters of a gate's name.
const GATE_LENGTH: usize = 60;

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Input {
    code: String,
    gate: String,
    request_key: String,
}

/// `GET /manage/events/{id}/check-in?gate=`.
pub(super) async fn show(
    PathId(id): PathId<EventKind>,
    console: Console,
    Params(input): Params<Input>,
) -> Result<Response, Problem> {
    let mut tx = console.begin().await?;
    console.permit_event(&mut tx, Permission::TicketScan, id).await?;
    let found = catalog::find_event(&console, &mut tx, id).await?;
    let report = reports::check_in_report(&mut tx, id).await?;
    tx.commit().await?;
    let event = found.ok_or_else(Problem::not_found)?.event;
    let view = view(&console, &event, &report, (&input.gate, None));
    console.html(Section::CheckIn, &view)
}

/// `POST /manage/events/{id}/check-in`.
pub(super) async fn create(
    PathId(id): PathId<EventKind>,
    console: Console,
    CsrfForm(input): CsrfForm<Input>,
) -> Result<Response, Problem> {
    let scope = format!("door:{}", console.session.account);
    let hash = input.hash(id);
    let wish = AdmitTicket {
        input: scan_input(&input.code),
        event: Some(id),
        gate: input.gate.trim(),
        key: is_request_key(&input.request_key).then_some(Key {
            scope: &scope,
            key: &input.request_key,
            request_hash: &hash,
        }),
    };
    let mut tx = console.begin().await?;
    console.permit_event(&mut tx, Permission::TicketScan, id).await?;
    let found = catalog::find_event(&console, &mut tx, id).await?;
    let decision = check_in::admit(&console, &mut tx, wish).await?;
    let report = reports::check_in_report(&mut tx, id).await?;
    tx.commit().await?;
    let event = found.ok_or_else(Problem::not_found)?.event;
    let result = result(&decision, &event.time_zone);
    let view = view(&console, &event, &report, (&input.gate, Some(result)));
    console.html(Section::CheckIn, &view)
}

impl Input {
    /// What the form asks for; the gate is no part of it.
    fn hash(&self, event: EventId) -> [u8; 32] {
        let event = Sha256::new().chain_update(event.uuid());
        event.chain_update(self.code.trim()).finalize().into()
    }
}

/// Signed codes are long and have no hyphen; what people type is short and has one.
fn scan_input(code: &str) -> ScanInput<'_> {
    let code = code.trim();
    if code.len() <= MANUAL_LENGTH && code.contains('-') {
        ScanInput::Manual(code)
    } else {
        ScanInput::Code(code)
    }
}

fn view(
    console: &Console,
    event: &Event,
    report: &DoorReport,
    (gate, result): (&str, Option<DoorResult>),
) -> CheckInView {
    CheckInView {
        event: event.name.to_string(),
        starts: figures::moment(event.starts_at, &event.time_zone),
        event_url: console.may(Permission::ReportRead).then(|| urls::event(event.id)),
        pick_url: urls::CHECK_IN.to_owned(),
        sale_url: console.may(Permission::CashTake).then(|| urls::door_sale(event.id)),
        action: urls::check_in(event.id),
        request_key: console.random_uuid().simple().to_string(),
        gate: gate.trim().chars().take(GATE_LENGTH).collect(),
        result,
        counts: super::counts(report.counts),
        gates: gates(report, gate.trim()),
        recent: report
            .scans
            .iter()
            .map(|scan| scan_row(scan, &event.time_zone))
            .collect(),
    }
}

/// Counts per gate; one that nobody named is no gate.
fn gates(report: &DoorReport, here: &str) -> Vec<GateRow> {
    if report.gates.iter().all(|gate| gate.gate.is_empty()) {
        return Vec::new();
    }
    let row = |gate: &GateCount| GateRow {
        name: gate.gate.clone(),
        admitted: figures::count(gate.admitted),
        percent: figures::percent(gate.admitted, report.counts.admitted),
        is_here: !here.is_empty() && gate.gate == here,
    };
    report.gates.iter().map(row).collect()
}

fn result(decision: &Result<Admission, Refusal>, zone: &ZoneName) -> DoorResult {
    let (tone, reason) = match decision {
        Ok(admission) => admitted(admission.is_add_on, Some(&admission.type_name)),
        Err(refusal) => answer(refusal.name()),
    };
    let used = match decision {
        Err(Refusal::AlreadyAdmitted { at, .. }) => Some(figures::moment(*at, zone)),
        _ => None,
    };
    let admission = decision.as_ref().ok();
    DoorResult {
        tone,
        reason,
        holder: admission.map(|admission| admission.holder_name.clone()),
        type_name: admission.map(|admission| admission.type_name.clone()),
        seat: admission
            .and_then(|admission| admission.seat.as_ref())
            .map(crate::seats::label),
        used,
    }
}

fn scan_row(scan: &Scan, zone: &ZoneName) -> ScanRow {
    let (tone, reason) = match scan.outcome.as_str() {
        "admitted" => admitted(scan.is_add_on, scan.type_name.as_deref()),
        outcome => answer(outcome),
    };
    ScanRow {
        at: figures::moment(scan.at, zone),
        tone,
        reason,
        holder: scan.holder_name.clone(),
    }
}

/// Colour and words of a ticket that was good: its holder comes in, or an add-on was redeemed.
fn admitted(is_add_on: bool, type_name: Option<&str>) -> (DoorTone, Text) {
    let text = if is_add_on {
        Text::new(texts::DOOR_REDEEMED).with("name", type_name.unwrap_or_default())
    } else {
        Text::new(texts::DOOR_ADMITTED)
    };
    (DoorTone::Admit, text)
}

/// Colour and words of a refusal, by its stored name.
fn answer(outcome: &str) -> (DoorTone, Text) {
    let (tone, text) = match outcome {
        "already_admitted" => (DoorTone::Check, texts::DOOR_ALREADY_USED),
        "wrong_event" => (DoorTone::Refuse, texts::DOOR_OTHER_EVENT),
        "suspended" => (DoorTone::Check, texts::DOOR_SUSPENDED),
        "void" | "event_cancelled" => (DoorTone::Refuse, texts::DOOR_CANCELLED),
        "malformed" => (DoorTone::Refuse, texts::DOOR_NOT_READABLE),
        _ => (DoorTone::Refuse, texts::DOOR_UNKNOWN),
    };
    (tone, Text::new(text))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn short_codes_with_a_hyphen_were_typed_by_hand() {
        assert!(matches!(scan_input(" k7qxm2-1 "), ScanInput::Manual("k7qxm2-1")));
        assert!(matches!(scan_input("K7QXM2RT"), ScanInput::Code("K7QXM2RT")));
        let long = "A".repeat(158);
        assert!(matches!(scan_input(&long), ScanInput::Code(_)));
    }
}
