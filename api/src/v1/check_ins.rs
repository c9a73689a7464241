//! `POST /check-ins`.

use axum::{Json, extract::State};
use bilten_core::check_in::{Admission, AdmitTicket, Refusal, ScanInput};
use bilten_kernel::EventId;
use bilten_tenancy::permissions::{self, Permission};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::{once::Once, seat::Seat};
use crate::http::{
    AppState,
    extract::{ApiCaller, IdempotencyKey, JsonBody, TenantCtx},
    problem::{Code, Problem},
};

/// What was scanned, and where.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct CheckInBody {
    /// Text of the ticket's QR symbol.
    code: String,
    /// Name of the gate, 60 characters at most.
    gate: Option<String>,
    /// Event at whose door this happens; any event of the tenant when missing.
    event_id: Option<String>,
}

/// Somebody was admitted.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct CheckIn {
    /// `admitted`, or `redeemed` where it is an add-on: nobody came in by it.
    status: &'static str,
    /// Ticket.
    ticket_id: String,
    /// Event.
    event_id: String,
    /// Who holds the ticket.
    holder_name: String,
    /// Name of the type of ticket.
    ticket_type: String,
    /// Where the holder sits; nothing when the type takes no seats.
    seat: Option<Seat>,
    /// When (RFC 3339).
    admitted_at: String,
    /// Name of the gate.
    gate: String,
}

/// Admit the holder of a ticket, or redeem an add-on, once. The same request sent again with its key gets the first answer again.
#[utoipa::path(
    post, path = "/api/v1/check-ins", tag = "Check-ins", operation_id = "create_check_in", request_body = CheckInBody,
    params(("Idempotency-Key" = Option<String>, Header, description = "Makes a repeated request count once.")),
    responses(
        (status = 200, description = "The holder is admitted, or the add-on redeemed.", body = CheckIn),
        (status = 404, description = "`event_id` is no id of an event."),
        (status = 409, description = "Not admitted; `reason` says why: `malformed`, `bad_signature`, `unknown`, `wrong_event`, `void`, `suspended`, `event_cancelled` or `already_admitted`. Or `idempotency_key_in_flight`.")
    )
)]
pub(super) async fn create(
    State(state): State<AppState>,
    ctx: TenantCtx,
    caller: ApiCaller,
    IdempotencyKey(key): IdempotencyKey,
    JsonBody { value: body, hash }: JsonBody<CheckInBody>,
) -> Result<Json<CheckIn>, Problem> {
    let event = body.event_id.as_deref().map(str::parse::<EventId>).transpose();
    let event = event.map_err(|_| Problem::not_found().param("event_id"))?;
    let gate = body.gate.unwrap_or_default();
    let once = Once::new("check-ins", caller, key, hash);
    let wish = AdmitTicket {
        input: ScanInput::Code(&body.code),
        event,
        gate: &gate,
        key: once.key(),
    };
    permissions::require_program(&ctx, Permission::TicketScan)?;
    state
        .door
        .admit(&ctx, wish)
        .await?
        .map(|admission| Json(CheckIn::new(admission, gate)))
        .map_err(|refusal| refused(&refusal))
}

impl CheckIn {
    fn new(admission: Admission, gate: String) -> Self {
        Self {
            status: if admission.is_add_on { "redeemed" } else { "admitted" },
            ticket_id: admission.ticket.to_string(),
            event_id: admission.event.to_string(),
            holder_name: admission.holder_name,
            ticket_type: admission.type_name,
            seat: admission.seat.as_ref().map(Seat::from),
            admitted_at: admission.admitted_at.to_string(),
            gate,
        }
    }
}

fn refused(refusal: &Refusal) -> Problem {
    let code = match refusal {
        Refusal::Malformed => Code::TicketMalformed,
        Refusal::BadSignature => Code::TicketForged,
        Refusal::Unknown => Code::TicketUnknown,
        Refusal::WrongEvent => Code::TicketWrongEvent,
        Refusal::Void => Code::TicketVoid,
        Refusal::Suspended => Code::TicketSuspended,
        Refusal::EventCancelled => Code::EventCancelled,
        Refusal::AlreadyAdmitted { .. } => Code::TicketAlreadyAdmitted,
    };
    let problem = Problem::new(code).member("reason", refusal.name());
    match refusal {
        Refusal::AlreadyAdmitted { at, gate } => problem
            .member("admitted_at", at.to_string())
            .member("gate", gate.clone()),
        _ => problem,
    }
}
