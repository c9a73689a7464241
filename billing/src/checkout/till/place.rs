//! Places orders in groups.

use std::collections::{HashMap, HashSet};

use async_trait::async_trait;
use bilten_core::{
    catalog::{self, EventStatus},
    inventory::{self, Hold, HoldState, PersonClaim},
    orders::{self, GroupError, Order, OrderState, Placement, QuoteOrder},
};
use bilten_kernel::{AttemptId, CartId, Ctx, EventId, Money, OrderId, TenantId};
use bilten_tenancy::{
    Db, DbError, TenantTx, audit,
    groups::Serve,
    idempotency::{self, FirstUse, OwnedKey},
};
use serde_json::json;

use super::odd_when_moved;
use crate::{
    attempts::{
        Attempt, AttemptState,
        store::{NewAttempt, many},
    },
    checkout::{KEY_LEASE, begin::platform_part},
    gift_cards::least_charge,
    payees::Payee,
    provider::Method,
    risk::{PayerKeys, Risk},
};

/// Wish to place an order and to pay it.
pub(in crate::checkout) struct PlaceAsk {
    pub ctx: Ctx,
    /// Identities that its order and its attempt get, when they are made for it.
    pub order: OrderId,
    pub attempt: AttemptId,
    pub cart: CartId,
    pub payer: PayerKeys,
    pub quote: Option<QuoteOrder>,
    pub accepted_total: Option<Money>,
    pub provider: String,
    pub confirms_on_create: bool,
    pub method: Method,
    /// The method has what it needs: an address to come back to, the provider's token.
    pub is_payable: bool,
    pub payee: Option<Payee>,
    pub key: Option<OwnedKey>,
}

/// What became of the wish.
#[derive(Debug)]
pub(in crate::checkout) enum Placed {
    /// The order is placed, and its payment is to be sent.
    Fresh(Box<Attempt>),
    /// The order costs nothing and is complete.
    Free(OrderId),
    /// Nothing was written; the step for one order knows what to do.
    Odd,
}

/// Serves groups of wishes in one tenant.
pub(in crate::checkout) struct Placing {
    db: Db,
    risk: Risk,
}

#[async_trait]
impl Serve for Placing {
    type Lane = TenantId;
    type Ask = PlaceAsk;
    type Answer = Placed;

    const NAME: &'static str = "place";

    fn tenant(tenant: TenantId) -> TenantId {
        tenant
    }

    async fn serve(&self, tenant: TenantId, asks: &[PlaceAsk]) -> Result<Vec<Placed>, DbError> {
        match self.serve_once(tenant, asks).await {
            // The answer to the commit may be all that was lost: who was served finds what is his.
            Err(error) if error.is_unavailable() => self.serve_once(tenant, asks).await,
            answers => answers,
        }
    }
}

impl Placing {
    pub fn new(db: &Db, risk: &Risk) -> Self {
        Self {
            db: db.clone(),
            risk: risk.clone(),
        }
    }

    async fn serve_once(&self, tenant: TenantId, asks: &[PlaceAsk]) -> Result<Vec<Placed>, DbError> {
        let mut tx = self.db.begin_group(tenant).await?;
        let Some(placed) = odd_when_moved(place(&mut tx, asks, &self.risk).await)? else {
            return Ok(asks.iter().map(|_| Placed::Odd).collect());
        };
        tx.commit().await?;
        Ok(placed)
    }
}

/// A wish that is plain so far.
struct Plain<'a> {
    position: usize,
    ask: &'a PlaceAsk,
    hold: &'a Hold,
    /// Identity of its order, which may be yet to make.
    order: OrderId,
    is_free: bool,
}

async fn place(tx: &mut TenantTx, asks: &[PlaceAsk], risk: &Risk) -> Result<Vec<Placed>, GroupError> {
    let mut placed: Vec<Placed> = asks.iter().map(|_| Placed::Odd).collect();
    let carts: Vec<CartId> = asks.iter().map(|ask| ask.cart).collect();
    let holds = inventory::lock_many(tx, &carts).await?;
    let known = orders::find_by_carts(tx, &carts).await?;
    find_own(tx, asks, (&holds, &known), &mut placed).await?;
    let events: HashSet<EventId> = holds.values().map(|hold| hold.event).collect();
    let statuses = catalog::find_statuses(tx, &events.into_iter().collect::<Vec<_>>()).await?;
    let tried = many::list_tried(tx, &known.values().map(|order| order.id).collect::<Vec<_>>()).await?;
    let is_tried = |order: &Order| tried.contains(&order.id.uuid());

    let mut seen = HashSet::with_capacity(asks.len());
    let plain = asks.iter().enumerate().filter_map(|(position, ask)| {
        let hold = holds.get(&ask.cart)?;
        let fits = seen.insert(ask.cart)
            && statuses.get(&hold.event) == Some(&EventStatus::Published)
            && fits(
                ask,
                hold,
                known.get(&ask.cart).filter(|order| !is_tried(order)),
                known.contains_key(&ask.cart),
            )
            && !is_suspect(risk, ask, hold, known.get(&ask.cart));
        fits.then(|| Plain {
            position,
            ask,
            hold,
            order: known.get(&ask.cart).map_or(ask.order, |order| order.id),
            is_free: hold.total().is_ok_and(Money::is_zero),
        })
    });
    let plain = claim(tx, plain.collect()).await?;
    if plain.is_empty() {
        return Ok(placed);
    }
    let orders = write_orders(tx, &plain, &known).await?;
    begin_payments(tx, &plain, &orders, &mut placed).await?;
    give_away(tx, &plain, &orders, &mut placed).await?;
    Ok(placed)
}

/// Finds what a transaction before this one made for the asks, and whose answer was lost.
async fn find_own(
    tx: &mut TenantTx,
    asks: &[PlaceAsk],
    (holds, known): (&HashMap<CartId, Hold>, &HashMap<CartId, Order>),
    placed: &mut [Placed],
) -> Result<(), DbError> {
    let is_pinned = |ask: &&PlaceAsk| {
        holds
            .get(&ask.cart)
            .is_some_and(|hold| hold.state == HoldState::Pinned(ask.attempt))
    };
    let pinned: Vec<AttemptId> = asks.iter().filter(is_pinned).map(|ask| ask.attempt).collect();
    let mut attempts = if pinned.is_empty() {
        HashMap::new()
    } else {
        many::lock_many(tx, &pinned).await?
    };
    for (ask, placed) in asks.iter().zip(placed) {
        if let Some(attempt) = attempts.remove(&ask.attempt) {
            *placed = Placed::Fresh(Box::new(attempt));
        } else if known
            .get(&ask.cart)
            .is_some_and(|order| order.id == ask.order && order.state == OrderState::Paid)
        {
            *placed = Placed::Free(ask.order);
        }
    }
    Ok(())
}

/// Tells whether an ask can be served here: stock that is live, an order that is new or quoted and never tried, a total
/// that the buyer agrees with, and a way to pay it.
fn fits(ask: &PlaceAsk, hold: &Hold, untried: Option<&Order>, has_order: bool) -> bool {
    let Ok(total) = hold.total() else { return false };
    let is_order_plain = match (untried, has_order, &ask.quote) {
        (Some(order), _, None) => {
            order.state == OrderState::Quoted
                && order.total == total
                && order.gift_card.is_none()
                && order.buyer_tax.is_none()
        }
        (None, false, Some(quote)) => quote.tax.is_none(),
        _ => false,
    };
    // What is too little for a card is refused one by one, with words.
    let is_enough = ask.payee.is_none() || total.minor >= least_charge(total.currency).minor;
    let is_payable = total.is_zero() || (ask.is_payable && is_enough);
    hold.state == HoldState::Held
        && hold.is_live(ask.ctx.now())
        && is_order_plain
        && is_payable
        && ask.accepted_total.is_none_or(|seen| seen == total)
}

/// Tells from memory whether the payment is to be looked at before it begins; what costs nothing is no payment.
fn is_suspect(risk: &Risk, ask: &PlaceAsk, hold: &Hold, known: Option<&Order>) -> bool {
    let mail = known
        .map(|order| &order.buyer_email)
        .or_else(|| Some(&ask.quote.as_ref()?.buyer_email));
    let is_free = hold.total().is_ok_and(Money::is_zero);
    !is_free && mail.is_some_and(|mail| risk.suspects(&ask.ctx, (ask.payer, mail), hold.event))
}

/// Makes the orders that there are not yet, and moves the others on; returns all by cart.
async fn write_orders(
    tx: &mut TenantTx,
    plain: &[Plain<'_>],
    known: &HashMap<CartId, Order>,
) -> Result<HashMap<CartId, Order>, GroupError> {
    let placements: Vec<Placement<'_>> = plain
        .iter()
        .filter_map(|plain| {
            Some(Placement {
                ctx: &plain.ask.ctx,
                id: plain.order,
                hold: plain.hold,
                wish: plain.ask.quote.as_ref()?,
                state: if plain.is_free {
                    OrderState::Paid
                } else {
                    OrderState::AwaitingPayment
                },
            })
        })
        .collect();
    let mut orders: HashMap<CartId, Order> = HashMap::with_capacity(plain.len());
    if !placements.is_empty() {
        let made = orders::place_many(tx, &placements).await?;
        orders.extend(made.into_iter().map(|order| (order.cart, order)));
    }
    let quoted: Vec<&Order> = plain.iter().filter_map(|plain| known.get(&plain.ask.cart)).collect();
    let to_pay: Vec<OrderId> = quoted
        .iter()
        .filter(|order| !order.total.is_zero())
        .map(|order| order.id)
        .collect();
    if !to_pay.is_empty() {
        orders::await_payment_many(tx, &to_pay).await?;
    }
    orders.extend(quoted.into_iter().map(|order| (order.cart, order.clone())));
    Ok(orders)
}

/// Takes what counts once: places of persons who may have so many, and the keys of the requests. A buyer who has too many,
/// or whose key was used, is not plain.
async fn claim<'a>(tx: &mut TenantTx, plain: Vec<Plain<'a>>) -> Result<Vec<Plain<'a>>, DbError> {
    let claims: Vec<PersonClaim<'_>> = plain
        .iter()
        .filter(|plain| plain.hold.limits_persons)
        .filter_map(|plain| {
            let quote = plain.ask.quote.as_ref()?;
            Some(PersonClaim::new(&plain.ask.ctx, plain.hold, &quote.buyer_email))
        })
        .collect();
    if claims.is_empty() {
        return claim_keys(tx, plain).await;
    }
    let answers = inventory::claim_persons(tx, &claims).await?;
    let (granted, refused): (Vec<_>, Vec<_>) = claims.iter().zip(answers).partition(|(_, answer)| answer.is_ok());
    let refused: HashSet<CartId> = refused.into_iter().map(|(claim, _)| claim.hold.id).collect();
    let granted: HashSet<CartId> = granted.into_iter().map(|(claim, _)| claim.hold.id).collect();
    let within = plain.into_iter().filter(|plain| !refused.contains(&plain.ask.cart));
    let rest = claim_keys(tx, within.collect()).await?;
    let kept: HashSet<CartId> = rest.iter().map(|plain| plain.ask.cart).collect();
    let dropped: Vec<CartId> = granted.difference(&kept).copied().collect();
    if !dropped.is_empty() {
        inventory::disown(tx, &dropped).await?;
    }
    Ok(rest)
}

/// Takes the keys of the requests; one whose key was used before is not plain.
async fn claim_keys<'a>(tx: &mut TenantTx, plain: Vec<Plain<'a>>) -> Result<Vec<Plain<'a>>, DbError> {
    let (keyed, mut rest): (Vec<_>, Vec<_>) = plain.into_iter().partition(|plain| plain.ask.key.is_some());
    if keyed.is_empty() {
        return Ok(rest);
    }
    let uses: Vec<FirstUse<'_>> = keyed
        .iter()
        .filter_map(|plain| {
            let now = plain.ask.ctx.now();
            Some(FirstUse {
                key: plain.ask.key.as_ref()?.as_key(),
                resource: plain.order.uuid(),
                at: now,
                leased_until: (!plain.is_free).then(|| now + KEY_LEASE),
            })
        })
        .collect();
    let taken = idempotency::claim_many(tx, &uses).await?;
    rest.extend(
        keyed
            .into_iter()
            .zip(taken)
            .filter_map(|(plain, is_taken)| is_taken.then_some(plain)),
    );
    Ok(rest)
}

/// Pins the holds of orders that cost something, and writes down what will be sent.
async fn begin_payments(
    tx: &mut TenantTx,
    plain: &[Plain<'_>],
    orders: &HashMap<CartId, Order>,
    placed: &mut [Placed],
) -> Result<(), GroupError> {
    let dear: Vec<(&Plain<'_>, &Order)> = plain
        .iter()
        .filter(|plain| !plain.is_free)
        .filter_map(|plain| Some((plain, orders.get(&plain.ask.cart)?)))
        .collect();
    if dear.is_empty() {
        return Ok(());
    }
    let pins: Vec<_> = dear
        .iter()
        .map(|(plain, _)| (plain.ask.cart, plain.ask.attempt, plain.ask.ctx.now()))
        .collect();
    inventory::pin_many(tx, &pins).await?;
    let attempts: Vec<(&Ctx, NewAttempt<'_>)> = dear
        .iter()
        .map(|(plain, order)| (&plain.ask.ctx, attempt(plain, order)))
        .collect();
    many::insert_first(tx, &attempts).await?;
    let entries: Vec<_> = attempts
        .iter()
        .map(|(ctx, new)| {
            let entry = audit::Entry {
                action: "payment.started",
                object: new.id.to_string(),
                details: json!({ "order": new.order, "provider": new.provider }),
            };
            (*ctx, entry)
        })
        .collect();
    audit::record_many(tx, &entries).await?;
    for ((plain, _), (ctx, new)) in dear.iter().zip(&attempts) {
        placed[plain.position] = Placed::Fresh(Box::new(new.attempt(ctx.now())));
    }
    Ok(())
}

fn attempt<'a>(plain: &Plain<'a>, order: &Order) -> NewAttempt<'a> {
    NewAttempt {
        id: plain.ask.attempt,
        order: order.id,
        hold: order.cart,
        event: order.event,
        provider: &plain.ask.provider,
        method: plain.ask.method,
        payee: plain.ask.payee.as_ref(),
        payer: plain.ask.payer,
        asks_three_d_secure: false,
        state: if plain.ask.confirms_on_create {
            AttemptState::Confirming
        } else {
            AttemptState::Created
        },
        amount: order.total,
        platform_part: platform_part(order),
    }
}

/// Completes orders that cost nothing.
async fn give_away(
    tx: &mut TenantTx,
    plain: &[Plain<'_>],
    orders: &HashMap<CartId, Order>,
    placed: &mut [Placed],
) -> Result<(), GroupError> {
    let free: Vec<(&Plain<'_>, &Order)> = plain
        .iter()
        .filter(|plain| plain.is_free)
        .filter_map(|plain| Some((plain, orders.get(&plain.ask.cart)?)))
        .collect();
    if free.is_empty() {
        return Ok(());
    }
    let completions: Vec<(&Ctx, &Order)> = free.iter().map(|(plain, order)| (&plain.ask.ctx, *order)).collect();
    orders::complete_many(tx, &completions).await?;
    for (plain, order) in free {
        placed[plain.position] = Placed::Free(order.id);
    }
    Ok(())
}
