//! What a visitor's cookies are worth in a room.

use bilten_branding::views::storefront::QueueState;
use bilten_core::waiting_room::{Device, OpenRoom, Pass, Place, Standing, TokenError};
use bilten_kernel::{Ctx, Timestamp};
use http::HeaderMap;

use super::cookies;
use crate::http::AppState;

/// A visitor of a room. A token that is forged, expired, of another browser, event or round is none.
#[derive(Debug)]
pub(super) struct Visitor {
    /// Secret of his browser.
    pub device: Option<Device>,
    /// His place.
    pub place: Option<Place>,
    /// How far it is.
    pub standing: Option<Standing>,
    /// His pass, while it is valid.
    pub pass: Option<Pass>,
    /// Whether he had one whose time is over.
    pub has_expired_pass: bool,
}

impl Visitor {
    pub(super) fn of(state: &AppState, ctx: &Ctx, open: &OpenRoom, headers: &HeaderMap) -> Self {
        let Some(device) = cookies::device(headers) else {
            return Self {
                device: None,
                place: None,
                standing: None,
                pass: None,
                has_expired_pass: false,
            };
        };
        let signer = state.rooms.signer();
        let room = (open.room.event, open.room.round);
        let place = cookies::read(headers, cookies::PLACE)
            .and_then(|token| signer.read_place(ctx.tenant, &token, &device, room, ctx.now()).ok());
        let pass = cookies::read(headers, cookies::PASS)
            .map(|token| signer.read_pass(ctx.tenant, &token, &device, room, ctx.now()));
        Self {
            device: Some(device),
            standing: place.map(|place| open.standing(place.seat, ctx.now())),
            place,
            has_expired_pass: pass == Some(Err(TokenError::Expired)),
            pass: pass.and_then(Result::ok),
        }
    }

    /// Tells what he is shown.
    pub(super) fn state(&self, open: &OpenRoom, now: Timestamp) -> QueueState {
        if !open.event.is_on_sale || open.event.ends_at <= now {
            return QueueState::Over;
        }
        if self.pass.is_some() {
            return QueueState::Pass;
        }
        if open.event.is_sold_out {
            return QueueState::SoldOut;
        }
        let is_before = open.room.drawn_count.is_none() && open.room.opens_at.is_some_and(|opening| now < opening);
        match self.standing {
            None if is_before => QueueState::JoinBefore,
            None => QueueState::Join,
            Some(Standing::Before { .. }) => QueueState::Before,
            Some(Standing::Drawing) => QueueState::Drawing,
            Some(Standing::Waiting { .. }) if open.room.schedule.is_paused => QueueState::Paused,
            Some(Standing::Waiting { .. }) => QueueState::Waiting,
            Some(Standing::Turn) => QueueState::Turn,
        }
    }
}
