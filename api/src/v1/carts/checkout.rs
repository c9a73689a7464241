//! `POST /carts/{id}/checkout`.

use axum::{Json, extract::State, response::IntoResponse};
use bilten_billing::{
    cash,
    checkout::{self, PayError, PayOrder, PayStatus, Paying},
    payees::Way,
    provider::{ConfirmationToken, Method, ReturnTo},
    risk::Payer,
    stripe,
};
use bilten_core::inventory;
use bilten_kernel::{Actor, ApiScope, CartId, HoldKind, Money, ParseError};
use http::StatusCode;
use serde::Deserialize;
use sha2::{Digest as _, Sha256};
use utoipa::ToSchema;

use crate::{
    http::{
        AppState,
        extract::{ApiCaller, JsonBody, RequiredIdempotencyKey, TenantCtx},
        ids::PathId,
        problem::{Code, Problem},
        to_the_end,
    },
    storefront::urls,
    v1::{
        carts::buyer::BuyerBody,
        once::Once,
        orders::{self, Order},
    },
};

/// Provider that takes no money; free orders name none.
const SANDBOX: &str = "sandbox";

/// Who buys, and how he pays.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(in crate::v1) struct CheckoutBody {
    /// Who buys.
    buyer: BuyerBody,
    /// How he pays; free orders need none.
    payment: Option<PaymentBody>,
}

/// How an order is paid.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(in crate::v1) struct PaymentBody {
    /// `sandbox` pays at once, with no money; `stripe` pays on the shop's account there; `cash` says that somebody has the money
    /// in his hand, and needs the scope `cash:write`.
    #[schema(example = "sandbox")]
    method: String,
    /// What Stripe's form left (`ctoken_…`), made on the shop's account; only with the method `stripe`.
    confirmation_token: Option<String>,
}

impl PaymentBody {
    fn token(&self) -> Result<Option<ConfirmationToken>, Problem> {
        let is_missing = self.method == stripe::NAME && self.confirmation_token.is_none();
        if is_missing {
            let error = ParseError::new("confirmation token", "is missing");
            return Err(Problem::field("payment.confirmation_token", error));
        }
        let parsed = self
            .confirmation_token
            .as_deref()
            .map(ConfirmationToken::parse)
            .transpose();
        parsed.map_err(|error| Problem::field("payment.confirmation_token", error))
    }
}

/// Buy what is in a cart.
#[utoipa::path(
    post, path = "/api/v1/carts/{id}/checkout", tag = "Carts", operation_id = "check_out_cart", request_body = CheckoutBody,
    params(
        ("id" = String, Path, description = "Id of the cart."),
        ("Idempotency-Key" = String, Header, description = "Makes a repeated request count once.")
    ),
    responses(
        (status = 200, description = "The paid order, with its tickets.", body = Order),
        (status = 202, description = "The payment is on its way; ask for the order again.", body = Order),
        (status = 402, description = "`payment_declined`"),
        (status = 409, description = "`cart_expired`, `event_cancelled`, `order_state`, `sold_out`, `payment_pending` or `idempotency_key_in_flight`."),
        (status = 429, description = "`payment_blocked` or `payment_slowed`: too many payments were declined; `Retry-After` tells when to come back."),
        (status = 503, description = "`payment_not_sent`: nothing was charged.")
    )
)]
pub(in crate::v1) async fn checkout(
    State(state): State<AppState>,
    ctx: TenantCtx,
    caller: ApiCaller,
    PathId(cart): PathId<HoldKind>,
    RequiredIdempotencyKey(key): RequiredIdempotencyKey,
    JsonBody { value: body, hash }: JsonBody<CheckoutBody>,
) -> Result<impl IntoResponse, Problem> {
    let wish = body.buyer.parse(cart)?;
    let token = match &body.payment {
        Some(payment) => {
            require_way(&state, &ctx, &payment.method).await?;
            payment.token()?
        }
        None => None,
    };
    let method = if token.is_some() {
        Method::Embedded
    } else {
        Method::Instant
    };
    // Where a bank sends the buyer back to: his order's payment in the shop, which asks how it stands.
    let back = urls::back_from_provider(&state.links.cart(ctx.ctx.tenant, cart));
    let return_to = ReturnTo::new(&state.config.http.origin(&ctx.tenant.primary_host), &back).ok();
    let quote = wish.ask(&state, &ctx).await?;
    let hash = Sha256::new()
        .chain_update(cart.uuid())
        .chain_update(hash)
        .finalize()
        .into();
    let once = Once::new("checkout", caller, Some(key), hash);
    let accepted_total = match body.payment {
        Some(_) => None,
        None => Some(nothing(&state, &ctx, cart).await?),
    };
    let (app, buying) = (state.checkout.clone(), ctx.ctx.clone());
    let paid = to_the_end(async move {
        let wish = PayOrder {
            cart,
            payer: Payer::default(),
            quote: Some(quote),
            accepted_total,
            provider: body.payment.as_ref().map_or(SANDBOX, |payment| &payment.method),
            method,
            return_to,
            token,
            key: once.key(),
        };
        checkout::pay(&app, &buying, wish).await
    });
    let paying = paid.await??;
    let status = status_of(&paying)?;
    let order = orders::load(&state, &ctx, paying.order).await?;
    Ok((status, Json(order)))
}

/// Refuses a method by which this shop's money is not taken, or that this key may not use.
async fn require_way(state: &AppState, ctx: &TenantCtx, method: &str) -> Result<(), Problem> {
    if method == cash::NAME {
        let may_take = matches!(&ctx.actor, Actor::ApiKey(_, scopes) if scopes.contains(ApiScope::CashWrite));
        return may_take.then_some(()).ok_or_else(|| Problem::new(Code::ScopeMissing));
    }
    let way = state.payees.way(ctx, state.config.takes_sandbox_payments()).await?;
    match way {
        Way::Closed if method == stripe::NAME => Err(PayError::PayeeClosed.into()),
        way if way.provider() == Some(method) => Ok(()),
        _ => Err(PayError::MethodUnavailable.into()),
    }
}

/// Whoever names no payment agrees to pay nothing.
async fn nothing(state: &AppState, ctx: &TenantCtx, cart: CartId) -> Result<Money, Problem> {
    let mut tx = state.db.begin(ctx).await?;
    let hold = inventory::find(&mut tx, cart).await?.ok_or_else(Problem::not_found)?;
    tx.commit().await?;
    Ok(Money::zero(hold.currency))
}

fn status_of(paying: &Paying) -> Result<StatusCode, Problem> {
    let refuse = |code| Err(Problem::new(code).member("order_id", paying.order.to_string()));
    match &paying.status {
        PayStatus::Paid => Ok(StatusCode::OK),
        PayStatus::AwaitingFunds | PayStatus::Confirming | PayStatus::Redirect(_) => Ok(StatusCode::ACCEPTED),
        PayStatus::Declined(_) | PayStatus::Exhausted => refuse(Code::PaymentDeclined),
        PayStatus::Unavailable | PayStatus::Unsent => refuse(Code::PaymentNotSent).map_err(Problem::retry_soon),
        PayStatus::Conflict => refuse(Code::SoldOut),
        PayStatus::Open => refuse(Code::PaymentPending),
        PayStatus::Closed => refuse(Code::OrderState),
    }
}
