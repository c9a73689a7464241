//! An operator asks to be let in.

use bilten_kernel::{Actor, Ctx, VisitId, VisitPowers};
use bilten_tenancy::{DbError, TenantTx};
use serde_json::json;

use super::{LAPSE, MAX_MINUTES, MIN_MINUTES, Mode, VisitState, find_rules, record, store, tell_owners};

/// Letters that a reason has at least and at most.
const REASON: std::ops::RangeInclusive<usize> = 10..=500;
/// Letters of a reference at most.
const MAX_REFERENCE: usize = 80;

/// What an operator wants.
#[derive(Debug, Clone)]
pub struct Wish {
    /// Name of the operator, for the tenant.
    pub operator_name: String,
    /// Why, in 10 to 500 letters; the tenant reads it.
    pub reason: String,
    /// Number of a support case; may be empty.
    pub reference: String,
    /// How long, in minutes.
    pub minutes: i16,
    /// What beyond looking around.
    pub powers: VisitPowers,
}

/// Why it cannot be asked for.
#[derive(Debug, thiserror::Error)]
pub enum AskError {
    /// Only operators ask, from their own console.
    #[error("only operators ask to visit")]
    NotOperator,
    /// The tenant lets nobody in.
    #[error("the tenant lets nobody in")]
    Never,
    /// He has asked already, or is in.
    #[error("a visit of this operator is open")]
    Open,
    /// The reason is too short or too long.
    #[error("the reason is too short or too long")]
    Reason,
    /// The reference is too long.
    #[error("the reference is too long")]
    Reference,
    /// Too short or too long.
    #[error("a visit lasts {MIN_MINUTES} to {MAX_MINUTES} minutes")]
    Minutes,
    /// The database refused.
    #[error("could not ask for a visit")]
    Db(#[from] DbError),
}

/// Asks the tenant to let the operator of the context in, or finds that a window is open. Returns the visit and whether it
/// may begin.
///
/// # Errors
/// See [`AskError`].
pub async fn ask(tx: &mut TenantTx, ctx: &Ctx, wish: &Wish) -> Result<(VisitId, bool), AskError> {
    let Actor::Operator(operator) = ctx.actor else {
        return Err(AskError::NotOperator);
    };
    let (reason, reference) = (one_line(&wish.reason), one_line(&wish.reference));
    if !REASON.contains(&reason.chars().count()) {
        return Err(AskError::Reason);
    }
    if reference.chars().count() > MAX_REFERENCE {
        return Err(AskError::Reference);
    }
    if !(MIN_MINUTES..=MAX_MINUTES).contains(&wish.minutes) {
        return Err(AskError::Minutes);
    }
    let rules = find_rules(tx).await?;
    if rules.mode == Mode::Never {
        return Err(AskError::Never);
    }
    store::lock_operator(tx, operator).await?;
    let is_open = store::list_open(tx).await?.iter().any(|visit| {
        let state = visit.state_at(ctx.now());
        visit.operator == operator && matches!(state, VisitState::Asked | VisitState::Approved | VisitState::Running)
    });
    if is_open {
        return Err(AskError::Open);
    }
    // A window opens the door to look around. Whatever goes beyond it is a question.
    let admitted_by = rules.admits(ctx.now()).filter(|_| wish.powers.is_empty());
    let new = store::NewVisit {
        id: ctx.new_id(),
        operator,
        operator_name: &wish.operator_name,
        reason: &reason,
        reference: &reference,
        minutes: wish.minutes,
        powers: wish.powers,
        admitted_by,
        asked_at: ctx.now(),
        lapses_at: ctx.now() + LAPSE,
    };
    store::insert(tx, &new).await?;
    let details = json!({
        "operator": wish.operator_name, "reason": reason, "reference": reference, "minutes": wish.minutes,
        "powers": wish.powers.names(), "by_window": admitted_by.is_some(), "on_behalf_of": admitted_by,
    });
    record(tx, ctx, "visit.asked", new.id, details).await?;
    if admitted_by.is_none() {
        tell_owners(tx, ctx, new.id, "asked").await?;
    }
    Ok((new.id, admitted_by.is_some()))
}

/// Text of one line without characters that draw or move anything.
fn one_line(text: &str) -> String {
    let plain: String = text.chars().map(|c| if c.is_control() { ' ' } else { c }).collect();
    plain.split_whitespace().collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_shown_to_owners_is_one_plain_line() {
        assert_eq!(one_line("  Ticket\r\n\u{1b}[31m 4711\t"), "Ticket [31m 4711");
        assert_eq!(one_line("\u{0}\u{7}"), "");
    }
}
