//! Books, the chart of accounts, and what an account is kept apart by.

use std::fmt;

use bilten_kernel::{Currency, EventId};
use sha2::{Digest, Sha256};
use uuid::Uuid;

/// One legal entity's view of the tenant's dealings. A transaction may post to several; each sums to nothing.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Book {
    /// The platform's.
    Platform,
    /// The tenant's, as merchant of record of what it sells itself.
    Tenant,
    /// That of another merchant of record, by its payment account.
    Payee(Uuid),
}

impl Book {
    /// Name of the kind in the database.
    pub const fn kind(self) -> &'static str {
        match self {
            Self::Platform => "platform",
            Self::Tenant | Self::Payee(_) => "payee",
        }
    }

    /// Who the merchant of record is; empty for the platform and the tenant itself.
    pub fn payee(self) -> String {
        match self {
            Self::Platform | Self::Tenant => String::new(),
            Self::Payee(account) => account.to_string(),
        }
    }

    /// Reads what [`kind`](Self::kind) and [`payee`](Self::payee) wrote.
    pub fn parse(kind: &str, payee: &str) -> Option<Self> {
        match (kind, payee) {
            ("platform", "") => Some(Self::Platform),
            ("payee", "") => Some(Self::Tenant),
            ("payee", payee) => payee.parse().ok().map(Self::Payee),
            _ => None,
        }
    }

    /// Number in the database.
    pub fn number(self) -> i64 {
        number_of(&[self.kind(), &self.payee()])
    }
}

impl fmt::Display for Book {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Platform => f.write_str("platform"),
            Self::Tenant => f.write_str("tenant"),
            Self::Payee(account) => write!(f, "payee {account}"),
        }
    }
}

/// Side on which an account grows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Side {
    /// Assets and expenses; amounts above zero.
    Debit,
    /// Liabilities and income; amounts below zero.
    Credit,
}

impl Side {
    /// Name in the database.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Debit => "debit",
            Self::Credit => "credit",
        }
    }
}

/// What the code of an account asks of its balance.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Rule {
    /// Nothing.
    Free,
    /// It is nothing when everything that concerns it is over.
    Clears,
    /// It never stands on the other side; the database refuses what would bring it there.
    Guarded,
}

macro_rules! chart {
    ($($(#[doc = $doc:literal])* $code:ident = $number:literal $name:literal $side:ident $rule:ident;)*) => {
        /// Code of an account in the chart.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
        pub enum Code { $($(#[doc = $doc])* $code),* }

        impl Code {
            /// The whole chart.
            pub const ALL: &[Self] = &[$(Self::$code),*];

            /// Number in the chart and in the database.
            pub const fn number(self) -> i16 {
                match self { $(Self::$code => $number),* }
            }

            /// Name, for people who read the books.
            pub const fn name(self) -> &'static str {
                match self { $(Self::$code => $name),* }
            }

            /// Side on which it grows.
            pub const fn side(self) -> Side {
                match self { $(Self::$code => Side::$side),* }
            }

            /// What is asked of its balance.
            pub const fn rule(self) -> Rule {
                match self { $(Self::$code => Rule::$rule),* }
            }
        }
    };
}

chart! {
    /// With the provider, not ours to send yet; by provider.
    PspPending = 1100 "psp_pending" Debit Free;
    /// With the provider, ours to send; by provider.
    PspAvailable = 1101 "psp_available" Debit Free;
    /// With the provider, held back by it; by provider.
    PspReserved = 1102 "psp_reserved" Debit Free;
    /// On its way from the provider to the bank.
    PayoutInTransit = 1110 "payout_in_transit" Debit Clears;
    /// In the bank.
    Bank = 1120 "bank" Debit Free;
    /// In the till of a box office.
    CashBox = 1121 "cash_box" Debit Free;
    /// Owed by buyers who pay by transfer or invoice.
    OfflineReceivable = 1130 "offline_receivable" Debit Free;
    /// Taken by the bank of a buyer who contests a payment.
    DisputeHold = 1140 "dispute_hold" Debit Clears;
    /// Going back to buyers.
    RefundClearing = 1150 "refund_clearing" Credit Clears;
    /// Where the two currencies of a conversion meet.
    FxPosition = 1180 "fx_position" Debit Free;
    /// What nobody has explained yet.
    Suspense = 1190 "suspense" Debit Clears;
    /// Owed to the platform by payees.
    PayeeReceivable = 1200 "payee_receivable" Debit Guarded;
    /// Owed to the platform by tenants for their subscriptions.
    SaasReceivable = 1210 "saas_receivable" Debit Free;
    /// Tickets sold for what has not taken place; by event.
    TicketDeferred = 2100 "ticket_deferred" Credit Free;
    /// Service fees for what has not taken place; by event.
    ServiceFeeDeferred = 2101 "service_fee_deferred" Credit Free;
    /// Owed to the tax office; by code and rate.
    TaxPayable = 2110 "tax_payable" Credit Free;
    /// Owed to holders of gift cards.
    GiftCardLiability = 2120 "gift_card_liability" Credit Guarded;
    /// Credit that buyers may spend.
    CustomerCredit = 2121 "customer_credit" Credit Guarded;
    /// Refunds that did not reach their buyers.
    CustomerRefundDue = 2122 "customer_refund_due" Credit Guarded;
    /// What buyers paid too much.
    CustomerOverpayment = 2123 "customer_overpayment" Credit Guarded;
    /// Fees that the platform invoices.
    PlatformFeePayable = 2130 "platform_fee_payable" Credit Free;
    /// Owed to the platform, which covered a negative balance.
    DueToPlatform = 2140 "due_to_platform" Credit Guarded;
    /// Money of payees that the platform collected and holds.
    PayeePayableHeld = 2200 "payee_payable_held" Credit Guarded;
    /// Money of payees that the platform collected and may send.
    PayeePayableReleasable = 2201 "payee_payable_releasable" Credit Guarded;
    /// The tenant's share of fees that the platform took.
    PartnerCommissionPayable = 2210 "partner_commission_payable" Credit Guarded;
    /// Tax on the platform's own fees and subscriptions; by code and rate.
    PlatformTaxPayable = 2220 "platform_tax_payable" Credit Free;
    /// Subscriptions paid for time to come.
    SaasDeferred = 2230 "saas_deferred" Credit Free;
    /// Credit that tenants may use for their subscriptions.
    SaasCredit = 2231 "saas_credit" Credit Guarded;
    /// Set aside by the platform for losses.
    LossProvision = 2240 "loss_provision" Credit Free;
    /// Tickets of what has taken place.
    TicketRevenue = 4100 "ticket_revenue" Credit Free;
    /// Service fees of what has taken place.
    ServiceFeeIncome = 4101 "service_fee_income" Credit Free;
    /// Kept of cancelled orders.
    CancellationFeeIncome = 4102 "cancellation_fee_income" Credit Free;
    /// Gift cards that nobody will spend.
    GiftCardBreakage = 4103 "gift_card_breakage" Credit Free;
    /// Given for nothing in return.
    Donation = 4104 "donation" Credit Free;
    /// Debts that the platform let go.
    DebtForgivenIncome = 4105 "debt_forgiven_income" Credit Free;
    /// Price reductions, where sales are shown before them.
    Discounts = 4190 "discounts" Debit Free;
    /// The platform's fees.
    PlatformFeeRevenue = 4200 "platform_fee_revenue" Credit Free;
    /// Subscriptions that were earned.
    SaasRevenue = 4210 "saas_revenue" Credit Free;
    /// Use beyond subscriptions.
    UsageRevenue = 4211 "usage_revenue" Credit Free;
    /// Costs that were passed on.
    RechargeIncome = 4220 "recharge_income" Credit Free;
    /// The platform's fees, as the payee sees them.
    PlatformFeeExpense = 5100 "platform_fee_expense" Debit Free;
    /// The provider's fees, as the payee sees them.
    PspFeeExpense = 5101 "psp_fee_expense" Debit Free;
    /// Contested payments that were lost.
    DisputeLoss = 5110 "dispute_loss" Debit Free;
    /// What contests cost.
    DisputeFeeExpense = 5111 "dispute_fee_expense" Debit Free;
    /// Differences of rounding.
    Rounding = 5120 "rounding" Debit Free;
    /// Differences of rates of exchange.
    Fx = 5130 "fx" Debit Free;
    /// The provider's fees that the platform bears.
    PspCost = 5200 "psp_cost" Debit Free;
    /// Contests that the platform bears.
    ChargebackLoss = 5210 "chargeback_loss" Debit Free;
    /// What payees will not pay any more.
    BadDebt = 5220 "bad_debt" Debit Free;
    /// What taxes are of, kept apart like the taxes; only where the price of an order does not tell it.
    TaxBase = 9000 "tax_base" Credit Free;
    /// Other side of that.
    TaxBaseContra = 9001 "tax_base_contra" Debit Free;
}

impl Code {
    /// What lies with a provider.
    pub const PSP: [Self; 3] = [Self::PspPending, Self::PspAvailable, Self::PspReserved];

    /// Reads a number.
    pub fn from_number(number: i16) -> Option<Self> {
        Self::ALL.iter().copied().find(|code| code.number() == number)
    }
}

/// What accounts of one code are kept apart by.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Dimension {
    /// Nothing: there is one of them in each currency.
    None,
    /// An event.
    Event(EventId),
    /// A tax code and its rate in hundredths of a per cent.
    Tax {
        /// Jurisdiction or scheme.
        code: String,
        /// Rate.
        rate_bp: u32,
    },
    /// An account with a provider.
    Provider(String),
}

impl Dimension {
    /// Reads what its display wrote for an account of this code.
    pub fn parse(code: Code, text: &str) -> Option<Self> {
        match code {
            _ if text.is_empty() => Some(Self::None),
            Code::TicketDeferred | Code::ServiceFeeDeferred => text.parse().ok().map(Self::Event),
            Code::TaxPayable | Code::TaxBase | Code::PlatformTaxPayable => {
                let (code, rate) = text.rsplit_once('@')?;
                Some(Self::Tax {
                    code: code.to_owned(),
                    rate_bp: rate.parse().ok()?,
                })
            }
            _ => Some(Self::Provider(text.to_owned())),
        }
    }
}

impl fmt::Display for Dimension {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::None => Ok(()),
            Self::Event(event) => event.fmt(f),
            Self::Tax { code, rate_bp } => write!(f, "{code}@{rate_bp}"),
            Self::Provider(name) => f.write_str(name),
        }
    }
}

/// An account: what is posted to.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Account {
    /// Whose.
    pub book: Book,
    /// What for.
    pub code: Code,
    /// In which currency.
    pub currency: Currency,
    /// What it is kept apart by.
    pub dimension: Dimension,
}

impl Account {
    /// Number in the database: told from what the account is, so that whoever makes it first makes the same.
    pub fn number(&self) -> i64 {
        number_of(&[
            self.book.kind(),
            &self.book.payee(),
            &self.code.number().to_string(),
            self.currency.code(),
            &self.dimension.to_string(),
        ])
    }
}

/// First 62 bits of a hash, never zero.
fn number_of(parts: &[&str]) -> i64 {
    let mut hasher = Sha256::new();
    for part in parts {
        hasher.update(part.as_bytes());
        hasher.update([0]);
    }
    let digest = hasher.finalize();
    let bits = digest
        .iter()
        .take(8)
        .fold(0_u64, |bits, byte| bits << 8 | u64::from(*byte));
    i64::try_from(bits >> 2).unwrap_or(i64::MAX).max(1)
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn codes_have_numbers_and_names_of_their_own() {
        let numbers: BTreeSet<_> = Code::ALL.iter().map(|code| code.number()).collect();
        let names: BTreeSet<_> = Code::ALL.iter().map(|code| code.name()).collect();
        assert_eq!((numbers.len(), names.len()), (Code::ALL.len(), Code::ALL.len()));
        for code in Code::ALL {
            assert_eq!(Code::from_number(code.number()), Some(*code));
        }
        assert_eq!(Code::from_number(1), None);
    }

    #[test]
    fn an_account_has_one_number_that_never_changes() {
        let account = |book, code, currency: &str, dimension| Account {
            book,
            code,
            currency: currency.parse().unwrap(),
            dimension,
        };
        let sandbox = || Dimension::Provider("sandbox".to_owned());
        let one = account(Book::Tenant, Code::PspPending, "EUR", sandbox());
        assert_eq!(one.number(), 4_296_664_976_349_262_713, "stored books name it so");
        let others = [
            account(Book::Platform, Code::PspPending, "EUR", sandbox()),
            account(Book::Payee(Uuid::nil()), Code::PspPending, "EUR", sandbox()),
            account(Book::Tenant, Code::PspAvailable, "EUR", sandbox()),
            account(Book::Tenant, Code::PspPending, "NOK", sandbox()),
            account(Book::Tenant, Code::PspPending, "EUR", Dimension::None),
        ];
        let numbers: BTreeSet<_> = others.iter().chain([&one]).map(Account::number).collect();
        assert_eq!(numbers.len(), 6);
        for book in [Book::Platform, Book::Tenant, Book::Payee(Uuid::from_u128(7))] {
            assert_eq!(Book::parse(book.kind(), &book.payee()), Some(book));
        }
        assert_eq!(Book::parse("platform", "x"), None);
        let tax = Dimension::Tax {
            code: "NO@x".to_owned(),
            rate_bp: 2500,
        };
        let event = Dimension::Event(EventId::from_uuid(Uuid::from_u128(7)));
        for (code, dimension) in [
            (Code::TaxPayable, tax),
            (Code::TicketDeferred, event),
            (Code::PspPending, sandbox()),
            (Code::Bank, Dimension::None),
        ] {
            assert_eq!(Dimension::parse(code, &dimension.to_string()), Some(dimension));
        }
        assert_eq!(Dimension::parse(Code::TicketDeferred, "x"), None);
    }
}
