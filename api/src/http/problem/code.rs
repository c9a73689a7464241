//! Every code that an answer can carry. Codes are part of the contract: they are never renamed.

use http::StatusCode;

macro_rules! codes {
    ($($name:ident $status:ident $code:literal $title:literal;)*) => {
        /// Stable name of a problem.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
        pub enum Code {
            $(#[doc = $title] $name,)*
        }

        impl Code {
            /// Every code, as the documentation lists them.
            pub const ALL: &'static [Self] = &[$(Self::$name,)*];

            /// Status of the answer.
            pub const fn status(self) -> StatusCode {
                match self { $(Self::$name => StatusCode::$status,)* }
            }

            /// Name in the answer.
            pub const fn name(self) -> &'static str {
                match self { $(Self::$name => $code,)* }
            }

            /// One sentence for people.
            pub const fn title(self) -> &'static str {
                match self { $(Self::$name => $title,)* }
            }
        }
    };
}

codes! {
    // The request itself.
    MalformedRequest BAD_REQUEST "malformed_request" "The request cannot be read.";
    MalformedJson BAD_REQUEST "malformed_json" "The body is not valid JSON.";
    InvalidUtf8 BAD_REQUEST "invalid_utf8" "The body is not valid UTF-8.";
    MalformedQuery BAD_REQUEST "malformed_query" "The query of the address cannot be read.";
    InvalidCursor BAD_REQUEST "invalid_cursor" "The cursor does not belong to this list.";
    InvalidLimit BAD_REQUEST "invalid_limit" "The limit must be a whole number from 1 to 100.";
    InvalidBody UNPROCESSABLE_ENTITY "invalid_body" "The body does not have the expected form.";
    InvalidField UNPROCESSABLE_ENTITY "invalid_field" "A field has a value that is not accepted.";
    UnknownField UNPROCESSABLE_ENTITY "unknown_field" "The body has a field that is not known.";
    UnsupportedMediaType UNSUPPORTED_MEDIA_TYPE "unsupported_media_type" "The body has a type that is not accepted here.";
    BodyTooLarge PAYLOAD_TOO_LARGE "body_too_large" "The body is larger than accepted.";
    MethodNotAllowed METHOD_NOT_ALLOWED "method_not_allowed" "The method is not possible here.";
    NotFound NOT_FOUND "not_found" "There is nothing here.";
    UnknownHost NOT_FOUND "unknown_host" "There is no site at this address.";
    IdempotencyKeyMissing BAD_REQUEST "idempotency_key_missing" "The header Idempotency-Key is required here.";
    IdempotencyKeyInvalid BAD_REQUEST "idempotency_key_invalid" "The header Idempotency-Key must hold 1 to 255 visible characters.";
    IdempotencyKeyReused UNPROCESSABLE_ENTITY "idempotency_key_reused" "The Idempotency-Key was used for another request.";
    IdempotencyKeyInFlight CONFLICT "idempotency_key_in_flight" "The first request with this Idempotency-Key is still at work.";

    // Who asks, and whether he may.
    Unauthenticated UNAUTHORIZED "unauthenticated" "A valid API key or session is required.";
    Forbidden FORBIDDEN "forbidden" "This is not permitted.";
    ScopeMissing FORBIDDEN "scope_missing" "The API key does not have the needed scope.";
    CrossSite FORBIDDEN "cross_site" "The form was sent from another site.";
    CsrfInvalid FORBIDDEN "csrf_invalid" "The form has expired. Please open the page again.";
    TenantSuspended FORBIDDEN "tenant_suspended" "The shop is closed.";
    RateLimited TOO_MANY_REQUESTS "rate_limited" "Too many requests; try again later.";

    // Selling.
    SoldOut CONFLICT "sold_out" "Not enough tickets are left.";
    NotOnSale CONFLICT "not_on_sale" "The tickets are not on sale.";
    QuantityNotAllowed UNPROCESSABLE_ENTITY "quantity_not_allowed" "The quantity is not allowed.";
    AddOnNotAllowed UNPROCESSABLE_ENTITY "add_on_not_allowed" "The cart may not have so many of this add-on for its tickets.";
    NotTogether CONFLICT "not_together" "Not so many seats are left next to each other.";
    SeatTaken CONFLICT "seat_taken" "Somebody has a seat that would vanish or move.";
    TicketTypeInUse CONFLICT "ticket_type_in_use" "Tickets of the type are sold or in carts.";
    CapacityAboveSeats CONFLICT "capacity_above_seats" "A ticket type has more places than seats.";
    LimitPerPerson CONFLICT "limit_per_person" "A person may not have so many of these tickets.";
    PromoUnknown UNPROCESSABLE_ENTITY "promo_unknown" "There is no such promo code for this event.";
    PromoNotValid CONFLICT "promo_not_valid" "The promo code does not hold now.";
    PromoNotForTickets CONFLICT "promo_not_for_tickets" "The promo code takes nothing off these tickets.";
    PromoUsedUp CONFLICT "promo_used_up" "The promo code is used up.";
    PriceNotAllowed UNPROCESSABLE_ENTITY "price_not_allowed" "This price cannot be named for the ticket.";
    DonationNotAllowed UNPROCESSABLE_ENTITY "donation_not_allowed" "The event asks for no gift of this size.";
    QueuePassSpent CONFLICT "queue_pass_spent" "The pass of the waiting room gives no further cart now.";
    EventCancelled CONFLICT "event_cancelled" "The event is cancelled.";
    EventState CONFLICT "event_state" "The event is not in a state that allows this.";
    CartExpired CONFLICT "cart_expired" "The cart has expired and its tickets were released.";
    CartState CONFLICT "cart_state" "The cart is not in a state that allows this.";
    OrderState CONFLICT "order_state" "The order is not in a state that allows this.";
    SecondPersonNeeded FORBIDDEN "second_person_needed" "More would go back than one decides about alone; somebody in the console has to approve it.";
    RefundTooHigh CONFLICT "refund_too_high" "More would go back, or be kept, than there is.";
    NotReturnable CONFLICT "not_returnable" "The tickets cannot be given back now.";
    PaymentDeclined PAYMENT_REQUIRED "payment_declined" "The payment was declined.";
    PaymentRequired UNPROCESSABLE_ENTITY "payment_required" "The order costs money; name a payment method.";
    PaymentPending CONFLICT "payment_pending" "A payment of this order is on its way.";
    PaymentsClosed CONFLICT "payments_closed" "The shop takes no payments at the moment; nothing was charged.";
    PaymentTooSmall UNPROCESSABLE_ENTITY "payment_too_small" "Less is to be paid than a card is charged; nothing was charged.";
    PaymentSlowed TOO_MANY_REQUESTS "payment_slowed" "Too many payments were declined; wait before the next one.";
    PaymentBlocked TOO_MANY_REQUESTS "payment_blocked" "Too many payments were declined; nothing was charged.";
    PaymentNotSent SERVICE_UNAVAILABLE "payment_not_sent" "The payment provider cannot be reached; nothing was charged.";
    PayeeState CONFLICT "payee_state" "The account is closed, or not made yet.";
    PayeeRefused CONFLICT "payee_refused" "The payment provider refused.";
    ProviderUnavailable SERVICE_UNAVAILABLE "provider_unavailable" "The payment provider cannot be reached; try again.";
    Conflict CONFLICT "conflict" "Another change came first.";

    // The door.
    TicketUnknown CONFLICT "ticket_unknown" "No ticket has this code.";
    TicketMalformed CONFLICT "ticket_malformed" "This is not a ticket code.";
    TicketForged CONFLICT "ticket_bad_signature" "The ticket code was not made by this shop.";
    TicketVoid CONFLICT "ticket_void" "The ticket is no longer valid.";
    TicketSuspended CONFLICT "ticket_suspended" "The payment of the ticket is contested; ask at the box office.";
    TicketAlreadyAdmitted CONFLICT "already_admitted" "The ticket was admitted before.";
    TicketWrongEvent CONFLICT "wrong_event" "The ticket is for another event.";

    // Ourselves.
    Busy SERVICE_UNAVAILABLE "busy" "Too much is going on; try again in a moment.";
    Unavailable SERVICE_UNAVAILABLE "unavailable" "The service is not available at the moment.";
    Timeout GATEWAY_TIMEOUT "timeout" "The answer took too long.";
    Internal INTERNAL_SERVER_ERROR "internal_error" "Something went wrong on our side.";
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::Code;

    #[test]
    fn codes_are_distinct_snake_case_and_errors() {
        let mut seen = HashSet::new();
        for code in Code::ALL {
            assert!(seen.insert(code.name()), "{}", code.name());
            assert!(
                code.name()
                    .bytes()
                    .all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'_')
            );
            assert!(code.status().is_client_error() || code.status().is_server_error());
        }
    }
}
