//! The tenant's share of the platform's fees.

use bilten_kernel::{Money, OrderId, Timestamp};

use super::{Book, Code, Dimension, Draft, Head, Kind, NewTxn, Unbalanced, provider};

/// A settlement that was sent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CommissionFacts {
    /// Id of the settlement.
    pub key: String,
    /// The same, as its money is known among orders' money.
    pub order: OrderId,
    /// When it was sent.
    pub at: Timestamp,
    /// Book of the tenant.
    pub book: Book,
    /// Provider in which it went from the platform to the tenant.
    pub provider: String,
    /// How much.
    pub amount: Money,
    /// What of the commission had gone back to buyers with the platform's fee, which bore all of it until now; below zero where such
    /// a refund failed after an earlier settlement.
    pub given: Money,
}

/// Commission is on the tenant's account.
///
/// ```text
/// platform  partner_commission_payable + amount + given; psp_available − amount; platform_fee_revenue − given
/// tenant    psp_pending + amount; platform_fee_expense − amount
/// ```
///
/// # Errors
/// There is no money.
pub fn commission_paid(facts: &CommissionFacts) -> Result<NewTxn, Unbalanced> {
    let head = Head {
        order: Some(facts.order),
        ..Head::new(Kind::CommissionPaid, facts.key.clone(), facts.at)
    };
    let name = || provider(&facts.provider);
    Draft::new(head)
        .debit(
            Book::Platform,
            Code::PartnerCommissionPayable,
            Dimension::None,
            facts.amount.checked_add(facts.given)?,
        )
        .credit(Book::Platform, Code::PspAvailable, name(), facts.amount)
        .credit(Book::Platform, Code::PlatformFeeRevenue, Dimension::None, facts.given)
        .debit(facts.book, Code::PspPending, name(), facts.amount)
        .credit(facts.book, Code::PlatformFeeExpense, Dimension::None, facts.amount)
        .finish()
}

#[cfg(test)]
mod tests {
    use super::{
        super::worked::{P, T, eur},
        *,
    };

    #[test]
    fn what_is_paid_leaves_the_debt_and_what_went_back_leaves_it_too() {
        let txn = commission_paid(&CommissionFacts {
            key: "cms".to_owned(),
            order: uuid::Uuid::from_u128(4).into(),
            at: Timestamp::UNIX_EPOCH,
            book: T,
            provider: "acct".to_owned(),
            amount: eur(200),
            given: eur(100),
        })
        .unwrap();
        assert_eq!(txn.sum(P, Code::PartnerCommissionPayable), 300);
        assert_eq!(
            (txn.sum(P, Code::PspAvailable), txn.sum(P, Code::PlatformFeeRevenue)),
            (-200, -100)
        );
        assert_eq!(
            (txn.sum(T, Code::PspPending), txn.sum(T, Code::PlatformFeeExpense)),
            (200, -200)
        );
    }
}
