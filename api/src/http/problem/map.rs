//! Which failure of a use case becomes which problem.

use std::sync::Arc;

use bilten_billing::{
    checkout::PayError,
    refunds::{RefundEventError, TakeBackError},
    risk::{Refusal, approvals::AloneError},
};
use bilten_core::{
    catalog::{
        AddPoolError, AddTicketTypeError, CreateEventError, PublishBlocker, PublishEventError, SetOpenPriceError,
        SetPersonLimitError, SetPriceTiersError, TermsError,
    },
    check_in::AdmitError,
    inventory::{HoldError, LimitReached, NotOnSale, PromoRefused},
    orders::QuoteError,
    promo::{AddPromoError, WithdrawPromoError},
    seating::{PlanFault, SetPlanError},
};
use bilten_tenancy::{DbError, groups::Refused, permissions::Denied};
use http::{HeaderValue, header::RETRY_AFTER};
use serde_json::json;

use super::{Code, Problem};

impl From<DbError> for Problem {
    fn from(error: DbError) -> Self {
        let code = if error.is_unavailable() {
            Code::Unavailable
        } else if error.is_retryable() {
            Code::Busy
        } else {
            Code::Internal
        };
        let problem = Self::new(code).caused_by(error);
        match code {
            Code::Internal => problem,
            _ => problem.retry_soon(),
        }
    }
}

impl From<RefundEventError> for Problem {
    fn from(error: RefundEventError) -> Self {
        match error {
            RefundEventError::NotFound => Self::not_found(),
            RefundEventError::NotCancelled => Self::new(Code::EventState),
            RefundEventError::Db(error) => error.into(),
        }
    }
}

impl From<AloneError> for Problem {
    fn from(error: AloneError) -> Self {
        match error {
            AloneError::NeedsSecond { limit } => Self::new(Code::SecondPersonNeeded)
                .member("limit_minor", limit.minor)
                .member("currency", limit.currency.code()),
            AloneError::TakeBack(error) => error.into(),
        }
    }
}

impl From<TakeBackError> for Problem {
    fn from(error: TakeBackError) -> Self {
        match error {
            TakeBackError::NotFound => Self::not_found(),
            TakeBackError::WrongState => Self::new(Code::OrderState),
            TakeBackError::UnknownTicket => Self::new(Code::TicketVoid).param("ticket_ids"),
            TakeBackError::Used | TakeBackError::NotOffered | TakeBackError::TooLate => {
                Self::new(Code::NotReturnable).detail(error.to_string())
            }
            TakeBackError::Kept { .. } => Self::new(Code::RefundTooHigh).param("keep_minor"),
            TakeBackError::NotEnough { .. } => Self::new(Code::RefundTooHigh).detail(error.to_string()),
            TakeBackError::Sum(error) => Self::internal(error),
            TakeBackError::Db(error) => error.into(),
        }
    }
}

impl From<Arc<DbError>> for Problem {
    fn from(error: Arc<DbError>) -> Self {
        let code = if error.is_unavailable() {
            Code::Unavailable
        } else {
            Code::Internal
        };
        let problem = Self {
            cause: Some(error),
            ..Self::new(code)
        };
        match code {
            Code::Internal => problem,
            _ => problem.retry_soon(),
        }
    }
}

impl From<Denied> for Problem {
    fn from(denied: Denied) -> Self {
        match denied {
            Denied::Hidden => Self::not_found(),
            Denied::Forbidden(permission) => Self::new(Code::Forbidden).member("permission", permission.name()),
            Denied::Db(error) => error.into(),
        }
    }
}

impl From<HoldError> for Problem {
    fn from(error: HoldError) -> Self {
        match error {
            HoldError::UnknownEvent => Self::not_found().param("event_id"),
            HoldError::UnknownTicketType(id) => Self::not_found()
                .param("ticket_type_id")
                .member("ticket_type_id", id.to_string()),
            HoldError::Malformed => Self::new(Code::InvalidField)
                .param("items")
                .detail("A cart holds 1 to 20 ticket types, each of them once, and 200 tickets at most."),
            HoldError::QuantityOutOfRange { ticket_type, min, max } => Self::new(Code::QuantityNotAllowed)
                .member("ticket_type_id", ticket_type.to_string())
                .member("min_per_order", min)
                .member("max_per_order", max),
            HoldError::NotOnSale { ticket_type, why } => {
                let problem = not_on_sale(why);
                match ticket_type {
                    Some(id) => problem.member("ticket_type_id", id.to_string()),
                    None => problem,
                }
            }
            HoldError::SoldOut {
                ticket_type,
                left,
                is_held_by_others,
            } => Self::new(Code::SoldOut)
                .member("ticket_type_id", ticket_type.to_string())
                .member("left", left)
                .member("is_held_by_others", is_held_by_others),
            HoldError::NotTogether {
                ticket_type,
                wanted,
                largest,
            } => Self::new(Code::NotTogether)
                .member("ticket_type_id", ticket_type.to_string())
                .member("asked", wanted)
                .member("largest", largest),
            HoldError::AddOn(refused) => Self::new(Code::AddOnNotAllowed)
                .member("ticket_type_id", refused.ticket_type.to_string())
                .member("max_per_admission", refused.per_admission)
                .member("most", refused.most),
            HoldError::Limit(reached) => reached.into(),
            HoldError::PriceNotAllowed { ticket_type, bounds } => {
                let problem = Self::new(Code::PriceNotAllowed).member("ticket_type_id", ticket_type.to_string());
                match bounds {
                    Some((least, most)) => problem
                        .member("least_minor", least.minor)
                        .member("most_minor", most.minor),
                    None => problem,
                }
            }
            HoldError::DonationNotAllowed => Self::new(Code::DonationNotAllowed).param("donation_minor"),
            HoldError::Promo(refused) => refused.into(),
            HoldError::Pass(_) => Self::new(Code::QueuePassSpent),
            HoldError::OtherRequest => Self::new(Code::IdempotencyKeyReused),
            HoldError::Busy => Self::new(Code::Busy).retry_soon(),
            HoldError::Unavailable => Self::new(Code::Unavailable).retry_soon(),
        }
    }
}

impl From<LimitReached> for Problem {
    fn from(reached: LimitReached) -> Self {
        let problem = Self::new(Code::LimitPerPerson)
            .member("max_per_person", reached.max)
            .member("has", reached.has);
        match (reached.ticket_type, reached.promo_code) {
            (Some(id), _) => problem.member("ticket_type_id", id.to_string()),
            (None, Some(id)) => problem.member("promo_code_id", id.to_string()),
            (None, None) => problem,
        }
    }
}

impl From<PromoRefused> for Problem {
    fn from(refused: PromoRefused) -> Self {
        let problem = match refused {
            PromoRefused::Unknown => Self::new(Code::PromoUnknown),
            PromoRefused::NotYet(at) => Self::new(Code::PromoNotValid)
                .member("why", "not_yet")
                .member("starts_at", at.to_string()),
            PromoRefused::Over => Self::new(Code::PromoNotValid).member("why", "over"),
            PromoRefused::NotForTickets => Self::new(Code::PromoNotForTickets),
            PromoRefused::MinSpend(least) => Self::new(Code::PromoNotForTickets).member("min_spend_minor", least.minor),
            PromoRefused::TooMany => Self::new(Code::InvalidField)
                .param("promo_codes")
                .detail("a cart may have five promo codes at most"),
            PromoRefused::UsedUp { is_held_by_others } => {
                Self::new(Code::PromoUsedUp).member("is_held_by_others", is_held_by_others)
            }
        };
        problem.param("promo_code")
    }
}

impl From<AddPromoError> for Problem {
    fn from(error: AddPromoError) -> Self {
        let param = match &error {
            AddPromoError::NotFound => return Self::not_found(),
            AddPromoError::Closed => return Self::new(Code::EventState),
            AddPromoError::Db(_) => None,
            AddPromoError::Taken | AddPromoError::TooMany | AddPromoError::TooShort => Some("code"),
            AddPromoError::Rule(rule) => Some(*rule),
            AddPromoError::Discount => Some("discount"),
            AddPromoError::Uses => Some("uses"),
            AddPromoError::Series => Some("count"),
            AddPromoError::Window => Some("ends_at"),
            AddPromoError::TicketType(_) => Some("ticket_type_ids"),
        };
        match (param, error) {
            (_, AddPromoError::Db(error)) => error.into(),
            (param, error) => Self::new(Code::InvalidField)
                .param(param.unwrap_or_default())
                .detail(error.to_string()),
        }
    }
}

impl From<WithdrawPromoError> for Problem {
    fn from(error: WithdrawPromoError) -> Self {
        match error {
            WithdrawPromoError::NotFound => Self::not_found(),
            WithdrawPromoError::Db(error) => error.into(),
        }
    }
}

fn not_on_sale(why: NotOnSale) -> Problem {
    let problem = Problem::new(Code::NotOnSale);
    match why {
        NotOnSale::Draft => problem.member("why", "draft"),
        NotOnSale::NotYet(at) => problem
            .member("why", "not_yet")
            .member("sale_starts_at", at.to_string()),
        NotOnSale::Over => problem.member("why", "over"),
        NotOnSale::Cancelled => Problem::new(Code::EventCancelled),
    }
}

impl From<CreateEventError> for Problem {
    fn from(error: CreateEventError) -> Self {
        match error {
            CreateEventError::EndsBeforeStart => Self::new(Code::InvalidField)
                .param("ends_at")
                .detail("The event must end after it starts."),
            CreateEventError::DoorsAfterStart => Self::new(Code::InvalidField)
                .param("doors_at")
                .detail("The doors must open before the event starts."),
            CreateEventError::PersonLimit(error) => person_limit("max_per_person", error),
            CreateEventError::NoOrganizer => Self::not_found().param("organizer_id"),
            CreateEventError::TicketType { index, error } => ticket_type(&format!("ticket_types[{index}]"), error),
            CreateEventError::Pool { index, error } => pool(&format!("shared_pools[{index}]"), error),
            CreateEventError::Db(error) => error.into(),
        }
    }
}

fn pool(param: &str, error: AddPoolError) -> Problem {
    let refuse = |field: &str| Problem::new(Code::InvalidField).param(format!("{param}{field}"));
    match error {
        AddPoolError::NotFound => Problem::not_found(),
        AddPoolError::Terms(terms) => refuse(".capacity").detail(terms.to_string()),
        AddPoolError::NameTaken => refuse(".name").detail(error.to_string()),
        AddPoolError::TooMany => refuse("").detail(error.to_string()),
        AddPoolError::Db(error) => error.into(),
    }
}

fn ticket_type(param: &str, error: AddTicketTypeError) -> Problem {
    let refuse = |field: &str| Problem::new(Code::InvalidField).param(format!("{param}{field}"));
    match error {
        AddTicketTypeError::NotFound => Problem::not_found(),
        AddTicketTypeError::Closed => Problem::new(Code::EventState),
        AddTicketTypeError::TooMany | AddTicketTypeError::NoStock | AddTicketTypeError::NoPool => {
            refuse("").detail(error.to_string())
        }
        AddTicketTypeError::Terms(terms) => {
            let field = match terms {
                TermsError::PerOrderLimits => ".max_per_order",
                TermsError::SaleWindow => ".sale_ends_at",
                TermsError::Price => ".price_minor",
                TermsError::Capacity => ".capacity",
                TermsError::PerAdmission => ".max_per_admission",
            };
            refuse(field).detail(terms.to_string())
        }
        AddTicketTypeError::Tiers(error) => tiers(&format!("{param}.price_tiers"), error),
        AddTicketTypeError::PersonLimit(error) => person_limit(&format!("{param}.max_per_person"), error),
        AddTicketTypeError::OpenPrice(SetOpenPriceError::Db(error)) | AddTicketTypeError::Db(error) => error.into(),
        AddTicketTypeError::OpenPrice(error) => refuse(".open_price").detail(error.to_string()),
    }
}

fn tiers(param: &str, error: SetPriceTiersError) -> Problem {
    let refuse = |at: String, detail: String| Problem::new(Code::InvalidField).param(at).detail(detail);
    match error {
        SetPriceTiersError::NotFound => Problem::not_found(),
        SetPriceTiersError::TooMany => refuse(param.to_owned(), error.to_string()),
        SetPriceTiersError::Terms { index, error } => {
            let field = if error == TermsError::Price {
                "price_minor"
            } else {
                "quantity"
            };
            refuse(format!("{param}[{index}].{field}"), error.to_string())
        }
        SetPriceTiersError::QuantityBelowSold { index, .. } => {
            refuse(format!("{param}[{index}].quantity"), error.to_string())
        }
        error @ (SetPriceTiersError::OpenPrice | SetPriceTiersError::Moving) => {
            refuse(param.to_owned(), error.to_string())
        }
        SetPriceTiersError::Db(error) => error.into(),
    }
}

fn person_limit(param: &str, error: SetPersonLimitError) -> Problem {
    match error {
        SetPersonLimitError::NotFound => Problem::not_found(),
        SetPersonLimitError::Limit => Problem::new(Code::InvalidField)
            .param(param.to_owned())
            .detail(error.to_string()),
        SetPersonLimitError::Db(error) => error.into(),
    }
}

impl From<SetPlanError> for Problem {
    fn from(error: SetPlanError) -> Self {
        let why = error.to_string();
        match error {
            SetPlanError::NotFound => Self::not_found(),
            SetPlanError::Closed => Self::new(Code::EventState),
            SetPlanError::Fault(fault) => Self::new(Code::InvalidField).param(faulty(&fault)).detail(why),
            SetPlanError::UnknownType { index } => {
                Self::not_found().param(format!("ticket_types[{index}].ticket_type_id"))
            }
            SetPlanError::AddOn { index } => Self::new(Code::InvalidField)
                .param(format!("ticket_types[{index}].ticket_type_id"))
                .detail(why),
            SetPlanError::TypeInUse(id) => Self::new(Code::TicketTypeInUse).member("ticket_type_id", id.to_string()),
            SetPlanError::SeatTaken(seat) => Self::new(Code::SeatTaken)
                .member("section", seat.section)
                .member("row", seat.row)
                .member("number", seat.number),
            SetPlanError::TooManyPlaces(excess) => Self::new(Code::CapacityAboveSeats)
                .detail(why)
                .member("ticket_type_id", excess.ticket_type.to_string())
                .member("capacity", excess.places)
                .member("seats", excess.seats),
            SetPlanError::Db(error) => error.into(),
        }
    }
}

fn faulty(fault: &PlanFault) -> String {
    match fault {
        PlanFault::TooLarge => "sections".to_owned(),
        PlanFault::SectionTwice { section, .. } => format!("sections[{section}].name"),
        PlanFault::RowTwice { section, row, .. } => format!("sections[{section}].rows[{row}].label"),
        PlanFault::NumberTwice { section, row, .. } | PlanFault::RowLength { section, row } => {
            format!("sections[{section}].rows[{row}].seats")
        }
        PlanFault::TypeTwice { index } => format!("ticket_types[{index}].ticket_type_id"),
        PlanFault::NoSection { index } => format!("ticket_types[{index}].sections"),
    }
}

impl From<PublishEventError> for Problem {
    fn from(error: PublishEventError) -> Self {
        match error {
            PublishEventError::NotFound => Self::not_found(),
            PublishEventError::WrongStatus(wrong) => Self::new(Code::EventState).detail(wrong.to_string()),
            PublishEventError::Blocked(blockers) => {
                let blockers: Vec<_> = blockers.iter().map(blocker).collect();
                Self::new(Code::EventState)
                    .detail("The event is not ready to be published.")
                    .member("blockers", blockers)
            }
            PublishEventError::Db(error) => error.into(),
        }
    }
}

fn blocker(blocker: &PublishBlocker) -> serde_json::Value {
    match blocker {
        PublishBlocker::NoTicketType => json!({ "code": "no_ticket_type" }),
        PublishBlocker::EndsInThePast => json!({ "code": "ends_in_the_past" }),
        PublishBlocker::NoCapacity(id) => json!({ "code": "no_capacity", "ticket_type_id": id }),
        PublishBlocker::SaleOpensTooLate(id) => json!({ "code": "sale_opens_too_late", "ticket_type_id": id }),
        PublishBlocker::SaleIsOver(id) => json!({ "code": "sale_is_over", "ticket_type_id": id }),
    }
}

impl From<Refused> for Problem {
    fn from(refused: Refused) -> Self {
        match refused {
            Refused::Busy => Self::new(Code::Busy).retry_soon(),
            Refused::Unavailable => Self::new(Code::Unavailable).retry_soon(),
            Refused::Failed(error) => error.into(),
        }
    }
}

impl From<AdmitError> for Problem {
    fn from(error: AdmitError) -> Self {
        match error {
            AdmitError::Db(error) => error.into(),
            AdmitError::InFlight => Self::new(Code::IdempotencyKeyInFlight).retry_soon(),
            AdmitError::OtherRequest => Self::new(Code::IdempotencyKeyReused),
            AdmitError::Busy => Self::new(Code::Busy).retry_soon(),
            AdmitError::Unavailable => Self::new(Code::Unavailable).retry_soon(),
        }
    }
}

impl From<Refusal> for Problem {
    fn from(refusal: Refusal) -> Self {
        let (code, after_s) = match refusal {
            Refusal::Challenged { wait_s } => (Code::PaymentSlowed, wait_s),
            Refusal::Blocked { for_s } => (Code::PaymentBlocked, for_s),
        };
        Self::new(code).header(RETRY_AFTER, HeaderValue::from(after_s))
    }
}

impl From<PayError> for Problem {
    fn from(error: PayError) -> Self {
        match error {
            PayError::NotFound => Self::not_found(),
            PayError::HoldExpired => Self::new(Code::CartExpired),
            PayError::EventCancelled => Self::new(Code::EventCancelled),
            PayError::QuoteChanged { total } => Self::new(Code::PaymentRequired)
                .member("total_minor", total.minor)
                .member("currency", total.currency.code()),
            PayError::MethodUnavailable => Self::new(Code::InvalidField)
                .param("payment.method")
                .detail("There is no such payment method."),
            PayError::PayeeClosed => Self::new(Code::PaymentsClosed),
            PayError::BelowLeast { least } => Self::new(Code::PaymentTooSmall)
                .member("least_minor", least.minor)
                .member("currency", least.currency.code()),
            PayError::InFlight => Self::new(Code::IdempotencyKeyInFlight).retry_soon(),
            PayError::OtherRequest => Self::new(Code::IdempotencyKeyReused),
            PayError::Refused(refusal) => refusal.into(),
            PayError::Quarantined => Self::new(Code::PaymentPending).caused_by(error),
            PayError::Quote(QuoteError::Limit(reached)) => reached.into(),
            PayError::Quote(_) => Self::internal(error),
            PayError::Busy => Self::new(Code::Busy).retry_soon(),
            PayError::Unavailable => Self::new(Code::Unavailable).retry_soon(),
            PayError::Db(error) => error.into(),
        }
    }
}

impl Problem {
    /// Tells programs to come back in a second.
    #[must_use]
    pub fn retry_soon(self) -> Self {
        self.header(RETRY_AFTER, HeaderValue::from_static("1"))
    }
}
