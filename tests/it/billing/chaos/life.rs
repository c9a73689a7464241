//! One life of an order, told by dice.

use std::{collections::BTreeMap, fmt};

use bilten_billing::{
    checkout::{self, PayOrder},
    refunds,
    sandbox::{self, Choice, SandboxPaymentId},
};
use bilten_kernel::{CartId, OrderId};
use bilten_tests::fakes::{Call, Fault};
use sqlx::Connection;
use uuid::Uuid;

use super::super::{dice::Dice, gift_shop, gifts, till::Till, webhooks::tell};

/// What happened in lives, counted.
#[derive(Debug, Default)]
pub(super) struct Story {
    pub lives: usize,
    events: BTreeMap<&'static str, usize>,
}

impl Story {
    pub fn add(&mut self, other: &Self) {
        self.lives += other.lives;
        for (event, count) in &other.events {
            *self.events.entry(event).or_default() += count;
        }
    }

    fn note(&mut self, event: &'static str) {
        *self.events.entry(event).or_default() += 1;
    }
}

impl fmt::Display for Story {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} lives", self.lives)?;
        self.events
            .iter()
            .try_for_each(|(event, count)| write!(f, ", {count} {event}"))
    }
}

/// Lives one life.
pub(super) async fn live(till: &Till, dice: &mut Dice, is_alone: bool) -> Story {
    let mut story = Story {
        lives: 1,
        ..Story::default()
    };
    let Some((order, payment)) = buy(till, dice, (is_alone, &mut story)).await else {
        return story;
    };
    for _ in 0..dice.below(4) {
        let after = i64::try_from(dice.below(3 * 86_400)).unwrap();
        match dice.below(6) {
            0 => cancel(till, dice, order, &mut story).await,
            1 => contest(till, payment, &mut story).await,
            2 => decide(till, dice, payment, &mut story).await,
            3 => {
                story.note("webhooks told twice");
                let id = format!("evt_{}_{}", payment, dice.below(3));
                tell(till, &id, payment).await;
                tell(till, &id, payment).await;
            }
            4 => till.work().await,
            _ => till.advance(after),
        }
    }
    story
}

/// Buys by API or at the provider's page; the line may fail, and the process may die.
async fn buy(
    till: &Till,
    dice: &mut Dice,
    (is_alone, story): (bool, &mut Story),
) -> Option<(OrderId, SandboxPaymentId)> {
    let found = if dice.one_in(5) {
        buy_card(till, dice, (is_alone, story)).await
    } else if dice.one_in(2) {
        let wanted = 1 + u32::try_from(dice.below(3)).unwrap();
        let cart = till.cart_of(till.paid_type, wanted).await?;
        if dice.one_in(3) {
            let faults = [
                Fault::Unreachable,
                Fault::LoseRequest,
                Fault::LoseAnswer,
                Fault::DieBefore,
                Fault::DieAfter,
            ];
            let fault = dice.pick(&faults[..if is_alone { 5 } else { 3 }]);
            till.line.fail_next(Call::Create, fault);
            story.note("calls that went wrong");
        }
        if dice.one_in(4) {
            till.try_quote(cart).await?;
            use_gift_card(till, dice, cart, story).await;
        }
        pay(till, till.instant(cart), is_alone, story).await;
        story.note("purchases in one call");
        newest_order(till).await
    } else {
        let (cart, order) = till.order().await;
        if dice.one_in(4) {
            use_gift_card(till, dice, cart, story).await;
        }
        pay(till, till.hosted(cart), is_alone, story).await;
        let payment = newest_payment(till, order).await?;
        let choices = [
            Choice::Pay,
            Choice::Pay,
            Choice::Later,
            Choice::TimeOut,
            Choice::Decline,
            Choice::Challenge,
        ];
        let choice = dice.pick(&choices);
        till.choose(payment, choice).await;
        if choice == Choice::Challenge {
            till.choose(payment, dice.pick(&[Choice::Approve, Choice::Refuse]))
                .await;
        }
        if dice.one_in(2) {
            let _ = checkout::look(&till.checkout, &till.ctx(), order).await;
        }
        story.note("visits of the provider's page");
        Some((order, payment))
    };
    if is_alone {
        till.line.mend();
    }
    found
}

/// Buys a gift card in the shop, and perhaps spends some of it.
async fn buy_card(
    till: &Till,
    dice: &mut Dice,
    (is_alone, story): (bool, &mut Story),
) -> Option<(OrderId, SandboxPaymentId)> {
    let minor = 1_000 + i64::try_from(dice.below(20_000)).unwrap();
    let (cart, order) = gift_shop::order(till, minor).await;
    if dice.one_in(4) {
        story.note("calls that went wrong");
        till.line
            .fail_next(Call::Create, dice.pick(&[Fault::LoseAnswer, Fault::Unreachable]));
    }
    pay(till, till.hosted(cart), is_alone, story).await;
    let payment = newest_payment(till, order).await?;
    let choice = dice.pick(&[Choice::Pay, Choice::Pay, Choice::Pay, Choice::Later, Choice::Decline]);
    till.choose(payment, choice).await;
    let _ = checkout::look(&till.checkout, &till.ctx(), order).await;
    story.note("gift cards bought");
    if let Some(card) = gift_shop::card_of(till, order).await
        && dice.one_in(2)
    {
        let cart = till.cart().await;
        if till.try_quote(cart).await.is_some() && gifts::choose(till, cart, &card).await.is_ok() {
            story.note("of them spent");
            pay(till, till.instant(cart), is_alone, story).await;
        }
    }
    Some((order, payment))
}

/// Chooses a gift card that may pay a part or all.
async fn use_gift_card(till: &Till, dice: &mut Dice, cart: CartId, story: &mut Story) {
    let minor = 1 + i64::try_from(dice.below(15_000)).unwrap();
    let card = gifts::issue(till, minor).await;
    if gifts::choose(till, cart, &card).await.is_ok() {
        story.note("gift cards");
    }
}

async fn pay(till: &Till, wish: PayOrder<'_>, is_alone: bool, story: &mut Story) {
    let death = async {
        if is_alone {
            till.line.death().await;
        } else {
            std::future::pending::<()>().await;
        }
    };
    tokio::select! {
        () = death => story.note("processes that died"),
        paying = till.pay(wish) => drop(paying),
    }
}

async fn cancel(till: &Till, dice: &mut Dice, order: OrderId, story: &mut Story) {
    let ctx = till.ctx();
    let mut tx = till.app.db.begin(&ctx).await.unwrap();
    if refunds::cancel_order(&ctx, &mut tx, order).await.is_err() {
        return;
    }
    tx.commit().await.unwrap();
    story.note("cancellations");
    if dice.one_in(2) {
        story.note("calls that went wrong");
        till.line.fail_next(
            Call::Refund,
            dice.pick(&[Fault::LoseAnswer, Fault::LoseRequest, Fault::Unreachable]),
        );
    }
}

async fn contest(till: &Till, payment: SandboxPaymentId, story: &mut Story) {
    if sandbox::open_dispute(&till.sandbox, &till.ctx(), payment)
        .await
        .unwrap_or(false)
    {
        story.note("contests");
    }
}

async fn decide(till: &Till, dice: &mut Dice, payment: SandboxPaymentId, story: &mut Story) {
    let is_won = dice.one_in(2);
    if sandbox::close_dispute(&till.sandbox, &till.ctx(), payment, is_won)
        .await
        .unwrap()
    {
        story.note(if is_won { "contests won" } else { "contests lost" });
    }
}

/// The bank decides whatever is contested still, by the payment's name.
pub(super) async fn decide_all(till: &Till) {
    let open: Vec<Uuid> = all(
        till,
        "select payment_id from bilten.sandbox_disputes where state = 'needs_response'",
    )
    .await;
    for payment in open {
        let is_won = payment.as_u128() & 1 == 0;
        sandbox::close_dispute(&till.sandbox, &till.ctx(), payment.into(), is_won)
            .await
            .unwrap();
    }
}

pub(super) async fn orders_with_refusals(till: &Till) -> Vec<OrderId> {
    let refused = all(
        till,
        "select distinct order_id from bilten.refunds where state = 'failed'",
    )
    .await;
    refused.into_iter().map(OrderId::from_uuid).collect()
}

async fn newest_payment(till: &Till, order: OrderId) -> Option<SandboxPaymentId> {
    let found = all(
        till,
        "select p.id from bilten.sandbox_payments p join bilten.payment_attempts a on a.id = p.attempt_id
         order by a.order_id desc, p.id desc",
    );
    let orders = all(
        till,
        "select a.order_id from bilten.sandbox_payments p join bilten.payment_attempts a on a.id = p.attempt_id
         order by a.order_id desc, p.id desc",
    );
    let (found, orders) = (found.await, orders.await);
    let at = orders.iter().position(|of| *of == order.uuid())?;
    found.get(at).map(|id| SandboxPaymentId::from_uuid(*id))
}

async fn newest_order(till: &Till) -> Option<(OrderId, SandboxPaymentId)> {
    let pairs = "from bilten.sandbox_payments p join bilten.payment_attempts a on a.id = p.attempt_id
                 where p.method = 'instant' order by p.created_at desc, p.id limit 1";
    let order = all(till, &format!("select a.order_id {pairs}")).await;
    let payment = all(till, &format!("select p.id {pairs}")).await;
    Some((
        OrderId::from_uuid(*order.first()?),
        SandboxPaymentId::from_uuid(*payment.first()?),
    ))
}

async fn all(till: &Till, query: &str) -> Vec<Uuid> {
    let mut admin = till.app.test_db.admin().await;
    let found = sqlx::query_scalar(sqlx::AssertSqlSafe(query.to_owned()))
        .fetch_all(&mut admin)
        .await
        .unwrap();
    admin.close().await.unwrap();
    found
}
