//! A transaction that is to be posted: postings that balance, in one canonical order.

use std::collections::BTreeMap;

use bilten_kernel::{Currency, EventId, Money, MoneyError, OrderId, Timestamp};

use super::account::{Account, Book, Code, Dimension};

/// Postings that one transaction has at most.
pub const MOST_POSTINGS: usize = 64;

/// What happened.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Kind {
    /// Tickets were sold.
    Sale,
    /// Money came for which there was nothing to sell any more.
    MoneyWithoutSale,
    /// The provider took its fee.
    ProviderFee,
    /// Money may be sent from now on.
    FundsAvailable,
    /// A refund was decided.
    RefundRequested,
    /// It was decided again, after it had been refused.
    RefundAgain,
    /// A part of the price was kept of tickets that were taken back.
    ReturnKept,
    /// The money went back.
    RefundSettled,
    /// The provider refused to give it back.
    RefundFailed,
    /// A buyer contests a payment.
    DisputeOpened,
    /// The payee was right.
    DisputeWon,
    /// The buyer was right.
    DisputeLost,
    /// The platform covered a negative balance.
    NegativeCovered,
    /// The platform let the debt go.
    WrittenOff,
    /// A payout was sent.
    PayoutSent,
    /// It arrived.
    PayoutPaid,
    /// It came back.
    PayoutFailed,
    /// The tenant's share of the platform's fees was sent to it.
    CommissionPaid,
    /// An event took place.
    EventHeld,
    /// A gift card was sold.
    GiftCardSold,
    /// What was left of a gift card is earned.
    GiftCardEarned,
    /// Tickets were sold for money that comes past the providers.
    OfflineSale,
    /// That money came.
    OfflineMoney,
    /// A subscription was invoiced.
    SaasInvoice,
    /// A part of it was earned.
    SaasEarned,
    /// Money was changed into another currency.
    Conversion,
    /// Something moved at a provider that nobody can explain yet.
    Unexplained,
    /// Another transaction was undone.
    Reversal,
}

impl Kind {
    /// All of them.
    pub const ALL: [Self; 28] = [
        Self::Sale,
        Self::MoneyWithoutSale,
        Self::ProviderFee,
        Self::FundsAvailable,
        Self::RefundRequested,
        Self::RefundAgain,
        Self::ReturnKept,
        Self::RefundSettled,
        Self::RefundFailed,
        Self::DisputeOpened,
        Self::DisputeWon,
        Self::DisputeLost,
        Self::NegativeCovered,
        Self::WrittenOff,
        Self::PayoutSent,
        Self::PayoutPaid,
        Self::PayoutFailed,
        Self::CommissionPaid,
        Self::EventHeld,
        Self::GiftCardSold,
        Self::GiftCardEarned,
        Self::OfflineSale,
        Self::OfflineMoney,
        Self::SaasInvoice,
        Self::SaasEarned,
        Self::Conversion,
        Self::Unexplained,
        Self::Reversal,
    ];

    /// Name in the database.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Sale => "sale",
            Self::MoneyWithoutSale => "money_without_sale",
            Self::ProviderFee => "provider_fee",
            Self::FundsAvailable => "funds_available",
            Self::RefundRequested => "refund_requested",
            Self::RefundAgain => "refund_again",
            Self::ReturnKept => "return_kept",
            Self::RefundSettled => "refund_settled",
            Self::RefundFailed => "refund_failed",
            Self::DisputeOpened => "dispute_opened",
            Self::DisputeWon => "dispute_won",
            Self::DisputeLost => "dispute_lost",
            Self::NegativeCovered => "negative_covered",
            Self::WrittenOff => "written_off",
            Self::PayoutSent => "payout_sent",
            Self::PayoutPaid => "payout_paid",
            Self::PayoutFailed => "payout_failed",
            Self::CommissionPaid => "commission_paid",
            Self::EventHeld => "event_held",
            Self::GiftCardSold => "gift_card_sold",
            Self::GiftCardEarned => "gift_card_earned",
            Self::OfflineSale => "offline_sale",
            Self::OfflineMoney => "offline_money",
            Self::SaasInvoice => "saas_invoice",
            Self::SaasEarned => "saas_earned",
            Self::Conversion => "conversion",
            Self::Unexplained => "unexplained",
            Self::Reversal => "reversal",
        }
    }

    /// Reads a name.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.name() == name)
    }
}

/// What a transaction is the consequence of. Kind and key together happen once: posting them again changes nothing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Head {
    /// What happened.
    pub kind: Kind,
    /// To what: the id of the order, refund, payout …
    pub key: String,
    /// When.
    pub at: Timestamp,
    /// Order that it concerns.
    pub order: Option<OrderId>,
    /// Event that it concerns.
    pub event: Option<EventId>,
}

impl Head {
    /// Makes a head that concerns neither order nor event.
    pub const fn new(kind: Kind, key: String, at: Timestamp) -> Self {
        Self {
            kind,
            key,
            at,
            order: None,
            event: None,
        }
    }

    /// Says which order it concerns, and which event if that has one.
    #[must_use]
    pub const fn of(mut self, order: OrderId, event: Option<EventId>) -> Self {
        self.order = Some(order);
        self.event = event;
        self
    }
}

/// One posting: debit above zero, credit below.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Posting {
    /// Where.
    pub account: Account,
    /// Minor units of the account's currency, never zero.
    pub minor: i64,
}

/// Why postings make no transaction.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Unbalanced {
    /// A book does not sum to nothing.
    #[error("the {book} book is off by {minor} minor units of {currency}")]
    Off {
        /// Which book.
        book: Book,
        /// In which currency.
        currency: Currency,
        /// By how much.
        minor: i128,
    },
    /// An amount could not be computed.
    #[error("an amount could not be computed")]
    Money(#[from] MoneyError),
    /// There are fewer than two postings, or too many.
    #[error("a transaction cannot have {0} postings")]
    Count(usize),
}

/// A transaction that balances. Only [`Draft::finish`] makes one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewTxn {
    head: Head,
    postings: Vec<Posting>,
}

impl NewTxn {
    /// What it is the consequence of.
    pub const fn head(&self) -> &Head {
        &self.head
    }

    /// Its postings, one an account, by the accounts' numbers.
    pub fn postings(&self) -> &[Posting] {
        &self.postings
    }

    /// What it posts to all accounts of a code in a book, in minor units.
    pub fn sum(&self, book: Book, code: Code) -> i64 {
        let of = |posting: &&Posting| posting.account.book == book && posting.account.code == code;
        self.postings.iter().filter(of).map(|posting| posting.minor).sum()
    }
}

/// A transaction in the making: a template posts, and sees at the end whether it balances.
#[derive(Debug)]
pub struct Draft {
    head: Head,
    postings: BTreeMap<i64, Posting>,
    fault: Option<MoneyError>,
}

impl Draft {
    /// Begins.
    pub const fn new(head: Head) -> Self {
        Self {
            head,
            postings: BTreeMap::new(),
            fault: None,
        }
    }

    /// Debits an account.
    #[must_use]
    pub fn debit(self, book: Book, code: Code, by: Dimension, amount: Money) -> Self {
        self.post(book, code, by, amount)
    }

    /// Credits an account.
    #[must_use]
    pub fn credit(self, book: Book, code: Code, by: Dimension, amount: Money) -> Self {
        match Money::zero(amount.currency).checked_sub(amount) {
            Ok(amount) => self.post(book, code, by, amount),
            Err(fault) => self.fail(fault),
        }
    }

    fn post(mut self, book: Book, code: Code, dimension: Dimension, amount: Money) -> Self {
        let account = Account {
            book,
            code,
            currency: amount.currency,
            dimension,
        };
        let posting = self
            .postings
            .entry(account.number())
            .or_insert(Posting { account, minor: 0 });
        match posting.minor.checked_add(amount.minor) {
            Some(minor) => {
                posting.minor = minor;
                self
            }
            None => self.fail(MoneyError::Overflow),
        }
    }

    fn fail(mut self, fault: MoneyError) -> Self {
        self.fault.get_or_insert(fault);
        self
    }

    /// Ends: postings to the same account are one by now, those of nothing are left out.
    ///
    /// # Errors
    /// See [`Unbalanced`].
    pub fn finish(self) -> Result<NewTxn, Unbalanced> {
        if let Some(fault) = self.fault {
            return Err(fault.into());
        }
        let postings: Vec<Posting> = self
            .postings
            .into_values()
            .filter(|posting| posting.minor != 0)
            .collect();
        if !(2..=MOST_POSTINGS).contains(&postings.len()) {
            return Err(Unbalanced::Count(postings.len()));
        }
        let mut sums: BTreeMap<(Book, &str), (Currency, i128)> = BTreeMap::new();
        for Posting { account, minor } in &postings {
            let key = (account.book, account.currency.code());
            sums.entry(key).or_insert((account.currency, 0)).1 += i128::from(*minor);
        }
        if let Some(((book, _), (currency, minor))) = sums.into_iter().find(|(_, (_, minor))| *minor != 0) {
            return Err(Unbalanced::Off { book, currency, minor });
        }
        Ok(NewTxn {
            head: self.head,
            postings,
        })
    }
}

impl NewTxn {
    /// The transaction that undoes this one, in full. It happens once, because its key is told from this one's.
    ///
    /// # Errors
    /// An amount has no opposite.
    pub fn reversal(&self, at: Timestamp) -> Result<Self, Unbalanced> {
        let turned = self.postings.iter().map(|posting| {
            let minor = posting.minor.checked_neg().ok_or(MoneyError::Overflow)?;
            let account = posting.account.clone();
            Ok(Posting { account, minor })
        });
        let key = format!("{} {}", self.head.kind.name(), self.head.key);
        Ok(Self {
            head: Head {
                kind: Kind::Reversal,
                key,
                at,
                ..self.head.clone()
            },
            postings: turned.collect::<Result<_, MoneyError>>()?,
        })
    }

    /// Puts together what was stored.
    pub(super) const fn stored(head: Head, postings: Vec<Posting>) -> Self {
        Self { head, postings }
    }
}
