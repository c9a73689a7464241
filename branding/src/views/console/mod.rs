//! The organizer's console: calm, dense, first what needs a person.

mod account;
mod api_keys;
mod attendees;
mod audit;
mod check_in;
mod dispute;
mod door_sale;
mod event;
mod events;
mod factor;
mod failures;
mod finance;
mod finance_report;
mod gift_cards;
mod home;
mod login;
mod offers;
mod orders;
mod payees;
mod payments;
mod payout_outlook;
mod price_policy;
mod promo;
mod return_policy;
mod roles;
mod saml;
mod scim;
mod sso;
mod streams;
mod taxes;
mod team;
mod visits;
mod waiting_list;
mod waiting_room;
mod wizard;

pub use account::{AccountView, ConfirmView, DutyChoice, RecoveryRow, SecurityView, SessionRow};
pub use api_keys::{ApiKeysView, KeyForm, KeyRow, MadeKey, ScopeTick};
pub use attendees::{AttendeeRow, AttendeesView};
pub use audit::{AuditDetail, AuditFilterForm, AuditListView, AuditRowView, AuditSeal};
pub use check_in::{CheckInCounts, CheckInPickView, CheckInView, DoorResult, DoorTone, GateRow, PickRow, ScanRow};
pub use dispute::{DisputeActions, DisputeView, EarlierRow, GateScanRow};
pub use door_sale::{DoorCartView, DoorSaleView, DoorTypeRow};
pub use event::{EventOverviewView, TypeSales};
pub use events::{EventListView, EventRow, EventStatus};
pub use factor::{
    FactorSetUp, FactorView, PasskeyForm, PasskeyRow, PhonePanel, RecoveryCodesView, SecondStepView, SmsForm,
};
pub use failures::{FailureRow, FailuresView};
pub use finance::{
    FigureLine, FinanceFilter, FinanceView, JournalEntry, JournalLine, JournalView, SpanLink, StatementView, TaxFigure,
};
pub use finance_report::FinanceReportView;
pub use gift_cards::{GiftCardForm, GiftCardRow, GiftCardsView, GiftTermsForm, MadeGiftCard};
pub use home::{HomeView, SalesChart, SalesPoint, Todo};
pub use login::{LoginHelpView, LoginLinkView, LoginProvider, LoginView, NewPasswordView};
pub use offers::{OfferForm, OfferRow, OffersView, OpenPriceRow};
pub use orders::{
    BoughtCardRow, CashDue, OrderDetailView, OrderListView, OrderRow, OrderStatus, OrderTicketRow, RefundRow,
    ReturnChoice, ReturnForm, ReturnRow, TimelineEntry, WaitingPayments,
};
pub use payees::{ClosedPayee, ConnectForm, EmbeddedView, PayeeCard, PayeesView};
pub use payments::{ApprovalRow, LimitForm, PaymentRow, PaymentsView};
pub use payout_outlook::{OutlookPortion, PayoutOutlook};
pub use price_policy::{
    MovingPricesView, MovingTypeRow, PolicyForm, PolicyPoint, PolicyRun, PolicyRunRow, PolicyVersionRow,
    PricePolicyView, SourceChoice,
};
pub use promo::{PromoForm, PromoPanel, PromoRow, PromoTypeChoice};
pub use return_policy::{ReturnPolicyForm, ReturnPolicyView, ReturnStepForm};
pub use roles::{RoleCard, RoleChange, RoleFormView, RolePreview, RolesView, Tick, TickGroup, WhoRow};
pub use saml::{SamlAddresses, SamlCertificateRow, SamlFormView, SamlPanel, SamlProviderForm};
pub use scim::{ScimGroupRow, ScimGroupView, ScimRequestRow, ScimRoleTick, ScimTokenForm, ScimTokenRow, ScimView};
pub use sso::{
    GroupRow, GuideLink, SsoAttemptRow, SsoDomainRow, SsoForm, SsoFormView, SsoListView, SsoPolicyPanel, SsoRow,
    SsoState, SsoView, TraceLine,
};
pub use streams::{MadeSecret, StreamForm, StreamRow, StreamsView};
pub use taxes::{CorrectionRow, EventTaxes, FeeBandRow, PlatformFee, TaxExample, TaxRateRow, TaxesView, TypeTax};
pub use team::{
    AcceptView, DutyPair, GrantForm, HeldRole, InvitationRow, MemberRow, MemberView, RoleChoice, RoleLabel, TeamView,
    WhyRow,
};
pub use visits::{VisitCard, VisitDeed, VisitDoorView, VisitRulesForm, VisitView, VisitsView};
pub use waiting_list::{WaitingListView, WaitingRow, WaitingTypeRow};
pub use waiting_room::{RoomFigures, RoomForm, RoomState, WaitingRoomView};
pub use wizard::{
    Artwork, BasicsForm, BasicsStepView, ChecklistItem, LookForm, LookStepView, PublishStepView, StepLink,
    TicketTypeForm, TicketsStepView, WizardFrame, WizardStep,
};
