//! What a provider's statement tells that nobody knew before: its fees, and what nobody can explain.

use bilten_kernel::{Money, MoneyError};

use super::{Book, Code, Dimension, Draft, Head, NewTxn, Unbalanced, provider};

/// Something moved on a payee's account that nothing of ours explains: above zero it came, below it went. It stays in suspense
/// until somebody does, and is reversed then.
///
/// ```text
/// book      psp_pending + amount; suspense − amount
/// ```
///
/// # Errors
/// Nothing moved.
pub fn unexplained(head: Head, book: Book, name: &str, amount: Money) -> Result<NewTxn, Unbalanced> {
    Draft::new(head)
        .debit(book, Code::PspPending, provider(name), amount)
        .credit(book, Code::Suspense, Dimension::None, amount)
        .finish()
}

/// The provider took its fee from the payee; below zero it gave it back. Its key is the provider's name of the line.
///
/// ```text
/// book      psp_fee_expense + fee; psp_pending − fee
/// ```
///
/// # Errors
/// There is no fee.
pub fn payee_fee(head: Head, book: Book, name: &str, fee: Money) -> Result<NewTxn, Unbalanced> {
    Draft::new(head)
        .debit(book, Code::PspFeeExpense, Dimension::None, fee)
        .credit(book, Code::PspPending, provider(name), fee)
        .finish()
}

/// The platform's part of a refund came back by another cent than we had reckoned: `more` is what the payee got beyond it.
///
/// ```text
/// payee     psp_pending + more; platform_fee_expense − more
/// platform  psp_pending − more; platform_fee_revenue + more
/// ```
///
/// # Errors
/// There is no difference.
pub fn fee_difference(head: Head, payee: Book, name: &str, more: Money) -> Result<NewTxn, Unbalanced> {
    let less = Money::zero(more.currency)
        .checked_sub(more)
        .map_err(|_| Unbalanced::from(MoneyError::Overflow))?;
    Draft::new(head)
        .debit(payee, Code::PspPending, provider(name), more)
        .debit(payee, Code::PlatformFeeExpense, Dimension::None, less)
        .debit(Book::Platform, Code::PspPending, provider(name), less)
        .debit(Book::Platform, Code::PlatformFeeRevenue, Dimension::None, more)
        .finish()
}

#[cfg(test)]
mod tests {
    use super::{
        super::{
            Kind,
            worked::{P, T, check, eur, head},
        },
        *,
    };

    #[test]
    fn lines_of_a_statement_are_booked_by_the_worked_numbers() {
        use Code::*;
        let line = |kind| head(kind);
        check(
            "L1 nobody explains what came",
            unexplained(line(Kind::Unexplained), T, "acct", eur(7_000)),
            vec![(T, PspPending, "EUR", 7_000), (T, Suspense, "EUR", -7_000)],
        );
        check(
            "L2 the provider's fee, where the payee bears it",
            payee_fee(line(Kind::ProviderFee), T, "acct", eur(204)),
            vec![(T, PspFeeExpense, "EUR", 204), (T, PspPending, "EUR", -204)],
        );
        check(
            "L3 a cent more of the platform's part came back",
            fee_difference(line(Kind::ProviderFee), T, "acct", eur(1)),
            vec![
                (T, PspPending, "EUR", 1),
                (T, PlatformFeeExpense, "EUR", -1),
                (P, PspPending, "EUR", -1),
                (P, PlatformFeeRevenue, "EUR", 1),
            ],
        );
    }
}
