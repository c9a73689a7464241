//! Money under dice: random lives of orders behind a bad line, and at the end every clearing account stands at nothing.
//!
//! A life is a purchase, by whichever way, and what comes after: webhooks that come twice or never, a process that dies between
//! two steps, a refund that gets lost, is refused or is sent again, a contest that is won or lost, payouts that arrive or come back.
//! Lives run side by side, with one line that fails for all of them. Then all is left to settle, and proven.
//!
//! ```sh
//! BILTEN_CHAOS_SEED=4711 cargo nextest run --workspace -E 'test(billing::chaos)' --no-capture
//! BILTEN_CHAOS_LIVES=10000 cargo nextest run --workspace -E 'test(billing::chaos)'   # make chaos
//! ```

mod life;

use bilten_billing::{ledger, ledger::Rule, payouts, proof, refunds};
use bilten_tests::{db::run, report};

use self::life::Story;
use super::{dice::Dice, gift_shop, till::Till};

/// Lives of a run, unless told otherwise.
const LIVES: usize = 60;
/// Lives that one shop sees.
const A_SHOP: usize = 30;
/// Lives side by side.
const AT_ONCE: usize = 3;
const DAY: i64 = 86_400;

/// 73
#[tokio::test]
async fn counted_random_lives_of_orders_leave_nothing_unexplained() {
    let lives = number("BILTEN_CHAOS_LIVES").unwrap_or(LIVES);
    let seed = number("BILTEN_CHAOS_SEED").unwrap_or(20_310_501);
    let mut story = Story::default();
    let (mut shops, mut txns, mut postings, mut compared) = (0, 0, 0, 0);
    while story.lives < lives {
        let of_shop = seed.wrapping_add(shops);
        let proof = shop(of_shop, A_SHOP.min(lives - story.lives), &mut story).await;
        shops += 1;
        txns += proof.books.txns;
        postings += proof.books.postings;
        compared += proof.compared;
    }
    report(&format!("chaos: seed {seed}, {story}"));
    report(&format!(
        "chaos: {shops} shops proven: {txns} transactions, {postings} postings, {compared} sums compared, all clearing accounts at nothing"
    ));
}

/// Lets a shop live, settle, and be proven.
async fn shop(seed: usize, lives: usize, story: &mut Story) -> proof::Proof {
    let till = Till::open(200).await;
    gift_shop::open_shop(&till, &gift_shop::terms()).await;
    let mut dice = Dice::new(seed);
    let mut left = lives;
    while left > 0 {
        // Who dies is alone: nobody else may be taken for him.
        let now = if dice.one_in(3) { 1 } else { left.min(AT_ONCE) };
        let mut dices = [dice.split(), dice.split(), dice.split()];
        let lived = dices[..now].iter_mut().map(|dice| life::live(&till, dice, now == 1));
        for one in futures_util::future::join_all(lived).await {
            story.add(&one);
        }
        left -= now;
        if dice.one_in(3) {
            let days = i64::try_from(dice.below(20)).unwrap();
            till.advance(days * DAY);
            payouts::tend(&till.checkout, &till.ctx()).await.unwrap();
            till.work().await;
        }
        if dice.one_in(8) {
            let mut admin = till.app.test_db.admin().await;
            let spoil = "update bilten.sandbox_payouts set state = 'failed' where state = 'in_transit'";
            run(&mut admin, spoil).await;
        }
    }
    settle(&till, seed).await
}

/// Nothing goes wrong any more: whatever is open ends, what was refused is sent again, and all is paid out.
async fn settle(till: &Till, seed: usize) -> proof::Proof {
    till.line.mend();
    for round in 0..60 {
        till.advance(3 * DAY);
        till.work_until_settled().await;
        life::decide_all(till).await;
        payouts::tend(&till.checkout, &till.ctx()).await.unwrap();
        till.work().await;
        send_again(till).await;
        let (proof, open) = look(till).await;
        if round > 40 && proof.is_sound() && open.is_empty() {
            bilten_core::inventory::sweep(&till.app.db, &till.ctx()).await.unwrap();
            let books = till.books().await;
            assert_eq!((books.live, books.held), (0, 0), "seed {seed}: {books:?}");
            return proof;
        }
    }
    let (proof, open) = look(till).await;
    panic!("seed {seed}: after half a year: {proof:#?}\nnot cleared: {open:?}");
}

/// The proof, and what has not cleared.
async fn look(till: &Till) -> (proof::Proof, Vec<(String, i64)>) {
    let mut tx = till.app.db.begin_snapshot(till.app.alfa.id).await.unwrap();
    let proof = proof::prove(&mut tx).await.unwrap();
    let balances = ledger::balances(&mut tx, None).await.unwrap();
    let open = balances.iter().filter(|balance| {
        let is_due = balance.account.code == ledger::Code::CustomerRefundDue;
        !balance.amount.is_zero() && (is_due || balance.account.code.rule() == Rule::Clears)
    });
    let open = open.map(|balance| (balance.account.code.name().to_owned(), balance.amount.minor));
    (proof, open.collect())
}

/// A clerk sends again what was refused.
async fn send_again(till: &Till) {
    let ctx = till.ctx();
    for order in life::orders_with_refusals(till).await {
        let mut tx = till.app.db.begin(&ctx).await.unwrap();
        if refunds::refund_again(&ctx, &mut tx, order).await.is_ok() {
            tx.commit().await.unwrap();
        }
    }
}

#[expect(
    clippy::disallowed_methods,
    reason = "set by hand, for a longer run or to repeat one"
)]
fn number(name: &str) -> Option<usize> {
    std::env::var(name).ok()?.parse().ok()
}
