# Storefront, checkout, order: what buyers read.

skip-to-content = Skip to content
language = Language
footer-legal = Legal
total = Total
copied = Copied
share = Share
list-more = Show more

legal-terms = Terms
legal-privacy = Privacy
legal-imprint = Imprint
legal-accessibility = Accessibility
legal-updated = Last changed { $date }

home-title = What’s on
home-more = More events
home-found = Found
home-get-tickets = Get tickets
home-see-event = See the event
home-nothing-found = Nothing matches
home-nothing-found-advice = Try fewer words, another time or another place.
home-show-all = Show all events
home-empty = Nothing on sale right now
home-empty-advice = New events appear here as soon as they are announced.

search-label = Search events
search-placeholder = Search by name, artist or venue
search-category = Category
search-all-categories = All categories
search-when = When
search-any-time = Any time
search-when-week = Next 7 days
search-when-weekend = This weekend
search-when-month = This month
search-place = Place
search-all-places = All places
search-clear = Clear
search-submit = Search

price-free = Free
price-from = From { $price }

state-sold-out = Sold out
state-few-left = Few left
state-cancelled = Cancelled
state-over = Sale ended
state-not-yet = On sale { $at }

event-preview = This is a preview. Only you and your team can see it.
event-doors = doors { $time }
event-zone = Local time ({ $zone })
event-add-to-calendar = Add to calendar
event-organizer = Organized by { $name }
event-about = About
event-refunds = Refunds
event-fees = What the price includes
event-fees-text = The price you see is the price you pay. Taxes and all fees are part of it; nothing is added at the end.
event-fees-included = Taxes and fees included.
event-tickets = Tickets
event-choose = Choose tickets
event-buy = Continue
event-cancelled-note = This event was cancelled. If you have a ticket, please ask the organizer about your money.
event-over-note = Ticket sales have ended.
event-sold-out-note = All tickets are sold.
event-not-yet-note = Tickets go on sale { $at }.

stepper-less = One fewer: { $name }
stepper-more = One more: { $name }
tickets-left = { $left ->
    [one] Last one
   *[other] Only { $left } left
}
tickets-all-in-carts = All in other carts. Some usually come back.
tickets-min = At least { $min } per order.
tickets-sale-ends = Sale ends { $at }.

summary-title = Your tickets

hold-kept = Kept for you
hold-extend = Need more time?
hold-voice = { $minutes ->
    [one] One minute
   *[other] { $minutes } minutes
} left to complete your order.

checkout-steps = Steps
checkout-step-details = Details
checkout-step-pay = Payment
checkout-details-title = Your details
checkout-email = Email
checkout-email-hint = Your tickets are sent here. No account needed.
checkout-email-typo = Did you mean { $email }?
checkout-email-take = Use this address
checkout-email-keep = If yours is right as it stands, simply continue.
checkout-name = Full name
checkout-continue = Continue to payment
checkout-privacy = How we handle your data: [[privacy notice]].
checkout-abandon = Give these tickets back
checkout-pay-title = Payment
checkout-free-title = Almost there
checkout-change = Change
checkout-method = How would you like to pay?
checkout-pay = Pay { $total }
checkout-get = Get tickets
checkout-terms = By ordering you agree to the [[terms]].
checkout-decline-advice = Nothing was charged. Your tickets are still kept for you.

expired-title = Tickets no longer kept
expired-time = Your time ran out, so the tickets went back
expired-abandoned = You gave the tickets back
expired-event-cancelled = This event was cancelled
expired-unknown = We can’t find this cart
expired-advice = Nothing was charged. You can choose again at any time.
expired-again = Back to { $event }

method-sandbox = Test payment
method-sandbox-hint = You continue on a test page. No money moves.

decline-card = Your bank declined the payment.
decline-challenge = The bank could not confirm that it was you.
decline-timeout = The bank did not answer in time.
decline-cancelled = You went back without paying.
decline-unknown = The payment did not go through.

order-title = Order { $code }
order-placed = Placed { $at } by { $name }
order-head-paid = You’re in
order-head-awaiting = Waiting for your bank
order-head-action_needed = One more step
order-head-pay_now = Your payment has not started
order-head-unreachable = We could not start your payment
order-head-failed = The payment failed
order-head-conflict = Your money is on its way back
order-head-expired = This order has expired
order-head-exhausted = The payment did not go through
order-head-cancelled = This order was cancelled
order-head-refunded = Your money was returned
order-text-paid = We sent your tickets to { $email }. You can also show them straight from this page.
order-text-awaiting = Your tickets are reserved. This page updates by itself, and we email you as soon as the payment is confirmed.
order-text-action_needed = Your bank wants you to confirm the payment. Your tickets are reserved meanwhile.
order-text-pay_now = Something interrupted it before any money moved. Nothing was charged, and your tickets are kept for a few more minutes.
order-text-unreachable = The payment service does not answer right now. Nothing was charged, and your tickets are kept for a few more minutes. Please try again.
order-text-conflict = Your payment arrived after the tickets were gone. We are returning the full amount; you don’t have to do anything.
order-text-expired = Nobody paid in time, so the tickets went back. Nothing was charged.
order-text-exhausted = Five attempts failed, so the tickets went back on sale. Nothing was charged. You can choose tickets again and pay another way.
order-text-cancelled = The tickets are no longer valid.
order-text-refunded = { $amount } went back to the way you paid. Banks need a few days to show it.
order-act = Confirm payment
order-retry = Try again
order-again = Choose tickets again
order-refresh = Check again
order-print = Print
order-resend = Email again
order-help = Questions? [[Write to us]] and mention { $code }.

ticket-label = Ticket { $number }: { $type }
ticket-qr-alt = QR code of ticket { $number }
ticket-void = Not valid
ticket-when = When
ticket-where = Where
ticket-holder = For
ticket-anyone = Bearer
ticket-number = Ticket
ticket-used = Scanned { $at }

print-title = Tickets of order { $code }
print-back = Back to the order
print-hint = One ticket per page. You don’t have to print: a phone will do.
print-rules = Admits one person once. The first scan counts, so keep this code to yourself.

closed-title = We’re closed for now
closed-text = Ticket sales are paused. Tickets that were already bought remain valid.
closed-write = Ask us

not-found-title = There is nothing here
not-found-text = The address may be mistyped, or the page has moved on.
not-found-home = To the start page

error-page-server = Something broke on our side
error-page-server-advice = Nothing was lost. Please try again in a moment.
error-page-request = That didn’t work
error-page-request-advice = The page may be out of date. Go back, reload it and try again.
error-page-forbidden = You can’t do that here
error-page-forbidden-advice = Your session may have ended. Go back, reload the page and try again.
error-page-timeout = That took too long
error-page-timeout-advice = Please check your connection and try again. Nothing is charged twice.
error-page-too-large = That was too much at once
error-page-too-large-advice = Please send less and try again.
error-page-busy = Too many tries
error-page-busy-advice = Please wait a minute, then try again.
error-page-number = If you write to us, mention { $number }.

error-stock-gone = Some of these tickets were just taken. Please check your selection.
error-nothing-chosen = Choose at least one ticket.
error-only-left = { $left ->
    [0] None left
    [one] Only one left
   *[other] Only { $left } left
}
error-left-of-asked = { $left ->
    [one] Only one left, you asked for { $asked }. Send again to take it.
   *[other] Only { $left } left, you asked for { $asked }. Send again to take { $left }.
}
error-max-per-person = { $has ->
    [0] { $max ->
        [one] One person can have one of these tickets at most.
       *[other] One person can have { $max } of these tickets at most.
    }
   *[other] One person can have { $max } of these tickets at most, and this address has { $has } already.
}
error-all-in-carts = All in other carts right now. Some usually come back within minutes.
error-sold-out = Sold out
error-min-per-order = { $min ->
    [one] At least one per order
   *[other] At least { $min } per order
}
error-max-per-order = { $max ->
    [one] At most one per order
   *[other] At most { $max } per order
}
error-sale-not-open = Not on sale yet
error-sale-over = The sale has ended
error-event-cancelled = This event was cancelled
error-quantity-invalid = That is not a number of tickets
error-form-expired = This page was open for a long time. Please send it once more.

field-required = Please fill this in.
field-email-invalid = This doesn’t look like an email address. Example: ada@example.org
field-too-long = At most { $max } characters, please.
field-price-invalid = Write a price such as 1290 or 1290.50.
field-number-invalid = Write a whole number.
field-date-invalid = Write a date and time.
field-ends-before-start = The end is before the beginning.
field-doors-after-start = The doors open after the beginning.
field-zone-invalid = Choose a time zone from the list.
field-slug-invalid = Use small letters, digits and hyphens.
field-slug-taken = This short name is taken.
field-below-sold = { $sold ->
    [one] One is sold already.
   *[other] { $sold } are sold already.
}
field-capacity-zero = There must be at least one ticket.
field-choose-method = Choose how you want to pay.
field-password-short = Use at least 10 characters.

flash-hold-extended = You have more time now.
flash-mail-sent = Sent to { $email }.
flash-paid-already = This order is already paid.
flash-saved = Saved.
flash-published = Published. Your page is live.
flash-event-cancelled = The event was cancelled.
flash-order-cancelled = The order was cancelled.
flash-logged-out = You are logged out.
flash-tenant-provisioned = { $name } is ready.
flash-tenant-suspended = Suspended. The shop shows a closed page.
flash-tenant-resumed = Resumed. The shop is open.
flash-not-allowed = Your role does not allow this.
flash-too-late = It is too late for this.
flash-payment-fits = The payment matches now. The order has been updated.
flash-payment-still-odd = The payment still does not match. Nothing was changed.
flash-payment-no-answer = The payment provider cannot tell yet. Try again in a few minutes.
flash-payment-goes-back = The money is on its way back to the buyer.
flash-payment-ended = No money was taken. The payment has ended.
flash-payment-not-ours = This payment belongs to another order, so it was left alone. Ask the payment provider.

sandbox-title = Test payment
sandbox-note = This is a test page. No money moves.
sandbox-reference = Reference { $reference }
sandbox-pay = Pay
sandbox-challenge = Ask the bank first, then pay
sandbox-later = Pay later (by message)
sandbox-decline = Decline
sandbox-timeout = Never answer
sandbox-challenge-text = Your bank asks: is it really you?
sandbox-confirm = Yes, it’s me
sandbox-refuse = No
sandbox-settled = This payment is already settled.
sandbox-back = Back to the shop
sandbox-cancel = Cancel and go back

mail-subject-tickets = Your tickets for { $event }
mail-subject-resend = Your tickets for { $event } (sent again)
mail-hello = Hello { $name },
mail-lead = here { $count ->
    [one] is your ticket
   *[other] are your tickets
} for { $event }.
mail-lead-resend = you asked for your tickets for { $event } again. Here they are.
mail-open = Open your tickets
mail-show = Show the code at the door, on your phone or on paper.
mail-order = Order { $code }
mail-calendar = Add to calendar
mail-questions = Questions? Write to { $email }.
mail-private = Anyone with these codes can get in. Please keep this mail to yourself.
mail-ticket = Ticket { $number } · { $type }
