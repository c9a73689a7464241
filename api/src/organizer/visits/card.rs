//! A visit as the tenant's pages show it.

use std::collections::BTreeMap;

use bilten_branding::views::console::VisitCard;
use bilten_kernel::{AccountId, Timestamp, VisitPower, ZoneName};
use bilten_sso::visits::{VisitRow, VisitState};

use crate::organizer::{figures, urls};

/// What all cards of a page need.
pub(super) struct Cards<'a> {
    pub zone: &'a ZoneName,
    pub now: Timestamp,
    /// Names of those who let operators in.
    pub names: BTreeMap<AccountId, String>,
    pub is_owner: bool,
}

impl Cards<'_> {
    pub fn card(&self, visit: &VisitRow) -> VisitCard {
        let state = visit.state_at(self.now);
        let (name, ended_how) = match state {
            VisitState::Asked => ("asked", None),
            VisitState::Approved => ("approved", None),
            VisitState::Refused => ("refused", None),
            VisitState::Running => ("running", None),
            VisitState::Ended(how) => ("ended", Some(how.name())),
            VisitState::Lapsed => ("lapsed", None),
        };
        let moment = |at: Option<Timestamp>| at.map(|at| figures::moment(at, self.zone));
        let url = urls::visit(visit.id);
        let is_asked = state == VisitState::Asked;
        let may_approve = self.is_owner || visit.powers.is_empty();
        VisitCard {
            operator: visit.operator_name.clone(),
            reason: visit.reason.clone(),
            reference: Some(visit.reference.clone()).filter(|reference| !reference.is_empty()),
            state: name,
            ended_how,
            minutes: visit.minutes,
            powers: visit.powers.iter().map(VisitPower::name).collect(),
            asked: figures::moment(visit.asked_at, self.zone),
            started: moment(visit.started_at),
            ends: moment(visit.ended_at.or(visit.ends_at)),
            decided_by: visit.decided_by.and_then(|by| self.names.get(&by).cloned()),
            is_by_window: visit.is_by_window,
            approve_action: (is_asked && may_approve).then(|| format!("{url}/approval")),
            refuse_action: is_asked.then(|| format!("{url}/refusal")),
            end_action: matches!(state, VisitState::Approved | VisitState::Running).then(|| format!("{url}/end")),
            wants_owner: is_asked && !may_approve,
            url,
        }
    }
}
