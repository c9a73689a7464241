//! The answer that a scan got, for the same scan sent again.

use bilten_tenancy::{DbError, TenantTx};
use uuid::Uuid;

use super::{
    Admission, Refusal,
    store::{self, Told},
};

/// Reads the decision of a recorded scan.
pub(super) async fn decision(tx: &mut TenantTx, scan: Uuid) -> Result<Result<Admission, Refusal>, DbError> {
    let told = store::get_told(tx, scan).await?;
    read(told).ok_or_else(|| sqlx::Error::Decode("outcome of a scan".into()).into())
}

fn read(told: Told) -> Option<Result<Admission, Refusal>> {
    Some(match told.outcome.as_str() {
        "admitted" => Ok(Admission {
            ticket: told.ticket?,
            event: told.event?,
            holder_name: told.holder_name?,
            type_name: told.type_name?,
            is_add_on: told.is_add_on,
            seat: told.seat,
            admitted_at: told.scanned_at,
        }),
        "already_admitted" => Err(Refusal::AlreadyAdmitted {
            at: told.admitted_at?,
            gate: told.admitted_gate?,
        }),
        "malformed" => Err(Refusal::Malformed),
        "bad_signature" => Err(Refusal::BadSignature),
        "unknown" => Err(Refusal::Unknown),
        "wrong_event" => Err(Refusal::WrongEvent),
        "void" => Err(Refusal::Void),
        "suspended" => Err(Refusal::Suspended),
        "event_cancelled" => Err(Refusal::EventCancelled),
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use bilten_kernel::Timestamp;

    use super::*;

    #[test]
    fn every_refusal_is_read_back_by_its_name() {
        let at = Timestamp::UNIX_EPOCH;
        let gate = "North".to_owned();
        for refusal in [
            Refusal::Malformed,
            Refusal::BadSignature,
            Refusal::Unknown,
            Refusal::WrongEvent,
            Refusal::Void,
            Refusal::Suspended,
            Refusal::EventCancelled,
            Refusal::AlreadyAdmitted { at, gate: gate.clone() },
        ] {
            let told = Told {
                outcome: refusal.name().to_owned(),
                ticket: None,
                event: None,
                scanned_at: at,
                holder_name: None,
                type_name: None,
                is_add_on: false,
                seat: None,
                admitted_at: Some(at),
                admitted_gate: Some(gate.clone()),
            };
            assert_eq!(read(told), Some(Err(refusal)));
        }
    }
}
