//! Seats: the best next to each other, given back with their places, and never to two.

use std::collections::BTreeSet;

use bilten_core::{
    inventory::{self, HOLD_TTL, Hold, HoldError, HoldRequest},
    orders::{self, CompleteError, Completed, OrderState},
    seating::{
        self, PlanPlace, PlanRow, PlanSection, Seat, SeatKind, SeatPlan, SetPlanError, SetSeatPlan, TypeSeating,
    },
    tickets,
};
use bilten_kernel::TicketTypeId;
use bilten_tests::{Tenant, TestApp};

use super::waitlist_list::SoldOut;
use crate::stock::shop::Shop;

/// Rows of a section: for each its label and its places (`s` a seat, `w`, `c`, `.` a gap, a capital letter is blocked).
pub fn section(name: &str, rows: &[(&str, &str)]) -> PlanSection {
    let place = |(number, letter): (usize, char)| {
        let kind = match letter.to_ascii_lowercase() {
            'w' => SeatKind::Wheelchair,
            'c' => SeatKind::Companion,
            's' => SeatKind::Seat,
            _ => return PlanPlace::Gap,
        };
        PlanPlace::Seat {
            number: number.to_string().parse().unwrap(),
            kind,
            is_blocked: letter.is_ascii_uppercase(),
        }
    };
    PlanSection {
        name: name.parse().unwrap(),
        rows: rows
            .iter()
            .map(|(label, places)| PlanRow {
                label: label.parse().unwrap(),
                places: (1..).zip(places.chars()).map(place).collect(),
            })
            .collect(),
    }
}

pub fn seated(ticket_type: TicketTypeId, kind: SeatKind, sections: &[&str]) -> TypeSeating {
    TypeSeating {
        ticket_type,
        kind,
        sections: sections.iter().map(|name| name.parse().unwrap()).collect(),
    }
}

/// The plan of a shop whose one type sits in all its sections.
pub fn plan(shop: &Shop<'_>, sections: Vec<PlanSection>) -> SetSeatPlan {
    let names: Vec<String> = sections.iter().map(|section| section.name.to_string()).collect();
    let names: Vec<&str> = names.iter().map(String::as_str).collect();
    SetSeatPlan {
        plan: SeatPlan {
            types: vec![seated(shop.ticket_type, SeatKind::Seat, &names)],
            sections,
        },
        fit_capacity: false,
    }
}

pub async fn set(shop: &Shop<'_>, plan: &SetSeatPlan) -> Result<(), SetPlanError> {
    let ctx = shop.ctx();
    let mut tx = shop.app.db.begin(&ctx).await.unwrap();
    seating::set_plan(&ctx, &mut tx, shop.event, plan).await?;
    tx.commit().await.unwrap();
    Ok(())
}

/// A shop of one section, with as many places as it has seats.
pub async fn open<'a>(app: &'a TestApp, tenant: &'a Tenant, rows: &[(&str, &str)]) -> Shop<'a> {
    let seats = rows
        .iter()
        .flat_map(|(_, places)| places.chars())
        .filter(|place| *place == 's')
        .count();
    let shop = Shop::open(app, tenant, i64::try_from(seats).unwrap()).await;
    set(&shop, &plan(&shop, vec![section("Stalls", rows)])).await.unwrap();
    shop
}

pub async fn hold_together(shop: &Shop<'_>, quantity: u32) -> Result<Hold, HoldError> {
    let request = HoldRequest {
        event: shop.event,
        items: vec![(shop.ticket_type, quantity)],
        keep_together: true,
        request_key: None,
        promo_code: None,
        extras: bilten_core::inventory::Extras::default(),
    };
    shop.engine.hold(&shop.ctx(), request).await
}

/// Row and number of each seat.
pub fn names(hold: &Hold) -> Vec<(&str, &str)> {
    hold.seats
        .seats
        .iter()
        .map(|held| (held.seat.row.as_str(), held.seat.number.as_str()))
        .collect()
}

pub async fn free(shop: &Shop<'_>) -> u32 {
    let mut tx = shop.app.db.begin(&shop.ctx()).await.unwrap();
    let plan = seating::find_plan(&mut tx, shop.event).await.unwrap();
    plan.sections.iter().map(seating::SectionView::free).sum()
}

/// What must be true of the seats of every event, whatever happened: digits, free seats and holders agree, and what is held
/// and sold of a seated type has a seat.
pub async fn check_books(app: &TestApp) {
    let mut admin = app.test_db.admin().await;
    let wrong: Vec<(String,)> = sqlx::query_as(
        "with live as (
             select s.row_id, s.position from bilten.hold_seats s where s.is_live),
         digits as (
             select r.id as row_id, g.n - 1 as position from bilten.seat_rows r
             cross join lateral generate_series(1, length(r.taken)) as g(n) where substr(r.taken, g.n, 1) = '1')
         select 'seat ' || coalesce(l.row_id, d.row_id)::text from live l full join digits d using (row_id, position)
         where l.row_id is null or d.row_id is null
         union all
         select 'free of row ' || r.label from bilten.seat_rows r
         where not r.is_withdrawn and r.free <> (
             select count(*) from generate_series(1, length(r.taken)) as g(n)
             where substr(r.taken, g.n, 1) = '0' and substr(r.layout, g.n, 1) in ('s', 'w', 'c'))
         union all
         select 'hold ' || h.id::text from bilten.holds h
         where h.state in ('held', 'pinned', 'cancelling') and h.seating is not null
           and (select sum(l.quantity) from bilten.hold_lines l join bilten.ticket_types t on t.id = l.ticket_type_id
                where l.hold_id = h.id and t.seat_kind is not null)
               <> (select count(*) from bilten.hold_seats s where s.hold_id = h.id and s.is_live)
         union all
         select 'ticket ' || t.id::text from bilten.tickets t join bilten.ticket_types y on y.id = t.ticket_type_id
         where y.seat_kind is not null and t.state = 'issued' and t.seat_number is null
         union all
         select 'seat of two tickets ' || min(t.seat_number) from bilten.tickets t
         where t.state = 'issued' and t.seat_number is not null
         group by t.event_id, t.seat_section, t.seat_row, t.seat_number having count(*) > 1",
    )
    .fetch_all(&mut admin)
    .await
    .unwrap();
    assert!(wrong.is_empty(), "{wrong:?}");
}

#[tokio::test]
async fn a_cart_gets_the_best_seats_next_to_each_other_and_its_tickets_name_them() {
    let app = TestApp::start().await;
    let shop = open(&app, &app.alfa, &[("1", "sss.sss"), ("2", "ssssssss")]).await;
    let other = open(&app, &app.beta, &[("1", "ssss")]).await;
    let hold = shop.hold(3).await.unwrap();
    assert_eq!(
        (names(&hold), hold.seats.is_together),
        (vec![("1", "1"), ("1", "2"), ("1", "3")], true)
    );
    let (_, issued) = shop.buy(2).await;
    let seats: Vec<Seat> = issued.into_iter().filter_map(|ticket| ticket.seat).collect();
    let seat = |number: &str| Seat {
        section: "Stalls".to_owned(),
        row: "2".to_owned(),
        number: number.to_owned(),
    };
    assert_eq!(seats, [seat("4"), seat("5")], "two of three would leave one alone");
    let mut tx = app.db.begin(&shop.ctx()).await.unwrap();
    assert_eq!(
        inventory::find(&mut tx, hold.id).await.unwrap().unwrap(),
        hold,
        "a hold remembers its seats"
    );
    assert_eq!((free(&shop).await, free(&other).await), (9, 4));
    check_books(&app).await;
}

#[tokio::test]
async fn who_wants_to_sit_together_is_told_how_many_can() {
    let app = TestApp::start().await;
    let shop = open(&app, &app.alfa, &[("1", "ss.sss")]).await;
    let refused = HoldError::NotTogether {
        ticket_type: shop.ticket_type,
        wanted: 4,
        largest: 3,
    };
    assert_eq!(hold_together(&shop, 4).await, Err(refused));
    assert_eq!(shop.held_and_sold().await, (0, 0), "nothing is held then");
    let hold = shop.hold(4).await.unwrap();
    assert!(!hold.seats.is_together);
    assert!(matches!(shop.hold(2).await, Err(HoldError::SoldOut { left: 1, .. })));
    check_books(&app).await;
}

#[tokio::test]
async fn seats_of_carts_that_ended_are_sold_again() {
    let app = TestApp::start().await;
    let shop = open(&app, &app.alfa, &[("1", "ssss"), ("2", "ssss")]).await;
    let first = shop.hold(4).await.unwrap();
    let second = shop.hold(4).await.unwrap();
    app.advance(HOLD_TTL);
    let again = hold_together(&shop, 4).await.unwrap();
    assert_eq!(names(&again), names(&first), "expired");
    let mut tx = app.db.begin(&shop.ctx()).await.unwrap();
    assert!(inventory::abandon(&mut tx, &shop.ctx(), again.id).await.unwrap());
    tx.commit().await.unwrap();
    assert_eq!(free(&shop).await, 8, "given back");
    drop(second);
    let (order, _) = shop.buy(4).await;
    let mut tx = app.db.begin(&shop.ctx()).await.unwrap();
    orders::cancel_paid(&shop.ctx(), &mut tx, order.id, OrderState::Refunded)
        .await
        .unwrap();
    tx.commit().await.unwrap();
    assert_eq!(free(&shop).await, 8, "refunded");
    shop.hold(2).await.unwrap();
    app.advance(HOLD_TTL);
    inventory::sweep(&app.db, &shop.ctx()).await.unwrap();
    assert_eq!(free(&shop).await, 8, "swept");
    check_books(&app).await;
}

#[tokio::test]
async fn late_money_gets_its_seats_others_or_none() {
    let app = TestApp::start().await;
    let shop = open(&app, &app.alfa, &[("1", "ss"), ("2", "ss"), ("3", "ss")]).await;
    let ctx = shop.ctx();
    let late = async || {
        let hold = shop.hold(2).await.unwrap();
        let order = shop.quote(&hold).await.unwrap();
        let mut tx = app.db.begin(&ctx).await.unwrap();
        orders::close_unpaid(&ctx, &mut tx, order.id, OrderState::Expired)
            .await
            .unwrap();
        tx.commit().await.unwrap();
        (
            order,
            names(&hold)
                .iter()
                .map(|(row, _)| (*row).to_owned())
                .collect::<BTreeSet<_>>(),
        )
    };
    let rows = async |order: &orders::Order| {
        let mut tx = app.db.begin(&ctx).await.unwrap();
        let done = orders::complete(&ctx, &mut tx, order.id).await;
        if !matches!(done, Ok(Completed::Now)) {
            tx.rollback().await.unwrap();
            return done.map(|_| BTreeSet::new());
        }
        let issued = tickets::list_for_order(&mut tx, order.id).await.unwrap();
        tx.commit().await.unwrap();
        Ok(issued.into_iter().filter_map(|ticket| Some(ticket.seat?.row)).collect())
    };
    let (first, former) = late().await;
    assert_eq!(rows(&first).await.unwrap(), former, "nobody had taken them");
    let (second, former) = late().await;
    let taken = shop.buy(2).await;
    assert_eq!(
        taken.1[0].seat.as_ref().map(|seat| &seat.row),
        former.first(),
        "somebody else sits there now"
    );
    assert_eq!(rows(&second).await.unwrap(), BTreeSet::from(["3".to_owned()]));
    check_books(&app).await;
    let mut tx = app.db.begin(&ctx).await.unwrap();
    orders::cancel_paid(&ctx, &mut tx, taken.0.id, OrderState::Refunded)
        .await
        .unwrap();
    tx.commit().await.unwrap();
    let (third, _) = late().await;
    shop.buy(1).await;
    assert!(matches!(rows(&third).await, Err(CompleteError::NoStock)));
    check_books(&app).await;
}

#[tokio::test]
async fn blocked_seats_are_not_sold_and_taken_seats_stay() {
    let app = TestApp::start().await;
    let shop = open(&app, &app.alfa, &[("1", "ssss"), ("2", "ssss")]).await;
    let (_, issued) = shop.buy(4).await;
    assert!(
        issued
            .iter()
            .all(|ticket| ticket.seat.as_ref().is_some_and(|seat| seat.row == "1"))
    );
    let blocked = |fit_capacity| SetSeatPlan {
        fit_capacity,
        ..plan(&shop, vec![section("Stalls", &[("1", "SSss"), ("2", "sSSs")])])
    };
    let refused = set(&shop, &blocked(false)).await;
    assert!(matches!(refused, Err(SetPlanError::TooManyPlaces(excess)) if (excess.places, excess.seats) == (8, 6)));
    set(&shop, &blocked(true)).await.unwrap();
    assert_eq!((shop.pool().await.capacity, free(&shop).await), (6, 2));
    let hold = shop.hold(2).await.unwrap();
    assert_eq!(
        (names(&hold), hold.seats.is_together),
        (vec![("2", "1"), ("2", "4")], false)
    );
    assert!(matches!(shop.hold(1).await, Err(HoldError::SoldOut { left: 0, .. })));
    check_books(&app).await;
    for (rows, taken) in [
        (vec![("2", "sSSs")], ("1", "1")),
        (vec![("1", ".sss"), ("2", "sSSs")], ("1", "1")),
        (vec![("1", "ssss"), ("2", "sSS")], ("2", "4")),
    ] {
        let vanishing = plan(&shop, vec![section("Stalls", &rows)]);
        let Err(SetPlanError::SeatTaken(seat)) = set(&shop, &vanishing).await else {
            panic!("{rows:?} takes a seat from somebody");
        };
        assert_eq!((seat.row.as_str(), seat.number.as_str()), taken);
    }
    let unseated = SetSeatPlan {
        plan: SeatPlan {
            types: Vec::new(),
            ..plan(&shop, vec![section("Stalls", &[("1", "ssss"), ("2", "ssss")])]).plan
        },
        fit_capacity: false,
    };
    assert!(matches!(set(&shop, &unseated).await, Err(SetPlanError::TypeInUse(_))));
}

#[tokio::test]
async fn a_type_may_take_seats_only_before_any_of_it_is_sold_and_no_more_places_than_seats() {
    let app = TestApp::start().await;
    let shop = Shop::open(&app, &app.alfa, 10).await;
    shop.buy(1).await;
    let seats = plan(&shop, vec![section("Stalls", &[("1", "ssssssssss")])]);
    assert!(matches!(set(&shop, &seats).await, Err(SetPlanError::TypeInUse(_))));
    let shop = open(&app, &app.alfa, &[("1", "ssss")]).await;
    let ctx = shop.ctx();
    let mut tx = app.db.begin(&ctx).await.unwrap();
    let change = bilten_core::catalog::TicketTypeChange {
        stock: bilten_core::catalog::StockChange::OwnCapacity(5),
        ..Default::default()
    };
    let refused = bilten_core::catalog::update_ticket_type(&ctx, &mut tx, (shop.event, shop.ticket_type), change).await;
    assert!(
        matches!(refused, Err(bilten_core::catalog::UpdateTicketTypeError::AboveSeats(excess)) if excess.seats == 4)
    );
}

/// 14
#[tokio::test]
async fn the_unique_index_has_the_last_word() {
    let app = TestApp::start().await;
    let shop = open(&app, &app.alfa, &[("1", "ss")]).await;
    shop.buy(1).await;
    let mut admin = app.test_db.admin().await;
    bilten_tests::db::run(&mut admin, "update bilten.seat_rows set taken = '00', free = 2").await;
    let (first, second) = (shop.hold(1).await, shop.hold(1).await);
    assert!(
        [&first, &second]
            .iter()
            .any(|answer| **answer == Err(HoldError::Unavailable)),
        "{first:?} {second:?}"
    );
    let live: (i64,) = sqlx::query_as("select count(distinct (row_id, position)) from bilten.hold_seats where is_live")
        .fetch_one(&mut admin)
        .await
        .unwrap();
    let all: (i64,) = sqlx::query_as("select count(*) from bilten.hold_seats where is_live")
        .fetch_one(&mut admin)
        .await
        .unwrap();
    assert_eq!(live, all);
}

#[tokio::test]
async fn those_who_wait_are_offered_seats() {
    let app = TestApp::start().await;
    let shop = open(&app, &app.alfa, &[("1", "ssss"), ("2", "ss")]).await;
    let orders = vec![shop.buy(4).await.0, shop.buy(2).await.0];
    let sold_out = SoldOut { shop, orders };
    sold_out.join("anna", 2).await;
    sold_out.join("berit", 2).await;
    sold_out.give_back(0).await;
    assert_eq!(sold_out.serve().await, 2);
    let (first, second) = (sold_out.offer("anna").await, sold_out.offer("berit").await);
    assert!(first.seats.is_together && second.seats.is_together);
    let seats: BTreeSet<&str> = names(&first)
        .into_iter()
        .chain(names(&second))
        .map(|(_, number)| number)
        .collect();
    assert_eq!(seats.len(), 4);
    check_books(&app).await;
}
