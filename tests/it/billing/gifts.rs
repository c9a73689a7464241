//! Gift cards: made, spent in whole and in part, given back, and never more of them than there is.

use bilten_billing::{
    checkout::{PayError, PayOrder, PayStatus},
    gift_cards::{self, Choice as Typed, ChooseError, GiftCard, GiftCards, Issued, NewGiftCard, Origin},
    ledger::{self, Code},
    payouts, proof,
    refunds::{self, Claim, TakeBack, TakeBackError},
    sandbox::{self, Choice},
};
use bilten_core::{
    MasterKey,
    orders::{self, OrderState},
    tickets,
};
use bilten_kernel::{CartId, Ctx, GiftCardId, Money, OrderId};
use bilten_tests::fakes::{Call, Fault};
use jiff::SignedDuration;

use super::{
    ledger::eur,
    till::{PRICE, Till, payment_of},
};

pub(super) fn cards() -> GiftCards {
    GiftCards::new(MasterKey::new([7; 32]))
}

fn new(amount: Money) -> NewGiftCard {
    NewGiftCard {
        origin: Origin::Sold,
        amount,
        note: String::new(),
        expires_at: None,
    }
}

async fn issue_in(till: &Till, ctx: &Ctx, new: &NewGiftCard) -> Issued {
    let mut tx = till.app.db.begin(ctx).await.unwrap();
    let issued = gift_cards::issue(&cards(), ctx, &mut tx, new).await.unwrap();
    tx.commit().await.unwrap();
    issued
}

pub(super) async fn issue(till: &Till, minor: i64) -> Issued {
    issue_in(till, &till.ctx(), &new(eur(minor))).await
}

async fn type_code(till: &Till, cart: CartId, code: &str, network: Option<&[u8]>) -> Result<Money, ChooseError> {
    let ctx = till.ctx();
    let mut tx = till.app.db.begin(&ctx).await.unwrap();
    let typed = Typed { cart, code, network };
    let chosen = gift_cards::choose(&cards(), &ctx, &mut tx, typed).await.unwrap();
    tx.commit().await.unwrap();
    chosen
}

pub(super) async fn choose(till: &Till, cart: CartId, card: &Issued) -> Result<i64, ChooseError> {
    let chosen = type_code(till, cart, &card.code.to_string(), None).await;
    chosen.map(|amount| amount.minor)
}

async fn find(till: &Till, id: GiftCardId) -> GiftCard {
    let mut tx = till.app.db.begin(&till.ctx()).await.unwrap();
    let all = gift_cards::list(&mut tx, None).await.unwrap();
    all.into_iter().find(|card| card.id == id).unwrap()
}

/// What a card has left, and what of it payments under way have.
pub(super) async fn left(till: &Till, card: &Issued) -> (i64, i64) {
    let card = find(till, card.id).await;
    (card.balance.minor, card.reserved.minor)
}

/// What is to be paid beside the card.
async fn to_pay(till: &Till, order: OrderId) -> i64 {
    let mut tx = till.app.db.begin(&till.ctx()).await.unwrap();
    orders::find(&mut tx, order).await.unwrap().unwrap().to_pay().minor
}

async fn owed(till: &Till) -> i64 {
    let mut tx = till.app.db.begin(&till.ctx()).await.unwrap();
    let balances = ledger::balances(&mut tx, Some(Code::GiftCardLiability)).await.unwrap();
    -balances.iter().map(|balance| balance.amount.minor).sum::<i64>()
}

async fn assert_proven(till: &Till) {
    let mut tx = till.app.db.begin_snapshot(till.app.alfa.id).await.unwrap();
    let proof = proof::prove(&mut tx).await.unwrap();
    assert!(proof.is_sound(), "{proof:#?}");
}

/// The buyer says what he saw.
fn seeing(wish: PayOrder<'static>, minor: i64) -> PayOrder<'static> {
    PayOrder {
        accepted_total: Some(eur(minor)),
        ..wish
    }
}

#[tokio::test]
async fn a_card_pays_a_part_and_the_rest_is_paid_as_usual() {
    let till = Till::open(3).await;
    let card = issue(&till, 4_000).await;
    assert_eq!(owed(&till).await, 4_000);
    let (cart, order) = till.order().await;
    assert_eq!(choose(&till, cart, &card).await, Ok(4_000));
    assert_eq!(choose(&till, cart, &card).await, Ok(4_000), "twice is once");
    assert_eq!(to_pay(&till, order).await, 6_000);
    let unaware = till.pay(seeing(till.instant(cart), PRICE)).await;
    assert!(matches!(unaware, Err(PayError::QuoteChanged { total }) if total.minor == 6_000));
    for _ in 0..2 {
        let paying = till.pay(seeing(till.instant(cart), 6_000)).await.unwrap();
        assert_eq!(paying.status, PayStatus::Paid);
    }
    let books = till.books().await;
    assert_eq!((books.money, books.charges, books.tickets), (6_000, 1, 1));
    assert_eq!((left(&till, &card).await, owed(&till).await), ((0, 0), 0));
    assert_eq!(choose(&till, cart, &card).await, Err(ChooseError::WrongState));
    let (next, _) = till.order().await;
    assert_eq!(choose(&till, next, &card).await, Err(ChooseError::Empty));
    assert_proven(&till).await;
}

#[tokio::test]
async fn a_card_that_covers_everything_needs_no_provider_and_has_it_back_when_the_order_is_cancelled() {
    let till = Till::open(3).await;
    let card = issue(&till, 15_000).await;
    let (cart, order) = till.order().await;
    assert_eq!(choose(&till, cart, &card).await, Ok(PRICE));
    for _ in 0..2 {
        let paying = till.pay(seeing(till.instant(cart), 0)).await.unwrap();
        assert_eq!(paying.status, PayStatus::Paid);
    }
    let books = till.books().await;
    assert_eq!((books.charges, books.tickets, books.sold), (0, 1, 1));
    assert_eq!((left(&till, &card).await, owed(&till).await), ((5_000, 0), 5_000));
    assert_proven(&till).await;
    let ctx = till.ctx();
    for is_first in [true, false] {
        let mut tx = till.app.db.begin(&ctx).await.unwrap();
        let cancelled = refunds::cancel_order(&ctx, &mut tx, order).await;
        assert_eq!(cancelled.is_ok(), is_first);
        if is_first {
            tx.commit().await.unwrap();
        }
    }
    assert_eq!(till.state(order).await, OrderState::Refunded);
    assert_eq!((left(&till, &card).await, owed(&till).await), ((15_000, 0), 15_000));
    assert_proven(&till).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn orders_that_spend_one_card_at_once_never_spend_more_than_it_has() {
    let till = Till::open(12).await;
    for minor in [PRICE, 4_000] {
        let card = issue(&till, minor).await;
        let mut carts = Vec::new();
        for _ in 0..4 {
            let (cart, order) = till.order().await;
            assert_eq!(
                choose(&till, cart, &card).await,
                Ok(minor),
                "choosing keeps nobody from it"
            );
            carts.push((cart, order));
        }
        let wishes = carts
            .iter()
            .map(|(cart, _)| till.pay(seeing(till.instant(*cart), PRICE - minor)));
        let mut paid = 0;
        for paying in futures_util::future::join_all(wishes).await {
            match paying {
                Ok(paying) => {
                    assert_eq!(paying.status, PayStatus::Paid);
                    paid += 1;
                }
                Err(PayError::QuoteChanged { total }) => assert_eq!(total.minor, PRICE),
                Err(other) => panic!("{other:?}"),
            }
        }
        assert_eq!((paid, left(&till, &card).await), (1, (0, 0)));
        assert_proven(&till).await;
    }
    let books = till.books().await;
    assert_eq!((books.tickets, books.money), (2, PRICE - 4_000));
}

#[tokio::test]
async fn a_payment_that_is_declined_or_called_off_gives_the_card_back() {
    let till = Till::open(3).await;
    let card = issue(&till, 4_000).await;
    let (cart, order) = till.order().await;
    choose(&till, cart, &card).await.unwrap();
    let paying = till.pay(seeing(till.hosted(cart), 6_000)).await.unwrap();
    assert_eq!(left(&till, &card).await, (4_000, 4_000), "kept for this payment");
    let (other, _) = till.order().await;
    assert_eq!(choose(&till, other, &card).await, Err(ChooseError::Empty));
    assert_eq!(choose(&till, cart, &card).await, Err(ChooseError::WrongState));
    till.choose(payment_of(&paying), Choice::Decline).await;
    till.look(order).await;
    assert_eq!(left(&till, &card).await, (4_000, 0));
    assert_eq!(till.state(order).await, OrderState::Quoted);
    // He tries again, goes away, and the payment is called off.
    till.pay(seeing(till.hosted(cart), 6_000)).await.unwrap();
    assert_eq!(left(&till, &card).await, (4_000, 4_000));
    till.work_until_settled().await;
    assert_eq!(till.state(order).await, OrderState::Expired);
    assert_eq!(left(&till, &card).await, (4_000, 0));
    till.assert_settled().await;
    assert_proven(&till).await;
}

#[tokio::test]
async fn a_card_may_be_taken_away_and_another_chosen() {
    let till = Till::open(3).await;
    let (first, second) = (issue(&till, 4_000).await, issue(&till, 2_500).await);
    let (cart, order) = till.order().await;
    choose(&till, cart, &first).await.unwrap();
    assert_eq!(choose(&till, cart, &second).await, Ok(2_500));
    assert_eq!(to_pay(&till, order).await, 7_500);
    let ctx = till.ctx();
    let mut tx = till.app.db.begin(&ctx).await.unwrap();
    gift_cards::forget(&ctx, &mut tx, cart).await.unwrap();
    tx.commit().await.unwrap();
    assert_eq!(to_pay(&till, order).await, PRICE);
    assert_eq!(till.pay(till.instant(cart)).await.unwrap().status, PayStatus::Paid);
    assert_eq!(
        (left(&till, &first).await, left(&till, &second).await),
        ((4_000, 0), (2_500, 0))
    );
    assert_proven(&till).await;
}

#[tokio::test]
async fn a_rest_that_no_bank_takes_is_left_to_the_buyer_in_full() {
    let till = Till::open(3).await;
    let card = issue(&till, PRICE - 20).await;
    let (cart, order) = till.order().await;
    assert_eq!(
        choose(&till, cart, &card).await,
        Ok(PRICE - 50),
        "50 cents are the least"
    );
    assert_eq!(to_pay(&till, order).await, 50);
    assert_eq!(till.pay(till.instant(cart)).await.unwrap().status, PayStatus::Paid);
    assert_eq!(left(&till, &card).await, (30, 0));
    assert_proven(&till).await;
}

#[tokio::test]
async fn tickets_that_come_back_give_card_and_payment_what_each_of_them_paid() {
    let till = Till::open(4).await;
    let card = issue(&till, 5_000).await;
    let cart = till.cart_of(till.paid_type, 2).await.unwrap();
    let order = till.quote(cart).await;
    choose(&till, cart, &card).await.unwrap();
    till.pay(seeing(till.instant(cart), 15_000)).await.unwrap();
    let ctx = till.ctx();
    let mut tx = till.app.db.begin(&ctx).await.unwrap();
    let all = tickets::list_for_order(&mut tx, order).await.unwrap();
    let wish = TakeBack {
        order,
        tickets: &[all[0].id],
        claim: Claim::Staff { keep_minor: 2_000 },
        reason: "",
        credit: None,
    };
    let taken = refunds::take_back(&ctx, &mut tx, &wish).await.unwrap();
    tx.commit().await.unwrap();
    assert_eq!(
        (taken.to_card.minor, taken.refunds.len()),
        (2_000, 1),
        "a quarter of 80.00"
    );
    till.work().await;
    assert_eq!(left(&till, &card).await, (2_000, 0));
    assert_eq!(till.books().await.money, 9_000);
    assert_proven(&till).await;
    let mut tx = till.app.db.begin(&ctx).await.unwrap();
    refunds::cancel_order(&ctx, &mut tx, order).await.unwrap();
    tx.commit().await.unwrap();
    till.work().await;
    let (on_card, _) = left(&till, &card).await;
    assert_eq!(
        (on_card, till.books().await.money),
        (5_000, 2_000),
        "what was kept stays"
    );
    assert_proven(&till).await;
}

#[tokio::test]
async fn a_contest_that_is_lost_before_the_event_gives_the_card_its_part_and_a_win_leaves_it_spent() {
    let till = Till::open(4).await;
    for is_won in [true, false] {
        let card = issue(&till, 4_000).await;
        let (cart, order) = till.order().await;
        choose(&till, cart, &card).await.unwrap();
        let payment = payment_of(&till.pay(seeing(till.hosted(cart), 6_000)).await.unwrap());
        till.choose(payment, Choice::Pay).await;
        till.look(order).await;
        let ctx = till.ctx();
        assert!(sandbox::open_dispute(&till.sandbox, &ctx, payment).await.unwrap());
        payouts::tend(&till.checkout, &till.ctx()).await.unwrap();
        assert_eq!(left(&till, &card).await, (0, 0), "nothing is decided");
        assert_proven(&till).await;
        sandbox::close_dispute(&till.sandbox, &ctx, payment, is_won)
            .await
            .unwrap();
        for _ in 0..2 {
            payouts::tend(&till.checkout, &till.ctx()).await.unwrap();
        }
        let state = till.state(order).await;
        if is_won {
            assert_eq!((left(&till, &card).await, state), ((0, 0), OrderState::Paid));
        } else {
            // The bank gave back what it had paid; what the card paid is the buyer's again as well.
            assert_eq!((left(&till, &card).await, state), ((4_000, 0), OrderState::Refunded));
        }
        assert_proven(&till).await;
    }
}

#[tokio::test]
async fn a_purchase_with_a_card_that_dies_half_way_ends_sound() {
    for (call, fault) in [
        (Call::Create, Fault::DieBefore),
        (Call::Create, Fault::DieAfter),
        (Call::Confirm, Fault::DieBefore),
        (Call::Confirm, Fault::DieAfter),
    ] {
        let till = if call == Call::Confirm {
            Till::open_with_two_calls(1).await
        } else {
            Till::open(1).await
        };
        let card = issue(&till, 4_000).await;
        let (cart, _) = till.order().await;
        choose(&till, cart, &card).await.unwrap();
        till.line.fail_next(call, fault);
        till.die_in(till.pay(till.instant(cart))).await;
        assert_eq!(left(&till, &card).await, (4_000, 4_000));
        till.work_until_settled().await;
        let books = till.books().await;
        let expected = if books.tickets == 1 { (0, 0) } else { (4_000, 0) };
        assert_eq!(left(&till, &card).await, expected, "{call:?} {fault:?}");
        assert_eq!(books.money, books.tickets * 6_000);
        assert_eq!((books.live, books.tickets), (0, books.sold));
        assert_proven(&till).await;
    }
}

#[tokio::test]
async fn what_is_stopped_over_foreign_or_in_other_money_pays_nothing() {
    let till = Till::open(3).await;
    let (cart, order) = till.order().await;
    let ctx = till.ctx();
    let stopped = issue(&till, 4_000).await;
    for _ in 0..2 {
        let mut tx = till.app.db.begin(&ctx).await.unwrap();
        assert!(gift_cards::stop(&ctx, &mut tx, stopped.id).await.unwrap());
        tx.commit().await.unwrap();
    }
    assert_eq!(choose(&till, cart, &stopped).await, Err(ChooseError::Over));
    let short = NewGiftCard {
        expires_at: Some(ctx.now() + SignedDuration::from_secs(60)),
        origin: Origin::Given,
        ..new(eur(4_000))
    };
    let short = issue_in(&till, &ctx, &short).await;
    assert_eq!(choose(&till, cart, &short).await, Ok(4_000));
    till.advance(61);
    let late = till.pay(seeing(till.instant(cart), 6_000)).await;
    assert!(
        matches!(late, Err(PayError::QuoteChanged { total }) if total.minor == PRICE),
        "{late:?}"
    );
    assert_eq!(to_pay(&till, order).await, PRICE);
    assert_eq!(choose(&till, cart, &short).await, Err(ChooseError::Over));
    let crowns = issue_in(&till, &ctx, &new(Money::new(4_000, "NOK".parse().unwrap()))).await;
    assert_eq!(choose(&till, cart, &crowns).await, Err(ChooseError::Currency));
    let next_door = till.app.ctx(&till.app.beta);
    let foreign = issue_in(&till, &next_door, &new(eur(4_000))).await;
    assert_eq!(choose(&till, cart, &foreign).await, Err(ChooseError::Unknown));
    let mut tx = till.app.db.begin(&ctx).await.unwrap();
    assert!(!gift_cards::stop(&ctx, &mut tx, foreign.id).await.unwrap());
    assert_proven(&till).await;
}

#[tokio::test]
async fn who_guesses_is_stopped_for_a_while_and_a_town_is_not() {
    let till = Till::open(9).await;
    let card = issue(&till, 4_000).await;
    let good = card.code.to_string();
    let (cart, _) = till.order().await;
    let (other, _) = till.order().await;
    let town: &[u8] = &[10, 1, 2];
    for _ in 0..10 {
        let wrong = type_code(&till, cart, "000000-000000-0000ZZ", Some(town)).await;
        assert_eq!(wrong, Err(ChooseError::Unknown));
    }
    assert_eq!(
        type_code(&till, cart, &good, Some(town)).await,
        Err(ChooseError::TooMany)
    );
    assert_eq!(type_code(&till, other, &good, Some(town)).await, Ok(eur(4_000)));
    let names = till.rows_as_text("gift_card_guesses").await;
    assert_eq!(names.len(), 2);
    // Nobody who reads the rows can spend a card.
    let letters = good.replace('-', "");
    for table in ["gift_cards", "gift_card_moves", "gift_card_uses", "audit_entries"] {
        for row in till.rows_as_text(table).await {
            assert!(!row.contains(&good) && !row.contains(&letters), "{table}: {row}");
        }
    }
    till.advance(15 * 60);
    let (later, _) = till.order().await;
    assert_eq!(type_code(&till, later, "wrong", None).await, Err(ChooseError::Unknown));
    assert_eq!(
        till.rows_as_text("gift_card_guesses").await.len(),
        1,
        "old ones are thrown away"
    );
}

#[tokio::test]
async fn what_goes_back_may_become_a_card_and_never_goes_back_twice() {
    let till = Till::open(4).await;
    let card = issue(&till, 5_000).await;
    let cart = till.cart_of(till.paid_type, 2).await.unwrap();
    let order = till.quote(cart).await;
    choose(&till, cart, &card).await.unwrap();
    till.pay(seeing(till.instant(cart), 15_000)).await.unwrap();
    let (ctx, cards) = (till.ctx(), cards());
    let mut tx = till.app.db.begin(&ctx).await.unwrap();
    let all = tickets::list_for_order(&mut tx, order).await.unwrap();
    let wish = TakeBack {
        order,
        tickets: &[all[0].id],
        claim: Claim::Staff { keep_minor: 0 },
        reason: "",
        credit: Some(&cards),
    };
    let taken = refunds::take_back(&ctx, &mut tx, &wish).await.unwrap();
    let again = refunds::take_back(&ctx, &mut tx, &wish).await;
    assert!(matches!(again, Err(TakeBackError::UnknownTicket)), "{again:?}");
    tx.commit().await.unwrap();
    till.work().await;
    let credit = taken.credit.unwrap();
    assert_eq!(
        (taken.to_card.minor, taken.refunds.len(), credit.amount.minor),
        (2_500, 0, 7_500)
    );
    assert_eq!(
        (left(&till, &card).await, left(&till, &credit).await),
        ((2_500, 0), (7_500, 0))
    );
    assert_eq!((till.books().await.money, owed(&till).await), (15_000, 10_000));
    assert_proven(&till).await;
    // The rest goes back as money: what became a card does not.
    let mut tx = till.app.db.begin(&ctx).await.unwrap();
    refunds::cancel_order(&ctx, &mut tx, order).await.unwrap();
    tx.commit().await.unwrap();
    till.work().await;
    assert_eq!(till.state(order).await, OrderState::Refunded);
    assert_eq!(
        (left(&till, &card).await, left(&till, &credit).await),
        ((5_000, 0), (7_500, 0))
    );
    assert_eq!(till.books().await.money, 7_500);
    assert_proven(&till).await;
    // It pays as any other.
    let (cart, _) = till.order().await;
    assert_eq!(choose(&till, cart, &credit).await, Ok(7_500));
    assert_eq!(
        till.pay(seeing(till.instant(cart), 2_500)).await.unwrap().status,
        PayStatus::Paid
    );
    assert_eq!((left(&till, &credit).await, till.books().await.money), ((0, 0), 10_000));
    assert_proven(&till).await;
}
