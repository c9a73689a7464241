//! `POST /events/{id}/promo-codes`.

use axum::{Json, extract::State, response::IntoResponse};
use bilten_core::{
    catalog,
    promo::{self, Discount, NewPromo, PromoRules},
};
use bilten_kernel::{Ctx, EventKind, PromoCodeId, TicketTypeId, ZoneName};
use bilten_tenancy::permissions::{self, Permission, Scope};
use http::StatusCode;
use serde::Deserialize;
use sha2::{Digest as _, Sha256};
use utoipa::ToSchema;

use super::PromoCode;
use crate::{
    http::{
        AppState,
        extract::{ApiCaller, IdempotencyKey, JsonBody, TenantCtx},
        ids::PathId,
        problem::{Code, Problem},
    },
    v1::{
        once::{Once, Turn},
        time,
    },
};

/// What a new promo code needs: exactly one of `percent_bp`, `off_minor`, `price_minor` and `off_order_minor`, or none where it
/// unlocks tickets or frees them of fees.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(in crate::v1) struct NewPromoCodeBody {
    /// What buyers type: 2 to 40 letters, digits, `-`, `_` or `.`; capitals make no difference. One is made by chance when missing.
    #[schema(example = "EARLY")]
    code: Option<String>,
    /// Share of the price of each ticket that it takes off, in hundredths of a per cent.
    #[schema(minimum = 1, maximum = 10000, example = 1500)]
    percent_bp: Option<i32>,
    /// Amount that it takes off each ticket, in minor units; never more than the price.
    #[schema(minimum = 1)]
    off_minor: Option<i64>,
    /// What each ticket costs with it, where that is less, in minor units and without fees.
    #[schema(minimum = 0)]
    price_minor: Option<i64>,
    /// Amount that it takes off the order, in minor units and without fees.
    #[schema(minimum = 1)]
    off_order_minor: Option<i64>,
    /// Makes locked ticket types buyable: those that it holds for. Such a code has 8 letters or more.
    #[serde(default)]
    unlocks: bool,
    /// No fee is passed on to the buyer of the tickets that it holds for.
    #[serde(default)]
    fee_free: bool,
    /// It takes nothing off unless the tickets that it holds for cost so much, in minor units and without fees.
    #[schema(minimum = 1)]
    min_spend_minor: Option<i64>,
    /// Orders that one person may make with it.
    #[schema(minimum = 1, maximum = 1000)]
    max_per_person: Option<u32>,
    /// It takes no more off than this, in all carts and orders together, in minor units and without fees.
    #[schema(minimum = 1)]
    budget_minor: Option<i64>,
    /// It may be used together with codes of other groups; alone when missing.
    #[schema(minimum = 1, maximum = 20)]
    stack_group: Option<u32>,
    /// Of codes that take off the same, the highest is used.
    #[serde(default)]
    priority: i32,
    /// Carts and orders that may have it.
    #[schema(minimum = 1)]
    uses: i64,
    /// Ticket types that it holds for; all when there are none.
    #[serde(default)]
    #[schema(max_items = 50)]
    ticket_type_ids: Vec<String>,
    /// When it begins to hold; at once when missing. RFC 3339, or a local time in the event's zone.
    starts_at: Option<String>,
    /// When it ends; with the sale when missing.
    ends_at: Option<String>,
}

/// Add a promo code to an event.
#[utoipa::path(
    post, path = "/api/v1/events/{id}/promo-codes", tag = "Events", operation_id = "create_promo_code", request_body = NewPromoCodeBody,
    params(
        ("id" = String, Path, description = "Id of the event."),
        ("Idempotency-Key" = Option<String>, Header, description = "Makes a repeated request count once.")
    ),
    responses(
        (status = 201, description = "The promo code.", body = PromoCode),
        (status = 409, description = "`event_state`, or `idempotency_key_in_flight`.")
    )
)]
pub(in crate::v1) async fn create(
    State(state): State<AppState>,
    ctx: TenantCtx,
    caller: ApiCaller,
    PathId(event): PathId<EventKind>,
    IdempotencyKey(key): IdempotencyKey,
    JsonBody { value: body, hash }: JsonBody<NewPromoCodeBody>,
) -> Result<impl IntoResponse, Problem> {
    let hash = Sha256::new().chain_update(event.uuid()).chain_update(hash).finalize();
    let once = Once::new("promo-codes", caller, key, hash.into());
    let mut tx = state.db.begin(&ctx).await?;
    permissions::require(&mut tx, &ctx, Permission::CodeManage, Scope::Tenant).await?;
    let id = match once.claim(&ctx, &mut tx).await? {
        Turn::Again(id) => PromoCodeId::from_uuid(id),
        Turn::First => {
            let found = catalog::find_event(&ctx, &mut tx, event).await?;
            let zone = found.ok_or_else(Problem::not_found)?.event.time_zone;
            let id = promo::add_promo(&ctx, &mut tx, event, body.parse(&ctx, &zone)?).await?;
            once.complete(&mut tx, id.uuid()).await?;
            id
        }
    };
    let made = promo::find_promo(&mut tx, event, id).await?;
    tx.commit().await?;
    let made = made.ok_or_else(Problem::not_found)?;
    Ok((StatusCode::CREATED, Json(PromoCode::from(made))))
}

impl NewPromoCodeBody {
    fn parse(self, ctx: &Ctx, zone: &ZoneName) -> Result<NewPromo, Problem> {
        let when = |name, text: &Option<String>| text.as_ref().map(|text| time::read(name, text, zone)).transpose();
        let types = self.ticket_type_ids.iter();
        let types: Result<Vec<TicketTypeId>, _> = types.map(|id| id.parse()).collect();
        let code = self.code.as_ref().map(|code| code.parse()).transpose();
        let code = code.map_err(|error| Problem::field("code", error))?;
        Ok(NewPromo {
            code: code.unwrap_or_else(|| promo::PromoCode::random(ctx)),
            discount: self.discount()?,
            rules: PromoRules {
                unlocks: self.unlocks,
                is_fee_free: self.fee_free,
                min_spend_minor: self.min_spend_minor,
                max_per_person: self.max_per_person,
                budget_minor: self.budget_minor,
                stack_group: self.stack_group,
                priority: self.priority,
            },
            uses: self.uses,
            ticket_types: types.map_err(|_| {
                let problem = Problem::new(Code::InvalidField).param("ticket_type_ids");
                problem.detail("the event has no such ticket type")
            })?,
            starts_at: when("starts_at", &self.starts_at)?,
            ends_at: when("ends_at", &self.ends_at)?,
        })
    }

    fn discount(&self) -> Result<Discount, Problem> {
        let given = [
            self.percent_bp.map(Discount::Share),
            self.off_minor.map(Discount::Amount),
            self.price_minor.map(Discount::Price),
            self.off_order_minor.map(Discount::Order),
        ];
        let mut given = given.into_iter().flatten();
        match (given.next(), given.next()) {
            (Some(discount), None) => Ok(discount),
            (None, _) if self.unlocks || self.fee_free => Ok(Discount::Nothing),
            (None, _) | (Some(_), Some(_)) => {
                let problem = Problem::new(Code::InvalidField).param("percent_bp");
                Err(problem.detail("Give exactly one of percent_bp, off_minor, price_minor and off_order_minor."))
            }
        }
    }
}
