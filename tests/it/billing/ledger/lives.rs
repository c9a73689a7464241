//! Random lives of orders beside a naive model of the money, and nobody ever gets more back than he paid.

use bilten_billing::{
    ledger::{self, Code},
    payouts,
    refunds::{self, Claim, TakeBack},
    sandbox::{self, Choice, SandboxPaymentId},
};
use bilten_core::tickets;
use bilten_kernel::{OrderId, TicketId};
use bilten_tests::{db::run, report};

use super::{
    super::{
        dice::Dice,
        till::{PRICE, Till, payment_of},
    },
    money::prove,
};

const DAY: i64 = 86_400;
/// What a contest costs in the sandbox.
const FEE: i64 = 2_000;
/// The event is over and its revenue earned when so many days have gone by.
const OVER: i64 = 91;
/// Lives of one run, and steps of one life.
const LIVES: usize = 4;
const STEPS: usize = 14;

/// What is there in each heap of money, by the simplest rules that somebody could think of.
#[derive(Debug, Default, Clone, Copy, PartialEq, Eq)]
struct Heaps {
    /// With the provider, on its way to the bank, and in the bank.
    cash: i64,
    /// Contested.
    contested: i64,
    /// Charged for contests.
    fees: i64,
    /// Lost in contests.
    lost: i64,
    /// Owed to the buyers' evening, earned by it, or kept of what came back.
    sold: i64,
    /// Owed to buyers whose money is on its way back.
    due: i64,
}

/// How an order's contest stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Contest {
    Never,
    Open,
    Won,
    Lost,
}

struct One {
    order: OrderId,
    payment: SandboxPaymentId,
    tickets: i64,
    kept: i64,
    contest: Contest,
}

impl One {
    /// What of the payment the buyer has not got back.
    const fn left(&self) -> i64 {
        self.tickets * PRICE + self.kept
    }
}

struct Naive {
    heaps: Heaps,
    orders: Vec<One>,
    day: i64,
}

/// The model is ignorant of books, lots and payouts: what it says must come out all the same.
#[tokio::test]
async fn counted_random_lives_of_orders_leave_what_a_naive_model_says() {
    let mut steps = 0;
    for seed in 0..LIVES {
        let till = Till::open(200).await;
        let mut dice = Dice::new(seed + 71);
        let mut naive = Naive {
            heaps: Heaps::default(),
            orders: Vec::new(),
            day: 0,
        };
        for step in 0..STEPS {
            let what = naive.step(&till, &mut dice).await;
            rest(&till).await;
            assert_eq!(heaps(&till).await, naive.heaps, "seed {seed}, step {step}: {what}");
            let proof = prove(&till).await;
            assert!(proof.is_sound(), "seed {seed}, step {step}: {what}: {proof:#?}");
            steps += 1;
        }
    }
    report(&format!(
        "naive model of money: {LIVES} lives, {steps} steps, the books agree after each"
    ));
}

impl Naive {
    async fn step(&mut self, till: &Till, dice: &mut Dice) -> &'static str {
        match dice.below(8) {
            0..3 if self.day < OVER - 2 => self.sell(till, dice).await,
            3 | 4 if self.day < OVER - 2 => self.take_back(till, dice).await,
            5 => self.contest(till, dice).await,
            6 => self.decide(till, dice).await,
            _ => self.pass(till, dice).await,
        }
    }

    async fn sell(&mut self, till: &Till, dice: &mut Dice) -> &'static str {
        let wanted = u32::try_from(1 + dice.below(3)).unwrap();
        let cart = till.cart_of(till.paid_type, wanted).await.unwrap();
        let order = till.quote(cart).await;
        let payment = payment_of(&till.pay(till.hosted(cart)).await.unwrap());
        till.choose(payment, Choice::Pay).await;
        till.look(order).await;
        let one = One {
            order,
            payment,
            tickets: wanted.into(),
            kept: 0,
            contest: Contest::Never,
        };
        self.heaps.cash += one.left();
        self.heaps.sold += one.left();
        self.orders.push(one);
        "sold"
    }

    async fn take_back(&mut self, till: &Till, dice: &mut Dice) -> &'static str {
        let keep = i64::try_from(dice.below(4)).unwrap() * 1_111;
        let Some(one) = any(&mut self.orders, dice, |one| {
            one.contest == Contest::Never && one.tickets > 0
        }) else {
            return "nothing to take back";
        };
        let ticket = tickets_of(till, one.order).await.remove(0);
        take_back(till, one.order, &[ticket], keep).await.unwrap();
        one.tickets -= 1;
        one.kept += keep;
        self.heaps.cash -= PRICE - keep;
        self.heaps.sold -= PRICE - keep;
        "taken back"
    }

    async fn contest(&mut self, till: &Till, dice: &mut Dice) -> &'static str {
        let Some(one) = any(&mut self.orders, dice, |one| {
            one.contest == Contest::Never && one.left() > 0
        }) else {
            return "nothing to contest";
        };
        assert!(
            sandbox::open_dispute(&till.sandbox, &till.ctx(), one.payment)
                .await
                .unwrap()
        );
        one.contest = Contest::Open;
        self.heaps.cash -= one.left() + FEE;
        self.heaps.contested += one.left();
        self.heaps.fees += FEE;
        "contested"
    }

    async fn decide(&mut self, till: &Till, dice: &mut Dice) -> &'static str {
        let (is_won, is_over) = (dice.one_in(2), self.day >= OVER);
        let Some(one) = any(&mut self.orders, dice, |one| one.contest == Contest::Open) else {
            return "nothing to decide";
        };
        let decided = sandbox::close_dispute(&till.sandbox, &till.ctx(), one.payment, is_won)
            .await
            .unwrap();
        assert!(decided);
        self.heaps.contested -= one.left();
        if is_won {
            one.contest = Contest::Won;
            self.heaps.cash += one.left() + FEE;
            self.heaps.fees -= FEE;
            return "won";
        }
        one.contest = Contest::Lost;
        // Before the evening the sale is undone and only what was kept is lost; afterwards all of it.
        let undone = if is_over { 0 } else { one.tickets * PRICE };
        self.heaps.sold -= undone;
        self.heaps.lost += one.left() - undone;
        "lost"
    }

    /// Days go by; money goes to the bank, and sometimes comes back from it.
    async fn pass(&mut self, till: &Till, dice: &mut Dice) -> &'static str {
        let days = i64::try_from(1 + dice.below(40)).unwrap();
        // Not onto the day of the event itself: whether it is over by then is not the question here.
        let days = if (OVER - 2..OVER).contains(&(self.day + days)) {
            days + 2
        } else {
            days
        };
        self.day += days;
        till.advance(days * DAY);
        if dice.one_in(3) {
            let mut admin = till.app.test_db.admin().await;
            run(
                &mut admin,
                "update bilten.sandbox_payouts set state = 'failed' where state = 'in_transit'",
            )
            .await;
        }
        "days went by"
    }
}

/// An order of which it is true, if there is one.
fn any<'a>(orders: &'a mut [One], dice: &mut Dice, is_wanted: impl Fn(&One) -> bool) -> Option<&'a mut One> {
    let mut found: Vec<&mut One> = orders.iter_mut().filter(|one| is_wanted(one)).collect();
    if found.is_empty() {
        return None;
    }
    Some(found.swap_remove(dice.below(found.len())))
}

/// Lets everything that is under way end.
async fn rest(till: &Till) {
    for _ in 0..3 {
        till.work().await;
        payouts::tend(&till.checkout, &till.ctx()).await.unwrap();
    }
}

async fn heaps(till: &Till) -> Heaps {
    let mut tx = till.app.db.begin(&till.ctx()).await.unwrap();
    let balances = ledger::balances(&mut tx, None).await.unwrap();
    let sum = |codes: &[Code]| -> i64 {
        let of = balances.iter().filter(|balance| codes.contains(&balance.account.code));
        of.map(|balance| balance.amount.minor).sum()
    };
    let heaps = Heaps {
        cash: sum(&[Code::PspPending, Code::PspAvailable, Code::PayoutInTransit, Code::Bank]),
        contested: sum(&[Code::DisputeHold]),
        fees: sum(&[Code::DisputeFeeExpense]),
        lost: sum(&[Code::DisputeLoss]),
        sold: -sum(&[Code::TicketDeferred, Code::TicketRevenue, Code::CancellationFeeIncome]),
        due: -sum(&[Code::CustomerRefundDue, Code::RefundClearing]),
    };
    let known = heaps.cash + heaps.contested + heaps.fees + heaps.lost - heaps.sold - heaps.due;
    assert_eq!(known, 0, "no other account has anything: {balances:?}");
    heaps
}

async fn tickets_of(till: &Till, order: OrderId) -> Vec<TicketId> {
    let mut tx = till.app.db.begin(&till.ctx()).await.unwrap();
    let tickets = tickets::list_for_order(&mut tx, order).await.unwrap();
    tickets
        .into_iter()
        .filter(|ticket| ticket.state == tickets::TicketState::Issued)
        .map(|ticket| ticket.id)
        .collect()
}

/// Takes tickets back; `None` when that may not be.
async fn take_back(till: &Till, order: OrderId, tickets: &[TicketId], keep_minor: i64) -> Option<()> {
    let ctx = till.ctx();
    let mut tx = till.app.db.begin(&ctx).await.unwrap();
    let wish = TakeBack {
        order,
        tickets,
        claim: Claim::Staff { keep_minor },
        reason: "",
        credit: None,
    };
    refunds::take_back(&ctx, &mut tx, &wish).await.ok()?;
    tx.commit().await.ok()
}

/// Refunds and lost contests of a payment are together never more than it was, whoever does what at once.
#[tokio::test]
async fn nobody_gets_back_more_than_he_paid_whatever_happens_at_once() {
    let till = Till::open(200).await;
    let mut dice = Dice::new(4_711);
    for round in 0..10 {
        let cart = till.cart_of(till.paid_type, 3).await.unwrap();
        let order = till.quote(cart).await;
        let payment = payment_of(&till.pay(till.hosted(cart)).await.unwrap());
        till.choose(payment, Choice::Pay).await;
        till.look(order).await;
        let tickets = tickets_of(&till, order).await;
        let (first, last) = (tickets.clone(), [tickets[dice.below(3)]]);
        let ctx = till.ctx();
        let contested = async {
            if dice.one_in(2) {
                sandbox::open_dispute(&till.sandbox, &ctx, payment).await.ok();
                payouts::tend(&till.checkout, &ctx).await.unwrap();
            }
        };
        tokio::join!(
            take_back(&till, order, &first[..2], 0),
            take_back(&till, order, &last, 500),
            take_back(&till, order, &[], 0),
            cancel(&till, order),
            contested,
            till.work(),
        );
        rest(&till).await;
        if sandbox::close_dispute(&till.sandbox, &till.ctx(), payment, false)
            .await
            .unwrap()
        {
            rest(&till).await;
        }
        take_back(&till, order, &[], 0).await;
        rest(&till).await;
        assert_eq!(till.count(GIVEN_TWICE).await, 0, "round {round}, by our books");
        assert_eq!(
            till.count(GIVEN_TWICE_BY_PROVIDER).await,
            0,
            "round {round}, by the provider's"
        );
        let proof = prove(&till).await;
        assert!(proof.is_sound(), "round {round}: {proof:#?}");
    }
    assert!(
        till.count("select count(*) from bilten.refunds where state = 'succeeded'")
            .await
            > 0
    );
    assert!(
        till.count("select count(*) from bilten.disputes where state = 'lost'")
            .await
            > 0
    );
}

/// Attempts of which more went back than came.
const GIVEN_TWICE: &str = "select count(*) from bilten.payment_attempts a
    where (select coalesce(sum(r.amount_minor), 0) from bilten.refunds r where r.attempt_id = a.id and r.state <> 'failed')
        + (select coalesce(sum(d.amount_minor), 0) from bilten.disputes d where d.attempt_id = a.id and d.state = 'lost') > a.amount_minor";
const GIVEN_TWICE_BY_PROVIDER: &str = "select count(*) from bilten.sandbox_payments p
    where p.refunded_minor
        + (select coalesce(sum(d.amount_minor), 0) from bilten.sandbox_disputes d where d.payment_id = p.id and d.state = 'lost') > p.amount_minor";

async fn cancel(till: &Till, order: OrderId) {
    let ctx = till.ctx();
    let mut tx = till.app.db.begin(&ctx).await.unwrap();
    if refunds::cancel_order(&ctx, &mut tx, order).await.is_ok() {
        tx.commit().await.unwrap();
    }
}
