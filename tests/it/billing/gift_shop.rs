//! Gift cards that are bought in the shop: made when their money came, given back as far as they are left, and never more.

use bilten_billing::{
    checkout::{PayError, PayOrder, PayStatus, Paying},
    disputes,
    gift_cards::{self, BuyError, ChooseError, EarnError, Issued, NewGiftCard, Origin, Present, ShopTerms, TermsError},
    ledger::{self, Code},
    payouts, proof,
    refunds::{self, CancelOrderError},
    sandbox::{self, Choice},
};
use bilten_core::orders::{self, BareOrder, Channel, Order, OrderState};
use bilten_kernel::{CartId, Ctx, Money, OrderId};
use bilten_tests::fakes::{Call, Fault};
use jiff::SignedDuration;

use super::{
    gifts::{self, cards, left},
    ledger::eur,
    till::{PRICE, Till, payment_of},
};

const DAY: SignedDuration = SignedDuration::from_hours(24);

pub(super) fn terms() -> ShopTerms {
    ShopTerms {
        is_sold: true,
        suggested: vec![5_000, 10_000],
        bounds: Some((1_000, 50_000)),
        ..ShopTerms::closed("EUR".parse().unwrap())
    }
}

fn wish(minor: i64) -> BareOrder {
    BareOrder {
        buyer_email: "giver@example.test".parse().unwrap(),
        buyer_name: "Ada Giver".parse().unwrap(),
        channel: Channel::Web,
        total: eur(minor),
    }
}

pub(super) async fn open_shop(till: &Till, terms: &ShopTerms) {
    let ctx = till.app.ctx(&till.app.alfa);
    let mut tx = till.app.db.begin(&ctx).await.unwrap();
    gift_cards::set_terms(&ctx, &mut tx, terms).await.unwrap();
    tx.commit().await.unwrap();
}

async fn try_to_buy(till: &Till, ctx: &Ctx, wish: &BareOrder) -> Result<Order, BuyError> {
    let mut tx = till.app.db.begin(ctx).await.unwrap();
    let order = gift_cards::buy(ctx, &mut tx, (wish, &Present::default())).await;
    tx.commit().await.unwrap();
    order
}

pub(super) async fn order(till: &Till, minor: i64) -> (CartId, OrderId) {
    let order = try_to_buy(till, &till.ctx(), &wish(minor)).await.unwrap();
    (order.cart, order.id)
}

/// Pays at once; the buyer's details stand with the order already.
fn at_once(till: &Till, cart: CartId) -> PayOrder<'static> {
    PayOrder {
        quote: None,
        ..till.instant(cart)
    }
}

/// Buys a card and tells it as if it had just been made.
async fn buy(till: &Till, minor: i64) -> (OrderId, Issued) {
    let (cart, order) = order(till, minor).await;
    assert_eq!(till.pay(at_once(till, cart)).await.unwrap().status, PayStatus::Paid);
    (order, card_of(till, order).await.expect("a card"))
}

pub(super) async fn card_of(till: &Till, order: OrderId) -> Option<Issued> {
    let ctx = till.ctx();
    let mut tx = till.app.db.begin(&ctx).await.unwrap();
    let found = orders::find(&mut tx, order).await.unwrap().unwrap();
    let sale = gift_cards::find_sale(&mut tx, order).await.unwrap().unwrap();
    Some(Issued {
        id: sale.card?,
        code: cards().code_of(&ctx, &found, &sale)?,
        amount: found.total,
    })
}

async fn give_back(till: &Till, order: OrderId) -> Result<usize, CancelOrderError> {
    let ctx = till.app.ctx(&till.app.alfa);
    let mut tx = till.app.db.begin(&ctx).await.unwrap();
    let cancelled = refunds::cancel_order(&ctx, &mut tx, order).await?;
    tx.commit().await.unwrap();
    Ok(cancelled.refunds.len())
}

/// Uses a card that covers a ticket.
async fn spend(till: &Till, card: &Issued) -> Result<Paying, PayError> {
    let (cart, _) = till.order().await;
    gifts::choose(till, cart, card).await.unwrap();
    let free = PayOrder {
        accepted_total: Some(eur(0)),
        ..till.instant(cart)
    };
    till.pay(free).await
}

async fn sum(till: &Till, code: Code) -> i64 {
    let mut tx = till.app.db.begin(&till.ctx()).await.unwrap();
    let balances = ledger::balances(&mut tx, Some(code)).await.unwrap();
    balances.iter().map(|balance| balance.amount.minor).sum()
}

async fn assert_proven(till: &Till) {
    payouts::tend(&till.checkout, &till.ctx()).await.unwrap();
    let mut tx = till.app.db.begin_snapshot(till.app.alfa.id).await.unwrap();
    let proof = proof::prove(&mut tx).await.unwrap();
    assert!(proof.is_sound(), "{proof:#?}");
}

#[tokio::test]
async fn a_card_is_made_with_its_money_and_pays_like_any_other() {
    let till = Till::open(5).await;
    let closed = try_to_buy(&till, &till.ctx(), &wish(5_000)).await;
    assert!(matches!(closed, Err(BuyError::NotSold)), "a shop sells none by itself");
    open_shop(&till, &terms()).await;
    for minor in [999, 50_001] {
        let odd = try_to_buy(&till, &till.ctx(), &wish(minor)).await;
        assert!(matches!(odd, Err(BuyError::Amount)), "{minor}");
    }
    let crowns = BareOrder {
        total: Money::new(5_000, "NOK".parse().unwrap()),
        ..wish(1)
    };
    assert!(matches!(
        try_to_buy(&till, &till.ctx(), &crowns).await,
        Err(BuyError::Amount)
    ));
    let next_door = till.app.ctx(&till.app.beta);
    let beta = try_to_buy(&till, &next_door, &wish(5_000)).await;
    assert!(
        matches!(beta, Err(BuyError::NotSold)),
        "other shops have terms of their own"
    );

    let (cart, id) = order(&till, 12_000).await;
    let paying = till.pay(till.hosted(cart)).await.unwrap();
    assert!(card_of(&till, id).await.is_none());
    till.choose(payment_of(&paying), Choice::Decline).await;
    assert!(matches!(till.look(id).await, PayStatus::Declined(_)));
    assert_eq!(till.state(id).await, OrderState::Quoted);
    let paying = till.pay(till.hosted(cart)).await.unwrap();
    till.choose(payment_of(&paying), Choice::Pay).await;
    for _ in 0..2 {
        assert_eq!(till.look(id).await, PayStatus::Paid);
    }
    let card = card_of(&till, id).await.expect("a card");
    assert_eq!(left(&till, &card).await, (12_000, 0));
    assert_eq!(till.count("select count(*) from bilten.gift_cards").await, 1);
    let books = (
        sum(&till, Code::GiftCardLiability).await,
        sum(&till, Code::TicketDeferred).await,
    );
    assert_eq!(books, (-12_000, 0), "it is owed, and nothing is sold or taxed yet");
    assert_proven(&till).await;

    assert_eq!(spend(&till, &card).await.unwrap().status, PayStatus::Paid);
    assert_eq!(left(&till, &card).await, (2_000, 0));
    assert_eq!(sum(&till, Code::GiftCardLiability).await, -2_000);
    assert_eq!((till.books().await.tickets, till.books().await.money), (1, 12_000));
    assert_proven(&till).await;
    let code = card.code.to_string();
    let letters = code.replace('-', "");
    for table in [
        "gift_cards",
        "gift_card_sales",
        "gift_card_moves",
        "orders",
        "jobs",
        "outbox_events",
        "audit_entries",
    ] {
        for row in till.rows_as_text(table).await {
            assert!(!row.contains(&code) && !row.contains(&letters), "{table}: {row}");
        }
    }
}

#[tokio::test]
async fn a_gift_card_buys_no_gift_card_and_every_try_to_buy_one_is_counted() {
    let till = Till::open(3).await;
    open_shop(&till, &terms()).await;
    let (_, card) = buy(&till, 10_000).await;
    assert!(
        till.count("select count(*) from bilten.risk_counters").await > 0,
        "also a first try"
    );
    let (cart, _) = order(&till, 5_000).await;
    assert_eq!(gifts::choose(&till, cart, &card).await, Err(ChooseError::WrongState));
    assert_eq!(left(&till, &card).await, (10_000, 0));
}

#[tokio::test]
async fn an_order_that_nobody_pays_ends_and_makes_no_card() {
    let till = Till::open(3).await;
    open_shop(&till, &terms()).await;
    let (cart, id) = order(&till, 5_000).await;
    till.pay(till.hosted(cart)).await.unwrap();
    till.work_until_settled().await;
    assert_eq!(till.state(id).await, OrderState::Expired);
    assert!(card_of(&till, id).await.is_none());
    let (idle, _) = order(&till, 5_000).await;
    till.advance(16 * 60);
    till.assert_settled().await;
    assert!(matches!(till.pay(till.hosted(idle)).await, Err(PayError::HoldExpired)));
    let open = till
        .count("select count(*) from bilten.holds where state = 'held'")
        .await;
    assert_eq!(open, 0, "what holds nothing is tidied away as well");
    assert_proven(&till).await;
}

#[tokio::test]
async fn a_purchase_that_dies_half_way_ends_with_money_and_card_or_with_neither() {
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
        open_shop(&till, &terms()).await;
        let (cart, _) = order(&till, 5_000).await;
        till.line.fail_next(call, fault);
        till.die_in(till.pay(at_once(&till, cart))).await;
        till.work_until_settled().await;
        let books = till.books().await;
        let made = till.count("select count(*) from bilten.gift_cards").await;
        assert_eq!(books.money, made * 5_000, "{call:?} {fault:?}");
        assert_eq!(
            (books.live, -sum(&till, Code::GiftCardLiability).await),
            (0, books.money)
        );
        assert_proven(&till).await;
    }
}

#[tokio::test]
async fn what_is_left_goes_back_once_and_the_card_is_stopped() {
    let till = Till::open(5).await;
    open_shop(&till, &terms()).await;
    let (whole, card) = buy(&till, 8_000).await;
    assert_eq!(give_back(&till, whole).await.unwrap(), 1);
    assert!(give_back(&till, whole).await.is_err(), "twice is once");
    till.work().await;
    assert_eq!(till.state(whole).await, OrderState::Refunded);
    assert_eq!(left(&till, &card).await, (0, 0));
    let (cart, _) = till.order().await;
    assert_eq!(gifts::choose(&till, cart, &card).await, Err(ChooseError::Over));
    assert_proven(&till).await;

    let (half, card) = buy(&till, 15_000).await;
    spend(&till, &card).await.unwrap();
    assert_eq!(give_back(&till, half).await.unwrap(), 1);
    assert!(give_back(&till, half).await.is_err());
    till.work().await;
    assert_eq!(till.state(half).await, OrderState::Paid, "what was spent stays paid");
    assert_eq!((left(&till, &card).await, till.books().await.money), ((0, 0), PRICE));
    assert_eq!(sum(&till, Code::GiftCardLiability).await, 0);
    assert_proven(&till).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_card_that_is_spent_and_given_back_at_once_is_never_both() {
    let till = Till::open(9).await;
    open_shop(&till, &terms()).await;
    let mut spent = 0;
    for round in 0..6 {
        let (order, card) = buy(&till, 15_000).await;
        let before = till.books().await.money;
        let (cart, _) = till.order().await;
        gifts::choose(&till, cart, &card).await.unwrap();
        let free = PayOrder {
            accepted_total: Some(eur(0)),
            ..till.instant(cart)
        };
        let (paid, back) = tokio::join!(till.pay(free), give_back(&till, order));
        back.unwrap();
        till.work().await;
        let returned = before - till.books().await.money;
        match paid {
            Ok(paying) => {
                assert_eq!((paying.status, returned), (PayStatus::Paid, 5_000), "round {round}");
                spent += 1;
            }
            Err(PayError::QuoteChanged { total }) => assert_eq!((total.minor, returned), (PRICE, 15_000)),
            Err(other) => panic!("{other:?}"),
        }
        assert_eq!(left(&till, &card).await, (0, 0));
        assert_proven(&till).await;
    }
    assert_eq!(till.books().await.tickets, spent);
}

#[tokio::test]
async fn a_card_rests_while_its_payment_is_contested_and_ends_when_that_is_lost() {
    for is_won in [true, false] {
        let till = Till::open(5).await;
        open_shop(&till, &terms()).await;
        let (cart, id) = order(&till, 15_000).await;
        let payment = payment_of(&till.pay(till.hosted(cart)).await.unwrap());
        till.choose(payment, Choice::Pay).await;
        till.look(id).await;
        let card = card_of(&till, id).await.unwrap();
        spend(&till, &card).await.unwrap();
        let ctx = till.ctx();
        assert!(sandbox::open_dispute(&till.sandbox, &ctx, payment).await.unwrap());
        assert_proven(&till).await;
        let (cart, _) = till.order().await;
        assert_eq!(
            gifts::choose(&till, cart, &card).await,
            Err(ChooseError::Over),
            "it rests"
        );
        let mut tx = till.app.db.begin(&ctx).await.unwrap();
        assert!(matches!(
            gift_cards::earn(&ctx, &mut tx, card.id).await,
            Err(EarnError::Open)
        ));
        assert_eq!(disputes::list_for_order(&mut tx, id).await.unwrap().len(), 1);
        tx.rollback().await.unwrap();
        sandbox::close_dispute(&till.sandbox, &ctx, payment, is_won)
            .await
            .unwrap();
        assert_proven(&till).await;
        assert_proven(&till).await;
        if is_won {
            assert_eq!(gifts::choose(&till, cart, &card).await, Ok(5_000));
            continue;
        }
        assert_eq!(left(&till, &card).await, (0, 0), "the rest is stopped");
        assert_eq!(gifts::choose(&till, cart, &card).await, Err(ChooseError::Over));
        let lost = (
            sum(&till, Code::DisputeLoss).await,
            sum(&till, Code::GiftCardLiability).await,
        );
        assert_eq!(lost, (PRICE, 0), "what was spent is a loss");
        assert_eq!(till.state(id).await, OrderState::Refunded);
    }
}

async fn earn(till: &Till, card: &Issued) -> Result<Money, EarnError> {
    let ctx = till.app.ctx(&till.app.alfa);
    let mut tx = till.app.db.begin(&ctx).await.unwrap();
    let earned = gift_cards::earn(&ctx, &mut tx, card.id).await?;
    tx.commit().await.unwrap();
    Ok(earned)
}

async fn give(till: &Till, ctx: &Ctx, minor: i64) -> Issued {
    let new = NewGiftCard {
        origin: Origin::Given,
        amount: eur(minor),
        note: String::new(),
        expires_at: Some(ctx.now() + DAY),
    };
    let mut tx = till.app.db.begin(ctx).await.unwrap();
    let issued = gift_cards::issue(&cards(), ctx, &mut tx, &new).await.unwrap();
    tx.commit().await.unwrap();
    issued
}

#[tokio::test]
async fn what_is_left_on_a_card_that_is_over_is_earned_once_and_by_itself_only_where_the_shop_says_so() {
    let till = Till::open(3).await;
    let ctx = till.app.ctx(&till.app.alfa);
    let (first, second) = (give(&till, &ctx, 4_000).await, give(&till, &ctx, 2_500).await);
    let beta = till.app.ctx(&till.app.beta);
    give(&till, &beta, 900).await;
    assert!(matches!(earn(&till, &first).await, Err(EarnError::Open)));
    till.app.advance(DAY);
    assert_eq!(earn(&till, &first).await.unwrap(), eur(4_000));
    assert!(
        matches!(earn(&till, &first).await, Err(EarnError::Nothing)),
        "twice is once"
    );
    assert_eq!(sum(&till, Code::GiftCardBreakage).await, -4_000);
    assert_eq!(sum(&till, Code::GiftCardLiability).await, -2_500);
    assert_proven(&till).await;
    // By itself nothing happens, however long it is over.
    till.app.advance(DAY * 40);
    till.work().await;
    assert_eq!(left(&till, &second).await, (2_500, 0));
    let days = |breakage_days| ShopTerms {
        breakage_days,
        ..ShopTerms::closed("EUR".parse().unwrap())
    };
    open_shop(&till, &days(Some(60))).await;
    till.app.advance(SignedDuration::from_mins(2));
    till.work().await;
    assert_eq!(left(&till, &second).await, (2_500, 0), "not yet");
    till.app.advance(DAY * 21);
    till.work().await;
    assert_eq!(left(&till, &second).await, (0, 0));
    assert_eq!(sum(&till, Code::GiftCardBreakage).await, -6_500);
    assert_eq!(sum(&till, Code::GiftCardLiability).await, 0);
    let untouched = "select count(*) from bilten.gift_cards where balance_minor = 900";
    assert_eq!(
        till.count(untouched).await,
        1,
        "another shop's cards are its own affair"
    );
    assert_proven(&till).await;
}

#[tokio::test]
async fn terms_that_make_no_sense_are_refused() {
    let till = Till::open(1).await;
    let ctx = till.app.ctx(&till.app.alfa);
    let mut tx = till.app.db.begin(&ctx).await.unwrap();
    let with = |change: &dyn Fn(&mut ShopTerms)| {
        let mut odd = terms();
        change(&mut odd);
        odd
    };
    for (odd, why) in [
        (with(&|terms| terms.suggested = vec![49]), "amount"),
        (with(&|terms| terms.bounds = Some((2_000, 1_000))), "amount"),
        (with(&|terms| terms.suggested = vec![100_000_001]), "amount"),
        (
            with(&|terms| (terms.suggested, terms.bounds) = (Vec::new(), None)),
            "nothing",
        ),
        (with(&|terms| terms.suggested = vec![500; 7]), "many"),
        (with(&|terms| terms.valid_days = Some(0)), "days"),
        (with(&|terms| terms.breakage_days = Some(3_651)), "days"),
    ] {
        let refused = gift_cards::set_terms(&ctx, &mut tx, &odd).await.unwrap_err();
        let is_right = match refused {
            TermsError::Amount => why == "amount",
            TermsError::Nothing => why == "nothing",
            TermsError::TooMany => why == "many",
            TermsError::Days => why == "days",
            TermsError::Db(_) => false,
        };
        assert!(is_right, "{odd:?}: {refused}");
    }
    assert_eq!(gift_cards::find_terms(&mut tx).await.unwrap(), None);
}
