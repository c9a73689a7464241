//! What holds for every quote, and the comparison with the slow reference.

mod cases;
mod live;

use cases::case;
use proptest::prelude::*;

use super::{Quote, reference};

proptest! {
    #![proptest_config(ProptestConfig::with_cases(1_000))]

    #[test]
    fn the_engine_says_what_the_slow_reference_says(case in case()) {
        let fast = case.quote();
        let slow = reference::answer(&case.catalogue, &case.cart, case.asked, &case.schedule, &case.taxes);
        let sum = |of: fn(&super::QuoteLine) -> i64| fast.lines.iter().map(of).sum::<i64>();
        prop_assert_eq!(fast.total, slow.sum(0));
        prop_assert_eq!(sum(|line| line.net), slow.sum(1));
        prop_assert_eq!(sum(|line| line.service_fee.gross), slow.sum(2));
        prop_assert_eq!(sum(|line| line.platform_fee), slow.sum(3));
        prop_assert_eq!(sum(|line| line.commission), slow.sum(4));
    }

    #[test]
    fn sums_are_right_and_nothing_is_negative(case in case()) {
        let quote = case.quote();
        let sum = |of: fn(&super::QuoteLine) -> i64| quote.lines.iter().map(of).sum::<i64>();
        prop_assert_eq!(sum(|line| line.gross), quote.total);
        prop_assert_eq!(quote.legal.total_all_in, quote.total);
        prop_assert_eq!(quote.replayed(), Some(quote.total));
        let taxes: i64 = quote.taxes.iter().map(|tax| tax.amount).sum();
        prop_assert_eq!(sum(|line| line.net) + taxes, quote.total);
        for line in &quote.lines {
            let tax: i64 = line.taxes.iter().map(|tax| tax.amount).sum();
            prop_assert_eq!(line.net + tax, line.gross);
            prop_assert!(line.net >= 0 && tax >= 0 && line.service_fee.tax >= 0);
            prop_assert!(line.service_fee.gross >= line.service_fee.tax && line.service_fee.gross <= line.gross);
            prop_assert!(line.platform_fee >= 0 && line.commission >= 0);
        }
        for (taker, kept) in [(super::FeeTaker::Platform, sum(|l| l.platform_fee)), (super::FeeTaker::Tenant, sum(|l| l.commission))] {
            let told: i64 = quote.fees.iter().filter(|fee| fee.taker == taker).map(|fee| fee.total).sum();
            prop_assert_eq!(told, kept);
        }
    }

    #[test]
    fn the_order_of_lines_and_rules_changes_nothing(case in case(), turn in 0_usize..8) {
        let quote = case.quote();
        let mut turned = case.clone();
        let by = |len: usize| turn % len.max(1);
        turned.cart.lines.reverse();
        turned.cart.codes.reverse();
        turned.catalogue.items.rotate_left(by(case.catalogue.items.len()));
        turned.catalogue.codes.rotate_left(by(case.catalogue.codes.len()));
        turned.catalogue.groups.rotate_left(by(case.catalogue.groups.len()));
        turned.catalogue.automatic.reverse();
        turned.taxes.rates.reverse();
        let again = turned.quote();
        prop_assert_eq!(&again, &quote);
        prop_assert_eq!(again.hash, case.quote().hash);
    }

    #[test]
    fn a_quote_survives_being_kept(case in case()) {
        let quote = case.quote();
        let text = serde_json::to_string(&quote).unwrap();
        let kept: Quote = serde_json::from_str(&text).unwrap();
        prop_assert_eq!(&kept, &quote);
        let hash = kept.hash.clone();
        prop_assert_eq!(kept.sealed().hash, hash);
    }
}
